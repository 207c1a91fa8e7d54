//! The code of every error and warning about a text: what a message is, whatever its words.
//!
//! Nothing is told without a code, and `tests/errors` has a case for each; the words stand where the fault is found.

/// Declares an enum of codes, `ALL` of them in its order, and `name()` for each.
#[macro_export]
macro_rules! codes {
    ($(#[$doc:meta])* pub enum $Code:ident { $($variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $Code {
            $(#[allow(missing_docs)] $variant,)*
        }

        impl $Code {
            pub const ALL: &[$Code] = &[$($Code::$variant,)*];

            /// The name by which it is known outside: it stays when the words change.
            pub fn name(self) -> &'static str {
                match self {
                    $($Code::$variant => stringify!($variant),)*
                }
            }
        }
    };
}

codes! {
    /// What an error or warning of lexer or parser is about.
    pub enum Code {
        AccessArguments,
        AfterCallKeywords,
        AfterKeywords,
        AliasAfterAtom,
        AliasCharacter,
        AmbiguousBang,
        AmbiguousCall,
        AmbiguousContainer,
        AmbiguousKeyword,
        AmbiguousPipe,
        ArrowWithoutBody,
        AtInIdentifier,
        BadEscape,
        BidiInComment,
        BidiInString,
        CallOfAlias,
        CharSpelledOut,
        DeprecatedEscape,
        DeprecatedPipe,
        DeprecatedXor,
        DoAfterComma,
        DoAfterFn,
        EmptyParens,
        EscapeAtEnd,
        EscapedSigilDelimiter,
        FloatInvalid,
        FnWithoutArrow,
        HeredocOutdented,
        HeredocStart,
        Incomplete,
        InterpolatedCall,
        KeyWithoutSpace,
        KeywordDo,
        KeywordsInBits,
        KeywordsInTuple,
        MapBracket,
        MismatchedDelimiter,
        MisplacedArrow,
        MissingInterpolationEnd,
        MissingTerminator,
        MissingTextEnd,
        NameTooLong,
        NotIn,
        NumberFollowed,
        OperatorAfterBlock,
        OperatorRepeated,
        QuotedAtom,
        QuotedCall,
        QuotedKey,
        RangeStep,
        ReservedToken,
        ReservedWord,
        SigilDelimiter,
        SigilName,
        SingleQuotedHeredoc,
        SingleQuotedKey,
        SingleQuotes,
        SpaceInMap,
        SpacedParens,
        TooDeep,
        TrailingComma,
        TripleColon,
        UnexpectedCharacter,
        UnexpectedCloser,
        UnexpectedEnd,
        UnexpectedEndOfLine,
        UnexpectedToken,
        UnknownAtom,
        UnknownCharEscape,
    }
}
