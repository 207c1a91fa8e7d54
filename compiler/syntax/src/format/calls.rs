//! Calls: local, remote, anonymous, with do-blocks; access.

use crate::Symbol;
use crate::quoted::names::{NameKind, classify, escape};
use crate::quoted::{Call, Meta, Quoted, known};

use super::comments::Entry;
use super::doc::{Doc, Indent, strict_break, surround, text};
use super::expressions::{in_parens, is_keyword};
use super::{Context, Formatter, closing_line, line};

/// What is known of a call's parentheses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Parens {
    Required,
    /// Left away where the context allows.
    SkipUnlessMany,
    /// Left away before a do-block.
    SkipIfDoEnd,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Join {
    Line,
    Break,
    Flex,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LastArg {
    Plain,
    Comma,
    NextBreakFits,
}

/// Calls that the formatter leaves without parentheses when written so: name and arity, `None` for any.
const WITHOUT_PARENS: &[(&str, Option<usize>)] = &[
    ("alias", Some(1)),
    ("alias", Some(2)),
    ("case", Some(2)),
    ("cond", Some(1)),
    ("for", None),
    ("import", Some(1)),
    ("import", Some(2)),
    ("quote", Some(1)),
    ("quote", Some(2)),
    ("receive", Some(1)),
    ("require", Some(1)),
    ("require", Some(2)),
    ("try", Some(1)),
    ("with", None),
    ("def", Some(1)),
    ("def", Some(2)),
    ("defp", Some(1)),
    ("defp", Some(2)),
    ("defguard", Some(1)),
    ("defguardp", Some(1)),
    ("defmacro", Some(1)),
    ("defmacro", Some(2)),
    ("defmacrop", Some(1)),
    ("defmacrop", Some(2)),
    ("defmodule", Some(2)),
    ("defdelegate", Some(2)),
    ("defexception", Some(1)),
    ("defoverridable", Some(1)),
    ("defstruct", Some(1)),
    ("destructure", Some(2)),
    ("raise", Some(1)),
    ("raise", Some(2)),
    ("reraise", Some(2)),
    ("reraise", Some(3)),
    ("if", Some(2)),
    ("unless", Some(2)),
    ("use", Some(1)),
    ("use", Some(2)),
    ("defrecord", Some(2)),
    ("defrecord", Some(3)),
    ("defrecordp", Some(2)),
    ("defrecordp", Some(3)),
    ("assert", Some(1)),
    ("assert", Some(2)),
    ("assert_in_delta", Some(3)),
    ("assert_in_delta", Some(4)),
    ("assert_raise", Some(2)),
    ("assert_raise", Some(3)),
    ("assert_receive", Some(1)),
    ("assert_receive", Some(2)),
    ("assert_receive", Some(3)),
    ("assert_received", Some(1)),
    ("assert_received", Some(2)),
    ("doctest", Some(1)),
    ("doctest", Some(2)),
    ("refute", Some(1)),
    ("refute", Some(2)),
    ("refute_in_delta", Some(3)),
    ("refute_in_delta", Some(4)),
    ("refute_receive", Some(1)),
    ("refute_receive", Some(2)),
    ("refute_receive", Some(3)),
    ("refute_received", Some(1)),
    ("refute_received", Some(2)),
    ("setup", Some(1)),
    ("setup", Some(2)),
    ("setup_all", Some(1)),
    ("setup_all", Some(2)),
    ("test", Some(1)),
    ("test", Some(2)),
    ("config", Some(2)),
    ("config", Some(3)),
    ("import_config", Some(1)),
];

/// A function's name after a dot.
pub(super) fn remote_name(name: Symbol) -> String {
    let name = name.as_str();
    match classify(name) {
        NameKind::Identifier => name.to_owned(),
        NameKind::Unquoted
            if !name.contains('@')
                && !name.starts_with(|c: char| c.is_uppercase())
                && !matches!(name, "." | "->" | "%" | "%{}" | "{}" | "<<>>" | "..//") =>
        {
            name.to_owned()
        }
        _ => format!("\"{}\"", escape(name, '"')),
    }
}

/// True for a call that is usually written without parentheses.
pub(super) fn usually_without_parens(name: &str, arity: usize) -> bool {
    WITHOUT_PARENS
        .iter()
        .any(|(n, a)| *n == name && a.is_none_or(|a| a == arity))
}

impl Formatter<'_> {
    fn without_parens(&self, name: &str, arity: usize) -> bool {
        usually_without_parens(name, arity)
            || self
                .options
                .locals_without_parens
                .iter()
                .any(|(n, a)| n == name && a.is_none_or(|a| a == arity))
    }

    pub(super) fn local(&mut self, name: Symbol, call: &Call, context: Context) -> Doc {
        let parens = if call.meta.has(known::CLOSING) {
            Parens::Required
        } else if self.without_parens(name.as_str(), call.args.len()) {
            Parens::SkipUnlessMany
        } else {
            Parens::SkipIfDoEnd
        };
        let (args, wrap) = self.call_args(&call.args, &call.meta, context, parens, true);
        let doc = text(name.as_str()).then(args);
        if wrap { in_parens(doc) } else { doc }
    }

    pub(super) fn remote_target(&mut self, target: &Quoted) -> Doc {
        let doc = self.operand_in_parens(target, Context::NoParensArg);
        match target.as_call() {
            Some(call) if call.name() == Some(known::FN) => in_parens(doc),
            _ => doc,
        }
    }

    pub(super) fn remote(&mut self, call: &Call, context: Context) -> Doc {
        let Some(dot) = call.head.as_call().filter(|dot| dot.name() == Some(known::DOT)) else {
            // A call of what a call gave.
            let target = self.expression(&call.head, Context::NoParensArg);
            let (args, wrap) = self.call_args(&call.args, &call.meta, context, Parens::Required, true);
            let doc = target.then(args);
            return if wrap { in_parens(doc) } else { doc };
        };
        match dot.args.as_slice() {
            [target] => {
                let target = self.remote_target(target);
                let (args, wrap) = self.call_args(&call.args, &call.meta, context, Parens::SkipIfDoEnd, true);
                let doc = target.then(".").then(args);
                if wrap { in_parens(doc) } else { doc }
            }
            [target, Quoted::Atom(known::TUPLE)] => {
                let target = self.remote_target(target);
                let items = self.tuple(&call.meta, &refs(&call.args), false);
                target.then(".").then(items)
            }
            [target, Quoted::Atom(name)] => {
                let is_alias = matches!(target.as_call().and_then(Call::name), Some(known::ALIASES))
                    || target
                        .as_call()
                        .is_some_and(|call| call.is(known::BLOCK, 1) && call.args[0].as_atom().is_some());
                let doc = self.remote_target(target).then(".").then(remote_name(*name));
                if call.args.is_empty() && !is_alias && !call.meta.has(known::CLOSING) {
                    return doc;
                }
                let (args, wrap) = self.call_args(&call.args, &call.meta, context, Parens::SkipIfDoEnd, true);
                let doc = doc.then(args);
                if wrap { in_parens(doc) } else { doc }
            }
            [target, name] => {
                let target = self.remote_target(target);
                let name = self.expression(name, Context::NoParensArg);
                let (args, _) = self.call_args(&call.args, &call.meta, context, Parens::SkipIfDoEnd, true);
                target.then(".").then(name).then(args)
            }
            _ => Doc::Empty,
        }
    }

    pub(super) fn access(&mut self, call: &Call) -> Doc {
        let target = self.remote_target(&call.args[0]);
        let key = &call.args[1];
        let items = match key.as_list() {
            Some(items) if is_keyword(items) => refs(items),
            _ => vec![key],
        };
        let key = self.list(&call.meta, &items);
        target.then(key)
    }

    /// The arguments; true if the whole call needs parentheses around.
    pub(super) fn call_args(
        &mut self,
        args: &[Quoted],
        meta: &Meta,
        context: Context,
        parens: Parens,
        list_to_keyword: bool,
    ) -> (Doc, bool) {
        let Some((last, rest)) = args.split_last() else {
            let (doc, _) = self.args(&[], meta, false, LastArg::Plain, Join::Break, Context::ParensArg);
            return (surround("(", doc, ")"), false);
        };
        if let Some(sections) = self.sections(meta, last) {
            let head = if rest.is_empty() {
                text(" do")
            } else {
                let skip = parens != Parens::Required;
                self.plain_args(meta, rest, skip, list_to_keyword, " do")
            };
            let blocks = self.do_end(&sections);
            let doc = head.then(blocks).line("end").force();
            return (
                doc,
                matches!(context, Context::NoParensArg | Context::NoParensOneArg),
            );
        }
        let skip = parens == Parens::SkipUnlessMany
            && matches!(
                context,
                Context::Block | Context::Operand | Context::NoParensOneArg | Context::ParensOneArg
            );
        (self.plain_args(meta, args, skip, list_to_keyword, ""), false)
    }

    fn plain_args(
        &mut self,
        meta: &Meta,
        args: &[Quoted],
        skip: bool,
        list_to_keyword: bool,
        extra: &str,
    ) -> Doc {
        let Some((last, left)) = args.split_last() else {
            return Doc::Empty;
        };
        let keywords = self.last_as_keywords(last, list_to_keyword, skip);
        let context = match (left.is_empty() && keywords.is_none(), skip) {
            (true, true) => Context::NoParensOneArg,
            (true, false) => Context::ParensOneArg,
            (false, true) => Context::NoParensArg,
            (false, false) => Context::ParensArg,
        };
        let left = refs(left);
        let right = keywords.map_or_else(|| vec![last], refs);
        let all: Vec<&Quoted> = left.iter().chain(&right).copied().collect();
        let many_eol = all.len() > 1 && self.eol(meta);
        let no_generators = !all.iter().any(|arg| arg.call_of(known::LEFT_ARROW, 2).is_some());
        let split = !left.is_empty() && keywords.is_some() && no_generators;
        let (doc, next_fits) = if split {
            let join = if force_args(&left) || many_eol {
                Join::Line
            } else {
                Join::Break
            };
            let without_closing = meta.clone().without(known::CLOSING);
            let (left_doc, _) = self.args(&left, &without_closing, skip, LastArg::Comma, join, context);
            let join = if force_args(&right) || force_args(&all) || many_eol {
                Join::Line
            } else {
                Join::Break
            };
            let (right_doc, _) = self.args(&right, meta, false, LastArg::Plain, join, context);
            let separator = if join == Join::Line {
                Doc::Line
            } else {
                strict_break(" ")
            };
            let right_doc = separator.then(right_doc);
            let doc = if skip {
                left_doc
                    .then(right_doc.inherit().fits(true))
                    .nest_as(Indent::Cursor, true)
            } else {
                let right_doc = right_doc
                    .nest_broken(2)
                    .then(strict_break(""))
                    .inherit()
                    .fits(true);
                left_doc.nest_broken(2).then(right_doc)
            };
            (doc, true)
        } else {
            let join = if force_args(&all) || many_eol {
                Join::Line
            } else {
                Join::Break
            };
            let next_fits = join == Join::Break && self.last_fits(&right, keywords.is_some());
            let mode = if next_fits {
                LastArg::NextBreakFits
            } else {
                LastArg::Plain
            };
            let (doc, _) = self.args(&all, meta, skip, mode, join, context);
            let doc = doc.ungroup();
            let doc = if skip {
                doc.nest_as(Indent::Cursor, true)
            } else {
                doc.nest_broken(2).then(strict_break(""))
            };
            (doc, next_fits)
        };
        let doc = if split && skip {
            text(" ").then(doc).nest(2).then(extra).group()
        } else if skip {
            text(" ").then(doc).then(extra).group()
        } else {
            text("(")
                .then(strict_break("").nest_broken(2))
                .then(doc)
                .then(")")
                .then(extra)
                .group()
        };
        if next_fits { doc.fits(false) } else { doc }
    }

    fn last_fits(&self, right: &[&Quoted], keywords: bool) -> bool {
        match right {
            [only] if !keywords => self.next_break_fits(only),
            _ => false,
        }
    }

    /// The keywords that the last argument is, if it may stand without brackets.
    fn last_as_keywords<'q>(
        &self,
        last: &'q Quoted,
        list_to_keyword: bool,
        skip: bool,
    ) -> Option<&'q [Quoted]> {
        if let Some(items) = last.as_list() {
            return is_keyword(items).then_some(items);
        }
        let block = last.call_of(known::BLOCK, 1)?;
        let items = block.args[0].as_list()?;
        if !list_to_keyword || !is_keyword(items) {
            return None;
        }
        if skip {
            let block_line = line(&block.meta);
            let first = items
                .first()
                .and_then(Quoted::as_pair)
                .and_then(|(key, _)| key.meta());
            let first_line = first.map_or(super::MAX_LINE, line);
            let next = self
                .comments
                .iter()
                .rev()
                .find(|comment| comment.line > block_line);
            if next.is_some_and(|comment| comment.line <= first_line) {
                return None;
            }
        }
        Some(items)
    }

    /// The arguments with commas between and comments placed.
    pub(super) fn args(
        &mut self,
        args: &[&Quoted],
        meta: &Meta,
        skip_parens: bool,
        last_arg: LastArg,
        join: Join,
        context: Context,
    ) -> (Doc, Join) {
        self.args_as(args, meta, skip_parens, last_arg, join, &mut |this, arg| {
            this.expression(arg, context)
        })
    }

    pub(super) fn args_as(
        &mut self,
        args: &[&Quoted],
        meta: &Meta,
        skip_parens: bool,
        last_arg: LastArg,
        join: Join,
        each: &mut dyn FnMut(&mut Self, &Quoted) -> Doc,
    ) -> (Doc, Join) {
        let mut entry = |this: &mut Self, arg: &&Quoted, last: bool| {
            let doc = each(this, arg);
            let doc = match last_arg {
                _ if !last => doc.then_in_last_group(","),
                LastArg::Comma => doc.then_in_last_group(","),
                LastArg::NextBreakFits => doc.fits(true),
                LastArg::Plain => doc,
            };
            Entry {
                doc,
                next_line: Doc::Empty,
                newlines: 1,
            }
        };
        let (first, rest) = match args {
            [head, tail @ ..] if skip_parens => (vec![entry(self, head, tail.is_empty())], tail),
            all => (Vec::new(), all),
        };
        let (docs, comments) = self.with_comments(rest, first, line(meta), closing_line(meta), &mut entry);
        if docs.is_empty() {
            return (Doc::Empty, join);
        }
        if join == Join::Line || comments {
            return (super::lines(docs).force(), Join::Line);
        }
        let glue = |left: Doc, right: Doc| {
            if join == Join::Flex {
                left.flex_glue(right)
            } else {
                left.glue(right)
            }
        };
        (docs.into_iter().reduce(glue).unwrap_or(Doc::Empty), join)
    }
}

/// The items by reference: what is nested deep is not to be copied at each level.
pub(super) fn refs(items: &[Quoted]) -> Vec<&Quoted> {
    items.iter().collect()
}

/// True if the arguments were written on several lines, each on its own.
fn force_args(args: &[&Quoted]) -> bool {
    let mut lines = Vec::new();
    for arg in args {
        let node = match arg {
            Quoted::Pair(pair) => &pair.0,
            Quoted::List(items) => match items.first() {
                Some(Quoted::Pair(pair)) => &pair.0,
                Some(first) => first,
                None => continue,
            },
            node => node,
        };
        let Some(meta) = node.meta().filter(|meta| meta.line() > 0) else {
            continue;
        };
        if lines.contains(&meta.line()) {
            return false;
        }
        lines.push(meta.line());
    }
    lines.len() >= 2
}
