//! `:lists`, as far as it calls no funs, and the list functions of `:erlang`.

use super::{Ctx, Native, NativeResult, Stop, arith};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::heap::Heap;
use crate::term::hash;
use crate::term::{Term, compare, equal, same};
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "hd", 1, |_, args| {
        args[0].uncons().map(|(head, _)| head).ok_or(Stop::Badarg)
    }),
    Native::plain("erlang", "tl", 1, |_, args| {
        args[0].uncons().map(|(_, tail)| tail).ok_or(Stop::Badarg)
    }),
    Native::plain("erlang", "length", 1, |ctx, args| {
        let length = args[0].list_length().ok_or(Stop::Badarg)?;
        ctx.charge(length as u32 / 64);
        Ok(Term::small(length as i64))
    }),
    Native::plain("erlang", "++", 2, |ctx, args| append(ctx, args[0], args[1])),
    Native::plain("lists", "append", 2, |ctx, args| append(ctx, args[0], args[1])),
    Native::plain("lists", "append", 1, append_all),
    Native::plain("erlang", "--", 2, |ctx, args| subtract(ctx, args[0], args[1])),
    Native::plain("lists", "subtract", 2, |ctx, args| {
        subtract(ctx, args[0], args[1])
    }),
    Native::plain("lists", "reverse", 1, |ctx, args| {
        reverse(ctx, args[0], Term::NIL).map_err(|_| no_clause())
    }),
    Native::plain("lists", "reverse", 2, |ctx, args| reverse(ctx, args[0], args[1])),
    Native::plain("lists", "member", 2, member),
    Native::plain("lists", "keyfind", 3, |ctx, args| {
        Ok(find(ctx, args)?.unwrap_or(Term::FALSE))
    }),
    Native::plain("lists", "keymember", 3, |ctx, args| {
        Ok(Term::bool(find(ctx, args)?.is_some()))
    }),
    Native::plain("lists", "keysearch", 3, |ctx, args| match find(ctx, args)? {
        Some(tuple) => Ok(ctx.heap().tuple(&[Term::atom(known::VALUE), tuple])),
        None => Ok(Term::FALSE),
    }),
    Native::plain("lists", "keydelete", 3, key_delete),
    Native::plain("lists", "keytake", 3, key_take),
    Native::plain("lists", "keyreplace", 4, |ctx, args| {
        key_replace(ctx, args, Missing::Leave)
    }),
    Native::plain("lists", "keystore", 4, |ctx, args| {
        key_replace(ctx, args, Missing::Append)
    }),
    Native::plain("lists", "keysort", 2, |ctx, args| {
        key_sort(ctx, args, Twins::Keep)
    }),
    Native::plain("lists", "ukeysort", 2, |ctx, args| {
        key_sort(ctx, args, Twins::Drop)
    }),
    Native::plain("lists", "sort", 1, |ctx, args| sort(ctx, args[0], Twins::Keep)),
    Native::plain("lists", "usort", 1, |ctx, args| sort(ctx, args[0], Twins::Drop)),
    Native::plain("lists", "seq", 2, |ctx, args| {
        seq(ctx, args[0], args[1], Term::small(1), no_clause)
    }),
    Native::plain("lists", "seq", 3, |ctx, args| {
        seq(ctx, args[0], args[1], args[2], || Stop::Badarg)
    }),
    Native::plain("lists", "duplicate", 2, |ctx, args| {
        let count = args[0].as_usize().ok_or_else(no_clause)?;
        ctx.charge(count as u32 / 32);
        Ok(ctx.heap().list((0..count).map(|_| args[1])))
    }),
    Native::plain("lists", "nth", 2, |ctx, args| {
        let place = args[0]
            .as_usize()
            .filter(|place| *place > 0)
            .ok_or_else(no_clause)?;
        ctx.charge(place as u32 / 64);
        args[1].list_iter().nth(place - 1).ok_or_else(no_clause)
    }),
    Native::plain("lists", "nthtail", 2, nth_tail),
    Native::plain("lists", "last", 1, |ctx, args| {
        let (mut iter, mut last, mut count) = (args[0].list_iter(), None, 0);
        for element in iter.by_ref() {
            last = Some(element);
            count += 1;
        }
        ctx.charge(count / 64);
        last.filter(|_| iter.tail.is_nil()).ok_or_else(no_clause)
    }),
    Native::plain("lists", "droplast", 1, |ctx, args| {
        let mut elements = proper(args[0])?;
        elements.pop().ok_or_else(no_clause)?;
        Ok(build(ctx, &elements, Term::NIL))
    }),
    Native::plain("lists", "flatten", 1, |ctx, args| {
        flatten(ctx, args[0], Term::NIL)
    }),
    Native::plain("lists", "flatten", 2, |ctx, args| flatten(ctx, args[0], args[1])),
    Native::plain("lists", "sum", 1, sum),
    Native::plain("lists", "max", 1, |_, args| extreme(args[0], Ordering::Greater)),
    Native::plain("lists", "min", 1, |_, args| extreme(args[0], Ordering::Less)),
    Native::plain("lists", "zip", 2, zip),
    Native::plain("lists", "zip3", 3, zip),
    Native::plain("lists", "unzip", 1, |ctx, args| unzip(ctx, args[0], 2)),
    Native::plain("lists", "unzip3", 1, |ctx, args| unzip(ctx, args[0], 3)),
    Native::plain("lists", "delete", 2, |ctx, args| {
        let (mut front, mut rest) = (Vec::new(), args[1]);
        while let Some((head, tail)) = rest.uncons() {
            if same(head, args[0]) {
                return Ok(build(ctx, &front, tail));
            }
            front.push(head);
            rest = tail;
        }
        if rest.is_nil() {
            Ok(args[1])
        } else {
            Err(no_clause())
        }
    }),
    Native::plain("lists", "sublist", 2, |ctx, args| {
        let count = args[1].as_usize().ok_or_else(no_clause)?;
        part(ctx, args[0], 0, count)
    }),
    Native::plain("lists", "sublist", 3, |ctx, args| {
        let start = args[1]
            .as_usize()
            .filter(|start| *start > 0)
            .ok_or_else(no_clause)?;
        let count = args[2].as_usize().ok_or_else(no_clause)?;
        part(ctx, args[0], start - 1, count)
    }),
    Native::plain("lists", "split", 2, |ctx, args| {
        let count = args[0]
            .as_usize()
            .filter(|_| args[1].is_list())
            .ok_or(Stop::Badarg)?;
        let (mut front, mut rest) = (Vec::new(), args[1]);
        for _ in 0..count {
            let (head, tail) = rest
                .uncons()
                .ok_or_else(|| if rest.is_nil() { Stop::Badarg } else { no_clause() })?;
            front.push(head);
            rest = tail;
        }
        let front = build(ctx, &front, Term::NIL);
        Ok(ctx.heap().tuple(&[front, rest]))
    }),
    Native::plain("lists", "prefix", 2, |_, args| {
        let (mut part, mut whole) = (args[0], args[1]);
        while let (Some((a, x)), Some((b, y))) = (part.uncons(), whole.uncons()) {
            if !same(a, b) {
                return Ok(Term::FALSE);
            }
            (part, whole) = (x, y);
        }
        if part.is_list() && whole.is_list() {
            Ok(Term::bool(part.is_nil()))
        } else {
            Err(no_clause())
        }
    }),
    Native::plain("lists", "suffix", 2, |_, args| {
        let (Some(part), Some(whole)) = (args[0].list_to_vec(), args[1].list_to_vec()) else {
            return Err(Stop::Badarg);
        };
        let matches = part.len() <= whole.len()
            && part
                .iter()
                .zip(&whole[whole.len() - part.len()..])
                .all(|(a, b)| same(*a, *b));
        Ok(Term::bool(matches))
    }),
];

/// `function_clause`: what OTP's version in Erlang raises.
fn no_clause() -> Stop {
    Stop::error(Term::atom(known::FUNCTION_CLAUSE))
}

fn proper(list: Term) -> Result<Vec<Term>, Stop> {
    list.list_to_vec().ok_or_else(no_clause)
}

fn build(ctx: &mut Ctx<'_>, elements: &[Term], tail: Term) -> Term {
    ctx.charge(elements.len() as u32 / 32);
    ctx.heap().list_with_tail(elements.iter().copied(), tail)
}

fn append(ctx: &mut Ctx<'_>, front: Term, tail: Term) -> NativeResult {
    if front.is_nil() {
        return Ok(tail);
    }
    if tail.is_nil() && front.list_length().is_some() {
        return Ok(front);
    }
    let elements = front.list_to_vec().ok_or(Stop::Badarg)?;
    Ok(build(ctx, &elements, tail))
}

fn append_all(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let lists = proper(args[0])?;
    let Some((last, lists)) = lists.split_last() else {
        return Ok(Term::NIL);
    };
    let mut elements = Vec::new();
    for list in lists {
        let mut iter = list.list_iter();
        elements.extend(iter.by_ref());
        if !iter.tail.is_nil() {
            return Err(Stop::Badarg);
        }
    }
    Ok(build(ctx, &elements, *last))
}

/// Every element of `b` takes its first equal from `a`.
fn subtract(ctx: &mut Ctx<'_>, a: Term, b: Term) -> NativeResult {
    let elements = a.list_to_vec().ok_or(Stop::Badarg)?;
    let mut takers = b.list_to_vec().ok_or(Stop::Badarg)?;
    ctx.charge((elements.len() + takers.len()) as u32 / 8);
    let kept: Vec<Term> = if takers.len() <= 16 {
        elements
            .iter()
            .copied()
            .filter(
                |element| match takers.iter().position(|taker| same(*taker, *element)) {
                    Some(place) => {
                        takers.swap_remove(place);
                        false
                    }
                    None => true,
                },
            )
            .collect()
    } else {
        let mut counts: FxHashMap<u64, Vec<(Term, usize)>> = FxHashMap::default();
        for taker in takers {
            let twins = counts.entry(hash::fast(taker)).or_default();
            match twins.iter_mut().find(|(term, _)| same(*term, taker)) {
                Some((_, count)) => *count += 1,
                None => twins.push((taker, 1)),
            }
        }
        let mut taken = |element: Term| {
            let twin = counts
                .get_mut(&hash::fast(element))?
                .iter_mut()
                .find(|(term, _)| same(*term, element))?;
            twin.1 = twin.1.checked_sub(1)?;
            Some(())
        };
        elements
            .iter()
            .copied()
            .filter(|element| taken(*element).is_none())
            .collect()
    };
    if kept.len() == elements.len() {
        return Ok(a);
    }
    Ok(build(ctx, &kept, Term::NIL))
}

fn reverse(ctx: &mut Ctx<'_>, list: Term, tail: Term) -> NativeResult {
    let (mut result, mut iter, mut count) = (tail, list.list_iter(), 0);
    let heap = ctx.heap();
    for element in iter.by_ref() {
        result = heap.cons(element, result);
        count += 1;
    }
    ctx.charge(count / 32);
    if iter.tail.is_nil() {
        Ok(result)
    } else {
        Err(Stop::Badarg)
    }
}

fn member(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (mut iter, mut count) = (args[1].list_iter(), 0);
    let found = if args[0].is_immediate() {
        iter.by_ref().any(|element| {
            count += 1;
            element == args[0]
        })
    } else {
        iter.by_ref().any(|element| {
            count += 1;
            same(element, args[0])
        })
    };
    ctx.charge(count / 32);
    if !found && !iter.tail.is_nil() {
        return Err(Stop::Badarg);
    }
    Ok(Term::bool(found))
}

/// A place in a tuple, from 0.
fn place(term: Term) -> Result<usize, Stop> {
    match term.as_usize() {
        Some(place) if place > 0 => Ok(place - 1),
        _ => Err(Stop::Badarg),
    }
}

fn has_key(element: Term, place: usize, key: Term) -> bool {
    element
        .tuple()
        .and_then(|elements| elements.get(place))
        .is_some_and(|own| equal(*own, key))
}

/// The first tuple of the list `args[2]` that has the key `args[0]` at the place `args[1]`.
fn find(ctx: &mut Ctx<'_>, args: &[Term]) -> Result<Option<Term>, Stop> {
    let place = place(args[1])?;
    let (mut iter, mut count) = (args[2].list_iter(), 0);
    let found = iter.by_ref().find(|element| {
        count += 1;
        has_key(*element, place, args[0])
    });
    ctx.charge(count / 16);
    if found.is_none() && !iter.tail.is_nil() {
        return Err(Stop::Badarg);
    }
    Ok(found)
}

/// What comes before the first tuple with the key, the tuple, what comes after it.
fn parts(args: &[Term]) -> Result<Option<(Vec<Term>, Term, Term)>, Stop> {
    let place = place(args[1]).map_err(|_| no_clause())?;
    let (mut front, mut rest) = (Vec::new(), args[2]);
    while let Some((head, tail)) = rest.uncons() {
        if has_key(head, place, args[0]) {
            return Ok(Some((front, head, tail)));
        }
        front.push(head);
        rest = tail;
    }
    if rest.is_nil() { Ok(None) } else { Err(no_clause()) }
}

fn key_delete(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    match parts(args)? {
        Some((front, _, tail)) => Ok(build(ctx, &front, tail)),
        None => Ok(args[2]),
    }
}

fn key_take(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let Some((front, tuple, tail)) = parts(args)? else {
        return Ok(Term::FALSE);
    };
    let rest = build(ctx, &front, tail);
    Ok(ctx.heap().tuple(&[Term::atom(known::VALUE), tuple, rest]))
}

enum Missing {
    Leave,
    Append,
}

fn key_replace(ctx: &mut Ctx<'_>, args: &[Term], missing: Missing) -> NativeResult {
    if !args[3].is_tuple() {
        return Err(no_clause());
    }
    match (parts(args)?, missing) {
        (Some((front, _, tail)), _) => {
            let tail = ctx.heap().cons(args[3], tail);
            Ok(build(ctx, &front, tail))
        }
        (None, Missing::Leave) => Ok(args[2]),
        (None, Missing::Append) => {
            let elements = proper(args[2])?;
            let tail = ctx.heap().cons(args[3], Term::NIL);
            Ok(build(ctx, &elements, tail))
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Twins {
    Keep,
    Drop,
}

fn sort(ctx: &mut Ctx<'_>, list: Term, twins: Twins) -> NativeResult {
    let mut elements = proper(list)?;
    ctx.charge(elements.len() as u32 / 8);
    let sorted_already = elements.is_sorted_by(|a, b| compare(*a, *b).is_le());
    if sorted_already && twins == Twins::Keep {
        return Ok(list);
    }
    if !sorted_already {
        sort_terms(&mut elements);
    }
    if twins == Twins::Drop {
        elements.dedup_by(|later, first| equal(*later, *first));
    }
    Ok(build(ctx, &elements, Term::NIL))
}

/// Stable, in the order of terms.
pub fn sort_terms(terms: &mut [Term]) {
    if terms.iter().all(|term| term.is_small()) {
        // Equal small integers cannot be told apart, so stability does not matter.
        terms.sort_unstable_by_key(|term| term.raw() as i64);
    } else {
        terms.sort_by(|a, b| compare(*a, *b));
    }
}

fn key_sort(ctx: &mut Ctx<'_>, args: &[Term], twins: Twins) -> NativeResult {
    let place = place(args[0]).map_err(|_| no_clause())?;
    let mut keyed: Vec<(Term, Term)> = Vec::new();
    let Some(elements) = args[1].list_to_vec() else {
        let reason = ctx.heap().tuple(&[Term::atom(known::CASE_CLAUSE), args[1]]);
        return Err(Stop::error(reason));
    };
    if elements.len() == 1 {
        return Ok(args[1]);
    }
    for element in elements {
        let Some(key) = element.tuple().and_then(|elements| elements.get(place)) else {
            let element_2 = Mfa {
                module: known::ERLANG,
                function: Atom::new("element"),
                arity: 2,
            };
            return Err(Stop::Call(element_2, smallvec::smallvec![args[0], element]));
        };
        keyed.push((*key, element));
    }
    ctx.charge(keyed.len() as u32 / 8);
    keyed.sort_by(|a, b| compare(a.0, b.0));
    if twins == Twins::Drop {
        keyed.dedup_by(|later, first| equal(later.0, first.0));
    }
    Ok(ctx.heap().list(keyed.iter().map(|(_, element)| *element)))
}

/// `wrong` is what OTP says to arguments that make no list.
fn seq(ctx: &mut Ctx<'_>, from: Term, to: Term, step: Term, wrong: fn() -> Stop) -> NativeResult {
    let (Some(from), Some(to), Some(step)) = (from.as_small(), to.as_small(), step.as_small()) else {
        let integers = from.is_integer() && to.is_integer() && step.is_integer();
        return Err(if integers { Stop::SystemLimit } else { wrong() });
    };
    if step == 0 {
        return if from == to {
            Ok(ctx.heap().list([Term::small(from)]))
        } else {
            Err(wrong())
        };
    }
    // An end one step before the start makes the empty list; one further away is an error.
    if (step > 0 && from - step > to) || (step < 0 && from - step < to) {
        return Err(wrong());
    }
    if (step > 0 && from > to) || (step < 0 && from < to) {
        return Ok(Term::NIL);
    }
    let count = (to - from) / step + 1;
    ctx.charge(count as u32 / 32);
    let heap = ctx.heap();
    let mut list = Term::NIL;
    heap.reserve(count as usize * 2);
    for index in (0..count).rev() {
        list = heap.cons(Term::small(from + index * step), list);
    }
    Ok(list)
}

/// The first `count` elements behind `skip`; all of the list up to there must be proper.
fn part(ctx: &mut Ctx<'_>, list: Term, skip: usize, count: usize) -> NativeResult {
    if !list.is_list() {
        return Err(no_clause());
    }
    let mut iter = list.list_iter();
    for _ in 0..skip {
        if iter.next().is_none() {
            break;
        }
    }
    let part: Vec<Term> = iter.by_ref().take(count).collect();
    if part.len() < count && !iter.tail.is_nil() {
        return Err(no_clause());
    }
    Ok(build(ctx, &part, Term::NIL))
}

fn nth_tail(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let count = args[0].as_usize().ok_or_else(no_clause)?;
    ctx.charge(count as u32 / 64);
    let mut rest = args[1];
    for _ in 0..count {
        rest = rest.uncons().ok_or_else(no_clause)?.1;
    }
    if count > 0 || rest.is_list() {
        Ok(rest)
    } else {
        Err(no_clause())
    }
}

fn flatten(ctx: &mut Ctx<'_>, list: Term, tail: Term) -> NativeResult {
    if !list.is_list() {
        return Err(no_clause());
    }
    let (mut stack, mut elements) = (vec![list], Vec::new());
    while let Some(mut list) = stack.pop() {
        while let Some((head, rest)) = list.uncons() {
            if head.is_cons() {
                stack.push(rest);
                list = head;
            } else {
                if !head.is_nil() {
                    elements.push(head);
                }
                list = rest;
            }
        }
        if !list.is_nil() {
            return Err(no_clause());
        }
    }
    Ok(build(ctx, &elements, tail))
}

fn sum(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (mut iter, mut total, mut count) = (args[0].list_iter(), Term::ZERO, 0);
    let heap: &mut Heap = ctx.heap();
    for element in iter.by_ref() {
        total = arith::add(heap, total, element)?;
        count += 1;
    }
    ctx.charge(count / 32);
    if iter.tail.is_nil() {
        Ok(total)
    } else {
        Err(no_clause())
    }
}

/// Of equal elements the first.
fn extreme(list: Term, wanted: Ordering) -> NativeResult {
    let mut iter = list.list_iter();
    let mut best = iter.next().ok_or_else(no_clause)?;
    for element in iter.by_ref() {
        if compare(element, best) == wanted {
            best = element;
        }
    }
    if iter.tail.is_nil() {
        Ok(best)
    } else {
        Err(no_clause())
    }
}

/// Tuples of the elements at the same places of lists of equal length.
fn zip(ctx: &mut Ctx<'_>, terms: &[Term]) -> NativeResult {
    let Some(lists) = terms
        .iter()
        .map(|list| list.list_to_vec())
        .collect::<Option<Vec<Vec<Term>>>>()
    else {
        return Err(uneven(terms));
    };
    let length = lists[0].len();
    if lists.iter().any(|list| list.len() != length) {
        return Err(uneven(terms));
    }
    ctx.charge(length as u32 / 16);
    let heap = ctx.heap();
    let mut result = Term::NIL;
    for index in (0..length).rev() {
        let elements: smallvec::SmallVec<[Term; 3]> = lists.iter().map(|list| list[index]).collect();
        let tuple = heap.tuple(&elements);
        result = heap.cons(tuple, result);
    }
    Ok(result)
}

/// Goes on with the version that takes one more argument and says what to do with lists of different lengths: it fails.
fn uneven(lists: &[Term]) -> Stop {
    let name = if lists.len() == 2 { "zip" } else { "zip3" };
    let mut args: smallvec::SmallVec<[Term; 4]> = lists.into();
    args.push(Term::atom(Atom::new("fail")));
    Stop::Call(
        Mfa {
            module: known::LISTS,
            function: Atom::new(name),
            arity: args.len() as u8,
        },
        args,
    )
}

fn unzip(ctx: &mut Ctx<'_>, list: Term, width: usize) -> NativeResult {
    let tuples = proper(list)?;
    let mut columns = vec![Vec::with_capacity(tuples.len()); width];
    for tuple in tuples {
        let elements = tuple
            .tuple()
            .filter(|elements| elements.len() == width)
            .ok_or_else(no_clause)?;
        for (column, element) in columns.iter_mut().zip(elements) {
            column.push(*element);
        }
    }
    let lists: Vec<Term> = columns
        .iter()
        .map(|column| build(ctx, column, Term::NIL))
        .collect();
    Ok(ctx.heap().tuple(&lists))
}
