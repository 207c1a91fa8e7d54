//! Match contexts passed on instead of sub-binaries.
//!
//! A parameter *accepts* a context when it is only opened, by one `BinStart`, and named in `function_clause`. A call
//! (or the turn of a loop) that passes the rest of a context to such a parameter, as the last use of both, passes the
//! context itself: the callee's `BinStart` goes on with it.

use rustc_hash::FxHashSet;

use super::super::ir::{Arg, BlockId, Callee, End, Function, Module, Op, Value};
use super::order::reverse_postorder;
use cordial_vm::bytecode::ops::Failure;

pub fn run(module: &mut Module) {
    let accepts: Vec<Vec<bool>> = module.functions.iter().map(accepting).collect();
    for function in &mut module.functions {
        pass_on(function, &accepts);
    }
}

/// For each parameter of the function.
fn accepting(function: &Function) -> Vec<bool> {
    let Some(entry) = function.blocks.first() else {
        return Vec::new();
    };
    let order = reverse_postorder(function);
    let uses = Uses::of(function, &order);
    entry
        .params
        .iter()
        .map(|param| {
            if uses.accepts(*param) {
                return true;
            }
            // Passed to the head of a loop and nothing else.
            matches!(uses.passed[param.0 as usize].as_slice(), [only] if uses.total[param.0 as usize] == 1 && uses.accepts(*only))
        })
        .collect()
}

struct Uses {
    total: Vec<u32>,
    starts: Vec<u32>,
    fails: Vec<u32>,
    /// The parameters that a value is passed to by jumps.
    passed: Vec<Vec<Value>>,
}

impl Uses {
    fn of(function: &Function, order: &[BlockId]) -> Uses {
        let count = function.values as usize;
        let mut uses = Uses {
            total: vec![0; count],
            starts: vec![0; count],
            fails: vec![0; count],
            passed: vec![Vec::new(); count],
        };
        for &id in order {
            let block = &function.blocks[id.0 as usize];
            for value in block.reads() {
                uses.total[value.0 as usize] += 1;
            }
            match &block.end {
                End::Guarded(Op::BinStart, _) => {
                    if let Some(Arg::Value(value)) = block.args.first() {
                        uses.starts[value.0 as usize] += 1;
                    }
                }
                End::Fail(Failure::FunctionClause) => {
                    for value in block.args.iter().filter_map(|arg| arg.value()) {
                        uses.fails[value.0 as usize] += 1;
                    }
                }
                End::Jump => {
                    let params = &function.blocks[block.targets[0].0 as usize].params;
                    for (param, arg) in params.iter().zip(&block.args) {
                        if let Arg::Value(value) = arg {
                            uses.passed[value.0 as usize].push(*param);
                        }
                    }
                }
                _ => {}
            }
        }
        uses
    }

    fn accepts(&self, value: Value) -> bool {
        let place = value.0 as usize;
        self.starts[place] == 1 && self.total[place] == 1 + self.fails[place]
    }
}

/// Replaces rests that are passed on by their contexts.
fn pass_on(function: &mut Function, accepts: &[Vec<bool>]) {
    let order = reverse_postorder(function);
    // Rests, by the value that holds them: block, context, unit.
    let mut rests: Vec<(Value, BlockId, Value, u16)> = Vec::new();
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        if let (End::Guarded(Op::BinRest(unit), Some(dst)), Some(Arg::Value(context))) =
            (&block.end, block.args.first())
        {
            rests.push((*dst, id, *context, *unit));
        }
    }
    if rests.is_empty() {
        return;
    }
    let uses = Uses::of(function, &order);
    let mut live = crate::emit::live_in(function, &order);
    for (rest, home, context, unit) in rests {
        if uses.total[rest.0 as usize] != 1 {
            continue;
        }
        let Some((block, place)) = find_call(function, &order, rest, &uses, accepts) else {
            continue;
        };
        if !dead_after(function, &live, context, home, block, place) {
            continue;
        }
        let replace = |args: &mut super::super::ir::Args| {
            for arg in args {
                if *arg == Arg::Value(rest) {
                    *arg = Arg::Value(context);
                }
            }
        };
        match place {
            Some(place) => replace(&mut function.blocks[block.0 as usize].insts[place].args),
            None => replace(&mut function.blocks[block.0 as usize].args),
        }
        let from = &mut function.blocks[home.0 as usize];
        if unit == 1 {
            from.end = End::Jump;
            from.args.clear();
            from.targets.truncate(1);
        } else {
            from.end = End::Guarded(Op::BinRestUnit(unit), None);
        }
        live = crate::emit::live_in(function, &order);
    }
}

/// The block and instruction (none: the end) of the only use, if it is a call that accepts a context there.
fn find_call(
    function: &Function,
    order: &[BlockId],
    rest: Value,
    uses: &Uses,
    accepts: &[Vec<bool>],
) -> Option<(BlockId, Option<usize>)> {
    let accepted = |callee: &Callee, args: &[Arg]| match callee {
        Callee::Local(index) => {
            let place = args.iter().position(|arg| *arg == Arg::Value(rest))?;
            accepts
                .get(*index as usize)?
                .get(place)
                .copied()
                .filter(|yes| *yes)
        }
        _ => None,
    };
    for &id in order {
        let block = &function.blocks[id.0 as usize];
        for (place, inst) in block.insts.iter().enumerate() {
            if inst.args.contains(&Arg::Value(rest)) {
                return match &inst.op {
                    Op::Call(callee) if block.handler.is_none() => {
                        accepted(callee, &inst.args).map(|_| (id, Some(place)))
                    }
                    _ => None,
                };
            }
        }
        if let Some(place) = block.args.iter().position(|arg| *arg == Arg::Value(rest)) {
            return match &block.end {
                End::TailCall(callee) => accepted(callee, &block.args).map(|_| (id, None)),
                End::Loop => {
                    let param = function.blocks[block.targets[0].0 as usize].params[place];
                    uses.accepts(param).then_some((id, None))
                }
                _ => None,
            };
        }
    }
    None
}

/// True if the context is not used between the reading of its rest and the call, nor after the call.
fn dead_after(
    function: &Function,
    live: &[Vec<Value>],
    context: Value,
    home: BlockId,
    block: BlockId,
    place: Option<usize>,
) -> bool {
    let target = &function.blocks[block.0 as usize];
    let used = |args: &[Arg]| args.contains(&Arg::Value(context));
    let end = place.unwrap_or(target.insts.len());
    if target.insts.iter().skip(end + 1).any(|inst| used(&inst.args)) || place.is_some() && used(&target.args)
    {
        return false;
    }
    let is_loop = matches!(target.end, End::Loop);
    if target
        .successors()
        .any(|next| live[next.0 as usize].binary_search(&context).is_ok())
        && !(place.is_none() && is_loop)
    {
        return false;
    }
    if is_loop
        && target
            .successors()
            .any(|next| live[next.0 as usize].binary_search(&context).is_ok())
    {
        return false;
    }
    // On the ways from the rest to the call nothing may touch the context; where it is made anew they end.
    let made = |at: BlockId| {
        let block = &function.blocks[at.0 as usize];
        block.end_dst() == Some(context) || block.params.contains(&context)
    };
    let mut seen: FxHashSet<BlockId> = FxHashSet::default();
    let mut stack = vec![function.blocks[home.0 as usize].targets[0]];
    while let Some(at) = stack.pop() {
        if !seen.insert(at) {
            continue;
        }
        if seen.len() > 256 {
            return false;
        }
        let here = &function.blocks[at.0 as usize];
        let upto = if at == block { end } else { here.insts.len() };
        let touched =
            here.insts.iter().take(upto).any(|inst| used(&inst.args)) || at != block && used(&here.args);
        if touched && reaches(function, at, block, &made) {
            return false;
        }
        if at != block && !made(at) {
            stack.extend(here.successors());
        }
    }
    true
}

fn reaches(function: &Function, from: BlockId, to: BlockId, made: &dyn Fn(BlockId) -> bool) -> bool {
    let mut seen: FxHashSet<BlockId> = FxHashSet::default();
    let mut stack = vec![from];
    while let Some(at) = stack.pop() {
        if at == to {
            return true;
        }
        if seen.insert(at) && !made(at) {
            if seen.len() > 256 {
                return true;
            }
            stack.extend(function.blocks[at.0 as usize].successors());
        }
    }
    false
}
