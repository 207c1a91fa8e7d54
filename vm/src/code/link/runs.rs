//! Neighbouring operations that become one, and guards before operations of modules made by others.

use super::writer::Writer;
use crate::bytecode::module::Function;
use crate::bytecode::ops::*;
use crate::exec::isa::{I, fused, word};

impl Writer<'_> {
    /// Lets the operation at `first` do the next one, at `second`, in the same step.
    pub(super) fn fuse(&mut self, first: usize, second: usize) {
        if second >= self.words.len() || first == second {
            return;
        }
        let (a, b) = (I::of(self.words[first]), I::of(self.words[second]));
        let reg = |word: u64, shift: u32| (word >> shift) as u16;
        let op = match (a, b) {
            (I::IsCons, I::Uncons) if reg(self.words[first], 16) == reg(self.words[second], 48) => {
                I::IsConsUncons
            }
            (I::RemPow, I::EqRC) if reg(self.words[first], 16) == reg(self.words[second], 16) => I::RemPowEq,
            _ => match fused(a, b) {
                Some(op) => op,
                None => return,
            },
        };
        self.words[first] = self.words[first] & !0xffff | op as u64;
    }

    /// Guards an operation that looks into its operand.
    pub(super) fn check(&mut self, function: &Function, at: usize) {
        match &function.code[at] {
            Op::Head { src, .. } | Op::Tail { src, .. } | Op::Uncons { src, .. } => {
                self.push(I::CheckCons, src.0, 0, 0);
            }
            Op::Element { src, index, .. } => {
                self.push(I::CheckTuple, src.0, (*index).min(u16::MAX as u32) as u16, 0)
            }
            _ => return,
        }
        self.site(function, at, None, None);
    }

    /// Runs of moves and of element loads become one op; answers how many ops it took.
    pub(super) fn run(&mut self, code: &[Op], targets: &[bool], guarded: bool) -> usize {
        let mut moves: [(u16, u16); 3] = [(0, 0); 3];
        let mut count = 0;
        for (op, target) in code.iter().zip(targets) {
            if count == 3 || (count > 0 && *target) {
                break;
            }
            match op {
                Op::Move {
                    dst,
                    src: Src::Reg(src),
                } => moves[count] = (dst.0, src.0),
                _ => break,
            }
            count += 1;
        }
        let pack = |(a, b): (u16, u16), (c, d): (u16, u16)| {
            a as u64 | (b as u64) << 16 | (c as u64) << 32 | (d as u64) << 48
        };
        match count {
            2 => {
                self.words
                    .push(word(I::Move2, moves[0].0, moves[0].1, moves[1].0));
                self.words.push(moves[1].1 as u64);
                return 2;
            }
            3 => {
                self.words.push(word(I::Move3, moves[0].0, moves[0].1, 0));
                self.words.push(pack(moves[1], moves[2]));
                return 3;
            }
            _ => {}
        }
        let Some(Op::Element { src, .. }) = code.first() else {
            return 0;
        };
        let mut loads: [(u16, u16); 3] = [(0, 0); 3];
        let mut count = 0;
        for (op, target) in code.iter().zip(targets) {
            if count == 3 || (count > 0 && (*target || guarded)) {
                break;
            }
            match op {
                Op::Element {
                    dst,
                    src: from,
                    index,
                } if from == src && *index < 60_000 => {
                    loads[count] = (dst.0, *index as u16);
                    count += 1;
                    if dst == src {
                        break;
                    }
                }
                _ => break,
            }
        }
        match count {
            2 => {
                self.words.push(word(I::Element2, src.0, loads[0].0, loads[0].1));
                self.words.push(loads[1].0 as u64 | (loads[1].1 as u64) << 16);
                2
            }
            3 => {
                self.words.push(word(I::Element3, src.0, loads[0].0, loads[0].1));
                self.words.push(pack(loads[1], loads[2]));
                3
            }
            _ => 0,
        }
    }
}
