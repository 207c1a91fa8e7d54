//! Diagnostics: what the lexer and parser have to say, in Elixir's words and printed format.

mod print;

use std::sync::Arc;

use crate::ParseOptions;
use crate::lexer::problem::Problem;
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

impl Diagnostic {
    /// The error that a problem in this text is.
    pub fn of_problem(problem: Problem, text: &str, options: &ParseOptions, warnings: Vec<Diagnostic>) -> Diagnostic {
        let description = match &problem.text {
            ErrorText::Plain(before) => format!("{before}{}", problem.token),
            ErrorText::Around(before, after) => format!("{before}{}{after}", problem.token),
        };
        let mut meta = Meta::at(problem.line, problem.column);
        if problem.column == 0 {
            meta = Meta::at_line(problem.line);
        }
        let snippet = text
            .split('\n')
            .nth((problem.line.saturating_sub(options.line)) as usize)
            .map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned());
        Diagnostic {
            severity: Severity::Error,
            kind: problem.kind,
            file: options.file.clone(),
            line: problem.line,
            column: problem.column,
            end: problem.end,
            description,
            snippet,
            meta,
            error: problem.text,
            token: problem.token,
            warnings,
        }
    }
}
