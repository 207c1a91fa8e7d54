//! The compiler: quoted forms through expansion, Core and SSA to bytecode.

#![forbid(unsafe_code)]

pub mod core;
pub mod emit;
pub mod expand;
pub mod host;
pub mod ssa;
