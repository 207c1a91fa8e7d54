//! Calls of the language from natives that hold their process: the thread lends the process to the schedulers.
//!
//! 1. `run` enters the holder in the process's list and runs the process on this thread for a turn: most calls end within it.
//! 2. If it waits or the turn is long, the process goes the usual ways (parked, run queue) and this thread blocks.
//! 3. Whoever then runs the process to the end of the call delivers that to the innermost holder, and touches the
//!    process no more: it is the holding thread's again.

use super::Ready;
use super::worker::{self, Before, Settled};
use crate::exec::{self, Outcome};
use crate::natives::Class;
use crate::process::Process;
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::{Condvar, Mutex};
use std::sync::Arc;

/// How a held call ended.
pub enum HeldEnd {
    Returned(Term),
    /// Class, reason, raw trace.
    Raised(Class, Term, Term),
    /// An exit signal has come: unwind the native.
    Exit,
}

/// A thread that waits for its process.
#[derive(Default)]
pub struct Holder {
    end: Mutex<Option<HeldEnd>>,
    delivered: Condvar,
}

impl Holder {
    pub fn deliver(&self, end: HeldEnd) {
        *self.end.lock() = Some(end);
        self.delivered.notify_one();
    }

    fn wait(&self) -> HeldEnd {
        let mut end = self.end.lock();
        loop {
            match end.take() {
                Some(end) => return end,
                None => self.delivered.wait(&mut end),
            }
        }
    }
}

/// Runs the process until the held call on top of its stack has ended.
pub fn run(process: &mut Process, vm: &Vm) -> HeldEnd {
    let holder = Arc::new(Holder::default());
    process.rare().holders.push(holder.clone());
    let ready = Ready::new(process);
    let end = drive(ready, vm, &holder);
    // SAFETY: the end of the call has come, so the process is this thread's again.
    let process = unsafe { &mut *ready.as_ptr() };
    process.rare().holders.pop();
    end
}

fn drive(ready: Ready, vm: &Vm, holder: &Holder) -> HeldEnd {
    loop {
        // SAFETY: this thread owns the process until it gives it away below.
        let process = unsafe { &mut *ready.as_ptr() };
        let mut outcome = match worker::before(process, vm) {
            Before::Run => worker::turn(process, vm, super::TURN),
            Before::End => return HeldEnd::Exit,
            Before::Park => {
                if process.slot().inbox.park() {
                    return holder.wait();
                }
                continue;
            }
        };
        loop {
            outcome = match outcome {
                Outcome::HeldReturn(value) => return HeldEnd::Returned(value),
                Outcome::HeldRaise(class, reason, trace) => return HeldEnd::Raised(class, reason, trace),
                Outcome::Killed => return HeldEnd::Exit,
                Outcome::Blocking => match exec::run_blocking(process, vm) {
                    Outcome::Yield => break,
                    other => other,
                },
                Outcome::Hold => match exec::run_holding(process, vm) {
                    Outcome::Yield => break,
                    other => other,
                },
                Outcome::Yield => {
                    vm.schedulers().inject(ready);
                    return holder.wait();
                }
                other => match worker::settle(ready, vm, other) {
                    Settled::Away => return holder.wait(),
                    Settled::Again => break,
                },
            }
        }
    }
}
