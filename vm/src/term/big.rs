//! Big integers: sign and magnitude in the heap, arithmetic by num-bigint.

use super::word::{SMALL_MAX, SMALL_MIN};
use super::{Kind, Term, header};
use num_bigint::{BigInt, BigUint, Sign};
use std::cmp::Ordering;
use std::slice;

/// A big integer's parts; valid as long as the term is. Never so small that it fits into a word.
#[derive(Clone, Copy)]
pub struct Big {
    pub negative: bool,
    /// Least significant first, the last one not zero.
    pub limbs: &'static [u64],
}

impl Big {
    #[inline]
    pub fn of(term: Term) -> Option<Big> {
        if !term.is_boxed() {
            return None;
        }
        let head = term.header();
        let negative = header::is_kind(head, Kind::BigNegative);
        if !negative && !header::is_kind(head, Kind::BigPositive) {
            return None;
        }
        // SAFETY: The header tells the number of limbs behind it.
        let limbs = unsafe { slice::from_raw_parts(term.boxed().add(1), header::size(head)) };
        Some(Big { negative, limbs })
    }

    pub fn to_bigint(&self) -> BigInt {
        let mut digits = Vec::with_capacity(self.limbs.len() * 2);
        for limb in self.limbs {
            digits.push(*limb as u32);
            digits.push((limb >> 32) as u32);
        }
        let sign = if self.negative { Sign::Minus } else { Sign::Plus };
        BigInt::from_biguint(sign, BigUint::new(digits))
    }

    pub fn compare(&self, other: &Big) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
        }
    }

    fn compare_magnitude(&self, other: &Big) -> Ordering {
        self.limbs
            .len()
            .cmp(&other.limbs.len())
            .then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev()))
    }

    /// The value, if it fits.
    pub fn to_i128(&self) -> Option<i128> {
        match self.limbs {
            [low] => Some(if self.negative {
                -(*low as i128)
            } else {
                *low as i128
            }),
            [low, high] => {
                let magnitude = (*high as u128) << 64 | *low as u128;
                if self.negative {
                    if magnitude <= 1 << 127 {
                        Some((magnitude as i128).wrapping_neg())
                    } else {
                        None
                    }
                } else {
                    i128::try_from(magnitude).ok()
                }
            }
            _ => None,
        }
    }

    /// The number of bits of the magnitude.
    pub fn bits(&self) -> usize {
        match self.limbs.last() {
            Some(last) => self.limbs.len() * 64 - last.leading_zeros() as usize,
            None => 0,
        }
    }

    /// The nearest float (ties to even); None above the range.
    pub fn to_f64(&self) -> Option<f64> {
        let bits = self.bits();
        if bits > 1024 {
            return None;
        }
        // The top 64 bits, and a sticky bit for what is below them.
        let shift = bits.saturating_sub(64);
        let (word, bit) = (shift / 64, shift % 64);
        let mut top = self.limbs[word] >> bit;
        if bit > 0 && word + 1 < self.limbs.len() {
            top |= self.limbs[word + 1] << (64 - bit);
        }
        let lost = self.limbs[..word].iter().any(|limb| *limb != 0)
            || (bit > 0 && self.limbs[word] << (64 - bit) != 0);
        if lost {
            top |= 1;
        }
        // 64 bits are 11 more than a float has: the sticky bit decides ties only.
        let magnitude = top as f64 * 2f64.powi(shift as i32);
        if magnitude.is_finite() {
            Some(if self.negative { -magnitude } else { magnitude })
        } else {
            None
        }
    }
}

/// The small integer of this sign and magnitude, if it is one.
pub fn small_of(negative: bool, limbs: &[u64]) -> Option<Term> {
    match limbs {
        [] => Some(Term::ZERO),
        [limb] if !negative && *limb <= SMALL_MAX as u64 => Some(Term::small(*limb as i64)),
        [limb] if negative && *limb <= SMALL_MIN.unsigned_abs() => {
            Some(Term::small((*limb as i64).wrapping_neg()))
        }
        _ => None,
    }
}
