//! The passes over SSA, as a table.

mod build_lists;
mod contexts;
mod facts;
pub mod order;
mod params;
mod refine;
mod simplify;
mod strength;

use super::ir::{Function, Literals, Module};

/// A pass over one function.
pub struct Pass {
    pub name: &'static str,
    run: fn(&mut Function, &mut Literals),
}

/// In the order in which they run.
pub static PASSES: &[Pass] = &[
    Pass {
        name: "simplify",
        run: |function, _| simplify::run(function),
    },
    Pass {
        name: "parameters",
        run: |function, _| params::run(function),
    },
    Pass {
        name: "strength",
        run: |function, _| strength::run(function),
    },
    Pass {
        name: "refine",
        run: |function, literals| refine::run(function, literals),
    },
    Pass {
        name: "simplify",
        run: |function, _| simplify::run(function),
    },
    Pass {
        name: "parameters",
        run: |function, _| params::run(function),
    },
];

/// Whether the machine goes on with a context that `BinStart` finds.
const CONTEXTS: bool = true;

/// Runs all passes; with `check`, what a pass has left is verified.
pub fn run(module: &mut Module, check: bool) -> Result<(), String> {
    for (index, function) in module.functions.iter_mut().enumerate() {
        build_lists::run(function, index as u32);
        for pass in PASSES {
            (pass.run)(function, &mut module.literals);
            if check {
                super::verify(function).map_err(|text| format!("internal: after {}: {text}", pass.name))?;
            }
        }
    }
    if CONTEXTS {
        contexts::run(module);
        for function in &mut module.functions {
            simplify::run(function);
            if check {
                super::verify(function).map_err(|text| format!("internal: after contexts: {text}"))?;
            }
        }
    }
    Ok(())
}
