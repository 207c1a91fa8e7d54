//! The opcodes: what the compiler emits, what a `.cbc` file holds, what the loader turns into the interpreter's own form.
//!
//! A function runs in a frame of `frame` registers `R0…`. The argument `i` of a call is placed by the caller in register
//! `frame + FRAME_HEADER + i`, which becomes the callee's `Ri`. `live` names a set of registers (an index into
//! `Function::live`): the collector keeps exactly these. At an op that may allocate the set holds every register that
//! this op reads and every register read later, without `dst` unless it is read too. At a call it holds the registers
//! that are read after the call has returned, without `dst`; outgoing arguments belong to the callee.

use super::field::{Damage, Field, Reader, Visit, Writer};
use crate::atom::Atom;

/// Words between a caller's registers and its callee's: where to return, and the caller's frame.
pub const FRAME_HEADER: u16 = 2;

/// A register of the current frame, or (from `frame + FRAME_HEADER`) an outgoing argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub u16);

/// An index into the function's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(pub u32);

/// An index into `Function::live`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Live(pub u32);

/// What an op reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Src {
    Reg(Reg),
    /// A small integer (62 bits).
    Small(i64),
    Atom(Atom),
    Nil,
    /// An index into the module's literals.
    Lit(u32),
}

/// Module, function, arity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mfa {
    pub module: Atom,
    pub function: Atom,
    pub arity: u8,
}

/// Comparisons; `>` and `=<` are written with their operands swapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cond {
    Lt,
    Ge,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `===`
    Same,
    /// `!==`
    NotSame,
}

/// Type tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    Atom,
    Boolean,
    Integer,
    Float,
    Number,
    List,
    /// A cons cell.
    Cons,
    Nil,
    Tuple,
    Map,
    Binary,
    Bitstring,
    Function,
    Pid,
    Port,
    Reference,
}

/// Arithmetic with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    /// `/`
    FloatDiv,
    /// `div`
    Div,
    Rem,
    Band,
    Bor,
    Bxor,
    Bsl,
    Bsr,
}

/// Arithmetic with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    Neg,
    Plus,
    Bnot,
    /// `not`
    Not,
}

/// Functions allowed in guards that are not operators; `:erlang`'s names, arities and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bif {
    Abs,
    BinaryPart2,
    BinaryPart3,
    BitSize,
    ByteSize,
    Ceil,
    Element,
    Float,
    Floor,
    Hd,
    IsFunction2,
    IsMapKey,
    Length,
    MapGet,
    MapSize,
    Max,
    Min,
    Node0,
    Node1,
    Round,
    SelfPid,
    Size,
    Tl,
    Trunc,
    TupleSize,
    And,
    Or,
    Xor,
}

/// Errors that the language itself raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// `{badmatch, V}`
    BadMatch,
    /// `{case_clause, V}`
    CaseClause,
    /// `cond_clause`
    CondClause,
    /// `{with_clause, V}`
    WithClause,
    /// `{else_clause, V}`: the `else` of a `try`
    TryClause,
    /// `function_clause`, with the arguments for the stack trace
    FunctionClause,
    /// `{badbool, Op, V}`: two operands
    BadBool,
    /// `{badmap, V}`
    BadMap,
    /// `{badkey, K}` or `{badkey, K, Map}`
    BadKey,
    /// `{badstruct, Module, V}`: two operands
    BadStruct,
    /// `badarg`
    BadArg,
}

/// What a binary segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SegKind {
    Integer,
    Float,
    /// `binary` and `bitstring`; the unit tells
    Bits,
    Utf8,
    Utf16,
    Utf32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endian {
    Big,
    Little,
    /// As the machine: little, on everything that Cordial runs on.
    Native,
}

/// The type of a segment. The size in bits is `size * unit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SegType {
    pub kind: SegKind,
    pub unit: u16,
    pub signed: bool,
    pub endian: Endian,
}

/// A segment of a binary under construction; `size: None` is the whole value (`Bits`) or not applicable (utf).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Segment {
    pub ty: SegType,
    pub value: Src,
    pub size: Option<Src>,
}

/// Defines the opcodes once, for the enum, the file format and whoever walks over an op's fields.
macro_rules! for_each_op {
    ($($(#[$meta:meta])* $name:ident $({ $($field:ident: $ty:ty),* $(,)? })?,)*) => {
        /// An operation. Where a label is named `fail`, the op jumps there when its test does not hold; `fail: None` raises.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Op {
            $($(#[$meta])* $name $({ $($field: $ty),* })?,)*
        }

        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u8)]
        enum Number { $($name),* }

        impl Op {
            /// The op's name in the file format and in listings.
            pub fn name(&self) -> &'static str {
                match self { $(Op::$name $({ $($field: _),* })? => stringify!($name),)* }
            }

            /// Writes the op's number and its fields.
            pub fn put(&self, out: &mut Writer) {
                match self {
                    $(Op::$name $({ $($field),* })? => {
                        out.byte(Number::$name as u8);
                        $($($field.put(out);)*)?
                    })*
                }
            }

            /// Reads what `put` wrote.
            pub fn get(input: &mut Reader<'_>) -> Result<Op, Damage> {
                let number = input.byte()?;
                $(if number == Number::$name as u8 {
                    return Ok(Op::$name $({ $($field: Field::get(input)?),* })?);
                })*
                Err(Damage("unknown operation"))
            }

            /// Shows every field to `visit`.
            pub fn visit(&self, visit: &mut dyn Visit) {
                match self {
                    $(Op::$name $({ $($field),* })? => {
                        $($($field.visit(stringify!($field), visit);)*)?
                    })*
                }
                let _ = visit;
            }
        }
    };
}

for_each_op! {
    // ---- moves and jumps
    /// `dst := src`
    Move { dst: Reg, src: Src },
    Jump { to: Label },
    /// A backward jump: costs a reduction, may suspend here.
    Loop { to: Label, live: Live },
    /// Goes on if `src` is neither `nil` nor `false`.
    Truthy { src: Src, fail: Label },
    /// Goes on if `src` is `true`.
    True { src: Src, fail: Label },
    Test { ty: Type, src: Src, fail: Label },
    /// A tuple of `arity`.
    TupleArity { src: Src, arity: u32, fail: Label },
    /// A tuple of `arity` whose first element is `tag`.
    Tagged { src: Src, arity: u32, tag: Atom, fail: Label },
    /// `is_function(src, arity)` with a constant arity.
    FunArity { src: Src, arity: u8, fail: Label },
    Compare { cond: Cond, a: Src, b: Src, fail: Label },
    /// `dst := a cond b` as a boolean.
    CompareTo { cond: Cond, dst: Reg, a: Src, b: Src },
    /// `dst := is_ty(src)` as a boolean.
    TestTo { ty: Type, dst: Reg, src: Src },
    /// Jumps to the label of the constant (`Small`, `Atom`, `Nil`) that is `===` to `src`.
    Switch { src: Src, cases: Vec<(Src, Label)>, default: Label },
    /// Jumps by the arity of a tuple.
    SwitchArity { src: Src, cases: Vec<(u32, Label)>, default: Label },

    // ---- data
    /// `dst := [head | tail]`
    Cons { dst: Reg, head: Src, tail: Src, live: Live },
    /// `dst := {…}`
    Tuple { dst: Reg, elements: Vec<Src>, live: Live },
    /// The head of a cons cell that was tested.
    Head { dst: Reg, src: Reg },
    /// The tail of a cons cell that was tested.
    Tail { dst: Reg, src: Reg },
    /// Both.
    Uncons { head: Reg, tail: Reg, src: Reg },
    /// Element `index` (from 0) of a tuple whose arity was tested.
    Element { dst: Reg, src: Reg, index: u32 },
    /// `dst := %{…}`; later pairs win.
    Map { dst: Reg, pairs: Vec<(Src, Src)>, live: Live },
    /// `dst := Map.put` of every pair; `{badmap, V}` if `src` is not a map.
    MapPut { dst: Reg, src: Src, pairs: Vec<(Src, Src)>, live: Live },
    /// `dst := %{src | pairs}`; `{badkey, K, Map}` if a key is missing, `{badmap, V}`.
    MapUpdate { dst: Reg, src: Src, pairs: Vec<(Src, Src)>, live: Live },
    /// `dst := src[key]`; fails if `src` is no map or has no such key.
    MapGet { dst: Reg, src: Src, key: Src, fail: Label },
    /// A closure over `free`; its function takes the arguments, then the free variables.
    Fun { dst: Reg, lambda: u32, free: Vec<Src>, live: Live },

    // ---- arithmetic and guard functions
    Arith { op: Arith, dst: Reg, a: Src, b: Src, fail: Option<Label>, live: Live },
    Unary { op: Unary, dst: Reg, src: Src, fail: Option<Label>, live: Live },
    Bif { bif: Bif, dst: Reg, args: Vec<Src>, fail: Option<Label>, live: Live },

    // ---- calls; arguments are in the outgoing registers
    /// A function of this module (index into `ModuleFile::functions`).
    Call { function: u32, dst: Reg, live: Live },
    /// Replaces this frame: the outgoing arguments become `R0…` of the callee.
    TailCall { function: u32 },
    CallExt { mfa: Mfa, dst: Reg, live: Live },
    TailCallExt { mfa: Mfa },
    /// `{badfun, F}`, `{badarity, {F, Args}}`
    CallFun { fun: Src, arity: u8, dst: Reg, live: Live },
    TailCallFun { fun: Src, arity: u8 },
    /// `module.function(…)` known only at run time; `module` may be an atom only, else `badarg`-like errors as OTP.
    CallDynamic { module: Src, function: Src, arity: u8, dst: Reg, live: Live },
    TailCallDynamic { module: Src, function: Src, arity: u8 },
    Return { src: Src },

    // ---- exceptions; see `Handler`
    /// `erlang:raise/3` when `stacktrace` is given (a value from a handler), else a fresh one.
    Raise { class: Src, reason: Src, stacktrace: Option<Src> },
    Fail { failure: Failure, args: Vec<Src> },
    /// `dst := __STACKTRACE__` from the raw stack trace that a handler received.
    Stacktrace { dst: Reg, src: Reg, live: Live },

    // ---- processes
    /// `dst := send(to, message)`
    Send { dst: Reg, to: Src, message: Src, live: Live },
    /// Every clause of the receive that follows wants this reference: skip the messages older than it.
    RecvRef { src: Src },
    /// `dst :=` the message under inspection, or jump to `wait` when there is none left.
    RecvPeek { dst: Reg, wait: Label, live: Live },
    /// Takes the message under inspection out of the mailbox, ends the receive.
    RecvTake,
    /// Leaves it there, goes on with the next.
    RecvNext { to: Label, live: Live },
    /// Suspends until a message arrives, then jumps to `to`.
    RecvWait { to: Label, live: Live },
    /// The same with `after`: when `timeout` milliseconds (or `:infinity`) are over goes on with the next op and ends the receive.
    /// `timeout_value` errors are raised here.
    RecvWaitFor { timeout: Src, to: Label, live: Live },

    // ---- binaries
    /// `dst := <<…>>`
    Bin { dst: Reg, segments: Vec<Segment>, live: Live },
    /// `dst :=` a match context over the bitstring `src`.
    BinStart { dst: Reg, src: Src, fail: Label, live: Live },
    /// Reads a segment of `size * unit` bits (utf kinds: `size` is None) and moves on.
    BinGet { dst: Reg, ctx: Reg, ty: SegType, size: Option<Src>, fail: Label, live: Live },
    /// Skips `size * unit` bits.
    BinSkip { ctx: Reg, size: Src, unit: u16, fail: Label },
    /// Skips a character.
    BinSkipUtf { ctx: Reg, ty: SegType, fail: Label },
    /// The bytes of a literal must come next; `bytes` is a binary literal.
    BinLiteral { ctx: Reg, bytes: u32, fail: Label },
    /// `dst :=` all the rest, whose size must be a multiple of `unit` bits.
    BinRest { dst: Reg, ctx: Reg, unit: u16, fail: Label, live: Live },
    /// The rest must be a multiple of `unit` bits.
    BinRestUnit { ctx: Reg, unit: u16, fail: Label },
    /// Nothing must be left.
    BinEnd { ctx: Reg, fail: Label },
    /// `dst :=` the position, to come back to.
    BinPosition { dst: Reg, ctx: Reg },
    BinSeek { ctx: Reg, position: Src },
}
