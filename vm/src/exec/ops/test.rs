//! Type tests.

use crate::bytecode::ops::Type;
use crate::term::Term;
use crate::term::header::{self, Kind};

/// The header of a boxed term.
#[inline(always)]
pub(crate) fn boxed_header(term: Term) -> Option<u64> {
    if term.is_boxed() {
        // SAFETY: a boxed term points to its header.
        Some(unsafe { *term.boxed() })
    } else {
        None
    }
}

#[inline(always)]
pub(crate) fn is_kind(term: Term, kind: Kind) -> bool {
    boxed_header(term).is_some_and(|word| header::is_kind(word, kind))
}

/// Whether a term is of a type.
pub fn is(ty: Type, term: Term) -> bool {
    match ty {
        Type::Atom => term.is_atom(),
        Type::Boolean => term.is_boolean(),
        Type::Integer => term.is_integer(),
        Type::Float => term.is_float(),
        Type::Number => term.is_number(),
        Type::List => term.is_list(),
        Type::Cons => term.is_cons(),
        Type::Nil => term.is_nil(),
        Type::Tuple => term.is_tuple(),
        Type::Map => term.is_map(),
        Type::Binary => term.is_binary(),
        Type::Bitstring => term.is_bitstring(),
        Type::Function => term.is_fun(),
        Type::Pid => term.is_pid(),
        Type::Port => term.is_port(),
        Type::Reference => term.is_ref(),
    }
}

/// The type with that number, as the loader wrote it.
pub(crate) fn type_of(number: usize) -> Type {
    const ALL: [Type; 16] = [
        Type::Atom,
        Type::Boolean,
        Type::Integer,
        Type::Float,
        Type::Number,
        Type::List,
        Type::Cons,
        Type::Nil,
        Type::Tuple,
        Type::Map,
        Type::Binary,
        Type::Bitstring,
        Type::Function,
        Type::Pid,
        Type::Port,
        Type::Reference,
    ];
    ALL[number]
}
