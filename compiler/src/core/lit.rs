//! Constants of the program.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use cordial_vm::atom::{Atom, known};
use cordial_vm::term::OwnedTerm;
use num_bigint::BigInt;

/// A constant. Two constants are equal exactly when the terms are `===`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Lit {
    Int(i64),
    /// Beyond 64 bits.
    Big(Arc<BigInt>),
    /// The bits of a float.
    Float(u64),
    Atom(Atom),
    Nil,
    Bin(Arc<[u8]>),
    /// A bitstring whose last byte holds fewer than eight bits, in its upper bits.
    Bits(Arc<[u8]>, u64),
    /// At least one element, and a tail.
    List(Arc<[Lit]>, Arc<Lit>),
    Tuple(Arc<[Lit]>),
    /// Keys are distinct.
    Map(Arc<[(Lit, Lit)]>),
    Owned(Owned),
}

/// A term that a macro put into the code.
#[derive(Clone, Debug)]
pub struct Owned(pub Arc<OwnedTerm>);

impl PartialEq for Owned {
    fn eq(&self, other: &Owned) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Owned {}

impl Hash for Owned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (Arc::as_ptr(&self.0) as usize).hash(state);
    }
}

/// The range of small integers: 62 bits.
pub const SMALL_MAX: i64 = (1 << 61) - 1;
pub const SMALL_MIN: i64 = -(1 << 61);

impl Lit {
    pub const TRUE: Lit = Lit::Atom(known::TRUE);
    pub const FALSE: Lit = Lit::Atom(known::FALSE);
    pub const NIL: Lit = Lit::Atom(known::NIL);

    pub fn is_small(&self) -> bool {
        matches!(self, Lit::Int(number) if (SMALL_MIN..=SMALL_MAX).contains(number))
    }

    /// Constants that an op can hold in itself.
    pub fn is_immediate(&self) -> bool {
        matches!(self, Lit::Atom(_) | Lit::Nil) || self.is_small()
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Lit::Atom(known::TRUE) => Some(true),
            Lit::Atom(known::FALSE) => Some(false),
            _ => None,
        }
    }

    pub fn is_truthy(&self) -> bool {
        !matches!(self, Lit::Atom(known::NIL | known::FALSE))
    }

    /// `[head | tail]` of two constants.
    pub fn cons(head: Lit, tail: Lit) -> Lit {
        match tail {
            Lit::List(items, end) => {
                Lit::List(std::iter::once(head).chain(items.iter().cloned()).collect(), end)
            }
            tail => Lit::List(Arc::from([head]), Arc::new(tail)),
        }
    }

    pub fn list(items: Vec<Lit>, tail: Lit) -> Lit {
        if items.is_empty() {
            tail
        } else {
            Lit::List(items.into(), Arc::new(tail))
        }
    }
}

/// As Elixir would write it, more or less.
pub fn text(lit: &Lit) -> String {
    let all = |items: &[Lit]| items.iter().map(text).collect::<Vec<_>>().join(", ");
    match lit {
        Lit::Int(number) => number.to_string(),
        Lit::Big(number) => number.to_string(),
        Lit::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Lit::Atom(atom) => format!("{atom:?}"),
        Lit::Nil => "[]".to_owned(),
        Lit::Bin(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Lit::Bits(bytes, size) => format!("<<{bytes:?}::{size}>>"),
        Lit::List(items, tail) => match tail.as_ref() {
            Lit::Nil => format!("[{}]", all(items)),
            tail => format!("[{} | {}]", all(items), text(tail)),
        },
        Lit::Tuple(items) => format!("{{{}}}", all(items)),
        Lit::Map(pairs) => {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(key, value)| format!("{} => {}", text(key), text(value)))
                .collect();
            format!("%{{{}}}", pairs.join(", "))
        }
        Lit::Owned(_) => "#term".to_owned(),
    }
}
