//! Rows one by one: putting them in, looking them up, going from key to key.

use super::{END, charge, key_of, readable, writable};
use crate::ets::hashed::hash_of;
use crate::ets::store::{Cursor, Step};
use crate::ets::table::{Kind, Table};
use crate::heap::Row;
use crate::natives::{Ctx, NativeResult, Stop};
use crate::term::Term;
use smallvec::SmallVec;

/// A row of its own for the table. The tuple has the key.
pub(super) fn row_of(table: &Table, tuple: Term, key: Term) -> Row {
    let hash = if table.kind == Kind::OrderedSet {
        0
    } else {
        hash_of(key)
    };
    Row::of(tuple, hash)
}

/// The rows that are to be inserted, with their keys.
fn rows_of(ctx: &mut Ctx<'_>, table: &Table, rows: Term) -> Result<Vec<(Term, Row)>, Stop> {
    let rows = rows.list_to_vec().ok_or(Stop::Badarg)?;
    for row in &rows {
        key_of(table, *row)?;
    }
    charge(ctx, rows.len());
    rows.into_iter()
        .map(|row| {
            let key = key_of(table, row)?;
            Ok((key, row_of(table, row, key)))
        })
        .collect()
}

pub(super) fn insert(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if !args[1].is_list() {
        let key = key_of(&table, args[1])?;
        let row = row_of(&table, args[1], key);
        table.rows.at_mut(key, |rows| rows.insert(row));
        return Ok(Term::TRUE);
    }
    let rows = rows_of(ctx, &table, args[1])?;
    table.rows.whole(|whole| {
        for (key, row) in rows {
            whole.part(key).insert(row);
        }
    });
    Ok(Term::TRUE)
}

pub(super) fn insert_new(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = writable(ctx, args[0])?;
    if !args[1].is_list() {
        let key = key_of(&table, args[1])?;
        let row = row_of(&table, args[1], key);
        return Ok(Term::bool(table.rows.at_mut(key, |rows| {
            let new = rows.get(key).is_none();
            if new {
                rows.insert(row);
            }
            new
        })));
    }
    let rows = rows_of(ctx, &table, args[1])?;
    Ok(Term::bool(table.rows.whole(|whole| {
        let new = rows.iter().all(|(key, _)| whole.part(*key).get(*key).is_none());
        if new {
            for (key, row) in rows {
                whole.part(key).insert(row);
            }
        }
        new
    })))
}

pub(super) fn lookup(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = readable(ctx, args[0])?;
    let heap = ctx.heap();
    table.rows.at(args[1], |rows| {
        if !table.kind.is_bag() {
            return Ok(match rows.get(args[1]) {
                Some(row) => {
                    let row = heap.copy_row(row);
                    heap.cons(row, Term::NIL)
                }
                None => Term::NIL,
            });
        }
        let mut found: SmallVec<[Term; 16]> = SmallVec::new();
        rows.lookup(args[1], |row| found.push(heap.copy_row(row)));
        Ok(heap.list(found))
    })
}

pub(super) fn lookup_element(ctx: &mut Ctx<'_>, args: &[Term]) -> Result<Option<Term>, Stop> {
    let table = readable(ctx, args[0])?;
    let position = args[2]
        .as_usize()
        .and_then(|position| position.checked_sub(1))
        .ok_or(Stop::Badarg)?;
    let heap = ctx.heap();
    table.rows.at(args[1], |rows| {
        if !table.kind.is_bag() {
            let Some(row) = rows.get(args[1]) else {
                return Ok(None);
            };
            let field = row.fields().get(position).ok_or(Stop::Badarg)?;
            return Ok(Some(heap.copy(*field)));
        }
        let (mut found, mut fine) = (Vec::new(), true);
        rows.lookup(args[1], |row| match row.fields().get(position) {
            Some(field) => found.push(heap.copy(*field)),
            None => fine = false,
        });
        if !fine {
            return Err(Stop::Badarg);
        }
        Ok((!found.is_empty()).then(|| heap.list(found)))
    })
}

/// The key of the row that the step leads to.
pub(super) fn step(ctx: &mut Ctx<'_>, id: Term, step: Step) -> NativeResult {
    let table = readable(ctx, id)?;
    let heap = ctx.heap();
    let key = table.rows.step(step, |_, row| heap.copy(row.fields()[table.key]));
    Ok(key.unwrap_or(END))
}

/// The same with the rows of that key: `{key, rows}`.
pub(super) fn step_lookup(ctx: &mut Ctx<'_>, id: Term, step: Step) -> NativeResult {
    let table = readable(ctx, id)?;
    let heap = ctx.heap();
    let found = table.rows.step(step, |store, row| {
        let key = row.fields()[table.key];
        let mut rows = Vec::new();
        store.lookup(key, |row| rows.push(heap.copy_row(row)));
        let (key, rows) = (heap.copy(key), heap.list(rows));
        heap.tuple(&[key, rows])
    });
    Ok(found.unwrap_or(END))
}

/// One row a slot, in the order of traversal.
pub(super) fn slot(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let table = readable(ctx, args[0])?;
    let wanted = args[1].as_usize().ok_or(Stop::Badarg)?;
    let heap = ctx.heap();
    let (mut at, mut found) = (0, None);
    table.rows.scan(&Cursor::Start, |row| {
        if at == wanted {
            found = Some(heap.copy_row(row));
        }
        at += 1;
        at <= wanted
    });
    match found {
        Some(row) => Ok(heap.list([row])),
        None if at == wanted => Ok(END),
        None => Err(Stop::Badarg),
    }
}
