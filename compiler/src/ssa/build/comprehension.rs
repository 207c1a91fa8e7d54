//! `for`: loops.

use std::sync::Arc;

use super::super::ir::Arg;
use super::{Dest, FunctionBuilder};
use crate::core::ir::{For, VarId};

impl FunctionBuilder<'_> {
    pub(super) fn comprehension(&mut self, _node: &Arc<For>, _dest: Dest) -> Option<Arg> {
        None
    }

    pub(super) fn for_function(&mut self, _node: &Arc<For>, _step: usize, _free: &[VarId]) {}
}
