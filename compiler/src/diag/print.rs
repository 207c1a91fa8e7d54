//! The layout of a diagnostic: message, line, mark, place.

use crate::expand::Diagnostic;
use std::fmt::Write;

/// The text of a diagnostic, without a line break at its end but with the empty line that separates it from the next.
pub fn render(diagnostic: &Diagnostic, source: Option<&str>) -> String {
    let severity = if diagnostic.error { "error" } else { "warning" };
    let line = source
        .filter(|_| diagnostic.line > 0)
        .and_then(|text| text.lines().nth(diagnostic.line as usize - 1));
    // Without a line to show there is nothing to stand clear of.
    let digits = diagnostic.line.to_string().len();
    let width = if line.is_some() { (digits + 1).max(3) } else { 0 };
    let margin = " ".repeat(if line.is_some() { width + 1 } else { 0 });
    let message = diagnostic.message.replace('\n', &format!("\n{margin}"));
    let message = message.replace(&format!("\n{margin}\n"), "\n\n");
    let message = message.strip_suffix(margin.as_str()).unwrap_or(&message);
    let mut text = format!("{margin}{severity}: {message}\n");
    if let Some(line) = line {
        let mark = mark(line, diagnostic);
        let _ = writeln!(text, "{margin}│");
        let _ = writeln!(text, "{:>width$} │ {line}", diagnostic.line);
        let _ = writeln!(text, "{margin}│ {mark}");
        let _ = writeln!(text, "{margin}│");
    }
    if diagnostic.file.is_empty() {
        // Of no file: the place is the calls that led to it.
        if let Some(calls) = &diagnostic.place {
            let _ = write!(text, "{calls}");
        }
        return text;
    }
    let _ = write!(text, "{margin}└─ {}", diagnostic.file);
    if diagnostic.line > 0 {
        let _ = write!(text, ":{}", diagnostic.line);
        if diagnostic.column > 0 {
            let _ = write!(text, ":{}", diagnostic.column);
        }
    }
    if let Some(place) = &diagnostic.place {
        let _ = write!(text, ": {place}");
    }
    text.push('\n');
    for (file, line, column, place) in &diagnostic.others {
        let _ = write!(text, "{margin}└─ {file}:{line}");
        if *column > 0 {
            let _ = write!(text, ":{column}");
        }
        let _ = writeln!(text, ": {place}");
    }
    text
}

/// The mark below the line: the name or the place that it is about; without a column the whole line.
fn mark(line: &str, diagnostic: &Diagnostic) -> String {
    let sign = if diagnostic.error { "^" } else { "~" };
    if diagnostic.column == 0 {
        let indent = line.chars().take_while(|char| char.is_whitespace()).count();
        let length = line.trim().chars().count();
        return " ".repeat(indent) + &sign.repeat(length.max(1));
    }
    " ".repeat(diagnostic.column as usize - 1) + &sign.repeat(diagnostic.span.max(1) as usize)
}
