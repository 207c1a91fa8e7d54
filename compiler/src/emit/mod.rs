//! SSA to bytecode.
//!
//! Holds: liveness, register allocation in one walk over the blocks (a block's live values have their registers before
//! it is reached, as definitions dominate uses; so the lowest free register is always right and nothing is spilled),
//! moves, live sets, handlers, line tables, literals.
//! Never: changing what a function does.

mod code;
mod compact;
mod function;
mod hints;
mod layout;
mod literals;
mod liveness;
mod moves;
mod patch;
mod registers;

use std::sync::Arc;

use cordial_vm::atom::Atom;
use cordial_vm::bytecode::module::{Lambda, ModuleFile};
use cordial_vm::term::OwnedTerm;

use crate::core::Problem;
use crate::ssa::ir::Module;
pub(crate) use liveness::live_in;

/// What a module file holds beside code.
pub struct Extras {
    pub name: Atom,
    pub file: Arc<str>,
    pub attributes: Vec<(Atom, OwnedTerm)>,
    pub on_load: Option<cordial_vm::bytecode::ops::Mfa>,
    pub chunks: Vec<(String, Vec<u8>)>,
}

pub fn module(module: &Module, extras: Extras) -> Result<ModuleFile, Vec<Problem>> {
    let mut files = vec![extras.file.to_string()];
    let mut functions = Vec::with_capacity(module.functions.len());
    let mut problems = Vec::new();
    for function in &module.functions {
        let file = match files.iter().position(|file| **file == *function.file) {
            Some(place) => place,
            None => {
                files.push(function.file.to_string());
                files.len() - 1
            }
        };
        match function::emit(function, file as u32) {
            Ok(function) => functions.push(function),
            Err(message) => problems.push(Problem {
                file: function.file.clone(),
                line: 0,
                message,
            }),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let lambdas = module
        .lambdas
        .iter()
        .map(|lambda| Lambda {
            function: lambda.function,
            arity: lambda.arity,
            free: lambda.free,
        })
        .collect();
    Ok(ModuleFile {
        name: extras.name,
        files,
        functions,
        lambdas,
        literals: literals::terms(&module.literals.all),
        attributes: extras.attributes,
        on_load: extras.on_load,
        chunks: extras.chunks,
    })
}
