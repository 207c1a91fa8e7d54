//! Division by a constant as a multiplication. (T. Granlund, P. Montgomery: Division by invariant integers using
//! multiplication, 1994.)
//!
//! For a divisor `d` of at least 3, `l` bits long less one, the quotient of any `a` up to 2^62 is `a * m >> (62 + l)` with
//! `m = 2^(62+l) / d + 1`: what `m` is too large by is less than 2^l / 2^(62+l), times `a` less than one part in `d`.

/// What a divisor becomes.
#[derive(Clone, Copy)]
pub struct Reciprocal {
    pub magic: u64,
    pub shift: u32,
}

impl Reciprocal {
    /// Of a divisor of at least 3 and at most 2^61.
    pub fn of(divisor: u64) -> Reciprocal {
        let bits = 64 - (divisor - 1).leading_zeros();
        Reciprocal {
            magic: ((1u128 << (62 + bits)) / divisor as u128) as u64 + 1,
            shift: bits - 2,
        }
    }

    /// `value / divisor`, for values up to 2^62.
    #[inline(always)]
    pub fn quotient(self, value: u64) -> u64 {
        ((value as u128 * self.magic as u128) >> 64) as u64 >> self.shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_those_of_division() {
        let mut seed = 1u64;
        let mut random = || {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            seed >> 2
        };
        let most = 1u64 << 61;
        let near = |at: u64| [at.saturating_sub(1), at, at + 1];
        let mut divisors: Vec<u64> = (3..200).collect();
        divisors.extend((2..61).flat_map(|bit| near(1 << bit)).filter(|d| *d >= 3));
        divisors.push(most);
        for _ in 0..2000 {
            divisors.push((random() >> (random() % 60)).clamp(3, most));
        }
        for divisor in divisors {
            let reciprocal = Reciprocal::of(divisor);
            let check = |value: u64| {
                let value = value.min(most);
                assert_eq!(reciprocal.quotient(value), value / divisor, "{value} / {divisor}");
            };
            for value in [0, 1, most - 1, most].into_iter().chain(near(divisor)) {
                check(value);
            }
            let whole = most / divisor * divisor;
            near(whole).into_iter().for_each(check);
            for _ in 0..50 {
                let times = random() % (most / divisor + 1);
                near(times * divisor).into_iter().for_each(check);
                check(random());
            }
        }
    }
}
