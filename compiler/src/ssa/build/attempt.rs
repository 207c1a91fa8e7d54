//! `try`.

use super::super::ir::{Arg, Args, BlockId, End, Value};
use super::matching::Job;
use super::{Dest, FunctionBuilder};
use crate::core::ir::Try;
use cordial_vm::bytecode::ops::Failure;

impl FunctionBuilder<'_> {
    pub(super) fn attempt(&mut self, node: &Try, dest: Dest) -> Option<Arg> {
        let Some(after) = &node.after else {
            return self.attempt_without_after(node, dest);
        };
        let outer = self.handler;
        let (handler, [class, reason, trace]) = self.handler_block();
        self.enter(Some(handler));
        let value = self.attempt_without_after(node, Dest::Value);
        let normal = self.leave(outer);
        // The code behind `after` stands twice: for a value, and for an exception.
        self.current = Some(handler);
        if self.expr(after, Dest::Effect).is_some() {
            self.end(
                End::Raise,
                [Arg::Value(class), Arg::Value(reason), Arg::Value(trace)],
                &[],
            );
        }
        self.current = normal;
        self.expr(after, Dest::Effect)?;
        value
    }

    fn attempt_without_after(&mut self, node: &Try, dest: Dest) -> Option<Arg> {
        let outer = self.handler;
        let mut join = self.join(dest);
        match (&node.handler, node.caught) {
            (Some(handler), Some(caught)) => {
                let (block, [class, reason, trace]) = self.handler_block();
                self.enter(Some(block));
                let value = self.expr(&node.body, Dest::Value);
                let normal = self.leave(outer);
                self.current = Some(block);
                self.bind(caught.0, Arg::Value(class));
                self.bind(caught.1, Arg::Value(reason));
                self.bind(caught.2, Arg::Value(trace));
                self.branch(&mut join, handler);
                self.current = normal;
                if let Some(value) = value {
                    self.finish_body(node, value, &mut join);
                }
            }
            _ => {
                if let Some(value) = self.expr(&node.body, Dest::Value) {
                    self.finish_body(node, value, &mut join);
                }
            }
        }
        self.resume(join)
    }

    /// The `else` clauses on the body's value.
    fn finish_body(&mut self, node: &Try, value: Arg, join: &mut super::join::Join) {
        if node.else_clauses.is_empty() {
            return self.arrive(join, value);
        }
        let values: Args = [value].into_iter().collect();
        let fail = self.block();
        self.match_clauses(
            &values,
            &node.else_clauses,
            fail,
            &mut Job::new(&node.else_clauses, join),
        );
        self.current = Some(fail);
        self.end(End::Fail(Failure::TryClause), [value], &[]);
    }

    pub(super) fn handler_block(&mut self) -> (BlockId, [Value; 3]) {
        let block = self.block();
        let params = [self.fresh(), self.fresh(), self.fresh()];
        self.function.blocks[block.0 as usize].params.extend(params);
        (block, params)
    }

    /// Goes on in a block under another handler.
    pub(super) fn enter(&mut self, handler: Option<BlockId>) {
        self.handler = handler;
        let block = self.block();
        self.jump(block, []);
        self.current = Some(block);
    }

    /// Leaves the reach of a handler; the block to go on in, if this place is reached.
    pub(super) fn leave(&mut self, outer: Option<BlockId>) -> Option<BlockId> {
        self.handler = outer;
        self.current?;
        let block = self.block();
        self.jump(block, []);
        self.current = None;
        Some(block)
    }
}
