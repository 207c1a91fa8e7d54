//! Any expression, by its shape.

use crate::quoted::names::{NameKind, classify};
use crate::quoted::{Call, Meta, Quoted, deeper, known};

use super::calls::refs;
use super::doc::{Doc, surround, text};
use super::{Context, Formatter, closing_line, delimiter, line};

impl Formatter<'_> {
    pub(super) fn expression(&mut self, node: &Quoted, context: Context) -> Doc {
        deeper(|| self.expression_here(node, context))
    }

    fn expression_here(&mut self, node: &Quoted, context: Context) -> Doc {
        match node {
            Quoted::Call(call) => self.call_like(node, call, context),
            Quoted::Var(var) => text(var.name.as_str()),
            Quoted::Pair(pair) => self.pair(&pair.0, &pair.1, context),
            Quoted::List(items) if is_clauses(items) => {
                self.parens_function(items, super::MAX_LINE, super::MIN_LINE)
            }
            Quoted::List(items) if is_keyword(items) => {
                let docs: Vec<_> = items.iter().map(|item| self.expression(item, context)).collect();
                docs.into_iter()
                    .reduce(|left, right| left.then(",").flex_glue(right))
                    .unwrap_or(Doc::Empty)
            }
            Quoted::List(items) => self.list(&Meta::EMPTY, &refs(items)),
            other => text(other.to_string()),
        }
    }

    fn call_like(&mut self, node: &Quoted, call: &Call, context: Context) -> Doc {
        match call.name() {
            Some(known::BLOCK) => self.wrapped(node, call, context),
            Some(known::ALIASES) => self.alias(call),
            Some(known::BITS) => {
                if is_interpolated(&call.args) && delimiter(&call.meta).is_some() {
                    self.interpolated_string(&call.meta, &call.args)
                } else {
                    self.bits(&call.meta, &refs(&call.args))
                }
            }
            Some(known::PERCENT) if call.args.len() == 2 => match call.args[1].as_call() {
                Some(map) if map.name() == Some(known::MAP) => {
                    let name = self.expression(&call.args[0], Context::ParensArg);
                    self.map(&map.meta, text("%").then(name), &refs(&map.args))
                }
                _ => self.local(known::PERCENT, call, context),
            },
            Some(known::MAP) => self.map(&call.meta, text("%"), &refs(&call.args)),
            Some(known::TUPLE) => self.tuple(&call.meta, &refs(&call.args), true),
            Some(known::FN)
                if call
                    .args
                    .first()
                    .is_some_and(|arg| arg.call_of(known::ARROW, 2).is_some()) =>
            {
                self.function(
                    &call.args,
                    line(&call.meta),
                    closing_line(&call.meta),
                    self.eol(&call.meta),
                )
            }
            Some(name) => {
                if let Some(doc) = self.sigil(name, call) {
                    return doc;
                }
                if let Some(doc) = self.unary(name, call, context) {
                    return doc;
                }
                if let Some(doc) = self.binary_call(name, call, context) {
                    return doc;
                }
                self.local(name, call, context)
            }
            None => {
                if let Some((target, name)) = call.remote() {
                    if is_module(target, known::ELIXIR_ACCESS)
                        && name == known::GET
                        && call.args.len() == 2
                        && call.meta.is_true(known::FROM_BRACKETS)
                    {
                        return self.access(call);
                    }
                    if is_module(target, known::ELIXIR_LIST)
                        && name == known::TO_CHARLIST
                        && delimiter(&call.meta).is_some()
                        && let Some(doc) = self.interpolated_charlist(call)
                    {
                        return doc;
                    }
                    if target.as_atom() == Some(known::ERLANG)
                        && matches!(name, known::BINARY_TO_ATOM | known::BINARY_TO_EXISTING_ATOM)
                        && delimiter(&call.meta).is_some()
                        && let Some(parts) = call.args.first().and_then(Quoted::as_call)
                    {
                        return self.interpolation(":\"", &parts.args, "\"");
                    }
                }
                self.remote(call, context)
            }
        }
    }

    /// A block, or a literal wrapped in one.
    fn wrapped(&mut self, node: &Quoted, call: &Call, context: Context) -> Doc {
        let meta = &call.meta;
        let [only] = call.args.as_slice() else {
            if call.args.is_empty() {
                return text("nil");
            }
            let block = self.block(node, line(meta), closing_line(meta));
            return surround("(", block, ")");
        };
        match only {
            Quoted::Call(splicing) if splicing.is(known::UNQUOTE_SPLICING, 1) => {
                let doc = self.local(known::UNQUOTE_SPLICING, splicing, Context::Operand);
                let _ = context;
                in_parens(doc)
            }
            Quoted::Pair(pair) => self.tuple(meta, &[&pair.0, &pair.1], true),
            Quoted::List(items) if is_clauses(items) => {
                self.parens_function(items, line(meta), closing_line(meta))
            }
            Quoted::List(items) => match delimiter(meta).as_deref() {
                Some("'''") => {
                    let content = charlist_text(items);
                    heredoc(&content, "'''")
                }
                Some(quote @ ("'" | "~c\"")) => {
                    let content = charlist_text(items);
                    let (open, close) = if quote == "'" { ("'", '\'') } else { ("~c\"", '"') };
                    quoted_text(open, &content, close)
                }
                _ => self.list(meta, &refs(items)),
            },
            Quoted::Bin(bytes) => {
                let content = String::from_utf8_lossy(bytes).into_owned();
                if delimiter(meta).as_deref() == Some("\"\"\"") {
                    heredoc(&content, "\"\"\"")
                } else {
                    quoted_text("\"", &content, '"')
                }
            }
            Quoted::Atom(atom) => text(self.atom(atom.as_str(), meta)),
            Quoted::Int(_) | Quoted::Big(_) => match meta
                .get(known::TOKEN)
                .and_then(|token| token.as_str().map(super::text::integer))
            {
                Some(written) => text(written),
                None => text(only.to_string()),
            },
            Quoted::Float(_) => match meta
                .get(known::TOKEN)
                .and_then(|token| token.as_str().map(super::text::float))
            {
                Some(written) => text(written),
                None => text(only.to_string()),
            },
            other => self.expression(other, context),
        }
    }

    fn atom(&self, name: &str, meta: &Meta) -> String {
        if matches!(name, "nil" | "true" | "false") && delimiter(meta).is_none() {
            return name.to_owned();
        }
        match classify(name) {
            NameKind::Identifier | NameKind::Unquoted => format!(":{name}"),
            _ => format!(":\"{}\"", super::text::escape_quote(name, '"')),
        }
    }

    fn alias(&mut self, call: &Call) -> Doc {
        let Some((head, tail)) = call.args.split_first() else {
            return Doc::Empty;
        };
        let mut doc = match head {
            Quoted::Atom(name) => text(name.as_str()),
            head => self.operand_in_parens(head, Context::NoParensArg),
        };
        for part in tail {
            doc = doc
                .then(".")
                .then(part.as_atom().map_or("", |part| part.as_str()));
        }
        doc
    }

    /// `key: value` or `key => value`.
    pub(super) fn pair(&mut self, key: &Quoted, value: &Quoted, context: Context) -> Doc {
        let (left, operator) = match keyword_key(key) {
            Some(Key::Plain(name)) => (text(key_text(name)), ""),
            Some(Key::Interpolated(parts)) => (self.interpolation("\"", parts, "\":"), ""),
            None => {
                let left = self.expression(key, context);
                (in_parens_if_binary(left, key), " =>")
            }
        };
        let right = self.expression(value, context);
        let fits = self.next_break_fits(value);
        with_next_break_fits(fits, right, |right| {
            left.group()
                .then(text(operator).glue(right.group()).nest_broken(2).group())
        })
    }

    /// True if a break inside the last argument does as a break of the whole.
    pub(super) fn next_break_fits(&self, node: &Quoted) -> bool {
        match node {
            Quoted::Call(call) => {
                let meta = &call.meta;
                match call.name() {
                    Some(known::TUPLE) => self.eol_or_comments(meta),
                    Some(known::BITS) if !call.args.is_empty() => {
                        delimiter(meta).as_deref() == Some("\"\"\"")
                            || (!is_interpolated(&call.args) && self.eol_or_comments(meta))
                    }
                    Some(known::BLOCK) => match call.args.as_slice() {
                        [Quoted::Pair(_)] => self.eol_or_comments(meta),
                        [Quoted::Bin(_)] => delimiter(meta).as_deref() == Some("\"\"\""),
                        [Quoted::List(_)] => delimiter(meta).as_deref() != Some("'"),
                        _ => false,
                    },
                    Some(known::FN | known::MAP | known::PERCENT) => !call.args.is_empty(),
                    Some(_) => matches!(delimiter(meta).as_deref(), Some("\"\"\"" | "'''")),
                    None => match call.remote() {
                        Some((_, known::TUPLE)) => true,
                        Some((target, known::TO_CHARLIST)) if is_module(target, known::ELIXIR_LIST) => {
                            delimiter(meta).as_deref() == Some("'''")
                        }
                        _ => false,
                    },
                }
            }
            Quoted::List(items) => is_clauses(items),
            Quoted::Pair(pair) => match pair.0.call_of(known::BLOCK, 1) {
                Some(key) if key.args[0].as_atom().is_some() => self.next_break_fits(&pair.1),
                _ => false,
            },
            _ => false,
        }
    }
}

pub(super) fn with_next_break_fits(fits: bool, doc: Doc, build: impl FnOnce(Doc) -> Doc) -> Doc {
    if fits {
        build(doc.fits(true)).fits(false)
    } else {
        build(doc)
    }
}

pub(super) enum Key<'n> {
    Plain(&'n str),
    Interpolated(&'n [Quoted]),
}

/// The key of a keyword pair, if it was written as one.
pub(super) fn keyword_key(node: &Quoted) -> Option<Key<'_>> {
    let call = node.as_call()?;
    if call.meta.atom(known::FORMAT) != Some(known::KEYWORD) {
        return None;
    }
    match call.args.as_slice() {
        [Quoted::Atom(name)] => Some(Key::Plain(name.as_str())),
        [Quoted::Call(parts), Quoted::Atom(known::UTF8)] => Some(Key::Interpolated(&parts.args)),
        _ => None,
    }
}

/// A keyword key, whose escapes are as written.
fn key_text(name: &str) -> String {
    match classify(name) {
        NameKind::Identifier | NameKind::Unquoted => format!("{name}:"),
        _ => format!("\"{}\":", super::text::escape_quote(name, '"')),
    }
}

pub(super) fn is_keyword(items: &[Quoted]) -> bool {
    !items.is_empty()
        && items
            .iter()
            .all(|item| item.as_pair().is_some_and(|(key, _)| keyword_key(key).is_some()))
}

pub(super) fn is_clauses(items: &[Quoted]) -> bool {
    items
        .first()
        .is_some_and(|item| item.call_of(known::ARROW, 2).is_some())
}

/// True if some part of a binary is `#{…}`.
pub(super) fn is_interpolated(parts: &[Quoted]) -> bool {
    !parts.is_empty()
        && parts
            .iter()
            .all(|part| interpolated_code(part).is_some() || matches!(part, Quoted::Bin(_)))
}

/// The code of `#{…}`, with its metadata.
pub(super) fn interpolated_code(part: &Quoted) -> Option<(&Meta, &Quoted)> {
    let string = match part.call_of(known::TYPE, 2) {
        Some(typed) => typed.args.first()?.as_call()?,
        None => part.as_call()?,
    };
    let (target, name) = string.remote()?;
    let code = string.args.first()?;
    let is_string = is_module(target, known::ELIXIR_KERNEL) && name == known::TO_STRING;
    (is_string && string.meta.is_true(known::FROM_INTERPOLATION)).then_some((&string.meta, code))
}

/// True for the atom of a module, also when wrapped.
pub(super) fn is_module(node: &Quoted, module: crate::Symbol) -> bool {
    node.as_atom() == Some(module)
}

fn charlist_text(items: &[Quoted]) -> String {
    items
        .iter()
        .filter_map(|item| match item {
            Quoted::Int(code) => u32::try_from(*code).ok().and_then(char::from_u32),
            _ => None,
        })
        .collect()
}

/// Text between quotes; line breaks in it stay where they are.
pub(super) fn quoted_text(open: &str, content: &str, close: char) -> Doc {
    let content = super::text::escape_quote(content, close);
    let mut doc = text(open);
    for (index, part) in content.split('\n').enumerate() {
        if index > 0 {
            doc = doc.then(super::text::plain_line());
        }
        doc = doc.then(part);
    }
    doc.then(close.to_string())
}

pub(super) fn heredoc(content: &str, quotes: &str) -> Doc {
    let content = super::text::escape_heredoc(content, quotes);
    text(quotes)
        .line(super::text::heredoc_lines(&content))
        .then(quotes)
        .force()
}

/// In parentheses if the expression is a binary operator.
pub(super) fn in_parens_if_binary(doc: Doc, node: &Quoted) -> Doc {
    match node {
        Quoted::Call(call)
            if call.args.len() == 2
                && call
                    .name()
                    .is_some_and(|name| super::operators::binary(name).is_some()) =>
        {
            in_parens(doc)
        }
        _ => doc,
    }
}

pub(super) fn in_parens(doc: Doc) -> Doc {
    text("(")
        .then(doc.nest_as(super::doc::Indent::Cursor, false))
        .then(")")
}
