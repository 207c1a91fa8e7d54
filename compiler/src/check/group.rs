//! What can be said only when all modules of a file are there: calls of functions that do not exist or are deprecated,
//! behaviours that are not implemented.
//!
//! Every module leaves a `Checked` with the evaluation that defined it. When that has run, each is looked at, in the
//! order of their definition; what is wrong with one is told in the order of places.

use std::sync::Arc;

use cordial_syntax::{Meta, Symbol};

use super::place::Place;
use super::{behaviour, remote, types, warning};
use crate::diag::Code;
use crate::expand::{Diagnostic, Kind, Pair, RemoteCall};
use crate::host::HeldHost;
use crate::module::docs::Impl;
use crate::module::table::State;
use crate::sym;

/// What is kept of a module for the checks at the end.
pub struct Checked {
    pub name: Symbol,
    pub file: Arc<str>,
    pub line: u32,
    pub definitions: Vec<Defined>,
    pub impls: Vec<Impl>,
    /// In the order of their declaration.
    pub behaviours: Vec<Symbol>,
    pub calls: Vec<RemoteCall>,
    pub uses: Vec<types::Use>,
    pub unwarned: remote::Unwarned,
}

/// A definition as far as behaviours are concerned.
pub struct Defined {
    pub kind: Kind,
    pub pair: Pair,
    pub defaults: usize,
    pub line: u32,
    pub file: Arc<str>,
    /// The module whose macro made it.
    pub context: Option<Symbol>,
}

/// A fault, at all the places that have it.
pub struct Fault {
    pub code: Code,
    pub message: String,
    /// As many characters from the column on are underlined; 0 if only the place is known.
    pub span: u32,
    pub places: Vec<Place>,
}

impl Checked {
    pub fn of(state: &mut State, name: Symbol) -> Checked {
        let definitions = state
            .definitions
            .iter()
            .filter(|definition| definition.from_defaults.is_none())
            .map(|definition| Defined {
                kind: definition.kind,
                pair: definition.pair,
                defaults: definition.defaults,
                line: definition.line,
                file: definition.file.clone(),
                context: definition.context,
            })
            .collect();
        let values = |key: Symbol| {
            state
                .attributes
                .get(&key)
                .map(|attribute| attribute.values.clone())
        };
        let behaviours = values(sym!("behaviour"))
            .unwrap_or_default()
            .iter()
            .filter_map(|value| value.term().as_atom().map(crate::host::convert::symbol))
            .collect();
        Checked {
            name,
            file: state.env.file.clone(),
            line: state.line,
            definitions,
            behaviours,
            unwarned: remote::Unwarned::of(&values(sym!("compile")).unwrap_or_default()),
            impls: std::mem::take(&mut state.impls),
            calls: std::mem::take(&mut state.remote_calls),
            uses: types::uses(&state.definitions),
        }
    }

    /// The place of the module's head.
    pub fn head(&self) -> Place {
        Place {
            file: self.file.clone(),
            meta: Meta::at_line(self.line),
            function: None,
        }
    }
}

/// Checks the modules that wait for it and tells what is wrong.
pub fn run(host: &mut HeldHost<'_, '_>) {
    let modules = std::mem::take(&mut host.checks);
    let mut known = remote::Known::default();
    for module in &modules {
        let mut faults = Vec::new();
        behaviour::check(host, module, &mut faults);
        remote::check(host, module, &mut known, &mut faults);
        types::check(host, module, &mut faults);
        let diagnostics = diagnostics(module.name, faults);
        crate::module::eval::tell(host, &diagnostics);
    }
}

fn not_set(fault: &Fault) -> bool {
    matches!(fault.code, Code::ImplNotSet)
}

fn diagnostics(module: Symbol, mut faults: Vec<Fault>) -> Vec<Diagnostic> {
    for fault in &mut faults {
        fault.places.sort_by(Place::order);
        fault.places.dedup();
    }
    faults.sort_by(|left, right| {
        let pairs = left.places.iter().zip(&right.places);
        pairs
            .map(|(left, right)| left.order(right))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| left.places.len().cmp(&right.places.len()))
            // At one place, what `@impl` misses comes before what it says wrongly.
            .then_with(|| not_set(right).cmp(&not_set(left)))
            .then_with(|| left.message.cmp(&right.message))
    });
    faults
        .into_iter()
        .filter_map(|fault| {
            let (first, others) = fault.places.split_first()?;
            let mut diagnostic = warning(
                fault.code,
                &first.file,
                first.meta.line(),
                first.meta.column(),
                fault.message,
            );
            diagnostic.span = fault.span;
            diagnostic.place = Some(first.within(module));
            diagnostic.others = others
                .iter()
                .map(|place| {
                    let (line, column) = (place.meta.line(), place.meta.column());
                    (place.file.clone(), line, column, place.within(module).to_string())
                })
                .collect();
            Some(diagnostic)
        })
        .collect()
}
