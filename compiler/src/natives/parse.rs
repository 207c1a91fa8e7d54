//! `Code.string_to_quoted/2`.

use super::raise;
use crate::expand::Stop;
use crate::host::convert::to_term;
use cordial_syntax::{Comment, Diagnostic, ParseOptions, Parsed};
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::natives::{Native, NativeResult, Stop as Raise};
use cordial_vm::term::Term;
use std::sync::Arc;

pub static NATIVES: &[Native] = &[
    Native::holding("cordial_code", "string_to_quoted", 2, string_to_quoted),
    Native::holding("cordial_code", "string_to_quoted!", 2, string_to_quoted_or_raise),
];

fn string_to_quoted(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (text, options) = (text(args[0])?, options(args[1])?);
    match read(&text, &options, None) {
        Ok(parsed) => {
            let parts = terms(held, &parsed);
            Ok(held.heap().tuple(&[Term::OK, parts.0, parts.1]))
        }
        Err(diagnostic) => {
            crate::diag::note(diagnostic.code.name());
            Ok(raise::error_tuple(held, &diagnostic))
        }
    }
}

fn string_to_quoted_or_raise(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (text, options) = (text(args[0])?, options(args[1])?);
    match read(&text, &options, None) {
        Ok(parsed) => {
            let parts = terms(held, &parsed);
            Ok(held.heap().tuple(&[parts.0, parts.1]))
        }
        Err(diagnostic) => Err(raise::raise(held, Stop::Syntax(diagnostic))),
    }
}

/// Reads a text and tells its warnings; `source` is what they show lines of: a file has one.
pub fn read(text: &str, options: &ParseOptions, source: Option<&str>) -> Result<Parsed, Box<Diagnostic>> {
    let result = cordial_syntax::parse(text, options);
    let warnings = match &result {
        Ok(parsed) => &parsed.warnings,
        Err(diagnostic) => &diagnostic.warnings,
    };
    if options.emit_warnings {
        for warning in warnings {
            crate::diag::tell_syntax(warning, source);
        }
    }
    result
}

/// The quoted form and the comments.
fn terms(held: &mut Held<'_>, parsed: &Parsed) -> (Term, Term) {
    let heap = held.heap();
    let quoted = to_term(heap, &parsed.quoted);
    let comments: Vec<Term> = parsed
        .comments
        .iter()
        .map(|comment| comment_term(held, comment))
        .collect();
    (quoted, held.heap().list(comments))
}

fn comment_term(held: &mut Held<'_>, comment: &Comment) -> Term {
    let heap = held.heap();
    let text = heap.string(&comment.text);
    let mut pairs = [
        (Term::atom(Atom::new("line")), Term::small(comment.line.into())),
        (
            Term::atom(Atom::new("column")),
            Term::small(comment.column.into()),
        ),
        (
            Term::atom(Atom::new("previous_eol_count")),
            Term::small(comment.previous_eol_count.into()),
        ),
        (
            Term::atom(Atom::new("next_eol_count")),
            Term::small(comment.next_eol_count.into()),
        ),
        (Term::atom(Atom::new("text")), text),
    ];
    heap.map_from(&mut pairs)
}

/// Source text.
pub fn text(term: Term) -> Result<String, Raise> {
    let bytes = term.bytes().ok_or(Raise::Badarg)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Options of a keyword list that concern the parser.
pub fn options(list: Term) -> Result<ParseOptions, Raise> {
    let mut options = ParseOptions::default();
    for option in list.list_to_vec().ok_or(Raise::Badarg)? {
        let (key, value) = option.pair().ok_or(Raise::Badarg)?;
        let number = || {
            value
                .as_u64()
                .and_then(|number| u32::try_from(number).ok())
                .ok_or(Raise::Badarg)
        };
        let truthy = value.is_truthy();
        match key.as_atom().ok_or(Raise::Badarg)?.as_str() {
            "file" => options.file = Arc::from(text(value)?),
            "line" => options.line = number()?,
            "column" => options.column = number()?,
            "columns" => options.columns = truthy,
            "token_metadata" => options.token_metadata = truthy,
            "wrap_literals" => options.wrap_literals = truthy,
            "mark_static_atoms" => options.mark_static_atoms = truthy,
            "existing_atoms_only" => options.existing_atoms_only = truthy,
            "emit_warnings" => options.emit_warnings = truthy,
            "unescape" => options.unescape = truthy,
            "include_comments" => options.comments = truthy,
            _ => {}
        }
    }
    Ok(options)
}
