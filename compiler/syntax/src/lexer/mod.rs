//! Text to tokens: raw tokens from logos, classified by what stands around them.
//!
//! Holds: the lexer's state and main loop here; one concern a file beside it. May import: `quoted`, `diagnostics`.
//! Never: anything of the parser. The whole text is read before parsing starts, so its errors come first, as in Elixir.

mod delimiters;
mod dot;
mod heredoc;
mod identifier;
mod interpolation;
mod listing;
mod number;
mod operator;
pub mod problem;
mod quote;
mod raw;
mod sigil;
pub mod token;
mod unescape;
pub mod words;

use crate::diagnostics::Code;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use crate::diagnostics::{Diagnostic, ErrorText, Kind as DiagnosticKind, Severity};
use crate::quoted::{Meta, Symbol};
use crate::{Comment, ParseOptions};

use delimiters::Terminator;
pub use listing::list_tokens;
use problem::Problem;
use raw::Raw;
use token::{Kind, Token, Value};

/// The tokens of a text, with what was seen beside them.
pub struct Tokens {
    pub tokens: Vec<Token>,
    pub warnings: Vec<Diagnostic>,
    pub comments: Vec<Comment>,
}

pub struct Lexer<'t> {
    text: &'t str,
    options: &'t ParseOptions,
    position: usize,
    line: u32,
    column: u32,
    /// Of the current line, for hints about missing terminators.
    indentation: u32,
    tokens: Vec<Token>,
    terminators: Vec<Terminator>,
    /// Delimiters whose indentation looks wrong.
    hints: Vec<delimiters::Hint>,
    warnings: Vec<Diagnostic>,
    comments: Vec<Comment>,
    depth: u32,
    /// Set when a text ended inside an interpolation: where that began.
    open_interpolation: Option<(u32, u32)>,
}

/// Interpolations may nest this deep.
const MAX_DEPTH: u32 = 500;
/// Delimiters may nest this deep, so that dropping nested lists does not overflow the native stack.
const MAX_NESTING: usize = 3_000;

enum Stop {
    EndOfText,
    /// A `}` that nothing opened, inside an interpolation.
    EndOfInterpolation,
}

/// Reads a whole text.
pub fn tokenize(text: &str, options: &ParseOptions) -> Result<Tokens, Box<Problem>> {
    let mut lexer = Lexer {
        text,
        options,
        position: 0,
        line: options.line,
        column: options.column,
        indentation: 0,
        tokens: Vec::with_capacity(text.len() / 4),
        terminators: Vec::new(),
        hints: Vec::new(),
        warnings: Vec::new(),
        comments: Vec::new(),
        depth: 0,
        open_interpolation: None,
    };
    let result = lexer.run().and_then(|_| lexer.check_all_closed());
    match result {
        Ok(()) => Ok(Tokens {
            tokens: lexer.tokens,
            warnings: lexer.warnings,
            comments: lexer.comments,
        }),
        Err(problem) => Err(Box::new(problem)),
    }
}

impl<'t> Lexer<'t> {
    fn run(&mut self) -> Result<Stop, Problem> {
        loop {
            let rest = self.rest();
            let Some((raw, length)) = raw::next(rest) else {
                return Ok(Stop::EndOfText);
            };
            let Ok(raw) = raw else {
                self.other_character()?;
                continue;
            };
            match raw {
                Raw::Space => self.space(length),
                Raw::Newline => self.newline(length),
                Raw::Continuation if length == rest.len() => return Err(self.nothing_escaped()),
                Raw::Continuation => {
                    self.next_line(length);
                    self.space(0);
                }
                Raw::Comment => self.comment(length)?,
                Raw::Lower | Raw::Upper => self.identifier()?,
                Raw::Digit => self.number()?,
                Raw::Question => self.character()?,
                Raw::DoubleQuote => self.string('"', Kind::BinString)?,
                Raw::SingleQuote => self.string('\'', Kind::ListString)?,
                Raw::DoubleHeredoc if self.last_kind() == Some(Kind::Dot) => {
                    self.string('"', Kind::BinString)?
                }
                Raw::SingleHeredoc if self.last_kind() == Some(Kind::Dot) => {
                    self.string('\'', Kind::ListString)?
                }
                Raw::DoubleHeredoc => self.heredoc("\"\"\"", Kind::BinHeredoc)?,
                Raw::SingleHeredoc => self.heredoc("'''", Kind::ListHeredoc)?,
                Raw::Tilde => self.sigil()?,
                Raw::Colon => self.atom()?,
                Raw::Dot => self.dot()?,
                Raw::Comma => self.push(Kind::Comma, 1, Value::None),
                Raw::Semicolon => self.semicolon()?,
                Raw::Percent => self.percent()?,
                Raw::OpenParen | Raw::OpenBracket | Raw::OpenCurly | Raw::OpenBits => {
                    self.open(raw, length)?
                }
                Raw::CloseCurly if self.depth > 0 && self.terminators.is_empty() => {
                    return Ok(Stop::EndOfInterpolation);
                }
                Raw::CloseParen | Raw::CloseBracket | Raw::CloseCurly | Raw::CloseBits => {
                    self.close(raw, length)?;
                }
                Raw::Operator(kind) => self.operator(kind, length)?,
            }
        }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    /// The character that many bytes ahead.
    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.position + ahead..)?.chars().next()
    }

    /// Goes on by that many bytes of the same line.
    fn advance(&mut self, length: usize) {
        self.column += columns(&self.text[self.position..self.position + length]);
        self.position += length;
    }

    /// Goes past a line break that many bytes long.
    fn next_line(&mut self, length: usize) {
        self.position += length;
        self.line += 1;
        self.column = self.options.column;
    }

    /// Goes past text that may have line breaks.
    fn advance_lines(&mut self, length: usize) {
        let text = &self.text[self.position..self.position + length];
        match text.rfind('\n') {
            None => self.advance(length),
            Some(last) => {
                self.line += text.bytes().filter(|byte| *byte == b'\n').count() as u32;
                self.column = self.options.column + columns(&text[last + 1..]);
                self.position += length;
            }
        }
    }

    fn token(&self, kind: Kind, length: usize, value: Value) -> Token {
        Token {
            kind,
            line: self.line,
            column: self.column,
            newlines: 0,
            start: self.position as u32,
            end: (self.position + length) as u32,
            value,
        }
    }

    /// Adds a token of that many bytes here and goes past it.
    fn push(&mut self, kind: Kind, length: usize, value: Value) {
        let token = self.token(kind, length, value);
        self.tokens.push(token);
        self.advance(length);
    }

    /// As `push`, for a token that goes on with the line before: takes away a line break before it.
    fn push_continuing(&mut self, kind: Kind, length: usize, value: Value) {
        let mut token = self.token(kind, length, value);
        token.newlines = self.newlines_before();
        if token.newlines > 0 || self.last_kind() == Some(Kind::Eol) {
            self.tokens.pop();
        }
        self.tokens.push(token);
        self.advance(length);
    }

    fn last_kind(&self) -> Option<Kind> {
        self.tokens.last().map(|token| token.kind)
    }

    fn newlines_before(&self) -> u32 {
        match self.tokens.last() {
            Some(token) if token.kind == Kind::Eol => token.newlines,
            _ => 0,
        }
    }

    fn space(&mut self, length: usize) {
        self.advance(length);
        let mut ahead = self.rest().chars();
        let (Some(sign @ ('+' | '-')), Some(after)) = (ahead.next(), ahead.next()) else {
            return;
        };
        if matches!(after, ' ' | '\t' | '\r' | '\n' | '/' | '>') || after == sign {
            return;
        }
        if self.last_kind() == Some(Kind::Identifier) {
            if let Some(token) = self.tokens.last_mut() {
                token.kind = Kind::OpIdentifier;
            }
            self.push(
                Kind::UnaryDualOp,
                1,
                Value::Symbol(Symbol::new(sign.encode_utf8(&mut [0; 4]))),
            );
        }
    }

    fn newline(&mut self, length: usize) {
        match self.tokens.last_mut() {
            Some(token) if matches!(token.kind, Kind::Dot | Kind::DotCallOp) => {}
            Some(token) if matches!(token.kind, Kind::Eol | Kind::Comma | Kind::Semicolon) => {
                token.newlines += 1
            }
            _ => {
                let mut token = self.token(Kind::Eol, length, Value::None);
                token.newlines = 1;
                self.tokens.push(token);
            }
        }
        self.next_line(length);
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        self.indentation = self.rest().bytes().take_while(blank).count() as u32;
    }

    fn semicolon(&mut self) -> Result<(), Problem> {
        if self.last_kind() == Some(Kind::Semicolon) {
            return Err(self.unexpected_character(';'));
        }
        self.push(Kind::Semicolon, 1, Value::None);
        Ok(())
    }

    fn comment(&mut self, length: usize) -> Result<(), Problem> {
        let mut text = &self.rest()[..length];
        text = text.strip_suffix('\r').unwrap_or(text);
        if let Some(bad) = text.chars().find(|c| is_bidi(*c)) {
            let message = "invalid bidirectional formatting character in comment: ";
            return Err(Problem::syntax(
                Code::BidiInComment,
                self.line,
                self.column,
                message,
                format!("\\u{:04X}", bad as u32),
            ));
        }
        let previous = match self.tokens.last() {
            None => 1,
            Some(token) if matches!(token.kind, Kind::Eol | Kind::Comma | Kind::Semicolon) => token.newlines,
            Some(_) => 0,
        };
        if self.options.comments {
            let after = &self.text[self.position + text.len()..];
            self.comments.push(Comment {
                line: self.line,
                column: self.column,
                previous_eol_count: previous,
                next_eol_count: line_breaks(after),
                text: text.to_owned(),
            });
        }
        if let Some(token) = self.tokens.last_mut()
            && token.kind == Kind::Eol
        {
            token.newlines = 0;
        }
        // The column stays: what follows is the end of the line, which Elixir places at the comment.
        self.position += text.len();
        Ok(())
    }

    fn percent(&mut self) -> Result<(), Problem> {
        let rest = self.rest();
        if rest.starts_with("%{}:") && self.key_ends(3) {
            self.push(Kind::KwIdentifier, 3, Value::Symbol(Symbol::new("%{}")));
            self.position += 1;
            self.column += 1;
            return Ok(());
        }
        if rest.starts_with("%:") && self.key_ends(1) {
            self.push(Kind::KwIdentifier, 1, Value::Symbol(Symbol::new("%")));
            self.position += 1;
            self.column += 1;
            return Ok(());
        }
        match self.peek(1) {
            Some('{') => {
                // The opening brace stands at the column of the percent sign, as in Elixir.
                let token = self.token(Kind::MapOp, 1, Value::None);
                self.tokens.push(token);
                self.position += 1;
                self.open(Raw::OpenCurly, 1)?;
                self.column += 1;
                Ok(())
            }
            Some(c @ ('[' | '(')) => Err(Problem::syntax(
                Code::MapBracket,
                self.line,
                self.column,
                words::MAP_BRACKET,
                format!("%{c}"),
            )),
            _ => {
                let spaces = self.rest()[1..].len() - self.rest()[1..].trim_start_matches([' ', '\t']).len();
                if self.peek(1 + spaces) == Some('{') {
                    let column = self.column + 1 + spaces as u32;
                    return Err(Problem::syntax(
                        Code::SpaceInMap,
                        self.line,
                        column,
                        words::SPACE_IN_MAP,
                        "{",
                    ));
                }
                self.push(Kind::Percent, 1, Value::None);
                Ok(())
            }
        }
    }

    /// True if a colon stands that many bytes ahead and a space after it: what is before is a keyword key.
    fn key_ends(&self, ahead: usize) -> bool {
        let bytes = &self.text.as_bytes()[self.position + ahead..];
        bytes.first() == Some(&b':') && matches!(bytes.get(1), Some(b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn other_character(&mut self) -> Result<(), Problem> {
        match self.peek(0) {
            Some(c) if !c.is_ascii() => self.identifier(),
            Some('\\') if self.rest().len() == 1 => Err(self.nothing_escaped()),
            Some(c) => Err(self.unexpected_character(c)),
            None => Ok(()),
        }
    }

    /// A backslash at the end of the text.
    fn nothing_escaped(&self) -> Problem {
        let kind = DiagnosticKind::TokenMissing {
            opening: None,
            expected: None,
        };
        let problem = Problem::syntax(
            Code::EscapeAtEnd,
            self.line,
            self.column,
            "invalid escape \\ at end of file",
            "",
        );
        Problem { kind, ..problem }
    }

    fn unexpected_character(&self, c: char) -> Problem {
        let shown = match c {
            '\r' => "carriage return".to_owned(),
            '\0' => "null byte".to_owned(),
            c => format!("\"{c}\""),
        };
        let token = format!(
            "{shown} (column {}, code point {})",
            self.column,
            words::code_point(c)
        );
        Problem::syntax(
            Code::UnexpectedCharacter,
            self.line,
            self.column,
            "unexpected token: ",
            token,
        )
    }

    fn warn(&mut self, code: Code, line: u32, column: u32, text: impl Into<String>) {
        if !self.options.emit_warnings {
            return;
        }
        self.warnings
            .push(warning(code, &self.options.file, line, column, text.into()));
    }
}

/// A warning at a place.
pub fn warning(code: Code, file: &Arc<str>, line: u32, column: u32, description: String) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Warning,
        kind: DiagnosticKind::Syntax,
        file: file.clone(),
        line,
        column,
        end: None,
        description,
        snippet: None,
        meta: Meta::EMPTY,
        error: ErrorText::Plain(String::new()),
        token: String::new(),
        warnings: Vec::new(),
    }
}

/// Characters in a text without line breaks.
fn columns(text: &str) -> u32 {
    if text.is_ascii() {
        text.len() as u32
    } else {
        text.chars().count() as u32
    }
}

/// Characters as a reader counts them, in a text without line breaks: columns within strings.
pub fn graphemes(text: &str) -> u32 {
    if text.is_ascii() {
        text.len() as u32
    } else {
        text.graphemes(true).map(syllables).sum()
    }
}

/// Newer Unicode joins consonants by a virama to one grapheme; Elixir's tables count each.
fn syllables(grapheme: &str) -> u32 {
    let mut count = 1;
    let mut joined = false;
    for c in grapheme.chars() {
        match c {
            '\u{94d}' | '\u{9cd}' | '\u{acd}' | '\u{b4d}' | '\u{c4d}' | '\u{d4d}' => joined = true,
            c if joined && c.is_alphabetic() && ('\u{900}'..'\u{d80}').contains(&c) => {
                count += 1;
                joined = false;
            }
            _ => {}
        }
    }
    count
}

/// Line breaks at the start of a text, with only blanks between.
fn line_breaks(text: &str) -> u32 {
    let blank = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
    text[..blank].bytes().filter(|byte| *byte == b'\n').count() as u32
}

/// Characters that reorder text: never allowed unescaped.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
