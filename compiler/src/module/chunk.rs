//! The chunks of a module: documentation and types, in the external term format.

use cordial_syntax::Symbol;
use cordial_vm::term::etf;

use super::data::Data;
use super::docs;
use super::table::State;
use super::typespec::Translated;
use crate::expand::Pair;

/// Name and bytes of each chunk.
pub fn chunks(state: &State, module: Symbol, types: Translated) -> Vec<(String, Vec<u8>)> {
    let mut chunks = Vec::new();
    if crate::options::docs() {
        chunks.push((
            "Docs".to_owned(),
            etf::compressed(docs::chunk(state, module).encode()),
        ));
    }
    let types = Data::Tuple(vec![
        Data::List(types.types),
        signatures(types.specs),
        signatures(types.callbacks),
    ]);
    chunks.push(("Spec".to_owned(), etf::compressed(types.encode())));
    chunks
}

/// `[{{name, arity}, forms}]`
fn signatures(all: Vec<(Pair, Vec<Data>)>) -> Data {
    let rows = all.into_iter().map(|((name, arity), forms)| {
        let pair = Data::Tuple(vec![Data::Atom(name), Data::Int(i64::from(arity))]);
        Data::Tuple(vec![pair, Data::List(forms)])
    });
    Data::List(rows.collect())
}
