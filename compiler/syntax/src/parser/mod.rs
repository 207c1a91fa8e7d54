//! Tokens to quoted forms.
//!
//! Holds: the grammar (`grammar.lalrpop`), what its actions build (`build`), and what a parse error says (`recover`).
//! May import: `lexer`, `quoted`, `diagnostics`.

mod build;
mod eager;
mod erlang;
mod recover;
mod terminal;

#[allow(
    clippy::all,
    clippy::pedantic,
    unused_imports,
    unused_qualifications,
    dead_code
)]
mod grammar {
    lalrpop_util::lalrpop_mod!(generated, "/parser/grammar.rs");
    pub use generated::ProgramParser;
}

use lalrpop_util::ParseError;

use crate::lexer::problem::Problem;
use crate::lexer::token::Token;
use crate::lexer::tokenize;
use crate::quoted::Quoted;

pub use build::Builder;
use terminal::{Place, Terminal, Terminals};

/// What an action of the grammar gives that may fail.
pub type Fallible<T> = Result<T, ParseError<Place, Terminal, Box<Problem>>>;

/// Parses all tokens of a text or of an interpolation.
pub fn parse_tokens(builder: &mut Builder<'_>, tokens: Vec<Token>) -> Fallible<Quoted> {
    let outer = builder.last;
    if let Some(token) = tokens.last() {
        builder.last = (token.line, token.column);
    }
    let quoted = grammar::ProgramParser::new().parse(builder, Terminals::new(tokens.into_iter()))?;
    builder.last = outer;
    Ok(quoted)
}

/// What a parse error says. Adds the warnings that Elixir tells before it.
pub fn problem(builder: &mut Builder<'_>, error: ParseError<Place, Terminal, Box<Problem>>) -> Problem {
    if !matches!(error, ParseError::User { .. })
        && let Ok(tokens) = tokenize(builder.text, builder.options)
    {
        let (found, warnings) = eager::told(builder, &tokens.tokens, &error);
        for warning in warnings {
            if !builder.warnings.contains(&warning) {
                builder.warnings.push(warning);
            }
        }
        builder
            .warnings
            .retain(|warning| !eager::begins_clause(&tokens.tokens, warning));
        if let Some(problem) = found {
            return problem;
        }
    }
    recover::problem(builder, error)
}
