//! The passes over SSA, as a table.

pub mod order;
mod simplify;

use super::ir::{Function, Module};

/// A pass over one function.
pub struct Pass {
    pub name: &'static str,
    run: fn(&mut Function),
}

/// In the order in which they run.
pub static PASSES: &[Pass] = &[Pass { name: "simplify", run: simplify::run }];

/// Runs all passes; with `check`, what a pass has left is verified.
pub fn run(module: &mut Module, check: bool) -> Result<(), String> {
    for function in &mut module.functions {
        for pass in PASSES {
            (pass.run)(function);
            if check {
                super::verify(function).map_err(|text| format!("internal: after {}: {text}", pass.name))?;
            }
        }
    }
    Ok(())
}
