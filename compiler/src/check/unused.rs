//! What is bound, defined or set and never used: variables, private functions and their defaults, attributes.

use cordial_syntax::Symbol;
use cordial_syntax::quoted::known;

use super::warning;
use crate::diag::Code;
use crate::expand::error::Place;
use crate::expand::{Bindings, Diagnostic, Env, VarKind};
use crate::module::table::{Definition, State};
use crate::sym;

/// What goes out of sight: the variables bound in a clause, from one on, or all those of a definition or file.
#[derive(Clone, Copy)]
pub enum Closing {
    Scope(usize),
    All,
}

/// Warns of variables that are never read, and of each only once.
pub fn variables(bindings: &mut Bindings, closing: Closing, env: &Env, diagnostics: &mut Vec<Diagnostic>) {
    let start = match closing {
        Closing::Scope(start) => start,
        Closing::All => 0,
    };
    let mut unused: Vec<usize> = (start..bindings.list.len())
        .filter(|index| {
            let binding = &bindings.list[*index];
            let by_user = binding.key.1 == VarKind::Context(known::NIL);
            let named = !binding.key.0.as_str().starts_with('_');
            !binding.used && named && by_user && !binding.meta.is_true(known::GENERATED)
        })
        .collect();
    unused.sort_by_key(|index| (bindings.list[*index].key.0.as_str(), *index));
    for index in unused {
        let binding = &mut bindings.list[index];
        binding.used = true;
        let name = binding.key.0;
        let hint = if binding.overrides {
            "there is a variable with the same name in the context, use the pin operator (^) to match on it or prefix this variable with underscore if it is not meant to be used"
        } else {
            "if the variable is not meant to be used, prefix it with an underscore"
        };
        let line = match binding.meta.line() {
            0 => env.line,
            line => line,
        };
        let message = format!("variable \"{name}\" is unused ({hint})");
        let mut diagnostic = warning(
            Code::UnusedVariable,
            &env.file,
            line,
            binding.meta.column(),
            message,
        );
        // As Elixir does, the name is underlined only where all of its scope is over.
        if matches!(closing, Closing::All) {
            diagnostic.span = name.as_str().chars().count() as u32;
        }
        diagnostic.place = env.place();
        diagnostics.push(diagnostic);
    }
}

/// Warns of private definitions that nothing public leads to, and of defaults that no call leaves out.
pub fn private(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    let used = reached(state);
    let is_used = |pair| state.index.get(&pair).is_some_and(|index| used[*index]);
    let mut private: Vec<&Definition> = state
        .definitions
        .iter()
        .filter(|definition| !definition.kind.is_public() && definition.from_defaults.is_none())
        .filter(|definition| !definition.generated && definition.context.is_none())
        .collect();
    private.sort_by_key(|definition| (definition.pair.0.as_str(), definition.pair.1));
    for definition in private.into_iter().rev() {
        let (function, arity) = definition.pair;
        let lowest = usize::from(arity).saturating_sub(definition.defaults);
        let shorter = lowest..usize::from(arity);
        // The shortest form that is called says how many defaults have a use.
        let first_used = shorter.clone().find(|arity| is_used((function, *arity as u8)));
        let unused = match first_used {
            // The number that Elixir gives is of those in use.
            Some(first) if first > lowest => usize::from(arity) - first,
            Some(_) => 0,
            None if is_used(definition.pair) => definition.defaults,
            None => usize::MAX,
        };
        let text = if unused == usize::MAX {
            let what = if definition.kind.is_macro() {
                "macro"
            } else {
                "function"
            };
            format!("{what} {function}/{arity} is unused")
        } else if unused == 0 {
            continue;
        } else if first_used.is_none() {
            format!("default values for the optional arguments in {function}/{arity} are never used")
        } else if unused == 1 {
            format!("the default value for the last optional argument in {function}/{arity} is never used")
        } else {
            format!(
                "the default values for the last {unused} optional arguments in {function}/{arity} are never used"
            )
        };
        let code = if unused == usize::MAX {
            Code::UnusedFunction
        } else {
            Code::UnusedDefaults
        };
        let mut diagnostic = warning(code, &definition.file, definition.line, definition.column, text);
        diagnostic.place = Some(Place::module(name));
        diagnostics.push(diagnostic);
    }
}

/// The definitions that public ones lead to.
fn reached(state: &State) -> Vec<bool> {
    let mut used = vec![false; state.definitions.len()];
    let on_load = crate::module::compile::on_load(state).map(|name| (name, 0));
    let is_root = |index: &usize| {
        let definition = &state.definitions[*index];
        definition.kind.is_public()
            || state.body_calls.contains(&definition.pair)
            || on_load == Some(definition.pair)
    };
    let mut work: Vec<usize> = (0..used.len()).filter(is_root).collect();
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
    used
}

/// Warns of attributes that are set and never read, and of those that wait for a definition at the module's end.
pub fn attributes(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    let mut tell = |code, line, message| {
        let mut diagnostic = warning(code, &state.env.file, line, 0, message);
        diagnostic.place = Some(Place::module(name));
        diagnostics.push(diagnostic);
    };
    for key in state.order.iter().rev() {
        let Some(attribute) = state.attributes.get(key) else {
            continue;
        };
        let unused = attribute.set && !attribute.read && !attribute.accumulate && !attribute.persist;
        if unused && attribute.line > 0 && !is_reserved(key.as_str()) {
            let message = format!("module attribute @{key} was set but never used");
            tell(Code::UnusedAttribute, attribute.line, message);
        }
    }
    if state
        .attributes
        .get(&sym!("derive"))
        .is_some_and(|attribute| !attribute.values.is_empty())
        && !derived(state)
    {
        let text = if state.attributes.contains_key(&sym!("__struct__")) {
            "warning: module attribute @derive was set after defstruct, all @derive calls must come before defstruct"
        } else {
            "warning: module attribute @derive was set but never used (it must come before defstruct)"
        };
        tell(Code::DeriveUnused, state.line, text.to_owned());
    }
    let waiting = state.order.iter().rev();
    for key in waiting.filter(|key| **key != sym!("doc")).chain([&sym!("doc")]) {
        let what = match key.as_str() {
            "doc" | "impl" | "deprecated" => "definition",
            "typedoc" => "type",
            _ => continue,
        };
        if let Some(attribute) = state.attributes.get(key).filter(|attribute| attribute.set) {
            let message = format!("module attribute @{key} was set but no {what} follows it");
            tell(Code::NothingFollows, attribute.line, message);
        }
    }
}

/// Whether the struct was defined after what is to be derived for it.
fn derived(state: &State) -> bool {
    state
        .attributes
        .get(&sym!("derive"))
        .is_some_and(|attribute| attribute.read)
}

/// Attributes that the language gives a meaning.
fn is_reserved(name: &str) -> bool {
    name.starts_with("__")
        || matches!(
            name,
            "after_compile"
                | "after_verify"
                | "before_compile"
                | "behaviour"
                | "callback"
                | "compile"
                | "deprecated"
                | "derive"
                | "dialyzer"
                | "doc"
                | "external_resource"
                | "fallback_to_any"
                | "file"
                | "impl"
                | "macrocallback"
                | "moduledoc"
                | "nifs"
                | "on_definition"
                | "on_load"
                | "opaque"
                | "optional_callbacks"
                | "spec"
                | "type"
                | "typedoc"
                | "typep"
                | "undefined_impl_description"
                | "vsn"
        )
}
