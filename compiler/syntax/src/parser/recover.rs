//! What an unexpected token means, in Elixir's words.

use lalrpop_util::ParseError;

use crate::diagnostics::Kind as DiagnosticKind;
use crate::lexer::problem::Problem;
use crate::lexer::token::{Kind, Token, Value};

use super::build::Builder;
use super::terminal::Terminal;

pub fn problem(builder: &Builder<'_>, error: ParseError<usize, Terminal, Box<Problem>>) -> Problem {
    match error {
        ParseError::User { error } => *error,
        ParseError::UnrecognizedToken { token: (_, terminal, _), .. } | ParseError::ExtraToken { token: (_, terminal, _) } => {
            unexpected(builder, terminal.token())
        }
        ParseError::UnrecognizedEof { .. } | ParseError::InvalidToken { .. } => incomplete(builder),
    }
}

fn incomplete(builder: &Builder<'_>) -> Problem {
    let (line, column) = builder.end;
    Problem {
        kind: DiagnosticKind::TokenMissing { opening: None, expected: None },
        ..Problem::syntax(line, column, "syntax error: expression is incomplete", "")
    }
}

fn unexpected(builder: &Builder<'_>, token: &Token) -> Problem {
    let (line, column) = (token.line, token.column);
    let source = builder.text.get(token.start as usize..token.end as usize).unwrap_or("");
    let before = "syntax error before: ";
    match token.kind {
        Kind::End => Problem::around(line, column, "unexpected reserved word: ", "", "end"),
        Kind::Identifier
        | Kind::OpIdentifier
        | Kind::ParenIdentifier
        | Kind::BracketIdentifier
        | Kind::DoIdentifier
        | Kind::Alias => Problem::syntax(line, column, before, source),
        Kind::Int | Kind::Flt | Kind::Char => Problem::syntax(line, column, before, format!("\"{source}\"")),
        _ => match &token.value {
            Value::None | Value::Symbol(_) => Problem::syntax(line, column, before, format!("'{}'", token.symbol())),
            _ => Problem::syntax(line, column, before, source),
        },
    }
}
