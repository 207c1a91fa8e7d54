//! Attributes of modules under definition, and what is taken from them with each definition.

use std::sync::Arc;

use cordial_syntax::{Quoted, Symbol};
use cordial_vm::term::OwnedTerm;
use cordial_vm::term::Term;

use super::docs::{Entry, EntryKind, Impl};
use super::table::{Owned, State};
use crate::expand::{Kind, Pair, to_text};
use crate::host::convert::to_quoted;
use crate::sym;

/// What is wrong with the value of an attribute that has a meaning.
pub fn refuse(name: Symbol, value: Term) -> Option<String> {
    let text = value.bytes().is_some();
    let word = |word: &str| value.as_atom().is_some_and(|atom| atom.as_str() == word);
    let shown = || to_text(&to_quoted(value));
    match name.as_str() {
        "doc" | "typedoc" | "moduledoc"
            if !(text || value.is_list() || value.pair().is_some() || word("nil") || word("false")) =>
        {
            Some(format!(
                "@{name} is a built-in module attribute for documentation. It should be either false, nil, a string, or a \
                 keyword list, got: {}",
                shown()
            ))
        }
        "deprecated" if !(text || word("nil")) => Some(format!(
            "@deprecated is a built-in module attribute that annotates a definition as deprecated. It should be a string with \
             the reason for the deprecation, got: {}",
            shown()
        )),
        "behaviour" if value.as_atom().is_none() => {
            Some(format!("@behaviour expects a module, got: {}", shown()))
        }
        _ => None,
    }
}

/// Sets an attribute.
pub fn put(state: &mut State, name: Symbol, value: Term, line: u32) {
    let owned = Arc::new(OwnedTerm::of(value));
    match name.as_str() {
        // Metadata adds up until the definition.
        "doc" | "typedoc" | "moduledoc" if value.is_list() => {
            let key = match name.as_str() {
                "doc" => sym!("__doc_meta__"),
                "typedoc" => sym!("__typedoc_meta__"),
                _ => sym!("__moduledoc_meta__"),
            };
            let attribute = state.attribute(key);
            attribute.accumulate = true;
            attribute.set = true;
            attribute.values.push(owned);
            return;
        }
        "moduledoc" => state.module_doc = Some((line, owned.clone())),
        "behavior" => {}
        _ => {}
    }
    let attribute = state.attribute(name);
    attribute.set = true;
    attribute.line = line;
    if !attribute.accumulate {
        attribute.values.clear();
    }
    attribute.values.push(owned);
}

/// The value, the latest first if it accumulates.
pub fn get(state: &mut State, name: Symbol) -> Option<Vec<Owned>> {
    let attribute = state.attributes.get_mut(&name)?;
    attribute.read = true;
    if attribute.accumulate {
        return Some(attribute.values.iter().rev().cloned().collect());
    }
    Some(attribute.values.last().cloned().into_iter().collect())
}

fn take(state: &mut State, name: Symbol) -> Option<(u32, Owned)> {
    let attribute = state.attributes.get_mut(&name)?;
    attribute.set = false;
    let line = attribute.line;
    attribute.values.pop().map(|value| (line, value))
}

fn take_all(state: &mut State, name: Symbol) -> Vec<Owned> {
    match state.attributes.get_mut(&name) {
        Some(attribute) => std::mem::take(&mut attribute.values),
        None => Vec::new(),
    }
}

/// Takes `@doc`, `@impl` and their like for the definition that follows them.
pub fn document(state: &mut State, kind: Kind, pair: Pair, line: u32, defaults: usize, args: &[Quoted]) {
    let doc = take(state, sym!("doc"));
    let meta = take_all(state, sym!("__doc_meta__"));
    let deprecated = take(state, sym!("deprecated")).map(|(_, value)| value);
    let since = take(state, sym!("since")).map(|(_, value)| value);
    if let Some((line, value)) = take(state, sym!("impl")) {
        state.impls.push(Impl {
            pair,
            kind,
            line,
            file: state.env.file.clone(),
            value,
        });
    }
    if !kind.is_public() {
        return;
    }
    let entry_kind = if kind.is_macro() {
        EntryKind::Macro
    } else {
        EntryKind::Function
    };
    if let Some(entry) = state
        .docs
        .iter_mut()
        .find(|entry| entry.pair == pair && entry.kind == entry_kind)
    {
        if doc.is_some() {
            entry.doc = doc.map(|(_, value)| value);
        }
        entry.meta.extend(meta);
        entry.deprecated = deprecated.or_else(|| entry.deprecated.take());
        return;
    }
    state.docs.push(Entry {
        kind: entry_kind,
        pair,
        line,
        signature: signature(pair, args),
        doc: doc.map(|(_, value)| value),
        meta,
        deprecated,
        since,
        defaults,
    });
}

fn signature(pair: Pair, args: &[Quoted]) -> String {
    let names: Vec<String> = args
        .iter()
        .enumerate()
        .map(|(index, arg)| match arg {
            Quoted::Var(var) => var.name.as_str().trim_start_matches('_').to_owned(),
            Quoted::Call(call)
                if call.args.len() == 2 && call.name() == Some(cordial_syntax::quoted::known::MATCH) =>
            {
                match &call.args[1] {
                    Quoted::Var(var) => var.name.as_str().to_owned(),
                    _ => format!("arg{}", index + 1),
                }
            }
            Quoted::Call(call) if call.name() == Some(sym!("%")) => to_text(&call.args[0]).to_lowercase(),
            Quoted::Int(_) => "int".to_owned(),
            Quoted::Atom(_) => "atom".to_owned(),
            Quoted::Bin(_) => "binary".to_owned(),
            Quoted::List(_) => "list".to_owned(),
            _ => format!("arg{}", index + 1),
        })
        .collect();
    format!("{}({})", pair.0, names.join(", "))
}
