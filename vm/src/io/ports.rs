//! Ports: programs of the system that talk to a process by messages.

use crate::atom::Atom;
use crate::process::Process;
use crate::term::Term;
use crate::vm::Vm;

/// The ports of one Vm.
#[derive(Default)]
pub struct Ports {}

impl Ports {
    /// A message sent to a port.
    pub fn command(&self, process: &mut Process, vm: &Vm, port: u64, message: Term) {
        let _ = (process, vm, port, message);
    }

    /// The port of that name.
    pub fn whereis(&self, name: Atom) -> Option<Term> {
        let _ = name;
        None
    }

    pub fn register(&self, name: Atom, port: Term) -> bool {
        let _ = (name, port);
        false
    }

    pub fn unregister(&self, name: Atom) -> bool {
        let _ = name;
        false
    }

    pub fn count(&self) -> usize {
        0
    }

    pub fn owned_by(&self, number: u64) -> Vec<Term> {
        let _ = number;
        Vec::new()
    }

    /// An exit signal to a port.
    pub fn exit(&self, vm: &Vm, port: Term, reason: Term) {
        let _ = (vm, port, reason);
    }

    /// A process has ended: its ports close.
    pub fn owner_ended(&self, vm: &Vm, number: u64, reason: Term) {
        let _ = (vm, number, reason);
    }
}
