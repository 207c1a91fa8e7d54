//! Heredocs: `"""` and `'''` texts, their indentation taken away.

use super::interpolation::{Closing, RawPart, RawParts, RawText};
use super::problem::Problem;
use super::token::{Kind, Text, Value};
use super::{Lexer, words};
use crate::diagnostics::Code;

impl Lexer<'_> {
    pub(super) fn heredoc(&mut self, delimiter: &'static str, kind: Kind) -> Result<(), Problem> {
        let mut token = self.token(kind, 3, Value::None);
        if kind == Kind::ListHeredoc {
            self.warn(
                Code::SingleQuotedHeredoc,
                self.line,
                self.column,
                words::SINGLE_HEREDOC,
            );
        }
        let closing = Closing {
            text: delimiter,
            heredoc: true,
            interpolate: true,
            uppercase_sigil: false,
        };
        let raw = self.heredoc_text(closing, (self.line, self.column))?;
        let indentation = Some(raw.indentation);
        let parts = self.resolve(raw.parts)?;
        token.value = Value::Text(Box::new(Text {
            parts,
            delimiter,
            indentation,
            name: None,
            modifiers: String::new(),
        }));
        token.end = self.position as u32;
        self.tokens.push(token);
        Ok(())
    }

    /// Reads a heredoc from its opening quotes on, and takes its indentation away.
    pub(super) fn heredoc_text(&mut self, closing: Closing, start: (u32, u32)) -> Result<RawParts, Problem> {
        let (line, column) = start;
        self.advance(3);
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let newline = match &rest[blank..] {
            text if text.starts_with('\n') => 1,
            text if text.starts_with("\r\n") => 2,
            _ => {
                return Err(Problem::syntax(
                    Code::HeredocStart,
                    self.line,
                    self.column,
                    words::HEREDOC_START,
                    closing.text,
                ));
            }
        };
        self.next_line(blank + newline);
        let Some(mut raw) = self.read_text(closing)? else {
            return Err(self.unclosed("heredoc", (line, column), closing.text, closing.text));
        };
        let (mut first, mut outdented) = (true, None);
        for part in &mut raw.parts {
            if let RawPart::Text(text) = part {
                let found = outdent(text, raw.indentation, first);
                outdented = outdented.or(found);
            }
            first = false;
        }
        if let Some(line) = outdented {
            self.warn(
                Code::HeredocOutdented,
                line,
                column,
                words::outdented_heredoc(closing.text),
            );
        }
        if raw.parts.len() > 1
            && let Some(RawPart::Text(last)) = raw.parts.last()
            && last.text.is_empty()
        {
            raw.parts.pop();
        }
        Ok(raw)
    }
}

/// Takes the indentation from each line of a piece of text; gives the first line that has too little.
fn outdent(raw: &mut RawText, indentation: u32, at_line_start: bool) -> Option<u32> {
    if indentation == 0 {
        return None;
    }
    let mut outdented = None;
    let mut out = String::with_capacity(raw.text.len());
    for (index, line) in raw.text.split_inclusive('\n').enumerate() {
        if index == 0 && !at_line_start {
            out.push_str(line);
            continue;
        }
        let blank = line
            .bytes()
            .take(indentation as usize)
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let rest = &line[blank..];
        if (blank as u32) < indentation && !rest.is_empty() && !matches!(rest, "\n" | "\r\n") {
            outdented.get_or_insert(raw.line + index as u32);
        }
        out.push_str(rest);
    }
    raw.text = out;
    raw.column = 1 + indentation;
    outdented
}
