//! Holds what each operation means, where the interpreter's loop does not say it itself. One file a family.

pub mod arith;
pub mod binary;
pub mod call;
pub mod compare;
pub mod data;
pub mod map;
pub mod native;
pub mod process;
pub mod raise;
pub mod test;
