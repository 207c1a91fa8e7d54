//! What a test or an op has shown is not tested or computed again.
//!
//! One walk over the dominator tree with a table of facts that is undone on the way back. A branch whose outcome is
//! known becomes a jump; a way into a block that only tests again, with an outcome known on this way, goes past it;
//! a pure op with the operands of an earlier one is that one; so is a look-up in a map.

use cordial_vm::bytecode::ops;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::super::ir::{Arg, Args, BlockId, End, Function, Literals, Op, Test, Value};
use super::facts::{self, Fact};
use super::order::{dominators, reverse_postorder};

pub fn run(function: &mut Function, literals: &Literals) {
    let order = reverse_postorder(function);
    let tree = dominators(function, &order);
    let count = function.blocks.len();
    let mut children: Vec<Vec<BlockId>> = vec![Vec::new(); count];
    let mut ways: Vec<SmallVec<[BlockId; 2]>> = vec![SmallVec::new(); count];
    // Which target of its way in a block is; read where there is one way.
    let mut places = vec![0usize; count];
    for &id in &order {
        if let Some(parent) = tree.parent(id) {
            children[parent.0 as usize].push(id);
        }
        let block = &function.blocks[id.0 as usize];
        for target in block.successors() {
            ways[target.0 as usize].push(id);
        }
        for (place, target) in block.targets.iter().enumerate() {
            places[target.0 as usize] = place;
        }
    }
    let mut uses = vec![0u32; function.values as usize];
    for &id in &order {
        let block = &function.blocks[id.0 as usize];
        for value in block.reads() {
            uses[value.0 as usize] += 1;
        }
    }
    let mut refiner = Refiner {
        uses,
        facts: vec![Fact::default(); function.values as usize],
        undo: Vec::new(),
        renamed: vec![None; function.values as usize],
        known: FxHashMap::default(),
        known_undo: Vec::new(),
        redirected: FxHashSet::default(),
        function,
        literals,
    };
    // Blocks to enter, and marks to go back to.
    enum Step {
        Enter(BlockId),
        Leave(usize, usize),
    }
    let mut stack = vec![Step::Enter(BlockId(0))];
    while let Some(step) = stack.pop() {
        match step {
            Step::Leave(undo, known) => refiner.back(undo, known),
            Step::Enter(id) => {
                stack.push(Step::Leave(refiner.undo.len(), refiner.known_undo.len()));
                if let [from] = ways[id.0 as usize].as_slice() {
                    refiner.arrive(*from, id, places[id.0 as usize]);
                }
                refiner.block(id);
                stack.extend(children[id.0 as usize].iter().map(|child| Step::Enter(*child)));
            }
        }
    }
    let renamed = refiner.renamed;
    super::simplify::rename(function, &renamed);
}

/// What is known of an expression: its value, or that it fails.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    Value(Value),
    Fails,
}

struct Refiner<'f> {
    function: &'f mut Function,
    literals: &'f Literals,
    facts: Vec<Fact>,
    undo: Vec<(Value, Fact)>,
    renamed: Vec<Option<Arg>>,
    /// How often each value was read before the pass.
    uses: Vec<u32>,
    known: FxHashMap<(Op, Args), Known>,
    known_undo: Vec<((Op, Args), Option<Known>)>,
    /// Blocks with targets that they got in this pass.
    redirected: FxHashSet<(BlockId, BlockId)>,
}

impl Refiner<'_> {
    fn back(&mut self, undo: usize, known: usize) {
        while self.undo.len() > undo {
            if let Some((value, fact)) = self.undo.pop() {
                self.facts[value.0 as usize] = fact;
            }
        }
        while self.known_undo.len() > known {
            if let Some((key, before)) = self.known_undo.pop() {
                match before {
                    Some(before) => self.known.insert(key, before),
                    None => self.known.remove(&key),
                };
            }
        }
    }

    fn resolve(&self, mut arg: Arg) -> Arg {
        while let Arg::Value(value) = arg
            && let Some(next) = self.renamed[value.0 as usize]
        {
            arg = next;
        }
        arg
    }

    fn fact(&self, arg: Arg) -> Fact {
        match arg {
            Arg::Value(value) => self.facts[value.0 as usize],
            constant => facts::of_constant(constant, self.literals),
        }
    }

    fn set(&mut self, value: Value, fact: Fact) {
        let before = std::mem::replace(&mut self.facts[value.0 as usize], fact);
        self.undo.push((value, before));
    }

    fn remember(&mut self, key: (Op, Args), known: Known) {
        let before = self.known.insert(key.clone(), known);
        self.known_undo.push((key, before));
    }

    /// What the only way into a block says: it is the target of `from` at that place.
    fn arrive(&mut self, from: BlockId, to: BlockId, place: usize) {
        let block = &self.function.blocks[from.0 as usize];
        // The targets of `from` may have changed since the ways were counted, and may lead here twice now.
        let is_only = block.targets.get(place) == Some(&to) && !self.redirected.contains(&(from, to));
        if !is_only || block.handler == Some(to) {
            return;
        }
        let args: Args = block.args.iter().map(|arg| self.resolve(*arg)).collect();
        for (value, fact) in self.on_edge(from, place, &args) {
            self.set(value, fact);
        }
        let block = &self.function.blocks[from.0 as usize];
        if let End::Guarded(Op::MapGet, dst) = &block.end {
            let known = if place == 0 {
                dst.map(Known::Value)
            } else {
                Some(Known::Fails)
            };
            if let Some(known) = known {
                self.remember((Op::MapGet, args), known);
            }
        }
    }

    /// What is known on the way to the target of a block at that place.
    fn on_edge(&self, from: BlockId, place: usize, args: &Args) -> SmallVec<[(Value, Fact); 2]> {
        let block = &self.function.blocks[from.0 as usize];
        let mut learned = SmallVec::new();
        let first = place == 0;
        let Some(arg) = args.first() else { return learned };
        match &block.end {
            End::Branch(test) => {
                let other = args.get(1).map(|arg| self.fact(*arg));
                if let Arg::Value(value) = arg {
                    learned.push((*value, facts::learn(self.fact(*arg), *test, first, other)));
                }
                if let (Test::Compare(_), Some(Arg::Value(value))) = (test, args.get(1)) {
                    learned.push((
                        *value,
                        facts::learn(self.fact(args[1]), *test, first, Some(self.fact(*arg))),
                    ));
                }
            }
            End::Switch(constants) => {
                if let Arg::Value(value) = arg {
                    let mut fact = self.fact(*arg);
                    let same = Test::Compare(ops::Cond::Same);
                    if first {
                        for constant in constants {
                            let constant = facts::of_constant(*constant, self.literals);
                            fact = facts::learn(fact, same, false, Some(constant));
                        }
                    } else {
                        let constant = facts::of_constant(constants[place - 1], self.literals);
                        fact = facts::learn(fact, same, true, Some(constant));
                    }
                    learned.push((*value, fact));
                }
            }
            End::SwitchArity(arities) => {
                if let Arg::Value(value) = arg
                    && !first
                {
                    learned.push((
                        *value,
                        facts::learn(self.fact(*arg), Test::TupleArity(arities[place - 1]), true, None),
                    ));
                }
            }
            End::Guarded(op, _) if first => {
                let mask = match op {
                    Op::MapGet => facts::MAP,
                    Op::BinStart => facts::BINARY | facts::BITS,
                    _ => return learned,
                };
                if let Arg::Value(value) = arg {
                    let mut fact = self.fact(*arg);
                    fact.mask &= mask;
                    learned.push((*value, fact));
                }
            }
            _ => {}
        }
        learned
    }

    fn block(&mut self, id: BlockId) {
        let mut insts = std::mem::take(&mut self.function.blocks[id.0 as usize].insts);
        insts.retain_mut(|inst| {
            for arg in &mut inst.args {
                *arg = self.resolve(*arg);
            }
            let Some(dst) = inst.dst else { return true };
            let facts: SmallVec<[Fact; 4]> = inst.args.iter().map(|arg| self.fact(*arg)).collect();
            if let Op::Compare(cond) = &mut inst.op {
                *cond = facts::exact(*cond, &facts);
            }
            let decided = match &inst.op {
                Op::Test(ty) => facts::decide(Test::Type(*ty), &facts),
                Op::Compare(cond) => facts::decide(Test::Compare(*cond), &facts),
                _ => None,
            };
            if let Some(holds) = decided {
                self.renamed[dst.0 as usize] = Some(Arg::Atom(cordial_vm::atom::Atom::bool(holds)));
                return false;
            }
            if is_shared(&inst.op) {
                let key = (inst.op.clone(), inst.args.clone());
                if let Some(Known::Value(value)) = self.known.get(&key) {
                    self.renamed[dst.0 as usize] = Some(Arg::Value(*value));
                    return false;
                }
                self.remember(key, Known::Value(dst));
            }
            let fact = match (&inst.op, facts.first()) {
                (Op::Copy, Some(fact)) => *fact,
                _ => facts::of_result(&inst.op, &facts),
            };
            self.set(dst, fact);
            true
        });
        self.function.blocks[id.0 as usize].insts = insts;
        let mut args = std::mem::take(&mut self.function.blocks[id.0 as usize].args);
        for arg in &mut args {
            *arg = self.resolve(*arg);
        }
        let facts: SmallVec<[Fact; 4]> = args.iter().map(|arg| self.fact(*arg)).collect();
        if let End::Branch(Test::Compare(cond)) = &mut self.function.blocks[id.0 as usize].end {
            *cond = facts::exact(*cond, &facts);
        }
        let end = self.function.blocks[id.0 as usize].end.clone();
        match &end {
            End::Branch(_) | End::Switch(_) | End::SwitchArity(_) => {
                let args_of = |arg: Arg| self.fact(arg);
                if let Some(place) = outcome(&end, &args, &args_of) {
                    let block = &mut self.function.blocks[id.0 as usize];
                    let target = block.targets[place];
                    block.end = End::Jump;
                    block.args.clear();
                    block.targets.clear();
                    block.targets.push(target);
                    return;
                }
            }
            End::Guarded(op, dst) => {
                let key = (op.clone(), args.clone());
                if let (Op::MapGet, Some(known)) = (op, self.known.get(&key).copied()) {
                    let place = match known {
                        Known::Value(value) => {
                            if let Some(dst) = dst {
                                self.renamed[dst.0 as usize] = Some(Arg::Value(value));
                            }
                            0
                        }
                        Known::Fails => 1,
                    };
                    let block = &mut self.function.blocks[id.0 as usize];
                    let target = block.targets[place];
                    block.end = End::Jump;
                    block.args.clear();
                    block.targets.clear();
                    block.targets.push(target);
                    return;
                }
                if let Some(dst) = dst {
                    self.set(*dst, facts::of_result(op, &facts));
                }
            }
            _ => {}
        }
        self.function.blocks[id.0 as usize].args = args;
        self.shorten(id);
    }

    /// Ways out that lead to a test whose outcome they know.
    fn shorten(&mut self, id: BlockId) {
        let block = &self.function.blocks[id.0 as usize];
        if !matches!(
            block.end,
            End::Branch(_) | End::Switch(_) | End::SwitchArity(_) | End::Guarded(..) | End::Jump
        ) {
            return;
        }
        if matches!(block.end, End::Jump) && !block.args.is_empty() {
            return self.through(id);
        }
        let args = block.args.clone();
        let mut counts: FxHashMap<BlockId, u32> = FxHashMap::default();
        for target in &block.targets {
            *counts.entry(*target).or_default() += 1;
        }
        let targets = block.targets.len();
        for place in 0..targets {
            let original = self.function.blocks[id.0 as usize].targets[place];
            let learned = if counts.get(&original) == Some(&1) {
                self.on_edge(id, place, &args)
            } else {
                SmallVec::new()
            };
            let fact_of = |arg: Arg| {
                learned
                    .iter()
                    .find(|(value, _)| arg == Arg::Value(*value))
                    .map_or_else(|| self.fact(arg), |(_, fact)| *fact)
            };
            let mut target = original;
            for _ in 0..16 {
                let next = &self.function.blocks[target.0 as usize];
                if !next.insts.is_empty() || !next.params.is_empty() {
                    break;
                }
                let after = match &next.end {
                    End::Jump if next.args.is_empty() => Some(0),
                    end => {
                        let args: Args = next.args.iter().map(|arg| self.resolve(*arg)).collect();
                        outcome(end, &args, &fact_of)
                    }
                };
                match after {
                    Some(after) => {
                        let to = self.function.blocks[target.0 as usize].targets[after];
                        if !self.function.blocks[to.0 as usize].params.is_empty() || to == target {
                            break;
                        }
                        target = to;
                    }
                    None => break,
                }
            }
            if target != original {
                self.function.blocks[id.0 as usize].targets[place] = target;
                *counts.entry(original).or_default() -= 1;
                *counts.entry(target).or_default() += 1;
                self.redirected.insert((id, target));
            }
        }
    }
}

impl Refiner<'_> {
    /// A jump to a block that only tests what it is passed goes on at once.
    fn through(&mut self, id: BlockId) {
        let block = &self.function.blocks[id.0 as usize];
        let next = &self.function.blocks[block.targets[0].0 as usize];
        if !next.insts.is_empty() {
            return;
        }
        // Nobody else may read what was passed.
        let own = |param: &Value| next.args.iter().filter(|arg| **arg == Arg::Value(*param)).count() as u32;
        if next
            .params
            .iter()
            .any(|param| self.uses[param.0 as usize] != own(param))
        {
            return;
        }
        let args: Args = next
            .args
            .iter()
            .map(|arg| match arg {
                Arg::Value(value) => match next.params.iter().position(|param| param == value) {
                    Some(place) => block.args[place],
                    None => self.resolve(*arg),
                },
                constant => *constant,
            })
            .collect();
        if let Some(place) = outcome(&next.end, &args, &|arg| self.fact(arg)) {
            let target = next.targets[place];
            if !self.function.blocks[target.0 as usize].params.is_empty() {
                return;
            }
            let block = &mut self.function.blocks[id.0 as usize];
            block.args.clear();
            block.targets[0] = target;
        }
    }
}

/// The target that a block's end goes to, if that is known.
fn outcome(end: &End, args: &Args, fact: &dyn Fn(Arg) -> Fact) -> Option<usize> {
    match end {
        End::Branch(test) => {
            let facts: SmallVec<[Fact; 2]> = args.iter().map(|arg| fact(*arg)).collect();
            if let (Test::Compare(ops::Cond::Same | ops::Cond::Eq), [Arg::Value(a), Arg::Value(b)]) =
                (test, args.as_slice())
                && a == b
            {
                return Some(0);
            }
            facts::decide(*test, &facts).map(|holds| usize::from(!holds))
        }
        End::Switch(constants) => {
            let known = fact(*args.first()?);
            match known.constant {
                Some(constant @ (Arg::Small(_) | Arg::Atom(_) | Arg::Nil)) => Some(
                    constants
                        .iter()
                        .position(|other| *other == constant)
                        .map_or(0, |place| place + 1),
                ),
                _ if known.mask & (facts::ATOMS | facts::INTEGER | facts::EMPTY) == 0 => Some(0),
                _ => None,
            }
        }
        End::SwitchArity(arities) => {
            let known = fact(*args.first()?);
            match known.arity {
                Some(arity) if known.mask == facts::TUPLE => Some(
                    arities
                        .iter()
                        .position(|other| *other == arity)
                        .map_or(0, |place| place + 1),
                ),
                _ if known.mask & facts::TUPLE == 0 => Some(0),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Ops worth keeping the result of, rather than computing it again.
fn is_shared(op: &Op) -> bool {
    matches!(
        op,
        Op::Head | Op::Tail | Op::Element(_) | Op::Compare(_) | Op::Test(_)
    )
}
