//! Comparisons, type tests and the logic of booleans under their `:erlang` names.

use super::{Native, NativeResult, Stop};
use crate::term::{Term, compare, equal, same};

fn bool(value: bool) -> NativeResult {
    Ok(Term::bool(value))
}

fn logic(args: &[Term], op: fn(bool, bool) -> bool) -> NativeResult {
    match (args[0].as_bool(), args[1].as_bool()) {
        (Some(a), Some(b)) => bool(op(a, b)),
        _ => Err(Stop::Badarg),
    }
}

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "==", 2, |_, args| bool(equal(args[0], args[1]))),
    Native::plain("erlang", "/=", 2, |_, args| bool(!equal(args[0], args[1]))),
    Native::plain("erlang", "=:=", 2, |_, args| bool(same(args[0], args[1]))),
    Native::plain("erlang", "=/=", 2, |_, args| bool(!same(args[0], args[1]))),
    Native::plain("erlang", "<", 2, |_, args| {
        bool(compare(args[0], args[1]).is_lt())
    }),
    Native::plain("erlang", ">", 2, |_, args| {
        bool(compare(args[0], args[1]).is_gt())
    }),
    Native::plain("erlang", "=<", 2, |_, args| {
        bool(compare(args[0], args[1]).is_le())
    }),
    Native::plain("erlang", ">=", 2, |_, args| {
        bool(compare(args[0], args[1]).is_ge())
    }),
    // Of equal terms the first.
    Native::plain("erlang", "max", 2, |_, args| {
        Ok(if compare(args[0], args[1]).is_lt() {
            args[1]
        } else {
            args[0]
        })
    }),
    Native::plain("erlang", "min", 2, |_, args| {
        Ok(if compare(args[0], args[1]).is_gt() {
            args[1]
        } else {
            args[0]
        })
    }),
    Native::plain("erlang", "and", 2, |_, args| logic(args, |a, b| a & b)),
    Native::plain("erlang", "or", 2, |_, args| logic(args, |a, b| a | b)),
    Native::plain("erlang", "xor", 2, |_, args| logic(args, |a, b| a ^ b)),
    Native::plain("erlang", "not", 1, |_, args| match args[0].as_bool() {
        Some(value) => bool(!value),
        None => Err(Stop::Badarg),
    }),
    Native::plain("erlang", "is_atom", 1, |_, args| bool(args[0].is_atom())),
    Native::plain("erlang", "is_boolean", 1, |_, args| bool(args[0].is_boolean())),
    Native::plain("erlang", "is_integer", 1, |_, args| bool(args[0].is_integer())),
    Native::plain("erlang", "is_integer", 3, |_, args| {
        let [value, low, high] = args else {
            return Err(Stop::Badarg);
        };
        if !low.is_integer() || !high.is_integer() {
            return Err(Stop::Badarg);
        }
        bool(value.is_integer() && compare(*low, *value).is_le() && compare(*value, *high).is_le())
    }),
    Native::plain("erlang", "is_float", 1, |_, args| bool(args[0].is_float())),
    Native::plain("erlang", "is_number", 1, |_, args| bool(args[0].is_number())),
    Native::plain("erlang", "is_list", 1, |_, args| bool(args[0].is_list())),
    Native::plain("erlang", "is_tuple", 1, |_, args| bool(args[0].is_tuple())),
    Native::plain("erlang", "is_map", 1, |_, args| bool(args[0].is_map())),
    Native::plain("erlang", "is_binary", 1, |_, args| bool(args[0].is_binary())),
    Native::plain("erlang", "is_bitstring", 1, |_, args| {
        bool(args[0].is_bitstring())
    }),
    Native::plain("erlang", "is_function", 1, |_, args| bool(args[0].is_fun())),
    Native::plain("erlang", "is_function", 2, |_, args| {
        let Some(arity) = args[1].as_small().filter(|arity| *arity >= 0) else {
            // A big arity is one that no function has.
            return if args[1].is_big() {
                bool(false)
            } else {
                Err(Stop::Badarg)
            };
        };
        bool(args[0].fun_arity().is_some_and(|own| own as i64 == arity))
    }),
    Native::plain("erlang", "is_pid", 1, |_, args| bool(args[0].is_pid())),
    Native::plain("erlang", "is_port", 1, |_, args| {
        bool(args[0].is_port() || args[0].is_kind(crate::term::Kind::ExternalPort))
    }),
    Native::plain("erlang", "is_reference", 1, |_, args| bool(args[0].is_ref())),
    Native::plain("erlang", "is_record", 2, |_, args| {
        if !args[1].is_atom() {
            return Err(Stop::Badarg);
        }
        bool(
            args[0]
                .tuple()
                .is_some_and(|elements| elements.first() == Some(&args[1])),
        )
    }),
    Native::plain("erlang", "is_record", 3, |_, args| {
        let Some(size) = args[2].as_usize().filter(|_| args[1].is_atom()) else {
            return Err(Stop::Badarg);
        };
        bool(
            args[0]
                .tuple()
                .is_some_and(|elements| elements.len() == size && elements.first() == Some(&args[1])),
        )
    }),
];
