//! What becomes of an operation that was refused memory (`heap::refuse`).

use super::isa::I;
use super::machine::{Machine, Step, word_at};
use super::ops::native;
use super::state::Outcome;
use super::trace;
use crate::atom::known;
use crate::heap::OwnedTerm;
use crate::heap::refuse::Refused;
use crate::natives::{Class, NativeResult, Stop};
use crate::process::Process;
use crate::term::Term;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs something; None if it was refused memory.
#[inline(always)]
pub(crate) fn catch<R>(run: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(payload) if payload.is::<Refused>() => None,
        Err(payload) => resume_unwind(payload),
    }
}

/// Runs a native of a thread that may block.
pub(crate) fn catch_native(run: impl FnOnce() -> NativeResult) -> NativeResult {
    catch(run).unwrap_or(Err(Stop::SystemLimit))
}

/// The process has no heap any more: its end.
pub(crate) fn lost(process: &mut Process) -> Outcome {
    process.exec.collecting = false;
    process.exiting = Some(Box::new(OwnedTerm::immediate(Term::atom(known::KILLED))));
    Outcome::Killed
}

/// The operation at `State::pc` was refused memory: it raises `system_limit`, or the process ends.
#[cold]
pub(crate) fn go_on(m: &mut Machine<'_>) -> Step {
    if m.p.exec.collecting {
        let outcome = lost(m.p);
        return m.leave(outcome);
    }
    let pc = m.p.exec.pc;
    match I::of(word_at(pc, 0)) {
        I::CallNative | I::TailCallNative => native::stopped(m, pc, Stop::SystemLimit),
        I::NativeStub => native::stub_stopped(m, pc, Stop::SystemLimit),
        _ => {
            let raw = trace::capture(m, None, Term::NONE);
            m.unwind(None, Class::Error, Term::atom(known::SYSTEM_LIMIT), raw)
        }
    }
}
