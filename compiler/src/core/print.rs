//! Core as text.

use std::fmt::Write;

use cordial_syntax::quoted::deeper;

use super::ir::{
    Callee, Case, Clause, Collect, Expr, ForStep, Function, Kind, Otherwise, Pat, PatSegment, VarId, WithStep,
};
use super::lit::text;
use cordial_vm::bytecode::ops::SegType;

/// Stable text, for people and snapshots.
pub fn print(function: &Function) -> String {
    let mut printer = Printer {
        out: String::new(),
        depth: 1,
        function,
    };
    let params: Vec<String> = function.params.iter().map(|param| printer.name(*param)).collect();
    let _ = writeln!(printer.out, "def {}({}) =", function.name, params.join(", "));
    printer.line_start();
    printer.expr(&function.body);
    printer.out.push('\n');
    printer.out
}

struct Printer<'f> {
    out: String,
    depth: usize,
    function: &'f Function,
}

impl Printer<'_> {
    fn name(&self, var: VarId) -> String {
        match self.function.names.get(var.0 as usize).map(|name| name.as_str()) {
            Some(name) if !name.is_empty() => format!("{name}_{}", var.0),
            _ => format!("_{}", var.0),
        }
    }

    fn line_start(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.line_start();
    }

    fn list(&mut self, items: &[Expr]) {
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.out.push_str(", ");
            }
            self.expr(item);
        }
    }

    fn pairs(&mut self, pairs: &[(Expr, Expr)]) {
        for (place, (key, value)) in pairs.iter().enumerate() {
            if place > 0 {
                self.out.push_str(", ");
            }
            self.expr(key);
            self.out.push_str(" => ");
            self.expr(value);
        }
    }

    fn call(&mut self, name: &str, args: &[&Expr]) {
        self.out.push_str(name);
        self.out.push('(');
        for (place, arg) in args.iter().enumerate() {
            if place > 0 {
                self.out.push_str(", ");
            }
            self.expr(arg);
        }
        self.out.push(')');
    }

    fn block(&mut self, body: &Expr) {
        self.depth += 1;
        self.new_line();
        self.expr(body);
        self.depth -= 1;
    }

    fn section(&mut self, title: &str, body: &Expr) {
        self.new_line();
        self.out.push_str(title);
        self.block(body);
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            self.new_line();
            for (place, pattern) in clause.patterns.iter().enumerate() {
                if place > 0 {
                    self.out.push_str(", ");
                }
                self.pattern(pattern);
            }
            self.guards(&clause.guards);
            self.out.push_str(" ->");
            self.block(&clause.body);
        }
    }

    fn guards(&mut self, guards: &[Expr]) {
        for guard in guards {
            self.out.push_str(" when ");
            self.expr(guard);
        }
    }

    fn case(&mut self, case: &Case) {
        self.out.push_str("case ");
        self.list(&case.values);
        if let Otherwise::Raise(failure) = case.otherwise {
            let _ = write!(self.out, " else {failure:?}");
        }
        self.depth += 1;
        self.clauses(&case.clauses);
        self.depth -= 1;
    }

    fn segment_type(&mut self, ty: SegType, size: Option<&Expr>) {
        let _ = write!(self.out, "::{:?}", ty.kind);
        if ty.signed {
            self.out.push_str("-signed");
        }
        if let Some(size) = size {
            self.out.push('-');
            self.expr(size);
        }
        let _ = write!(self.out, "*{}", ty.unit);
    }

    fn pattern(&mut self, pattern: &Pat) {
        deeper(|| match pattern {
            Pat::Any => self.out.push('_'),
            Pat::Var(var) => {
                let name = self.name(*var);
                self.out.push_str(&name);
            }
            Pat::Same(var) => {
                let name = self.name(*var);
                self.out.push('^');
                self.out.push_str(&name);
            }
            Pat::Lit(lit) => self.out.push_str(&text(lit)),
            Pat::Cons(pair) => {
                self.out.push('[');
                self.pattern(&pair.0);
                self.out.push_str(" | ");
                self.pattern(&pair.1);
                self.out.push(']');
            }
            Pat::Both(pair) => {
                self.pattern(&pair.0);
                self.out.push_str(" = ");
                self.pattern(&pair.1);
            }
            Pat::Tuple(items) => {
                self.out.push('{');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        self.out.push_str(", ");
                    }
                    self.pattern(item);
                }
                self.out.push('}');
            }
            Pat::Map(pairs) => {
                self.out.push_str("%{");
                for (place, (key, value)) in pairs.iter().enumerate() {
                    if place > 0 {
                        self.out.push_str(", ");
                    }
                    self.expr(key);
                    self.out.push_str(" => ");
                    self.pattern(value);
                }
                self.out.push('}');
            }
            Pat::Bin(segments) => self.segments(segments),
        });
    }

    fn segments(&mut self, segments: &[PatSegment]) {
        self.out.push_str("<<");
        for (place, segment) in segments.iter().enumerate() {
            if place > 0 {
                self.out.push_str(", ");
            }
            self.pattern(&segment.value);
            self.segment_type(segment.ty, segment.size.as_ref());
        }
        self.out.push_str(">>");
    }

    fn expr(&mut self, expr: &Expr) {
        deeper(|| self.expr_inner(expr));
    }

    fn expr_inner(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Lit(lit) => self.out.push_str(&text(lit)),
            Kind::Var(var) => {
                let name = self.name(*var);
                self.out.push_str(&name);
            }
            Kind::Cons(pair) => {
                self.out.push('[');
                self.expr(&pair.0);
                self.out.push_str(" | ");
                self.expr(&pair.1);
                self.out.push(']');
            }
            Kind::List(items) => {
                if let Some((tail, items)) = items.split_last() {
                    self.out.push('[');
                    self.list(items);
                    self.out.push_str(" | ");
                    self.expr(tail);
                    self.out.push(']');
                }
            }
            Kind::Tuple(items) => {
                self.out.push('{');
                self.list(items);
                self.out.push('}');
            }
            Kind::Map(pairs) => {
                self.out.push_str("%{");
                self.pairs(pairs);
                self.out.push('}');
            }
            Kind::MapUpdate(source, pairs) | Kind::MapPut(source, pairs) => {
                self.out.push_str(if matches!(expr.kind, Kind::MapPut(..)) {
                    "put %{"
                } else {
                    "%{"
                });
                self.expr(source);
                self.out.push_str(" | ");
                self.pairs(pairs);
                self.out.push('}');
            }
            Kind::Bin(segments) => {
                self.out.push_str("<<");
                for (place, segment) in segments.iter().enumerate() {
                    if place > 0 {
                        self.out.push_str(", ");
                    }
                    self.expr(&segment.value);
                    self.segment_type(segment.ty, segment.size.as_ref());
                }
                self.out.push_str(">>");
            }
            Kind::Seq(items) => {
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        self.new_line();
                    }
                    self.expr(item);
                }
            }
            Kind::Match(pattern, value) => {
                self.pattern(pattern);
                self.out.push_str(" = ");
                self.expr(value);
            }
            Kind::Case(case) => self.case(case),
            Kind::If(parts) => {
                self.out.push_str("if ");
                self.expr(&parts.0);
                self.block(&parts.1);
                self.section("else", &parts.2);
            }
            Kind::And(pair) => self.call("and", &[&pair.0, &pair.1]),
            Kind::Or(pair) => self.call("or", &[&pair.0, &pair.1]),
            Kind::Arith(op, pair) => self.call(&format!("{op:?}"), &[&pair.0, &pair.1]),
            Kind::Unary(op, arg) => self.call(&format!("{op:?}"), &[arg]),
            Kind::Compare(relation, pair) => self.call(&format!("{relation:?}"), &[&pair.0, &pair.1]),
            Kind::Test(ty, arg) => self.call(&format!("is_{ty:?}"), &[arg]),
            Kind::Bif(bif, args) => {
                let _ = write!(self.out, "{bif:?}(");
                self.list(args);
                self.out.push(')');
            }
            Kind::Call(callee, args) => {
                match callee.as_ref() {
                    Callee::Local(name) => self.out.push_str(name.as_str()),
                    Callee::Remote(mfa) => {
                        let _ = write!(self.out, "{}.{}", mfa.module, mfa.function);
                    }
                    Callee::Fun(fun) => {
                        self.expr(fun);
                        self.out.push('.');
                    }
                    Callee::Dynamic(module, function) => {
                        self.expr(module);
                        self.out.push('.');
                        self.expr(function);
                    }
                }
                self.out.push('(');
                self.list(args);
                self.out.push(')');
            }
            Kind::Fn(lambda) => {
                let params: Vec<String> = lambda.params.iter().map(|param| self.name(*param)).collect();
                let _ = write!(self.out, "fn {} ->", params.join(", "));
                self.block(&lambda.body);
            }
            Kind::LocalFun(name, arity) => {
                let _ = write!(self.out, "&{name}/{arity}");
            }
            Kind::Try(node) => {
                self.out.push_str("try");
                self.block(&node.body);
                if let (Some(handler), Some((class, reason, trace))) = (&node.handler, node.caught) {
                    let title = format!(
                        "catch {}, {}, {}",
                        self.name(class),
                        self.name(reason),
                        self.name(trace)
                    );
                    self.section(&title, handler);
                }
                if !node.else_clauses.is_empty() {
                    self.new_line();
                    self.out.push_str("else");
                    self.depth += 1;
                    self.clauses(&node.else_clauses);
                    self.depth -= 1;
                }
                if let Some(after) = &node.after {
                    self.section("after", after);
                }
            }
            Kind::Receive(node) => {
                self.out.push_str("receive");
                self.depth += 1;
                self.clauses(&node.clauses);
                self.depth -= 1;
                if let Some((timeout, body)) = &node.after {
                    self.new_line();
                    self.out.push_str("after ");
                    self.expr(timeout);
                    self.block(body);
                }
            }
            Kind::With(node) => {
                self.out.push_str("with");
                self.depth += 1;
                for step in &node.steps {
                    self.new_line();
                    match step {
                        WithStep::Plain(expr) => self.expr(expr),
                        WithStep::Match {
                            pattern,
                            guards,
                            value,
                        } => {
                            self.pattern(pattern);
                            self.guards(guards);
                            self.out.push_str(" <- ");
                            self.expr(value);
                        }
                    }
                }
                self.depth -= 1;
                self.section("do", &node.body);
                if !node.else_clauses.is_empty() {
                    self.new_line();
                    self.out.push_str("else");
                    self.depth += 1;
                    self.clauses(&node.else_clauses);
                    self.depth -= 1;
                }
            }
            Kind::For(node) => {
                self.out.push_str(if node.unique { "for unique" } else { "for" });
                self.depth += 1;
                for step in &node.steps {
                    self.new_line();
                    match step {
                        ForStep::Each {
                            pattern,
                            guards,
                            source,
                        } => {
                            self.pattern(pattern);
                            self.guards(guards);
                            self.out.push_str(" <- ");
                            self.expr(source);
                        }
                        ForStep::Bits { pattern, source } => {
                            self.segments(pattern);
                            self.out.push_str(" <- ");
                            self.expr(source);
                        }
                        ForStep::Filter(test) => self.expr(test),
                    }
                }
                self.depth -= 1;
                match &node.collect {
                    Collect::Reduce(start, clauses) => {
                        self.new_line();
                        self.out.push_str("reduce ");
                        self.expr(start);
                        self.depth += 1;
                        self.clauses(clauses);
                        self.depth -= 1;
                    }
                    Collect::Into(into, _) => {
                        self.new_line();
                        self.out.push_str("into ");
                        self.expr(into);
                        self.section("do", &node.body);
                    }
                    Collect::List => self.section("do", &node.body),
                    Collect::Binary => self.section("do binary", &node.body),
                    Collect::Map => self.section("do map", &node.body),
                    Collect::Nothing => self.section("do nothing", &node.body),
                }
            }
            Kind::Send(pair) => self.call("send", &[&pair.0, &pair.1]),
            Kind::Raise(pair, trace) => {
                self.call("raise", &[&pair.0, &pair.1]);
                if let Some(trace) = trace {
                    let _ = write!(self.out, " with {}", self.name(*trace));
                }
            }
            Kind::Fail(failure, args) => {
                let _ = write!(self.out, "fail {failure:?}(");
                self.list(args);
                self.out.push(')');
            }
            Kind::Stacktrace(var) => {
                let _ = write!(self.out, "stacktrace({})", self.name(*var));
            }
        }
    }
}
