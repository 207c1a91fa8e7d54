//! Compiles expanded code to bytecode.

#[path = "back/forms.rs"]
mod forms;

use cordial_compiler::core::{BackOptions, Stage, compile_module, emit_module};
use forms::*;

fn show(definitions: Vec<cordial_compiler::core::Definition>) -> String {
    let source = module(definitions);
    let ssa = emit_module(&source, Stage::Ssa).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (file, _) = compile_module(source, &BackOptions { verify: true }).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut out = ssa;
    for function in &file.functions {
        out.push_str(&format!("{}/{} frame {} out {}\n", function.name, function.arity, function.frame, function.out));
        for (place, op) in function.code.iter().enumerate() {
            out.push_str(&format!("  {place}: {op:?}\n"));
        }
        for (place, set) in function.live.iter().enumerate() {
            out.push_str(&format!("  live {place}: {:?}\n", set.0));
        }
        for handler in &function.handlers {
            out.push_str(&format!("  {handler:?}\n"));
        }
    }
    out
}

#[test]
fn fib() {
    let n = || var("n", 1);
    let text = show(vec![def(
        "fib",
        1,
        vec![
            clause(vec![int(0)], int(0)),
            clause(vec![int(1)], int(1)),
            clause(
                vec![n()],
                erlang(
                    "+",
                    vec![
                        local("fib", vec![erlang("-", vec![n(), int(1)])]),
                        local("fib", vec![erlang("-", vec![n(), int(2)])]),
                    ],
                ),
            ),
        ],
    )]);
    println!("{text}");
    assert!(text.contains("Call"));
}

#[test]
fn sum() {
    let text = show(vec![def(
        "sum",
        2,
        vec![
            clause(vec![list(vec![]), var("acc", 1)], var("acc", 1)),
            clause(
                vec![list(vec![pipe(var("h", 2), var("t", 3))]), var("acc", 4)],
                local("sum", vec![var("t", 3), erlang("+", vec![var("acc", 4), var("h", 2)])]),
            ),
        ],
    )]);
    println!("{text}");
    assert!(text.contains("Loop"));
}
