//! What is said about definitions: documentation and `@impl`; the chunk that `Code.fetch_docs/1` reads.

use std::sync::Arc;

use cordial_syntax::{Meta, Symbol};
use cordial_vm::term::OwnedTerm;

use super::data::Data;
use super::signature::{self, Param};
use super::table::{Owned, State};
use super::typespec;
use crate::expand::{Kind, Pair};
use crate::host::convert::symbol;
use crate::sym;

/// What the attributes before something said about it.
#[derive(Clone, Default)]
pub struct Said {
    /// `@doc`: its line, and a text or `false`.
    pub doc: Option<(u32, Owned)>,
    /// `@doc key: value`, the earliest first.
    pub meta: Vec<Owned>,
    pub deprecated: Option<Owned>,
}

/// The documentation of one function or macro.
pub struct Entry {
    pub kind: EntryKind,
    pub pair: Pair,
    /// Where the name is, in the latest definition.
    pub place: Meta,
    /// The line of its first `@doc`, or of the definition.
    pub line: u32,
    pub generated: bool,
    /// Whether another `@doc` may take the place of its own without a warning.
    pub replaceable: bool,
    pub said: Said,
    pub params: Vec<Param>,
    pub defaults: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    Function,
    Macro,
}

/// The documentation of a callback or a type.
pub struct Declaration {
    pub kind: typespec::Kind,
    pub pair: Pair,
    pub place: Meta,
    pub said: Said,
}

/// An `@impl` with the definition that follows it.
pub struct Impl {
    pub pair: Pair,
    pub kind: Kind,
    pub line: u32,
    pub file: Arc<str>,
    pub value: Owned,
    pub defaults: usize,
    /// The module whose macro set it.
    pub context: Option<Symbol>,
}

/// The term of the `Docs` chunk.
pub fn chunk(state: &State, module: Symbol) -> Data {
    let (line, doc) = match &state.module_doc {
        Some((line, value)) => (*line, text(Some(value))),
        None => (state.line, Data::atom("none")),
    };
    let annos = |meta: &Meta| ("source_annos", Data::List(vec![place(meta)]));
    let behaviours = state.attributes.get(&sym!("behaviour"));
    let behaviours = behaviours.map_or_else(Vec::new, |attribute| {
        attribute
            .values
            .iter()
            .rev()
            .map(|value| Data::Term(value.clone()))
            .collect()
    });
    let own = [
        ("behaviours", Data::List(behaviours)),
        annos(&state.place),
        ("source_path", Data::Chars(state.env.file.to_string())),
    ];
    let metadata = metadata(&values(state, sym!("__moduledoc_meta__")), None, own);
    let mut docs = definitions(state, module);
    docs.extend(declarations(state));
    Data::Tuple(vec![
        Data::atom("docs_v1"),
        Data::Int(i64::from(line)),
        Data::atom("elixir"),
        Data::Text("text/markdown".into()),
        doc,
        metadata,
        Data::List(docs),
    ])
}

fn values(state: &State, name: Symbol) -> Vec<Owned> {
    state
        .attributes
        .get(&name)
        .map_or_else(Vec::new, |attribute| attribute.values.clone())
}

/// The public functions, then the macros, by name.
fn definitions(state: &State, module: Symbol) -> Vec<Data> {
    let mut entries: Vec<&Entry> = state
        .docs
        .iter()
        .filter(|entry| {
            state.definition(entry.pair).is_some_and(|definition| {
                definition.kind.is_public() && definition.kind.is_macro() == (entry.kind == EntryKind::Macro)
            })
        })
        .collect();
    entries.sort_by(|a, b| (a.kind, a.pair.0.as_str(), a.pair.1).cmp(&(b.kind, b.pair.0.as_str(), b.pair.1)));
    entries
        .into_iter()
        .map(|entry| {
            let kind = match entry.kind {
                EntryKind::Function => "function",
                EntryKind::Macro => "macro",
            };
            let line = Data::Int(i64::from(entry.line));
            let anno = match entry.generated {
                false => line,
                true => Data::List(vec![
                    Data::Tuple(vec![Data::atom("generated"), Data::atom("true")]),
                    Data::Tuple(vec![Data::atom("location"), line]),
                ]),
            };
            let doc = match &entry.said.doc {
                Some((_, value)) => text(Some(value)),
                None if entry.pair.0.as_str().starts_with('_') => Data::atom("hidden"),
                None => Data::atom("none"),
            };
            let mut own = vec![("source_annos", Data::List(vec![place(&entry.place)]))];
            if entry.defaults > 0 {
                own.push(("defaults", Data::Int(entry.defaults as i64)));
            }
            let metadata = metadata(&entry.said.meta, entry.said.deprecated.as_ref(), own);
            let signature = signature::text(module, entry.pair.0, &entry.params);
            row(kind, entry.pair, anno, vec![Data::Text(signature)], doc, metadata)
        })
        .collect()
}

/// Callbacks by name, macro callbacks, then the types in their order.
fn declarations(state: &State) -> Vec<Data> {
    use typespec::Kind;
    let mut entries: Vec<&Declaration> = Vec::with_capacity(state.declarations.len());
    for declaration in &state.declarations {
        if !entries
            .iter()
            .any(|other| other.kind == declaration.kind && other.pair == declaration.pair)
        {
            entries.push(declaration);
        }
    }
    let rank = |kind: Kind| match kind {
        Kind::Callback | Kind::Spec => 0,
        Kind::Macrocallback => 1,
        Kind::Type => 2,
        Kind::Opaque | Kind::Typep => 3,
    };
    entries.sort_by(|a, b| {
        rank(a.kind)
            .cmp(&rank(b.kind))
            .then_with(|| match a.kind.is_callback() {
                true => (a.pair.0.as_str(), a.pair.1).cmp(&(b.pair.0.as_str(), b.pair.1)),
                false => std::cmp::Ordering::Equal,
            })
    });
    entries
        .into_iter()
        .filter(|entry| entry.kind != Kind::Typep)
        .map(|entry| {
            let line = entry
                .said
                .doc
                .as_ref()
                .map_or(entry.place.line(), |(line, _)| *line);
            let mut own = vec![("source_annos", Data::List(vec![place(&entry.place)]))];
            if entry.kind == Kind::Opaque {
                own.push(("opaque", Data::atom("true")));
            }
            let kind = if entry.kind.is_type() {
                "type"
            } else {
                entry.kind.name()
            };
            let metadata = metadata(&entry.said.meta, entry.said.deprecated.as_ref(), own);
            let doc = text(entry.said.doc.as_ref().map(|(_, value)| value));
            row(
                kind,
                entry.pair,
                Data::Int(i64::from(line)),
                Vec::new(),
                doc,
                metadata,
            )
        })
        .collect()
}

fn row(kind: &str, (name, arity): Pair, anno: Data, signature: Vec<Data>, doc: Data, metadata: Data) -> Data {
    let name = vec![Data::atom(kind), Data::Atom(name), Data::Int(i64::from(arity))];
    Data::Tuple(vec![
        Data::Tuple(name),
        anno,
        Data::List(signature),
        doc,
        metadata,
    ])
}

/// `%{"en" => text}`, `:hidden` or `:none`.
fn text(value: Option<&Owned>) -> Data {
    let Some(value) = value else {
        return Data::atom("none");
    };
    if value.term().is_binary() {
        return Data::Map(vec![(Data::Text("en".into()), Data::Term(value.clone()))]);
    }
    match value
        .term()
        .as_atom()
        .is_some_and(|atom| atom.as_str() == "false")
    {
        true => Data::atom("hidden"),
        false => Data::atom("none"),
    }
}

fn place(meta: &Meta) -> Data {
    let line = Data::Int(i64::from(meta.line()));
    match meta.column() {
        0 => line,
        column => Data::Tuple(vec![line, Data::Int(i64::from(column))]),
    }
}

/// A map of what `@doc key: value` said, the latest of each key, and what the compiler knows.
fn metadata(
    said: &[Owned],
    deprecated: Option<&Owned>,
    own: impl IntoIterator<Item = (&'static str, Data)>,
) -> Data {
    let mut pairs: Vec<(Symbol, Data)> = Vec::new();
    let mut put = |key: Symbol, value: Data| match pairs.iter_mut().find(|(other, _)| *other == key) {
        Some((_, old)) => *old = value,
        None => pairs.push((key, value)),
    };
    for list in said {
        for item in list.term().list_to_vec().unwrap_or_default() {
            if let Some((key, value)) = item.pair()
                && let Some(key) = key.as_atom()
            {
                put(symbol(key), Data::Term(Arc::new(OwnedTerm::of(value))));
            }
        }
    }
    if let Some(deprecated) = deprecated {
        put(sym!("deprecated"), Data::Term(deprecated.clone()));
    }
    for (key, value) in own {
        put(Symbol::new(key), value);
    }
    Data::Map(
        pairs
            .into_iter()
            .map(|(key, value)| (Data::Atom(key), value))
            .collect(),
    )
}
