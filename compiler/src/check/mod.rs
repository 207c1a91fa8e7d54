//! Holds what is wrong with a whole definition or module: unused variables, functions that are not there.
//! May import: `expand`'s diagnostics, `module`'s table. Never: printing.

use crate::diag::Code;
use cordial_syntax::Symbol;

use crate::expand::error::{Place, show_module};
use crate::expand::{Bindings, Diagnostic, Env, VarKind};
use crate::module::compile::module_error;
use crate::module::table::State;

/// Warns of variables that are bound and never read.
pub fn unused_variables(bindings: &Bindings, env: &Env, diagnostics: &mut Vec<Diagnostic>) {
    for binding in &bindings.list {
        let name = binding.key.0.as_str();
        let by_user = matches!(binding.key.1, VarKind::Context(context) if context.as_str() == "nil");
        if binding.used
            || name.starts_with('_')
            || !by_user
            || binding.meta.is_true(cordial_syntax::quoted::known::GENERATED)
        {
            continue;
        }
        let hint = if binding.overrides {
            format!(
                "variable \"{name}\" is unused (there is a variable with the same name in the context, use the pin operator (^) to match on it or prefix this variable with underscore if it is not meant to be used)"
            )
        } else {
            format!(
                "variable \"{name}\" is unused (if the variable is not meant to be used, prefix it with an underscore)"
            )
        };
        let place = env.place();
        diagnostics.push(Diagnostic {
            code: Code::UnusedVariable,
            error: false,
            file: env.file.clone(),
            line: if binding.meta.line() == 0 {
                env.line
            } else {
                binding.meta.line()
            },
            column: binding.meta.column(),
            span: name.chars().count() as u32,
            message: hint,
            place,
        });
    }
}

/// Errors and warnings about a module's definitions together.
pub fn module(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    undefined_locals(state, name, diagnostics);
    import_conflicts(state, name, diagnostics);
    missing_bodies(state, name, diagnostics);
    unused_private(state, name, diagnostics);
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

fn unused_private(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    // What public definitions reach is used.
    let mut used = vec![false; state.definitions.len()];
    let mut work: Vec<usize> = (0..used.len())
        .filter(|index| state.definitions[*index].kind.is_public())
        .collect();
    while let Some(index) = work.pop() {
        if std::mem::replace(&mut used[index], true) {
            continue;
        }
        for call in &state.definitions[index].local_calls {
            if let Some(callee) = state.index.get(&call.pair) {
                work.push(*callee);
            }
        }
    }
    for (index, definition) in state.definitions.iter().enumerate() {
        if used[index] || definition.generated || definition.from_defaults.is_some() {
            continue;
        }
        let what = if definition.kind.is_macro() {
            "macro"
        } else {
            "function"
        };
        let shorter = state
            .definitions
            .iter()
            .enumerate()
            .any(|(other, candidate)| used[other] && candidate.from_defaults == Some(definition.pair));
        if shorter {
            continue;
        }
        diagnostics.push(Diagnostic {
            code: Code::UnusedFunction,
            error: false,
            file: definition.file.clone(),
            line: definition.line,
            column: 0,
            span: 0,
            message: format!("{what} {}/{} is unused", definition.pair.0, definition.pair.1),
            place: Some(Place {
                module: name,
                function: None,
            }),
        });
    }
}
