//! The fields of a struct under definition: checked, and kept in the module's attributes.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::Symbol;
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::heap::OwnedTerm;
use cordial_vm::natives::{NativeResult, Stop as VmStop};
use cordial_vm::term::Term;

use super::table;
use crate::expand::ESCAPABLE;
use crate::expand::error::{Place, show_module};
use crate::expand::{Diagnostic, Stop, to_text};
use crate::host::convert::{Escape, escape, symbol, to_quoted};
use crate::host::{HeldHost, env_of_term};
use crate::natives::raise::raise;
use crate::sym;

/// `announce_struct(module, fields, env)`
pub fn announce(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let module = symbol(args[0].as_atom().ok_or(VmStop::Badarg)?);
    match fields(held, module, args) {
        Ok(()) => Ok(Term::atom(Atom::new("ok"))),
        Err(stop) => Err(raise(held, stop)),
    }
}

fn show(term: Term) -> String {
    to_text(&to_quoted(term))
}

/// The first field whose default no code can build, and the part of it that is at fault.
fn inescapable_default(held: &mut Held<'_>, given: Term) -> Option<(String, String)> {
    for item in given.list_to_vec()? {
        let Some((key, default)) = item.pair() else {
            continue;
        };
        if let (Some(key), Err(bad)) = (key.as_atom(), escape(default, Escape::default())) {
            return Some((key.as_str().to_owned(), HeldHost::new(held).inspect(&bad.0)));
        }
    }
    None
}

fn fields(held: &mut Held<'_>, module: Symbol, args: &[Term]) -> Result<(), Stop> {
    let (name, given) = (args[0], args[1]);
    let line = env_of_term(args[2]).map_or(0, |env| env.line);
    let Some(state) = table::find(module) else {
        return Err(Stop::argument(
            Code::StructModuleClosed,
            format!("the module {} is not being defined", show_module(module)),
        ));
    };
    if let Some((field, shown)) = inescapable_default(held, given) {
        return Err(Stop::argument(
            Code::StructDefault,
            format!("invalid value for struct field {field}, cannot escape {shown}. {ESCAPABLE}"),
        ));
    }
    let mut state = state.lock();
    let struct_key = sym!("__struct__");
    if state
        .attributes
        .get(&struct_key)
        .is_some_and(|attribute| !attribute.values.is_empty())
    {
        return Err(Stop::argument(
            Code::StructTwice,
            format!(
                "defstruct has already been called for {}, defstruct can only be called once per module",
                show_module(module)
            ),
        ));
    }
    let Some(items) = given.list_to_vec() else {
        return Err(Stop::argument(
            Code::StructFields,
            format!("struct fields definition must be list, got: {}", show(given)),
        ));
    };
    let nil = Term::atom(Atom::new("nil"));
    let mut fields: Vec<(Term, Term)> = Vec::with_capacity(items.len());
    for item in items {
        let (key, default) = match item.pair() {
            Some((key, default)) if key.is_atom() => (key, default),
            None if item.is_atom() => (item, nil),
            _ => {
                return Err(Stop::argument(
                    Code::StructFieldNames,
                    format!("struct field names must be atoms, got: {}", show(item)),
                ));
            }
        };
        if key.as_atom().is_some_and(|key| key.as_str() == "__struct__") {
            return Err(Stop::argument(
                Code::StructReservedKey,
                "cannot set :__struct__ in struct definition",
            ));
        }
        if fields.iter().any(|(other, _)| *other == key) {
            let diagnostic = Diagnostic {
                code: Code::StructDuplicateKey,
                error: false,
                file: state.env.file.clone(),
                line: if line == 0 { state.line } else { line },
                column: 0,
                span: 0,
                message: format!("duplicate key {} found in struct", show(key)),
                place: Some(Place::Code {
                    module,
                    function: None,
                }),
                others: Vec::new(),
            };
            state.diagnostics.push(diagnostic);
            fields.retain(|(other, _)| *other != key);
        }
        fields.push((key, default));
    }
    let heap = held.heap();
    let mut enforced: Vec<Term> = Vec::new();
    if let Some(attribute) = state.attributes.get_mut(&sym!("enforce_keys")) {
        attribute.read = true;
        if let Some(value) = attribute.values.last() {
            let value = heap.copy(value.term());
            enforced = match value.list_to_vec() {
                Some(keys) => keys,
                None => vec![value],
            };
        }
        attribute.values.clear();
        attribute.set = false;
    }
    for key in &enforced {
        if !key.is_atom() {
            return Err(Stop::argument(
                Code::EnforceKeys,
                format!("keys given to @enforce_keys must be atoms, got: {}", show(*key)),
            ));
        }
        if !fields.iter().any(|(field, _)| field == key) {
            let keys = heap.list(enforced.clone());
            let pairs: Vec<Term> = fields
                .iter()
                .map(|(key, default)| heap.tuple(&[*key, *default]))
                .collect();
            let pairs = heap.list(pairs);
            return Err(Stop::argument(
                Code::EnforceKeysUnknown,
                format!(
                    "@enforce_keys required keys ({}) that are not defined in defstruct: {}",
                    show(keys),
                    show(pairs)
                ),
            ));
        }
    }
    let rows: Vec<Term> = fields
        .iter()
        .map(|(key, default)| {
            let required = Term::bool(enforced.contains(key));
            heap.tuple(&[*key, *default, required])
        })
        .collect();
    let rows = heap.list(rows);
    let mut pairs = fields;
    pairs.push((Term::atom(Atom::new("__struct__")), name));
    let template = heap.map_from(&mut pairs);
    let enforced = heap.list(enforced);
    for (key, value) in [
        (sym!("__enforce__"), enforced),
        (struct_key, template),
        (sym!("__fields__"), rows),
    ] {
        let attribute = state.attribute(key);
        attribute.values = vec![Arc::new(OwnedTerm::of(value))];
        attribute.set = true;
    }
    Ok(())
}
