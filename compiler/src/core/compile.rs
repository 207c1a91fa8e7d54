//! From a module's definitions to its file.

use cordial_vm::bytecode::module::ModuleFile;
use cordial_vm::bytecode::ops::Mfa;

use super::build::{self, Names};
use super::source::{BackOptions, ModuleSource, Problem};
use super::{print, verify};
use crate::{emit, ssa};

/// A form of the program that can be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Core,
    Ssa,
    /// Before the passes.
    SsaBuilt,
}

pub fn compile_module(
    source: ModuleSource,
    options: &BackOptions,
) -> Result<(ModuleFile, Vec<Problem>), Vec<Problem>> {
    let (functions, mut names) = core_of(&source, options)?;
    let module = ssa_of(&functions, options, true)?;
    let name = names.atom(source.name);
    let extras = emit::Extras {
        name,
        file: source.file.clone(),
        attributes: source
            .attributes
            .into_iter()
            .map(|(key, value)| (names.atom(key), value))
            .collect(),
        on_load: source.on_load.map(|function| Mfa {
            module: name,
            function: names.atom(function),
            arity: 0,
        }),
        chunks: source.chunks,
    };
    Ok((emit::module(&module, extras)?, Vec::new()))
}

/// A stage as text.
pub fn emit_module(source: &ModuleSource, stage: Stage) -> Result<String, Vec<Problem>> {
    let options = BackOptions { verify: true };
    let (functions, _) = core_of(source, &options)?;
    if stage == Stage::Core {
        return Ok(functions.iter().map(print).collect::<Vec<_>>().join("\n"));
    }
    let module = ssa_of(&functions, &options, stage == Stage::Ssa)?;
    Ok(module
        .functions
        .iter()
        .map(|function| ssa::print(function, &module.literals))
        .collect::<Vec<_>>()
        .join("\n"))
}

fn core_of(
    source: &ModuleSource,
    options: &BackOptions,
) -> Result<(Vec<super::ir::Function>, Names), Vec<Problem>> {
    let mut names = Names::default();
    let mut functions = Vec::with_capacity(source.definitions.len());
    let mut problems = Vec::new();
    for definition in &source.definitions {
        match build::function(&mut names, definition) {
            Ok(function) => functions.push(function),
            Err(problem) => problems.push(*problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    if options.verify || cfg!(debug_assertions) {
        for function in &functions {
            internal(verify(function), source, function.line)?;
        }
    }
    Ok((functions, names))
}

fn ssa_of(
    functions: &[super::ir::Function],
    options: &BackOptions,
    passes: bool,
) -> Result<ssa::ir::Module, Vec<Problem>> {
    let mut module = ssa::build::module(functions)?;
    let check = options.verify || cfg!(debug_assertions);
    let problem = |message: String| {
        vec![Problem {
            file: functions
                .first()
                .map_or("nofile".into(), |function| function.file.clone()),
            line: 0,
            message,
        }]
    };
    if check {
        for function in &module.functions {
            ssa::verify(function).map_err(|text| problem(format!("internal: after build: {text}")))?;
        }
    }
    if passes {
        ssa::passes::run(&mut module, check).map_err(problem)?;
    }
    Ok(module)
}

fn internal(checked: Result<(), String>, source: &ModuleSource, line: u32) -> Result<(), Vec<Problem>> {
    checked.map_err(|text| {
        vec![Problem {
            file: source.file.clone(),
            line,
            message: format!("internal: {text}"),
        }]
    })
}
