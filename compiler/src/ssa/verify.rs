//! Checks what SSA promises: values defined once and before their uses, targets that exist, arguments that fit.

use rustc_hash::FxHashMap;

use super::ir::{Arg, BlockId, End, Function, Value};

/// What is wrong, if anything is.
pub fn verify(function: &Function) -> Result<(), String> {
    let fail = |text: String| Err(format!("{}/{}: {text}", function.name, function.arity));
    let count = function.blocks.len() as u32;
    let order = super::passes::order::reverse_postorder(function);
    let mut predecessors: FxHashMap<BlockId, Vec<BlockId>> = FxHashMap::default();
    let mut places: Vec<Option<(BlockId, u32)>> = vec![None; function.values as usize];
    let mut define = |value: Value, block: BlockId, place: u32| -> Result<(), String> {
        match places.get_mut(value.0 as usize) {
            None => Err(format!("v{} is beyond the number of values", value.0)),
            Some(Some(_)) => Err(format!("v{} is defined twice", value.0)),
            Some(slot) => {
                *slot = Some((block, place));
                Ok(())
            }
        }
    };
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        for target in block.successors() {
            if target.0 >= count {
                return fail(format!("b{} goes to b{}, which is not there", id.0, target.0));
            }
            predecessors.entry(target).or_default().push(id);
        }
        let mut defined = Ok(());
        for param in &block.params {
            defined = defined.and_then(|()| define(*param, id, 0));
        }
        for (place, inst) in block.insts.iter().enumerate() {
            if let Some(dst) = inst.dst {
                defined = defined.and_then(|()| define(dst, id, place as u32 + 1));
            }
        }
        if let Some(dst) = block.end_dst() {
            defined = defined.and_then(|()| define(dst, id, u32::MAX));
        }
        if let Err(text) = defined {
            return fail(text);
        }
        match &block.end {
            End::None => return fail(format!("b{} has no end", id.0)),
            End::Jump | End::Loop => {
                let params = function.blocks[block.targets[0].0 as usize].params.len();
                if params != block.args.len() {
                    return fail(format!(
                        "b{} passes {} arguments for {params}",
                        id.0,
                        block.args.len()
                    ));
                }
            }
            _ => {
                for target in &block.targets {
                    if !function.blocks[target.0 as usize].params.is_empty() {
                        return fail(format!(
                            "b{} branches to b{}, which has parameters",
                            id.0, target.0
                        ));
                    }
                }
            }
        }
    }
    let dominators = super::passes::order::dominators(function, &order);
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        let check = |arg: &Arg, place: u32| -> Result<(), String> {
            let Arg::Value(value) = arg else { return Ok(()) };
            let Some((home, at)) = places.get(value.0 as usize).copied().flatten() else {
                return Err(format!("b{} uses v{}, which is not defined", id.0, value.0));
            };
            let known = if home == id {
                at < place || at == 0
            } else {
                super::passes::order::dominates(&dominators, home, id)
            };
            if known {
                Ok(())
            } else {
                Err(format!(
                    "b{} uses v{} of b{}, which need not have run",
                    id.0, value.0, home.0
                ))
            }
        };
        for (place, inst) in block.insts.iter().enumerate() {
            for arg in &inst.args {
                if let Err(text) = check(arg, place as u32 + 1) {
                    return fail(text);
                }
            }
        }
        for arg in &block.args {
            if let Err(text) = check(arg, u32::MAX) {
                return fail(text);
            }
        }
    }
    Ok(())
}
