//! Aliases and imports of a file that nothing uses.
//!
//! A name is known once per file: a later `alias` or `import` of the same one takes the place of the earlier.

use std::collections::BTreeMap;
use std::sync::Arc;

use cordial_syntax::{Meta, Symbol};

use super::warning;
use crate::diag::Code;
use crate::expand::error::show_module;
use crate::expand::{Diagnostic, Pair};

/// What an expansion reports.
#[derive(Clone, Debug)]
pub enum Lexical {
    /// `alias`; without a place if it is not to be warned of.
    Alias(Symbol, Option<At>),
    /// `import`, with the names of `only:`.
    Import(Symbol, Vec<Pair>, Option<At>),
    AliasUsed(Symbol),
    ImportUsed(Symbol, Pair),
}

#[derive(Clone, Debug)]
pub struct At {
    pub file: Arc<str>,
    pub meta: Meta,
}

/// None once it is used, or if no one asks.
type Waiting = Option<At>;

struct Import {
    waiting: Waiting,
    /// Names of `only:` that are not used so far.
    names: Vec<Pair>,
    at: Option<At>,
}

/// The aliases and imports of one file, by name.
#[derive(Default)]
pub struct Tracker {
    aliases: BTreeMap<&'static str, Waiting>,
    imports: BTreeMap<&'static str, Import>,
}

impl Tracker {
    pub fn note(&mut self, event: Lexical) {
        match event {
            Lexical::Alias(name, at) => {
                self.aliases.insert(name.as_str(), at);
            }
            Lexical::AliasUsed(name) => {
                if let Some(waiting) = self.aliases.get_mut(name.as_str()) {
                    *waiting = None;
                }
            }
            Lexical::Import(module, names, at) => {
                let import = Import {
                    waiting: at.clone(),
                    names,
                    at,
                };
                self.imports.insert(module.as_str(), import);
            }
            Lexical::ImportUsed(module, pair) => {
                if let Some(import) = self.imports.get_mut(module.as_str()) {
                    import.waiting = None;
                    import.names.retain(|name| *name != pair);
                }
            }
        }
    }

    /// Warnings about what was not used, in the order of names.
    pub fn unused(self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (name, waiting) in self.aliases {
            if let Some(at) = waiting {
                let alias = show_module(Symbol::new(name));
                found.push(tell(Code::UnusedAlias, &at, format!("unused alias {alias}")));
            }
        }
        for (module, import) in self.imports {
            let module = show_module(Symbol::new(module));
            if let Some(at) = import.waiting {
                found.push(tell(Code::UnusedImport, &at, format!("unused import {module}")));
            } else if let Some(at) = import.at {
                for (name, arity) in import.names {
                    let message = format!("unused import {module}.{name}/{arity}");
                    found.push(tell(Code::UnusedImport, &at, message));
                }
            }
        }
        found
    }
}

fn tell(code: Code, at: &At, message: String) -> Diagnostic {
    warning(code, &at.file, at.meta.line(), at.meta.column(), message)
}
