//! The standard library: its image, compiled when this crate is built, and the list of its sources.

#![forbid(unsafe_code)]

mod sources;

pub use sources::sources;

/// Every module of the library, as `cordial_vm::code::image` packs them.
pub static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.image"));
