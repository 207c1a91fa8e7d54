//! Clauses `head -> body`, heads with guards, guards.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted};

use super::{Context, Expanded, Expander};

/// Splits `[a, b when g]`, as the parser gives heads: `[{:when, _, [a, b, g]}]`.
pub fn split_when(mut head: Vec<Quoted>) -> (Vec<Quoted>, Option<(Meta, Quoted)>) {
    let guarded = head.len() == 1
        && matches!(&head[0], Quoted::Call(call) if call.name() == Some(known::WHEN) && !call.args.is_empty());
    if !guarded {
        return (head, None);
    }
    let Some(Quoted::Call(call)) = head.pop() else {
        return (head, None);
    };
    let (_, meta, mut args) = call.into_parts();
    let guard = args.pop().unwrap_or(Quoted::TRUE);
    (args, Some((meta, guard)))
}

impl Expander<'_> {
    /// The patterns of a head with its guard; what they bind stays bound.
    pub(super) fn head(&mut self, head: Vec<Quoted>) -> Expanded<Vec<Quoted>> {
        let (args, guard) = split_when(head);
        let before = self.scope.read.clone();
        let mut args = self.pattern(before, |this| this.args(args))?;
        let Some((meta, guard)) = guard else {
            return Ok(args);
        };
        args.push(self.guard(guard)?);
        Ok(vec![Quoted::call(known::WHEN, meta, args)])
    }

    /// A guard with its alternatives `g when h`.
    pub(super) fn guard(&mut self, guard: Quoted) -> Expanded<Quoted> {
        if let Quoted::Call(call) = &guard
            && call.is(known::WHEN, 2)
        {
            let Quoted::Call(call) = guard else {
                return Ok(Quoted::NIL);
            };
            let (_, meta, mut args) = call.into_parts();
            let right = args.pop().unwrap_or(Quoted::TRUE);
            let left = args.pop().unwrap_or(Quoted::TRUE);
            let left = self.guard(left)?;
            let right = self.guard(right)?;
            return Ok(Quoted::call(known::WHEN, meta, vec![left, right]));
        }
        self.in_context(Context::Guard, |this| this.expand(guard))
    }

    /// Clauses of one section such as `do` or `else`; `head` expands a head.
    pub(super) fn clauses(
        &mut self,
        meta: &Meta,
        what: &str,
        section: &str,
        clauses: Quoted,
        mut head: impl FnMut(&mut Self, &Meta, Vec<Quoted>) -> Expanded<Vec<Quoted>>,
    ) -> Expanded<Quoted> {
        let Quoted::List(arrows) = clauses else {
            return Err(self.not_clauses(meta, what, section));
        };
        if arrows.is_empty() || !arrows.iter().all(is_arrow) {
            return Err(self.not_clauses(meta, what, section));
        }
        let mut expanded = Vec::with_capacity(arrows.len());
        for arrow in arrows {
            let Quoted::Call(call) = arrow else { continue };
            let (_, meta, mut parts) = call.into_parts();
            let body = parts.pop().unwrap_or(Quoted::NIL);
            let Some(Quoted::List(left)) = parts.pop() else {
                return Err(self.error(
                    Code::ClauseInvalid,
                    &meta,
                    "invalid clause: expected a list of patterns before ->",
                ));
            };
            let arrow = self.scoped(|this| {
                let left = head(this, &meta, left)?;
                let body = this.expand(body)?;
                Ok(Quoted::call(
                    known::ARROW,
                    meta.clone(),
                    vec![Quoted::List(left), body],
                ))
            })?;
            expanded.push(arrow);
        }
        Ok(Quoted::List(expanded))
    }

    fn not_clauses(&self, meta: &Meta, what: &str, section: &str) -> super::Stop {
        self.error(
            Code::ClausesExpected,
            meta,
            format!("expected -> clauses for :{section} in \"{what}\""),
        )
    }

    /// The head of a clause that takes one value.
    pub(super) fn one_pattern(
        &mut self,
        meta: &Meta,
        left: Vec<Quoted>,
        what: &str,
        section: &str,
    ) -> Expanded<Vec<Quoted>> {
        let count = match left.as_slice() {
            [Quoted::Call(call)] if call.name() == Some(known::WHEN) => call.args.len().saturating_sub(1),
            other => other.len(),
        };
        if count != 1 {
            return Err(self.error(
                Code::ClauseArity,
                meta,
                format!("expected one argument for :{section} clauses (->) in \"{what}\""),
            ));
        }
        self.head(left)
    }

    /// The sections of a block form, checked for unknown and repeated ones.
    pub(super) fn sections(
        &self,
        meta: &Meta,
        what: &str,
        blocks: Quoted,
        allowed: &[cordial_syntax::Symbol],
    ) -> Expanded<Vec<(cordial_syntax::Symbol, Quoted)>> {
        let Quoted::List(items) = blocks else {
            return Err(self.error(
                Code::FormArguments,
                meta,
                format!("invalid arguments for \"{what}\""),
            ));
        };
        let mut sections: Vec<(cordial_syntax::Symbol, Quoted)> = Vec::with_capacity(items.len());
        for item in items {
            let Quoted::Pair(pair) = item else {
                return Err(self.error(
                    Code::FormArguments,
                    meta,
                    format!("invalid arguments for \"{what}\""),
                ));
            };
            let (key, value) = *pair;
            let Quoted::Atom(key) = key else {
                return Err(self.error(
                    Code::FormArguments,
                    meta,
                    format!("invalid arguments for \"{what}\""),
                ));
            };
            if !allowed.contains(&key) {
                return Err(self.error(
                    Code::UnexpectedOption,
                    meta,
                    format!("unexpected option :{key} in \"{what}\""),
                ));
            }
            if sections.iter().any(|(other, _)| *other == key) {
                return Err(self.error(
                    Code::DuplicateOption,
                    meta,
                    format!("duplicate :{key} clauses given for \"{what}\""),
                ));
            }
            sections.push((key, value));
        }
        Ok(sections)
    }
}

pub(super) fn is_arrow(node: &Quoted) -> bool {
    matches!(node, Quoted::Call(call) if call.is(known::ARROW, 2))
}
