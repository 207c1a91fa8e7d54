//! Finds code that could go round for ever without costing a reduction, which would hold its scheduler.
//!
//! A depth-first search over the operations: an edge to one on the path that led here closes a cycle. Operations that cost
//! a reduction where they go back (`Loop` and those of `receive`) have no such edge. n operations below d handlers cost n · d.

use super::field::Visit;
use super::flow::labels;
use super::module::Function;
use super::ops::{Label, Op};
use super::validate::ends;

#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Never,
    OnPath,
    Done,
}

/// An operation of such a cycle, in a function whose labels are in range.
pub fn find(function: &Function) -> Option<usize> {
    if !goes_back(function) {
        return None;
    }
    let mut seen = vec![Seen::Never; function.code.len()];
    for entry in 0..seen.len() {
        // Every operation counts, reached or not: what is reached is not known here.
        if seen[entry] != Seen::Never {
            continue;
        }
        seen[entry] = Seen::OnPath;
        let mut path = vec![(entry, next(function, entry))];
        while let Some((at, left)) = path.last_mut() {
            let Some(to) = left.pop() else {
                seen[*at] = Seen::Done;
                path.pop();
                continue;
            };
            match seen[to] {
                Seen::OnPath => return Some(*at),
                Seen::Done => {}
                Seen::Never => {
                    seen[to] = Seen::OnPath;
                    path.push((to, next(function, to)));
                }
            }
        }
    }
    None
}

/// Whether any edge goes back: few functions have one, and each cycle does.
fn goes_back(function: &Function) -> bool {
    struct Back {
        at: usize,
        found: bool,
    }

    impl Visit for Back {
        fn label(&mut self, label: Label) {
            self.found |= label.0 as usize <= self.at;
        }
    }

    let mut back = Back { at: 0, found: false };
    for (at, op) in function.code.iter().enumerate() {
        back.at = at;
        if !pays(op) {
            op.visit(&mut back);
        }
    }
    back.found
        || function
            .handlers
            .iter()
            .any(|handler| handler.target.0 < handler.end)
}

/// Whether an operation's label costs a reduction.
fn pays(op: &Op) -> bool {
    matches!(
        op,
        Op::Loop { .. } | Op::RecvNext { .. } | Op::RecvWait { .. } | Op::RecvWaitFor { .. }
    )
}

/// Where an operation can lead to without costing a reduction.
fn next(function: &Function, at: usize) -> Vec<usize> {
    let op = &function.code[at];
    let mut next = if pays(op) { Vec::new() } else { labels(op) };
    if !ends(op) {
        next.push(at + 1);
    }
    let handlers = function.handlers.iter();
    next.extend(
        handlers
            .filter(|handler| (handler.start as usize..handler.end as usize).contains(&at))
            .map(|handler| handler.target.0 as usize),
    );
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atom::Atom;
    use crate::bytecode::module::{Handler, RegSet};
    use crate::bytecode::ops::{Failure, Live, Reg, Src};

    fn check(code: Vec<Op>, handlers: Vec<Handler>, expected: Option<usize>) {
        let function = Function {
            name: Atom::new("run"),
            arity: 0,
            exported: true,
            frame: 4,
            out: 0,
            code,
            live: vec![RegSet(Vec::new())],
            handlers,
            lines: Vec::new(),
            file: 0,
        };
        assert_eq!(find(&function), expected);
    }

    const END: Op = Op::Return { src: Src::Nil };

    fn test(to: u32) -> Op {
        Op::Truthy {
            src: Src::Nil,
            fail: Label(to),
        }
    }

    #[test]
    fn going_back_costs_a_reduction() {
        let (to, live) = (Label(0), Live(0));
        check(vec![test(1), Op::Loop { to, live }], Vec::new(), None);
        check(vec![END], Vec::new(), None);
        check(vec![Op::Jump { to }], Vec::new(), Some(0));
        check(vec![test(2), END, test(0), END], Vec::new(), Some(2));
        check(
            vec![Op::Jump { to: Label(2) }, END, Op::Jump { to: Label(1) }],
            Vec::new(),
            None,
        );
    }

    #[test]
    fn a_handler_does_not_lead_to_what_it_protects() {
        let raise = Op::Fail {
            failure: Failure::CondClause,
            args: Vec::new(),
        };
        let handler = |target| Handler {
            start: 0,
            end: 1,
            target: Label(target),
            dst: Reg(0),
        };
        check(vec![raise.clone(), END], vec![handler(1)], None);
        check(vec![raise.clone(), END], vec![handler(0)], Some(0));
        check(vec![raise, Op::Jump { to: Label(0) }], vec![handler(1)], Some(1));
    }
}
