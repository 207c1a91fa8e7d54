//! `receive`.

use super::super::ir::{Arg, Args, End};
use super::matching::Job;
use super::{Dest, FunctionBuilder};
use crate::core::ir::Receive;

impl FunctionBuilder<'_> {
    pub(super) fn receive(&mut self, node: &Receive, dest: Dest) -> Option<Arg> {
        let timeout = match &node.after {
            Some((timeout, _)) => Some(self.value(timeout)?),
            None => None,
        };
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
        self.match_clauses(&values, &node.clauses, next, &mut Job::new(&node.clauses, &mut join).receive());
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
