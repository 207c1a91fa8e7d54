//! Maps: building, putting, updating. Flat maps with keys that are immediates are done here, the others by `term::map`.

use crate::atom::known;
use crate::exec::machine::{Machine, Step, field_a, field_b};
use crate::term::header::{self, Kind};
use crate::term::{Term, map};
use smallvec::SmallVec;

fn pairs(m: &Machine<'_>, pc: *const u64, at: usize, count: usize) -> SmallVec<[(Term, Term); 8]> {
    (0..count)
        .map(|i| (m.operand(pc, at + 2 * i), m.operand(pc, at + 2 * i + 1)))
        .collect()
}

/// The value of a key.
#[inline(always)]
pub(crate) fn get(t: Term, key: Term) -> Option<Term> {
    if !t.is_boxed() {
        return None;
    }
    let cell = t.boxed();
    // SAFETY: a boxed term points to its header; a flat map's payload is the tuple of its keys, then as many values.
    unsafe {
        if header::is_kind(*cell, Kind::FlatMap) && key.is_immediate() {
            let keys = Term::from_raw(*cell.add(1)).boxed();
            for i in 1..header::size(*cell) {
                if *keys.add(i) == key.raw() {
                    return Some(Term::from_raw(*cell.add(1 + i)));
                }
            }
            return None;
        }
    }
    if t.is_map() { map::get(t, key) } else { None }
}

/// `{dst n _} [site] ([key] [value])*`
#[inline(never)]
pub(crate) fn build(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let count = field_b(pc);
    let site = m.site(pc, 1);
    let mut pairs = pairs(m, pc, 2, count);
    let value = map::from_pairs(&mut m.p.heap, &mut pairs);
    let dst = field_a(pc);
    m.set(dst, value);
    m.settle(site, dst);
    m.next(pc, 2 + 2 * count)
}

/// `{dst n _} [site] [map] ([key] [value])*`
#[inline(never)]
pub(crate) fn put(m: &mut Machine<'_>, pc: *const u64) -> Step {
    change(m, pc, false)
}

/// The same; every key must be there.
#[inline(never)]
pub(crate) fn update(m: &mut Machine<'_>, pc: *const u64) -> Step {
    change(m, pc, true)
}

/// A flat map with values for keys that it has: shares the keys. None if it is not flat or lacks a key.
#[inline(always)]
fn replace(m: &mut Machine<'_>, pc: *const u64, count: usize) -> Option<Term> {
    let site = m.site(pc, 1);
    let old = m.operand(pc, 2);
    if !old.is_kind(Kind::FlatMap) {
        return None;
    }
    // SAFETY: as in `get`; the new cell has as many words as the old one.
    unsafe {
        let words = header::size(*old.boxed());
        m.reserve(1 + words, site);
        let old = m.operand(pc, 2).boxed();
        let keys = Term::from_raw(*old.add(1)).boxed();
        let mut places: SmallVec<[usize; 8]> = SmallVec::new();
        for pair in 0..count {
            let key = m.operand(pc, 3 + 2 * pair);
            if !key.is_immediate() {
                return None;
            }
            places.push((1..words).find(|i| *keys.add(*i) == key.raw())?);
        }
        let cell = m.p.heap.alloc(1 + words);
        std::ptr::copy_nonoverlapping(old, cell, 1 + words);
        for (pair, place) in places.into_iter().enumerate() {
            *cell.add(1 + place) = m.operand(pc, 4 + 2 * pair).raw();
        }
        Some(Term::boxed_ptr(cell))
    }
}

fn change(m: &mut Machine<'_>, pc: *const u64, only_present: bool) -> Step {
    let count = field_b(pc);
    if let Some(value) = replace(m, pc, count) {
        m.set(field_a(pc), value);
        return m.next(pc, 3 + 2 * count);
    }
    let site = m.site(pc, 1);
    let mut value = m.operand(pc, 2);
    if !value.is_map() {
        let reason = m.p.heap.tuple(&[Term::atom(known::BADMAP), value]);
        return m.error(site, reason);
    }
    let pairs = pairs(m, pc, 3, count);
    if only_present && let Some((key, _)) = pairs.iter().find(|(key, _)| map::get(value, *key).is_none()) {
        let reason = m.p.heap.tuple(&[Term::atom(known::BADKEY), *key]);
        return m.error(site, reason);
    }
    for (key, new) in pairs {
        value = map::put(&mut m.p.heap, value, key, new);
    }
    let dst = field_a(pc);
    m.set(dst, value);
    m.settle(site, dst);
    m.next(pc, 3 + 2 * count)
}
