//! Modules under definition: what the natives of a running module body change.
//!
//! One table for the program, by name. A module is in it from the start of its body to the end of its compilation.

use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Symbol};
use cordial_vm::term::OwnedTerm;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::core;
use crate::expand::{Diagnostic, Env, Kind, LocalCall, Pair, Pending, RemoteCall};

/// A term that several may hold.
pub type Owned = Arc<OwnedTerm>;

#[derive(Default)]
pub struct Attribute {
    /// The latest last; at most one unless it accumulates.
    pub values: Vec<Owned>,
    pub accumulate: bool,
    pub persist: bool,
    pub line: u32,
    pub set: bool,
    pub read: bool,
}

/// A function or macro as far as it is defined.
#[derive(Clone)]
pub struct Definition {
    pub kind: Kind,
    pub pair: Pair,
    pub line: u32,
    /// Of its name; 0 if not known.
    pub column: u32,
    pub file: Arc<str>,
    pub clauses: Vec<core::Clause>,
    /// How many arguments of its head have defaults.
    pub defaults: usize,
    /// It stands for another definition with its defaults.
    pub from_defaults: Option<Pair>,
    pub generated: bool,
    /// Its clauses are to stand together.
    pub checked: bool,
    /// The module whose macro made it.
    pub context: Option<Symbol>,
    pub has_body: bool,
    /// Its first line was a head without a body.
    pub header: bool,
    pub local_calls: Vec<LocalCall>,
}

/// Definitions that may be defined again, with how often they were.
#[derive(Default)]
pub struct Overridable {
    pub definition: Option<Definition>,
    pub count: u32,
    pub overridden: bool,
    /// The name that `super` of the latest definition calls.
    pub stored: Option<Symbol>,
}

/// A compiled set of local macros.
pub struct LocalMacros {
    pub module: Symbol,
    pub stamp: u64,
}

pub struct State {
    pub env: Env,
    pub line: u32,
    pub attributes: FxHashMap<Symbol, Attribute>,
    pub order: Vec<Symbol>,
    pub definitions: Vec<Definition>,
    pub index: FxHashMap<Pair, usize>,
    pub overridable: FxHashMap<Pair, Overridable>,
    pub local_macros: FxHashMap<Pair, LocalMacros>,
    pub callbacks: Vec<Pair>,
    /// Macros that the body itself calls.
    pub body_calls: Vec<Pair>,
    pub imports_used: Vec<(Pair, Symbol)>,
    pub remote_calls: Vec<RemoteCall>,
    pub diagnostics: Vec<Diagnostic>,
    pub last_defined: Option<Pair>,
    pub docs: Vec<super::docs::Entry>,
    pub doc_index: FxHashMap<(Pair, super::docs::EntryKind), usize>,
    /// Documentation of types and callbacks.
    pub declarations: Vec<super::docs::Declaration>,
    pub typespecs: Vec<super::typespec::Declared>,
    /// Where `defmodule` is.
    pub place: Meta,
    pub module_doc: Option<(u32, Owned)>,
    pub impls: Vec<super::docs::Impl>,
}

impl Definition {
    /// Where its name stands.
    pub fn meta(&self) -> Meta {
        let meta = Meta::at_line(self.line);
        match self.column {
            0 => meta,
            column => meta.with(known::COLUMN, column),
        }
    }
}

impl State {
    pub fn new(env: Env, line: u32) -> State {
        let mut state = State {
            env,
            line,
            attributes: FxHashMap::default(),
            order: Vec::new(),
            definitions: Vec::new(),
            index: FxHashMap::default(),
            overridable: FxHashMap::default(),
            local_macros: FxHashMap::default(),
            callbacks: Vec::new(),
            body_calls: Vec::new(),
            imports_used: Vec::new(),
            remote_calls: Vec::new(),
            diagnostics: Vec::new(),
            last_defined: None,
            docs: Vec::new(),
            doc_index: FxHashMap::default(),
            declarations: Vec::new(),
            typespecs: Vec::new(),
            place: Meta::at_line(line),
            module_doc: None,
            impls: Vec::new(),
        };
        for name in [
            "after_compile",
            "after_verify",
            "before_compile",
            "behaviour",
            "compile",
            "derive",
            "dialyzer",
            "external_resource",
            "on_definition",
            "type",
            "typep",
            "opaque",
            "spec",
            "callback",
            "macrocallback",
            "optional_callbacks",
        ] {
            let attribute = state.attribute(Symbol::new(name));
            attribute.accumulate = true;
            attribute.persist = matches!(name, "behaviour" | "dialyzer" | "external_resource");
        }
        state.attribute(Symbol::new("vsn")).persist = true;
        state
    }

    /// The attribute, made if it is not there.
    pub fn attribute(&mut self, name: Symbol) -> &mut Attribute {
        if !self.attributes.contains_key(&name) {
            self.order.push(name);
        }
        self.attributes.entry(name).or_default()
    }

    pub fn definition(&self, pair: Pair) -> Option<&Definition> {
        self.index.get(&pair).map(|index| &self.definitions[*index])
    }

    pub fn remove_definition(&mut self, pair: Pair) -> Option<Definition> {
        let index = self.index.remove(&pair)?;
        let definition = self.definitions.remove(index);
        for other in self.index.values_mut() {
            if *other > index {
                *other -= 1;
            }
        }
        Some(definition)
    }

    pub fn add_definition(&mut self, definition: Definition) {
        self.index.insert(definition.pair, self.definitions.len());
        self.definitions.push(definition);
    }
}

static OPEN: LazyLock<Mutex<FxHashMap<Symbol, Arc<Mutex<State>>>>> = LazyLock::new(Mutex::default);
static PENDING: LazyLock<Mutex<FxHashMap<u64, Pending>>> = LazyLock::new(Mutex::default);
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number that no one else gets.
pub fn next_number() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Opens a module; None if it is open already.
pub fn open(name: Symbol, state: State) -> Option<Arc<Mutex<State>>> {
    let mut modules = OPEN.lock();
    if modules.contains_key(&name) {
        return None;
    }
    let state = Arc::new(Mutex::new(state));
    modules.insert(name, state.clone());
    Some(state)
}

pub fn close(name: Symbol) {
    OPEN.lock().remove(&name);
}

pub fn find(name: Symbol) -> Option<Arc<Mutex<State>>> {
    OPEN.lock().get(&name).cloned()
}

pub fn is_open(name: Symbol) -> bool {
    OPEN.lock().contains_key(&name)
}

pub fn keep(pending: Pending) -> u64 {
    let number = next_number();
    PENDING.lock().insert(number, pending);
    number
}

pub fn pending(number: u64) -> Option<Pending> {
    PENDING.lock().get(&number).cloned()
}

pub fn forget(numbers: &[u64]) {
    let mut pending = PENDING.lock();
    for number in numbers {
        pending.remove(number);
    }
}
