//! Expanded forms from text: just enough of expansion for code that uses special forms and operators only.
//! A name is one variable in a clause.

use cordial_compiler::core::{Clause, Definition, DefinitionKind, ModuleSource};
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, ParseOptions, Quoted, Symbol, parse};

/// The definitions of a text with `def`s of functions.
pub fn module(text: &str) -> ModuleSource {
    let parsed =
        parse(text, &ParseOptions::default()).unwrap_or_else(|problem| panic!("{}", problem.description));
    let nodes = match parsed.quoted {
        Quoted::Call(ref call) if call.name() == Some(known::BLOCK) => call.args.clone(),
        single => vec![single],
    };
    let mut definitions: Vec<Definition> = Vec::new();
    for node in nodes {
        let (name, clause) = clause(&node);
        let arity = clause.args.len() as u8;
        match definitions
            .iter_mut()
            .find(|definition| definition.name == name && definition.arity == arity)
        {
            Some(definition) => definition.clauses.push(clause),
            None => definitions.push(Definition {
                kind: DefinitionKind::Def,
                name,
                arity,
                line: clause.meta.line(),
                file: "test.ex".into(),
                clauses: vec![clause],
            }),
        }
    }
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

fn clause(node: &Quoted) -> (Symbol, Clause) {
    let call = node
        .as_call()
        .filter(|call| call.name() == Some(known::DEF))
        .expect("a def");
    let (head, guards) = match call.args[0].call_of(known::WHEN, 2) {
        Some(when) => (&when.args[0], vec![expand(&when.args[1])]),
        None => (&call.args[0], Vec::new()),
    };
    let head = head.as_call().expect("a head with parentheses");
    let body = call.args[1].keyword_get(known::DO).expect("a body");
    let clause = Clause {
        meta: head.meta.clone(),
        args: head.args.iter().map(expand).collect(),
        guards,
        body: expand(body),
    };
    (head.name().expect("a name"), clause)
}

const OPERATORS: &[(&str, &str)] = &[
    ("+", "+"),
    ("-", "-"),
    ("*", "*"),
    ("/", "/"),
    ("<", "<"),
    (">", ">"),
    ("<=", "=<"),
    (">=", ">="),
    ("==", "=="),
    ("!=", "/="),
    ("===", "=:="),
    ("!==", "=/="),
    ("and", "andalso"),
    ("or", "orelse"),
    ("not", "not"),
];

fn expand(node: &Quoted) -> Quoted {
    match node {
        Quoted::Var(var) => {
            let version = var.name.number() as i64;
            Quoted::var(
                var.name,
                var.meta.clone().with(known::VERSION, Quoted::Int(version)),
                var.context,
            )
        }
        Quoted::List(items) => Quoted::List(items.iter().map(expand).collect()),
        Quoted::Pair(pair) => Quoted::pair(expand(&pair.0), expand(&pair.1)),
        Quoted::Call(call) if call.name() == Some(known::TYPE) => Quoted::call(
            known::TYPE,
            call.meta.clone(),
            vec![expand(&call.args[0]), segment_type(&call.args[1])],
        ),
        Quoted::Call(call) => {
            let args: Vec<Quoted> = call.args.iter().map(expand).collect();
            let arrow = call.name() == Some(known::ARROW);
            if let Some(name) = call.name()
                && !arrow
                && let Some((_, erlang)) = OPERATORS.iter().find(|(operator, _)| *operator == name.as_str())
            {
                return Quoted::remote(
                    Symbol::new("erlang"),
                    Symbol::new(erlang),
                    Meta::at_line(call.meta.line()),
                    args,
                );
            }
            Quoted::call(expand(&call.head), call.meta.clone(), args)
        }
        other => other.clone(),
    }
}

/// Only sizes are expressions.
fn segment_type(node: &Quoted) -> Quoted {
    match node.as_call() {
        Some(call) if call.name() == Some(known::SIZE) => Quoted::call(
            known::SIZE,
            call.meta.clone(),
            call.args.iter().map(expand).collect(),
        ),
        Some(call) if call.name() == Some(known::MINUS) => Quoted::call(
            known::MINUS,
            call.meta.clone(),
            call.args.iter().map(segment_type).collect(),
        ),
        _ => node.clone(),
    }
}
