//! Numbers: `:erlang`'s operators on integers and floats, rounding. The functions by name are also what the
//! interpreter calls when its own fast path does not apply.

use super::{Native, NativeResult, Stop};
use crate::heap::Heap;
use crate::term::Term;
use crate::term::big::Big;
use crate::term::limbs::{self, Limbs};
use std::cmp::Ordering;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "+", 2, |ctx, args| add(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "-", 2, |ctx, args| sub(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "*", 2, |ctx, args| mul(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "/", 2, |ctx, args| {
        float_div(ctx.heap(), args[0], args[1])
    }),
    Native::plain("erlang", "div", 2, |ctx, args| div(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "rem", 2, |ctx, args| rem(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "band", 2, |ctx, args| {
        band(ctx.heap(), args[0], args[1])
    }),
    Native::plain("erlang", "bor", 2, |ctx, args| bor(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bxor", 2, |ctx, args| {
        bxor(ctx.heap(), args[0], args[1])
    }),
    Native::plain("erlang", "bsl", 2, |ctx, args| bsl(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bsr", 2, |ctx, args| bsr(ctx.heap(), args[0], args[1])),
    Native::plain("erlang", "bnot", 1, |ctx, args| bnot(ctx.heap(), args[0])),
    Native::plain("erlang", "-", 1, |ctx, args| neg(ctx.heap(), args[0])),
    Native::plain("erlang", "+", 1, |_, args| plus(args[0])),
    Native::plain("erlang", "abs", 1, |ctx, args| abs(ctx.heap(), args[0])),
    Native::plain("erlang", "round", 1, |ctx, args| round(ctx.heap(), args[0])),
    Native::plain("erlang", "trunc", 1, |ctx, args| trunc(ctx.heap(), args[0])),
    Native::plain("erlang", "floor", 1, |ctx, args| floor(ctx.heap(), args[0])),
    Native::plain("erlang", "ceil", 1, |ctx, args| ceil(ctx.heap(), args[0])),
    Native::plain("erlang", "float", 1, |ctx, args| float(ctx.heap(), args[0])),
];

/// The most bits of an integer, as on OTP.
const MOST_BITS: usize = 4_194_304;

/// Sign and magnitude of an integer; a small one's limb is put into `buffer`.
fn parts(term: Term, buffer: &mut [u64; 1]) -> Option<(bool, &[u64])> {
    if term.is_small() {
        let value = term.small_value();
        buffer[0] = value.unsigned_abs();
        return Some((value < 0, if value == 0 { &[] } else { &buffer[..] }));
    }
    Big::of(term).map(|big| (big.negative, big.limbs))
}

fn finite(heap: &mut Heap, value: f64) -> NativeResult {
    if value.is_finite() {
        Ok(heap.float(value))
    } else {
        Err(Stop::Badarith)
    }
}

/// Both as floats, if one is a float and the other a number.
#[inline]
fn floats(a: Term, b: Term) -> Result<Option<(f64, f64)>, Stop> {
    if !a.is_float() && !b.is_float() {
        return Ok(None);
    }
    match (a.to_f64(), b.to_f64()) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        _ => Err(Stop::Badarith),
    }
}

fn large(heap: &mut Heap, negative: bool, limbs: &Limbs) -> NativeResult {
    if limbs.len() > MOST_BITS / 64 {
        return Err(Stop::SystemLimit);
    }
    Ok(heap.big(negative, limbs))
}

pub fn add(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if a.is_small() && b.is_small() {
        return Ok(heap.integer(a.small_value() + b.small_value()));
    }
    if let Some((a, b)) = floats(a, b)? {
        return finite(heap, a + b);
    }
    signed_sum(heap, a, b, false)
}

pub fn sub(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if a.is_small() && b.is_small() {
        return Ok(heap.integer(a.small_value() - b.small_value()));
    }
    if let Some((a, b)) = floats(a, b)? {
        return finite(heap, a - b);
    }
    signed_sum(heap, a, b, true)
}

/// `a + b`, or `a - b` if `negate`.
fn signed_sum(heap: &mut Heap, a: Term, b: Term, negate: bool) -> NativeResult {
    let (mut x, mut y) = ([0], [0]);
    let (Some((a_negative, a)), Some((b_negative, b))) = (parts(a, &mut x), parts(b, &mut y)) else {
        return Err(Stop::Badarith);
    };
    let b_negative = b_negative != negate;
    if a_negative == b_negative {
        return large(heap, a_negative, &limbs::add(a, b));
    }
    match limbs::compare(a, b) {
        Ordering::Less => large(heap, b_negative, &limbs::sub(b, a)),
        Ordering::Equal => Ok(Term::ZERO),
        Ordering::Greater => large(heap, a_negative, &limbs::sub(a, b)),
    }
}

pub fn mul(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if a.is_small() && b.is_small() {
        return Ok(heap.integer(a.small_value() as i128 * b.small_value() as i128));
    }
    if let Some((a, b)) = floats(a, b)? {
        return finite(heap, a * b);
    }
    let (mut x, mut y) = ([0], [0]);
    let (Some((a_negative, a)), Some((b_negative, b))) = (parts(a, &mut x), parts(b, &mut y)) else {
        return Err(Stop::Badarith);
    };
    if a.len() + b.len() > MOST_BITS / 64 + 1 {
        return Err(Stop::SystemLimit);
    }
    large(heap, a_negative != b_negative, &limbs::mul(a, b))
}

pub fn float_div(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    match (a.to_f64(), b.to_f64()) {
        (Some(_), Some(0.0)) => Err(Stop::Badarith),
        (Some(a), Some(b)) => finite(heap, a / b),
        _ => Err(Stop::Badarith),
    }
}

pub fn div(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if b == Term::ZERO {
        return Err(Stop::Badarith);
    }
    if a.is_small() && b.is_small() {
        return Ok(heap.integer(a.small_value() / b.small_value()));
    }
    let (mut x, mut y) = ([0], [0]);
    match (parts(a, &mut x), parts(b, &mut y)) {
        (Some((a_negative, a)), Some((b_negative, b))) => {
            Ok(heap.big(a_negative != b_negative, &limbs::div_rem(a, b).0))
        }
        _ => Err(Stop::Badarith),
    }
}

pub fn rem(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if b == Term::ZERO {
        return Err(Stop::Badarith);
    }
    if a.is_small() && b.is_small() {
        return Ok(Term::small(a.small_value() % b.small_value()));
    }
    let (mut x, mut y) = ([0], [0]);
    match (parts(a, &mut x), parts(b, &mut y)) {
        (Some((a_negative, a)), Some((_, b))) => Ok(heap.big(a_negative, &limbs::div_rem(a, b).1)),
        _ => Err(Stop::Badarith),
    }
}

pub fn neg(heap: &mut Heap, a: Term) -> NativeResult {
    if a.is_small() {
        return Ok(heap.integer(-a.small_value()));
    }
    if let Some(value) = a.as_float() {
        return Ok(heap.float(-value));
    }
    match Big::of(a) {
        Some(big) => Ok(heap.big(!big.negative, big.limbs)),
        None => Err(Stop::Badarith),
    }
}

pub fn plus(a: Term) -> NativeResult {
    if a.is_number() { Ok(a) } else { Err(Stop::Badarith) }
}

pub fn abs(heap: &mut Heap, a: Term) -> NativeResult {
    if a.is_small() {
        return Ok(heap.integer(a.small_value().abs()));
    }
    if let Some(value) = a.as_float() {
        return Ok(heap.float(value.abs()));
    }
    match Big::of(a) {
        Some(big) if big.negative => Ok(heap.big(false, big.limbs)),
        Some(_) => Ok(a),
        None => Err(Stop::Badarg),
    }
}

/// Bit by bit in two's complement.
fn bitwise(heap: &mut Heap, a: Term, b: Term, op: fn(u64, u64) -> u64) -> NativeResult {
    let (mut x, mut y) = ([0], [0]);
    let (Some((a_negative, a)), Some((b_negative, b))) = (parts(a, &mut x), parts(b, &mut y)) else {
        return Err(Stop::Badarith);
    };
    let words = a.len().max(b.len()) + 1;
    let (a, b) = (
        limbs::to_twos(a_negative, a, words),
        limbs::to_twos(b_negative, b, words),
    );
    let result: Limbs = a.iter().zip(&b).map(|(a, b)| op(*a, *b)).collect();
    let (negative, result) = limbs::from_twos(result);
    Ok(heap.big(negative, &result))
}

pub fn band(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if a.is_small() && b.is_small() {
        return Ok(Term::small(a.small_value() & b.small_value()));
    }
    bitwise(heap, a, b, |a, b| a & b)
}

pub fn bor(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if a.is_small() && b.is_small() {
        return Ok(Term::small(a.small_value() | b.small_value()));
    }
    bitwise(heap, a, b, |a, b| a | b)
}

pub fn bxor(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if a.is_small() && b.is_small() {
        return Ok(Term::small(a.small_value() ^ b.small_value()));
    }
    bitwise(heap, a, b, |a, b| a ^ b)
}

pub fn bnot(heap: &mut Heap, a: Term) -> NativeResult {
    if a.is_small() {
        return Ok(Term::small(!a.small_value()));
    }
    if !a.is_big() {
        return Err(Stop::Badarith);
    }
    let negated = neg(heap, a)?;
    sub(heap, negated, Term::small(1))
}

pub fn bsl(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if !a.is_integer() {
        return Err(Stop::Badarith);
    }
    match b.as_small() {
        Some(bits) => shift(heap, a, bits),
        // A shift by a big integer: nothing is left, or nothing could hold it.
        None => match Big::of(b) {
            Some(big) if big.negative => Ok(shifted_out(a)),
            Some(_) if a == Term::ZERO => Ok(a),
            Some(_) => Err(Stop::SystemLimit),
            None => Err(Stop::Badarith),
        },
    }
}

pub fn bsr(heap: &mut Heap, a: Term, b: Term) -> NativeResult {
    if !a.is_integer() {
        return Err(Stop::Badarith);
    }
    match b.as_small() {
        Some(bits) => shift(heap, a, -bits),
        None => match Big::of(b) {
            Some(big) if !big.negative => Ok(shifted_out(a)),
            Some(_) if a == Term::ZERO => Ok(a),
            Some(_) => Err(Stop::SystemLimit),
            None => Err(Stop::Badarith),
        },
    }
}

fn shifted_out(a: Term) -> Term {
    let negative = a
        .as_small()
        .map_or_else(|| Big::of(a).is_some_and(|big| big.negative), |value| value < 0);
    Term::small(if negative { -1 } else { 0 })
}

/// To the left, or to the right if `bits` is negative.
fn shift(heap: &mut Heap, a: Term, bits: i64) -> NativeResult {
    if bits <= 0 {
        let bits = bits.unsigned_abs();
        if let Some(value) = a.as_small() {
            return Ok(Term::small(value >> bits.min(63)));
        }
        let Some(big) = Big::of(a) else {
            return Err(Stop::Badarith);
        };
        if bits as usize >= big.limbs.len() * 64 {
            return Ok(shifted_out(a));
        }
        let bits = bits as usize;
        let shifted = limbs::shr(big.limbs, bits);
        if !big.negative {
            return Ok(heap.big(false, &shifted));
        }
        // Towards minus infinity.
        let lost = big.limbs[..bits / 64].iter().any(|limb| *limb != 0)
            || big.limbs[bits / 64] & ((1u64 << (bits % 64)) - 1) != 0;
        let magnitude = if lost { limbs::add(&shifted, &[1]) } else { shifted };
        return Ok(heap.big(true, &magnitude));
    }
    if let Some(value) = a.as_small() {
        if value == 0 {
            return Ok(a);
        }
        if bits < 64 {
            return Ok(heap.integer((value as i128) << bits));
        }
    }
    let mut buffer = [0];
    let Some((negative, magnitude)) = parts(a, &mut buffer) else {
        return Err(Stop::Badarith);
    };
    if bits as u64 >= MOST_BITS as u64 || magnitude.len() * 64 + bits as usize > MOST_BITS + 64 {
        return Err(Stop::SystemLimit);
    }
    large(heap, negative, &limbs::shl(magnitude, bits as usize))
}

/// The integer of a float without a fraction.
pub fn integral(heap: &mut Heap, value: f64) -> Term {
    if value.abs() < 9.0e18 {
        return heap.integer(value as i64);
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as usize - 1075;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    heap.big(value < 0.0, &limbs::shl(&[mantissa], exponent))
}

fn rounded(heap: &mut Heap, a: Term, how: fn(f64) -> f64) -> NativeResult {
    if a.is_integer() {
        return Ok(a);
    }
    match a.as_float() {
        Some(value) => Ok(integral(heap, how(value))),
        None => Err(Stop::Badarg),
    }
}

/// Halves away from zero.
pub fn round(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::round)
}

pub fn trunc(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::trunc)
}

pub fn floor(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::floor)
}

pub fn ceil(heap: &mut Heap, a: Term) -> NativeResult {
    rounded(heap, a, f64::ceil)
}

pub fn float(heap: &mut Heap, a: Term) -> NativeResult {
    if a.is_float() {
        return Ok(a);
    }
    match a.to_f64() {
        Some(value) => Ok(heap.float(value)),
        None => Err(Stop::Badarg),
    }
}
