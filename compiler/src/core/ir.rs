//! Core: a functional form with explicit patterns. Names are gone: a variable is a number, bound once.
//!
//! A variable bound by a pattern inside an expression is visible in whatever is evaluated after it in the same body,
//! as in Elixir; bodies of clauses keep their variables to themselves.

use std::sync::Arc;

use cordial_vm::atom::Atom;
use cordial_vm::bytecode::ops::{self, Failure, Mfa, SegType};

use super::lit::Lit;

/// A variable of one definition (and of the closures in it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

#[derive(Debug)]
pub struct Function {
    pub name: Atom,
    pub arity: u8,
    pub exported: bool,
    pub line: u32,
    pub file: Arc<str>,
    pub params: Vec<VarId>,
    pub body: Expr,
    /// How many variables there are.
    pub variables: u32,
    /// The names that variables had in the source, for the printer; may be shorter than `variables`.
    pub names: Vec<Atom>,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: Kind,
    pub line: u32,
}

/// Comparisons; the operands are evaluated as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Lt,
    Gt,
    Le,
    Ge,
    Eq,
    Ne,
    Same,
    NotSame,
}

/// What a pattern or the language's own operations raise when nothing fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    Raise(Failure),
    /// Takes the message back: for `receive`.
    NextMessage,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Lit(Lit),
    Var(VarId),
    Cons(Box<(Expr, Expr)>),
    /// Two elements or more, then the tail.
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// `%{map | key => value}`: the keys must be there.
    MapUpdate(Box<Expr>, Vec<(Expr, Expr)>),
    /// `Map.put` of every pair.
    MapPut(Box<Expr>, Vec<(Expr, Expr)>),
    Bin(Vec<BinSegment>),
    Seq(Vec<Expr>),
    /// `pattern = value`, which is also its value.
    Match(Box<Pat>, Box<Expr>),
    /// The first clause whose patterns fit all the values.
    Case(Box<Case>),
    /// If the first is neither `nil` nor `false` the second, else the third.
    If(Box<(Expr, Expr, Expr)>),
    /// Both true; the left one must be a boolean in guards, is known to be one elsewhere.
    And(Box<(Expr, Expr)>),
    Or(Box<(Expr, Expr)>),
    Arith(ops::Arith, Box<(Expr, Expr)>),
    Unary(ops::Unary, Box<Expr>),
    Compare(Relation, Box<(Expr, Expr)>),
    Test(ops::Type, Box<Expr>),
    Bif(ops::Bif, Vec<Expr>),
    Call(Box<Callee>, Vec<Expr>),
    Fn(Arc<Lambda>),
    /// `&name/arity` of this module.
    LocalFun(Atom, u8),
    Try(Box<Try>),
    Receive(Box<Receive>),
    With(Box<With>),
    For(Arc<For>),
    Send(Box<(Expr, Expr)>),
    /// Class, reason; a raw stack trace held in a variable.
    Raise(Box<(Expr, Expr)>, Option<VarId>),
    Fail(Failure, Vec<Expr>),
    /// `__STACKTRACE__`, from the raw stack trace of a handler.
    Stacktrace(VarId),
}

#[derive(Clone, Debug)]
pub enum Callee {
    Local(Atom),
    Remote(Mfa),
    Fun(Expr),
    Dynamic(Expr, Expr),
}

#[derive(Clone, Debug)]
pub struct Case {
    pub values: Vec<Expr>,
    pub clauses: Vec<Clause>,
    pub otherwise: Otherwise,
}

#[derive(Clone, Debug)]
pub struct Clause {
    pub patterns: Vec<Pat>,
    /// Alternatives: one must be true. None: no guard.
    pub guards: Vec<Expr>,
    pub body: Expr,
    pub line: u32,
}

#[derive(Clone, Debug)]
pub enum Pat {
    Any,
    Var(VarId),
    /// `===` to a variable: pinned, or bound elsewhere in the same pattern.
    Same(VarId),
    Lit(Lit),
    Cons(Box<(Pat, Pat)>),
    Tuple(Vec<Pat>),
    /// Keys are constants or variables.
    Map(Vec<(Expr, Pat)>),
    Bin(Vec<PatSegment>),
    /// Both must fit.
    Both(Box<(Pat, Pat)>),
}

#[derive(Clone, Debug)]
pub struct PatSegment {
    pub value: Pat,
    pub ty: SegType,
    /// A guard expression over earlier segments and outer variables; None: all the rest, or utf.
    pub size: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct BinSegment {
    pub value: Expr,
    pub ty: SegType,
    pub size: Option<Expr>,
}

#[derive(Debug)]
pub struct Lambda {
    pub params: Vec<VarId>,
    pub body: Expr,
    pub line: u32,
    pub name: Option<Atom>,
}

#[derive(Clone, Debug)]
pub struct Try {
    pub body: Expr,
    /// Class, reason and raw stack trace, as the handler's clauses know them.
    pub caught: Option<(VarId, VarId, VarId)>,
    /// What handles an exception; re-raises what it does not want.
    pub handler: Option<Expr>,
    /// Clauses on the body's value; outside the handler's reach.
    pub else_clauses: Vec<Clause>,
    pub after: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Receive {
    pub clauses: Vec<Clause>,
    /// Timeout and body.
    pub after: Option<(Expr, Expr)>,
}

#[derive(Clone, Debug)]
pub struct With {
    pub steps: Vec<WithStep>,
    pub body: Expr,
    pub else_clauses: Vec<Clause>,
}

#[derive(Clone, Debug)]
pub enum WithStep {
    Match {
        pattern: Pat,
        guards: Vec<Expr>,
        value: Expr,
    },
    Plain(Expr),
}

#[derive(Clone, Debug)]
pub struct For {
    pub steps: Vec<ForStep>,
    pub collect: Collect,
    pub unique: bool,
    pub body: Expr,
}

#[derive(Clone, Debug)]
pub enum ForStep {
    /// `pattern <- source`
    Each {
        pattern: Pat,
        guards: Vec<Expr>,
        source: Expr,
    },
    /// `<<pattern <- source>>`
    Bits {
        pattern: Vec<PatSegment>,
        source: Expr,
    },
    Filter(Expr),
}

#[derive(Clone, Debug)]
pub enum Collect {
    List,
    Binary,
    Map,
    /// `into:` something else; the variable holds the collector.
    Into(Expr, VarId),
    /// `reduce:` start, and clauses on the accumulator (the body is unused).
    Reduce(Expr, Vec<Clause>),
    /// The value is not used.
    Nothing,
}

impl Expr {
    pub fn new(kind: Kind, line: u32) -> Expr {
        Expr { kind, line }
    }

    pub fn lit(lit: Lit) -> Expr {
        Expr {
            kind: Kind::Lit(lit),
            line: 0,
        }
    }

    pub fn atom(atom: Atom) -> Expr {
        Expr::lit(Lit::Atom(atom))
    }

    pub fn var(var: VarId) -> Expr {
        Expr {
            kind: Kind::Var(var),
            line: 0,
        }
    }

    pub fn as_lit(&self) -> Option<&Lit> {
        match &self.kind {
            Kind::Lit(lit) => Some(lit),
            _ => None,
        }
    }

    /// True if the value can only be `true` or `false` (or nothing, when it raises).
    pub fn is_boolean(&self) -> bool {
        match &self.kind {
            Kind::Lit(lit) => lit.as_bool().is_some(),
            Kind::Compare(..) | Kind::Test(..) => true,
            Kind::Unary(ops::Unary::Not, _) => true,
            Kind::And(pair) | Kind::Or(pair) => pair.0.is_boolean() && pair.1.is_boolean(),
            Kind::Bif(bif, _) => matches!(
                bif,
                ops::Bif::IsFunction2 | ops::Bif::IsMapKey | ops::Bif::And | ops::Bif::Or | ops::Bif::Xor
            ),
            Kind::If(parts) => parts.1.is_boolean() && parts.2.is_boolean(),
            Kind::Case(case) => case.clauses.iter().all(|clause| clause.body.is_boolean()),
            Kind::Seq(items) => items.last().is_some_and(Expr::is_boolean),
            _ => false,
        }
    }
}
