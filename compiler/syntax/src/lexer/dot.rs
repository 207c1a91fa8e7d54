//! The dot: of a call, of an anonymous call, and what may follow it.

use crate::quoted::Symbol;

use super::Lexer;
use super::problem::Problem;
use super::token::{Kind, Value};

impl Lexer<'_> {
    pub(super) fn dot(&mut self) -> Result<(), Problem> {
        if self.key_ends(1) {
            self.push(Kind::KwIdentifier, 1, Value::Symbol(Symbol::new(".")));
            self.advance(1);
            return Ok(());
        }
        let call = begins_with_parens(&self.rest()[1..]);
        let kind = if call { Kind::DotCallOp } else { Kind::Dot };
        self.push_continuing(kind, 1, Value::Symbol(Symbol::new(".")));
        Ok(())
    }
}

/// True if `(` is next, after blanks, line breaks and comments.
fn begins_with_parens(text: &str) -> bool {
    let mut rest = text.trim_start_matches([' ', '\t', '\r', '\n']);
    while let Some(comment) = rest.strip_prefix('#') {
        let end = comment.find('\n').unwrap_or(comment.len());
        rest = comment[end..].trim_start_matches([' ', '\t', '\r', '\n']);
    }
    rest.starts_with('(')
}
