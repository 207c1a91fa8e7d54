//! Runs a process until it waits, ends or has used up its turn.
//! Holds the interpreter (`interp` fetches and dispatches, `ops` says what each operation means), exceptions and stack
//! traces, calls from holding natives. May import everything of the VM but `sched`.

pub mod held;
mod interp;
pub mod isa;
pub(crate) mod machine;
pub mod ops;
mod raise;
pub(crate) mod reciprocal;
mod refused;
pub mod state;
pub(crate) mod stubs;
pub mod trace;

pub use held::{Held, run_blocking, run_holding};
pub use interp::run;
pub use raise::Exception;
pub use state::Outcome;

use crate::process::Process;
use crate::vm::Vm;

/// Whether a process that stands between two turns should be collected by a thread that may take its time.
pub fn is_collection_long(process: &Process) -> bool {
    machine::Machine::is_collection_long(process)
}

/// Collects; the process is runnable afterwards.
pub fn run_collection(process: &mut Process, vm: &Vm) -> Outcome {
    match refused::catch(|| machine::Machine::over(process, vm).collect_between()) {
        Some(()) => Outcome::Yield,
        None => refused::lost(process),
    }
}

#[cfg(test)]
mod tests;
