//! Elixir text to quoted forms: lexer, parser, diagnostics, printing.

#![forbid(unsafe_code)]

pub mod diagnostics;
pub mod format;
pub mod lexer;
mod options;
mod parser;
pub mod quoted;

pub use diagnostics::{Diagnostic, Severity};
pub use options::ParseOptions;
pub use quoted::{Call, Meta, Opaque, Quoted, Symbol, Var};

/// What a text says.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub quoted: Quoted,
    pub warnings: Vec<Diagnostic>,
    /// Empty unless asked for.
    pub comments: Vec<Comment>,
}

/// A comment, as `Code.string_to_quoted_with_comments/2` gives it.
#[derive(Clone, PartialEq, Debug)]
pub struct Comment {
    pub line: u32,
    pub column: u32,
    /// Line breaks since the token before it, and up to the token after it.
    pub previous_eol_count: u32,
    pub next_eol_count: u32,
    pub text: String,
}

/// Reads a text. The error holds the warnings found before it; an error of the lexer has none, as in Elixir, which tells
/// them when it has all tokens.
pub fn parse(text: &str, options: &ParseOptions) -> Result<Parsed, Box<Diagnostic>> {
    let tokens = match lexer::tokenize(text, options) {
        Ok(tokens) => tokens,
        Err(failure) => {
            return Err(Box::new(Diagnostic::of_problem(
                *failure,
                text,
                options,
                Vec::new(),
            )));
        }
    };
    let mut builder = parser::Builder::new(text, options, tokens.warnings);
    match parser::parse_tokens(&mut builder, tokens.tokens) {
        Ok(quoted) => Ok(Parsed {
            quoted,
            warnings: builder.warnings,
            comments: tokens.comments,
        }),
        Err(error) => {
            let problem = parser::problem(&mut builder, error);
            Err(Box::new(Diagnostic::of_problem(
                problem,
                text,
                options,
                builder.warnings,
            )))
        }
    }
}
