//! Evaluation: a form is expanded, compiled as the one function of a module of its own, and run.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};
use cordial_vm::bytecode::module::ModuleFile;
use cordial_vm::code::server::LoadError;
use cordial_vm::term::Term;

use super::session::{self, SessionKind};
use super::table::{self, Owned};
use crate::core::{self, BackOptions, Definition, DefinitionKind, ModuleSource};
use crate::expand::{
    Closing, Context, Diagnostic, Env, Expanded, Expander, Host, Names, Stop, VarKey, VarKind, Vars,
    native_names,
};
use crate::host::HeldHost;
use crate::host::convert::{atom, symbol};
use crate::sym;

/// What came of an evaluation.
pub struct Evaluated {
    pub value: Owned,
    /// Name, context and value of every variable.
    pub bindings: Vec<(Symbol, Symbol, Owned)>,
    pub env: Env,
}

/// Whether the variables come back.
#[derive(Clone, Copy, PartialEq)]
enum Want {
    Value,
    Bindings,
}

/// The environment of a file: `Kernel` is imported, or what stands for it.
pub fn file_env(host: &mut HeldHost<'_, '_>, file: Arc<str>, with_kernel: bool) -> Env {
    let mut env = Env::bare(file);
    env.line = 1;
    let kernel = known::ELIXIR_KERNEL;
    let exports = if with_kernel { host.exports(kernel) } else { None };
    match exports {
        Some(exports) => {
            let visible = |names: &Names| {
                names
                    .list
                    .iter()
                    .copied()
                    .filter(|(name, _)| !name.as_str().starts_with('_') && name.as_str() != "module_info")
                    .collect()
            };
            crate::expand::put_import(&mut env.functions, kernel, visible(&exports.functions));
            crate::expand::put_import(&mut env.macros, kernel, visible(&exports.macros));
        }
        None => crate::expand::put_import(&mut env.macros, kernel, native_names().list.clone()),
    }
    env.add_require(kernel);
    if with_kernel {
        env.add_require(sym!("Elixir.Application"));
    }
    env
}

/// Evaluates a form; bindings are seen by it, and come back with those that it makes.
pub fn eval_quoted(
    host: &mut HeldHost<'_, '_>,
    quoted: Quoted,
    env: &Env,
    bindings: Vec<(VarKey, Owned)>,
) -> Expanded<Evaluated> {
    session::begin(host, SessionKind::Text);
    let result = evaluate(host, quoted, env.clone(), bindings, known_file(), Want::Bindings);
    session::end(host);
    result
}

/// Runs a script. Modules that make up all of a file are defined one after the other.
pub fn eval_file(host: &mut HeldHost<'_, '_>, quoted: Quoted, env: &Env) -> Expanded<()> {
    let (forms, function) = match quoted {
        Quoted::Call(call) if call.name() == Some(known::BLOCK) && call.args.iter().all(is_module) => {
            (call.into_parts().2, sym!("__MODULES__"))
        }
        other if is_module(&other) => (vec![other], sym!("__MODULES__")),
        other => (vec![other], known_file()),
    };
    session::begin(host, SessionKind::File);
    let mut result = Ok(());
    for form in forms {
        result = evaluate(host, form, env.clone(), Vec::new(), function, Want::Value).map(|_| ());
        if result.is_err() {
            break;
        }
    }
    session::end(host);
    if result.is_ok() {
        let unused = std::mem::take(&mut host.lexical).unused();
        tell(host, &unused);
    }
    result
}

fn known_file() -> Symbol {
    sym!("__FILE__")
}

fn is_module(form: &Quoted) -> bool {
    matches!(form, Quoted::Call(call) if call.is(known::DEFMODULE, 2))
}

/// Evaluates in a module's body.
pub(super) fn eval_body(
    host: &mut HeldHost<'_, '_>,
    quoted: Quoted,
    env: Env,
    bindings: Vec<(VarKey, Owned)>,
) -> Expanded<Evaluated> {
    evaluate(host, quoted, env, bindings, sym!("__MODULE__"), Want::Value)
}

fn evaluate(
    host: &mut HeldHost<'_, '_>,
    quoted: Quoted,
    mut env: Env,
    bindings: Vec<(VarKey, Owned)>,
    function: Symbol,
    want: Want,
) -> Expanded<Evaluated> {
    env.context = Context::None;
    let mut vars = Vars::default();
    let mut params = Vec::with_capacity(bindings.len());
    for (index, ((name, kind), _)) in bindings.iter().enumerate() {
        vars.insert((*name, *kind), index as u32);
        let context = match kind {
            VarKind::Context(context) => *context,
            VarKind::Counter(_) => known::NIL,
        };
        params.push(Quoted::var(
            *name,
            Meta::EMPTY.with(known::VERSION, index as u32),
            context,
        ));
    }
    env.versioned_vars = Arc::new(vars);
    let file = env.file.clone();
    let line = env.line.max(1);
    let module = env.module;
    let mut expander = Expander::new(host, env);
    expander.outer = bindings.len() as u32;
    let expanded = expander.expand(quoted);
    // Variables of an evaluation come back to who asked.
    if want == Want::Value && expanded.is_ok() && !expander.has_errors() {
        expander.leave(Closing::All);
    }
    let mut diagnostics = std::mem::take(&mut expander.diagnostics);
    let pending = std::mem::take(&mut expander.pending);
    let lexical = std::mem::take(&mut expander.lexical);
    let calls = std::mem::take(&mut expander.local_calls);
    let remotes = std::mem::take(&mut expander.remote_calls);
    let visible = expander.visible();
    let mut after = expander.env.clone();
    after.versioned_vars = Arc::new((*expander.scope.read).clone());
    session::note(host, lexical);
    if let Some(state) = module.and_then(table::find) {
        let macros = calls.iter().filter(|call| call.is_macro).map(|call| call.pair);
        state.lock().body_calls.extend(macros);
    }
    crate::check::deprecated_here(host, &after, &remotes, &mut diagnostics);
    let failed = tell(host, &diagnostics);
    let expanded = match expanded {
        Ok(expanded) => expanded,
        Err(stop) => return Err(told(host, stop)),
    };
    if failed {
        return Err(logged(&file, module));
    }
    let body = match want {
        // The last call is no tail call, so that a stack trace shows what made it.
        Want::Value => Quoted::pair(expanded, Quoted::NIL),
        Want::Bindings => {
            let value = Quoted::var(
                sym!("value"),
                Meta::EMPTY.with(known::VERSION, -3i64),
                sym!("Elixir.Code"),
            );
            let binding = Quoted::call(known::MATCH, Meta::EMPTY, vec![value.clone(), expanded]);
            let vars = Quoted::List(visible.iter().map(|(_, _, var)| var.clone()).collect());
            Quoted::call(
                known::BLOCK,
                Meta::EMPTY,
                vec![binding, Quoted::pair(value, vars)],
            )
        }
    };
    let name = Symbol::new(&format!("elixir_compiler_{}", table::next_number()));
    let source = ModuleSource {
        name,
        file: file.clone(),
        line,
        definitions: vec![Definition {
            kind: DefinitionKind::Def,
            name: function,
            arity: 1,
            line,
            file: file.clone(),
            clauses: vec![core::Clause {
                meta: Meta::at_line(line),
                args: vec![Quoted::List(params)],
                guards: Vec::new(),
                body,
            }],
        }],
        attributes: Vec::new(),
        chunks: Vec::new(),
        on_load: None,
    };
    load(host, source)?;
    let heap = host.held.heap();
    let values: Vec<Term> = bindings
        .iter()
        .map(|(_, owned)| heap.copy(owned.term()))
        .collect();
    let list = heap.list(values);
    let result = host.call(name, function.as_str(), &[list]);
    host.held.vm.code().forget(atom(name), host.held.vm);
    if module.is_some() {
        table::forget(&pending);
    }
    let result = result?;
    let Some((value, values)) = result.term().pair() else {
        return Ok(Evaluated {
            value: result,
            bindings: Vec::new(),
            env: after,
        });
    };
    let own = |term: Term| Arc::new(cordial_vm::term::OwnedTerm::of(term));
    if want == Want::Value {
        return Ok(Evaluated {
            value: own(value),
            bindings: Vec::new(),
            env: after,
        });
    }
    // The latest first.
    let mut bindings: Vec<_> = visible
        .into_iter()
        .zip(values.list_to_vec().unwrap_or_default())
        .map(|((name, context, _), value)| (name, context, own(value)))
        .collect();
    bindings.reverse();
    Ok(Evaluated {
        value: own(value),
        bindings,
        env: after,
    })
}

/// Compiles and loads what no file will hold.
pub(super) fn load(host: &mut HeldHost<'_, '_>, source: ModuleSource) -> Expanded<()> {
    let module = compile(host, source)?;
    link(host, module, 0).map(|_| ())
}

/// The module as bytecode.
pub(super) fn compile(host: &mut HeldHost<'_, '_>, source: ModuleSource) -> Expanded<ModuleFile> {
    let file = source.file.clone();
    let name = source.name;
    match core::compile_module(source, &BackOptions::default()) {
        Ok((module, _)) => Ok(module),
        Err(problems) => {
            let diagnostics: Vec<Diagnostic> = problems
                .into_iter()
                .map(|problem| Diagnostic {
                    code: Code::Internal,
                    error: true,
                    file: problem.file,
                    line: problem.line,
                    column: 0,
                    span: 0,
                    message: problem.message,
                    place: None,
                    others: Vec::new(),
                })
                .collect();
            tell(host, &diagnostics);
            Err(logged(&file, Some(name)))
        }
    }
}

/// Loads bytecode, whose code has that checksum.
pub(super) fn link(
    host: &mut HeldHost<'_, '_>,
    mut module: ModuleFile,
    sum: u64,
) -> Expanded<Option<ModuleFile>> {
    // The listing of a stage may want it after that.
    let listed = session::with(host, |session| session.tap.is_some()).unwrap_or(false);
    let kept = listed.then(|| module.clone());
    let (name, file) = (module.name, module.files.first().cloned().unwrap_or_default());
    let reload = host.held.vm.code().current(name).is_some();
    loop {
        if host.held.vm.code().old(name).is_some() {
            // Who still runs the version before the last is ended.
            host.call(Symbol::new("code"), "purge", &[Term::atom(name)])?;
        }
        let spare = reload.then(|| module.clone());
        module = match (host.held.vm.code().load(module, sum), spare) {
            (Ok(_), _) => return Ok(kept),
            // Somebody else has loaded it meanwhile.
            (Err(LoadError::OldCode), Some(spare)) => spare,
            (Err(error), _) => {
                return Err(Stop::Compile {
                    code: Code::Internal,
                    file: Arc::from(file),
                    line: 0,
                    column: 0,
                    module: Some(symbol(name)),
                    place: None,
                    description: format!("cannot load module {}: {error}", name.as_str()),
                });
            }
        };
    }
}

/// Prints errors and warnings; whether there were errors.
pub fn tell(host: &mut HeldHost<'_, '_>, diagnostics: &[Diagnostic]) -> bool {
    let source = super::session::source(host);
    let mut seen: Vec<(u32, u32, &str)> = Vec::new();
    for diagnostic in diagnostics {
        let key = (diagnostic.line, diagnostic.column, diagnostic.message.as_str());
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        crate::diag::tell(diagnostic, source.as_deref());
    }
    diagnostics.iter().any(|diagnostic| diagnostic.error)
}

/// An error in the program is told; what goes on is that it was.
pub fn told(host: &mut HeldHost<'_, '_>, stop: Stop) -> Stop {
    match stop {
        Stop::Compile {
            code,
            file: at,
            line,
            column,
            module,
            place,
            description,
        } => {
            let diagnostic = Diagnostic {
                code,
                error: true,
                file: at.clone(),
                line,
                column,
                span: 0,
                message: description,
                place,
                others: Vec::new(),
            };
            tell(host, &[diagnostic]);
            logged(&at, module)
        }
        stop => stop,
    }
}

/// What goes on after errors were told.
pub fn logged(file: &Arc<str>, module: Option<Symbol>) -> Stop {
    Stop::Told {
        file: file.clone(),
        module,
    }
}
