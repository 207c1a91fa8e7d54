//! The signature that documentation shows for a function: `name(left, right \\ default)`.

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::table::State;
use crate::expand::to_text;
use crate::host::HeldHost;
use crate::sym;

/// A parameter as documentation names it.
#[derive(Clone, PartialEq)]
pub struct Param {
    pub name: Symbol,
    /// The program gave the name, so no later clause changes it.
    pub firm: bool,
    pub default: Option<Quoted>,
}

/// The parameters of one clause.
pub fn params(state: &State, args: &[Quoted], defaults: &[Option<Quoted>]) -> Vec<Param> {
    let mut params: Vec<(Param, bool)> = args
        .iter()
        .enumerate()
        .map(|(index, arg)| {
            let (name, made, firm) = match named(arg) {
                Some((name, firm)) => (name, false, firm),
                None => (Symbol::new(&kind(state, arg)), true, false),
            };
            let default = defaults.get(index).cloned().flatten();
            let default = default.map(|default| with_attributes(state, default));
            (Param { name, firm, default }, made)
        })
        .collect();
    number(&mut params);
    params.into_iter().map(|(param, _)| param).collect()
}

/// What was made of kinds is numbered where a kind comes twice.
fn number(params: &mut [(Param, bool)]) {
    let made: Vec<Symbol> = params
        .iter()
        .filter(|(_, made)| *made)
        .map(|(param, _)| param.name)
        .collect();
    let mut seen: Vec<(Symbol, u32)> = Vec::new();
    for (param, _) in params.iter_mut().filter(|(_, made)| *made) {
        if made.iter().filter(|name| **name == param.name).count() < 2 {
            continue;
        }
        let name = param.name;
        let count = match seen.iter_mut().find(|(other, _)| *other == name) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                seen.push((name, 1));
                1
            }
        };
        param.name = Symbol::new(&format!("{name}{count}"));
    }
}

/// The name of a variable, and whether it is more than a placeholder.
fn named(arg: &Quoted) -> Option<(Symbol, bool)> {
    match arg {
        Quoted::Var(var) if var.name == known::UNDERSCORE => Some((var.name, false)),
        Quoted::Var(var) => Some(match var.name.as_str().strip_prefix('_') {
            Some(rest) => (Symbol::new(rest), false),
            None => (var.name, true),
        }),
        Quoted::Call(call) if call.is(known::MATCH, 2) => {
            named(&call.args[0]).or_else(|| named(&call.args[1]))
        }
        _ => None,
    }
}

/// A word for what an argument must be.
fn kind(state: &State, arg: &Quoted) -> String {
    let word = match arg {
        Quoted::Int(_) | Quoted::Big(_) => "int",
        Quoted::Float(_) => "float",
        Quoted::Bin(_) => "binary",
        Quoted::List(_) => "list",
        Quoted::Atom(known::TRUE | known::FALSE) => "bool",
        Quoted::Atom(_) => "atom",
        Quoted::Call(call) if call.name() == Some(known::MAP) => "map",
        Quoted::Call(call) if call.is(known::MATCH, 2) => return kind(state, &call.args[1]),
        Quoted::Call(call) if call.is(known::AT, 1) => {
            let value = with_attributes(state, arg.clone());
            return if value == *arg {
                "arg".to_owned()
            } else {
                kind(state, &value)
            };
        }
        Quoted::Call(call) if call.is(known::PERCENT, 2) => return struct_name(state, &call.args[0]),
        Quoted::Call(call) if call.name() == Some(known::ALIASES) => "atom",
        _ => "arg",
    };
    word.to_owned()
}

/// `bar_baz` of `%Foo.BarBaz{}`.
fn struct_name(state: &State, name: &Quoted) -> String {
    let text = match name {
        Quoted::Call(call) if call.name() == Some(known::ALIASES) => {
            call.args.last().and_then(Quoted::as_atom).map(Symbol::as_str)
        }
        Quoted::Call(call) if call.is(known::MODULE, 0) => state.env.module.map(Symbol::as_str),
        Quoted::Var(var) if var.name == known::MODULE => state.env.module.map(Symbol::as_str),
        Quoted::Atom(name) => Some(name.as_str()),
        _ => None,
    };
    match text {
        Some(text) => underscore(text.rsplit('.').next().unwrap_or(text)),
        None => "struct".to_owned(),
    }
}

fn underscore(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (index, char) in chars.iter().enumerate() {
        let starts_word = index > 0
            && char.is_uppercase()
            && (!chars[index - 1].is_uppercase()
                || chars.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            out.push('_');
        }
        out.extend(char.to_lowercase());
    }
    out
}

/// The form with the values of attributes in their places.
fn with_attributes(state: &State, node: Quoted) -> Quoted {
    match node {
        Quoted::Call(call) if call.is(known::AT, 1) => {
            let name = match &call.args[0] {
                Quoted::Var(var) => Some(var.name),
                _ => None,
            };
            let value = name.and_then(|name| state.attributes.get(&name)?.values.last());
            match value {
                Some(value) => HeldHost::escaped(value.term()),
                None => Quoted::Call(call),
            }
        }
        Quoted::Call(call) => {
            let (head, meta, args) = call.into_parts();
            let args = args.into_iter().map(|arg| with_attributes(state, arg)).collect();
            Quoted::call(head, meta, args)
        }
        Quoted::List(items) => Quoted::List(
            items
                .into_iter()
                .map(|item| with_attributes(state, item))
                .collect(),
        ),
        Quoted::Pair(pair) => {
            let (first, second) = *pair;
            Quoted::pair(with_attributes(state, first), with_attributes(state, second))
        }
        other => other,
    }
}

/// What a further clause adds: names where there were placeholders.
pub fn merge(known: &mut [Param], more: &[Param]) {
    for (index, (param, new)) in known.iter_mut().zip(more).enumerate() {
        if param.firm || param.name == new.name {
            continue;
        }
        if new.firm {
            param.name = new.name;
            param.firm = true;
        } else {
            param.name = Symbol::new(&format!("arg{}", index + 1));
        }
    }
}

/// The signature as text.
pub fn text(module: Symbol, name: Symbol, params: &[Param]) -> String {
    if name == known::STRUCT && params.is_empty() {
        return format!("%{}{{}}", crate::expand::error::show_module(module));
    }
    let args = params
        .iter()
        .map(|param| {
            let var = Quoted::var(param.name, Meta::EMPTY, known::NIL);
            match &param.default {
                Some(default) => Quoted::call(sym!("\\\\"), Meta::EMPTY, vec![var, default.clone()]),
                None => var,
            }
        })
        .collect();
    to_text(&Quoted::call(name, Meta::EMPTY, args))
}
