//! `def` and its like, `defmodule`, `@`: the macros of `Kernel` that are part of the compiler.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::env::VarKind;
use super::{
    Context, Env, Expanded, Expander, Names, Pair, Stop, VarKey, attribute, escape_quoted, has_unquotes,
    to_text,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Def,
    Defp,
    Defmacro,
    Defmacrop,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Def => "def",
            Kind::Defp => "defp",
            Kind::Defmacro => "defmacro",
            Kind::Defmacrop => "defmacrop",
        }
    }

    pub fn is_macro(self) -> bool {
        matches!(self, Kind::Defmacro | Kind::Defmacrop)
    }

    pub fn is_public(self) -> bool {
        matches!(self, Kind::Def | Kind::Defmacro)
    }
}

/// What an expansion leaves with the host for the native that its code will call.
#[derive(Clone, Debug)]
pub enum Pending {
    Def(Arc<PendingDef>),
    Module(Arc<PendingModule>),
    Type(Arc<PendingType>),
}

/// A type, spec or callback met in a module's body.
#[derive(Clone, Debug)]
pub struct PendingType {
    /// None if it comes with the call, its `unquote`s carried out.
    pub code: Option<Quoted>,
    pub env: Arc<Env>,
    pub meta: Meta,
}

/// A definition met in a module's body.
#[derive(Clone, Debug)]
pub struct PendingDef {
    pub kind: Kind,
    /// None if it comes with the call, its `unquote`s carried out.
    pub code: Option<(Quoted, Option<Quoted>)>,
    pub env: Env,
    pub meta: Meta,
}

/// A module met in code.
#[derive(Clone, Debug)]
pub struct PendingModule {
    pub block: Quoted,
    pub env: Env,
    pub meta: Meta,
    /// The variables around it, in the order of the values that come with the call.
    pub vars: Vec<VarKey>,
}

type Native = fn(&mut Expander<'_>, &Meta, Vec<Quoted>) -> Expanded<Quoted>;

/// The macros of `Kernel` that are written here.
pub fn native_names() -> Arc<Names> {
    let names = ["def", "defp", "defmacro", "defmacrop"];
    let mut pairs: Vec<Pair> = names
        .iter()
        .flat_map(|name| [(Symbol::new(name), 1), (Symbol::new(name), 2)])
        .collect();
    pairs.push((known::DEFMODULE, 2));
    pairs.push((known::AT, 1));
    Arc::new(Names::new(pairs))
}

pub(super) fn native_macro(module: Symbol, pair: Pair) -> Option<Native> {
    if module != known::ELIXIR_KERNEL {
        return None;
    }
    Some(match pair {
        (known::DEF, 1 | 2) => |this, meta, args| define(this, Kind::Def, meta, args),
        (known::DEFP, 1 | 2) => |this, meta, args| define(this, Kind::Defp, meta, args),
        (known::DEFMACRO, 1 | 2) => |this, meta, args| define(this, Kind::Defmacro, meta, args),
        (known::DEFMACROP, 1 | 2) => |this, meta, args| define(this, Kind::Defmacrop, meta, args),
        (known::DEFMODULE, 2) => defmodule,
        (known::AT, 1) => attribute::expand,
        _ => return None,
    })
}

fn define(this: &mut Expander<'_>, kind: Kind, meta: &Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
    let arity = args.len();
    if this.env.module.is_none() {
        return Err(Stop::argument(
            Code::DefOutsideModule,
            format!("cannot invoke {}/{arity} outside module", kind.name()),
        ));
    }
    if this.env.function.is_some() {
        return Err(Stop::argument(
            Code::DefInFunction,
            format!("cannot invoke {}/{arity} inside function/macro", kind.name()),
        ));
    }
    let body = if arity == 2 { args.pop() } else { None };
    let call = args.pop().unwrap_or(Quoted::NIL);
    let unquotes = has_unquotes(&call) || body.as_ref().is_some_and(has_unquotes);
    let mut env = this.caller_env(meta);
    env.versioned_vars = Arc::default();
    let escaped = unquotes.then(|| {
        let body = match &body {
            Some(body) => escape_quoted(body, true),
            None => Quoted::NIL,
        };
        (escape_quoted(&call, true), body, Quoted::from(arity == 2))
    });
    let code = if unquotes { None } else { Some((call, body)) };
    let pending = Pending::Def(Arc::new(PendingDef {
        kind,
        code,
        env,
        meta: meta.clone(),
    }));
    let number = this.host.keep(pending);
    this.pending.push(number);
    let mut arguments = vec![Quoted::Int(number as i64)];
    if let Some((call, body, has_body)) = escaped {
        arguments.extend([call, body, has_body]);
    }
    Ok(Quoted::remote(
        Quoted::Atom(crate::sym!("elixir_def")),
        crate::sym!("store_definition"),
        super::variable::meta_at(meta),
        arguments,
    ))
}

fn defmodule(this: &mut Expander<'_>, meta: &Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
    let blocks = args.pop().unwrap_or(Quoted::NIL);
    let name = args.pop().unwrap_or(Quoted::NIL);
    let block = match &blocks {
        Quoted::List(items) if items.len() == 1 => blocks.keyword_get(known::DO).cloned(),
        _ => None,
    };
    let Some(block) = block else {
        return Err(Stop::argument(
            Code::ModuleWithoutBlock,
            "expected :do block for defmodule",
        ));
    };
    let original = name.clone();
    let expanded = this.expand_module_name(name)?;
    let mut nodes = Vec::new();
    let name = match expanded {
        Quoted::Atom(module) => {
            let (full, alias) = nested(&original, module, &this.env);
            if let Some((alias, old)) = alias {
                let alias_meta = super::variable::meta_at(meta).with(crate::sym!("defined"), full);
                let alias_meta = match original.meta().and_then(|meta| meta.get(known::COUNTER)) {
                    Some(counter) => alias_meta.with(known::COUNTER, counter),
                    None => alias_meta,
                };
                let options =
                    Quoted::keyword([(known::AS, Quoted::Atom(alias)), (known::WARN, Quoted::FALSE)]);
                nodes.push(Quoted::call(
                    known::ALIAS,
                    alias_meta,
                    vec![Quoted::Atom(old), options],
                ));
            }
            if this.env.function.is_none() {
                Arc::make_mut(&mut this.env.context_modules).insert(0, full);
            }
            Quoted::Atom(full)
        }
        other => other,
    };
    let env = this.caller_env(meta);
    let native = Quoted::Atom(crate::sym!("elixir_module"));
    let call = if this.env.function.is_none() {
        let mut vars: Vec<(VarKey, u32)> = env
            .versioned_vars
            .iter()
            .map(|(key, version)| (*key, *version))
            .collect();
        vars.sort_by_key(|(_, version)| *version);
        let values = vars
            .iter()
            .map(|((name, kind), version)| {
                let meta = Meta::EMPTY.with(known::GENERATED, Quoted::TRUE);
                match kind {
                    VarKind::Context(context) => Quoted::var(*name, meta, *context),
                    VarKind::Counter(counter) => {
                        let context = this.bindings.context(*version).unwrap_or(known::NIL);
                        Quoted::var(*name, meta.with(known::COUNTER, *counter), context)
                    }
                }
            })
            .collect();
        let vars = vars.into_iter().map(|(key, _)| key).collect();
        // The alias of a nested module is in sight inside it.
        let pending = PendingModule {
            block,
            env,
            meta: meta.clone(),
            vars,
        };
        let number = this.host.keep(Pending::Module(Arc::new(pending)));
        this.pending.push(number);
        let values = Quoted::List(values);
        Quoted::remote(
            native,
            crate::sym!("compile"),
            meta.clone(),
            vec![name, Quoted::Int(number as i64), values],
        )
    } else {
        let data = escape_quoted(&block, false);
        let mut env = env;
        env.versioned_vars = Arc::default();
        Quoted::remote(
            native,
            crate::sym!("compile_quoted"),
            meta.clone(),
            vec![name, data, super::env_map(&env)],
        )
    };
    nodes.push(call);
    Ok(Quoted::block(nodes))
}

/// The full name of a module named in another one, and the alias for its first part.
fn nested(name: &Quoted, module: Symbol, env: &Env) -> (Symbol, Option<(Symbol, Symbol)>) {
    let Quoted::Call(call) = name else {
        return (module, None);
    };
    if call.name() != Some(known::ALIASES) {
        return (module, None);
    }
    let (Some(outer), Some((Quoted::Atom(first), rest))) = (env.module, call.args.split_first()) else {
        return (module, None);
    };
    if *first == known::ELIXIR {
        return (module, None);
    }
    let old = super::alias::concat(&[outer, *first]);
    let alias = super::alias::concat(&[*first]);
    let mut parts = vec![old];
    parts.extend(rest.iter().filter_map(Quoted::as_atom));
    (super::alias::concat(&parts), Some((alias, old)))
}

impl Expander<'_> {
    /// The name given to `defmodule`: an alias is taken as it is written where it does not stand for another module.
    fn expand_module_name(&mut self, name: Quoted) -> Expanded<Quoted> {
        if self.env.context != Context::None {
            return Err(Stop::argument(
                Code::ModuleNameInvalid,
                format!("invalid module name: {}", to_text(&name)),
            ));
        }
        match self.expand_macro_fully(name)? {
            node @ Quoted::Atom(_) => Ok(node),
            node => Ok(node),
        }
    }
}
