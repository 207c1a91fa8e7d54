//! Expanded quoted forms to Core.

mod binary;
mod call;
mod clauses;
mod comprehension;
mod control;
mod expr;
mod pattern;
mod rescue;

use std::sync::Arc;

use cordial_syntax::{Meta, Quoted, Symbol, Var};
use cordial_vm::atom::Atom;
use rustc_hash::FxHashMap;

use super::ir::{Case, Clause, Expr, Function, Kind, Otherwise, VarId};
use super::source::{Definition, Problem};
use cordial_vm::bytecode::ops::Failure;

pub(crate) use call::fold;

pub(crate) type Built<T> = Result<T, Box<Problem>>;

/// Atoms by symbol, so that each name is interned once.
#[derive(Default)]
pub struct Names {
    atoms: Vec<Option<Atom>>,
}

impl Names {
    pub fn atom(&mut self, symbol: Symbol) -> Atom {
        let index = symbol.number() as usize;
        if index >= self.atoms.len() {
            self.atoms.resize(index + 64, None);
        }
        *self.atoms[index].get_or_insert_with(|| Atom::new(symbol.as_str()))
    }
}

/// State while one definition is built.
pub(crate) struct Builder<'a> {
    names: &'a mut Names,
    file: Arc<str>,
    variables: FxHashMap<(Symbol, Symbol, i64), VarId>,
    variable_names: Vec<Atom>,
    next: u32,
    /// The raw stack trace that `__STACKTRACE__` means here.
    trace: Option<VarId>,
    /// The line of the node in hand.
    line: u32,
    /// In a guard: what the operators mean differs.
    in_guard: bool,
}

/// Builds the Core of one definition.
pub fn function(names: &mut Names, definition: &Definition) -> Result<Function, Box<Problem>> {
    let name = if definition.kind.is_macro() {
        Atom::new(&format!("MACRO-{}", definition.name.as_str()))
    } else {
        names.atom(definition.name)
    };
    let arity = definition.arity + u8::from(definition.kind.is_macro());
    let mut builder = Builder {
        names,
        file: definition.file.clone(),
        variables: FxHashMap::default(),
        variable_names: Vec::new(),
        next: 0,
        trace: None,
        line: definition.line,
        in_guard: false,
    };
    let params: Vec<VarId> = (0..arity).map(|_| builder.fresh()).collect();
    let mut clauses = Vec::with_capacity(definition.clauses.len());
    for clause in &definition.clauses {
        builder.line = line_of(&clause.meta, definition.line);
        if clause.args.len() != usize::from(arity) {
            return Err(builder.problem(format!(
                "clause of {name}/{arity} has {} arguments",
                clause.args.len()
            )));
        }
        clauses.push(builder.clause_of(&clause.args, &clause.guards, &clause.body)?);
    }
    let body = builder.multi(&params, clauses, definition.line);
    Ok(Function {
        name,
        arity,
        exported: definition.kind.is_public(),
        line: definition.line,
        file: definition.file.clone(),
        params,
        body,
        variables: builder.next,
        names: builder.variable_names,
    })
}

fn line_of(meta: &Meta, otherwise: u32) -> u32 {
    match meta.line() {
        0 => otherwise,
        line => line,
    }
}

impl Builder<'_> {
    pub(crate) fn fresh(&mut self) -> VarId {
        let id = VarId(self.next);
        self.next += 1;
        id
    }

    fn problem(&self, message: String) -> Box<Problem> {
        Box::new(Problem {
            file: self.file.clone(),
            line: self.line,
            message,
        })
    }

    fn node(&self, kind: Kind) -> Expr {
        Expr {
            kind,
            line: self.line,
        }
    }

    fn key(var: &Var) -> (Symbol, Symbol, i64) {
        let version = var.meta.int(cordial_syntax::quoted::known::VERSION).unwrap_or(-1);
        (var.name, var.context, version)
    }

    /// A use of a variable.
    fn variable(&mut self, var: &Var) -> Built<VarId> {
        match self.variables.get(&Self::key(var)) {
            Some(id) => Ok(*id),
            None => {
                self.line = line_of(&var.meta, self.line);
                Err(self.problem(format!("undefined variable \"{}\"", var.name)))
            }
        }
    }

    /// A variable that a pattern binds.
    fn bind(&mut self, var: &Var) -> VarId {
        let id = self.fresh();
        let name = self.names.atom(var.name);
        while self.variable_names.len() <= id.0 as usize {
            self.variable_names.push(cordial_vm::atom::known::EMPTY);
        }
        self.variable_names[id.0 as usize] = name;
        self.variables.insert(Self::key(var), id);
        id
    }

    /// The body of a function or `fn` with these clauses.
    fn multi(&mut self, params: &[VarId], clauses: Vec<Clause>, line: u32) -> Expr {
        let values = params
            .iter()
            .map(|param| Expr {
                kind: Kind::Var(*param),
                line,
            })
            .collect();
        Expr {
            kind: Kind::Case(Box::new(Case {
                values,
                clauses,
                otherwise: Otherwise::Raise(Failure::FunctionClause),
            })),
            line,
        }
    }

    fn expect_list<'q>(&self, quoted: &'q Quoted, what: &str) -> Built<&'q [Quoted]> {
        quoted
            .as_list()
            .ok_or_else(|| self.problem(format!("expected a list as {what}")))
    }
}
