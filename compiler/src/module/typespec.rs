//! Types and specs: names and arities of callbacks, types and functions that are not there.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::heap::OwnedTerm;

use super::table::State;
use crate::expand::error::show_module;
use crate::expand::{Expanded, Pair, Stop, to_text};
use crate::host::convert::{symbol, to_quoted};

/// Name and arity of `name(type, …) :: type`, with `when` around it or not.
pub fn callback(value: &OwnedTerm) -> Option<Pair> {
    signature(&to_quoted(value.term()))
}

fn signature(node: &Quoted) -> Option<Pair> {
    match node {
        Quoted::Call(call) if call.is(known::WHEN, 2) => signature(&call.args[0]),
        Quoted::Call(call) if call.is(known::TYPE, 2) => match &call.args[0] {
            Quoted::Call(head) => Some((head.name()?, u8::try_from(head.args.len()).ok()?)),
            Quoted::Var(var) => Some((var.name, 0)),
            _ => None,
        },
        _ => None,
    }
}

/// The pairs of `@optional_callbacks name: arity`, or of a list of pairs in a list.
pub fn optional(value: &OwnedTerm, pairs: &mut Vec<Pair>) {
    for item in value.term().list_to_vec().unwrap_or_default() {
        if let Some((name, arity)) = item.pair()
            && let (Some(name), Some(arity)) = (name.as_atom(), arity.as_small())
            && let Ok(arity) = u8::try_from(arity)
        {
            pairs.push((symbol(name) as Symbol, arity));
        }
    }
}

/// An error at the line of a type.
fn type_error(state: &State, code: Code, node: &Quoted, description: String) -> Stop {
    let line = node.meta().map_or(0, Meta::line);
    Stop::Typespec {
        code,
        file: state.env.file.clone(),
        line: if line == 0 { state.line } else { line },
        description,
    }
}

/// Checks that types are defined once, that what they name is there, and that specs are about functions.
pub fn check(state: &State, name: Symbol) -> Expanded<()> {
    let values = |kind: &str| -> Vec<Quoted> {
        let attribute = state.attributes.get(&Symbol::new(kind));
        attribute
            .map(|attribute| {
                attribute
                    .values
                    .iter()
                    .map(|value| to_quoted(value.term()))
                    .collect()
            })
            .unwrap_or_default()
    };
    let mut types: Vec<Pair> = Vec::new();
    // A protocol's `t` is what implements it.
    if state.attributes.contains_key(&crate::sym!("__functions__")) {
        types.push((crate::sym!("t"), 0));
    }
    let mut bodies: Vec<(Quoted, Vec<Symbol>, Option<Pair>)> = Vec::new();
    for kind in ["type", "typep", "opaque"] {
        for node in values(kind) {
            let Some(definition) = node.call_of(known::TYPE, 2) else {
                return Err(type_error(
                    state,
                    Code::TypeInvalid,
                    &node,
                    format!("invalid type specification: {}", to_text(&node)),
                ));
            };
            let (pair, params) = match &definition.args[0] {
                Quoted::Var(var) => ((var.name, 0), Vec::new()),
                Quoted::Call(head) if head.name().is_some() => {
                    let params = head
                        .args
                        .iter()
                        .filter_map(|arg| arg.as_var().map(|var| var.name))
                        .collect();
                    ((head.name().unwrap_or(known::NIL), head.args.len() as u8), params)
                }
                _ => {
                    return Err(type_error(
                        state,
                        Code::TypeInvalid,
                        &node,
                        format!("invalid type specification: {}", to_text(&node)),
                    ));
                }
            };
            if types.contains(&pair) && pair != (crate::sym!("t"), 0)
                || bodies.iter().any(|(_, _, defined)| *defined == Some(pair))
            {
                return Err(type_error(
                    state,
                    Code::TypeTwice,
                    &node,
                    format!("type {}/{} already defined", pair.0, pair.1),
                ));
            }
            types.push(pair);
            bodies.push((definition.args[1].clone(), params, Some(pair)));
        }
    }
    for node in ["callback", "macrocallback"].into_iter().flat_map(values) {
        if signature(&node).is_none() {
            return Err(type_error(
                state,
                Code::SpecWithoutReturn,
                &node,
                format!("type specification missing return type: {}", to_text(&node)),
            ));
        }
    }
    for node in values("spec") {
        let (specification, params) = match node.call_of(known::WHEN, 2) {
            Some(when) => {
                let params = when.args[1]
                    .as_list()
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|item| item.as_pair()?.0.as_atom())
                    .collect();
                (when.args[0].clone(), params)
            }
            None => (node.clone(), Vec::new()),
        };
        let Some(definition) = specification.call_of(known::TYPE, 2) else {
            return Err(type_error(
                state,
                Code::SpecWithoutReturn,
                &node,
                format!("type specification missing return type: {}", to_text(&node)),
            ));
        };
        let pair = match &definition.args[0] {
            Quoted::Var(var) => (var.name, 0),
            Quoted::Call(head) => match head.name() {
                Some(name) => (name, head.args.len() as u8),
                None => continue,
            },
            _ => continue,
        };
        if state.definition(pair).is_none() {
            return Err(Stop::Compile {
                code: Code::SpecUndefined,
                file: state.env.file.clone(),
                line: definition.meta.line(),
                column: 0,
                module: None,
                place: None,
                description: format!("spec for undefined function {}/{}", pair.0, pair.1),
            });
        }
        bodies.push((definition.args[1].clone(), params, None));
    }
    for (body, params, _) in &bodies {
        if let Some((missing, arity)) = undefined(body, &types, params) {
            return Err(type_error(
                state,
                Code::TypeUndefined,
                body,
                format!(
                    "type {missing}/{arity} undefined (no such type in {})",
                    show_module(name)
                ),
            ));
        }
    }
    Ok(())
}

/// A type without a module before it that is neither built in nor defined.
fn undefined(node: &Quoted, types: &[Pair], params: &[Symbol]) -> Option<Pair> {
    let known_type =
        |pair: Pair| types.contains(&pair) || (pair.1 == 0 && params.contains(&pair.0)) || is_builtin(pair);
    match node {
        Quoted::Var(var) if known_type((var.name, 0)) || var.name.as_str().starts_with("__") => None,
        Quoted::Var(var) if var.name == known::UNDERSCORE || var.name == known::ELLIPSIS => None,
        Quoted::Var(var) => Some((var.name, 0)),
        Quoted::List(items) => items.iter().find_map(|item| undefined(item, types, params)),
        Quoted::Pair(pair) => match &pair.0 {
            Quoted::Atom(_) => undefined(&pair.1, types, params),
            first => undefined(first, types, params).or_else(|| undefined(&pair.1, types, params)),
        },
        Quoted::Call(call) => {
            let inner = |args: &[Quoted]| args.iter().find_map(|arg| undefined(arg, types, params));
            let Some(name) = call.name() else {
                return inner(&call.args);
            };
            match name {
                known::TYPE if call.args.len() == 2 => undefined(&call.args[1], types, params),
                known::BITS
                | known::ALIASES
                | known::PERCENT
                | known::AT
                | known::UNQUOTE
                | known::MODULE => None,
                _ if !matches!(
                    cordial_syntax::quoted::names::classify(name.as_str()),
                    cordial_syntax::quoted::names::NameKind::Identifier
                ) =>
                {
                    inner(&call.args)
                }
                _ => {
                    let pair = (name, call.args.len() as u8);
                    if known_type(pair) || matches!(name.as_str(), "required" | "optional") {
                        inner(&call.args)
                    } else {
                        Some(pair)
                    }
                }
            }
        }
        _ => None,
    }
}

fn is_builtin(pair: Pair) -> bool {
    match pair.1 {
        0 => matches!(
            pair.0.as_str(),
            "any"
                | "none"
                | "atom"
                | "map"
                | "pid"
                | "port"
                | "reference"
                | "tuple"
                | "float"
                | "integer"
                | "neg_integer"
                | "non_neg_integer"
                | "pos_integer"
                | "list"
                | "nonempty_list"
                | "improper_list"
                | "maybe_improper_list"
                | "term"
                | "arity"
                | "as_boolean"
                | "binary"
                | "nonempty_binary"
                | "bitstring"
                | "nonempty_bitstring"
                | "boolean"
                | "byte"
                | "char"
                | "charlist"
                | "nonempty_charlist"
                | "fun"
                | "function"
                | "identifier"
                | "iodata"
                | "iolist"
                | "keyword"
                | "mfa"
                | "module"
                | "no_return"
                | "node"
                | "number"
                | "struct"
                | "timeout"
                | "var"
                | "nil"
                | "true"
                | "false"
                | "nonempty_maybe_improper_list"
                | "dynamic"
        ),
        1 => matches!(
            pair.0.as_str(),
            "list" | "nonempty_list" | "keyword" | "as_boolean"
        ),
        2 => matches!(
            pair.0.as_str(),
            "maybe_improper_list"
                | "nonempty_improper_list"
                | "nonempty_maybe_improper_list"
                | "improper_list"
        ),
        _ => false,
    }
}
