//! What is said about definitions: documentation, `@impl`, for the chunks.

use std::sync::Arc;

use cordial_syntax::Symbol;

use super::table::Owned;
use crate::expand::{Kind, Pair};

/// The documentation of one definition, callback or type.
pub struct Entry {
    pub kind: EntryKind,
    pub pair: Pair,
    pub line: u32,
    pub signature: String,
    /// `@doc`: a text, `false`, or nothing.
    pub doc: Option<Owned>,
    pub doc_line: Option<u32>,
    /// `@doc key: value`
    pub meta: Vec<Owned>,
    pub deprecated: Option<Owned>,
    pub since: Option<Owned>,
    pub defaults: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    Function,
    Macro,
}

/// An `@impl` with the definition that follows it.
pub struct Impl {
    pub pair: Pair,
    pub kind: Kind,
    pub line: u32,
    pub file: Arc<str>,
    pub value: Owned,
    pub defaults: usize,
    /// The module whose macro set it.
    pub context: Option<Symbol>,
}
