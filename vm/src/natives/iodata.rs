//! Iodata: nested lists of bytes and binaries, and the way from lists to binaries and back.

use super::{Ctx, Native, NativeResult, Stop};
use crate::term::Term;
use crate::term::bits::{Bits, copy_bits};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "iolist_to_binary", 1, |ctx, args| {
        to_binary(ctx, args[0])
    }),
    Native::plain("erlang", "list_to_binary", 1, |ctx, args| {
        if args[0].is_list() {
            to_binary(ctx, args[0])
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("erlang", "iolist_size", 1, |ctx, args| {
        let size = size(args[0]).ok_or(Stop::Badarg)?;
        ctx.charge(size as u32 / 256);
        Ok(Term::small(size as i64))
    }),
    Native::plain("erlang", "iolist_to_iovec", 1, |ctx, args| {
        let binary = to_binary(ctx, args[0])?;
        if binary.bit_size() == Some(0) {
            Ok(Term::NIL)
        } else {
            Ok(ctx.heap().cons(binary, Term::NIL))
        }
    }),
    Native::plain("erlang", "list_to_bitstring", 1, |ctx, args| {
        if !args[0].is_list() {
            return Err(Stop::Badarg);
        }
        let (bytes, bits) = collect_bits(args[0]).ok_or(Stop::Badarg)?;
        ctx.charge(bytes.len() as u32 / 64);
        Ok(ctx.heap().bitstring(&bytes, bits))
    }),
    Native::plain("erlang", "binary_to_list", 1, |ctx, args| {
        let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
        ctx.charge(bytes.len() as u32 / 16);
        Ok(ctx
            .heap()
            .list(bytes.iter().map(|byte| Term::small(*byte as i64))))
    }),
    Native::plain("erlang", "binary_to_list", 3, |ctx, args| {
        let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
        match (args[1].as_usize(), args[2].as_usize()) {
            (Some(start), Some(stop)) if start >= 1 && start <= stop && stop <= bytes.len() => {
                ctx.charge((stop - start) as u32 / 16);
                Ok(ctx.heap().list(
                    bytes[start - 1..stop]
                        .iter()
                        .map(|byte| Term::small(*byte as i64)),
                ))
            }
            _ => Err(Stop::Badarg),
        }
    }),
    Native::plain("erlang", "bitstring_to_list", 1, |ctx, args| {
        let bits = Bits::of(args[0]).ok_or(Stop::Badarg)?;
        let (bytes, left) = (bits.bytes(), bits.size % 8);
        ctx.charge(bytes.len() as u32 / 16);
        let heap = ctx.heap();
        let (tail, whole) = if left == 0 {
            (Term::NIL, &bytes[..])
        } else {
            let last = heap.bitstring(&bytes[bytes.len() - 1..], left);
            (heap.cons(last, Term::NIL), &bytes[..bytes.len() - 1])
        };
        Ok(heap.list_with_tail(whole.iter().map(|byte| Term::small(*byte as i64)), tail))
    }),
];

/// The bytes of a flat proper list of bytes.
pub fn bytes_of_list(list: Term) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut iter = list.list_iter();
    for element in iter.by_ref() {
        bytes.push(u8::try_from(element.as_small()?).ok()?);
    }
    iter.tail.is_nil().then_some(bytes)
}

/// Walks iodata from left to right: `byte` for each byte, `bits` for each bitstring. None if it is no iodata.
fn walk(term: Term, byte: &mut dyn FnMut(u8), bits: &mut dyn FnMut(&Bits) -> Option<()>) -> Option<()> {
    if !term.is_list() {
        return bits(&Bits::of(term)?);
    }
    let mut stack = vec![term];
    while let Some(mut list) = stack.pop() {
        loop {
            let Some((head, tail)) = list.uncons() else {
                // An improper tail may be a binary, but not a byte.
                if !list.is_nil() {
                    bits(&Bits::of(list)?)?;
                }
                break;
            };
            if let Some(value) = head.as_small() {
                byte(u8::try_from(value).ok()?);
                list = tail;
            } else if head.is_list() {
                if !tail.is_nil() {
                    stack.push(tail);
                }
                list = head;
            } else {
                bits(&Bits::of(head)?)?;
                list = tail;
            }
        }
    }
    Some(())
}

/// The number of bytes of iodata.
pub fn size(term: Term) -> Option<usize> {
    let (mut single, mut whole) = (0, 0);
    walk(term, &mut |_| single += 1, &mut |bits| {
        whole += bits.size / 8;
        (bits.size % 8 == 0).then_some(())
    })?;
    Some(single + whole)
}

/// The bytes of iodata.
pub fn collect(term: Term) -> Option<Vec<u8>> {
    let bytes = std::cell::RefCell::new(Vec::new());
    walk(term, &mut |byte| bytes.borrow_mut().push(byte), &mut |bits| {
        if bits.size % 8 != 0 {
            return None;
        }
        bytes.borrow_mut().extend_from_slice(&bits.bytes());
        Some(())
    })?;
    Some(bytes.into_inner())
}

fn collect_bits(term: Term) -> Option<(Vec<u8>, usize)> {
    let state = std::cell::RefCell::new((Vec::new(), 0usize));
    let append = |bytes: &[u8], bits: usize| {
        let (buffer, size) = &mut *state.borrow_mut();
        buffer.resize((*size + bits).div_ceil(8), 0);
        copy_bits(bytes, 0, buffer, *size, bits);
        *size += bits;
    };
    walk(term, &mut |byte| append(&[byte], 8), &mut |bits| {
        append(&bits.bytes(), bits.size);
        Some(())
    })?;
    Some(state.into_inner())
}

fn to_binary(ctx: &mut Ctx<'_>, term: Term) -> NativeResult {
    if term.is_binary() {
        return Ok(term);
    }
    let bytes = collect(term).ok_or(Stop::Badarg)?;
    ctx.charge(bytes.len() as u32 / 64);
    Ok(ctx.heap().binary(&bytes))
}
