//! `:cordial_io`: the standard streams, as devices 0 (input), 1 (output) and 2 (errors).

use super::file::{characters, done, failed, iodata};
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::io::standard::Device;
use crate::term::Term;
use std::io::{self, IsTerminal};

pub static NATIVES: &[Native] = &[
    Native::plain("cordial_io", "put", 2, put),
    Native::plain("cordial_io", "flush", 0, |ctx, _| {
        ctx.vm.io().flush();
        Ok(Term::OK)
    }),
    Native::blocking("cordial_io", "get_line", 0, |ctx, _| {
        read(ctx, |there, _| {
            there.iter().position(|&byte| byte == b'\n').map(|at| at + 1)
        })
    }),
    Native::blocking("cordial_io", "get_bytes", 1, |ctx, args| {
        let count = args[0].as_usize().ok_or(Stop::Badarg)?;
        read(ctx, |there, _| (there.len() >= count).then_some(count))
    }),
    Native::blocking("cordial_io", "get_chars", 1, get_chars),
    Native::plain("cordial_io", "unread", 1, |ctx, args| {
        let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
        ctx.vm.io().unread(&bytes);
        Ok(Term::OK)
    }),
    Native::blocking("cordial_io", "get_all", 0, get_all),
    Native::plain("cordial_io", "tty", 1, |_, args| {
        Ok(Term::bool(match args[0].as_i64() {
            Some(0) => io::stdin().is_terminal(),
            Some(1) => io::stdout().is_terminal(),
            Some(2) => io::stderr().is_terminal(),
            _ => return Err(Stop::Badarg),
        }))
    }),
    Native::plain("cordial_io", "size", 0, size),
    Native::plain("erlang", "display", 1, display),
];

fn put(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let device = match args[0].as_i64() {
        Some(1) => Device::Stdout,
        Some(2) => Device::Stderr,
        _ => return Err(Stop::Badarg),
    };
    let result = match args[1].bytes().filter(|_| args[1].is_binary()) {
        Some(bytes) => ctx.vm.io().put(device, &bytes),
        None => {
            let bytes = iodata(args[1])?;
            ctx.charge((bytes.len() / 256) as u32);
            ctx.vm.io().put(device, &bytes)
        }
    };
    done(ctx, result)
}

/// Prints a term as Erlang writes it.
fn display(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = format!("{}\n", args[0]);
    let _ = ctx.vm.io().put(Device::Stdout, text.as_bytes());
    Ok(Term::TRUE)
}

/// The bytes, `:eof` or the error. What is left at the end of the input is given even if it is less than wanted.
fn read(ctx: &mut Ctx<'_>, mut want: impl FnMut(&[u8], bool) -> Option<usize>) -> NativeResult {
    let vm = ctx.vm;
    let read = ctx.lend(|| {
        vm.io().read(|there, more| match want(there, more) {
            None if !more => Some(there.len()),
            other => other,
        })
    });
    match read {
        Ok(Some(bytes)) => Ok(ctx.heap().binary(&bytes)),
        Ok(None) => Ok(Term::atom(Atom::new("eof"))),
        Err(error) => Ok(failed(ctx, &error)),
    }
}

fn get_chars(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let count = args[0].as_usize().ok_or(Stop::Badarg)?;
    read(ctx, |there, _| characters(there, count))
}

fn get_all(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let answer = read(ctx, |_, _| None)?;
    if answer.is_binary() {
        Ok(answer)
    } else {
        Ok(ctx.heap().binary(&[]))
    }
}

/// `{columns, rows}` of the terminal, or `:none`.
fn size(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    match terminal_size::terminal_size() {
        Some((columns, rows)) => {
            let parts = [Term::small(columns.0.into()), Term::small(rows.0.into())];
            Ok(ctx.heap().tuple(&parts))
        }
        None => Ok(Term::atom(Atom::new("none"))),
    }
}
