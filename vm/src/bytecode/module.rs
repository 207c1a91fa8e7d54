//! A module as the compiler hands it over and as a `.cbc` file holds it.

use super::ops::{Label, Mfa, Op, Reg};
use crate::atom::Atom;
use crate::term::OwnedTerm;

/// The registers that the collector keeps, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct RegSet(pub Vec<u16>);

/// While the code index is in `start..end`, an exception jumps to `target` with class, reason and raw stack trace in
/// `dst`, `dst + 1`, `dst + 2`. Innermost first. Registers read at `target` are in every live set of the range.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: Label,
    pub dst: Reg,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Lambdas are named as Erlang names them: `-name/arity-fun-N-`.
    pub name: Atom,
    pub arity: u8,
    pub exported: bool,
    /// The number of registers.
    pub frame: u16,
    /// The most outgoing arguments of any call in it (free variables of called closures are not counted).
    pub out: u16,
    pub code: Vec<Op>,
    pub live: Vec<RegSet>,
    pub handlers: Vec<Handler>,
    /// `(first code index, line)` in ascending order; a line holds until the next entry. Line 0: none.
    pub lines: Vec<(u32, u32)>,
    /// A file other than the module's (an index into `ModuleFile::files`), for code from macros with `location: :keep`.
    pub file: u32,
}

/// A closure's code.
#[derive(Clone, Debug, PartialEq)]
pub struct Lambda {
    /// Index into `ModuleFile::functions`; its arity is `arity + free`.
    pub function: u32,
    pub arity: u8,
    pub free: u8,
}

#[derive(Clone, Debug)]
pub struct ModuleFile {
    pub name: Atom,
    /// Source files; the first is the module's own. As given to the compiler (a stack trace shows them).
    pub files: Vec<String>,
    pub functions: Vec<Function>,
    pub lambdas: Vec<Lambda>,
    pub literals: Vec<OwnedTerm>,
    /// Persisted attributes, for `module_info(:attributes)`.
    pub attributes: Vec<(Atom, OwnedTerm)>,
    /// Run before the module is usable (`@on_load`).
    pub on_load: Option<Mfa>,
    /// Named extra data: `Docs`, `Spec`, …, in external term format.
    pub chunks: Vec<(String, Vec<u8>)>,
}
