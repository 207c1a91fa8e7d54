//! Attributes that name functions of the module: `@compile {:inline, …}`, `@dialyzer`, `@nifs`, `@optional_callbacks`.

use cordial_syntax::{Meta, Symbol};
use cordial_vm::term::Term;

use crate::diag::Code;
use crate::expand::{Diagnostic, Pair, Stop, to_text};
use crate::host::convert::{symbol, to_quoted};
use crate::module::compile::module_error;
use crate::module::table::{Owned, State};
use crate::module::typespec::callback_name;
use crate::sym;

/// Functions that attributes name must be there.
pub fn check(state: &State, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
    let mut undefined = |code: Code, pairs: Vec<Pair>, given: &str| {
        for (function, arity) in pairs.into_iter().filter(|pair| state.definition(*pair).is_none()) {
            let message = format!("undefined function {function}/{arity} given to {given}");
            let meta = Meta::at_line(state.line);
            diagnostics.push(module_error(code, state, name, &meta, message, None));
        }
    };
    let mut inline = Vec::new();
    for value in values(state, sym!("compile")) {
        tagged_pairs(value.term(), "inline", &mut inline);
    }
    undefined(Code::InlineUndefined, inline, "@compile :inline");
    let mut unwarned = Vec::new();
    for value in values(state, sym!("dialyzer")) {
        tagged_pairs(value.term(), "nowarn_function", &mut unwarned);
    }
    undefined(Code::DialyzerUndefined, unwarned, "@dialyzer :nowarn_function");
    let natives = values(state, sym!("nifs"))
        .iter()
        .flat_map(|value| value.term().list_to_vec().unwrap_or_default())
        .filter_map(pair)
        .collect();
    undefined(Code::NifsUndefined, natives, "@nifs");
}

/// Callbacks that are optional must be callbacks, and are so once.
pub fn optional_callbacks(state: &State) -> Result<(), Stop> {
    let fail = |message: String| {
        Err(Stop::Compile {
            code: Code::OptionalCallback,
            file: state.env.file.clone(),
            line: state.line,
            column: 0,
            module: None,
            place: None,
            description: message,
        })
    };
    let callbacks: Vec<Pair> = state
        .typespecs
        .iter()
        .filter(|declared| declared.kind.is_callback())
        .filter_map(|declared| Some(callback_name(declared.kind, declared.pair()?)))
        .collect();
    let mut seen = Vec::new();
    for value in values(state, sym!("optional_callbacks")) {
        let given = value.term();
        for item in given.list_to_vec().unwrap_or_else(|| vec![given]) {
            let Some((function, arity)) = pair(item) else {
                return fail(format!(
                    "invalid optional callback {}. @optional_callbacks expects a keyword list of callback names and arities",
                    to_text(&to_quoted(item))
                ));
            };
            let of_macro = callback_name(crate::module::typespec::Kind::Macrocallback, (function, arity));
            if !callbacks.contains(&(function, arity)) && !callbacks.contains(&of_macro) {
                return fail(format!(
                    "unknown callback {function}/{arity} given as optional callback"
                ));
            }
            if seen.contains(&(function, arity)) {
                return fail(format!(
                    "{function}/{arity} has been specified as optional callback more than once"
                ));
            }
            seen.push((function, arity));
        }
    }
    Ok(())
}

fn values(state: &State, name: Symbol) -> &[Owned] {
    state
        .attributes
        .get(&name)
        .map_or(&[], |attribute| &attribute.values)
}

/// The functions of `{tag, functions}` in an option or a list of options.
fn tagged_pairs(option: Term, tag: &str, pairs: &mut Vec<Pair>) {
    if let Some(options) = option.list_to_vec() {
        options
            .into_iter()
            .for_each(|option| tagged_pairs(option, tag, pairs));
        return;
    }
    let Some((key, value)) = option.pair() else { return };
    if key.as_atom().is_none_or(|key| key.as_str() != tag) {
        return;
    }
    let values = value.list_to_vec().unwrap_or_else(|| vec![value]);
    pairs.extend(values.into_iter().filter_map(pair));
}

/// `{name, arity}`
fn pair(term: Term) -> Option<Pair> {
    let (name, arity) = term.pair()?;
    Some((symbol(name.as_atom()?), u8::try_from(arity.as_small()?).ok()?))
}
