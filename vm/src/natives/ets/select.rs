//! Match specifications: what rows they choose, all at once or in portions, and what becomes of those.

use super::rows::row_of;
use super::{END, charge, key_of, readable, writable};
use crate::atom::Atom;
use crate::ets::spec::Spec;
use crate::ets::store::{Cursor, Fate};
use crate::ets::table::{Kind, Table};
use crate::heap::{Heap, OwnedTerm, Row};
use crate::natives::{Ctx, NativeResult, Stop};
use crate::term::{self, Term};

/// A specification, or one compiled before.
pub(super) fn spec(term: Term) -> Result<Spec, Stop> {
    Spec::new(compiled(term).unwrap_or(term)).ok_or(Stop::Badarg)
}

pub(super) fn compiled(term: Term) -> Option<Term> {
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
fn candidates(table: &Table, spec: &Spec, back: bool, mut visit: impl FnMut(&Row)) -> usize {
    let mut seen = 0;
    let mut count = |row: &Row| {
        seen += 1;
        visit(row);
    };
    if let Some(key) = spec.key(table.key) {
        table.rows.at(key, |rows| rows.lookup(key, &mut count));
    } else if back {
        table.rows.scan_back(&Cursor::Start, |row| {
            count(row);
            true
        });
    } else if let (Kind::OrderedSet, [clause]) = (table.kind, spec.clauses.as_slice())
        && let Some((prefix, arity)) = clause.head.exact_prefix(table.key)
    {
        // Keys with a known beginning stand together: from the least tuple of that arity with this beginning.
        let mut heap = Heap::new();
        let least = heap.tuple_with(arity, |heap, at| {
            prefix.get(at).copied().unwrap_or_else(|| heap.float(f64::MIN))
        });
        table.rows.scan_from(least, |row| {
            let fits = row.fields()[table.key].tuple().is_some_and(|fields| {
                fields.len() == arity && prefix.iter().zip(fields).all(|(a, b)| term::equal(*a, *b))
            });
            if fits {
                count(row);
            }
            fits
        });
    } else {
        table.rows.scan(&Cursor::Start, |row| {
            count(row);
            true
        });
    }
    seen
}

pub(super) fn select_all(ctx: &mut Ctx<'_>, id: Term, spec: Spec, back: bool) -> NativeResult {
    let table = readable(ctx, id)?;
    let mut runner = Runner::new(ctx, &spec);
    let mut results = Vec::new();
    let heap = ctx.heap();
    let seen = candidates(&table, &spec, back, |row| {
        if let Some(value) = runner.run(row.term()) {
            results.push(heap.copy(value));
        }
    });
    charge(ctx, seen);
    Ok(ctx.heap().list(results))
}

/// Which function a continuation belongs to.
#[derive(Clone, Copy)]
pub(super) enum What {
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

pub(super) fn select_some(ctx: &mut Ctx<'_>, args: &[Term], what: What) -> NativeResult {
    let limit = args[2]
        .as_usize()
        .filter(|limit| *limit > 0)
        .ok_or(Stop::Badarg)?;
    chunk(ctx, args[0], args[1], limit, what, &Cursor::Start)
}

/// `{results, continuation}`; the continuation is `{table, specification, limit, function, cursor}`.
fn chunk(ctx: &mut Ctx<'_>, id: Term, wanted: Term, limit: usize, what: What, from: &Cursor) -> NativeResult {
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
    let visit = |row: &Row| {
        seen += 1;
        if let Some(value) = runner.run(row.term()) {
            results.push(heap.copy(value));
        }
        results.len() < limit
    };
    let rest = match what {
        What::Reverse => table.rows.scan_back(from, visit),
        _ => table.rows.scan(from, visit),
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
                    let key = heap.adopt(key);
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

pub(super) fn go_on(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0] == END {
        return Ok(END);
    }
    let Some(&[id, wanted, limit, what, cursor]) = args[0].tuple() else {
        return Err(Stop::Badarg);
    };
    let limit = limit.as_usize().filter(|limit| *limit > 0).ok_or(Stop::Badarg)?;
    let what = what.as_small().and_then(What::of).ok_or(Stop::Badarg)?;
    let cursor = match (cursor.tuple(), cursor.as_u64()) {
        (Some(&[key]), _) => Cursor::Key(OwnedTerm::of(key)),
        (_, Some(hash)) => Cursor::Hash(hash),
        _ => return Err(Stop::Badarg),
    };
    chunk(ctx, id, wanted, limit, what, &cursor)
}

pub(super) fn select_count(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = readable(ctx, args[0])?;
    let spec = spec(args[1])?;
    let mut runner = Runner::new(ctx, &spec);
    let mut count = 0;
    let seen = candidates(&table, &spec, false, |row| {
        count += (runner.run(row.term()) == Some(Term::TRUE)) as i64
    });
    charge(ctx, seen);
    Ok(Term::small(count))
}

pub(super) fn delete_where(
    ctx: &mut Ctx<'_>,
    id: Term,
    spec: &Spec,
    wanted: impl Fn(Term) -> bool,
) -> Result<usize, Stop> {
    let table = writable(ctx, id)?;
    let mut runner = Runner::new(ctx, spec);
    let (mut deleted, mut seen) = (0, 0);
    let decide = |row: &mut Row| {
        seen += 1;
        if runner.run(row.term()).is_some_and(&wanted) {
            deleted += 1;
            Fate::Delete
        } else {
            Fate::Keep
        }
    };
    match spec.key(table.key) {
        Some(key) => table.rows.at_mut(key, |rows| rows.change(key, decide)),
        None => table.rows.change_all(decide),
    }
    charge(ctx, seen);
    Ok(deleted)
}

pub(super) fn select_replace(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if table.kind == Kind::Bag {
        return Err(Stop::Badarg);
    }
    let spec = spec(args[1])?;
    let mut runner = Runner::new(ctx, &spec);
    let mut replaced = 0;
    let mut fine = true;
    let decide = |row: &mut Row| {
        let Some(new) = runner.run(row.term()) else {
            return Fate::Keep;
        };
        let old = row.fields()[table.key];
        match key_of(&table, new) {
            Ok(key) if term::same(old, key) => {
                replaced += 1;
                Fate::Replace(row_of(&table, new, key))
            }
            _ => {
                fine = false;
                Fate::Keep
            }
        }
    };
    match spec.key(table.key) {
        Some(key) => table.rows.at_mut(key, |rows| rows.change(key, decide)),
        None => table.rows.change_all(decide),
    }
    if fine {
        Ok(Term::small(replaced))
    } else {
        Err(Stop::Badarg)
    }
}

pub(super) fn run_over(ctx: &mut Ctx<'_>, list: Term, compiled: Term) -> Result<Vec<Term>, Stop> {
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

pub(super) fn match_spec_run(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let results = run_over(ctx, args[0], args[1])?;
    Ok(ctx.heap().list(results))
}

pub(super) fn test_ms(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let spec = spec(args[1])?;
    let mut runner = Runner::new(ctx, &spec);
    let value = match runner.run(args[0]) {
        Some(value) => ctx.heap().copy(value),
        None => Term::FALSE,
    };
    Ok(ctx.heap().ok(value))
}
