//! What callbacks' types say of names and arities.

use cordial_syntax::Symbol;
use cordial_syntax::quoted::known;
use cordial_syntax::Quoted;
use cordial_vm::heap::OwnedTerm;

use crate::expand::Pair;
use crate::host::convert::{symbol, to_quoted};

/// Name and arity of `name(type, …) :: type`, with `when` around it or not.
pub fn callback(value: &OwnedTerm) -> Option<Pair> {
    signature(&to_quoted(value.term()))
}

fn signature(node: &Quoted) -> Option<Pair> {
    match node {
        Quoted::Call(call) if call.is(known::WHEN, 2) => signature(&call.args[0]),
        Quoted::Call(call) if call.is(known::TYPE, 2) => match &call.args[0] {
            Quoted::Call(head) => Some((head.name()?, u8::try_from(head.args.len()).ok()?)),
            Quoted::Var(var) => Some((var.name, 0)),
            _ => None,
        },
        _ => None,
    }
}

/// The pairs of `@optional_callbacks name: arity`, or of a list of pairs in a list.
pub fn optional(value: &OwnedTerm, pairs: &mut Vec<Pair>) {
    for item in value.term().list_to_vec().unwrap_or_default() {
        if let Some((name, arity)) = item.pair()
            && let (Some(name), Some(arity)) = (name.as_atom(), arity.as_small())
            && let Ok(arity) = u8::try_from(arity)
        {
            pairs.push((symbol(name) as Symbol, arity));
        }
    }
}
