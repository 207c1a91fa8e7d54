//! `:ets`: tables of rows that processes share.

mod info;
mod rows;
mod select;
mod update;

use crate::atom::{Atom, known};
use crate::ets::Found;
use crate::ets::spec::Spec;
use crate::ets::store::{Cursor, Fate, Step};
use crate::ets::table::{Kind, Options, Protection, Table};
use crate::heap::{OwnedTerm, Row, next_reference};
use crate::natives::{Ctx, Native, NativeResult, Stop};
use crate::sync::Ordering;
use crate::term::{self, Term};
use info::{find_for_info, info, info_all};
use rows::{insert, insert_new, lookup, lookup_element, slot, step, step_lookup};
use select::{
    What, compiled, delete_where, go_on, match_spec_run, run_over, select_all, select_count, select_replace,
    select_some, spec, test_ms,
};
use std::sync::Arc;
use update::{update_counter, update_element};

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
        let found = table.rows.at(args[1], |rows| rows.get(args[1]).is_some());
        Ok(Term::bool(found))
    }),
    Native::plain("ets", "delete", 1, |ctx, args| {
        let table = writable(ctx, args[0])?;
        ctx.vm.ets().remove(&table);
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "delete", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        table
            .rows
            .at_mut(args[1], |rows| rows.change(args[1], |_| Fate::Delete));
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "delete_object", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        let key = key_of(&table, args[1])?;
        let decide = |row: &mut Row| {
            if term::same(row.term(), args[1]) {
                Fate::Delete
            } else {
                Fate::Keep
            }
        };
        table.rows.at_mut(key, |rows| rows.change(key, decide));
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "delete_all_objects", 1, |ctx, args| {
        let table = writable(ctx, args[0])?;
        table.rows.clear();
        Ok(Term::TRUE)
    }),
    Native::plain("ets", "take", 2, |ctx, args| {
        let table = writable(ctx, args[0])?;
        let heap = ctx.heap();
        let mut taken = Term::NIL;
        let take = |row: &mut Row| {
            let row = heap.copy_row(row);
            taken = heap.cons(row, taken);
            Fate::Delete
        };
        table.rows.at_mut(args[1], |rows| rows.change(args[1], take));
        Ok(taken)
    }),
    Native::plain("ets", "first", 1, |ctx, args| step(ctx, args[0], Step::First)),
    Native::plain("ets", "last", 1, |ctx, args| step(ctx, args[0], Step::Last)),
    Native::plain("ets", "next", 2, |ctx, args| {
        step(ctx, args[0], Step::Next(args[1]))
    }),
    Native::plain("ets", "prev", 2, |ctx, args| {
        step(ctx, args[0], Step::Previous(args[1]))
    }),
    Native::plain("ets", "first_lookup", 1, |ctx, args| {
        step_lookup(ctx, args[0], Step::First)
    }),
    Native::plain("ets", "last_lookup", 1, |ctx, args| {
        step_lookup(ctx, args[0], Step::Last)
    }),
    Native::plain("ets", "next_lookup", 2, |ctx, args| {
        step_lookup(ctx, args[0], Step::Next(args[1]))
    }),
    Native::plain("ets", "prev_lookup", 2, |ctx, args| {
        step_lookup(ctx, args[0], Step::Previous(args[1]))
    }),
    Native::plain("ets", "slot", 2, slot),
    Native::plain("ets", "tab2list", 1, |ctx, args| {
        let table = readable(ctx, args[0])?;
        let heap = ctx.heap();
        let mut all = Vec::new();
        table.rows.scan(&Cursor::Start, |row| {
            all.push(heap.copy_row(row));
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

fn readable(ctx: &Ctx<'_>, id: Term) -> Result<Found, Stop> {
    ctx.vm
        .ets()
        .find(id)
        .filter(|table| table.may_read(ctx.process.number()))
        .ok_or(Stop::Badarg)
}

fn writable(ctx: &Ctx<'_>, id: Term) -> Result<Found, Stop> {
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
    ctx.process.has_tables = true;
    if !ctx.vm.ets().add(table.clone()) {
        return Err(Stop::Badarg);
    }
    Ok(table.id(ctx.heap()))
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
    if !ctx.vm.ets().transfer(ctx.vm, &table, to, args[2]) {
        return Err(Stop::Badarg);
    }
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
