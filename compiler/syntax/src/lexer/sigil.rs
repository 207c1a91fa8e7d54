//! Sigils: name, delimiters, modifiers.

use crate::diagnostics::Code;
use crate::quoted::Symbol;

use super::interpolation::{Closing, RawPart, RawParts};
use super::problem::Problem;
use super::token::{Kind, Part, Text, Value};
use super::{Lexer, words};

/// Opening and closing delimiters.
const DELIMITERS: &[(char, &str, &str)] = &[
    ('/', "/", "/"),
    ('|', "|", "|"),
    ('"', "\"", "\""),
    ('\'', "'", "'"),
    ('(', "(", ")"),
    ('[', "[", "]"),
    ('{', "{", "}"),
    ('<', "<", ">"),
];

impl Lexer<'_> {
    pub(super) fn sigil(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        let name_length = match rest[1..].chars().next() {
            Some(c) if c.is_ascii_lowercase() => 1,
            Some(c) if c.is_ascii_uppercase() => rest[1..]
                .bytes()
                .take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                .count(),
            _ => return Err(self.unexpected_character('~')),
        };
        let name = &rest[1..1 + name_length];
        let after = &rest[1 + name_length..];
        let Some(opening) = after.chars().next() else {
            // Elixir lets a sigil name at the end of a text pass without a word.
            self.advance(rest.len());
            return Ok(());
        };
        if opening.is_ascii_alphabetic() {
            return Err(Problem::syntax(
                Code::SigilName,
                self.line,
                self.column,
                words::SIGIL_NAME,
                rest,
            ));
        }
        let start = (self.line, self.column);
        let mut token = self.token(Kind::Sigil, 1, Value::None);
        let (mut parts, delimiter, indentation) = self.sigil_text(name, after, opening, start)?;
        if parts.is_empty() {
            parts.push(Part::Bytes(Vec::new()));
        }
        let modifiers = self.rest();
        let modifiers = &modifiers[..modifiers.bytes().take_while(u8::is_ascii_alphanumeric).count()];
        self.advance(modifiers.len());
        let name = Symbol::new(&format!("sigil_{name}"));
        token.value = Value::Text(Box::new(Text {
            parts,
            delimiter,
            indentation,
            name: Some(name),
            modifiers: modifiers.to_owned(),
        }));
        token.end = self.position as u32;
        self.tokens.push(token);
        Ok(())
    }

    fn sigil_text(
        &mut self,
        name: &str,
        after: &str,
        opening: char,
        start: (u32, u32),
    ) -> Result<(Vec<Part>, &'static str, Option<u32>), Problem> {
        let lowercase = name.starts_with(|c: char| c.is_ascii_lowercase());
        for delimiter in ["\"\"\"", "'''"] {
            if after.starts_with(delimiter) {
                let closing = Closing {
                    text: delimiter,
                    heredoc: true,
                    interpolate: lowercase,
                    uppercase_sigil: !lowercase,
                };
                self.advance(1 + name.len());
                let raw = self.heredoc_text(closing, (self.line, self.column))?;
                let indentation = Some(raw.indentation);
                return Ok((as_written(raw), delimiter, indentation));
            }
        }
        let Some((_, delimiter, text)) = DELIMITERS.iter().find(|(c, ..)| *c == opening) else {
            let column = self.column + 1 + name.len() as u32;
            let token = format!(
                "\"{opening}\" (column {column}, code point U+{:04X}). The available delimiters are: //, ||, \"\", '', (), [], {{}}, <>",
                opening as u32
            );
            return Err(Problem::syntax(
                Code::SigilDelimiter,
                self.line,
                self.column,
                words::SIGIL_DELIMITER,
                token,
            ));
        };
        self.advance(1 + name.len() + 1);
        let closing = Closing {
            text,
            heredoc: false,
            interpolate: lowercase,
            uppercase_sigil: !lowercase,
        };
        let Some(raw) = self.read_text(closing)? else {
            let start = (start.0, start.1 + 1 + name.len() as u32);
            return Err(self.unclosed(
                &format!("sigil ~{}{delimiter}", &name[..1]),
                start,
                delimiter,
                text,
            ));
        };
        Ok((as_written(raw), delimiter, None))
    }
}

/// Sigils get their text with escapes unresolved.
fn as_written(raw: RawParts) -> Vec<Part> {
    raw.parts
        .into_iter()
        .map(|part| match part {
            RawPart::Text(text) => Part::Bytes(text.text.into_bytes()),
            RawPart::Code(code) => Part::Code(code),
        })
        .collect()
}
