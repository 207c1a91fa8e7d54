//! Changing parts of rows: counters and elements.

use super::writable;
use crate::ets::store::Fate;
use crate::ets::table::Table;
use crate::heap::{Heap, OwnedTerm};
use crate::natives::{Ctx, NativeResult, Stop, arith};
use crate::term::{self, Term};

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

pub(super) fn update_counter(ctx: &mut Ctx<'_>, args: &[Term], default: Option<Term>) -> NativeResult {
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

pub(super) fn update_element(ctx: &mut Ctx<'_>, args: &[Term], default: Option<Term>) -> NativeResult {
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
