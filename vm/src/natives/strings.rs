//! `:cordial_string`: what `String` needs of Unicode, over binaries of any bytes. A byte that is no UTF-8 is a
//! grapheme of its own.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::term::Term;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

pub static NATIVES: &[Native] = &[
    Native::plain("cordial_string", "next_grapheme", 1, next_grapheme),
    Native::plain("cordial_string", "graphemes", 1, graphemes),
    Native::plain("cordial_string", "length", 1, length),
    Native::plain("cordial_string", "skip", 2, skip),
    Native::plain("cordial_string", "valid", 1, valid),
    Native::plain("cordial_string", "split", 1, split),
    Native::plain("cordial_string", "trim", 2, trim),
    Native::plain("cordial_string", "upcase", 2, upcase),
    Native::plain("cordial_string", "downcase", 2, downcase),
    Native::plain("cordial_string", "titlecase_first", 2, titlecase_first),
    Native::plain("cordial_string", "normalize", 2, normalize),
    Native::plain("cordial_string", "is_printable", 1, is_printable),
];

fn bytes(term: Term) -> Result<Cow<'static, [u8]>, Stop> {
    if term.is_binary() {
        term.bytes().ok_or(Stop::Badarg)
    } else {
        Err(Stop::Badarg)
    }
}

fn charge(ctx: &mut Ctx<'_>, bytes: usize) {
    ctx.charge((bytes / 32) as u32);
}

/// The size in bytes of the first grapheme of a text that is not empty.
fn grapheme_size(text: &[u8]) -> usize {
    // Two ASCII bytes are two graphemes, but for a line ending.
    match text {
        [_] => return 1,
        [b'\r', b'\n', ..] => return 2,
        [first, second, ..] if first.is_ascii() && second.is_ascii() => return 1,
        _ => {}
    }
    let window = &text[..text.len().min(64)];
    let size = first_grapheme(window);
    if size == window.len() && window.len() < text.len() {
        first_grapheme(text)
    } else {
        size
    }
}

fn first_grapheme(text: &[u8]) -> usize {
    let valid = valid_prefix(text);
    match clusters(valid).next() {
        Some(first) => first.len(),
        None => 1,
    }
}

/// The graphemes of a text as Unicode had them before version 15.1, whose rule GB9c joins the consonants of a
/// conjunct ("स्ते"): OTP 27 has the older tables, where a consonant begins a grapheme.
fn clusters(text: &str) -> impl Iterator<Item = &str> {
    text.graphemes(true).flat_map(|cluster| {
        let mut rest = cluster;
        std::iter::from_fn(move || {
            let size = conjunct_break(rest)?;
            let (first, after) = rest.split_at(size);
            rest = after;
            Some(first)
        })
    })
}

/// Where the first consonant after a joiner stands; the whole size if there is none, nothing for an empty text.
fn conjunct_break(cluster: &str) -> Option<usize> {
    if cluster.len() < 9 {
        return (!cluster.is_empty()).then_some(cluster.len());
    }
    let mut previous_joins = false;
    for (index, char) in cluster.char_indices() {
        if previous_joins && is_consonant(char) {
            return Some(index);
        }
        previous_joins = index > 0 && !is_consonant(char);
    }
    Some(cluster.len())
}

/// Letters of the scripts of India and their neighbours.
fn is_consonant(char: char) -> bool {
    matches!(char, '\u{900}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1a20}'..='\u{1bff}' | '\u{a800}'..='\u{abff}' | '\u{11000}'..='\u{11fff}')
        && char.is_alphabetic()
        && ["a", char.encode_utf8(&mut [0; 4])]
            .concat()
            .graphemes(true)
            .count()
            == 2
}

fn valid_prefix(text: &[u8]) -> &str {
    text.utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

fn next_grapheme(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    if text.is_empty() {
        return Ok(Term::NIL_ATOM);
    }
    let size = grapheme_size(&text);
    let (first, rest) = (
        part(ctx, args[0], 0, size),
        part(ctx, args[0], size, text.len() - size),
    );
    Ok(ctx.heap().tuple(&[first, rest]))
}

fn part(ctx: &mut Ctx<'_>, text: Term, first: usize, size: usize) -> Term {
    ctx.heap().part(text, first * 8, size * 8)
}

fn graphemes(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    charge(ctx, text.len() * 4);
    let mut found = Vec::new();
    each_grapheme(&text, |first, size| found.push((first, size)));
    let parts: Vec<Term> = found
        .into_iter()
        .map(|(first, size)| part(ctx, args[0], first, size))
        .collect();
    Ok(ctx.heap().list(parts))
}

/// Calls with the position and the size of each grapheme.
fn each_grapheme(text: &[u8], mut visit: impl FnMut(usize, usize)) {
    let mut position = 0;
    for chunk in text.utf8_chunks() {
        for grapheme in clusters(chunk.valid()) {
            visit(position, grapheme.len());
            position += grapheme.len();
        }
        for _ in chunk.invalid() {
            visit(position, 1);
            position += 1;
        }
    }
}

fn length(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    charge(ctx, text.len());
    if text.is_ascii() && !text.contains(&b'\r') {
        return Ok(Term::small(text.len() as i64));
    }
    let mut count = 0;
    each_grapheme(&text, |_, _| count += 1);
    Ok(Term::small(count))
}

/// `{bytes, counted}`: the size of the first `n` graphemes, and how many of them there were.
fn skip(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    let wanted = args[1].as_usize().ok_or(Stop::Badarg)?;
    let (mut position, mut counted) = (0, 0);
    while counted < wanted && position < text.len() {
        position += grapheme_size(&text[position..]);
        counted += 1;
    }
    charge(ctx, position);
    Ok(ctx
        .heap()
        .tuple(&[Term::small(position as i64), Term::small(counted as i64)]))
}

fn valid(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    charge(ctx, text.len());
    Ok(Term::bool(std::str::from_utf8(&text).is_ok()))
}

/// The non-breaking spaces separate nothing.
fn separates(char: char) -> bool {
    char.is_whitespace() && !matches!(char, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

fn split(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    charge(ctx, text.len());
    let mut pieces = Vec::new();
    let (mut position, mut start) = (0, 0);
    for chunk in text.utf8_chunks() {
        for char in chunk.valid().chars() {
            if separates(char) {
                if start < position {
                    pieces.push((start, position - start));
                }
                start = position + char.len_utf8();
            }
            position += char.len_utf8();
        }
        position += chunk.invalid().len();
    }
    if start < position {
        pieces.push((start, position - start));
    }
    let parts: Vec<Term> = pieces
        .into_iter()
        .map(|(first, size)| part(ctx, args[0], first, size))
        .collect();
    Ok(ctx.heap().list(parts))
}

fn trim(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    let (leading, trailing) = match args[1].as_atom().map(Atom::as_str) {
        Some("leading") => (true, false),
        Some("trailing") => (false, true),
        Some("both") => (true, true),
        _ => return Err(Stop::Badarg),
    };
    let mut first = 0;
    if leading {
        let valid = valid_prefix(&text);
        first = valid.len() - valid.trim_start().len();
    }
    let mut end = text.len();
    if trailing {
        // Only a run of valid characters at the very end can be white space.
        let mut valid_from = 0;
        let mut position = 0;
        for chunk in text.utf8_chunks() {
            position += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                position += chunk.invalid().len();
                valid_from = position;
            }
        }
        if let Ok(last) = std::str::from_utf8(&text[valid_from.max(first)..]) {
            end = valid_from.max(first) + last.trim_end().len();
        }
    }
    charge(ctx, text.len() - (end - first));
    if first == 0 && end == text.len() {
        return Ok(args[0]);
    }
    Ok(part(ctx, args[0], first, end - first))
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Default,
    Ascii,
    Greek,
    Turkic,
}

fn mode(term: Term) -> Result<Mode, Stop> {
    match term.as_atom().map(Atom::as_str) {
        Some("default") => Ok(Mode::Default),
        Some("ascii") => Ok(Mode::Ascii),
        Some("greek") => Ok(Mode::Greek),
        Some("turkic") => Ok(Mode::Turkic),
        _ => Err(Stop::Badarg),
    }
}

/// Maps every character; bytes that are no characters stay. A stray first byte of two keeps the byte after it too,
/// where Elixir's clauses for mapped characters begin with that byte.
fn map(text: &[u8], mut each: impl FnMut(char, &str, &mut String)) -> Vec<u8> {
    let mut mapped = Vec::with_capacity(text.len());
    let mut buffer = String::new();
    let mut rest = text;
    while let Some(chunk) = rest.utf8_chunks().next() {
        let valid = chunk.valid();
        for (index, char) in valid.char_indices() {
            each(char, &valid[index + char.len_utf8()..], &mut buffer);
        }
        mapped.extend_from_slice(buffer.as_bytes());
        buffer.clear();
        let after = &rest[valid.len()..];
        let kept = match chunk.invalid() {
            [195..=202 | 205..=214] => after.len().min(2),
            invalid => invalid.len(),
        };
        mapped.extend_from_slice(&after[..kept]);
        rest = &after[kept..];
    }
    mapped
}

fn upcase(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    let mode = mode(args[1])?;
    charge(ctx, text.len());
    if mode == Mode::Ascii || (text.is_ascii() && mode != Mode::Turkic) {
        return Ok(ctx.heap().binary_with(text.len(), |to| {
            to.copy_from_slice(&text);
            to.make_ascii_uppercase();
        }));
    }
    let mapped = map(&text, |char, _, to| match char {
        'i' if mode == Mode::Turkic => to.push('İ'),
        _ => to.extend(char.to_uppercase()),
    });
    Ok(ctx.heap().binary(&mapped))
}

fn downcase(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    let mode = mode(args[1])?;
    charge(ctx, text.len());
    if mode == Mode::Ascii || (text.is_ascii() && mode != Mode::Turkic) {
        return Ok(ctx.heap().binary_with(text.len(), |to| {
            to.copy_from_slice(&text);
            to.make_ascii_lowercase();
        }));
    }
    let mut previous_is_letter = false;
    let mapped = map(&text, |char, rest, to| {
        match char {
            // A sigma at the end of a word has a form of its own.
            'Σ' if mode == Mode::Greek => {
                let ends = !rest.chars().next().is_some_and(char::is_alphabetic);
                to.push(if ends && previous_is_letter { 'ς' } else { 'σ' });
            }
            'I' if mode == Mode::Turkic => {
                if !rest.starts_with('\u{307}') {
                    to.push('ı');
                } else {
                    to.push('i');
                }
            }
            'İ' if mode == Mode::Turkic => to.push('i'),
            '\u{307}' if mode == Mode::Turkic && to.ends_with('i') => {}
            _ => to.extend(char.to_lowercase()),
        }
        previous_is_letter = char.is_alphabetic();
    });
    Ok(ctx.heap().binary(&mapped))
}

fn titlecase_first(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    let mode = mode(args[1])?;
    let Some(first) = valid_prefix(&text[..text.len().min(4)]).chars().next() else {
        let size = text.len().min(1);
        let (first, rest) = (
            part(ctx, args[0], 0, size),
            part(ctx, args[0], size, text.len() - size),
        );
        return Ok(ctx.heap().tuple(&[first, rest]));
    };
    let title = title(first, mode);
    let (title, rest) = (
        ctx.heap().string(&title),
        part(ctx, args[0], first.len_utf8(), text.len() - first.len_utf8()),
    );
    Ok(ctx.heap().tuple(&[title, rest]))
}

/// The title case of a character. Only the letters made of two differ from upper case, and the ligatures and accents
/// whose upper case is more than one character (SpecialCasing of the Unicode database).
fn title(char: char, mode: Mode) -> String {
    match char {
        _ if mode == Mode::Ascii => char.to_ascii_uppercase().into(),
        'i' if mode == Mode::Turkic => "İ".into(),
        'Ǆ' | 'ǅ' | 'ǆ' => "ǅ".into(),
        'Ǉ' | 'ǈ' | 'ǉ' => "ǈ".into(),
        'Ǌ' | 'ǋ' | 'ǌ' => "ǋ".into(),
        'Ǳ' | 'ǲ' | 'ǳ' => "ǲ".into(),
        'ŉ' => "ʼN".into(),
        // The Georgian letters have no title case.
        'ა'..='ჺ' | 'ჽ'..='ჿ' => char.into(),
        // Greek letters with an iota subscript keep it in title case.
        '\u{1f80}'..='\u{1faf}' => char::from_u32(char as u32 | 8).unwrap_or(char).into(),
        'ᾳ' | 'ῃ' | 'ῳ' => char::from_u32(char as u32 + 9).unwrap_or(char).into(),
        _ => {
            let mut upper = char.to_uppercase();
            let mut title: String = upper.next().into_iter().collect();
            upper.for_each(|rest| title.extend(rest.to_lowercase()));
            title
        }
    }
}

fn normalize(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = bytes(args[0])?;
    let form: fn(&str) -> String = match args[1].as_atom().map(Atom::as_str) {
        Some("nfc") => |text| text.nfc().collect(),
        Some("nfd") => |text| text.nfd().collect(),
        Some("nfkc") => |text| text.nfkc().collect(),
        Some("nfkd") => |text| text.nfkd().collect(),
        _ => return Err(Stop::Badarg),
    };
    charge(ctx, text.len() * 2);
    if text.is_ascii() {
        return Ok(args[0]);
    }
    let mut normal = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        normal.extend_from_slice(form(chunk.valid()).as_bytes());
        normal.extend_from_slice(chunk.invalid());
    }
    Ok(ctx.heap().binary(&normal))
}

/// As `String.printable?` sees a character: no control characters but those that have an escape.
fn is_printable(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let printable = match args[0].as_i64() {
        Some(0x07..=0x0d | 0x1b | 0x20..=0x7f | 0xa0..=0xd7ff | 0xe000..=0xfffd | 0x10000..=0x10ffff) => true,
        Some(_) => false,
        None => return Err(Stop::Badarg),
    };
    Ok(Term::bool(printable))
}
