//! Chooses among the forms of an operation by the kinds of its operands.

use super::writer::Writer;
use crate::bytecode::module::Function;
use crate::bytecode::ops::*;
use crate::exec::isa::I;
use crate::exec::reciprocal::Reciprocal;
use crate::term::Term;
use rustc_hash::FxHashSet;

impl Writer<'_> {
    pub(super) fn pairs(&mut self, pairs: &[(Src, Src)]) {
        for (key, value) in pairs {
            self.src(*key);
            self.src(*value);
        }
    }

    /// `===` and `!==`, and `==` and `!=` where they are the same.
    pub(super) fn same(&mut self, cond: Cond, a: Src, b: Src, fail: Label) {
        match (a, b) {
            (Src::Reg(a), Src::Reg(b)) => {
                self.branch(
                    if cond == Cond::Same {
                        I::SameRR
                    } else {
                        I::NotSameRR
                    },
                    a.0,
                    fail,
                );
                self.words.push(b.0 as u64);
            }
            (Src::Reg(r), c) | (c, Src::Reg(r)) if self.src_word(c) & 0b101 != 0b001 => {
                self.branch(
                    if cond == Cond::Same {
                        I::SameRC
                    } else {
                        I::NotSameRC
                    },
                    r.0,
                    fail,
                );
                self.src(c);
            }
            _ => {
                self.branch(I::CompareX, cond as u16, fail);
                self.src(a);
                self.src(b);
            }
        }
    }

    pub(super) fn compare(&mut self, cond: Cond, a: Src, b: Src, fail: Label) {
        let never_number = |src: Src| matches!(src, Src::Atom(_) | Src::Nil);
        let (near, far) = match cond {
            Cond::Same | Cond::NotSame => return self.same(cond, a, b, fail),
            Cond::Eq if never_number(a) || never_number(b) => return self.same(Cond::Same, a, b, fail),
            Cond::Ne if never_number(a) || never_number(b) => return self.same(Cond::NotSame, a, b, fail),
            Cond::Lt => (I::LtRR, Some((I::LtRC, I::LtCR))),
            Cond::Ge => (I::GeRR, Some((I::GeRC, I::GeCR))),
            Cond::Eq => (I::EqRR, Some((I::EqRC, I::EqRC))),
            Cond::Ne => (I::NeRR, Some((I::NeRC, I::NeRC))),
        };
        match (a, b, far) {
            (Src::Reg(a), Src::Reg(b), _) => {
                self.branch(near, a.0, fail);
                self.words.push(b.0 as u64);
            }
            (Src::Reg(a), Src::Small(n), Some((op, _))) => {
                self.branch(op, a.0, fail);
                self.words.push(Term::small(n).raw());
            }
            (Src::Small(n), Src::Reg(b), Some((_, op))) => {
                self.branch(op, b.0, fail);
                self.words.push(Term::small(n).raw());
            }
            _ => {
                self.branch(I::CompareX, cond as u16, fail);
                self.src(a);
                self.src(b);
            }
        }
    }

    pub(super) fn switch(&mut self, src: Src, cases: &[(Src, Label)], default: Label) {
        let base = self.here();
        let Src::Reg(r) = src else {
            let word = self.src_word(src);
            let label = cases
                .iter()
                .find(|(case, _)| self.src_word(*case) == word)
                .map_or(default, |(_, label)| *label);
            self.branch(I::Jump, 0, label);
            return;
        };
        // The first of equal cases counts.
        let mut table: Vec<(u64, Label)> = Vec::with_capacity(cases.len());
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        for (case, label) in cases {
            let word = self.src_word(*case);
            if seen.insert(word) {
                table.push((word, *label));
            }
        }
        let smalls = table.iter().all(|(word, _)| word & 3 == 0);
        let (min, max) = table.iter().fold((i64::MAX, i64::MIN), |(min, max), (word, _)| {
            let n = *word as i64 >> 2;
            (min.min(n), max.max(n))
        });
        if smalls && table.len() >= 4 && (max.wrapping_sub(min)) as u64 <= table.len() as u64 * 3 + 8 {
            self.push(I::SwitchDense, r.0, 0, 0);
            self.words.push(Term::small(min).raw());
            self.words.push((max - min + 1) as u64);
            self.rel(base, default);
            table.sort_unstable_by_key(|(word, _)| *word as i64);
            let mut rest = table.into_iter().peekable();
            for n in min..=max {
                let label = match rest.next_if(|(word, _)| *word as i64 >> 2 == n) {
                    Some((_, label)) => label,
                    None => default,
                };
                self.rel(base, label);
            }
            return;
        }
        let op = if table.len() > 6 {
            table.sort_unstable_by_key(|(word, _)| *word);
            I::SwitchSorted
        } else {
            I::Switch
        };
        // A sorted table may have more cases than 16 bits count.
        self.push(op, r.0, table.len() as u16, (table.len() >> 16) as u16);
        self.rel(base, default);
        for (word, label) in table {
            self.words.push(word);
            self.rel(base, label);
        }
    }

    pub(super) fn arith(&mut self, op: Arith, dst: Reg, a: Src, b: Src) {
        let rr = match op {
            Arith::Add => Some(I::AddRR),
            Arith::Sub => Some(I::SubRR),
            Arith::Mul => Some(I::MulRR),
            Arith::FloatDiv => Some(I::FloatDivRR),
            Arith::Div => Some(I::DivRR),
            Arith::Rem => Some(I::RemRR),
            Arith::Band => Some(I::BandRR),
            Arith::Bor => Some(I::BorRR),
            Arith::Bxor => Some(I::BxorRR),
            Arith::Bsl | Arith::Bsr => None,
        };
        let rc = |n: i64| match op {
            Arith::Add => Some(I::AddRC),
            Arith::Sub => Some(I::SubRC),
            Arith::Mul => Some(I::MulRC),
            Arith::Div if n > 1 && n & (n - 1) == 0 => Some(I::DivPow),
            Arith::Div if n.unsigned_abs() >= 3 => Some(I::DivRC),
            Arith::Rem if n > 0 && n & (n - 1) == 0 => Some(I::RemPow),
            Arith::Rem if n.unsigned_abs() >= 3 => Some(I::RemRC),
            Arith::Band => Some(I::BandRC),
            Arith::Bor => Some(I::BorRC),
            Arith::Bxor => Some(I::BxorRC),
            Arith::Bsl if (0..62).contains(&n) => Some(I::BslRC),
            Arith::Bsr if (0..62).contains(&n) => Some(I::BsrRC),
            _ => None,
        };
        let turns = matches!(
            op,
            Arith::Add | Arith::Mul | Arith::Band | Arith::Bor | Arith::Bxor
        );
        match (a, b) {
            (Src::Reg(a), Src::Reg(b)) if let Some(op) = rr => self.push(op, dst.0, a.0, b.0),
            (Src::Reg(r), Src::Small(n)) if let Some(op @ (I::DivRC | I::RemRC)) = rc(n) => {
                let reciprocal = Reciprocal::of(n.unsigned_abs());
                self.push(op, dst.0, r.0, reciprocal.shift as u16);
                self.words.push(Term::small(n).raw());
                self.words.push(reciprocal.magic);
            }
            (Src::Reg(r), Src::Small(n)) if let Some(op) = rc(n) => {
                self.push(op, dst.0, r.0, 0);
                self.words.push(Term::small(n).raw());
            }
            (Src::Small(n), Src::Reg(r)) if turns && let Some(op) = rc(n) => {
                self.push(op, dst.0, r.0, 1);
                self.words.push(Term::small(n).raw());
            }
            (Src::Small(n), Src::Reg(r)) if op == Arith::Sub => {
                self.push(I::SubCR, dst.0, r.0, 0);
                self.words.push(Term::small(n).raw());
            }
            _ => {
                self.push(I::ArithX, dst.0, op as u16, 0);
                self.src(a);
                self.src(b);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn bif(
        &mut self,
        function: &Function,
        at: usize,
        bif: Bif,
        dst: Reg,
        args: &[Src],
        fail: Option<Label>,
        live: Live,
    ) {
        let one = match bif {
            Bif::Hd => Some(I::HdR),
            Bif::Tl => Some(I::TlR),
            Bif::TupleSize => Some(I::TupleSizeR),
            Bif::ByteSize => Some(I::ByteSizeR),
            Bif::Length => Some(I::LengthR),
            Bif::MapSize => Some(I::MapSizeR),
            _ => None,
        };
        match (bif, args) {
            (Bif::SelfPid, _) => return self.push(I::SelfPid, dst.0, 0, 0),
            (_, [Src::Reg(r)]) if let Some(op) = one => self.push(op, dst.0, r.0, 0),
            (Bif::Element, [Src::Small(n), Src::Reg(r)]) if *n > 0 => {
                self.push(I::ElementC, dst.0, r.0, 0);
                self.words.push(*n as u64 - 1);
            }
            (Bif::Element, [Src::Reg(index), Src::Reg(r)]) => self.push(I::ElementRR, dst.0, index.0, r.0),
            (Bif::Max, [Src::Reg(a), Src::Reg(b)]) => self.push(I::MaxRR, dst.0, a.0, b.0),
            (Bif::Min, [Src::Reg(a), Src::Reg(b)]) => self.push(I::MinRR, dst.0, a.0, b.0),
            _ => {
                self.push(I::Bif, dst.0, bif as u16, args.len() as u16);
                self.site(function, at, Some(live), fail);
                args.iter().for_each(|a| self.src(*a));
                return;
            }
        }
        self.site(function, at, Some(live), fail);
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn bin_get(
        &mut self,
        function: &Function,
        at: usize,
        dst: Reg,
        ctx: Reg,
        ty: &SegType,
        size: Option<Src>,
        fail: Label,
        live: Live,
    ) {
        let base = self.here();
        let bits = match size {
            Some(Src::Small(n)) if n >= 0 => Some(n as u64 * ty.unit as u64),
            _ => None,
        };
        let plain = ty.kind == SegKind::Integer && !ty.signed;
        match bits {
            Some(8) if plain => {
                self.push(I::BinGetByte, dst.0, ctx.0, 0);
                self.rel(base, fail);
            }
            Some(bits @ (16 | 24 | 32 | 40 | 48 | 56)) if plain && ty.endian == Endian::Big => {
                self.push(I::BinGetBytes, dst.0, ctx.0, bits as u16);
                self.rel(base, fail);
                self.site(function, at, Some(live), None);
            }
            _ if ty.kind == SegKind::Utf8 => {
                self.push(I::BinGetUtf8, dst.0, ctx.0, 0);
                self.rel(base, fail);
            }
            _ => {
                self.push(I::BinGet, dst.0, ctx.0, 0);
                self.words.push(type_word(ty));
                match size {
                    Some(size) => self.src(size),
                    None => self.words.push(Term::NONE.raw()),
                }
                self.rel(base, fail);
                self.site(function, at, Some(live), None);
            }
        }
    }
}

pub fn type_op(ty: Type) -> I {
    match ty {
        Type::Atom => I::IsAtom,
        Type::Boolean => I::IsBoolean,
        Type::Integer => I::IsInteger,
        Type::Float => I::IsFloat,
        Type::Number => I::IsNumber,
        Type::List => I::IsList,
        Type::Cons => I::IsCons,
        Type::Nil => I::IsNil,
        Type::Tuple => I::IsTuple,
        Type::Map => I::IsMap,
        Type::Binary => I::IsBinary,
        Type::Bitstring => I::IsBitstring,
        Type::Function => I::IsFunction,
        Type::Pid => I::IsPid,
        Type::Port => I::IsPort,
        Type::Reference => I::IsReference,
    }
}

/// A segment's type in one word: kind, unit, signed, little.
pub fn type_word(ty: &SegType) -> u64 {
    ty.kind as u64
        | (ty.unit as u64) << 8
        | (ty.signed as u64) << 24
        | ((ty.endian != Endian::Big) as u64) << 25
}
