//! Expressions.

use std::sync::Arc;

use cordial_syntax::quoted::deeper;
use cordial_vm::atom::known as atoms;
use cordial_vm::bytecode::ops::{self, Cond, Failure};

use super::super::ir::{Arg, Args, BlockId, Callee, End, LambdaInfo, Op};
use super::matching::Job;
use super::{Code, Dest, FunctionBuilder};
use crate::core::ir::{self as core, Case, Expr, Kind, Otherwise, Pat, Relation};

impl FunctionBuilder<'_> {
    /// Builds an expression; its value, or none if it never gives one (in `Dest::Tail` never).
    pub(super) fn expr(&mut self, expr: &Expr, dest: Dest) -> Option<Arg> {
        self.current?;
        deeper(|| {
            let outer = self.line;
            if expr.line != 0 {
                self.line = expr.line;
            }
            let value = self.expr_inner(expr, dest);
            let result = match (dest, value) {
                (Dest::Tail, Some(value)) => {
                    self.deliver(value);
                    None
                }
                (_, value) => value,
            };
            self.line = outer;
            result
        })
    }

    pub(super) fn value(&mut self, expr: &Expr) -> Option<Arg> {
        self.expr(expr, Dest::Value)
    }

    /// Returns from the function.
    pub(super) fn deliver(&mut self, value: Arg) {
        self.end(End::Return, [value], &[]);
    }

    fn values(&mut self, exprs: &[Expr]) -> Option<Args> {
        let mut args = Args::new();
        for expr in exprs {
            args.push(self.value(expr)?);
        }
        Some(args)
    }

    fn pairs(&mut self, mut args: Args, pairs: &[(Expr, Expr)]) -> Option<Args> {
        for (key, value) in pairs {
            args.push(self.value(key)?);
            args.push(self.value(value)?);
        }
        Some(args)
    }

    /// May give a value in `Dest::Tail` too: then the caller delivers it.
    fn expr_inner(&mut self, expr: &Expr, dest: Dest) -> Option<Arg> {
        match &expr.kind {
            Kind::Lit(lit) => Some(self.literal(lit)),
            Kind::Var(var) => Some(self.lookup(*var)),
            Kind::Cons(pair) => {
                let head = self.value(&pair.0)?;
                let tail = self.value(&pair.1)?;
                self.emit(Op::Cons, [head, tail])
            }
            Kind::List(items) => {
                let mut values = self.values(items)?;
                let mut list = values.pop()?;
                while let Some(head) = values.pop() {
                    list = self.emit(Op::Cons, [head, list])?;
                }
                Some(list)
            }
            Kind::Tuple(items) => {
                let values = self.values(items)?;
                self.emit(Op::Tuple, values)
            }
            Kind::Map(pairs) => {
                let values = self.pairs(Args::new(), pairs)?;
                self.emit(Op::Map, values)
            }
            Kind::MapPut(source, pairs) | Kind::MapUpdate(source, pairs) => {
                let mut args = Args::new();
                args.push(self.value(source)?);
                let args = self.pairs(args, pairs)?;
                let op = if matches!(expr.kind, Kind::MapPut(..)) {
                    Op::MapPut
                } else {
                    Op::MapUpdate
                };
                self.emit(op, args)
            }
            Kind::Bin(segments) => self.binary(segments),
            Kind::Seq(items) => {
                let (last, before) = items.split_last()?;
                for item in before {
                    self.expr(item, Dest::Effect)?;
                }
                self.expr(last, dest)
            }
            Kind::Match(pattern, value) => self.matching(pattern, value),
            Kind::Case(case) => self.case(case, dest),
            Kind::If(parts) => {
                let (yes, no) = (self.block(), self.block());
                self.condition(&parts.0, yes, no, true);
                let mut join = self.join(dest);
                self.current = Some(yes);
                self.branch(&mut join, &parts.1);
                self.current = Some(no);
                self.branch(&mut join, &parts.2);
                self.resume(join)
            }
            Kind::And(_) | Kind::Or(_) => self.boolean(expr, dest),
            Kind::Arith(op, pair) => {
                let a = self.value(&pair.0)?;
                let b = self.value(&pair.1)?;
                self.operation(Op::Arith(*op), [a, b])
            }
            Kind::Unary(op, arg) => {
                let arg = self.value(arg)?;
                self.operation(Op::Unary(*op), [arg])
            }
            Kind::Compare(relation, pair) => {
                let a = self.value(&pair.0)?;
                let b = self.value(&pair.1)?;
                let (cond, args) = relate(*relation, a, b);
                self.emit(Op::Compare(cond), args)
            }
            Kind::Test(ty, arg) => {
                let arg = self.value(arg)?;
                self.emit(Op::Test(*ty), [arg])
            }
            Kind::Bif(bif, args) => {
                let args = self.values(args)?;
                self.operation(Op::Bif(*bif), args)
            }
            Kind::Send(pair) => {
                let to = self.value(&pair.0)?;
                let message = self.value(&pair.1)?;
                self.emit(Op::Send, [to, message])
            }
            Kind::Call(callee, args) => self.call(callee, args, dest),
            Kind::Fn(lambda) => {
                let free = crate::core::of_lambda(lambda).free();
                let arity = lambda.params.len() as u8;
                let values: Args = free.iter().map(|var| self.lookup(*var)).collect();
                let index = self.closure(Code::Lambda(Arc::clone(lambda)), arity, free);
                self.emit(Op::Fun(index), values)
            }
            Kind::LocalFun(name, arity) => {
                let function = self.local(*name, *arity);
                let next = self.modules.lambdas.len() as u32;
                let index = *self.modules.local_funs.entry(function).or_insert(next);
                if index == next {
                    self.modules.lambdas.push(LambdaInfo {
                        function,
                        arity: *arity,
                        free: 0,
                    });
                }
                self.emit(Op::Fun(index), [])
            }
            Kind::Try(node) => self.attempt(node, dest),
            Kind::Receive(node) => self.receive(node, dest),
            Kind::With(node) => self.with(node, dest),
            Kind::For(node) => self.comprehension(node, dest),
            Kind::Raise(pair, trace) => {
                let class = self.value(&pair.0)?;
                let reason = self.value(&pair.1)?;
                let trace = trace.map(|var| self.lookup(var));
                self.end(End::Raise, [class, reason].into_iter().chain(trace), &[]);
                None
            }
            Kind::Fail(failure, args) => {
                let args = self.values(args)?;
                self.end(End::Fail(*failure), args, &[]);
                None
            }
            Kind::Stacktrace(var) => {
                let trace = self.lookup(*var);
                self.emit(Op::Stacktrace, [trace])
            }
        }
    }

    /// An operation that raises, or in a guard fails.
    pub(super) fn operation(&mut self, op: Op, args: impl IntoIterator<Item = Arg>) -> Option<Arg> {
        match self.guard_fail {
            Some(fail) if !op.is_pure() => self.guarded(op, args, fail),
            _ => self.emit(op, args),
        }
    }

    /// The index of a new lambda; more free variables than a call can carry is a problem.
    pub(super) fn closure(&mut self, code: Code, arity: u8, free: Vec<core::VarId>) -> u32 {
        let count = free.len();
        if count + usize::from(arity) > 255 {
            self.problem("a function with more than 255 arguments and outer variables".to_owned());
            return 0;
        }
        let function = self.pending(code, arity, free);
        let index = self.modules.lambdas.len() as u32;
        self.modules.lambdas.push(LambdaInfo {
            function,
            arity,
            free: count as u8,
        });
        index
    }

    fn call(&mut self, callee: &core::Callee, args: &[Expr], dest: Dest) -> Option<Arg> {
        if let core::Callee::Remote(mfa) = callee
            && let Some((walk, lambda)) = super::enumeration::walk_of(mfa, args)
            && self.may_walk(&lambda)
        {
            return self.walk(*mfa, walk, &lambda, args, dest);
        }
        let mut operands = Args::new();
        let callee = match callee {
            core::Callee::Local(name) => Callee::Local(self.local(*name, args.len() as u8)),
            core::Callee::Remote(mfa) => Callee::Remote(*mfa),
            core::Callee::Fun(fun) => {
                operands.push(self.value(fun)?);
                Callee::Fun
            }
            core::Callee::Dynamic(module, function) => {
                operands.push(self.value(module)?);
                operands.push(self.value(function)?);
                Callee::Dynamic
            }
        };
        for arg in args {
            operands.push(self.value(arg)?);
        }
        self.call_with(callee, operands, dest)
    }

    pub(super) fn call_with(&mut self, callee: Callee, operands: Args, dest: Dest) -> Option<Arg> {
        match (dest, callee) {
            (Dest::Tail, Callee::Local(index)) if index == self.index && self.handler.is_none() => {
                self.end(End::Loop, operands, &[BlockId(1)]);
                None
            }
            (Dest::Tail, _) if self.handler.is_none() => {
                self.end(End::TailCall(callee), operands, &[]);
                None
            }
            _ => self.emit(Op::Call(callee), operands),
        }
    }

    /// `pattern = value`
    fn matching(&mut self, pattern: &Pat, value: &Expr) -> Option<Arg> {
        let value = self.value(value)?;
        match pattern {
            Pat::Any => {}
            Pat::Var(var) => self.bind(*var, value),
            _ => {
                let fail = self.block();
                self.match_one(value, pattern, &[], fail);
                let after = self.current.take();
                self.current = Some(fail);
                self.end(End::Fail(Failure::BadMatch), [value], &[]);
                self.current = after;
            }
        }
        self.current?;
        Some(value)
    }

    fn case(&mut self, case: &Case, dest: Dest) -> Option<Arg> {
        let values = self.values(&case.values)?;
        let mut join = self.join(dest);
        let fail = self.block();
        self.match_clauses(
            &values,
            &case.clauses,
            fail,
            &mut Job::new(&case.clauses, &mut join),
        );
        self.current = Some(fail);
        match case.otherwise {
            Otherwise::Raise(Failure::FunctionClause) => {
                let args: Args = self.params.iter().map(|param| Arg::Value(*param)).collect();
                self.end(End::Fail(Failure::FunctionClause), args, &[]);
            }
            Otherwise::Raise(failure) => self.fail_with(failure, values),
            Otherwise::NextMessage => self.end(End::Fail(Failure::BadArg), [], &[]),
        }
        self.resume(join)
    }

    /// Raises an error about values that nothing fitted; several stand for a tuple that was never built.
    pub(super) fn fail_with(&mut self, failure: Failure, values: Args) {
        match values.as_slice() {
            [_] => self.end(End::Fail(failure), values, &[]),
            _ => {
                if let Some(tuple) = self.emit(Op::Tuple, values) {
                    self.end(End::Fail(failure), [tuple], &[]);
                }
            }
        }
    }

    /// `true` or `false` from a condition.
    fn boolean(&mut self, expr: &Expr, dest: Dest) -> Option<Arg> {
        if let (Kind::And(pair) | Kind::Or(pair), None) = (&expr.kind, self.guard_fail)
            && !pair.1.is_boolean()
        {
            // The right side is the value, whatever it is.
            let (go, stop) = (self.block(), self.block());
            let is_and = matches!(expr.kind, Kind::And(_));
            let (yes, no) = if is_and { (go, stop) } else { (stop, go) };
            self.condition(&pair.0, yes, no, false);
            let mut join = self.join(dest);
            self.current = Some(stop);
            self.arrive(
                &mut join,
                Arg::Atom(if is_and { atoms::FALSE } else { atoms::TRUE }),
            );
            self.current = Some(go);
            self.branch(&mut join, &pair.1);
            return self.resume(join);
        }
        let (yes, no) = (self.block(), self.block());
        self.condition(expr, yes, no, false);
        let mut join = self.join(dest);
        self.current = Some(yes);
        self.arrive(&mut join, Arg::Atom(atoms::TRUE));
        self.current = Some(no);
        self.arrive(&mut join, Arg::Atom(atoms::FALSE));
        self.resume(join)
    }

    fn with(&mut self, node: &core::With, dest: Dest) -> Option<Arg> {
        let mut join = self.join(dest);
        let (otherwise, unmatched) = self.block_with_param();
        for step in &node.steps {
            match step {
                core::WithStep::Plain(expr) => {
                    if self.expr(expr, Dest::Effect).is_none() {
                        break;
                    }
                }
                core::WithStep::Match {
                    pattern,
                    guards,
                    value,
                } => {
                    let Some(value) = self.value(value) else { break };
                    let fail = self.block();
                    self.match_one(value, pattern, guards, fail);
                    let after = self.current.take();
                    self.current = Some(fail);
                    self.jump(otherwise, [value]);
                    self.current = after;
                }
            }
        }
        if self.current.is_some() {
            self.branch(&mut join, &node.body);
        }
        self.current = Some(otherwise);
        let value = Arg::Value(unmatched);
        if node.else_clauses.is_empty() {
            self.arrive(&mut join, value);
        } else {
            let values: Args = [value].into_iter().collect();
            let fail = self.block();
            self.match_clauses(
                &values,
                &node.else_clauses,
                fail,
                &mut Job::new(&node.else_clauses, &mut join),
            );
            self.current = Some(fail);
            self.end(End::Fail(Failure::WithClause), [value], &[]);
        }
        self.resume(join)
    }
}

/// The machine's comparison, with the operands in its order.
pub(super) fn relate(relation: Relation, a: Arg, b: Arg) -> (Cond, [Arg; 2]) {
    match relation {
        Relation::Lt => (ops::Cond::Lt, [a, b]),
        Relation::Gt => (ops::Cond::Lt, [b, a]),
        Relation::Le => (ops::Cond::Ge, [b, a]),
        Relation::Ge => (ops::Cond::Ge, [a, b]),
        Relation::Eq => (ops::Cond::Eq, [a, b]),
        Relation::Ne => (ops::Cond::Ne, [a, b]),
        Relation::Same => (ops::Cond::Same, [a, b]),
        Relation::NotSame => (ops::Cond::NotSame, [a, b]),
    }
}
