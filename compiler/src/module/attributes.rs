//! Attributes of modules under definition, and what is taken from them with each definition.

use std::sync::Arc;

use cordial_syntax::{Quoted, Symbol};
use cordial_vm::term::OwnedTerm;
use cordial_vm::term::Term;

use super::docs::{Entry, EntryKind, Impl};
use super::table::{Owned, State};
use crate::expand::{Kind, Pair, to_text};
use crate::sym;

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
        "doc" | "typedoc" => redefined(state, name, line),
        "moduledoc" => {
            redefined(state, name, line);
            state.module_doc = Some((line, owned.clone()));
        }
        "behavior" => {}
        _ => {}
    }
    let attribute = state.attribute(name);
    attribute.set = true;
    attribute.line = line;
    if !attribute.accumulate {
        attribute.values.clear();
        attribute.read = false;
    }
    attribute.values.push(owned);
}

/// Warns of documentation that takes the place of another before it was used.
fn redefined(state: &mut State, name: Symbol, line: u32) {
    let before = state.attributes.get(&name).filter(|attribute| attribute.set);
    if let Some(first) = before.map(|attribute| attribute.line).filter(|_| line > 0) {
        let diagnostic = crate::check::doc_redefined(state, name, first, line);
        state.diagnostics.push(diagnostic);
    }
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

#[allow(clippy::too_many_arguments)]
/// Takes `@doc`, `@impl` and their like for the definition that follows them.
pub fn document(
    state: &mut State,
    kind: Kind,
    pair: Pair,
    line: u32,
    defaults: usize,
    args: &[Quoted],
    context: Option<Symbol>,
    has_body: bool,
) {
    let doc = take(state, sym!("doc"));
    let meta = take_all(state, sym!("__doc_meta__"));
    let deprecated = take(state, sym!("deprecated")).map(|(_, value)| value);
    let since = take(state, sym!("since")).map(|(_, value)| value);
    if let Some((_, value)) = take(state, sym!("impl")) {
        state.impls.push(Impl {
            pair,
            kind,
            line,
            file: state.env.file.clone(),
            value,
            defaults,
            context,
        });
    }
    if !kind.is_public() {
        if let Some((line, value)) = doc.filter(|(_, value)| value.term().is_binary()) {
            drop(value);
            let diagnostic = crate::check::doc_private(state, kind, pair, line);
            state.diagnostics.push(diagnostic);
        }
        return;
    }
    let entry_kind = if kind.is_macro() {
        EntryKind::Macro
    } else {
        EntryKind::Function
    };
    let mut again = None;
    if let Some(entry) = state
        .docs
        .iter_mut()
        .find(|entry| entry.pair == pair && entry.kind == entry_kind)
    {
        if let (Some(first), Some((line, _))) = (entry.doc_line, &doc) {
            let (first, line) = (first, *line);
            again = Some((first, line));
        }
        if let Some((line, _)) = &doc {
            entry.doc_line = Some(*line);
        }
        if doc.is_some() {
            entry.doc = doc.map(|(_, value)| value);
        }
        entry.meta.extend(meta);
        entry.deprecated = deprecated.or_else(|| entry.deprecated.take());
        if let Some((first, line)) = again.filter(|_| has_body) {
            let diagnostic = crate::check::doc_repeated(state, kind, pair, first, line);
            state.diagnostics.push(diagnostic);
        }
        return;
    }
    state.docs.push(Entry {
        kind: entry_kind,
        pair,
        line,
        signature: signature(pair, args),
        doc_line: doc.as_ref().map(|(line, _)| *line),
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
