//! Orders and dominance of blocks.

use super::super::ir::{BlockId, Function};

/// The reachable blocks, each before those that only it leads to; the first target comes right behind where it can.
pub fn reverse_postorder(function: &Function) -> Vec<BlockId> {
    let mut state = vec![0u8; function.blocks.len()];
    let mut order = Vec::with_capacity(function.blocks.len());
    let mut stack: Vec<(BlockId, usize)> = Vec::new();
    if function.blocks.is_empty() {
        return order;
    }
    stack.push((BlockId(0), 0));
    state[0] = 1;
    while let Some((id, next)) = stack.pop() {
        let block = &function.blocks[id.0 as usize];
        // The handler first and the first target last, so that after the reversal the first target follows at once.
        let targets = block.targets.len();
        let total = targets + usize::from(block.handler.is_some());
        if next < total {
            stack.push((id, next + 1));
            let target = match (next, block.handler) {
                (0, Some(handler)) => handler,
                (n, Some(_)) => block.targets[targets - n],
                (n, None) => block.targets[targets - 1 - n],
            };
            if state[target.0 as usize] == 0 {
                state[target.0 as usize] = 1;
                stack.push((target, 0));
            }
        } else {
            order.push(id);
        }
    }
    order.reverse();
    order
}

/// The immediate dominator of every block (`None`: unreachable; the entry is its own), after Cooper, Harvey, Kennedy;
/// with the place of each block in `order`.
pub struct Dominators {
    parent: Vec<Option<BlockId>>,
    place: Vec<u32>,
}

pub fn dominators(function: &Function, order: &[BlockId]) -> Dominators {
    let count = function.blocks.len();
    let mut place = vec![u32::MAX; count];
    for (index, id) in order.iter().enumerate() {
        place[id.0 as usize] = index as u32;
    }
    let mut predecessors: Vec<Vec<BlockId>> = vec![Vec::new(); count];
    for &id in order {
        for target in function.blocks[id.0 as usize].successors() {
            predecessors[target.0 as usize].push(id);
        }
    }
    let mut parent: Vec<Option<BlockId>> = vec![None; count];
    if let Some(first) = order.first() {
        parent[first.0 as usize] = Some(*first);
    }
    let mut changed = true;
    while changed {
        changed = false;
        for &id in order.iter().skip(1) {
            let mut best: Option<BlockId> = None;
            for &from in &predecessors[id.0 as usize] {
                if parent[from.0 as usize].is_none() {
                    continue;
                }
                best = Some(match best {
                    None => from,
                    Some(other) => meet(&parent, &place, from, other),
                });
            }
            if best != parent[id.0 as usize] {
                parent[id.0 as usize] = best;
                changed = true;
            }
        }
    }
    Dominators { parent, place }
}

fn meet(parent: &[Option<BlockId>], place: &[u32], mut a: BlockId, mut b: BlockId) -> BlockId {
    while a != b {
        while place[a.0 as usize] > place[b.0 as usize] {
            match parent[a.0 as usize] {
                Some(up) => a = up,
                None => return b,
            }
        }
        while place[b.0 as usize] > place[a.0 as usize] {
            match parent[b.0 as usize] {
                Some(up) => b = up,
                None => return a,
            }
        }
    }
    a
}

impl Dominators {
    /// The immediate dominator; none for the entry.
    pub fn parent(&self, id: BlockId) -> Option<BlockId> {
        self.parent[id.0 as usize].filter(|up| *up != id)
    }
}

/// True if every way to `b` leads through `a`.
pub fn dominates(dominators: &Dominators, a: BlockId, b: BlockId) -> bool {
    let mut at = b;
    loop {
        if at == a {
            return true;
        }
        if dominators.place[at.0 as usize] <= dominators.place[a.0 as usize] {
            return false;
        }
        match dominators.parent(at) {
            Some(up) => at = up,
            None => return false,
        }
    }
}
