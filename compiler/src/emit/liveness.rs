//! Which values are live where a block starts.
//!
//! For every use the way back to the definition is walked, value by value (Boissinot and others, "Computing liveness
//! sets for SSA-form programs"): the work is the size of the answer.

use crate::ssa::ir::{Arg, BlockId, Function, Value};

/// The live values at the start of each block, ascending, without the block's own parameters.
pub(crate) fn live_in(function: &Function, order: &[BlockId]) -> Vec<Vec<Value>> {
    let count = function.blocks.len();
    let mut home: Vec<BlockId> = vec![BlockId(0); function.values as usize];
    let mut predecessors: Vec<Vec<BlockId>> = vec![Vec::new(); count];
    let mut uses: Vec<(Value, BlockId)> = Vec::new();
    for &id in order {
        let block = &function.blocks[id.0 as usize];
        for value in block
            .params
            .iter()
            .copied()
            .chain(block.insts.iter().filter_map(|inst| inst.dst))
            .chain(block.end_dst())
        {
            home[value.0 as usize] = id;
        }
        for target in block.successors() {
            let list = &mut predecessors[target.0 as usize];
            if list.last() != Some(&id) {
                list.push(id);
            }
        }
    }
    for &id in order {
        let block = &function.blocks[id.0 as usize];
        let args = block.insts.iter().flat_map(|inst| &inst.args).chain(&block.args);
        for value in args.filter_map(|arg: &Arg| arg.value()) {
            // The value that a guarded op defines is known only behind the block.
            if home[value.0 as usize] != id {
                uses.push((value, id));
            }
        }
    }
    uses.sort_unstable();
    uses.dedup();
    let mut live: Vec<Vec<Value>> = vec![Vec::new(); count];
    let mut stack = Vec::new();
    for (value, id) in uses {
        stack.push(id);
        while let Some(at) = stack.pop() {
            if live[at.0 as usize].last() == Some(&value) {
                continue;
            }
            live[at.0 as usize].push(value);
            for &from in &predecessors[at.0 as usize] {
                if home[value.0 as usize] != from {
                    stack.push(from);
                }
            }
        }
    }
    live
}
