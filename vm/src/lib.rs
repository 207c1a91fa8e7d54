//! The virtual machine.

pub mod atom;
pub mod bytecode;
pub mod code;
pub mod ets;
pub mod exec;
pub mod heap;
pub mod io;
pub mod natives;
pub mod process;
pub mod sched;
pub mod sync;
pub mod term;
pub mod vm;
