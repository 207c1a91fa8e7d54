//! What is known of each register at each operation, found by following the code.
//!
//! The compiler's output needs none of this; it guards against files made by others. Where a register may be read (or
//! kept by the collector) before it is written, the loader clears it at the function's entry; where `Head`, `Element` and
//! their like stand on a register that may hold something else, it emits the checked form.

use super::field::Visit;
use super::module::Function;
use super::ops::*;
use super::validate::ends;

/// What a register holds, from knowing most to knowing nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// A cons cell.
    Cons,
    /// A tuple of at least that many elements.
    Tuple(u32),
    /// Some term.
    Term,
    /// Perhaps never written, or overwritten by a callee.
    Nothing,
}

impl Known {
    fn join(self, other: Known) -> Known {
        match (self, other) {
            (a, b) if a == b => a,
            (Known::Nothing, _) | (_, Known::Nothing) => Known::Nothing,
            (Known::Tuple(a), Known::Tuple(b)) => Known::Tuple(a.min(b)),
            _ => Known::Term,
        }
    }
}

/// What the loader has to add to a function.
#[derive(Default, Debug)]
pub struct Findings {
    /// Registers to clear at the entry.
    pub clear: Vec<u16>,
    /// Operations that must check their operand.
    pub check: Vec<bool>,
    /// An argument of the call there may not have been written.
    pub bad_call: Option<usize>,
}

type State = Vec<Known>;

/// Follows a validated function. `arities` gives the arity of each function of the module.
pub fn follow(function: &Function, arities: &dyn Fn(u32) -> u8) -> Findings {
    let length = function.code.len();
    let registers = (function.frame + FRAME_HEADER + function.out) as usize;
    let mut entry = vec![Known::Nothing; registers];
    entry[..function.arity as usize].fill(Known::Term);
    let mut findings = Findings {
        check: vec![false; length],
        ..Findings::default()
    };
    let mut before: Vec<Option<State>> = vec![None; length];
    before[0] = Some(entry);
    let mut work = vec![0usize];
    let mut cleared = vec![false; registers];
    while let Some(at) = work.pop() {
        let Some(state) = before[at].clone() else { continue };
        let op = &function.code[at];
        let mut after = state.clone();
        step(function, op, &mut after);
        let mut reach = |to: usize, state: &State| {
            if to >= length {
                return;
            }
            match &mut before[to] {
                Some(known) => {
                    let mut changed = false;
                    for (old, new) in known.iter_mut().zip(state) {
                        let joined = old.join(*new);
                        changed |= joined != *old;
                        *old = joined;
                    }
                    if changed {
                        work.push(to);
                    }
                }
                slot => {
                    *slot = Some(state.clone());
                    work.push(to);
                }
            }
        };
        for handler in &function.handlers {
            if (handler.start as usize..handler.end as usize).contains(&at) {
                for source in [&state, &after] {
                    let mut caught = source.clone();
                    let dst = handler.dst.0 as usize;
                    caught[dst..dst + 3].fill(Known::Term);
                    caught[function.frame as usize..].fill(Known::Nothing);
                    reach(handler.target.0 as usize, &caught);
                }
            }
        }
        branch(op, &state, &after, &mut reach);
        if !ends(op) {
            let mut on = after;
            refine(op, &mut on);
            reach(at + 1, &on);
        }
    }
    for (at, op) in function.code.iter().enumerate() {
        let Some(state) = &before[at] else { continue };
        let mut reads = Reads {
            function,
            state,
            unknown: Vec::new(),
        };
        op.visit(&mut reads);
        for register in reads.unknown {
            if register < function.frame {
                cleared[register as usize] = true;
            } else {
                findings.bad_call.get_or_insert(at);
            }
        }
        findings.check[at] = !proven(op, state);
        if let Some(count) = arguments(op, arities) {
            let first = (function.frame + FRAME_HEADER) as usize;
            if state[first..first + count].contains(&Known::Nothing) {
                findings.bad_call.get_or_insert(at);
            }
        }
    }
    for (check, before) in findings.check.iter_mut().zip(&before) {
        *check |= before.is_none();
    }
    findings.clear = (0..function.frame).filter(|r| cleared[*r as usize]).collect();
    findings
}

/// How many outgoing arguments a call passes.
fn arguments(op: &Op, arities: &dyn Fn(u32) -> u8) -> Option<usize> {
    Some(match op {
        Op::Call { function, .. } | Op::TailCall { function } => arities(*function) as usize,
        Op::CallExt { mfa, .. } | Op::TailCallExt { mfa } => mfa.arity as usize,
        Op::CallFun { arity, .. }
        | Op::TailCallFun { arity, .. }
        | Op::CallDynamic { arity, .. }
        | Op::TailCallDynamic { arity, .. } => *arity as usize,
        _ => return None,
    })
}

/// Whether an operation that looks into its operand may.
fn proven(op: &Op, state: &State) -> bool {
    match op {
        Op::Head { src, .. } | Op::Tail { src, .. } | Op::Uncons { src, .. } => {
            state[src.0 as usize] == Known::Cons
        }
        Op::Element { src, index, .. } => {
            matches!(state[src.0 as usize], Known::Tuple(arity) if *index < arity)
        }
        _ => true,
    }
}

/// The registers that an operation writes.
fn writes(op: &Op) -> [Option<Reg>; 2] {
    match op {
        Op::Uncons { head, tail, .. } => [Some(*head), Some(*tail)],
        Op::Move { dst, .. }
        | Op::CompareTo { dst, .. }
        | Op::TestTo { dst, .. }
        | Op::Cons { dst, .. }
        | Op::Tuple { dst, .. }
        | Op::Head { dst, .. }
        | Op::Tail { dst, .. }
        | Op::Element { dst, .. }
        | Op::Map { dst, .. }
        | Op::MapPut { dst, .. }
        | Op::MapUpdate { dst, .. }
        | Op::MapGet { dst, .. }
        | Op::Fun { dst, .. }
        | Op::Arith { dst, .. }
        | Op::Unary { dst, .. }
        | Op::Bif { dst, .. }
        | Op::Call { dst, .. }
        | Op::CallExt { dst, .. }
        | Op::CallFun { dst, .. }
        | Op::CallDynamic { dst, .. }
        | Op::Stacktrace { dst, .. }
        | Op::Send { dst, .. }
        | Op::RecvPeek { dst, .. }
        | Op::Bin { dst, .. }
        | Op::BinStart { dst, .. }
        | Op::BinGet { dst, .. }
        | Op::BinRest { dst, .. }
        | Op::BinPosition { dst, .. } => [Some(*dst), None],
        _ => [None, None],
    }
}

/// Whether outgoing registers are the callee's afterwards.
fn calls(op: &Op) -> bool {
    matches!(
        op,
        Op::Call { .. } | Op::CallExt { .. } | Op::CallFun { .. } | Op::CallDynamic { .. }
    )
}

fn step(function: &Function, op: &Op, state: &mut State) {
    let value = match op {
        Op::Move {
            src: Src::Reg(src), ..
        } => state[src.0 as usize],
        Op::Cons { .. } => Known::Cons,
        Op::Tuple { elements, .. } => Known::Tuple(elements.len() as u32),
        _ => Known::Term,
    };
    if calls(op) {
        state[function.frame as usize..].fill(Known::Nothing);
    }
    if let Some(live) = live(op)
        && let Some(set) = function.live.get(live.0 as usize)
    {
        // The collector leaves registers outside the live set as they are: stale.
        for (register, known) in state.iter_mut().enumerate() {
            if set.0.binary_search(&(register as u16)).is_err() {
                *known = Known::Nothing;
            }
        }
    }
    for reg in writes(op).into_iter().flatten() {
        state[reg.0 as usize] = value;
    }
}

struct LiveOf(Option<Live>);

impl Visit for LiveOf {
    fn live(&mut self, live: Live) {
        self.0 = Some(live);
    }
}

fn live(op: &Op) -> Option<Live> {
    let mut found = LiveOf(None);
    op.visit(&mut found);
    found.0
}

/// What a test that held has told.
fn refine(op: &Op, state: &mut State) {
    let mut learn = |src: &Src, known: Known| {
        if let Src::Reg(reg) = src {
            state[reg.0 as usize] = known;
        }
    };
    match op {
        Op::Test {
            ty: Type::Cons, src, ..
        } => learn(src, Known::Cons),
        Op::TupleArity { src, arity, .. } | Op::Tagged { src, arity, .. } => learn(src, Known::Tuple(*arity)),
        _ => {}
    }
}

/// Where else an operation may go on.
fn branch(op: &Op, state: &State, after: &State, reach: &mut dyn FnMut(usize, &State)) {
    match op {
        Op::SwitchArity { src, cases, default } => {
            reach(default.0 as usize, state);
            for (arity, label) in cases {
                let mut known = state.clone();
                if let Src::Reg(reg) = src {
                    known[reg.0 as usize] = Known::Tuple(*arity);
                }
                reach(label.0 as usize, &known);
            }
        }
        Op::Loop { to, .. }
        | Op::RecvNext { to, .. }
        | Op::RecvWait { to, .. }
        | Op::RecvWaitFor { to, .. } => {
            reach(to.0 as usize, after);
        }
        // A failed operation may have collected before it failed.
        _ => {
            let labels = labels(op);
            if labels.is_empty() {
                return;
            }
            let mut known = if live(op).is_some() {
                after.clone()
            } else {
                state.clone()
            };
            for reg in writes(op).into_iter().flatten() {
                let reg = reg.0 as usize;
                known[reg] = if live(op).is_some() {
                    Known::Nothing
                } else {
                    state[reg]
                };
            }
            for label in labels {
                reach(label, &known);
            }
        }
    }
}

/// The labels of an operation, as code indices.
pub fn labels(op: &Op) -> Vec<usize> {
    struct Labels(Vec<usize>);

    impl Visit for Labels {
        fn label(&mut self, label: Label) {
            self.0.push(label.0 as usize);
        }
    }

    let mut labels = Labels(Vec::new());
    op.visit(&mut labels);
    labels.0
}

/// Collects the registers that an operation reads, or keeps, without knowing what they hold.
struct Reads<'a> {
    function: &'a Function,
    state: &'a State,
    unknown: Vec<u16>,
}

impl Visit for Reads<'_> {
    fn reg(&mut self, name: &'static str, reg: Reg) {
        if matches!(name, "src" | "ctx") && self.state[reg.0 as usize] == Known::Nothing {
            self.unknown.push(reg.0);
        }
    }

    fn src(&mut self, _name: &'static str, src: Src) {
        if let Src::Reg(reg) = src
            && self.state[reg.0 as usize] == Known::Nothing
        {
            self.unknown.push(reg.0);
        }
    }

    fn live(&mut self, live: Live) {
        for &reg in self
            .function
            .live
            .get(live.0 as usize)
            .map_or(&[][..], |set| &set.0)
        {
            if self.state[reg as usize] == Known::Nothing {
                self.unknown.push(reg);
            }
        }
    }
}
