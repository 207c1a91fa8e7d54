//! `Enum.map`, `each`, `filter`, `reject` and `reduce` with a closure written in place: a loop over a list in the
//! function itself; anything else goes to the library, as written.

use cordial_vm::atom::{Atom, known as atoms};
use cordial_vm::bytecode::ops::{Mfa, Type};

use super::super::ir::{Arg, Args, Callee, End, Op, Test};
use super::{Code, Dest, FunctionBuilder};
use crate::core::ir::{Expr, Kind, Lambda, Pat};
use std::sync::Arc;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Walk {
    Map,
    Each,
    Filter,
    Reject,
    Reduce,
}

/// Beyond this many nodes a closure's code is not doubled.
const MOST_NODES: usize = 200;
/// How deep such loops are nested.
const MOST_DEPTH: u8 = 2;

/// What a call is, if it is one of these and its closure takes anything.
pub(super) fn walk_of(mfa: &Mfa, args: &[Expr]) -> Option<(Walk, Arc<Lambda>)> {
    let Kind::Fn(lambda) = &args.last()?.kind else {
        return None;
    };
    if mfa.module.as_str() != "Elixir.Enum" {
        return None;
    }
    let walk = match (mfa.function.as_str(), args.len(), lambda.params.len()) {
        ("map", 2, 1) => Walk::Map,
        ("each", 2, 1) => Walk::Each,
        ("filter", 2, 1) => Walk::Filter,
        ("reject", 2, 1) => Walk::Reject,
        ("reduce", 3, 2) => Walk::Reduce,
        _ => return None,
    };
    let Kind::Case(case) = &lambda.body.kind else {
        return None;
    };
    let [clause] = case.clauses.as_slice() else {
        return None;
    };
    let plain = |pattern: &Pat| matches!(pattern, Pat::Var(_) | Pat::Any);
    (clause.guards.is_empty() && clause.patterns.iter().all(plain)).then(|| (walk, Arc::clone(lambda)))
}

impl FunctionBuilder<'_> {
    /// True if the closure may be built a second time, as a loop.
    pub(super) fn may_walk(&self, lambda: &Lambda) -> bool {
        self.walk_depth < MOST_DEPTH && crate::core::of_lambda(lambda).size <= MOST_NODES
    }

    pub(super) fn walk(
        &mut self,
        mfa: Mfa,
        walk: Walk,
        lambda: &Arc<Lambda>,
        args: &[Expr],
        dest: Dest,
    ) -> Option<Arg> {
        let source = self.value(&args[0])?;
        let start = match walk {
            Walk::Reduce => self.value(&args[1])?,
            Walk::Map | Walk::Filter | Walk::Reject | Walk::Each => Arg::Nil,
        };
        let mut join = self.join(dest);
        let (list, other) = (self.block(), self.block());
        self.end(End::Branch(Test::Type(Type::List)), [source], &[list, other]);
        self.current = Some(other);
        let free = crate::core::of_lambda(lambda).free();
        let values: Args = free.iter().map(|var| self.lookup(*var)).collect();
        let outer = std::mem::replace(&mut self.closure_depth, MOST_DEPTH);
        let index = self.closure(Code::Lambda(Arc::clone(lambda)), lambda.params.len() as u8, free);
        self.closure_depth = outer;
        let fun = self.emit(Op::Fun(index), values);
        let mut operands: Args = [source].into_iter().collect();
        if walk == Walk::Reduce {
            operands.push(start);
        }
        operands.extend(fun);
        if let Some(value) = self.call_with(Callee::Remote(mfa), operands, dest) {
            self.arrive(&mut join, value);
        }
        self.current = Some(list);
        self.over_list(walk, lambda, source, start);
        if let Some(value) = self.walked(walk, dest) {
            self.arrive(&mut join, value);
        }
        self.resume(join)
    }

    /// The loop; goes on behind it, with the accumulator in `self.accumulator`.
    fn over_list(&mut self, walk: Walk, lambda: &Lambda, source: Arg, start: Arg) {
        let (head, at) = self.block_with_param();
        let accumulator = self.fresh();
        self.function.blocks[head.0 as usize].params.push(accumulator);
        let (at, before) = (Arg::Value(at), Arg::Value(accumulator));
        self.jump(head, [source, start]);
        self.current = Some(head);
        let (cell, end) = (self.block(), self.block());
        self.end(End::Branch(Test::Type(Type::Cons)), [at], &[cell, end]);
        self.current = Some(cell);
        if let (Some(element), Some(rest)) = (self.emit(Op::Head, [at]), self.emit(Op::Tail, [at])) {
            self.bind(lambda.params[0], element);
            if walk == Walk::Reduce {
                self.bind(lambda.params[1], before);
            }
            self.walk_depth += 1;
            let value = self.value(&lambda.body);
            self.walk_depth -= 1;
            if let Some(value) = value {
                self.next_turn(walk, (element, rest), before, value, head);
            }
        }
        self.current = Some(end);
        let (done, improper) = (self.block(), self.block());
        self.end(End::Branch(Test::Type(Type::Nil)), [at], &[done, improper]);
        self.current = Some(improper);
        self.end(
            End::Raise,
            [Arg::Atom(atoms::ERROR), Arg::Atom(atoms::FUNCTION_CLAUSE)],
            &[],
        );
        self.current = Some(done);
        self.accumulator = before;
    }

    fn next_turn(
        &mut self,
        walk: Walk,
        (element, rest): (Arg, Arg),
        before: Arg,
        value: Arg,
        head: super::super::ir::BlockId,
    ) {
        match walk {
            Walk::Each => self.end(End::Loop, [rest, before], &[head]),
            Walk::Reduce => self.end(End::Loop, [rest, value], &[head]),
            Walk::Map => {
                if let Some(list) = self.emit(Op::Cons, [value, before]) {
                    self.end(End::Loop, [rest, list], &[head]);
                }
            }
            Walk::Filter | Walk::Reject => {
                let (yes, no) = (self.block(), self.block());
                let targets = if walk == Walk::Filter {
                    [yes, no]
                } else {
                    [no, yes]
                };
                self.end(End::Branch(Test::Truthy), [value], &targets);
                self.current = Some(yes);
                if let Some(list) = self.emit(Op::Cons, [element, before]) {
                    self.end(End::Loop, [rest, list], &[head]);
                }
                self.current = Some(no);
                self.end(End::Loop, [rest, before], &[head]);
            }
        }
    }

    fn walked(&mut self, walk: Walk, dest: Dest) -> Option<Arg> {
        let value = self.accumulator;
        match walk {
            Walk::Each => Some(Arg::Atom(atoms::OK)),
            Walk::Reduce => Some(value),
            Walk::Map | Walk::Filter | Walk::Reject => {
                let reverse = Mfa {
                    module: atoms::LISTS,
                    function: Atom::new("reverse"),
                    arity: 1,
                };
                self.call_with(Callee::Remote(reverse), [value].into_iter().collect(), dest)
            }
        }
    }
}
