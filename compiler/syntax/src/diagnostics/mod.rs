//! Diagnostics: what the lexer and parser have to say, in Elixir's words and printed format.

mod code;
mod print;

use std::sync::Arc;

pub use code::Code;

use crate::ParseOptions;
use crate::lexer::problem::Problem;
use crate::quoted::{Meta, Quoted, Symbol, known};

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
    TokenMissing {
        opening: Option<Symbol>,
        expected: Option<Symbol>,
    },
    /// `MismatchedDelimiterError`.
    MismatchedDelimiter {
        opening: Symbol,
        closing: Symbol,
        expected: Symbol,
    },
}

/// One error or warning.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnostic {
    pub code: Code,
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
    pub fn of_problem(
        problem: Problem,
        text: &str,
        options: &ParseOptions,
        warnings: Vec<Diagnostic>,
    ) -> Diagnostic {
        let description = match (&problem.description, &problem.text) {
            (Some(description), _) => (**description).clone(),
            (None, ErrorText::Plain(before)) => format!("{before}{}", problem.token),
            (None, ErrorText::Around(before, after)) => format!("{before}{}{after}", problem.token),
        };
        let meta = error_meta(&problem);
        let last = problem.end.map_or(problem.line, |(last, _)| last);
        let count = (last.saturating_sub(problem.line) + 1) as usize;
        let snippet = (problem.column > 0).then(|| snippet(text, options, problem.line, count));
        Diagnostic {
            code: problem.code,
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

/// `[line: …, column: …]`, with the delimiters around for those that miss one.
fn error_meta(problem: &Problem) -> Meta {
    let place = [(known::LINE, problem.line), (known::COLUMN, problem.column)];
    let mut meta = Meta::EMPTY;
    let add = |meta: &mut Meta, pairs: &[(Symbol, u32)]| {
        for (key, number) in pairs.iter().filter(|(_, number)| *number > 0) {
            meta.push(*key, *number);
        }
    };
    let end = problem.end.unwrap_or((0, 0));
    let end = [
        (Symbol::new("end_line"), end.0),
        (Symbol::new("end_column"), end.1),
    ];
    let (opening, expected) = (
        Symbol::new("opening_delimiter"),
        Symbol::new("expected_delimiter"),
    );
    match &problem.kind {
        Kind::TokenMissing {
            opening: Some(open),
            expected: Some(close),
        } => {
            meta.push(opening, Quoted::Atom(*open));
            meta.push(expected, Quoted::Atom(*close));
            add(&mut meta, &place);
            add(&mut meta, &end);
        }
        Kind::MismatchedDelimiter {
            opening: open,
            closing,
            expected: close,
        } => {
            add(&mut meta, &place);
            add(&mut meta, &end);
            meta.push(Symbol::new("error_type"), Quoted::atom("mismatched_delimiter"));
            meta.push(opening, Quoted::Atom(*open));
            meta.push(Symbol::new("closing_delimiter"), Quoted::Atom(*closing));
            meta.push(expected, Quoted::Atom(*close));
        }
        _ => add(&mut meta, &place),
    }
    meta
}

/// The source line, or the lines from an opening delimiter on, moved right by the first column asked for.
fn snippet(text: &str, options: &ParseOptions, line: u32, count: usize) -> String {
    let padding = " ".repeat(options.column.saturating_sub(1) as usize);
    let first = line.saturating_sub(options.line) as usize;
    let lines: Vec<_> = text
        .split('\n')
        .skip(first)
        .take(count)
        .map(|line| format!("{padding}{line}"))
        .collect();
    lines.join("\n")
}
