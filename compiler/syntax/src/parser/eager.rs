//! What Elixir's parser says before an unexpected token.
//!
//! Where a rule of the grammar is complete, Elixir's parser reduces whatever the next token is; ours looks at that first.
//! So when a token does not fit, Elixir may have told an error, or a warning, of the rule before it. To find that, the
//! tokens before are parsed again with each token that could have ended a rule there: what is told before that is taken
//! in was to be told anyway. This happens once, for a text that is wrong.

use lalrpop_util::ParseError;

use crate::diagnostics::{Code, Diagnostic, ErrorText};
use crate::lexer::problem::Problem;
use crate::lexer::token::{Kind, Part, Token, Value};
use crate::quoted::Symbol;

use super::build::{Builder, EMPTY_PARENS};
use super::terminal::{Place, Terminal, Terminals};
use super::{grammar, recover};

/// The error of a complete rule before the unexpected token, if there is one, and the warnings told before it.
pub fn told(
    builder: &Builder<'_>,
    tokens: &[Token],
    error: &ParseError<Place, Terminal, Box<Problem>>,
) -> (Option<Problem>, Vec<Diagnostic>) {
    let (expected, before) = match error {
        ParseError::UnrecognizedToken {
            token: (_, terminal, _),
            expected,
        } => {
            let unexpected = terminal.token();
            let at = |token: &Token| token.start == unexpected.start && token.kind == unexpected.kind;
            match list_that(tokens, &|list| list.iter().any(at)) {
                Some(list) => (expected, &list[..list.iter().position(at).unwrap_or(0)]),
                None => return (None, Vec::new()),
            }
        }
        ParseError::UnrecognizedEof { expected, .. } => {
            let last = |token: &Token| (token.line, token.column) == builder.last;
            match list_that(tokens, &|list| list.last().is_some_and(last)) {
                Some(list) => (expected, list),
                None => return (None, Vec::new()),
            }
        }
        _ => return (None, Vec::new()),
    };
    let mut most = Vec::new();
    for name in expected {
        let Some(next) = ender(name.trim_matches('"'), before.last()) else {
            continue;
        };
        let mut retry = Builder::new(builder.text, builder.options, Vec::new());
        if let Some(token) = before.last() {
            retry.last = (token.line, token.column);
        }
        let known = retry_with(&mut retry, before, next);
        if let Some(problem) = known.filter(settled) {
            return (Some(problem), retry.warnings);
        }
        if retry.warnings.len() > most.len() {
            most = retry.warnings;
        }
    }
    (None, most)
}

/// True for a warning about `()` that was to be the head of a clause, whose `->` did not come.
pub fn begins_clause(tokens: &[Token], warning: &Diagnostic) -> bool {
    if warning.description != EMPTY_PARENS {
        return false;
    }
    let here = |token: &Token| {
        token.kind == Kind::OpenParen && (token.line, token.column) == (warning.line, warning.column)
    };
    let Some(list) = list_that(tokens, &|list| list.iter().any(here)) else {
        return false;
    };
    let Some(at) = list.iter().position(here) else {
        return false;
    };
    let body = at >= 2 && list[at - 1].kind == Kind::Eol && list[at - 2].kind == Kind::StabOp;
    let starts = !body
        && at.checked_sub(1).is_some_and(|before| {
            matches!(
                list[before].kind,
                Kind::Eol | Kind::Semicolon | Kind::Do | Kind::Fn | Kind::OpenParen | Kind::BlockIdentifier
            )
        });
    starts
        && list
            .get(at + 2)
            .is_some_and(|after| matches!(after.kind, Kind::WhenOp | Kind::StabOp))
}

/// False for an error that Elixir's parser finds only where the next token fits.
fn settled(problem: &Problem) -> bool {
    !matches!(&problem.text, ErrorText::Plain(text) if text.starts_with("unexpected comma. "))
}

/// Parses the tokens and goes on until `next` is taken in; gives the error found before that.
fn retry_with(builder: &mut Builder<'_>, before: &[Token], next: Token) -> Option<Problem> {
    let over = Problem::syntax(Code::Incomplete, 0, 0, "", "");
    let place = Place {
        line: next.line,
        column: next.column,
    };
    let terminals = Terminals::new(before.iter().cloned())
        .chain([Ok((place, Terminal::new(next), place)), Err(Box::new(over))]);
    match grammar::ProgramParser::new().parse(builder, terminals) {
        Err(ParseError::User { error }) if error.line > 0 => Some(*error),
        // Within an interpolation, as `next` fits.
        Err(error @ (ParseError::UnrecognizedToken { .. } | ParseError::UnrecognizedEof { .. })) => {
            Some(recover::problem(builder, error))
        }
        _ => None,
    }
}

/// The list of tokens, or of tokens of an interpolation, that is as asked.
fn list_that<'t>(tokens: &'t [Token], asked: &dyn Fn(&[Token]) -> bool) -> Option<&'t [Token]> {
    if asked(tokens) {
        return Some(tokens);
    }
    tokens.iter().find_map(|token| match &token.value {
        Value::Text(text) => text.parts.iter().find_map(|part| match part {
            Part::Code(code) => list_that(&code.tokens, asked),
            Part::Bytes(_) => None,
        }),
        _ => None,
    })
}

/// What ends a rule: a token of the kind that the grammar calls so, after `before`.
fn ender(name: &str, before: Option<&Token>) -> Option<Token> {
    let (line, column) = before.map_or((1, 1), |token| (token.line, token.column));
    let end = before.map_or(0, |token| token.end);
    let (kind, text) = match name {
        "section" => (Kind::BlockIdentifier, "else"),
        "do" => (Kind::Do, "do"),
        "end" => (Kind::End, "end"),
        "infix" => (Kind::MatchOp, "="),
        "=>" => (Kind::AssocOp, "=>"),
        "->" => (Kind::StabOp, "->"),
        "," => (Kind::Comma, ","),
        "eol" => (Kind::Eol, "\n"),
        ";" => (Kind::Semicolon, ";"),
        ")" => (Kind::CloseParen, ")"),
        "]" => (Kind::CloseBracket, "]"),
        "}" => (Kind::CloseCurly, "}"),
        ">>" => (Kind::CloseBits, ">>"),
        _ => return None,
    };
    let value = Value::Symbol(Symbol::new(text));
    Some(Token {
        kind,
        line,
        column,
        newlines: 0,
        start: end,
        end,
        value,
    })
}
