//! Holds the compiler's functions for programs: `Code`, `Macro`, `Module` and quoted code call them.
//! May import: the whole compiler. Never: files, the clock.

mod code;
mod format;
mod macros;
pub mod parse;
pub(crate) mod quote;
pub mod raise;

use cordial_vm::natives::Native;

/// Every native of the compiler, by topic.
pub static NATIVES: &[&[Native]] = &[
    crate::bootstrap::NATIVES,
    crate::module::NATIVES,
    code::NATIVES,
    format::NATIVES,
    macros::NATIVES,
    parse::NATIVES,
    quote::NATIVES,
];
