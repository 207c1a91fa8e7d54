//! What stops the lexer or the parser: position and words, before a diagnostic is made of it.

use crate::diagnostics::{Code, ErrorText, Kind};
use crate::quoted::Symbol;

#[derive(Clone, Debug)]
pub struct Problem {
    pub code: Code,
    pub kind: Kind,
    pub line: u32,
    pub column: u32,
    pub end: Option<(u32, u32)>,
    pub text: ErrorText,
    pub token: String,
    /// What the exception says, where that is more than the words around the token.
    #[allow(clippy::box_collection)] // one word, as errors are returned everywhere
    pub description: Option<Box<String>>,
}

impl Problem {
    /// A syntax error `text` + `token`.
    pub fn syntax(
        code: Code,
        line: u32,
        column: u32,
        text: impl Into<String>,
        token: impl Into<String>,
    ) -> Problem {
        Problem {
            code,
            kind: Kind::Syntax,
            line,
            column,
            end: None,
            text: ErrorText::Plain(text.into()),
            token: token.into(),
            description: None,
        }
    }

    /// A syntax error with words on both sides of the token.
    pub fn around(
        code: Code,
        line: u32,
        column: u32,
        before: &str,
        after: &str,
        token: impl Into<String>,
    ) -> Problem {
        let text = ErrorText::Around(before.to_owned(), after.to_owned());
        Problem {
            text,
            ..Problem::syntax(code, line, column, "", token)
        }
    }

    /// A terminator that never came.
    pub fn missing(
        code: Code,
        opening: (&str, u32, u32),
        expected: &str,
        end: (u32, u32),
        text: String,
    ) -> Problem {
        let (opening, line, column) = opening;
        let kind = Kind::TokenMissing {
            opening: Some(Symbol::new(opening)),
            expected: Some(Symbol::new(expected)),
        };
        Problem {
            kind,
            end: Some(end),
            ..Problem::syntax(code, line, column, text, "")
        }
    }
}
