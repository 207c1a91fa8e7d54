//! The natives that a module's body calls: `:elixir_module`, `:elixir_def`.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::heap::{Heap, OwnedTerm};
use cordial_vm::natives::{Ctx, Native, NativeResult, Stop as VmStop};
use cordial_vm::term::{Term, View};
use parking_lot::Mutex;

use super::docs::Declaration;
use super::table::{self, State};
use super::{attributes, body, define, overridable, typespec};
use crate::expand::{Expanded, Kind, Pair, Pending, Stop};
use crate::host::convert::{atom, symbol, to_quoted, to_term};
use crate::host::{HeldHost, env_of_term};
use crate::natives::quote::argument_error;
use crate::natives::raise::raise;
use crate::sym;

pub static NATIVES: &[Native] = &[
    Native::holding("elixir_module", "compile", 3, compile),
    Native::holding("elixir_module", "compile_quoted", 3, compile_quoted),
    Native::holding("elixir_def", "store_definition", 1, store_plain),
    Native::holding("elixir_def", "store_definition", 4, store_unquoted),
    Native::holding(
        "Elixir.Kernel.Utils",
        "announce_struct",
        3,
        super::structs::announce,
    ),
    Native::plain("elixir_module", "open?", 1, is_open),
    Native::plain("elixir_module", "get_attribute", 3, get_attribute),
    Native::plain("elixir_module", "read_attribute", 3, read_attribute),
    Native::plain("elixir_module", "put_attribute", 3, put_attribute),
    Native::plain("elixir_module", "put_attribute", 4, put_attribute),
    Native::plain("elixir_module", "put_typespec", 3, put_typespec),
    Native::plain("elixir_module", "put_typespec", 4, put_typespec),
    Native::plain("elixir_module", "defines_type?", 2, defines_type),
    Native::plain("elixir_module", "spec_to_callback", 2, spec_to_callback),
    Native::plain("elixir_module", "delete_attribute", 2, delete_attribute),
    Native::plain("elixir_module", "register_attribute", 4, register_attribute),
    Native::plain("elixir_module", "has_attribute?", 2, has_attribute),
    Native::plain("elixir_module", "accumulates?", 2, accumulates),
    Native::plain("elixir_module", "attributes_in", 1, attributes_in),
    Native::plain("elixir_module", "defines?", 3, defines),
    Native::plain("elixir_module", "definitions_in", 2, definitions_in),
    Native::plain("elixir_module", "get_definition", 2, get_definition),
    Native::plain("elixir_module", "delete_definition", 2, delete_definition),
    Native::plain("elixir_module", "make_overridable", 2, make_overridable),
    Native::plain("elixir_module", "overridables_in", 1, overridables_in),
    Native::plain("elixir_module", "add_callback", 3, add_callback),
];

fn answer(held: &mut Held<'_>, result: Expanded<Quoted>) -> NativeResult {
    match result {
        Ok(quoted) => Ok(to_term(held.heap(), &quoted)),
        Err(stop) => Err(raise(held, stop)),
    }
}

/// `compile(name, number, values)`: the module that an expansion left, in the variables' values.
fn compile(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (Some(name), Some(number)) = (args[0].as_atom(), args[1].as_small()) else {
        return not_a_module(held, args[0]);
    };
    let name = symbol(name);
    let Some(Pending::Module(module)) = table::pending(number as u64) else {
        return Err(VmStop::Badarg);
    };
    let values = args[2].list_to_vec().unwrap_or_default();
    let bindings = module
        .vars
        .iter()
        .copied()
        .zip(values.into_iter().map(|value| Arc::new(OwnedTerm::of(value))))
        .collect();
    let mut host = HeldHost::new(held);
    let result = body::define(
        &mut host,
        name,
        module.block.clone(),
        &module.env,
        &module.meta,
        bindings,
    );
    match result {
        Ok(defined) => Ok(body::answer(&mut host, name, &defined)),
        Err(stop) => Err(raise(held, stop)),
    }
}

/// `compile_quoted(name, block, env)`
fn compile_quoted(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let Some(name) = args[0].as_atom() else {
        return not_a_module(held, args[0]);
    };
    let name = symbol(name);
    let block = to_quoted(args[1]);
    let Some(env) = env_of_term(args[2]) else {
        return Err(VmStop::Badarg);
    };
    let mut host = HeldHost::new(held);
    let meta = Meta::at_line(env.line);
    match body::define(&mut host, name, block, &env, &meta, Vec::new()) {
        Ok(defined) => Ok(body::answer(&mut host, name, &defined)),
        Err(stop) => Err(raise(held, stop)),
    }
}

fn not_a_module(held: &mut Held<'_>, name: Term) -> NativeResult {
    let text = crate::expand::to_text(&to_quoted(name));
    Err(raise(
        held,
        Stop::argument(Code::ModuleNameInvalid, format!("invalid module name: {text}")),
    ))
}

fn store_plain(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let pending = args[0]
        .as_small()
        .and_then(|number| table::pending(number as u64));
    let Some(Pending::Def(pending)) = pending else {
        return Err(VmStop::Badarg);
    };
    let Some((call, definition)) = pending.code.clone() else {
        return Err(VmStop::Badarg);
    };
    let mut host = HeldHost::new(held);
    let result = define::store(&mut host, &pending, call, definition);
    answer(
        held,
        result.map(|(name, arity)| Quoted::pair(name, i64::from(arity))),
    )
}

/// `store_definition(number, call, body, has_body?)`: what `unquote` filled in comes with the call.
fn store_unquoted(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let pending = args[0]
        .as_small()
        .and_then(|number| table::pending(number as u64));
    let Some(Pending::Def(pending)) = pending else {
        return Err(VmStop::Badarg);
    };
    let call = to_quoted(args[1]);
    let has_body = args[3].as_atom().is_some_and(|atom| atom.as_str() == "true");
    let definition = has_body.then(|| to_quoted(args[2]));
    let mut host = HeldHost::new(held);
    let result = define::store(&mut host, &pending, call, definition);
    answer(
        held,
        result.map(|(name, arity)| Quoted::pair(name, i64::from(arity))),
    )
}

fn state_of(term: Term) -> Result<Arc<Mutex<State>>, VmStop> {
    let name = term.as_atom().ok_or(VmStop::Badarg)?;
    table::find(symbol(name)).ok_or(VmStop::Badarg)
}

fn name_of(term: Term) -> Result<Symbol, VmStop> {
    term.as_atom().map(symbol).ok_or(VmStop::Badarg)
}

fn pair_of(term: Term) -> Result<Pair, VmStop> {
    match term.view() {
        View::Tuple([name, arity]) => {
            let arity = arity
                .as_small()
                .and_then(|arity| u8::try_from(arity).ok())
                .ok_or(VmStop::Badarg)?;
            Ok((name_of(*name)?, arity))
        }
        _ => Err(VmStop::Badarg),
    }
}

fn ok() -> NativeResult {
    Ok(Term::atom(Atom::new("ok")))
}

fn boolean(value: bool) -> NativeResult {
    Ok(Term::bool(value))
}

fn is_open(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    boolean(args[0].as_atom().is_some_and(|name| table::is_open(symbol(name))))
}

fn get_attribute(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let mut state = state.lock();
    let name = name_of(args[1])?;
    read(ctx, &mut state, name, args[2])
}

fn read(ctx: &mut Ctx<'_>, state: &mut State, name: Symbol, default: Term) -> NativeResult {
    let accumulate = state
        .attributes
        .get(&name)
        .is_some_and(|attribute| attribute.accumulate);
    if let Some(kind) = typespec::Kind::of(name.as_str()) {
        return Ok(typespec_terms(ctx.heap(), state, kind));
    }
    let Some(values) = attributes::get(state, name) else {
        return Ok(default);
    };
    let heap = ctx.heap();
    if accumulate {
        let values: Vec<Term> = values.iter().map(|value| heap.copy(value.term())).collect();
        return Ok(heap.list(values));
    }
    match values.first() {
        Some(value) => Ok(heap.copy(value.term())),
        None => Ok(default),
    }
}

/// `@name` in a module's body.
fn read_attribute(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let mut state = state.lock();
    let name = name_of(args[1])?;
    let is_set = state
        .attributes
        .get(&name)
        .is_some_and(|attribute| attribute.set || attribute.accumulate || !attribute.values.is_empty());
    let known_unset = crate::expand::is_built_in(name.as_str());
    if !is_set && !known_unset {
        let line = args[2].as_small().unwrap_or(0) as u32;
        let module = state.env.module.unwrap_or(known::NIL);
        let diagnostic = crate::expand::Diagnostic {
            code: Code::AttributeUndefined,
            error: false,
            file: state.env.file.clone(),
            line,
            column: 0,
            span: 0,
            message: format!(
                "undefined module attribute @{name}, please remove access to @{name} or explicitly set it before access"
            ),
            place: Some(crate::expand::error::Place::Code {
                module,
                function: None,
            }),
            others: Vec::new(),
        };
        state.diagnostics.push(diagnostic);
    }
    read(ctx, &mut state, name, Term::atom(Atom::new("nil")))
}

fn put_attribute(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let name = name_of(args[1])?;
    let again = name.as_str() == "on_load"
        && (state.lock().attributes.get(&name)).is_some_and(|attribute| attribute.set);
    let twice = again.then(|| "the @on_load attribute can only be set once per module".to_owned());
    if let Some(message) = attributes::refuse(name, args[2]).or(twice) {
        return Err(argument_error(ctx, Code::AttributeValue, &message));
    }
    let line = args.get(3).and_then(|line| line.as_small()).unwrap_or(0) as u32;
    attributes::put(&mut state.lock(), name_of(args[1])?, args[2], line);
    ok()
}

/// `put_typespec(module, kind, number)`, with the form where `unquote` filled it in.
fn put_typespec(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let kind = typespec::Kind::of(name_of(args[1])?.as_str()).ok_or(VmStop::Badarg)?;
    let pending = args[2]
        .as_small()
        .and_then(|number| table::pending(number as u64));
    let Some(Pending::Type(pending)) = pending else {
        return Err(VmStop::Badarg);
    };
    let code = match (args.get(3), &pending.code) {
        (Some(code), _) => to_quoted(*code),
        (None, Some(code)) => code.clone(),
        (None, None) => return Err(VmStop::Badarg),
    };
    let declared = typespec::Declared {
        kind,
        code,
        env: pending.env.clone(),
        meta: pending.meta.clone(),
    };
    let mut state = state.lock();
    // Documentation before a type or callback is about that.
    let said = match kind {
        typespec::Kind::Spec => None,
        kind if kind.is_callback() => Some(attributes::said(&mut state, sym!("doc"), sym!("__doc_meta__"))),
        _ => Some(attributes::said(
            &mut state,
            sym!("typedoc"),
            sym!("__typedoc_meta__"),
        )),
    };
    if let (Some(said), Some(pair)) = (said, declared.pair()) {
        if kind == typespec::Kind::Typep {
            let diagnostic = crate::check::typedoc_private(&state, pair, &said);
            state.diagnostics.extend(diagnostic);
        }
        state.declarations.push(Declaration {
            kind,
            pair,
            place: declared.place(),
            said,
        });
    }
    state.typespecs.push(declared);
    ok()
}

/// `{kind, form, {module, position}}`, as `@spec` and its like read.
fn typespec_terms(heap: &mut Heap, state: &State, kind: typespec::Kind) -> Term {
    let module = Quoted::Atom(state.env.module.unwrap_or(known::NIL));
    let mut terms = Vec::new();
    for declared in state
        .typespecs
        .iter()
        .rev()
        .filter(|declared| declared.kind == kind)
    {
        let position = Quoted::pair(declared.meta.line(), 1u32);
        let code = to_term(heap, &declared.code);
        let place = to_term(heap, &Quoted::pair(module.clone(), position));
        terms.push(heap.tuple(&[Term::atom(Atom::new(kind.name())), code, place]));
    }
    heap.list(terms)
}

fn defines_type(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let pair = pair_of(args[1])?;
    boolean(typespec::defines_type(&state.lock(), pair))
}

/// The specs of a function as callbacks of that name; whether there are any.
fn spec_to_callback(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let pair = pair_of(args[1])?;
    let mut state = state.lock();
    let callbacks: Vec<typespec::Declared> = state
        .typespecs
        .iter()
        .filter(|declared| declared.kind == typespec::Kind::Spec && declared.pair() == Some(pair))
        .map(|declared| typespec::Declared {
            kind: typespec::Kind::Callback,
            ..declared.clone()
        })
        .collect();
    let found = !callbacks.is_empty();
    state.typespecs.extend(callbacks);
    boolean(found)
}

fn delete_attribute(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let name = name_of(args[1])?;
    let mut state = state.lock();
    let nil = Term::atom(Atom::new("nil"));
    let value = read(ctx, &mut state, name, nil)?;
    if let Some(kind) = typespec::Kind::of(name.as_str()) {
        state.typespecs.retain(|declared| declared.kind != kind);
    }
    if let Some(attribute) = state.attributes.get_mut(&name) {
        attribute.values.clear();
        attribute.set = false;
    }
    Ok(value)
}

fn register_attribute(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let is_true = |term: Term| term.as_atom().is_some_and(|atom| atom.as_str() == "true");
    let mut state = state.lock();
    let attribute = state.attribute(name_of(args[1])?);
    attribute.accumulate |= is_true(args[2]);
    attribute.persist |= is_true(args[3]);
    ok()
}

fn has_attribute(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let name = name_of(args[1])?;
    let state = state.lock();
    boolean(
        state
            .attributes
            .get(&name)
            .is_some_and(|attribute| attribute.set || attribute.accumulate || !attribute.values.is_empty()),
    )
}

fn accumulates(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let name = name_of(args[1])?;
    let state = state.lock();
    boolean(
        state
            .attributes
            .get(&name)
            .is_some_and(|attribute| attribute.accumulate),
    )
}

fn attributes_in(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let state = state.lock();
    let names: Vec<Term> = state
        .order
        .iter()
        .filter(|name| {
            state.attributes.get(name).is_some_and(|attribute| {
                attribute.set || attribute.accumulate || attribute.persist || !attribute.values.is_empty()
            })
        })
        // What the compiler keeps for itself.
        .filter(|name| !name.as_str().starts_with("__") && name.as_str() != "vsn")
        .map(|name| Term::atom(atom(*name)))
        .collect();
    Ok(ctx.heap().list(names))
}

fn kind_of(term: Term) -> Option<Kind> {
    Some(match term.as_atom()?.as_str() {
        "def" => Kind::Def,
        "defp" => Kind::Defp,
        "defmacro" => Kind::Defmacro,
        "defmacrop" => Kind::Defmacrop,
        _ => return None,
    })
}

fn defines(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let pair = pair_of(args[1])?;
    let kind = kind_of(args[2]);
    let state = state.lock();
    boolean(
        state
            .definition(pair)
            .is_some_and(|definition| kind.is_none_or(|kind| definition.kind == kind)),
    )
}

fn definitions_in(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let kind = kind_of(args[1]);
    let state = state.lock();
    let mut pairs: Vec<Pair> = state
        .definitions
        .iter()
        .filter(|definition| kind.is_none_or(|kind| definition.kind == kind))
        .map(|definition| definition.pair)
        .collect();
    pairs.sort_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
    Ok(pairs_term(ctx, &pairs))
}

fn pairs_term(ctx: &mut Ctx<'_>, pairs: &[Pair]) -> Term {
    let heap = ctx.heap();
    let items: Vec<Term> = pairs
        .iter()
        .map(|(name, arity)| heap.tuple(&[Term::atom(atom(*name)), Term::small(i64::from(*arity))]))
        .collect();
    heap.list(items)
}

/// `{:v1, kind, meta, [{meta, args, guards, body}]}` or nil
fn get_definition(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let pair = pair_of(args[1])?;
    let state = state.lock();
    let Some(definition) = state.definition(pair) else {
        return Ok(Term::atom(Atom::new("nil")));
    };
    let clauses = definition
        .clauses
        .iter()
        .map(|clause| {
            Quoted::call(
                known::TUPLE,
                Meta::EMPTY,
                vec![
                    clause.meta.to_list(),
                    Quoted::List(clause.args.clone()),
                    Quoted::List(clause.guards.clone()),
                    clause.body.clone(),
                ],
            )
        })
        .collect::<Vec<_>>();
    let heap = ctx.heap();
    let mut terms = Vec::with_capacity(clauses.len());
    for clause in clauses {
        let Quoted::Call(clause) = clause else { continue };
        let parts: Vec<Term> = clause.args.iter().map(|part| to_term(heap, part)).collect();
        terms.push(heap.tuple(&parts));
    }
    let clauses = heap.list(terms);
    let meta = to_term(heap, &Meta::at_line(definition.line).to_list());
    let kind = Term::atom(Atom::new(definition.kind.name()));
    Ok(heap.tuple(&[Term::atom(Atom::new("v1")), kind, meta, clauses]))
}

fn delete_definition(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let pair = pair_of(args[1])?;
    let found = state.lock().remove_definition(pair).is_some();
    boolean(found)
}

fn make_overridable(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let mut pairs = Vec::new();
    for item in args[1].list_to_vec().ok_or(VmStop::Badarg)? {
        pairs.push(pair_of(item)?);
    }
    overridable::make(&mut state.lock(), &pairs);
    ok()
}

fn overridables_in(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let mut pairs: Vec<Pair> = state.lock().overridable.keys().copied().collect();
    pairs.sort_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
    Ok(pairs_term(ctx, &pairs))
}

fn add_callback(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let state = state_of(args[0])?;
    let name = name_of(args[1])?;
    let arity = args[2]
        .as_small()
        .and_then(|arity| u8::try_from(arity).ok())
        .ok_or(VmStop::Badarg)?;
    state.lock().callbacks.push((name, arity));
    ok()
}
