//! A module's definition from start to end.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::heap::OwnedTerm;
use cordial_vm::term::{Term, View};

use super::table::{self, Owned, State};
use super::{compile, eval};
use crate::expand::error::{Expansion, Place, show_module};
use crate::expand::{Env, Expanded, Host, Stop, VarKey};
use crate::host::HeldHost;
use crate::host::convert::{self, symbol};
use crate::host::env_to_term;
use crate::sym;

/// A module that is there now.
pub struct Defined {
    pub bytes: Arc<[u8]>,
    pub value: Owned,
}

/// Defines a module: runs its body, compiles what it defined, loads it.
pub fn define(
    host: &mut HeldHost<'_, '_>,
    name: Symbol,
    block: Quoted,
    outer: &Env,
    meta: &Meta,
    bindings: Vec<(VarKey, Owned)>,
) -> Expanded<Defined> {
    let line = if meta.line() == 0 { outer.line } else { meta.line() };
    let mut env = outer.clone();
    env.module = Some(name);
    env.function = None;
    env.line = line;
    let mut modules = (*env.context_modules).clone();
    if !modules.contains(&name) {
        modules.insert(0, name);
    }
    env.context_modules = Arc::new(modules);
    let at = |code: Code, description: String| Stop::Compile {
        code,
        file: outer.file.clone(),
        line,
        column: 0,
        module: outer.module,
        place: outer.place(),
        description,
    };
    if name == known::ELIXIR {
        return Err(Stop::Compile {
            code: Code::ModuleReserved,
            file: outer.file.clone(),
            line,
            column: 0,
            module: Some(name),
            place: Some(Place::module(name)),
            description: "module Elixir is reserved and cannot be defined".to_owned(),
        });
    }
    if matches!(name.as_str(), "nil" | "true" | "false") {
        let message = format!("invalid module name: {}", show_module(name));
        return Err(Stop::argument(Code::ModuleNameInvalid, message));
    }
    let mut state = State::new(env.clone(), line);
    if meta.line() != 0 {
        state.place = Meta::at_line(line);
        if meta.column() != 0 {
            state.place = Meta::at(line, meta.column());
        }
    }
    let Some(state) = table::open(name, state) else {
        let place = table::find(name).map_or_else(String::new, |state| {
            let state = state.lock();
            format!("{}:{}", state.env.file, state.line)
        });
        return Err(at(
            Code::ModuleOpen,
            format!(
                "cannot define module {} because it is currently being defined in {place}",
                show_module(name)
            ),
        ));
    };
    if !crate::options::ignore_module_conflict() && host.is_loaded(name) {
        let redefined = crate::check::redefined(name, outer, line);
        eval::tell(host, &[redefined]);
    }
    let lexical = super::session::enter_module(host, outer.module);
    let result = build(host, name, block, env, bindings, &state);
    let lexical = super::session::leave_module(host, lexical);
    if result.is_err() {
        let found = std::mem::take(&mut state.lock().diagnostics);
        eval::tell(host, &found);
    }
    table::close(name);
    super::local::forget(host, &state);
    let (defined, hooks, env) = result?;
    if let Some(lexical) = lexical {
        eval::tell(host, &lexical.unused());
    }
    let bytes = defined.bytes.clone();
    super::session::with(host, |session| session.defined.push((name, bytes)));
    let (after_compile, after_verify) = hooks;
    for hook in after_compile {
        run_after_compile(host, &hook, &env, &defined.bytes)?;
    }
    for hook in after_verify {
        let Some((module, function)) = hook_of(&hook, "__after_verify__") else {
            return Err(Stop::argument(
                Code::HookInvalid,
                "invalid value for @after_verify",
            ));
        };
        host.call(module, function.as_str(), &[Term::atom(convert::atom(name))])?;
    }
    Ok(defined)
}

/// The module, what is to be called after its compilation and after its checks, and where.
type Built = (Defined, (Vec<Owned>, Vec<Owned>), Env);

fn build(
    host: &mut HeldHost<'_, '_>,
    name: Symbol,
    block: Quoted,
    env: Env,
    bindings: Vec<(VarKey, Owned)>,
    state: &Arc<parking_lot::Mutex<State>>,
) -> Expanded<Built> {
    let evaluated = eval::eval_body(host, block, env, bindings)?;
    let mut env = evaluated.env;
    env.versioned_vars = Arc::default();
    env.line = state.lock().line;
    let hooks = |key: Symbol| -> Vec<Owned> {
        state
            .lock()
            .attributes
            .get(&key)
            .map(|attribute| attribute.values.clone())
            .unwrap_or_default()
    };
    for hook in hooks(sym!("before_compile")) {
        env = run_before_compile(host, &hook, env)?;
    }
    let bytes = compile::module(host, name, &env, state)?;
    let defined = Defined {
        bytes,
        value: evaluated.value,
    };
    let after = (hooks(sym!("after_compile")), hooks(sym!("after_verify")));
    Ok((defined, after, env))
}

/// `Module` or `{Module, function}`.
pub(super) fn hook_of(hook: &OwnedTerm, default: &str) -> Option<(Symbol, Symbol)> {
    match hook.term().view() {
        View::Atom(module) => Some((symbol(module), Symbol::new(default))),
        View::Tuple([module, function]) => Some((symbol(module.as_atom()?), symbol(function.as_atom()?))),
        _ => None,
    }
}

fn run_before_compile(host: &mut HeldHost<'_, '_>, hook: &OwnedTerm, env: Env) -> Expanded<Env> {
    let Some((module, function)) = hook_of(hook, "__before_compile__") else {
        return Err(Stop::argument(
            Code::HookInvalid,
            "invalid value for @before_compile",
        ));
    };
    let is_local = Some(module) == env.module;
    let is_macro = if is_local {
        host.has_local_macro(module, (function, 1))
    } else {
        host.exports(module)
            .is_some_and(|exports| exports.macros.has((function, 1)))
    };
    if is_macro {
        let argument = {
            let term = env_to_term(host.held.heap(), &env);
            convert::opaque(term)
        };
        let expanded = if is_local {
            host.call_local_macro(module, (function, 1), &env, vec![argument])
        } else {
            host.call_macro(module, (function, 1), &env, vec![argument])
        };
        let expanded = expanded.map_err(|stop| Stop::Within {
            stop: Box::new(stop),
            call: Box::new(Expansion {
                what: "expanding macro",
                module,
                pair: (function, 1),
                env: env.clone(),
            }),
        })?;
        let counter = table::next_number() as i64;
        let expanded = crate::expand::linify_macro(env.line, module, counter, expanded);
        let evaluated = eval::eval_body(host, expanded, env, Vec::new())?;
        let mut env = evaluated.env;
        env.versioned_vars = Arc::default();
        return Ok(env);
    }
    let term = env_to_term(host.held.heap(), &env);
    host.call(module, function.as_str(), &[term])?;
    Ok(env)
}

fn run_after_compile(host: &mut HeldHost<'_, '_>, hook: &OwnedTerm, env: &Env, bytes: &[u8]) -> Expanded<()> {
    let Some((module, function)) = hook_of(hook, "__after_compile__") else {
        return Err(Stop::argument(
            Code::HookInvalid,
            "invalid value for @after_compile",
        ));
    };
    if host
        .exports(module)
        .is_some_and(|exports| exports.macros.has((function, 2)))
    {
        let term = env_to_term(host.held.heap(), env);
        let argument = convert::opaque(term);
        let code = host.call_macro(module, (function, 2), env, vec![argument, Quoted::bin(bytes)])?;
        eval::eval_quoted(host, code, env, Vec::new())?;
        return Ok(());
    }
    let heap = host.held.heap();
    let env = env_to_term(heap, env);
    let bytes = heap.binary(bytes);
    host.call(module, function.as_str(), &[env, bytes])?;
    Ok(())
}

/// `{:module, name, bytes, value}`.
pub fn answer(host: &mut HeldHost<'_, '_>, name: Symbol, defined: &Defined) -> Term {
    let heap = host.held.heap();
    let bytes = heap.binary(&defined.bytes);
    let value = heap.copy(defined.value.term());
    let tag = Term::atom(cordial_vm::atom::Atom::new("module"));
    heap.tuple(&[tag, Term::atom(convert::atom(name)), bytes, value])
}

/// The block of `do`.
pub fn do_block(blocks: &Quoted) -> Option<&Quoted> {
    blocks.keyword_get(known::DO)
}
