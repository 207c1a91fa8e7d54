//! `:crypto` and the checksums of `:erlang`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::term::Term;
use blake2::{Blake2b512, Blake2s256};
use hmac::{Hmac, KeyInit, Mac, SimpleHmac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

pub static NATIVES: &[Native] = &[
    Native::plain("crypto", "hash", 2, hash),
    Native::plain("crypto", "mac", 4, mac),
    Native::plain("crypto", "macN", 5, |ctx, args| {
        let code = mac(ctx, &args[..4])?;
        cut(ctx, code, args[4])
    }),
    Native::plain("crypto", "mac_init", 3, mac_init),
    Native::plain("crypto", "mac_update", 2, update),
    Native::plain("crypto", "mac_final", 1, finish),
    Native::plain("crypto", "mac_finalN", 2, |ctx, args| {
        let code = finish(ctx, &args[..1])?;
        cut(ctx, code, args[1])
    }),
    Native::plain("crypto", "hash_init", 1, hash_init),
    Native::plain("crypto", "hash_update", 2, update),
    Native::plain("crypto", "hash_final", 1, finish),
    Native::plain("erlang", "md5_init", 0, |ctx, _| {
        hash_init(ctx, &[Term::atom(Atom::new("md5"))])
    }),
    Native::plain("erlang", "md5_update", 2, update),
    Native::plain("erlang", "md5_final", 1, finish),
    Native::plain("crypto", "pbkdf2_hmac", 5, pbkdf2),
    Native::plain("crypto", "exor", 2, |ctx, args| {
        let (a, b) = (data(ctx, args[0])?, data(ctx, args[1])?);
        if a.len() != b.len() {
            return Err(Stop::Badarg);
        }
        let bytes: Vec<u8> = a.iter().zip(&b).map(|(a, b)| a ^ b).collect();
        Ok(ctx.heap().binary(&bytes))
    }),
    Native::plain("crypto", "hash_equals", 2, |_, args| {
        match (args[0].bytes(), args[1].bytes()) {
            // All bytes are looked at, whatever the first difference.
            (Some(a), Some(b)) if a.len() == b.len() => Ok(Term::bool(
                a.iter().zip(b.iter()).fold(0, |sum, (a, b)| sum | a ^ b) == 0,
            )),
            _ => Err(Stop::Badarg),
        }
    }),
    Native::plain("erlang", "crc32_combine", 3, |_, args| {
        let (mut first, second) = (
            crc32fast::Hasher::new_with_initial(checksum(args[0])?),
            checksum(args[1])?,
        );
        let length = args[2].as_u64().ok_or(Stop::Badarg)?;
        first.combine(&crc32fast::Hasher::new_with_initial_len(second, length));
        Ok(Term::small(first.finalize().into()))
    }),
    Native::plain("erlang", "adler32_combine", 3, |_, args| {
        let (first, second) = (checksum(args[0])? as u64, checksum(args[1])? as u64);
        let length = args[2].as_u64().ok_or(Stop::Badarg)? % 65521;
        // Both halves count modulo 65521; the second began with 1.
        let low = ((first & 0xffff) + (second & 0xffff) + 65521 - 1) % 65521;
        let high = ((first >> 16) + (second >> 16) + length * (first & 0xffff) + 65521 - length) % 65521;
        Ok(Term::small((high << 16 | low) as i64))
    }),
    Native::plain("crypto", "strong_rand_bytes", 1, strong_rand_bytes),
    Native::plain("erlang", "md5", 1, |ctx, args| {
        let data = data(ctx, args[0])?;
        Ok(ctx.heap().binary(&Md5::digest(data)))
    }),
    Native::plain("erlang", "crc32", 1, |ctx, args| crc32(ctx, 0, args[0])),
    Native::plain("erlang", "crc32", 2, |ctx, args| {
        let start = checksum(args[0])?;
        crc32(ctx, start, args[1])
    }),
    Native::plain("erlang", "adler32", 1, |ctx, args| adler32(ctx, 1, args[0])),
    Native::plain("erlang", "adler32", 2, |ctx, args| {
        let start = checksum(args[0])?;
        adler32(ctx, start, args[1])
    }),
];

/// The bytes of iodata.
fn data(ctx: &mut Ctx<'_>, term: Term) -> Result<Vec<u8>, Stop> {
    let bytes = super::iodata::collect(term).ok_or(Stop::Badarg)?;
    ctx.charge((bytes.len() / 64) as u32);
    Ok(bytes)
}

/// `{:badarg, {file, line}, text}`, as OTP's library raises it.
fn bad(ctx: &mut Ctx<'_>, file: &str, line: i64, text: &str) -> Stop {
    let heap = ctx.heap();
    let characters = |heap: &mut crate::heap::Heap, text: &str| {
        heap.list(text.bytes().map(|byte| Term::small(byte as i64)))
    };
    let (file, text) = (characters(heap, file), characters(heap, text));
    let place = heap.tuple(&[file, Term::small(line)]);
    Stop::error(heap.tuple(&[Term::atom(Atom::new("badarg")), place, text]))
}

/// The digest by OTP's name.
fn digest(name: &str, data: &[u8]) -> Option<Vec<u8>> {
    Some(match name {
        "md5" => Md5::digest(data).to_vec(),
        "sha" => Sha1::digest(data).to_vec(),
        "sha224" => Sha224::digest(data).to_vec(),
        "sha256" => Sha256::digest(data).to_vec(),
        "sha384" => Sha384::digest(data).to_vec(),
        "sha512" => Sha512::digest(data).to_vec(),
        "sha3_224" => Sha3_224::digest(data).to_vec(),
        "sha3_256" => Sha3_256::digest(data).to_vec(),
        "sha3_384" => Sha3_384::digest(data).to_vec(),
        "sha3_512" => Sha3_512::digest(data).to_vec(),
        "blake2b" => Blake2b512::digest(data).to_vec(),
        "blake2s" => Blake2s256::digest(data).to_vec(),
        _ => return None,
    })
}

fn hash(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let data = data(ctx, args[1])?;
    match args[0].as_atom().and_then(|name| digest(name.as_str(), &data)) {
        Some(digest) => Ok(ctx.heap().binary(&digest)),
        None => Err(bad(ctx, "hash.c", 109, "Bad digest type")),
    }
}

/// A context is `{:digest | {:hmac, key}, name, what was added}`; the digest is made at the end.
fn context(ctx: &mut Ctx<'_>, kind: Term, name: Term, bytes: Term) -> Term {
    ctx.heap().tuple(&[kind, name, bytes])
}

fn hash_init(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0]
        .as_atom()
        .and_then(|name| digest(name.as_str(), &[]))
        .is_none()
    {
        return Err(bad(ctx, "hash.c", 109, "Bad digest type"));
    }
    let empty = ctx.heap().binary(&[]);
    Ok(context(ctx, Term::atom(Atom::new("digest")), args[0], empty))
}

fn update(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let Some([kind, name, so_far]) = args[0].tuple() else {
        return Err(Stop::Badarg);
    };
    let data = data(ctx, args[1])?;
    let bytes = ctx.heap().append(*so_far, &data, data.len() * 8);
    if bytes.is_none() {
        return Err(Stop::Badarg);
    }
    Ok(context(ctx, *kind, *name, bytes))
}

fn finish(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let Some([kind, name, bytes]) = args[0].tuple() else {
        return Err(Stop::Badarg);
    };
    match kind.pair() {
        Some((hmac, key)) => mac(ctx, &[hmac, *name, key, *bytes]),
        None => hash(ctx, &[*name, *bytes]),
    }
}

fn mac_init(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let empty = ctx.heap().binary(&[]);
    mac(ctx, &[args[0], args[1], args[2], empty])?;
    let kind = ctx.heap().tuple(&[args[0], args[2]]);
    Ok(context(ctx, kind, args[1], empty))
}

/// The front of a binary.
fn cut(ctx: &mut Ctx<'_>, binary: Term, size: Term) -> NativeResult {
    let most = binary.bit_size().unwrap_or(0) / 8;
    let size = size.as_usize().ok_or(Stop::Badarg)?.min(most);
    Ok(ctx.heap().part(binary, 0, size * 8))
}

/// `pbkdf2_hmac(Digest, Password, Salt, Iterations, Length)` (RFC 8018, 5.2).
fn pbkdf2(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?.as_str();
    let (password, salt) = (data(ctx, args[1])?, data(ctx, args[2])?);
    let (Some(rounds @ 1..), Some(length @ 1..)) = (args[3].as_usize(), args[4].as_usize()) else {
        return Err(Stop::Badarg);
    };
    ctx.charge((rounds / 4) as u32);
    if !crate::heap::refuse::is_thinkable(length) {
        return Err(Stop::SystemLimit);
    }
    let (mut key, mut block) = (Vec::new(), 1u32);
    while key.len() < length {
        let mut input = salt.clone();
        input.extend(block.to_be_bytes());
        let mut last = code(name, &password, &input).ok_or(Stop::Badarg)?;
        let mut sum = last.clone();
        for _ in 1..rounds {
            last = code(name, &password, &last).ok_or(Stop::Badarg)?;
            sum.iter_mut().zip(&last).for_each(|(sum, byte)| *sum ^= byte);
        }
        key.extend(sum);
        block += 1;
    }
    key.truncate(length);
    Ok(ctx.heap().binary(&key))
}

/// `mac(hmac, Type, Key, Data)`
fn mac(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0].as_atom().map(Atom::as_str) != Some("hmac") {
        return Err(Stop::Badarg);
    }
    let (key, data) = (data(ctx, args[2])?, data(ctx, args[3])?);
    match args[1]
        .as_atom()
        .and_then(|name| code(name.as_str(), &key, &data))
    {
        Some(code) => Ok(ctx.heap().binary(&code)),
        None => Err(bad(ctx, "mac.c", 230, "Bad digest algorithm for HMAC")),
    }
}

/// The keyed code by the digest's name.
fn code(name: &str, key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    match name {
        "md5" => keyed::<Hmac<Md5>>(key, data),
        "sha" => keyed::<Hmac<Sha1>>(key, data),
        "sha224" => keyed::<Hmac<Sha224>>(key, data),
        "sha256" => keyed::<Hmac<Sha256>>(key, data),
        "sha384" => keyed::<Hmac<Sha384>>(key, data),
        "sha512" => keyed::<Hmac<Sha512>>(key, data),
        "sha3_224" => keyed::<SimpleHmac<Sha3_224>>(key, data),
        "sha3_256" => keyed::<SimpleHmac<Sha3_256>>(key, data),
        "sha3_384" => keyed::<SimpleHmac<Sha3_384>>(key, data),
        "sha3_512" => keyed::<SimpleHmac<Sha3_512>>(key, data),
        _ => None,
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(data);
    Some(mac.finalize().into_bytes().to_vec())
}

fn strong_rand_bytes(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let count = args[0]
        .as_usize()
        .filter(|&count| count <= 1 << 24)
        .ok_or(Stop::Badarg)?;
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|_| Stop::error(Term::atom(Atom::new("low_entropy"))))?;
    ctx.charge((count / 64) as u32);
    Ok(ctx.heap().binary(&bytes))
}

fn checksum(term: Term) -> Result<u32, Stop> {
    term.as_u64()
        .and_then(|value| u32::try_from(value).ok())
        .ok_or(Stop::Badarg)
}

fn crc32(ctx: &mut Ctx<'_>, start: u32, term: Term) -> NativeResult {
    let data = data(ctx, term)?;
    let mut hasher = crc32fast::Hasher::new_with_initial(start);
    hasher.update(&data);
    Ok(Term::small(hasher.finalize().into()))
}

fn adler32(ctx: &mut Ctx<'_>, start: u32, term: Term) -> NativeResult {
    let data = data(ctx, term)?;
    let mut adler = adler2::Adler32::from_checksum(start);
    adler.write_slice(&data);
    Ok(Term::small(adler.checksum().into()))
}
