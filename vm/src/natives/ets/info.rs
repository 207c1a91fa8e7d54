//! What a table tells about itself.

use super::UNDEFINED;
use crate::atom::{Atom, known};
use crate::ets::Found;
use crate::ets::table::Table;
use crate::natives::{Ctx, NativeResult, Stop};
use crate::sync::Ordering;
use crate::term::Term;

pub(super) fn find_for_info(ctx: &Ctx<'_>, id: Term) -> Result<Option<Found>, Stop> {
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

pub(super) fn info_all(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
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

pub(super) fn info(ctx: &mut Ctx<'_>, table: &Table, name: Atom) -> Option<Term> {
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
        known::SIZE => Term::small(table.rows.len() as i64),
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
