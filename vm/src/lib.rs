//! The virtual machine.

pub mod atom;
pub mod bytecode;
pub mod heap;
pub mod term;
