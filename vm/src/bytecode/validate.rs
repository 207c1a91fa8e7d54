//! Checks a module before it is linked, so that no input can make the interpreter leave a frame, the literals or the code.

use super::field::Visit;
use super::flow::{Findings, follow};
use super::module::{Function, ModuleFile};
use super::ops::*;
use rustc_hash::FxHashSet;

/// The most words of a frame with its outgoing arguments.
pub const MAX_FRAME: u32 = 60_000;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    pub function: String,
    /// Code index, where there is one.
    pub at: Option<usize>,
    pub why: &'static str,
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.why)?;
        if !self.function.is_empty() {
            write!(f, " in {}", self.function)?;
        }
        if let Some(at) = self.at {
            write!(f, " at {at}")?;
        }
        Ok(())
    }
}

/// Checks the whole module, and finds what the loader has to add to each function so that it is safe to run.
pub fn examine(module: &ModuleFile) -> Result<Vec<Findings>, Invalid> {
    validate(module)?;
    let arities = |index: u32| module.functions.get(index as usize).map_or(0, |f| f.arity);
    module
        .functions
        .iter()
        .map(|function| {
            let findings = follow(function, &arities);
            match findings.bad_call {
                Some(at) => Err(Invalid {
                    function: format!("{}/{}", function.name.as_str(), function.arity),
                    at: Some(at),
                    why: "an argument may not have been set",
                }),
                None => Ok(findings),
            }
        })
        .collect()
}

/// Checks the form of the whole module.
pub fn validate(module: &ModuleFile) -> Result<(), Invalid> {
    let general = |why| Invalid {
        function: String::new(),
        at: None,
        why,
    };
    if module.files.is_empty() {
        return Err(general("no source file is named"));
    }
    for lambda in &module.lambdas {
        let Some(function) = module.functions.get(lambda.function as usize) else {
            return Err(general("a lambda's function is out of range"));
        };
        if lambda.arity as u32 + lambda.free as u32 != function.arity as u32 {
            return Err(general("a lambda's arity differs from its function's"));
        }
    }
    let mut names = FxHashSet::default();
    if !module.functions.iter().all(|f| names.insert((f.name, f.arity))) {
        return Err(general("a function is defined twice"));
    }
    if let Some(mfa) = module.on_load
        && (mfa.module != module.name || !names.contains(&(mfa.function, mfa.arity)) || mfa.arity != 0)
    {
        return Err(general("the on_load function does not exist"));
    }
    module
        .functions
        .iter()
        .try_for_each(|function| check_function(module, function))
}

fn check_function(module: &ModuleFile, function: &Function) -> Result<(), Invalid> {
    let fail = |at: Option<usize>, why: &'static str| {
        Err(Invalid {
            function: format!("{}/{}", function.name.as_str(), function.arity),
            at,
            why,
        })
    };
    let words = function.frame as u32 + FRAME_HEADER as u32 + function.out as u32;
    if words > MAX_FRAME {
        return fail(None, "the frame is too large");
    }
    if function.arity as u16 > function.frame {
        return fail(None, "the frame is smaller than the arity");
    }
    if function.file as usize >= module.files.len() {
        return fail(None, "the file is out of range");
    }
    if function.code.is_empty() {
        return fail(None, "there is no code");
    }
    for set in &function.live {
        let header = function.frame..function.frame + FRAME_HEADER;
        if set.0.windows(2).any(|pair| pair[0] >= pair[1])
            || set
                .0
                .iter()
                .any(|reg| *reg as u32 >= words || header.contains(reg))
        {
            return fail(None, "a live set is out of range or out of order");
        }
    }
    let length = function.code.len();
    for handler in &function.handlers {
        if handler.start > handler.end
            || handler.end as usize > length
            || handler.target.0 as usize >= length
            || handler.dst.0 as u32 + 3 > function.frame as u32
        {
            return fail(None, "a handler is out of range");
        }
    }
    if function.lines.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return fail(None, "the line table is out of order");
    }
    for (at, op) in function.code.iter().enumerate() {
        let mut walk = Walk {
            module,
            function,
            wrong: None,
        };
        op.visit(&mut walk);
        if let Some(why) = walk.wrong.or_else(|| check_op(module, function, op)) {
            return fail(Some(at), why);
        }
    }
    if !ends(&function.code[length - 1]) {
        return fail(Some(length - 1), "the code runs past its end");
    }
    if let Some(at) = super::cycle::find(function) {
        return fail(Some(at), "the code can go round without costing a reduction");
    }
    Ok(())
}

/// Whether the next op is not reached from this one.
pub fn ends(op: &Op) -> bool {
    matches!(
        op,
        Op::Jump { .. }
            | Op::Loop { .. }
            | Op::Switch { .. }
            | Op::SwitchArity { .. }
            | Op::TailCall { .. }
            | Op::TailCallExt { .. }
            | Op::TailCallFun { .. }
            | Op::TailCallDynamic { .. }
            | Op::Return { .. }
            | Op::Raise { .. }
            | Op::Fail { .. }
            | Op::RecvNext { .. }
            | Op::RecvWait { .. }
    )
}

/// Whether a register is one of the frame or an outgoing one.
fn in_range(function: &Function, reg: u16) -> bool {
    let first = function.frame as u32 + FRAME_HEADER as u32;
    reg < function.frame || (first..first + function.out as u32).contains(&(reg as u32))
}

/// At these ops the outgoing registers belong to the callee, or are not kept.
fn gives_way(op: &Op) -> Option<Live> {
    match op {
        Op::Call { live, .. }
        | Op::CallExt { live, .. }
        | Op::CallFun { live, .. }
        | Op::CallDynamic { live, .. }
        | Op::Loop { live, .. }
        | Op::RecvPeek { live, .. }
        | Op::RecvNext { live, .. }
        | Op::RecvWait { live, .. }
        | Op::RecvWaitFor { live, .. } => Some(*live),
        _ => None,
    }
}

struct Walk<'a> {
    module: &'a ModuleFile,
    function: &'a Function,
    wrong: Option<&'static str>,
}

impl Visit for Walk<'_> {
    fn reg(&mut self, _name: &'static str, reg: Reg) {
        if !in_range(self.function, reg.0) {
            self.wrong = Some("a register is out of range");
        }
    }

    fn src(&mut self, name: &'static str, src: Src) {
        match src {
            Src::Reg(reg) => self.reg(name, reg),
            Src::Lit(n) if n as usize >= self.module.literals.len() => {
                self.wrong = Some("a literal is out of range")
            }
            Src::Small(n) if n != (n << 2) >> 2 => self.wrong = Some("a small integer is too large"),
            _ => {}
        }
    }

    fn label(&mut self, label: Label) {
        if label.0 as usize >= self.function.code.len() {
            self.wrong = Some("a label is out of range");
        }
    }

    fn live(&mut self, live: Live) {
        if live.0 as usize >= self.function.live.len() {
            self.wrong = Some("a live set is out of range");
        }
    }
}

fn check_op(module: &ModuleFile, function: &Function, op: &Op) -> Option<&'static str> {
    let fits = |arity: u16| {
        (arity > function.out).then_some("a call has more arguments than the frame has room for")
    };
    let local = |index: &u32| match module.functions.get(*index as usize) {
        Some(callee) => fits(callee.arity as u16),
        None => Some("a called function is out of range"),
    };
    if let Some(live) = gives_way(op)
        && function
            .live
            .get(live.0 as usize)
            .is_some_and(|set| set.0.last().is_some_and(|&last| last >= function.frame))
    {
        return Some("a call keeps an outgoing register");
    }
    match op {
        Op::Call { function, .. } | Op::TailCall { function } => local(function),
        Op::CallExt { mfa, .. } | Op::TailCallExt { mfa } => fits(mfa.arity as u16),
        Op::CallFun { arity, .. }
        | Op::TailCallFun { arity, .. }
        | Op::CallDynamic { arity, .. }
        | Op::TailCallDynamic { arity, .. } => fits(*arity as u16),
        Op::Fun { lambda, free, .. } => match module.lambdas.get(*lambda as usize) {
            Some(lambda) if lambda.free as usize == free.len() => None,
            Some(_) => Some("a closure has the wrong number of free variables"),
            None => Some("a lambda is out of range"),
        },
        Op::Bif { bif, args, .. } => {
            (args.len() != bif_arity(*bif)).then_some("a guard function has the wrong arity")
        }
        Op::Fail { failure, args } => {
            let good = match failure {
                // A closure's free variables are no arguments.
                Failure::FunctionClause => args.len() <= function.arity as usize,
                Failure::CondClause | Failure::BadArg => args.is_empty(),
                Failure::BadBool | Failure::BadStruct => args.len() == 2,
                Failure::BadKey => args.len() == 1 || args.len() == 2,
                _ => args.len() == 1,
            };
            (!good).then_some("a failure has the wrong number of operands")
        }
        Op::BinLiteral { bytes, .. } => match module.literals.get(*bytes as usize) {
            Some(literal) if literal.term().is_binary() => None,
            _ => Some("a binary literal is not a binary"),
        },
        Op::Tuple { elements, .. } if elements.len() > 60_000 => Some("a tuple is too large"),
        Op::Map { pairs, .. } | Op::MapPut { pairs, .. } | Op::MapUpdate { pairs, .. }
            if pairs.len() > 30_000 =>
        {
            Some("a map is too large")
        }
        Op::Bin { segments, .. } => {
            if segments.len() > 60_000 {
                return Some("a binary has too many segments");
            }
            segments.iter().find_map(|segment| check_type(&segment.ty))
        }
        Op::BinGet { ty, size, .. } => check_type(ty).or_else(|| {
            let utf = matches!(ty.kind, SegKind::Utf8 | SegKind::Utf16 | SegKind::Utf32);
            (utf == size.is_some()).then_some("a segment's size is missing or not allowed")
        }),
        Op::BinSkipUtf { ty, .. } => check_type(ty),
        Op::BinSkip { unit, .. } | Op::BinRest { unit, .. } | Op::BinRestUnit { unit, .. } => {
            (*unit == 0 || *unit > 256).then_some("a unit is out of range")
        }
        Op::Switch { cases, .. } => {
            let odd = |src: &Src| !matches!(src, Src::Small(_) | Src::Atom(_) | Src::Nil);
            cases
                .iter()
                .any(|(src, _)| odd(src))
                .then_some("a switch has a case that is not an immediate constant")
        }
        _ => None,
    }
}

fn check_type(ty: &SegType) -> Option<&'static str> {
    (ty.unit == 0 || ty.unit > 256).then_some("a unit is out of range")
}

/// The number of operands of a guard function.
pub fn bif_arity(bif: Bif) -> usize {
    match bif {
        Bif::Node0 | Bif::SelfPid => 0,
        Bif::BinaryPart3 => 3,
        Bif::BinaryPart2
        | Bif::Element
        | Bif::IsFunction2
        | Bif::IsMapKey
        | Bif::MapGet
        | Bif::Max
        | Bif::Min
        | Bif::And
        | Bif::Or
        | Bif::Xor => 2,
        _ => 1,
    }
}
