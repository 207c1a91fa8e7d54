//! The compiler: quoted forms through expansion, Core and SSA to bytecode.

#![forbid(unsafe_code)]

pub mod bootstrap;
pub mod check;
pub mod core;
pub mod diag;
pub mod emit;
pub mod expand;
pub mod host;
pub mod module;
pub mod natives;
pub mod options;
pub mod pipeline;
pub mod ssa;

pub use natives::NATIVES;
