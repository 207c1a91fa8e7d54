//! Quoted forms that no text stands behind, as text: `Macro.to_string/1`.
//!
//! Literals are wrapped with the metadata that the formatter reads in parsed texts; then the formatter does the rest.

use crate::Symbol;
use crate::quoted::names::{NameKind, classify, escape};
use crate::quoted::{Call, Meta, Quoted, deeper, float_text, known};

use super::expressions::{interpolated_code, is_clauses};
use super::{FormatOptions, format_quoted};

/// The text of a quoted form, as `Macro.to_string/1`.
pub fn to_source(quoted: &Quoted) -> String {
    to_source_within(quoted, FormatOptions::default().line_length)
}

/// As `to_source`, with lines of that many columns; `usize::MAX` is no limit.
pub fn to_source_within(quoted: &Quoted, line_length: usize) -> String {
    let mut normal = normal(quoted);
    fill_lines(&mut normal, 1);
    format_quoted(
        &normal,
        &FormatOptions {
            line_length,
            ..FormatOptions::default()
        },
    )
}

/// Gives wrapped literals the line of what is around them, by which the formatter sees what stood on one line.
fn fill_lines(node: &mut Quoted, line: u32) {
    deeper(|| match node {
        Quoted::Call(call) => {
            if call.meta.line() == 0 && call.is(known::BLOCK, 1) {
                call.meta.push(known::LINE, line);
            }
            let line = match call.meta.line() {
                0 => line,
                line => line,
            };
            fill_lines(&mut call.head, line);
            call.args.iter_mut().for_each(|arg| fill_lines(arg, line));
        }
        Quoted::List(items) => items.iter_mut().for_each(|item| fill_lines(item, line)),
        Quoted::Pair(pair) => {
            fill_lines(&mut pair.0, line);
            fill_lines(&mut pair.1, line);
        }
        _ => {}
    })
}

fn normal(node: &Quoted) -> Quoted {
    deeper(|| match node {
        Quoted::Atom(atom) => atom_literal(*atom),
        Quoted::Int(number) => number_literal(node, number.to_string()),
        Quoted::Big(number) => number_literal(node, number.to_string()),
        Quoted::Float(number) => number_literal(node, float_text(*number)),
        Quoted::Bin(bytes) => {
            let meta = Meta::EMPTY.with(known::DELIMITER, Quoted::bin("\""));
            wrap(Quoted::bin(escape_bytes(bytes)), meta)
        }
        Quoted::List(items) => list_literal(items),
        Quoted::Pair(pair) => {
            let second = pair.1.as_list().and_then(keywords).map(Quoted::List);
            let second = second.unwrap_or_else(|| normal(&pair.1));
            wrap(Quoted::pair(normal(&pair.0), second), Meta::EMPTY)
        }
        Quoted::Call(call) => normal_call(call),
        Quoted::Var(_) | Quoted::Opaque(_) => node.clone(),
    })
}

fn all(nodes: &[Quoted]) -> Vec<Quoted> {
    nodes.iter().map(normal).collect()
}

fn wrap(literal: Quoted, meta: Meta) -> Quoted {
    Quoted::call(known::BLOCK, meta, vec![literal])
}

fn atom_literal(atom: Symbol) -> Quoted {
    let text = atom.as_str();
    if text == "Elixir" {
        return Quoted::call(known::ALIASES, Meta::EMPTY, vec![Quoted::Atom(atom)]);
    }
    if classify(text) == NameKind::Alias {
        let parts = text.split('.').skip(1).map(Quoted::atom).collect();
        return Quoted::call(known::ALIASES, Meta::EMPTY, parts);
    }
    wrap(Quoted::Atom(escaped_name(atom)), Meta::EMPTY)
}

/// The name as it is written between quotes, if it is written so: the formatter takes names as written.
fn escaped_name(atom: Symbol) -> Symbol {
    let text = atom.as_str();
    if classify(text) == NameKind::Quoted || text.contains('\\') {
        Symbol::new(&escape(text, '\u{fffe}'))
    } else {
        atom
    }
}

fn number_literal(number: &Quoted, text: String) -> Quoted {
    if let Some(text) = text.strip_prefix('-') {
        let meta = Meta::EMPTY.with(known::TOKEN, Quoted::bin(text));
        return Quoted::call(known::MINUS, Meta::EMPTY, vec![wrap(number.clone(), meta)]);
    }
    wrap(number.clone(), Meta::EMPTY.with(known::TOKEN, Quoted::bin(text)))
}

/// The text with escapes, bytes that are no text as `\xHH`.
fn escape_bytes(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        // The formatter escapes quotes itself.
        out.push_str(&escape(chunk.valid(), '\u{fffe}'));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02X}"));
        }
    }
    out
}

fn list_literal(items: &[Quoted]) -> Quoted {
    if is_clauses(items) {
        return Quoted::List(items.iter().map(clause).collect());
    }
    let printable = |item: &Quoted| matches!(item, Quoted::Int(32..=126 | 7..=13 | 27));
    if !items.is_empty() && items.iter().all(printable) {
        let bytes: Vec<u8> = items
            .iter()
            .filter_map(|item| match item {
                Quoted::Int(code) => u8::try_from(*code).ok(),
                _ => None,
            })
            .collect();
        return charlist(vec![Quoted::bin(escape_bytes(&bytes))]);
    }
    if let Some(keywords) = keywords(items) {
        return wrap(Quoted::List(keywords), Meta::EMPTY);
    }
    // Keywords at the end of a list need no tuples.
    let plain = |item: &Quoted| !is_keyword(std::slice::from_ref(item));
    let first = items.iter().rposition(plain).map_or(0, |index| index + 1);
    let mut out: Vec<_> = items[..first].iter().map(item).collect();
    out.extend(items[first..].iter().filter_map(keyword_pair));
    wrap(Quoted::List(out), Meta::EMPTY)
}

/// An element of a list; tuples of two keep the brackets of a keyword list in them.
fn item(node: &Quoted) -> Quoted {
    match node {
        Quoted::Pair(pair) => wrap(Quoted::pair(normal(&pair.0), normal(&pair.1)), Meta::EMPTY),
        node => normal(node),
    }
}

/// `~c"…"`
fn charlist(parts: Vec<Quoted>) -> Quoted {
    let binary = Quoted::call(known::BITS, Meta::EMPTY, parts);
    let meta = Meta::EMPTY.with(known::DELIMITER, Quoted::bin("\""));
    Quoted::call(Symbol::new("sigil_c"), meta, vec![binary, Quoted::List(vec![])])
}

fn is_keyword(items: &[Quoted]) -> bool {
    let key = |item: &Quoted| item.as_pair().and_then(|(key, _)| key.as_atom());
    !items.is_empty()
        && items
            .iter()
            .all(|item| key(item).is_some_and(|key| classify(key.as_str()) != NameKind::Alias))
}

/// The pairs of a keyword list, ready to be written as `key: value`.
fn keywords(items: &[Quoted]) -> Option<Vec<Quoted>> {
    is_keyword(items).then(|| items.iter().filter_map(keyword_pair).collect())
}

fn keyword_pair(item: &Quoted) -> Option<Quoted> {
    let (key, value) = item.as_pair()?;
    let meta = Meta::EMPTY.with(known::FORMAT, Quoted::Atom(known::KEYWORD));
    let key = key.as_atom()?;
    Some(Quoted::pair(
        wrap(Quoted::Atom(escaped_name(key)), meta),
        normal(value),
    ))
}

fn clause(node: &Quoted) -> Quoted {
    let Some(clause) = node.call_of(known::ARROW, 2) else {
        return normal(node);
    };
    let args = match &clause.args[0] {
        Quoted::List(args) => all(args),
        other => vec![normal(other)],
    };
    Quoted::call(
        known::ARROW,
        clause.meta.clone(),
        vec![Quoted::List(args), body(&clause.args[1])],
    )
}

fn body(node: &Quoted) -> Quoted {
    match node {
        Quoted::List(items) if is_clauses(items) => Quoted::List(items.iter().map(clause).collect()),
        node => normal(node),
    }
}

/// Arguments, the last one without brackets if it is a keyword list.
fn args_of(args: &[Quoted]) -> Vec<Quoted> {
    let Some((last, rest)) = args.split_last() else {
        return Vec::new();
    };
    let mut out = all(rest);
    let unwrapped = last.as_list().and_then(keywords).map(Quoted::List);
    out.push(unwrapped.unwrap_or_else(|| normal(last)));
    out
}

/// The sections of a do-block, if the last argument can be one.
fn do_block(args: &[Quoted]) -> Option<Quoted> {
    let items = args.last()?.as_list()?;
    let first = items.first()?.as_pair()?.0.as_atom()?;
    if first != known::DO || !is_keyword(items) {
        return None;
    }
    let sections = items.iter().filter_map(Quoted::as_pair);
    Some(Quoted::List(
        sections
            .map(|(key, value)| Quoted::pair(wrap(key.clone(), Meta::EMPTY), body(value)))
            .collect(),
    ))
}

fn normal_call(call: &Call) -> Quoted {
    let meta = call.meta.clone();
    let Some(name) = call.name() else {
        return remote(call);
    };
    match name {
        known::BLOCK => match call.args.as_slice() {
            [only] if only.as_call().is_none() => normal(only),
            args => Quoted::call(known::BLOCK, meta, all(args)),
        },
        known::ALIASES => {
            let mut args = call.args.clone();
            if let Some(first) = args.first_mut()
                && first.as_atom().is_none()
            {
                *first = normal(first);
            }
            Quoted::call(known::ALIASES, meta, args)
        }
        known::FN => Quoted::call(known::FN, meta, call.args.iter().map(clause).collect()),
        known::BITS if super::expressions::is_interpolated(&call.args) => {
            let meta = meta.with(known::DELIMITER, Quoted::bin("\""));
            Quoted::call(known::BITS, meta, parts(&call.args, false))
        }
        known::BITS => Quoted::call(known::BITS, meta, all(&call.args)),
        known::MAP => Quoted::call(known::MAP, meta, map_args(&call.args)),
        known::WHEN if call.args.len() >= 2 => Quoted::call(known::WHEN, meta, args_of(&call.args)),
        known::TUPLE => Quoted::call(known::TUPLE, meta, args_of(&call.args)),
        _ if name.as_str().starts_with("sigil_") && call.args.len() == 2 => match call.args[0].as_call() {
            Some(binary) if binary.name() == Some(known::BITS) => {
                let mut meta = meta;
                if !meta.has(known::DELIMITER) {
                    meta.set(known::DELIMITER, Quoted::bin("\""));
                }
                let binary = Quoted::call(known::BITS, Meta::EMPTY, parts(&binary.args, false));
                Quoted::call(name, meta, vec![binary, call.args[1].clone()])
            }
            _ => local(name, call),
        },
        _ if is_operator(name, call.args.len()) => Quoted::call(name, meta, all(&call.args)),
        _ => local(name, call),
    }
}

fn is_operator(name: Symbol, arity: usize) -> bool {
    match arity {
        0 => matches!(name, known::DOTDOT | known::ELLIPSIS),
        1 => super::operators::unary(name),
        2 => super::operators::binary(name).is_some(),
        3 => name == known::DOTDOT_STEP,
        _ => false,
    }
}

/// Strings and code of an interpolation; strings of sigils are as written.
fn parts(nodes: &[Quoted], escaped: bool) -> Vec<Quoted> {
    nodes
        .iter()
        .map(|node| match (node, interpolated_code(node)) {
            (Quoted::Bin(bytes), _) if escaped => Quoted::bin(escape_bytes(bytes)),
            (_, Some((meta, code))) => interpolation(meta, code),
            _ => node.clone(),
        })
        .collect()
}

fn interpolation(meta: &Meta, code: &Quoted) -> Quoted {
    let to_string = vec![Quoted::Atom(known::ELIXIR_KERNEL), Quoted::Atom(known::TO_STRING)];
    let head = Quoted::call(known::DOT, Meta::EMPTY, to_string);
    let meta = meta.clone().with(known::FROM_INTERPOLATION, Quoted::TRUE);
    Quoted::call(head, meta, vec![normal(code)])
}

fn map_args(args: &[Quoted]) -> Vec<Quoted> {
    if let [only] = args
        && let Some(update) = only.call_of(known::PIPE, 2)
        && let Some(changes) = update.args[1].as_list()
    {
        let changes = Quoted::List(map_args(changes));
        return vec![Quoted::call(
            known::PIPE,
            update.meta.clone(),
            vec![normal(&update.args[0]), changes],
        )];
    }
    let plain = |item: &Quoted| !is_keyword(std::slice::from_ref(item));
    let first = args.iter().rposition(plain).map_or(0, |index| index + 1);
    let pairs = args[..first].iter().map(|item| match item {
        Quoted::Pair(pair) => Quoted::pair(normal(&pair.0), normal(&pair.1)),
        other => normal(other),
    });
    pairs
        .chain(args[first..].iter().filter_map(keyword_pair))
        .collect()
}

fn local(name: Symbol, call: &Call) -> Quoted {
    let mut meta = call.meta.clone();
    if !meta.has(known::CLOSING) && !super::calls::usually_without_parens(name.as_str(), call.args.len()) {
        meta.set(known::CLOSING, Quoted::List(vec![]));
    }
    with_args(Quoted::Atom(name), meta, &call.args)
}

fn with_args(head: Quoted, mut meta: Meta, args: &[Quoted]) -> Quoted {
    match do_block(args) {
        Some(sections) => {
            meta.set(known::END, Quoted::List(vec![]));
            meta.set(known::DO, Quoted::List(vec![]));
            let mut args = all(&args[..args.len() - 1]);
            args.push(sections);
            Quoted::call(head, meta, args)
        }
        None => Quoted::call(head, meta.without(known::DO), args_of(args)),
    }
}

fn remote(call: &Call) -> Quoted {
    let mut meta = call.meta.clone();
    let Some(dot) = call.head.as_call().filter(|dot| dot.name() == Some(known::DOT)) else {
        meta.set(known::CLOSING, Quoted::List(vec![]));
        return with_args(normal(&call.head), meta, &call.args);
    };
    if let Some((target, name)) = call.remote() {
        let is = |module: Symbol| target.as_atom() == Some(module);
        if is(known::ELIXIR_ACCESS) && name == known::GET && call.args.len() == 2 {
            meta.set(known::FROM_BRACKETS, Quoted::TRUE);
            return Quoted::call(call.head.clone(), meta, args_of(&call.args));
        }
        if is(known::ELIXIR_LIST)
            && name == known::TO_CHARLIST
            && let [Quoted::List(nodes)] = call.args.as_slice()
            && super::expressions::is_interpolated(nodes)
        {
            return charlist(parts(nodes, true));
        }
        if is(known::ERLANG)
            && matches!(name, known::BINARY_TO_ATOM | known::BINARY_TO_EXISTING_ATOM)
            && let [Quoted::Call(binary), Quoted::Atom(known::UTF8)] = call.args.as_slice()
            && super::expressions::is_interpolated(&binary.args)
        {
            let binary = Quoted::call(known::BITS, Meta::EMPTY, parts(&binary.args, false));
            meta.set(known::DELIMITER, Quoted::bin("\""));
            return Quoted::call(call.head.clone(), meta, vec![binary, Quoted::Atom(known::UTF8)]);
        }
    }
    let mut target = dot.args.clone();
    if let Some(first) = target.first_mut() {
        *first = normal(first);
    }
    if let [_, second @ (Quoted::Call(_) | Quoted::Var(_))] = target.as_mut_slice() {
        *second = normal(second);
    }
    if !meta.is_true(known::NO_PARENS) && target.get(1).and_then(Quoted::as_atom) != Some(known::TUPLE) {
        meta.set(known::CLOSING, Quoted::List(vec![]));
    }
    let head = Quoted::call(known::DOT, dot.meta.clone(), target);
    with_args(head, meta, &call.args)
}
