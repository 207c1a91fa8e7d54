//! The raw tokens: what can be told without looking around.

use logos::Logos;

use super::token::Kind;

#[derive(Logos, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Raw {
    #[regex(r"[ \t]+")]
    Space,
    #[token("\n")]
    #[token("\r\n")]
    Newline,
    #[token("\\\n")]
    #[token("\\\r\n")]
    Continuation,
    #[regex(r"#[^\n]*", allow_greedy = true)]
    Comment,
    #[regex(r"[a-z_][A-Za-z0-9_]*")]
    Lower,
    #[regex(r"[A-Z][A-Za-z0-9_]*")]
    Upper,
    #[regex(r"[0-9]")]
    Digit,
    #[token("?")]
    Question,
    #[token("\"")]
    DoubleQuote,
    #[token("'")]
    SingleQuote,
    #[token("\"\"\"")]
    DoubleHeredoc,
    #[token("'''")]
    SingleHeredoc,
    #[token("~")]
    Tilde,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token(",")]
    Comma,
    #[token(";")]
    Semicolon,
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token("[")]
    OpenBracket,
    #[token("]")]
    CloseBracket,
    #[token("{")]
    OpenCurly,
    #[token("}")]
    CloseCurly,
    #[token("<<")]
    OpenBits,
    #[token(">>")]
    CloseBits,
    #[token("%")]
    Percent,
    #[token("->", |_| Kind::StabOp)]
    #[token("=>", |_| Kind::AssocOp)]
    #[token("===", |_| Kind::CompOp)]
    #[token("!==", |_| Kind::CompOp)]
    #[token("==", |_| Kind::CompOp)]
    #[token("!=", |_| Kind::CompOp)]
    #[token("=~", |_| Kind::CompOp)]
    #[token("<=", |_| Kind::RelOp)]
    #[token(">=", |_| Kind::RelOp)]
    #[token("<", |_| Kind::RelOp)]
    #[token(">", |_| Kind::RelOp)]
    #[token("&&&", |_| Kind::AndOp)]
    #[token("&&", |_| Kind::AndOp)]
    #[token("|||", |_| Kind::OrOp)]
    #[token("||", |_| Kind::OrOp)]
    #[token("|", |_| Kind::PipeOp)]
    #[token("+++", |_| Kind::ConcatOp)]
    #[token("---", |_| Kind::ConcatOp)]
    #[token("++", |_| Kind::ConcatOp)]
    #[token("--", |_| Kind::ConcatOp)]
    #[token("<>", |_| Kind::ConcatOp)]
    #[token("^^^", |_| Kind::XorOp)]
    #[token("~~~", |_| Kind::UnaryOp)]
    #[token("!", |_| Kind::UnaryOp)]
    #[token("^", |_| Kind::UnaryOp)]
    #[token("<<<", |_| Kind::ArrowOp)]
    #[token(">>>", |_| Kind::ArrowOp)]
    #[token("~>>", |_| Kind::ArrowOp)]
    #[token("<<~", |_| Kind::ArrowOp)]
    #[token("<~>", |_| Kind::ArrowOp)]
    #[token("<|>", |_| Kind::ArrowOp)]
    #[token("|>", |_| Kind::ArrowOp)]
    #[token("<~", |_| Kind::ArrowOp)]
    #[token("~>", |_| Kind::ArrowOp)]
    #[token("<-", |_| Kind::InMatchOp)]
    #[token("\\\\", |_| Kind::InMatchOp)]
    #[token("::", |_| Kind::TypeOp)]
    #[token("**", |_| Kind::PowerOp)]
    #[token("*", |_| Kind::MultOp)]
    #[token("//", |_| Kind::TernaryOp)]
    #[token("/", |_| Kind::MultOp)]
    #[token("=", |_| Kind::MatchOp)]
    #[token("+", |_| Kind::DualOp)]
    #[token("-", |_| Kind::DualOp)]
    #[token("@", |_| Kind::AtOp)]
    #[token("&", |_| Kind::CaptureOp)]
    #[token("..", |_| Kind::RangeOp)]
    #[token("...", |_| Kind::EllipsisOp)]
    Operator(Kind),
}

/// The raw token at the start of a text, and its length in bytes; `None` at the end of the text.
pub fn next(text: &str) -> Option<(Result<Raw, ()>, usize)> {
    let mut lexer = Raw::lexer(text);
    let raw = lexer.next()?;
    Some((raw, lexer.span().end))
}
