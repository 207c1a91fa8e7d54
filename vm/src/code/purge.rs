//! Getting rid of a module's old version: every process is asked whether it still runs it.
//!
//! 1. The code of the version's funs is taken away: who calls one waits until the purge is settled.
//! 2. Each process looks at its own stack, between two turns: who runs old code is ended (`Mode::Hard`) or says so.
//! 3. When the last one has answered or ended, nobody can enter the version any more. It is forgotten, or, where it is to
//!    be spared and is in use, its funs get their code back. The asker, and others who want to purge the same module
//!    meanwhile, are told.
//!
//! Funs of a purged version are no reason to end their holders: calling one raises, as on Erlang since version 9.

use super::Module;
use crate::atom::{Atom, known};
use crate::heap::OwnedTerm;
use crate::natives::{Ctx, NativeResult, Stop};
use crate::process::Process;
use crate::process::info::ask;
use crate::process::signal::{Request, Signal};
use crate::process::survey::{Survey, Visit};
use crate::term::Term;
use crate::vm::Vm;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What to do with processes that run old code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// End them.
    Hard,
    /// Leave them and the old code.
    Soft,
}

/// Who waits for the end of a purge: its number, and the reference of the answer.
#[derive(Clone, Copy)]
pub struct Asker {
    pub number: u64,
    pub reference: u64,
}

impl Asker {
    pub fn tell(self, vm: &Vm, value: Term) {
        let value = OwnedTerm::immediate(value);
        let reference = self.reference;
        vm.signal(self.number, Signal::Reply { reference, value });
    }
}

/// The question whether a process runs the version.
struct Poll {
    module: Arc<Module>,
    mode: Mode,
    used: AtomicBool,
    asker: Asker,
    vm: Vm,
}

impl Survey for Poll {
    fn visit(&self, process: &mut Process, vm: &Vm) -> Visit {
        if !process.exec.runs(&self.module) {
            return Visit::Done;
        }
        self.used.store(true, Ordering::Release);
        if self.mode == Mode::Soft {
            return Visit::Done;
        }
        let from = process.number();
        process.exit_signal(vm, from, OwnedTerm::immediate(Term::atom(known::KILL)), false);
        Visit::Ending
    }
}

impl Drop for Poll {
    fn drop(&mut self) {
        let used = self.used.load(Ordering::Acquire);
        let spare = used && self.mode == Mode::Soft;
        let waiting = self.vm.code().settle_purge(self.module.name, spare, &self.vm);
        self.asker
            .tell(&self.vm, Term::bool(used == (self.mode == Mode::Hard)));
        for asker in waiting {
            // They look again.
            asker.tell(&self.vm, Term::NIL);
        }
    }
}

/// Asks one process whether it runs the old version of a module.
struct CheckOne {
    module: Arc<Module>,
    asker: Asker,
}

impl Request for CheckOne {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        self.asker.tell(vm, Term::bool(process.exec.runs(&self.module)));
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        self.asker.tell(vm, Term::FALSE);
    }
}

/// `:erlang.check_process_code/2`. Called again until the answer is there.
pub fn check_process(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let name = args[1].as_atom().ok_or(Stop::Badarg)?;
    match ctx.vm.code().old(name) {
        Some(module) => ask(ctx, number, |reference, number| {
            let asker = Asker { number, reference };
            Box::new(CheckOne { module, asker })
        }),
        None => {
            // The version may have gone while the answer was under way.
            let rare = ctx.process.rare();
            rare.answer = None;
            rare.asked = 0;
            Ok(Term::FALSE)
        }
    }
}

/// The same, answered by a message with `id`.
pub fn check_later(ctx: &mut Ctx<'_>, args: &[Term], id: Term) -> Result<(), Stop> {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let name = args[1].as_atom().ok_or(Stop::Badarg)?;
    let request = CheckLater {
        module: ctx.vm.code().old(name),
        from: ctx.process.number(),
        id: OwnedTerm::of(id),
    };
    ctx.vm.signal(number, Signal::Request(Box::new(request)));
    Ok(())
}

/// As `CheckOne`, with a message for an answer.
struct CheckLater {
    module: Option<Arc<Module>>,
    from: u64,
    id: OwnedTerm,
}

impl CheckLater {
    fn tell(&self, vm: &Vm, used: bool) {
        let mut heap = crate::heap::Heap::new();
        let tag = Term::atom(Atom::new("check_process_code"));
        let message = heap.tuple(&[tag, self.id.term(), Term::bool(used)]);
        vm.signal(self.from, Signal::Message(OwnedTerm::of(message)));
    }
}

impl Request for CheckLater {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        let used = self
            .module
            .as_ref()
            .is_some_and(|module| process.exec.runs(module));
        self.tell(vm, used);
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        self.tell(vm, false);
    }
}

/// How a purge begins.
pub enum Begun {
    /// There is nothing to purge.
    Nothing,
    /// Another purge of the module is under way.
    Busy,
    Poll(Arc<Module>),
}

/// Forgets the old version of a module. `Hard` answers whether processes were ended, `Soft` whether it was done. A
/// native that uses this is called again until the answer is there.
pub fn purge(ctx: &mut Ctx<'_>, name: Atom, mode: Mode) -> NativeResult {
    let rare = ctx.process.rare();
    if let Some(answer) = rare.answer.take() {
        rare.asked = 0;
        if answer.term() != Term::NIL {
            return Ok(answer.term());
        }
    }
    if rare.asked != 0 {
        return Err(Stop::Wait);
    }
    let asker = Asker {
        number: ctx.process.number(),
        reference: crate::heap::next_reference(),
    };
    match ctx.vm.code().begin_purge(name, asker) {
        Begun::Nothing => return Ok(Term::bool(mode == Mode::Soft)),
        Begun::Busy => ctx.process.rare().asked = asker.reference,
        Begun::Poll(module) => {
            ctx.process.rare().asked = asker.reference;
            let poll: Arc<dyn Survey> = Arc::new(Poll {
                module,
                mode,
                used: AtomicBool::new(false),
                asker,
                vm: ctx.vm.clone(),
            });
            ctx.vm.survey(&poll);
        }
    }
    Err(Stop::Wait)
}
