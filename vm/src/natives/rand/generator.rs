//! The generators behind `:rand`: Vigna's xorshift and xoroshiro families in the sizes that OTP uses.
//!
//! Xorshift116+/** (`exsp`, `exsplus`, `exsss`), xoroshiro116+ (`exrop`), xoroshiro928** (`exro928ss`), xorshift1024*
//! (`exs1024`, `exs1024s`), xorshift64* (`exs64`), SplitMix64 for seeding.

use super::super::Stop;
use crate::atom::Atom;
use crate::heap::Heap;
use crate::term::Term;
use num_bigint::BigInt;
use num_traits::ToPrimitive;

const MASK58: u64 = (1 << 58) - 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Exsss,
    Exsp,
    Exsplus,
    Exrop,
    Exro928ss,
    Exs1024,
    Exs1024s,
    Exs64,
    Dummy,
}

use Algorithm::*;

impl Algorithm {
    pub fn of(name: Atom) -> Option<Algorithm> {
        Some(match name.as_str() {
            "default" | "exsss" => Exsss,
            "exsp" => Exsp,
            "exsplus" => Exsplus,
            "exrop" => Exrop,
            "exro928ss" => Exro928ss,
            "exs1024" => Exs1024,
            "exs1024s" => Exs1024s,
            "exs64" => Exs64,
            "dummy" => Dummy,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Exsss => "exsss",
            Exsp => "exsp",
            Exsplus => "exsplus",
            Exrop => "exrop",
            Exro928ss => "exro928ss",
            Exs1024 => "exs1024",
            Exs1024s => "exs1024s",
            Exs64 => "exs64",
            Dummy => "dummy",
        }
    }

    /// Bits of a number.
    pub fn bits(self) -> u32 {
        match self {
            Exs1024 | Exs1024s | Exs64 => 64,
            _ => 58,
        }
    }

    /// Low bits that are better not used.
    pub fn weak_low_bits(self) -> u32 {
        match self {
            Exsp | Exrop => 1,
            Exs1024s => 3,
            _ => 0,
        }
    }

    /// Described by its largest number, as the old ones are; ranges are drawn with a slight bias.
    pub fn is_old(self) -> bool {
        matches!(self, Exs64 | Exsplus | Exs1024)
    }

    fn words(self) -> usize {
        match self {
            Exsss | Exsp | Exsplus | Exrop => 2,
            Exro928ss | Exs1024 | Exs1024s => 16,
            Exs64 | Dummy => 1,
        }
    }
}

/// What a generator goes on from.
#[derive(Clone, Debug)]
pub enum State {
    One(u64),
    Two(u64, u64),
    /// A ring: the words from the current one on, and those before it.
    Ring(Vec<u64>, Vec<u64>),
}

fn rotl58(value: u64, bits: u32) -> u64 {
    (value << bits & MASK58) | value >> (58 - bits)
}

fn starstar(value: u64) -> u64 {
    rotl58(value.wrapping_mul(5) & MASK58, 7).wrapping_mul(9) & MASK58
}

/// The next word of SplitMix64 and its next state.
pub fn splitmix64(state: u64) -> (u64, u64) {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ z >> 31, state)
}

/// The next word that is not zero in its lower `bits` bits, and the next state.
fn seed_word(mut state: u64, bits: u32) -> (u64, u64) {
    loop {
        let (word, next) = splitmix64(state);
        state = next;
        let word = if bits == 64 { word } else { word & MASK58 };
        if word != 0 {
            return (word, state);
        }
    }
}

/// The low 64 bits of an integer in two's complement.
pub fn low64(value: &BigInt) -> u64 {
    (value & BigInt::from(u64::MAX)).to_u64().unwrap_or(0)
}

/// What a generator can be seeded with.
pub enum Seed {
    Integer(u64),
    Triple([u64; 3]),
    Words(Vec<u64>),
}

impl State {
    pub fn seeded(algorithm: Algorithm, seed: Seed) -> Result<State, Stop> {
        let fail = |reason: &str| Err(Stop::error(Term::atom(Atom::new(reason))));
        let (bits, count) = (
            if algorithm == Dummy { 58 } else { algorithm.bits() },
            algorithm.words(),
        );
        let words = match seed {
            Seed::Words(words) => {
                if words.len() > count {
                    return fail("too_many_seed_integers");
                }
                let mask = if bits == 64 { u64::MAX } else { MASK58 };
                let mut words: Vec<u64> = words.into_iter().map(|word| word & mask).collect();
                if words.is_empty() || algorithm != Dummy && words.iter().all(|word| *word == 0) {
                    return fail("zero_seed");
                }
                words.resize(count, 0);
                words
            }
            Seed::Integer(value) if algorithm == Dummy => vec![splitmix64(value).0 & MASK58],
            Seed::Integer(mut value) => (0..count)
                .map(|_| {
                    let (word, next) = seed_word(value, bits);
                    value = next;
                    word
                })
                .collect(),
            Seed::Triple(seeds) => return Ok(State::of_triple(algorithm, seeds)),
        };
        Ok(match words[..] {
            [word] => State::One(word),
            [a, b] => State::Two(a, b),
            _ => State::Ring(words, Vec::new()),
        })
    }

    fn of_triple(algorithm: Algorithm, [a1, a2, a3]: [u64; 3]) -> State {
        const FACTORS: [u64; 3] = [4_294_967_197, 4_294_967_231, 4_294_967_279];
        let scaled = |value: u64, index: usize| value.wrapping_mul(FACTORS[index]).wrapping_add(1);
        match algorithm {
            Exsss => {
                let (_, x) = seed_word(a1, 58);
                let (s0, x) = seed_word(a2 ^ x, 58);
                let (s1, _) = seed_word(a3 ^ x, 58);
                State::Two(s0, s1)
            }
            Exsp | Exsplus => {
                let mut state = State::Two(scaled(a1, 0) & MASK58, scaled(a2, 1) & MASK58);
                state.next(Exsp);
                let State::Two(_, s1) = state else { return state };
                let mut state = State::Two(scaled(a3, 2) & MASK58, s1);
                state.next(Exsp);
                state
            }
            Exrop => {
                let mut state = State::Two(scaled(a1, 0) & MASK58, scaled(a2, 1) & MASK58);
                state.next(Exrop);
                let State::Two(_, s1) = state else { return state };
                let mut state = State::Two(scaled(a3, 2) & MASK58, s1);
                state.next(Exrop);
                state
            }
            Exro928ss => {
                let (s0, x) = seed_word(a1, 58);
                let (s1, x) = seed_word(a2 ^ x, 58);
                let (s2, mut x) = seed_word(a3 ^ x, 58);
                let mut words = vec![s0, s1, s2];
                for _ in 0..13 {
                    let (word, next) = seed_word(x, 58);
                    words.push(word);
                    x = next;
                }
                State::Ring(words, Vec::new())
            }
            Exs1024 | Exs1024s => {
                let part =
                    |value: u64, factor: u64| ((value & 0x1f_ffff) + 1).wrapping_mul(factor) & 0x1f_ffff;
                let mut state = State::One(
                    part(a1, 2_097_131) << 43 | part(a2, 2_097_133) << 22 | part(a3, 2_097_143) << 1 | 1,
                );
                let mut words: Vec<u64> = (0..16).map(|_| state.next(Exs64)).collect();
                words.reverse();
                State::Ring(words, Vec::new())
            }
            Exs64 => {
                let product: BigInt = [a1, a2, a3]
                    .iter()
                    .zip(FACTORS)
                    .map(|(value, factor)| {
                        // Not cut to 64 bits before the first step.
                        let start = BigInt::from(value & 0xffff_ffff) * factor + 1;
                        BigInt::from(State::One(low64(&start)).next(Exs64))
                    })
                    .product();
                State::One(low64(&(product % BigInt::from(u64::MAX - 1) + 1)))
            }
            Dummy => {
                let (_, x) = splitmix64(a1);
                let (_, x) = splitmix64(a2 ^ x);
                let (z, _) = splitmix64(a3 ^ x);
                State::One(z & MASK58)
            }
        }
    }

    /// The next number; the state moves on.
    pub fn next(&mut self, algorithm: Algorithm) -> u64 {
        match self {
            State::One(word) => {
                if algorithm == Dummy {
                    let value = *word;
                    *word ^= MASK58;
                    return value;
                }
                let mut x = *word;
                x ^= x >> 12;
                x ^= x << 25;
                x ^= x >> 27;
                *word = x;
                x.wrapping_mul(2_685_821_657_736_338_717)
            }
            State::Two(a, b) if algorithm == Exrop => {
                let (s0, s1) = (*a, *b);
                let mixed = s1 ^ s0;
                *a = rotl58(s0, 24) ^ mixed ^ (mixed << 2 & MASK58);
                *b = rotl58(mixed, 35);
                (s0 + s1) & MASK58
            }
            State::Two(a, b) => {
                let (s1, s0) = (*a & MASK58, *b & MASK58);
                let mixed = s1 ^ (s1 << 24 & MASK58);
                let new = mixed ^ s0 ^ mixed >> 11 ^ s0 >> 41;
                (*a, *b) = (s0, new);
                if algorithm == Exsss {
                    starstar(s0)
                } else {
                    (s0 + new) & MASK58
                }
            }
            State::Ring(front, back) => {
                if front.len() == 1 {
                    front.append(back);
                }
                let (first, second) = (front.remove(0), front[0]);
                if algorithm == Exro928ss {
                    let mixed = first ^ second;
                    back.push(rotl58(second, 44) ^ mixed ^ (mixed << 9 & MASK58));
                    front[0] = rotl58(mixed, 45);
                    return starstar(second);
                }
                let mixed = second ^ second << 31;
                let mixed = mixed ^ mixed >> 11;
                let new = first ^ first >> 30 ^ mixed;
                front[0] = new;
                back.push(first);
                new.wrapping_mul(1_181_783_497_276_652_981)
            }
        }
    }

    fn words(&self) -> Vec<u64> {
        match self {
            State::One(word) => vec![*word],
            State::Two(a, b) => vec![*a, *b],
            State::Ring(front, back) => front.iter().chain(back).copied().collect(),
        }
    }

    /// Combines the states at the steps that the polynomial's bits name, lowest first.
    fn leap(&mut self, algorithm: Algorithm, polynomial: &[(u64, u32)]) {
        let mut sum = vec![0; self.words().len()];
        let front = if let State::Ring(front, _) = self {
            front.len()
        } else {
            0
        };
        for (word, bits) in polynomial {
            for bit in 0..*bits {
                if word >> bit & 1 == 1 {
                    sum.iter_mut()
                        .zip(self.words())
                        .for_each(|(sum, word)| *sum ^= word);
                }
                self.next(algorithm);
            }
        }
        *self = match self {
            State::One(_) => State::One(sum[0]),
            State::Two(..) => State::Two(sum[0], sum[1]),
            State::Ring(..) if algorithm != Exro928ss => {
                let back = sum.split_off(front);
                State::Ring(sum, back)
            }
            State::Ring(..) => State::Ring(sum, Vec::new()),
        };
    }

    /// As far as many calls would lead; None if the algorithm has no such leap.
    pub fn jump(&mut self, algorithm: Algorithm) -> Option<()> {
        match algorithm {
            Exsss | Exsp | Exsplus => {
                self.leap(Exsp, &[(0x02f_8ea6_bc32_c797, 58), (0x345_d2a0_f85f_788c, 58)])
            }
            Exrop => self.leap(
                Exrop,
                &[(0x4a11_2932_41fc_b12a, 64), (0x0009_8632_00f8_3fcd, 64 - 12)],
            ),
            Exro928ss => self.leap(Exro928ss, &JUMP_928.map(|word| (word, 64))),
            Exs1024 | Exs1024s => {
                let mut parts = [(0, 58); 18];
                parts
                    .iter_mut()
                    .zip(JUMP_1024)
                    .for_each(|(part, word)| part.0 = word);
                parts[17].1 = 1024 - 17 * 58;
                self.leap(Exs1024, &parts);
            }
            Exs64 | Dummy => return None,
        }
        Some(())
    }

    pub fn jump_2pow20(&mut self) {
        self.leap(Exro928ss, &JUMP_928_SHORT.map(|word| (word, 64)));
    }

    /// As OTP shows it.
    pub fn term(&self, heap: &mut Heap) -> Term {
        match self {
            State::One(word) => heap.integer(*word),
            State::Two(a, b) => heap.cons(Term::small(*a as i64), Term::small(*b as i64)),
            State::Ring(front, back) => {
                let list = |heap: &mut Heap, words: &mut dyn Iterator<Item = u64>| {
                    let words: Vec<Term> = words.map(|word| heap.integer(word)).collect();
                    heap.list(words)
                };
                let front = list(heap, &mut front.iter().copied());
                let back = list(heap, &mut back.iter().rev().copied());
                heap.tuple(&[front, back])
            }
        }
    }

    pub fn of(term: Term) -> Option<State> {
        let word = |term: Term| term.to_bigint().map(|value| low64(&value));
        if let Some(word) = word(term) {
            return Some(State::One(word));
        }
        if let Some((front, back)) = term.pair() {
            let words = |list: Term| {
                list.list_to_vec()?
                    .into_iter()
                    .map(word)
                    .collect::<Option<Vec<u64>>>()
            };
            let (front, mut back) = (words(front)?, words(back)?);
            back.reverse();
            return if front.is_empty() {
                None
            } else {
                Some(State::Ring(front, back))
            };
        }
        let (a, b) = term.uncons()?;
        Some(State::Two(word(a)?, word(b)?))
    }
}

/// 2^512 steps of xoroshiro928.
const JUMP_928: [u64; 15] = [
    0x4408_5302_f771_30ca,
    0xba05_381f_dfd1_4902,
    0x10a1_de1d_7d68_13d2,
    0xb83f_e51a_1eb3_be19,
    0xa81b_0090_567f_d9f0,
    0x5ac2_6d5d_20f9_b49f,
    0x4ddd_98ee_4be4_1e01,
    0x0657_e19f_00d4_b358,
    0xf02f_7785_73cf_0f0a,
    0xb45a_3a8a_3cef_3cc0,
    0x6e62_a33c_c232_3831,
    0xbcb3_b7c4_cc04_9c53,
    0x83f2_40c6_007e_76ce,
    0xe19f_5fc1_a150_4acd,
    0x0000_0000_b107_73cb,
];

/// 2^20 steps of xoroshiro928.
const JUMP_928_SHORT: [u64; 15] = [
    0xbdb9_66a3_daf9_05e6,
    0x6448_07a5_6270_cf78,
    0xda90_f4a8_06c1_7e9e,
    0x4a42_6866_bfad_3c77,
    0xaf69_9c30_6d8e_7566,
    0x8ebc_73c7_00b8_b091,
    0xc081_a7bf_1485_31fb,
    0xdc4d_3af1_5f8a_4dfd,
    0x9062_7c01_4098_f4b6,
    0x06df_2eb1_feaf_0fb6,
    0x5bde_b1a5_a90f_2e6b,
    0xa480_c587_8c35_49bd,
    0xff45_ef33_c82f_3d48,
    0xa30b_ebc1_5fef_cc78,
    0x0000_0000_cb3d_181c,
];

/// 2^512 steps of xorshift1024, 58 bits a word.
const JUMP_1024: [u64; 18] = [
    0x0024_2f96_eca9_c41d,
    0x0196_e1dd_be5a_1561,
    0x0239_f070_b583_7a3c,
    0x03f3_93cc_6879_6cd2,
    0x0248_316f_4044_89af,
    0x039a_3008_8bff_bac2,
    0x02fe_a70d_c2d9_891f,
    0x032a_e0d9_644c_aec4,
    0x0313_aac1_7d8e_fa43,
    0x02f1_32e0_5564_2626,
    0x01ee_9752_83d7_1c93,
    0x0055_2321_b06f_5501,
    0x00c4_1d10_a1e6_a569,
    0x0191_58ec_f8aa_1e44,
    0x004e_9fc9_49d0_b5fc,
    0x0363_da17_2811_fdda,
    0x030e_38c3_b991_81f2,
    0x0000_000a_1180_38fc,
];
