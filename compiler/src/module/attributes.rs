//! Attributes of modules under definition, and what is taken from them with each definition.

use std::sync::Arc;

use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::term::OwnedTerm;
use cordial_vm::term::Term;

use super::docs::{Entry, EntryKind, Impl, Said};
use super::signature;
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
        "impl" if value.as_atom().is_none() => Some(format!(
            "@impl is a built-in module attribute that marks the next definition as a callback implementation. It should be a \
             module or a boolean, got: {}",
            shown()
        )),
        "on_load" if value.as_atom().is_none() && !is_function_of_none(value) => Some(format!(
            "@on_load is a built-in module attribute that annotates a function to be invoked when the module is loaded. It \
             should be an atom or an {{atom, 0}} tuple, got: {}",
            shown()
        )),
        "nifs"
            if !value
                .list_to_vec()
                .is_some_and(|items| items.into_iter().all(is_function)) =>
        {
            Some(format!(
                "@nifs is a built-in module attribute for specifying a list of functions and their arities that are NIFs, got: {}",
                shown()
            ))
        }
        "external_resource" if !text => Some(format!(
            "@external_resource is a built-in module attribute used for specifying file dependencies. It should be a string \
             path to a file, got: {}",
            shown()
        )),
        "file"
            if !(text
                || value
                    .pair()
                    .is_some_and(|(file, line)| file.bytes().is_some() && line.is_integer())) =>
        {
            Some(format!(
                "@file is a built-in module attribute that annotates the file and line the next definition comes from. It \
                 should be a string or {{string, line}} tuple as value, got: {}",
                shown()
            ))
        }
        "dialyzer" if !is_dialyzer(value) => {
            Some(format!("invalid value for @dialyzer attribute: {}", shown()))
        }
        _ => None,
    }
}

/// `{name, arity}`
fn is_function(term: Term) -> bool {
    term.pair()
        .is_some_and(|(name, arity)| name.is_atom() && arity.as_small().is_some())
}

fn is_function_of_none(term: Term) -> bool {
    term.pair()
        .is_some_and(|(name, arity)| name.is_atom() && arity.as_small() == Some(0))
}

/// What Dialyzer can be told of a module, as its manual lists it.
const DIALYZER: &[&str] = &[
    "error_handling",
    "extra_return",
    "missing_return",
    "no_behaviours",
    "no_contracts",
    "no_extra_return",
    "no_fail_call",
    "no_fun_app",
    "no_improper_lists",
    "no_match",
    "no_missing_calls",
    "no_missing_return",
    "no_opaque",
    "no_return",
    "no_undefined_callbacks",
    "no_underspecs",
    "no_unknown",
    "no_unused",
    "overspecs",
    "specdiffs",
    "underspecs",
    "unknown",
    "unmatched_returns",
];

/// An option, `{option, functions}`, or a list of these.
fn is_dialyzer(value: Term) -> bool {
    if let Some(items) = value.list_to_vec() {
        return items.into_iter().all(is_dialyzer);
    }
    let known = |option: Term| {
        option
            .as_atom()
            .is_some_and(|name| DIALYZER.contains(&name.as_str()))
    };
    match value.pair() {
        None => known(value),
        Some((option, functions)) => {
            let option = known(option)
                || option
                    .as_atom()
                    .is_some_and(|name| name.as_str() == "nowarn_function");
            let functions = functions.list_to_vec().unwrap_or_else(|| vec![functions]);
            option && functions.into_iter().all(is_function)
        }
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
    if name == sym!("derive") {
        // What is derived must be known when the struct is defined.
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

/// What `@doc` or `@typedoc` said; it is about what follows them.
pub fn said(state: &mut State, doc: Symbol, meta: Symbol) -> Said {
    Said {
        doc: take(state, doc),
        meta: take_all(state, meta),
        deprecated: take(state, sym!("deprecated")).map(|(_, value)| value),
    }
}

/// What a definition looks like to a reader.
pub struct Shown<'a> {
    pub kind: Kind,
    pub pair: Pair,
    /// Of its name.
    pub meta: &'a Meta,
    pub line: u32,
    pub args: &'a [Quoted],
    pub defaults: &'a [Option<Quoted>],
    pub generated: bool,
    /// The module whose macro defines it.
    pub context: Option<Symbol>,
    pub has_body: bool,
}

/// Takes `@doc`, `@impl` and their like for the definition that follows them.
pub fn document(state: &mut State, shown: Shown<'_>) {
    let Shown { kind, pair, line, .. } = shown;
    let defaults = shown.defaults.iter().flatten().count();
    let mut said = said(state, sym!("doc"), sym!("__doc_meta__"));
    let doc_line = said.doc.as_ref().map(|(line, _)| *line);
    if let Some((_, value)) = take(state, sym!("impl")) {
        let is_false = value
            .term()
            .as_atom()
            .is_some_and(|atom| atom.as_str() == "false");
        if said.doc.is_none() && !is_false {
            // What a behaviour asks for is documented there.
            said.doc = Some((shown.line, Arc::new(OwnedTerm::of(Term::FALSE))));
        }
        state.impls.push(Impl {
            pair,
            kind,
            line,
            file: state.env.file.clone(),
            value,
            defaults,
            context: shown.context,
        });
    }
    if !kind.is_public() {
        let text = said.doc.filter(|(_, value)| value.term().is_binary());
        if let Some((line, _)) = text {
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
    let params = signature::params(state, shown.args, shown.defaults);
    let place = match (shown.meta.line(), shown.meta.column()) {
        (0, _) => Meta::at_line(line),
        (line, 0) => Meta::at_line(line),
        (line, column) => Meta::at(line, column),
    };
    let index = state.doc_index.get(&(pair, entry_kind)).copied();
    // The first clause of a definition that overrides another.
    let is_new = state
        .definition(pair)
        .is_some_and(|definition| definition.line == line);
    if let Some(entry) = index.map(|index| &mut state.docs[index]) {
        if is_new {
            entry.place = place;
        }
        let before = entry.said.doc.as_ref().map(|(line, _)| *line);
        let before = before.filter(|_| !entry.replaceable);
        entry.replaceable &= doc_line.is_none();
        entry.said.doc = said.doc.or_else(|| entry.said.doc.take());
        entry.said.meta.extend(said.meta);
        entry.said.deprecated = said.deprecated.or_else(|| entry.said.deprecated.take());
        signature::merge(&mut entry.params, &params);
        if let (Some(first), Some(line), true) = (before, doc_line, shown.has_body) {
            let diagnostic = crate::check::doc_repeated(state, kind, pair, first, line);
            state.diagnostics.push(diagnostic);
        }
        return;
    }
    state.doc_index.insert((pair, entry_kind), state.docs.len());
    state.docs.push(Entry {
        kind: entry_kind,
        pair,
        place,
        line: said.doc.as_ref().map_or(line, |(line, _)| *line),
        generated: shown.generated,
        replaceable: false,
        said,
        params,
        defaults,
    });
}
