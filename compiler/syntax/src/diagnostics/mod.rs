//! Diagnostics: what the lexer and parser have to say, in Elixir's words and printed format.

mod print;

use std::sync::Arc;

use crate::quoted::{Meta, Symbol};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    Error,
    Warning,
}

/// Which exception an error becomes.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// `SyntaxError`, or a warning.
    Syntax,
    /// `TokenMissingError`; without delimiters when the expression is merely incomplete.
    TokenMissing { opening: Option<Symbol>, expected: Option<Symbol> },
    /// `MismatchedDelimiterError`.
    MismatchedDelimiter { opening: Symbol, closing: Symbol, expected: Symbol },
}

/// One error or warning.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    pub severity: Severity,
    pub kind: Kind,
    pub file: Arc<str>,
    pub line: u32,
    /// 0 if not known.
    pub column: u32,
    /// End line and column, for missing and mismatched delimiters.
    pub end: Option<(u32, u32)>,
    /// The exception's `:description`, the warning's text.
    pub description: String,
    /// The exception's `:snippet`.
    pub snippet: Option<String>,
    /// What `Code.string_to_quoted/2` returns: `{meta, error, token}`.
    pub meta: Meta,
    pub error: ErrorText,
    pub token: String,
    /// The warnings found before the error.
    pub warnings: Vec<Diagnostic>,
}

/// The middle part of `{:error, {meta, error, token}}`.
#[derive(Clone, PartialEq, Debug)]
pub enum ErrorText {
    Plain(String),
    /// `{before, after}`, with the token between.
    Around(String, String),
}
