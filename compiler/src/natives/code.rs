//! `Code`: compiling and evaluating at run time, showing the compiler's stages.

use super::{parse, raise};
use crate::check;
use crate::diag::{self, Code};
use crate::expand::error::Place;
use crate::expand::{Diagnostic, Env, Stop, VarKey, VarKind};
use crate::host::HeldHost;
use crate::host::convert::{atom, symbol, to_quoted, to_term};
use crate::host::env::{env_of_term, env_to_term};
use crate::module::eval::{self, Evaluated};
use crate::module::session;
use cordial_syntax::{ParseOptions, Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::exec::Held;
use cordial_vm::heap::{Heap, OwnedTerm};
use cordial_vm::natives::{Ctx, Native, NativeResult, Stop as Raise};
use cordial_vm::term::Term;
use std::sync::Arc;

pub static NATIVES: &[Native] = &[
    Native::holding("cordial_code", "eval", 4, eval_text),
    Native::holding("cordial_code", "eval_quoted", 4, eval_quoted),
    Native::holding("cordial_code", "new_env", 0, |held, _| {
        let env = eval::file_env(&mut HeldHost::new(held), Arc::from("nofile"), true);
        Ok(env_to_term(held.heap(), &env))
    }),
    Native::holding("cordial_code", "compile_string", 2, |held, args| {
        compile_text(held, args, None)
    }),
    Native::holding("cordial_code", "compile_file", 2, |held, args| {
        let text = parse::text(args[0])?;
        compile_text(held, args, Some(&text))
    }),
    Native::holding("cordial_code", "compile_quoted", 2, compile_quoted),
    Native::holding("cordial_code", "replace_modules", 3, replace_modules),
    Native::holding("cordial_code", "define_module", 3, define_module),
    Native::holding("cordial_code", "emit", 3, emit),
    Native::plain("cordial_code", "start_diagnostics", 1, |_, args| {
        diag::start(args[0].is_truthy());
        Ok(Term::OK)
    }),
    Native::plain("cordial_code", "stop_diagnostics", 0, stop_diagnostics),
    Native::plain("cordial_code", "warn", 6, warn),
    Native::plain("cordial_code", "warned", 0, |_, _| Ok(Term::bool(diag::warned()))),
    Native::plain("cordial_code", "set_option", 2, |_, args| {
        let name = args[0].as_atom().ok_or(Raise::Badarg)?;
        crate::options::set(name.as_str(), args[1].is_truthy());
        Ok(Term::OK)
    }),
];

type Bindings = Vec<(VarKey, Arc<OwnedTerm>)>;

/// A keyword list of variables; the key of one with a context is `{name, context}`.
fn bindings(term: Term) -> Result<Bindings, Raise> {
    let mut found = Vec::new();
    for item in term.list_to_vec().ok_or(Raise::Badarg)? {
        let (key, value) = item.pair().ok_or(Raise::Badarg)?;
        let key = match (key.as_atom(), key.pair()) {
            (Some(name), _) => (symbol(name), VarKind::Context(Symbol::new("nil"))),
            (None, Some((name, kind))) => {
                let name = symbol(name.as_atom().ok_or(Raise::Badarg)?);
                match (kind.as_atom(), kind.as_i64()) {
                    (Some(context), _) => (name, VarKind::Context(symbol(context))),
                    (None, Some(counter)) => (name, VarKind::Counter(counter)),
                    (None, None) => return Err(Raise::Badarg),
                }
            }
            (None, None) => return Err(Raise::Badarg),
        };
        found.push((key, Arc::new(OwnedTerm::of(value))));
    }
    Ok(found)
}

fn bindings_term(heap: &mut Heap, bindings: &[(Symbol, Symbol, Arc<OwnedTerm>)]) -> Term {
    let mut pairs = Vec::new();
    for (name, context, value) in bindings {
        let name = Term::atom(atom(*name));
        let key = match context.as_str() {
            "nil" => name,
            _ => heap.tuple(&[name, Term::atom(atom(*context))]),
        };
        let value = heap.copy(value.term());
        pairs.push(heap.tuple(&[key, value]));
    }
    heap.list(pairs)
}

fn env_of(term: Term) -> Result<Env, Raise> {
    env_of_term(term).ok_or(Raise::Badarg)
}

/// `{value, binding, env}`
fn evaluated(held: &mut Held<'_>, result: Result<Evaluated, Stop>) -> NativeResult {
    match result {
        Ok(evaluated) => {
            let heap = held.heap();
            let value = heap.copy(evaluated.value.term());
            let bindings = bindings_term(heap, &evaluated.bindings);
            let env = env_to_term(heap, &evaluated.env);
            Ok(heap.tuple(&[value, bindings, env]))
        }
        Err(stop) => Err(raise::raise(held, stop)),
    }
}

/// `eval(text, binding, env, options)`
fn eval_text(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (text, bindings, env) = (parse::text(args[0])?, bindings(args[1])?, env_of(args[2])?);
    let options = ParseOptions {
        file: env.file.clone(),
        line: env.line.max(1),
        ..ParseOptions::default()
    };
    match parse::read(&text, &options, None) {
        Ok(parsed) => {
            let result = run(held, parsed.quoted, &env, bindings);
            evaluated(held, result)
        }
        Err(diagnostic) => Err(raise::raise(held, Stop::Syntax(diagnostic))),
    }
}

fn eval_quoted(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (quoted, bindings, env) = (to_quoted(args[0]), bindings(args[1])?, env_of(args[2])?);
    let result = run(held, quoted, &env, bindings);
    evaluated(held, result)
}

fn run(held: &mut Held<'_>, quoted: Quoted, env: &Env, bindings: Bindings) -> Result<Evaluated, Stop> {
    let mut host = HeldHost::new(held);
    // No file, no lines to show, even inside of one.
    host.source = Some(Arc::from(""));
    let result = eval::eval_quoted(&mut host, quoted, env, bindings);
    if result.is_ok() {
        check::run(&mut host);
    }
    result
}

/// `compile_string(text, file) -> [{module, bytecode}]`; `source` is what diagnostics show lines of: a file has one.
fn compile_text(held: &mut Held<'_>, args: &[Term], source: Option<&str>) -> NativeResult {
    let (text, path) = (parse::text(args[0])?, parse::text(args[1])?);
    let options = ParseOptions {
        file: Arc::from(path.as_str()),
        columns: true,
        ..ParseOptions::default()
    };
    match parse::read(&text, &options, source) {
        Ok(parsed) => compiled(held, parsed.quoted, &path, source),
        Err(diagnostic) => Err(raise::raise(held, Stop::Syntax(diagnostic))),
    }
}

fn compile_quoted(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (quoted, path) = (to_quoted(args[0]), parse::text(args[1])?);
    compiled(held, quoted, &path, None)
}

/// `replace_modules(quoted, path, text) -> [{module, bytecode}]`: modules that are loaded already are expected to be. If
/// there is an error, those that were replaced before it go on as they were.
fn replace_modules(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let (quoted, path, text) = (to_quoted(args[0]), parse::text(args[1])?, parse::text(args[2])?);
    let outside = crate::options::ignore_module_conflict();
    crate::options::set("ignore_module_conflict", true);
    let (result, defined) = run_file(held, quoted, &path, Some(&text));
    crate::options::set("ignore_module_conflict", outside);
    if let Err(stop) = result {
        for (name, _) in defined {
            held.vm.code().revert(atom(name));
        }
        return Err(raise::raise(held, stop));
    }
    pairs(held, defined)
}

/// Runs a file and gives the modules that it defined.
fn compiled(held: &mut Held<'_>, quoted: Quoted, path: &str, source: Option<&str>) -> NativeResult {
    match run_file(held, quoted, path, source) {
        (Ok(()), defined) => pairs(held, defined),
        (Err(stop), _) => Err(raise::raise(held, stop)),
    }
}

type Modules = Vec<(Symbol, Arc<[u8]>)>;

/// Whether the file ran to its end, and the modules that were defined up to there.
fn run_file(
    held: &mut Held<'_>,
    quoted: Quoted,
    path: &str,
    source: Option<&str>,
) -> (Result<(), Stop>, Modules) {
    let mut host = HeldHost::new(held);
    host.source = Some(Arc::from(source.unwrap_or_default()));
    let env = eval::file_env(&mut host, Arc::from(path), true);
    let result = eval::eval_file(&mut host, quoted, &env);
    let defined = std::mem::take(&mut host.defined);
    if result.is_ok() {
        check::run(&mut host);
    }
    (result.map(drop), defined)
}

fn pairs(held: &mut Held<'_>, defined: Modules) -> NativeResult {
    let heap = held.heap();
    let mut pairs = Vec::new();
    for (name, bytes) in defined {
        let bytes = heap.binary(&bytes);
        pairs.push(heap.tuple(&[Term::atom(atom(name)), bytes]));
    }
    Ok(heap.list(pairs))
}

/// `Module.create/3`
fn define_module(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let name = symbol(args[0].as_atom().ok_or(Raise::Badarg)?);
    let (quoted, env) = (to_quoted(args[1]), env_of(args[2])?);
    let block = Quoted::keyword([(Symbol::new("do"), quoted)]);
    let defmodule = Quoted::remote(
        Quoted::atom("Elixir.Kernel"),
        Symbol::new("defmodule"),
        cordial_syntax::Meta::at_line(env.line),
        vec![Quoted::Atom(name), block],
    );
    let mut host = HeldHost::new(held);
    let result = eval::eval_quoted(&mut host, defmodule, &env, Vec::new());
    // It is checked with the code around it, which may define what it calls.
    let checks = std::mem::take(&mut host.checks);
    session::with(&mut host, |session| session.checks.extend(checks));
    match result {
        Ok(evaluated) => Ok(held.heap().copy(evaluated.value.term())),
        Err(stop) => Err(raise::raise(held, stop)),
    }
}

/// `emit(stage, path, text) -> text of the stage`
fn emit(held: &mut Held<'_>, args: &[Term]) -> NativeResult {
    let stage = args[0].as_atom().ok_or(Raise::Badarg)?;
    let (path, text) = (parse::text(args[1])?, parse::text(args[2])?);
    match crate::pipeline::emit(held, stage.as_str(), &path, &text) {
        Ok(shown) => Ok(held.heap().string(&shown)),
        Err(stop) => Err(raise::raise(held, stop)),
    }
}

/// `warn(message, file, line, column, place, source)`: what `IO.warn/2` says, with the text of the file or nil. Without a
/// file, the place is the lines of a stack trace.
fn warn(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = |term: Term| {
        term.as_small()
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(0)
    };
    let diagnostic = Diagnostic {
        code: Code::Warned,
        error: false,
        file: Arc::from(parse::text(args[1])?),
        line: number(args[2]),
        column: number(args[3]),
        message: parse::text(args[0])?,
        place: parse::text(args[4]).ok().map(Place::Text),
        others: Vec::new(),
        span: 0,
    };
    let source = parse::text(args[5]).ok();
    diag::tell(&diagnostic, source.as_deref());
    Ok(Term::OK)
}

/// Maps as `Code.with_diagnostics/2` gives them.
fn stop_diagnostics(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let capture = diag::stop();
    let mut terms = Vec::new();
    for diagnostic in capture.diagnostics {
        let severity = if diagnostic.error { "error" } else { "warning" };
        let position = match (diagnostic.line, diagnostic.column) {
            (line, 0) => Quoted::from(line),
            (line, column) => Quoted::pair(line, column),
        };
        let span = match diagnostic.span {
            0 => Quoted::NIL,
            span => Quoted::pair(diagnostic.line, diagnostic.column + span),
        };
        let heap = ctx.heap();
        let stacktrace: Vec<Term> = diagnostic
            .place
            .iter()
            .filter(|place| matches!(place, Place::Code { .. }))
            .map(|place| entry(heap, place, &diagnostic))
            .collect();
        let stacktrace = heap.list(stacktrace);
        let file = match &*diagnostic.file {
            "" => Term::NIL,
            file => heap.string(file),
        };
        let mut fields = [
            (Term::atom(Atom::new("severity")), Term::atom(Atom::new(severity))),
            (Term::atom(Atom::new("message")), heap.string(&diagnostic.message)),
            (Term::atom(Atom::new("file")), file),
            (Term::atom(Atom::new("source")), file),
            (Term::atom(Atom::new("position")), to_term(heap, &position)),
            (Term::atom(Atom::new("span")), to_term(heap, &span)),
            (Term::atom(Atom::new("stacktrace")), stacktrace),
        ];
        terms.push(heap.map_from(&mut fields));
    }
    Ok(ctx.heap().list(terms))
}

/// The entry of a stack trace for what a diagnostic is in.
fn entry(heap: &mut Heap, place: &Place, diagnostic: &Diagnostic) -> Term {
    let (module, function) = match place {
        Place::Code { module, function } => (*module, *function),
        Place::Text(_) => return Term::NIL,
    };
    let (name, arity) = function.unwrap_or((Symbol::new("__MODULE__"), 0));
    let mut location = vec![(Symbol::new("file"), Quoted::bin(diagnostic.file.as_bytes()))];
    if diagnostic.column != 0 {
        location.push((Symbol::new("column"), Quoted::from(diagnostic.column)));
    }
    location.push((Symbol::new("line"), Quoted::from(diagnostic.line)));
    let location = to_term(heap, &Quoted::keyword(location));
    heap.tuple(&[
        Term::atom(atom(module)),
        Term::atom(atom(name)),
        Term::small(arity.into()),
        location,
    ])
}
