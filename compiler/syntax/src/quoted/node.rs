//! `Quoted`: Elixir's quoted form as Rust data.

use std::any::Any;
use std::sync::Arc;

use num_bigint::BigInt;

use super::{Meta, Symbol, known};

/// The only syntax tree: what `quote` and `Code.string_to_quoted/2` give.
pub enum Quoted {
    /// Atoms, `true`, `false` and `nil` too.
    Atom(Symbol),
    Int(i64),
    /// An integer beyond 64 bits.
    Big(Arc<BigInt>),
    Float(f64),
    /// A binary.
    Bin(Arc<[u8]>),
    List(Vec<Quoted>),
    /// A tuple of two.
    Pair(Box<(Quoted, Quoted)>),
    /// `{head, meta, args}`.
    Call(Box<Call>),
    /// `{name, meta, context}`.
    Var(Box<Var>),
    /// Any other term, put there by a macro.
    Opaque(Opaque),
}

/// `{head, meta, args}`: head is an atom for local calls, operators, special forms and aliases, else any node.
#[derive(PartialEq)]
pub struct Call {
    pub head: Quoted,
    pub meta: Meta,
    pub args: Vec<Quoted>,
}

/// `{name, meta, context}`; the context of plain source is `nil`.
#[derive(Clone, PartialEq)]
pub struct Var {
    pub name: Symbol,
    pub meta: Meta,
    pub context: Symbol,
}

/// A term that the syntax crate does not look into.
#[derive(Clone)]
pub struct Opaque(pub Arc<dyn Any + Send + Sync>);

impl PartialEq for Opaque {
    fn eq(&self, other: &Opaque) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Below this much native stack a walk goes on in a new segment.
const RED_ZONE: usize = 64 * 1024;
const SEGMENT: usize = 1024 * 1024;

/// Runs a recursive step with enough native stack, whatever the depth of the tree.
pub fn deeper<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(RED_ZONE, SEGMENT, step)
}

impl Clone for Quoted {
    fn clone(&self) -> Quoted {
        match self {
            Quoted::Atom(atom) => Quoted::Atom(*atom),
            Quoted::Int(number) => Quoted::Int(*number),
            Quoted::Big(number) => Quoted::Big(number.clone()),
            Quoted::Float(number) => Quoted::Float(*number),
            Quoted::Bin(bytes) => Quoted::Bin(bytes.clone()),
            Quoted::List(items) => deeper(|| Quoted::List(items.clone())),
            Quoted::Pair(pair) => deeper(|| Quoted::Pair(pair.clone())),
            Quoted::Call(call) => Quoted::Call(call.clone()),
            Quoted::Var(var) => Quoted::Var(var.clone()),
            Quoted::Opaque(term) => Quoted::Opaque(term.clone()),
        }
    }
}

impl Clone for Call {
    fn clone(&self) -> Call {
        deeper(|| Call {
            head: self.head.clone(),
            meta: self.meta.clone(),
            args: self.args.clone(),
        })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let leaf = |node: &Quoted| !matches!(node, Quoted::Call(_) | Quoted::List(_) | Quoted::Pair(_));
        if leaf(&self.head) && self.args.iter().all(leaf) {
            return;
        }
        let head = std::mem::replace(&mut self.head, Quoted::NIL);
        let args = std::mem::take(&mut self.args);
        deeper(move || drop((head, args)));
    }
}

impl PartialEq for Quoted {
    fn eq(&self, other: &Quoted) -> bool {
        match (self, other) {
            (Quoted::Atom(a), Quoted::Atom(b)) => a == b,
            (Quoted::Int(a), Quoted::Int(b)) => a == b,
            (Quoted::Big(a), Quoted::Big(b)) => a == b,
            (Quoted::Float(a), Quoted::Float(b)) => a.to_bits() == b.to_bits(),
            (Quoted::Bin(a), Quoted::Bin(b)) => a == b,
            (Quoted::List(a), Quoted::List(b)) => deeper(|| a == b),
            (Quoted::Pair(a), Quoted::Pair(b)) => deeper(|| a == b),
            (Quoted::Call(a), Quoted::Call(b)) => deeper(|| a == b),
            (Quoted::Var(a), Quoted::Var(b)) => a == b,
            (Quoted::Opaque(a), Quoted::Opaque(b)) => a == b,
            _ => false,
        }
    }
}

impl Call {
    /// Takes the call apart (it has a `Drop`, so a pattern cannot).
    pub fn into_parts(mut self) -> (Quoted, Meta, Vec<Quoted>) {
        let head = std::mem::replace(&mut self.head, Quoted::NIL);
        (
            head,
            std::mem::take(&mut self.meta),
            std::mem::take(&mut self.args),
        )
    }

    /// The name of a call whose head is an atom.
    pub fn name(&self) -> Option<Symbol> {
        self.head.as_atom()
    }

    /// True for `{name, _, args}` with that many arguments.
    pub fn is(&self, name: Symbol, arity: usize) -> bool {
        self.args.len() == arity && self.name() == Some(name)
    }

    /// For `{{:., _, [target, name]}, _, args}`: target and name.
    pub fn remote(&self) -> Option<(&Quoted, Symbol)> {
        let dot = self.head.as_call()?;
        match (dot.name(), dot.args.as_slice()) {
            (Some(known::DOT), [target, Quoted::Atom(name)]) => Some((target, *name)),
            _ => None,
        }
    }
}

impl Quoted {
    pub const NIL: Quoted = Quoted::Atom(known::NIL);
    pub const TRUE: Quoted = Quoted::Atom(known::TRUE);
    pub const FALSE: Quoted = Quoted::Atom(known::FALSE);

    pub fn atom(text: &str) -> Quoted {
        Quoted::Atom(Symbol::new(text))
    }

    pub fn bin(text: impl AsRef<[u8]>) -> Quoted {
        Quoted::Bin(Arc::from(text.as_ref()))
    }

    /// The smallest representation of an integer.
    pub fn integer(number: BigInt) -> Quoted {
        match i64::try_from(&number) {
            Ok(small) => Quoted::Int(small),
            Err(_) => Quoted::Big(Arc::new(number)),
        }
    }

    pub fn pair(first: impl Into<Quoted>, second: impl Into<Quoted>) -> Quoted {
        Quoted::Pair(Box::new((first.into(), second.into())))
    }

    pub fn call(head: impl Into<Quoted>, meta: Meta, args: Vec<Quoted>) -> Quoted {
        Quoted::Call(Box::new(Call {
            head: head.into(),
            meta,
            args,
        }))
    }

    pub fn var(name: Symbol, meta: Meta, context: Symbol) -> Quoted {
        Quoted::Var(Box::new(Var { name, meta, context }))
    }

    /// `target.name(args)`, both nodes with the same metadata.
    pub fn remote(target: impl Into<Quoted>, name: Symbol, meta: Meta, args: Vec<Quoted>) -> Quoted {
        let dot = Quoted::call(known::DOT, meta.clone(), vec![target.into(), Quoted::Atom(name)]);
        Quoted::call(dot, meta, args)
    }

    /// `{:__block__, [], nodes}`, or the node itself if there is just one.
    pub fn block(mut nodes: Vec<Quoted>) -> Quoted {
        match nodes.len() {
            1 => nodes.remove(0),
            _ => Quoted::call(known::BLOCK, Meta::EMPTY, nodes),
        }
    }

    pub fn keyword(pairs: impl IntoIterator<Item = (Symbol, Quoted)>) -> Quoted {
        Quoted::List(
            pairs
                .into_iter()
                .map(|(key, value)| Quoted::pair(key, value))
                .collect(),
        )
    }

    pub fn as_atom(&self) -> Option<Symbol> {
        match self {
            Quoted::Atom(atom) => Some(*atom),
            _ => None,
        }
    }

    pub fn as_call(&self) -> Option<&Call> {
        match self {
            Quoted::Call(call) => Some(call),
            _ => None,
        }
    }

    pub fn as_var(&self) -> Option<&Var> {
        match self {
            Quoted::Var(var) => Some(var),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Quoted]> {
        match self {
            Quoted::List(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_pair(&self) -> Option<(&Quoted, &Quoted)> {
        match self {
            Quoted::Pair(pair) => Some((&pair.0, &pair.1)),
            _ => None,
        }
    }

    /// A binary that is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Quoted::Bin(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The call `{name, _, args}` with that many arguments, if this is one.
    pub fn call_of(&self, name: Symbol, arity: usize) -> Option<&Call> {
        self.as_call().filter(|call| call.is(name, arity))
    }

    /// The value of a key, if this is a list of pairs with atoms as keys.
    pub fn keyword_get(&self, key: Symbol) -> Option<&Quoted> {
        self.as_list()?.iter().find_map(|item| {
            item.as_pair()
                .filter(|(k, _)| k.as_atom() == Some(key))
                .map(|(_, value)| value)
        })
    }

    /// True for a list of pairs with atoms as keys (the empty list too).
    pub fn is_keyword(&self) -> bool {
        self.as_list().is_some_and(|items| {
            items
                .iter()
                .all(|item| item.as_pair().is_some_and(|(key, _)| key.as_atom().is_some()))
        })
    }

    pub fn meta(&self) -> Option<&Meta> {
        match self {
            Quoted::Call(call) => Some(&call.meta),
            Quoted::Var(var) => Some(&var.meta),
            _ => None,
        }
    }

    pub fn meta_mut(&mut self) -> Option<&mut Meta> {
        match self {
            Quoted::Call(call) => Some(&mut call.meta),
            Quoted::Var(var) => Some(&mut var.meta),
            _ => None,
        }
    }

    /// 0 if the node has none.
    pub fn line(&self) -> u32 {
        self.meta().map_or(0, Meta::line)
    }
}

impl From<Symbol> for Quoted {
    fn from(atom: Symbol) -> Quoted {
        Quoted::Atom(atom)
    }
}

impl From<i64> for Quoted {
    fn from(number: i64) -> Quoted {
        Quoted::Int(number)
    }
}

impl From<u32> for Quoted {
    fn from(number: u32) -> Quoted {
        Quoted::Int(i64::from(number))
    }
}

impl From<i32> for Quoted {
    fn from(number: i32) -> Quoted {
        Quoted::Int(i64::from(number))
    }
}

impl From<bool> for Quoted {
    fn from(value: bool) -> Quoted {
        if value { Quoted::TRUE } else { Quoted::FALSE }
    }
}

impl From<&str> for Quoted {
    fn from(text: &str) -> Quoted {
        Quoted::bin(text)
    }
}

impl From<Vec<Quoted>> for Quoted {
    fn from(items: Vec<Quoted>) -> Quoted {
        Quoted::List(items)
    }
}
