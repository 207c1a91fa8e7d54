//! `Macro` and `Macro.Env`: expanding, escaping and printing quoted code at run time.

use super::raise;
use crate::diag::Code;
use crate::expand::{self, Context, Env, Expanded, Expander, VarKind};
use crate::host::HeldHost;
use crate::host::convert::{self, Escape, atom, symbol, to_meta, to_quoted, to_term};
use crate::host::env::{env_of_term, env_to_term};
use cordial_syntax::quoted::names::{NameKind, classify};
use cordial_syntax::{Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::natives::{Ctx, Native, NativeResult, Stop as Raise};
use cordial_vm::term::Term;
use std::sync::Arc;

pub static NATIVES: &[Native] = &[
    Native::holding("cordial_macro", "expand", 2, |held, args| {
        let (quoted, env) = (to_quoted(args[0]), env_of(args[1])?);
        expanding(held, env, |expander| expander.expand_macro_fully(quoted))
    }),
    Native::holding("cordial_macro", "expand_once", 2, |held, args| {
        let (quoted, env) = (to_quoted(args[0]), env_of(args[1])?);
        expanding(held, env, |expander| {
            Ok(expander.expand_macro_once(&quoted)?.unwrap_or(quoted))
        })
    }),
    Native::holding("cordial_macro", "expand_guard", 3, expand_guard),
    Native::plain("cordial_macro", "escape", 3, escape),
    Native::plain("cordial_macro", "classify_atom", 1, classify_atom),
    Native::plain("cordial_macro", "expand_alias", 4, expand_alias),
    Native::holding("cordial_macro", "define_alias", 4, |held, args| {
        define(held, args, "alias")
    }),
    Native::holding("cordial_macro", "define_require", 4, |held, args| {
        define(held, args, "require")
    }),
    Native::holding("cordial_macro", "define_import", 4, |held, args| {
        define(held, args, "import")
    }),
];

fn env_of(term: Term) -> Result<Env, Raise> {
    env_of_term(term).ok_or(Raise::Badarg)
}

/// Runs a step of the expander and gives its quoted form as a term.
fn expanding(
    held: &mut Held<'_>,
    env: Env,
    step: impl FnOnce(&mut Expander<'_>) -> Expanded<Quoted>,
) -> NativeResult {
    let mut host = HeldHost::new(held);
    let mut expander = Expander::new(&mut host, env);
    let result = step(&mut expander);
    let lexical = std::mem::take(&mut expander.lexical);
    let diagnostics = std::mem::take(&mut expander.diagnostics);
    let told = expand::Stop::Told {
        file: expander.env.file.clone(),
        module: expander.env.module,
    };
    let failed = crate::module::eval::tell(&mut host, &diagnostics);
    let result = if failed { result.and(Err(told)) } else { result };
    crate::module::session::note(&mut host, lexical);
    match result {
        Ok(quoted) => Ok(to_term(held.heap(), &quoted)),
        Err(stop) => Err(raise::raise(held, stop)),
    }
}

/// `expand_guard(body, variables, env)`: a guard's body, expanded where the variables are known.
fn expand_guard(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (quoted, mut env) = (to_quoted(args[0]), env_of(args[2])?);
    env.context = Context::Guard;
    let mut vars = (*env.versioned_vars).clone();
    for variable in args[1].list_to_vec().ok_or(Raise::Badarg)? {
        if let Quoted::Var(var) = to_quoted(variable) {
            let kind = match var.meta.int(cordial_syntax::quoted::known::COUNTER) {
                Some(counter) => VarKind::Counter(counter),
                None => VarKind::Context(var.context),
            };
            let version = vars.len() as u32 + 1;
            vars.insert((var.name, kind), version);
        }
    }
    env.versioned_vars = Arc::new(vars);
    expanding(held, env, |expander| expander.expand(quoted))
}

/// `escape(term, unquote?, prune_metadata?)`
fn escape(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let how = Escape {
        unquote: args[1].is_truthy(),
        prune_metadata: args[2].is_truthy(),
    };
    match convert::escape(args[0], how) {
        Ok(quoted) => Ok(to_term(ctx.heap(), &quoted)),
        Err(bad) => {
            let message = format!(
                "cannot escape {}. The supported values are: lists, tuples, maps, atoms, numbers, bitstrings, PIDs and \
                 remote functions in the format &Mod.fun/arity",
                bad.0
            );
            Err(super::quote::argument_error(
                ctx,
                Code::EscapeUnsupported,
                &message,
            ))
        }
    }
}

fn classify_atom(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let kind = match classify(args[0].as_atom().ok_or(Raise::Badarg)?.as_str()) {
        NameKind::Identifier => "identifier",
        NameKind::Unquoted => "unquoted",
        NameKind::Alias => "alias",
        NameKind::Quoted => "quoted",
    };
    Ok(Term::atom(Atom::new(kind)))
}

/// `expand_alias(env, meta, parts, options) -> {:alias, module} | :error`
fn expand_alias(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let env = env_of(args[0])?;
    let meta = to_meta(args[1]).ok_or(Raise::Badarg)?;
    let parts = args[2].list_to_vec().ok_or(Raise::Badarg)?;
    let parts: Option<Vec<Symbol>> = parts.into_iter().map(|part| part.as_atom().map(symbol)).collect();
    Ok(match env.look_up(&meta, &parts.ok_or(Raise::Badarg)?) {
        Some(module) => ctx
            .heap()
            .tuple(&[Term::atom(Atom::new("alias")), Term::atom(atom(module))]),
        None => Term::atom(Atom::new("error")),
    })
}

/// `define_alias(env, meta, module, options) -> {:ok, env} | {:error, message}`, and the same for require and import.
fn define(held: &mut Held<'_>, args: &[Term], form: &str) -> NativeResult {
    let env = env_of(args[0])?;
    let meta = to_meta(args[1]).ok_or(Raise::Badarg)?;
    let module = Quoted::Atom(symbol(args[2].as_atom().ok_or(Raise::Badarg)?));
    let node = Quoted::call(Symbol::new(form), meta, vec![module, to_quoted(args[3])]);
    let mut host = HeldHost::new(held);
    let mut expander = Expander::new(&mut host, env);
    let result = expander.expand(node);
    let env = expander.env.clone();
    match result {
        Ok(_) => {
            let env = env_to_term(held.heap(), &env);
            Ok(held.heap().ok(env))
        }
        Err(expand::Stop::Compile { description, .. }) => {
            let message = held.heap().string(&description);
            Ok(held.heap().error(message))
        }
        Err(stop) => Err(raise::raise(held, stop)),
    }
}
