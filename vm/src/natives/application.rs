//! `:cordial_application`: which part of the library a module is from, as stack traces show it.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::term::Term;

pub static NATIVES: &[Native] = &[Native::plain("cordial_application", "of", 1, of)];

/// The versions that Cordial is like.
const ELIXIR: &str = "1.18.3";
const STDLIB: &str = "6.2";

/// `{application, version}` of a module of the library, or `nil`.
fn of(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?.as_str();
    let in_image = ctx
        .vm
        .code()
        .image()
        .is_some_and(|image| image.find(name).is_some());
    if !in_image && !ctx.vm.code().has_natives(Atom::new(name)) {
        return Ok(Term::NIL_ATOM);
    }
    let (application, version) = match name.strip_prefix("Elixir.") {
        Some(name) if name == "Logger" || name.starts_with("Logger.") => ("logger", ELIXIR),
        Some(name) if name.starts_with("ExUnit") => ("ex_unit", ELIXIR),
        Some(name) if name.starts_with("EEx") => ("eex", ELIXIR),
        Some(_) => ("elixir", ELIXIR),
        None if matches!(name, "erlang") => return Ok(Term::NIL_ATOM),
        None => ("stdlib", STDLIB),
    };
    let version = ctx.heap().string(version);
    Ok(ctx.heap().tuple(&[Term::atom(Atom::new(application)), version]))
}
