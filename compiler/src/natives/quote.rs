//! `:elixir_quote`: what quoted code with `unquote_splicing` and `left.unquote(name)` calls when it is evaluated.

use crate::diag::Code;
use crate::expand::quote_dot;
use crate::host::convert::{symbol, to_meta, to_quoted, to_term};
use cordial_vm::atom::Atom;
use cordial_vm::natives::{Ctx, Native, NativeResult, Stop};
use cordial_vm::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("elixir_quote", "list", 2, list),
    Native::plain("elixir_quote", "tail_list", 3, tail_list),
    Native::plain("elixir_quote", "dot", 5, dot),
];

/// `%ArgumentError{message: message}`
pub fn argument_error(ctx: &mut Ctx<'_>, code: Code, message: &str) -> Stop {
    crate::diag::note(code.name());
    let message = ctx.heap().string(message);
    let mut fields = [
        (
            Term::atom(Atom::new("__struct__")),
            Term::atom(Atom::new("Elixir.ArgumentError")),
        ),
        (Term::atom(Atom::new("__exception__")), Term::TRUE),
        (Term::atom(Atom::new("message")), message),
    ];
    Stop::error(ctx.heap().map_from(&mut fields))
}

fn items(ctx: &mut Ctx<'_>, list: Term) -> Result<Vec<Term>, Stop> {
    list.list_to_vec().ok_or_else(|| {
        let shown = crate::expand::to_text(&to_quoted(list));
        argument_error(
            ctx,
            Code::SpliceNotList,
            &format!("expected a list with quoted expressions in unquote_splicing/1, got: {shown}"),
        )
    })
}

/// `left ++ right`
fn list(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let left = items(ctx, args[0])?;
    ctx.charge((left.len() / 8) as u32);
    Ok(ctx.heap().list_with_tail(left, args[1]))
}

/// `tail ++ left ++ right`, where `right` may be the quoted tail of an improper list.
fn tail_list(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (mut left, tail) = (items(ctx, args[0])?, items(ctx, args[2])?);
    left.splice(0..0, tail);
    if args[1].is_list() {
        return Ok(ctx.heap().list_with_tail(left, args[1]));
    }
    let last = left.pop().unwrap_or(Term::NIL);
    let pair = ctx.heap().list([last, args[1]]);
    let pipe = ctx.heap().tuple(&[Term::atom(Atom::new("|")), Term::NIL, pair]);
    left.push(pipe);
    Ok(ctx.heap().list(left))
}

/// `dot(meta, left, right, args | nil, context)`
fn dot(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let meta = to_meta(args[0]).ok_or(Stop::Badarg)?;
    let (left, right) = (to_quoted(args[1]), to_quoted(args[2]));
    let arguments = match args[3].as_atom() {
        Some(_) => None,
        None => Some(
            args[3]
                .list_to_vec()
                .ok_or(Stop::Badarg)?
                .into_iter()
                .map(to_quoted)
                .collect(),
        ),
    };
    let context = symbol(args[4].as_atom().ok_or(Stop::Badarg)?);
    match quote_dot(meta, left, right, arguments, context) {
        Ok(quoted) => Ok(to_term(ctx.heap(), &quoted)),
        Err(message) => Err(argument_error(ctx, Code::QuoteDot, &message)),
    }
}
