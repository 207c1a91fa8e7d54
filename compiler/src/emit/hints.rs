//! Where a value would best be: in the register of a parameter it is passed to, or in an outgoing register.

use crate::ssa::ir::{Arg, BlockId, End, Function, Op, Value};

#[derive(Default)]
pub(super) struct Hints {
    /// The parameter that a value is passed to.
    pub param: Vec<Option<Value>>,
    /// The argument that a value is; it is used for nothing else, and no call comes in between.
    pub out: Vec<Option<u16>>,
}

pub(super) fn hints(function: &Function, order: &[BlockId]) -> Hints {
    let count = function.values as usize;
    let mut hints = Hints {
        param: vec![None; count],
        out: vec![None; count],
    };
    let mut uses = vec![0u32; count];
    for &id in order {
        let block = &function.blocks[id.0 as usize];
        for value in block.reads() {
            uses[value.0 as usize] += 1;
        }
        if matches!(block.end, End::Jump | End::Loop) {
            let target = &function.blocks[block.targets[0].0 as usize];
            for (arg, param) in block.args.iter().zip(&target.params) {
                if let Arg::Value(value) = arg {
                    hints.param[value.0 as usize] = Some(*param);
                }
            }
        }
    }
    // The values that this block has made since its last call.
    let mut fresh: Vec<Value> = Vec::new();
    for &id in order {
        let block = &function.blocks[id.0 as usize];
        fresh.clear();
        for inst in &block.insts {
            if let Op::Call(callee) = &inst.op {
                mark(&mut hints, &uses, &fresh, &inst.args[callee.operands()..]);
                fresh.clear();
            }
            fresh.extend(inst.dst);
        }
        if let End::TailCall(callee) = &block.end {
            mark(&mut hints, &uses, &fresh, &block.args[callee.operands()..]);
        }
    }
    hints
}

fn mark(hints: &mut Hints, uses: &[u32], fresh: &[Value], args: &[Arg]) {
    for (place, arg) in args.iter().enumerate() {
        if let Arg::Value(value) = arg
            && uses[value.0 as usize] == 1
            && fresh.contains(value)
        {
            hints.out[value.0 as usize] = Some(place as u16);
        }
    }
}
