//! `Code.format_string!/2` and `Macro.to_string/1`.

use super::parse::{options, text};
use super::raise;
use crate::expand::Stop;
use crate::host::convert::{Escape, escape, opaque_term, to_quoted};
use cordial_syntax::format::{FormatOptions, format_string, to_source, to_source_within};
use cordial_syntax::quoted::deeper;
use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::exec::Held;
use cordial_vm::natives::{Native, NativeResult, Stop as Raise};
use cordial_vm::term::Term;

pub static NATIVES: &[Native] = &[
    Native::holding("cordial_code", "format_string", 2, format),
    Native::plain("cordial_macro", "to_string", 1, |ctx, args| {
        let mut quoted = to_quoted(args[0]);
        expose(&mut quoted);
        Ok(ctx.heap().string(&to_source(&quoted)))
    }),
];

fn format(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (source, options) = (text(args[0])?, format_options(args[1])?);
    match format_string(&source, &options) {
        Ok(formatted) => Ok(held.heap().string(&formatted)),
        Err(diagnostic) => Err(raise::raise(held, Stop::Syntax(diagnostic))),
    }
}

/// Options of a keyword list that concern the formatter.
fn format_options(list: Term) -> Result<FormatOptions, Raise> {
    let mut format = FormatOptions {
        parse: options(list)?,
        ..FormatOptions::default()
    };
    for option in list.list_to_vec().ok_or(Raise::Badarg)? {
        let (key, value) = option.pair().ok_or(Raise::Badarg)?;
        match key.as_atom().ok_or(Raise::Badarg)?.as_str() {
            "line_length" => {
                let length = value.as_u64().and_then(|length| usize::try_from(length).ok());
                format.line_length = length.ok_or(Raise::Badarg)?;
            }
            "force_do_end_blocks" => format.force_do_end_blocks = value.is_truthy(),
            "locals_without_parens" => {
                for local in value.list_to_vec().ok_or(Raise::Badarg)? {
                    let (name, arity) = local.pair().ok_or(Raise::Badarg)?;
                    let name = name.as_atom().ok_or(Raise::Badarg)?.as_str().to_owned();
                    let arity = arity.as_u64().and_then(|arity| usize::try_from(arity).ok());
                    format.locals_without_parens.push((name, arity));
                }
            }
            _ => {}
        }
    }
    Ok(format)
}

/// Gives terms that are no quoted forms, such as maps, the forms that make them.
fn expose(node: &mut Quoted) {
    deeper(|| match node {
        Quoted::Opaque(opaque) => {
            let escaped = opaque_term(opaque).and_then(|owned| escape(owned.term(), Escape::default()).ok());
            if let Some(quoted) = escaped {
                // What is no form is printed on one line.
                let text = to_source_within(&quoted, usize::MAX);
                *node = Quoted::var(Symbol::new(&text), Meta::EMPTY, Symbol::new("nil"));
            }
        }
        Quoted::List(items) => items.iter_mut().for_each(expose),
        Quoted::Pair(pair) => {
            expose(&mut pair.0);
            expose(&mut pair.1);
        }
        Quoted::Call(call) => {
            expose(&mut call.head);
            call.args.iter_mut().for_each(expose);
        }
        _ => {}
    })
}
