//! Macros of a module that is still being defined: a macro and what it calls are compiled as a module of their own.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};
use parking_lot::Mutex;

use super::table::{self, LocalMacros, State};
use crate::core::{self, DefinitionKind, ModuleSource};
use crate::expand::form::caller_variable;
use crate::expand::{Expanded, Pair, Stop};
use crate::host::HeldHost;
use crate::host::convert::atom;

/// The name of a loaded module that has the macro as it is defined now.
pub fn compile(host: &mut HeldHost<'_, '_>, module: Symbol, pair: Pair) -> Expanded<Symbol> {
    let Some(state) = table::find(module) else {
        return Err(Stop::argument(Code::Internal, "the module is not being defined"));
    };
    let (source, stamp, old) = {
        let state = state.lock();
        let (reached, missing, stamp) = reach(&state, pair);
        if let Some(known) = state.local_macros.get(&pair)
            && known.stamp == stamp
        {
            return Ok(known.module);
        }
        let name = Symbol::new(&format!("elixir_macros_{}", table::next_number()));
        let source = source(&state, name, &reached, &missing);
        (
            source,
            stamp,
            state.local_macros.get(&pair).map(|known| known.module),
        )
    };
    let name = source.name;
    super::eval::load(host, source)?;
    if let Some(old) = old {
        host.held.vm.code().forget(atom(old), host.held.vm);
    }
    state
        .lock()
        .local_macros
        .insert(pair, LocalMacros { module: name, stamp });
    Ok(name)
}

/// The compiled macros are not needed any more.
pub fn forget(host: &mut HeldHost<'_, '_>, state: &Arc<Mutex<State>>) {
    for (_, known) in state.lock().local_macros.drain() {
        host.held.vm.code().forget(atom(known.module), host.held.vm);
    }
}

/// The definitions that a macro needs, calls of what is not there, and a number that changes when these do.
fn reach(state: &State, pair: Pair) -> (Vec<usize>, Vec<(Pair, bool)>, u64) {
    let mut reached: Vec<usize> = Vec::new();
    let mut missing: Vec<(Pair, bool)> = Vec::new();
    let mut stamp = 0u64;
    let mut work = vec![(pair, true)];
    while let Some((pair, is_macro)) = work.pop() {
        match state.index.get(&pair) {
            Some(index) if reached.contains(index) => {}
            Some(index) => {
                reached.push(*index);
                let definition = &state.definitions[*index];
                stamp = stamp
                    .wrapping_mul(1_000_003)
                    .wrapping_add((*index as u64) << 20 | definition.clauses.len() as u64);
                work.extend(
                    definition
                        .local_calls
                        .iter()
                        .map(|call| (call.pair, call.is_macro)),
                );
            }
            None => {
                if !missing.contains(&(pair, is_macro)) {
                    missing.push((pair, is_macro));
                }
            }
        }
    }
    let stamp = stamp ^ ((missing.len() as u64) << 50);
    (reached, missing, stamp)
}

fn source(state: &State, name: Symbol, reached: &[usize], missing: &[(Pair, bool)]) -> ModuleSource {
    let mut definitions: Vec<core::Definition> = reached
        .iter()
        .map(|index| {
            let definition = &state.definitions[*index];
            let kind = if definition.kind.is_macro() {
                DefinitionKind::Defmacro
            } else {
                DefinitionKind::Def
            };
            super::compile::core_definition(definition, kind)
        })
        .filter(|definition| !definition.clauses.is_empty())
        .collect();
    for (pair, is_macro) in missing {
        definitions.push(absent(state, *pair, *is_macro));
    }
    ModuleSource {
        name,
        file: state.env.file.clone(),
        line: state.line,
        definitions,
        attributes: Vec::new(),
        chunks: Vec::new(),
        on_load: None,
    }
}

/// Raises `undef`, as a call of a function that is not defined yet does.
fn absent(state: &State, pair: Pair, is_macro: bool) -> core::Definition {
    let kind = if is_macro {
        DefinitionKind::Defmacro
    } else {
        DefinitionKind::Def
    };
    let mut args: Vec<Quoted> = (0..pair.1)
        .map(|_| Quoted::var(known::UNDERSCORE, Meta::EMPTY, known::NIL))
        .collect();
    if is_macro {
        args.insert(0, caller_variable());
    }
    let body = Quoted::remote(
        Quoted::Atom(known::ERLANG),
        known::ERROR,
        Meta::EMPTY,
        vec![Quoted::atom("undef")],
    );
    core::Definition {
        kind,
        name: pair.0,
        arity: pair.1,
        line: state.line,
        file: state.env.file.clone(),
        clauses: vec![core::Clause {
            meta: Meta::EMPTY,
            args,
            guards: Vec::new(),
            body,
        }],
    }
}
