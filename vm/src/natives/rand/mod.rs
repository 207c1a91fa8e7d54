//! `:rand`: the same numbers from the same seeds as OTP. A state is `{handler, generator's state}`, the handler a map with
//! `type` and `bits` (or `max`); the process's own stands in its dictionary under `rand_seed`.

mod generator;
mod ziggurat;

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::heap::Heap;
use crate::term::Term;
use crate::term::hash;
use generator::{Algorithm, Seed, State, low64, splitmix64};
use num_bigint::BigInt;
use std::time::SystemTime;

pub static NATIVES: &[Native] = &[
    Native::plain("rand", "seed", 1, |ctx, args| {
        let state = seed_1(ctx, args[0])?;
        keep(ctx, state)
    }),
    Native::plain("rand", "seed", 2, |ctx, args| {
        let state = seed_2(ctx, args[0], args[1])?;
        keep(ctx, state)
    }),
    Native::plain("rand", "seed_s", 1, |ctx, args| seed_1(ctx, args[0])),
    Native::plain("rand", "seed_s", 2, |ctx, args| seed_2(ctx, args[0], args[1])),
    Native::plain("rand", "export_seed", 0, |ctx, _| match kept(ctx) {
        Some(state) => export(ctx, state),
        None => Ok(Term::atom(known::UNDEFINED)),
    }),
    Native::plain("rand", "export_seed_s", 1, |ctx, args| export(ctx, args[0])),
    Native::plain("rand", "uniform", 0, |ctx, _| {
        own(ctx, |ctx, source| Ok(float(ctx, uniform(source))))
    }),
    Native::plain("rand", "uniform", 1, |ctx, args| {
        let Ok(range) = range(args[0]) else {
            let state = kept_or_new(ctx)?;
            return Err(uniform_s(args[0], state));
        };
        own(ctx, |ctx, source| Ok(ranged(ctx, source, &range)))
    }),
    Native::plain("rand", "uniform_s", 1, |ctx, args| {
        given(ctx, args[0], |ctx, source| Ok(float(ctx, uniform(source))))
    }),
    Native::plain("rand", "uniform_s", 2, |ctx, args| {
        let range = range(args[0])?;
        given(ctx, args[1], |ctx, source| Ok(ranged(ctx, source, &range)))
    }),
    Native::plain("rand", "uniform_real", 0, |ctx, _| {
        own(ctx, |ctx, source| Ok(float(ctx, uniform_real(source))))
    }),
    Native::plain("rand", "uniform_real_s", 1, |ctx, args| {
        given(ctx, args[0], |ctx, source| Ok(float(ctx, uniform_real(source))))
    }),
    Native::plain("rand", "normal", 0, |ctx, _| {
        own(ctx, |ctx, source| Ok(float(ctx, normal(source))))
    }),
    Native::plain("rand", "normal", 2, |ctx, args| {
        let (mean, variance) = distribution(args[0], args[1])?;
        own(ctx, |ctx, source| {
            Ok(float(ctx, mean + variance.sqrt() * normal(source)))
        })
    }),
    Native::plain("rand", "normal_s", 1, |ctx, args| {
        given(ctx, args[0], |ctx, source| Ok(float(ctx, normal(source))))
    }),
    Native::plain("rand", "normal_s", 3, |ctx, args| {
        let (mean, variance) = distribution(args[0], args[1])?;
        given(ctx, args[2], |ctx, source| {
            Ok(float(ctx, mean + variance.sqrt() * normal(source)))
        })
    }),
    Native::plain("rand", "bytes", 1, |ctx, args| {
        let count = args[0].as_usize().ok_or_else(no_clause)?;
        own(ctx, |ctx, source| Ok(bytes(ctx, source, count)))
    }),
    Native::plain("rand", "bytes_s", 2, |ctx, args| {
        let count = args[0].as_usize().ok_or_else(no_clause)?;
        given(ctx, args[1], |ctx, source| Ok(bytes(ctx, source, count)))
    }),
    Native::plain("rand", "jump", 0, |ctx, _| {
        let state = kept_or_new(ctx)?;
        let state = jump(ctx, state)?;
        keep(ctx, state)
    }),
    Native::plain("rand", "jump", 1, |ctx, args| jump(ctx, args[0])),
    Native::plain("rand", "exsp_next", 1, |ctx, args| {
        let mut state = State::of(args[0]).ok_or_else(no_clause)?;
        let value = state.next(Algorithm::Exsp);
        let heap = ctx.heap();
        let state = state.term(heap);
        Ok(heap.tuple(&[Term::small(value as i64), state]))
    }),
    Native::plain("rand", "exsp_jump", 1, |ctx, args| {
        let mut state = State::of(args[0]).ok_or_else(no_clause)?;
        state.jump(Algorithm::Exsp);
        Ok(state.term(ctx.heap()))
    }),
    Native::plain("rand", "exro928_jump_2pow512", 1, |ctx, args| {
        let mut state = State::of(args[0]).ok_or_else(no_clause)?;
        state.jump(Algorithm::Exro928ss);
        Ok(state.term(ctx.heap()))
    }),
    Native::plain("rand", "exro928_jump_2pow20", 1, |ctx, args| {
        let mut state = State::of(args[0]).ok_or_else(no_clause)?;
        state.jump_2pow20();
        Ok(state.term(ctx.heap()))
    }),
    Native::plain("rand", "splitmix64_next", 1, |ctx, args| {
        let state = args[0].to_bigint().ok_or(Stop::Badarith)?;
        let (value, state) = splitmix64(low64(&state));
        let heap = ctx.heap();
        let (value, state) = (heap.integer(value), heap.integer(state));
        Ok(heap.tuple(&[value, state]))
    }),
    Native::plain("rand", "mwc59", 1, |_, args| {
        let state = mwc(args[0])?;
        Ok(Term::small(
            (MWC_FACTOR * (state & 0xffff_ffff) + (state >> 32)) as i64,
        ))
    }),
    Native::plain("rand", "mwc59_value32", 1, |_, args| {
        let state = mwc(args[0])? as u32;
        Ok(Term::small((state ^ state << 8) as i64))
    }),
    Native::plain("rand", "mwc59_value", 1, |_, args| {
        Ok(Term::small(scrambled(mwc(args[0])?, 59) as i64))
    }),
    Native::plain("rand", "mwc59_float", 1, |ctx, args| {
        let value = scrambled(mwc(args[0])? & ((1 << 53) - 1), 53) as f64 * TWO_POW_MINUS53;
        Ok(ctx.heap().float(value))
    }),
    Native::plain("rand", "mwc59_seed", 0, |ctx, _| {
        let sum = default_seed(ctx)
            .into_iter()
            .fold(0, |sum, seed| sum ^ hash58(seed));
        Ok(Term::small(sum as i64 + 1))
    }),
    Native::plain("rand", "mwc59_seed", 1, |_, args| match args[0].as_small() {
        Some(seed @ 0..0x400_0000_0000_0000) => Ok(Term::small(hash58(seed as u64) as i64 + 1)),
        _ => Err(no_clause()),
    }),
];

const TWO_POW_MINUS53: f64 = 1.0 / 9_007_199_254_740_992.0;

const MWC_FACTOR: u64 = 0x7fa_6502;

fn no_clause() -> Stop {
    Stop::error(Term::atom(known::FUNCTION_CLAUSE))
}

fn mwc(term: Term) -> Result<u64, Stop> {
    match term.as_small() {
        Some(state) if state >= 1 && (state as u64) < (MWC_FACTOR << 32) - 1 => Ok(state as u64),
        _ => Err(no_clause()),
    }
}

fn scrambled(value: u64, bits: u32) -> u64 {
    let mask = (1 << bits) - 1;
    let value = value ^ (value << 4 & mask);
    value ^ (value << 27 & mask)
}

fn hash58(value: u64) -> u64 {
    let mask = (1 << 58) - 1;
    let x = value & mask;
    let x = (x ^ x >> 29).wrapping_mul(0x351_afd7_ed55_8ccd) & mask;
    let x = (x ^ x >> 29).wrapping_mul(0x0ce_b9fe_1a85_ec53) & mask;
    x ^ x >> 29
}

/// A generator on its way.
struct Source {
    algorithm: Algorithm,
    state: State,
}

impl Source {
    fn next(&mut self) -> u64 {
        self.state.next(self.algorithm)
    }
}

fn source(state: Term) -> Result<Source, Stop> {
    let (handler, state) = state.pair().ok_or_else(no_clause)?;
    let name = crate::term::map::get(handler, Term::atom(known::TYPE))
        .and_then(Term::as_atom)
        .ok_or_else(no_clause)?;
    let algorithm = Algorithm::of(name).ok_or_else(no_clause)?;
    Ok(Source {
        algorithm,
        state: State::of(state).ok_or_else(no_clause)?,
    })
}

fn handler(heap: &mut Heap, algorithm: Algorithm) -> Term {
    let atom = |text: &str| Term::atom(Atom::new(text));
    let mut pairs = vec![(Term::atom(known::TYPE), atom(algorithm.name()))];
    if algorithm.is_old() {
        let max = if algorithm.bits() == 64 {
            u64::MAX
        } else {
            (1 << 58) - 1
        };
        pairs.push((atom("max"), heap.integer(max)));
    } else {
        pairs.push((atom("bits"), Term::small(algorithm.bits() as i64)));
        if algorithm.weak_low_bits() > 0 {
            pairs.push((
                atom("weak_low_bits"),
                Term::small(algorithm.weak_low_bits() as i64),
            ));
        }
    }
    heap.map_from(&mut pairs)
}

fn seed_word(term: Term) -> Option<u64> {
    term.to_bigint().map(|value| low64(&value))
}

fn default_seed(ctx: &mut Ctx<'_>) -> [u64; 3] {
    let time = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |time| time.as_nanos() as u64);
    [
        hash::phash2(ctx.self_pid()) as u64,
        time,
        crate::heap::next_reference(),
    ]
}

fn seed_1(ctx: &mut Ctx<'_>, what: Term) -> NativeResult {
    if let Some((first, state)) = what.pair() {
        if first.is_map() {
            return Ok(what);
        }
        let algorithm = first.as_atom().and_then(Algorithm::of).ok_or_else(no_clause)?;
        let heap = ctx.heap();
        let handler = handler(heap, algorithm);
        return Ok(heap.tuple(&[handler, state]));
    }
    let algorithm = what.as_atom().and_then(Algorithm::of).ok_or_else(no_clause)?;
    let seed = Seed::Triple(default_seed(ctx));
    seeded(ctx, algorithm, seed)
}

fn seed_2(ctx: &mut Ctx<'_>, algorithm: Term, seed: Term) -> NativeResult {
    let algorithm = algorithm
        .as_atom()
        .and_then(Algorithm::of)
        .ok_or_else(no_clause)?;
    let seed = if let Some(value) = seed_word(seed) {
        Seed::Integer(value)
    } else if let Some([a, b, c]) = seed.tuple() {
        match (seed_word(*a), seed_word(*b), seed_word(*c)) {
            (Some(a), Some(b), Some(c)) => Seed::Triple([a, b, c]),
            _ => return Err(Stop::Badarith),
        }
    } else {
        let words = seed.list_to_vec().ok_or_else(no_clause)?;
        let words: Option<Vec<u64>> = words.into_iter().map(seed_word).collect();
        Seed::Words(words.ok_or_else(|| Stop::error(Term::atom(Atom::new("non_integer_seed"))))?)
    };
    seeded(ctx, algorithm, seed)
}

fn seeded(ctx: &mut Ctx<'_>, algorithm: Algorithm, seed: Seed) -> NativeResult {
    let state = State::seeded(algorithm, seed)?;
    let heap = ctx.heap();
    let (handler, state) = (handler(heap, algorithm), state.term(heap));
    Ok(heap.tuple(&[handler, state]))
}

fn export(ctx: &mut Ctx<'_>, state: Term) -> NativeResult {
    let source = source(state)?;
    let name = Term::atom(Atom::new(source.algorithm.name()));
    let (_, state) = state.pair().ok_or_else(no_clause)?;
    Ok(ctx.heap().tuple(&[name, state]))
}

fn kept(ctx: &mut Ctx<'_>) -> Option<Term> {
    ctx.process.dictionary_get(known::RAND_SEED)
}

fn kept_or_new(ctx: &mut Ctx<'_>) -> NativeResult {
    match kept(ctx) {
        Some(state) => Ok(state),
        None => seed_1(ctx, Term::atom(Atom::new("default"))),
    }
}

fn keep(ctx: &mut Ctx<'_>, state: Term) -> NativeResult {
    ctx.process
        .dictionary
        .get_or_insert_default()
        .put(Term::atom(known::RAND_SEED), state);
    Ok(state)
}

type Draw<'a> = &'a mut dyn FnMut(&mut Ctx<'_>, &mut Source) -> NativeResult;

/// Draws with the process's own generator.
fn own(ctx: &mut Ctx<'_>, mut draw: impl FnMut(&mut Ctx<'_>, &mut Source) -> NativeResult) -> NativeResult {
    let state = kept_or_new(ctx)?;
    let (value, state) = advance(ctx, state, &mut draw)?;
    keep(ctx, state)?;
    Ok(value)
}

/// Draws with a given state: `{value, new state}`.
fn given(
    ctx: &mut Ctx<'_>,
    state: Term,
    mut draw: impl FnMut(&mut Ctx<'_>, &mut Source) -> NativeResult,
) -> NativeResult {
    let (value, state) = advance(ctx, state, &mut draw)?;
    Ok(ctx.heap().tuple(&[value, state]))
}

fn advance(ctx: &mut Ctx<'_>, state: Term, draw: Draw<'_>) -> Result<(Term, Term), Stop> {
    let mut source = source(state)?;
    let value = draw(ctx, &mut source)?;
    let (handler, _) = state.pair().ok_or_else(no_clause)?;
    let heap = ctx.heap();
    let state = source.state.term(heap);
    Ok((value, heap.tuple(&[handler, state])))
}

fn jump(ctx: &mut Ctx<'_>, state: Term) -> NativeResult {
    let mut source = source(state)?;
    let missing = || Stop::error(Term::atom(Atom::new("not_implemented")));
    source.state.jump(source.algorithm).ok_or_else(missing)?;
    let (handler, _) = state.pair().ok_or_else(no_clause)?;
    let heap = ctx.heap();
    let state = source.state.term(heap);
    Ok(heap.tuple(&[handler, state]))
}

fn float(ctx: &mut Ctx<'_>, value: f64) -> Term {
    ctx.heap().float(value)
}

/// From 0 up to but not including 1.
fn uniform(source: &mut Source) -> f64 {
    let algorithm = source.algorithm;
    let value = source.next();
    if algorithm == Algorithm::Dummy {
        0.5
    } else if algorithm.is_old() {
        // 2^58 or 2^64.
        let limit = if algorithm.bits() == 64 {
            18_446_744_073_709_551_616.0
        } else {
            288_230_376_151_711_744.0
        };
        value as f64 / limit
    } else {
        (value >> (algorithm.bits() - 53)) as f64 * TWO_POW_MINUS53
    }
}

/// How many numbers to draw from.
enum Range {
    Small(u64),
    Big(BigInt),
}

/// The call of `:rand.uniform_s/2`, which is the one to refuse a range.
fn uniform_s(range: Term, state: Term) -> Stop {
    let mfa = Mfa {
        module: Atom::new("rand"),
        function: Atom::new("uniform_s"),
        arity: 2,
    };
    Stop::Call(mfa, [range, state].into_iter().collect())
}

fn range(term: Term) -> Result<Range, Stop> {
    if let Some(range) = term.as_small() {
        return if range >= 1 {
            Ok(Range::Small(range as u64))
        } else {
            Err(no_clause())
        };
    }
    match term.to_bigint() {
        Some(range) if range > BigInt::from(0) => Ok(Range::Big(range)),
        _ => Err(no_clause()),
    }
}

/// From 1 to the range.
fn ranged(ctx: &mut Ctx<'_>, source: &mut Source, range: &Range) -> Term {
    let algorithm = source.algorithm;
    if let Range::Small(range) = range {
        if algorithm == Algorithm::Dummy {
            source.next();
            return Term::small(1);
        }
        if !algorithm.is_old() && (algorithm.bits() == 64 || *range <= 1 << 58) {
            return Term::small(drawn(source, *range) as i64 + 1);
        }
        if algorithm.is_old() {
            let value = source.next();
            if algorithm.bits() == 64 || *range < 1 << 58 {
                return Term::small((value % range) as i64 + 1);
            }
            let part = value as f64 / 288_230_376_151_711_744.0;
            return ctx.heap().integer((part * *range as f64) as i64 + 1);
        }
    }
    let range = match range {
        Range::Small(range) => BigInt::from(*range),
        Range::Big(range) => range.clone(),
    };
    let value = drawn_big(source, &range) + 1;
    ctx.heap().integer(&value)
}

/// From 0 below a range that one number of the generator covers.
fn drawn(source: &mut Source, range: u64) -> u64 {
    let limit: u128 = 1 << source.algorithm.bits();
    loop {
        let value = source.next();
        if value < range {
            return value;
        }
        let rest = value % range;
        // Not from the last, incomplete run of the range.
        if (value - rest) as u128 <= limit - range as u128 {
            return rest;
        }
    }
}

/// From 0 below a range wider than the generator's numbers: words are strung together, without their weak bits.
fn drawn_big(source: &mut Source, range: &BigInt) -> BigInt {
    use num_traits::{One, ToPrimitive};
    let (bits, weak) = (source.algorithm.bits(), source.algorithm.weak_low_bits());
    if let Some(range) = range.to_u64()
        && bits == 64
    {
        return BigInt::from(drawn(source, range));
    }
    let power_of_two = (range & (range - 1u32)) == BigInt::from(0);
    let shift = bits - weak;
    loop {
        let mut value = BigInt::from(source.next());
        let mut have = bits;
        let mut rest: BigInt = if power_of_two {
            range >> bits
        } else {
            range >> (bits - 2)
        };
        while rest > BigInt::one() {
            value = ((value >> weak) << weak << shift) | BigInt::from(source.next());
            rest >>= shift;
            have += shift;
        }
        if power_of_two {
            return value & (range - 1u32);
        }
        let remainder = &value % range;
        if value - &remainder <= (BigInt::one() << have) - range {
            return remainder;
        }
    }
}

/// Above 0 up to 1, with all bits of the mantissa random even where numbers are small.
fn uniform_real(source: &mut Source) -> f64 {
    let algorithm = source.algorithm;
    let word = |source: &mut Source| {
        let value = source.next();
        if algorithm.is_old() {
            (value & ((1 << 56) - 1), 56)
        } else {
            (value, algorithm.bits())
        }
    };
    let mut exponent = -56;
    let (value, bits) = word(source);
    let mut high = value >> (bits - 56);
    let mut second = true;
    loop {
        if high >> 52 != 0 {
            // 53 to 56 bits: the lowest ones are dropped.
            let extra = 64 - high.leading_zeros() - 53;
            return (high >> extra) as f64 * 2f64.powi(exponent + extra as i32);
        }
        // The second word of the old algorithms is used with its upper bits, as OTP does.
        let (value, bits) = if second && algorithm.is_old() {
            (source.next(), 56)
        } else {
            word(source)
        };
        second = false;
        if high != 0 {
            let missing = 53 - (64 - high.leading_zeros());
            let filled = high << missing | value >> (bits - missing);
            return filled as f64 * 2f64.powi(exponent - missing as i32);
        }
        high = value >> (bits - 56);
        exponent -= 56;
        if exponent < -1008 {
            exponent = -56;
        }
    }
}

/// The standard normal distribution.
fn normal(source: &mut Source) -> f64 {
    use ziggurat::{DENSITY, INSIDE, R, WIDTH};
    loop {
        let value = source.next();
        let (negative, number) = if source.algorithm.is_old() {
            (value >> 51 & 1 == 1, value & ((1 << 51) - 1))
        } else {
            let bits = source.algorithm.bits();
            (value >> (bits - 52) & 1 == 1, value >> (bits - 51))
        };
        let strip = (number & 255) as usize;
        let x = number as f64 * WIDTH[strip];
        let signed = |x: f64| if negative { -x } else { x };
        if number < INSIDE[strip] {
            return signed(x);
        }
        if strip == 0 {
            loop {
                let x = -(1.0 / R) * uniform(source).ln();
                let y = -uniform(source).ln();
                if y + y > x * x {
                    return signed(R + x);
                }
            }
        }
        let (upper, lower) = (DENSITY[strip - 1], DENSITY[strip]);
        if (upper - lower) * uniform(source) + lower < (-0.5 * x * x).exp() {
            return signed(x);
        }
    }
}

fn distribution(mean: Term, variance: Term) -> Result<(f64, f64), Stop> {
    match (mean.to_f64(), variance.to_f64()) {
        (Some(mean), Some(variance)) if variance >= 0.0 => Ok((mean, variance)),
        (Some(_), Some(_)) => Err(Stop::Badarith),
        _ => Err(Stop::Badarith),
    }
}

fn bytes(ctx: &mut Ctx<'_>, source: &mut Source, count: usize) -> Term {
    let algorithm = source.algorithm;
    let (bits, weak) = if algorithm.is_old() {
        (58, 2)
    } else {
        (algorithm.bits(), algorithm.weak_low_bits())
    };
    let good = ((bits - weak) / 8) as usize;
    let shift = bits - good as u32 * 8;
    ctx.charge(count as u32 / 16);
    let mut bytes = Vec::with_capacity(count);
    while count - bytes.len() > good {
        let word = (source.next() >> shift).to_be_bytes();
        bytes.extend_from_slice(&word[8 - good..]);
    }
    // The last bytes are the highest but for the bits above the whole bytes.
    let left = count - bytes.len();
    let word = (source.next() >> ((good - left) * 8)).to_be_bytes();
    bytes.extend_from_slice(&word[8 - left..]);
    ctx.heap().binary(&bytes)
}
