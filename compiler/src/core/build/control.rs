//! `cond`, `receive`, `with`.

use cordial_syntax::Quoted;
use cordial_syntax::quoted::known;
use cordial_vm::bytecode::ops::Failure;

use super::super::ir::{Expr, Kind, Pat, Receive, With, WithStep};
use super::super::lit::Lit;
use super::clauses::alternatives;
use super::{Builder, Built, line_of};

impl Builder<'_> {
    pub(super) fn cond(&mut self, blocks: &Quoted) -> Built<Expr> {
        let Some(Quoted::List(arrows)) = blocks.keyword_get(known::DO) else {
            return Err(self.problem("missing :do option in \"cond\"".to_owned()));
        };
        let mut tests = Vec::with_capacity(arrows.len());
        for arrow in arrows {
            let Some(call) = arrow.call_of(known::ARROW, 2) else {
                return Err(self.problem("expected -> clauses for :do in \"cond\"".to_owned()));
            };
            let outer = self.line;
            self.line = line_of(&call.meta, outer);
            let [test] = self.expect_list(&call.args[0], "the head of a clause")? else {
                return Err(self.problem("expected one condition in a clause of \"cond\"".to_owned()));
            };
            let test = self.expr(test)?;
            let body = self.expr(&call.args[1])?;
            tests.push((test, body, self.line));
            self.line = outer;
        }
        let mut built = self.node(Kind::Fail(Failure::CondClause, Vec::new()));
        for (test, body, line) in tests.into_iter().rev() {
            built = match test.as_lit() {
                Some(lit) if lit.is_truthy() => body,
                _ => Expr {
                    kind: Kind::If(Box::new((test, body, built))),
                    line,
                },
            };
        }
        Ok(built)
    }

    pub(super) fn receive(&mut self, blocks: &Quoted) -> Built<Expr> {
        let clauses = match blocks.keyword_get(known::DO) {
            Some(clauses) => self.clauses(clauses, 1)?,
            None => Vec::new(),
        };
        let after = match blocks.keyword_get(known::AFTER) {
            Some(Quoted::List(arrows)) => {
                match arrows.first().and_then(|arrow| arrow.call_of(known::ARROW, 2)) {
                    Some(arrow) => {
                        let [timeout] = self.expect_list(&arrow.args[0], "the head of a clause")? else {
                            return Err(self.problem("expected one timeout in \"receive\"".to_owned()));
                        };
                        let timeout = self.expr(timeout)?;
                        Some((timeout, self.expr(&arrow.args[1])?))
                    }
                    None => {
                        return Err(
                            self.problem("expected a single -> clause for :after in \"receive\"".to_owned())
                        );
                    }
                }
            }
            _ => None,
        };
        Ok(self.node(Kind::Receive(Box::new(Receive { clauses, after }))))
    }

    pub(super) fn with(&mut self, args: &[Quoted]) -> Built<Expr> {
        let Some((blocks, steps)) = args.split_last() else {
            return Err(self.problem("missing :do option in \"with\"".to_owned()));
        };
        let mut built = Vec::with_capacity(steps.len());
        for step in steps {
            match step.call_of(known::LEFT_ARROW, 2) {
                Some(arrow) => {
                    let outer = self.line;
                    self.line = line_of(&arrow.meta, outer);
                    let value = self.expr(&arrow.args[1])?;
                    let (pattern, guards) = self.guarded_pattern(&arrow.args[0])?;
                    built.push(WithStep::Match {
                        pattern,
                        guards,
                        value,
                    });
                    self.line = outer;
                }
                None => built.push(WithStep::Plain(self.expr(step)?)),
            }
        }
        let Some(body) = blocks.keyword_get(known::DO) else {
            return Err(self.problem("missing :do option in \"with\"".to_owned()));
        };
        let body = self.expr(body)?;
        let else_clauses = match blocks.keyword_get(known::ELSE) {
            Some(clauses) => self.clauses(clauses, 1)?,
            None => Vec::new(),
        };
        Ok(self.node(Kind::With(Box::new(With {
            steps: built,
            body,
            else_clauses,
        }))))
    }

    /// `pattern` or `pattern when guard`.
    pub(super) fn guarded_pattern(&mut self, quoted: &Quoted) -> Built<(Pat, Vec<Expr>)> {
        match quoted.call_of(known::WHEN, 2) {
            Some(when) => {
                let pattern = self.pattern(&when.args[0])?;
                let mut guards = Vec::new();
                for guard in alternatives(&when.args[1]) {
                    guards.push(self.guard(guard)?);
                }
                Ok((pattern, guards))
            }
            None => Ok((self.pattern(quoted)?, Vec::new())),
        }
    }

    pub(super) fn nil(&self) -> Expr {
        self.node(Kind::Lit(Lit::NIL))
    }
}
