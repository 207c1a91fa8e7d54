//! Numbers, strings with code in them, heredocs, sigils.

use crate::Symbol;
use crate::quoted::{Call, Meta, Quoted, known};

use super::doc::{Doc, Indent, text};
use super::expressions::interpolated_code;
use super::{Formatter, closing_line, delimiter, line};

/// An integer as written, with underscores in decimals of six digits and more, and hexadecimal digits in capitals.
pub(super) fn integer(written: &str) -> String {
    match written.as_bytes() {
        [b'0', b'x', ..] => format!("0x{}", written[2..].to_uppercase()),
        [b'0', b'b' | b'o', ..] | [b'?', ..] => written.to_owned(),
        _ => underscores(written),
    }
}

pub(super) fn float(written: &str) -> String {
    let (whole, part) = written.split_once('.').unwrap_or((written, "0"));
    format!("{}.{}", underscores(whole), part.to_lowercase())
}

fn underscores(digits: &str) -> String {
    if digits.len() < 6 || digits.contains('_') {
        return digits.to_owned();
    }
    let first = digits.len() % 3;
    let mut out = digits[..first].to_owned();
    for (index, digit) in digits[first..].chars().enumerate() {
        if index % 3 == 0 && !out.is_empty() {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// Escapes the quotes of a text whose other escapes are as written.
pub(super) fn escape_quote(content: &str, quote: char) -> String {
    if !content.contains(quote) {
        return content.to_owned();
    }
    let mut out = String::with_capacity(content.len() + 4);
    let mut chars = content.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            out.push(c);
            out.extend(chars.next());
            continue;
        }
        if c == quote {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

pub(super) fn escape_heredoc(content: &str, quotes: &str) -> String {
    content.replace(quotes, &format!("\\{quotes}"))
}

/// A line break at the left margin.
pub(super) fn plain_line() -> Doc {
    Doc::Line.nest_as(Indent::Reset, false)
}

/// The lines of a heredoc, empty ones without indentation.
pub(super) fn heredoc_lines(content: &str) -> Doc {
    let lines: Vec<&str> = content.split('\n').collect();
    let mut doc = Doc::Empty;
    for (index, part) in lines.iter().enumerate() {
        doc = doc.then(*part);
        if index + 1 < lines.len() {
            let blank = lines[index + 1].is_empty() && index + 2 < lines.len();
            doc = doc.then(if blank { plain_line() } else { Doc::Line });
        }
    }
    doc
}

impl Formatter<'_> {
    pub(super) fn interpolated_string(&mut self, meta: &Meta, parts: &[Quoted]) -> Doc {
        if delimiter(meta).as_deref() == Some("\"\"\"") {
            return self.interpolated_heredoc("\"\"\"", parts, "\"\"\"");
        }
        self.interpolation("\"", parts, "\"")
    }

    pub(super) fn interpolated_charlist(&mut self, call: &Call) -> Option<Doc> {
        let parts = call.args.first()?.as_list()?;
        Some(match delimiter(&call.meta).as_deref() {
            Some("'''") => self.interpolated_heredoc("'''", parts, "'''"),
            _ => self.interpolation("'", parts, "'"),
        })
    }

    fn code(&mut self, meta: &Meta, code: &Quoted) -> Doc {
        let skip = std::mem::replace(&mut self.skip_eol, true);
        let doc = self.block(code, line(meta), closing_line(meta));
        self.skip_eol = skip;
        text("#{").then(Doc::Unlimited(std::rc::Rc::new(doc))).then("}")
    }

    /// `open text #{code} text close`
    pub(super) fn interpolation(&mut self, open: &str, parts: &[Quoted], close: &str) -> Doc {
        let quote = close.chars().next().unwrap_or('"');
        self.parts(open, parts, close, &|content| {
            let content = escape_quote(content, quote);
            let mut lines = content.split('\n').map(text);
            let first = lines.next().unwrap_or(Doc::Empty);
            lines.fold(first, |doc, line| doc.then(plain_line()).then(line))
        })
    }

    fn parts(&mut self, open: &str, parts: &[Quoted], close: &str, plain: &dyn Fn(&str) -> Doc) -> Doc {
        let mut doc = text(open);
        for part in parts {
            doc = match (part, interpolated_code(part)) {
                (_, Some((meta, code))) => doc.then(self.code(meta, code)),
                (Quoted::Bin(bytes), None) => doc.then(plain(&String::from_utf8_lossy(bytes))),
                _ => doc,
            };
        }
        doc.then(close)
    }

    fn interpolated_heredoc(&mut self, open: &str, parts: &[Quoted], close: &str) -> Doc {
        let quotes = open
            .trim_start_matches(|c: char| c == '~' || c.is_ascii_alphanumeric())
            .to_owned();
        let body = self.parts("", parts, close, &|content| {
            heredoc_lines(&escape_heredoc(content, &quotes))
        });
        text(open).line(body).force()
    }

    /// A sigil, if the call is one.
    pub(super) fn sigil(&mut self, name: Symbol, call: &Call) -> Option<Doc> {
        let sigil = name.as_str().strip_prefix("sigil_")?;
        let opening = delimiter(&call.meta)?;
        let [Quoted::Call(content), modifiers] = call.args.as_slice() else {
            return None;
        };
        let modifiers = match modifiers.as_call() {
            Some(wrapped) => wrapped.args.first()?.as_list()?,
            None => modifiers.as_list()?,
        };
        if content.name() != Some(known::BITS) {
            return None;
        }
        let modifiers: String = modifiers
            .iter()
            .filter_map(|code| match code {
                Quoted::Int(code) => u32::try_from(*code).ok().and_then(char::from_u32),
                _ => None,
            })
            .collect();
        let open = format!("~{sigil}{opening}");
        if opening.len() == 3 {
            return Some(self.interpolated_heredoc(&open, &content.args, &format!("{opening}{modifiers}")));
        }
        let close = match opening.as_str() {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            "<" => ">",
            same => same,
        };
        let quote = close.chars().next().unwrap_or('/');
        Some(
            self.parts(&open, &content.args, &format!("{close}{modifiers}"), &|content| {
                let escaped = content.replace(quote, &format!("\\{quote}"));
                let mut lines = escaped.split('\n').map(text);
                let first = lines.next().unwrap_or(Doc::Empty);
                lines.fold(first, |doc, line| doc.then(plain_line()).then(line))
            }),
        )
    }
}
