//! `:base64`.

use super::{Ctx, Native, NativeResult, Stop, iodata};
use crate::atom::{Atom, known};
use crate::term::{Term, map};

pub static NATIVES: &[Native] = &[
    Native::plain("base64", "encode", 1, |ctx, args| {
        encode(ctx, args[0], Options::default())
    }),
    Native::plain("base64", "encode", 2, |ctx, args| {
        let options = options(args[1])?;
        encode(ctx, args[0], options)
    }),
    Native::plain("base64", "encode_to_string", 1, |ctx, args| {
        let text = encode(ctx, args[0], Options::default())?;
        Ok(list(ctx, text))
    }),
    Native::plain("base64", "encode_to_string", 2, |ctx, args| {
        let options = options(args[1])?;
        let text = encode(ctx, args[0], options)?;
        Ok(list(ctx, text))
    }),
    Native::plain("base64", "decode", 1, |ctx, args| {
        decode(ctx, args[0], Options::default(), Strange::Refuse)
    }),
    Native::plain("base64", "decode", 2, |ctx, args| {
        let options = options(args[1])?;
        decode(ctx, args[0], options, Strange::Refuse)
    }),
    Native::plain("base64", "decode_to_string", 1, |ctx, args| {
        let bytes = decode(ctx, args[0], Options::default(), Strange::Refuse)?;
        Ok(list(ctx, bytes))
    }),
    Native::plain("base64", "decode_to_string", 2, |ctx, args| {
        let options = options(args[1])?;
        let bytes = decode(ctx, args[0], options, Strange::Refuse)?;
        Ok(list(ctx, bytes))
    }),
    Native::plain("base64", "mime_decode", 1, |ctx, args| {
        decode(ctx, args[0], Options::default(), Strange::Skip)
    }),
    Native::plain("base64", "mime_decode", 2, |ctx, args| {
        let options = options(args[1])?;
        decode(ctx, args[0], options, Strange::Skip)
    }),
    Native::plain("base64", "mime_decode_to_string", 1, |ctx, args| {
        let bytes = decode(ctx, args[0], Options::default(), Strange::Skip)?;
        Ok(list(ctx, bytes))
    }),
];

struct Options {
    url_safe: bool,
    padding: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            url_safe: false,
            padding: true,
        }
    }
}

/// What to do with characters that are none of base64's.
#[derive(Clone, Copy, PartialEq)]
enum Strange {
    Refuse,
    Skip,
}

fn no_clause() -> Stop {
    Stop::error(Term::atom(known::FUNCTION_CLAUSE))
}

fn options(term: Term) -> Result<Options, Stop> {
    if !term.is_map() {
        return Err(no_clause());
    }
    let get = |name: &str| map::get(term, Term::atom(Atom::new(name)));
    Ok(Options {
        url_safe: get("mode")
            .and_then(Term::as_atom)
            .is_some_and(|mode| mode.as_str() == "urlsafe"),
        padding: get("padding") != Some(Term::FALSE),
    })
}

fn input(term: Term) -> Result<Vec<u8>, Stop> {
    if term.is_binary() || term.is_list() {
        iodata::collect(term).ok_or(Stop::Badarg)
    } else {
        Err(no_clause())
    }
}

fn list(ctx: &mut Ctx<'_>, binary: Term) -> Term {
    let bytes = binary.bytes().unwrap_or_default();
    ctx.heap()
        .list(bytes.iter().map(|byte| Term::small(*byte as i64)))
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn encode(ctx: &mut Ctx<'_>, data: Term, options: Options) -> NativeResult {
    let bytes = input(data)?;
    let digits = if options.url_safe { URL_SAFE } else { STANDARD };
    let mut text = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | *byte as u32) << (8 * (3 - chunk.len()));
        text.extend((0..=chunk.len()).map(|place| digits[(word >> (18 - 6 * place) & 63) as usize]));
        if options.padding {
            text.extend(std::iter::repeat_n(b'=', 3 - chunk.len()));
        }
    }
    ctx.charge(text.len() as u32 / 64);
    Ok(ctx.heap().binary(&text))
}

fn digit(byte: u8, url_safe: bool) -> Option<u32> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' if !url_safe => 62,
        b'/' if !url_safe => 63,
        b'-' if url_safe => 62,
        b'_' if url_safe => 63,
        _ => return None,
    } as u32)
}

fn decode(ctx: &mut Ctx<'_>, data: Term, options: Options, strange: Strange) -> NativeResult {
    let text = input(data)?;
    let (mut bytes, mut word, mut count) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0);
    let mut rest = text.iter().copied();
    let mut padding = 0;
    for byte in rest.by_ref() {
        if let Some(digit) = digit(byte, options.url_safe) {
            word = word << 6 | digit;
            count += 1;
            if count == 4 {
                bytes.extend_from_slice(&word.to_be_bytes()[1..]);
                (word, count) = (0, 0);
            }
        } else if byte == b'=' && (strange == Strange::Refuse || count >= 2) {
            padding = 1;
            break;
        } else if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') && strange == Strange::Refuse {
            return Err(Stop::Badarg);
        }
    }
    for byte in rest {
        match byte {
            b'=' => padding += 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ if strange == Strange::Skip => {}
            _ => return Err(Stop::Badarg),
        }
    }
    let missing = || Err(Stop::error(Term::atom(Atom::new("missing_padding"))));
    match (count, padding) {
        (0, 0) => {}
        (2, 2) | (3, 1) => {}
        (2 | 3, 0) if options.padding => return missing(),
        (2 | 3, 0) => {}
        (2, 1) => return missing(),
        (1, 0) => return missing(),
        _ => return Err(Stop::Badarg),
    }
    match count {
        2 => bytes.push((word >> 4) as u8),
        3 => bytes.extend([(word >> 10) as u8, (word >> 2) as u8]),
        _ => {}
    }
    ctx.charge(bytes.len() as u32 / 64);
    Ok(ctx.heap().binary(&bytes))
}
