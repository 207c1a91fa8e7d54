//! Arithmetic that does not stay within small integers and immediate floats, and guard functions.

use super::native::{bif_error, op_error};
use super::{call, compare};
use crate::atom::known;
use crate::bytecode::ops::{Arith, Bif, Unary};
use crate::code::Site;
use crate::exec::isa::I;
use crate::exec::machine::{Machine, Step, field_a, field_b, field_c, word_at};
use crate::natives::{Class, NativeResult, Stop, arith};
use crate::term::Term;
use crate::term::bits::Bits;

pub(crate) fn arith_of(number: usize) -> Arith {
    const ALL: [Arith; 11] = [
        Arith::Add,
        Arith::Sub,
        Arith::Mul,
        Arith::FloatDiv,
        Arith::Div,
        Arith::Rem,
        Arith::Band,
        Arith::Bor,
        Arith::Bxor,
        Arith::Bsl,
        Arith::Bsr,
    ];
    ALL[number]
}

/// `:erlang`'s name of an operator.
pub(crate) fn arith_name(op: Arith) -> &'static str {
    match op {
        Arith::Add => "+",
        Arith::Sub => "-",
        Arith::Mul => "*",
        Arith::FloatDiv => "/",
        Arith::Div => "div",
        Arith::Rem => "rem",
        Arith::Band => "band",
        Arith::Bor => "bor",
        Arith::Bxor => "bxor",
        Arith::Bsl => "bsl",
        Arith::Bsr => "bsr",
    }
}

fn compute(m: &mut Machine<'_>, op: Arith, a: Term, b: Term) -> NativeResult {
    let heap = &mut m.p.heap;
    match op {
        Arith::Add => arith::add(heap, a, b),
        Arith::Sub => arith::sub(heap, a, b),
        Arith::Mul => arith::mul(heap, a, b),
        Arith::FloatDiv => arith::float_div(heap, a, b),
        Arith::Div => arith::div(heap, a, b),
        Arith::Rem => arith::rem(heap, a, b),
        Arith::Band => arith::band(heap, a, b),
        Arith::Bor => arith::bor(heap, a, b),
        Arith::Bxor => arith::bxor(heap, a, b),
        Arith::Bsl => arith::bsl(heap, a, b),
        Arith::Bsr => arith::bsr(heap, a, b),
    }
}

/// Any binary arithmetic operation, whatever its form: works out the operands and does it the general way.
#[inline(never)]
pub(crate) fn slow(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let b_reg = |m: &Machine<'_>| m.reg(field_c(pc));
    let constant = Term::from_raw(word_at(pc, 1));
    let a_reg = m.reg(field_b(pc));
    let swapped = field_c(pc) == 1;
    let rc = |op| {
        if swapped {
            (op, constant, a_reg, 2)
        } else {
            (op, a_reg, constant, 2)
        }
    };
    let (op, a, b, at) = match I::of(word_at(pc, 0)) {
        I::AddRR | I::AddRRReturn => (Arith::Add, a_reg, b_reg(m), 1),
        I::SubRR => (Arith::Sub, a_reg, b_reg(m), 1),
        I::MulRR => (Arith::Mul, a_reg, b_reg(m), 1),
        I::DivRR => (Arith::Div, a_reg, b_reg(m), 1),
        I::RemRR => (Arith::Rem, a_reg, b_reg(m), 1),
        I::FloatDivRR => (Arith::FloatDiv, a_reg, b_reg(m), 1),
        I::BandRR => (Arith::Band, a_reg, b_reg(m), 1),
        I::BorRR => (Arith::Bor, a_reg, b_reg(m), 1),
        I::BxorRR => (Arith::Bxor, a_reg, b_reg(m), 1),
        I::AddRC | I::AddRCLoop | I::AddRCCall | I::AddRCReturn => rc(Arith::Add),
        I::SubRC | I::SubRCLoop | I::SubRCCall => (Arith::Sub, a_reg, constant, 2),
        I::SubCR => (Arith::Sub, constant, a_reg, 2),
        I::MulRC => rc(Arith::Mul),
        I::DivRC => (Arith::Div, a_reg, constant, 3),
        I::RemRC => (Arith::Rem, a_reg, constant, 3),
        I::DivPow => (Arith::Div, a_reg, constant, 2),
        I::RemPow | I::RemPowEq => (Arith::Rem, a_reg, constant, 2),
        I::BandRC => rc(Arith::Band),
        I::BorRC => rc(Arith::Bor),
        I::BxorRC => rc(Arith::Bxor),
        I::BslRC => (Arith::Bsl, a_reg, constant, 2),
        I::BsrRC => (Arith::Bsr, a_reg, constant, 2),
        _ => (arith_of(field_b(pc)), m.operand(pc, 1), m.operand(pc, 2), 3),
    };
    let site = m.site(pc, at);
    match compute(m, op, a, b) {
        Ok(value) => done(m, pc, site, value, at + 1),
        Err(_) if !site.fail.is_null() => fail(m, site),
        // As on OTP, a division is no call that a trace could tell of.
        Err(Stop::Badarith) if op == Arith::FloatDiv => {
            m.raise(site, Class::Error, Term::atom(known::BADARITH), Term::NONE)
        }
        Err(stop) => op_error(m, site, arith_name(op), &[a, b], stop),
    }
}

fn done(m: &mut Machine<'_>, pc: *const u64, site: &Site, value: Term, words: usize) -> Step {
    let dst = field_a(pc);
    m.set(dst, value);
    m.settle(site, dst);
    m.next(pc, words)
}

fn fail(m: &mut Machine<'_>, site: &Site) -> Step {
    m.p.exec.pc = site.fail;
    Step::Go
}

#[inline(never)]
pub(crate) fn unary(m: &mut Machine<'_>, pc: *const u64) -> Step {
    const ALL: [Unary; 4] = [Unary::Neg, Unary::Plus, Unary::Bnot, Unary::Not];
    let op = ALL[field_b(pc)];
    let value = m.operand(pc, 1);
    let site = m.site(pc, 2);
    let (name, result) = match op {
        Unary::Neg => ("-", arith::neg(&mut m.p.heap, value)),
        Unary::Plus => (
            "+",
            if value.is_number() {
                Ok(value)
            } else {
                Err(Stop::Badarith)
            },
        ),
        Unary::Bnot => ("bnot", arith::bnot(&mut m.p.heap, value)),
        Unary::Not => ("not", value.as_bool().map(|b| Term::bool(!b)).ok_or(Stop::Badarg)),
    };
    match result {
        Ok(value) => done(m, pc, site, value, 3),
        Err(_) if !site.fail.is_null() => fail(m, site),
        Err(stop) => op_error(m, site, name, &[value], stop),
    }
}

pub(crate) fn bif_of(number: usize) -> Bif {
    const ALL: [Bif; 28] = [
        Bif::Abs,
        Bif::BinaryPart2,
        Bif::BinaryPart3,
        Bif::BitSize,
        Bif::ByteSize,
        Bif::Ceil,
        Bif::Element,
        Bif::Float,
        Bif::Floor,
        Bif::Hd,
        Bif::IsFunction2,
        Bif::IsMapKey,
        Bif::Length,
        Bif::MapGet,
        Bif::MapSize,
        Bif::Max,
        Bif::Min,
        Bif::Node0,
        Bif::Node1,
        Bif::Round,
        Bif::SelfPid,
        Bif::Size,
        Bif::Tl,
        Bif::Trunc,
        Bif::TupleSize,
        Bif::And,
        Bif::Or,
        Bif::Xor,
    ];
    ALL[number]
}

fn bif_name(bif: Bif) -> &'static str {
    match bif {
        Bif::Abs => "abs",
        Bif::BinaryPart2 | Bif::BinaryPart3 => "binary_part",
        Bif::BitSize => "bit_size",
        Bif::ByteSize => "byte_size",
        Bif::Ceil => "ceil",
        Bif::Element => "element",
        Bif::Float => "float",
        Bif::Floor => "floor",
        Bif::Hd => "hd",
        Bif::IsFunction2 => "is_function",
        Bif::IsMapKey => "is_map_key",
        Bif::Length => "length",
        Bif::MapGet => "map_get",
        Bif::MapSize => "map_size",
        Bif::Max => "max",
        Bif::Min => "min",
        Bif::Node0 | Bif::Node1 => "node",
        Bif::Round => "round",
        Bif::SelfPid => "self",
        Bif::Size => "size",
        Bif::Tl => "tl",
        Bif::Trunc => "trunc",
        Bif::TupleSize => "tuple_size",
        Bif::And => "and",
        Bif::Or => "or",
        Bif::Xor => "xor",
    }
}

/// Any guard function, whatever its form.
#[inline(never)]
pub(crate) fn bif(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let mut args = [Term::NONE; 3];
    let b = m.reg(field_b(pc));
    let (bif, count, at, words) = match I::of(word_at(pc, 0)) {
        I::HdR => (Bif::Hd, 1, 1, 2),
        I::TlR => (Bif::Tl, 1, 1, 2),
        I::TupleSizeR => (Bif::TupleSize, 1, 1, 2),
        I::ByteSizeR => (Bif::ByteSize, 1, 1, 2),
        I::LengthR => (Bif::Length, 1, 1, 2),
        I::MapSizeR => (Bif::MapSize, 1, 1, 2),
        I::ElementRR | I::MaxRR | I::MinRR => {
            let bif = match I::of(word_at(pc, 0)) {
                I::ElementRR => Bif::Element,
                I::MaxRR => Bif::Max,
                _ => Bif::Min,
            };
            args[1] = m.reg(field_c(pc));
            (bif, 2, 1, 2)
        }
        I::ElementC => {
            args[1] = b;
            (Bif::Element, 2, 2, 3)
        }
        _ => {
            let count = field_c(pc);
            for (i, arg) in args.iter_mut().enumerate().take(count) {
                *arg = m.operand(pc, 2 + i);
            }
            (bif_of(field_b(pc)), count, 1, 2 + count)
        }
    };
    match I::of(word_at(pc, 0)) {
        I::Bif => {}
        I::ElementC => args[0] = Term::small(word_at(pc, 1) as i64 + 1),
        _ => args[0] = b,
    }
    let site = m.site(pc, at);
    match apply(m, bif, args) {
        Ok(value) => done(m, pc, site, value, words),
        Err(_) if !site.fail.is_null() => fail(m, site),
        Err(stop) => bif_error(m, site, bif_name(bif), &args[..count], stop),
    }
}

fn apply(m: &mut Machine<'_>, bif: Bif, args: [Term; 3]) -> NativeResult {
    let [a, b, c] = args;
    let count = |n: Option<usize>| n.map(|n| Term::small(n as i64)).ok_or(Stop::Badarg);
    match bif {
        Bif::Abs => arith::abs(&mut m.p.heap, a),
        Bif::Ceil => arith::ceil(&mut m.p.heap, a),
        Bif::Floor => arith::floor(&mut m.p.heap, a),
        Bif::Round => arith::round(&mut m.p.heap, a),
        Bif::Trunc => arith::trunc(&mut m.p.heap, a),
        Bif::Float => match a.to_f64() {
            Some(value) => Ok(m.p.heap.float(value)),
            None => Err(Stop::Badarg),
        },
        Bif::BinaryPart2 => match b.pair() {
            Some((start, length)) => binary_part(m, a, start, length),
            None => Err(Stop::Badarg),
        },
        Bif::BinaryPart3 => binary_part(m, a, b, c),
        Bif::BitSize => count(a.bit_size()),
        Bif::ByteSize => count(a.bit_size().map(|bits| bits.div_ceil(8))),
        Bif::Element => {
            let elements = b.tuple().ok_or(Stop::Badarg)?;
            let index = a.as_usize().filter(|n| *n > 0).ok_or(Stop::Badarg)?;
            elements.get(index - 1).copied().ok_or(Stop::Badarg)
        }
        Bif::Hd => a.uncons().map(|(head, _)| head).ok_or(Stop::Badarg),
        Bif::Tl => a.uncons().map(|(_, tail)| tail).ok_or(Stop::Badarg),
        Bif::IsFunction2 => match b.as_small() {
            Some(arity) if arity >= 0 => {
                Ok(Term::bool(call::fun_arity(a).is_some_and(|n| n as i64 == arity)))
            }
            _ if b.is_big() => Ok(Term::FALSE),
            _ => Err(Stop::Badarg),
        },
        Bif::IsMapKey if b.is_map() => Ok(Term::bool(crate::term::map::get(b, a).is_some())),
        Bif::IsMapKey => Err(Stop::BadMap(b)),
        Bif::MapGet if b.is_map() => crate::term::map::get(b, a).ok_or(Stop::BadKey(a)),
        Bif::MapGet => Err(Stop::BadMap(b)),
        Bif::MapSize if a.is_map() => Ok(Term::small(crate::term::map::size(a) as i64)),
        Bif::MapSize => Err(Stop::BadMap(a)),
        Bif::Length => count(a.list_length()),
        Bif::Max => Ok(if compare::less(a, b) { b } else { a }),
        Bif::Min => Ok(if compare::less(b, a) { b } else { a }),
        Bif::Node0 => Ok(m.vm.node()),
        Bif::Node1 if a.is_local_pid() || a.is_port() || a.is_ref() => Ok(m.vm.node()),
        Bif::Node1 => Err(Stop::Badarg),
        Bif::SelfPid => Ok(m.p.pid()),
        Bif::Size => match a.tuple() {
            Some(elements) => Ok(Term::small(elements.len() as i64)),
            None => count(a.bit_size().map(|bits| bits / 8)),
        },
        Bif::TupleSize => count(a.tuple().map(<[Term]>::len)),
        Bif::And | Bif::Or | Bif::Xor => match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok(Term::bool(match bif {
                Bif::And => a && b,
                Bif::Or => a || b,
                _ => a != b,
            })),
            _ => Err(Stop::Badarg),
        },
    }
}

fn binary_part(m: &mut Machine<'_>, binary: Term, start: Term, length: Term) -> NativeResult {
    let bits = Bits::of(binary)
        .filter(|bits| bits.size % 8 == 0)
        .ok_or(Stop::Badarg)?;
    let (start, length) = match (start.as_small(), length.as_small()) {
        (Some(start), Some(length)) if length < 0 => {
            (start.checked_add(length).ok_or(Stop::Badarg)?, -length)
        }
        (Some(start), Some(length)) => (start, length),
        _ => return Err(Stop::Badarg),
    };
    let size = (bits.size / 8) as i64;
    if start < 0 || start > size || length > size - start {
        return Err(Stop::Badarg);
    }
    Ok(m.p.heap.slice(
        bits.original,
        bits.first + start as usize * 8,
        length as usize * 8,
    ))
}
