//! The printed form of a diagnostic: message, source line, marks, location.

use std::fmt::Write;

use super::{Diagnostic, Kind, Severity};

impl Diagnostic {
    /// `** (SyntaxError) invalid syntax found on nofile:1:3: …`
    pub fn render(&self) -> String {
        match self.severity {
            Severity::Error => format!("** ({}) {}", self.exception(), self.message()),
            Severity::Warning => self.frame("warning"),
        }
    }

    /// The name of the exception, without `Elixir.`.
    pub fn exception(&self) -> &'static str {
        match self.kind {
            Kind::Syntax => "SyntaxError",
            Kind::TokenMissing { .. } => "TokenMissingError",
            Kind::MismatchedDelimiter { .. } => "MismatchedDelimiterError",
        }
    }

    /// What `Exception.message/1` says.
    pub fn message(&self) -> String {
        let what = match self.kind {
            Kind::Syntax => "invalid syntax found on",
            Kind::TokenMissing { .. } => "token missing on",
            Kind::MismatchedDelimiter { .. } => "mismatched delimiter found on",
        };
        format!("{what} {}:\n{}", self.location(), self.frame("error"))
    }

    /// `file:line:column` of where the reader should look.
    pub fn location(&self) -> String {
        let (line, column) = self.end.unwrap_or((self.line, self.column));
        if column == 0 { format!("{}:{line}", self.file) } else { format!("{}:{line}:{column}", self.file) }
    }

    fn frame(&self, label: &str) -> String {
        let mut out = String::new();
        let _ = write!(out, "{label}: {}", self.description);
        out
    }
}
