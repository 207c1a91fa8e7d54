//! From what a module's body defined to the loaded module.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::bytecode::file;
use cordial_vm::heap::OwnedTerm;
use parking_lot::Mutex;

use super::table::{Definition, State};
use super::typespec::Translated;
use super::{eval, info};
use crate::core::{self, DefinitionKind, ModuleSource};
use crate::expand::error::Place;
use crate::expand::{Diagnostic, Env, Expanded, Kind, Pair};
use crate::host::HeldHost;
use crate::sym;

/// Compiles and loads the module; gives its bytecode.
pub fn module(
    host: &mut HeldHost<'_, '_>,
    name: Symbol,
    env: &Env,
    state: &Arc<Mutex<State>>,
) -> Expanded<Arc<[u8]>> {
    let mut of_types = Vec::new();
    let types = super::typespec::translate(host, name, state, &mut of_types)?;
    crate::check::named::optional_callbacks(&state.lock())?;
    let (source, diagnostics) = {
        let mut state = state.lock();
        let mut diagnostics = std::mem::take(&mut state.diagnostics);
        diagnostics.append(&mut of_types);
        if let Some(function) = on_load(&state)
            && state.definition((function, 0)).is_none()
        {
            let message = format!("undefined function {function}/0 given to @on_load");
            diagnostics.push(module_error(
                Code::OnLoadUndefined,
                &state,
                name,
                &Meta::EMPTY,
                message,
                None,
            ));
        }
        // What is said of the whole module only makes sense when each definition is right.
        if !diagnostics.iter().any(|diagnostic| diagnostic.error) {
            crate::check::module(&state, name, &mut diagnostics);
        }
        (source(&state, name, types), diagnostics)
    };
    if eval::tell(host, &diagnostics) {
        return Err(eval::logged(&env.file, Some(name)));
    }
    super::session::with(host, |session| {
        if let Some(tap) = &mut session.tap {
            tap.source(&source);
        }
    });
    let on_load = source.on_load;
    let module = eval::compile(host, source)?;
    let bytes: Arc<[u8]> = Arc::from(file::encode(&module));
    let module = eval::link(host, module, file::sum_of_code(&bytes))?;
    super::session::with(host, |session| {
        if let (Some(tap), Some(module)) = (&mut session.tap, &module) {
            tap.file(module);
        }
    });
    let checked = crate::check::Checked::of(&mut state.lock(), name);
    super::session::with(host, |session| session.checks.push(checked));
    if let Some(function) = on_load {
        let answer = host.call(name, function.as_str(), &[])?;
        if answer.term().as_atom().is_none_or(|atom| atom.as_str() != "ok") {
            host.held
                .vm
                .code()
                .forget(crate::host::convert::atom(name), host.held.vm);
        }
    }
    Ok(bytes)
}

fn source(state: &State, name: Symbol, types: Translated) -> ModuleSource {
    let mut definitions: Vec<core::Definition> = state
        .definitions
        .iter()
        .filter(|definition| !definition.clauses.is_empty())
        .map(|definition| core_definition(definition, kind_of(definition.kind)))
        .collect();
    definitions.push(info::info(state, name));
    if !state.index.contains_key(&(sym!("behaviour_info"), 1)) {
        definitions.extend(info::behaviour(state));
    }
    let attributes = state
        .order
        .iter()
        .filter_map(|key| {
            let attribute = state.attributes.get(key)?;
            (attribute.persist && !attribute.values.is_empty()).then(|| {
                // All values in one list; a value that is a list is taken apart, as Erlang does.
                let mut heap = cordial_vm::heap::Heap::with_capacity(64);
                let mut items = Vec::new();
                for value in &attribute.values {
                    match value.term().list_to_vec() {
                        Some(list) if !list.is_empty() => items.extend(list),
                        _ => items.push(value.term()),
                    }
                }
                let value = heap.list(items);
                (*key, OwnedTerm::of(value))
            })
        })
        .collect();
    let on_load = on_load(state).map(|function| {
        definitions.push(load_hook(state, function));
        sym!("-on_load-")
    });
    ModuleSource {
        name,
        file: state.env.file.clone(),
        line: state.line,
        definitions,
        attributes,
        chunks: super::chunk::chunks(state, name, types),
        on_load,
    }
}

/// The function that `@on_load` names.
pub(crate) fn on_load(state: &State) -> Option<Symbol> {
    let value = state.attributes.get(&sym!("on_load"))?.values.last()?.term();
    let name = match value.pair() {
        Some((name, _)) => name.as_atom()?,
        None => value.as_atom()?,
    };
    Some(crate::host::convert::symbol(name))
}

/// What the loader calls: the function may be private.
fn load_hook(state: &State, function: Symbol) -> core::Definition {
    core::Definition {
        kind: DefinitionKind::Def,
        name: sym!("-on_load-"),
        arity: 0,
        line: state.line,
        file: state.env.file.clone(),
        clauses: vec![core::Clause {
            meta: Meta::EMPTY,
            args: Vec::new(),
            guards: Vec::new(),
            body: Quoted::call(function, Meta::EMPTY, Vec::new()),
        }],
    }
}

fn kind_of(kind: Kind) -> DefinitionKind {
    match kind {
        Kind::Def => DefinitionKind::Def,
        Kind::Defp => DefinitionKind::Defp,
        Kind::Defmacro => DefinitionKind::Defmacro,
        Kind::Defmacrop => DefinitionKind::Defmacrop,
    }
}

pub(super) fn core_definition(definition: &Definition, kind: DefinitionKind) -> core::Definition {
    core::Definition {
        kind,
        name: definition.pair.0,
        arity: definition.pair.1,
        line: definition.line,
        file: definition.file.clone(),
        clauses: definition.clauses.clone(),
    }
}

/// An error about the module as a whole.
pub fn module_error(
    code: Code,
    state: &State,
    name: Symbol,
    meta: &Meta,
    message: String,
    function: Option<Pair>,
) -> Diagnostic {
    let line = if meta.line() == 0 { state.line } else { meta.line() };
    Diagnostic {
        code,
        error: true,
        file: state.env.file.clone(),
        line,
        column: meta.column(),
        span: 0,
        message,
        place: Some(Place::Code {
            module: name,
            function,
        }),
        others: Vec::new(),
    }
}
