//! Holds the bytecode: opcodes, the module, its file format, its checks, the disassembler.
//! May import: `atom`, `term::OwnedTerm`. Never: processes, schedulers.

pub mod cycle;
pub mod disasm;
pub mod field;
pub mod file;
pub mod flow;
pub mod module;
pub mod ops;
pub mod validate;
