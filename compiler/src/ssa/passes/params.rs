//! Parameters of blocks that are always the same value are that value; those that nobody reads go.

use super::super::ir::{Arg, BlockId, End, Function, Value};
use super::order::reverse_postorder;

pub fn run(function: &mut Function) {
    same(function);
    unused(function);
}

fn passes(end: &End) -> bool {
    matches!(end, End::Jump | End::Loop)
}

/// A parameter whose arguments are all one value (or itself) stands for it.
fn same(function: &mut Function) {
    let order = reverse_postorder(function);
    let mut renamed: Vec<Option<Arg>> = vec![None; function.values as usize];
    loop {
        let resolve = |mut arg: Arg, renamed: &[Option<Arg>]| {
            while let Arg::Value(value) = arg
                && let Some(next) = renamed[value.0 as usize]
            {
                arg = next;
            }
            arg
        };
        // By block and parameter: none yet, one, or several.
        let mut seen: Vec<Vec<Option<Option<Arg>>>> = function
            .blocks
            .iter()
            .map(|block| vec![None; block.params.len()])
            .collect();
        for &id in &order {
            let block = &function.blocks[id.0 as usize];
            if !passes(&block.end) {
                continue;
            }
            let target = block.targets[0];
            let params = &function.blocks[target.0 as usize].params;
            for (place, (param, arg)) in params.iter().zip(&block.args).enumerate() {
                let arg = resolve(*arg, &renamed);
                if arg == Arg::Value(*param) {
                    continue;
                }
                let slot = &mut seen[target.0 as usize][place];
                *slot = match *slot {
                    None => Some(Some(arg)),
                    Some(Some(before)) if before == arg => Some(Some(arg)),
                    _ => Some(None),
                };
            }
        }
        let mut changed = false;
        for &id in &order {
            for (place, slot) in seen[id.0 as usize].iter().enumerate() {
                let param = function.blocks[id.0 as usize].params[place];
                if let Some(Some(arg)) = slot
                    && renamed[param.0 as usize].is_none()
                {
                    let arg = resolve(*arg, &renamed);
                    if arg != Arg::Value(param) {
                        renamed[param.0 as usize] = Some(arg);
                        changed = true;
                    }
                }
            }
        }
        if !changed {
            break;
        }
    }
    if renamed.iter().any(Option::is_some) {
        super::simplify::rename(function, &renamed);
        remove(function, |param| renamed[param.0 as usize].is_some());
    }
}

/// Drops parameters that no instruction needs, even by way of other parameters.
fn unused(function: &mut Function) {
    let order = reverse_postorder(function);
    let mut needed = vec![false; function.values as usize];
    let mut work: Vec<Value> = Vec::new();
    let mut feeds: Vec<(Value, Value)> = Vec::new();
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        work.extend(
            block
                .insts
                .iter()
                .flat_map(|inst| &inst.args)
                .filter_map(|arg| arg.value()),
        );
        if passes(&block.end) {
            let params = &function.blocks[block.targets[0].0 as usize].params;
            for (param, arg) in params.iter().zip(&block.args) {
                if let Arg::Value(value) = arg {
                    feeds.push((*param, *value));
                }
            }
        } else {
            work.extend(block.args.iter().filter_map(|arg| arg.value()));
        }
    }
    feeds.sort_unstable();
    while let Some(value) = work.pop() {
        if std::mem::replace(&mut needed[value.0 as usize], true) {
            continue;
        }
        let start = feeds.partition_point(|(param, _)| *param < value);
        work.extend(
            feeds[start..]
                .iter()
                .take_while(|(param, _)| *param == value)
                .map(|(_, arg)| *arg),
        );
    }
    let fixed: Vec<BlockId> = order
        .iter()
        .filter_map(|id| function.blocks[id.0 as usize].handler)
        .chain([BlockId(0)])
        .collect();
    for id in fixed {
        for param in &function.blocks[id.0 as usize].params {
            needed[param.0 as usize] = true;
        }
    }
    remove(function, |param| !needed[param.0 as usize]);
}

/// Removes parameters and the arguments for them; the entry and handlers keep theirs.
fn remove(function: &mut Function, gone: impl Fn(Value) -> bool) {
    let keep: Vec<Vec<bool>> = function
        .blocks
        .iter()
        .enumerate()
        .map(|(index, block)| {
            block
                .params
                .iter()
                .map(|param| index == 0 || !gone(*param))
                .collect()
        })
        .collect();
    if keep.iter().all(|block| block.iter().all(|keep| *keep)) {
        return;
    }
    for block in &mut function.blocks {
        if passes(&block.end) {
            let keep = &keep[block.targets[0].0 as usize];
            let mut place = 0;
            block.args.retain(|_| {
                place += 1;
                keep.get(place - 1).copied().unwrap_or(true)
            });
        }
    }
    for (block, keep) in function.blocks.iter_mut().zip(&keep) {
        let mut place = 0;
        block.params.retain(|_| {
            place += 1;
            keep[place - 1]
        });
    }
}
