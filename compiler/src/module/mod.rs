//! Holds `defmodule`: definitions, attributes, overridable functions, documentation, and the compilation of a module.
//! May import: `expand`, `host`, `core`. Never: files, the clock.

pub mod attributes;
pub mod body;
pub mod chunk;
pub mod compile;
mod data;
pub mod define;
pub mod docs;
pub mod eval;
pub mod info;
pub mod local;
pub mod natives;
pub mod overridable;
pub mod session;
mod signature;
pub mod structs;
pub mod table;
pub mod typespec;

pub use natives::NATIVES;
