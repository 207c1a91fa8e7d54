//! `def` and its like at run time of the module's body: a clause is expanded and stored.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::{known, names};
use cordial_syntax::{Meta, Quoted, Symbol};

use super::table::{self, Definition};
use crate::core;
use crate::expand::error::show_module;
use crate::expand::form::caller_variable;
use crate::expand::{
    Closing, Diagnostic, Env, Expanded, Expander, Kind, LocalCall, Pair, PendingDef, Stop, linify_keep,
    to_text,
};
use crate::host::HeldHost;
use crate::sym;

/// What a definition says of itself, before it is expanded.
struct Head {
    name: Symbol,
    meta: Meta,
    args: Vec<Quoted>,
    guard: Option<Quoted>,
}

const HEAD_PATTERNS: &str = "only variables and \\\\ are allowed as arguments in function head.\n\nIf you did not intend to \
                             define a function head, make sure your function definition has the proper syntax by wrapping \
                             the arguments in parentheses and using the do instruction accordingly:\n\n    def add(a, b), \
                             do: a + b\n\n    def add(a, b) do\n      a + b\n    end\n";

/// Stores a definition; gives its name and arity.
pub fn store(
    host: &mut HeldHost<'_, '_>,
    pending: &PendingDef,
    call: Quoted,
    body: Option<Quoted>,
) -> Expanded<(Symbol, u8)> {
    let kind = pending.kind;
    let mut env = pending.env.clone();
    let line = pending.meta.line();
    env.line = line;
    let hook_parts = (call.clone(), body.clone());
    let head = head_of(kind, &env, call)?;
    if let Some(Quoted::Pair(keep)) = head.meta.get_ref(known::KEEP)
        && let Some(file) = keep.0.as_str()
    {
        env.file = Arc::from(file);
    }
    let line = match head.meta.get_ref(known::KEEP) {
        Some(Quoted::Pair(keep)) => match keep.1 {
            Quoted::Int(line) => u32::try_from(line).unwrap_or(0),
            _ => line,
        },
        _ if head.meta.line() != 0 => head.meta.line(),
        _ => line,
    };
    env.line = line;
    let column = if head.meta.get_ref(known::KEEP).is_none() {
        head.meta.column()
    } else {
        0
    };
    let module = env.module.unwrap_or(known::NIL);
    let Ok(arity) = u8::try_from(head.args.len()) else {
        let description = format!("too many arguments in {} {}", kind.name(), head.name);
        return Err(stop_at(&env, column, Code::TooManyArguments, description));
    };
    let pair = (head.name, arity);
    let head_meta = head.meta.clone();
    if module.as_str().starts_with("Elixir.") {
        check_name(kind, pair, &|code, description| {
            stop_at(&env, column, code, description).of_file()
        })?;
    }
    let args: Vec<Quoted> = head.args.into_iter().map(|arg| linify_keep(line, arg)).collect();
    let (args, defaults) = split_defaults(args);
    let guard = head.guard.map(|guard| linify_keep(line, guard));
    let generated = head.meta.is_true(known::GENERATED) || pending.meta.is_true(known::GENERATED);
    let context = pending.meta.atom(known::CONTEXT);
    env.function = Some(pair);
    let fail = |code: Code, description: String| stop_at(&env, column, code, description);
    let count = defaults.iter().filter(|default| default.is_some()).count();
    let checked = !generated && pending.code.is_some();
    prepare(module, kind, pair, count, body.is_some(), column, checked, &env)?;
    let mut calls: Vec<LocalCall> = Vec::new();
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let mut clauses = Vec::new();
    let has_body = body.is_some();
    if let Some(body) = body {
        let body = implicit_try(body, (line, column), kind, &fail)?;
        let body = linify_keep(line, body);
        let clause = clause(
            host,
            &env,
            kind,
            (line, column),
            args.clone(),
            guard,
            body,
            &mut calls,
            &mut diagnostics,
        )?;
        clauses.push(clause);
    } else if guard.is_some() && count == 0 {
        return Err(fail(
            Code::MissingOption,
            format!("missing :do option in \"{}\"", kind.name()),
        ));
    } else {
        // A head: its arguments must be variables.
        if args.iter().any(|arg| !matches!(arg, Quoted::Var(_))) {
            return Err(fail(Code::HeadPatterns, HEAD_PATTERNS.to_owned()));
        }
    }
    let definition = Definition {
        kind,
        pair,
        line,
        column,
        file: env.file.clone(),
        clauses,
        defaults: count,
        from_defaults: None,
        generated,
        checked,
        context,
        has_body,
        header: !has_body,
        local_calls: calls,
    };
    let shorter = default_clauses(host, &env, kind, pair, line, &args, &defaults, &mut diagnostics)?;
    if let Some(state) = table::find(module) {
        let mut state = state.lock();
        state.diagnostics.append(&mut diagnostics);
        if checked {
            state.last_defined = Some(pair);
        }
        put(&mut state, definition);
        for definition in shorter {
            put(&mut state, definition);
        }
        let shown = super::attributes::Shown {
            kind,
            pair,
            meta: &head_meta,
            line,
            args: &args,
            defaults: &defaults,
            generated,
            context,
            has_body,
        };
        super::attributes::document(&mut state, shown);
    }
    run_hooks(host, module, kind, pair, &hook_parts, &env)?;
    Ok(pair)
}

fn head_of(kind: Kind, env: &Env, call: Quoted) -> Expanded<Head> {
    let (call, guard) = match call {
        Quoted::Call(when) if when.is(known::WHEN, 2) => {
            let (_, _, mut parts) = when.into_parts();
            let guard = parts.pop();
            (parts.pop().unwrap_or(Quoted::NIL), guard)
        }
        call => (call, None),
    };
    match call {
        Quoted::Var(var) => Ok(Head {
            name: var.name,
            meta: var.meta.clone(),
            args: Vec::new(),
            guard,
        }),
        Quoted::Call(call) if call.name().is_some_and(|name| name != known::ALIASES) => {
            let (name, meta, args) = call.into_parts();
            Ok(Head {
                name: name.as_atom().unwrap_or(known::NIL),
                meta,
                args,
                guard,
            })
        }
        Quoted::Call(alias) if alias.name() == Some(known::ALIASES) => {
            let name = to_text(&Quoted::Call(alias.clone()));
            let description = format!(
                "function names should start with lowercase characters or underscore, invalid name {name}"
            );
            Err(stop_at(env, alias.meta.column(), Code::DefOfAlias, description).of_file())
        }
        other => {
            let description = format!("invalid syntax in {} {}", kind.name(), to_text(&other));
            Err(stop_at(env, 0, Code::DefInvalid, description))
        }
    }
}

/// An error at a column of the environment's line.
fn stop_at(env: &Env, column: u32, code: Code, description: String) -> Stop {
    Stop::Compile {
        code,
        file: env.file.clone(),
        line: env.line,
        column,
        module: env.module,
        place: env.place(),
        description,
    }
}

fn check_name(kind: Kind, pair: Pair, fail: &dyn Fn(Code, String) -> Stop) -> Expanded<()> {
    let (name, arity) = pair;
    let owner = match (name.as_str(), arity) {
        ("module_info", 0 | 1) => "Erlang",
        ("__info__", 1) => "Elixir",
        _ => return Ok(()),
    };
    let description = format!(
        "cannot define {} {name}/{arity} as it is automatically defined by {owner}",
        kind.name()
    );
    Err(fail(Code::NameReserved, description))
}

/// Patterns, and the default that each has.
fn split_defaults(args: Vec<Quoted>) -> (Vec<Quoted>, Vec<Option<Quoted>>) {
    let mut patterns = Vec::with_capacity(args.len());
    let mut defaults = Vec::with_capacity(args.len());
    for arg in args {
        match arg {
            Quoted::Call(call) if call.is(sym!("\\\\"), 2) => {
                let (_, _, mut parts) = call.into_parts();
                defaults.push(parts.pop());
                patterns.push(parts.pop().unwrap_or(Quoted::NIL));
            }
            arg => {
                patterns.push(arg);
                defaults.push(None);
            }
        }
    }
    (patterns, defaults)
}

/// `do` alone is the body; with `rescue` and its like a `try`.
fn implicit_try(
    body: Quoted,
    (line, column): (u32, u32),
    kind: Kind,
    fail: &dyn Fn(Code, String) -> Stop,
) -> Expanded<Quoted> {
    let Quoted::List(items) = &body else {
        return Err(fail(
            Code::MissingOption,
            format!("missing :do option in \"{}\"", kind.name()),
        ));
    };
    if let [Quoted::Pair(only)] = items.as_slice()
        && only.0.as_atom() == Some(known::DO)
    {
        return Ok(only.1.clone());
    }
    if body.keyword_get(known::DO).is_none() {
        return Err(fail(
            Code::MissingOption,
            format!("missing :do option in \"{}\"", kind.name()),
        ));
    }
    let allowed = [known::DO, known::RESCUE, known::CATCH, known::ELSE, known::AFTER];
    for item in items {
        if let Some((Quoted::Atom(key), _)) = item.as_pair()
            && !allowed.contains(key)
        {
            return Err(fail(
                Code::UnexpectedOption,
                format!("unexpected option :{key} in \"try\""),
            ));
        }
    }
    let place = match (line, column) {
        (0, _) => Meta::EMPTY,
        (line, 0) => Meta::at_line(line),
        (line, column) => Meta::at(line, column),
    };
    let meta = place.with(sym!("origin"), Quoted::Atom(Symbol::new(kind.name())));
    Ok(Quoted::call(known::TRY, meta, vec![body]))
}

#[allow(clippy::too_many_arguments)]
fn clause(
    host: &mut HeldHost<'_, '_>,
    env: &Env,
    kind: Kind,
    (line, column): (u32, u32),
    args: Vec<Quoted>,
    guard: Option<Quoted>,
    body: Quoted,
    calls: &mut Vec<LocalCall>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded<core::Clause> {
    let mut expander = Expander::new(host, env.clone());
    expander.scope.caller = kind.is_macro();
    let result = expander.definition(args, guard, Some(body));
    if result.is_ok() {
        expander.leave(Closing::All);
    }
    calls.append(&mut expander.local_calls);
    diagnostics.append(&mut expander.diagnostics);
    let remotes = std::mem::take(&mut expander.remote_calls);
    let lexical = std::mem::take(&mut expander.lexical);
    super::session::note(host, lexical);
    if let Some(state) = env.module.and_then(table::find) {
        state.lock().remote_calls.extend(remotes);
    }
    let clause = match result {
        Ok(clause) => clause,
        Err(stop) => {
            if let Some(state) = env.module.and_then(table::find) {
                // What was found before comes first.
                let before = std::mem::take(&mut state.lock().diagnostics);
                super::eval::tell(host, &before);
            }
            super::eval::tell(host, diagnostics);
            return Err(super::eval::told(host, stop));
        }
    };
    let mut args = clause.args;
    if kind.is_macro() {
        args.insert(0, caller_variable());
    }
    Ok(core::Clause {
        meta: if column == 0 {
            Meta::at_line(line)
        } else {
            Meta::at(line, column)
        },
        args,
        guards: clause.guards,
        body: clause.body,
    })
}

/// The definitions of lower arity that fill in defaults.
#[allow(clippy::too_many_arguments)]
fn default_clauses(
    host: &mut HeldHost<'_, '_>,
    env: &Env,
    kind: Kind,
    pair: Pair,
    line: u32,
    args: &[Quoted],
    defaults: &[Option<Quoted>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded<Vec<Definition>> {
    let total = defaults.iter().filter(|default| default.is_some()).count();
    let mut definitions = Vec::with_capacity(total);
    for given in 0..total {
        let mut params = Vec::new();
        let mut passed = Vec::new();
        let mut seen = 0;
        for (index, default) in defaults.iter().enumerate() {
            if let Some(default) = default {
                seen += 1;
                if seen > given {
                    passed.push(default.clone());
                    continue;
                }
            }
            let name = match &args[index] {
                Quoted::Var(var) if var.name != known::UNDERSCORE => {
                    var.name.as_str().trim_start_matches('_').to_owned()
                }
                _ => format!("arg{index}"),
            };
            let meta = Meta::at_line(line)
                .with(known::COUNTER, -(index as i64) - 1)
                .with(known::GENERATED, Quoted::TRUE);
            let var = Quoted::var(Symbol::new(&name), meta, known::NIL);
            params.push(var.clone());
            passed.push(var);
        }
        let short = (pair.0, params.len() as u8);
        let inner = env.clone();
        let mut calls = Vec::new();
        // The arguments are expanded as a tuple; the call itself is no macro call.
        let values = Quoted::call(known::TUPLE, Meta::at_line(line), passed);
        let mut built = clause(
            host,
            &inner,
            kind,
            (line, 0),
            params,
            None,
            values,
            &mut calls,
            diagnostics,
        )?;
        let mut passed = match std::mem::replace(&mut built.body, Quoted::NIL) {
            Quoted::Call(call) => call.into_parts().2,
            Quoted::Pair(both) => vec![both.0, both.1],
            one => vec![one],
        };
        let name = if kind.is_macro() {
            passed.insert(0, caller_variable());
            Symbol::new(&format!("MACRO-{}", pair.0))
        } else {
            pair.0
        };
        built.body = Quoted::call(name, Meta::at_line(line), passed);
        calls.push(LocalCall {
            pair,
            meta: Meta::at_line(line),
            from: Some(short),
            file: env.file.clone(),
            is_macro: kind.is_macro(),
        });
        definitions.push(Definition {
            kind,
            pair: short,
            line,
            column: 0,
            file: env.file.clone(),
            clauses: vec![built],
            defaults: 0,
            from_defaults: Some(pair),
            generated: true,
            checked: false,
            context: None,
            has_body: true,
            header: false,
            local_calls: calls,
        });
    }
    Ok(definitions)
}

/// Checks the definition against what is there, and makes room for one that overrides. Definitions that code makes may
/// come in any order: they are not `checked`.
#[allow(clippy::too_many_arguments)]
fn prepare(
    module: Symbol,
    kind: Kind,
    pair: Pair,
    defaults: usize,
    has_body: bool,
    column: u32,
    checked: bool,
    env: &Env,
) -> Expanded<()> {
    let line = env.line;
    let Some(state) = table::find(module) else {
        return Err(Stop::argument(
            Code::ModuleClosed,
            format!(
                "cannot define {}/{} because the module {} is already compiled",
                pair.0,
                pair.1,
                show_module(module)
            ),
        ));
    };
    let mut state = state.lock();
    super::overridable::override_now(&mut state, pair);
    let fail = |code: Code, description: String| stop_at(env, column, code, description);
    let (name, arity) = pair;
    if let Some(existing) = state.definition(pair) {
        if existing.kind != kind {
            return Err(fail(
                Code::DefinedAsOtherKind,
                format!(
                    "{} {name}/{arity} already defined as {} in {}:{}",
                    kind.name(),
                    existing.kind.name(),
                    file_name(&existing.file),
                    existing.line
                ),
            )
            .of_file());
        }
        if existing.from_defaults.is_some() {
            let from = existing.from_defaults.unwrap_or(pair);
            return Err(fail(
                Code::ConflictsWithDefaults,
                format!(
                    "{} {name}/{arity} conflicts with defaults from {}/{}",
                    kind.name(),
                    from.0,
                    from.1
                ),
            ));
        }
        if defaults > 0 && existing.defaults > 0 {
            return Err(fail(
                    Code::DefaultsTwice,
                    format!(
                        "{} {name}/{arity} defines defaults multiple times. Elixir allows defaults to be declared once per definition. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b \\\\ :default) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n",
                        kind.name()
                    ),
                )
                .of_file());
        }
        let mixed = defaults > 0 && existing.has_body
            || has_body && existing.defaults > 0 && existing.has_body && !existing.header;
        if mixed {
            state.diagnostics.push(Diagnostic {
                code: Code::DefaultsAndClauses,
                error: false,
                file: env.file.clone(),
                line,
                column,
                span: 0,
                message: format!("{} {name}/{arity} has multiple clauses and also declares default values. In such cases, the default values should be defined in a header. Instead of:\n\n    def foo(:first_clause, b \\\\ :default) do ... end\n    def foo(:second_clause, b) do ... end\n\none should write:\n\n    def foo(a, b \\\\ :default)\n    def foo(:first_clause, b) do ... end\n    def foo(:second_clause, b) do ... end\n", kind.name()),
                place: None,
                others: Vec::new(),
            });
        }
        let last = state.last_defined;
        let checked = checked && state.definition(pair).is_some_and(|existing| existing.checked);
        if checked && has_body && last.is_some() && last != Some(pair) {
            let existing = state.definition(pair);
            if let Some(existing) = existing.filter(|existing| existing.has_body && !existing.generated) {
                let (file, first) = (file_name(&existing.file).to_owned(), existing.line);
                state.diagnostics.push(Diagnostic {
                    code: Code::ClausesNotGrouped,
                    error: false,
                    file: env.file.clone(),
                    line,
                    column,
                    span: 0,
                    message: format!(
                        "clauses with the same name and arity (number of arguments) should be grouped together, \"{} {name}/{arity}\" was previously defined ({file}:{first})",
                        kind.name()
                    ),
                    place: None,
                    others: Vec::new(),
                });
            }
        }
    } else if defaults > 0 {
        let lowest = usize::from(arity) - defaults;
        for short in (lowest..usize::from(arity)).rev() {
            if state.definition((name, short as u8)).is_some() {
                return Err(fail(
                    Code::DefaultsConflict,
                    format!(
                        "{} {name}/{arity} defaults conflicts with {name}/{short}",
                        kind.name()
                    ),
                ));
            }
        }
    }
    Ok(())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn put(state: &mut table::State, definition: Definition) {
    match state.index.get(&definition.pair).copied() {
        Some(index) => {
            let existing = &mut state.definitions[index];
            existing.clauses.extend(definition.clauses);
            existing.local_calls.extend(definition.local_calls);
            existing.has_body |= definition.has_body;
            existing.checked = definition.checked;
            existing.defaults = existing.defaults.max(definition.defaults);
        }
        None => state.add_definition(definition),
    }
}

/// Calls the functions of `@on_definition`.
fn run_hooks(
    host: &mut HeldHost<'_, '_>,
    module: Symbol,
    kind: Kind,
    pair: Pair,
    parts: &(Quoted, Option<Quoted>),
    env: &Env,
) -> Expanded<()> {
    let hooks = match table::find(module) {
        Some(state) => {
            let state = state.lock();
            state
                .attributes
                .get(&sym!("on_definition"))
                .map(|attribute| attribute.values.clone())
                .unwrap_or_default()
        }
        None => return Ok(()),
    };
    for hook in hooks {
        let Some((target, function)) = super::body::hook_of(&hook, "__on_definition__") else {
            continue;
        };
        let head = head_of(kind, env, parts.0.clone())?;
        let guards: Vec<Quoted> = head.guard.into_iter().collect();
        let body = parts.1.clone().unwrap_or(Quoted::NIL);
        let heap = host.held.heap();
        let mut env = env.clone();
        env.function = Some(pair);
        let args = [
            crate::host::env_to_term(heap, &env),
            cordial_vm::term::Term::atom(cordial_vm::atom::Atom::new(kind.name())),
            cordial_vm::term::Term::atom(crate::host::convert::atom(pair.0)),
            crate::host::convert::to_term(heap, &Quoted::List(head.args)),
            crate::host::convert::to_term(heap, &Quoted::List(guards)),
            crate::host::convert::to_term(heap, &body),
        ];
        host.call(target, function.as_str(), &args)?;
    }
    Ok(())
}

/// The name as an error shows it.
pub fn show(name: Symbol) -> String {
    names::inspect_atom(name.as_str())
}
