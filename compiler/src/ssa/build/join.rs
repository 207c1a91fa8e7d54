//! Where branches come together.

use super::super::ir::{Arg, BlockId, Value};
use super::{Dest, FunctionBuilder};
use crate::core::ir::Expr;

/// The place behind an expression with branches.
pub(super) struct Join {
    dest: Dest,
    block: Option<(BlockId, Option<Value>)>,
    used: bool,
}

impl FunctionBuilder<'_> {
    pub(super) fn join(&mut self, dest: Dest) -> Join {
        let block = match dest {
            Dest::Tail => None,
            Dest::Effect => Some((self.block(), None)),
            Dest::Value => {
                let (block, value) = self.block_with_param();
                Some((block, Some(value)))
            }
        };
        Join {
            dest,
            block,
            used: false,
        }
    }

    /// Evaluates a branch's body and goes to the join.
    pub(super) fn branch(&mut self, join: &mut Join, body: &Expr) {
        if let Some(value) = self.expr(body, join.dest) {
            self.arrive(join, value);
        }
    }

    /// Goes to the join with a value.
    pub(super) fn arrive(&mut self, join: &mut Join, value: Arg) {
        match join.block {
            None => self.deliver(value),
            Some((block, param)) => {
                join.used |= self.current.is_some();
                self.jump(block, param.map(|_| value));
            }
        }
    }

    /// Goes on behind the join.
    pub(super) fn resume(&mut self, join: Join) -> Option<Arg> {
        match join.block {
            Some((block, param)) if join.used => {
                self.current = Some(block);
                Some(param.map_or(Arg::Nil, Arg::Value))
            }
            _ => {
                self.current = None;
                None
            }
        }
    }
}
