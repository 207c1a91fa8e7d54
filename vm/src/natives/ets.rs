//! `:ets`: tables of rows that processes share.

use super::{Ctx, Native, NativeResult, Stop, arith};
use crate::atom::{Atom, known};
use crate::ets::spec::Spec;
use crate::ets::store::{Cursor, Fate, Store};
use crate::ets::table::{Kind, Options, Protection, Table};
use crate::ets::transfer;
use crate::heap::{Heap, OwnedTerm, next_reference};
use crate::sync::Ordering;
use crate::term::{self, Term};
use std::sync::Arc;

pub static NATIVES: &[Native] = &[
    Native::plain("ets", "new", 2, new),
    Native::plain("ets", "all", 0, |ctx, _| {
        let all = ctx.vm.ets().all();
        let heap = ctx.heap();
        let all: Vec<Term> = all.iter().map(|table| table.id(heap)).collect();
        Ok(heap.list(all))
    }),
    Native::plain("ets", "whereis", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(match ctx.vm.ets().find(Term::atom(name)) {
            Some(table) => table.reference(ctx.heap()),
            None => UNDEFINED,
        })
    }),
    Native::plain("ets", "rename", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        let name = args[1].as_atom().ok_or(Stop::Badarg)?;
        if ctx.vm.ets().rename(&table, name) {
            Ok(args[1])
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("ets", "insert", 2, insert),
    Native::plain("ets", "insert_new", 2, insert_new),
    Native::plain("ets", "lookup", 2, lookup),
    Native::plain("ets", "lookup_element", 3, |ctx, args| {
        lookup_element(ctx, args)?.ok_or(Stop::Badarg)
    }),
    Native::plain("ets", "lookup_element", 4, |ctx, args| {
        Ok(lookup_element(ctx, args)?.unwrap_or(args[3]))
    }),
    Native::plain("ets", "member", 2, |ctx, args| {
        let table = readable(ctx, args[0])?;
        let found = table.rows.read().contains(args[1]);
        Ok(Term::bool(found))
    }),
    Native::plain("ets", "delete", 1, |ctx, args| {
        let table = writable(ctx, args[0])?;
        ctx.vm.ets().remove(&table);
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "delete", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        table.rows.write().change(args[1], |_| Fate::Delete);
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "delete_object", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        let key = key_of(&table, args[1])?;
        table.rows.write().change(key, |row| {
            if term::same(row, args[1]) {
                Fate::Delete
            } else {
                Fate::Keep
            }
        });
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "delete_all_objects", 1, |ctx, args| {
        let table = writable(ctx, args[0])?;
        table.rows.write().clear();
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "take", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        let heap = ctx.heap();
        let mut taken = Vec::new();
        table.rows.write().change(args[1], |row| {
            taken.push(heap.copy(row));
            Fate::Delete
        });
        Ok(heap.list(taken))
    }),
    Native::plain("ets", "first", 1, |ctx, args| step(ctx, args[0], Store::first)),
    Native::plain("ets", "last", 1, |ctx, args| step(ctx, args[0], Store::last)),
    Native::plain("ets", "next", 2, |ctx, args| {
        step(ctx, args[0], |rows| rows.next(args[1]))
    }),
    Native::plain("ets", "prev", 2, |ctx, args| {
        step(ctx, args[0], |rows| rows.previous(args[1]))
    }),
    Native::plain("ets", "first_lookup", 1, |ctx, args| {
        step_lookup(ctx, args[0], Store::first)
    }),
    Native::plain("ets", "last_lookup", 1, |ctx, args| {
        step_lookup(ctx, args[0], Store::last)
    }),
    Native::plain("ets", "next_lookup", 2, |ctx, args| {
        step_lookup(ctx, args[0], |rows| rows.next(args[1]))
    }),
    Native::plain("ets", "prev_lookup", 2, |ctx, args| {
        step_lookup(ctx, args[0], |rows| rows.previous(args[1]))
    }),
    Native::plain("ets", "slot", 2, slot),
    Native::plain("ets", "tab2list", 1, |ctx, args| {
        let table = readable(ctx, args[0])?;
        let heap = ctx.heap();
        let mut all = Vec::new();
        table.rows.read().scan(Cursor::Start, |row| {
            all.push(heap.copy(row));
            true
        });
        charge(ctx, all.len());
        Ok(ctx.heap().list(all))
    }),
    Native::plain("ets", "select", 2, |ctx, args| {
        select_all(ctx, args[0], spec(args[1])?, false)
    }),
    Native::plain("ets", "select", 3, |ctx, args| {
        select_some(ctx, args, What::Select)
    }),
    Native::plain("ets", "select", 1, go_on),
    Native::plain("ets", "select_reverse", 2, |ctx, args| {
        select_all(ctx, args[0], spec(args[1])?, true)
    }),
    Native::plain("ets", "select_reverse", 3, |ctx, args| {
        select_some(ctx, args, What::Reverse)
    }),
    Native::plain("ets", "select_reverse", 1, go_on),
    Native::plain("ets", "match", 2, |ctx, args| {
        select_all(ctx, args[0], Spec::of_pattern(args[1], false), false)
    }),
    Native::plain("ets", "match", 3, |ctx, args| select_some(ctx, args, What::Match)),
    Native::plain("ets", "match", 1, go_on),
    Native::plain("ets", "match_object", 2, |ctx, args| {
        select_all(ctx, args[0], Spec::of_pattern(args[1], true), false)
    }),
    Native::plain("ets", "match_object", 3, |ctx, args| {
        select_some(ctx, args, What::MatchObject)
    }),
    Native::plain("ets", "match_object", 1, go_on),
    Native::plain("ets", "select_count", 2, select_count),
    Native::plain("ets", "select_delete", 2, |ctx, args| {
        let spec = spec(args[1])?;
        delete_where(ctx, args[0], &spec, |value| value == Term::TRUE).map(|count| Term::small(count as i64))
    }),
    Native::plain("ets", "match_delete", 2, |ctx, args| {
        let spec = Spec::of_pattern(args[1], true);
        delete_where(ctx, args[0], &spec, |_| true).map(|_| Term::TRUE)
    }),
    Native::plain("ets", "select_replace", 2, select_replace),
    Native::plain("ets", "match_spec_compile", 1, |ctx, args| {
        spec(args[0])?;
        let tag = Term::atom(Atom::new("$compiled_match_spec"));
        Ok(ctx.heap().tuple(&[tag, args[0]]))
    }),
    Native::plain("ets", "is_compiled_ms", 1, |_, args| {
        Ok(Term::bool(compiled(args[0]).is_some()))
    }),
    Native::plain("ets", "match_spec_run", 2, match_spec_run),
    Native::plain("ets", "match_spec_run_r", 3, |ctx, args| {
        let results = run_over(ctx, args[0], args[1])?;
        Ok(ctx
            .heap()
            .list_with_tail(results.into_iter().rev().collect::<Vec<_>>(), args[2]))
    }),
    Native::plain("ets", "test_ms", 2, test_ms),
    Native::plain("ets", "update_counter", 3, |ctx, args| {
        update_counter(ctx, args, None)
    }),
    Native::plain("ets", "update_counter", 4, |ctx, args| {
        update_counter(ctx, args, Some(args[3]))
    }),
    Native::plain("ets", "update_element", 3, |ctx, args| {
        update_element(ctx, args, None)
    }),
    Native::plain("ets", "update_element", 4, |ctx, args| {
        update_element(ctx, args, Some(args[3]))
    }),
    Native::plain("ets", "info", 1, info_all),
    Native::plain("ets", "info", 2, |ctx, args| {
        let name = args[1].as_atom().ok_or(Stop::Badarg)?;
        match find_for_info(ctx, args[0])? {
            Some(table) => info(ctx, &table, name).ok_or(Stop::Badarg),
            None => Ok(UNDEFINED),
        }
    }),
    Native::plain("ets", "safe_fixtable", 2, |ctx, args| {
        let table = readable(ctx, args[0])?;
        if args[1].as_bool().ok_or(Stop::Badarg)? {
            table.fixed.fetch_add(1, Ordering::Relaxed);
        } else {
            let _ = table
                .fixed
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |times| times.checked_sub(1));
        }
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "give_away", 3, give_away),
    Native::plain("ets", "setopts", 2, setopts),
];

const UNDEFINED: Term = Term::atom(known::UNDEFINED);
const END: Term = Term::atom(known::END_OF_TABLE);

fn charge(ctx: &mut Ctx<'_>, rows: usize) {
    ctx.charge((rows / 4).min(1 << 20) as u32);
}

fn readable(ctx: &Ctx<'_>, id: Term) -> Result<Arc<Table>, Stop> {
    ctx.vm
        .ets()
        .find(id)
        .filter(|table| table.may_read(ctx.process.number()))
        .ok_or(Stop::Badarg)
}

fn writable(ctx: &Ctx<'_>, id: Term) -> Result<Arc<Table>, Stop> {
    ctx.vm
        .ets()
        .find(id)
        .filter(|table| table.may_write(ctx.process.number()))
        .ok_or(Stop::Badarg)
}

/// The key of a row for this table.
fn key_of(table: &Table, row: Term) -> Result<Term, Stop> {
    row.tuple()
        .and_then(|fields| fields.get(table.key))
        .copied()
        .ok_or(Stop::Badarg)
}

fn heir_of(ctx: &Ctx<'_>, pid: Term, data: Term) -> Result<Option<(u64, OwnedTerm)>, Stop> {
    let number = pid
        .as_pid()
        .filter(|number| ctx.vm.processes().is_alive(*number))
        .ok_or(Stop::Badarg)?;
    Ok(Some((number, OwnedTerm::of(data))))
}

fn new(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let mut options = Options {
        named: false,
        kind: Kind::Set,
        protection: Protection::Protected,
        key: 0,
        heir: None,
        read_concurrency: false,
        write_concurrency: Term::FALSE,
        decentralized: false,
        compressed: false,
    };
    for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
        if let Some(flag) = option.as_atom() {
            match flag {
                known::SET => options.kind = Kind::Set,
                known::ORDERED_SET => options.kind = Kind::OrderedSet,
                known::BAG => options.kind = Kind::Bag,
                known::DUPLICATE_BAG => options.kind = Kind::DuplicateBag,
                known::PUBLIC => options.protection = Protection::Public,
                known::PROTECTED => options.protection = Protection::Protected,
                known::PRIVATE => options.protection = Protection::Private,
                known::NAMED_TABLE => options.named = true,
                known::COMPRESSED => options.compressed = true,
                _ => return Err(Stop::Badarg),
            }
            continue;
        }
        let fields = option.tuple().ok_or(Stop::Badarg)?;
        match (fields[0].as_atom(), &fields[1..]) {
            (Some(known::KEYPOS), [position]) => {
                options.key = position
                    .as_usize()
                    .and_then(|position| position.checked_sub(1))
                    .ok_or(Stop::Badarg)?;
            }
            (Some(known::HEIR), [none]) if *none == Term::atom(known::NONE) => options.heir = None,
            (Some(known::HEIR), [pid, data]) => options.heir = heir_of(ctx, *pid, *data)?,
            (Some(known::READ_CONCURRENCY), [on]) => {
                options.read_concurrency = on.as_bool().ok_or(Stop::Badarg)?
            }
            (Some(known::WRITE_CONCURRENCY), [on]) if on.is_atom() => options.write_concurrency = *on,
            (Some(known::DECENTRALIZED_COUNTERS), [on]) => {
                options.decentralized = on.as_bool().ok_or(Stop::Badarg)?
            }
            _ => return Err(Stop::Badarg),
        }
    }
    let table = Arc::new(Table::new(next_reference(), name, ctx.process.number(), options));
    if !ctx.vm.ets().add(table.clone()) {
        return Err(Stop::Badarg);
    }
    Ok(table.id(ctx.heap()))
}

/// The rows that are to be inserted: one, or a list of them.
fn rows_of(table: &Table, rows: Term) -> Result<Vec<Term>, Stop> {
    let rows = if rows.is_list() {
        rows.list_to_vec().ok_or(Stop::Badarg)?
    } else {
        vec![rows]
    };
    if rows
        .iter()
        .any(|row| row.tuple().is_none_or(|fields| fields.len() <= table.key))
    {
        return Err(Stop::Badarg);
    }
    Ok(rows)
}

fn insert(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if args[1].is_tuple() {
        key_of(&table, args[1])?;
        let row = OwnedTerm::of(args[1]);
        table.rows.write().insert(row);
        return Ok(Term::TRUE);
    }
    let rows: Vec<OwnedTerm> = rows_of(&table, args[1])?.into_iter().map(OwnedTerm::of).collect();
    charge(ctx, rows.len());
    let mut store = table.rows.write();
    for row in rows {
        store.insert(row);
    }
    Ok(Term::TRUE)
}

fn insert_new(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = writable(ctx, args[0])?;
    let rows = rows_of(&table, args[1])?;
    let owned: Vec<OwnedTerm> = rows.iter().map(|row| OwnedTerm::of(*row)).collect();
    let mut store = table.rows.write();
    for row in &rows {
        if store.contains(key_of(&table, *row)?) {
            return Ok(Term::FALSE);
        }
    }
    for row in owned {
        store.insert(row);
    }
    Ok(Term::TRUE)
}

fn lookup(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = readable(ctx, args[0])?;
    let heap = ctx.heap();
    if !table.kind.is_bag() {
        let mut found = Term::NIL;
        table.rows.read().lookup(args[1], |row| {
            let row = heap.copy(row);
            found = heap.cons(row, Term::NIL);
        });
        return Ok(found);
    }
    let mut found = Vec::new();
    table
        .rows
        .read()
        .lookup(args[1], |row| found.push(heap.copy(row)));
    Ok(heap.list(found))
}

fn lookup_element(ctx: &mut Ctx<'_>, args: &[Term]) -> Result<Option<Term>, Stop> {
    let table = readable(ctx, args[0])?;
    let position = args[2]
        .as_usize()
        .and_then(|position| position.checked_sub(1))
        .ok_or(Stop::Badarg)?;
    let heap = ctx.heap();
    let mut found = Vec::new();
    let mut fine = true;
    table.rows.read().lookup(args[1], |row| {
        match row.tuple().and_then(|fields| fields.get(position)) {
            Some(field) => found.push(heap.copy(*field)),
            None => fine = false,
        }
    });
    if !fine {
        return Err(Stop::Badarg);
    }
    if found.is_empty() {
        return Ok(None);
    }
    Ok(Some(if table.kind.is_bag() {
        heap.list(found)
    } else {
        found[0]
    }))
}

/// The key of the row that `find` says.
fn step(ctx: &mut Ctx<'_>, id: Term, find: impl FnOnce(&Store) -> Option<Term>) -> NativeResult {
    let table = readable(ctx, id)?;
    let store = table.rows.read();
    match find(&store) {
        Some(row) => Ok(ctx.heap().copy(key_of(&table, row)?)),
        None => Ok(END),
    }
}

/// The same with the rows of that key: `{key, rows}`.
fn step_lookup(ctx: &mut Ctx<'_>, id: Term, find: impl FnOnce(&Store) -> Option<Term>) -> NativeResult {
    let table = readable(ctx, id)?;
    let store = table.rows.read();
    let Some(row) = find(&store) else { return Ok(END) };
    let key = key_of(&table, row)?;
    let heap = ctx.heap();
    let mut rows = Vec::new();
    store.lookup(key, |row| rows.push(heap.copy(row)));
    let (key, rows) = (heap.copy(key), heap.list(rows));
    Ok(heap.tuple(&[key, rows]))
}

/// One row a slot, in the order of traversal.
fn slot(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = readable(ctx, args[0])?;
    let wanted = args[1].as_usize().ok_or(Stop::Badarg)?;
    let store = table.rows.read();
    if wanted >= store.len() {
        return if wanted == store.len() {
            Ok(END)
        } else {
            Err(Stop::Badarg)
        };
    }
    let (mut at, mut found) = (0, Term::NIL);
    let heap = ctx.heap();
    store.scan(Cursor::Start, |row| {
        if at == wanted {
            found = heap.copy(row);
        }
        at += 1;
        at <= wanted
    });
    Ok(heap.list([found]))
}

/// A specification, or one compiled before.
fn spec(term: Term) -> Result<Spec, Stop> {
    Spec::new(compiled(term).unwrap_or(term)).ok_or(Stop::Badarg)
}

fn compiled(term: Term) -> Option<Term> {
    term.pair()
        .filter(|(tag, _)| *tag == Term::atom(Atom::new("$compiled_match_spec")))
        .map(|(_, spec)| spec)
}

/// Runs a specification on rows, and copies results to the process's heap.
struct Runner<'a> {
    spec: &'a Spec,
    scratch: Heap,
    me: Term,
    node: Term,
}

/// Words of results under way after which the scratch heap is thrown away.
const SCRATCH: usize = 4096;

impl<'a> Runner<'a> {
    fn new(ctx: &Ctx<'_>, spec: &'a Spec) -> Runner<'a> {
        Runner {
            spec,
            scratch: Heap::new(),
            me: ctx.self_pid(),
            node: ctx.vm.node(),
        }
    }

    /// The result lives until the next call.
    fn run(&mut self, row: Term) -> Option<Term> {
        if self.scratch.words() > SCRATCH {
            self.scratch = Heap::new();
        }
        self.spec.run(row, &mut self.scratch, self.me, self.node)
    }
}

/// Shows the rows that may match, in order; `back`: from the end.
fn candidates(table: &Table, spec: &Spec, back: bool, mut visit: impl FnMut(Term)) -> usize {
    let store = table.rows.read();
    let mut seen = 0;
    let mut count = |row: Term| {
        seen += 1;
        visit(row);
    };
    if let Some(key) = spec.key(table.key) {
        store.lookup(key, &mut count);
    } else if back {
        store.scan_back(Cursor::Start, |row| {
            count(row);
            true
        });
    } else if let (Store::Ordered(rows), [clause]) = (&*store, spec.clauses.as_slice())
        && let Some((prefix, arity)) = clause.head.exact_prefix(table.key)
    {
        // Keys with a known beginning stand together: from the least tuple of that arity with this beginning.
        let mut heap = Heap::new();
        let least = heap.tuple_with(arity, |heap, at| {
            prefix.get(at).copied().unwrap_or_else(|| heap.float(f64::MIN))
        });
        rows.scan_from(least, |row| {
            let fits = key_of(table, row)
                .ok()
                .and_then(Term::tuple)
                .is_some_and(|fields| {
                    fields.len() == arity && prefix.iter().zip(fields).all(|(a, b)| term::equal(*a, *b))
                });
            if fits {
                count(row);
            }
            fits
        });
    } else {
        store.scan(Cursor::Start, |row| {
            count(row);
            true
        });
    }
    seen
}

fn select_all(ctx: &mut Ctx<'_>, id: Term, spec: Spec, back: bool) -> NativeResult {
    let table = readable(ctx, id)?;
    let mut runner = Runner::new(ctx, &spec);
    let mut results = Vec::new();
    let heap = ctx.heap();
    let seen = candidates(&table, &spec, back, |row| {
        if let Some(value) = runner.run(row) {
            results.push(heap.copy(value));
        }
    });
    charge(ctx, seen);
    Ok(ctx.heap().list(results))
}

/// Which function a continuation belongs to.
#[derive(Clone, Copy)]
enum What {
    Select,
    Reverse,
    Match,
    MatchObject,
}

impl What {
    fn number(self) -> i64 {
        self as i64
    }

    fn of(number: i64) -> Option<What> {
        [What::Select, What::Reverse, What::Match, What::MatchObject]
            .get(usize::try_from(number).ok()?)
            .copied()
    }
}

fn select_some(ctx: &mut Ctx<'_>, args: &[Term], what: What) -> NativeResult {
    let limit = args[2]
        .as_usize()
        .filter(|limit| *limit > 0)
        .ok_or(Stop::Badarg)?;
    chunk(ctx, args[0], args[1], limit, what, Cursor::Start)
}

/// `{results, continuation}`; the continuation is `{table, specification, limit, function, cursor}`.
fn chunk(ctx: &mut Ctx<'_>, id: Term, wanted: Term, limit: usize, what: What, from: Cursor) -> NativeResult {
    let table = readable(ctx, id)?;
    let spec = match what {
        What::Select | What::Reverse => spec(wanted)?,
        What::Match => Spec::of_pattern(wanted, false),
        What::MatchObject => Spec::of_pattern(wanted, true),
    };
    let mut runner = Runner::new(ctx, &spec);
    let mut results = Vec::new();
    let mut seen = 0;
    let heap = ctx.heap();
    let store = table.rows.read();
    let visit = |row: Term| {
        seen += 1;
        if let Some(value) = runner.run(row) {
            results.push(heap.copy(value));
        }
        results.len() < limit
    };
    let rest = match what {
        What::Reverse => store.scan_back(from, visit),
        _ => store.scan(from, visit),
    };
    charge(ctx, seen);
    let heap = ctx.heap();
    let rest = match rest {
        None if results.is_empty() => return Ok(END),
        None => END,
        Some(cursor) => {
            let cursor = match cursor {
                Cursor::Start => Term::NIL,
                Cursor::Hash(hash) => heap.integer(hash as i128),
                Cursor::Key(key) => {
                    let key = heap.copy(key);
                    heap.tuple(&[key])
                }
            };
            heap.tuple(&[
                id,
                wanted,
                Term::small(limit as i64),
                Term::small(what.number()),
                cursor,
            ])
        }
    };
    let results = heap.list(results);
    Ok(heap.tuple(&[results, rest]))
}

fn go_on(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0] == END {
        return Ok(END);
    }
    let Some(&[id, wanted, limit, what, cursor]) = args[0].tuple() else {
        return Err(Stop::Badarg);
    };
    let limit = limit.as_usize().filter(|limit| *limit > 0).ok_or(Stop::Badarg)?;
    let what = what.as_small().and_then(What::of).ok_or(Stop::Badarg)?;
    let cursor = match (cursor.tuple(), cursor.as_u64()) {
        (Some(&[key]), _) => Cursor::Key(key),
        (_, Some(hash)) => Cursor::Hash(hash),
        _ => return Err(Stop::Badarg),
    };
    chunk(ctx, id, wanted, limit, what, cursor)
}

fn select_count(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = readable(ctx, args[0])?;
    let spec = spec(args[1])?;
    let mut runner = Runner::new(ctx, &spec);
    let mut count = 0;
    let seen = candidates(&table, &spec, false, |row| {
        count += (runner.run(row) == Some(Term::TRUE)) as i64
    });
    charge(ctx, seen);
    Ok(Term::small(count))
}

fn delete_where(
    ctx: &mut Ctx<'_>,
    id: Term,
    spec: &Spec,
    wanted: impl Fn(Term) -> bool,
) -> Result<usize, Stop> {
    let table = writable(ctx, id)?;
    let mut runner = Runner::new(ctx, spec);
    let (mut deleted, mut seen) = (0, 0);
    let decide = |row: Term| {
        seen += 1;
        if runner.run(row).is_some_and(&wanted) {
            deleted += 1;
            Fate::Delete
        } else {
            Fate::Keep
        }
    };
    let mut store = table.rows.write();
    match spec.key(table.key) {
        Some(key) => store.change(key, decide),
        None => store.change_all(decide),
    }
    drop(store);
    charge(ctx, seen);
    Ok(deleted)
}

fn select_replace(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if table.kind == Kind::Bag {
        return Err(Stop::Badarg);
    }
    let spec = spec(args[1])?;
    let mut runner = Runner::new(ctx, &spec);
    let mut replaced = 0;
    let mut fine = true;
    let decide = |row: Term| {
        let Some(new) = runner.run(row) else {
            return Fate::Keep;
        };
        let same_key = match (key_of(&table, row), key_of(&table, new)) {
            (Ok(old), Ok(new)) => term::same(old, new),
            _ => false,
        };
        if !same_key {
            fine = false;
            return Fate::Keep;
        }
        replaced += 1;
        Fate::Replace(OwnedTerm::of(new))
    };
    let mut store = table.rows.write();
    match spec.key(table.key) {
        Some(key) => store.change(key, decide),
        None => store.change_all(decide),
    }
    if fine {
        Ok(Term::small(replaced))
    } else {
        Err(Stop::Badarg)
    }
}

fn run_over(ctx: &mut Ctx<'_>, list: Term, compiled: Term) -> Result<Vec<Term>, Stop> {
    let rows = list.list_to_vec().ok_or(Stop::Badarg)?;
    let spec = spec(compiled)?;
    let mut runner = Runner::new(ctx, &spec);
    let mut results = Vec::new();
    for row in rows {
        if let Some(value) = runner.run(row) {
            results.push(ctx.heap().copy(value));
        }
    }
    Ok(results)
}

fn match_spec_run(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let results = run_over(ctx, args[0], args[1])?;
    Ok(ctx.heap().list(results))
}

fn test_ms(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let spec = spec(args[1])?;
    let mut runner = Runner::new(ctx, &spec);
    let value = match runner.run(args[0]) {
        Some(value) => ctx.heap().copy(value),
        None => Term::FALSE,
    };
    Ok(ctx.heap().ok(value))
}

/// One change of a counter: position (from 0), increment, and what it wraps to beyond a threshold.
struct Increment {
    position: usize,
    by: Term,
    wrap: Option<(Term, Term)>,
}

fn increment(table: &Table, term: Term) -> Result<Increment, Stop> {
    if term.is_integer() {
        return Ok(Increment {
            position: table.key + 1,
            by: term,
            wrap: None,
        });
    }
    let fields = term.tuple().ok_or(Stop::Badarg)?;
    let (by, wrap) = match fields {
        [_, by] => (*by, None),
        [_, by, threshold, value] if threshold.is_integer() && value.is_integer() => {
            (*by, Some((*threshold, *value)))
        }
        _ => return Err(Stop::Badarg),
    };
    let position = fields[0]
        .as_usize()
        .and_then(|position| position.checked_sub(1))
        .ok_or(Stop::Badarg)?;
    if !by.is_integer() || position == table.key {
        return Err(Stop::Badarg);
    }
    Ok(Increment { position, by, wrap })
}

fn update_counter(ctx: &mut Ctx<'_>, args: &[Term], default: Option<Term>) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if table.kind.is_bag() {
        return Err(Stop::Badarg);
    }
    let several = args[2].is_list();
    let wanted = if several {
        args[2].list_to_vec().ok_or(Stop::Badarg)?
    } else {
        vec![args[2]]
    };
    let increments: Result<Vec<Increment>, Stop> =
        wanted.iter().map(|term| increment(&table, *term)).collect();
    let increments = increments?;
    let heap = ctx.heap();
    let mut results = Vec::with_capacity(increments.len());
    let mut apply = |heap: &mut Heap, row: Term| -> Result<OwnedTerm, Stop> {
        let mut fields = row.tuple().ok_or(Stop::Badarg)?.to_vec();
        for increment in &increments {
            let field = fields.get_mut(increment.position).ok_or(Stop::Badarg)?;
            if !field.is_integer() {
                return Err(Stop::Badarg);
            }
            let mut value = arith::add(heap, *field, increment.by)?;
            if let Some((threshold, wrapped)) = increment.wrap {
                let up = term::compare(increment.by, Term::ZERO).is_ge();
                let order = term::compare(value, threshold);
                if (up && order.is_gt()) || (!up && order.is_lt()) {
                    value = wrapped;
                }
            }
            *field = value;
            results.push(value);
        }
        Ok(OwnedTerm::of(heap.tuple(&fields)))
    };
    let mut outcome = None;
    let mut store = table.rows.write();
    store.change(args[1], |row| match apply(heap, row) {
        Ok(new) => {
            outcome = Some(Ok(()));
            Fate::Replace(new)
        }
        Err(stop) => {
            outcome = Some(Err(stop));
            Fate::Keep
        }
    });
    match outcome {
        Some(result) => result?,
        None => {
            let row = with_key(heap, &table, default.ok_or(Stop::Badarg)?, args[1])?;
            let row = apply(heap, row)?;
            store.insert(row);
        }
    }
    drop(store);
    Ok(if several { heap.list(results) } else { results[0] })
}

/// The row with this key in place of its own.
fn with_key(heap: &mut Heap, table: &Table, row: Term, key: Term) -> NativeResult {
    let mut fields = row.tuple().ok_or(Stop::Badarg)?.to_vec();
    *fields.get_mut(table.key).ok_or(Stop::Badarg)? = key;
    Ok(heap.tuple(&fields))
}

fn update_element(ctx: &mut Ctx<'_>, args: &[Term], default: Option<Term>) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if table.kind.is_bag() {
        return Err(Stop::Badarg);
    }
    let wanted = if args[2].is_list() {
        args[2].list_to_vec().ok_or(Stop::Badarg)?
    } else {
        vec![args[2]]
    };
    let mut changes = Vec::with_capacity(wanted.len());
    for change in wanted {
        let (position, value) = change.pair().ok_or(Stop::Badarg)?;
        let position = position
            .as_usize()
            .and_then(|position| position.checked_sub(1))
            .ok_or(Stop::Badarg)?;
        if position == table.key {
            return Err(Stop::Badarg);
        }
        changes.push((position, value));
    }
    let heap = ctx.heap();
    let mut apply = |row: Term| -> Option<OwnedTerm> {
        let mut fields = row.tuple()?.to_vec();
        for (position, value) in &changes {
            *fields.get_mut(*position)? = *value;
        }
        Some(OwnedTerm::of(heap.tuple(&fields)))
    };
    let (mut found, mut fine) = (false, true);
    let mut store = table.rows.write();
    store.change(args[1], |row| {
        found = true;
        match apply(row) {
            Some(new) => Fate::Replace(new),
            None => {
                fine = false;
                Fate::Keep
            }
        }
    });
    if !fine {
        return Err(Stop::Badarg);
    }
    if !found && let Some(default) = default {
        let row = apply(default).ok_or(Stop::Badarg)?;
        let mut scratch = Heap::new();
        let row = with_key(&mut scratch, &table, row.term(), args[1])?;
        store.insert(OwnedTerm::of(row));
        return Ok(Term::TRUE);
    }
    Ok(Term::bool(found))
}

fn find_for_info(ctx: &Ctx<'_>, id: Term) -> Result<Option<Arc<Table>>, Stop> {
    if !id.is_atom() && !id.is_ref() {
        return Err(Stop::Badarg);
    }
    Ok(ctx.vm.ets().find(id))
}

/// What `info/1` lists, in its order.
const INFO: &[Atom] = &[
    known::ID,
    known::DECENTRALIZED_COUNTERS,
    known::READ_CONCURRENCY,
    known::WRITE_CONCURRENCY,
    known::COMPRESSED,
    known::MEMORY,
    known::OWNER,
    known::HEIR,
    known::NAME,
    known::SIZE,
    known::NODE,
    known::NAMED_TABLE,
    known::TYPE,
    known::KEYPOS,
    known::PROTECTION,
];

fn info_all(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let Some(table) = find_for_info(ctx, args[0])? else {
        return Ok(UNDEFINED);
    };
    let mut pairs = Vec::with_capacity(INFO.len());
    for name in INFO {
        let value = info(ctx, &table, *name).ok_or(Stop::Badarg)?;
        pairs.push(ctx.heap().tuple(&[Term::atom(*name), value]));
    }
    Ok(ctx.heap().list(pairs))
}

fn info(ctx: &mut Ctx<'_>, table: &Table, name: Atom) -> Option<Term> {
    Some(match name {
        known::ID => table.reference(ctx.heap()),
        known::DECENTRALIZED_COUNTERS => Term::bool(table.decentralized),
        known::READ_CONCURRENCY => Term::bool(table.read_concurrency),
        known::WRITE_CONCURRENCY => table.write_concurrency,
        known::COMPRESSED => Term::bool(table.compressed),
        known::MEMORY => Term::small(table.words() as i64),
        known::OWNER => Term::pid(table.owner()),
        known::HEIR => table
            .heir()
            .map_or(Term::atom(known::NONE), |(heir, _)| Term::pid(heir)),
        known::NAME => Term::atom(table.name()),
        known::SIZE => Term::small(table.rows.read().len() as i64),
        known::NODE => ctx.vm.node(),
        known::NAMED_TABLE => Term::bool(table.named),
        known::TYPE => Term::atom(table.kind.atom()),
        known::KEYPOS => Term::small(table.key as i64 + 1),
        known::PROTECTION => Term::atom(table.protection.atom()),
        known::FIXED => Term::bool(table.fixed.load(Ordering::Relaxed) > 0),
        known::SAFE_FIXED | known::SAFE_FIXED_MONOTONIC_TIME => Term::FALSE,
        _ if name.as_str() == "stats" => Term::FALSE,
        _ if name.as_str() == "binary" => Term::NIL,
        _ => return None,
    })
}

fn give_away(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = ctx
        .vm
        .ets()
        .find(args[0])
        .filter(|table| table.owner() == ctx.process.number())
        .ok_or(Stop::Badarg)?;
    let to = args[1]
        .as_pid()
        .filter(|to| ctx.vm.processes().is_alive(*to))
        .ok_or(Stop::Badarg)?;
    let from = ctx.process.number();
    if to == from {
        return Err(Stop::Badarg);
    }
    table.set_owner(to);
    transfer(ctx.vm, &table, from, to, args[2]);
    Ok(Term::TRUE)
}

fn setopts(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = ctx
        .vm
        .ets()
        .find(args[0])
        .filter(|table| table.owner() == ctx.process.number())
        .ok_or(Stop::Badarg)?;
    let options = if args[1].is_list() {
        args[1].list_to_vec().ok_or(Stop::Badarg)?
    } else {
        vec![args[1]]
    };
    for option in options {
        match option.tuple() {
            Some(&[key, pid, data]) if key == Term::atom(known::HEIR) => {
                table.set_heir(heir_of(ctx, pid, data)?)
            }
            Some(&[key, none]) if key == Term::atom(known::HEIR) && none == Term::atom(known::NONE) => {
                table.set_heir(None);
            }
            _ => return Err(Stop::Badarg),
        }
    }
    Ok(Term::TRUE)
}
