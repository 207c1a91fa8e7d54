//! Tokens, as the grammar wants them.

use crate::quoted::{Quoted, Symbol};

/// What a token is. The names are those of Elixir's grammar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Identifier,
    /// Followed by a space and a sign that belongs to what follows: `foo -1`.
    OpIdentifier,
    /// Directly followed by `(`.
    ParenIdentifier,
    /// Directly followed by `[`.
    BracketIdentifier,
    /// Followed by `do` on the same line.
    DoIdentifier,
    KwIdentifier,
    KwIdentifierUnsafe,
    KwIdentifierSafe,
    Alias,
    Atom,
    AtomQuoted,
    AtomUnsafe,
    AtomSafe,
    BlockIdentifier,
    Fn,
    Do,
    End,
    True,
    False,
    Nil,
    Int,
    Flt,
    Char,
    BinString,
    ListString,
    BinHeredoc,
    ListHeredoc,
    Sigil,
    AndOp,
    ArrowOp,
    AssocOp,
    AtOp,
    CaptureInt,
    CaptureOp,
    CompOp,
    ConcatOp,
    DotCallOp,
    /// `+` and `-` between operands.
    DualOp,
    /// `+` and `-` before an operand.
    UnaryDualOp,
    EllipsisOp,
    InMatchOp,
    InOp,
    MatchOp,
    MultOp,
    OrOp,
    PipeOp,
    PowerOp,
    RangeOp,
    /// `..` where an operand stands.
    NullaryRangeOp,
    RelOp,
    StabOp,
    TernaryOp,
    /// `//` where an operand stands, as in `&//2`.
    UnaryTernaryOp,
    TypeOp,
    UnaryOp,
    WhenOp,
    XorOp,
    Eol,
    Semicolon,
    Comma,
    Dot,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenCurly,
    CloseCurly,
    OpenBits,
    CloseBits,
    /// `%` directly followed by `{`.
    MapOp,
    Percent,
}

impl Kind {
    /// The name in listings of tokens.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Identifier => "identifier",
            Kind::OpIdentifier => "op_identifier",
            Kind::ParenIdentifier => "paren_identifier",
            Kind::BracketIdentifier => "bracket_identifier",
            Kind::DoIdentifier => "do_identifier",
            Kind::KwIdentifier => "kw_identifier",
            Kind::KwIdentifierUnsafe => "kw_identifier_unsafe",
            Kind::KwIdentifierSafe => "kw_identifier_safe",
            Kind::Alias => "alias",
            Kind::Atom => "atom",
            Kind::AtomQuoted => "atom_quoted",
            Kind::AtomUnsafe => "atom_unsafe",
            Kind::AtomSafe => "atom_safe",
            Kind::BlockIdentifier => "block_identifier",
            Kind::Fn => "fn",
            Kind::Do => "do",
            Kind::End => "end",
            Kind::True => "true",
            Kind::False => "false",
            Kind::Nil => "nil",
            Kind::Int => "int",
            Kind::Flt => "flt",
            Kind::Char => "char",
            Kind::BinString => "bin_string",
            Kind::ListString => "list_string",
            Kind::BinHeredoc => "bin_heredoc",
            Kind::ListHeredoc => "list_heredoc",
            Kind::Sigil => "sigil",
            Kind::AndOp => "and_op",
            Kind::ArrowOp => "arrow_op",
            Kind::AssocOp => "assoc_op",
            Kind::AtOp => "at_op",
            Kind::CaptureInt => "capture_int",
            Kind::CaptureOp => "capture_op",
            Kind::CompOp => "comp_op",
            Kind::ConcatOp => "concat_op",
            Kind::DotCallOp => "dot_call_op",
            Kind::DualOp | Kind::UnaryDualOp => "dual_op",
            Kind::EllipsisOp => "ellipsis_op",
            Kind::InMatchOp => "in_match_op",
            Kind::InOp => "in_op",
            Kind::MatchOp => "match_op",
            Kind::MultOp => "mult_op",
            Kind::OrOp => "or_op",
            Kind::PipeOp => "pipe_op",
            Kind::PowerOp => "power_op",
            Kind::RangeOp | Kind::NullaryRangeOp => "range_op",
            Kind::RelOp => "rel_op",
            Kind::StabOp => "stab_op",
            Kind::TernaryOp | Kind::UnaryTernaryOp => "ternary_op",
            Kind::TypeOp => "type_op",
            Kind::UnaryOp => "unary_op",
            Kind::WhenOp => "when_op",
            Kind::XorOp => "xor_op",
            Kind::Eol => "eol",
            Kind::Semicolon => ";",
            Kind::Comma => ",",
            Kind::Dot => ".",
            Kind::OpenParen => "(",
            Kind::CloseParen => ")",
            Kind::OpenBracket => "[",
            Kind::CloseBracket => "]",
            Kind::OpenCurly => "{",
            Kind::CloseCurly => "}",
            Kind::OpenBits => "<<",
            Kind::CloseBits => ">>",
            Kind::MapOp => "%{}",
            Kind::Percent => "%",
        }
    }

    /// True if an operand may end here, so that `-` after it stands between operands.
    pub fn ends_operand(self) -> bool {
        matches!(
            self,
            Kind::Identifier
                | Kind::DoIdentifier
                | Kind::Alias
                | Kind::Atom
                | Kind::AtomQuoted
                | Kind::AtomUnsafe
                | Kind::AtomSafe
                | Kind::End
                | Kind::True
                | Kind::False
                | Kind::Nil
                | Kind::Int
                | Kind::Flt
                | Kind::Char
                | Kind::BinString
                | Kind::ListString
                | Kind::BinHeredoc
                | Kind::ListHeredoc
                | Kind::Sigil
                | Kind::NullaryRangeOp
                | Kind::CloseParen
                | Kind::CloseBracket
                | Kind::CloseCurly
                | Kind::CloseBits
        )
    }
}

#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub line: u32,
    pub column: u32,
    /// Line breaks: folded into an `eol`, `,` or `;`, or standing before an operator or closing delimiter.
    pub newlines: u32,
    /// The bytes of the text.
    pub start: u32,
    pub end: u32,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    None,
    Symbol(Symbol),
    /// A name written between quotes, and the quote.
    Quoted(Symbol, char),
    /// A number or character.
    Node(Quoted),
    Text(Box<Text>),
}

/// What stands between quotes.
#[derive(Clone, Debug)]
pub struct Text {
    pub parts: Vec<Part>,
    /// The opening delimiter.
    pub delimiter: &'static str,
    /// Of a heredoc.
    pub indentation: Option<u32>,
    /// Of a sigil: `sigil_s`, and the modifiers after it.
    pub name: Option<Symbol>,
    pub modifiers: String,
}

#[derive(Clone, Debug)]
pub enum Part {
    Bytes(Vec<u8>),
    Code(Box<Interpolation>),
}

/// `#{…}`
#[derive(Clone, Debug)]
pub struct Interpolation {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub tokens: Vec<Token>,
}

impl Token {
    /// The symbol that the token names; `__block__` never occurs here.
    pub fn symbol(&self) -> Symbol {
        match &self.value {
            Value::Symbol(symbol) | Value::Quoted(symbol, _) => *symbol,
            _ => Symbol::new(self.kind.name()),
        }
    }
}
