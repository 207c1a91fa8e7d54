//! Term to bytes.

use super::tag;
use crate::atom::{Atom, known};
use crate::term::view::View;
use crate::term::{Term, compare_exact};
use std::io::Write;

/// How to write.
#[derive(Clone, Copy)]
pub struct Options {
    /// Below 2 atoms of Latin-1 are written as such, at 0 floats as text.
    pub minor_version: u8,
    /// Maps in the order of their keys, however large.
    pub deterministic: bool,
    /// As a zlib stream, where that is shorter.
    pub compressed: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            minor_version: 2,
            deterministic: false,
            compressed: false,
        }
    }
}

/// The external format, with the version byte.
pub fn encode(term: Term) -> Vec<u8> {
    encode_with(term, Options::default())
}

pub fn encode_with(term: Term, options: Options) -> Vec<u8> {
    let mut out = vec![tag::VERSION];
    let mut stack = vec![term];
    while let Some(term) = stack.pop() {
        one(term, options, &mut out, &mut stack);
    }
    if options.compressed { compressed(out) } else { out }
}

/// The same term as a zlib stream, where that is shorter.
pub fn compressed(plain: Vec<u8>) -> Vec<u8> {
    let mut out = vec![tag::VERSION, tag::COMPRESSED];
    out.extend((plain.len() as u32 - 1).to_be_bytes());
    let mut encoder = flate2::write::ZlibEncoder::new(out, flate2::Compression::default());
    match encoder.write_all(&plain[1..]).and_then(|()| encoder.finish()) {
        Ok(packed) if packed.len() < plain.len() => packed,
        _ => plain,
    }
}

fn one(term: Term, options: Options, out: &mut Vec<u8>, stack: &mut Vec<Term>) {
    match term.view() {
        View::Small(value) => integer(value, out),
        View::Big(big) => magnitude(
            big.negative,
            big.limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect(),
            out,
        ),
        View::Float(value) if options.minor_version == 0 => {
            let text = scientific(value);
            out.push(tag::FLOAT);
            out.extend_from_slice(text.as_bytes());
            out.extend(std::iter::repeat_n(0, 31 - text.len().min(31)));
        }
        View::Float(value) => {
            out.push(tag::NEW_FLOAT);
            out.extend(value.to_be_bytes());
        }
        View::Atom(name) if options.minor_version < 2 && latin1(name, out) => {}
        View::Atom(name) => atom(name, out),
        View::Nil => out.push(tag::NIL),
        View::Cons(..) => list(term, out, stack),
        View::Tuple(elements) => {
            match u8::try_from(elements.len()) {
                Ok(arity) => out.extend([tag::SMALL_TUPLE, arity]),
                Err(_) => {
                    out.push(tag::LARGE_TUPLE);
                    out.extend((elements.len() as u32).to_be_bytes());
                }
            }
            stack.extend(elements.iter().rev());
        }
        View::Map(map) => {
            out.push(tag::MAP);
            out.extend((map.len() as u32).to_be_bytes());
            let mut pairs: Vec<(Term, Term)> = map.iter().collect();
            if options.deterministic {
                pairs.sort_by(|a, b| compare_exact(a.0, b.0));
            }
            for (key, value) in pairs.into_iter().rev() {
                stack.push(value);
                stack.push(key);
            }
        }
        View::Bits(bits) => {
            let bytes = bits.bytes();
            if bits.size % 8 == 0 {
                out.push(tag::BINARY);
                out.extend((bytes.len() as u32).to_be_bytes());
            } else {
                out.push(tag::BIT_BINARY);
                out.extend((bytes.len() as u32).to_be_bytes());
                out.push((bits.size % 8) as u8);
            }
            out.extend_from_slice(&bytes);
        }
        View::Pid(number) => pid(known::NONODE, number, 0, out),
        View::ExternalPid(node, number, creation) => pid(node, number, creation, out),
        View::Port(number) => port(known::NONODE, number, 0, out),
        View::ExternalPort(node, number, creation) => port(node, number, creation, out),
        View::Ref(reference) => {
            let (node, creation) = reference.node.unwrap_or((known::NONODE, 0));
            let mut words = vec![
                reference.number as u32,
                (reference.number >> 32) as u32,
                reference.belongs as u32,
            ];
            if reference.belongs >> 32 != 0 {
                words.push((reference.belongs >> 32) as u32);
            }
            out.push(tag::NEWER_REFERENCE);
            out.extend((words.len() as u16).to_be_bytes());
            atom(node, out);
            out.extend(creation.to_be_bytes());
            out.extend(words.iter().flat_map(|word| word.to_be_bytes()));
        }
        View::ExportFun(export) => {
            out.push(tag::EXPORT);
            atom(export.entry.module, out);
            atom(export.entry.function, out);
            integer(export.entry.arity as i64, out);
        }
        View::Fun(fun) => {
            let entry = fun.entry;
            // The size is filled in with what is known now: free variables are written by themselves into it.
            let mut body = vec![entry.arity];
            body.extend([0; 12]);
            body.extend(entry.uniq.to_be_bytes());
            body.extend(entry.index.to_be_bytes());
            body.extend((fun.free.len() as u32).to_be_bytes());
            atom(entry.module, &mut body);
            integer(entry.index as i64, &mut body);
            integer(entry.uniq as i64, &mut body);
            pid(known::NONODE, 0, 0, &mut body);
            for free in fun.free {
                body.extend_from_slice(
                    &encode_with(
                        *free,
                        Options {
                            compressed: false,
                            ..options
                        },
                    )[1..],
                );
            }
            out.push(tag::NEW_FUN);
            out.extend((body.len() as u32 + 4).to_be_bytes());
            out.extend(body);
        }
        View::Internal => out.push(tag::NIL),
    }
}

fn integer(value: i64, out: &mut Vec<u8>) {
    if let Ok(byte) = u8::try_from(value) {
        out.extend([tag::SMALL_INTEGER, byte]);
    } else if let Ok(word) = i32::try_from(value) {
        out.push(tag::INTEGER);
        out.extend(word.to_be_bytes());
    } else {
        magnitude(value < 0, value.unsigned_abs().to_le_bytes().to_vec(), out);
    }
}

fn magnitude(negative: bool, mut bytes: Vec<u8>, out: &mut Vec<u8>) {
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    match u8::try_from(bytes.len()) {
        Ok(length) => out.extend([tag::SMALL_BIG, length]),
        Err(_) => {
            out.push(tag::LARGE_BIG);
            out.extend((bytes.len() as u32).to_be_bytes());
        }
    }
    out.push(negative as u8);
    out.extend(bytes);
}

/// C's `%.20e`.
fn scientific(value: f64) -> String {
    let text = format!("{value:.20e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => format!("{mantissa}e-{exponent:0>2}"),
            None => format!("{mantissa}e+{exponent:0>2}"),
        },
        None => text,
    }
}

/// Writes the atom in Latin-1, if it can be.
fn latin1(atom: Atom, out: &mut Vec<u8>) -> bool {
    let bytes: Option<Vec<u8>> = atom
        .as_str()
        .chars()
        .map(|c| u8::try_from(c as u32).ok())
        .collect();
    let Some(bytes) = bytes else { return false };
    out.push(tag::ATOM);
    out.extend((bytes.len() as u16).to_be_bytes());
    out.extend(bytes);
    true
}

fn atom(atom: Atom, out: &mut Vec<u8>) {
    let text = atom.as_str().as_bytes();
    match u8::try_from(text.len()) {
        Ok(length) => out.extend([tag::SMALL_ATOM_UTF8, length]),
        Err(_) => {
            out.push(tag::ATOM_UTF8);
            out.extend((text.len() as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(text);
}

fn pid(node: Atom, number: u64, creation: u32, out: &mut Vec<u8>) {
    out.push(tag::NEW_PID);
    atom(node, out);
    out.extend((number as u32 & 0xfff_ffff).to_be_bytes());
    out.extend(((number >> 28) as u32).to_be_bytes());
    out.extend(creation.to_be_bytes());
}

fn port(node: Atom, number: u64, creation: u32, out: &mut Vec<u8>) {
    out.push(tag::V4_PORT);
    atom(node, out);
    out.extend(number.to_be_bytes());
    out.extend(creation.to_be_bytes());
}

fn list(term: Term, out: &mut Vec<u8>, stack: &mut Vec<Term>) {
    let mut iter = term.list_iter();
    let elements: Vec<Term> = iter.by_ref().collect();
    let byte = |element: &Term| element.as_small().and_then(|value| u8::try_from(value).ok());
    if iter.tail.is_nil()
        && elements.len() <= u16::MAX as usize
        && elements.iter().all(|element| byte(element).is_some())
    {
        out.push(tag::STRING);
        out.extend((elements.len() as u16).to_be_bytes());
        out.extend(elements.iter().filter_map(byte));
        return;
    }
    out.push(tag::LIST);
    out.extend((elements.len() as u32).to_be_bytes());
    stack.push(iter.tail);
    stack.extend(elements.iter().rev());
}
