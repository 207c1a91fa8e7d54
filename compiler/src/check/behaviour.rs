//! Behaviours: are they there, is each callback implemented, does `@impl` say the truth.

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::term::Term;

use super::group::{Checked, Defined, Fault};
use super::place::Place;
use crate::diag::Code;
use crate::expand::error::show_module;
use crate::expand::{Host, Kind, Pair};
use crate::host::HeldHost;
use crate::host::convert::symbol;
use crate::module::docs::Impl;

/// A callback that a module should have.
struct Callback {
    pair: Pair,
    is_macro: bool,
    behaviour: Symbol,
    optional: bool,
    /// Some `@impl` is about it.
    claimed: bool,
}

impl Callback {
    fn kind(&self) -> &'static str {
        kind_name(self.is_macro)
    }

    fn is(&self, pair: Pair, is_macro: bool) -> bool {
        self.pair == pair && self.is_macro == is_macro
    }
}

/// What `@impl` was set to.
enum Claim {
    False,
    True,
    Of(Symbol),
}

pub fn check(host: &mut HeldHost<'_, '_>, module: &Checked, faults: &mut Vec<Fault>) {
    let mut callbacks = Vec::new();
    for behaviour in &module.behaviours {
        add(host, module, *behaviour, &mut callbacks, faults);
    }
    for callback in &callbacks {
        implemented(host, module, callback, faults);
    }
    if module.impls.is_empty() {
        return;
    }
    for claim in &module.impls {
        claimed(module, claim, &mut callbacks, faults);
    }
    for callback in callbacks.iter().filter(|callback| !callback.claimed) {
        unclaimed(module, callback, faults);
    }
}

fn fault(code: Code, message: String, place: Place) -> Fault {
    Fault {
        code,
        message,
        span: 0,
        places: vec![place],
    }
}

/// Adds a behaviour's callbacks.
fn add(
    host: &mut HeldHost<'_, '_>,
    module: &Checked,
    behaviour: Symbol,
    callbacks: &mut Vec<Callback>,
    faults: &mut Vec<Fault>,
) {
    let (name, this) = (show_module(behaviour), show_module(module.name));
    let Some(exports) = host.exports(behaviour) else {
        let message = format!("@behaviour {name} does not exist (in module {this})");
        faults.push(fault(Code::BehaviourMissing, message, module.head()));
        return;
    };
    if !exports.functions.has((crate::sym!("behaviour_info"), 1)) {
        let message = format!("module {name} is not a behaviour (in module {this})");
        faults.push(fault(Code::NotABehaviour, message, module.head()));
        return;
    }
    let optional = pairs(host, behaviour, "optional_callbacks");
    for hidden in pairs(host, behaviour, "callbacks") {
        let (pair, is_macro) = shown(hidden);
        let before = callbacks.iter().find(|callback| callback.is(pair, is_macro));
        if let Some(before) = before {
            let what = format!("{} {}", before.kind(), name_and_arity(pair));
            let (code, message) = if before.behaviour == behaviour {
                let message = format!(
                    "the behaviour {name} has been declared twice (conflict in {what} in module {this})"
                );
                (Code::BehaviourTwice, message)
            } else {
                let other = show_module(before.behaviour);
                let message = format!(
                    "conflicting behaviours found. Callback {what} is defined by both {other} and {name} (in module {this})"
                );
                (Code::BehavioursConflict, message)
            };
            faults.push(fault(code, message, module.head()));
        }
        callbacks.retain(|callback| !callback.is(pair, is_macro));
        callbacks.push(Callback {
            pair,
            is_macro,
            behaviour,
            optional: optional.contains(&hidden),
            claimed: false,
        });
    }
}

/// The list that `behaviour_info/1` gives; none if it fails.
fn pairs(host: &mut HeldHost<'_, '_>, behaviour: Symbol, key: &str) -> Vec<Pair> {
    let Ok(list) = host.call(behaviour, "behaviour_info", &[Term::atom(Atom::new(key))]) else {
        return Vec::new();
    };
    let items = list.term().list_to_vec().unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| {
            let (name, arity) = item.pair()?;
            Some((symbol(name.as_atom()?), u8::try_from(arity.as_small()?).ok()?))
        })
        .collect()
}

/// A macro's callback is a function with a prefix and one more argument.
fn shown((name, arity): Pair) -> (Pair, bool) {
    match name.as_str().strip_prefix("MACRO-") {
        Some(rest) if arity > 0 => ((Symbol::new(rest), arity - 1), true),
        _ => ((name, arity), false),
    }
}

fn kind_name(is_macro: bool) -> &'static str {
    if is_macro { "macro" } else { "function" }
}

fn name_and_arity((name, arity): Pair) -> String {
    format!("{name}/{arity}")
}

fn implemented(host: &mut HeldHost<'_, '_>, module: &Checked, callback: &Callback, faults: &mut Vec<Fault>) {
    let found = module
        .definitions
        .iter()
        .find(|definition| covers(definition.pair, definition.defaults, callback.pair));
    let wanted = if callback.is_macro {
        Kind::Defmacro
    } else {
        Kind::Def
    };
    let what = format!("{} {}", callback.kind(), name_and_arity(callback.pair));
    let by = if is_protocol(host, callback.behaviour) {
        "protocol"
    } else {
        "behaviour"
    };
    let required = format!("{what} required by {by} {}", show_module(callback.behaviour));
    let this = show_module(module.name);
    let (code, message) = match found {
        Some(found) if found.kind == wanted => return,
        Some(found) => (
            Code::CallbackKind,
            format!(
                "{required} was implemented as \"{}\" but should have been \"{}\" (in module {this})",
                found.kind.name(),
                wanted.name()
            ),
        ),
        None if callback.optional => return,
        None => (
            Code::CallbackMissing,
            format!("{required} is not implemented (in module {this})"),
        ),
    };
    faults.push(fault(code, message, module.head()));
}

fn is_protocol(host: &mut HeldHost<'_, '_>, behaviour: Symbol) -> bool {
    host.exports(behaviour)
        .is_some_and(|exports| exports.functions.has((crate::sym!("__protocol__"), 1)))
}

/// Whether a definition, with its defaults, can be called as the callback is.
fn covers(pair: Pair, defaults: usize, callback: Pair) -> bool {
    let lowest = usize::from(pair.1).saturating_sub(defaults);
    pair.0 == callback.0 && (lowest..=usize::from(pair.1)).contains(&usize::from(callback.1))
}

fn claimed(module: &Checked, claim: &Impl, callbacks: &mut [Callback], faults: &mut Vec<Fault>) {
    let place = Place {
        file: claim.file.clone(),
        meta: Meta::at_line(claim.line),
        function: None,
    };
    let is_macro = claim.kind.is_macro();
    let what = format!("{} {}", kind_name(is_macro), name_and_arity(claim.pair));
    if !claim.kind.is_public() {
        let message =
            format!("{what} is private, @impl attribute is always discarded for private functions/macros");
        faults.push(fault(Code::ImplPrivate, message, place));
        return;
    }
    let value = match claim.value.term().as_atom().map(symbol) {
        Some(known::FALSE) => Claim::False,
        Some(known::TRUE) => Claim::True,
        Some(behaviour) => Claim::Of(behaviour),
        None => return,
    };
    let got = match &value {
        Claim::False => "got \"@impl false\"".to_owned(),
        Claim::True => "got \"@impl true\"".to_owned(),
        Claim::Of(behaviour) => format!("got \"@impl {}\"", show_module(*behaviour)),
    };
    let got = format!("{got} for {what}");
    if module.behaviours.is_empty() {
        let message = format!("{got} but no behaviour was declared");
        faults.push(fault(Code::ImplWithoutBehaviour, message, place));
        return;
    }
    let list = known_callbacks(callbacks);
    let mut matching = callbacks
        .iter_mut()
        .filter(|callback| callback.is_macro == is_macro && covers(claim.pair, claim.defaults, callback.pair))
        .peekable();
    let (code, message) = match value {
        Claim::False => {
            let Some(callback) = matching.next() else { return };
            let behaviour = show_module(callback.behaviour);
            let message = format!("{got} but it is a callback specified in {behaviour}");
            (Code::ImplFalse, message)
        }
        Claim::True => {
            if matching.peek().is_none() {
                let message = format!("{got} but no behaviour specifies such callback.{list}");
                (Code::ImplUnknown, message)
            } else {
                matching.for_each(|callback| callback.claimed = true);
                return;
            }
        }
        Claim::Of(behaviour) if !module.behaviours.contains(&behaviour) => {
            let message = format!("{got} but this behaviour was not declared with @behaviour");
            (Code::ImplUndeclared, message)
        }
        Claim::Of(behaviour) => {
            let mut matching = matching
                .filter(|callback| callback.behaviour == behaviour)
                .peekable();
            if matching.peek().is_none() {
                let message = format!("{got} but this behaviour does not specify such callback.{list}");
                (Code::ImplNotSpecified, message)
            } else {
                matching.for_each(|callback| callback.claimed = true);
                return;
            }
        }
    };
    faults.push(fault(code, message, place));
}

/// The list that follows an unknown callback.
fn known_callbacks(callbacks: &[Callback]) -> String {
    if callbacks.is_empty() {
        return " There are no known callbacks, please specify the proper @behaviour and make sure it defines callbacks".to_owned();
    }
    let mut sorted: Vec<&Callback> = callbacks.iter().collect();
    sorted.sort_by_key(|callback| (callback.pair.0.as_str(), callback.pair.1, callback.is_macro));
    let lines: String = sorted
        .iter()
        .map(|callback| {
            let call = name_and_arity(callback.pair);
            format!(
                "\n  * {}.{call} ({})",
                show_module(callback.behaviour),
                callback.kind()
            )
        })
        .collect();
    format!(" The known callbacks are:\n{lines}\n")
}

/// Where `@impl` is set for one callback, it is expected for all that the same code wrote.
fn unclaimed(module: &Checked, callback: &Callback, faults: &mut Vec<Fault>) {
    let defined = module.definitions.iter().find(|definition: &&Defined| {
        definition.kind.is_public()
            && definition.kind.is_macro() == callback.is_macro
            && covers(definition.pair, definition.defaults, callback.pair)
    });
    let Some(defined) = defined else { return };
    if !module.impls.iter().any(|claim| claim.context == defined.context) {
        return;
    }
    let message = format!(
        "module attribute @impl was not set for {} {} callback (specified in {}). This either means you forgot to add the \"@impl true\" annotation before the definition or that you are accidentally overriding this callback",
        callback.kind(),
        name_and_arity(callback.pair),
        show_module(callback.behaviour)
    );
    let place = Place {
        file: defined.file.clone(),
        meta: Meta::at_line(defined.line),
        function: None,
    };
    faults.push(fault(Code::ImplNotSet, message, place));
}
