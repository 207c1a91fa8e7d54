//! An environment as the form of a `%Macro.Env{}`.

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::env::{Imports, VarKind};
use super::{Context, Env};

/// A map form of constants.
pub fn env_map(env: &Env) -> Quoted {
    let key = |name: &str, value: Quoted| Quoted::pair(Quoted::Atom(Symbol::new(name)), value);
    let atom = |atom: Option<Symbol>| Quoted::Atom(atom.unwrap_or(known::NIL));
    let context = match env.context {
        Context::None => Quoted::NIL,
        Context::Match => Quoted::atom("match"),
        Context::Guard => Quoted::atom("guard"),
    };
    let function = match env.function {
        Some((name, arity)) => Quoted::pair(name, i64::from(arity)),
        None => Quoted::NIL,
    };
    let mut vars: Vec<Quoted> = env
        .versioned_vars
        .iter()
        .map(|((name, kind), version)| {
            let kind = match kind {
                VarKind::Context(context) => Quoted::Atom(*context),
                VarKind::Counter(counter) => Quoted::Int(*counter),
            };
            Quoted::pair(Quoted::pair(*name, kind), i64::from(*version))
        })
        .collect();
    vars.sort_by_key(|pair| pair.to_string());
    let macro_aliases = env
        .macro_aliases
        .iter()
        .map(|(alias, (counter, module))| Quoted::pair(*alias, Quoted::pair(*counter, *module)))
        .collect();
    let pairs = vec![
        key("__struct__", Quoted::atom("Elixir.Macro.Env")),
        key(
            "aliases",
            Quoted::List(
                env.aliases
                    .iter()
                    .map(|(alias, module)| Quoted::pair(*alias, *module))
                    .collect(),
            ),
        ),
        key("context", context),
        key("context_modules", atoms(&env.context_modules)),
        key("file", Quoted::bin(env.file.as_bytes())),
        key("function", function),
        key("functions", imports(&env.functions)),
        key("lexical_tracker", Quoted::NIL),
        key("line", Quoted::Int(i64::from(env.line))),
        key("macro_aliases", Quoted::List(macro_aliases)),
        key("macros", imports(&env.macros)),
        key("module", atom(env.module)),
        key("requires", atoms(&env.requires)),
        key("tracers", Quoted::List(Vec::new())),
        key("versioned_vars", Quoted::call(known::MAP, Meta::EMPTY, vars)),
    ];
    Quoted::call(known::MAP, Meta::EMPTY, pairs)
}

fn atoms(list: &[Symbol]) -> Quoted {
    Quoted::List(list.iter().map(|atom| Quoted::Atom(*atom)).collect())
}

fn imports(imports: &Imports) -> Quoted {
    let of = |names: &super::Names| {
        Quoted::List(
            names
                .list
                .iter()
                .map(|(name, arity)| Quoted::pair(*name, i64::from(*arity)))
                .collect(),
        )
    };
    Quoted::List(
        imports
            .iter()
            .map(|(module, names)| Quoted::pair(*module, of(names)))
            .collect(),
    )
}
