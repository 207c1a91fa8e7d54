//! `case`, `cond`, `receive`, `fn`.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted};

use super::clauses::is_arrow;
use super::{Expanded, Expander};

impl Expander<'_> {
    pub(super) fn case(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "case")?;
        let blocks = args.pop().unwrap_or(Quoted::NIL);
        let value = args.pop().unwrap_or(Quoted::NIL);
        let value = self.expand(value)?;
        let sections = self.sections(&meta, "case", blocks, &[known::DO])?;
        let Some((_, clauses)) = sections.into_iter().next() else {
            return Err(self.error(Code::MissingOption, &meta, "missing :do option in \"case\""));
        };
        let boolean = meta.is_true(crate::sym!("optimize_boolean")) && super::twins::is_boolean(&value);
        let clauses = if boolean { on_booleans(clauses) } else { clauses };
        let clauses = self.clauses(&meta, "case", "do", clauses, |this, meta, left| {
            this.one_pattern(meta, left, "case", "do")
        })?;
        let blocks = Quoted::keyword([(known::DO, clauses)]);
        Ok(Quoted::call(known::CASE, meta, vec![value, blocks]))
    }

    pub(super) fn cond(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "cond")?;
        let blocks = args.pop().unwrap_or(Quoted::NIL);
        let sections = self.sections(&meta, "cond", blocks, &[known::DO])?;
        let Some((_, clauses)) = sections.into_iter().next() else {
            return Err(self.error(Code::MissingOption, &meta, "missing :do option in \"cond\""));
        };
        let outer = meta.clone();
        let clauses = self.clauses(&meta, "cond", "do", clauses, |this, meta, left| {
            if left.len() != 1 {
                return Err(this.error(Code::ClauseArity, &outer, "expected one argument for :do clauses (->) in \"cond\""));
            }
            if let [Quoted::Var(var)] = left.as_slice()
                && var.name == known::UNDERSCORE
            {
                return Err(this.error(Code::CondUnderscore,
                    meta,
                    "invalid use of _ inside \"cond\". If you want the last clause to always match, you probably meant to \
                     use: true ->",
                ));
            }
            this.args(left)
        })?;
        let blocks = Quoted::keyword([(known::DO, clauses)]);
        Ok(Quoted::call(known::COND, meta, vec![blocks]))
    }

    pub(super) fn receive(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "receive")?;
        let blocks = args.pop().unwrap_or(Quoted::NIL);
        let sections = self.sections(&meta, "receive", blocks, &[known::DO, known::AFTER])?;
        if sections.is_empty() {
            return Err(self.error(
                Code::MissingOption,
                &meta,
                "missing :do or :after option in \"receive\"",
            ));
        }
        let mut expanded = Vec::with_capacity(2);
        for (key, clauses) in sections {
            let clauses = match key {
                known::DO => match clauses {
                    // An empty `do` block.
                    Quoted::Call(block) if block.is(known::BLOCK, 0) => Quoted::List(Vec::new()),
                    Quoted::Atom(known::NIL) => Quoted::List(Vec::new()),
                    clauses => self.clauses(&meta, "receive", "do", clauses, |this, meta, left| {
                        this.one_pattern(meta, left, "receive", "do")
                    })?,
                },
                _ => {
                    let single = matches!(&clauses, Quoted::List(items) if items.len() == 1);
                    if !single {
                        return Err(self.error(
                            Code::ReceiveAfterClauses,
                            &meta,
                            "expected a single -> clause for :after in \"receive\"",
                        ));
                    }
                    let outer = meta.clone();
                    self.clauses(&meta, "receive", "after", clauses, |this, _, left| {
                        if left.len() != 1 {
                            return Err(this.error(
                                Code::ClauseArity,
                                &outer,
                                "expected one argument for :after clauses (->) in \"receive\"",
                            ));
                        }
                        this.args(left)
                    })?
                }
            };
            expanded.push((key, clauses));
        }
        let blocks = Quoted::keyword(expanded);
        Ok(Quoted::call(known::RECEIVE, meta, vec![blocks]))
    }

    pub(super) fn anonymous_fn(&mut self, meta: Meta, arrows: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "fn")?;
        if arrows.is_empty() || !arrows.iter().all(is_arrow) {
            return Err(self.error(Code::FnClauses, &meta, "expected -> clauses in fn"));
        }
        let mut arity = None;
        let outer = meta.clone();
        let clauses = self.clauses(&meta, "fn", "fn", Quoted::List(arrows), |this, _, left| {
            let count = match left.as_slice() {
                [Quoted::Call(call)] if call.name() == Some(known::WHEN) => call.args.len().saturating_sub(1),
                other => other.len(),
            };
            if *arity.get_or_insert(count) != count {
                return Err(this.error(
                    Code::FnArities,
                    &outer,
                    "cannot mix clauses with different arities in anonymous functions",
                ));
            }
            if left
                .iter()
                .any(|arg| matches!(arg, Quoted::Call(call) if call.is(crate::sym!("\\\\"), 2)))
            {
                return Err(this.error(
                    Code::FnDefaults,
                    &outer,
                    "anonymous functions cannot have optional arguments",
                ));
            }
            this.head(left)
        })?;
        let Quoted::List(clauses) = clauses else {
            return Ok(Quoted::NIL);
        };
        Ok(Quoted::call(known::FN, meta, clauses))
    }
}

/// Clauses on truth, where the value is known to be a boolean.
fn on_booleans(clauses: Quoted) -> Quoted {
    let Quoted::List(arrows) = clauses else {
        return clauses;
    };
    let simplified = arrows.into_iter().take(2).map(|arrow| {
        let Quoted::Call(call) = arrow else { return arrow };
        let (head, meta, mut parts) = call.into_parts();
        let only = match parts.first() {
            Some(Quoted::List(left)) if left.len() == 1 => left[0].clone(),
            _ => return Quoted::call(head, meta, parts),
        };
        match &only {
            Quoted::Call(when) if when.is(known::WHEN, 2) && matches!(when.args[0], Quoted::Var(_)) => {
                // The variable of a falsy value is `false` then.
                if parts[1] == when.args[0] {
                    parts[1] = Quoted::FALSE;
                }
                parts[0] = Quoted::List(vec![Quoted::FALSE]);
            }
            Quoted::Var(var) if var.name == known::UNDERSCORE => parts[0] = Quoted::List(vec![Quoted::TRUE]),
            _ => {}
        }
        Quoted::call(head, meta, parts)
    });
    Quoted::List(simplified.collect())
}
