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
        description: String,
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
    /// `SyntaxError` and its like.
    Syntax(Box<cordial_syntax::Diagnostic>),
    Raised(Raised),
}

pub type Expanded<T> = Result<T, Stop>;

impl Stop {
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
    pub message: String,
    /// `Module.function/arity` that it is in, for the location line.
    pub place: Option<String>,
    /// More places that have it: file, line, column, `Module.function/arity`.
    pub others: Vec<(Arc<str>, u32, u32, String)>,
    /// How many characters of the line it is about; 0 if only where they begin is known.
    pub span: u32,
}

/// The name as errors show a module.
pub fn show_module(module: Symbol) -> String {
    cordial_syntax::quoted::names::inspect_atom(module.as_str())
}

/// Line and column of metadata.
pub fn position(meta: &Meta) -> (u32, u32) {
    (meta.line(), meta.column())
}
