//! Names: identifiers, aliases, keyword keys, reserved words.

use crate::diagnostics::Code;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::quoted::Symbol;
use crate::quoted::names::{is_identifier_start, is_name_continue, is_upper_start};

use super::problem::Problem;
use super::token::{Kind, Value};
use super::{Lexer, words};

/// How a name begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum First {
    Lower,
    AsciiUpper,
    /// A capital that may begin an atom or key only.
    OtherUpper,
}

/// As many characters an atom may have.
const MOST_CHARACTERS: usize = 255;

/// The length of a name at the start of a text: letters, digits, `_`, `@`, and `?` or `!` at the end.
pub(super) fn name_length(text: &str) -> usize {
    let ascii = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@'))
        .count();
    let mut length = ascii;
    if text.as_bytes().get(ascii).is_some_and(|byte| !byte.is_ascii()) {
        length += text[ascii..]
            .find(|c: char| !is_name_continue(c) && c != '@')
            .unwrap_or(text.len() - ascii);
    }
    match text.as_bytes().get(length) {
        Some(b'?' | b'!') => length + 1,
        _ => length,
    }
}

fn first(text: &str) -> Option<First> {
    match text.chars().next()? {
        c if c.is_ascii_uppercase() => Some(First::AsciiUpper),
        c if is_identifier_start(c) => Some(First::Lower),
        c if is_upper_start(c) => Some(First::OtherUpper),
        _ => None,
    }
}

/// True if an atom may begin with this text, without quotes.
pub(super) fn begins_name(text: &str) -> bool {
    first(text).is_some()
}

/// The symbol of a name, in composed form.
pub(super) fn name_symbol(written: &str) -> Symbol {
    if written.is_ascii() || is_nfc(written) {
        return Symbol::new(written);
    }
    Symbol::new(&written.nfc().collect::<String>())
}

impl Lexer<'_> {
    pub(super) fn identifier(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let Some(first) = first(rest) else {
            return match rest.chars().next() {
                Some(c) => Err(self.unexpected_character(c)),
                None => Ok(()),
            };
        };
        let written = &rest[..name_length(rest)];
        let after = &rest[written.len()..];
        if let Some(colon) = after.strip_prefix(':') {
            match colon.chars().next() {
                Some(' ' | '\t' | '\r' | '\n') => {
                    self.check_existing(written)?;
                    self.push(
                        Kind::KwIdentifier,
                        written.len(),
                        Value::Symbol(name_symbol(written)),
                    );
                    self.advance(1);
                    return Ok(());
                }
                Some(c) if c != ':' => {
                    let token = format!("{written}:");
                    return Err(Problem::syntax(
                        Code::KeyWithoutSpace,
                        self.line,
                        self.column,
                        words::KEY_WITHOUT_SPACE,
                        token,
                    ));
                }
                _ => {}
            }
        }
        match first {
            First::AsciiUpper => self.alias(written),
            First::OtherUpper => match rest.chars().next() {
                Some(c) => Err(self.unexpected_character(c)),
                None => Ok(()),
            },
            First::Lower => self.lower(written),
        }
    }

    fn alias(&mut self, written: &str) -> Result<(), Problem> {
        let bad = written.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '_');
        if let Some(bad) = bad {
            let rule = match bad {
                '@' => "",
                _ => " (only ASCII characters, without punctuation, are allowed)",
            };
            let message = format!(
                "invalid character \"{bad}\" (code point {}) in alias{rule}: ",
                words::code_point(bad)
            );
            return Err(Problem::syntax(
                Code::AliasCharacter,
                self.line,
                self.column,
                message,
                written,
            ));
        }
        self.check_existing(written)?;
        self.push(Kind::Alias, written.len(), Value::Symbol(Symbol::new(written)));
        // `Foo (` is as wrong as `Foo(`, which `open` reports.
        Ok(())
    }

    fn lower(&mut self, written: &str) -> Result<(), Problem> {
        if written.contains('@') {
            let message = "invalid character \"@\" (code point U+0040) in identifier: ";
            return Err(Problem::syntax(
                Code::AtInIdentifier,
                self.line,
                self.column,
                message,
                written,
            ));
        }
        if self.last_kind() != Some(Kind::Dot) {
            if let Some(done) = self.reserved(written) {
                return done;
            }
            if matches!(written, "__aliases__" | "__block__") {
                return Err(Problem::syntax(
                    Code::ReservedToken,
                    self.line,
                    self.column,
                    "reserved token: ",
                    written,
                ));
            }
        }
        let after = &self.rest()[written.len()..];
        if let (Some(mark @ ('?' | '!')), true) = (written.chars().last(), after.starts_with('=')) {
            self.warn(
                Code::AmbiguousBang,
                self.line,
                self.column,
                words::ambiguous_bang(written, mark),
            );
        }
        self.check_existing(written)?;
        let kind = call_kind(after);
        self.push(kind, written.len(), Value::Symbol(name_symbol(written)));
        Ok(())
    }

    /// A name is an atom, which has its limits; with `existing_atoms_only`, an unknown name is an error.
    pub(super) fn check_existing(&self, name: &str) -> Result<(), Problem> {
        if name.len() > MOST_CHARACTERS && name.chars().count() > MOST_CHARACTERS {
            return Err(Problem::syntax(
                Code::NameTooLong,
                self.line,
                self.column,
                "atom length must be less than system limit: ",
                name,
            ));
        }
        if !self.options.existing_atoms_only || Symbol::existing(name).is_some() {
            return Ok(());
        }
        Err(Problem::syntax(
            Code::UnknownAtom,
            self.line,
            self.column,
            "unsafe atom does not exist: ",
            name,
        ))
    }

    /// Reads a reserved word, if the name is one.
    fn reserved(&mut self, written: &str) -> Option<Result<(), Problem>> {
        let after = &self.rest()[written.len()..];
        let length = written.len();
        let words = [
            "fn", "do", "end", "true", "false", "nil", "after", "else", "rescue", "catch", "and", "or", "in",
            "when", "not",
        ];
        if !words.contains(&written) {
            return None;
        }
        let symbol = Value::Symbol(Symbol::new(written));
        let operator = match written {
            "fn" => {
                if let Err(problem) = self.push_terminator("fn") {
                    return Some(Err(problem));
                }
                self.push(Kind::Fn, length, symbol);
                return Some(Ok(()));
            }
            "do" if self.last_kind() == Some(Kind::Comma) => {
                let before = "unexpected reserved word: ";
                return Some(Err(Problem::around(
                    Code::DoAfterComma,
                    self.line,
                    self.column,
                    before,
                    words::DO_AFTER_COMMA,
                    "do",
                )));
            }
            "do" if self.last_kind() == Some(Kind::Fn) => {
                let before = "unexpected reserved word: ";
                return Some(Err(Problem::around(
                    Code::DoAfterFn,
                    self.line,
                    self.column,
                    before,
                    words::DO_AFTER_FN,
                    "do",
                )));
            }
            "do" => {
                if let Err(problem) = self.push_terminator("do") {
                    return Some(Err(problem));
                }
                self.push_continuing(Kind::Do, length, symbol);
                return Some(Ok(()));
            }
            "end" => {
                if let Err(problem) = self.pop_terminator("end") {
                    return Some(Err(problem));
                }
                self.push(Kind::End, length, symbol);
                return Some(Ok(()));
            }
            "true" | "false" | "nil" => {
                let kind = match written {
                    "true" => Kind::True,
                    "false" => Kind::False,
                    _ => Kind::Nil,
                };
                self.push(kind, length, symbol);
                return Some(Ok(()));
            }
            "after" | "else" | "rescue" | "catch" => {
                self.push(Kind::BlockIdentifier, length, symbol);
                return Some(Ok(()));
            }
            "and" => Kind::AndOp,
            "or" => Kind::OrOp,
            "in" => Kind::InOp,
            "when" => Kind::WhenOp,
            "not" => Kind::UnaryOp,
            _ => return None,
        };
        if after.trim_start_matches([' ', '\t']).starts_with('/') {
            self.push(Kind::Identifier, length, symbol);
        } else if operator != Kind::UnaryOp {
            self.push_continuing(operator, length, symbol);
        } else if let Some(both) = not_in(after) {
            self.push_continuing(Kind::InOp, length + both, Value::Symbol(Symbol::new("not in")));
        } else {
            self.push(operator, length, symbol);
        }
        Some(Ok(()))
    }
}

/// The length of ` in` after `not`, if it makes one operator with it.
fn not_in(after: &str) -> Option<usize> {
    let spaces = after.len() - after.trim_start_matches([' ', '\t']).len();
    let rest = after[spaces..].strip_prefix("in")?;
    if spaces == 0 || rest.starts_with(|c: char| is_name_continue(c) || matches!(c, '?' | '!' | '@' | ':')) {
        return None;
    }
    if rest.trim_start_matches([' ', '\t']).starts_with('/') {
        return None;
    }
    Some(spaces + 2)
}

/// The kind of an identifier, by what follows it.
pub(super) fn call_kind(after: &str) -> Kind {
    match after.as_bytes().first() {
        Some(b'(') => Kind::ParenIdentifier,
        Some(b'[') => Kind::BracketIdentifier,
        Some(b' ' | b'\t') if before_do(after) => Kind::DoIdentifier,
        _ => Kind::Identifier,
    }
}

fn before_do(after: &str) -> bool {
    let Some(rest) = after.trim_start_matches([' ', '\t']).strip_prefix("do") else {
        return false;
    };
    match rest.chars().next() {
        None => true,
        Some(':') => !matches!(rest[1..].chars().next(), Some(' ' | '\t' | '\r' | '\n')),
        Some(c) => !is_name_continue(c) && !matches!(c, '?' | '!' | '@'),
    }
}
