//! Changing parts of rows: counters and elements.

use super::rows::row_of;
use super::writable;
use crate::ets::store::Fate;
use crate::ets::table::Table;
use crate::heap::{Heap, Row};
use crate::natives::{Ctx, NativeResult, Stop, arith};
use crate::term::{self, Term};
use smallvec::{SmallVec, smallvec};

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
    let increments: SmallVec<[Increment; 2]> = if several {
        let wanted = args[2].list_to_vec().ok_or(Stop::Badarg)?;
        wanted
            .into_iter()
            .map(|term| increment(&table, term))
            .collect::<Result<_, Stop>>()?
    } else {
        smallvec![increment(&table, args[2])?]
    };
    let heap = ctx.heap();
    let key = args[1];
    let results = table.rows.at_mut(key, |rows| -> Result<Values, Stop> {
        let mut outcome = None;
        rows.change(key, |row| match counted(heap, row.fields(), &increments) {
            Ok(values) => {
                let fate = put(heap, &table, row, &increments, &values);
                outcome = Some(Ok(values));
                fate
            }
            Err(stop) => {
                outcome = Some(Err(stop));
                Fate::Keep
            }
        });
        if let Some(outcome) = outcome {
            return outcome;
        }
        let row = with_key(heap, &table, default.ok_or(Stop::Badarg)?, key)?;
        let mut row = row_of(&table, row, key);
        let values = counted(heap, row.fields(), &increments)?;
        if let Fate::Replace(new) = put(heap, &table, &mut row, &increments, &values) {
            row = new;
        }
        rows.insert(row);
        Ok(values)
    })?;
    Ok(if several { heap.list(results) } else { results[0] })
}

type Values = SmallVec<[Term; 4]>;

/// The values that the counters come to, one after the other.
fn counted(heap: &mut Heap, fields: &[Term], increments: &[Increment]) -> Result<Values, Stop> {
    let mut values = Values::new();
    for (index, increment) in increments.iter().enumerate() {
        let before = increments[..index]
            .iter()
            .rposition(|earlier| earlier.position == increment.position);
        let old = match before {
            Some(index) => values[index],
            None => *fields.get(increment.position).ok_or(Stop::Badarg)?,
        };
        if !old.is_integer() {
            return Err(Stop::Badarg);
        }
        let mut value = arith::add(heap, old, increment.by)?;
        if let Some((threshold, wrapped)) = increment.wrap {
            let up = term::compare(increment.by, Term::ZERO).is_ge();
            let order = term::compare(value, threshold);
            if (up && order.is_gt()) || (!up && order.is_lt()) {
                value = wrapped;
            }
        }
        // Big integers of the row must not be told to the process as they are: the row may go.
        values.push(heap.copy(value));
    }
    Ok(values)
}

/// Puts the values into the row, or makes another one if they need memory.
fn put(heap: &mut Heap, table: &Table, row: &mut Row, increments: &[Increment], values: &[Term]) -> Fate {
    let changes = || {
        increments
            .iter()
            .map(|increment| increment.position)
            .zip(values.iter().copied())
    };
    replaced(heap, table, row, changes)
}

/// Changes elements that are there in place if that can be, else gives a row with them.
fn replaced<I: Iterator<Item = (usize, Term)>>(
    heap: &mut Heap,
    table: &Table,
    row: &mut Row,
    changes: impl Fn() -> I,
) -> Fate {
    let fields = row.fields();
    if changes().all(|(at, value)| !value.is_pointer() && !fields[at].is_pointer()) {
        for (at, value) in changes() {
            row.replace(at, value);
        }
        return Fate::Keep;
    }
    let mut fields = fields.to_vec();
    for (at, value) in changes() {
        fields[at] = value;
    }
    let key = fields[table.key];
    Fate::Replace(row_of(table, heap.tuple(&fields), key))
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
    let key = args[1];
    let in_range = |fields: &[Term]| changes.iter().all(|(at, _)| *at < fields.len());
    table.rows.at_mut(key, |rows| -> NativeResult {
        let (mut found, mut fine) = (false, true);
        rows.change(key, |row| {
            found = true;
            fine = in_range(row.fields());
            if !fine {
                return Fate::Keep;
            }
            replaced(heap, &table, row, || changes.iter().copied())
        });
        if !fine {
            return Err(Stop::Badarg);
        }
        if !found && let Some(default) = default {
            let row = with_key(heap, &table, default, key)?;
            let mut row = row_of(&table, row, key);
            if !in_range(row.fields()) {
                return Err(Stop::Badarg);
            }
            if let Fate::Replace(new) = replaced(heap, &table, &mut row, || changes.iter().copied()) {
                row = new;
            }
            rows.insert(row);
            return Ok(Term::TRUE);
        }
        Ok(Term::bool(found))
    })
}
