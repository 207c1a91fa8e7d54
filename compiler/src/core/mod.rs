//! Holds Core: what it is, how expanded quoted forms become it, its passes; and the way from there to bytecode.
//! May import: the syntax crate's quoted forms, the VM's atoms, owned terms and bytecode.
//! Never: terms on a heap, files, running code.

pub mod build;
mod compile;
pub mod ir;
pub mod known;
pub mod lit;
mod print;
mod source;
mod variables;
mod verify;

pub use compile::{Stage, compile_module, emit_module};
pub use print::print;
pub use source::{BackOptions, Clause, Definition, DefinitionKind, ModuleSource, Problem};
pub use variables::{Variables, of_expr, of_for, of_lambda};
pub use verify::verify;
