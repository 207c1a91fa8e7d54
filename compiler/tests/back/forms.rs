//! Expanded forms, by hand.

use cordial_compiler::core::{Clause, Definition, DefinitionKind, ModuleSource};
use cordial_syntax::{Meta, Quoted, Symbol};

pub fn int(number: i64) -> Quoted {
    Quoted::Int(number)
}

pub fn var(name: &str, version: i64) -> Quoted {
    let meta = Meta::at_line(1).with(Symbol::new("version"), Quoted::Int(version));
    Quoted::var(Symbol::new(name), meta, Symbol::new("nil"))
}

pub fn local(name: &str, args: Vec<Quoted>) -> Quoted {
    Quoted::call(Symbol::new(name), Meta::at_line(2), args)
}

pub fn erlang(name: &str, args: Vec<Quoted>) -> Quoted {
    Quoted::remote(Symbol::new("erlang"), Symbol::new(name), Meta::at_line(2), args)
}

pub fn list(items: Vec<Quoted>) -> Quoted {
    Quoted::List(items)
}

pub fn pipe(head: Quoted, tail: Quoted) -> Quoted {
    local("|", vec![head, tail])
}

pub fn clause(args: Vec<Quoted>, body: Quoted) -> Clause {
    Clause { meta: Meta::at_line(1), args, guards: Vec::new(), body }
}

pub fn def(name: &str, arity: u8, clauses: Vec<Clause>) -> Definition {
    Definition { kind: DefinitionKind::Def, name: Symbol::new(name), arity, line: 1, file: "test.ex".into(), clauses }
}

pub fn module(definitions: Vec<Definition>) -> ModuleSource {
    ModuleSource {
        name: Symbol::new("Elixir.Test"),
        file: "test.ex".into(),
        line: 1,
        definitions,
        attributes: Vec::new(),
        chunks: Vec::new(),
        on_load: None,
    }
}
