//! `for`: loops in the function itself over lists, ranges and bitstrings; `Enum.reduce` with a closure over the rest.
//!
//! What a loop carries is its state: the accumulator, and with `uniq: true` the values seen. Lists are collected in
//! reverse. The loop over an enumerable takes one step on a list cell or on an integer of a range; anything else goes
//! to a function over one element and the state, which is built once for each generator.

use std::sync::Arc;

use cordial_vm::atom::{Atom, known as atoms};
use cordial_vm::bytecode::ops::{self, Cond, Endian, Failure, Mfa, SegKind, SegType};

use super::super::ir::{Arg, Args, BlockId, Callee, End, Op, Test};
use super::matching::Job;
use super::{Code, Dest, FunctionBuilder};
use crate::core::ir::{Collect, Expr, For, ForStep, Kind, Pat, PatSegment, VarId};
use crate::core::lit::Lit;

/// What is known of an enumerable before it is there.
#[derive(Clone, Copy, PartialEq)]
enum Source {
    List,
    Range,
    Unknown,
}

const REST: SegType = SegType {
    kind: SegKind::Bits,
    unit: 1,
    signed: false,
    endian: Endian::Big,
};

fn mfa(module: &str, function: &str, arity: u8) -> Callee {
    Callee::Remote(Mfa {
        module: Atom::new(module),
        function: Atom::new(function),
        arity,
    })
}

impl FunctionBuilder<'_> {
    pub(super) fn comprehension(&mut self, node: &Arc<For>, dest: Dest) -> Option<Arg> {
        let mut state = Args::new();
        state.push(match &node.collect {
            Collect::List | Collect::Map | Collect::Nothing => Arg::Nil,
            Collect::Binary => self.literal(&Lit::Bin(Vec::new().into())),
            Collect::Reduce(start, _) => self.value(start)?,
            Collect::Into(into, collector) => {
                let into = self.value(into)?;
                let pair = self.emit(Op::Call(mfa("Elixir.Collectable", "into", 1)), [into])?;
                let bad = self.block();
                self.test(Test::TupleArity(2), [pair], bad);
                let here = self.current.take();
                self.current = Some(bad);
                self.end(End::Fail(Failure::BadMatch), [pair], &[]);
                self.current = here;
                let start = self.emit(Op::Element(0), [pair])?;
                let fun = self.emit(Op::Element(1), [pair])?;
                self.bind(*collector, fun);
                start
            }
        });
        if node.unique {
            state.push(self.literal(&Lit::Map(Vec::new().into())));
        }
        let Collect::Into(_, collector) = node.collect else {
            let value = self.all_steps(node, state)?;
            return self.collected(node, value, dest);
        };
        // A failing body tells the collector.
        let fun = self.lookup(collector);
        let start = state[0];
        let outer = self.handler;
        let (handler, [class, reason, trace]) = self.handler_block();
        self.enter(Some(handler));
        let value = self.all_steps(node, state);
        let normal = self.leave(outer);
        self.current = Some(handler);
        self.emit(Op::Call(Callee::Fun), [fun, start, Arg::Atom(Atom::new("halt"))]);
        self.end(
            End::Raise,
            [Arg::Value(class), Arg::Value(reason), Arg::Value(trace)],
            &[],
        );
        self.current = normal;
        let args: Args = [fun, value?, Arg::Atom(Atom::new("done"))].into_iter().collect();
        self.call_with(Callee::Fun, args, dest)
    }

    fn collected(&mut self, node: &For, value: Arg, dest: Dest) -> Option<Arg> {
        let args: Args = [value].into_iter().collect();
        match node.collect {
            Collect::List if dest == Dest::Effect => Some(Arg::Nil),
            Collect::List => self.call_with(mfa("lists", "reverse", 1), args, dest),
            Collect::Map => {
                let value = self.emit(Op::Call(mfa("lists", "reverse", 1)), args)?;
                self.call_with(mfa("maps", "from_list", 1), [value].into_iter().collect(), dest)
            }
            _ => Some(value),
        }
    }

    /// The accumulator after all elements.
    fn all_steps(&mut self, node: &Arc<For>, state: Args) -> Option<Arg> {
        let (next, after) = self.state_block(state.len());
        self.steps(node, 0, state, next);
        self.current = Some(next);
        after.first().copied()
    }

    /// A block whose parameters are a state.
    fn state_block(&mut self, count: usize) -> (BlockId, Args) {
        let block = self.block();
        let mut state = Args::new();
        for _ in 0..count {
            let value = self.fresh();
            self.function.blocks[block.0 as usize].params.push(value);
            state.push(Arg::Value(value));
        }
        (block, state)
    }

    /// The steps from one on, for the variables as bound; goes to `next` with the new state.
    fn steps(&mut self, node: &Arc<For>, step: usize, state: Args, next: BlockId) {
        if self.current.is_none() {
            return;
        }
        match node.steps.get(step) {
            None => self.element(node, state, next),
            Some(ForStep::Filter(test)) => {
                let (yes, no) = (self.block(), self.block());
                self.condition(test, yes, no, true);
                self.current = Some(no);
                self.jump(next, state.clone());
                self.current = Some(yes);
                self.steps(node, step + 1, state, next);
            }
            Some(ForStep::Each {
                pattern,
                guards,
                source,
            }) => {
                self.each(node, step, (pattern, guards, source), state, next);
            }
            Some(ForStep::Bits { pattern, source }) => self.bits(node, step, (pattern, source), state, next),
        }
    }

    /// The body: a new state.
    fn element(&mut self, node: &For, state: Args, next: BlockId) {
        let outer = std::mem::replace(&mut self.in_for_function, false);
        self.element_inner(node, state, next);
        self.in_for_function = outer;
    }

    fn element_inner(&mut self, node: &For, mut state: Args, next: BlockId) {
        if let Collect::Reduce(_, clauses) = &node.collect {
            let mut join = self.join(Dest::Value);
            let fail = self.block();
            self.match_clauses(&state, clauses, fail, &mut Job::new(clauses, &mut join));
            self.current = Some(fail);
            self.end(End::Fail(Failure::CaseClause), [state[0]], &[]);
            if let Some(value) = self.resume(join) {
                state[0] = value;
                self.jump(next, state);
            }
            return;
        }
        let Some(value) = self.value(&node.body) else {
            return;
        };
        if let Some(seen) = state.get(1).copied() {
            let is_new = self.block();
            self.guarded(Op::MapGet, [seen, value], is_new);
            self.jump(next, state.clone());
            self.current = Some(is_new);
            if let Some(more) = self.emit(Op::MapPut, [seen, value, Arg::Atom(atoms::TRUE)]) {
                state[1] = more;
            }
        }
        let collected = match &node.collect {
            Collect::List | Collect::Map => self.emit(Op::Cons, [value, state[0]]),
            Collect::Binary => {
                let types = [(REST, false), (REST, false)];
                self.emit(Op::Bin(Arc::new(types)), [state[0], value])
            }
            Collect::Into(_, collector) => {
                let fun = self.lookup(*collector);
                match self.emit(Op::Tuple, [Arg::Atom(Atom::new("cont")), value]) {
                    Some(message) => self.emit(Op::Call(Callee::Fun), [fun, state[0], message]),
                    None => None,
                }
            }
            Collect::Reduce(..) | Collect::Nothing => Some(state[0]),
        };
        if let Some(collected) = collected {
            state[0] = collected;
            self.jump(next, state);
        }
    }

    fn each(
        &mut self,
        node: &Arc<For>,
        step: usize,
        (pattern, guards, source): (&Pat, &[Expr], &Expr),
        state: Args,
        next: BlockId,
    ) {
        let kind = kind_of(source);
        let Some(source) = self.value(source) else { return };
        if self.in_for_function {
            return self.reduce(node, step, source, state, next);
        }
        // Parameters: where we are (a list or an integer), then the state.
        let (head, params) = self.state_block(state.len() + 1);
        let (at, inner) = (params[0], params[1..].iter().copied().collect::<Args>());
        let start = |at: Arg| std::iter::once(at).chain(state.clone()).collect::<Args>();
        let mut stop = Arg::Nil;
        let mut by = Arg::Nil;
        if kind == Source::List {
            self.jump(head, start(source));
        } else {
            // The range's end and step are known in the loop, which starts with a list or an integer.
            let (ready, known) = self.state_block(3);
            if kind == Source::Unknown {
                let (list, other) = (self.block(), self.block());
                self.end(End::Branch(Test::Type(ops::Type::List)), [source], &[list, other]);
                self.current = Some(list);
                self.jump(ready, [source, Arg::Nil, Arg::Nil]);
                self.current = Some(other);
            }
            let general = self.block();
            self.range(source, ready, general, next, &state);
            self.current = Some(general);
            self.reduce(node, step, source, state.clone(), next);
            self.current = Some(ready);
            stop = known[1];
            by = known[2];
            self.jump(head, start(known[0]));
        }
        self.current = Some(head);
        // One element, and where we are after it.
        let (body, taken) = self.state_block(2);
        let (element, rest) = (taken[0], taken[1]);
        let (cell, other) = (self.block(), self.block());
        if kind == Source::Range {
            self.jump(other, []);
        } else {
            self.end(End::Branch(Test::Type(ops::Type::Cons)), [at], &[cell, other]);
            self.current = Some(cell);
            if let (Some(first), Some(tail)) = (self.emit(Op::Head, [at]), self.emit(Op::Tail, [at])) {
                self.jump(body, [first, tail]);
            }
        }
        self.current = Some(other);
        let done = self.block();
        if kind != Source::Range {
            let more = self.block();
            self.end(End::Branch(Test::Type(ops::Type::Nil)), [at], &[done, more]);
            self.current = Some(more);
        }
        if kind == Source::List {
            self.end(
                End::Raise,
                [Arg::Atom(atoms::ERROR), Arg::Atom(atoms::FUNCTION_CLAUSE)],
                &[],
            );
        } else {
            let number = self.block();
            self.end(
                End::Branch(Test::Compare(Cond::Same)),
                [at, stop],
                &[done, number],
            );
            self.current = Some(number);
            if let Some(after) = self.emit(Op::Arith(ops::Arith::Add), [at, by]) {
                self.jump(body, [at, after]);
            }
        }
        self.current = Some(done);
        self.jump(next, inner.clone());
        self.current = Some(body);
        let (latch, carried) = self.state_block(inner.len());
        let skip = self.block();
        self.match_one(element, pattern, guards, skip);
        self.steps(node, step + 1, inner.clone(), latch);
        self.current = Some(skip);
        self.jump(latch, inner);
        self.current = Some(latch);
        self.end(End::Loop, std::iter::once(rest).chain(carried), &[head]);
    }

    /// Goes to `ready` with first, stop and step of a range (stop: the first integer that is not in it any more), to
    /// `next` if it is empty, to `general` if it is no range.
    fn range(&mut self, source: Arg, ready: BlockId, general: BlockId, next: BlockId, state: &Args) {
        let key = |text: &str| Arg::Atom(Atom::new(text));
        let Some(module) = self.guarded(Op::MapGet, [source, Arg::Atom(atoms::STRUCT)], general) else {
            return;
        };
        self.test(Test::Compare(Cond::Same), [module, key("Elixir.Range")], general);
        let mut fields = Vec::new();
        for name in ["first", "last", "step"] {
            let Some(field) = self.guarded(Op::MapGet, [source, key(name)], general) else {
                return;
            };
            self.test(Test::Type(ops::Type::Integer), [field], general);
            fields.push(field);
        }
        let [first, last, step] = fields[..] else { return };
        self.test(Test::Compare(Cond::NotSame), [step, Arg::Small(0)], general);
        let empty = self.block();
        let (up, down, full) = (self.block(), self.block(), self.block());
        self.end(
            End::Branch(Test::Compare(Cond::Lt)),
            [Arg::Small(0), step],
            &[up, down],
        );
        self.current = Some(up);
        self.end(
            End::Branch(Test::Compare(Cond::Ge)),
            [last, first],
            &[full, empty],
        );
        self.current = Some(down);
        self.end(
            End::Branch(Test::Compare(Cond::Ge)),
            [first, last],
            &[full, empty],
        );
        self.current = Some(empty);
        self.jump(next, state.clone());
        self.current = Some(full);
        let arith = |builder: &mut Self, op, a, b| builder.emit(Op::Arith(op), [a, b]).unwrap_or(a);
        let distance = arith(self, ops::Arith::Sub, last, first);
        let steps = arith(self, ops::Arith::Div, distance, step);
        let steps = arith(self, ops::Arith::Add, steps, Arg::Small(1));
        let length = arith(self, ops::Arith::Mul, steps, step);
        let stop = arith(self, ops::Arith::Add, first, length);
        self.jump(ready, [first, stop, step]);
    }

    /// `Enum.reduce(source, state, fun)`
    fn reduce(&mut self, node: &Arc<For>, step: usize, source: Arg, state: Args, next: BlockId) {
        let key = (Arc::as_ptr(node) as usize, step);
        let free = crate::core::of_for(node, step).free();
        let values: Args = free.iter().map(|var| self.lookup(*var)).collect();
        let lambda = match self.for_lambdas.get(&key) {
            Some(lambda) => *lambda,
            None => {
                let lambda = self.closure(Code::For(Arc::clone(node), step), 2, free);
                self.for_lambdas.insert(key, lambda);
                lambda
            }
        };
        let Some(fun) = self.emit(Op::Fun(lambda), values) else {
            return;
        };
        let Some(packed) = self.pack(&state) else { return };
        let Some(result) = self.emit(Op::Call(mfa("Elixir.Enum", "reduce", 3)), [source, packed, fun]) else {
            return;
        };
        let state = self.unpack(result, state.len());
        self.jump(next, state);
    }

    fn pack(&mut self, state: &Args) -> Option<Arg> {
        match state.as_slice() {
            [single] => Some(*single),
            _ => self.emit(Op::Tuple, state.clone()),
        }
    }

    fn unpack(&mut self, packed: Arg, count: usize) -> Args {
        if count == 1 {
            return [packed].into_iter().collect();
        }
        // An `Enumerable` of the program may hand back anything.
        let bad = self.block();
        self.test(Test::TupleArity(count as u32), [packed], bad);
        let here = self.current.take();
        self.current = Some(bad);
        self.end(End::Fail(Failure::BadMatch), [packed], &[]);
        self.current = here;
        (0..count as u32)
            .filter_map(|index| self.emit(Op::Element(index), [packed]))
            .collect()
    }

    /// The function over one element and the state, for what is no list and no range.
    pub(super) fn for_function(&mut self, node: &Arc<For>, step: usize, free: &[VarId]) {
        self.in_for_function = true;
        let element = self.hidden();
        let packed = self.hidden();
        self.start(&[element, packed], free);
        let (element, packed) = (self.lookup(element), self.lookup(packed));
        let state = self.unpack(packed, if node.unique { 2 } else { 1 });
        let (next, after) = self.state_block(state.len());
        if let Some(ForStep::Each { pattern, guards, .. }) = node.steps.get(step) {
            let skip = self.block();
            self.match_one(element, pattern, guards, skip);
            self.steps(node, step + 1, state.clone(), next);
            self.current = Some(skip);
            self.jump(next, state);
        }
        self.current = Some(next);
        if let Some(packed) = self.pack(&after) {
            self.deliver(packed);
        }
    }

    /// A variable that the program does not know.
    fn hidden(&mut self) -> VarId {
        let var = VarId(self.env.len() as u32);
        self.env.push(None);
        var
    }

    fn bits(
        &mut self,
        node: &Arc<For>,
        step: usize,
        (pattern, source): (&[PatSegment], &Expr),
        state: Args,
        next: BlockId,
    ) {
        let Some(source) = self.value(source) else { return };
        let bad = self.block();
        let Some(context) = self.guarded(Op::BinStart, [source], bad) else {
            return;
        };
        let here = self.current.take();
        self.current = Some(bad);
        if let Some(reason) = self.emit(Op::Tuple, [Arg::Atom(Atom::new("bad_generator")), source]) {
            self.end(End::Raise, [Arg::Atom(atoms::ERROR), reason], &[]);
        }
        self.current = here;
        let (head, inner) = self.state_block(state.len());
        self.jump(head, state);
        self.current = Some(head);
        let rest = PatSegment {
            value: Pat::Any,
            ty: REST,
            size: None,
        };
        let mut segments: Vec<PatSegment> = pattern.to_vec();
        segments.push(rest.clone());
        let done = self.block();
        let refutable = pattern
            .iter()
            .any(|segment| !matches!(segment.value, Pat::Any | Pat::Var(_)));
        let (latch, carried) = self.state_block(inner.len());
        let fail = if refutable { self.block() } else { done };
        let position = if refutable {
            self.emit(Op::BinPosition, [context])
        } else {
            None
        };
        self.match_segments(context, &segments, fail);
        self.steps(node, step + 1, inner.clone(), latch);
        if let Some(position) = position {
            // The same bits with other values are passed over.
            self.current = Some(fail);
            self.emit_effect(Op::BinSeek, [context, position]);
            let mut skipped: Vec<PatSegment> = pattern.iter().map(any_value).collect();
            skipped.push(rest);
            self.match_segments(context, &skipped, done);
            self.jump(latch, inner.clone());
        }
        self.current = Some(done);
        self.jump(next, inner);
        self.current = Some(latch);
        self.end(End::Loop, carried, &[head]);
    }
}

/// The segment without a demand on its value; variables stay, as sizes may need them.
fn any_value(segment: &PatSegment) -> PatSegment {
    let mut segment = segment.clone();
    match &segment.value {
        Pat::Lit(Lit::Bin(bytes)) if segment.size.is_none() => {
            segment.size = Some(Expr::lit(Lit::Int(bytes.len() as i64)));
            segment.value = Pat::Any;
        }
        Pat::Var(_) => {}
        _ => segment.value = Pat::Any,
    }
    segment
}

fn kind_of(source: &Expr) -> Source {
    match &source.kind {
        Kind::Lit(Lit::Nil | Lit::List(..)) | Kind::List(_) | Kind::Cons(_) => Source::List,
        Kind::Lit(Lit::Map(pairs)) => {
            let is_range = |pair: &(Lit, Lit)| {
                pair.0 == Lit::Atom(atoms::STRUCT)
                    && matches!(&pair.1, Lit::Atom(atom) if atom.as_str() == "Elixir.Range")
            };
            if pairs.iter().any(is_range) {
                Source::Range
            } else {
                Source::Unknown
            }
        }
        Kind::Call(callee, _) => match callee.as_ref() {
            crate::core::ir::Callee::Remote(mfa)
                if mfa.module.as_str() == "Elixir.Range" && mfa.function.as_str() == "new" =>
            {
                Source::Range
            }
            _ => Source::Unknown,
        },
        _ => Source::Unknown,
    }
}
