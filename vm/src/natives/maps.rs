//! `:maps`, as far as it calls no funs, and the map functions of `:erlang`.
//!
//! An iterator is the list of the pairs still to come, or before its first use `[0 | map]` (`[:ordered | map]` in the order of
//! keys), as `:maps.iterator` shows it.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::term::map::{self, MapView};
use crate::term::{Term, compare_exact};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "map_size", 1, |_, args| {
        Ok(Term::small(view(args[0])?.len() as i64))
    }),
    Native::plain("maps", "size", 1, |_, args| {
        Ok(Term::small(view(args[0])?.len() as i64))
    }),
    Native::plain("erlang", "is_map_key", 2, |_, args| {
        Ok(Term::bool(view(args[1])?.get(args[0]).is_some()))
    }),
    Native::plain("maps", "is_key", 2, |_, args| {
        Ok(Term::bool(view(args[1])?.get(args[0]).is_some()))
    }),
    Native::plain("erlang", "map_get", 2, |_, args| {
        view(args[1])?.get(args[0]).ok_or(Stop::BadKey(args[0]))
    }),
    Native::plain("maps", "get", 2, |_, args| {
        view(args[1])?.get(args[0]).ok_or(Stop::BadKey(args[0]))
    }),
    Native::plain("maps", "get", 3, |_, args| {
        Ok(view(args[1])?.get(args[0]).unwrap_or(args[2]))
    }),
    Native::plain("maps", "find", 2, |ctx, args| match view(args[1])?.get(args[0]) {
        Some(value) => Ok(ctx.heap().ok(value)),
        None => Ok(Term::atom(known::ERROR)),
    }),
    Native::plain("maps", "new", 0, |ctx, _| Ok(map::empty(ctx.heap()))),
    Native::plain("maps", "put", 3, |ctx, args| {
        view(args[2])?;
        Ok(map::put(ctx.heap(), args[2], args[0], args[1]))
    }),
    Native::plain("maps", "update", 3, |ctx, args| {
        view(args[2])?;
        map::update(ctx.heap(), args[2], args[0], args[1]).ok_or(Stop::BadKey(args[0]))
    }),
    Native::plain("maps", "remove", 2, |ctx, args| {
        view(args[1])?;
        Ok(map::remove(ctx.heap(), args[1], args[0]).map_or(args[1], |(_, map)| map))
    }),
    Native::plain("maps", "take", 2, |ctx, args| {
        view(args[1])?;
        match map::remove(ctx.heap(), args[1], args[0]) {
            Some((value, map)) => Ok(ctx.heap().tuple(&[value, map])),
            None => Ok(Term::atom(known::ERROR)),
        }
    }),
    Native::plain("maps", "keys", 1, |ctx, args| {
        let map = view(args[0])?;
        ctx.charge(map.len() as u32 / 16);
        let keys: Vec<Term> = map.iter().map(|(key, _)| key).collect();
        Ok(ctx.heap().list(keys))
    }),
    Native::plain("maps", "values", 1, |ctx, args| {
        let map = view(args[0])?;
        ctx.charge(map.len() as u32 / 16);
        let values: Vec<Term> = map.iter().map(|(_, value)| value).collect();
        Ok(ctx.heap().list(values))
    }),
    Native::plain("maps", "to_list", 1, to_list),
    Native::plain("maps", "from_list", 1, |ctx, args| {
        let mut pairs = Vec::new();
        for entry in args[0].list_to_vec().ok_or(Stop::Badarg)? {
            pairs.push(entry.pair().ok_or(Stop::Badarg)?);
        }
        ctx.charge(pairs.len() as u32 / 8);
        Ok(map::from_pairs(ctx.heap(), &mut pairs))
    }),
    Native::plain("maps", "from_keys", 2, |ctx, args| {
        let keys = args[0].list_to_vec().ok_or(Stop::Badarg)?;
        ctx.charge(keys.len() as u32 / 8);
        let mut pairs: Vec<(Term, Term)> = keys.into_iter().map(|key| (key, args[1])).collect();
        Ok(map::from_pairs(ctx.heap(), &mut pairs))
    }),
    Native::plain("maps", "merge", 2, |ctx, args| {
        let (left, right) = (view(args[0])?, view(args[1])?);
        ctx.charge(left.len().min(right.len()) as u32 / 8);
        Ok(map::merge(ctx.heap(), args[0], args[1]))
    }),
    Native::plain("maps", "with", 2, |ctx, args| {
        let map = view(args[1])?;
        let keys = keys_of(args[0])?;
        ctx.charge(keys.len() as u32 / 8);
        let mut pairs: Vec<(Term, Term)> = keys
            .into_iter()
            .filter_map(|key| map.get(key).map(|value| (key, value)))
            .collect();
        Ok(map::from_pairs(ctx.heap(), &mut pairs))
    }),
    Native::plain("maps", "without", 2, |ctx, args| {
        view(args[1])?;
        let keys = keys_of(args[0])?;
        ctx.charge(keys.len() as u32 / 8);
        let heap = ctx.heap();
        Ok(keys.into_iter().fold(args[1], |map, key| {
            map::remove(heap, map, key).map_or(map, |(_, map)| map)
        }))
    }),
    Native::plain("maps", "iterator", 1, |ctx, args| {
        view(args[0])?;
        Ok(ctx.heap().cons(Term::ZERO, args[0]))
    }),
    Native::plain("maps", "iterator", 2, |ctx, args| {
        view(args[0])?;
        match args[1].as_atom().map(Atom::as_str) {
            Some("undefined") => Ok(ctx.heap().cons(Term::ZERO, args[0])),
            Some("ordered" | "reversed") => Ok(ctx.heap().cons(args[1], args[0])),
            None if args[1].fun_arity() == Some(2) => {
                let sorted = Mfa {
                    module: known::MAPS,
                    function: Atom::new("iterator_by"),
                    arity: 2,
                };
                Err(Stop::Call(sorted, smallvec::smallvec![args[0], args[1]]))
            }
            _ => Err(Stop::Badarg),
        }
    }),
    Native::plain("maps", "next", 1, next),
];

fn view(map: Term) -> Result<MapView, Stop> {
    map.map().ok_or(Stop::BadMap(map))
}

fn keys_of(list: Term) -> Result<Vec<Term>, Stop> {
    if !list.is_list() {
        return Err(Stop::Badarg);
    }
    list.list_to_vec()
        .ok_or_else(|| Stop::error(Term::atom(known::FUNCTION_CLAUSE)))
}

/// The pairs of a list of pairs that is an iterator or a map that one begins with.
fn remaining(iterator: Term) -> Option<Vec<(Term, Term)>> {
    let (head, tail) = iterator.uncons()?;
    let map = tail.map()?;
    let mut pairs: Vec<(Term, Term)> = map.iter().collect();
    match head.as_atom().map(Atom::as_str) {
        Some("ordered") => pairs.sort_by(|a, b| compare_exact(a.0, b.0)),
        Some("reversed") => pairs.sort_by(|a, b| compare_exact(b.0, a.0)),
        _ => {}
    }
    Some(pairs)
}

/// The iterator that gives these pairs: nested tuples, ended by `:none`.
fn pairs_list(ctx: &mut Ctx<'_>, pairs: &[(Term, Term)]) -> Term {
    let heap = ctx.heap();
    pairs
        .iter()
        .rev()
        .fold(Term::atom(known::NONE), |rest, (key, value)| {
            heap.tuple(&[*key, *value, rest])
        })
}

fn next(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let iterator = args[0];
    if iterator == Term::atom(known::NONE) || iterator.tuple().is_some_and(|fields| fields.len() == 3) {
        return Ok(iterator);
    }
    let pairs = remaining(iterator).ok_or(Stop::Badarg)?;
    ctx.charge(pairs.len() as u32 / 8);
    Ok(pairs_list(ctx, &pairs))
}

fn to_list(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let pairs: Vec<(Term, Term)> = match args[0].map() {
        Some(map) => map.iter().collect(),
        None => {
            let mut pairs = Vec::new();
            let mut iterator = args[0];
            if let Some(pairs) = remaining(iterator) {
                return Ok(list_of(ctx, &pairs));
            }
            while let Some([key, value, rest]) = iterator.tuple() {
                pairs.push((*key, *value));
                iterator = *rest;
            }
            if iterator != Term::atom(known::NONE) {
                return Err(Stop::BadMap(args[0]));
            }
            pairs
        }
    };
    Ok(list_of(ctx, &pairs))
}

fn list_of(ctx: &mut Ctx<'_>, pairs: &[(Term, Term)]) -> Term {
    ctx.charge(pairs.len() as u32 / 8);
    let heap = ctx.heap();
    heap.reserve(pairs.len() * 5);
    pairs.iter().rev().fold(Term::NIL, |list, (key, value)| {
        let pair = heap.tuple(&[*key, *value]);
        heap.cons(pair, list)
    })
}
