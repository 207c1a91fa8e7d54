//! Texts from texts: cut, doubled, swapped, spliced, torn at tokens, at characters or at bytes.

use std::path::Path;

use cordial_syntax::{ParseOptions, lexer};

use crate::chance::Chance;

/// What is put into texts: every token, and what is no token.
pub const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    " do ",
    " end ",
    "fn ",
    "->",
    ",",
    ";",
    "\n",
    " ",
    "|",
    "=>",
    "::",
    "a",
    "b: ",
    "\"",
    "#{",
    "@",
    "&",
    "!",
    "-",
    " -",
    ".",
    "..",
    "...",
    "//",
    "not ",
    " in ",
    " when ",
    "else ",
    "%",
    "%{",
    "~s(",
    ":a",
    "1",
    "A",
    "=",
    "|>",
    "\\",
    "^",
    "<-",
    "&1",
    "'",
    "\"\"\"\n",
    "'''",
    "?",
    "é",
    "\r\n",
    "#",
    "0x",
    "1.0e",
    "\t",
    "\r",
    "\0",
    "\u{202e}",
    "\u{feff}",
    "𝐱",
    "а",
    "::::",
    "<<<<",
    "~>>>",
    "++++",
    "1_",
    "1__0",
    "0b2",
    "1.e",
    "1a",
    ":\"",
    "a\"",
    "\\x",
    "\\u{",
    "~",
    "~S\"\"\"\n",
    "~HTML",
    "?\\",
    "&&&&",
    "%%",
    "@@",
    "? ",
    "..//",
    " \\\n",
    "nil",
    "after\n",
    "a(",
    "A(",
    "(a -> b)",
    "e\u{301}",
    "fn->",
    "do:",
    ", do",
    "\u{200d}",
    "٣",
    "ﬁ",
    "²",
];

/// The sources that are at hand: cases of this crate, programs of the tests, the library.
pub fn sources() -> Vec<String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [
        here.join("tests/cases"),
        here.join("../../tests"),
        here.join("../../stdlib"),
    ] {
        collect(&folder, &mut found);
    }
    found.sort();
    found
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect()
}

/// Every Elixir file below a folder.
pub fn collect(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "ex" || extension == "exs")
        {
            found.push(path);
        }
    }
}

/// A part of a source of at most some lines, so that a case stays quick.
pub fn excerpt(chance: &mut Chance, sources: &[String], lines: usize) -> String {
    let source = &sources[chance.below(sources.len())];
    let all: Vec<&str> = source.split_inclusive('\n').collect();
    let from = if chance.one_in(3) {
        0
    } else {
        chance.below(all.len())
    };
    let count = 1 + chance.below(lines);
    all[from..(from + count).min(all.len())].concat()
}

/// The text with a few changes.
pub fn mutated(chance: &mut Chance, text: &str, other: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + chance.below(3) {
        text = if chance.one_in(2) {
            torn_at_tokens(chance, &text)
        } else {
            torn_at_characters(chance, &text, other)
        };
    }
    text
}

/// Where tokens begin and end; for a text that the lexer refuses, where words do.
fn bounds(text: &str) -> Vec<(usize, usize)> {
    if let Ok(tokens) = lexer::tokenize(text, &ParseOptions::default()) {
        return tokens
            .tokens
            .iter()
            .map(|token| (token.start as usize, token.end as usize))
            .collect();
    }
    let mut bounds = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            if start < at {
                bounds.push((start, at));
            }
            bounds.push((at, at + c.len_utf8()));
            start = at + c.len_utf8();
        }
    }
    bounds
}

fn torn_at_tokens(chance: &mut Chance, text: &str) -> String {
    let bounds = bounds(text);
    if bounds.is_empty() {
        return format!("{text}{}", chance.pick(PIECES));
    }
    let (start, end) = bounds[chance.below(bounds.len())];
    let (other_start, other_end) = bounds[chance.below(bounds.len())];
    match chance.below(6) {
        0 => format!("{}{}", &text[..start], &text[end..]),
        1 => format!("{}{}{}", &text[..end], &text[start..end], &text[end..]),
        2 => format!("{}{}{}", &text[..start], chance.pick(PIECES), &text[end..]),
        3 => format!("{}{}{}", &text[..end], chance.pick(PIECES), &text[end..]),
        4 => format!(
            "{}{}{}",
            &text[..start],
            &text[other_start..other_end],
            &text[end..]
        ),
        _ => text[..start].to_owned(),
    }
}

fn torn_at_characters(chance: &mut Chance, text: &str, other: &str) -> String {
    let at = boundary(text, chance.below(text.len() + 1));
    let end = boundary(text, (at + chance.below(12)).min(text.len()));
    match chance.below(5) {
        0 => text[..at].to_owned(),
        1 => text[at..].to_owned(),
        2 => format!(
            "{}{}{}",
            &text[..at],
            &other[boundary(other, chance.below(other.len() + 1))..],
            &text[end..]
        ),
        3 => format!("{}{}", &text[..at], &text[end..]),
        _ => format!("{}{}{}", &text[..at], chance.pick(PIECES), &text[end..]),
    }
}

/// The start of the character there.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Characters of all sorts.
pub fn noise(chance: &mut Chance, most: usize) -> String {
    (0..chance.below(most))
        .map(|_| match chance.below(8) {
            0 => char::from_u32(chance.below(0x11_0000) as u32).unwrap_or('\u{fffd}'),
            1 => char::from(chance.below(256) as u8),
            _ => char::from(32 + chance.below(95) as u8),
        })
        .collect()
}

/// Pieces of the language in any order.
pub fn pieces(chance: &mut Chance, most: usize) -> String {
    (0..chance.below(most)).map(|_| chance.pick(PIECES)).collect()
}

/// One construct nested deep, or one literal that is huge.
pub fn extreme(chance: &mut Chance) -> String {
    const NESTS: &[(&str, &str)] = &[
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("<<", ">>"),
        ("%{a => ", "}"),
        ("f(", ")"),
        ("fn -> ", " end"),
        ("f do ", " end"),
        ("\"#{", "}\""),
        ("~s(#{", "})"),
        ("!", ""),
        ("@", ""),
        ("-", ""),
        ("f ", ""),
        ("a.b(", ")"),
        ("x = ", ""),
        ("a: ", ""),
        ("x -> ", ""),
        ("a[", "]"),
        ("&", ""),
        ("a, ", ""),
        ("a |> ", ""),
        ("a.", ""),
        ("a when ", ""),
        ("'#{", "}'"),
        (":\"#{", "}\""),
        ("\"\"\"\n#{", "}\n\"\"\""),
        ("[a: ", "]"),
        ("(", ""),
        ("[", ""),
        ("f do\n", ""),
        ("fn x ->\n", ""),
        ("(x -> ", ")"),
        ("%A{", "}"),
        ("not ", ""),
        ("&(", ")"),
        ("f.(", ")"),
        ("a::", ""),
        ("1..", ""),
        ("@a ", ""),
        ("f a, ", ""),
        (")", ""),
        ("end ", ""),
    ];
    const LONG: &[&str] = &[
        "1", "a", "\"a\"", "_", "9", "é", "\\n", "#", "\n", ";", ",", ".", "e\u{301}", "?", ":", "A.", "0",
        " ", "\"", "'", "~", "{", "#{",
    ];
    let depth = [10, 100, 1000, 5000][chance.below(4)];
    if chance.one_in(3) {
        let prefix = chance.pick(&[
            "", "1.0e", "0x", "0b", ":", "\"", "~s(", "?", "# ", "\"\"\"\n", "a", "1.",
        ]);
        return format!("{prefix}{}", chance.pick(LONG).repeat(depth * 4));
    }
    let (open, close) = chance.pick(NESTS);
    let (other_open, other_close) = if chance.one_in(2) {
        (open, close)
    } else {
        chance.pick(NESTS)
    };
    let closes = if chance.one_in(4) {
        chance.below(depth)
    } else {
        depth / 2
    };
    format!(
        "{}1{}",
        format!("{open}{other_open}").repeat(depth / 2),
        format!("{other_close}{close}").repeat(closes)
    )
}
