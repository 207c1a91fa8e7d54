//! `@name` and `@name value`.

use std::sync::Arc;

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::{Expanded, Expander, Pending, PendingType, Stop, escape_quoted, has_unquotes, to_text};

/// How an attribute that a function reads was found.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeRead {
    Value(Quoted),
    Unset,
}

/// What may stand in code as it is.
pub const ESCAPABLE: &str = "The supported values are: lists, tuples, maps, atoms, numbers, bitstrings, PIDs and remote functions in the format &Mod.fun/arity";

/// Attributes that hold types, kept as they are written.
fn is_typespec(name: &str) -> bool {
    matches!(
        name,
        "type" | "typep" | "opaque" | "spec" | "callback" | "macrocallback"
    )
}

/// Attributes that are there, with `nil`, before they are set.
pub fn is_built_in(name: &str) -> bool {
    matches!(name, "doc" | "moduledoc" | "typedoc" | "impl" | "deprecated")
}

pub(super) fn expand(this: &mut Expander<'_>, meta: &Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
    let arg = args.pop().unwrap_or(Quoted::NIL);
    let Some(module) = this.env.module else {
        return Err(Stop::argument(
            Code::AttributeOutsideModule,
            "cannot invoke @/1 outside module",
        ));
    };
    match arg {
        Quoted::Var(var) => read(this, module, &var.meta, var.name),
        Quoted::Call(call) if call.name().is_some() => {
            let name = call.name().unwrap_or(known::NIL);
            if call.args.is_empty() {
                this.warn(
                    Code::AttributeParens,
                    &Meta::at_line(call.meta.line()),
                    format!(
                        "the @{name}() notation (with parentheses) is deprecated, please use @{name} (without parentheses) instead"
                    ),
                );
                return read(this, module, &call.meta, name);
            }
            if call.args.len() != 1 {
                return Err(Stop::argument(
                    Code::AttributeArguments,
                    format!("expected 0 or 1 argument for @{name}, got: {}", call.args.len()),
                ));
            }
            if name.as_str() == "behavior" {
                return Err(Stop::argument(
                    Code::BehaviorSpelling,
                    "@behavior attribute is not supported, please use @behaviour instead",
                ));
            }
            let (_, attribute_meta, mut args) = call.into_parts();
            set(
                this,
                module,
                meta,
                &attribute_meta,
                name,
                args.pop().unwrap_or(Quoted::NIL),
            )
        }
        Quoted::Call(call) if call.name() == Some(known::ALIASES) => Err(Stop::argument(
            Code::AttributeArguments,
            format!(
                "expected 0 or 1 argument for @{}, got: 1",
                to_text(&Quoted::Call(call))
            ),
        )),
        other => Err(Stop::argument(
            Code::AttributeExpected,
            format!("expected module attribute, got: {}", to_text(&other)),
        )),
    }
}

fn set(
    this: &mut Expander<'_>,
    module: Symbol,
    meta: &Meta,
    attribute_meta: &Meta,
    name: Symbol,
    value: Quoted,
) -> Expanded<Quoted> {
    if this.env.function.is_some() {
        return Err(Stop::argument(
            Code::AttributeSetInFunction,
            format!("cannot set attribute @{name} inside function/macro"),
        ));
    }
    let line = match meta.line() {
        0 => attribute_meta.line(),
        line => line,
    };
    let native = Quoted::Atom(crate::sym!("elixir_module"));
    if is_typespec(name.as_str()) {
        return Ok(typespec(this, module, meta, name, value));
    }
    Ok(Quoted::remote(
        native,
        crate::sym!("put_attribute"),
        meta.clone(),
        vec![
            Quoted::Atom(module),
            Quoted::Atom(name),
            value,
            Quoted::Int(i64::from(line)),
        ],
    ))
}

/// `@type` and its like leave their form with the host; only what `unquote` fills in comes with the call.
fn typespec(this: &mut Expander<'_>, module: Symbol, meta: &Meta, name: Symbol, value: Quoted) -> Quoted {
    let mut env = this.caller_env(meta);
    env.versioned_vars = Arc::default();
    let mut args = vec![Quoted::Atom(module), Quoted::Atom(name)];
    let (code, escaped) = match has_unquotes(&value) {
        true => (None, Some(escape_quoted(&value, true))),
        false => (Some(value), None),
    };
    let pending = PendingType {
        code,
        env: Arc::new(env),
        meta: meta.clone(),
    };
    let number = this.host.keep(Pending::Type(Arc::new(pending)));
    this.pending.push(number);
    args.push(Quoted::Int(number as i64));
    args.extend(escaped);
    let native = Quoted::Atom(crate::sym!("elixir_module"));
    Quoted::remote(native, crate::sym!("put_typespec"), meta.clone(), args)
}

fn read(this: &mut Expander<'_>, module: Symbol, meta: &Meta, name: Symbol) -> Expanded<Quoted> {
    if this.env.function.is_some() || this.env.context != super::Context::None {
        return Ok(match this.host.attribute(module, name) {
            AttributeRead::Value(value) => {
                if let Some(shown) = this.host.inescapable(&value) {
                    return Err(Stop::argument(
                        Code::AttributeNotEscapable,
                        format!(
                            "cannot inject attribute @{name} into function/macro because cannot escape {shown}. {ESCAPABLE}"
                        ),
                    ));
                }
                value
            }
            AttributeRead::Unset if is_built_in(name.as_str()) => Quoted::NIL,
            AttributeRead::Unset => {
                let function = this.env.function.take();
                this.warn(
                    Code::AttributeUndefined,
                    &Meta::at_line(meta.line()),
                    format!(
                        "undefined module attribute @{name}, please remove access to @{name} or explicitly set it before access"
                    ),
                );
                this.env.function = function;
                Quoted::NIL
            }
        });
    }
    Ok(Quoted::remote(
        Quoted::Atom(crate::sym!("elixir_module")),
        crate::sym!("read_attribute"),
        meta.clone(),
        vec![
            Quoted::Atom(module),
            Quoted::Atom(name),
            Quoted::Int(i64::from(meta.line())),
        ],
    ))
}
