//! `:unicode`: conversions between encodings, over binaries and nested lists of characters.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::heap::Heap;
use crate::term::Term;
use unicode_normalization::UnicodeNormalization;

pub static NATIVES: &[Native] = &[
    Native::plain("unicode", "characters_to_binary", 1, |ctx, args| {
        to_binary(ctx, args[0], Encoding::Utf8, Encoding::Utf8)
    }),
    Native::plain("unicode", "characters_to_binary", 2, |ctx, args| {
        to_binary(ctx, args[0], encoding(args[1])?, Encoding::Utf8)
    }),
    Native::plain("unicode", "characters_to_binary", 3, |ctx, args| {
        to_binary(ctx, args[0], encoding(args[1])?, encoding(args[2])?)
    }),
    Native::plain("unicode", "characters_to_list", 1, |ctx, args| {
        to_list(ctx, args[0], Encoding::Utf8)
    }),
    Native::plain("unicode", "characters_to_list", 2, |ctx, args| {
        to_list(ctx, args[0], encoding(args[1])?)
    }),
    Native::plain("unicode", "characters_to_nfc_binary", 1, |ctx, args| {
        normal_binary(ctx, args[0], |t| t.nfc().collect())
    }),
    Native::plain("unicode", "characters_to_nfd_binary", 1, |ctx, args| {
        normal_binary(ctx, args[0], |t| t.nfd().collect())
    }),
    Native::plain("unicode", "characters_to_nfkc_binary", 1, |ctx, args| {
        normal_binary(ctx, args[0], |t| t.nfkc().collect())
    }),
    Native::plain("unicode", "characters_to_nfkd_binary", 1, |ctx, args| {
        normal_binary(ctx, args[0], |t| t.nfkd().collect())
    }),
    Native::plain("unicode", "characters_to_nfc_list", 1, |ctx, args| {
        normal_list(ctx, args[0], |t| t.nfc().collect())
    }),
    Native::plain("unicode", "characters_to_nfd_list", 1, |ctx, args| {
        normal_list(ctx, args[0], |t| t.nfd().collect())
    }),
    Native::plain("unicode", "characters_to_nfkc_list", 1, |ctx, args| {
        normal_list(ctx, args[0], |t| t.nfkc().collect())
    }),
    Native::plain("unicode", "characters_to_nfkd_list", 1, |ctx, args| {
        normal_list(ctx, args[0], |t| t.nfkd().collect())
    }),
    Native::plain("unicode", "bom_to_encoding", 1, bom_to_encoding),
    Native::plain("unicode", "encoding_to_bom", 1, encoding_to_bom),
];

#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Latin1,
    Utf8,
    Utf16 { little: bool },
    Utf32 { little: bool },
}

fn encoding(term: Term) -> Result<Encoding, Stop> {
    let (name, little) = match term.pair() {
        Some((name, order)) => match order.as_atom().map(Atom::as_str) {
            Some("big") => (name, false),
            Some("little") => (name, true),
            _ => return Err(Stop::Badarg),
        },
        None => (term, false),
    };
    match name.as_atom().map(Atom::as_str) {
        Some("latin1") => Ok(Encoding::Latin1),
        Some("utf8" | "unicode") => Ok(Encoding::Utf8),
        Some("utf16") => Ok(Encoding::Utf16 { little }),
        Some("utf32") => Ok(Encoding::Utf32 { little }),
        _ => Err(Stop::Badarg),
    }
}

/// How a conversion ended.
enum End {
    Complete,
    /// What is left begins with something that is no character.
    Error(Rest),
    /// What is left is the beginning of a character.
    Incomplete(Rest),
}

/// What was not converted: the rest of the piece, and the lists that it was in, the innermost last.
struct Rest {
    piece: Piece,
    lists: Vec<Term>,
}

enum Piece {
    Bytes(Vec<u8>),
    Term(Term),
}

impl Rest {
    fn build(self, heap: &mut Heap) -> Term {
        let mut rest = match self.piece {
            Piece::Bytes(bytes) => heap.binary(&bytes),
            Piece::Term(term) => term,
        };
        for tail in self.lists.into_iter().rev() {
            rest = heap.cons(rest, tail);
        }
        rest
    }
}

/// Feeds every character of nested data to `put`, which says whether the output encoding has it.
fn walk(data: Term, from: Encoding, mut put: impl FnMut(u32) -> bool) -> Result<(End, usize), Stop> {
    // Tails of the lists that are open.
    let mut lists: Vec<Term> = Vec::new();
    let mut current = data;
    let mut work = 0;
    loop {
        if current.is_binary() {
            let bytes = current.bytes().ok_or(Stop::Badarg)?;
            work += bytes.len();
            let (used, end) = decode(&bytes, from, &mut put);
            let rest = |lists: &[Term]| Rest {
                piece: Piece::Bytes(bytes[used..].to_vec()),
                lists: lists.to_vec(),
            };
            match end {
                Decoded::All => {}
                Decoded::Bad => return Ok((End::Error(rest(&lists)), work)),
                Decoded::Short if lists.iter().all(|tail| tail.is_nil()) => {
                    return Ok((End::Incomplete(rest(&lists)), work));
                }
                Decoded::Short => return Ok((End::Error(rest(&lists)), work)),
            }
        } else if let Some((head, tail)) = current.uncons() {
            lists.push(tail);
            current = head;
            continue;
        } else if current.is_nil() {
        } else if let Some(code) = current.as_i64().filter(|_| !lists.is_empty()) {
            work += 1;
            let is_char = match from {
                Encoding::Latin1 => (0..=0xff).contains(&code),
                _ => u32::try_from(code).ok().and_then(char::from_u32).is_some(),
            };
            if !is_char || !put(code as u32) {
                return Ok((
                    End::Error(Rest {
                        piece: Piece::Term(current),
                        lists,
                    }),
                    work,
                ));
            }
        } else {
            return Err(Stop::Badarg);
        }
        // Goes on with the innermost list that has something left.
        loop {
            match lists.pop() {
                None => return Ok((End::Complete, work)),
                Some(tail) if tail.is_nil() => {}
                Some(tail) => {
                    current = tail;
                    break;
                }
            }
        }
    }
}

enum Decoded {
    All,
    Bad,
    Short,
}

/// Decodes as many characters as there are: the bytes used.
fn decode(bytes: &[u8], from: Encoding, put: &mut impl FnMut(u32) -> bool) -> (usize, Decoded) {
    let mut position = 0;
    while position < bytes.len() {
        let rest = &bytes[position..];
        let (code, size) = match next(rest, from) {
            Ok(found) => found,
            Err(end) => return (position, end),
        };
        if !put(code) {
            return (position, Decoded::Bad);
        }
        position += size;
    }
    (position, Decoded::All)
}

fn next(bytes: &[u8], from: Encoding) -> Result<(u32, usize), Decoded> {
    match from {
        Encoding::Latin1 => Ok((bytes[0] as u32, 1)),
        Encoding::Utf8 => next_utf8(bytes),
        Encoding::Utf16 { little } => {
            let first = unit16(bytes, little).ok_or(Decoded::Short)?;
            match first {
                0xd800..=0xdbff => {
                    let second = unit16(&bytes[2..], little).ok_or(Decoded::Short)?;
                    if !(0xdc00..=0xdfff).contains(&second) {
                        return Err(Decoded::Bad);
                    }
                    Ok((
                        0x10000 + ((first as u32 - 0xd800) << 10) + (second as u32 - 0xdc00),
                        4,
                    ))
                }
                0xdc00..=0xdfff => Err(Decoded::Bad),
                _ => Ok((first as u32, 2)),
            }
        }
        Encoding::Utf32 { little } => {
            let unit: [u8; 4] = bytes
                .get(..4)
                .and_then(|unit| unit.try_into().ok())
                .ok_or(Decoded::Short)?;
            let code = if little {
                u32::from_le_bytes(unit)
            } else {
                u32::from_be_bytes(unit)
            };
            if char::from_u32(code).is_some() {
                Ok((code, 4))
            } else {
                Err(Decoded::Bad)
            }
        }
    }
}

fn unit16(bytes: &[u8], little: bool) -> Option<u16> {
    let unit: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
    Some(if little {
        u16::from_le_bytes(unit)
    } else {
        u16::from_be_bytes(unit)
    })
}

fn next_utf8(bytes: &[u8]) -> Result<(u32, usize), Decoded> {
    if bytes[0].is_ascii() {
        return Ok((bytes[0] as u32, 1));
    }
    let window = &bytes[..bytes.len().min(4)];
    match std::str::from_utf8(window) {
        Ok(text) => text
            .chars()
            .next()
            .map(|char| (char as u32, char.len_utf8()))
            .ok_or(Decoded::Bad),
        Err(error) if error.valid_up_to() > 0 => {
            let text = std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or("");
            text.chars()
                .next()
                .map(|char| (char as u32, char.len_utf8()))
                .ok_or(Decoded::Bad)
        }
        Err(error) if error.error_len().is_none() && window.len() == bytes.len() => Err(Decoded::Short),
        Err(_) => Err(Decoded::Bad),
    }
}

/// Appends a character, unless the encoding does not have it.
fn encode(code: u32, to: Encoding, out: &mut Vec<u8>) -> bool {
    let Some(char) = char::from_u32(code) else {
        return false;
    };
    match to {
        Encoding::Latin1 => match u8::try_from(code) {
            Ok(byte) => out.push(byte),
            Err(_) => return false,
        },
        Encoding::Utf8 => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        Encoding::Utf16 { little } => {
            for unit in char.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(&if little {
                    unit.to_le_bytes()
                } else {
                    unit.to_be_bytes()
                });
            }
        }
        Encoding::Utf32 { little } => {
            out.extend_from_slice(&if little {
                code.to_le_bytes()
            } else {
                code.to_be_bytes()
            });
        }
    }
    true
}

fn to_binary(ctx: &mut Ctx<'_>, data: Term, from: Encoding, to: Encoding) -> NativeResult {
    // Most texts are what is wanted already.
    if from == Encoding::Utf8 && to == Encoding::Utf8 && data.is_binary() {
        let bytes = data.bytes().ok_or(Stop::Badarg)?;
        ctx.charge((bytes.len() / 64) as u32);
        if std::str::from_utf8(&bytes).is_ok() {
            return Ok(data);
        }
    }
    let mut out = Vec::new();
    let (end, work) = walk(data, from, |code| encode(code, to, &mut out))?;
    ctx.charge((work / 16) as u32);
    let converted = ctx.heap().binary(&out);
    Ok(answer(ctx.heap(), converted, end))
}

fn to_list(ctx: &mut Ctx<'_>, data: Term, from: Encoding) -> NativeResult {
    let mut out = Vec::new();
    let (end, work) = walk(data, from, |code| {
        out.push(Term::small(code as i64));
        true
    })?;
    ctx.charge((work / 16) as u32);
    let converted = ctx.heap().list(out);
    Ok(answer(ctx.heap(), converted, end))
}

fn answer(heap: &mut Heap, converted: Term, end: End) -> Term {
    let (name, rest) = match end {
        End::Complete => return converted,
        End::Error(rest) => ("error", rest),
        End::Incomplete(rest) => ("incomplete", rest),
    };
    let rest = rest.build(heap);
    heap.tuple(&[Term::atom(Atom::new(name)), converted, rest])
}

/// The text of nested data, or the answer that says why it is none.
fn text(ctx: &mut Ctx<'_>, data: Term) -> Result<Result<String, (Vec<u8>, End)>, Stop> {
    let mut out = Vec::new();
    let (end, work) = walk(data, Encoding::Utf8, |code| {
        encode(code, Encoding::Utf8, &mut out)
    })?;
    ctx.charge((work / 8) as u32);
    Ok(match (end, String::from_utf8(out)) {
        (End::Complete, Ok(text)) => Ok(text),
        (end, Ok(text)) => Err((text.into_bytes(), end)),
        (end, Err(error)) => Err((error.into_bytes(), end)),
    })
}

fn normal_binary(ctx: &mut Ctx<'_>, data: Term, form: fn(&str) -> String) -> NativeResult {
    match text(ctx, data)? {
        Ok(text) => Ok(ctx.heap().string(&form(&text))),
        Err((converted, end)) => {
            let converted = ctx.heap().binary(&converted);
            Ok(answer(ctx.heap(), converted, end))
        }
    }
}

fn normal_list(ctx: &mut Ctx<'_>, data: Term, form: fn(&str) -> String) -> NativeResult {
    let characters = |ctx: &mut Ctx<'_>, text: &str| {
        let codes: Vec<Term> = text.chars().map(|char| Term::small(char as i64)).collect();
        ctx.heap().list(codes)
    };
    match text(ctx, data)? {
        Ok(text) => Ok(characters(ctx, &form(&text))),
        Err((converted, end)) => {
            let converted = characters(ctx, &String::from_utf8_lossy(&converted));
            Ok(answer(ctx.heap(), converted, end))
        }
    }
}

const BOMS: [(&[u8], &str, Option<&str>); 5] = [
    (&[0xef, 0xbb, 0xbf], "utf8", None),
    (&[0x00, 0x00, 0xfe, 0xff], "utf32", Some("big")),
    (&[0xff, 0xfe, 0x00, 0x00], "utf32", Some("little")),
    (&[0xfe, 0xff], "utf16", Some("big")),
    (&[0xff, 0xfe], "utf16", Some("little")),
];

fn bom_to_encoding(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
    let found = BOMS.iter().find(|(bom, _, _)| bytes.starts_with(bom));
    let (name, size) = match found {
        None => (Term::atom(Atom::new("latin1")), 0),
        Some((bom, name, None)) => (Term::atom(Atom::new(name)), bom.len()),
        Some((bom, name, Some(order))) => {
            let parts = [Term::atom(Atom::new(name)), Term::atom(Atom::new(order))];
            (ctx.heap().tuple(&parts), bom.len())
        }
    };
    Ok(ctx.heap().tuple(&[name, Term::small(size as i64)]))
}

fn encoding_to_bom(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let bom: &[u8] = match encoding(args[0])? {
        Encoding::Latin1 => &[],
        Encoding::Utf8 => BOMS[0].0,
        Encoding::Utf32 { little: false } => BOMS[1].0,
        Encoding::Utf32 { little: true } => BOMS[2].0,
        Encoding::Utf16 { little: false } => BOMS[3].0,
        Encoding::Utf16 { little: true } => BOMS[4].0,
    };
    Ok(ctx.heap().binary(bom))
}
