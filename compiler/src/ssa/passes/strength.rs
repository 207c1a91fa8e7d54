//! Cheaper ops that give the same: `rem(x, 2ⁿ) == 0` asks for the low bits.

use cordial_vm::bytecode::ops::{Arith, Cond};

use super::super::ir::{Arg, End, Function, Op, Test};
use super::order::reverse_postorder;

pub fn run(function: &mut Function) {
    let order = reverse_postorder(function);
    let mut uses = vec![0u32; function.values as usize];
    // Values compared with zero, for equality.
    let mut zeroed = vec![false; function.values as usize];
    let equality = |cond: Cond| matches!(cond, Cond::Eq | Cond::Ne | Cond::Same | Cond::NotSame);
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        for value in block.reads() {
            uses[value.0 as usize] += 1;
        }
        if let (End::Branch(Test::Compare(cond)), [Arg::Value(value), Arg::Small(0)]) =
            (&block.end, block.args.as_slice())
            && equality(*cond)
        {
            zeroed[value.0 as usize] = true;
        }
        for inst in &block.insts {
            if let (Op::Compare(cond), [Arg::Value(value), Arg::Small(0)]) = (&inst.op, inst.args.as_slice())
                && equality(*cond)
            {
                zeroed[value.0 as usize] = true;
            }
        }
    }
    let power = |arg: Option<&Arg>| match arg {
        Some(Arg::Small(number)) if *number > 0 && number & (number - 1) == 0 => Some(*number),
        _ => None,
    };
    for &id in &order {
        let block = &mut function.blocks[id.0 as usize];
        for inst in &mut block.insts {
            if let (Op::Arith(Arith::Rem), Some(dst), Some(number)) =
                (&inst.op, inst.dst, power(inst.args.get(1)))
                && uses[dst.0 as usize] == 1
                && zeroed[dst.0 as usize]
            {
                inst.op = Op::Arith(Arith::Band);
                inst.args[1] = Arg::Small(number - 1);
            }
        }
        if let (End::Guarded(Op::Arith(Arith::Rem), Some(dst)), Some(number)) =
            (&block.end, power(block.args.get(1)))
            && uses[dst.0 as usize] == 1
            && zeroed[dst.0 as usize]
        {
            block.end = End::Guarded(Op::Arith(Arith::Band), Some(*dst));
            block.args[1] = Arg::Small(number - 1);
        }
    }
}
