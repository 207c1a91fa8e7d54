//! Holds what is wrong with whole definitions, modules and files: what is unused, undefined, ignored, redefined.
//!
//! `module` looks at one module when its body has run. What only all modules of a file can tell, such as a call of a
//! function that is not there, waits in `group` for the end of the file; `lexical` knows the file's aliases and imports.
//! May import: `expand`'s diagnostics, `module`'s table, `host`. Never: the layout of messages.

mod behaviour;
mod documents;
mod group;
mod ignored;
mod lexical;
pub mod named;
mod place;
mod remote;
mod types;
mod unused;

use std::sync::Arc;

use crate::diag::Code;
use cordial_syntax::Symbol;

use crate::expand::Diagnostic;
use crate::expand::error::show_module;
use crate::module::compile::module_error;
use crate::module::table::State;

pub use documents::{doc_private, doc_redefined, doc_repeated, typedoc_private};
pub use group::{Checked, run};
pub use lexical::{At, Lexical, Tracker};
pub use remote::{deprecated, deprecated_here, show};
pub use unused::{Closing, variables as unused_variables};

/// A warning at a place; a column of 0 marks the line.
fn warning(code: Code, file: &Arc<str>, line: u32, column: u32, message: String) -> Diagnostic {
    Diagnostic {
        code,
        error: false,
        file: file.clone(),
        line,
        column,
        message,
        place: None,
        others: Vec::new(),
        span: 0,
    }
}

/// Errors and warnings about a module's definitions together.
pub fn module(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    undefined_locals(state, name, diagnostics);
    import_conflicts(state, name, diagnostics);
    missing_bodies(state, name, diagnostics);
    named::check(state, name, diagnostics);
    unused::private(state, name, diagnostics);
    ignored::check(state, diagnostics);
    unused::attributes(state, name, diagnostics);
}

fn undefined_locals(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    // The latest definition first.
    for definition in state.definitions.iter().rev() {
        for call in &definition.local_calls {
            let (function, arity) = call.pair;
            let (code, message) = match state.definition(call.pair) {
                None if matches!(function.as_str(), "__info__" if arity == 1)
                    || function.as_str() == "module_info" =>
                {
                    continue;
                }
                None if function.as_str() == "behaviour_info" && arity == 1 => continue,
                None => (
                    Code::UndefinedFunction,
                    format!(
                        "undefined function {function}/{arity} (expected {} to define such a function or for it to be \
                         imported, but none are available)",
                        show_module(name)
                    ),
                ),
                Some(found) if found.kind.is_macro() && !call.is_macro => (
                    Code::MacroBeforeDefinition,
                    format!("cannot invoke macro {function}/{arity} before its definition"),
                ),
                Some(_) => continue,
            };
            diagnostics.push(Diagnostic {
                span: function.as_str().chars().count() as u32,
                ..module_error(code, state, name, &call.meta, message, call.from)
            });
        }
    }
}

fn import_conflicts(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    let mut told = Vec::new();
    for (pair, from) in &state.imports_used {
        if told.contains(pair) || *from == name {
            continue;
        }
        if let Some(definition) = state.definition(*pair).filter(|definition| !definition.generated) {
            told.push(*pair);
            let meta = definition.meta();
            let message = format!(
                "imported {}.{}/{} conflicts with local function",
                show_module(*from),
                pair.0,
                pair.1
            );
            diagnostics.push(module_error(
                Code::ImportConflict,
                state,
                name,
                &meta,
                message,
                None,
            ));
        }
    }
}

fn missing_bodies(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    for definition in &state.definitions {
        if definition.has_body || !definition.clauses.is_empty() {
            continue;
        }
        let meta = definition.meta();
        let message = format!(
            "implementation not provided for predefined {} {}/{}",
            definition.kind.name(),
            definition.pair.0,
            definition.pair.1
        );
        diagnostics.push(module_error(
            Code::ImplementationMissing,
            state,
            name,
            &meta,
            message,
            None,
        ));
    }
}

/// A module of this name is there already.
pub fn redefined(name: Symbol, env: &crate::expand::Env, line: u32) -> Diagnostic {
    let shown = show_module(name);
    let message = format!("redefining module {shown} (current version defined in memory)");
    let mut diagnostic = warning(Code::ModuleRedefined, &env.file, line, 0, message);
    diagnostic.place = Some(crate::expand::error::Place::module(name));
    diagnostic
}
