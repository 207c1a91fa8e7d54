//! Runs a process until it waits, ends or has used up its turn.
//! Holds the interpreter (`interp` fetches and dispatches, `ops` says what each operation means), exceptions and stack
//! traces, calls from holding natives. May import everything of the VM but `sched`.

pub mod held;
mod interp;
pub mod isa;
mod machine;
pub mod ops;
mod raise;
pub mod state;
pub(crate) mod stubs;
pub mod trace;

pub use held::{Held, run_blocking, run_holding};
pub use interp::run;
pub use raise::Exception;
pub use state::Outcome;

#[cfg(test)]
mod tests;
