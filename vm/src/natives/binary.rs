//! `:binary`: searching, splitting, replacing, and the smaller functions.

mod search;

use super::bits::range;
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::term::Term;
use crate::term::limbs::Limbs;
use search::Patterns;
use std::borrow::Cow;

pub static NATIVES: &[Native] = &[
    Native::plain("binary", "at", 2, |_, args| {
        let bytes = bytes(args[0])?;
        let place = args[1].as_usize().ok_or(Stop::Badarg)?;
        bytes
            .get(place)
            .map(|byte| Term::small(*byte as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("binary", "first", 1, |_, args| {
        bytes(args[0])?
            .first()
            .map(|byte| Term::small(*byte as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("binary", "last", 1, |_, args| {
        bytes(args[0])?
            .last()
            .map(|byte| Term::small(*byte as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("binary", "copy", 1, |ctx, args| {
        copy(ctx, args[0], Term::small(1))
    }),
    Native::plain("binary", "copy", 2, |ctx, args| copy(ctx, args[0], args[1])),
    Native::plain("binary", "referenced_byte_size", 1, |_, args| {
        let bits = crate::term::bits::Bits::of(args[0]).ok_or(Stop::Badarg)?;
        Ok(Term::small(bits.referenced_bytes() as i64))
    }),
    Native::plain("binary", "compile_pattern", 1, |ctx, args| {
        let tag = if args[0].is_binary() { "bm" } else { "ac" };
        Patterns::of(args[0]).ok_or(Stop::Badarg)?;
        Ok(ctx.heap().tuple(&[Term::atom(Atom::new(tag)), args[0]]))
    }),
    Native::plain("binary", "match", 2, |ctx, args| {
        first_match(ctx, args[0], args[1], Term::NIL)
    }),
    Native::plain("binary", "match", 3, |ctx, args| {
        first_match(ctx, args[0], args[1], args[2])
    }),
    Native::plain("binary", "matches", 2, |ctx, args| {
        all_matches(ctx, args[0], args[1], Term::NIL)
    }),
    Native::plain("binary", "matches", 3, |ctx, args| {
        all_matches(ctx, args[0], args[1], args[2])
    }),
    Native::plain("binary", "split", 2, |ctx, args| {
        split(ctx, args[0], args[1], Term::NIL)
    }),
    Native::plain("binary", "split", 3, |ctx, args| {
        split(ctx, args[0], args[1], args[2])
    }),
    Native::plain("binary", "replace", 3, |ctx, args| replace(ctx, args, Term::NIL)),
    Native::plain("binary", "replace", 4, |ctx, args| replace(ctx, args, args[3])),
    Native::plain("binary", "longest_common_prefix", 1, |_, args| {
        common(args[0], End::Front)
    }),
    Native::plain("binary", "longest_common_suffix", 1, |_, args| {
        common(args[0], End::Back)
    }),
    Native::plain("binary", "list_to_bin", 1, |ctx, args| {
        if !args[0].is_list() {
            return Err(Stop::Badarg);
        }
        let bytes = super::iodata::collect(args[0]).ok_or(Stop::Badarg)?;
        Ok(ctx.heap().binary(&bytes))
    }),
    Native::plain("binary", "bin_to_list", 1, |ctx, args| {
        let bytes = bytes(args[0])?;
        Ok(list(ctx, &bytes))
    }),
    Native::plain("binary", "bin_to_list", 2, |ctx, args| {
        let (start, length) = args[1].pair().ok_or(Stop::Badarg)?;
        let bytes = bytes(args[0])?;
        let (start, length) = range(bytes.len(), start, length)?;
        Ok(list(ctx, &bytes[start..start + length]))
    }),
    Native::plain("binary", "bin_to_list", 3, |ctx, args| {
        let bytes = bytes(args[0])?;
        let (start, length) = range(bytes.len(), args[1], args[2])?;
        Ok(list(ctx, &bytes[start..start + length]))
    }),
    Native::plain("binary", "encode_unsigned", 1, |ctx, args| {
        encode_unsigned(ctx, args[0], known::BIG)
    }),
    Native::plain("binary", "encode_unsigned", 2, |ctx, args| {
        encode_unsigned(ctx, args[0], args[1].as_atom().ok_or(Stop::Badarg)?)
    }),
    Native::plain("binary", "decode_unsigned", 1, |ctx, args| {
        decode_unsigned(ctx, args[0], known::BIG)
    }),
    Native::plain("binary", "decode_unsigned", 2, |ctx, args| {
        decode_unsigned(ctx, args[0], args[1].as_atom().ok_or(Stop::Badarg)?)
    }),
    Native::plain("binary", "encode_hex", 1, |ctx, args| {
        encode_hex(ctx, args[0], b"0123456789ABCDEF")
    }),
    Native::plain("binary", "encode_hex", 2, |ctx, args| {
        match args[1].as_atom().map(Atom::as_str) {
            Some("uppercase") => encode_hex(ctx, args[0], b"0123456789ABCDEF"),
            Some("lowercase") => encode_hex(ctx, args[0], b"0123456789abcdef"),
            _ => Err(Stop::Badarg),
        }
    }),
    Native::plain("binary", "decode_hex", 1, |ctx, args| {
        let text = bytes(args[0])?;
        if text.len() % 2 != 0 {
            return Err(Stop::Badarg);
        }
        let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
        let decoded: Option<Vec<u8>> = text
            .chunks_exact(2)
            .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
            .collect();
        Ok(ctx.heap().binary(&decoded.ok_or(Stop::Badarg)?))
    }),
];

fn bytes(term: Term) -> Result<Cow<'static, [u8]>, Stop> {
    term.bytes().ok_or(Stop::Badarg)
}

fn list(ctx: &mut Ctx<'_>, bytes: &[u8]) -> Term {
    ctx.charge(bytes.len() as u32 / 16);
    ctx.heap()
        .list(bytes.iter().map(|byte| Term::small(*byte as i64)))
}

fn copy(ctx: &mut Ctx<'_>, binary: Term, times: Term) -> NativeResult {
    let bytes = bytes(binary)?;
    let times = times.as_usize().ok_or(Stop::Badarg)?;
    let total = bytes
        .len()
        .checked_mul(times)
        .filter(|total| *total < 1 << 40)
        .ok_or(Stop::SystemLimit)?;
    ctx.charge(total as u32 / 256);
    Ok(ctx.heap().binary_with(total, |to| {
        if !bytes.is_empty() {
            to.chunks_exact_mut(bytes.len())
                .for_each(|chunk| chunk.copy_from_slice(&bytes));
        }
    }))
}

#[derive(Default)]
struct Options {
    global: bool,
    trim: bool,
    trim_all: bool,
    scope: Option<(Term, Term)>,
    insert_replaced: Vec<usize>,
}

impl Options {
    fn of(list: Term) -> Result<Options, Stop> {
        let mut options = Options::default();
        for option in list.list_to_vec().ok_or(Stop::Badarg)? {
            if let Some((name, value)) = option.pair() {
                match name.as_atom() {
                    Some(known::SCOPE) => options.scope = Some(value.pair().ok_or(Stop::Badarg)?),
                    Some(name) if name.as_str() == "insert_replaced" => {
                        let places = if value.is_list() {
                            value.list_to_vec().ok_or(Stop::Badarg)?
                        } else {
                            vec![value]
                        };
                        for place in places {
                            options
                                .insert_replaced
                                .push(place.as_usize().ok_or(Stop::Badarg)?);
                        }
                    }
                    _ => return Err(Stop::Badarg),
                }
                continue;
            }
            match option.as_atom() {
                Some(known::GLOBAL) => options.global = true,
                Some(known::TRIM) => options.trim = true,
                Some(known::TRIM_ALL) => options.trim_all = true,
                _ => return Err(Stop::Badarg),
            }
        }
        Ok(options)
    }

    /// The part of the bytes to look at.
    fn scope(&self, size: usize) -> Result<(usize, usize), Stop> {
        match self.scope {
            Some((start, length)) => range(size, start, length),
            None => Ok((0, size)),
        }
    }
}

/// The matches in the scope as (start, length): the first one, or all that do not overlap.
fn search(
    ctx: &mut Ctx<'_>,
    bytes: &[u8],
    pattern: Term,
    options: &Options,
    global: bool,
) -> Result<Vec<(usize, usize)>, Stop> {
    let patterns = Patterns::of(pattern).ok_or(Stop::Badarg)?;
    let (start, length) = options.scope(bytes.len())?;
    ctx.charge(length as u32 / 128);
    let end = start + length;
    let (mut found, mut from) = (Vec::new(), start);
    while let Some((at, length)) = patterns.find(&bytes[..end], from) {
        found.push((at, length));
        if !global {
            break;
        }
        from = at + length;
    }
    Ok(found)
}

fn first_match(ctx: &mut Ctx<'_>, subject: Term, pattern: Term, options: Term) -> NativeResult {
    let bytes = bytes(subject)?;
    let options = Options::of(options)?;
    match search(ctx, &bytes, pattern, &options, false)?.first() {
        Some((at, length)) => Ok(ctx
            .heap()
            .tuple(&[Term::small(*at as i64), Term::small(*length as i64)])),
        None => Ok(Term::atom(known::NOMATCH)),
    }
}

fn all_matches(ctx: &mut Ctx<'_>, subject: Term, pattern: Term, options: Term) -> NativeResult {
    let bytes = bytes(subject)?;
    let options = Options::of(options)?;
    let found = search(ctx, &bytes, pattern, &options, true)?;
    let heap = ctx.heap();
    Ok(found.iter().rev().fold(Term::NIL, |list, (at, length)| {
        let pair = heap.tuple(&[Term::small(*at as i64), Term::small(*length as i64)]);
        heap.cons(pair, list)
    }))
}

fn split(ctx: &mut Ctx<'_>, subject: Term, pattern: Term, options: Term) -> NativeResult {
    let bytes = bytes(subject)?;
    let options = Options::of(options)?;
    let found = search(ctx, &bytes, pattern, &options, options.global)?;
    let (mut pieces, mut from) = (Vec::with_capacity(found.len() + 1), 0);
    for (at, length) in found {
        pieces.push((from, at - from));
        from = at + length;
    }
    pieces.push((from, bytes.len() - from));
    if options.trim_all {
        pieces.retain(|(_, length)| *length > 0);
    } else if options.trim {
        while pieces.last().is_some_and(|(_, length)| *length == 0) {
            pieces.pop();
        }
    }
    let heap = ctx.heap();
    Ok(pieces.iter().rev().fold(Term::NIL, |list, (start, length)| {
        let piece = heap.part(subject, start * 8, length * 8);
        heap.cons(piece, list)
    }))
}

/// The replacement is a binary; `:cordial_binary.replace_by/4` takes over if it is a fun.
fn replace(ctx: &mut Ctx<'_>, args: &[Term], options: Term) -> NativeResult {
    if args[2].fun_arity() == Some(1) {
        let by = Mfa {
            module: Atom::new("cordial_binary"),
            function: Atom::new("replace_by"),
            arity: 4,
        };
        return Err(Stop::Call(
            by,
            smallvec::smallvec![args[0], args[1], args[2], options],
        ));
    }
    let bytes = bytes(args[0])?;
    let replacement = self::bytes(args[2])?;
    let options = Options::of(options)?;
    if options.trim
        || options.trim_all
        || options
            .insert_replaced
            .iter()
            .any(|place| *place > replacement.len())
    {
        return Err(Stop::Badarg);
    }
    let found = search(ctx, &bytes, args[1], &options, options.global)?;
    if found.is_empty() {
        return Ok(args[0]);
    }
    let mut places = options.insert_replaced.clone();
    places.sort_unstable();
    let (mut result, mut from) = (Vec::with_capacity(bytes.len()), 0);
    for (at, length) in found {
        result.extend_from_slice(&bytes[from..at]);
        let mut done = 0;
        for place in &places {
            result.extend_from_slice(&replacement[done..*place]);
            result.extend_from_slice(&bytes[at..at + length]);
            done = *place;
        }
        result.extend_from_slice(&replacement[done..]);
        from = at + length;
    }
    result.extend_from_slice(&bytes[from..]);
    Ok(ctx.heap().binary(&result))
}

enum End {
    Front,
    Back,
}

fn common(list: Term, end: End) -> NativeResult {
    let binaries = list
        .list_to_vec()
        .filter(|list| !list.is_empty())
        .ok_or(Stop::Badarg)?;
    let binaries: Vec<Cow<'static, [u8]>> = binaries.into_iter().map(bytes).collect::<Result<_, _>>()?;
    let shortest = binaries.iter().map(|bytes| bytes.len()).min().unwrap_or(0);
    let byte = |bytes: &[u8], index: usize| match end {
        End::Front => bytes[index],
        End::Back => bytes[bytes.len() - 1 - index],
    };
    let length = (0..shortest)
        .take_while(|index| {
            binaries
                .iter()
                .all(|bytes| byte(bytes, *index) == byte(&binaries[0], *index))
        })
        .count();
    Ok(Term::small(length as i64))
}

fn encode_unsigned(ctx: &mut Ctx<'_>, value: Term, endian: Atom) -> NativeResult {
    let value = value.to_bigint().ok_or(Stop::Badarg)?;
    if value.sign() == num_bigint::Sign::Minus {
        return Err(Stop::Badarg);
    }
    let bytes = match endian {
        known::BIG => value.magnitude().to_bytes_be(),
        known::LITTLE => value.magnitude().to_bytes_le(),
        _ => return Err(Stop::Badarg),
    };
    Ok(ctx.heap().binary(&bytes))
}

fn decode_unsigned(ctx: &mut Ctx<'_>, binary: Term, endian: Atom) -> NativeResult {
    let mut bytes = bytes(binary)?.into_owned();
    match endian {
        known::BIG => bytes.reverse(),
        known::LITTLE => {}
        _ => return Err(Stop::Badarg),
    }
    let limbs: Limbs = bytes
        .chunks(8)
        .map(|chunk| {
            let mut limb = [0; 8];
            limb[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(limb)
        })
        .collect();
    Ok(ctx.heap().big(false, &limbs))
}

fn encode_hex(ctx: &mut Ctx<'_>, binary: Term, digits: &[u8; 16]) -> NativeResult {
    let bytes = bytes(binary)?;
    ctx.charge(bytes.len() as u32 / 64);
    Ok(ctx.heap().binary_with(bytes.len() * 2, |to| {
        for (pair, byte) in to.chunks_exact_mut(2).zip(bytes.iter()) {
            pair.copy_from_slice(&[digits[(byte >> 4) as usize], digits[(byte & 15) as usize]]);
        }
    }))
}
