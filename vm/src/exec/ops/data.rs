//! Tuples, cons cells and comparisons of any operands.

use super::{compare, test};
use crate::exec::machine::{Machine, Step, field_a, field_b};
use crate::term::Term;

/// `{dst cond _} [src] [src]`
#[inline(never)]
pub(crate) fn compare_to(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let holds = compare::holds(compare::cond_of(field_b(pc)), m.operand(pc, 1), m.operand(pc, 2));
    m.set(field_a(pc), Term::bool(holds));
    m.next(pc, 3)
}

/// `{dst type _} [src]`
#[inline(never)]
pub(crate) fn test_to(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let holds = test::is(test::type_of(field_b(pc)), m.operand(pc, 1));
    m.set(field_a(pc), Term::bool(holds));
    m.next(pc, 2)
}
