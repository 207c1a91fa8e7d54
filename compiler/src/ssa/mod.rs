//! Holds SSA: what it is, how Core becomes it, its passes.
//! May import: Core, the VM's opcodes. Never: registers; terms.

pub mod build;
pub mod ir;
pub mod passes;
mod print;
mod verify;

pub use print::print;
pub use verify::verify;
