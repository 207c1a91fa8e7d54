//! Environments as `%Macro.Env{}` terms, and back.

use std::sync::Arc;

use cordial_syntax::Symbol;
use cordial_syntax::quoted::known;
use cordial_vm::atom::Atom;
use cordial_vm::heap::Heap;
use cordial_vm::term::{Term, View};

use super::convert::{atom, symbol};
use crate::expand::env::Imports;
use crate::expand::{Context, Env, Names, VarKind, Vars};

/// The term that macros see as their caller.
pub fn env_to_term(heap: &mut Heap, env: &Env) -> Term {
    let nil = Term::atom(Atom::new("nil"));
    let optional = |name: Option<Symbol>| name.map_or(nil, |name| Term::atom(atom(name)));
    let mut pairs: Vec<(Term, Term)> = Vec::with_capacity(15);
    let mut put = |key: &str, value: Term| pairs.push((Term::atom(Atom::new(key)), value));
    put("__struct__", Term::atom(Atom::new("Elixir.Macro.Env")));
    put("module", optional(env.module));
    put(
        "context",
        match env.context {
            Context::None => nil,
            Context::Match => Term::atom(Atom::new("match")),
            Context::Guard => Term::atom(Atom::new("guard")),
        },
    );
    put("file", heap.binary(env.file.as_bytes()));
    put("line", Term::small(i64::from(env.line)));
    put(
        "function",
        match env.function {
            Some((name, arity)) => heap.tuple(&[Term::atom(atom(name)), Term::small(i64::from(arity))]),
            None => nil,
        },
    );
    put("lexical_tracker", nil);
    put("tracers", Term::NIL);
    put(
        "requires",
        list(
            heap,
            env.requires.iter().map(|name| Term::atom(atom(*name))).collect(),
        ),
    );
    put(
        "context_modules",
        list(
            heap,
            env.context_modules
                .iter()
                .map(|name| Term::atom(atom(*name)))
                .collect(),
        ),
    );
    let aliases = env
        .aliases
        .iter()
        .map(|(alias, module)| heap.tuple(&[Term::atom(atom(*alias)), Term::atom(atom(*module))]))
        .collect();
    put("aliases", list(heap, aliases));
    let macro_aliases = env
        .macro_aliases
        .iter()
        .map(|(alias, (counter, module))| {
            let value = heap.tuple(&[Term::small(*counter), Term::atom(atom(*module))]);
            heap.tuple(&[Term::atom(atom(*alias)), value])
        })
        .collect();
    put("macro_aliases", list(heap, macro_aliases));
    put("functions", imports(heap, &env.functions));
    put("macros", imports(heap, &env.macros));
    let mut vars: Vec<(Term, Term)> = env
        .versioned_vars
        .iter()
        .map(|((name, kind), version)| {
            let kind = match kind {
                VarKind::Context(context) => Term::atom(atom(*context)),
                VarKind::Counter(counter) => Term::small(*counter),
            };
            (
                heap.tuple(&[Term::atom(atom(*name)), kind]),
                Term::small(i64::from(*version)),
            )
        })
        .collect();
    put("versioned_vars", heap.map_from(&mut vars));
    heap.map_from(&mut pairs)
}

fn list(heap: &mut Heap, items: Vec<Term>) -> Term {
    heap.list(items)
}

fn imports(heap: &mut Heap, imports: &Imports) -> Term {
    let mut modules = Vec::with_capacity(imports.len());
    for (module, names) in imports.iter() {
        let names = names
            .list
            .iter()
            .map(|(name, arity)| heap.tuple(&[Term::atom(atom(*name)), Term::small(i64::from(*arity))]))
            .collect();
        let names = list(heap, names);
        modules.push(heap.tuple(&[Term::atom(atom(*module)), names]));
    }
    list(heap, modules)
}

/// Reads a `%Macro.Env{}`; None if it is none.
pub fn env_of_term(term: Term) -> Option<Env> {
    let map = term.map()?;
    let get = |key: &str| map.get(Term::atom(Atom::new(key)));
    let file = get("file")?.bytes()?;
    let mut env = Env::bare(Arc::from(String::from_utf8_lossy(file.as_ref()).as_ref()));
    env.module = optional(get("module")?);
    env.line = small(get("line")?)
        .and_then(|line| u32::try_from(line).ok())
        .unwrap_or(0);
    env.context = match optional(get("context")?).map(Symbol::as_str) {
        Some("match") => Context::Match,
        Some("guard") => Context::Guard,
        _ => Context::None,
    };
    env.function = pair(get("function")?)
        .and_then(|(name, arity)| Some((symbol(name.as_atom()?), u8::try_from(small(arity)?).ok()?)));
    env.requires = Arc::new(atoms(get("requires")?)?);
    env.context_modules = Arc::new(atoms(get("context_modules")?)?);
    let mut aliases = Vec::new();
    for item in get("aliases")?.list_to_vec()? {
        let (alias, module) = pair(item)?;
        aliases.push((symbol(alias.as_atom()?), symbol(module.as_atom()?)));
    }
    env.aliases = Arc::new(aliases);
    let mut macro_aliases = Vec::new();
    for item in get("macro_aliases")?.list_to_vec()? {
        let (alias, value) = pair(item)?;
        let (counter, module) = pair(value)?;
        macro_aliases.push((
            symbol(alias.as_atom()?),
            (small(counter)?, symbol(module.as_atom()?)),
        ));
    }
    env.macro_aliases = Arc::new(macro_aliases);
    env.functions = imports_of(get("functions")?)?;
    env.macros = imports_of(get("macros")?)?;
    let mut vars = Vars::default();
    for (key, version) in get("versioned_vars")?.map()?.iter() {
        let (name, kind) = pair(key)?;
        let kind = match kind.view() {
            View::Atom(context) => VarKind::Context(symbol(context)),
            View::Small(counter) => VarKind::Counter(counter),
            _ => continue,
        };
        let version = small(version)
            .and_then(|version| u32::try_from(version).ok())
            .unwrap_or(0);
        vars.insert((symbol(name.as_atom()?), kind), version);
    }
    env.versioned_vars = Arc::new(vars);
    Some(env)
}

fn optional(term: Term) -> Option<Symbol> {
    term.as_atom().map(symbol).filter(|name| *name != known::NIL)
}

fn small(term: Term) -> Option<i64> {
    match term.view() {
        View::Small(number) => Some(number),
        _ => None,
    }
}

fn pair(term: Term) -> Option<(Term, Term)> {
    match term.view() {
        View::Tuple([first, second]) => Some((*first, *second)),
        _ => None,
    }
}

fn atoms(term: Term) -> Option<Vec<Symbol>> {
    term.list_to_vec()?
        .into_iter()
        .map(|item| item.as_atom().map(symbol))
        .collect()
}

fn imports_of(term: Term) -> Option<Imports> {
    let mut imports = Vec::new();
    for item in term.list_to_vec()? {
        let (module, names) = pair(item)?;
        let mut pairs = Vec::new();
        for name in names.list_to_vec()? {
            let (name, arity) = pair(name)?;
            pairs.push((symbol(name.as_atom()?), u8::try_from(small(arity)?).ok()?));
        }
        imports.push((symbol(module.as_atom()?), Arc::new(Names::new(pairs))));
    }
    Some(Arc::new(imports))
}
