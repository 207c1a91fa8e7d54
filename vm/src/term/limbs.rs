//! Arithmetic on magnitudes: 64-bit limbs, least significant first, no zero at the top. Small operands stay here; large
//! products and quotients go to num-bigint.

use num_bigint::BigUint;
use num_integer::Integer;
use smallvec::SmallVec;
use std::cmp::Ordering;

pub type Limbs = SmallVec<[u64; 8]>;

/// Products of at least this many limbs on the shorter side are num-bigint's.
const LARGE: usize = 40;

pub fn trim(limbs: &mut Limbs) {
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
}

pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len()
        .cmp(&b.len())
        .then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

pub fn add(a: &[u64], b: &[u64]) -> Limbs {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut sum = Limbs::with_capacity(long.len() + 1);
    let mut carry = false;
    for (index, limb) in long.iter().enumerate() {
        let (partial, first) = limb.overflowing_add(short.get(index).copied().unwrap_or(0));
        let (total, second) = partial.overflowing_add(carry as u64);
        carry = first | second;
        sum.push(total);
    }
    if carry {
        sum.push(1);
    }
    sum
}

/// `a - b`, where `a` is not less.
pub fn sub(a: &[u64], b: &[u64]) -> Limbs {
    let mut difference = Limbs::with_capacity(a.len());
    let mut borrow = false;
    for (index, limb) in a.iter().enumerate() {
        let (partial, first) = limb.overflowing_sub(b.get(index).copied().unwrap_or(0));
        let (total, second) = partial.overflowing_sub(borrow as u64);
        borrow = first | second;
        difference.push(total);
    }
    trim(&mut difference);
    difference
}

pub fn mul(a: &[u64], b: &[u64]) -> Limbs {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return Limbs::new();
    }
    if short.len() >= LARGE {
        return from_biguint(&(to_biguint(long) * to_biguint(short)));
    }
    let mut product: Limbs = SmallVec::from_elem(0, long.len() + short.len());
    for (place, factor) in short.iter().enumerate() {
        let mut carry = 0u128;
        let row = &mut product[place..];
        for (slot, limb) in row.iter_mut().zip(long) {
            let total = *limb as u128 * *factor as u128 + *slot as u128 + carry;
            *slot = total as u64;
            carry = total >> 64;
        }
        row[long.len()] = carry as u64;
    }
    trim(&mut product);
    product
}

/// Quotient and remainder; `b` is not zero.
pub fn div_rem(a: &[u64], b: &[u64]) -> (Limbs, Limbs) {
    if compare(a, b).is_lt() {
        return (Limbs::new(), Limbs::from_slice(a));
    }
    if let [divisor] = b {
        let (quotient, rest) = div_rem_limb(a, *divisor);
        let mut remainder = Limbs::new();
        if rest != 0 {
            remainder.push(rest);
        }
        return (quotient, remainder);
    }
    if b.len() < LARGE || a.len() - b.len() < LARGE {
        return div_rem_schoolbook(a, b);
    }
    let (quotient, remainder) = to_biguint(a).div_rem(&to_biguint(b));
    (from_biguint(&quotient), from_biguint(&remainder))
}

pub fn div_rem_limb(a: &[u64], divisor: u64) -> (Limbs, u64) {
    let mut quotient: Limbs = SmallVec::from_elem(0, a.len());
    let mut rest = 0u64;
    for (slot, limb) in quotient.iter_mut().zip(a).rev() {
        let value = (rest as u128) << 64 | *limb as u128;
        *slot = (value / divisor as u128) as u64;
        rest = (value % divisor as u128) as u64;
    }
    trim(&mut quotient);
    (quotient, rest)
}

/// Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D.
fn div_rem_schoolbook(a: &[u64], b: &[u64]) -> (Limbs, Limbs) {
    let shift = b[b.len() - 1].leading_zeros() as usize;
    let divisor = shl(b, shift);
    let mut rest = shl(a, shift);
    while rest.len() <= a.len() {
        rest.push(0);
    }
    let (n, m) = (divisor.len(), a.len() - b.len());
    let mut quotient: Limbs = SmallVec::from_elem(0, m + 1);
    let (top, second) = (divisor[n - 1] as u128, divisor[n - 2] as u128);
    for j in (0..=m).rev() {
        let front = (rest[j + n] as u128) << 64 | rest[j + n - 1] as u128;
        let (mut guess, mut over) = (front / top, front % top);
        while guess >> 64 != 0 || guess * second > (over << 64 | rest[j + n - 2] as u128) {
            guess -= 1;
            over += top;
            if over >> 64 != 0 {
                break;
            }
        }
        let (mut borrow, mut carry) = (false, 0u128);
        for (slot, limb) in rest[j..j + n].iter_mut().zip(&divisor) {
            let product = guess * *limb as u128 + carry;
            carry = product >> 64;
            let (partial, first) = slot.overflowing_sub(product as u64);
            let (total, second) = partial.overflowing_sub(borrow as u64);
            borrow = first | second;
            *slot = total;
        }
        let (partial, first) = rest[j + n].overflowing_sub(carry as u64);
        let (total, second) = partial.overflowing_sub(borrow as u64);
        rest[j + n] = total;
        if first | second {
            guess -= 1;
            let mut carry = false;
            for (slot, limb) in rest[j..j + n].iter_mut().zip(&divisor) {
                let (partial, first) = slot.overflowing_add(*limb);
                let (total, second) = partial.overflowing_add(carry as u64);
                carry = first | second;
                *slot = total;
            }
            rest[j + n] = rest[j + n].wrapping_add(carry as u64);
        }
        quotient[j] = guess as u64;
    }
    trim(&mut quotient);
    rest.truncate(n);
    (quotient, shr(&rest, shift))
}

pub fn shl(a: &[u64], bits: usize) -> Limbs {
    let (words, bits) = (bits / 64, bits % 64);
    let mut shifted = Limbs::with_capacity(a.len() + words + 1);
    shifted.resize(words, 0);
    let mut carry = 0;
    for limb in a {
        shifted.push(limb << bits | carry);
        carry = if bits == 0 { 0 } else { limb >> (64 - bits) };
    }
    shifted.push(carry);
    trim(&mut shifted);
    shifted
}

pub fn shr(a: &[u64], bits: usize) -> Limbs {
    let (words, bits) = (bits / 64, bits % 64);
    let mut shifted = Limbs::with_capacity(a.len().saturating_sub(words));
    for index in words..a.len() {
        let high = if bits == 0 {
            0
        } else {
            a.get(index + 1).copied().unwrap_or(0) << (64 - bits)
        };
        shifted.push(a[index] >> bits | high);
    }
    trim(&mut shifted);
    shifted
}

/// Two's complement in `words` limbs.
pub fn to_twos(negative: bool, a: &[u64], words: usize) -> Limbs {
    let mut limbs = Limbs::from_slice(a);
    limbs.resize(words, 0);
    if negative {
        negate(&mut limbs);
    }
    limbs
}

/// Sign and magnitude of a number in two's complement.
pub fn from_twos(mut limbs: Limbs) -> (bool, Limbs) {
    let negative = limbs.last().is_some_and(|limb| limb >> 63 == 1);
    if negative {
        negate(&mut limbs);
    }
    trim(&mut limbs);
    (negative, limbs)
}

fn negate(limbs: &mut Limbs) {
    let mut carry = true;
    for limb in limbs.iter_mut() {
        let (value, over) = (!*limb).overflowing_add(carry as u64);
        *limb = value;
        carry = over;
    }
}

pub fn to_biguint(a: &[u64]) -> BigUint {
    let mut digits = Vec::with_capacity(a.len() * 2);
    for limb in a {
        digits.push(*limb as u32);
        digits.push((limb >> 32) as u32);
    }
    BigUint::new(digits)
}

pub fn from_biguint(value: &BigUint) -> Limbs {
    value.iter_u64_digits().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limbs() -> impl Strategy<Value = Vec<u64>> {
        let limb = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(1), Just(1 << 63)];
        proptest::collection::vec(limb, 0..12).prop_map(|mut limbs| {
            while limbs.last() == Some(&0) {
                limbs.pop();
            }
            limbs
        })
    }

    proptest! {
        #[test]
        fn as_num_bigint(a in limbs(), b in limbs(), bits in 0usize..300) {
            let (x, y) = (to_biguint(&a), to_biguint(&b));
            prop_assert_eq!(&add(&a, &b)[..], &from_biguint(&(&x + &y))[..]);
            prop_assert_eq!(&mul(&a, &b)[..], &from_biguint(&(&x * &y))[..]);
            prop_assert_eq!(compare(&a, &b), x.cmp(&y));
            prop_assert_eq!(&shl(&a, bits)[..], &from_biguint(&(&x << bits))[..]);
            prop_assert_eq!(&shr(&a, bits)[..], &from_biguint(&(&x >> bits))[..]);
            if x >= y {
                prop_assert_eq!(&sub(&a, &b)[..], &from_biguint(&(&x - &y))[..]);
            }
            if !b.is_empty() {
                let (quotient, remainder) = div_rem(&a, &b);
                let (q, r) = x.div_rem(&y);
                prop_assert_eq!(&quotient[..], &from_biguint(&q)[..]);
                prop_assert_eq!(&remainder[..], &from_biguint(&r)[..]);
            }
        }
    }
}
