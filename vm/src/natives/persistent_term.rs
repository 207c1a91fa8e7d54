//! `:persistent_term`: values that every process reads without copying. A value put there is a literal; when
//! it is replaced or erased, it is freed once nobody has it any more (`code::sweep`).

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::heap::OwnedTerm;
use crate::heap::literals::Area;
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
            .map(|(key, value)| (key.term(), value.term))
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
        let Some(index) = bucket.iter().position(|(key, _)| term::same(key.term(), args[0])) else {
            return Ok(Term::FALSE);
        };
        let (_, old) = bucket.swap_remove(index);
        if bucket.is_empty() {
            all.remove(&hash);
        }
        drop(all);
        ctx.vm.code().garbage().add_area(old.area, ctx.vm);
        Ok(Term::TRUE)
    }),
    Native::plain("persistent_term", "info", 0, |ctx, _| {
        let (mut count, mut bytes) = (0, 0);
        for (_, value) in ctx.vm.persistent().read().values().flatten() {
            count += 1;
            bytes += value.area.bytes();
        }
        let mut pairs = [
            (Term::atom(Atom::new("count")), Term::small(count as i64)),
            (Term::atom(known::MEMORY), Term::small(bytes as i64)),
        ];
        Ok(ctx.heap().map_from(&mut pairs))
    }),
];

/// A value, and the memory that it lives in.
pub struct Persistent {
    term: Term,
    area: Area,
}

fn find(ctx: &Ctx<'_>, key: Term) -> Option<Term> {
    let all = ctx.vm.persistent().read();
    all.get(&term::hash::fast(key))?
        .iter()
        .find(|(other, _)| term::same(other.term(), key))
        .map(|(_, value)| value.term)
}

fn put(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if find(ctx, args[0]).is_some_and(|value| term::same(value, args[1])) {
        return Ok(Term::OK);
    }
    let (area, terms) = Area::of(vec![OwnedTerm::of(args[1])]);
    let value = Persistent { term: terms[0], area };
    let mut all = ctx.vm.persistent().write();
    let bucket = all.entry(term::hash::fast(args[0])).or_default();
    let old = match bucket.iter_mut().find(|(key, _)| term::same(key.term(), args[0])) {
        Some((_, old)) => Some(std::mem::replace(old, value)),
        None => {
            bucket.push((OwnedTerm::of(args[0]), value));
            None
        }
    };
    drop(all);
    if let Some(old) = old {
        ctx.vm.code().garbage().add_area(old.area, ctx.vm);
    }
    Ok(Term::OK)
}
