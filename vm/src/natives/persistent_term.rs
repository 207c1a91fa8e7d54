//! `:persistent_term`: values that every process reads without copying. A value put there is a literal and is never freed.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::heap::{OwnedTerm, literals};
use crate::term::{self, Term};

pub static NATIVES: &[Native] = &[
    Native::plain("persistent_term", "put", 2, put),
    Native::plain("persistent_term", "put_new", 2, |ctx, args| {
        match find(ctx, args[0]) {
            Some(value) if term::same(value, args[1]) => Ok(Term::OK),
            Some(_) => Err(Stop::Badarg),
            None => put(ctx, args),
        }
    }),
    Native::plain("persistent_term", "get", 1, |ctx, args| {
        find(ctx, args[0]).ok_or(Stop::Badarg)
    }),
    Native::plain("persistent_term", "get", 2, |ctx, args| {
        Ok(find(ctx, args[0]).unwrap_or(args[1]))
    }),
    Native::plain("persistent_term", "get", 0, |ctx, _| {
        let all: Vec<(Term, Term)> = ctx
            .vm
            .persistent()
            .read()
            .values()
            .flatten()
            .map(|(key, value)| (key.term(), *value))
            .collect();
        let heap = ctx.heap();
        let all: Vec<Term> = all
            .into_iter()
            .map(|(key, value)| {
                let key = heap.copy(key);
                heap.tuple(&[key, value])
            })
            .collect();
        Ok(heap.list(all))
    }),
    Native::plain("persistent_term", "erase", 1, |ctx, args| {
        let mut all = ctx.vm.persistent().write();
        let hash = term::hash::fast(args[0]);
        let Some(bucket) = all.get_mut(&hash) else {
            return Ok(Term::FALSE);
        };
        let before = bucket.len();
        bucket.retain(|(key, _)| !term::same(key.term(), args[0]));
        Ok(Term::bool(bucket.len() < before))
    }),
    Native::plain("persistent_term", "info", 0, |ctx, _| {
        let count = ctx.vm.persistent().read().values().map(Vec::len).sum::<usize>();
        let mut pairs = [
            (Term::atom(Atom::new("count")), Term::small(count as i64)),
            (
                Term::atom(known::MEMORY),
                Term::small(literals::words() as i64 * 8),
            ),
        ];
        Ok(ctx.heap().map_from(&mut pairs))
    }),
];

fn find(ctx: &Ctx<'_>, key: Term) -> Option<Term> {
    let all = ctx.vm.persistent().read();
    all.get(&term::hash::fast(key))?
        .iter()
        .find(|(other, _)| term::same(other.term(), key))
        .map(|(_, value)| *value)
}

fn put(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if find(ctx, args[0]).is_some_and(|value| term::same(value, args[1])) {
        return Ok(Term::OK);
    }
    let value = literals::store(OwnedTerm::of(args[1]));
    let mut all = ctx.vm.persistent().write();
    let bucket = all.entry(term::hash::fast(args[0])).or_default();
    match bucket.iter_mut().find(|(key, _)| term::same(key.term(), args[0])) {
        Some((_, old)) => *old = value,
        None => bucket.push((OwnedTerm::of(args[0]), value)),
    }
    Ok(Term::OK)
}
