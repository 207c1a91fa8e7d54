//! Comparisons that the loop does not decide by the words alone.

use crate::bytecode::ops::Cond;
use crate::term::{self, Term};
use std::cmp::Ordering;

/// Whether `a cond b`.
#[inline]
pub(crate) fn holds(cond: Cond, a: Term, b: Term) -> bool {
    match cond {
        Cond::Lt => less(a, b),
        Cond::Ge => !less(a, b),
        Cond::Eq => equal(a, b),
        Cond::Ne => !equal(a, b),
        Cond::Same => same(a, b),
        Cond::NotSame => !same(a, b),
    }
}

pub(crate) fn cond_of(number: usize) -> Cond {
    const ALL: [Cond; 6] = [Cond::Lt, Cond::Ge, Cond::Eq, Cond::Ne, Cond::Same, Cond::NotSame];
    ALL[number]
}

#[inline]
pub(crate) fn less(a: Term, b: Term) -> bool {
    if a.is_small() && b.is_small() {
        return (a.raw() as i64) < b.raw() as i64;
    }
    if a.is_immediate_float() && b.is_immediate_float() {
        return a.immediate_float() < b.immediate_float();
    }
    slow_less(a, b)
}

#[inline(never)]
fn slow_less(a: Term, b: Term) -> bool {
    term::compare(a, b) == Ordering::Less
}

#[inline]
pub(crate) fn equal(a: Term, b: Term) -> bool {
    if a == b {
        return true;
    }
    if (a.is_small() && b.is_small())
        || (a.is_atom() && b.is_immediate())
        || (b.is_atom() && a.is_immediate())
    {
        return false;
    }
    slow_equal(a, b)
}

#[inline(never)]
fn slow_equal(a: Term, b: Term) -> bool {
    term::equal(a, b)
}

#[inline]
pub(crate) fn same(a: Term, b: Term) -> bool {
    if a == b {
        return true;
    }
    if a.is_immediate() || b.is_immediate() {
        return false;
    }
    slow_same(a, b)
}

#[inline(never)]
fn slow_same(a: Term, b: Term) -> bool {
    term::same(a, b)
}
