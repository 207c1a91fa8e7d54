//! The variables in sight while code is expanded.
//!
//! A variable is known by its name and by what it belongs to: the context that wrote it, or the macro expansion that
//! made it. Each binding gets a version, counted through the whole definition. Arguments of a call do not see one
//! another's variables, but what follows the call sees all of them: `read` is what code sees, `write` what it adds.

use std::rc::Rc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Symbol};
use rustc_hash::FxHashMap;

use super::env::{VarKey, VarKind, Vars};

#[derive(Clone, Debug)]
pub struct Scope {
    pub read: Rc<Vars>,
    pub write: Option<Rc<Vars>>,
    pub prematch: Prematch,
    /// `__CALLER__` may be used.
    pub caller: bool,
    /// `__STACKTRACE__` may be used.
    pub stacktrace: bool,
}

/// What a name that is no variable means, and where a pattern began.
#[derive(Clone, Debug)]
pub enum Prematch {
    /// An undefined variable is an error.
    Raise,
    /// In a pattern: bindings from this version on are the pattern's own; `^` sees the variables as they were.
    Pattern { version: u32, read: Rc<Vars> },
    /// Below `^`.
    Pin,
}

/// A binding as the check for unused variables knows it.
#[derive(Clone, Debug)]
pub struct Binding {
    pub key: VarKey,
    /// What wrote it.
    pub context: Symbol,
    pub meta: Meta,
    pub used: bool,
    /// The name was bound before.
    pub overrides: bool,
}

/// Bindings by version.
#[derive(Debug, Default)]
pub struct Bindings {
    pub list: Vec<Binding>,
    by_version: FxHashMap<u32, usize>,
}

impl Bindings {
    pub fn add(&mut self, version: u32, binding: Binding) {
        self.by_version.insert(version, self.list.len());
        self.list.push(binding);
    }

    /// The context that wrote a variable.
    pub fn context(&self, version: u32) -> Option<Symbol> {
        self.by_version
            .get(&version)
            .map(|index| self.list[*index].context)
    }

    pub fn mark_used(&mut self, version: u32) {
        if let Some(index) = self.by_version.get(&version) {
            self.list[*index].used = true;
        }
    }
}

impl Scope {
    pub fn new(vars: Vars) -> Scope {
        Scope {
            read: Rc::new(vars),
            write: None,
            prematch: Prematch::Raise,
            caller: false,
            stacktrace: false,
        }
    }
}

/// What a variable with this metadata and context belongs to.
pub fn var_kind(meta: &Meta, context: Symbol) -> VarKind {
    match meta.int(known::COUNTER) {
        Some(counter) => VarKind::Counter(counter),
        None => VarKind::Context(context),
    }
}
