//! Maps: building, putting, updating.

use crate::atom::known;
use crate::exec::machine::{Machine, Step, field_a, field_b};
use crate::term::{Term, map};
use smallvec::SmallVec;

fn pairs(m: &Machine<'_>, pc: *const u64, at: usize, count: usize) -> SmallVec<[(Term, Term); 8]> {
    (0..count).map(|i| (m.operand(pc, at + 2 * i), m.operand(pc, at + 2 * i + 1))).collect()
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

fn change(m: &mut Machine<'_>, pc: *const u64, only_present: bool) -> Step {
    let count = field_b(pc);
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
