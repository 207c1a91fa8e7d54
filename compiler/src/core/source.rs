//! What the front hands over: a module's expanded definitions.

use std::sync::Arc;

use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::term::OwnedTerm;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    Def,
    Defp,
    Defmacro,
    Defmacrop,
}

impl DefinitionKind {
    pub fn is_macro(self) -> bool {
        matches!(self, DefinitionKind::Defmacro | DefinitionKind::Defmacrop)
    }

    pub fn is_public(self) -> bool {
        matches!(self, DefinitionKind::Def | DefinitionKind::Defmacro)
    }
}

/// A function or macro with its clauses, all expanded.
#[derive(Clone)]
pub struct Definition {
    pub kind: DefinitionKind,
    pub name: Symbol,
    /// As the user sees it: without a macro's caller argument.
    pub arity: u8,
    pub line: u32,
    pub file: Arc<str>,
    pub clauses: Vec<Clause>,
}

#[derive(Clone)]
pub struct Clause {
    pub meta: Meta,
    /// A macro's clauses have the caller's environment first.
    pub args: Vec<Quoted>,
    /// The alternatives of `when … when …`.
    pub guards: Vec<Quoted>,
    pub body: Quoted,
}

pub struct ModuleSource {
    pub name: Symbol,
    pub file: Arc<str>,
    pub line: u32,
    pub definitions: Vec<Definition>,
    pub attributes: Vec<(Symbol, OwnedTerm)>,
    /// Docs, specs, …: in external term format.
    pub chunks: Vec<(String, Vec<u8>)>,
    /// The function of `@on_load`.
    pub on_load: Option<Symbol>,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct BackOptions {
    /// Verify between all passes, in release builds too.
    pub verify: bool,
}

/// Something wrong with the program, found after expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: Arc<str>,
    pub line: u32,
    pub message: String,
}
