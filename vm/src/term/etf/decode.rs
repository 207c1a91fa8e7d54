//! Bytes to term. Any input is answered; none panics, recurses or asks for more memory than it has bytes for.

use super::tag;
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::code::Exports;
use crate::heap::{Heap, OwnedTerm};
use crate::term::Term;
use crate::term::map;
use std::io::Read;

/// The bytes are not the format's, or name an atom that may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// A term and how many bytes it took.
#[derive(Clone, Copy, Debug)]
pub struct Decoded {
    pub term: Term,
    pub used: usize,
}

/// How atoms are looked up.
#[derive(Clone, Copy, PartialEq)]
enum Atoms {
    New,
    Existing,
}

/// What names stand for.
#[derive(Clone, Copy)]
struct Names<'a> {
    atoms: Atoms,
    exports: &'a Exports,
}

/// Reads one term. Funs of exported functions are those of `exports`. `safe`: only atoms (and funs) that exist already.
pub fn decode(heap: &mut Heap, bytes: &[u8], exports: &Exports, safe: bool) -> Result<Decoded, Malformed> {
    let atoms = if safe { Atoms::Existing } else { Atoms::New };
    let names = Names { atoms, exports };
    let mut input = Input { bytes, at: 0 };
    if input.u8()? != tag::VERSION {
        return Err(Malformed);
    }
    if input.bytes.get(input.at) == Some(&tag::COMPRESSED) {
        input.at += 1;
        let size = input.u32()? as usize;
        let (unpacked, used) = unpack(&input.bytes[input.at..], size)?;
        let mut inner = Input {
            bytes: &unpacked,
            at: 0,
        };
        let term = terms(heap, &mut inner, names)?;
        if inner.at != unpacked.len() {
            return Err(Malformed);
        }
        return Ok(Decoded {
            term,
            used: input.at + used,
        });
    }
    let term = terms(heap, &mut input, names)?;
    Ok(Decoded { term, used: input.at })
}

/// Reads one term into a block of its own; nothing may come after it.
pub fn decode_owned(bytes: &[u8], exports: &Exports) -> Result<OwnedTerm, Malformed> {
    let mut heap = Heap::new();
    let decoded = decode(&mut heap, bytes, exports, false)?;
    if decoded.used != bytes.len() {
        return Err(Malformed);
    }
    Ok(OwnedTerm::of(decoded.term))
}

/// The bytes of a zlib stream that unpacks to `size` bytes, and how long the stream was.
fn unpack(bytes: &[u8], size: usize) -> Result<(Vec<u8>, usize), Malformed> {
    // What a byte can unpack to is bounded, whatever the size claims.
    let most = bytes.len().saturating_mul(1100);
    let mut unpacked = Vec::with_capacity(size.min(most));
    let mut decoder = flate2::bufread::ZlibDecoder::new(bytes);
    decoder
        .by_ref()
        .take(size as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| Malformed)?;
    if unpacked.len() == size {
        Ok((unpacked, decoder.total_in() as usize))
    } else {
        Err(Malformed)
    }
}

struct Input<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let end = self.at.checked_add(count).ok_or(Malformed)?;
        let taken = self.bytes.get(self.at..end).ok_or(Malformed)?;
        self.at = end;
        Ok(taken)
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed)
    }

    fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.array::<1>()?[0])
    }

    fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }
}

/// An object whose parts are still to be read.
enum Open {
    Tuple,
    /// Elements, then the tail.
    List(usize),
    Map(usize),
}

struct Frame {
    open: Open,
    parts: Vec<Term>,
    needed: usize,
}

fn terms(heap: &mut Heap, input: &mut Input<'_>, names: Names<'_>) -> Result<Term, Malformed> {
    let mut frames: Vec<Frame> = Vec::new();
    loop {
        let mut value = match one(heap, input, names)? {
            One::Term(term) => term,
            One::Open(open, needed) => {
                // Each part takes a byte at least.
                if needed > input.left() {
                    return Err(Malformed);
                }
                frames.push(Frame {
                    open,
                    parts: Vec::with_capacity(needed),
                    needed,
                });
                continue;
            }
        };
        loop {
            let Some(frame) = frames.last_mut() else {
                return Ok(value);
            };
            frame.parts.push(value);
            if frame.parts.len() < frame.needed {
                break;
            }
            let Some(frame) = frames.pop() else {
                return Err(Malformed);
            };
            value = close(heap, frame)?;
        }
    }
}

fn close(heap: &mut Heap, frame: Frame) -> Result<Term, Malformed> {
    let parts = frame.parts;
    match frame.open {
        Open::Tuple => Ok(heap.tuple(&parts)),
        Open::List(count) => Ok(heap.list_with_tail(parts[..count].iter().copied(), parts[count])),
        Open::Map(count) => {
            let mut pairs: Vec<(Term, Term)> = parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
            let map = map::from_pairs(heap, &mut pairs);
            if map::size(map) == count {
                Ok(map)
            } else {
                Err(Malformed)
            }
        }
    }
}

enum One {
    Term(Term),
    Open(Open, usize),
}

fn one(heap: &mut Heap, input: &mut Input<'_>, names: Names<'_>) -> Result<One, Malformed> {
    let tag = input.u8()?;
    let term = match tag {
        tag::SMALL_INTEGER => Term::small(input.u8()? as i64),
        tag::INTEGER => Term::small(input.u32()? as i32 as i64),
        tag::NEW_FLOAT => float(heap, f64::from_bits(input.u64()?))?,
        tag::FLOAT => {
            let text = input.take(31)?;
            let end = text.iter().position(|byte| *byte == 0).unwrap_or(31);
            let text = std::str::from_utf8(&text[..end]).map_err(|_| Malformed)?;
            float(heap, text.trim().parse().map_err(|_| Malformed)?)?
        }
        tag::ATOM | tag::SMALL_ATOM | tag::ATOM_UTF8 | tag::SMALL_ATOM_UTF8 => {
            Term::atom(atom(tag, input, names)?)
        }
        tag::NIL => Term::NIL,
        tag::STRING => {
            let count = input.u16()? as usize;
            let bytes = input.take(count)?;
            heap.list(bytes.iter().map(|byte| Term::small(*byte as i64)))
        }
        tag::LIST => {
            let count = input.u32()? as usize;
            return Ok(One::Open(
                Open::List(count),
                count.checked_add(1).ok_or(Malformed)?,
            ));
        }
        tag::SMALL_TUPLE | tag::LARGE_TUPLE => {
            let arity = if tag == tag::SMALL_TUPLE {
                input.u8()? as usize
            } else {
                input.u32()? as usize
            };
            if arity == 0 {
                return Ok(One::Term(heap.tuple(&[])));
            }
            return Ok(One::Open(Open::Tuple, arity));
        }
        tag::MAP => {
            let count = input.u32()? as usize;
            if count == 0 {
                return Ok(One::Term(map::empty(heap)));
            }
            return Ok(One::Open(
                Open::Map(count),
                count.checked_mul(2).ok_or(Malformed)?,
            ));
        }
        tag::BINARY => {
            let length = input.u32()? as usize;
            heap.binary(input.take(length)?)
        }
        tag::BIT_BINARY => {
            let length = input.u32()? as usize;
            let last = input.u8()? as usize;
            let bytes = input.take(length)?;
            if last == 0 || last > 8 || length == 0 {
                return Err(Malformed);
            }
            heap.bitstring(bytes, (length - 1) * 8 + last)
        }
        tag::SMALL_BIG | tag::LARGE_BIG => {
            let length = if tag == tag::SMALL_BIG {
                input.u8()? as usize
            } else {
                input.u32()? as usize
            };
            let negative = input.u8()? != 0;
            let bytes = input.take(length)?;
            let limbs: Vec<u64> = bytes
                .chunks(8)
                .map(|chunk| {
                    let mut limb = [0; 8];
                    limb[..chunk.len()].copy_from_slice(chunk);
                    u64::from_le_bytes(limb)
                })
                .collect();
            heap.big(negative, &limbs)
        }
        tag::PID | tag::NEW_PID => {
            let node = node(input, names)?;
            let (id, serial) = (input.u32()? as u64, input.u32()? as u64);
            let creation = if tag == tag::NEW_PID {
                input.u32()?
            } else {
                input.u8()? as u32
            };
            let number = (serial & 0xfff_ffff) << 28 | id & 0xfff_ffff;
            if node == known::NONODE {
                Term::pid(number)
            } else {
                heap.external_pid(node, number, creation)
            }
        }
        tag::PORT | tag::NEW_PORT | tag::V4_PORT => {
            let node = node(input, names)?;
            let number = if tag == tag::V4_PORT {
                input.u64()?
            } else {
                input.u32()? as u64
            };
            let creation = if tag == tag::PORT {
                input.u8()? as u32
            } else {
                input.u32()?
            };
            if node == known::NONODE {
                Term::port(number & ((1 << 56) - 1))
            } else {
                heap.external_port(node, number, creation)
            }
        }
        tag::REFERENCE | tag::NEW_REFERENCE | tag::NEWER_REFERENCE => reference(heap, tag, input, names)?,
        tag::EXPORT => {
            let (module, function) = (node(input, names)?, node(input, names)?);
            if input.u8()? != tag::SMALL_INTEGER {
                return Err(Malformed);
            }
            let arity = input.u8()?;
            let entry = names.exports.of(Mfa {
                module,
                function,
                arity,
            });
            heap.export_fun(std::ptr::from_ref(entry).cast())
        }
        tag::NEW_FUN => return Err(Malformed),
        _ => return Err(Malformed),
    };
    Ok(One::Term(term))
}

fn float(heap: &mut Heap, value: f64) -> Result<Term, Malformed> {
    if value.is_finite() {
        Ok(heap.float(value))
    } else {
        Err(Malformed)
    }
}

/// An atom with its tag.
fn node(input: &mut Input<'_>, names: Names<'_>) -> Result<Atom, Malformed> {
    let tag = input.u8()?;
    atom(tag, input, names)
}

fn atom(tag: u8, input: &mut Input<'_>, names: Names<'_>) -> Result<Atom, Malformed> {
    let length = match tag {
        tag::SMALL_ATOM | tag::SMALL_ATOM_UTF8 => input.u8()? as usize,
        tag::ATOM | tag::ATOM_UTF8 => input.u16()? as usize,
        _ => return Err(Malformed),
    };
    let bytes = input.take(length)?;
    let latin1: String;
    let text = if tag == tag::ATOM || tag == tag::SMALL_ATOM {
        latin1 = bytes.iter().map(|byte| *byte as char).collect();
        &latin1
    } else {
        std::str::from_utf8(bytes).map_err(|_| Malformed)?
    };
    if text.chars().count() > crate::atom::MAX_CHARACTERS {
        return Err(Malformed);
    }
    match names.atoms {
        Atoms::New => Ok(Atom::new(text)),
        Atoms::Existing => Atom::existing(text).ok_or(Malformed),
    }
}

fn reference(heap: &mut Heap, tag: u8, input: &mut Input<'_>, names: Names<'_>) -> Result<Term, Malformed> {
    let count = if tag == tag::REFERENCE {
        1
    } else {
        input.u16()? as usize
    };
    if count == 0 || count > 5 {
        return Err(Malformed);
    }
    let node = node(input, names)?;
    let mut words = [0u32; 5];
    let creation = match tag {
        tag::NEWER_REFERENCE => input.u32()?,
        tag::NEW_REFERENCE => input.u8()? as u32,
        _ => 0,
    };
    for word in &mut words[..count] {
        *word = input.u32()?;
    }
    if tag == tag::REFERENCE {
        input.u8()?;
    }
    let number = (words[1] as u64) << 32 | words[0] as u64;
    let belongs = (words[3] as u64) << 32 | words[2] as u64;
    Ok(if node == known::NONODE {
        heap.reference_from(number, belongs)
    } else {
        heap.external_reference(number, belongs, node, creation)
    })
}
