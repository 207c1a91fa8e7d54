//! Terms as Erlang writes them (`~p` without line breaks), for the VM's own messages and debug output.

use super::Term;
use super::view::View;
use crate::atom::Atom;
use std::fmt::{self, Display, Write};

enum Task {
    Term(Term),
    Text(&'static str),
    /// The rest of a list, after its first element.
    Tail(Term),
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tasks = vec![Task::Term(*self)];
        while let Some(task) = tasks.pop() {
            match task {
                Task::Text(text) => f.write_str(text)?,
                Task::Term(term) => one(term, f, &mut tasks)?,
                Task::Tail(tail) => match tail.view() {
                    View::Nil => f.write_char(']')?,
                    View::Cons(head, tail) => {
                        f.write_char(',')?;
                        tasks.push(Task::Tail(tail));
                        tasks.push(Task::Term(head));
                    }
                    _ => {
                        f.write_char('|')?;
                        tasks.push(Task::Text("]"));
                        tasks.push(Task::Term(tail));
                    }
                },
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

fn one(term: Term, f: &mut fmt::Formatter<'_>, tasks: &mut Vec<Task>) -> fmt::Result {
    match term.view() {
        View::Small(value) => write!(f, "{value}"),
        View::Big(big) => write!(f, "{}", big.to_bigint()),
        View::Float(value) => write!(f, "{value:?}"),
        View::Atom(atom) => write_atom(atom, f),
        View::Nil => f.write_str("[]"),
        View::Cons(head, tail) => {
            if let Some(text) = printable(term) {
                return write!(f, "\"{text}\"");
            }
            f.write_char('[')?;
            tasks.push(Task::Tail(tail));
            tasks.push(Task::Term(head));
            Ok(())
        }
        View::Tuple(elements) => {
            f.write_char('{')?;
            tasks.push(Task::Text("}"));
            for (index, element) in elements.iter().enumerate().rev() {
                tasks.push(Task::Term(*element));
                if index > 0 {
                    tasks.push(Task::Text(","));
                }
            }
            Ok(())
        }
        View::Map(map) => {
            f.write_str("#{")?;
            tasks.push(Task::Text("}"));
            let pairs: Vec<(Term, Term)> = map.iter().collect();
            for (index, (key, value)) in pairs.into_iter().enumerate().rev() {
                tasks.push(Task::Term(value));
                tasks.push(Task::Text(" => "));
                tasks.push(Task::Term(key));
                if index > 0 {
                    tasks.push(Task::Text(","));
                }
            }
            Ok(())
        }
        View::Bits(bits) => {
            let bytes = bits.bytes();
            if bits.size % 8 == 0
                && let Ok(text) = std::str::from_utf8(&bytes)
                && text.chars().all(|c| !c.is_control())
            {
                let prefix = if text.is_ascii() { "" } else { "/utf8" };
                return write!(
                    f,
                    "<<\"{}\"{prefix}>>",
                    text.replace('\\', "\\\\").replace('"', "\\\"")
                );
            }
            f.write_str("<<")?;
            for (index, byte) in bytes.iter().enumerate() {
                if index > 0 {
                    f.write_char(',')?;
                }
                let left = bits.size - index * 8;
                if left < 8 {
                    write!(f, "{}:{left}", byte >> (8 - left))?
                } else {
                    write!(f, "{byte}")?
                }
            }
            f.write_str(">>")
        }
        View::Fun(fun) => {
            let entry = fun.entry;
            write!(f, "#Fun<{}.{}.{}>", entry.module, entry.index, entry.uniq)
        }
        View::ExportFun(export) => {
            f.write_str("fun ")?;
            write_atom(export.entry.module, f)?;
            f.write_char(':')?;
            write_atom(export.entry.function, f)?;
            write!(f, "/{}", export.entry.arity)
        }
        View::Pid(number) => write!(f, "<0.{}.{}>", number & 0xfff_ffff, number >> 28),
        View::Port(number) => write!(f, "#Port<0.{number}>"),
        View::ExternalPid(node, number, _) => {
            write!(f, "<{}.{}.{}>", node.0, number & 0xfff_ffff, number >> 28)
        }
        View::ExternalPort(node, number, _) => write!(f, "#Port<{}.{number}>", node.0),
        View::Ref(reference) => {
            let node = reference.node.map_or(0, |(node, _)| node.0);
            let number = reference.number;
            write!(
                f,
                "#Ref<{node}.{}.{}.{}>",
                reference.belongs as u32,
                number >> 32,
                number as u32
            )
        }
        View::Internal => write!(f, "#Internal<{:x}>", term.raw()),
    }
}

/// The text of a proper list of printable Latin-1 characters.
fn printable(list: Term) -> Option<String> {
    let mut text = String::new();
    let mut iter = list.list_iter();
    for element in iter.by_ref() {
        let c = char::from_u32(u32::try_from(element.as_small()?).ok()?)?;
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            ' '..='~' | '\u{a0}'..='\u{ff}' => text.push(c),
            _ => return None,
        }
    }
    iter.tail.is_nil().then_some(text)
}

fn write_atom(atom: Atom, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = atom.as_str();
    let bare = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '@');
    if bare {
        return f.write_str(text);
    }
    f.write_char('\'')?;
    for c in text.chars() {
        match c {
            '\'' | '\\' => write!(f, "\\{c}")?,
            '\n' => f.write_str("\\n")?,
            _ => f.write_char(c)?,
        }
    }
    f.write_char('\'')
}
