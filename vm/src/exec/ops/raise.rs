//! Raising, the language's own errors, `__STACKTRACE__`.

use super::binary::opened;
use super::native::op_error;
use crate::atom::{Atom, known};
use crate::bytecode::ops::Failure;
use crate::exec::machine::{Machine, Step, field_a, field_b};
use crate::exec::trace;
use crate::natives::{Class, Stop};
use crate::term::Term;

/// `{_ _ _} [class] [reason] [trace] [site]`
#[inline(never)]
pub(crate) fn raise(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let (class, reason, given) = (m.operand(pc, 1), m.operand(pc, 2), m.operand(pc, 3));
    let site = m.site(pc, 4);
    let Some(class) = Class::of(class) else {
        return op_error(m, site, "raise", &[class, reason, Term::NIL], Stop::Badarg);
    };
    if given.is_tuple() || given.is_list() {
        return m.unwind(Some(site), class, reason, given);
    }
    m.raise(site, class, reason, Term::NONE)
}

fn failure_of(number: usize) -> Failure {
    const ALL: [Failure; 11] = [
        Failure::BadMatch,
        Failure::CaseClause,
        Failure::CondClause,
        Failure::WithClause,
        Failure::TryClause,
        Failure::FunctionClause,
        Failure::BadBool,
        Failure::BadMap,
        Failure::BadKey,
        Failure::BadStruct,
        Failure::BadArg,
    ];
    ALL[number]
}

/// `{failure n _} [site] [src]*`
#[inline(never)]
pub(crate) fn fail(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let count = field_b(pc);
    let site = m.site(pc, 1);
    let mut args: Vec<Term> = (0..count).map(|i| m.operand(pc, 2 + i)).collect();
    for arg in &mut args {
        *arg = opened(&mut m.p.heap, *arg);
    }
    let failure = failure_of(field_a(pc));
    let name = match failure {
        Failure::BadMatch => known::BADMATCH,
        Failure::CaseClause => known::CASE_CLAUSE,
        Failure::CondClause => known::COND_CLAUSE,
        Failure::WithClause => known::ELSE_CLAUSE,
        Failure::TryClause => known::TRY_CLAUSE,
        Failure::FunctionClause => {
            let list = m.p.heap.list(args);
            let first = trace::entry(&mut m.p.heap, site, Some(list), Term::NONE);
            let raw = trace::capture(m, None, first);
            return m.unwind(Some(site), Class::Error, Term::atom(known::FUNCTION_CLAUSE), raw);
        }
        Failure::BadBool => known::BADBOOL,
        Failure::BadMap => known::BADMAP,
        Failure::BadKey => known::BADKEY,
        Failure::BadStruct => known::BADSTRUCT,
        Failure::BadArg => known::BADARG,
    };
    let reason = tagged(m, name, &args);
    m.error(site, reason)
}

fn tagged(m: &mut Machine<'_>, name: Atom, args: &[Term]) -> Term {
    if args.is_empty() {
        return Term::atom(name);
    }
    let mut elements = vec![Term::atom(name)];
    elements.extend_from_slice(args);
    m.p.heap.tuple(&elements)
}

/// `{dst src _} [site]`
#[inline(never)]
pub(crate) fn stacktrace(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let raw = m.reg(field_b(pc));
    let site = m.site(pc, 1);
    let list = trace::expand(&mut m.p.heap, m.vm, raw);
    let dst = field_a(pc);
    m.set(dst, list);
    m.settle(site, dst);
    m.next(pc, 2)
}

/// `CheckCons`, `CheckTuple` that do not hold: the code was not made by the compiler.
#[cold]
#[inline(never)]
pub(crate) fn bad_operand(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let site = m.site(pc, 1);
    m.error(site, Term::atom(known::BADARG))
}
