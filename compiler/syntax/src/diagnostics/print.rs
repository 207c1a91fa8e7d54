//! The printed form of a diagnostic: message, source lines, marks, location.

use std::fmt::Write;

use super::{Diagnostic, Kind, Severity};

impl Diagnostic {
    /// `** (SyntaxError) invalid syntax found on nofile:1:3: …`, or a warning with its frame.
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
        let (line, column) = self.shown_end().unwrap_or((self.line, self.column));
        if column == 0 {
            format!("{}:{line}", self.file)
        } else {
            format!("{}:{line}:{column}", self.file)
        }
    }

    /// Where a closing delimiter is missed: past the last text, blank lines left out.
    fn shown_end(&self) -> Option<(u32, u32)> {
        let (line, column) = self.end?;
        let (Kind::TokenMissing { .. }, Some(snippet)) = (&self.kind, &self.snippet) else {
            return Some((line, column));
        };
        let text = snippet.trim_end_matches(['\n', '\r']);
        let lines = text.matches('\n').count() as u32;
        let last = text.rsplit('\n').next().unwrap_or("");
        Some((self.line + lines, crate::lexer::graphemes(last) + 1))
    }

    fn frame(&self, label: &str) -> String {
        let text = format!("{label}: {}", self.description);
        let Some(snippet) = self
            .snippet
            .as_deref()
            .filter(|snippet| self.column > 0 && !snippet.trim().is_empty())
        else {
            let body: Vec<_> = text.split('\n').map(|line| format!("   {line}")).collect();
            return format!("{}\n   └─ {}", body.join("\n"), self.location());
        };
        let end = self.shown_end();
        let last = end.map_or(self.line, |(line, _)| line);
        let gutter = Gutter {
            width: last.to_string().len().max(2) + 1,
        };
        let mut out = String::new();
        for line in text.split('\n') {
            if line.is_empty() {
                out.push('\n');
            } else {
                let _ = writeln!(out, "{:indent$}{line}", "", indent = gutter.width + 1);
            }
        }
        gutter.empty(&mut out);
        match (&self.kind, end) {
            (Kind::TokenMissing { expected, .. }, Some(end)) => {
                let expected = expected.map_or("", |symbol| symbol.as_str());
                let mark = format!("missing closing delimiter (expected {})", in_quotes(expected));
                self.two_marks(&gutter, snippet, end, &mark, &mut out);
            }
            (Kind::MismatchedDelimiter { expected, .. }, Some(end)) => {
                let mark = format!(
                    "mismatched closing delimiter (expected {})",
                    in_quotes(expected.as_str())
                );
                self.two_marks(&gutter, snippet, end, &mark, &mut out);
            }
            _ => {
                gutter.source(self.line, snippet, &mut out);
                let mark = if label == "warning" { "~" } else { "^" };
                gutter.mark(self.column, mark, &mut out);
            }
        }
        gutter.empty(&mut out);
        let _ = write!(
            out,
            "{:indent$}└─ {}",
            "",
            self.location(),
            indent = gutter.width + 1
        );
        out
    }

    fn two_marks(&self, gutter: &Gutter, snippet: &str, end: (u32, u32), mark: &str, out: &mut String) {
        let lines: Vec<&str> = snippet.split('\n').collect();
        let line_at = |line: u32| lines.get((line - self.line) as usize).copied().unwrap_or("");
        gutter.source(self.line, line_at(self.line), out);
        if end.0 == self.line {
            let between = (end.1.saturating_sub(self.column + 1)) as usize;
            gutter.mark(self.column, &format!("│{:between$}└ {mark}", ""), out);
            gutter.mark(self.column, "└ unclosed delimiter", out);
            return;
        }
        gutter.mark(self.column, "└ unclosed delimiter", out);
        if end.0 - self.line < MOST_LINES {
            for line in self.line + 1..end.0 {
                gutter.source(line, line_at(line), out);
            }
        } else {
            let _ = writeln!(out, "{:>width$}", "...", width = gutter.width + 1);
        }
        gutter.source(end.0, line_at(end.0), out);
        gutter.mark(end.1, &format!("└ {mark}"), out);
    }
}

/// Frames of more lines leave out the middle.
const MOST_LINES: u32 = 5;

/// The column of line numbers.
struct Gutter {
    width: usize,
}

impl Gutter {
    fn empty(&self, out: &mut String) {
        let _ = writeln!(out, "{:indent$}│", "", indent = self.width + 1);
    }

    fn source(&self, line: u32, text: &str, out: &mut String) {
        let _ = writeln!(out, "{line:>width$} │ {text}", width = self.width);
    }

    fn mark(&self, column: u32, mark: &str, out: &mut String) {
        let before = column.saturating_sub(1) as usize;
        let _ = writeln!(
            out,
            "{:indent$}│ {:before$}{mark}",
            "",
            "",
            indent = self.width + 1
        );
    }
}

/// Delimiters of strings are shown as they are, others between quotes.
fn in_quotes(delimiter: &str) -> String {
    if delimiter.starts_with(['"', '\'']) {
        delimiter.to_owned()
    } else {
        format!("\"{delimiter}\"")
    }
}
