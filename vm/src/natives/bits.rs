//! Sizes and parts of bitstrings.

use super::{Ctx, Native, NativeResult, Stop};
use crate::term::Term;
use crate::term::bits::Bits;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "byte_size", 1, |_, args| {
        args[0]
            .bit_size()
            .map(|bits| Term::small(bits.div_ceil(8) as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("erlang", "bit_size", 1, |_, args| {
        args[0]
            .bit_size()
            .map(|bits| Term::small(bits as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("erlang", "binary_part", 2, |ctx, args| {
        let (start, length) = args[1].pair().ok_or(Stop::Badarg)?;
        part(ctx, args[0], start, length)
    }),
    Native::plain("erlang", "binary_part", 3, |ctx, args| {
        part(ctx, args[0], args[1], args[2])
    }),
    Native::plain("binary", "part", 2, |ctx, args| {
        let (start, length) = args[1].pair().ok_or(Stop::Badarg)?;
        part(ctx, args[0], start, length)
    }),
    Native::plain("binary", "part", 3, |ctx, args| {
        part(ctx, args[0], args[1], args[2])
    }),
    Native::plain("erlang", "split_binary", 2, |ctx, args| {
        let bits = Bits::of(args[0]).ok_or(Stop::Badarg)?;
        let place = args[1]
            .as_usize()
            .filter(|place| *place <= bits.size / 8)
            .ok_or(Stop::Badarg)?
            * 8;
        let heap = ctx.heap();
        let front = heap.part(args[0], 0, place);
        let back = heap.part(args[0], place, bits.size - place);
        Ok(heap.tuple(&[front, back]))
    }),
];

/// `length` bytes from `start`, or before it if negative.
pub fn range(size: usize, start: Term, length: Term) -> Result<(usize, usize), Stop> {
    let (Some(start), Some(length)) = (start.as_small(), length.as_small()) else {
        return Err(Stop::Badarg);
    };
    let (first, last) = if length < 0 {
        (start.checked_add(length), Some(start))
    } else {
        (Some(start), start.checked_add(length))
    };
    match (first, last) {
        (Some(first), Some(last)) if first >= 0 && last <= size as i64 => {
            Ok((first as usize, (last - first) as usize))
        }
        _ => Err(Stop::Badarg),
    }
}

fn part(ctx: &mut Ctx<'_>, binary: Term, start: Term, length: Term) -> NativeResult {
    let bits = Bits::of(binary)
        .filter(|bits| bits.size % 8 == 0)
        .ok_or(Stop::Badarg)?;
    let (start, length) = range(bits.size / 8, start, length)?;
    Ok(ctx.heap().part(binary, start * 8, length * 8))
}
