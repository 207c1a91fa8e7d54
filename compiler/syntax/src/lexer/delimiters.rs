//! The stack of open delimiters: `( [ { << do fn`.

use crate::diagnostics::Code;
use crate::diagnostics::{ErrorText, Kind as DiagnosticKind};
use crate::quoted::Symbol;

use super::problem::Problem;
use super::raw::Raw;
use super::token::{Kind, Value};
use super::{Lexer, MAX_NESTING};

#[derive(Clone, Copy, Debug)]
pub struct Terminator {
    pub opening: &'static str,
    pub line: u32,
    pub column: u32,
    pub indentation: u32,
}

/// A delimiter whose indentation says that its partner is missing: its text and line.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    text: &'static str,
    line: u32,
}

fn closing(opening: &str) -> &'static str {
    match opening {
        "(" => ")",
        "[" => "]",
        "{" => "}",
        "<<" => ">>",
        _ => "end",
    }
}

impl Lexer<'_> {
    pub(super) fn open(&mut self, raw: Raw, length: usize) -> Result<(), Problem> {
        if raw == Raw::OpenBits && self.last_kind() == Some(Kind::Dot) {
            self.operator_after_dot(length);
            return Ok(());
        }
        let (kind, text) = match raw {
            Raw::OpenParen => (Kind::OpenParen, "("),
            Raw::OpenBracket => (Kind::OpenBracket, "["),
            Raw::OpenCurly if self.bare_key("{}") => return Ok(()),
            Raw::OpenCurly => (Kind::OpenCurly, "{"),
            _ if self.bare_key("<<>>") => return Ok(()),
            _ => (Kind::OpenBits, "<<"),
        };
        if kind == Kind::OpenParen && self.last_kind() == Some(Kind::Alias) {
            let name = self.tokens.last().map_or("", |token| token.symbol().as_str());
            return Err(Problem::syntax(
                Code::CallOfAlias,
                self.line,
                self.column,
                super::words::call_of_alias(name),
                "(",
            ));
        }
        self.push_terminator(text)?;
        self.push(kind, length, Value::None);
        Ok(())
    }

    /// Reads `{}: ` or `<<>>: ` as a keyword key.
    fn bare_key(&mut self, name: &str) -> bool {
        let found = self.rest().starts_with(name) && self.key_ends(name.len());
        if found {
            self.push(Kind::KwIdentifier, name.len(), Value::Symbol(Symbol::new(name)));
            self.advance(1);
        }
        found
    }

    pub(super) fn push_terminator(&mut self, opening: &'static str) -> Result<(), Problem> {
        if self.terminators.len() >= MAX_NESTING {
            return Err(Problem::syntax(
                Code::TooDeep,
                self.line,
                self.column,
                "delimiters are nested too deep: ",
                opening,
            ));
        }
        let (line, column, indentation) = (self.line, self.column, self.indentation);
        self.terminators.push(Terminator {
            opening,
            line,
            column,
            indentation,
        });
        Ok(())
    }

    pub(super) fn close(&mut self, raw: Raw, length: usize) -> Result<(), Problem> {
        if raw == Raw::CloseBits && self.last_kind() == Some(Kind::Dot) {
            self.operator_after_dot(length);
            return Ok(());
        }
        let (kind, text) = match raw {
            Raw::CloseParen => (Kind::CloseParen, ")"),
            Raw::CloseBracket => (Kind::CloseBracket, "]"),
            Raw::CloseCurly => (Kind::CloseCurly, "}"),
            _ => (Kind::CloseBits, ">>"),
        };
        self.pop_terminator(text)?;
        let newlines = self.newlines_before();
        self.push(kind, length, Value::None);
        if let Some(token) = self.tokens.last_mut() {
            token.newlines = newlines;
        }
        Ok(())
    }

    pub(super) fn pop_terminator(&mut self, text: &'static str) -> Result<(), Problem> {
        let Some(terminator) = self.terminators.pop() else {
            if text != "end" {
                return Err(Problem::syntax(
                    Code::UnexpectedCloser,
                    self.line,
                    self.column,
                    "unexpected token: ",
                    text,
                ));
            }
            let hint = self.hints.iter().rev().find(|hint| hint.text == "end");
            let after = hint.map_or(String::new(), |hint| {
                format!(
                    "\nhint: the \"end\" on line {} may not have a matching \"do\" defined before it (based on indentation)",
                    hint.line
                )
            });
            return Err(Problem::around(
                Code::UnexpectedEnd,
                self.line,
                self.column,
                "unexpected reserved word: ",
                &after,
                "end",
            ));
        };
        let expected = closing(terminator.opening);
        if expected == text {
            if text == "end" {
                self.note_indentation(terminator);
            }
            return Ok(());
        }
        let kind = DiagnosticKind::MismatchedDelimiter {
            opening: Symbol::new(terminator.opening),
            closing: Symbol::new(text),
            expected: Symbol::new(expected),
        };
        let text_before = if text == "end" {
            "unexpected reserved word: "
        } else {
            "unexpected token: "
        };
        let error = ErrorText::Plain(text_before.to_owned());
        Err(Problem {
            description: None,
            kind,
            end: Some((self.line, self.column)),
            text: error,
            ..Problem::syntax(
                Code::MismatchedDelimiter,
                terminator.line,
                terminator.column,
                "",
                text,
            )
        })
    }

    /// Notes what the indentation at an `end` says about the delimiters around it.
    fn note_indentation(&mut self, closed: Terminator) {
        if closed.opening == "do" && self.indentation > closed.indentation {
            self.hints.push(Hint {
                text: "end",
                line: self.line,
            });
        }
        if let Some(outer) = self.terminators.last()
            && outer.indentation == closed.indentation
            && outer.opening == closed.opening
        {
            self.hints.push(Hint {
                text: outer.opening,
                line: outer.line,
            });
        }
    }

    pub(super) fn check_all_closed(&mut self) -> Result<(), Problem> {
        let Some(terminator) = self.terminators.last() else {
            return Ok(());
        };
        let expected = closing(terminator.opening);
        let mut text = format!("missing terminator: {expected}");
        let hint = self
            .hints
            .iter()
            .rev()
            .find(|hint| hint.text == terminator.opening);
        if let Some(hint) = hint {
            text.push_str(&format!(
                "\nhint: it looks like the \"{}\" on line {} does not have a matching \"{expected}\"",
                hint.text, hint.line
            ));
        }
        Err(Problem::missing(
            Code::MissingTerminator,
            (terminator.opening, terminator.line, terminator.column),
            expected,
            (self.line, self.column),
            text,
        ))
    }
}
