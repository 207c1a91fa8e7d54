//! `defoverridable` and `super`.

use cordial_syntax::Symbol;

use super::table::{self, Definition, Overridable, State};
use crate::expand::{Env, Kind, Pair};

/// Lets the definitions be defined again.
pub fn make(state: &mut State, pairs: &[Pair]) {
    for pair in pairs {
        if state.definition(*pair).is_none() {
            continue;
        }
        for entry in state.docs.iter_mut().filter(|entry| entry.pair == *pair) {
            entry.replaceable = true;
        }
        let entry = state.overridable.entry(*pair).or_default();
        entry.count += 1;
        entry.overridden = false;
        entry.stored = None;
        entry.definition = None;
    }
}

/// A definition of an overridable function begins: what was defined goes to where `super` finds it.
pub fn override_now(state: &mut State, pair: Pair) {
    match state.overridable.get(&pair) {
        Some(entry) if !entry.overridden => {}
        _ => return,
    }
    let definition = state.remove_definition(pair);
    if let Some(Overridable {
        definition: slot,
        overridden,
        ..
    }) = state.overridable.get_mut(&pair)
    {
        *slot = definition;
        *overridden = true;
    }
}

/// What `super` calls in a function.
pub fn super_of(env: &Env, pair: Pair) -> Option<(Kind, Symbol)> {
    let state = env.module.and_then(table::find)?;
    let mut state = state.lock();
    let entry = state.overridable.get_mut(&pair)?;
    let definition = entry.definition.as_ref()?;
    let kind = definition.kind;
    if let Some(name) = entry.stored {
        return Some((kind, name));
    }
    let name = Symbol::new(&format!("{} (overridable {})", pair.0, entry.count));
    entry.stored = Some(name);
    let private = if kind.is_macro() {
        Kind::Defmacrop
    } else {
        Kind::Defp
    };
    let stored = Definition {
        kind: private,
        pair: (name, pair.1),
        from_defaults: None,
        generated: true,
        ..definition.clone()
    };
    state.add_definition(stored);
    Some((kind, name))
}
