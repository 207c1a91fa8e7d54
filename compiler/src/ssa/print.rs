//! SSA as text.

use std::fmt::Write;

use super::ir::{Arg, Block, Callee, End, Function, Literals, Op, Test};

/// Stable text, for people and snapshots.
pub fn print(function: &Function, literals: &Literals) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "function {}/{}", function.name, function.arity);
    let mut reached = vec![false; function.blocks.len()];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for block in &function.blocks {
        for target in block.successors() {
            reached[target.0 as usize] = true;
        }
    }
    for (index, block) in function.blocks.iter().enumerate() {
        if reached[index] {
            print_block(&mut out, index, block, literals);
        }
    }
    out
}

fn print_block(out: &mut String, index: usize, block: &Block, literals: &Literals) {
    let params: Vec<String> = block.params.iter().map(|value| format!("v{}", value.0)).collect();
    let _ = write!(out, "b{index}({})", params.join(", "));
    if let Some(handler) = block.handler {
        let _ = write!(out, " handler b{}", handler.0);
    }
    out.push_str(":\n");
    for inst in &block.insts {
        out.push_str("  ");
        if let Some(dst) = inst.dst {
            let _ = write!(out, "v{} = ", dst.0);
        }
        op(out, &inst.op);
        args(out, &inst.args, literals);
        out.push('\n');
    }
    out.push_str("  ");
    if let Some(dst) = block.end_dst() {
        let _ = write!(out, "v{} = ", dst.0);
    }
    match &block.end {
        End::None => out.push_str("none"),
        End::Jump => out.push_str("jump"),
        End::Loop => out.push_str("loop"),
        End::Branch(test) => match test {
            Test::Type(ty) => {
                let _ = write!(out, "if is_{ty:?}");
            }
            Test::Compare(cond) => {
                let _ = write!(out, "if {cond:?}");
            }
            other => {
                let _ = write!(out, "if {other:?}");
            }
        },
        End::Guarded(inner, _) => {
            out.push_str("try ");
            op(out, inner);
        }
        End::Switch(constants) => {
            let _ = write!(out, "switch");
            for constant in constants {
                out.push(' ');
                arg(out, *constant, literals);
            }
        }
        End::SwitchArity(arities) => {
            let _ = write!(out, "switch_arity {arities:?}");
        }
        End::Return => out.push_str("return"),
        End::TailCall(callee) => {
            let _ = write!(out, "tail_call {}", callee_text(*callee));
        }
        End::Raise => out.push_str("raise"),
        End::Fail(failure) => {
            let _ = write!(out, "fail {failure:?}");
        }
        End::RecvPeek(_) => out.push_str("recv_peek"),
        End::RecvNext => out.push_str("recv_next"),
        End::RecvWait => out.push_str("recv_wait"),
        End::RecvWaitFor => out.push_str("recv_wait_for"),
    }
    args(out, &block.args, literals);
    if !block.targets.is_empty() {
        out.push_str(" ->");
        for target in &block.targets {
            let _ = write!(out, " b{}", target.0);
        }
    }
    out.push('\n');
}

fn callee_text(callee: Callee) -> String {
    match callee {
        Callee::Local(index) => format!("f{index}"),
        Callee::Remote(mfa) => format!("{}:{}/{}", mfa.module, mfa.function, mfa.arity),
        Callee::Fun => "fun".to_owned(),
        Callee::Dynamic => "dynamic".to_owned(),
    }
}

fn op(out: &mut String, op: &Op) {
    let _ = match op {
        Op::Call(callee) => write!(out, "call {}", callee_text(*callee)),
        Op::Bin(segments) => {
            out.push_str("bin");
            for (ty, sized) in segments.iter() {
                let _ = write!(out, " {:?}:{}{}", ty.kind, ty.unit, if *sized { "*" } else { "" });
            }
            Ok(())
        }
        Op::BinGet(ty) => write!(
            out,
            "bin_get {:?}:{}{}",
            ty.kind,
            ty.unit,
            if ty.signed { " signed" } else { "" }
        ),
        Op::Arith(op) => write!(out, "{op:?}"),
        Op::Unary(op) => write!(out, "{op:?}"),
        Op::Bif(op) => write!(out, "{op:?}"),
        Op::Compare(op) => write!(out, "{op:?}"),
        Op::Test(ty) => write!(out, "is_{ty:?}"),
        other => write!(out, "{other:?}"),
    };
}

fn args(out: &mut String, all: &[Arg], literals: &Literals) {
    for item in all {
        out.push(' ');
        arg(out, *item, literals);
    }
}

fn arg(out: &mut String, arg: Arg, literals: &Literals) {
    let _ = match arg {
        Arg::Value(value) => write!(out, "v{}", value.0),
        Arg::Small(number) => write!(out, "{number}"),
        Arg::Atom(atom) => write!(out, "{atom:?}"),
        Arg::Nil => write!(out, "[]"),
        Arg::Lit(index) => match literals.all.get(index as usize) {
            Some(lit) => write!(out, "{}", crate::core::lit::text(lit)),
            None => write!(out, "lit{index}"),
        },
    };
}
