//! The order of blocks in the code.
//!
//! What a block goes on to follows it where it can; a block comes after its dominator, so that the values it reads have
//! their registers.

use crate::ssa::ir::{BlockId, Function};
use crate::ssa::passes::order::{dominators, reverse_postorder};

pub(super) fn layout(function: &Function) -> Vec<BlockId> {
    let order = reverse_postorder(function);
    let tree = dominators(function, &order);
    let mut placed = vec![false; function.blocks.len()];
    let mut layout = Vec::with_capacity(order.len());
    for &start in &order {
        let mut at = start;
        while !placed[at.0 as usize] {
            placed[at.0 as usize] = true;
            layout.push(at);
            let block = &function.blocks[at.0 as usize];
            let ready = |target: &BlockId| {
                !placed[target.0 as usize] && tree.parent(*target).is_some_and(|up| placed[up.0 as usize])
            };
            match block.targets.iter().copied().find(ready) {
                Some(next) => at = next,
                None => break,
            }
        }
    }
    layout
}
