//! Why a compilation stopped, as the exception that the program sees.

use crate::expand::Pair;
use crate::expand::Stop;
use crate::expand::error::Expansion;
use crate::expand::error::show_module;
use crate::host::HeldHost;
use crate::host::convert::{atom, meta_to_term, symbol, to_term};
use cordial_syntax::diagnostics::Kind;
use cordial_syntax::{Diagnostic, Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::heap::Heap;
use cordial_vm::natives::Stop as Raise;
use cordial_vm::term::{Term, View};

/// The exception for a stop.
pub fn raise(held: &mut Held<'_>, stop: Stop) -> Raise {
    match stop {
        Stop::Told { file, module } => {
            let what = match module {
                Some(module) => format!("module {}", show_module(module)),
                None => "file".to_owned(),
            };
            let description = format!("cannot compile {what} (errors have been logged)");
            let fields = [
                ("file", Quoted::bin(file.as_bytes())),
                ("line", Quoted::Int(0)),
                ("description", Quoted::bin(description)),
            ];
            exception(held, "Elixir.CompileError", &fields)
        }
        Stop::Compile { .. } => {
            let stop = crate::module::eval::told(&mut HeldHost::new(held), stop);
            raise(held, stop)
        }
        Stop::Exception {
            code,
            module,
            message,
        } => {
            crate::diag::note(code.name());
            exception(held, module, &[("message", Quoted::bin(message))])
        }
        Stop::Typespec {
            code,
            file,
            line,
            description,
        } => {
            crate::diag::note(code.name());
            let fields = placed(&file, line, description);
            match exception(held, "Elixir.Kernel.TypespecError", &fields) {
                // The body that declares the type has run: what is above is the compiler's own.
                Raise::Raise { class, reason, .. } => Raise::Raise {
                    class,
                    reason,
                    trace: Some(held.heap().list(Vec::new())),
                },
                other => other,
            }
        }
        Stop::Within { stop, call } => {
            let raised = raise(held, *stop);
            within(held, raised, &call)
        }
        Stop::Syntax(diagnostic) => {
            crate::diag::note(diagnostic.code.name());
            syntax(held, &diagnostic)
        }
        Stop::Raised(raised) => crate::host::reraise(held, &raised),
    }
}

fn placed(file: &str, line: u32, description: String) -> [(&'static str, Quoted); 3] {
    [
        ("file", Quoted::bin(file.as_bytes())),
        ("line", Quoted::from(line)),
        ("description", Quoted::bin(description)),
    ]
}

/// The exception with the entries of a macro call, or of a struct that was built, in its stack trace: below what the
/// macro itself called.
fn within(held: &mut Held<'_>, raised: Raise, call: &Expansion) -> Raise {
    let Raise::Raise { class, reason, trace } = raised else {
        return raised;
    };
    let implementation = Symbol::new(&format!("MACRO-{}", call.pair.0));
    let given = trace.and_then(Term::list_to_vec).unwrap_or_default();
    let mut entries: Vec<Term> = given
        .into_iter()
        .take_while(|entry| match entry.view() {
            View::Tuple([module, function, arity, ..]) => {
                let function = function.as_atom();
                // The last call of a macro leaves no entry of its own.
                let evaluated = arity.as_small() == Some(1)
                    && function.is_some_and(|name| {
                        matches!(name.as_str(), "__FILE__" | "__MODULE__" | "__MODULES__")
                    });
                !is_compiler(*module) && !evaluated && function.map(symbol) != Some(implementation)
            }
            _ => true,
        })
        .collect();
    let env = &call.env;
    let (module, (name, arity)) = match (env.module, env.function) {
        (Some(module), Some(function)) => (module, function),
        (Some(module), None) => (module, (Symbol::new("__MODULE__"), 0)),
        (None, _) => (Symbol::new("elixir_compiler"), (Symbol::new("__FILE__"), 1)),
    };
    let heap = held.heap();
    entries.push(entry(heap, call.module, call.pair, call.what, 0));
    entries.push(entry(heap, module, (name, arity), &env.file, env.line));
    let trace = heap.list(entries);
    Raise::Raise {
        class,
        reason,
        trace: Some(trace),
    }
}

/// `{module, function, arity, [file: …, line: …]}`; no line if it is 0.
fn entry(heap: &mut Heap, module: Symbol, pair: Pair, file: &str, line: u32) -> Term {
    let key = |name: &str| Term::atom(Atom::new(name));
    let file: Vec<Term> = file
        .chars()
        .map(|char| Term::small(i64::from(u32::from(char))))
        .collect();
    let file = heap.list(file);
    let mut location = vec![heap.tuple(&[key("file"), file])];
    if line != 0 {
        location.push(heap.tuple(&[key("line"), Term::small(line.into())]));
    }
    let location = heap.list(location);
    let (name, arity) = pair;
    heap.tuple(&[
        Term::atom(atom(module)),
        Term::atom(atom(name)),
        Term::small(arity.into()),
        location,
    ])
}

/// True for the natives by which code comes to be expanded.
fn is_compiler(module: Term) -> bool {
    module
        .as_atom()
        .is_some_and(|module| matches!(module.as_str(), "cordial_code" | "elixir_module" | "elixir_def"))
}

/// `SyntaxError`, `TokenMissingError` or `MismatchedDelimiterError`.
fn syntax(held: &mut Held<'_>, diagnostic: &Diagnostic) -> Raise {
    let mut fields = vec![
        ("file", Quoted::bin(diagnostic.file.as_bytes())),
        ("line", Quoted::from(diagnostic.line)),
        ("column", Quoted::from(diagnostic.column)),
        (
            "snippet",
            diagnostic.snippet.as_ref().map_or(Quoted::NIL, Quoted::bin),
        ),
        ("description", Quoted::bin(&diagnostic.description)),
    ];
    let symbol = |name: Option<Symbol>| name.map_or(Quoted::NIL, Quoted::Atom);
    if let Some((line, column)) = diagnostic.end {
        fields.push(("end_line", Quoted::from(line)));
        fields.push(("end_column", Quoted::from(column)));
    }
    let module = match &diagnostic.kind {
        Kind::Syntax => "Elixir.SyntaxError",
        Kind::TokenMissing { opening, expected } => {
            fields.push(("opening_delimiter", symbol(*opening)));
            fields.push(("expected_delimiter", symbol(*expected)));
            "Elixir.TokenMissingError"
        }
        Kind::MismatchedDelimiter {
            opening,
            closing,
            expected,
        } => {
            fields.push(("opening_delimiter", symbol(Some(*opening))));
            fields.push(("closing_delimiter", symbol(Some(*closing))));
            fields.push(("expected_delimiter", symbol(Some(*expected))));
            "Elixir.MismatchedDelimiterError"
        }
    };
    exception(held, module, &fields)
}

/// `Module.exception(fields)`; where the module is not there yet, the message alone.
pub fn exception(held: &mut Held<'_>, module: &str, fields: &[(&str, Quoted)]) -> Raise {
    let keyword = Quoted::keyword(
        fields
            .iter()
            .map(|(name, value)| (Symbol::new(name), value.clone())),
    );
    let keyword = to_term(held.heap(), &keyword);
    match held.call(Atom::new(module), Atom::new("exception"), &[keyword]) {
        Ok(exception) => Raise::error(exception),
        Err(_) => {
            let keyword = Quoted::keyword(
                fields
                    .iter()
                    .map(|(name, value)| (Symbol::new(name), value.clone())),
            );
            let fields = to_term(held.heap(), &keyword);
            let reason = held.heap().tuple(&[Term::atom(Atom::new(module)), fields]);
            Raise::error(reason)
        }
    }
}

/// `{:error, {meta, message, token}}` of `Code.string_to_quoted/2`.
pub fn error_tuple(held: &mut Held<'_>, diagnostic: &Diagnostic) -> Term {
    use cordial_syntax::diagnostics::ErrorText;
    let heap = held.heap();
    let meta = meta_to_term(heap, &diagnostic.meta);
    let message = match &diagnostic.error {
        ErrorText::Plain(text) => heap.string(text),
        ErrorText::Around(before, after) => {
            let parts = [heap.string(before), heap.string(after)];
            heap.tuple(&parts)
        }
    };
    let token = heap.string(&diagnostic.token);
    let error = heap.tuple(&[meta, message, token]);
    heap.error(error)
}

/// A stop as text, for where there is no program to see the exception.
pub fn describe(stop: &Stop) -> String {
    match stop {
        Stop::Compile {
            file,
            line,
            description,
            ..
        }
        | Stop::Typespec {
            file,
            line,
            description,
            ..
        } => format!("{file}:{line}: {description}"),
        Stop::Told { file, .. } => format!("{file}: cannot compile (errors have been logged)"),
        Stop::Within { stop, .. } => describe(stop),
        Stop::Exception { module, message, .. } => format!("** ({module}) {message}"),
        Stop::Syntax(diagnostic) => diagnostic.render(),
        Stop::Raised(raised) => crate::host::held::describe(raised),
    }
}
