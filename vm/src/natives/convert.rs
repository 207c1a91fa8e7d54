//! Integers, atoms and identifiers as text, and back.

use super::iodata::bytes_of_list;
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, MAX_CHARACTERS, known};
use crate::term::Term;
use num_bigint::BigInt;
use std::borrow::Cow;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "integer_to_binary", 1, |ctx, args| {
        integer_text(ctx, args[0], 10, binary)
    }),
    Native::plain("erlang", "integer_to_binary", 2, |ctx, args| {
        integer_text(ctx, args[0], base(args[1])?, binary)
    }),
    Native::plain("erlang", "integer_to_list", 1, |ctx, args| {
        integer_text(ctx, args[0], 10, list)
    }),
    Native::plain("erlang", "integer_to_list", 2, |ctx, args| {
        integer_text(ctx, args[0], base(args[1])?, list)
    }),
    Native::plain("erlang", "binary_to_integer", 1, |ctx, args| {
        read_integer(ctx, &bytes(args[0])?, 10)
    }),
    Native::plain("erlang", "binary_to_integer", 2, |ctx, args| {
        read_integer(ctx, &bytes(args[0])?, base(args[1])?)
    }),
    Native::plain("erlang", "list_to_integer", 1, |ctx, args| {
        read_integer(ctx, &bytes_of_list(args[0]).ok_or(Stop::Badarg)?, 10)
    }),
    Native::plain("erlang", "list_to_integer", 2, |ctx, args| {
        read_integer(ctx, &bytes_of_list(args[0]).ok_or(Stop::Badarg)?, base(args[1])?)
    }),
    Native::plain("string", "list_to_integer", 1, list_front_integer),
    Native::plain("erlang", "atom_to_binary", 1, |ctx, args| {
        let atom = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(ctx.heap().string(atom.as_str()))
    }),
    Native::plain("erlang", "atom_to_binary", 2, atom_to_binary),
    Native::plain("erlang", "atom_to_list", 1, |ctx, args| {
        let atom = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(list(ctx, atom.as_str()))
    }),
    Native::plain("erlang", "binary_to_atom", 1, |_, args| {
        atom(&text(args[0], known::UTF8)?, Atoms::New)
    }),
    Native::plain("erlang", "binary_to_atom", 2, |_, args| {
        atom(
            &text(args[0], args[1].as_atom().ok_or(Stop::Badarg)?)?,
            Atoms::New,
        )
    }),
    Native::plain("erlang", "binary_to_existing_atom", 1, |_, args| {
        atom(&text(args[0], known::UTF8)?, Atoms::Existing)
    }),
    Native::plain("erlang", "binary_to_existing_atom", 2, |_, args| {
        atom(
            &text(args[0], args[1].as_atom().ok_or(Stop::Badarg)?)?,
            Atoms::Existing,
        )
    }),
    Native::plain("erlang", "list_to_atom", 1, |_, args| {
        atom(&characters(args[0])?, Atoms::New)
    }),
    Native::plain("erlang", "list_to_existing_atom", 1, |_, args| {
        atom(&characters(args[0])?, Atoms::Existing)
    }),
    Native::plain("erlang", "pid_to_list", 1, |ctx, args| {
        if args[0].is_pid() {
            Ok(list(ctx, &args[0].to_string()))
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("erlang", "port_to_list", 1, |ctx, args| {
        if args[0].is_port() {
            Ok(list(ctx, &args[0].to_string()))
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("erlang", "ref_to_list", 1, |ctx, args| {
        if args[0].is_ref() {
            Ok(list(ctx, &args[0].to_string()))
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("erlang", "list_to_pid", 1, |_, args| {
        let text = characters(args[0])?;
        let [0, index, serial] = dotted::<3>(&text, "<", ">")? else {
            return Err(Stop::Badarg);
        };
        Ok(Term::pid((serial & 0xfff_ffff) << 28 | index & 0xfff_ffff))
    }),
    Native::plain("erlang", "list_to_port", 1, |_, args| {
        let text = characters(args[0])?;
        let [0, number] = dotted::<2>(&text, "#Port<", ">")? else {
            return Err(Stop::Badarg);
        };
        Ok(Term::port(number))
    }),
    Native::plain("erlang", "list_to_ref", 1, |ctx, args| {
        let text = characters(args[0])?;
        let [0, belongs, high, low] = dotted::<4>(&text, "#Ref<", ">")? else {
            return Err(Stop::Badarg);
        };
        Ok(ctx
            .heap()
            .reference_from((high & 0xffff_ffff) << 32 | low & 0xffff_ffff, belongs))
    }),
];

fn binary(ctx: &mut Ctx<'_>, text: &str) -> Term {
    ctx.heap().string(text)
}

/// A list of the text's characters.
fn list(ctx: &mut Ctx<'_>, text: &str) -> Term {
    ctx.heap().list(text.chars().map(|c| Term::small(c as i64)))
}

fn bytes(term: Term) -> Result<Cow<'static, [u8]>, Stop> {
    term.bytes().ok_or(Stop::Badarg)
}

fn base(term: Term) -> Result<u32, Stop> {
    match term.as_small() {
        Some(base @ 2..=36) => Ok(base as u32),
        _ => Err(Stop::Badarg),
    }
}

fn integer_text(
    ctx: &mut Ctx<'_>,
    term: Term,
    base: u32,
    give: fn(&mut Ctx<'_>, &str) -> Term,
) -> NativeResult {
    if let Some(value) = term.as_small() {
        if base == 10 {
            let mut buffer = [0; 20];
            return Ok(give(ctx, decimal(value, &mut buffer)));
        }
        return Ok(give(ctx, &BigInt::from(value).to_str_radix(base).to_uppercase()));
    }
    let value = term.to_bigint().ok_or(Stop::Badarg)?;
    ctx.charge((value.bits() / 256) as u32);
    let text = value.to_str_radix(base);
    Ok(give(
        ctx,
        if base > 10 { text.to_uppercase() } else { text }.as_str(),
    ))
}

fn decimal(value: i64, buffer: &mut [u8; 20]) -> &str {
    let mut magnitude = value.unsigned_abs();
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (magnitude % 10) as u8;
        magnitude /= 10;
        if magnitude == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    std::str::from_utf8(&buffer[at..]).unwrap_or("")
}

/// A sign, then digits; nothing else.
fn parse_integer(bytes: &[u8], base: u32) -> Option<Parsed> {
    let (negative, digits) = match bytes {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() {
        return None;
    }
    if digits.len() <= 11 || base <= 10 && digits.len() <= 18 {
        let mut value = 0i64;
        for byte in digits {
            value = value * base as i64 + (*byte as char).to_digit(base)? as i64;
        }
        return Some(Parsed::Small(if negative { -value } else { value }));
    }
    if !digits.iter().all(|byte| (*byte as char).is_digit(base)) {
        return None;
    }
    let value = BigInt::parse_bytes(digits, base)?;
    Some(Parsed::Big(if negative { -value } else { value }))
}

enum Parsed {
    Small(i64),
    Big(BigInt),
}

fn read_integer(ctx: &mut Ctx<'_>, bytes: &[u8], base: u32) -> NativeResult {
    match parse_integer(bytes, base).ok_or(Stop::Badarg)? {
        Parsed::Small(value) => Ok(ctx.heap().integer(value)),
        Parsed::Big(value) => {
            ctx.charge(bytes.len() as u32 / 16);
            Ok(ctx.heap().integer(&value))
        }
    }
}

/// `{integer, rest}` of a list that begins with one, else `{:error, :no_integer}`.
fn list_front_integer(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let error = |ctx: &mut Ctx<'_>, why: &str| Ok(ctx.heap().error(Term::atom(Atom::new(why))));
    if !args[0].is_list() {
        return error(ctx, "not_a_list");
    }
    let (mut front, mut rest) = (Vec::new(), args[0]);
    while let Some((head, tail)) = rest.uncons() {
        match head.as_small().and_then(|value| u8::try_from(value).ok()) {
            Some(byte) if byte.is_ascii_digit() || front.is_empty() && (byte == b'+' || byte == b'-') => {
                front.push(byte)
            }
            _ => break,
        }
        rest = tail;
    }
    match read_integer(ctx, &front, 10) {
        Ok(value) => Ok(ctx.heap().tuple(&[value, rest])),
        Err(_) => error(ctx, "no_integer"),
    }
}

fn atom_to_binary(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = args[0].as_atom().ok_or(Stop::Badarg)?.as_str();
    match args[1].as_atom() {
        Some(known::UTF8 | known::UNICODE) => Ok(ctx.heap().string(text)),
        Some(known::LATIN1) => {
            let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c as u32).ok()).collect();
            Ok(ctx.heap().binary(&bytes.ok_or(Stop::Badarg)?))
        }
        _ => Err(Stop::Badarg),
    }
}

enum Atoms {
    New,
    Existing,
}

/// The text of a binary in this encoding.
fn text(term: Term, encoding: Atom) -> Result<String, Stop> {
    let bytes = bytes(term)?;
    match encoding {
        known::UTF8 | known::UNICODE => String::from_utf8(bytes.into_owned()).map_err(|_| Stop::Badarg),
        known::LATIN1 => Ok(bytes.iter().map(|byte| *byte as char).collect()),
        _ => Err(Stop::Badarg),
    }
}

/// The text of a list of characters.
fn characters(list: Term) -> Result<String, Stop> {
    let mut text = String::new();
    let mut iter = list.list_iter();
    for element in iter.by_ref() {
        let code = element
            .as_small()
            .and_then(|value| u32::try_from(value).ok())
            .ok_or(Stop::Badarg)?;
        text.push(char::from_u32(code).ok_or(Stop::Badarg)?);
    }
    if iter.tail.is_nil() {
        Ok(text)
    } else {
        Err(Stop::Badarg)
    }
}

fn atom(text: &str, atoms: Atoms) -> NativeResult {
    if text.len() > MAX_CHARACTERS && text.chars().count() > MAX_CHARACTERS {
        return Err(match atoms {
            Atoms::New => Stop::SystemLimit,
            Atoms::Existing => Stop::Badarg,
        });
    }
    match atoms {
        Atoms::New => Ok(Term::atom(Atom::new(text))),
        Atoms::Existing => Atom::existing(text).map(Term::atom).ok_or(Stop::Badarg),
    }
}

/// `N` numbers with points between them, in brackets.
fn dotted<const N: usize>(text: &str, open: &str, close: &str) -> Result<[u64; N], Stop> {
    let inner = text
        .strip_prefix(open)
        .and_then(|text| text.strip_suffix(close))
        .ok_or(Stop::Badarg)?;
    let numbers: Result<Vec<u64>, _> = inner.split('.').map(str::parse).collect();
    numbers
        .map_err(|_| Stop::Badarg)?
        .try_into()
        .map_err(|_| Stop::Badarg)
}
