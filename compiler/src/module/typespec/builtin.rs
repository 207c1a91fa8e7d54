//! The types that need no module before them.

use crate::expand::Pair;

/// Where a built-in type comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Builtin {
    /// Erlang has it.
    Erlang,
    /// Tuples and maps of any size.
    Any,
    /// The language adds it.
    Elixir,
}

pub fn builtin((name, arity): Pair) -> Option<Builtin> {
    let name = name.as_str();
    Some(match (name, arity) {
        ("map" | "tuple", 0) => Builtin::Any,
        ("as_boolean" | "keyword", 1) | ("keyword" | "charlist" | "nonempty_charlist" | "struct", 0) => {
            Builtin::Elixir
        }
        ("list" | "nonempty_list", 1)
        | ("maybe_improper_list" | "nonempty_improper_list" | "nonempty_maybe_improper_list", 2) => {
            Builtin::Erlang
        }
        (
            "any"
            | "none"
            | "atom"
            | "pid"
            | "port"
            | "reference"
            | "float"
            | "integer"
            | "neg_integer"
            | "non_neg_integer"
            | "pos_integer"
            | "list"
            | "nonempty_list"
            | "maybe_improper_list"
            | "nonempty_maybe_improper_list"
            | "term"
            | "arity"
            | "binary"
            | "nonempty_binary"
            | "bitstring"
            | "nonempty_bitstring"
            | "boolean"
            | "byte"
            | "char"
            | "fun"
            | "function"
            | "identifier"
            | "iodata"
            | "iolist"
            | "mfa"
            | "module"
            | "no_return"
            | "node"
            | "number"
            | "timeout"
            | "dynamic"
            | "string"
            | "nonempty_string",
            0,
        ) => Builtin::Erlang,
        _ => return None,
    })
}
