//! Prints a quoted form as `inspect/2` with unlimited width prints the term.

use std::fmt::{self, Write};

use super::names::{escape, inspect_atom, inspect_key, is_printable};
use super::{Quoted, deeper};

/// The term on one line.
pub fn inspect(node: &Quoted) -> String {
    let mut out = String::new();
    write_node(node, &mut out);
    out
}

impl fmt::Display for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&inspect(self))
    }
}

impl fmt::Debug for Quoted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&inspect(self))
    }
}

impl fmt::Debug for super::Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("head", &self.head)
            .field("meta", &self.meta)
            .field("args", &self.args)
            .finish()
    }
}

impl fmt::Debug for super::Var {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Var")
            .field("name", &self.name)
            .field("meta", &self.meta)
            .field("context", &self.context)
            .finish()
    }
}

impl fmt::Debug for super::Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&inspect(&self.to_list()))
    }
}

impl fmt::Debug for super::Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#Opaque<>")
    }
}

fn write_node(node: &Quoted, out: &mut String) {
    match node {
        Quoted::Atom(atom) => out.push_str(&inspect_atom(atom.as_str())),
        Quoted::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Quoted::Big(number) => {
            let _ = write!(out, "{number}");
        }
        Quoted::Float(number) => out.push_str(&float_text(*number)),
        Quoted::Bin(bytes) => write_binary(bytes, out),
        Quoted::List(items) => deeper(|| write_list(items, out)),
        Quoted::Pair(pair) => deeper(|| {
            out.push('{');
            write_node(&pair.0, out);
            out.push_str(", ");
            write_last(&pair.1, out);
            out.push('}');
        }),
        Quoted::Call(call) => deeper(|| {
            out.push('{');
            write_node(&call.head, out);
            out.push_str(", ");
            write_node(&call.meta.to_list(), out);
            out.push_str(", ");
            write_list(&call.args, out);
            out.push('}');
        }),
        Quoted::Var(var) => {
            out.push('{');
            out.push_str(&inspect_atom(var.name.as_str()));
            out.push_str(", ");
            write_node(&var.meta.to_list(), out);
            out.push_str(", ");
            out.push_str(&inspect_atom(var.context.as_str()));
            out.push('}');
        }
        Quoted::Opaque(_) => out.push_str("#Opaque<>"),
    }
}

fn write_last(node: &Quoted, out: &mut String) {
    write_node(node, out);
}

fn write_list(items: &[Quoted], out: &mut String) {
    if let Some(text) = charlist(items) {
        out.push_str("~c\"");
        out.push_str(&escape(&text, '"'));
        out.push('"');
        return;
    }
    out.push('[');
    let keyword = is_printed_as_keyword(items);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        match item {
            Quoted::Pair(pair) if keyword => {
                if let Quoted::Atom(key) = pair.0 {
                    out.push_str(&inspect_key(key.as_str()));
                    out.push(' ');
                }
                write_node(&pair.1, out);
            }
            item => write_node(item, out),
        }
    }
    out.push(']');
}

fn is_printed_as_keyword(items: &[Quoted]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            let key = item.as_pair().and_then(|(key, _)| key.as_atom());
            key.is_some_and(|key| !key.as_str().starts_with("Elixir."))
        })
}

/// The text of a non-empty list of printable ASCII characters.
fn charlist(items: &[Quoted]) -> Option<String> {
    if items.is_empty() {
        return None;
    }
    items
        .iter()
        .map(|item| match item {
            Quoted::Int(code @ (32..=126 | 7..=13 | 27)) => char::from_u32(*code as u32),
            _ => None,
        })
        .collect()
}

fn write_binary(bytes: &[u8], out: &mut String) {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(is_printable) => {
            out.push('"');
            out.push_str(&escape(text, '"'));
            out.push('"');
        }
        _ => {
            let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
            let _ = write!(out, "<<{}>>", numbers.join(", "));
        }
    }
}

/// The shortest text that reads back as the number, as `Float.to_string/1`.
pub fn float_text(number: f64) -> String {
    let scientific = format!("{:e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let place = exponent.parse::<i32>().unwrap_or(0) + 1;
    let sign = if number.is_sign_negative() { "-" } else { "" };
    if number == 0.0 {
        return format!("{sign}0.0");
    }
    format!("{sign}{}", place_point(&digits, place))
}

fn place_point(digits: &str, place: i32) -> String {
    let length = digits.len() as i32;
    let with_exponent = || {
        let (first, rest) = digits.split_at(1);
        format!(
            "{first}.{}e{}",
            if rest.is_empty() { "0" } else { rest },
            place - 1
        )
    };
    // Large numbers are plain up to 16 digits; small ones are plain when that is no longer.
    let exponent_cost = (place - 1).to_string().len() as i32 + 1 + if length == 1 { 2 } else { 1 };
    if place > 16 || (place < 0 && 2 - place > exponent_cost) {
        with_exponent()
    } else if place <= 0 {
        format!("0.{}{digits}", "0".repeat(-place as usize))
    } else if place >= length {
        format!("{digits}{}.0", "0".repeat((place - length) as usize))
    } else {
        let (whole, part) = digits.split_at(place as usize);
        format!("{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_as_in_elixir() {
        for (number, text) in [
            (1.0, "1.0"),
            (100.0, "100.0"),
            (1000.0, "1000.0"),
            (1.5e-3, "0.0015"),
            (1.5e-4, "1.5e-4"),
            (1e15, "1000000000000000.0"),
            (1.0e-10, "1.0e-10"),
            (123_456.75, "123456.75"),
            (1e22, "1.0e22"),
        ] {
            assert_eq!(float_text(number), text);
        }
    }
}
