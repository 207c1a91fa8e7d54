//! Why an expansion stops, and what it found wrong without stopping.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::{Meta, Symbol};

/// An exception raised by code that the compiler ran; only the host looks inside.
#[derive(Clone)]
pub struct Raised(pub Arc<dyn std::any::Any + Send + Sync>);

impl std::fmt::Debug for Raised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Raised")
    }
}

/// Why there is no expansion.
#[derive(Clone, Debug)]
pub enum Stop {
    /// `CompileError`.
    Compile {
        code: Code,
        file: Arc<str>,
        line: u32,
        /// 0 if not known.
        column: u32,
        /// The module that cannot be compiled; None for a file.
        module: Option<Symbol>,
        /// What it is in, for the location line.
        place: Option<Place>,
        description: String,
    },
    /// An error was told already: what it was in cannot be compiled.
    Told {
        file: Arc<str>,
        module: Option<Symbol>,
    },
    /// An exception with a message, such as `ArgumentError`.
    Exception {
        code: Code,
        module: &'static str,
        message: String,
    },
    /// `Kernel.TypespecError`.
    Typespec {
        code: Code,
        file: Arc<str>,
        line: u32,
        description: String,
    },
    /// An exception, of code that was expanded or run for this call.
    Within {
        stop: Box<Stop>,
        call: Box<Expansion>,
    },
    /// `SyntaxError` and its like.
    Syntax(Box<cordial_syntax::Diagnostic>),
    Raised(Raised),
}

/// What an error is in.
#[derive(Clone, Debug)]
pub enum Place {
    /// A module or one of its functions.
    Code {
        module: Symbol,
        function: Option<super::Pair>,
    },
    /// As `IO.warn/2` was told.
    Text(String),
}

impl Place {
    pub fn module(module: Symbol) -> Place {
        Place::Code {
            module,
            function: None,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Code {
                module,
                function: Some((name, arity)),
            } => write!(f, "{}.{}/{arity}", show_module(*module), show_function(*name)),
            Place::Code {
                module,
                function: None,
            } => write!(f, "{} (module)", show_module(*module)),
            Place::Text(text) => f.write_str(text),
        }
    }
}

/// A function's name as it stands after a dot.
fn show_function(name: Symbol) -> String {
    use cordial_syntax::quoted::names::{NameKind, classify, inspect_atom};
    match classify(name.as_str()) {
        NameKind::Identifier | NameKind::Unquoted => name.as_str().to_owned(),
        _ => inspect_atom(name.as_str()).trim_start_matches(':').to_owned(),
    }
}

/// A call that was being expanded, for the stack trace.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// `expanding macro` or `expanding struct`.
    pub what: &'static str,
    pub module: Symbol,
    pub pair: super::Pair,
    /// Where the call stands.
    pub env: super::Env,
}

pub type Expanded<T> = Result<T, Stop>;

impl Stop {
    /// The same error, of the file as a whole: without module and place.
    #[must_use]
    pub fn of_file(self) -> Stop {
        match self {
            Stop::Compile {
                code,
                file,
                line,
                column,
                description,
                ..
            } => Stop::Compile {
                code,
                file,
                line,
                column,
                module: None,
                place: None,
                description,
            },
            other => other,
        }
    }

    pub fn argument(code: Code, message: impl Into<String>) -> Stop {
        Stop::Exception {
            code,
            module: "Elixir.ArgumentError",
            message: message.into(),
        }
    }
}

/// An error or warning about the program, for standard error.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    pub code: Code,
    pub error: bool,
    pub file: Arc<str>,
    pub line: u32,
    /// 0 if not known.
    pub column: u32,
    /// The number of characters from the column on that it is about; 0 if only the place is known.
    pub span: u32,
    pub message: String,
    /// `Module.function/arity` that it is in, for the location line.
    pub place: Option<Place>,
    /// More places that have it: file, line, column, `Module.function/arity`.
    pub others: Vec<(Arc<str>, u32, u32, String)>,
}

/// The name as errors show a module.
pub fn show_module(module: Symbol) -> String {
    cordial_syntax::quoted::names::inspect_atom(module.as_str())
}

/// Line and column of metadata.
pub fn position(meta: &Meta) -> (u32, u32) {
    (meta.line(), meta.column())
}
