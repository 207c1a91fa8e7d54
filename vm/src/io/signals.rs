//! Signals of the system: which reach the program, which are ignored, which end it.
//!
//! One thread takes in those that somebody has asked for. A handled one becomes the message `{:signal, name}` to the
//! process `:init`; the interrupt of a terminal opens the break menu. All others do what they do to any program.

use super::break_menu;
use crate::atom::Atom;
use crate::heap::{Heap, OwnedTerm};
use crate::process::signal::Signal;
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use signal_hook::consts as system;
use signal_hook::iterator::{Handle, Signals as Source};
use std::io;

/// The names that programs know.
const NAMES: [(&str, i32); 9] = [
    ("sighup", system::SIGHUP),
    ("sigquit", system::SIGQUIT),
    ("sigabrt", system::SIGABRT),
    ("sigalrm", system::SIGALRM),
    ("sigterm", system::SIGTERM),
    ("sigusr1", system::SIGUSR1),
    ("sigusr2", system::SIGUSR2),
    ("sigchld", system::SIGCHLD),
    ("sigtstp", system::SIGTSTP),
];

/// What a signal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Default,
    Ignore,
    Handle,
}

#[derive(Default)]
pub struct Signals {
    actions: Mutex<FxHashMap<i32, Action>>,
    /// Of the thread, once there is one.
    handle: Mutex<Option<Handle>>,
}

impl Signals {
    /// The number of a signal.
    pub fn number(name: Atom) -> Option<i32> {
        let found = NAMES.iter().find(|(known, _)| *known == name.as_str());
        found.map(|(_, number)| *number)
    }

    /// What Erlang's own handler knows what to do with reaches it, and an interrupt opens the break menu.
    pub fn catch(&self, vm: &Vm) -> io::Result<()> {
        for number in [system::SIGTERM, system::SIGQUIT, system::SIGUSR1] {
            self.set(vm, number, Action::Handle)?;
        }
        self.take(vm, system::SIGINT)
    }

    /// Settles what the signal does from now on.
    pub fn set(&self, vm: &Vm, number: i32, action: Action) -> io::Result<()> {
        let before = self.actions.lock().insert(number, action);
        if before.is_none() && action != Action::Default {
            self.take(vm, number)?;
        }
        Ok(())
    }

    fn take(&self, vm: &Vm, number: i32) -> io::Result<()> {
        let mut handle = self.handle.lock();
        if let Some(handle) = &*handle {
            return handle.add_signal(number);
        }
        let source = Source::new([number])?;
        *handle = Some(source.handle());
        let vm = vm.clone();
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || serve(&vm, source))
            .map(drop)
    }

    /// Ends the thread.
    pub fn stop(&self) {
        if let Some(handle) = &*self.handle.lock() {
            handle.close();
        }
    }
}

fn serve(vm: &Vm, mut source: Source) {
    let menu = break_menu::Menu::default();
    for number in source.forever() {
        if number == system::SIGINT {
            menu.interrupt(vm);
            continue;
        }
        let action = vm.signals().actions.lock().get(&number).copied();
        match action {
            Some(Action::Handle) => tell(vm, number),
            Some(Action::Ignore) => {}
            _ => {
                vm.io().flush();
                // Where the system refuses, the signal has no effect.
                let _ = signal_hook::low_level::emulate_default_handler(number);
            }
        }
    }
}

fn tell(vm: &Vm, number: i32) {
    let name = NAMES.iter().find(|(_, known)| *known == number);
    if let (Some((name, _)), Some(init)) = (name, vm.registry().whereis(Atom::new("init"))) {
        let mut heap = Heap::new();
        let message = heap.tuple(&[Term::atom(Atom::new("signal")), Term::atom(Atom::new(name))]);
        vm.signal(init, Signal::Message(OwnedTerm::of(message)));
    }
}
