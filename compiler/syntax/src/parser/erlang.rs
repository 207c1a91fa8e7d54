//! Tokens as Erlang writes the terms that Elixir's lexer makes of them: errors name tokens so.

use crate::lexer::token::{Interpolation, Kind, Part, Text, Token, Value};
use crate::quoted::Quoted;

/// The part of a token that an error names.
pub fn token(source: &str, token: &Token) -> String {
    match (&token.value, token.kind) {
        (Value::Node(Quoted::Int(code)), Kind::Char) => {
            char(u32::try_from(*code).ok().and_then(char::from_u32).unwrap_or('?'))
        }
        (Value::Node(_), _) => format!("\"{}\"", written(source, token)),
        (Value::Text(text), Kind::Sigil | Kind::BinHeredoc | Kind::ListHeredoc) => {
            whole_text(source, token, text)
        }
        (Value::Text(text), _) => parts(source, &text.parts),
        (_, Kind::Do) => "do".to_owned(),
        (_, Kind::Eol) => "eol".to_owned(),
        _ => atom(token.symbol().as_str()),
    }
}

/// The whole token.
fn tuple(source: &str, found: &Token) -> String {
    let Token { line, column, .. } = found;
    let kind = atom(found.kind.name());
    match (&found.value, found.kind) {
        (Value::Node(Quoted::Int(code)), Kind::Char) => {
            let text: Vec<String> = written(source, found)
                .chars()
                .map(|c| (c as u32).to_string())
                .collect();
            format!("{{char,{{{line},{column},[{}]}},{code}}}", text.join(","))
        }
        (Value::Node(number), _) => format!(
            "{{{kind},{{{line},{column},{number}}},\"{}\"}}",
            written(source, found)
        ),
        (Value::Text(text), Kind::Sigil | Kind::BinHeredoc | Kind::ListHeredoc) => {
            whole_text(source, found, text)
        }
        (Value::Text(text), _) => format!(
            "{{{kind},{{{line},{column},nil}},{}}}",
            parts(source, &text.parts)
        ),
        (_, Kind::Eol | Kind::Semicolon | Kind::Comma) => {
            format!("{{{kind},{{{line},{column},{}}}}}", found.newlines)
        }
        (Value::Symbol(name), kind_of) if named(kind_of) => {
            format!(
                "{{{kind},{{{line},{column},{}}},{}}}",
                list(written(source, found)),
                atom(name.as_str())
            )
        }
        (Value::Symbol(name), kind_of) if operator(kind_of) => {
            format!("{{{kind},{{{line},{column},nil}},{}}}", atom(name.as_str()))
        }
        (Value::Quoted(name, quote), _) => format!(
            "{{{kind},{{{line},{column},{}}},{}}}",
            *quote as u32,
            atom(name.as_str())
        ),
        _ => format!("{{{kind},{{{line},{column},nil}}}}"),
    }
}

fn named(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Identifier
            | Kind::OpIdentifier
            | Kind::ParenIdentifier
            | Kind::BracketIdentifier
            | Kind::DoIdentifier
            | Kind::KwIdentifier
            | Kind::Alias
            | Kind::Atom
    )
}

fn operator(kind: Kind) -> bool {
    kind.name().ends_with("_op") || kind == Kind::BlockIdentifier
}

fn whole_text(source: &str, token: &Token, text: &Text) -> String {
    let Token { line, column, .. } = token;
    let parts = parts(source, &text.parts);
    match text.name {
        Some(name) => format!(
            "{{sigil,{{{line},{column},nil}},{},{parts},{},{},<<\"{}\">>}}",
            atom(name.as_str()),
            list(&text.modifiers),
            text.indentation
                .map_or("nil".to_owned(), |columns| columns.to_string()),
            quoted(text.delimiter, '"'),
        ),
        None => format!(
            "{{{},{{{line},{column},nil}},{},{parts}}}",
            token.kind.name(),
            text.indentation.unwrap_or(0)
        ),
    }
}

fn parts(source: &str, parts: &[Part]) -> String {
    if parts.is_empty() {
        return "[<<>>]".to_owned();
    }
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Bytes(bytes) => binary(bytes),
            Part::Code(code) => interpolation(source, code),
        })
        .collect();
    format!("[{}]", shown.join(","))
}

fn interpolation(source: &str, code: &Interpolation) -> String {
    let tokens: Vec<String> = code.tokens.iter().map(|token| tuple(source, token)).collect();
    format!(
        "{{{{{},{},nil}},{{{},{},nil}},[{}]}}",
        code.line,
        code.column,
        code.end_line,
        code.end_column,
        tokens.join(",")
    )
}

fn binary(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "<<>>".to_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.iter().all(|byte| byte.is_ascii() && latin_printable(*byte)) => {
            format!("<<\"{}\">>", quoted(text, '"'))
        }
        Ok(text) if text.chars().all(|c| u8::try_from(c).is_ok_and(latin_printable)) => {
            format!("<<\"{}\"/utf8>>", quoted(text, '"'))
        }
        _ if bytes.iter().all(|byte| latin_printable(*byte)) => {
            let text: String = bytes.iter().copied().map(char::from).collect();
            format!("<<\"{}\">>", quoted(&text, '"'))
        }
        _ => {
            let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
            format!("<<{}>>", numbers.join(","))
        }
    }
}

fn latin_printable(byte: u8) -> bool {
    matches!(byte, 8..=13 | 27 | 32..=126 | 160..=255)
}

/// A list of characters.
fn list(text: &str) -> String {
    if text.is_empty() {
        return "[]".to_owned();
    }
    format!("\"{}\"", quoted(text, '"'))
}

fn written<'s>(source: &'s str, token: &Token) -> &'s str {
    source.get(token.start as usize..token.end as usize).unwrap_or("")
}

/// A character.
pub fn char(c: char) -> String {
    match c {
        ' ' => "$\\s".to_owned(),
        c => format!("${}", escape(c, None)),
    }
}

/// A character as it stands between those quotes.
fn escape(c: char, quote: Option<char>) -> String {
    let letter = match c {
        c if Some(c) == quote => c,
        '\\' => '\\',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '\u{7f}' => 'd',
        '\0'..='\u{1f}' | '\u{80}'..='\u{9f}' => return format!("\\{:03o}", c as u32),
        c => return c.to_string(),
    };
    format!("\\{letter}")
}

fn quoted(text: &str, quote: char) -> String {
    text.chars().map(|c| escape(c, Some(quote))).collect()
}

/// An atom.
pub fn atom(text: &str) -> String {
    const RESERVED: &[&str] = &[
        "after", "and", "andalso", "band", "begin", "bnot", "bor", "bsl", "bsr", "bxor", "case", "catch",
        "cond", "div", "else", "end", "fun", "if", "let", "maybe", "not", "of", "or", "orelse", "receive",
        "rem", "try", "when", "xor",
    ];
    let plain = text.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, 'ß'..='ö' | 'ø'..='ÿ'))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ'));
    if plain && !RESERVED.contains(&text) {
        text.to_owned()
    } else {
        format!("'{}'", quoted(text, '\''))
    }
}
