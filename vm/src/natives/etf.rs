//! The external term format as functions of `:erlang`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::known;
use crate::term::Term;
use crate::term::etf::{self, Options};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "term_to_binary", 1, |ctx, args| {
        write(ctx, args[0], Options::default())
    }),
    Native::plain("erlang", "term_to_binary", 2, |ctx, args| {
        let options = options(args[1])?;
        write(ctx, args[0], options)
    }),
    Native::plain("erlang", "term_to_iovec", 1, |ctx, args| {
        let binary = write(ctx, args[0], Options::default())?;
        Ok(ctx.heap().cons(binary, Term::NIL))
    }),
    Native::plain("erlang", "term_to_iovec", 2, |ctx, args| {
        let options = options(args[1])?;
        let binary = write(ctx, args[0], options)?;
        Ok(ctx.heap().cons(binary, Term::NIL))
    }),
    Native::plain("erlang", "external_size", 1, |_, args| {
        Ok(Term::small(etf::encode(args[0]).len() as i64))
    }),
    Native::plain("erlang", "external_size", 2, |_, args| {
        Ok(Term::small(
            etf::encode_with(args[0], options(args[1])?).len() as i64
        ))
    }),
    Native::plain("erlang", "binary_to_term", 1, |ctx, args| {
        read(ctx, args[0], Term::NIL)
    }),
    Native::plain("erlang", "binary_to_term", 2, |ctx, args| {
        read(ctx, args[0], args[1])
    }),
];

fn options(list: Term) -> Result<Options, Stop> {
    let mut options = Options::default();
    for option in list.list_to_vec().ok_or(Stop::Badarg)? {
        let name = option.pair().map_or(option, |(name, _)| name);
        match name.as_atom() {
            Some(known::DETERMINISTIC) => options.deterministic = true,
            Some(known::COMPRESSED) => {
                options.compressed = option.pair().is_none_or(|(_, level)| level != Term::ZERO)
            }
            Some(known::MINOR_VERSION) => match option.pair().and_then(|(_, version)| version.as_small()) {
                Some(version @ 0..=2) => options.minor_version = version as u8,
                _ => return Err(Stop::Badarg),
            },
            Some(known::LOCAL) => {}
            _ => return Err(Stop::Badarg),
        }
    }
    Ok(options)
}

fn write(ctx: &mut Ctx<'_>, term: Term, options: Options) -> NativeResult {
    let bytes = etf::encode_with(term, options);
    ctx.charge(bytes.len() as u32 / 32);
    Ok(ctx.heap().binary(&bytes))
}

fn read(ctx: &mut Ctx<'_>, binary: Term, options: Term) -> NativeResult {
    let (mut safe, mut used) = (false, false);
    for option in options.list_to_vec().ok_or(Stop::Badarg)? {
        match option.as_atom() {
            Some(known::SAFE) => safe = true,
            Some(known::USED) => used = true,
            _ => return Err(Stop::Badarg),
        }
    }
    let bytes = binary.bytes().ok_or(Stop::Badarg)?;
    ctx.charge(bytes.len() as u32 / 32);
    let exports = ctx.vm.code().exports();
    let decoded = etf::decode(ctx.heap(), &bytes, exports, safe).map_err(|_| Stop::Badarg)?;
    if used {
        return Ok(ctx
            .heap()
            .tuple(&[decoded.term, Term::small(decoded.used as i64)]));
    }
    Ok(decoded.term)
}
