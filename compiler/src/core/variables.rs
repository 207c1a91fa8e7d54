//! Which variables a piece of Core uses and binds.

use cordial_syntax::quoted::deeper;
use rustc_hash::FxHashSet;

use super::ir::{
    Callee, Clause, Collect, Expr, For, ForStep, Kind, Lambda, Pat, PatSegment, VarId, WithStep,
};

/// The variables that are read, and those that are bound; what is read and not bound is free.
#[derive(Default)]
pub struct Variables {
    pub used: FxHashSet<VarId>,
    pub bound: FxHashSet<VarId>,
    /// How many nodes were seen.
    pub size: usize,
}

impl Variables {
    /// In ascending order.
    pub fn free(&self) -> Vec<VarId> {
        let mut free: Vec<VarId> = self.used.difference(&self.bound).copied().collect();
        free.sort_unstable();
        free
    }
}

pub fn of_expr(expr: &Expr) -> Variables {
    let mut found = Variables::default();
    found.expr(expr);
    found
}

pub fn of_lambda(lambda: &Lambda) -> Variables {
    let mut found = Variables::default();
    found.lambda(lambda);
    found
}

/// The function over one element of a generator: its pattern and guards, the steps behind it, the body.
pub fn of_for(node: &For, step: usize) -> Variables {
    let mut found = Variables::default();
    if let Some(ForStep::Each { pattern, guards, .. }) = node.steps.get(step) {
        found.pattern(pattern);
        found.exprs(guards);
    }
    found.steps(node.steps.get(step + 1..).unwrap_or_default());
    match &node.collect {
        Collect::Reduce(_, clauses) => found.clauses(clauses),
        Collect::Into(_, collector) => {
            found.used.insert(*collector);
        }
        Collect::List | Collect::Binary | Collect::Map | Collect::Nothing => {}
    }
    found.expr(&node.body);
    found
}

impl Variables {
    fn exprs(&mut self, exprs: &[Expr]) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn pairs(&mut self, pairs: &[(Expr, Expr)]) {
        for (key, value) in pairs {
            self.expr(key);
            self.expr(value);
        }
    }

    fn lambda(&mut self, lambda: &Lambda) {
        self.bound.extend(&lambda.params);
        self.expr(&lambda.body);
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            for pattern in &clause.patterns {
                self.pattern(pattern);
            }
            self.exprs(&clause.guards);
            self.expr(&clause.body);
        }
    }

    fn pattern(&mut self, pattern: &Pat) {
        match pattern {
            Pat::Any | Pat::Lit(_) => {}
            Pat::Var(var) => {
                self.bound.insert(*var);
            }
            Pat::Same(var) => {
                self.used.insert(*var);
            }
            Pat::Cons(pair) | Pat::Both(pair) => deeper(|| {
                self.pattern(&pair.0);
                self.pattern(&pair.1);
            }),
            Pat::Tuple(items) => items.iter().for_each(|item| self.pattern(item)),
            Pat::Map(pairs) => {
                for (key, value) in pairs {
                    self.expr(key);
                    self.pattern(value);
                }
            }
            Pat::Bin(segments) => self.segments(segments),
        }
    }

    fn segments(&mut self, segments: &[PatSegment]) {
        for segment in segments {
            self.pattern(&segment.value);
            if let Some(size) = &segment.size {
                self.expr(size);
            }
        }
    }

    fn steps(&mut self, steps: &[ForStep]) {
        for step in steps {
            match step {
                ForStep::Each {
                    pattern,
                    guards,
                    source,
                } => {
                    self.expr(source);
                    self.pattern(pattern);
                    self.exprs(guards);
                }
                ForStep::Bits { pattern, source } => {
                    self.expr(source);
                    self.segments(pattern);
                }
                ForStep::Filter(test) => self.expr(test),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        self.size += 1;
        deeper(|| self.expr_inner(expr));
    }

    fn expr_inner(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Lit(_) | Kind::LocalFun(..) => {}
            Kind::Var(var) | Kind::Stacktrace(var) => {
                self.used.insert(*var);
            }
            Kind::Cons(pair)
            | Kind::And(pair)
            | Kind::Or(pair)
            | Kind::Arith(_, pair)
            | Kind::Compare(_, pair)
            | Kind::Send(pair) => {
                self.expr(&pair.0);
                self.expr(&pair.1);
            }
            Kind::Raise(pair, trace) => {
                self.expr(&pair.0);
                self.expr(&pair.1);
                self.used.extend(trace);
            }
            Kind::List(items)
            | Kind::Tuple(items)
            | Kind::Seq(items)
            | Kind::Bif(_, items)
            | Kind::Fail(_, items) => {
                self.exprs(items);
            }
            Kind::Map(pairs) => self.pairs(pairs),
            Kind::MapUpdate(source, pairs) | Kind::MapPut(source, pairs) => {
                self.expr(source);
                self.pairs(pairs);
            }
            Kind::Bin(segments) => {
                for segment in segments {
                    self.expr(&segment.value);
                    if let Some(size) = &segment.size {
                        self.expr(size);
                    }
                }
            }
            Kind::Match(pattern, value) => {
                self.expr(value);
                self.pattern(pattern);
            }
            Kind::Case(case) => {
                self.exprs(&case.values);
                self.clauses(&case.clauses);
            }
            Kind::If(parts) => {
                self.expr(&parts.0);
                self.expr(&parts.1);
                self.expr(&parts.2);
            }
            Kind::Unary(_, arg) | Kind::Test(_, arg) => self.expr(arg),
            Kind::Call(callee, args) => {
                match callee.as_ref() {
                    Callee::Local(_) | Callee::Remote(_) => {}
                    Callee::Fun(fun) => self.expr(fun),
                    Callee::Dynamic(module, function) => {
                        self.expr(module);
                        self.expr(function);
                    }
                }
                self.exprs(args);
            }
            Kind::Fn(lambda) => self.lambda(lambda),
            Kind::Try(node) => {
                self.expr(&node.body);
                if let Some((class, reason, trace)) = node.caught {
                    self.bound.extend([class, reason, trace]);
                }
                if let Some(handler) = &node.handler {
                    self.expr(handler);
                }
                self.clauses(&node.else_clauses);
                if let Some(after) = &node.after {
                    self.expr(after);
                }
            }
            Kind::Receive(node) => {
                self.clauses(&node.clauses);
                if let Some((timeout, body)) = &node.after {
                    self.expr(timeout);
                    self.expr(body);
                }
            }
            Kind::With(node) => {
                for step in &node.steps {
                    match step {
                        WithStep::Match {
                            pattern,
                            guards,
                            value,
                        } => {
                            self.expr(value);
                            self.pattern(pattern);
                            self.exprs(guards);
                        }
                        WithStep::Plain(expr) => self.expr(expr),
                    }
                }
                self.expr(&node.body);
                self.clauses(&node.else_clauses);
            }
            Kind::For(node) => {
                match &node.collect {
                    Collect::Into(into, collector) => {
                        self.expr(into);
                        self.bound.insert(*collector);
                    }
                    Collect::Reduce(start, clauses) => {
                        self.expr(start);
                        self.clauses(clauses);
                    }
                    Collect::List | Collect::Binary | Collect::Map | Collect::Nothing => {}
                }
                self.steps(&node.steps);
                self.expr(&node.body);
            }
        }
    }
}
