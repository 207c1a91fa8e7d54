//! Getting rid of a module's old version: every process is asked whether it still runs it.
//!
//! 1. The caller sends each process a request, itself included, and waits.
//! 2. Each looks at its own stack; who runs old code ends (`purge`) or says so (`soft_purge`).
//! 3. The last one to look sends the reply, and the caller forgets the old version.

use super::Module;
use crate::atom::{Atom, known};
use crate::heap::OwnedTerm;
use crate::natives::{Ctx, NativeResult, Stop};
use crate::process::Process;
use crate::process::info::ask;
use crate::process::signal::{Request, Signal};
use crate::term::Term;
use crate::vm::Vm;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What to do with processes that run old code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// End them.
    Hard,
    /// Leave them and the old code.
    Soft,
}

struct Poll {
    module: &'static Module,
    mode: Mode,
    pending: AtomicUsize,
    used: AtomicBool,
    reference: u64,
    from: u64,
}

impl Poll {
    fn answered(&self, vm: &Vm) {
        if self.pending.fetch_sub(1, Ordering::AcqRel) == 1 {
            let value = OwnedTerm::immediate(Term::bool(self.used.load(Ordering::Acquire)));
            vm.signal(
                self.from,
                Signal::Reply {
                    reference: self.reference,
                    value,
                },
            );
        }
    }
}

struct Check(Arc<Poll>);

impl Request for Check {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        if process.exec.runs(self.0.module) {
            self.0.used.store(true, Ordering::Release);
            if self.0.mode == Mode::Hard {
                let reason = OwnedTerm::immediate(Term::atom(known::KILL));
                let from = process.number();
                process.exit_signal(vm, from, reason, false);
            }
        }
        self.0.answered(vm);
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        self.0.answered(vm);
    }
}

/// Asks one process whether it runs the old version of a module.
struct CheckOne {
    module: &'static Module,
    reference: u64,
    from: u64,
}

impl Request for CheckOne {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        let value = OwnedTerm::immediate(Term::bool(process.exec.runs(self.module)));
        vm.signal(
            self.from,
            Signal::Reply {
                reference: self.reference,
                value,
            },
        );
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        let value = OwnedTerm::immediate(Term::FALSE);
        vm.signal(
            self.from,
            Signal::Reply {
                reference: self.reference,
                value,
            },
        );
    }
}

/// `:erlang.check_process_code/2`. Called again until the answer is there.
pub fn check_process(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let name = args[1].as_atom().ok_or(Stop::Badarg)?;
    match ctx.vm.code().old(name) {
        Some(module) => ask(ctx, number, |reference, from| {
            Box::new(CheckOne {
                module,
                reference,
                from,
            })
        }),
        None => Ok(Term::FALSE),
    }
}

/// Forgets the old version of a module. `Hard` answers whether processes were ended, `Soft` whether it was done. A
/// native that uses this is called again until the answer is there.
pub fn purge(ctx: &mut Ctx<'_>, name: Atom, mode: Mode) -> NativeResult {
    if let Some(answer) = ctx.process.rare().answer.take() {
        ctx.process.rare().asked = 0;
        let used = answer.term() == Term::TRUE;
        if mode == Mode::Hard || !used {
            ctx.vm.code().purge(name);
        }
        return Ok(Term::bool(used == (mode == Mode::Hard)));
    }
    let Some(module) = ctx.vm.code().old(name) else {
        return Ok(Term::bool(mode == Mode::Soft));
    };
    if ctx.process.rare().asked == 0 {
        let reference = crate::heap::next_reference();
        let from = ctx.process.number();
        ctx.process.rare().asked = reference;
        let all = ctx.vm.processes().numbers();
        let poll = Arc::new(Poll {
            module,
            mode,
            pending: AtomicUsize::new(all.len() + 1),
            used: AtomicBool::new(false),
            reference,
            from,
        });
        for number in all {
            ctx.vm
                .signal(number, Signal::Request(Box::new(Check(poll.clone()))));
        }
        poll.answered(ctx.vm);
        ctx.process.fetch(ctx.vm);
        if ctx.process.rare().answer.is_some() {
            return purge(ctx, name, mode);
        }
    }
    Err(Stop::Wait)
}
