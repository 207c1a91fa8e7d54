//! Holds the bytecode: opcodes, the module, its file format, the disassembler.
//! May import: `atom`, `term::OwnedTerm`. Never: processes, schedulers.

pub mod module;
pub mod ops;
