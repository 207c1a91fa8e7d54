//! The compiler: quoted forms through expansion, Core and SSA to bytecode.

pub mod host;
