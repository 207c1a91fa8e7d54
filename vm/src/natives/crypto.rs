//! `:crypto` and the checksums of `:erlang`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::term::Term;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};

pub static NATIVES: &[Native] = &[
    Native::plain("crypto", "hash", 2, hash),
    Native::plain("crypto", "mac", 4, mac),
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
    let mut bytes = Vec::new();
    let mut open = vec![term];
    while let Some(term) = open.pop() {
        if let Some((head, tail)) = term.uncons() {
            open.push(tail);
            open.push(head);
        } else if term.is_binary() {
            bytes.extend_from_slice(&term.bytes().ok_or(Stop::Badarg)?);
        } else if let Some(byte) = term.as_u64() {
            bytes.push(u8::try_from(byte).map_err(|_| Stop::Badarg)?);
        } else if !term.is_nil() {
            return Err(Stop::Badarg);
        }
    }
    ctx.charge((bytes.len() / 64) as u32);
    Ok(bytes)
}

fn hash(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let data = data(ctx, args[1])?;
    let digest = match args[0].as_atom().map(Atom::as_str) {
        Some("md5") => Md5::digest(data).to_vec(),
        Some("sha") => Sha1::digest(data).to_vec(),
        Some("sha224") => Sha224::digest(data).to_vec(),
        Some("sha256") => Sha256::digest(data).to_vec(),
        Some("sha384") => Sha384::digest(data).to_vec(),
        Some("sha512") => Sha512::digest(data).to_vec(),
        Some("sha3_224") => Sha3_224::digest(data).to_vec(),
        Some("sha3_256") => Sha3_256::digest(data).to_vec(),
        Some("sha3_384") => Sha3_384::digest(data).to_vec(),
        Some("sha3_512") => Sha3_512::digest(data).to_vec(),
        _ => return Err(Stop::Badarg),
    };
    Ok(ctx.heap().binary(&digest))
}

/// `mac(hmac, Type, Key, Data)`
fn mac(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0].as_atom().map(Atom::as_str) != Some("hmac") {
        return Err(Stop::Badarg);
    }
    let (key, data) = (data(ctx, args[2])?, data(ctx, args[3])?);
    let code = match args[1].as_atom().map(Atom::as_str) {
        Some("md5") => keyed::<Hmac<Md5>>(&key, &data),
        Some("sha") => keyed::<Hmac<Sha1>>(&key, &data),
        Some("sha224") => keyed::<Hmac<Sha224>>(&key, &data),
        Some("sha256") => keyed::<Hmac<Sha256>>(&key, &data),
        Some("sha384") => keyed::<Hmac<Sha384>>(&key, &data),
        Some("sha512") => keyed::<Hmac<Sha512>>(&key, &data),
        _ => None,
    };
    let code = code.ok_or(Stop::Badarg)?;
    Ok(ctx.heap().binary(&code))
}

fn keyed<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as KeyInit>::new_from_slice(key).ok()?;
    mac.update(data);
    Some(mac.finalize().into_bytes().to_vec())
}

fn strong_rand_bytes(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let count = args[0].as_usize().filter(|&count| count <= 1 << 24).ok_or(Stop::Badarg)?;
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|_| Stop::error(Term::atom(Atom::new("low_entropy"))))?;
    ctx.charge((count / 64) as u32);
    Ok(ctx.heap().binary(&bytes))
}

fn checksum(term: Term) -> Result<u32, Stop> {
    term.as_u64().and_then(|value| u32::try_from(value).ok()).ok_or(Stop::Badarg)
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
