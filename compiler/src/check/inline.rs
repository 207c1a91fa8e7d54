//! `@compile {:inline, …}`.

use cordial_syntax::{Meta, Symbol};
use cordial_vm::term::Term;

use crate::diag::Code;
use crate::expand::{Diagnostic, Pair};
use crate::host::convert::symbol;
use crate::module::compile::module_error;
use crate::module::table::State;
use crate::sym;

/// Functions that `@compile {:inline, …}` names must be there.
pub fn check(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    let Some(attribute) = state.attributes.get(&sym!("compile")) else {
        return;
    };
    let mut pairs = Vec::new();
    for value in &attribute.values {
        inline_pairs(value.term(), &mut pairs);
    }
    for (function, arity) in pairs.into_iter().filter(|pair| state.definition(*pair).is_none()) {
        let message = format!("undefined function {function}/{arity} given to @compile :inline");
        let meta = Meta::at_line(state.line);
        diagnostics.push(module_error(
            Code::InlineUndefined,
            state,
            name,
            &meta,
            message,
            None,
        ));
    }
}

fn inline_pairs(option: Term, pairs: &mut Vec<Pair>) {
    if let Some(options) = option.list_to_vec() {
        options.into_iter().for_each(|option| inline_pairs(option, pairs));
        return;
    }
    let Some((key, value)) = option.pair() else { return };
    if key.as_atom().is_none_or(|key| key.as_str() != "inline") {
        return;
    }
    let values = value.list_to_vec().unwrap_or_else(|| vec![value]);
    pairs.extend(values.into_iter().filter_map(|value| {
        let (name, arity) = value.pair()?;
        Some((symbol(name.as_atom()?), u8::try_from(arity.as_small()?).ok()?))
    }));
}
