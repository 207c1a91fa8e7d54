//! `try`, with `rescue` clauses turned into patterns on normalised exceptions.
//!
//! The handler is one case over class and reason. A `rescue` clause looks at the exception, that is the reason when it
//! is an exception already, else `Exception.normalize(:error, reason, stacktrace)`, which is computed at most once.

use cordial_syntax::Quoted;
use cordial_syntax::quoted::known;
use cordial_vm::atom::{Atom, known as atoms};
use cordial_vm::bytecode::ops::{Failure, Mfa};

use super::super::ir::{Callee, Case, Clause, Expr, Kind, Otherwise, Pat, Relation, Try, VarId};
use super::super::lit::Lit;
use super::clauses::split_head;
use super::{Builder, Built, line_of};

/// What a handler's clauses look at.
#[derive(Clone, Copy)]
struct Caught {
    class: VarId,
    reason: VarId,
    trace: VarId,
}

/// A `rescue` clause's head.
enum Rescued {
    /// Everything.
    All(Option<VarId>),
    /// Exceptions of these modules.
    Of(Option<VarId>, Vec<Atom>),
}

impl Builder<'_> {
    pub(super) fn attempt(&mut self, blocks: &Quoted) -> Built<Expr> {
        let Some(body) = blocks.keyword_get(known::DO) else {
            return Err(self.problem("missing :do option in \"try\"".to_owned()));
        };
        let body = self.expr(body)?;
        let caught = Caught {
            class: self.fresh(),
            reason: self.fresh(),
            trace: self.fresh(),
        };
        let outer_trace = self.trace.replace(caught.trace);
        // Clauses in the order written; what none of them takes is raised again.
        let again = Expr {
            kind: Kind::Raise(
                Box::new((Expr::var(caught.class), Expr::var(caught.reason))),
                Some(caught.trace),
            ),
            line: 0,
        };
        let mut handler = None;
        let sections: Vec<(&Quoted, bool)> = blocks
            .as_list()
            .unwrap_or_default()
            .iter()
            .filter_map(|item| match item.as_pair() {
                Some((Quoted::Atom(known::RESCUE), clauses)) => Some((clauses, true)),
                Some((Quoted::Atom(known::CATCH), clauses)) => Some((clauses, false)),
                _ => None,
            })
            .collect();
        for (clauses, rescue) in sections.into_iter().rev() {
            let next = handler.take().unwrap_or_else(|| again.clone());
            handler = Some(if rescue {
                self.rescue(clauses, caught, next)?
            } else {
                self.catch(clauses, caught, next)?
            });
        }
        self.trace = outer_trace;
        let else_clauses = match blocks.keyword_get(known::ELSE) {
            Some(clauses) => self.clauses(clauses, 1)?,
            None => Vec::new(),
        };
        let after = match blocks.keyword_get(known::AFTER) {
            Some(after) => Some(self.expr(after)?),
            None => None,
        };
        if handler.is_none() && after.is_none() && else_clauses.is_empty() {
            return Ok(body);
        }
        let caught = Some((caught.class, caught.reason, caught.trace));
        Ok(self.node(Kind::Try(Box::new(Try {
            body,
            caught,
            handler,
            else_clauses,
            after,
        }))))
    }

    fn catch(&mut self, clauses: &Quoted, caught: Caught, next: Expr) -> Built<Expr> {
        let mut built = Vec::new();
        for arrow in self.expect_list(clauses, "the clauses of catch")? {
            let Some(call) = arrow.call_of(known::ARROW, 2) else {
                return Err(self.problem("expected -> clauses for :catch in \"try\"".to_owned()));
            };
            let outer = self.line;
            self.line = line_of(&call.meta, outer);
            let head = self.expect_list(&call.args[0], "the head of a clause")?;
            let (args, guards) = split_head(head);
            let mut clause = self.clause_of(args, &guards, &call.args[1])?;
            match clause.patterns.len() {
                1 => clause.patterns.insert(0, Pat::Lit(Lit::Atom(atoms::THROW))),
                2 => {}
                _ => {
                    return Err(
                        self.problem("expected one or two args for catch clauses (->) in \"try\"".to_owned())
                    );
                }
            }
            built.push(clause);
            self.line = outer;
        }
        built.push(Clause {
            patterns: vec![Pat::Any, Pat::Any],
            guards: Vec::new(),
            body: next,
            line: 0,
        });
        let values = vec![Expr::var(caught.class), Expr::var(caught.reason)];
        Ok(self.node(Kind::Case(Box::new(Case {
            values,
            clauses: built,
            otherwise: Otherwise::Raise(Failure::CaseClause),
        }))))
    }

    fn rescue(&mut self, clauses: &Quoted, caught: Caught, next: Expr) -> Built<Expr> {
        let exception = self.fresh();
        let mut rows = Vec::new();
        for arrow in self.expect_list(clauses, "the clauses of rescue")? {
            let Some(call) = arrow.call_of(known::ARROW, 2) else {
                return Err(self.problem("expected -> clauses for :rescue in \"try\"".to_owned()));
            };
            let outer = self.line;
            self.line = line_of(&call.meta, outer);
            let [head] = self.expect_list(&call.args[0], "the head of a clause")? else {
                return Err(self.problem("expected one arg for rescue clauses (->) in \"try\"".to_owned()));
            };
            let head = self.rescue_head(head)?;
            let body = self.expr(&call.args[1])?;
            rows.push((head, body, self.line));
            self.line = outer;
        }
        let mut built = next.clone();
        for (head, body, line) in rows.into_iter().rev() {
            let (var, modules) = match head {
                Rescued::All(var) => (var, None),
                Rescued::Of(var, modules) => (var, Some(modules)),
            };
            let body = match var {
                Some(var) => Expr {
                    kind: Kind::Seq(vec![self.matching(Pat::Var(var), Expr::var(exception)), body]),
                    line,
                },
                None => body,
            };
            built = match modules {
                None => body,
                Some(modules) => self.one_of(exception, modules, body, built),
            };
        }
        let normalised = self.normalised(caught);
        let line = self.line;
        let rescued = Expr {
            kind: Kind::Seq(vec![self.matching(Pat::Var(exception), normalised), built]),
            line,
        };
        let is_error = Expr {
            kind: Kind::Compare(
                Relation::Same,
                Box::new((Expr::var(caught.class), Expr::atom(atoms::ERROR))),
            ),
            line,
        };
        Ok(self.node(Kind::If(Box::new((is_error, rescued, next)))))
    }

    /// The reason when it is an exception, else what it stands for.
    fn normalised(&mut self, caught: Caught) -> Expr {
        let line = self.line;
        let stacktrace = Expr {
            kind: Kind::Stacktrace(caught.trace),
            line,
        };
        let mfa = Mfa {
            module: Atom::new("Elixir.Exception"),
            function: Atom::new("normalize"),
            arity: 3,
        };
        let call = Expr {
            kind: Kind::Call(
                Box::new(Callee::Remote(mfa)),
                vec![Expr::atom(atoms::ERROR), Expr::var(caught.reason), stacktrace],
            ),
            line,
        };
        let clauses = vec![
            Clause {
                patterns: vec![Pat::Map(vec![
                    (Expr::atom(atoms::STRUCT), Pat::Any),
                    (Expr::atom(atoms::EXCEPTION), Pat::Lit(Lit::TRUE)),
                ])],
                guards: Vec::new(),
                body: Expr::var(caught.reason),
                line,
            },
            Clause {
                patterns: vec![Pat::Any],
                guards: Vec::new(),
                body: call,
                line,
            },
        ];
        self.node(Kind::Case(Box::new(Case {
            values: vec![Expr::var(caught.reason)],
            clauses,
            otherwise: Otherwise::Raise(Failure::CaseClause),
        })))
    }

    fn one_of(&mut self, exception: VarId, modules: Vec<Atom>, body: Expr, otherwise: Expr) -> Expr {
        let line = self.line;
        let module = self.fresh();
        let test = |name: Atom| Expr {
            kind: Kind::Compare(Relation::Same, Box::new((Expr::var(module), Expr::atom(name)))),
            line,
        };
        let mut tests = modules.into_iter().map(test);
        let Some(first) = tests.next() else {
            return otherwise;
        };
        let any = tests.fold(first, |before, next| Expr {
            kind: Kind::Or(Box::new((before, next))),
            line,
        });
        let is = Clause {
            patterns: vec![Pat::Map(vec![(Expr::atom(atoms::STRUCT), Pat::Var(module))])],
            guards: vec![any],
            body,
            line,
        };
        let not = Clause {
            patterns: vec![Pat::Any],
            guards: Vec::new(),
            body: otherwise,
            line,
        };
        self.node(Kind::Case(Box::new(Case {
            values: vec![Expr::var(exception)],
            clauses: vec![is, not],
            otherwise: Otherwise::Raise(Failure::CaseClause),
        })))
    }

    fn rescue_head(&mut self, head: &Quoted) -> Built<Rescued> {
        match head {
            Quoted::Var(var) if var.name == known::UNDERSCORE => Ok(Rescued::All(None)),
            Quoted::Var(var) => Ok(Rescued::All(Some(self.bind(var)))),
            Quoted::Atom(module) => Ok(Rescued::Of(None, vec![self.names.atom(*module)])),
            Quoted::List(items) => Ok(Rescued::Of(None, self.modules(items)?)),
            Quoted::Call(call) if call.is(known::IN, 2) => {
                let var = match &call.args[0] {
                    Quoted::Var(var) if var.name == known::UNDERSCORE => None,
                    Quoted::Var(var) => Some(self.bind(var)),
                    _ => return Err(self.problem("invalid \"rescue\" clause".to_owned())),
                };
                match &call.args[1] {
                    Quoted::Var(any) if any.name == known::UNDERSCORE => Ok(Rescued::All(var)),
                    Quoted::Atom(module) => Ok(Rescued::Of(var, vec![self.names.atom(*module)])),
                    Quoted::List(items) => Ok(Rescued::Of(var, self.modules(items)?)),
                    _ => Err(self.problem("invalid \"rescue\" clause".to_owned())),
                }
            }
            _ => Err(self.problem(
                "invalid \"rescue\" clause. The clause should match on an alias, a variable or be in the \"var in [alias]\" format".to_owned(),
            )),
        }
    }

    fn modules(&mut self, items: &[Quoted]) -> Built<Vec<Atom>> {
        let mut modules = Vec::with_capacity(items.len());
        for item in items {
            match item {
                Quoted::Atom(module) => modules.push(self.names.atom(*module)),
                _ => return Err(self.problem("invalid \"rescue\" clause".to_owned())),
            }
        }
        Ok(modules)
    }
}
