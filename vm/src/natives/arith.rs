//! Arithmetic on numbers of any kind, as operators and as functions of `:erlang`.

use super::{Native, NativeResult, Stop};
use crate::heap::Heap;
use crate::term::{Integer, Term};
use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{FromPrimitive, Signed, ToPrimitive, Zero};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "+", 2, |ctx, args| add(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "-", 2, |ctx, args| sub(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "*", 2, |ctx, args| mul(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "/", 2, |ctx, args| float_div(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "div", 2, |ctx, args| div(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "rem", 2, |ctx, args| rem(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "band", 2, |ctx, args| band(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bor", 2, |ctx, args| bor(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bxor", 2, |ctx, args| bxor(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bsl", 2, |ctx, args| bsl(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bsr", 2, |ctx, args| bsr(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "-", 1, |ctx, args| neg(ctx.heap(), args[0])),
    Native::plain("erlang", "+", 1, |_, args| if args[0].is_number() { Ok(args[0]) } else { Err(Stop::Badarith) }),
    Native::plain("erlang", "bnot", 1, |ctx, args| bnot(ctx.heap(), args[0])),
    Native::plain("erlang", "abs", 1, |ctx, args| abs(ctx.heap(), args[0])),
    Native::plain("erlang", "ceil", 1, |ctx, args| ceil(ctx.heap(), args[0])),
    Native::plain("erlang", "floor", 1, |ctx, args| floor(ctx.heap(), args[0])),
    Native::plain("erlang", "round", 1, |ctx, args| round(ctx.heap(), args[0])),
    Native::plain("erlang", "trunc", 1, |ctx, args| trunc(ctx.heap(), args[0])),
    Native::plain("erlang", "float", 1, |ctx, args| match args[0].to_f64() {
        Some(value) => Ok(ctx.heap().float(value)),
        None => Err(Stop::Badarg),
    }),
];

/// More bits than this are `system_limit`.
const MOST_BITS: u64 = 1 << 26;

fn float_result(heap: &mut Heap, value: f64) -> NativeResult {
    if value.is_finite() { Ok(heap.float(value)) } else { Err(Stop::Badarith) }
}

/// Both as floats, if one is one and both are numbers.
fn floats(a: Term, b: Term) -> Option<Result<(f64, f64), Stop>> {
    if !a.is_float() && !b.is_float() {
        return None;
    }
    Some(match (a.to_f64(), b.to_f64()) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => Err(Stop::Badarith),
    })
}

fn integers(a: Term, b: Term) -> Result<(Integer, Integer), Stop> {
    match (a.as_integer(), b.as_integer()) {
        (Some(a), Some(b)) => Ok((a, b)),
        _ => Err(Stop::Badarith),
    }
}

fn binary(
    heap: &mut Heap,
    a: Term,
    b: Term,
    small: impl Fn(i128, i128) -> i128,
    big: impl Fn(BigInt, BigInt) -> BigInt,
    float: impl Fn(f64, f64) -> f64,
) -> NativeResult {
    if let Some(both) = floats(a, b) {
        let (a, b) = both?;
        return float_result(heap, float(a, b));
    }
    Ok(match integers(a, b)? {
        (Integer::Small(a), Integer::Small(b)) => heap.integer(small(a as i128, b as i128)),
        (a, b) => {
            let value = big(a.to_bigint(), b.to_bigint());
            if value.bits() > MOST_BITS {
                return Err(Stop::SystemLimit);
            }
            heap.integer(value)
        }
    })
}

pub fn add(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    binary(heap, a, b, |a, b| a + b, |a, b| a + b, |a, b| a + b)
}

pub fn sub(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    binary(heap, a, b, |a, b| a - b, |a, b| a - b, |a, b| a - b)
}

pub fn mul(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    binary(heap, a, b, |a, b| a * b, |a, b| a * b, |a, b| a * b)
}

pub fn float_div(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    match (a.to_f64(), b.to_f64()) {
        (Some(_), Some(0.0)) => Err(Stop::Badarith),
        (Some(a), Some(b)) => float_result(heap, a / b),
        _ => Err(Stop::Badarith),
    }
}

fn divided(
    heap: &mut Heap,
    a: Term,
    b: Term,
    small: impl Fn(i128, i128) -> i128,
    big: impl Fn(&BigInt, &BigInt) -> BigInt,
) -> NativeResult {
    Ok(match integers(a, b)? {
        (_, Integer::Small(0)) => return Err(Stop::Badarith),
        (Integer::Small(a), Integer::Small(b)) => heap.integer(small(a as i128, b as i128)),
        (a, b) => heap.integer(big(&a.to_bigint(), &b.to_bigint())),
    })
}

pub fn div(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    divided(heap, a, b, |a, b| a / b, |a, b| a.div_rem(b).0)
}

pub fn rem(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    divided(heap, a, b, |a, b| a % b, |a, b| a.div_rem(b).1)
}

fn bitwise(
    heap: &mut Heap,
    a: Term,
    b: Term,
    small: impl Fn(i64, i64) -> i64,
    big: impl Fn(BigInt, BigInt) -> BigInt,
) -> NativeResult {
    Ok(match integers(a, b)? {
        (Integer::Small(a), Integer::Small(b)) => heap.integer(small(a, b)),
        (a, b) => heap.integer(big(a.to_bigint(), b.to_bigint())),
    })
}

pub fn band(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    bitwise(heap, a, b, |a, b| a & b, |a, b| a & b)
}

pub fn bor(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    bitwise(heap, a, b, |a, b| a | b, |a, b| a | b)
}

pub fn bxor(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    bitwise(heap, a, b, |a, b| a ^ b, |a, b| a ^ b)
}

pub fn bsl(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    let (a, by) = integers(a, b)?;
    match by {
        Integer::Small(by) if by >= 0 => shift_left(heap, a, by as u64),
        Integer::Small(by) => Ok(shift_right(heap, a, by.unsigned_abs())),
        Integer::Big(by) if by.is_negative() => Ok(shift_right(heap, a, u64::MAX)),
        Integer::Big(_) => shift_left(heap, a, u64::MAX),
    }
}

pub fn bsr(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    let (a, by) = integers(a, b)?;
    match by {
        Integer::Small(by) if by >= 0 => Ok(shift_right(heap, a, by as u64)),
        Integer::Small(by) => shift_left(heap, a, by.unsigned_abs()),
        Integer::Big(by) if by.is_negative() => shift_left(heap, a, u64::MAX),
        Integer::Big(_) => Ok(shift_right(heap, a, u64::MAX)),
    }
}

fn shift_left(heap: &mut Heap, a: Integer, by: u64) -> NativeResult {
    if let Integer::Small(a) = a {
        if a == 0 {
            return Ok(Term::ZERO);
        }
        if by < 64 {
            return Ok(heap.integer((a as i128) << by));
        }
    }
    let a = a.to_bigint();
    if by > MOST_BITS || a.bits() + by > MOST_BITS {
        return Err(Stop::SystemLimit);
    }
    Ok(heap.integer(a << by))
}

fn shift_right(heap: &mut Heap, a: Integer, by: u64) -> Term {
    match a {
        Integer::Small(a) => heap.integer(a >> by.min(63)),
        Integer::Big(a) if by >= a.bits() => Term::small(if a.is_negative() { -1 } else { 0 }),
        Integer::Big(a) => heap.integer(a >> by),
    }
}

pub fn neg(heap: &mut Heap, a: Term) -> NativeResult {
    if let Some(value) = a.as_float() {
        return Ok(heap.float(-value));
    }
    Ok(match a.as_integer().ok_or(Stop::Badarith)? {
        Integer::Small(a) => heap.integer(-(a as i128)),
        Integer::Big(a) => heap.integer(-a),
    })
}

pub fn bnot(heap: &mut Heap, a: Term) -> NativeResult {
    Ok(match a.as_integer().ok_or(Stop::Badarith)? {
        Integer::Small(a) => heap.integer(!a),
        Integer::Big(a) => heap.integer(!a),
    })
}

pub fn abs(heap: &mut Heap, a: Term) -> NativeResult {
    if let Some(value) = a.as_float() {
        return Ok(heap.float(value.abs()));
    }
    Ok(match a.as_integer().ok_or(Stop::Badarg)? {
        Integer::Small(a) => heap.integer((a as i128).abs()),
        Integer::Big(value) if value.is_negative() => heap.integer(-value),
        Integer::Big(_) => a,
    })
}

fn rounded(heap: &mut Heap, a: Term, how: fn(f64) -> f64) -> NativeResult {
    if a.is_integer() {
        return Ok(a);
    }
    let value = how(a.as_float().ok_or(Stop::Badarg)?);
    match value.to_i64() {
        Some(value) => Ok(heap.integer(value)),
        None => Ok(heap.integer(BigInt::from_f64(value).unwrap_or_else(BigInt::zero))),
    }
}

pub fn ceil(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::ceil)
}

pub fn floor(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::floor)
}

pub fn round(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::round)
}

pub fn trunc(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::trunc)
}
