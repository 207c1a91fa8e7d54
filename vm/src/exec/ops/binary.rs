//! Building and matching bitstrings.
//!
//! A match context is a boxed object: the heap or shared binary, the position and the end in bits, and the position
//! where it was opened, from which it stands for the bitstring that was matched.

use crate::atom::{Atom, known};
use crate::bytecode::ops::{Endian, SegKind, SegType};
use crate::code::Site;
use crate::exec::machine::{Machine, Step, field_a, field_b, field_c, word_at};
use crate::exec::trace;
use crate::heap::Heap;
use crate::natives::Class;
use crate::term::Term;
use crate::term::bits::{Bits, copy_bits, orig_bytes};
use crate::term::header::{self, Kind};
use num_bigint::{BigInt, Sign};
use smallvec::SmallVec;

fn type_of(word: u64) -> SegType {
    const KINDS: [SegKind; 6] = [
        SegKind::Integer,
        SegKind::Float,
        SegKind::Bits,
        SegKind::Utf8,
        SegKind::Utf16,
        SegKind::Utf32,
    ];
    SegType {
        kind: KINDS[word as u8 as usize],
        unit: (word >> 8) as u16,
        signed: word >> 24 & 1 == 1,
        endian: if word >> 25 & 1 == 1 {
            Endian::Little
        } else {
            Endian::Big
        },
    }
}

/// The longest bitstring, in bits.
const MOST_BITS: u64 = 1 << 40;

// ---- building

/// Bits under construction.
#[derive(Default)]
struct Bitbuf {
    bytes: SmallVec<[u8; 256]>,
    bits: usize,
}

impl Bitbuf {
    /// The low `count` bits (at most 64) of `value`.
    fn put(&mut self, value: u64, count: usize) {
        if count == 0 {
            return;
        }
        let value = if count == 64 {
            value
        } else {
            value & ((1 << count) - 1)
        };
        if (self.bits | count).is_multiple_of(8) {
            self.bytes
                .extend_from_slice(&value.to_be_bytes()[8 - count / 8..]);
        } else {
            let mut left = count;
            while left > 0 {
                let used = self.bits % 8;
                if used == 0 {
                    self.bytes.push(0);
                }
                let take = (8 - used).min(left);
                let part = (value >> (left - take)) as u8 & (0xffu16 >> (8 - take)) as u8;
                if let Some(last) = self.bytes.last_mut() {
                    *last |= part << (8 - used - take);
                }
                self.bits += take;
                left -= take;
            }
            return;
        }
        self.bits += count;
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        if self.bits.is_multiple_of(8) {
            self.bytes.extend_from_slice(bytes);
            self.bits += bytes.len() * 8;
        } else {
            bytes.iter().for_each(|byte| self.put(*byte as u64, 8));
        }
    }

    /// Bits of another bitstring, from its first on.
    fn put_bits(&mut self, bits: &Bits, count: usize) {
        let at = self.bits;
        self.bytes.resize((at + count).div_ceil(8), 0);
        copy_bits(bits.base, bits.first, &mut self.bytes, at, count);
        self.bits += count;
    }

    fn put_integer(&mut self, value: &Term, count: usize, little: bool) {
        if let Some(small) = value.as_small() {
            if count <= 64 && !little {
                return self.put(small as u64, count);
            }
            let fill = if small < 0 { 0xff } else { 0 };
            let low = small.to_le_bytes();
            let byte = |i: usize| low.get(i).copied().unwrap_or(fill);
            return self.put_le(byte, count, little);
        }
        let big = value.to_bigint().unwrap_or_default();
        let fill = if big.sign() == Sign::Minus { 0xff } else { 0 };
        let low = big.to_signed_bytes_le();
        self.put_le(|i| low.get(i).copied().unwrap_or(fill), count, little);
    }

    /// A number whose bytes are known from the lowest up.
    fn put_le(&mut self, byte: impl Fn(usize) -> u8, count: usize, little: bool) {
        let (whole, rest) = (count / 8, count % 8);
        let part = |out: &mut Self| {
            if rest > 0 {
                out.put(byte(whole) as u64, rest);
            }
        };
        if little {
            (0..whole).for_each(|i| self.put(byte(i) as u64, 8));
            part(self);
        } else {
            part(self);
            (0..whole).rev().for_each(|i| self.put(byte(i) as u64, 8));
        }
    }
}

/// Why a segment cannot be built.
struct Bad {
    index: usize,
    kind: &'static str,
    why: &'static str,
    value: Term,
    limit: bool,
}

fn kind_name(kind: SegKind) -> &'static str {
    match kind {
        SegKind::Integer => "integer",
        SegKind::Float => "float",
        SegKind::Bits => "binary",
        SegKind::Utf8 => "utf8",
        SegKind::Utf16 => "utf16",
        SegKind::Utf32 => "utf32",
    }
}

/// `{dst n _} [site] ([type] [value] [size])*`
#[inline(never)]
pub(crate) fn build(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let count = field_b(pc);
    let site = m.site(pc, 1);
    let mut out = Bitbuf::default();
    let mut front = Term::NONE;
    for i in 0..count {
        let at = 2 + 3 * i;
        let ty = type_of(word_at(pc, at));
        let value = m.operand(pc, at + 1);
        let size = word_at(pc, at + 2);
        let size = if size == Term::NONE.raw() {
            None
        } else {
            Some(m.src(size))
        };
        if i == 0
            && count > 1
            && size.is_none()
            && ty.kind == SegKind::Bits
            && value.bit_size().is_some_and(|bits| bits % 8 == 0)
        {
            front = value;
            continue;
        }
        if let Err(mut bad) = segment(&mut out, &ty, value, size) {
            bad.index = i + 1;
            return bad_segment(m, site, bad);
        }
    }
    let value = if front.is_none() {
        m.p.heap.bitstring(&out.bytes, out.bits)
    } else {
        m.p.heap.append(front, &out.bytes, out.bits)
    };
    let dst = field_a(pc);
    m.set(dst, value);
    m.settle(site, dst);
    m.next(pc, 2 + 3 * count)
}

fn segment(out: &mut Bitbuf, ty: &SegType, value: Term, size: Option<Term>) -> Result<(), Bad> {
    let bad = |why: &'static str, value: Term| Bad {
        index: 0,
        kind: kind_name(ty.kind),
        why,
        value,
        limit: false,
    };
    let bits = match size {
        None => None,
        Some(size) => match size.as_small() {
            Some(n) if n >= 0 => match (n as u64).checked_mul(ty.unit as u64) {
                Some(bits) if bits < MOST_BITS => Some(bits as usize),
                _ => {
                    return Err(Bad {
                        limit: true,
                        ..bad("size", size)
                    });
                }
            },
            _ => return Err(bad("size", size)),
        },
    };
    match ty.kind {
        SegKind::Integer => {
            if !value.is_integer() {
                return Err(bad("type", value));
            }
            out.put_integer(&value, bits.unwrap_or(8), ty.endian != Endian::Big);
        }
        SegKind::Float => {
            let bits = bits.unwrap_or(64);
            if !value.is_number() {
                return Err(bad("type", value));
            }
            if !matches!(bits, 16 | 32 | 64) {
                return Err(bad("invalid", Term::small(bits as i64)));
            }
            let Some(number) = value.to_f64() else {
                return Err(bad("no_float", value));
            };
            let word = match bits {
                16 => half_of(number) as u64,
                32 => (number as f32).to_bits() as u64,
                _ => number.to_bits(),
            };
            if ty.endian == Endian::Big {
                out.put(word, bits);
            } else {
                out.put_le(|i| word.checked_shr(8 * i as u32).unwrap_or(0) as u8, bits, true);
            }
        }
        SegKind::Bits => {
            let Some(source) = Bits::of(value) else {
                return Err(bad("type", value));
            };
            let count = match bits {
                Some(count) if count > source.size => return Err(bad("short", value)),
                Some(count) => count,
                None if source.size % ty.unit as usize != 0 => return Err(bad("unit", value)),
                None => source.size,
            };
            out.put_bits(&source, count);
        }
        SegKind::Utf8 | SegKind::Utf16 | SegKind::Utf32 => {
            let c = value
                .as_small()
                .and_then(|n| u32::try_from(n).ok())
                .and_then(char::from_u32);
            let Some(c) = c else {
                return Err(bad("type", value));
            };
            let little = ty.endian != Endian::Big;
            match ty.kind {
                SegKind::Utf8 => out.put_bytes(c.encode_utf8(&mut [0; 4]).as_bytes()),
                SegKind::Utf16 => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        out.put_bytes(&if little {
                            unit.to_le_bytes()
                        } else {
                            unit.to_be_bytes()
                        });
                    }
                }
                _ => out.put_bytes(&if little {
                    (c as u32).to_le_bytes()
                } else {
                    (c as u32).to_be_bytes()
                }),
            }
        }
    }
    Ok(())
}

#[cold]
fn bad_segment(m: &mut Machine<'_>, site: &Site, bad: Bad) -> Step {
    let heap = &mut m.p.heap;
    let name = |text: &str| Term::atom(Atom::new(text));
    let cause = heap.tuple(&[
        Term::small(bad.index as i64),
        name(bad.kind),
        name(bad.why),
        bad.value,
    ]);
    let info = heap.map_from(&mut [
        (name("cause"), cause),
        (name("function"), name("format_bs_fail")),
        (Term::atom(known::MODULE), name("erl_erts_errors")),
    ]);
    let first = trace::entry(heap, site, None, info);
    let raw = trace::capture(m, None, first);
    let reason = Term::atom(if bad.limit {
        known::SYSTEM_LIMIT
    } else {
        known::BADARG
    });
    m.unwind(Some(site), Class::Error, reason, raw)
}

/// IEEE binary16, rounded to nearest even.
fn half_of(value: f64) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 48) & 0x8000) as u16;
    let magnitude = value.abs();
    if magnitude.is_nan() {
        return sign | 0x7e00;
    }
    if magnitude >= 65520.0 {
        return sign | 0x7c00;
    }
    if magnitude < 6.103515625e-5 {
        // Subnormal: multiples of 2^-24.
        return sign | (magnitude * 16777216.0).round_ties_even() as u16;
    }
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let scaled = (magnitude / 2f64.powi(exponent as i32) * 1024.0).round_ties_even() as u16;
    sign | ((((exponent + 15) as u16) << 10) + (scaled - 1024))
}

fn of_half(half: u16) -> Option<f64> {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((half >> 10) & 31, (half & 1023) as f64);
    match exponent {
        31 => None,
        0 => Some(sign * fraction / 16777216.0),
        _ => Some(sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent as i32 - 15)),
    }
}

// ---- matching

/// Words of a match context, its header included.
pub(crate) const CONTEXT_WORDS: usize = 5;

/// The bitstring that a match context was opened on; any other term is itself.
pub(crate) fn opened(heap: &mut Heap, term: Term) -> Term {
    match context(term) {
        Some(context) => {
            // SAFETY: the cell is a match context; its fourth word is where it was opened.
            let start = Term::from_raw(unsafe { *context.cell.add(4) }).small_value() as usize;
            heap.slice(context.original(), start, context.end - start)
        }
        None => term,
    }
}

/// A match context's parts.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub cell: *mut u64,
    pub base: *const u8,
    pub position: usize,
    pub end: usize,
}

/// Takes a register's match context apart.
#[inline(always)]
pub(crate) fn context(term: Term) -> Option<Context> {
    if !term.is_kind(Kind::MatchContext) {
        return None;
    }
    let cell = term.boxed();
    // SAFETY: a match context's payload is binary, position, end, start.
    unsafe {
        Some(Context {
            cell,
            base: orig_bytes(Term::from_raw(*cell.add(1))),
            position: Term::from_raw(*cell.add(2)).small_value() as usize,
            end: Term::from_raw(*cell.add(3)).small_value() as usize,
        })
    }
}

impl Context {
    #[inline(always)]
    fn left(&self) -> usize {
        self.end - self.position
    }

    #[inline(always)]
    pub fn seek(&self, position: usize) {
        // SAFETY: the cell is a match context; its position is its own word, a small integer.
        unsafe { *self.cell.add(2) = Term::small(position as i64).raw() };
    }

    #[inline(always)]
    pub fn original(&self) -> Term {
        // SAFETY: the cell is a match context.
        Term::from_raw(unsafe { *self.cell.add(1) })
    }

    /// Up to 64 bits at a position, as a number.
    #[inline]
    fn bits(&self, at: usize, count: usize) -> u64 {
        debug_assert!(count <= 64 && at + count <= self.end);
        if count == 0 {
            return 0;
        }
        let (first, last) = (at / 8, (at + count - 1) / 8);
        let mut value: u128 = 0;
        for i in first..=last {
            // SAFETY: the bits lie before the context's end, so in its binary.
            value = value << 8 | unsafe { *self.base.add(i) } as u128;
        }
        let spare = (last + 1) * 8 - (at + count);
        let value = (value >> spare) as u64;
        if count == 64 {
            value
        } else {
            value & ((1 << count) - 1)
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if at + 8 <= self.end {
            Some(self.bits(at, 8) as u8)
        } else {
            None
        }
    }
}

/// `{dst rel} [src] [site]`
#[inline(never)]
pub(crate) fn start(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let site = m.site(pc, 2);
    m.reserve(CONTEXT_WORDS, site);
    let source = m.operand(pc, 1);
    let Some(bits) = Bits::of(source) else {
        return m.near(pc);
    };
    let cell = m.p.heap.alloc(CONTEXT_WORDS);
    // SAFETY: the cell has that many words.
    unsafe {
        *cell = header::header(Kind::MatchContext, CONTEXT_WORDS - 1);
        *cell.add(1) = bits.original.raw();
        *cell.add(2) = Term::small(bits.first as i64).raw();
        *cell.add(3) = Term::small((bits.first + bits.size) as i64).raw();
        *cell.add(4) = *cell.add(2);
    }
    m.set(field_a(pc), Term::boxed_ptr(cell));
    m.next(pc, 3)
}

/// `size * unit`, if that is a number of bits.
fn width(size: Term, unit: u64) -> Option<usize> {
    let size = size.as_usize()? as u64;
    size.checked_mul(unit)
        .filter(|bits| *bits <= MOST_BITS)
        .map(|bits| bits as usize)
}

/// `{dst ctx _} [type] [size] [rel] [site]`
#[inline(never)]
pub(crate) fn get(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let ty = type_of(word_at(pc, 1));
    let Some(context) = context(m.reg(field_b(pc))) else {
        return m.far(pc, 3);
    };
    let site = m.site(pc, 4);
    let size = word_at(pc, 2);
    let dst = field_a(pc);
    let little = ty.endian != Endian::Big;
    let value = match ty.kind {
        SegKind::Utf8 | SegKind::Utf16 | SegKind::Utf32 => match character(&context, ty.kind, little) {
            Some((c, bits)) => {
                context.seek(context.position + bits);
                Term::small(c as i64)
            }
            None => return m.far(pc, 3),
        },
        kind => {
            let bits = match width(m.src(size), ty.unit as u64) {
                Some(bits) if bits <= context.left() => bits,
                _ => return m.far(pc, 3),
            };
            let value = match kind {
                SegKind::Integer => integer(m, &context, bits, ty.signed, little),
                SegKind::Float => match float(&context, bits, little) {
                    Some(value) => m.p.heap.float(value),
                    None => return m.far(pc, 3),
                },
                _ => m.p.heap.slice(context.original(), context.position, bits),
            };
            context.seek(context.position + bits);
            value
        }
    };
    m.set(dst, value);
    m.settle(site, dst);
    m.next(pc, 5)
}

fn integer(m: &mut Machine<'_>, context: &Context, count: usize, signed: bool, little: bool) -> Term {
    if count <= 64 {
        let mut value = context.bits(context.position, count);
        if little {
            value = turned(context, count);
        }
        if signed && count > 0 {
            let spare = 64 - count;
            return m.p.heap.integer((value << spare) as i64 >> spare);
        }
        return m.p.heap.integer(value);
    }
    let mut low: Vec<u8> = Vec::with_capacity(count / 8 + 1);
    let (whole, rest) = (count / 8, count % 8);
    if little {
        low.extend((0..whole).map(|i| context.bits(context.position + 8 * i, 8) as u8));
        if rest > 0 {
            low.push(context.bits(context.position + 8 * whole, rest) as u8);
        }
    } else {
        let end = context.position + count;
        low.extend((1..=whole).map(|i| context.bits(end - 8 * i, 8) as u8));
        if rest > 0 {
            low.push(context.bits(context.position, rest) as u8);
        }
    }
    let top = if rest > 0 { rest } else { 8 };
    let negative = signed && low.last().is_some_and(|byte| byte >> (top - 1) & 1 == 1);
    if negative {
        if rest > 0
            && let Some(last) = low.last_mut()
        {
            *last |= 0xffu8 << rest;
        }
        return m.p.heap.integer(BigInt::from_signed_bytes_le(&low));
    }
    m.p.heap.integer(BigInt::from_bytes_le(Sign::Plus, &low))
}

/// The next `count` bits (at most 64) as a little-endian number.
fn turned(context: &Context, count: usize) -> u64 {
    let (whole, rest) = (count / 8, count % 8);
    let mut value = 0u64;
    for i in 0..whole {
        value |= context.bits(context.position + 8 * i, 8) << (8 * i);
    }
    if rest > 0 {
        value |= context.bits(context.position + 8 * whole, rest) << (8 * whole);
    }
    value
}

fn float(context: &Context, count: usize, little: bool) -> Option<f64> {
    if !matches!(count, 16 | 32 | 64) {
        return None;
    }
    let word = if little {
        turned(context, count)
    } else {
        context.bits(context.position, count)
    };
    let value = match count {
        16 => of_half(word as u16)?,
        32 => f32::from_bits(word as u32) as f64,
        _ => f64::from_bits(word),
    };
    value.is_finite().then_some(value)
}

/// The next character and the bits that it takes.
fn character(context: &Context, kind: SegKind, little: bool) -> Option<(u32, usize)> {
    match kind {
        SegKind::Utf8 => utf8(context),
        SegKind::Utf16 => {
            let unit = |at: usize| -> Option<u32> {
                if at + 16 > context.end {
                    return None;
                }
                let unit = context.bits(at, 16) as u16;
                Some(if little { unit.swap_bytes() } else { unit } as u32)
            };
            let first = unit(context.position)?;
            if (0xd800..0xdc00).contains(&first) {
                let second = unit(context.position + 16)?;
                if !(0xdc00..0xe000).contains(&second) {
                    return None;
                }
                return Some((0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00), 32));
            }
            char::from_u32(first).map(|c| (c as u32, 16))
        }
        _ => {
            if context.left() < 32 {
                return None;
            }
            let word = context.bits(context.position, 32) as u32;
            char::from_u32(if little { word.swap_bytes() } else { word }).map(|c| (c as u32, 32))
        }
    }
}

/// A character of UTF-8.
#[inline]
pub(crate) fn utf8(context: &Context) -> Option<(u32, usize)> {
    let at = context.position;
    let first = context.byte(at)? as u32;
    if first < 0x80 {
        return Some((first, 8));
    }
    let more = |i: usize| -> Option<u32> {
        let byte = context.byte(at + 8 * i)? as u32;
        if byte & 0xc0 == 0x80 {
            Some(byte & 0x3f)
        } else {
            None
        }
    };
    let (value, length) = match first {
        0xc2..=0xdf => ((first & 0x1f) << 6 | more(1)?, 2),
        0xe0..=0xef => ((first & 0x0f) << 12 | more(1)? << 6 | more(2)?, 3),
        0xf0..=0xf4 => (
            (first & 0x07) << 18 | more(1)? << 12 | more(2)? << 6 | more(3)?,
            4,
        ),
        _ => return None,
    };
    let least = [0, 0, 0x80, 0x800, 0x10000][length];
    if value < least {
        None
    } else {
        char::from_u32(value).map(|c| (c as u32, length * 8))
    }
}

/// `{dst ctx bits} [rel] [site]`: whole bytes, big-endian, unsigned, at most 56 bits.
#[inline(never)]
pub(crate) fn get_bytes(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let bits = field_c(pc);
    match context(m.reg(field_b(pc))) {
        Some(context) if bits <= context.left() => {
            let value = context.bits(context.position, bits);
            context.seek(context.position + bits);
            m.set(field_a(pc), Term::small(value as i64));
            m.next(pc, 3)
        }
        _ => m.far(pc, 1),
    }
}

/// `{dst ctx _} [rel]`
#[inline(never)]
pub(crate) fn get_byte(m: &mut Machine<'_>, pc: *const u64) -> Step {
    match context(m.reg(field_b(pc))) {
        Some(context) if context.left() >= 8 => {
            let value = context.bits(context.position, 8);
            context.seek(context.position + 8);
            m.set(field_a(pc), Term::small(value as i64));
            m.next(pc, 2)
        }
        _ => m.far(pc, 1),
    }
}

/// `{dst ctx _} [rel]`
#[inline(never)]
pub(crate) fn get_utf8(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let found = context(m.reg(field_b(pc))).and_then(|context| utf8(&context).map(|found| (context, found)));
    match found {
        Some((context, (c, bits))) => {
            context.seek(context.position + bits);
            m.set(field_a(pc), Term::small(c as i64));
            m.next(pc, 2)
        }
        None => m.far(pc, 1),
    }
}

/// `{ctx unit _} [size] [rel]`
#[inline(never)]
pub(crate) fn skip(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let bits = width(m.operand(pc, 1), field_b(pc) as u64);
    match (context(m.reg(field_a(pc))), bits) {
        (Some(context), Some(bits)) if bits <= context.left() => {
            context.seek(context.position + bits);
            m.next(pc, 3)
        }
        _ => m.far(pc, 2),
    }
}

/// `{ctx _ _} [type] [rel]`
#[inline(never)]
pub(crate) fn skip_utf(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let ty = type_of(word_at(pc, 1));
    let found = context(m.reg(field_a(pc))).and_then(|context| {
        character(&context, ty.kind, ty.endian != Endian::Big).map(|(_, bits)| (context, bits))
    });
    match found {
        Some((context, bits)) => {
            context.seek(context.position + bits);
            m.next(pc, 3)
        }
        None => m.far(pc, 2),
    }
}

/// `{ctx _ _} [pointer] [length] [rel]`
#[inline(never)]
pub(crate) fn literal(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let length = word_at(pc, 2) as usize;
    let Some(context) = context(m.reg(field_a(pc))) else {
        return m.far(pc, 3);
    };
    if length * 8 > context.left() {
        return m.far(pc, 3);
    }
    // SAFETY: the loader wrote the address and length of a literal's bytes, which live as long as the code.
    let wanted = unsafe { std::slice::from_raw_parts(word_at(pc, 1) as *const u8, length) };
    let equal = if context.position % 8 == 0 {
        // SAFETY: the bytes lie before the context's end.
        let found = unsafe { std::slice::from_raw_parts(context.base.add(context.position / 8), length) };
        found == wanted
    } else {
        wanted
            .iter()
            .enumerate()
            .all(|(i, byte)| context.bits(context.position + 8 * i, 8) == *byte as u64)
    };
    if !equal {
        return m.far(pc, 3);
    }
    context.seek(context.position + length * 8);
    m.next(pc, 4)
}

/// `{dst ctx unit} [rel] [site]`
#[inline(never)]
pub(crate) fn rest(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let unit = field_c(pc);
    let Some(context) = context(m.reg(field_b(pc))) else {
        return m.far(pc, 1);
    };
    if context.left() % unit != 0 {
        return m.far(pc, 1);
    }
    let site = m.site(pc, 2);
    let value =
        m.p.heap
            .slice(context.original(), context.position, context.left());
    context.seek(context.end);
    let dst = field_a(pc);
    m.set(dst, value);
    m.settle(site, dst);
    m.next(pc, 3)
}

/// `{ctx rel} [unit]`
#[inline(never)]
pub(crate) fn rest_unit(m: &mut Machine<'_>, pc: *const u64) -> Step {
    match context(m.reg(field_a(pc))) {
        Some(context) if (context.left() as u64).is_multiple_of(word_at(pc, 1)) => m.next(pc, 2),
        _ => m.near(pc),
    }
}

/// `{dst ctx _}`
#[inline(never)]
pub(crate) fn position(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let at = context(m.reg(field_b(pc))).map_or(0, |context| context.position);
    m.set(field_a(pc), Term::small(at as i64));
    m.next(pc, 1)
}

/// `{ctx _ _} [position]`
#[inline(never)]
pub(crate) fn seek(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let position = m.operand(pc, 1).as_usize();
    if let (Some(context), Some(position)) = (context(m.reg(field_a(pc))), position)
        && position <= context.end
    {
        context.seek(position);
    }
    m.next(pc, 2)
}
