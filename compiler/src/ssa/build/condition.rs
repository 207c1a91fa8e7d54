//! Conditions: straight to branches, without a boolean in between.

use cordial_syntax::quoted::deeper;
use cordial_vm::atom::known as atoms;
use cordial_vm::bytecode::ops::{self, Cond, Failure};

use super::super::ir::{Arg, BlockId, End, Test};
use super::FunctionBuilder;
use super::expr::relate;
use crate::core::ir::{Expr, Kind};
use crate::core::lit::Lit;

impl FunctionBuilder<'_> {
    /// Goes to `yes` or `no`. With `truthy`, anything but `nil` and `false` is a yes; else only `true` is.
    pub(super) fn condition(&mut self, expr: &Expr, yes: BlockId, no: BlockId, truthy: bool) {
        if self.current.is_none() {
            return;
        }
        deeper(|| {
            let outer = self.line;
            if expr.line != 0 {
                self.line = expr.line;
            }
            self.condition_inner(expr, yes, no, truthy);
            self.line = outer;
        });
    }

    fn condition_inner(&mut self, expr: &Expr, yes: BlockId, no: BlockId, truthy: bool) {
        match &expr.kind {
            Kind::Lit(lit) => {
                let holds = if truthy {
                    lit.is_truthy()
                } else {
                    lit.as_bool() == Some(true)
                };
                self.jump(if holds { yes } else { no }, []);
            }
            Kind::And(pair) if truthy || pair.1.is_boolean() || self.guard_fail.is_some() => {
                let next = self.block();
                self.left(&pair.0, next, no);
                self.current = Some(next);
                self.condition(&pair.1, yes, no, truthy);
            }
            Kind::Or(pair) if truthy || pair.1.is_boolean() || self.guard_fail.is_some() => {
                let next = self.block();
                self.left(&pair.0, yes, next);
                self.current = Some(next);
                self.condition(&pair.1, yes, no, truthy);
            }
            Kind::Unary(ops::Unary::Not, inner) if inner.is_boolean() => {
                self.condition(inner, no, yes, false)
            }
            Kind::Compare(relation, pair) => {
                let Some(a) = self.value(&pair.0) else { return };
                let Some(b) = self.value(&pair.1) else { return };
                let (cond, args) = relate(*relation, a, b);
                self.end(End::Branch(Test::Compare(cond)), args, &[yes, no]);
            }
            Kind::Test(ty, arg) => {
                let Some(arg) = self.value(arg) else { return };
                self.end(End::Branch(Test::Type(*ty)), [arg], &[yes, no]);
            }
            Kind::Bif(ops::Bif::IsFunction2, args) if small_arity(&args[1]).is_some() => {
                let arity = small_arity(&args[1]).unwrap_or(0);
                let Some(arg) = self.value(&args[0]) else { return };
                self.end(End::Branch(Test::FunArity(arity)), [arg], &[yes, no]);
            }
            Kind::Seq(items) => {
                let Some((last, before)) = items.split_last() else {
                    return;
                };
                for item in before {
                    if self.expr(item, super::Dest::Effect).is_none() {
                        return;
                    }
                }
                self.condition(last, yes, no, truthy);
            }
            Kind::If(parts) => {
                let (inner_yes, inner_no) = (self.block(), self.block());
                self.condition(&parts.0, inner_yes, inner_no, true);
                self.current = Some(inner_yes);
                self.condition(&parts.1, yes, no, truthy);
                self.current = Some(inner_no);
                self.condition(&parts.2, yes, no, truthy);
            }
            _ => {
                let Some(value) = self.value(expr) else { return };
                let test = if truthy && !expr.is_boolean() {
                    Test::Truthy
                } else {
                    Test::True
                };
                self.end(End::Branch(test), [value], &[yes, no]);
            }
        }
    }

    /// The left side of `and`, `or`: must be a boolean.
    fn left(&mut self, expr: &Expr, yes: BlockId, no: BlockId) {
        if expr.is_boolean() {
            return self.condition(expr, yes, no, false);
        }
        let Some(value) = self.value(expr) else { return };
        let other = self.block();
        self.end(End::Branch(Test::True), [value], &[yes, other]);
        self.current = Some(other);
        let bad = match self.guard_fail {
            Some(fail) => fail,
            None => self.block(),
        };
        self.end(
            End::Branch(Test::Compare(Cond::Same)),
            [value, Arg::Atom(atoms::FALSE)],
            &[no, bad],
        );
        if self.guard_fail.is_none() {
            self.current = Some(bad);
            self.end(End::Fail(Failure::BadArg), [], &[]);
        }
    }

    /// Goes on where one of the guards holds.
    pub(super) fn guards(&mut self, guards: &[Expr], fail: BlockId) {
        let Some((last, before)) = guards.split_last() else {
            return;
        };
        let yes = self.block();
        for guard in before {
            let next = self.block();
            self.guard(guard, yes, next);
            self.current = Some(next);
        }
        self.guard(last, yes, fail);
        self.current = Some(yes);
    }

    fn guard(&mut self, guard: &Expr, yes: BlockId, no: BlockId) {
        let outer = self.guard_fail.replace(no);
        self.condition(guard, yes, no, false);
        self.guard_fail = outer;
    }
}

fn small_arity(expr: &Expr) -> Option<u8> {
    match expr.as_lit() {
        Some(Lit::Int(number)) => u8::try_from(*number).ok(),
        _ => None,
    }
}
