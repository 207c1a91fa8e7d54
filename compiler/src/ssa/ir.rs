//! SSA: blocks with arguments. Every value is defined once, every use is dominated by it.
//!
//! An instruction is an op, its operands and at most one result; a block ends in an op with target blocks. Only
//! `Jump` passes arguments. A block may name a handler: exceptions in it go there, with class, reason and raw stack
//! trace as the handler's three parameters.

use std::sync::Arc;

use cordial_vm::atom::Atom;
use cordial_vm::bytecode::ops::{self, Failure, Mfa, SegType};
use smallvec::SmallVec;

use crate::core::lit::Lit;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(pub u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockId(pub u32);

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arg {
    Value(Value),
    Small(i64),
    Atom(Atom),
    Nil,
    /// An index into the module's literals.
    Lit(u32),
}

pub type Args = SmallVec<[Arg; 3]>;

/// What is computed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Copy,
    Cons,
    Tuple,
    Head,
    Tail,
    Element(u32),
    /// Keys and values in turn.
    Map,
    /// A map, then keys and values in turn.
    MapPut,
    MapUpdate,
    /// The free variables are the operands; `lambda` is an index into the module's lambdas.
    Fun(u32),
    Arith(ops::Arith),
    Unary(ops::Unary),
    Bif(ops::Bif),
    Compare(ops::Cond),
    Test(ops::Type),
    /// `callee` operands first (see `Callee::operands`), then the arguments.
    Call(Callee),
    Stacktrace,
    Send,
    RecvRef,
    RecvTake,
    /// The type of each segment and whether it has a size; operands are value and size in turn.
    Bin(Arc<[(SegType, bool)]>),
    /// `map[key]`: map, key. Only as a guarded op.
    MapGet,
    // Over a match context, which is the first operand.
    BinStart,
    BinGet(SegType),
    BinSkip(u16),
    BinSkipUtf(SegType),
    /// Literal bytes.
    BinLiteral(u32),
    BinRest(u16),
    BinRestUnit(u16),
    BinEnd,
    BinPosition,
    BinSeek,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Callee {
    /// An index into the module's functions.
    Local(u32),
    Remote(Mfa),
    /// The fun is the first operand.
    Fun,
    /// Module and function are the first two operands.
    Dynamic,
}

impl Callee {
    /// How many operands come before the arguments.
    pub fn operands(self) -> usize {
        match self {
            Callee::Local(_) | Callee::Remote(_) => 0,
            Callee::Fun => 1,
            Callee::Dynamic => 2,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Inst {
    pub dst: Option<Value>,
    pub op: Op,
    pub args: Args,
    pub line: u32,
}

/// A test of one or two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    Truthy,
    True,
    Type(ops::Type),
    TupleArity(u32),
    Tagged(u32, Atom),
    FunArity(u8),
    Compare(ops::Cond),
}

/// A constant that a switch can hold.
pub type Constant = Arg;

/// How a block ends.
#[derive(Clone, Debug)]
pub enum End {
    /// Not finished yet, or unreachable.
    None,
    /// Operands are the target's parameters.
    Jump,
    /// A jump back to a loop's head.
    Loop,
    /// Targets: where the test holds, where not.
    Branch(Test),
    /// An op whose failing is a jump: targets are what follows (where `dst` is defined) and where it fails.
    Guarded(Op, Option<Value>),
    /// Targets: default, then one for each constant.
    Switch(Vec<Constant>),
    SwitchArity(Vec<u32>),
    Return,
    TailCall(Callee),
    /// Class, reason, and the raw stack trace if there is one.
    Raise,
    Fail(Failure),
    /// Targets: where a message was found (defined there), where not.
    RecvPeek(Value),
    RecvNext,
    RecvWait,
    /// The timeout; targets: where it is over, where a message has come.
    RecvWaitFor,
}

#[derive(Clone, Debug)]
pub struct Block {
    pub params: SmallVec<[Value; 2]>,
    pub insts: Vec<Inst>,
    pub end: End,
    pub args: Args,
    pub targets: SmallVec<[BlockId; 2]>,
    pub line: u32,
    pub handler: Option<BlockId>,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub name: Atom,
    pub arity: u8,
    pub exported: bool,
    pub file: Arc<str>,
    /// The first is the entry; its parameters are the function's.
    pub blocks: Vec<Block>,
    /// How many values there are.
    pub values: u32,
}

/// A closure's code, and how many free variables it has.
#[derive(Clone, Debug, PartialEq)]
pub struct LambdaInfo {
    pub function: u32,
    pub arity: u8,
    pub free: u8,
}

/// The constants of a module, each once.
#[derive(Default, Debug)]
pub struct Literals {
    pub all: Vec<Lit>,
    places: rustc_hash::FxHashMap<Lit, u32>,
}

impl Literals {
    pub fn add(&mut self, lit: &Lit) -> u32 {
        if let Some(place) = self.places.get(lit) {
            return *place;
        }
        let place = self.all.len() as u32;
        self.all.push(lit.clone());
        self.places.insert(lit.clone(), place);
        place
    }

    /// The operand for a constant.
    pub fn arg(&mut self, lit: &Lit) -> Arg {
        match lit {
            Lit::Int(number) if lit.is_small() => Arg::Small(*number),
            Lit::Atom(atom) => Arg::Atom(*atom),
            Lit::Nil => Arg::Nil,
            _ => Arg::Lit(self.add(lit)),
        }
    }
}

#[derive(Debug, Default)]
pub struct Module {
    pub functions: Vec<Function>,
    pub lambdas: Vec<LambdaInfo>,
    pub literals: Literals,
}

impl Block {
    pub fn new(handler: Option<BlockId>) -> Block {
        Block {
            params: SmallVec::new(),
            insts: Vec::new(),
            end: End::None,
            args: SmallVec::new(),
            targets: SmallVec::new(),
            line: 0,
            handler,
        }
    }

    /// The value that the end defines, which is known in its first target.
    pub fn end_dst(&self) -> Option<Value> {
        match &self.end {
            End::Guarded(_, dst) => *dst,
            End::RecvPeek(dst) => Some(*dst),
            _ => None,
        }
    }

    /// The values that its instructions and its end read, once for each place.
    pub fn reads(&self) -> impl Iterator<Item = Value> + '_ {
        self.insts
            .iter()
            .flat_map(|inst| &inst.args)
            .chain(&self.args)
            .filter_map(|arg| arg.value())
    }

    /// Targets and the handler.
    pub fn successors(&self) -> impl Iterator<Item = BlockId> + '_ {
        self.targets.iter().copied().chain(self.handler)
    }
}

impl Op {
    /// Neither raises, nor depends on anything but its operands, nor changes anything.
    pub fn is_pure(&self) -> bool {
        match self {
            Op::Copy
            | Op::Cons
            | Op::Tuple
            | Op::Head
            | Op::Tail
            | Op::Element(_)
            | Op::Map
            | Op::Fun(_)
            | Op::Compare(_)
            | Op::Test(_)
            | Op::Stacktrace => true,
            Op::Bif(bif) => matches!(
                bif,
                ops::Bif::SelfPid | ops::Bif::Max | ops::Bif::Min | ops::Bif::Node0
            ),
            _ => false,
        }
    }

    /// Can be dropped when the result is not used.
    pub fn is_droppable(&self) -> bool {
        self.is_pure() || matches!(self, Op::BinPosition)
    }

    /// Leaves the outgoing registers alone.
    pub fn is_call(&self) -> bool {
        matches!(self, Op::Call(_))
    }

    /// The collector may run.
    pub fn allocates(&self) -> bool {
        matches!(
            self,
            Op::Cons
                | Op::Tuple
                | Op::Map
                | Op::MapPut
                | Op::MapUpdate
                | Op::Fun(_)
                | Op::Arith(_)
                | Op::Unary(_)
                | Op::Bif(_)
                | Op::Call(_)
                | Op::Stacktrace
                | Op::Send
                | Op::Bin(_)
                | Op::BinStart
                | Op::BinGet(_)
                | Op::BinRest(_)
        )
    }
}

impl Arg {
    pub fn value(self) -> Option<Value> {
        match self {
            Arg::Value(value) => Some(value),
            _ => None,
        }
    }
}
