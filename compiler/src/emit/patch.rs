//! Visits the labels and registers of an op.

use cordial_vm::bytecode::ops::{Label, Op, Reg, Src};

pub(super) fn labels(op: &mut Op, mut visit: impl FnMut(&mut Label)) {
    match op {
        Op::Jump { to }
        | Op::Loop { to, .. }
        | Op::RecvNext { to, .. }
        | Op::RecvWait { to, .. }
        | Op::RecvWaitFor { to, .. } => visit(to),
        Op::Truthy { fail, .. }
        | Op::True { fail, .. }
        | Op::Test { fail, .. }
        | Op::TupleArity { fail, .. }
        | Op::Tagged { fail, .. }
        | Op::FunArity { fail, .. }
        | Op::Compare { fail, .. }
        | Op::MapGet { fail, .. }
        | Op::BinStart { fail, .. }
        | Op::BinGet { fail, .. }
        | Op::BinSkip { fail, .. }
        | Op::BinSkipUtf { fail, .. }
        | Op::BinLiteral { fail, .. }
        | Op::BinRest { fail, .. }
        | Op::BinRestUnit { fail, .. }
        | Op::BinEnd { fail, .. } => visit(fail),
        Op::Arith { fail, .. } | Op::Unary { fail, .. } | Op::Bif { fail, .. } => {
            if let Some(fail) = fail {
                visit(fail);
            }
        }
        Op::RecvPeek { wait, .. } => visit(wait),
        Op::Switch { cases, default, .. } => {
            cases.iter_mut().for_each(|(_, label)| visit(label));
            visit(default);
        }
        Op::SwitchArity { cases, default, .. } => {
            cases.iter_mut().for_each(|(_, label)| visit(label));
            visit(default);
        }
        _ => {}
    }
}

#[expect(
    clippy::collapsible_match,
    reason = "one macro for optional and plain operands"
)]
pub(super) fn registers(op: &mut Op, visit: &mut impl FnMut(&mut Reg)) {
    macro_rules! src {
        ($($src:expr),*) => {{ $( if let Src::Reg(reg) = $src { visit(reg); } )* }};
    }
    match op {
        Op::Move { dst, src }
        | Op::TestTo { dst, src, .. }
        | Op::Unary { dst, src, .. }
        | Op::BinStart { dst, src, .. } => {
            src!(src);
            visit(dst);
        }
        Op::Jump { .. } | Op::Loop { .. } | Op::RecvTake | Op::RecvNext { .. } | Op::RecvWait { .. } => {}
        Op::Truthy { src, .. }
        | Op::True { src, .. }
        | Op::Test { src, .. }
        | Op::TupleArity { src, .. }
        | Op::Tagged { src, .. }
        | Op::FunArity { src, .. }
        | Op::Switch { src, .. }
        | Op::SwitchArity { src, .. }
        | Op::Return { src }
        | Op::RecvRef { src } => src!(src),
        Op::Compare { a, b, .. } => src!(a, b),
        Op::CompareTo { dst, a, b, .. } | Op::Arith { dst, a, b, .. } => {
            src!(a, b);
            visit(dst);
        }
        Op::Cons { dst, head, tail, .. } => {
            src!(head, tail);
            visit(dst);
        }
        Op::Tuple { dst, elements, .. } => {
            elements.iter_mut().for_each(|element| src!(element));
            visit(dst);
        }
        Op::Head { dst, src }
        | Op::Tail { dst, src }
        | Op::Element { dst, src, .. }
        | Op::Stacktrace { dst, src, .. } => {
            visit(src);
            visit(dst);
        }
        Op::Uncons { head, tail, src } => {
            visit(src);
            visit(head);
            visit(tail);
        }
        Op::Map { dst, pairs, .. } => {
            pairs.iter_mut().for_each(|(key, value)| src!(key, value));
            visit(dst);
        }
        Op::MapPut { dst, src, pairs, .. } | Op::MapUpdate { dst, src, pairs, .. } => {
            src!(src);
            pairs.iter_mut().for_each(|(key, value)| src!(key, value));
            visit(dst);
        }
        Op::MapGet { dst, src, key, .. } => {
            src!(src, key);
            visit(dst);
        }
        Op::Fun { dst, free, .. } => {
            free.iter_mut().for_each(|value| src!(value));
            visit(dst);
        }
        Op::Bif { dst, args, .. } => {
            args.iter_mut().for_each(|arg| src!(arg));
            visit(dst);
        }
        Op::Call { dst, .. } | Op::CallExt { dst, .. } | Op::RecvPeek { dst, .. } => visit(dst),
        Op::TailCall { .. } | Op::TailCallExt { .. } => {}
        Op::CallFun { fun, dst, .. } => {
            src!(fun);
            visit(dst);
        }
        Op::TailCallFun { fun, .. } => src!(fun),
        Op::CallDynamic {
            module,
            function,
            dst,
            ..
        } => {
            src!(module, function);
            visit(dst);
        }
        Op::TailCallDynamic { module, function, .. } => src!(module, function),
        Op::Raise {
            class,
            reason,
            stacktrace,
        } => {
            src!(class, reason);
            if let Some(trace) = stacktrace {
                src!(trace);
            }
        }
        Op::Fail { args, .. } => args.iter_mut().for_each(|arg| src!(arg)),
        Op::Send { dst, to, message, .. } => {
            src!(to, message);
            visit(dst);
        }
        Op::RecvWaitFor { timeout, .. } => src!(timeout),
        Op::Bin { dst, segments, .. } => {
            for segment in segments {
                src!(&mut segment.value);
                if let Some(size) = &mut segment.size {
                    src!(size);
                }
            }
            visit(dst);
        }
        Op::BinGet { dst, ctx, size, .. } => {
            visit(ctx);
            if let Some(size) = size {
                src!(size);
            }
            visit(dst);
        }
        Op::BinSkip { ctx, size, .. } => {
            visit(ctx);
            src!(size);
        }
        Op::BinSkipUtf { ctx, .. }
        | Op::BinLiteral { ctx, .. }
        | Op::BinRestUnit { ctx, .. }
        | Op::BinEnd { ctx, .. } => visit(ctx),
        Op::BinRest { dst, ctx, .. } | Op::BinPosition { dst, ctx } => {
            visit(ctx);
            visit(dst);
        }
        Op::BinSeek { ctx, position } => {
            visit(ctx);
            src!(position);
        }
    }
}
