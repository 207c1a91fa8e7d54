//! `:zlib`'s whole-binary functions, and what `zlib.ex` builds its streams on:
//! `:cordial_zlib.deflate(data, level, bits) -> binary`,
//! `:cordial_zlib.inflate(data, bits) -> {:end | :more, binary} | :data_error`.
//! Window bits as zlib has them: 8..15 zlib, negative raw, 16 more gzip.

use super::{Ctx, Native, NativeResult, Stop, iodata};
use crate::atom::Atom;
use crate::term::Term;
use flate2::{Compression, Decompress, FlushDecompress, Status};
use std::io::{Read, Write};

pub static NATIVES: &[Native] = &[
    Native::plain("zlib", "compress", 1, |ctx, args| {
        pack(ctx, args[0], Compression::default(), Wrap::Zlib)
    }),
    Native::plain("zlib", "zip", 1, |ctx, args| {
        pack(ctx, args[0], Compression::default(), Wrap::Raw)
    }),
    Native::plain("zlib", "gzip", 1, |ctx, args| {
        pack(ctx, args[0], Compression::default(), Wrap::Gzip)
    }),
    Native::plain("zlib", "uncompress", 1, |ctx, args| {
        unpack(ctx, args[0], Wrap::Zlib)
    }),
    Native::plain("zlib", "unzip", 1, |ctx, args| unpack(ctx, args[0], Wrap::Raw)),
    Native::plain("zlib", "gunzip", 1, |ctx, args| unpack(ctx, args[0], Wrap::Gzip)),
    Native::plain("cordial_zlib", "deflate", 3, |ctx, args| {
        let level = match args[1].as_small() {
            Some(level @ 0..=9) => Compression::new(level as u32),
            _ => Compression::default(),
        };
        pack(ctx, args[0], level, wrap(args[2])?)
    }),
    Native::plain("cordial_zlib", "inflate", 2, inflate),
];

#[derive(Clone, Copy)]
enum Wrap {
    Zlib,
    Raw,
    Gzip,
}

fn wrap(bits: Term) -> Result<Wrap, Stop> {
    match bits.as_small() {
        Some(-15..=-8) => Ok(Wrap::Raw),
        Some(8..=15) => Ok(Wrap::Zlib),
        Some(24..=31) => Ok(Wrap::Gzip),
        // 32 more: told by the first bytes; zlib is the usual one.
        Some(40..=47) => Ok(Wrap::Zlib),
        _ => Err(Stop::Badarg),
    }
}

fn data_error() -> Stop {
    Stop::error(Term::atom(Atom::new("data_error")))
}

fn pack(ctx: &mut Ctx<'_>, data: Term, level: Compression, wrap: Wrap) -> NativeResult {
    let bytes = iodata::collect(data).ok_or(Stop::Badarg)?;
    ctx.charge(bytes.len() as u32 / 8);
    let out = Vec::new();
    let packed = match wrap {
        Wrap::Zlib => {
            let mut encoder = flate2::write::ZlibEncoder::new(out, level);
            encoder.write_all(&bytes).and_then(|()| encoder.finish())
        }
        Wrap::Raw => {
            let mut encoder = flate2::write::DeflateEncoder::new(out, level);
            encoder.write_all(&bytes).and_then(|()| encoder.finish())
        }
        Wrap::Gzip => {
            let mut encoder = flate2::GzBuilder::new().operating_system(3).write(out, level);
            encoder.write_all(&bytes).and_then(|()| encoder.finish())
        }
    };
    Ok(ctx.heap().binary(&packed.map_err(|_| data_error())?))
}

fn unpack(ctx: &mut Ctx<'_>, data: Term, wrap: Wrap) -> NativeResult {
    let bytes = iodata::collect(data).ok_or(Stop::Badarg)?;
    let mut unpacked = Vec::new();
    let result = match wrap {
        Wrap::Zlib => flate2::read::ZlibDecoder::new(&bytes[..]).read_to_end(&mut unpacked),
        Wrap::Raw => flate2::read::DeflateDecoder::new(&bytes[..]).read_to_end(&mut unpacked),
        Wrap::Gzip => flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut unpacked),
    };
    ctx.charge(unpacked.len() as u32 / 16);
    match result {
        Ok(_) => Ok(ctx.heap().binary(&unpacked)),
        Err(_) => Err(data_error()),
    }
}

/// As much as the bytes so far give.
fn inflate(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let bytes = iodata::collect(args[0]).ok_or(Stop::Badarg)?;
    let mut unpacked = Vec::new();
    let answer = |ctx: &mut Ctx<'_>, state: &str, unpacked: &[u8]| {
        let heap = ctx.heap();
        let binary = heap.binary(unpacked);
        Ok(heap.tuple(&[Term::atom(Atom::new(state)), binary]))
    };
    let header = match wrap(args[1])? {
        Wrap::Zlib if bytes.starts_with(&[31, 139]) => Wrap::Gzip,
        wrap => wrap,
    };
    if let Wrap::Gzip = header {
        // Only whole streams: its header and trailer are read at once.
        return match flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut unpacked) {
            Ok(_) => answer(ctx, "end", &unpacked),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => answer(ctx, "more", &unpacked),
            Err(_) => Ok(Term::atom(Atom::new("data_error"))),
        };
    }
    let mut decoder = Decompress::new(matches!(header, Wrap::Zlib));
    unpacked.reserve(bytes.len() * 4 + 64);
    loop {
        let from = decoder.total_in() as usize;
        let before = (decoder.total_in(), decoder.total_out());
        match decoder.decompress_vec(&bytes[from..], &mut unpacked, FlushDecompress::Sync) {
            Ok(Status::StreamEnd) => return answer(ctx, "end", &unpacked),
            Ok(_) if unpacked.len() == unpacked.capacity() => unpacked.reserve(unpacked.len()),
            Ok(_) if (decoder.total_in(), decoder.total_out()) == before => {
                return answer(ctx, "more", &unpacked);
            }
            Ok(_) => {}
            Err(_) => return Ok(Term::atom(Atom::new("data_error"))),
        }
    }
}
