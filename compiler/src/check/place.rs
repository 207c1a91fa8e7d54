//! Where a fault is, as Elixir orders and prints it.

use std::cmp::Ordering;
use std::sync::Arc;

use cordial_syntax::{Meta, Quoted, Symbol};

use crate::expand::Pair;
use crate::expand::error;

/// A place in a file, with the definition it is in.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub file: Arc<str>,
    pub meta: Meta,
    pub function: Option<Pair>,
}

impl Place {
    /// `Module.function/arity`, or `Module (module)`.
    pub fn within(&self, module: Symbol) -> error::Place {
        error::Place::Code {
            module,
            function: self.function,
        }
    }

    /// Elixir's order: the file, then the metadata as a list, which puts calls with keys before their line last.
    pub fn order(&self, other: &Place) -> Ordering {
        self.file
            .cmp(&other.file)
            .then_with(|| list(&self.meta.to_list(), &other.meta.to_list()))
            .then_with(|| self.function.map(text).cmp(&other.function.map(text)))
    }
}

fn text(pair: Pair) -> (&'static str, u8) {
    (pair.0.as_str(), pair.1)
}

fn list(left: &Quoted, right: &Quoted) -> Ordering {
    let empty: &[Quoted] = &[];
    let (left, right) = (left.as_list().unwrap_or(empty), right.as_list().unwrap_or(empty));
    for (left, right) in left.iter().zip(right) {
        let order = match (left.as_pair(), right.as_pair()) {
            (Some((key, value)), Some((other, with))) => scalar(key, other).then_with(|| scalar(value, with)),
            _ => Ordering::Equal,
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len())
}

fn scalar(left: &Quoted, right: &Quoted) -> Ordering {
    let rank = |node: &Quoted| match node {
        Quoted::Int(_) => 0,
        Quoted::Atom(_) => 1,
        Quoted::Pair(_) => 2,
        _ => 3,
    };
    match (left, right) {
        (Quoted::Int(left), Quoted::Int(right)) => left.cmp(right),
        (Quoted::Atom(left), Quoted::Atom(right)) => left.as_str().cmp(right.as_str()),
        _ => rank(left).cmp(&rank(right)),
    }
}
