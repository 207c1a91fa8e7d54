//! Natives that hold their process: they run on a thread that may block, and may call functions of the language in the
//! same process.
//!
//! The native has a frame of its own, its arguments in the first registers. A call from it puts a frame above that; where
//! that frame returns, the run ends with `HeldReturn` and the native goes on with the value.

use super::machine::Machine;
use super::ops::call::needs;
use super::state::{Live, Outcome};
use super::{raise::Exception, refused, stubs, trace};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::heap::Heap;
use crate::natives::{Class, Ctx, Kind, Native};
use crate::process::Process;
use crate::sched::hold::{self, HeldEnd};
use crate::term::Term;
use crate::vm::Vm;
use smallvec::SmallVec;
use std::sync::atomic::Ordering;

/// What a holding native works with.
pub struct Held<'a> {
    pub process: &'a mut Process,
    pub vm: &'a Vm,
    arity: usize,
    exiting: bool,
}

impl<'a> Held<'a> {
    /// Over a process that the caller owns and that has not begun.
    pub(crate) fn over(process: &'a mut Process, vm: &'a Vm) -> Held<'a> {
        let idle = Mfa {
            module: known::ERLANG,
            function: Atom::new("self"),
            arity: 0,
        };
        process.exec.start(vm.code().exports().of(idle), &[]);
        Held {
            process,
            vm,
            arity: 0,
            exiting: false,
        }
    }
}

impl Held<'_> {
    pub fn heap(&mut self) -> &mut Heap {
        &mut self.process.heap
    }

    pub fn self_pid(&self) -> Term {
        self.process.pid()
    }

    /// As other natives see the process.
    pub fn ctx(&mut self) -> Ctx<'_> {
        Ctx {
            process: self.process,
            vm: self.vm,
        }
    }

    /// An argument of the native; stays right over calls, as the slice passed to it does not.
    pub fn arg(&self, index: usize) -> Term {
        assert!(index < self.arity, "the native has {} arguments", self.arity);
        // SAFETY: the arguments are the first registers of the native's frame, which is on top between calls.
        Term::from_raw(unsafe { *self.process.exec.fp.add(index) })
    }

    /// Calls `module.function(args…)`. All other terms that the native has are dead afterwards.
    pub fn call(&mut self, module: Atom, function: Atom, args: &[Term]) -> Result<Term, Exception> {
        let entry = self.vm.code().exports().of(Mfa {
            module,
            function,
            arity: args.len() as u8,
        });
        let code = entry.code.load(Ordering::Acquire) as *const u64;
        self.run(code, args, None)
    }

    /// Calls a fun.
    pub fn call_fun(&mut self, fun: Term, args: &[Term]) -> Result<Term, Exception> {
        self.run(stubs::apply(args.len()), args, Some(fun))
    }

    fn run(&mut self, code: *const u64, args: &[Term], fun: Option<Term>) -> Result<Term, Exception> {
        if self.exiting {
            return Err(self.killed());
        }
        let arity = self.arity;
        let delta = arity + 3;
        let before = self.process.exec.fp as usize - self.process.exec.stack.base() as usize;
        let at = self.process.exec.pc;
        let need = needs(code).0.max(stubs::APPLY_ARGS + args.len() + 2);
        Machine {
            p: self.process,
            vm: self.vm,
            outcome: None,
        }
        .room(delta, need);
        let exec = &mut self.process.exec;
        // SAFETY: there is room for the frame, its header included.
        let live = unsafe {
            let frame = exec.fp.add(delta);
            *frame.sub(2) = stubs::held_return(arity as u8) as u64;
            *frame.sub(1) = delta as u64 | (arity as u64) << 16;
            exec.fp = frame;
            match fun {
                Some(fun) => {
                    stubs::write_apply(frame, fun, args);
                    stubs::APPLY_ARGS + args.len()
                }
                None => {
                    for (i, arg) in args.iter().enumerate() {
                        *frame.add(i) = arg.raw();
                    }
                    args.len()
                }
            }
        };
        exec.pc = code;
        exec.live = Live::Args(live as u16);
        exec.held += 1;
        let end = hold::run(self.process, self.vm);
        let exec = &mut self.process.exec;
        exec.held -= 1;
        exec.fp = exec.stack.base().wrapping_byte_add(before);
        exec.pc = at;
        exec.live = Live::Args(arity as u16);
        match end {
            HeldEnd::Returned(value) => Ok(value),
            HeldEnd::Raised(class, reason, raw) => {
                let trace = trace::expand(&mut self.process.heap, self.vm, raw);
                Err(Exception { class, reason, trace })
            }
            HeldEnd::Exit => {
                self.exiting = true;
                Err(self.killed())
            }
        }
    }

    fn killed(&self) -> Exception {
        Exception {
            class: Class::Exit,
            reason: Term::atom(known::KILLED),
            trace: Term::NIL,
        }
    }
}

/// The native whose frame is on top, and its arguments.
fn on_top(process: &Process) -> (&'static Native, SmallVec<[Term; 8]>) {
    // SAFETY: the scheduler calls this after an outcome that left `pc` at a native's stub, its arguments in the frame.
    unsafe {
        let native: &'static Native = &*(*process.exec.pc.add(1) as *const Native);
        let args = std::slice::from_raw_parts(process.exec.fp as *const Term, native.arity as usize);
        (native, args.into())
    }
}

/// Runs the blocking native that `Outcome::Blocking` told of; the process is runnable afterwards.
pub fn run_blocking(process: &mut Process, vm: &Vm) -> Outcome {
    let (native, args) = on_top(process);
    if let Kind::Blocking(code) | Kind::Plain(code) = native.kind {
        let answer = refused::catch_native(|| code(&mut Ctx { process, vm }, &args));
        process.exec.answer = Some(Box::new(answer));
    }
    Outcome::Yield
}

/// Runs the holding native that `Outcome::Hold` told of; the process is runnable afterwards, or `Killed`.
pub fn run_holding(process: &mut Process, vm: &Vm) -> Outcome {
    let (native, args) = on_top(process);
    if let Kind::Holding(code) = native.kind {
        let mut held = Held {
            process,
            vm,
            arity: args.len(),
            exiting: false,
        };
        let answer = refused::catch_native(|| code(&mut held, &args));
        if held.exiting {
            return Outcome::Killed;
        }
        process.exec.answer = Some(Box::new(answer));
    }
    Outcome::Yield
}
