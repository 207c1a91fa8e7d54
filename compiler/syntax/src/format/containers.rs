//! Lists, tuples, maps, bitstrings.

use crate::quoted::{Call, Meta, Quoted, known};

use super::calls::{Join, LastArg, refs};
use super::doc::{Doc, surround, text};
use super::expressions::{in_parens, in_parens_if_binary, is_keyword};
use super::{Context, Formatter};

impl Formatter<'_> {
    fn join_of(&self, meta: &Meta, otherwise: Join) -> Join {
        if self.eol(meta) { Join::Line } else { otherwise }
    }

    pub(super) fn list(&mut self, meta: &Meta, items: &[&Quoted]) -> Doc {
        let join = self.join_of(meta, Join::Break);
        let (doc, _) = self.args(items, meta, false, LastArg::Plain, join, Context::ParensArg);
        surround("[", doc, "]")
    }

    pub(super) fn tuple(&mut self, meta: &Meta, items: &[&Quoted], flex: bool) -> Doc {
        let join = self.join_of(meta, if flex { Join::Flex } else { Join::Break });
        let mut flat = Vec::new();
        let items = match items.split_last() {
            Some((Quoted::List(keywords), rest)) if is_keyword(keywords) => {
                flat.extend(rest.iter().copied().chain(keywords));
                flat.as_slice()
            }
            _ => items,
        };
        let (doc, join) = self.args(items, meta, false, LastArg::Plain, join, Context::ParensArg);
        if join == Join::Flex {
            return text("{").then(doc).nest(1).then("}").group();
        }
        surround("{", doc, "}")
    }

    pub(super) fn map(&mut self, meta: &Meta, name: Doc, args: &[&Quoted]) -> Doc {
        let join = self.join_of(meta, Join::Break);
        let open = name.then("{");
        if let [only] = args
            && let Some(update) = only.call_of(known::PIPE, 2)
            && let Some(changes) = update.args[1].as_list()
        {
            let base = self.expression(&update.args[0], Context::ParensArg);
            let base = in_parens_if_binary(base, &update.args[0]);
            let (changes, _) = self.args(
                &refs(changes),
                meta,
                false,
                LastArg::Plain,
                join,
                Context::ParensArg,
            );
            return surround(open, base.glue(text("| ").then(changes.nest(2))), "}");
        }
        let (doc, _) = self.args(args, meta, false, LastArg::Plain, join, Context::ParensArg);
        surround(open, doc, "}")
    }

    pub(super) fn bits(&mut self, meta: &Meta, segments: &[&Quoted]) -> Doc {
        let join = self.join_of(meta, Join::Flex);
        let count = segments.len();
        let mut index = 0;
        let (doc, join) = self.args_as(
            segments,
            meta,
            false,
            LastArg::Plain,
            join,
            &mut |this, segment| {
                index += 1;
                this.segment(segment, index == 1, index == count)
            },
        );
        if join == Join::Flex {
            return text("<<").then(doc).nest(2).then(">>").group();
        }
        surround("<<", doc, ">>")
    }

    fn segment(&mut self, segment: &Quoted, first: bool, last: bool) -> Doc {
        let doc = match segment.as_call() {
            Some(typed) if typed.is(known::TYPE, 2) => return self.typed_segment(typed, first),
            Some(generator) if generator.is(known::LEFT_ARROW, 2) => {
                let left = match generator.args[0].call_of(known::TYPE, 2) {
                    Some(typed) => self.typed_segment(typed, false),
                    None => self.expression(&generator.args[0], Context::ParensArg),
                };
                let right = self.expression(&generator.args[1], Context::ParensArg);
                left.then(" <- ").then(right)
            }
            _ => self.expression(segment, Context::ParensArg),
        };
        let shown = super::doc::layout(usize::MAX, &doc);
        let generator = segment.call_of(known::LEFT_ARROW, 2).is_some();
        let closes = last && shown.ends_with(">>");
        if (first && shown.starts_with("<<")) || closes || (generator && !first && !last) {
            in_parens(doc)
        } else {
            doc
        }
    }

    fn typed_segment(&mut self, typed: &Call, first: bool) -> Doc {
        let value = self.expression(&typed.args[0], Context::ParensArg);
        let opens = first && super::doc::layout(usize::MAX, &value).starts_with("<<");
        let value = if opens { in_parens(value) } else { value };
        value.then("::").then(self.modifiers(&typed.args[1]))
    }

    fn modifiers(&mut self, node: &Quoted) -> Doc {
        match node {
            Quoted::Call(call) if call.is(known::MINUS, 2) || call.is(known::TIMES, 2) => {
                let (left, right) = (&call.args[0], &call.args[1]);
                let left = self.modifiers(left);
                let operator = call.name().map_or("", |name| name.as_str());
                left.then(operator).then(self.modifiers(right))
            }
            Quoted::Call(call)
                if is_plain_call(call) && call.args.is_empty() && !call.meta.has(known::CLOSING) =>
            {
                text(call.name().map_or("", |name| name.as_str()))
            }
            node => {
                let doc = self.expression(node, Context::ParensArg);
                in_parens_if_binary(doc, node)
            }
        }
    }
}

fn is_plain_call(call: &Call) -> bool {
    call.name()
        .is_some_and(|name| name.as_str().starts_with(|c: char| c.is_ascii_lowercase()))
}
