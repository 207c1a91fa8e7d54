//! What stands between single or double quotes: strings, charlists, quoted atoms, keys and calls.

use crate::diagnostics::Code;
use crate::quoted::Symbol;
use crate::quoted::names::{NameKind, classify};

use super::identifier::{begins_name, call_kind, name_length, name_symbol};
use super::interpolation::{Closing, RawPart};
use super::problem::Problem;
use super::raw::{self, Raw};
use super::token::{Kind, Part, Text, Value};
use super::unescape::unescape;
use super::{Lexer, words};

impl Lexer<'_> {
    /// Reads a text that opens here with a quote, and what it turns out to be: string, keyword key or call.
    pub(super) fn string(&mut self, quote: char, kind: Kind) -> Result<(), Problem> {
        let mut token = self.token(kind, 1, Value::None);
        if self.last_kind() == Some(Kind::Dot) {
            return self.quoted_call(quote);
        }
        let start = self.position + 1;
        let parts = self.quoted(quote, "string")?;
        if self.key_ends(0) {
            token.kind = Kind::KwIdentifierUnsafe;
            token.value = match plain(&parts) {
                Some(name) => {
                    if self.needs_no_quotes(start) {
                        self.warn(Code::QuotedKey, token.line, token.column, words::quoted_key(name));
                    } else if quote == '\'' {
                        self.warn(
                            Code::SingleQuotedKey,
                            token.line,
                            token.column,
                            words::SINGLE_QUOTED_KEY,
                        );
                    }
                    self.check_existing(name)?;
                    token.kind = Kind::KwIdentifier;
                    Value::Quoted(Symbol::new(name), quote)
                }
                None => {
                    if quote == '\'' {
                        self.warn(
                            Code::SingleQuotedKey,
                            token.line,
                            token.column,
                            words::SINGLE_QUOTED_KEY,
                        );
                    }
                    text(parts, quote)
                }
            };
            self.advance(1);
        } else {
            if quote == '\'' {
                self.warn(Code::SingleQuotes, token.line, token.column, words::SINGLE_QUOTES);
            }
            token.value = text(parts, quote);
        }
        token.end = self.position as u32;
        self.tokens.push(token);
        Ok(())
    }

    fn quoted_call(&mut self, quote: char) -> Result<(), Problem> {
        let mut token = self.token(Kind::Identifier, 1, Value::None);
        let start = self.position + 1;
        let parts = self.quoted(quote, "function name")?;
        let Some(name) = plain(&parts) else {
            let message = "interpolation is not allowed when calling function/macro. Found interpolation in a call starting with: ";
            return Err(Problem::syntax(
                Code::InterpolatedCall,
                token.line,
                token.column,
                message,
                quote,
            ));
        };
        if self.needs_no_quotes(start) {
            self.warn(
                Code::QuotedCall,
                token.line,
                token.column,
                words::quoted_call(name),
            );
        }
        self.check_existing(name)?;
        token.kind = call_kind(self.rest());
        token.value = Value::Quoted(Symbol::new(name), quote);
        token.end = self.position as u32;
        self.tokens.push(token);
        Ok(())
    }

    /// True if the text that has just been read between quotes is a name that needs none.
    fn needs_no_quotes(&self, start: usize) -> bool {
        let written = &self.text[start..self.position - 1];
        classify(written) == NameKind::Identifier && written.is_ascii()
    }

    /// Reads the text between quotes, escapes resolved.
    fn quoted(&mut self, quote: char, what: &str) -> Result<Vec<Part>, Problem> {
        let (line, column) = (self.line, self.column);
        let closing = Closing {
            text: if quote == '"' { "\"" } else { "'" },
            heredoc: false,
            interpolate: true,
            uppercase_sigil: false,
        };
        self.advance(1);
        let Some(raw) = self.read_text(closing)? else {
            return Err(self.unclosed(what, (line, column), closing.text, closing.text));
        };
        self.resolve(raw.parts)
    }

    /// Resolves the escapes of all pieces of text.
    pub(super) fn resolve(&mut self, parts: Vec<RawPart>) -> Result<Vec<Part>, Problem> {
        let mut resolved = Vec::with_capacity(parts.len());
        for part in parts {
            resolved.push(match part {
                RawPart::Code(code) => Part::Code(code),
                RawPart::Text(raw) if !self.options.unescape => Part::Bytes(raw.text.into_bytes()),
                RawPart::Text(raw) => match unescape(&raw.text) {
                    Ok(unescaped) => {
                        for text in unescaped.deprecated {
                            // Elixir does not say where.
                            self.warn(Code::DeprecatedEscape, 0, 0, text);
                        }
                        Part::Bytes(unescaped.bytes)
                    }
                    Err(bad) => {
                        let (line, column) = (raw.line, raw.column);
                        return Err(Problem::syntax(
                            Code::BadEscape,
                            line,
                            column,
                            bad.message,
                            bad.escape,
                        ));
                    }
                },
            });
        }
        Ok(resolved)
    }

    /// Reads an atom from its colon on.
    pub(super) fn atom(&mut self) -> Result<(), Problem> {
        let rest = &self.rest()[1..];
        if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
            return self.quoted_atom(quote);
        }
        if begins_name(rest) {
            let length = name_length(rest);
            self.check_existing(&rest[..length])?;
            self.push(
                Kind::Atom,
                1 + length,
                Value::Symbol(name_symbol(&rest[..length])),
            );
            return Ok(());
        }
        match operator_atom(rest) {
            0 => Err(self.unexpected_character(':')),
            length => {
                self.push(
                    Kind::Atom,
                    1 + length,
                    Value::Symbol(Symbol::new(&rest[..length])),
                );
                Ok(())
            }
        }
    }

    fn quoted_atom(&mut self, quote: char) -> Result<(), Problem> {
        let mut token = self.token(Kind::AtomUnsafe, 1, Value::None);
        self.advance(1);
        let start = self.position + 1;
        let parts = self.quoted(quote, "atom")?;
        token.value = match plain(&parts) {
            Some(name) => {
                if self.needs_no_quotes(start) {
                    self.warn(
                        Code::QuotedAtom,
                        token.line,
                        token.column,
                        words::quoted_atom(name),
                    );
                }
                self.check_existing(name)?;
                token.kind = Kind::AtomQuoted;
                Value::Quoted(Symbol::new(name), quote)
            }
            None => text(parts, quote),
        };
        token.end = self.position as u32;
        self.tokens.push(token);
        Ok(())
    }
}

/// The length of an operator or container that is an atom after a colon.
fn operator_atom(text: &str) -> usize {
    for special in ["..//", "<<>>", "%{}", "{}", "...", "..", ".", "%"] {
        if text.starts_with(special) {
            return special.len();
        }
    }
    match raw::next(text) {
        Some((Ok(Raw::Operator(Kind::AssocOp)), _)) => 1,
        Some((Ok(Raw::Operator(Kind::TernaryOp)), _)) => 1,
        Some((Ok(Raw::Operator(_)), length)) => length,
        Some((Ok(Raw::OpenBits | Raw::CloseBits), _)) => 1,
        _ => 0,
    }
}

/// The text of parts without code.
fn plain(parts: &[Part]) -> Option<&str> {
    match parts {
        [Part::Bytes(bytes)] => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

fn text(parts: Vec<Part>, quote: char) -> Value {
    let delimiter = if quote == '"' { "\"" } else { "'" };
    Value::Text(Box::new(Text {
        parts,
        delimiter,
        indentation: None,
        name: None,
        modifiers: String::new(),
    }))
}
