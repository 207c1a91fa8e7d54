//! Why a compilation stopped, as the exception that the program sees.

use crate::expand::Stop;
use crate::host::convert::{meta_to_term, to_term};
use cordial_syntax::diagnostics::Kind;
use cordial_syntax::{Diagnostic, Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::natives::Stop as Raise;
use cordial_vm::term::Term;

/// The exception for a stop.
pub fn raise(held: &mut Held<'_>, stop: Stop) -> Raise {
    match stop {
        Stop::Compile {
            code,
            file,
            line,
            description,
        } => {
            crate::diag::note(code.name());
            exception(held, "Elixir.CompileError", &placed(&file, line, description))
        }
        Stop::Typespec {
            code,
            file,
            line,
            description,
        } => {
            crate::diag::note(code.name());
            let fields = placed(&file, line, description);
            exception(held, "Elixir.Kernel.TypespecError", &fields)
        }
        Stop::Exception {
            code,
            module,
            message,
        } => {
            crate::diag::note(code.name());
            exception(held, module, &[("message", Quoted::bin(message))])
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
        Stop::Exception { module, message, .. } => format!("** ({module}) {message}"),
        Stop::Syntax(diagnostic) => diagnostic.render(),
        Stop::Raised(raised) => crate::host::held::describe(raised),
    }
}
