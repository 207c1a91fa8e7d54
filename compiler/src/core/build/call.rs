//! Calls, operators, closures, captures.

use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Call, Quoted, Symbol};
use cordial_vm::atom::known as atoms;
use cordial_vm::bytecode::ops::{self, Failure, Mfa};

use super::super::ir::{Callee, Case, Clause, Expr, Kind, Lambda, Otherwise, Pat, Relation};
use super::super::known::{Operation, operation};
use super::super::lit::Lit;
use super::clauses::split_head;
use super::{Builder, Built, line_of};

impl Builder<'_> {
    pub(super) fn local_call(&mut self, name: Symbol, args: &[Quoted]) -> Built<Expr> {
        let name = self.names.atom(name);
        self.arity(args.len())?;
        let args = self.exprs(args)?;
        Ok(self.node(Kind::Call(Box::new(Callee::Local(name)), args)))
    }

    fn arity(&self, count: usize) -> Built<u8> {
        u8::try_from(count).map_err(|_| self.problem("more than 255 arguments".to_owned()))
    }

    /// `{{:., _, [module, name]}, _, args}`, `{{:., _, [fun]}, _, args}`.
    pub(super) fn remote_or_fun(&mut self, call: &Call) -> Built<Expr> {
        let dot = match call.head.as_call() {
            Some(dot) if dot.name() == Some(known::DOT) => dot,
            _ => return Err(self.problem("invalid call".to_owned())),
        };
        let arity = self.arity(call.args.len())?;
        match dot.args.as_slice() {
            [fun] => {
                let fun = self.expr(fun)?;
                let args = self.exprs(&call.args)?;
                Ok(self.fun_call(fun, args))
            }
            [Quoted::Atom(module), Quoted::Atom(name)] => {
                let args = self.exprs(&call.args)?;
                if *module == known::ERLANG
                    && let Some(operation) = operation(name.as_str(), args.len())
                {
                    return Ok(self.operation(operation, args));
                }
                if *module == known::ELIXIR_STRING_CHARS && *name == known::TO_STRING && args.len() == 1 {
                    return Ok(self.text_of(args));
                }
                let mfa = Mfa {
                    module: self.names.atom(*module),
                    function: self.names.atom(*name),
                    arity,
                };
                Ok(self.node(Kind::Call(Box::new(Callee::Remote(mfa)), args)))
            }
            [target, Quoted::Atom(name)] if call.args.is_empty() && call.meta.is_true(known::NO_PARENS) => {
                self.field(target, *name)
            }
            [target, Quoted::Atom(name)] if call.args.is_empty() && !self.in_guard => {
                let target = self.expr(target)?;
                Ok(self.parens_call(target, *name))
            }
            [target, name] => {
                let target = self.expr(target)?;
                let name = self.expr(name)?;
                let args = self.exprs(&call.args)?;
                Ok(self.node(Kind::Call(Box::new(Callee::Dynamic(target, name)), args)))
            }
            _ => Err(self.problem("invalid call".to_owned())),
        }
    }

    /// `value.name()`: of a map it is the field, for which the parentheses are out of place.
    fn parens_call(&mut self, target: Expr, name: Symbol) -> Expr {
        let name = self.names.atom(name);
        let line = self.line;
        let (module, value, other) = (self.fresh(), self.fresh(), self.fresh());
        let clause = |pattern, guards, body| Clause {
            patterns: vec![pattern],
            guards,
            body,
            line,
        };
        let call = |target| Expr {
            kind: Kind::Call(
                Box::new(Callee::Dynamic(Expr::var(target), Expr::atom(name))),
                Vec::new(),
            ),
            line,
        };
        let is_atom = Expr {
            kind: Kind::Test(ops::Type::Atom, Box::new(Expr::var(module))),
            line,
        };
        let clauses = vec![
            clause(Pat::Var(module), vec![is_atom], call(module)),
            clause(
                Pat::Map(vec![(Expr::atom(name), Pat::Var(value))]),
                Vec::new(),
                told(line, "field", vec![Expr::atom(name)], Expr::var(value)),
            ),
            clause(Pat::Var(other), Vec::new(), call(other)),
        ];
        self.node(Kind::Case(Box::new(Case {
            values: vec![target],
            clauses,
            otherwise: Otherwise::Raise(Failure::CaseClause),
        })))
    }

    /// `String.Chars.to_string(value)`: binaries are their own text, and the protocol need not be asked about integers.
    fn text_of(&mut self, args: Vec<Expr>) -> Expr {
        let line = self.line;
        let remote = |module: &str, function: &str, args| {
            let mfa = Mfa {
                module: cordial_vm::atom::Atom::new(module),
                function: cordial_vm::atom::Atom::new(function),
                arity: 1,
            };
            Expr {
                kind: Kind::Call(Box::new(Callee::Remote(mfa)), args),
                line,
            }
        };
        let (binary, integer, other) = (self.fresh(), self.fresh(), self.fresh());
        let test = |ty, var| Expr {
            kind: Kind::Test(ty, Box::new(Expr::var(var))),
            line,
        };
        let clause = |var, guards, body| Clause {
            patterns: vec![Pat::Var(var)],
            guards,
            body,
            line,
        };
        let clauses = vec![
            clause(binary, vec![test(ops::Type::Binary, binary)], Expr::var(binary)),
            clause(
                integer,
                vec![test(ops::Type::Integer, integer)],
                remote("erlang", "integer_to_binary", vec![Expr::var(integer)]),
            ),
            clause(
                other,
                Vec::new(),
                remote("Elixir.String.Chars", "to_string", vec![Expr::var(other)]),
            ),
        ];
        self.node(Kind::Case(Box::new(Case {
            values: args,
            clauses,
            otherwise: Otherwise::Raise(Failure::CaseClause),
        })))
    }

    /// A closure that is applied where it stands becomes a case.
    fn fun_call(&mut self, fun: Expr, args: Vec<Expr>) -> Expr {
        if let Kind::Fn(lambda) = &fun.kind
            && lambda.params.len() == args.len()
        {
            let mut items: Vec<Expr> = Vec::with_capacity(args.len() + 1);
            for (param, arg) in lambda.params.iter().zip(args) {
                let line = arg.line;
                items.push(Expr {
                    kind: Kind::Match(Box::new(Pat::Var(*param)), Box::new(arg)),
                    line,
                });
            }
            // A failing head names the function in its error: only heads that always fit may go.
            if always_fits(&lambda.body) {
                items.push(lambda.body.clone());
                return self.node(Kind::Seq(items));
            }
            let args = lambda.params.iter().map(|param| Expr::var(*param)).collect();
            items.push(self.node(Kind::Call(Box::new(Callee::Fun(fun)), args)));
            return self.node(Kind::Seq(items));
        }
        self.node(Kind::Call(Box::new(Callee::Fun(fun)), args))
    }

    /// `value.name` without parentheses: a map's field, or a call of a module's function.
    fn field(&mut self, target: &Quoted, name: Symbol) -> Built<Expr> {
        let target = self.expr(target)?;
        let name = self.names.atom(name);
        if self.in_guard {
            return Ok(self.node(Kind::Bif(ops::Bif::MapGet, vec![Expr::atom(name), target])));
        }
        let line = self.line;
        let (value, module, other) = (self.fresh(), self.fresh(), self.fresh());
        let clause = |pattern, guards, body| Clause {
            patterns: vec![pattern],
            guards,
            body,
            line,
        };
        let not = |atom| Expr {
            kind: Kind::Compare(Relation::NotSame, Box::new((Expr::var(module), Expr::atom(atom)))),
            line,
        };
        let and = |a, b| Expr {
            kind: Kind::And(Box::new((a, b))),
            line,
        };
        let is_atom = Expr {
            kind: Kind::Test(ops::Type::Atom, Box::new(Expr::var(module))),
            line,
        };
        let is_module = and(
            is_atom,
            and(not(atoms::NIL), and(not(atoms::TRUE), not(atoms::FALSE))),
        );
        let missing = Expr {
            kind: Kind::Raise(
                Box::new((
                    Expr::atom(atoms::ERROR),
                    Expr {
                        kind: Kind::Tuple(vec![
                            Expr::atom(atoms::BADKEY),
                            Expr::atom(name),
                            Expr::var(other),
                        ]),
                        line,
                    },
                )),
                None,
            ),
            line,
        };
        let call = Expr {
            kind: Kind::Call(
                Box::new(Callee::Dynamic(Expr::var(module), Expr::atom(name))),
                Vec::new(),
            ),
            line,
        };
        let call = told(line, "function", vec![Expr::var(module), Expr::atom(name)], call);
        let clauses = vec![
            clause(
                Pat::Map(vec![(Expr::atom(name), Pat::Var(value))]),
                Vec::new(),
                Expr::var(value),
            ),
            clause(Pat::Var(module), vec![is_module], call),
            clause(Pat::Var(other), Vec::new(), missing),
        ];
        Ok(self.node(Kind::Case(Box::new(Case {
            values: vec![target],
            clauses,
            otherwise: Otherwise::Raise(Failure::CaseClause),
        }))))
    }

    fn operation(&mut self, operation: Operation, mut args: Vec<Expr>) -> Expr {
        let line = self.line;
        let node = |kind| Expr { kind, line };
        let two = |args: &mut Vec<Expr>| {
            let second = args.pop().unwrap_or_else(|| Expr::lit(Lit::Nil));
            let first = args.pop().unwrap_or_else(|| Expr::lit(Lit::Nil));
            Box::new((first, second))
        };
        let raise = |class, reason: Vec<Expr>| {
            let reason = reason.into_iter().next().unwrap_or_else(|| Expr::lit(Lit::Nil));
            Kind::Raise(Box::new((Expr::atom(class), reason)), None)
        };
        let built = match operation {
            Operation::Arith(op) => node(Kind::Arith(op, two(&mut args))),
            Operation::Compare(relation) => node(Kind::Compare(relation, two(&mut args))),
            Operation::AndAlso => node(Kind::And(two(&mut args))),
            Operation::OrElse => node(Kind::Or(two(&mut args))),
            Operation::Send => node(Kind::Send(two(&mut args))),
            Operation::Unary(op) => node(Kind::Unary(op, Box::new(args.remove(0)))),
            Operation::Test(ty) => node(Kind::Test(ty, Box::new(args.remove(0)))),
            Operation::Bif(bif) => node(Kind::Bif(bif, args)),
            Operation::IsFunction2 => node(Kind::Bif(ops::Bif::IsFunction2, args)),
            Operation::Error => node(raise(atoms::ERROR, args)),
            Operation::Exit => node(raise(atoms::EXIT, args)),
            Operation::Throw => node(raise(atoms::THROW, args)),
        };
        match fold(&built) {
            Some(lit) => node(Kind::Lit(lit)),
            None => built,
        }
    }

    /// `fn` with its clauses.
    pub(super) fn lambda(&mut self, arrows: &[Quoted]) -> Built<Expr> {
        let line = self.line;
        let Some(first) = arrows.first().and_then(|arrow| arrow.call_of(known::ARROW, 2)) else {
            return Err(self.problem("expected clauses in fn".to_owned()));
        };
        let arity = split_head(self.expect_list(&first.args[0], "the head of a clause")?)
            .0
            .len();
        self.arity(arity)?;
        let params: Vec<_> = (0..arity).map(|_| self.fresh()).collect();
        let trace = self.trace;
        let mut clauses = Vec::with_capacity(arrows.len());
        for arrow in arrows {
            clauses.push(self.arrow(arrow, Some(arity))?);
        }
        self.trace = trace;
        let body = self.multi(&params, clauses, line);
        Ok(self.node(Kind::Fn(Arc::new(Lambda {
            params,
            body,
            line,
            name: None,
        }))))
    }

    /// `&name/arity`, `&module.name/arity`.
    pub(super) fn capture(&mut self, quoted: &Quoted) -> Built<Expr> {
        let Some(slash) = quoted.call_of(known::DIVIDE, 2) else {
            return Err(self.problem("invalid args for &".to_owned()));
        };
        let Quoted::Int(arity) = slash.args[1] else {
            return Err(self.problem("invalid arity in &".to_owned()));
        };
        let arity = self.arity(usize::try_from(arity).unwrap_or(usize::MAX))?;
        match &slash.args[0] {
            Quoted::Var(var) => {
                let name = self.names.atom(var.name);
                Ok(self.node(Kind::LocalFun(name, arity)))
            }
            Quoted::Call(call) => {
                let line = line_of(&call.meta, self.line);
                if let Some(name) = call.name() {
                    let name = self.names.atom(name);
                    return Ok(Expr {
                        kind: Kind::LocalFun(name, arity),
                        line,
                    });
                }
                let Some((module, name)) = call.remote() else {
                    return Err(self.problem("invalid args for &".to_owned()));
                };
                let name = self.names.atom(name);
                let module = self.expr(module)?;
                let mfa = Mfa {
                    module: atoms::ERLANG,
                    function: cordial_vm::atom::Atom::new("make_fun"),
                    arity: 3,
                };
                let args = vec![module, Expr::atom(name), Expr::lit(Lit::Int(i64::from(arity)))];
                Ok(Expr {
                    kind: Kind::Call(Box::new(Callee::Remote(mfa)), args),
                    line,
                })
            }
            _ => Err(self.problem("invalid args for &".to_owned())),
        }
    }
}

/// True for the body of a `fn` with a single clause of plain variables.
fn always_fits(body: &Expr) -> bool {
    match &body.kind {
        Kind::Case(case) => matches!(case.clauses.as_slice(), [clause]
            if clause.guards.is_empty()
                && clause.patterns.iter().all(|pattern| matches!(pattern, Pat::Var(_) | Pat::Any))),
        _ => false,
    }
}

/// The constant that an expression is, where computing it cannot fail.
pub(crate) fn fold(expr: &Expr) -> Option<Lit> {
    match &expr.kind {
        Kind::Lit(lit) => Some(lit.clone()),
        Kind::Unary(op, arg) => match (op, arg.as_lit()?) {
            (ops::Unary::Neg, Lit::Int(number)) => number.checked_neg().map(Lit::Int),
            (ops::Unary::Plus, lit @ (Lit::Int(_) | Lit::Float(_) | Lit::Big(_))) => Some(lit.clone()),
            (ops::Unary::Neg, Lit::Float(bits)) => Some(Lit::Float((-f64::from_bits(*bits)).to_bits())),
            (ops::Unary::Neg, Lit::Big(number)) => Some(Lit::Big(Arc::new(-number.as_ref()))),
            (ops::Unary::Not, lit) => lit
                .as_bool()
                .map(|value| if value { Lit::FALSE } else { Lit::TRUE }),
            _ => None,
        },
        Kind::Arith(op, pair) => {
            let (Lit::Int(a), Lit::Int(b)) = (pair.0.as_lit()?, pair.1.as_lit()?) else {
                return None;
            };
            let number = match op {
                ops::Arith::Add => a.checked_add(*b),
                ops::Arith::Sub => a.checked_sub(*b),
                ops::Arith::Mul => a.checked_mul(*b),
                ops::Arith::Div if *b != 0 => a.checked_div(*b),
                ops::Arith::Rem if *b != 0 => a.checked_rem(*b),
                ops::Arith::Band => Some(a & b),
                ops::Arith::Bor => Some(a | b),
                ops::Arith::Bxor => Some(a ^ b),
                ops::Arith::Bsl if (0..32).contains(b) && (-(1 << 29)..1 << 29).contains(a) => Some(a << b),
                ops::Arith::Bsr if (0..64).contains(b) => Some(a >> b),
                _ => None,
            };
            number.map(Lit::Int)
        }
        _ => None,
    }
}

/// What `:cordial_dot` warns of, and then the expression.
fn told(line: u32, function: &str, args: Vec<Expr>, then: Expr) -> Expr {
    let mfa = Mfa {
        module: cordial_vm::atom::Atom::new("cordial_dot"),
        function: cordial_vm::atom::Atom::new(function),
        arity: args.len() as u8,
    };
    let warning = Expr {
        kind: Kind::Call(Box::new(Callee::Remote(mfa)), args),
        line,
    };
    Expr {
        kind: Kind::Seq(vec![warning, then]),
        line,
    }
}
