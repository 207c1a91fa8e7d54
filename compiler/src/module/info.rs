//! The functions that every module has: `__info__/1`, and `behaviour_info/1` where there are callbacks.

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::table::{Owned, State};
use crate::core::{self, DefinitionKind};
use crate::expand::{Kind, Pair};
use crate::host::HeldHost;
use crate::host::convert::symbol;
use crate::sym;

/// `__info__/1`.
pub fn info(state: &State, name: Symbol) -> core::Definition {
    let pairs = |kind: Kind| {
        let mut pairs: Vec<Pair> = state
            .definitions
            .iter()
            .filter(|definition| definition.kind == kind && !definition.clauses.is_empty())
            .map(|definition| definition.pair)
            .collect();
        if kind == Kind::Defmacro && name == known::ELIXIR_KERNEL {
            pairs.extend(crate::expand::native_names().list.iter().copied());
        }
        pairs.sort_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
        pairs.dedup();
        keyword(&pairs)
    };
    let value = |key: Symbol| {
        state
            .attributes
            .get(&key)
            .and_then(|attribute| attribute.values.last())
    };
    let escaped = |owned: Option<&Owned>| owned.map_or(Quoted::NIL, |owned| HeldHost::escaped(owned.term()));
    let fields = match value(sym!("__fields__")) {
        Some(owned) if value(known::STRUCT).is_some() => fields(owned),
        _ => Quoted::NIL,
    };
    let deprecated = state
        .docs
        .iter()
        .filter_map(|entry| {
            let why = entry.said.deprecated.as_ref()?;
            let (name, arity) = entry.pair;
            let lowest = arity.saturating_sub(u8::try_from(entry.defaults).unwrap_or(0));
            Some((lowest..=arity).map(move |arity| {
                let pair = Quoted::pair(name, i64::from(arity));
                Quoted::pair(pair, HeldHost::escaped(why.term()))
            }))
        })
        .flatten()
        .collect();
    let module_info = |key: &str| {
        let args = vec![Quoted::Atom(name), Quoted::atom(key)];
        Quoted::remote(
            Quoted::Atom(known::ERLANG),
            sym!("get_module_info"),
            Meta::EMPTY,
            args,
        )
    };
    let clauses = vec![
        ("module", Quoted::Atom(name)),
        ("functions", pairs(Kind::Def)),
        ("macros", pairs(Kind::Defmacro)),
        ("struct", fields),
        ("exports_md5", module_info("md5")),
        ("attributes", module_info("attributes")),
        ("compile", module_info("compile")),
        ("md5", module_info("md5")),
        ("deprecated", Quoted::List(deprecated)),
        (
            "__enforced__",
            match value(sym!("__enforce__")) {
                None => Quoted::List(Vec::new()),
                enforced => escaped(enforced),
            },
        ),
    ];
    by_atom(state, "__info__", clauses)
}

fn keyword(pairs: &[Pair]) -> Quoted {
    Quoted::List(
        pairs
            .iter()
            .map(|(name, arity)| Quoted::pair(*name, i64::from(*arity)))
            .collect(),
    )
}

/// `[%{field: …, default: …}]` of `[{field, default, required}]`.
fn fields(owned: &Owned) -> Quoted {
    let items = owned.term().list_to_vec().unwrap_or_default();
    let maps = items
        .into_iter()
        .filter_map(|item| {
            let field = item.tuple()?;
            let pairs = vec![
                Quoted::pair(Quoted::atom("default"), HeldHost::escaped(*field.get(1)?)),
                Quoted::pair(Quoted::atom("field"), HeldHost::escaped(*field.first()?)),
            ];
            Some(Quoted::call(known::MAP, Meta::EMPTY, pairs))
        })
        .collect();
    Quoted::List(maps)
}

/// `behaviour_info/1`, if the module has callbacks.
pub fn behaviour(state: &State) -> Option<core::Definition> {
    let mut callbacks: Vec<Pair> = state.callbacks.clone();
    for declared in &state.typespecs {
        if let Some(pair) = declared.pair().filter(|_| declared.kind.is_callback()) {
            callbacks.push(super::typespec::callback_name(declared.kind, pair));
        }
    }
    if callbacks.is_empty() {
        return None;
    }
    callbacks.sort_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
    callbacks.dedup();
    let mut optional: Vec<Pair> = Vec::new();
    if let Some(attribute) = state.attributes.get(&sym!("optional_callbacks")) {
        for value in &attribute.values {
            optional_pairs(value, &mut optional);
        }
    }
    let macros: Vec<Pair> = optional
        .iter()
        .map(|(name, arity)| {
            let hidden = (Symbol::new(&format!("MACRO-{name}")), arity + 1);
            if callbacks.contains(&hidden) {
                hidden
            } else {
                (*name, *arity)
            }
        })
        .collect();
    let clauses = vec![
        ("callbacks", keyword(&callbacks)),
        ("optional_callbacks", keyword(&macros)),
    ];
    Some(by_atom(state, "behaviour_info", clauses))
}

/// The pairs of `@optional_callbacks name: arity`.
fn optional_pairs(value: &Owned, pairs: &mut Vec<Pair>) {
    for item in value.term().list_to_vec().unwrap_or_default() {
        if let Some((name, arity)) = item.pair()
            && let (Some(name), Some(arity)) = (name.as_atom(), arity.as_small())
            && let Ok(arity) = u8::try_from(arity)
        {
            pairs.push((symbol(name), arity));
        }
    }
}

fn by_atom(state: &State, name: &str, clauses: Vec<(&str, Quoted)>) -> core::Definition {
    let clauses = clauses
        .into_iter()
        .map(|(key, body)| core::Clause {
            meta: Meta::EMPTY,
            args: vec![Quoted::atom(key)],
            guards: Vec::new(),
            body,
        })
        .collect();
    core::Definition {
        kind: DefinitionKind::Def,
        name: Symbol::new(name),
        arity: 1,
        line: state.line,
        file: state.env.file.clone(),
        clauses,
    }
}
