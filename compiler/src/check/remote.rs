//! Calls of other modules' functions: are they there, are they deprecated.

use cordial_syntax::Symbol;
use cordial_syntax::quoted::{self, names};
use cordial_vm::atom::Atom;
use cordial_vm::term::Term;
use rustc_hash::{FxHashMap, FxHashSet};

use super::group::{Checked, Fault};
use super::place::Place;
use crate::diag::Code;
use crate::expand::error::show_module;
use crate::expand::{Diagnostic, Env, Host, Pair, RemoteCall};
use crate::host::HeldHost;
use crate::host::convert::{atom, symbol};
use crate::module::table::Owned;
use crate::sym;

/// What `@compile {:no_warn_undefined, …}` names.
#[derive(Default)]
pub struct Unwarned {
    modules: Vec<Symbol>,
    functions: Vec<(Symbol, Pair)>,
}

impl Unwarned {
    pub fn of(options: &[Owned]) -> Unwarned {
        let mut unwarned = Unwarned::default();
        for option in options {
            unwarned.option(option.term());
        }
        unwarned
    }

    fn option(&mut self, term: Term) {
        if let Some(items) = term.list_to_vec() {
            items.into_iter().for_each(|item| self.option(item));
        } else if let Some((key, value)) = term.pair()
            && key
                .as_atom()
                .is_some_and(|key| key.as_str() == "no_warn_undefined")
        {
            match value.list_to_vec() {
                Some(items) if !value.is_nil() => items.into_iter().for_each(|item| self.entry(item)),
                _ => self.entry(value),
            }
        }
    }

    fn entry(&mut self, term: Term) {
        if let Some(module) = term.as_atom() {
            self.modules.push(symbol(module));
        } else if let Some([module, name, arity]) = term.tuple()
            && let (Some(module), Some(name), Some(arity)) =
                (module.as_atom(), name.as_atom(), arity.as_small())
            && let Ok(arity) = u8::try_from(arity)
        {
            self.functions.push((symbol(module), (symbol(name), arity)));
        }
    }

    fn covers(&self, module: Symbol, pair: Pair) -> bool {
        self.modules.contains(&module) || self.functions.contains(&(module, pair))
    }
}

/// What was found out about modules that are called.
#[derive(Default)]
pub struct Known {
    modules: FxHashMap<Symbol, Option<Callee>>,
}

struct Callee {
    functions: FxHashSet<Pair>,
    deprecated: FxHashMap<Pair, String>,
}

impl Known {
    fn callee(&mut self, host: &mut HeldHost<'_, '_>, module: Symbol) -> Option<&Callee> {
        self.modules
            .entry(module)
            .or_insert_with(|| look_up(host, module))
            .as_ref()
    }
}

fn look_up(host: &mut HeldHost<'_, '_>, module: Symbol) -> Option<Callee> {
    let exports = host.exports(module)?;
    let natives = host.held.vm.code().natives_of(atom(module));
    let functions = exports
        .functions
        .list
        .iter()
        .copied()
        .chain(natives.into_iter().map(|mfa| (symbol(mfa.function), mfa.arity)))
        .collect();
    let deprecated = if exports.elixir {
        deprecated(host, module)
    } else {
        FxHashMap::default()
    };
    Some(Callee {
        functions,
        deprecated,
    })
}

/// The deprecated functions and macros of a module, with what is said of each.
pub fn deprecated(host: &mut HeldHost<'_, '_>, module: Symbol) -> FxHashMap<Pair, String> {
    let key = Term::atom(Atom::new("deprecated"));
    let Ok(list) = host.call(module, "__info__", &[key]) else {
        return FxHashMap::default();
    };
    let items = list.term().list_to_vec().unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| {
            let (pair, reason) = item.pair()?;
            let (name, arity) = pair.pair()?;
            let pair = (symbol(name.as_atom()?), u8::try_from(arity.as_small()?).ok()?);
            let reason = reason.bytes()?;
            Some((pair, String::from_utf8_lossy(reason.as_ref()).into_owned()))
        })
        .collect()
}

pub fn check(host: &mut HeldHost<'_, '_>, module: &Checked, known: &mut Known, faults: &mut Vec<Fault>) {
    let mut found: FxHashMap<(Symbol, Pair), usize> = FxHashMap::default();
    // Generated calls are not the user's.
    let told = |call: &&RemoteCall| call.from.is_some() && !call.meta.is_true(quoted::known::GENERATED);
    for call in module.calls.iter().filter(told) {
        let key = (call.module, call.pair);
        if let Some(index) = found.get(&key) {
            faults[*index].places.push(place(call));
            continue;
        }
        let Some((code, message)) = complaint(host, module, known, call) else {
            continue;
        };
        found.insert(key, faults.len());
        faults.push(Fault {
            code,
            message,
            span: 0,
            places: vec![place(call)],
        });
    }
}

fn place(call: &RemoteCall) -> Place {
    Place {
        file: call.file.clone(),
        meta: call.meta.clone(),
        function: call.from,
    }
}

fn complaint(
    host: &mut HeldHost<'_, '_>,
    module: &Checked,
    known: &mut Known,
    call: &RemoteCall,
) -> Option<(Code, String)> {
    let shown = show(call.module, call.pair);
    if call.meta.is_true(sym!("rescued")) {
        return rescued(host, module, known, call);
    }
    let Some(callee) = known.callee(host, call.module) else {
        if module.unwarned.covers(call.module, call.pair) {
            return None;
        }
        let this = show_module(call.module);
        let hint = alias_hint(call.module);
        let message =
            format!("{shown} is undefined (module {this} is not available or is yet to be defined){hint}");
        return Some((Code::RemoteModuleMissing, message));
    };
    if let Some(reason) = callee.deprecated.get(&call.pair) {
        let message = format!("{shown} is deprecated. {reason}");
        return (call.module != module.name).then_some((Code::Deprecated, message));
    }
    let (name, arity) = call.pair;
    let everywhere =
        name.as_str() == "module_info" && arity <= 1 || name.as_str() == "__info__" && arity == 1;
    if everywhere || callee.functions.contains(&call.pair) || module.unwarned.covers(call.module, call.pair) {
        return None;
    }
    let hint = hint(host, call);
    Some((
        Code::RemoteUndefined,
        format!("{shown} is undefined or private{hint}"),
    ))
}

/// What is rescued must be the struct of an exception.
fn rescued(
    host: &mut HeldHost<'_, '_>,
    module: &Checked,
    known: &mut Known,
    call: &RemoteCall,
) -> Option<(Code, String)> {
    let this = show_module(call.module);
    let why = match known.callee(host, call.module) {
        Some(callee) if callee.functions.contains(&call.pair) => return None,
        _ if module.unwarned.covers(call.module, call.pair) => return None,
        Some(_) => "(there is such module but it does not define a struct)".to_owned(),
        None => {
            let hint = alias_hint(call.module);
            format!("(module {this} is not available or is yet to be defined){hint}")
        }
    };
    Some((Code::RescueUndefined, format!("struct {this} is undefined {why}")))
}

/// An alias of one part may be a misspelt one.
fn alias_hint(module: Symbol) -> &'static str {
    match module.as_str().strip_prefix("Elixir.") {
        Some(rest) if !rest.contains('.') => {
            ". Make sure the module name is correct and has been specified in full (or that an alias has been defined)"
        }
        _ => "",
    }
}

/// The library knows what names are near.
fn hint(host: &mut HeldHost<'_, '_>, call: &RemoteCall) -> String {
    let (name, arity) = call.pair;
    let args = [
        Term::atom(atom(call.module)),
        Term::atom(atom(name)),
        Term::small(i64::from(arity)),
    ];
    let hint = host.call(
        Symbol::new("Elixir.UndefinedFunctionError"),
        "hint_for_loaded",
        &args,
    );
    let text = hint.ok().and_then(|hint| {
        let bytes = hint.term().bytes()?;
        Some(String::from_utf8_lossy(bytes.as_ref()).into_owned())
    });
    text.unwrap_or_default()
}

/// `Module.name/arity`.
pub fn show(module: Symbol, (name, arity): Pair) -> String {
    let text = name.as_str();
    let name = match names::classify(text) {
        names::NameKind::Identifier | names::NameKind::Unquoted => text.to_owned(),
        _ => format!("\"{}\"", names::escape(text, '"')),
    };
    format!("{}.{name}/{arity}", show_module(module))
}

/// Warns of calls outside of functions, which are made right after: what they call must be there already.
pub fn deprecated_here(
    host: &mut HeldHost<'_, '_>,
    env: &Env,
    calls: &[RemoteCall],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut known = Known::default();
    for call in calls {
        if call.from.is_some()
            || call.meta.is_true(quoted::known::GENERATED)
            || Some(call.module) == env.module
        {
            continue;
        }
        let Some(reason) = known
            .callee(host, call.module)
            .and_then(|callee| callee.deprecated.get(&call.pair))
        else {
            continue;
        };
        let message = format!("{} is deprecated. {reason}", show(call.module, call.pair));
        let mut diagnostic = super::warning(
            Code::Deprecated,
            &call.file,
            call.meta.line(),
            call.meta.column(),
            message,
        );
        diagnostic.place = env.place();
        diagnostics.push(diagnostic);
    }
}
