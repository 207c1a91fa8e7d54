//! `receive`.

use super::super::ir::{Arg, Args, End, Op};
use super::matching::Job;
use super::{Dest, FunctionBuilder};
use crate::core::ir::{Clause, Pat, Receive, VarId};

impl FunctionBuilder<'_> {
    pub(super) fn receive(&mut self, node: &Receive, dest: Dest) -> Option<Arg> {
        let timeout = match &node.after {
            Some((timeout, _)) => Some(self.value(timeout)?),
            None => None,
        };
        // Messages older than a reference that all clauses ask for cannot fit.
        if let Some(reference) = asked_by_all(&node.clauses)
            .into_iter()
            .find(|var| self.is_bound(*var))
        {
            let reference = self.lookup(reference);
            self.emit_effect(Op::RecvRef, [reference]);
        }
        let peek = self.block();
        self.jump(peek, []);
        let (got, wait) = (self.block(), self.block());
        self.current = Some(peek);
        let message = self.fresh();
        self.end(End::RecvPeek(message), [], &[got, wait]);
        self.current = Some(got);
        let mut join = self.join(dest);
        let next = self.block();
        let values: Args = [Arg::Value(message)].into_iter().collect();
        self.match_clauses(
            &values,
            &node.clauses,
            next,
            &mut Job::new(&node.clauses, &mut join).receive(),
        );
        self.current = Some(next);
        self.end(End::RecvNext, [], &[peek]);
        self.current = Some(wait);
        match (timeout, &node.after) {
            (Some(timeout), Some((_, body))) => {
                let over = self.block();
                self.end(End::RecvWaitFor, [timeout], &[over, peek]);
                self.current = Some(over);
                self.branch(&mut join, body);
            }
            _ => self.end(End::RecvWait, [], &[peek]),
        }
        self.resume(join)
    }
}

/// The variables that the pattern of every clause is pinned to.
fn asked_by_all(clauses: &[Clause]) -> Vec<VarId> {
    let mut common: Option<Vec<VarId>> = None;
    for clause in clauses {
        let mut pinned = Vec::new();
        clause
            .patterns
            .iter()
            .for_each(|pattern| pins(pattern, &mut pinned));
        common = Some(match common {
            None => pinned,
            Some(before) => before.into_iter().filter(|var| pinned.contains(var)).collect(),
        });
    }
    common.unwrap_or_default()
}

fn pins(pattern: &Pat, found: &mut Vec<VarId>) {
    match pattern {
        Pat::Same(var) => found.push(*var),
        Pat::Both(pair) | Pat::Cons(pair) => {
            pins(&pair.0, found);
            pins(&pair.1, found);
        }
        Pat::Tuple(items) => items.iter().for_each(|item| pins(item, found)),
        Pat::Map(pairs) => pairs.iter().for_each(|(_, value)| pins(value, found)),
        Pat::Any | Pat::Var(_) | Pat::Lit(_) | Pat::Bin(_) => {}
    }
}
