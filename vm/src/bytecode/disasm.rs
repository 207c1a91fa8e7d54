//! A module's bytecode as text: `R3 := R1 + 1 else fail L4`. The form is stable; snapshots show it.
//!
//! A line is `index  operation`; a label stands before the op it names. `R1` is a register, `A1` an outgoing argument,
//! `live{1 2}` the registers that the collector keeps there. `else L4` is where a test that does not hold goes on;
//! without it the operation raises.

use super::field::Visit;
use super::module::{Function, ModuleFile};
use super::ops::*;
use std::collections::BTreeSet;
use std::fmt::{self, Write};

/// The whole module.
pub fn module(module: &ModuleFile) -> String {
    let mut out = String::new();
    let _ = write_module(module, &mut out);
    out
}

fn write_module(module: &ModuleFile, out: &mut String) -> fmt::Result {
    writeln!(out, "module {}", module.name.as_str())?;
    for (index, literal) in module.literals.iter().enumerate() {
        writeln!(out, "literal {index} = {:?}", literal.term())?;
    }
    for (index, lambda) in module.lambdas.iter().enumerate() {
        let name = module
            .functions
            .get(lambda.function as usize)
            .map_or("?", |f| f.name.as_str());
        writeln!(
            out,
            "lambda {index} = {name} arity {} free {}",
            lambda.arity, lambda.free
        )?;
    }
    for function in &module.functions {
        writeln!(out)?;
        write_function(module, function, out)?;
    }
    Ok(())
}

/// One function.
pub fn function(module: &ModuleFile, function: &Function) -> String {
    let mut out = String::new();
    let _ = write_function(module, function, &mut out);
    out
}

struct Labels(BTreeSet<u32>);

impl Visit for Labels {
    fn label(&mut self, label: Label) {
        self.0.insert(label.0);
    }
}

fn write_function(module: &ModuleFile, function: &Function, out: &mut String) -> fmt::Result {
    let kind = if function.exported { "export" } else { "function" };
    writeln!(
        out,
        "{kind} {}/{} frame {} out {}",
        function.name.as_str(),
        function.arity,
        function.frame,
        function.out
    )?;
    let mut labels = Labels(BTreeSet::new());
    for op in &function.code {
        op.visit(&mut labels);
    }
    for handler in &function.handlers {
        labels.label(handler.target);
        writeln!(
            out,
            "  handler {}..{} -> L{} in {}",
            handler.start,
            handler.end,
            handler.target.0,
            reg(function, handler.dst)
        )?;
    }
    let mut lines = function.lines.iter().peekable();
    for (index, op) in function.code.iter().enumerate() {
        while let Some((_, line)) = lines.next_if(|(start, _)| *start as usize <= index) {
            writeln!(out, "  ; line {line}")?;
        }
        if labels.0.contains(&(index as u32)) {
            writeln!(out, "L{index}:")?;
        }
        writeln!(out, "{index:5}  {}", Show { module, function, op })?;
    }
    Ok(())
}

fn reg(function: &Function, reg: Reg) -> String {
    if reg.0 >= function.frame.saturating_add(FRAME_HEADER) {
        format!("A{}", reg.0 - function.frame - FRAME_HEADER)
    } else {
        format!("R{}", reg.0)
    }
}

struct Show<'a> {
    module: &'a ModuleFile,
    function: &'a Function,
    op: &'a Op,
}

impl Show<'_> {
    fn r(&self, r: Reg) -> String {
        reg(self.function, r)
    }

    fn s(&self, src: Src) -> String {
        match src {
            Src::Reg(r) => self.r(r),
            Src::Small(n) => n.to_string(),
            Src::Atom(a) => format!(":{}", a.as_str()),
            Src::Nil => "[]".into(),
            Src::Lit(n) => match self.module.literals.get(n as usize) {
                Some(literal) => format!("#{n}({:?})", literal.term()),
                None => format!("#{n}"),
            },
        }
    }

    fn list(&self, sources: &[Src]) -> String {
        sources.iter().map(|s| self.s(*s)).collect::<Vec<_>>().join(", ")
    }

    fn pairs(&self, pairs: &[(Src, Src)]) -> String {
        pairs
            .iter()
            .map(|(k, v)| format!("{} => {}", self.s(*k), self.s(*v)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn live(&self, live: Live) -> String {
        let set = self.function.live.get(live.0 as usize);
        let registers: Vec<String> =
            set.map_or(vec!["?".into()], |s| s.0.iter().map(u16::to_string).collect());
        format!("  live{{{}}}", registers.join(" "))
    }

    fn callee(&self, index: u32) -> String {
        match self.module.functions.get(index as usize) {
            Some(f) => format!("{}/{}", f.name.as_str(), f.arity),
            None => format!("function {index}"),
        }
    }

    fn fail(&self, fail: Option<Label>) -> String {
        fail.map_or(String::new(), |l| format!(" else L{}", l.0))
    }
}

fn mfa(mfa: &Mfa) -> String {
    format!("{}.{}/{}", mfa.module.as_str(), mfa.function.as_str(), mfa.arity)
}

fn cond(cond: Cond) -> &'static str {
    match cond {
        Cond::Lt => "<",
        Cond::Ge => ">=",
        Cond::Eq => "==",
        Cond::Ne => "!=",
        Cond::Same => "===",
        Cond::NotSame => "!==",
    }
}

fn arith(op: Arith) -> &'static str {
    match op {
        Arith::Add => "+",
        Arith::Sub => "-",
        Arith::Mul => "*",
        Arith::FloatDiv => "/",
        Arith::Div => "div",
        Arith::Rem => "rem",
        Arith::Band => "band",
        Arith::Bor => "bor",
        Arith::Bxor => "bxor",
        Arith::Bsl => "bsl",
        Arith::Bsr => "bsr",
    }
}

fn lower(text: impl fmt::Debug) -> String {
    format!("{text:?}").to_lowercase()
}

fn segment_type(ty: &SegType) -> String {
    let mut text = lower(ty.kind);
    if ty.unit != 1 {
        let _ = write!(text, "-unit({})", ty.unit);
    }
    if ty.signed {
        text.push_str("-signed");
    }
    if ty.endian != Endian::Big {
        let _ = write!(text, "-{}", lower(ty.endian));
    }
    text
}

impl fmt::Display for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.op {
            Op::Move { dst, src } => write!(f, "{} := {}", self.r(*dst), self.s(*src)),
            Op::Jump { to } => write!(f, "jump L{}", to.0),
            Op::Loop { to, live } => write!(f, "loop L{}{}", to.0, self.live(*live)),
            Op::Truthy { src, fail } => write!(f, "truthy {} else L{}", self.s(*src), fail.0),
            Op::True { src, fail } => write!(f, "true {} else L{}", self.s(*src), fail.0),
            Op::Test { ty, src, fail } => write!(f, "is_{} {} else L{}", lower(ty), self.s(*src), fail.0),
            Op::TupleArity { src, arity, fail } => {
                write!(f, "tuple/{arity} {} else L{}", self.s(*src), fail.0)
            }
            Op::Tagged {
                src,
                arity,
                tag,
                fail,
            } => {
                write!(
                    f,
                    "tagged/{arity} {} :{} else L{}",
                    self.s(*src),
                    tag.as_str(),
                    fail.0
                )
            }
            Op::FunArity { src, arity, fail } => write!(f, "fun/{arity} {} else L{}", self.s(*src), fail.0),
            Op::Compare { cond: c, a, b, fail } => {
                write!(f, "{} {} {} else L{}", self.s(*a), cond(*c), self.s(*b), fail.0)
            }
            Op::CompareTo { cond: c, dst, a, b } => {
                write!(
                    f,
                    "{} := {} {} {}",
                    self.r(*dst),
                    self.s(*a),
                    cond(*c),
                    self.s(*b)
                )
            }
            Op::TestTo { ty, dst, src } => write!(f, "{} := is_{} {}", self.r(*dst), lower(ty), self.s(*src)),
            Op::Switch { src, cases, default } => {
                write!(f, "switch {}", self.s(*src))?;
                for (case, label) in cases {
                    write!(f, " {} -> L{}", self.s(*case), label.0)?;
                }
                write!(f, " else L{}", default.0)
            }
            Op::SwitchArity { src, cases, default } => {
                write!(f, "switch_arity {}", self.s(*src))?;
                for (case, label) in cases {
                    write!(f, " {case} -> L{}", label.0)?;
                }
                write!(f, " else L{}", default.0)
            }
            Op::Cons {
                dst,
                head,
                tail,
                live,
            } => {
                write!(
                    f,
                    "{} := [{} | {}]{}",
                    self.r(*dst),
                    self.s(*head),
                    self.s(*tail),
                    self.live(*live)
                )
            }
            Op::Tuple { dst, elements, live } => {
                write!(
                    f,
                    "{} := {{{}}}{}",
                    self.r(*dst),
                    self.list(elements),
                    self.live(*live)
                )
            }
            Op::Head { dst, src } => write!(f, "{} := head {}", self.r(*dst), self.r(*src)),
            Op::Tail { dst, src } => write!(f, "{} := tail {}", self.r(*dst), self.r(*src)),
            Op::Uncons { head, tail, src } => {
                write!(f, "[{} | {}] := {}", self.r(*head), self.r(*tail), self.r(*src))
            }
            Op::Element { dst, src, index } => write!(f, "{} := {}[{index}]", self.r(*dst), self.r(*src)),
            Op::Map { dst, pairs, live } => {
                write!(
                    f,
                    "{} := %{{{}}}{}",
                    self.r(*dst),
                    self.pairs(pairs),
                    self.live(*live)
                )
            }
            Op::MapPut {
                dst,
                src,
                pairs,
                live,
            } => write!(
                f,
                "{} := put {} %{{{}}}{}",
                self.r(*dst),
                self.s(*src),
                self.pairs(pairs),
                self.live(*live)
            ),
            Op::MapUpdate {
                dst,
                src,
                pairs,
                live,
            } => write!(
                f,
                "{} := update {} %{{{}}}{}",
                self.r(*dst),
                self.s(*src),
                self.pairs(pairs),
                self.live(*live)
            ),
            Op::MapGet { dst, src, key, fail } => {
                write!(
                    f,
                    "{} := {}[{}] else L{}",
                    self.r(*dst),
                    self.s(*src),
                    self.s(*key),
                    fail.0
                )
            }
            Op::Fun {
                dst,
                lambda,
                free,
                live,
            } => {
                write!(
                    f,
                    "{} := fun {lambda}({}){}",
                    self.r(*dst),
                    self.list(free),
                    self.live(*live)
                )
            }
            Op::Arith {
                op,
                dst,
                a,
                b,
                fail,
                live,
            } => write!(
                f,
                "{} := {} {} {}{}{}",
                self.r(*dst),
                self.s(*a),
                arith(*op),
                self.s(*b),
                self.fail(*fail),
                self.live(*live)
            ),
            Op::Unary {
                op,
                dst,
                src,
                fail,
                live,
            } => write!(
                f,
                "{} := {} {}{}{}",
                self.r(*dst),
                lower(op),
                self.s(*src),
                self.fail(*fail),
                self.live(*live)
            ),
            Op::Bif {
                bif,
                dst,
                args,
                fail,
                live,
            } => write!(
                f,
                "{} := {}({}){}{}",
                self.r(*dst),
                lower(bif),
                self.list(args),
                self.fail(*fail),
                self.live(*live)
            ),
            Op::Call { function, dst, live } => {
                write!(
                    f,
                    "{} := call {}{}",
                    self.r(*dst),
                    self.callee(*function),
                    self.live(*live)
                )
            }
            Op::TailCall { function } => write!(f, "tail call {}", self.callee(*function)),
            Op::CallExt { mfa: m, dst, live } => {
                write!(f, "{} := call {}{}", self.r(*dst), mfa(m), self.live(*live))
            }
            Op::TailCallExt { mfa: m } => write!(f, "tail call {}", mfa(m)),
            Op::CallFun {
                fun,
                arity,
                dst,
                live,
            } => {
                write!(
                    f,
                    "{} := call {} / {arity}{}",
                    self.r(*dst),
                    self.s(*fun),
                    self.live(*live)
                )
            }
            Op::TailCallFun { fun, arity } => write!(f, "tail call {} / {arity}", self.s(*fun)),
            Op::CallDynamic {
                module,
                function,
                arity,
                dst,
                live,
            } => write!(
                f,
                "{} := call {}.{} / {arity}{}",
                self.r(*dst),
                self.s(*module),
                self.s(*function),
                self.live(*live)
            ),
            Op::TailCallDynamic {
                module,
                function,
                arity,
            } => {
                write!(f, "tail call {}.{} / {arity}", self.s(*module), self.s(*function))
            }
            Op::Return { src } => write!(f, "return {}", self.s(*src)),
            Op::Raise {
                class,
                reason,
                stacktrace,
            } => {
                write!(f, "raise {} {}", self.s(*class), self.s(*reason))?;
                stacktrace.map_or(Ok(()), |s| write!(f, " at {}", self.s(s)))
            }
            Op::Fail { failure, args } => write!(f, "fail {}({})", lower(failure), self.list(args)),
            Op::Stacktrace { dst, src, live } => {
                write!(
                    f,
                    "{} := stacktrace {}{}",
                    self.r(*dst),
                    self.r(*src),
                    self.live(*live)
                )
            }
            Op::Send {
                dst,
                to,
                message,
                live,
            } => {
                write!(
                    f,
                    "{} := send {} {}{}",
                    self.r(*dst),
                    self.s(*to),
                    self.s(*message),
                    self.live(*live)
                )
            }
            Op::RecvRef { src } => write!(f, "receive only {}", self.s(*src)),
            Op::RecvPeek { dst, wait, live } => {
                write!(f, "{} := peek else L{}{}", self.r(*dst), wait.0, self.live(*live))
            }
            Op::RecvTake => write!(f, "take"),
            Op::RecvNext { to, live } => write!(f, "next L{}{}", to.0, self.live(*live)),
            Op::RecvWait { to, live } => write!(f, "wait L{}{}", to.0, self.live(*live)),
            Op::RecvWaitFor { timeout, to, live } => {
                write!(f, "wait {} L{}{}", self.s(*timeout), to.0, self.live(*live))
            }
            Op::Bin { dst, segments, live } => {
                write!(f, "{} := <<", self.r(*dst))?;
                for (i, segment) in segments.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    write!(
                        f,
                        "{comma}{}::{}",
                        self.s(segment.value),
                        segment_type(&segment.ty)
                    )?;
                    if let Some(size) = segment.size {
                        write!(f, "({})", self.s(size))?;
                    }
                }
                write!(f, ">>{}", self.live(*live))
            }
            Op::BinStart { dst, src, fail, live } => {
                write!(
                    f,
                    "{} := match {} else L{}{}",
                    self.r(*dst),
                    self.s(*src),
                    fail.0,
                    self.live(*live)
                )
            }
            Op::BinGet {
                dst,
                ctx,
                ty,
                size,
                fail,
                live,
            } => {
                write!(f, "{} := get {} {}", self.r(*dst), self.r(*ctx), segment_type(ty))?;
                if let Some(size) = size {
                    write!(f, "({})", self.s(*size))?;
                }
                write!(f, " else L{}{}", fail.0, self.live(*live))
            }
            Op::BinSkip {
                ctx,
                size,
                unit,
                fail,
            } => {
                write!(
                    f,
                    "skip {} {} * {unit} else L{}",
                    self.r(*ctx),
                    self.s(*size),
                    fail.0
                )
            }
            Op::BinSkipUtf { ctx, ty, fail } => {
                write!(f, "skip {} {} else L{}", self.r(*ctx), segment_type(ty), fail.0)
            }
            Op::BinLiteral { ctx, bytes, fail } => {
                write!(
                    f,
                    "literal {} {} else L{}",
                    self.r(*ctx),
                    self.s(Src::Lit(*bytes)),
                    fail.0
                )
            }
            Op::BinRest {
                dst,
                ctx,
                unit,
                fail,
                live,
            } => {
                write!(
                    f,
                    "{} := rest {} unit {unit} else L{}{}",
                    self.r(*dst),
                    self.r(*ctx),
                    fail.0,
                    self.live(*live)
                )
            }
            Op::BinRestUnit { ctx, unit, fail } => {
                write!(f, "rest_unit {} {unit} else L{}", self.r(*ctx), fail.0)
            }
            Op::BinEnd { ctx, fail } => write!(f, "end {} else L{}", self.r(*ctx), fail.0),
            Op::BinPosition { dst, ctx } => write!(f, "{} := position {}", self.r(*dst), self.r(*ctx)),
            Op::BinSeek { ctx, position } => write!(f, "seek {} {}", self.r(*ctx), self.s(*position)),
        }
    }
}
