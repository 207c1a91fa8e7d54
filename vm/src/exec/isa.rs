//! The interpreter's own operations: what the loader makes of the bytecode. Words of 64 bits; the first is
//! `{op, a, b, c}` of 16 bits each, or `{op, a, rel}` with a 32-bit distance in words from it. Operands in words after
//! it are written in brackets. `Src` is a constant term or a register in the form of `src_reg`.

/// Opcodes. `R`: register, `C`: constant, `X`: operands of any kind.
#[repr(u16)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum I {
    // control stubs
    /// The process's last frame returns here.
    Halt,
    /// The frame of a call from a holding native returns here.
    HeldReturn,
    /// [entry] looks the function up.
    ExportStub,
    FunStub,
    /// [native] [entry] runs a native in its own frame.
    NativeStub,
    // guards of code from elsewhere
    /// {_ n _} [registers]*
    Clear,
    /// {a _ _} [site]
    CheckCons,
    /// {a index _} [site]
    CheckTuple,
    // moves
    MoveR,
    MoveC,
    /// {d1 s1 _} [d2 s2 d3 s3]
    Move3,
    /// {d1 s1 d2} [s2]
    Move2,
    Jump,
    /// {_ rel} [site]
    Loop,
    // tests {a rel}
    Truthy,
    IsAtom,
    IsBoolean,
    IsInteger,
    IsFloat,
    IsNumber,
    IsList,
    IsCons,
    IsNil,
    IsTuple,
    IsMap,
    IsBinary,
    IsBitstring,
    IsFunction,
    IsPid,
    IsPort,
    IsReference,
    /// {a rel} [header]
    TupleArity,
    /// {a rel} [header] [atom]
    Tagged,
    /// {a rel} [arity]
    FunArity,
    // comparisons {a rel} [b]
    LtRR,
    GeRR,
    EqRR,
    NeRR,
    SameRR,
    NotSameRR,
    /// the constant is a small integer
    LtRC,
    GeRC,
    /// constant < register
    LtCR,
    GeCR,
    EqRC,
    NeRC,
    /// the constant is an immediate: words are compared
    SameRC,
    NotSameRC,
    /// {cond rel} [src] [src]
    CompareX,
    /// {dst cond _} [src] [src]
    CompareTo,
    /// {dst type _} [src]
    TestTo,
    /// {a n _} [default rel] ([const] [rel])*
    Switch,
    /// The same with sorted constants.
    SwitchSorted,
    /// {a _ _} [min (raw small)] [count] [default rel] [rel]*
    SwitchDense,
    /// {a n _} [default rel] ([header] [rel])*
    SwitchArity,
    // data
    /// {dst h t} [site]
    ConsRR,
    /// {dst _ _} [src] [src] [site]
    ConsX,
    /// {dst n _} [site] [header] [src]*
    Tuple,
    /// {dst a b} [site] [header]
    Tuple2RR,
    Head,
    Tail,
    /// {h t src}
    Uncons,
    /// {dst src index}
    Element,
    /// {src d1 i1} [d2 i2 d3 i3]
    Element3,
    /// {src d1 i1} [d2 i2]
    Element2,
    /// {dst _ _} [src] [index]
    ElementFar,
    /// {dst n _} [site] [src src]*
    Map,
    /// {dst n _} [site] [tuple of keys] [src]*
    MapFlat,
    /// {dst n _} [site] [src] [src src]*
    MapPut,
    MapUpdate,
    /// {dst rel} [src] [key]
    MapGet,
    /// {dst n _} [entry] [site] [src]*
    Fun,
    // arithmetic RR: {dst a b} [site]; RC: {dst a _} [const] [site]; CR: {dst a _} [const] [site]
    AddRR,
    AddRC,
    SubRR,
    SubRC,
    SubCR,
    MulRR,
    MulRC,
    DivRR,
    /// by a constant: [n] [magic] [site], with the shift for c; see `reciprocal`
    DivRC,
    /// division by a power of two: [n raw] [site]
    DivPow,
    RemRR,
    /// as `DivRC`
    RemRC,
    /// remainder by a power of two: [mask raw] [site]
    RemPow,
    FloatDivRR,
    BandRR,
    BandRC,
    BorRR,
    BorRC,
    BxorRR,
    BxorRC,
    BslRC,
    BsrRC,
    /// {dst op _} [src] [src] [site]
    ArithX,
    /// {dst op _} [src] [site]
    Unary,
    /// {dst a _} [site]
    HdR,
    TlR,
    TupleSizeR,
    ByteSizeR,
    LengthR,
    MapSizeR,
    /// {dst index tuple} [site] both registers
    ElementRR,
    /// {dst tuple _} [index from 0] [site]
    ElementC,
    SelfPid,
    /// {dst a b} [site]
    MaxRR,
    MinRR,
    /// {dst bif n} [site] [src]*
    Bif,
    // calls
    /// {dst delta need} [target] [site]
    Call,
    /// {arity delta need} [target]
    TailCall,
    /// {dst delta arity} [entry] [site]
    CallExt,
    /// {arity delta _} [entry] [site]
    TailCallExt,
    /// {dst delta arity} [code] [native] [site]
    CallNative,
    /// {_ delta arity} [code] [native] [site]
    TailCallNative,
    /// {dst delta arity} [src] [site]
    CallFun,
    TailCallFun,
    /// {dst delta arity} [src module] [src function] [site]
    CallDynamic,
    TailCallDynamic,
    ReturnR,
    ReturnC,
    // exceptions
    /// {flag _ _} [src] [src] [src] [site]
    Raise,
    /// {failure n _} [site] [src]*
    Fail,
    /// {dst src _} [site]
    Stacktrace,
    // receive
    /// {dst _ _} [src] [src] [site]
    Send,
    RecvRef,
    /// {dst rel} [site]
    RecvPeek,
    RecvTake,
    /// {_ rel} [site]
    RecvNext,
    RecvWait,
    /// {_ rel} [src] [site]
    RecvWaitFor,
    // binaries
    /// {dst n _} [site] ([type] [src] [src size or NONE])*
    Bin,
    /// {dst rel} [src] [site]
    BinStart,
    /// {dst ctx _} [type] [src size] [rel] [site]
    BinGet,
    /// one byte, unsigned {dst ctx _} [rel]
    BinGetByte,
    /// n bytes big unsigned, constant {dst ctx bits} [rel] [site]
    BinGetBytes,
    /// {ctx unit _} [src size] [rel]
    BinSkip,
    /// {ctx _ _} [type] [rel]
    BinSkipUtf,
    /// {ctx _ _} [pointer] [length] [rel]
    BinLiteral,
    /// {dst ctx unit} [rel] [site]
    BinRest,
    /// {ctx rel} [unit]
    BinRestUnit,
    /// {ctx rel}
    BinEnd,
    BinPosition,
    /// {ctx _ _} [src]
    BinSeek,
    /// utf-8 character {dst ctx _} [rel]
    BinGetUtf8,
    // two operations in one step: the words are those of both, one after the other
    MoveRLoop,
    MoveRCall,
    Move2Loop,
    Move2Call,
    Move3Loop,
    Move3Call,
    AddRCLoop,
    AddRCCall,
    AddRCReturn,
    SubRCLoop,
    SubRCCall,
    AddRRReturn,
    ConsRRReturn,
    IsConsUncons,
    RemPowEq,
}

/// The operation that does `first` and then `second`, which follows it.
pub fn fused(first: I, second: I) -> Option<I> {
    Some(match (first, second) {
        (I::MoveR, I::Loop) => I::MoveRLoop,
        (I::MoveR, I::Call) => I::MoveRCall,
        (I::Move2, I::Loop) => I::Move2Loop,
        (I::Move2, I::Call) => I::Move2Call,
        (I::Move3, I::Loop) => I::Move3Loop,
        (I::Move3, I::Call) => I::Move3Call,
        (I::AddRC, I::Loop) => I::AddRCLoop,
        (I::AddRC, I::Call) => I::AddRCCall,
        (I::AddRC, I::ReturnR) => I::AddRCReturn,
        (I::SubRC, I::Loop) => I::SubRCLoop,
        (I::SubRC, I::Call) => I::SubRCCall,
        (I::AddRR, I::ReturnR) => I::AddRRReturn,
        (I::ConsRR, I::ReturnR) => I::ConsRRReturn,
        _ => return None,
    })
}

impl I {
    /// The op of an encoded word.
    #[inline(always)]
    pub fn of(word: u64) -> I {
        // SAFETY: only the loader makes code, and it writes an `I` into the low 16 bits of every first word.
        unsafe { std::mem::transmute::<u16, I>(word as u16) }
    }
}

/// Packs `{op, a, b, c}`.
pub fn word(op: I, a: u16, b: u16, c: u16) -> u64 {
    op as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48
}

/// Packs `{op, a, rel}`.
pub fn branch(op: I, a: u16, rel: i32) -> u64 {
    op as u64 | (a as u64) << 16 | (rel as u32 as u64) << 32
}
