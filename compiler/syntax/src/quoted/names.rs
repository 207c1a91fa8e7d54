//! How atoms are written: bare, as an alias, as an operator, or in quotes.

use unicode_ident::{is_xid_continue, is_xid_start};

/// What an atom's text looks like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameKind {
    /// May be a variable or a local call: `foo`, `foo?`, `éa!`.
    Identifier,
    /// Needs no quotes after a colon, but is no identifier: `+`, `Foo`, `foo@bar`, `%{}`.
    Unquoted,
    /// `Elixir.Foo.Bar`.
    Alias,
    /// Needs quotes.
    Quoted,
}

/// Operators and containers that are atoms without quotes.
const BARE: &[&str] = &[
    "%", "%{}", "{}", "<<>>", "...", "..//", "..", ".", "|>", "|||", "||", "|", "&&&", "&&", "&", "^", "~>",
    "<~", "<~>", "~>>", "<<~", "<<<", ">>>", "<-", "->", "<>", "<", ">", "<=", ">=", "==", "===", "!=",
    "!==", "=~", "=", "!", "+", "-", "*", "/", "**", "++", "--", "+++", "---", "@", "\\\\",
];

pub fn is_identifier_start(c: char) -> bool {
    c == '_' || (is_xid_start(c) && !is_upper_start(c))
}

/// Letters that begin an alias when ASCII, and only an atom or keyword key otherwise.
pub fn is_upper_start(c: char) -> bool {
    c.is_ascii_uppercase() || (!c.is_ascii() && is_xid_start(c) && (c.is_uppercase() || is_titlecase(c)))
}

fn is_titlecase(c: char) -> bool {
    matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | '\u{1F88}'..='\u{1F8F}' | '\u{1F98}'..='\u{1F9F}' | '\u{1FA8}'..='\u{1FAF}' | 'ᾼ' | 'ῌ' | 'ῼ')
}

pub fn is_name_continue(c: char) -> bool {
    c == '_' || is_xid_continue(c)
}

/// Classifies as `Macro.classify_atom/1`, with aliases apart.
pub fn classify(text: &str) -> NameKind {
    if let Some(rest) = text.strip_prefix("Elixir.") {
        return if is_alias_path(rest) {
            NameKind::Alias
        } else {
            NameKind::Quoted
        };
    }
    if text == "Elixir" {
        return NameKind::Alias;
    }
    if BARE.contains(&text) {
        return NameKind::Unquoted;
    }
    classify_name(text)
}

fn is_alias_path(path: &str) -> bool {
    path.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
    })
}

fn classify_name(text: &str) -> NameKind {
    let mut chars = text.chars().peekable();
    let kind = match chars.next() {
        Some(c) if is_identifier_start(c) => NameKind::Identifier,
        Some(c) if is_upper_start(c) => NameKind::Unquoted,
        _ => return NameKind::Quoted,
    };
    let mut kind = kind;
    while let Some(c) = chars.next() {
        match c {
            '?' | '!' if chars.peek().is_none() => {}
            '@' => kind = NameKind::Unquoted,
            c if is_name_continue(c) => {}
            _ => return NameKind::Quoted,
        }
    }
    if kind == NameKind::Identifier && matches!(text, "nil" | "true" | "false") {
        NameKind::Identifier
    } else {
        kind
    }
}

/// The atom as `inspect/1` writes it.
pub fn inspect_atom(text: &str) -> String {
    match text {
        "nil" | "true" | "false" => return text.to_owned(),
        "Elixir" => return text.to_owned(),
        _ => {}
    }
    match classify(text) {
        NameKind::Alias => text["Elixir.".len()..].to_owned(),
        NameKind::Identifier | NameKind::Unquoted => format!(":{text}"),
        NameKind::Quoted => format!(":\"{}\"", escape(text, '"')),
    }
}

/// The atom as a keyword key, with its colon.
pub fn inspect_key(text: &str) -> String {
    match classify(text) {
        NameKind::Identifier | NameKind::Unquoted => format!("{text}:"),
        _ => format!("\"{}\":", escape(text, '"')),
    }
}

/// The text between quotes, escaped as `inspect/1` does.
pub fn escape(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            '\\' => out.push_str("\\\\"),
            '#' if chars.peek() == Some(&'{') => out.push_str("\\#"),
            c => escape_char(c, &mut out),
        }
    }
    out
}

fn escape_char(c: char, out: &mut String) {
    match c {
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{b}' => out.push_str("\\v"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        '\u{1b}' => out.push_str("\\e"),
        '\0' => out.push_str("\\0"),
        '\u{7f}' => out.push_str("\\d"),
        c if is_invisible(c) => out.push_str(&format!("\\u{:04X}", c as u32)),
        c if is_printable(c) => out.push(c),
        c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02X}", c as u32)),
        c if (c as u32) < 0x10000 => out.push_str(&format!("\\x{{{:04X}}}", c as u32)),
        c => out.push_str(&format!("\\x{{{:X}}}", c as u32)),
    }
}

/// Spaces, joiners and direction marks that `inspect/1` writes as `\uHHHH`.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{a0}' | '\u{34f}' | '\u{61c}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{205f}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}')
}

/// As `String.printable?/1` decides on a character.
pub fn is_printable(c: char) -> bool {
    matches!(c,
        '\u{20}'..='\u{7e}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}'
        | '\u{7}'..='\r' | '\u{1b}' | '\u{7f}')
}
