//! Text between delimiters: where it ends, and the code in `#{…}`.

use crate::diagnostics::Code;
use crate::quoted::deeper;

use super::problem::Problem;
use super::token::Interpolation;
use super::{Lexer, MAX_DEPTH, Stop, graphemes, is_bidi};

/// A piece of text as written, escapes unresolved.
pub enum RawPart {
    Text(RawText),
    Code(Box<Interpolation>),
}

pub struct RawText {
    pub text: String,
    pub line: u32,
    pub column: u32,
}

/// What ends a text.
#[derive(Clone, Copy)]
pub struct Closing {
    pub text: &'static str,
    /// Only at the start of a line.
    pub heredoc: bool,
    pub interpolate: bool,
    /// `~S(…)`: only the closing itself may be escaped, and should not.
    pub uppercase_sigil: bool,
}

pub struct RawParts {
    pub parts: Vec<RawPart>,
    /// Columns before the closing of a heredoc.
    pub indentation: u32,
}

impl Lexer<'_> {
    /// Reads up to and past the closing; `None` if the text ends first.
    pub(super) fn read_text(&mut self, closing: Closing) -> Result<Option<RawParts>, Problem> {
        let mut parts = Vec::new();
        let mut current = RawText {
            text: String::new(),
            line: self.line,
            column: self.column,
        };
        let mut line_start = closing.heredoc;
        loop {
            if line_start {
                line_start = false;
                let rest = self.rest();
                let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                if rest[blank..].starts_with(closing.text) {
                    self.advance(blank + closing.text.len());
                    parts.push(RawPart::Text(current));
                    return Ok(Some(RawParts {
                        parts,
                        indentation: blank as u32,
                    }));
                }
            }
            let rest = self.rest();
            if !closing.heredoc && rest.starts_with(closing.text) {
                self.advance(closing.text.len());
                if !current.text.is_empty() || parts.is_empty() {
                    parts.push(RawPart::Text(current));
                }
                return Ok(Some(RawParts {
                    parts,
                    indentation: 0,
                }));
            }
            let Some(c) = rest.chars().next() else {
                return Ok(None);
            };
            match c {
                '\\' => line_start = self.escape(closing, &mut current.text),
                '#' if closing.interpolate && rest.starts_with("#{") => {
                    if !current.text.is_empty() || (parts.is_empty() && closing.heredoc) {
                        parts.push(RawPart::Text(current));
                    }
                    let Some(code) = self.interpolation()? else {
                        return Ok(None);
                    };
                    parts.push(RawPart::Code(Box::new(code)));
                    current = RawText {
                        text: String::new(),
                        line: self.line,
                        column: self.column,
                    };
                }
                '\n' => {
                    current.text.push('\n');
                    self.next_line(1);
                    line_start = closing.heredoc;
                }
                c if is_bidi(c) => {
                    let token = format!("\\u{:04X}", c as u32);
                    let after = format!(
                        ". If you want to use such character, use it in its escaped {token} form instead"
                    );
                    let before = "invalid bidirectional formatting character in string: ";
                    return Err(Problem::around(
                        Code::BidiInString,
                        self.line,
                        self.column,
                        before,
                        &after,
                        token,
                    ));
                }
                _ => {
                    let first = closing.text.as_bytes()[0];
                    let plain = rest
                        .bytes()
                        .enumerate()
                        .take_while(|(at, b)| {
                            let special = *b == first || matches!(b, b'\\' | b'#' | b'\n');
                            let bidi = *b == 0xe2 && rest[*at..].starts_with(is_bidi);
                            *at == 0 || !(special || bidi)
                        })
                        .count();
                    current.text.push_str(&rest[..plain]);
                    self.position += plain;
                    self.column += graphemes(&rest[..plain]);
                }
            }
        }
    }

    /// Takes a backslash and what it escapes; true if that was a line break of a heredoc.
    fn escape(&mut self, closing: Closing, out: &mut String) -> bool {
        let after = &self.rest()[1..];
        if after.starts_with(closing.text) {
            if closing.uppercase_sigil && !closing.heredoc {
                let text = format!(
                    "using \\{} to escape the closing of an uppercase sigil is deprecated, please use another \
                     delimiter or a lowercase sigil instead",
                    closing.text
                );
                self.warn(Code::EscapedSigilDelimiter, self.line, self.column, text);
            }
            out.push_str(closing.text);
            self.advance(1 + closing.text.len());
            return false;
        }
        out.push('\\');
        let length = match after.chars().next() {
            Some('\r') if after.starts_with("\r\n") => 2,
            Some(c) => c.len_utf8(),
            None => 0,
        };
        out.push_str(&after[..length]);
        let breaks = after[..length].ends_with('\n');
        if breaks {
            self.next_line(1 + length);
        } else {
            self.advance(1 + length);
        }
        breaks && closing.heredoc
    }

    /// Reads `#{…}`; `None` if the text ends first.
    fn interpolation(&mut self) -> Result<Option<Interpolation>, Problem> {
        let (line, column) = (self.line, self.column);
        if self.depth >= MAX_DEPTH {
            return Err(Problem::syntax(
                Code::TooDeep,
                line,
                column,
                "interpolations are nested too deep: ",
                "#{",
            ));
        }
        self.advance(2);
        let tokens = std::mem::take(&mut self.tokens);
        let terminators = std::mem::take(&mut self.terminators);
        self.depth += 1;
        let stop = deeper(|| self.run());
        self.depth -= 1;
        if let Stop::EndOfText = stop? {
            self.check_all_closed()?;
            self.open_interpolation = Some((line, column));
            return Ok(None);
        }
        let (end_line, end_column) = (self.line, self.column);
        self.advance(1);
        self.terminators = terminators;
        let tokens = std::mem::replace(&mut self.tokens, tokens);
        Ok(Some(Interpolation {
            line,
            column,
            end_line,
            end_column,
            tokens,
        }))
    }

    /// The problem of a text that never ends: `what` it is, where it starts, and its delimiters.
    pub(super) fn unclosed(&self, what: &str, start: (u32, u32), opening: &str, closing: &str) -> Problem {
        let (line, column) = start;
        let (code, text, end) = match self.open_interpolation {
            Some(end) => (
                Code::MissingInterpolationEnd,
                format!("missing interpolation terminator: \"}}\" (for {what} starting at line {line})"),
                end,
            ),
            None => {
                let text = format!("missing terminator: {closing} (for {what} starting at line {line})");
                (Code::MissingTextEnd, text, (self.line, self.column))
            }
        };
        Problem::missing(code, (opening, line, column), closing, end, text)
    }
}
