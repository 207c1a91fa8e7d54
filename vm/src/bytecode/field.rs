//! How the parts of an operation are written to and read from a file, and shown to a visitor.
//! Numbers are LEB128; atoms are indices into the file's table of atoms.

use super::ops::*;
use crate::atom::Atom;
use rustc_hash::FxHashMap;

/// Why a file is not usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage(pub &'static str);

impl std::fmt::Display for Damage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// Collects bytes and the atoms that they name.
#[derive(Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
    pub atoms: Vec<Atom>,
    numbers: FxHashMap<Atom, u64>,
}

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }

    pub fn signed(&mut self, n: i64) {
        self.number(((n << 1) ^ (n >> 63)) as u64);
    }

    pub fn blob(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    pub fn atom(&mut self, atom: Atom) {
        let next = self.atoms.len() as u64;
        let number = *self.numbers.entry(atom).or_insert(next);
        if number == next {
            self.atoms.push(atom);
        }
        self.number(number);
    }
}

/// Reads bytes; every read may find the file too short.
pub struct Reader<'a> {
    pub rest: &'a [u8],
    pub atoms: &'a [Atom],
}

impl<'a> Reader<'a> {
    pub fn byte(&mut self) -> Result<u8, Damage> {
        let (&first, rest) = self.rest.split_first().ok_or(Damage("it ends too early"))?;
        self.rest = rest;
        Ok(first)
    }

    pub fn number(&mut self) -> Result<u64, Damage> {
        let mut n = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= ((byte & 0x7f) as u64) << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(Damage("a number is too long"))
    }

    pub fn signed(&mut self) -> Result<i64, Damage> {
        let n = self.number()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// A count of things of at least one byte each: never more than there are bytes.
    pub fn count(&mut self) -> Result<usize, Damage> {
        let n = self.number()?;
        if n > self.rest.len() as u64 {
            Err(Damage("a count is too large"))
        } else {
            Ok(n as usize)
        }
    }

    pub fn blob(&mut self) -> Result<&'a [u8], Damage> {
        let n = self.count()?;
        let (blob, rest) = self.rest.split_at(n);
        self.rest = rest;
        Ok(blob)
    }

    pub fn text(&mut self) -> Result<&'a str, Damage> {
        std::str::from_utf8(self.blob()?).map_err(|_| Damage("a name is not UTF-8"))
    }

    pub fn atom(&mut self) -> Result<Atom, Damage> {
        let n = self.number()? as usize;
        self.atoms
            .get(n)
            .copied()
            .ok_or(Damage("an atom is out of range"))
    }

    pub fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, Damage>) -> Result<Vec<T>, Damage> {
        let n = self.count()?;
        let mut all = Vec::with_capacity(n.min(4096));
        for _ in 0..n {
            all.push(one(self)?);
        }
        Ok(all)
    }
}

/// Sees the fields of an operation by kind; `name` tells the role (`dst`, `src`, …).
pub trait Visit {
    fn reg(&mut self, _name: &'static str, _reg: Reg) {}
    fn src(&mut self, _name: &'static str, _src: Src) {}
    fn label(&mut self, _label: Label) {}
    fn live(&mut self, _live: Live) {}
}

/// A part of an operation.
pub trait Field: Sized {
    fn put(&self, out: &mut Writer);
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage>;
    fn visit(&self, _name: &'static str, _visit: &mut dyn Visit) {}
}

macro_rules! number_field {
    ($($ty:ty),*) => {$(
        impl Field for $ty {
            fn put(&self, out: &mut Writer) {
                out.number(*self as u64);
            }
            fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
                <$ty>::try_from(input.number()?).map_err(|_| Damage("a number is out of range"))
            }
        }
    )*};
}
number_field!(u8, u16, u32);

impl Field for bool {
    fn put(&self, out: &mut Writer) {
        out.byte(*self as u8);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        match input.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Damage("a flag is neither 0 nor 1")),
        }
    }
}

impl Field for Atom {
    fn put(&self, out: &mut Writer) {
        out.atom(*self);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        input.atom()
    }
}

impl Field for Reg {
    fn put(&self, out: &mut Writer) {
        self.0.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(Reg(Field::get(input)?))
    }
    fn visit(&self, name: &'static str, visit: &mut dyn Visit) {
        visit.reg(name, *self);
    }
}

impl Field for Label {
    fn put(&self, out: &mut Writer) {
        self.0.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(Label(Field::get(input)?))
    }
    fn visit(&self, _name: &'static str, visit: &mut dyn Visit) {
        visit.label(*self);
    }
}

impl Field for Live {
    fn put(&self, out: &mut Writer) {
        self.0.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(Live(Field::get(input)?))
    }
    fn visit(&self, _name: &'static str, visit: &mut dyn Visit) {
        visit.live(*self);
    }
}

impl Field for Src {
    fn put(&self, out: &mut Writer) {
        match self {
            Src::Reg(r) => {
                out.byte(0);
                r.put(out);
            }
            Src::Small(n) => {
                out.byte(1);
                out.signed(*n);
            }
            Src::Atom(a) => {
                out.byte(2);
                a.put(out);
            }
            Src::Nil => out.byte(3),
            Src::Lit(n) => {
                out.byte(4);
                n.put(out);
            }
        }
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(match input.byte()? {
            0 => Src::Reg(Field::get(input)?),
            1 => {
                let n = input.signed()?;
                if n != (n << 2) >> 2 {
                    return Err(Damage("a small integer is too large"));
                }
                Src::Small(n)
            }
            2 => Src::Atom(Field::get(input)?),
            3 => Src::Nil,
            4 => Src::Lit(Field::get(input)?),
            _ => return Err(Damage("unknown operand")),
        })
    }
    fn visit(&self, name: &'static str, visit: &mut dyn Visit) {
        visit.src(name, *self);
    }
}

impl Field for Mfa {
    fn put(&self, out: &mut Writer) {
        self.module.put(out);
        self.function.put(out);
        self.arity.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(Mfa {
            module: Field::get(input)?,
            function: Field::get(input)?,
            arity: Field::get(input)?,
        })
    }
}

impl<T: Field> Field for Option<T> {
    fn put(&self, out: &mut Writer) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(if bool::get(input)? {
            Some(T::get(input)?)
        } else {
            None
        })
    }
    fn visit(&self, name: &'static str, visit: &mut dyn Visit) {
        if let Some(value) = self {
            value.visit(name, visit);
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn put(&self, out: &mut Writer) {
        out.number(self.len() as u64);
        for one in self {
            one.put(out);
        }
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        input.list(T::get)
    }
    fn visit(&self, name: &'static str, visit: &mut dyn Visit) {
        for one in self {
            one.visit(name, visit);
        }
    }
}

impl<A: Field, B: Field> Field for (A, B) {
    fn put(&self, out: &mut Writer) {
        self.0.put(out);
        self.1.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok((A::get(input)?, B::get(input)?))
    }
    fn visit(&self, name: &'static str, visit: &mut dyn Visit) {
        self.0.visit(name, visit);
        self.1.visit(name, visit);
    }
}

impl Field for SegType {
    fn put(&self, out: &mut Writer) {
        self.kind.put(out);
        self.unit.put(out);
        self.signed.put(out);
        self.endian.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(SegType {
            kind: Field::get(input)?,
            unit: Field::get(input)?,
            signed: Field::get(input)?,
            endian: Field::get(input)?,
        })
    }
}

impl Field for Segment {
    fn put(&self, out: &mut Writer) {
        self.ty.put(out);
        self.value.put(out);
        self.size.put(out);
    }
    fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
        Ok(Segment {
            ty: Field::get(input)?,
            value: Field::get(input)?,
            size: Field::get(input)?,
        })
    }
    fn visit(&self, name: &'static str, visit: &mut dyn Visit) {
        self.value.visit(name, visit);
        self.size.visit(name, visit);
    }
}

macro_rules! enum_field {
    ($($ty:ident { $($variant:ident),* $(,)? })*) => {$(
        impl Field for $ty {
            fn put(&self, out: &mut Writer) {
                out.byte(*self as u8);
            }
            fn get(input: &mut Reader<'_>) -> Result<Self, Damage> {
                let byte = input.byte()?;
                $(if byte == $ty::$variant as u8 {
                    return Ok($ty::$variant);
                })*
                Err(Damage(concat!("unknown ", stringify!($ty))))
            }
        }
    )*};
}

enum_field! {
    Cond { Lt, Ge, Eq, Ne, Same, NotSame }
    Type { Atom, Boolean, Integer, Float, Number, List, Cons, Nil, Tuple, Map, Binary, Bitstring, Function, Pid, Port, Reference }
    Arith { Add, Sub, Mul, FloatDiv, Div, Rem, Band, Bor, Bxor, Bsl, Bsr }
    Unary { Neg, Plus, Bnot, Not }
    Bif {
        Abs, BinaryPart2, BinaryPart3, BitSize, ByteSize, Ceil, Element, Float, Floor, Hd, IsFunction2, IsMapKey, Length, MapGet,
        MapSize, Max, Min, Node0, Node1, Round, SelfPid, Size, Tl, Trunc, TupleSize, And, Or, Xor,
    }
    Failure {
        BadMatch, CaseClause, CondClause, WithClause, TryClause, FunctionClause, BadBool, BadMap, BadKey, BadStruct, BadArg,
    }
    SegKind { Integer, Float, Bits, Utf8, Utf16, Utf32 }
    Endian { Big, Little, Native }
}
