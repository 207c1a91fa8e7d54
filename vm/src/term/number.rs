//! Numbers as natives take them.

use super::big::Big;
use super::{Kind, Term};
use num_bigint::BigInt;
use num_traits::ToPrimitive;

/// An integer of any size.
pub enum Integer {
    Small(i64),
    Big(BigInt),
}

impl Integer {
    pub fn to_bigint(self) -> BigInt {
        match self {
            Integer::Small(value) => BigInt::from(value),
            Integer::Big(value) => value,
        }
    }
}

impl Term {
    #[inline]
    pub fn is_big(self) -> bool {
        self.is_kind(Kind::BigPositive) || self.is_kind(Kind::BigNegative)
    }

    #[inline]
    pub fn is_integer(self) -> bool {
        self.is_small() || self.is_big()
    }

    #[inline]
    pub fn is_float(self) -> bool {
        self.is_immediate_float() || self.is_kind(Kind::Float)
    }

    #[inline]
    pub fn is_number(self) -> bool {
        self.is_small() || self.is_float() || self.is_big()
    }

    #[inline]
    pub fn as_float(self) -> Option<f64> {
        if self.is_immediate_float() {
            Some(self.immediate_float())
        } else if self.is_kind(Kind::Float) {
            // SAFETY: A boxed float's payload is its bits.
            Some(f64::from_bits(unsafe { *self.boxed().add(1) }))
        } else {
            None
        }
    }

    pub fn as_integer(self) -> Option<Integer> {
        if self.is_small() {
            return Some(Integer::Small(self.small_value()));
        }
        Big::of(self).map(|big| Integer::Big(big.to_bigint()))
    }

    pub fn to_bigint(self) -> Option<BigInt> {
        self.as_integer().map(Integer::to_bigint)
    }

    /// An integer that fits into 64 bits.
    pub fn as_i64(self) -> Option<i64> {
        match self.as_integer()? {
            Integer::Small(value) => Some(value),
            Integer::Big(value) => value.to_i64(),
        }
    }

    /// An integer that fits into 64 bits without a sign.
    pub fn as_u64(self) -> Option<u64> {
        match self.as_integer()? {
            Integer::Small(value) => u64::try_from(value).ok(),
            Integer::Big(value) => value.to_u64(),
        }
    }

    /// A size or count: an integer from 0.
    pub fn as_usize(self) -> Option<usize> {
        self.as_small().and_then(|value| usize::try_from(value).ok())
    }

    /// A number as a float; None if it is no number or out of range.
    #[inline]
    pub fn to_f64(self) -> Option<f64> {
        if self.is_small() {
            return Some(self.small_value() as f64);
        }
        self.as_float()
            .or_else(|| Big::of(self).and_then(|big| big.to_f64()))
    }
}
