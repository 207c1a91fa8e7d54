//! Rows one by one: putting them in, looking them up, going from key to key.

use super::{END, charge, key_of, readable, writable};
use crate::ets::store::{Cursor, Store};
use crate::ets::table::Table;
use crate::heap::OwnedTerm;
use crate::natives::{Ctx, NativeResult, Stop};
use crate::term::Term;

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

pub(super) fn insert(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
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

pub(super) fn insert_new(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
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

pub(super) fn lookup(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
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

pub(super) fn lookup_element(ctx: &mut Ctx<'_>, args: &[Term]) -> Result<Option<Term>, Stop> {
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
pub(super) fn step(ctx: &mut Ctx<'_>, id: Term, find: impl FnOnce(&Store) -> Option<Term>) -> NativeResult {
    let table = readable(ctx, id)?;
    let store = table.rows.read();
    match find(&store) {
        Some(row) => Ok(ctx.heap().copy(key_of(&table, row)?)),
        None => Ok(END),
    }
}

/// The same with the rows of that key: `{key, rows}`.
pub(super) fn step_lookup(
    ctx: &mut Ctx<'_>,
    id: Term,
    find: impl FnOnce(&Store) -> Option<Term>,
) -> NativeResult {
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
pub(super) fn slot(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
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
