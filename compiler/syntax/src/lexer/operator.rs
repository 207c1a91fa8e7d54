//! Operators: by what stands before them, between operands or before one; as names before `/`; as keyword keys.

use crate::diagnostics::Code;
use crate::quoted::Symbol;

use super::Lexer;
use super::identifier::call_kind;
use super::problem::Problem;
use super::token::{Kind, Value};

impl Lexer<'_> {
    pub(super) fn operator(&mut self, kind: Kind, length: usize) -> Result<(), Problem> {
        let rest = self.rest();
        if self.last_kind() == Some(Kind::Dot) && !rest.starts_with("..") {
            self.operator_after_dot(length);
            return Ok(());
        }
        if rest.starts_with(":::") {
            let text = "atom ::: must be written between quotes, as in :\"::\", to avoid ambiguity";
            self.warn(Code::TripleColon, self.line, self.column, text);
            self.push(Kind::Atom, 3, Value::Symbol(Symbol::new("::")));
            return Ok(());
        }
        if rest.starts_with("..//") {
            return if self.step_range_name() {
                Ok(())
            } else {
                Err(self.unexpected_character('.'))
            };
        }
        let text = &rest[..length];
        let symbol = Value::Symbol(Symbol::new(text));
        if kind != Kind::AssocOp && kind != Kind::TypeOp && self.key_ends(length) {
            self.push(Kind::KwIdentifier, length, symbol);
            self.advance(1);
            return Ok(());
        }
        let after = &rest[length..];
        let blank = after.trim_start_matches([' ', '\t']);
        let step = kind == Kind::CaptureOp && blank.starts_with("//");
        if kind != Kind::TernaryOp && blank.starts_with('/') && !step {
            self.push(Kind::Identifier, length, symbol);
            return Ok(());
        }
        if matches!(text, "+++" | "---" | "&&&" | "|||" | "^^^") && after.starts_with(&text[..1]) {
            let next = &text[..1];
            let text = format!(
                "found \"{text}\" followed by \"{next}\", please use a space between \"{text}\" and the next \"{next}\""
            );
            self.warn(Code::OperatorRepeated, self.line, self.column, text);
        }
        self.warn_deprecated(text);
        match kind {
            Kind::CaptureOp if after.starts_with(|c: char| c.is_ascii_digit()) => {
                self.push(Kind::CaptureInt, length, symbol);
            }
            Kind::UnaryOp | Kind::AtOp | Kind::CaptureOp | Kind::EllipsisOp => {
                self.push(kind, length, symbol)
            }
            Kind::DualOp if self.after_operand(false) => self.push(kind, length, symbol),
            Kind::DualOp => self.push(Kind::UnaryDualOp, length, symbol),
            Kind::RangeOp if !self.after_operand(true) => {
                self.push_continuing(Kind::NullaryRangeOp, length, symbol)
            }
            Kind::TernaryOp if !self.after_operand(true) => {
                self.push_continuing(Kind::UnaryTernaryOp, length, symbol);
            }
            _ => self.push_continuing(kind, length, symbol),
        }
        Ok(())
    }

    /// True if an operand stands before, at the end of the line before it where that is meant too.
    fn after_operand(&self, past_newline: bool) -> bool {
        let mut before = self.tokens.iter().rev().map(|token| token.kind);
        match before.next() {
            Some(Kind::Eol) if past_newline => before.next().is_some_and(Kind::ends_operand),
            Some(kind) => kind.ends_operand(),
            None => false,
        }
    }

    /// Reads `..//` where it is a name: as a keyword key, or before `/`.
    fn step_range_name(&mut self) -> bool {
        let value = Value::Symbol(Symbol::new("..//"));
        if self.key_ends(4) {
            self.push(Kind::KwIdentifier, 4, value);
            self.advance(1);
            return true;
        }
        let named = self.rest()[4..].trim_start_matches([' ', '\t']).starts_with('/');
        if named {
            self.push(Kind::Identifier, 4, value);
        }
        named
    }

    /// In `Kernel.+`, the operator is a name. Some raw tokens are two operators there.
    pub(super) fn operator_after_dot(&mut self, length: usize) {
        let rest = self.rest();
        let length = match &rest[..length] {
            "->" | "=>" | "//" | "<<" | ">>" => 1,
            _ => length,
        };
        let kind = call_kind(&rest[length..]);
        self.push(kind, length, Value::Symbol(Symbol::new(&rest[..length])));
    }

    fn warn_deprecated(&mut self, operator: &str) {
        let (code, text) = match operator {
            "<|>" => (
                Code::DeprecatedPipe,
                "<|> is deprecated. Use another pipe-like operator",
            ),
            "^^^" => (
                Code::DeprecatedXor,
                "^^^ is deprecated. It is typically used as xor but it has the wrong precedence, use Bitwise.bxor/2 instead",
            ),
            _ => return,
        };
        self.warn(code, self.line, self.column, text);
    }
}
