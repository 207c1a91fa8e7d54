//! Bitstrings: bytes of a heap or shared binary, or a run of bits of one.

use super::{Kind, Term, header};
use crate::heap::Shared;
use std::borrow::Cow;
use std::slice;

/// A bitstring taken apart; valid as long as the term is.
#[derive(Clone, Copy)]
pub struct Bits {
    /// The heap or shared binary that holds the bits.
    pub original: Term,
    /// All bytes of the original.
    pub base: &'static [u8],
    /// The first bit.
    pub first: usize,
    /// The number of bits.
    pub size: usize,
}

impl Bits {
    #[inline]
    pub fn of(term: Term) -> Option<Bits> {
        if !term.is_boxed() {
            return None;
        }
        let at = term.boxed();
        // SAFETY: The payloads are laid out as `Kind` says.
        unsafe {
            match header::kind_byte(*at) {
                kind if kind == Kind::HeapBinary as u8 || kind == Kind::SharedBinary as u8 => {
                    let base = original_bytes(term);
                    Some(Bits {
                        original: term,
                        base,
                        first: 0,
                        size: base.len() * 8,
                    })
                }
                kind if kind == Kind::SubBinary as u8 => {
                    let original = Term::from_raw(*at.add(1));
                    Some(Bits {
                        original,
                        base: original_bytes(original),
                        first: Term::from_raw(*at.add(2)).small_value() as usize,
                        size: Term::from_raw(*at.add(3)).small_value() as usize,
                    })
                }
                _ => None,
            }
        }
    }

    /// The bytes, if the bits begin and end at byte boundaries.
    #[inline]
    pub fn as_bytes(&self) -> Option<&'static [u8]> {
        if (self.first | self.size).is_multiple_of(8) {
            Some(&self.base[self.first / 8..(self.first + self.size) / 8])
        } else {
            None
        }
    }

    /// The bits from the first one on, the last byte filled up with zeros.
    pub fn bytes(&self) -> Cow<'static, [u8]> {
        match self.as_bytes() {
            Some(bytes) => Cow::Borrowed(bytes),
            None => {
                let mut bytes = vec![0; self.size.div_ceil(8)];
                self.write_to(&mut bytes);
                Cow::Owned(bytes)
            }
        }
    }

    /// Writes the bits to the front of `to`; leftover bits of the last byte become zero.
    pub fn write_to(&self, to: &mut [u8]) {
        if self.first.is_multiple_of(8) {
            let length = self.size.div_ceil(8);
            to[..length].copy_from_slice(&self.base[self.first / 8..self.first / 8 + length]);
            if !self.size.is_multiple_of(8) {
                to[length - 1] &= !(0xff >> (self.size % 8));
            }
        } else {
            if !self.size.is_multiple_of(8) {
                to[self.size / 8] = 0;
            }
            copy_bits(self.base, self.first, to, 0, self.size);
        }
    }

    /// Byte `index` counted from the first bit; bits behind the end are zero.
    #[inline]
    pub fn byte(&self, index: usize) -> u8 {
        let bit = self.first + index * 8;
        let (at, shift) = (bit / 8, bit % 8);
        let mut byte = self.base[at] << shift;
        if shift != 0
            && let Some(next) = self.base.get(at + 1)
        {
            byte |= next >> (8 - shift);
        }
        let left = self.size - index * 8;
        if left < 8 { byte & !(0xff >> left) } else { byte }
    }

    pub(crate) fn shared(&self) -> Option<*mut Shared> {
        if self.original.is_kind(Kind::SharedBinary) {
            // SAFETY: The third word of a shared binary is its pointer.
            Some(unsafe { *self.original.boxed().add(2) } as *mut Shared)
        } else {
            None
        }
    }

    /// Bytes that the original holds on to.
    pub fn referenced_bytes(&self) -> usize {
        self.base.len()
    }
}

/// The bytes of a heap or shared binary.
///
/// # Safety
/// `term` is one of the two.
#[inline(always)]
unsafe fn original_bytes(term: Term) -> &'static [u8] {
    let at = term.boxed();
    // SAFETY: The payloads are laid out as `Kind` says; users keep to the lifetime of terms.
    unsafe {
        if header::is_kind(*at, Kind::HeapBinary) {
            slice::from_raw_parts(at.add(2) as *const u8, *at.add(1) as usize)
        } else {
            let length = Term::from_raw(*at.add(1)).small_value() as usize;
            slice::from_raw_parts(Shared::bytes(*at.add(2) as *mut Shared), length)
        }
    }
}

/// The first byte of a heap or shared binary (a match context's original).
#[inline(always)]
pub fn orig_bytes(original: Term) -> *const u8 {
    // SAFETY: Only these two kinds are originals.
    unsafe { original_bytes(original).as_ptr() }
}

/// Original, first bit, number of bits of any bitstring.
#[inline]
pub fn bits_parts(term: Term) -> Option<(Term, usize, usize)> {
    Bits::of(term).map(|bits| (bits.original, bits.first, bits.size))
}

/// Copies `size` bits from bit `from_bit` of `from` to bit `to_bit` of `to`; other bits of `to` stay.
pub fn copy_bits(from: &[u8], from_bit: usize, to: &mut [u8], to_bit: usize, size: usize) {
    if size == 0 {
        return;
    }
    if (from_bit | to_bit | size).is_multiple_of(8) {
        to[to_bit / 8..(to_bit + size) / 8].copy_from_slice(&from[from_bit / 8..(from_bit + size) / 8]);
        return;
    }
    let mut done = 0;
    // Up to the next byte boundary of `to`, then whole bytes, then the rest.
    while done < size {
        let target = to_bit + done;
        let count = (8 - target % 8).min(size - done);
        let source = from_bit + done;
        let (at, shift) = (source / 8, source % 8);
        let mut byte = (from[at] as u16) << 8;
        if shift + count > 8 {
            byte |= from[at + 1] as u16;
        }
        let value = (byte << shift >> 8) as u8;
        let room = target % 8;
        let mask = ((0xff00u16 >> count) as u8) >> room;
        let slot = &mut to[target / 8];
        *slot = (*slot & !mask) | ((value >> room) & mask);
        done += count;
    }
}

impl Term {
    #[inline]
    pub fn is_bitstring(self) -> bool {
        self.is_boxed()
            && matches!(
                header::kind_byte(self.header()),
                kind if kind == Kind::HeapBinary as u8 || kind == Kind::SharedBinary as u8 || kind == Kind::SubBinary as u8
            )
    }

    /// A bitstring of whole bytes.
    #[inline]
    pub fn is_binary(self) -> bool {
        if !self.is_boxed() {
            return false;
        }
        let kind = header::kind_byte(self.header());
        kind == Kind::HeapBinary as u8
            || kind == Kind::SharedBinary as u8
            || kind == Kind::SubBinary as u8 && self.payload()[2].small_value() % 8 == 0
    }

    /// The number of bits.
    pub fn bit_size(self) -> Option<usize> {
        Bits::of(self).map(|bits| bits.size)
    }

    /// The bytes of a binary.
    #[inline]
    pub fn bytes(self) -> Option<Cow<'static, [u8]>> {
        let bits = Bits::of(self)?;
        if bits.size % 8 == 0 {
            Some(bits.bytes())
        } else {
            None
        }
    }

    /// The text of a binary of UTF-8.
    pub fn text(self) -> Option<Cow<'static, str>> {
        match self.bytes()? {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        }
    }
}
