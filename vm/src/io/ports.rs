//! Ports: programs of the system that talk to a process by messages.

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

    /// A process has ended: its ports close.
    pub fn owner_ended(&self, vm: &Vm, number: u64, reason: Term) {
        let _ = (vm, number, reason);
    }
}
