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
        let after = self.rest()[1..].trim_start_matches([' ', '\t']);
        let kind = if after.starts_with('(') {
            Kind::DotCallOp
        } else {
            Kind::Dot
        };
        self.push_continuing(kind, 1, Value::Symbol(Symbol::new(".")));
        Ok(())
    }
}
