//! Numbers and `?c` characters.

use crate::diagnostics::Code;
use num_bigint::BigInt;

use crate::quoted::Quoted;

use super::problem::Problem;
use super::token::{Kind, Value};
use super::unescape::simple_escape;
use super::{Lexer, words};

impl Lexer<'_> {
    pub(super) fn number(&mut self) -> Result<(), Problem> {
        let text = self.rest();
        if let Some((radix, length)) = prefixed(text) {
            let value = integer(&text[2..length], radix);
            self.push(Kind::Int, length, Value::Node(value));
            return Ok(());
        }
        let whole = digits(text, 10);
        let (kind, length) = match fraction(&text[whole..]) {
            Some(part) => (Kind::Flt, whole + part),
            None => (Kind::Int, whole),
        };
        let written = &text[..length];
        if let Some(c @ ('a'..='z' | 'A'..='Z' | '_')) = self.peek(length) {
            let message = words::number_followed_by(c, written);
            return Err(Problem::syntax(
                Code::NumberFollowed,
                self.line,
                self.column,
                message,
                c,
            ));
        }
        let value = if kind == Kind::Flt {
            let plain: String = written.chars().filter(|c| *c != '_').collect();
            match plain.parse::<f64>() {
                Ok(number) if number.is_finite() => Quoted::Float(number),
                _ => {
                    return Err(Problem::syntax(
                        Code::FloatInvalid,
                        self.line,
                        self.column,
                        "invalid float number ",
                        written,
                    ));
                }
            }
        } else {
            integer(written, 10)
        };
        self.push(kind, length, Value::Node(value));
        Ok(())
    }

    pub(super) fn character(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let mut chars = rest[1..].chars();
        let (shown, code, length) = match (chars.next(), chars.next()) {
            (Some('\\'), Some(escaped)) => {
                let code = simple_escape(escaped);
                if code == escaped
                    && !matches!(escaped, '\\' | '"' | '\'' | '#')
                    && escaped.is_ascii_alphabetic()
                {
                    self.warn_here(
                        Code::UnknownCharEscape,
                        format!("unknown escape sequence ?\\{escaped}, use ?{escaped} instead"),
                    );
                }
                (
                    "?\\",
                    if code == escaped { escaped } else { code },
                    2 + escaped.len_utf8(),
                )
            }
            (Some(c), _) => ("?", c, 1 + c.len_utf8()),
            (None, _) => return Err(self.unexpected_character('?')),
        };
        let literal = if shown == "?" {
            Some(code)
        } else {
            rest[2..].chars().next()
        };
        if let Some((name, escape)) = literal.and_then(spelled_escape) {
            self.warn_here(
                Code::CharSpelledOut,
                format!(
                    "found {shown} followed by code point 0x{:X} ({name}), please use ?{escape} instead",
                    literal.map_or(0, u32::from)
                ),
            );
        }
        let value = Value::Node(Quoted::Int(i64::from(u32::from(code))));
        let token = self.token(Kind::Char, length, value);
        self.tokens.push(token);
        let (line, column) = (self.line, self.column);
        self.advance_lines(length);
        // A line break taken as a character does not start a line for Elixir.
        self.line = line;
        self.column = column + super::columns(&rest[..length]);
        Ok(())
    }

    fn warn_here(&mut self, code: Code, text: String) {
        self.warn(code, self.line, self.column, text);
    }
}

/// Characters that are better written as an escape.
fn spelled_escape(c: char) -> Option<(&'static str, &'static str)> {
    Some(match c {
        '\0' => ("null", "\\0"),
        '\u{7}' => ("alert", "\\a"),
        '\u{8}' => ("backspace", "\\b"),
        '\t' => ("tab", "\\t"),
        '\n' => ("newline", "\\n"),
        '\u{b}' => ("vertical tab", "\\v"),
        '\u{c}' => ("form feed", "\\f"),
        '\r' => ("carriage return", "\\r"),
        '\u{1b}' => ("escape", "\\e"),
        ' ' => ("space", "\\s"),
        '\u{7f}' => ("delete", "\\d"),
        _ => return None,
    })
}

/// `0x1F`: the radix and the length of the whole.
fn prefixed(text: &str) -> Option<(u32, usize)> {
    let radix = match text.get(..2)? {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => return None,
    };
    match digits(&text[2..], radix) {
        0 => None,
        length => Some((radix, 2 + length)),
    }
}

/// The length of a run of digits, single underscores between them.
fn digits(text: &str, radix: u32) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| char::from(*byte).is_digit(radix))
    };
    let mut length = 0;
    while is_digit(length) || (length > 0 && bytes.get(length) == Some(&b'_') && is_digit(length + 1)) {
        length += 1;
    }
    length
}

/// The length of `.5e-3`.
fn fraction(text: &str) -> Option<usize> {
    let part = match digits(text.strip_prefix('.')?, 10) {
        0 => return None,
        length => 1 + length,
    };
    let exponent = &text[part..];
    let Some(after) = exponent.strip_prefix(['e', 'E']) else {
        return Some(part);
    };
    let unsigned = after.strip_prefix(['+', '-']).unwrap_or(after);
    match digits(unsigned, 10) {
        0 => Some(part),
        length => Some(part + (exponent.len() - unsigned.len()) + length),
    }
}

fn integer(written: &str, radix: u32) -> Quoted {
    let plain: String = written.chars().filter(|c| *c != '_').collect();
    match i64::from_str_radix(&plain, radix) {
        Ok(number) => Quoted::Int(number),
        Err(_) => Quoted::integer(BigInt::parse_bytes(plain.as_bytes(), radix).unwrap_or_default()),
    }
}
