//! `:re`: Perl-compatible regular expressions with OTP's options and results, on PCRE2.
//!
//! A compiled expression is `{:re_pattern, Groups, Unicode, 0, Binary}`; the binary holds the options and the source,
//! so it may be a literal of a module. The machine code for it is kept in a cache.

mod options;
mod pattern;
mod run;

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::term::Term;
use pattern::Pattern;

pub static NATIVES: &[Native] = &[
    Native::plain("re", "compile", 1, |ctx, args| compile(ctx, args[0], Term::NIL)),
    Native::plain("re", "compile", 2, |ctx, args| compile(ctx, args[0], args[1])),
    Native::plain("re", "run", 2, |ctx, args| {
        run::run(ctx, args[0], args[1], Term::NIL)
    }),
    Native::plain("re", "run", 3, |ctx, args| {
        run::run(ctx, args[0], args[1], args[2])
    }),
    Native::plain("re", "inspect", 2, inspect),
    Native::plain("re", "version", 0, |ctx, _| {
        let (major, minor) = pcre2::version();
        Ok(ctx.heap().string(&format!("{major}.{minor}")))
    }),
];

fn compile(ctx: &mut Ctx<'_>, source: Term, options: Term) -> NativeResult {
    let options = options::Compile::read(options)?;
    let source = subject(source, options.unicode)?;
    match Pattern::new(&options, &source) {
        Ok(pattern) => {
            let binary = ctx.heap().binary(&pattern.encoded);
            let parts = [
                Term::atom(Atom::new("re_pattern")),
                Term::small(pattern.groups() as i64),
                Term::small(i64::from(options.unicode)),
                Term::ZERO,
                binary,
            ];
            let compiled = ctx.heap().tuple(&parts);
            Ok(ctx.heap().ok(compiled))
        }
        Err(error) => {
            let characters: Vec<Term> = error
                .message
                .bytes()
                .map(|byte| Term::small(byte.into()))
                .collect();
            let message = ctx.heap().list(characters);
            let reason = ctx.heap().tuple(&[message, Term::small(error.offset as i64)]);
            Ok(ctx.heap().error(reason))
        }
    }
}

/// The names of the groups, in alphabetical order.
fn inspect(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let pattern = Pattern::of(args[0])?;
    if args[1].as_atom().map(Atom::as_str) != Some("namelist") {
        return Err(Stop::Badarg);
    }
    let names: Vec<Term> = pattern
        .names()
        .into_iter()
        .map(|(name, _)| ctx.heap().string(&name))
        .collect();
    let names = ctx.heap().list(names);
    Ok(ctx.heap().tuple(&[args[1], names]))
}

/// The bytes of a text given as a binary or as nested data of characters or bytes.
fn subject(text: Term, unicode: bool) -> Result<std::borrow::Cow<'static, [u8]>, Stop> {
    if text.is_binary() {
        return text.bytes().ok_or(Stop::Badarg);
    }
    let mut bytes = Vec::new();
    let mut open = vec![text];
    while let Some(term) = open.pop() {
        if let Some((head, tail)) = term.uncons() {
            open.push(tail);
            open.push(head);
        } else if term.is_binary() {
            bytes.extend_from_slice(&term.bytes().ok_or(Stop::Badarg)?);
        } else if let Some(code) = term.as_u64() {
            let code = u32::try_from(code).map_err(|_| Stop::Badarg)?;
            match (unicode, u8::try_from(code)) {
                (false, Ok(byte)) => bytes.push(byte),
                (false, Err(_)) => return Err(Stop::Badarg),
                (true, _) => {
                    let char = char::from_u32(code).ok_or(Stop::Badarg)?;
                    bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        } else if !term.is_nil() {
            return Err(Stop::Badarg);
        }
    }
    Ok(bytes.into())
}
