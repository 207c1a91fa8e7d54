//! The internal form of each operation.

use super::select::{type_op, type_word};
use super::src_reg;
use super::writer::Writer;
use crate::bytecode::module::Function;
use crate::bytecode::ops::*;
use crate::code::entry::{ExportEntry, FunEntry};
use crate::exec::isa::I;
use crate::natives::{Kind, Native};
use crate::term::Term;
use crate::term::bits::Bits;
use crate::term::header::{self, header};

impl Writer<'_> {
    /// A branch for a test of one register; constants are moved to the rim by the compiler, so they are tested the slow way.
    pub(super) fn op(&mut self, function: &Function, at: usize, op: &Op) {
        let delta = function.frame + FRAME_HEADER;
        let base = self.here();
        match op {
            Op::Move {
                dst,
                src: Src::Reg(src),
            } => self.push(I::MoveR, dst.0, src.0, 0),
            Op::Move { dst, src } => {
                self.push(I::MoveC, dst.0, 0, 0);
                self.src(*src);
            }
            Op::Jump { to } => self.branch(I::Jump, 0, *to),
            Op::Loop { to, live } => {
                self.branch(I::Loop, 0, *to);
                self.site(function, at, Some(*live), None);
            }
            Op::Truthy { src, fail } => match src {
                Src::Reg(r) => self.branch(I::Truthy, r.0, *fail),
                Src::Atom(a) if a.as_str() == "nil" || a.as_str() == "false" => {
                    self.branch(I::Jump, 0, *fail)
                }
                _ => {}
            },
            Op::True { src, fail } => self.same(Cond::Same, *src, Src::Atom(crate::atom::known::TRUE), *fail),
            Op::Test {
                ty,
                src: Src::Reg(r),
                fail,
            } => self.branch(type_op(*ty), r.0, *fail),
            Op::Test { ty, src, fail } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                if !crate::exec::ops::test::is(*ty, value) {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::TupleArity {
                src: Src::Reg(r),
                arity,
                fail,
            } => {
                self.branch(I::TupleArity, r.0, *fail);
                self.words.push(header(header::Kind::Tuple, *arity as usize));
            }
            Op::TupleArity { src, arity, fail } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                if value
                    .tuple()
                    .is_none_or(|elements| elements.len() != *arity as usize)
                {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::Tagged {
                src: Src::Reg(r),
                arity,
                tag,
                fail,
            } => {
                self.branch(I::Tagged, r.0, *fail);
                self.words.push(header(header::Kind::Tuple, *arity as usize));
                self.words.push(Term::atom(*tag).raw());
            }
            Op::Tagged {
                src,
                arity,
                tag,
                fail,
            } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                let good = value.tuple().is_some_and(|elements| {
                    elements.len() == *arity as usize && elements.first() == Some(&Term::atom(*tag))
                });
                if !good {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::FunArity {
                src: Src::Reg(r),
                arity,
                fail,
            } => {
                self.branch(I::FunArity, r.0, *fail);
                self.words.push(*arity as u64);
            }
            Op::FunArity { src, arity, fail } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                if crate::exec::ops::call::fun_arity(value) != Some(*arity) {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::Compare { cond, a, b, fail } => self.compare(*cond, *a, *b, *fail),
            Op::CompareTo { cond, dst, a, b } => {
                self.push(I::CompareTo, dst.0, *cond as u16, 0);
                self.src(*a);
                self.src(*b);
            }
            Op::TestTo { ty, dst, src } => {
                self.push(I::TestTo, dst.0, *ty as u16, 0);
                self.src(*src);
            }
            Op::Switch { src, cases, default } => self.switch(*src, cases, *default),
            Op::SwitchArity {
                src: Src::Reg(r),
                cases,
                default,
            } => {
                self.push(I::SwitchArity, r.0, cases.len() as u16, 0);
                self.rel(base, *default);
                for (arity, label) in cases {
                    self.words.push(header(header::Kind::Tuple, *arity as usize));
                    self.rel(base, *label);
                }
            }
            Op::SwitchArity { src, cases, default } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                let arity = value.tuple().map(|elements| elements.len() as u32);
                let label = cases
                    .iter()
                    .find(|(n, _)| Some(*n) == arity)
                    .map_or(*default, |(_, label)| *label);
                self.branch(I::Jump, 0, label);
            }
            Op::Cons {
                dst,
                head: Src::Reg(h),
                tail: Src::Reg(t),
                live,
            } => {
                self.push(I::ConsRR, dst.0, h.0, t.0);
                self.site(function, at, Some(*live), None);
            }
            Op::Cons {
                dst,
                head,
                tail,
                live,
            } => {
                self.push(I::ConsX, dst.0, 0, 0);
                self.src(*head);
                self.src(*tail);
                self.site(function, at, Some(*live), None);
            }
            Op::Tuple { dst, elements, live } => {
                let size = header(header::Kind::Tuple, elements.len());
                if let [Src::Reg(a), Src::Reg(b)] = elements[..] {
                    self.push(I::Tuple2RR, dst.0, a.0, b.0);
                    self.site(function, at, Some(*live), None);
                    self.words.push(size);
                } else {
                    self.push(I::Tuple, dst.0, elements.len() as u16, 0);
                    self.site(function, at, Some(*live), None);
                    self.words.push(size);
                    elements.iter().for_each(|e| self.src(*e));
                }
            }
            Op::Head { dst, src } => self.push(I::Head, dst.0, src.0, 0),
            Op::Tail { dst, src } => self.push(I::Tail, dst.0, src.0, 0),
            Op::Uncons { head, tail, src } => self.push(I::Uncons, head.0, tail.0, src.0),
            Op::Element { dst, src, index } => {
                if *index < 60_000 {
                    self.push(I::Element, dst.0, src.0, *index as u16);
                } else {
                    self.push(I::ElementFar, dst.0, 0, 0);
                    self.words.push(src_reg(src.0));
                    self.words.push(*index as u64);
                }
            }
            Op::Map { dst, pairs, live }
                if let Some((keys, order)) = self.shapes.get(&(self.function, at as u32)) =>
            {
                self.push(I::MapFlat, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.words.push(self.literals[*keys as usize].raw());
                order.iter().for_each(|pair| self.src(pairs[*pair as usize].1));
            }
            Op::Map { dst, pairs, live } => {
                self.push(I::Map, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.pairs(pairs);
            }
            Op::MapPut {
                dst,
                src,
                pairs,
                live,
            } => {
                self.push(I::MapPut, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.src(*src);
                self.pairs(pairs);
            }
            Op::MapUpdate {
                dst,
                src,
                pairs,
                live,
            } => {
                self.push(I::MapUpdate, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.src(*src);
                self.pairs(pairs);
            }
            Op::MapGet { dst, src, key, fail } => {
                self.branch(I::MapGet, dst.0, *fail);
                self.src(*src);
                self.src(*key);
            }
            Op::Fun {
                dst,
                lambda,
                free,
                live,
            } => {
                self.push(I::Fun, dst.0, free.len() as u16, 0);
                self.words
                    .push(self.funs[*lambda as usize] as *const FunEntry as u64);
                self.site(function, at, Some(*live), None);
                free.iter().for_each(|f| self.src(*f));
            }
            Op::Arith {
                op,
                dst,
                a,
                b,
                fail,
                live,
            } => {
                self.arith(*op, *dst, *a, *b);
                self.site(function, at, Some(*live), *fail);
            }
            Op::Unary {
                op,
                dst,
                src,
                fail,
                live,
            } => {
                self.push(I::Unary, dst.0, *op as u16, 0);
                self.src(*src);
                self.site(function, at, Some(*live), *fail);
            }
            Op::Bif {
                bif,
                dst,
                args,
                fail,
                live,
            } => self.bif(function, at, *bif, *dst, args, *fail, *live),
            Op::Call {
                function: callee,
                dst,
                live,
            } => {
                let target = &self.functions[*callee as usize];
                let need = target.frame + FRAME_HEADER + target.out;
                self.push(I::Call, dst.0, delta, need);
                self.calls.push((self.here(), *callee));
                self.words.push(0);
                self.site(function, at, Some(*live), None);
            }
            Op::TailCall { function: callee } => {
                let target = &self.functions[*callee as usize];
                let need = target.frame + FRAME_HEADER + target.out;
                self.push(I::TailCall, target.arity as u16, delta, need);
                self.calls.push((self.here(), *callee));
                self.words.push(0);
            }
            Op::CallExt { mfa, dst, live } => {
                match (self.natives)(mfa) {
                    Some(native) if let Kind::Plain(code) = native.kind => {
                        self.push(I::CallNative, dst.0, delta, mfa.arity as u16);
                        self.words.push(code as usize as u64);
                        self.words.push(native as *const Native as u64);
                    }
                    _ => {
                        self.push(I::CallExt, dst.0, delta, mfa.arity as u16);
                        self.words
                            .push(self.exports.of(*mfa) as *const ExportEntry as u64);
                    }
                }
                self.site(function, at, Some(*live), None);
            }
            Op::TailCallExt { mfa } => {
                match (self.natives)(mfa) {
                    Some(native) if let Kind::Plain(code) = native.kind => {
                        self.push(I::TailCallNative, 0, delta, mfa.arity as u16);
                        self.words.push(code as usize as u64);
                        self.words.push(native as *const Native as u64);
                    }
                    _ => {
                        self.push(I::TailCallExt, mfa.arity as u16, delta, 0);
                        self.words
                            .push(self.exports.of(*mfa) as *const ExportEntry as u64);
                    }
                }
                self.site(function, at, None, None);
            }
            Op::CallFun {
                fun,
                arity,
                dst,
                live,
            } => {
                self.push(I::CallFun, dst.0, delta, *arity as u16);
                self.src(*fun);
                self.site(function, at, Some(*live), None);
            }
            Op::TailCallFun { fun, arity } => {
                self.push(I::TailCallFun, 0, delta, *arity as u16);
                self.src(*fun);
                self.site(function, at, None, None);
            }
            Op::CallDynamic {
                module,
                function: name,
                arity,
                dst,
                live,
            } => {
                self.push(I::CallDynamic, dst.0, delta, *arity as u16);
                self.src(*module);
                self.src(*name);
                self.site(function, at, Some(*live), None);
            }
            Op::TailCallDynamic {
                module,
                function: name,
                arity,
            } => {
                self.push(I::TailCallDynamic, 0, delta, *arity as u16);
                self.src(*module);
                self.src(*name);
                self.site(function, at, None, None);
            }
            Op::Return { src: Src::Reg(r) } => self.push(I::ReturnR, r.0, 0, 0),
            Op::Return { src } => {
                self.push(I::ReturnC, 0, 0, 0);
                self.src(*src);
            }
            Op::Raise {
                class,
                reason,
                stacktrace,
            } => {
                self.push(I::Raise, 0, 0, 0);
                self.src(*class);
                self.src(*reason);
                match stacktrace {
                    Some(src) => self.src(*src),
                    None => self.words.push(Term::NONE.raw()),
                }
                self.site(function, at, None, None);
            }
            Op::Fail { failure, args } => {
                self.push(I::Fail, *failure as u16, args.len() as u16, 0);
                self.site(function, at, None, None);
                args.iter().for_each(|a| self.src(*a));
            }
            Op::Stacktrace { dst, src, live } => {
                self.push(I::Stacktrace, dst.0, src.0, 0);
                self.site(function, at, Some(*live), None);
            }
            Op::Send {
                dst,
                to,
                message,
                live,
            } => {
                self.push(I::Send, dst.0, 0, 0);
                self.src(*to);
                self.src(*message);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvRef { src } => {
                self.push(I::RecvRef, 0, 0, 0);
                self.src(*src);
            }
            Op::RecvPeek { dst, wait, live } => {
                self.branch(I::RecvPeek, dst.0, *wait);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvTake => self.push(I::RecvTake, 0, 0, 0),
            Op::RecvNext { to, live } => {
                self.branch(I::RecvNext, 0, *to);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvWait { to, live } => {
                self.branch(I::RecvWait, 0, *to);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvWaitFor { timeout, to, live } => {
                self.branch(I::RecvWaitFor, 0, *to);
                self.src(*timeout);
                self.site(function, at, Some(*live), None);
            }
            Op::Bin { dst, segments, live } => {
                self.push(I::Bin, dst.0, segments.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                for segment in segments {
                    self.words.push(type_word(&segment.ty));
                    self.src(segment.value);
                    match segment.size {
                        Some(size) => self.src(size),
                        None => self.words.push(Term::NONE.raw()),
                    }
                }
            }
            Op::BinStart { dst, src, fail, live } => {
                self.branch(I::BinStart, dst.0, *fail);
                self.src(*src);
                self.site(function, at, Some(*live), None);
            }
            Op::BinGet {
                dst,
                ctx,
                ty,
                size,
                fail,
                live,
            } => self.bin_get(function, at, *dst, *ctx, ty, *size, *fail, *live),
            Op::BinSkip {
                ctx,
                size,
                unit,
                fail,
            } => {
                self.push(I::BinSkip, ctx.0, *unit, 0);
                self.src(*size);
                self.rel(base, *fail);
            }
            Op::BinSkipUtf { ctx, ty, fail } => {
                self.push(I::BinSkipUtf, ctx.0, 0, 0);
                self.words.push(type_word(ty));
                self.rel(base, *fail);
            }
            Op::BinLiteral { ctx, bytes, fail } => {
                self.push(I::BinLiteral, ctx.0, 0, 0);
                let literal = self.literals[*bytes as usize];
                let bytes = Bits::of(literal).and_then(|bits| bits.as_bytes()).unwrap_or(&[]);
                self.words.push(bytes.as_ptr() as u64);
                self.words.push(bytes.len() as u64);
                self.rel(base, *fail);
            }
            Op::BinRest {
                dst,
                ctx,
                unit,
                fail,
                live,
            } => {
                self.push(I::BinRest, dst.0, ctx.0, *unit);
                self.rel(base, *fail);
                self.site(function, at, Some(*live), None);
            }
            Op::BinRestUnit { ctx, unit, fail } => {
                self.branch(I::BinRestUnit, ctx.0, *fail);
                self.words.push(*unit as u64);
            }
            Op::BinEnd { ctx, fail } => self.branch(I::BinEnd, ctx.0, *fail),
            Op::BinPosition { dst, ctx } => self.push(I::BinPosition, dst.0, ctx.0, 0),
            Op::BinSeek { ctx, position } => {
                self.push(I::BinSeek, ctx.0, 0, 0);
                self.src(*position);
            }
        }
    }
}
