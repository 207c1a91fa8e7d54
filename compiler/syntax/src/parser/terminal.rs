//! Tokens as the grammar sees them: operators grouped by what may stand around them, line breaks folded.

use crate::lexer::token::{Kind, Token};

#[derive(Clone, Debug)]
pub enum Terminal {
    Identifier(Token),
    OpIdentifier(Token),
    ParenIdentifier(Token),
    BracketIdentifier(Token),
    DoIdentifier(Token),
    Key(Token),
    Alias(Token),
    Literal(Token),
    Int(Token),
    Section(Token),
    Fn(Token),
    Do(Token),
    End(Token),
    Infix(Token),
    Pipe(Token),
    When(Token),
    Assoc(Token),
    Stab(Token),
    At(Token),
    Prefix(Token),
    Capture(Token),
    Ellipsis(Token),
    NullaryRange(Token),
    CaptureInt(Token),
    DotCall(Token),
    Dot(Token),
    Comma(Token),
    Eol(Token),
    Semicolon(Token),
    OpenParen(Token),
    CloseParen(Token),
    OpenBracket(Token),
    CloseBracket(Token),
    OpenCurly(Token),
    CloseCurly(Token),
    OpenBits(Token),
    CloseBits(Token),
    Map(Token),
    Percent(Token),
}

impl Terminal {
    pub fn new(token: Token) -> Terminal {
        match token.kind {
            Kind::Identifier => Terminal::Identifier(token),
            Kind::OpIdentifier => Terminal::OpIdentifier(token),
            Kind::ParenIdentifier => Terminal::ParenIdentifier(token),
            Kind::BracketIdentifier => Terminal::BracketIdentifier(token),
            Kind::DoIdentifier => Terminal::DoIdentifier(token),
            Kind::KwIdentifier | Kind::KwIdentifierUnsafe | Kind::KwIdentifierSafe => Terminal::Key(token),
            Kind::Alias => Terminal::Alias(token),
            Kind::Atom
            | Kind::AtomQuoted
            | Kind::AtomUnsafe
            | Kind::AtomSafe
            | Kind::True
            | Kind::False
            | Kind::Nil
            | Kind::Flt
            | Kind::Char
            | Kind::BinString
            | Kind::ListString
            | Kind::BinHeredoc
            | Kind::ListHeredoc
            | Kind::Sigil => Terminal::Literal(token),
            Kind::Int => Terminal::Int(token),
            Kind::BlockIdentifier => Terminal::Section(token),
            Kind::Fn => Terminal::Fn(token),
            Kind::Do => Terminal::Do(token),
            Kind::End => Terminal::End(token),
            Kind::AndOp
            | Kind::ArrowOp
            | Kind::CompOp
            | Kind::ConcatOp
            | Kind::DualOp
            | Kind::InMatchOp
            | Kind::InOp
            | Kind::MatchOp
            | Kind::MultOp
            | Kind::OrOp
            | Kind::PowerOp
            | Kind::RangeOp
            | Kind::RelOp
            | Kind::TernaryOp
            | Kind::TypeOp
            | Kind::XorOp => Terminal::Infix(token),
            Kind::PipeOp => Terminal::Pipe(token),
            Kind::WhenOp => Terminal::When(token),
            Kind::AssocOp => Terminal::Assoc(token),
            Kind::StabOp => Terminal::Stab(token),
            Kind::AtOp => Terminal::At(token),
            Kind::UnaryOp | Kind::UnaryDualOp | Kind::UnaryTernaryOp => Terminal::Prefix(token),
            Kind::CaptureOp => Terminal::Capture(token),
            Kind::EllipsisOp => Terminal::Ellipsis(token),
            Kind::NullaryRangeOp => Terminal::NullaryRange(token),
            Kind::CaptureInt => Terminal::CaptureInt(token),
            Kind::DotCallOp => Terminal::DotCall(token),
            Kind::Dot => Terminal::Dot(token),
            Kind::Comma => Terminal::Comma(token),
            Kind::Eol => Terminal::Eol(token),
            Kind::Semicolon => Terminal::Semicolon(token),
            Kind::OpenParen => Terminal::OpenParen(token),
            Kind::CloseParen => Terminal::CloseParen(token),
            Kind::OpenBracket => Terminal::OpenBracket(token),
            Kind::CloseBracket => Terminal::CloseBracket(token),
            Kind::OpenCurly => Terminal::OpenCurly(token),
            Kind::CloseCurly => Terminal::CloseCurly(token),
            Kind::OpenBits => Terminal::OpenBits(token),
            Kind::CloseBits => Terminal::CloseBits(token),
            Kind::MapOp => Terminal::Map(token),
            Kind::Percent => Terminal::Percent(token),
        }
    }

    pub fn token(&self) -> &Token {
        match self {
            Terminal::Identifier(token)
            | Terminal::OpIdentifier(token)
            | Terminal::ParenIdentifier(token)
            | Terminal::BracketIdentifier(token)
            | Terminal::DoIdentifier(token)
            | Terminal::Key(token)
            | Terminal::Alias(token)
            | Terminal::Literal(token)
            | Terminal::Int(token)
            | Terminal::Section(token)
            | Terminal::Fn(token)
            | Terminal::Do(token)
            | Terminal::End(token)
            | Terminal::Infix(token)
            | Terminal::Pipe(token)
            | Terminal::When(token)
            | Terminal::Assoc(token)
            | Terminal::Stab(token)
            | Terminal::At(token)
            | Terminal::Prefix(token)
            | Terminal::Capture(token)
            | Terminal::Ellipsis(token)
            | Terminal::NullaryRange(token)
            | Terminal::CaptureInt(token)
            | Terminal::DotCall(token)
            | Terminal::Dot(token)
            | Terminal::Comma(token)
            | Terminal::Eol(token)
            | Terminal::Semicolon(token)
            | Terminal::OpenParen(token)
            | Terminal::CloseParen(token)
            | Terminal::OpenBracket(token)
            | Terminal::CloseBracket(token)
            | Terminal::OpenCurly(token)
            | Terminal::CloseCurly(token)
            | Terminal::OpenBits(token)
            | Terminal::CloseBits(token)
            | Terminal::Map(token)
            | Terminal::Percent(token) => token,
        }
    }
}

/// True if a line break after a token of this kind means nothing but more text.
fn goes_on(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AndOp
            | Kind::ArrowOp
            | Kind::AssocOp
            | Kind::AtOp
            | Kind::CaptureOp
            | Kind::CompOp
            | Kind::ConcatOp
            | Kind::DualOp
            | Kind::UnaryDualOp
            | Kind::InMatchOp
            | Kind::InOp
            | Kind::MatchOp
            | Kind::MultOp
            | Kind::OrOp
            | Kind::PipeOp
            | Kind::PowerOp
            | Kind::RangeOp
            | Kind::RelOp
            | Kind::StabOp
            | Kind::TernaryOp
            | Kind::UnaryTernaryOp
            | Kind::TypeOp
            | Kind::UnaryOp
            | Kind::WhenOp
            | Kind::XorOp
            | Kind::KwIdentifier
            | Kind::KwIdentifierSafe
            | Kind::KwIdentifierUnsafe
            | Kind::OpenParen
            | Kind::OpenBracket
            | Kind::OpenCurly
            | Kind::OpenBits
    )
}

/// Where a token begins: line and column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Place {
    pub line: u32,
    pub column: u32,
}

/// Gives the grammar its terminals.
pub struct Terminals<I: Iterator<Item = Token>> {
    tokens: std::iter::Peekable<I>,
}

impl<I: Iterator<Item = Token>> Terminals<I> {
    pub fn new(tokens: I) -> Terminals<I> {
        Terminals {
            tokens: tokens.peekable(),
        }
    }
}

impl<I: Iterator<Item = Token>> Iterator for Terminals<I> {
    type Item = Result<(Place, Terminal, Place), Box<crate::lexer::problem::Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut token = self.tokens.next()?;
        if goes_on(token.kind)
            && let Some(eol) = self.tokens.next_if(|next| next.kind == Kind::Eol)
        {
            token.newlines = eol.newlines;
        }
        let place = Place {
            line: token.line,
            column: token.column,
        };
        Some(Ok((place, Terminal::new(token), place)))
    }
}
