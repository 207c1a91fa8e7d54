//! Core as text.

use std::fmt::Write;

use super::ir::Function;

/// Stable text, for people and snapshots.
pub fn print(function: &Function) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "def {}/{}", function.name, function.arity);
    let _ = writeln!(out, "{:#?}", function.body);
    out
}
