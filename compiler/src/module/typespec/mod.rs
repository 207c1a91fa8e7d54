//! Types, specs and callbacks of a module: from the quoted forms that `@type` and its like leave to the forms of Erlang's
//! parse trees, as `Code.Typespec` gives them.

mod builtin;
mod declaration;
mod translate;

use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::data::Data;
use super::table::State;
use crate::expand::{Env, Pair};

pub use declaration::{Translated, translate};

/// What an attribute declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Type,
    Opaque,
    Typep,
    Spec,
    Callback,
    Macrocallback,
}

impl Kind {
    pub fn of(name: &str) -> Option<Kind> {
        Some(match name {
            "type" => Kind::Type,
            "opaque" => Kind::Opaque,
            "typep" => Kind::Typep,
            "spec" => Kind::Spec,
            "callback" => Kind::Callback,
            "macrocallback" => Kind::Macrocallback,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::Type => "type",
            Kind::Opaque => "opaque",
            Kind::Typep => "typep",
            Kind::Spec => "spec",
            Kind::Callback => "callback",
            Kind::Macrocallback => "macrocallback",
        }
    }

    pub fn is_type(self) -> bool {
        matches!(self, Kind::Type | Kind::Opaque | Kind::Typep)
    }

    pub fn is_callback(self) -> bool {
        matches!(self, Kind::Callback | Kind::Macrocallback)
    }
}

/// One declaration as the module's body left it.
#[derive(Clone)]
pub struct Declared {
    pub kind: Kind,
    pub code: Quoted,
    pub env: Arc<Env>,
    /// Of the attribute.
    pub meta: Meta,
}

impl Declared {
    /// Name and arity, if the form has them.
    pub fn pair(&self) -> Option<Pair> {
        let head = match self.code.call_of(known::WHEN, 2) {
            Some(when) => &when.args[0],
            None => &self.code,
        };
        named(&head.call_of(known::TYPE, 2)?.args[0])
    }

    /// The place of the name, or of the attribute.
    pub fn place(&self) -> Meta {
        let head = match self.code.call_of(known::WHEN, 2) {
            Some(when) => &when.args[0],
            None => &self.code,
        };
        let name = head.call_of(known::TYPE, 2).and_then(|call| call.args[0].meta());
        name.filter(|meta| meta.line() != 0).unwrap_or(&self.meta).clone()
    }
}

/// Name and arity of `name(…)` or `name`.
fn named(head: &Quoted) -> Option<Pair> {
    match head {
        Quoted::Var(var) => Some((var.name, 0)),
        Quoted::Call(call) => Some((call.name()?, u8::try_from(call.args.len()).ok()?)),
        _ => None,
    }
}

/// The name and arity under which `behaviour_info/1` knows a callback.
pub fn callback_name(kind: Kind, (name, arity): Pair) -> Pair {
    match kind {
        Kind::Macrocallback => (Symbol::new(&format!("MACRO-{name}")), arity.saturating_add(1)),
        _ => (name, arity),
    }
}

/// Line and column, or the line alone, as annotations of parse trees have them.
fn position(meta: &Meta) -> Data {
    match (meta.line(), meta.column()) {
        (line, 0) => Data::Int(i64::from(line)),
        (line, column) => Data::Tuple(vec![Data::Int(i64::from(line)), Data::Int(i64::from(column))]),
    }
}

/// Whether the module under definition has the type so far.
pub fn defines_type(state: &State, pair: Pair) -> bool {
    state
        .typespecs
        .iter()
        .any(|declared| declared.kind.is_type() && declared.pair() == Some(pair))
}
