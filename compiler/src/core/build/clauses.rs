//! Clauses `args when guards -> body`, guards.

use cordial_syntax::Quoted;
use cordial_syntax::quoted::known;

use super::super::ir::{Clause, Expr};
use super::{Builder, Built, line_of};

impl Builder<'_> {
    /// A list of `->` with `arity` arguments.
    pub(super) fn clauses(&mut self, quoted: &Quoted, arity: usize) -> Built<Vec<Clause>> {
        let Quoted::List(items) = quoted else {
            return Ok(Vec::new());
        };
        items.iter().map(|item| self.arrow(item, Some(arity))).collect()
    }

    /// One `->`.
    pub(super) fn arrow(&mut self, quoted: &Quoted, arity: Option<usize>) -> Built<Clause> {
        let Some(arrow) = quoted.call_of(known::ARROW, 2) else {
            return Err(self.problem("expected -> clauses".to_owned()));
        };
        let outer = self.line;
        self.line = line_of(&arrow.meta, outer);
        let head = self.expect_list(&arrow.args[0], "the head of a clause")?;
        let (args, guards) = split_head(head);
        if arity.is_some_and(|arity| arity != args.len()) {
            return Err(self.problem("wrong number of arguments in a clause".to_owned()));
        }
        let clause = self.clause_of(args, &guards, &arrow.args[1]);
        self.line = outer;
        clause
    }

    pub(super) fn clause_of<G: std::borrow::Borrow<Quoted>>(
        &mut self,
        args: &[Quoted],
        guards: &[G],
        body: &Quoted,
    ) -> Built<Clause> {
        let line = self.line;
        let patterns = self.patterns(args)?;
        let mut built = Vec::with_capacity(guards.len());
        for guard in guards {
            built.push(self.guard(guard.borrow())?);
        }
        let body = self.expr(body)?;
        Ok(Clause {
            patterns,
            guards: built,
            body,
            line,
        })
    }

    pub(super) fn guard(&mut self, quoted: &Quoted) -> Built<Expr> {
        let outer = std::mem::replace(&mut self.in_guard, true);
        let built = self.expr(quoted);
        self.in_guard = outer;
        built
    }
}

/// Arguments, and the alternatives of a `when`.
pub(super) fn split_head(head: &[Quoted]) -> (&[Quoted], Vec<&Quoted>) {
    if let [single] = head
        && let Some(call) = single.as_call()
        && call.name() == Some(known::WHEN)
        && let Some((guard, args)) = call.args.split_last()
    {
        return (args, alternatives(guard));
    }
    (head, Vec::new())
}

/// `a when b when c` as a list.
pub(super) fn alternatives(guard: &Quoted) -> Vec<&Quoted> {
    let mut found = Vec::new();
    let mut rest = guard;
    while let Some(call) = rest.call_of(known::WHEN, 2) {
        found.push(&call.args[0]);
        rest = &call.args[1];
    }
    found.push(rest);
    found
}
