//! Tail recursion modulo cons: `[h | f(t)]` at the end of `f` becomes a turn of a loop that collects the heads, and
//! every return puts them in front of its value.
//!
//! Only where all other ways out are returns, turns of the loop, or errors: so no stack grows that did not grow before.
//! The heads are evaluated before the call as it is, so what happens, and in which order, stays the same.

use cordial_vm::atom::{Atom, known as atoms};
use cordial_vm::bytecode::ops::{Mfa, Type};
use smallvec::SmallVec;

use super::super::ir::{Arg, Args, Block, BlockId, Callee, End, Function, Inst, Op, Test, Value};
use super::order::reverse_postorder;

/// The loop's head: see `FunctionBuilder::start`.
const HEAD: BlockId = BlockId(1);

pub fn run(function: &mut Function, index: u32) {
    let order = reverse_postorder(function);
    let mut uses = vec![0u32; function.values as usize];
    let mut sites: Vec<(BlockId, Vec<Arg>)> = Vec::new();
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        for value in block.reads() {
            uses[value.0 as usize] += 1;
        }
        match block.end {
            End::TailCall(_) | End::RecvNext | End::RecvWait | End::RecvWaitFor => return,
            _ => {}
        }
        if block.handler.is_some() {
            return;
        }
    }
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        if let Some(heads) = site(function, block, index, &uses) {
            sites.push((id, heads));
        }
    }
    if sites.is_empty() || function.blocks.len() < 2 || function.blocks[0].targets.first() != Some(&HEAD) {
        return;
    }
    let done: Vec<BlockId> = sites.iter().map(|(id, _)| *id).collect();
    let collected = fresh(function);
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        match block.end {
            End::Jump if block.targets[0] == HEAD => function.blocks[id.0 as usize].args.push(Arg::Nil),
            End::Loop if block.targets[0] == HEAD => {
                function.blocks[id.0 as usize].args.push(Arg::Value(collected))
            }
            End::Return if !done.contains(&id) => deliver(function, id, collected),
            _ => {}
        }
    }
    function.blocks[HEAD.0 as usize].params.push(collected);
    for (id, heads) in sites {
        turn(function, id, heads, collected);
    }
}

fn fresh(function: &mut Function) -> Value {
    let value = Value(function.values);
    function.values += 1;
    value
}

/// The heads, the first of the list first, if the block ends in `[… | f(…)]`.
fn site(function: &Function, block: &Block, index: u32, uses: &[u32]) -> Option<Vec<Arg>> {
    // The value may be passed to a block that only returns it.
    let mut result = match (&block.end, block.args.as_slice()) {
        (End::Return, [Arg::Value(value)]) => *value,
        (End::Jump, args) => {
            let target = &function.blocks[block.targets[0].0 as usize];
            let (End::Return, [Arg::Value(value)], true) =
                (&target.end, target.args.as_slice(), target.insts.is_empty())
            else {
                return None;
            };
            let place = target.params.iter().position(|param| param == value)?;
            if args.len() != 1 {
                return None;
            }
            args[place].value()?
        }
        _ => return None,
    };
    let mut heads = Vec::new();
    let mut place = block.insts.len();
    loop {
        place = place.checked_sub(1)?;
        let inst = &block.insts[place];
        if inst.dst != Some(result) || uses[result.0 as usize] != 1 {
            return None;
        }
        match &inst.op {
            Op::Cons => {
                heads.push(inst.args[0]);
                result = inst.args[1].value()?;
            }
            Op::Call(Callee::Local(callee)) if *callee == index && !heads.is_empty() => {
                // The heads must be there before the call.
                let own = |arg: &Arg| {
                    block.insts[place..]
                        .iter()
                        .any(|later| later.dst.map(Arg::Value) == Some(*arg))
                };
                return if heads.iter().any(own) { None } else { Some(heads) };
            }
            _ => return None,
        }
    }
}

/// The call becomes a turn of the loop.
fn turn(function: &mut Function, id: BlockId, heads: Vec<Arg>, collected: Value) {
    let block = &mut function.blocks[id.0 as usize];
    let Some(place) = block
        .insts
        .iter()
        .rposition(|inst| matches!(inst.op, Op::Call(_)))
    else {
        return;
    };
    let line = block.insts[place].line;
    let mut args = std::mem::take(&mut block.insts[place].args);
    block.insts.truncate(place);
    let mut list = collected;
    for head in heads {
        let next = Value(function.values);
        function.values += 1;
        let cons: Args = [head, Arg::Value(list)].into_iter().collect();
        function.blocks[id.0 as usize].insts.push(Inst {
            dst: Some(next),
            op: Op::Cons,
            args: cons,
            line,
        });
        list = next;
    }
    args.push(Arg::Value(list));
    let block = &mut function.blocks[id.0 as usize];
    block.end = End::Loop;
    block.args = args;
    block.targets = SmallVec::from_slice(&[HEAD]);
    block.line = line;
}

/// A return: with the heads in front, if there are any.
fn deliver(function: &mut Function, id: BlockId, collected: Value) {
    let plain = BlockId(function.blocks.len() as u32);
    let reversed = BlockId(plain.0 + 1);
    let block = &mut function.blocks[id.0 as usize];
    let (args, line) = (std::mem::take(&mut block.args), block.line);
    block.end = End::Branch(Test::Type(Type::Nil));
    block.args.push(Arg::Value(collected));
    block.targets = SmallVec::from_slice(&[plain, reversed]);
    let mut simple = Block::new(None);
    simple.end = End::Return;
    simple.args = args.clone();
    simple.line = line;
    function.blocks.push(simple);
    let mut call = Block::new(None);
    call.end = End::TailCall(Callee::Remote(Mfa {
        module: atoms::LISTS,
        function: Atom::new("reverse"),
        arity: 2,
    }));
    call.args = [Arg::Value(collected)].into_iter().chain(args).collect();
    call.line = line;
    function.blocks.push(call);
}
