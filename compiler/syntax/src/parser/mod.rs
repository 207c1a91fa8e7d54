//! Tokens to quoted forms.
//!
//! Holds: the grammar (`grammar.lalrpop`), what its actions build (`build`), and what a parse error says (`recover`).
//! May import: `lexer`, `quoted`, `diagnostics`.

mod build;
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

pub fn problem(builder: &Builder<'_>, error: ParseError<Place, Terminal, Box<Problem>>) -> Problem {
    recover::problem(builder, error)
}
