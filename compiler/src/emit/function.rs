//! One function: walks the blocks, gives values their registers, and writes the code.

use cordial_vm::bytecode::module::{self, Handler, RegSet};
use cordial_vm::bytecode::ops::{FRAME_HEADER, Label, Live, Op as Code, Reg, Src};
use rustc_hash::FxHashMap;

use super::hints::Hints;
use super::registers::{OUT, Registers};
use super::{compact, hints, layout, liveness, moves, patch};
use crate::ssa::ir::{Arg, Block, BlockId, Function, Inst, Value};

/// No register yet.
const NONE: u16 = u16::MAX;

pub(super) struct Emitter<'f> {
    pub function: &'f Function,
    pub code: Vec<Code>,
    pub live_sets: Vec<RegSet>,
    live_places: FxHashMap<RegSet, u32>,
    lines: Vec<(u32, u32)>,
    /// By value.
    homes: Vec<u16>,
    hints: Hints,
    live_in: Vec<Vec<Value>>,
    handlers: rustc_hash::FxHashSet<BlockId>,
    /// In use at this place of the code.
    pub used: Registers,
    pub frame: u16,
    pub out: u16,
    /// The block that comes next in the code.
    pub next: Option<BlockId>,
}

pub(super) fn emit(function: &Function, file: u32) -> Result<module::Function, String> {
    let order = layout::layout(function);
    let mut emitter = Emitter {
        function,
        code: Vec::with_capacity(function.blocks.len() * 3),
        live_sets: Vec::new(),
        live_places: FxHashMap::default(),
        lines: Vec::new(),
        homes: vec![NONE; function.values as usize],
        hints: hints::hints(function, &order),
        live_in: liveness::live_in(function, &order),
        handlers: order
            .iter()
            .filter_map(|id| function.blocks[id.0 as usize].handler)
            .collect(),
        used: Registers::default(),
        frame: u16::from(function.arity),
        out: 0,
        next: None,
    };
    let mut starts = vec![u32::MAX; function.blocks.len()];
    let mut handlers: Vec<(u32, u32, BlockId)> = Vec::new();
    for (place, param) in function.blocks[0].params.iter().enumerate() {
        emitter.homes[param.0 as usize] = place as u16;
    }
    for (index, &id) in order.iter().enumerate() {
        let block = &function.blocks[id.0 as usize];
        let start = emitter.code.len() as u32;
        starts[id.0 as usize] = start;
        emitter.next = order.get(index + 1).copied();
        emitter.block(id, block);
        if let Some(handler) = block.handler {
            let end = emitter.code.len() as u32;
            match handlers.last_mut() {
                Some((_, last, target)) if *last == start && *target == handler => *last = end,
                _ if start < end => handlers.push((start, end, handler)),
                _ => {}
            }
        }
    }
    if emitter.frame >= OUT - 300 {
        return Err(format!(
            "function {}/{} is too large",
            function.name, function.arity
        ));
    }
    Ok(emitter.finish(&starts, handlers, file))
}

impl Emitter<'_> {
    fn block(&mut self, id: BlockId, block: &Block) {
        self.used.clear();
        for value in &self.live_in[id.0 as usize] {
            self.used.insert(self.homes[value.0 as usize]);
        }
        self.params(id);
        // The last use of each value in this block, from behind.
        let mut dying: Vec<Vec<Value>> = vec![Vec::new(); block.insts.len() + 1];
        let mut live: rustc_hash::FxHashSet<Value> = rustc_hash::FxHashSet::default();
        for target in block.successors() {
            live.extend(&self.live_in[target.0 as usize]);
        }
        for value in block.args.iter().filter_map(|arg| arg.value()) {
            if live.insert(value) {
                dying[block.insts.len()].push(value);
            }
        }
        for (place, inst) in block.insts.iter().enumerate().rev() {
            for value in inst.args.iter().filter_map(|arg| arg.value()) {
                if live.insert(value) {
                    dying[place].push(value);
                }
            }
        }
        for param in &block.params {
            if !live.contains(param) {
                let home = self.homes[param.0 as usize];
                self.used.remove(home);
            }
        }
        let mut place = 0;
        while let Some(inst) = block.insts.get(place) {
            self.line(inst.line);
            // Head and tail of one cell are one op.
            if let Some(second) = block.insts.get(place + 1)
                && self.uncons(inst, second, &dying[place + 1], &live)
            {
                place += 2;
                continue;
            }
            self.inst(
                inst,
                &dying[place],
                inst.dst.is_some_and(|dst| live.contains(&dst)),
            );
            place += 1;
        }
        self.line(block.line);
        self.end(block, &dying[block.insts.len()]);
    }

    /// Registers for a block's parameters, if they have none yet.
    pub(super) fn params(&mut self, id: BlockId) {
        let block = &self.function.blocks[id.0 as usize];
        let Some(first) = block.params.first() else { return };
        if self.homes[first.0 as usize] == NONE {
            let mut forbidden = Registers::default();
            for value in &self.live_in[id.0 as usize] {
                forbidden.insert(self.homes[value.0 as usize]);
            }
            if self.is_handler(id) {
                let start = forbidden.lowest(3);
                for (offset, param) in block.params.iter().enumerate() {
                    self.set_home(*param, start + offset as u16);
                }
            } else {
                for param in &block.params {
                    let home = forbidden.lowest(1);
                    forbidden.insert(home);
                    self.set_home(*param, home);
                }
            }
        }
        for param in &block.params {
            self.used.insert(self.homes[param.0 as usize]);
        }
    }

    fn is_handler(&self, id: BlockId) -> bool {
        self.handlers.contains(&id)
    }

    /// Registers for the parameters of a jump's target, near the arguments.
    pub(super) fn target_params(&mut self, id: BlockId, args: &[Arg]) {
        let block = &self.function.blocks[id.0 as usize];
        if block
            .params
            .first()
            .is_none_or(|first| self.homes[first.0 as usize] != NONE)
        {
            return;
        }
        let mut forbidden = Registers::default();
        for value in &self.live_in[id.0 as usize] {
            forbidden.insert(self.homes[value.0 as usize]);
        }
        let mut left = Vec::new();
        for (param, arg) in block.params.iter().zip(args) {
            let home = match arg {
                Arg::Value(value) => self.homes[value.0 as usize],
                _ => NONE,
            };
            if home < OUT && !forbidden.contains(home) {
                forbidden.insert(home);
                self.set_home(*param, home);
            } else {
                left.push(*param);
            }
        }
        for param in left {
            // Perhaps the parameter is itself passed on.
            let wish = self.wish(param).filter(|home| !forbidden.contains(*home));
            let home = wish.unwrap_or_else(|| forbidden.lowest(1));
            forbidden.insert(home);
            self.set_home(param, home);
        }
    }

    fn wish(&self, value: Value) -> Option<u16> {
        let param = self.hints.param[value.0 as usize]?;
        let home = self.homes[param.0 as usize];
        (home < OUT).then_some(home)
    }

    fn set_home(&mut self, value: Value, home: u16) {
        self.homes[value.0 as usize] = home;
        if home < OUT {
            self.frame = self.frame.max(home + 1);
        } else {
            self.out = self.out.max(home - OUT + 1);
        }
    }

    /// A register for a result.
    pub(super) fn define(&mut self, value: Value) -> Reg {
        let home = match self.hints.out[value.0 as usize] {
            Some(place) => OUT + place,
            None => match self.wish(value).filter(|home| !self.used.contains(*home)) {
                Some(home) => home,
                None => self.used.lowest(1),
            },
        };
        self.set_home(value, home);
        self.used.insert(home);
        Reg(home)
    }

    /// A register for a result that nobody reads.
    pub(super) fn scratch(&mut self) -> Reg {
        let home = self.used.lowest(1);
        self.frame = self.frame.max(home + 1);
        Reg(home)
    }

    pub(super) fn home(&self, value: Value) -> Reg {
        Reg(self.homes[value.0 as usize])
    }

    pub(super) fn src(&self, arg: Arg) -> Src {
        match arg {
            Arg::Value(value) => Src::Reg(self.home(value)),
            Arg::Small(number) => Src::Small(number),
            Arg::Atom(atom) => Src::Atom(atom),
            Arg::Nil => Src::Nil,
            Arg::Lit(index) => Src::Lit(index),
        }
    }

    pub(super) fn release(&mut self, dying: &[Value]) {
        for value in dying {
            let home = self.homes[value.0 as usize];
            self.used.remove(home);
        }
    }

    /// The set of the registers in use.
    pub(super) fn live(&mut self) -> Live {
        let set = self.used.set();
        self.live_of(set)
    }

    fn live_of(&mut self, set: RegSet) -> Live {
        if let Some(place) = self.live_places.get(&set) {
            return Live(*place);
        }
        let place = self.live_sets.len() as u32;
        self.live_sets.push(set.clone());
        self.live_places.insert(set, place);
        Live(place)
    }

    /// What is live at the start of a block, its parameters included.
    pub(super) fn live_at(&mut self, id: BlockId) -> Live {
        let mut set = Registers::default();
        for value in &self.live_in[id.0 as usize] {
            set.insert(self.homes[value.0 as usize]);
        }
        for param in &self.function.blocks[id.0 as usize].params {
            set.insert(self.homes[param.0 as usize]);
        }
        self.live_of(set.set())
    }

    /// Passes a jump's arguments.
    pub(super) fn pass(&mut self, target: BlockId, args: &[Arg]) {
        self.target_params(target, args);
        let params = &self.function.blocks[target.0 as usize].params;
        let list: Vec<(Reg, Src)> = params
            .iter()
            .zip(args)
            .map(|(param, arg)| (self.home(*param), self.src(*arg)))
            .collect();
        let mut busy = self.used.clone();
        for (dst, _) in &list {
            busy.insert(dst.0);
        }
        let mut frame = self.frame;
        let sequence = moves::sequence(list, || {
            let spare = busy.lowest(1);
            busy.insert(spare);
            frame = frame.max(spare + 1);
            Reg(spare)
        });
        self.frame = frame;
        for (dst, src) in sequence {
            self.code.push(Code::Move { dst, src });
        }
    }

    /// Puts a call's arguments in place.
    pub(super) fn arguments(&mut self, args: &[Arg]) {
        self.out = self.out.max(args.len() as u16);
        for (place, arg) in args.iter().enumerate() {
            let dst = Reg(OUT + place as u16);
            let src = self.src(*arg);
            if src != Src::Reg(dst) {
                self.code.push(Code::Move { dst, src });
            }
        }
    }

    pub(super) fn push(&mut self, op: Code) {
        self.code.push(op);
    }

    fn line(&mut self, line: u32) {
        if line != 0 && self.lines.last().is_none_or(|(_, last)| *last != line) {
            let at = self.code.len() as u32;
            match self.lines.last_mut() {
                Some(last) if last.0 == at => last.1 = line,
                _ => self.lines.push((at, line)),
            }
        }
    }

    fn uncons(
        &mut self,
        first: &Inst,
        second: &Inst,
        dying: &[Value],
        live: &rustc_hash::FxHashSet<Value>,
    ) -> bool {
        use crate::ssa::ir::Op;
        if !matches!((&first.op, &second.op), (Op::Head, Op::Tail)) || first.args != second.args {
            return false;
        }
        let (Some(head), Some(tail), Some(source)) = (first.dst, second.dst, first.args[0].value()) else {
            return false;
        };
        if !live.contains(&head) || !live.contains(&tail) {
            return false;
        }
        let src = self.home(source);
        self.release(dying);
        let tail = self.define(tail);
        let head = self.define(head);
        self.push(Code::Uncons { head, tail, src });
        true
    }

    fn finish(mut self, starts: &[u32], handlers: Vec<(u32, u32, BlockId)>, file: u32) -> module::Function {
        let base = self.frame + FRAME_HEADER;
        let shift = |register: u16| {
            if register >= OUT {
                register - OUT + base
            } else {
                register
            }
        };
        for op in &mut self.code {
            patch::labels(op, |label| label.0 = starts[label.0 as usize]);
            patch::registers(op, &mut |reg| reg.0 = shift(reg.0));
        }
        // Jumps to jumps go to the end of the chain at once.
        let onward: Vec<Option<u32>> = self
            .code
            .iter()
            .map(|op| match op {
                Code::Jump { to } => Some(to.0),
                _ => None,
            })
            .collect();
        for op in &mut self.code {
            patch::labels(op, |label| {
                for _ in 0..32 {
                    match onward.get(label.0 as usize).copied().flatten() {
                        Some(next) => label.0 = next,
                        None => break,
                    }
                }
            });
        }
        for set in &mut self.live_sets {
            set.0.iter_mut().for_each(|register| *register = shift(*register));
        }
        let mut handlers: Vec<Handler> = handlers
            .into_iter()
            .map(|(start, end, target)| {
                let params = &self.function.blocks[target.0 as usize].params;
                let dst = params
                    .first()
                    .map_or(Reg(0), |param| Reg(self.homes[param.0 as usize]));
                Handler {
                    start,
                    end,
                    target: Label(starts[target.0 as usize]),
                    dst,
                }
            })
            .collect();
        compact::compact(&mut self.code, &mut handlers, &mut self.lines);
        module::Function {
            name: self.function.name,
            arity: self.function.arity,
            exported: self.function.exported,
            frame: self.frame,
            out: self.out,
            code: self.code,
            live: self.live_sets,
            handlers,
            lines: self.lines,
            file,
        }
    }
}
