//! What an unexpected token means, in Elixir's words.

use crate::diagnostics::Code;
use lalrpop_util::ParseError;

use crate::diagnostics::Kind as DiagnosticKind;
use crate::lexer::problem::Problem;
use crate::lexer::token::{Kind, Part, Token, Value};
use crate::lexer::{tokenize, words};
use crate::quoted::Quoted;

use super::build::Builder;
use super::erlang::{self, atom as erlang_atom};
use super::terminal::{Place, Terminal};

pub fn problem(builder: &Builder<'_>, error: ParseError<Place, Terminal, Box<Problem>>) -> Problem {
    match error {
        ParseError::User { error } => *error,
        ParseError::UnrecognizedToken {
            token: (_, terminal, _),
            ..
        }
        | ParseError::ExtraToken {
            token: (_, terminal, _),
        } => unexpected(builder, terminal.token()),
        ParseError::UnrecognizedEof { .. } | ParseError::InvalidToken { .. } => incomplete(builder),
    }
}

/// The text ended too early, which Elixir reports at its last token.
fn incomplete(builder: &Builder<'_>) -> Problem {
    let (line, column) = builder.last;
    Problem {
        kind: DiagnosticKind::TokenMissing {
            opening: None,
            expected: None,
        },
        description: Some(Box::new("syntax error: expression is incomplete".to_owned())),
        ..Problem::syntax(Code::Incomplete, line, column, BEFORE, "")
    }
}

const BEFORE: &str = "syntax error before: ";

/// The token is given as Erlang writes the term that Elixir's parser has for it; the description says it for people.
fn unexpected(builder: &Builder<'_>, token: &Token) -> Problem {
    let (line, column) = (token.line, token.column);
    let key = matches!(
        token.kind,
        Kind::KwIdentifier | Kind::KwIdentifierUnsafe | Kind::KwIdentifierSafe
    );
    if key && !matches!(token.value, Value::Text(_)) && follows_operand(builder, token) {
        if token.symbol().as_str() == "do" {
            return Problem::around(
                Code::KeywordDo,
                line,
                column,
                "unexpected keyword: ",
                words::DO_AFTER_COMMA,
                "do:",
            );
        }
        return Problem::syntax(
            Code::UnexpectedToken,
            line,
            column,
            BEFORE,
            erlang_atom(&format!("{}:", token.symbol())),
        );
    }
    let code = match &token.value {
        _ if token.kind == Kind::Eol => Code::UnexpectedEndOfLine,
        Value::Symbol(word) | Value::Quoted(word, _) if RESERVED.contains(&word.as_str()) => {
            Code::ReservedWord
        }
        _ => Code::UnexpectedToken,
    };
    Problem {
        description: description(token).map(Box::new),
        ..Problem::syntax(code, line, column, BEFORE, erlang::token(builder.text, token))
    }
}

/// What is said of tokens that Erlang's text of them does not show well.
fn description(token: &Token) -> Option<String> {
    if token.kind == Kind::Eol {
        return Some(
            "unexpectedly reached end of line. The current expression is invalid or incomplete".to_owned(),
        );
    }
    let shown = match (&token.value, token.kind) {
        (Value::Node(Quoted::Int(code)), Kind::Char) => {
            format!(
                "?{}",
                &erlang::char(u32::try_from(*code).ok().and_then(char::from_u32).unwrap_or('?'))[1..]
            )
        }
        (Value::Text(text), Kind::Sigil) => format!(
            "sigil ~{} starting with content '{}'",
            text.name
                .map_or("", |name| name.as_str().trim_start_matches("sigil_")),
            first_bytes(&text.parts).unwrap_or_default()
        ),
        (Value::Text(_), Kind::BinHeredoc | Kind::ListHeredoc) => return None,
        (Value::Text(text), _) => match first_bytes(&text.parts) {
            Some(first) => format!("\"{first}\""),
            None => "\"".to_owned(),
        },
        (Value::Symbol(word) | Value::Quoted(word, _), _) if RESERVED.contains(&word.as_str()) => format!(
            "{word}. \"{word}\" is a reserved word in Elixir and therefore its usage is limited. For instance, it can't \
             be used as a variable or be defined nor invoked as a regular function"
        ),
        _ => return None,
    };
    Some(format!("{BEFORE}{shown}"))
}

/// The bytes that a text begins with, each as one character: so Elixir shows them.
fn first_bytes(parts: &[Part]) -> Option<String> {
    match parts.first() {
        Some(Part::Bytes(bytes)) => Some(bytes.iter().copied().map(char::from).collect()),
        _ => None,
    }
}

/// Words that Elixir says are reserved when one stands where it cannot.
const RESERVED: &[&str] = &[
    "true", "false", "nil", "and", "or", "not", "in", "when", "fn", "end", "after", "rescue", "catch",
];

/// True if an operand stands right before the token.
fn follows_operand(builder: &Builder<'_>, token: &Token) -> bool {
    let Ok(tokens) = tokenize(builder.text, builder.options) else {
        return false;
    };
    before(&tokens.tokens, token).is_some_and(|found| found.kind.ends_operand())
}

fn before<'t>(tokens: &'t [Token], wanted: &Token) -> Option<&'t Token> {
    for (index, token) in tokens.iter().enumerate() {
        if token.start == wanted.start && token.kind == wanted.kind {
            return index.checked_sub(1).and_then(|index| tokens.get(index));
        }
        if let Value::Text(text) = &token.value {
            for part in &text.parts {
                if let Part::Code(code) = part
                    && let Some(found) = before(&code.tokens, wanted)
                {
                    return Some(found);
                }
            }
        }
    }
    None
}
