//! Elixir's quoted form: the compiler's only syntax tree.
//!
//! Holds: symbols, nodes, metadata, and printing. May import: nothing of the lexer or parser.
//! Walks use `deeper`, so that no depth of tree overflows the native stack.

pub mod known;
mod meta;
pub mod names;
mod node;
mod print;
mod symbol;

pub use meta::Meta;
pub use node::{Call, Opaque, Quoted, Var, deeper};
pub use print::{float_text, inspect};
pub use symbol::Symbol;
