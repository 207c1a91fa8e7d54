//! What is known of a value at a place: the types it can have, its arity, the constant it is.

use cordial_vm::atom::known as atoms;
use cordial_vm::bytecode::ops::{self, Cond, Type};

use super::super::ir::{Arg, Literals, Op, Test};
use crate::core::lit::Lit;

/// A set of types, one bit each.
pub type Mask = u32;

pub const TRUE: Mask = 1;
pub const FALSE: Mask = 1 << 1;
pub const NIL: Mask = 1 << 2;
pub const ATOM: Mask = 1 << 3;
pub const INTEGER: Mask = 1 << 4;
pub const FLOAT: Mask = 1 << 5;
pub const EMPTY: Mask = 1 << 6;
pub const CONS: Mask = 1 << 7;
pub const TUPLE: Mask = 1 << 8;
pub const MAP: Mask = 1 << 9;
pub const BINARY: Mask = 1 << 10;
pub const BITS: Mask = 1 << 11;
pub const FUNCTION: Mask = 1 << 12;
pub const PID: Mask = 1 << 13;
pub const PORT: Mask = 1 << 14;
pub const REFERENCE: Mask = 1 << 15;
pub const ANY: Mask = (1 << 16) - 1;
pub const BOOLEAN: Mask = TRUE | FALSE;
pub const ATOMS: Mask = TRUE | FALSE | NIL | ATOM;
pub const NUMBER: Mask = INTEGER | FLOAT;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    pub mask: Mask,
    /// Of a tuple.
    pub arity: Option<u32>,
    pub constant: Option<Arg>,
}

impl Default for Fact {
    fn default() -> Fact {
        Fact {
            mask: ANY,
            arity: None,
            constant: None,
        }
    }
}

pub fn of_type(ty: Type) -> Mask {
    match ty {
        Type::Atom => ATOMS,
        Type::Boolean => BOOLEAN,
        Type::Integer => INTEGER,
        Type::Float => FLOAT,
        Type::Number => NUMBER,
        Type::List => EMPTY | CONS,
        Type::Cons => CONS,
        Type::Nil => EMPTY,
        Type::Tuple => TUPLE,
        Type::Map => MAP,
        Type::Binary => BINARY,
        Type::Bitstring => BINARY | BITS,
        Type::Function => FUNCTION,
        Type::Pid => PID,
        Type::Port => PORT,
        Type::Reference => REFERENCE,
    }
}

pub fn of_constant(arg: Arg, literals: &Literals) -> Fact {
    let mut fact = Fact {
        mask: ANY,
        arity: None,
        constant: Some(arg),
    };
    fact.mask = match arg {
        Arg::Value(_) => return Fact::default(),
        Arg::Small(_) => INTEGER,
        Arg::Nil => EMPTY,
        Arg::Atom(atoms::TRUE) => TRUE,
        Arg::Atom(atoms::FALSE) => FALSE,
        Arg::Atom(atoms::NIL) => NIL,
        Arg::Atom(_) => ATOM,
        Arg::Lit(index) => match literals.all.get(index as usize) {
            Some(Lit::Int(_) | Lit::Big(_)) => INTEGER,
            Some(Lit::Float(_)) => FLOAT,
            Some(Lit::Bin(_)) => BINARY,
            Some(Lit::Bits(..)) => BITS,
            Some(Lit::List(..)) => CONS,
            Some(Lit::Tuple(items)) => {
                fact.arity = Some(items.len() as u32);
                TUPLE
            }
            Some(Lit::Map(_)) => MAP,
            _ => ANY,
        },
    };
    fact
}

/// What an op's result is.
pub fn of_result(op: &Op, args: &[Fact]) -> Fact {
    let mask = match op {
        Op::Cons => CONS,
        Op::Tuple => {
            return Fact {
                mask: TUPLE,
                arity: Some(args.len() as u32),
                constant: None,
            };
        }
        Op::Map | Op::MapPut | Op::MapUpdate => MAP,
        Op::Fun(_) => FUNCTION,
        Op::Arith(op) => match op {
            ops::Arith::FloatDiv => FLOAT,
            ops::Arith::Add | ops::Arith::Sub | ops::Arith::Mul => {
                let all = args.iter().map(|fact| fact.mask & NUMBER).fold(0, |a, b| a | b);
                if all == INTEGER {
                    INTEGER
                } else if args.iter().any(|fact| fact.mask & NUMBER == FLOAT) {
                    FLOAT
                } else {
                    NUMBER
                }
            }
            _ => INTEGER,
        },
        Op::Unary(ops::Unary::Not) | Op::Compare(_) | Op::Test(_) => BOOLEAN,
        Op::Unary(ops::Unary::Bnot) => INTEGER,
        Op::Unary(_) => NUMBER,
        Op::Bif(bif) => match bif {
            ops::Bif::BitSize
            | ops::Bif::ByteSize
            | ops::Bif::Ceil
            | ops::Bif::Floor
            | ops::Bif::Length
            | ops::Bif::MapSize
            | ops::Bif::Round
            | ops::Bif::Size
            | ops::Bif::Trunc
            | ops::Bif::TupleSize => INTEGER,
            ops::Bif::Float => FLOAT,
            ops::Bif::IsFunction2 | ops::Bif::IsMapKey | ops::Bif::And | ops::Bif::Or | ops::Bif::Xor => {
                BOOLEAN
            }
            ops::Bif::Abs => NUMBER,
            ops::Bif::BinaryPart2 | ops::Bif::BinaryPart3 => BINARY,
            ops::Bif::SelfPid => PID,
            ops::Bif::Node0 | ops::Bif::Node1 => ATOMS,
            ops::Bif::Max | ops::Bif::Min => args.iter().map(|fact| fact.mask).fold(0, |a, b| a | b),
            _ => ANY,
        },
        Op::Bin(_) | Op::BinRest(_) => BINARY | BITS,
        Op::BinGet(ty) => match ty.kind {
            ops::SegKind::Float => FLOAT,
            ops::SegKind::Bits => BINARY | BITS,
            _ => INTEGER,
        },
        Op::Stacktrace => EMPTY | CONS,
        _ => ANY,
    };
    Fact {
        mask,
        arity: None,
        constant: None,
    }
}

/// How a test of one operand comes out, if that is known.
pub fn decide(test: Test, args: &[Fact]) -> Option<bool> {
    let fact = args.first()?;
    let by_mask = |yes: Mask| {
        if fact.mask & yes == 0 {
            Some(false)
        } else if fact.mask & !yes == 0 {
            Some(true)
        } else {
            None
        }
    };
    match test {
        Test::Truthy => by_mask(ANY & !(NIL | FALSE)),
        Test::True => by_mask(TRUE),
        Test::Type(ty) => by_mask(of_type(ty)),
        Test::TupleArity(arity) => match (by_mask(TUPLE), fact.arity) {
            (Some(false), _) => Some(false),
            (Some(true), Some(known)) => Some(known == arity),
            (_, Some(known)) if known != arity => Some(false),
            _ => None,
        },
        Test::Tagged(arity, _) => match (by_mask(TUPLE), fact.arity) {
            (Some(false), _) => Some(false),
            (_, Some(known)) if known != arity => Some(false),
            _ => None,
        },
        Test::FunArity(_) => by_mask(FUNCTION).filter(|holds| !holds),
        Test::Compare(cond) => compare(cond, fact, args.get(1)?),
    }
}

/// `==` of what is no number, nor holds any, is `===`, which is cheaper.
pub fn exact(cond: Cond, args: &[Fact]) -> Cond {
    const PLAIN: Mask = ATOMS | EMPTY | BINARY | BITS | FUNCTION | PID | PORT | REFERENCE;
    let plain =
        args.iter().any(|fact| fact.mask & !PLAIN == 0) || args.iter().all(|fact| fact.mask & !INTEGER == 0);
    match cond {
        Cond::Eq if plain => Cond::Same,
        Cond::Ne if plain => Cond::NotSame,
        other => other,
    }
}

fn compare(cond: Cond, a: &Fact, b: &Fact) -> Option<bool> {
    if let (Some(Arg::Small(a)), Some(Arg::Small(b))) = (a.constant, b.constant) {
        return Some(match cond {
            Cond::Lt => a < b,
            Cond::Ge => a >= b,
            Cond::Eq | Cond::Same => a == b,
            Cond::Ne | Cond::NotSame => a != b,
        });
    }
    let immediate = |fact: &Fact| matches!(fact.constant, Some(Arg::Small(_) | Arg::Atom(_) | Arg::Nil));
    let equal = match (a.constant, b.constant) {
        (Some(x), Some(y)) if immediate(a) && immediate(b) => Some(x == y),
        (Some(x), Some(y)) if x == y => Some(true),
        _ => None,
    };
    let apart = a.mask & b.mask == 0;
    match cond {
        Cond::Same if apart => Some(false),
        Cond::NotSame if apart => Some(true),
        // One of the atoms with a bit of its own.
        Cond::Same | Cond::NotSame if a.mask == b.mask && matches!(a.mask, TRUE | FALSE | NIL | EMPTY) => {
            Some(cond == Cond::Same)
        }
        // Equal across types are numbers only.
        Cond::Eq if apart && (a.mask & NUMBER == 0 || b.mask & NUMBER == 0) => Some(false),
        Cond::Ne if apart && (a.mask & NUMBER == 0 || b.mask & NUMBER == 0) => Some(true),
        Cond::Same | Cond::Eq => equal,
        Cond::NotSame | Cond::Ne => equal.map(|equal| !equal),
        Cond::Lt | Cond::Ge => None,
    }
}

/// What a test says of its first operand.
pub fn learn(fact: Fact, test: Test, holds: bool, other: Option<Fact>) -> Fact {
    let mut fact = fact;
    let mut narrow = |yes: Mask| {
        fact.mask &= if holds { yes } else { !yes };
    };
    match test {
        Test::Truthy => narrow(ANY & !(NIL | FALSE)),
        Test::True => narrow(TRUE),
        Test::Type(ty) => narrow(of_type(ty)),
        Test::TupleArity(arity) | Test::Tagged(arity, _) => {
            if holds {
                narrow(TUPLE);
                fact.arity = Some(arity);
            }
        }
        Test::FunArity(_) => {
            if holds {
                narrow(FUNCTION);
            }
        }
        Test::Compare(cond) => {
            let Some(other) = other else { return fact };
            match (cond, holds) {
                (Cond::Same, true) | (Cond::NotSame, false) => {
                    fact.mask &= other.mask;
                    fact.arity = fact.arity.or(other.arity);
                    fact.constant = other.constant.or(fact.constant);
                }
                (Cond::Same, false) | (Cond::NotSame, true) => {
                    // Not the one value that a type has.
                    if matches!(other.mask, TRUE | FALSE | NIL | EMPTY) {
                        fact.mask &= !other.mask;
                    }
                }
                (Cond::Eq, true) | (Cond::Ne, false) => {
                    if other.mask & NUMBER == 0 {
                        fact.mask &= other.mask;
                    } else {
                        fact.mask &= other.mask | NUMBER;
                    }
                }
                _ => {}
            }
        }
    }
    fact
}
