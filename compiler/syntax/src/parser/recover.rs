//! What an unexpected token means, in Elixir's words.

use crate::diagnostics::Code;
use lalrpop_util::ParseError;

use crate::diagnostics::{ErrorText, Kind as DiagnosticKind};
use crate::lexer::problem::Problem;
use crate::lexer::token::{Kind, Part, Token, Value};
use crate::lexer::{tokenize, words};
use crate::quoted::Quoted;
use crate::quoted::names::escape;

use super::build::Builder;
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
        ..Problem::syntax(Code::Incomplete, line, column, BEFORE, "")
    }
}

const BEFORE: &str = "syntax error before: ";

fn unexpected(builder: &Builder<'_>, token: &Token) -> Problem {
    let (line, column) = (token.line, token.column);
    if token.kind == Kind::Eol {
        let text = "unexpectedly reached end of line. The current expression is invalid or incomplete";
        return Problem::syntax(Code::UnexpectedEndOfLine, line, column, text, "");
    }
    if matches!(token.kind, Kind::KwIdentifier | Kind::KwIdentifierUnsafe) && follows_operand(builder, token)
    {
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
        let key = match &token.value {
            Value::Text(_) => text_of(builder, token),
            _ => erlang_atom(&format!("{}:", token.symbol())),
        };
        return Problem::syntax(Code::UnexpectedToken, line, column, BEFORE, key);
    }
    let text = text_of(builder, token);
    let word = text.trim_matches('\'');
    if RESERVED.contains(&word) && !matches!(token.kind, Kind::Identifier | Kind::Atom) {
        let after = format!(
            ". \"{word}\" is a reserved word in Elixir and therefore its usage is limited. For instance, it can't be \
             used as a variable or be defined nor invoked as a regular function"
        );
        let error = ErrorText::Around(BEFORE.to_owned(), after);
        return Problem {
            text: error,
            ..Problem::syntax(Code::ReservedWord, line, column, "", word)
        };
    }
    Problem::syntax(Code::UnexpectedToken, line, column, BEFORE, text)
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
    before(&tokens.tokens, token).is_some_and(|found| found.kind != Kind::End && found.kind.ends_operand())
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

/// The token as Elixir's parser shows it.
fn text_of(builder: &Builder<'_>, token: &Token) -> String {
    let source = builder
        .text
        .get(token.start as usize..token.end as usize)
        .unwrap_or("");
    match (&token.value, token.kind) {
        (Value::Node(Quoted::Int(code)), Kind::Char) => {
            format!(
                "?{}",
                u32::try_from(*code).ok().and_then(char::from_u32).unwrap_or('?')
            )
        }
        (Value::Node(_), _) => format!("\"{source}\""),
        (Value::Text(text), kind) => {
            let first = match text.parts.first() {
                Some(Part::Bytes(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
                _ => None,
            };
            match (kind, first, text.name) {
                (Kind::Sigil, first, Some(name)) => format!(
                    "sigil ~{} starting with content '{}'",
                    name.as_str().trim_start_matches("sigil_"),
                    first.unwrap_or_default()
                ),
                (Kind::BinHeredoc | Kind::ListHeredoc, first, _) => format!(
                    "{{{},{{{},{},nil}},{},[<<\"{}\">>]}}",
                    kind.name(),
                    token.line,
                    token.column,
                    text.indentation.unwrap_or(0),
                    escape(&first.unwrap_or_default(), '"')
                ),
                (_, Some(first), _) => format!("\"{first}\""),
                (_, None, _) => "\"".to_owned(),
            }
        }
        (_, Kind::Do) => "do".to_owned(),
        _ => erlang_atom(token.symbol().as_str()),
    }
}

/// An atom as Erlang writes it.
fn erlang_atom(text: &str) -> String {
    const ERLANG_RESERVED: &[&str] = &[
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch",
        "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive",
        "rem", "try", "when", "xor",
    ];
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, 'ß'..='ö' | 'ø'..='ÿ'))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ'));
    if plain && !ERLANG_RESERVED.contains(&text) {
        text.to_owned()
    } else {
        format!("'{}'", escape(text, '\''))
    }
}
