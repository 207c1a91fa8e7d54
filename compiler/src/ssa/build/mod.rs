//! Core to SSA. Patterns become decision trees here: see `matching`.

mod attempt;
mod binary;
mod comprehension;
mod condition;
mod enumeration;
mod expr;
mod join;
mod matching;
mod receive;

use std::sync::Arc;

use cordial_vm::atom::Atom;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::ir::{Arg, Args, Block, BlockId, End, Function, Inst, LambdaInfo, Literals, Module, Op, Value};
use crate::core::Problem;
use crate::core::ir::{self as core, VarId};
use crate::core::lit::Lit;

/// A function whose code is still to be built.
struct Pending {
    index: u32,
    name: Atom,
    arity: u8,
    file: Arc<str>,
    code: Code,
    free: Vec<VarId>,
    variables: u32,
    walk_depth: u8,
}

enum Code {
    Lambda(Arc<core::Lambda>),
    /// The function over one element and an accumulator: the comprehension from a step on.
    For(Arc<core::For>, usize),
}

/// State while a module is built.
struct Modules {
    index: FxHashMap<(Atom, u8), u32>,
    functions: Vec<Option<Function>>,
    lambdas: Vec<LambdaInfo>,
    local_funs: FxHashMap<u32, u32>,
    literals: Literals,
    pending: Vec<Pending>,
    problems: Vec<Problem>,
}

/// Builds all functions, and then the closures found in them.
pub fn module(functions: &[core::Function]) -> Result<Module, Vec<Problem>> {
    let mut modules = Modules {
        index: FxHashMap::default(),
        functions: Vec::with_capacity(functions.len()),
        lambdas: Vec::new(),
        local_funs: FxHashMap::default(),
        literals: Literals::default(),
        pending: Vec::new(),
        problems: Vec::new(),
    };
    for (index, function) in functions.iter().enumerate() {
        modules
            .index
            .insert((function.name, function.arity), index as u32);
        modules.functions.push(None);
    }
    for (index, function) in functions.iter().enumerate() {
        let mut builder = FunctionBuilder::new(
            &mut modules,
            index as u32,
            (function.name, function.arity),
            function.exported,
            function.file.clone(),
            function.variables,
        );
        builder.base = (function.name, function.arity);
        builder.start(&function.params, &[]);
        builder.expr(&function.body, Dest::Tail);
        let closures = builder.closures;
        let built = builder.finish();
        modules.functions[index] = Some(built);
        let mut count = closures;
        while let Some(pending) = modules.pending.pop() {
            let built = closure(
                &mut modules,
                &pending,
                (function.name, function.arity),
                &mut count,
            );
            modules.functions[pending.index as usize] = Some(built);
        }
    }
    if !modules.problems.is_empty() {
        return Err(modules.problems);
    }
    let functions = modules.functions.into_iter().flatten().collect();
    Ok(Module {
        functions,
        lambdas: modules.lambdas,
        literals: modules.literals,
    })
}

fn closure(modules: &mut Modules, pending: &Pending, base: (Atom, u8), count: &mut u32) -> Function {
    let arity = pending.arity + pending.free.len() as u8;
    let mut builder = FunctionBuilder::new(
        modules,
        pending.index,
        (pending.name, arity),
        false,
        pending.file.clone(),
        pending.variables,
    );
    builder.base = base;
    builder.closures = *count;
    builder.walk_depth = pending.walk_depth;
    builder.closure_depth = pending.walk_depth;
    match &pending.code {
        Code::Lambda(lambda) => {
            builder.start(&lambda.params, &pending.free);
            builder.expr(&lambda.body, Dest::Tail);
        }
        Code::For(node, step) => builder.for_function(node, *step, &pending.free),
    }
    *count = builder.closures;
    builder.finish()
}

/// What is wanted of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dest {
    Value,
    /// It is evaluated for what it does.
    Effect,
    /// Its value is the function's.
    Tail,
}

struct FunctionBuilder<'m> {
    modules: &'m mut Modules,
    index: u32,
    function: Function,
    /// Where code goes; none: this place cannot be reached.
    current: Option<BlockId>,
    env: Vec<Option<Arg>>,
    handler: Option<BlockId>,
    /// In a guard: where a failing operation goes.
    guard_fail: Option<BlockId>,
    line: u32,
    /// The definition that closures are named after, and how many there are.
    base: (Atom, u8),
    closures: u32,
    /// The function's own parameters, without free variables: for `function_clause`.
    params: Vec<Value>,
    variables: u32,
    /// Functions of generators that are there already, by comprehension and step.
    for_lambdas: FxHashMap<(usize, usize), u32>,
    in_for_function: bool,
    /// How many loops in place of `Enum` calls are open.
    walk_depth: u8,
    /// With how many a closure starts that is built now.
    closure_depth: u8,
    /// What the last of them has collected.
    accumulator: Arg,
}

impl<'m> FunctionBuilder<'m> {
    fn new(
        modules: &'m mut Modules,
        index: u32,
        (name, arity): (Atom, u8),
        exported: bool,
        file: Arc<str>,
        variables: u32,
    ) -> FunctionBuilder<'m> {
        FunctionBuilder {
            modules,
            index,
            function: Function {
                name,
                arity,
                exported,
                file,
                blocks: Vec::new(),
                values: 0,
            },
            current: None,
            env: vec![None; variables as usize],
            handler: None,
            guard_fail: None,
            line: 0,
            base: (name, arity),
            closures: 0,
            params: Vec::new(),
            variables,
            for_lambdas: FxHashMap::default(),
            in_for_function: false,
            walk_depth: 0,
            closure_depth: 0,
            accumulator: Arg::Nil,
        }
    }

    /// The entry, and the block that a self tail call comes back to.
    fn start(&mut self, params: &[VarId], free: &[VarId]) {
        let entry = self.block();
        let head = self.block();
        let mut args = Args::new();
        for (place, var) in params.iter().chain(free).enumerate() {
            let outer = self.fresh();
            let inner = self.fresh();
            self.function.blocks[entry.0 as usize].params.push(outer);
            self.function.blocks[head.0 as usize].params.push(inner);
            args.push(Arg::Value(outer));
            self.env[var.0 as usize] = Some(Arg::Value(inner));
            if place < params.len() {
                self.params.push(inner);
            }
        }
        self.current = Some(entry);
        self.jump(head, args);
        self.current = Some(head);
    }

    fn finish(mut self) -> Function {
        self.function.arity = self
            .function
            .blocks
            .first()
            .map_or(0, |entry| entry.params.len() as u8);
        self.function
    }

    fn fresh(&mut self) -> Value {
        let value = Value(self.function.values);
        self.function.values += 1;
        value
    }

    /// A new block under the present handler.
    fn block(&mut self) -> BlockId {
        let id = BlockId(self.function.blocks.len() as u32);
        self.function.blocks.push(Block::new(self.handler));
        id
    }

    fn block_with_param(&mut self) -> (BlockId, Value) {
        let id = self.block();
        let value = self.fresh();
        self.function.blocks[id.0 as usize].params.push(value);
        (id, value)
    }

    fn emit(&mut self, op: Op, args: impl IntoIterator<Item = Arg>) -> Option<Arg> {
        let current = self.current?;
        let dst = self.fresh();
        let inst = Inst {
            dst: Some(dst),
            op,
            args: args.into_iter().collect(),
            line: self.line,
        };
        self.function.blocks[current.0 as usize].insts.push(inst);
        Some(Arg::Value(dst))
    }

    fn emit_effect(&mut self, op: Op, args: impl IntoIterator<Item = Arg>) {
        if let Some(current) = self.current {
            let inst = Inst {
                dst: None,
                op,
                args: args.into_iter().collect(),
                line: self.line,
            };
            self.function.blocks[current.0 as usize].insts.push(inst);
        }
    }

    /// Ends the current block; nothing is current afterwards.
    fn end(&mut self, end: End, args: impl IntoIterator<Item = Arg>, targets: &[BlockId]) {
        if let Some(current) = self.current.take() {
            let line = self.line;
            let block = &mut self.function.blocks[current.0 as usize];
            block.end = end;
            block.args = args.into_iter().collect();
            block.targets = SmallVec::from_slice(targets);
            block.line = line;
        }
    }

    fn jump(&mut self, to: BlockId, args: impl IntoIterator<Item = Arg>) {
        self.end(End::Jump, args, &[to]);
    }

    /// An op that goes to `fail` when it fails; its value when it does not.
    fn guarded(&mut self, op: Op, args: impl IntoIterator<Item = Arg>, fail: BlockId) -> Option<Arg> {
        self.current?;
        let dst = self.fresh();
        let next = self.block();
        self.end(End::Guarded(op, Some(dst)), args, &[next, fail]);
        self.current = Some(next);
        Some(Arg::Value(dst))
    }

    fn guarded_effect(&mut self, op: Op, args: impl IntoIterator<Item = Arg>, fail: BlockId) {
        if self.current.is_some() {
            let next = self.block();
            self.end(End::Guarded(op, None), args, &[next, fail]);
            self.current = Some(next);
        }
    }

    /// Goes on where the test holds.
    fn test(&mut self, test: super::ir::Test, args: impl IntoIterator<Item = Arg>, fail: BlockId) {
        if self.current.is_some() {
            let next = self.block();
            self.end(End::Branch(test), args, &[next, fail]);
            self.current = Some(next);
        }
    }

    fn literal(&mut self, lit: &Lit) -> Arg {
        self.modules.literals.arg(lit)
    }

    fn lookup(&mut self, var: VarId) -> Arg {
        match self.env.get(var.0 as usize).copied().flatten() {
            Some(arg) => arg,
            None => {
                self.problem(format!("internal: variable _{} is not bound here", var.0));
                Arg::Nil
            }
        }
    }

    fn is_bound(&self, var: VarId) -> bool {
        self.env.get(var.0 as usize).is_some_and(Option::is_some)
    }

    fn bind(&mut self, var: VarId, arg: Arg) {
        self.env[var.0 as usize] = Some(arg);
    }

    fn problem(&mut self, message: String) {
        let file = self.function.file.clone();
        self.modules.problems.push(Problem {
            file,
            line: self.line,
            message,
        });
    }

    /// The index of a function of this module.
    fn local(&mut self, name: Atom, arity: u8) -> u32 {
        match self.modules.index.get(&(name, arity)) {
            Some(index) => *index,
            None => {
                self.problem(format!("undefined function {name}/{arity}"));
                0
            }
        }
    }

    /// Registers code that is built later; its index among the functions.
    fn pending(&mut self, code: Code, arity: u8, free: Vec<VarId>) -> u32 {
        let index = self.modules.functions.len() as u32;
        self.modules.functions.push(None);
        let (name, base_arity) = self.base;
        let number = self.closures;
        self.closures += 1;
        let name = Atom::new(&format!("-{name}/{base_arity}-fun-{number}-"));
        let pending = Pending {
            index,
            name,
            arity,
            file: self.function.file.clone(),
            code,
            free,
            variables: self.variables,
            // The code of a loop is not doubled again in the closure that stands for it elsewhere.
            walk_depth: self.closure_depth,
        };
        self.modules.pending.push(pending);
        index
    }
}
