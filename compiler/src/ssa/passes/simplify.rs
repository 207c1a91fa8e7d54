//! Blocks: jumps to jumps are shortened, blocks with one way in are joined to it, dead instructions go.

use smallvec::SmallVec;

use super::super::ir::{Arg, BlockId, End, Function, Op, Value};
use super::order::reverse_postorder;

pub fn run(function: &mut Function) {
    thread(function);
    merge(function);
    copies(function);
    dead(function);
}

/// A jump to an empty block that only jumps on goes there at once.
fn thread(function: &mut Function) {
    let count = function.blocks.len();
    let mut onward: Vec<BlockId> = (0..count as u32).map(BlockId).collect();
    for place in &mut onward {
        let mut at = *place;
        // A cycle of empty blocks is an endless loop: it stays.
        for _ in 0..64 {
            let block = &function.blocks[at.0 as usize];
            let empty = block.insts.is_empty()
                && block.params.is_empty()
                && block.args.is_empty()
                && matches!(block.end, End::Jump);
            if !empty || !function.blocks[block.targets[0].0 as usize].params.is_empty() {
                break;
            }
            at = block.targets[0];
        }
        *place = at;
    }
    for block in &mut function.blocks {
        for target in &mut block.targets {
            *target = onward[target.0 as usize];
        }
    }
    // A jump to a return is a return.
    for index in 0..count {
        let block = &function.blocks[index];
        if !matches!(block.end, End::Jump) {
            continue;
        }
        let target = &function.blocks[block.targets[0].0 as usize];
        if !matches!(target.end, End::Return)
            || !target.insts.is_empty()
            || target.params.len() != block.args.len()
        {
            continue;
        }
        let Some(value) = target.args.first().copied() else {
            continue;
        };
        let value = match value {
            Arg::Value(value) => match target.params.iter().position(|param| *param == value) {
                Some(place) => block.args[place],
                None => Arg::Value(value),
            },
            constant => constant,
        };
        let line = target.line;
        let block = &mut function.blocks[index];
        block.end = End::Return;
        block.args = std::iter::once(value).collect();
        block.targets.clear();
        block.line = line;
    }
    // A branch whose ways are one is a jump.
    for block in &mut function.blocks {
        if matches!(block.end, End::Branch(_)) && block.targets[0] == block.targets[1] {
            block.end = End::Jump;
            block.args.clear();
            block.targets.truncate(1);
        }
    }
}

/// Joins a block to the only one that jumps to it.
fn merge(function: &mut Function) {
    let order = reverse_postorder(function);
    let mut ways = vec![0u32; function.blocks.len()];
    ways[0] = 1;
    for &id in &order {
        for target in function.blocks[id.0 as usize].successors() {
            ways[target.0 as usize] += 1;
        }
    }
    let mut renamed: Vec<Option<Arg>> = vec![None; function.values as usize];
    let mut gone = vec![false; function.blocks.len()];
    for &id in &order {
        if gone[id.0 as usize] {
            continue;
        }
        loop {
            let block = &function.blocks[id.0 as usize];
            if !matches!(block.end, End::Jump) {
                break;
            }
            let target = block.targets[0];
            if ways[target.0 as usize] != 1 || target == id || target.0 == 0 {
                break;
            }
            let next = &function.blocks[target.0 as usize];
            if next.handler != block.handler {
                break;
            }
            let empty = super::super::ir::Block::new(None);
            let next = std::mem::replace(&mut function.blocks[target.0 as usize], empty);
            gone[target.0 as usize] = true;
            let block = &mut function.blocks[id.0 as usize];
            let args = std::mem::take(&mut block.args);
            for (param, arg) in next.params.iter().zip(args) {
                renamed[param.0 as usize] = Some(arg);
            }
            block.insts.extend(next.insts);
            block.end = next.end;
            block.args = next.args;
            block.targets = next.targets;
            block.line = next.line;
        }
    }
    rename(function, &renamed);
}

/// Replaces values by what they stand for.
pub(super) fn rename(function: &mut Function, renamed: &[Option<Arg>]) {
    let resolve = |mut arg: Arg| {
        while let Arg::Value(value) = arg
            && let Some(next) = renamed[value.0 as usize]
        {
            arg = next;
        }
        arg
    };
    for block in &mut function.blocks {
        for arg in block
            .insts
            .iter_mut()
            .flat_map(|inst| &mut inst.args)
            .chain(&mut block.args)
        {
            *arg = resolve(*arg);
        }
    }
}

/// Copies of values are the values.
fn copies(function: &mut Function) {
    let mut renamed: Vec<Option<Arg>> = vec![None; function.values as usize];
    let mut any = false;
    for block in &mut function.blocks {
        block
            .insts
            .retain(|inst| match (&inst.op, inst.dst, inst.args.first()) {
                (Op::Copy, Some(dst), Some(arg @ Arg::Value(_))) => {
                    renamed[dst.0 as usize] = Some(*arg);
                    any = true;
                    false
                }
                _ => true,
            });
    }
    if any {
        rename(function, &renamed);
    }
}

/// Instructions whose result nobody reads and that do nothing else.
pub(super) fn dead(function: &mut Function) {
    let order = reverse_postorder(function);
    let mut uses = vec![0u32; function.values as usize];
    let mut homes: Vec<Option<(u32, u32)>> = vec![None; function.values as usize];
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        for (place, inst) in block.insts.iter().enumerate() {
            if let Some(dst) = inst.dst {
                homes[dst.0 as usize] = Some((id.0, place as u32));
            }
        }
        for value in block.reads() {
            uses[value.0 as usize] += 1;
        }
    }
    let mut work: SmallVec<[Value; 16]> = (0..function.values)
        .map(Value)
        .filter(|value| uses[value.0 as usize] == 0 && homes[value.0 as usize].is_some())
        .collect();
    let mut drop: Vec<Vec<u32>> = vec![Vec::new(); function.blocks.len()];
    while let Some(value) = work.pop() {
        let Some((block, place)) = homes[value.0 as usize] else {
            continue;
        };
        let inst = &function.blocks[block as usize].insts[place as usize];
        if !inst.op.is_droppable() {
            continue;
        }
        drop[block as usize].push(place);
        for arg in inst.args.iter().filter_map(|arg| arg.value()) {
            uses[arg.0 as usize] -= 1;
            if uses[arg.0 as usize] == 0 && homes[arg.0 as usize].is_some() {
                work.push(arg);
            }
        }
    }
    for (block, places) in function.blocks.iter_mut().zip(drop) {
        if !places.is_empty() {
            let mut place = 0;
            block.insts.retain(|_| {
                place += 1;
                !places.contains(&(place - 1))
            });
        }
    }
}
