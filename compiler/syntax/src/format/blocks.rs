//! Bodies: blocks, do-blocks, functions, clauses.

use crate::quoted::{Call, Meta, Quoted, known};

use super::comments::Entry;
use super::doc::{Doc, Indent, strict_break, surround, text};
use super::expressions::is_clauses;
use super::{Context, Formatter, closing_line, line, line_of};

/// A section of a do-block: its word, the lines it spans, its body.
pub(super) struct Section<'n> {
    name: &'static str,
    start: u32,
    end: u32,
    body: &'n Quoted,
}

impl Formatter<'_> {
    /// The expressions of a body, one below the other.
    pub(super) fn block(&mut self, node: &Quoted, min_line: u32, max_line: u32) -> Doc {
        match node {
            Quoted::Call(call) if call.name() == Some(known::BLOCK) && call.args.len() != 1 => {
                self.block_of(&call.args, min_line, max_line)
            }
            Quoted::List(items) if is_clauses(items) => self.parens_function(items, min_line, max_line),
            node => self.block_of(std::slice::from_ref(node), min_line, max_line),
        }
    }

    fn block_of(&mut self, nodes: &[Quoted], min_line: u32, max_line: u32) -> Doc {
        let mut each = |this: &mut Self, node: &Quoted, _last: bool| {
            let end = node.meta().and_then(|meta| meta.get(known::END_OF_EXPRESSION));
            let newlines = end
                .and_then(|end| Meta::from_list(&end))
                .and_then(|end| end.int(known::NEWLINES));
            let is_attribute = node.as_call().is_some_and(|call| call.name() == Some(known::AT));
            let doc = this.expression(node, Context::Block);
            let next_line = if is_attribute {
                Doc::Empty
            } else {
                strict_break("")
            };
            Entry {
                doc,
                next_line,
                newlines: newlines.unwrap_or(1) as u32,
            }
        };
        let (docs, _) = self.with_comments(nodes, Vec::new(), min_line, max_line, &mut each);
        match docs.len() {
            0 => Doc::Empty,
            1 => super::lines(docs),
            _ => super::lines(docs).force(),
        }
    }

    // ---- do … end -----------------------------------------------------------------------------------------

    /// The sections of a do-block, if the last argument is one.
    pub(super) fn sections<'n>(&self, meta: &Meta, last: &'n Quoted) -> Option<Vec<Section<'n>>> {
        let items = match last {
            Quoted::List(items) => items,
            Quoted::Call(call) if self.options.force_do_end_blocks && call.is(known::BLOCK, 1) => {
                match &call.args[0] {
                    Quoted::List(items) => items,
                    _ => return None,
                }
            }
            _ => return None,
        };
        if !meta.has(known::DO) && !self.options.force_do_end_blocks {
            return None;
        }
        let mut sections: Vec<Section<'n>> = Vec::new();
        for item in items {
            let (key, body) = item.as_pair()?;
            let key = key.call_of(known::BLOCK, 1)?;
            let name = key.args[0].as_atom()?.as_str();
            if sections.is_empty() && name != "do" {
                return None;
            }
            let start = line(&key.meta);
            if let Some(before) = sections.last_mut() {
                before.end = start;
            }
            sections.push(Section {
                name,
                start,
                end: line_of(meta, known::END),
                body,
            });
        }
        (!sections.is_empty()).then_some(sections)
    }

    pub(super) fn do_end(&mut self, sections: &[Section<'_>]) -> Doc {
        let mut doc = Doc::Empty;
        for section in sections {
            let body = self.clauses_or_block(section.body, section.start, section.end);
            let name = if section.name == "do" {
                Doc::Empty
            } else {
                text(section.name)
            };
            let part = if body.is_empty() {
                name
            } else {
                name.line(body).nest(2)
            };
            doc = if section.name == "do" && doc.is_empty() {
                part
            } else {
                doc.line(part)
            };
        }
        doc
    }

    fn clauses_or_block(&mut self, body: &Quoted, min_line: u32, max_line: u32) -> Doc {
        match body {
            Quoted::List(items) if is_clauses(items) => self.clauses(items, min_line, max_line),
            Quoted::Call(call) if call.is(known::BLOCK, 1) => match &call.args[0] {
                Quoted::List(items) if is_clauses(items) => self.clauses(items, min_line, max_line),
                _ => self.block(body, min_line, max_line),
            },
            body => self.block(body, min_line, max_line),
        }
    }

    // ---- Clauses ------------------------------------------------------------------------------------------

    fn clauses(&mut self, clauses: &[Quoted], min_line: u32, max_line: u32) -> Doc {
        let mut doc = Doc::Empty;
        for (index, clause) in clauses.iter().enumerate() {
            let Some(clause) = clause.call_of(known::ARROW, 2) else {
                continue;
            };
            let max = if index + 1 == clauses.len() {
                max_line
            } else {
                closing_line(&clause.meta)
            };
            let part = self.clause(clause, min_line, max);
            doc = match index {
                0 => part,
                _ => doc
                    .then(strict_break("").nest_as(Indent::Reset, false))
                    .line(part),
            };
        }
        self.force_clauses(doc, clauses).group()
    }

    /// Broken if some clause was.
    fn force_clauses(&self, doc: Doc, clauses: &[Quoted]) -> Doc {
        let broken = clauses.iter().filter_map(Quoted::meta).any(|meta| self.eol(meta));
        if broken { doc.force() } else { doc }
    }

    fn clause(&mut self, clause: &Call, min_line: u32, max_line: u32) -> Doc {
        let Some(args) = clause.args[0].as_list() else {
            return Doc::Empty;
        };
        if args.is_empty() {
            let body = self.block(&clause.args[1], line(&clause.meta), max_line);
            return text("() ->").glue(body).nest(2);
        }
        let head = self.clause_head(args, min_line);
        let body = self.block(&clause.args[1], line(&clause.meta), max_line);
        head.glue(body).nest(2)
    }

    fn clause_head(&mut self, args: &[Quoted], min_line: u32) -> Doc {
        self.operand_nesting += 2;
        let doc = self.clause_args(args, min_line);
        self.operand_nesting -= 2;
        doc.ungroup().then(" ->").nest_as(Indent::Cursor, false).group()
    }

    /// The arguments of a clause, with the comments before them.
    fn clause_args(&mut self, args: &[Quoted], min_line: u32) -> Doc {
        let mut each = |this: &mut Self, args: &&[Quoted], _last: bool| Entry {
            doc: this.bare_clause_args(args),
            next_line: Doc::Empty,
            newlines: 1,
        };
        let (docs, _) = self.with_comments(&[args], Vec::new(), min_line, super::MIN_LINE, &mut each);
        super::lines(docs)
    }

    fn bare_clause_args(&mut self, args: &[Quoted]) -> Doc {
        if let [only] = args
            && let Quoted::Call(when) = only
            && when.name() == Some(known::WHEN)
            && let Some((guard, args)) = when.args.split_last()
            && (args.len() != 1 || when.args.len() == 2)
        {
            let left = if args.is_empty() {
                text("()")
            } else {
                self.many_args(args)
            };
            let info = super::operators::binary(known::WHEN).unwrap_or((super::operators::Side::Right, 50));
            let right = self.operand(
                guard,
                Context::NoParensArg,
                known::WHEN,
                info,
                super::operators::Side::Right,
                0,
            );
            let nesting = self.operand_nesting;
            let shown = Call {
                head: Quoted::Atom(known::WHEN),
                meta: when.meta.clone(),
                args: vec![Quoted::NIL, guard.clone()],
            };
            return self.join_binary(known::WHEN, "when", &shown, left, right, None, nesting);
        }
        self.many_args(args)
    }

    fn many_args(&mut self, args: &[Quoted]) -> Doc {
        let mut docs = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let doc = self.expression(arg, Context::NoParensArg);
            docs.push(if index + 1 < args.len() {
                doc.then_in_last_group(",")
            } else {
                doc
            });
        }
        docs.into_iter().reduce(Doc::glue).unwrap_or(Doc::Empty).group()
    }

    // ---- Functions ----------------------------------------------------------------------------------------

    pub(super) fn function(
        &mut self,
        clauses: &[Quoted],
        min_line: u32,
        max_line: u32,
        several: bool,
    ) -> Doc {
        if let [only] = clauses
            && let Some(clause) = only.call_of(known::ARROW, 2)
        {
            let args = clause.args[0].as_list().unwrap_or_default();
            let separator = if self.eol(&clause.meta) {
                Doc::Line
            } else {
                strict_break(" ")
            };
            if args.is_empty() {
                let body = self.block(&clause.args[1], line(&clause.meta), max_line);
                let doc = text("fn ->")
                    .then(separator.clone())
                    .then(body)
                    .nest(2)
                    .then(separator)
                    .then("end");
                return self.force_clauses(doc, clauses).group();
            }
            if !several {
                let head = self.clause_head(args, min_line);
                let body = self.block(&clause.args[1], line(&clause.meta), max_line);
                let doc = text("fn ")
                    .then(head)
                    .then(separator.clone())
                    .then(body)
                    .nest(2)
                    .then(separator)
                    .then("end");
                return self.force_clauses(doc, clauses).group();
            }
        }
        let body = self.clauses(clauses, min_line, max_line);
        text("fn").line(body).nest(2).line("end").force()
    }

    /// `(a -> b)`
    pub(super) fn parens_function(&mut self, clauses: &[Quoted], min_line: u32, max_line: u32) -> Doc {
        if let [only] = clauses
            && let Some(clause) = only.call_of(known::ARROW, 2)
        {
            let args = clause.args[0].as_list().unwrap_or_default();
            if args.is_empty() {
                let body = self.block(&clause.args[1], line(&clause.meta), max_line);
                let doc = text("(-> ").then(body.nest_as(Indent::Cursor, false)).then(")");
                return self.force_clauses(doc, clauses).group();
            }
            let head = self.clause_args(args, min_line).ungroup().then(" ->").group();
            let body = self.block(&clause.args[1], line(&clause.meta), max_line);
            let doc = text("(")
                .then(head.glue(body).nest(2).nest_as(Indent::Cursor, false))
                .then(")");
            return self.force_clauses(doc, clauses).group();
        }
        let doc = self.clauses(clauses, min_line, max_line);
        surround("(", doc.force(), ")")
    }
}
