//! `@doc` and its like where they are lost.

use cordial_syntax::Symbol;

use super::warning;
use crate::diag::Code;
use crate::expand::error::Place;
use crate::expand::{Diagnostic, Kind, Pair};
use crate::module::docs::Said;
use crate::module::table::State;

fn about_doc(state: &State, code: Code, line: u32, message: String, place: Place) -> Diagnostic {
    let mut diagnostic = warning(code, &state.env.file, line, 0, message);
    diagnostic.place = Some(place);
    diagnostic
}

/// `@doc` before a `@doc` that nothing took.
pub fn doc_redefined(state: &State, name: Symbol, first: u32, line: u32) -> Diagnostic {
    let message = format!("redefining @{name} attribute previously set at line {first}");
    let place = Place::module(state.env.module.unwrap_or(name));
    about_doc(state, Code::DocRedefined, line, message, place)
}

/// `@doc` at a later clause of a definition that has one.
pub fn doc_repeated(state: &State, kind: Kind, pair: Pair, first: u32, line: u32) -> Diagnostic {
    let (name, _) = pair;
    let message = format!(
        "redefining @doc attribute previously set at line {first}.\n\nPlease remove the duplicate docs. If instead you want to override a previously defined @doc, attach the @doc attribute to a function head (the function signature not followed by any do-block). For example:\n\n    @doc \"\"\"\n    new docs\n    \"\"\"\n    {} {name}(...)\n",
        kind.name()
    );
    let place = Place::Code {
        module: state.env.module.unwrap_or(name),
        function: Some(pair),
    };
    about_doc(state, Code::DocRedefined, line, message, place)
}

/// `@doc` at a private definition.
pub fn doc_private(state: &State, kind: Kind, pair: Pair, line: u32) -> Diagnostic {
    let (name, arity) = pair;
    let message = format!(
        "{} {name}/{arity} is private, @doc attribute is always discarded for private functions/macros/types",
        kind.name()
    );
    let place = Place::Code {
        module: state.env.module.unwrap_or(name),
        function: Some(pair),
    };
    about_doc(state, Code::DocPrivate, line, message, place)
}

/// `@typedoc` at a private type.
pub fn typedoc_private(state: &State, (name, arity): Pair, said: &Said) -> Option<Diagnostic> {
    let (line, _) = said.doc.as_ref().filter(|(_, value)| value.term().is_binary())?;
    let message =
        format!("type {name}/{arity} is private, @typedoc's are always discarded for private types");
    Some(about_doc(
        state,
        Code::TypedocPrivate,
        *line,
        message,
        Place::Text("(file)".to_owned()),
    ))
}
