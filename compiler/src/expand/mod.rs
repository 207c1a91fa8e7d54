//! Holds expansion: quoted forms to quoted forms of special forms, remote calls and local calls only.
//! May import: the syntax crate, `host`'s trait. Never: terms, files, the VM.

mod alias;
mod args;
mod attribute;
mod bits;
mod call;
mod capture;
mod case;
mod clauses;
mod comprehension;
mod define;
pub mod definition;
mod dispatch;
pub mod env;
mod environment;
pub mod error;
pub mod form;
mod host;
mod imports;
mod lexical;
mod linify;
mod map;
mod quote;
mod rewrite;
pub mod scope;
mod segment;
mod text;
mod try_form;
mod twins;
mod variable;

use crate::diag::Code;
use std::rc::Rc;
use std::sync::Arc;

use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Meta, Quoted, Symbol};

pub use crate::check::{Closing, Lexical};
pub use alias::concat;
pub use attribute::{AttributeRead, ESCAPABLE, is_built_in};
pub use define::{Kind, Pending, PendingDef, PendingModule, PendingType, native_names};
pub use dispatch::{Import, is_special_form};
pub use env::{Context, Env, Names, Pair, VarKey, VarKind, Vars};
pub use environment::env_map;
pub use error::{Diagnostic, Expanded, Raised, Stop};
pub use host::{Exports, Host, StructInfo};
pub use imports::put as put_import;
pub use linify::{has_unquotes, linify_keep, linify_macro};
pub use quote::{escape_quoted, quote_dot};
pub use scope::{Binding, Bindings, Prematch, Scope};
pub use text::to_text;

/// A symbol that is interned once.
#[macro_export]
macro_rules! sym {
    ($text:expr) => {{
        static SYMBOL: std::sync::LazyLock<cordial_syntax::Symbol> =
            std::sync::LazyLock::new(|| cordial_syntax::Symbol::new($text));
        *SYMBOL
    }};
}

/// A call of a function of the module in hand, for the check that it exists.
#[derive(Clone, Debug)]
pub struct LocalCall {
    pub pair: Pair,
    pub meta: Meta,
    pub from: Option<Pair>,
    pub file: Arc<str>,
    pub is_macro: bool,
}

/// A call of another module's function, for the check that it exists.
#[derive(Clone, Debug)]
pub struct RemoteCall {
    pub module: Symbol,
    pub pair: Pair,
    pub meta: Meta,
    pub from: Option<Pair>,
    pub file: Arc<str>,
}

/// The state of one expansion: of a definition, a module's body or a script.
pub struct Expander<'h> {
    pub host: &'h mut dyn Host,
    pub env: Env,
    pub scope: Scope,
    pub next_version: u32,
    pub bindings: Bindings,
    pub local_calls: Vec<LocalCall>,
    pub remote_calls: Vec<RemoteCall>,
    /// Aliases and imports that were made and used, in their order.
    pub lexical: Vec<Lexical>,
    /// Errors that do not stop the expansion, and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The numbers of what this expansion left with the host.
    pub pending: Vec<u64>,
    /// Versions below this one are of variables from outside.
    pub outer: u32,
    /// Variables of captures in nested `&`.
    captures: u32,
    /// Macros whose expansion is being expanded.
    expansions: u32,
}

impl<'h> Expander<'h> {
    pub fn new(host: &'h mut dyn Host, env: Env) -> Expander<'h> {
        let vars = (*env.versioned_vars).clone();
        let next_version = vars.values().max().map_or(0, |version| version + 1);
        Expander {
            host,
            env,
            scope: Scope::new(vars),
            next_version,
            bindings: Bindings::default(),
            local_calls: Vec::new(),
            remote_calls: Vec::new(),
            lexical: Vec::new(),
            diagnostics: Vec::new(),
            pending: Vec::new(),
            outer: 0,
            captures: 0,
            expansions: 0,
        }
    }

    /// Expands a form in the environment as it is.
    pub fn expand(&mut self, node: Quoted) -> Expanded<Quoted> {
        match node {
            Quoted::Atom(_) | Quoted::Int(_) | Quoted::Big(_) | Quoted::Float(_) | Quoted::Bin(_) => Ok(node),
            Quoted::Opaque(_) => self.value(node),
            Quoted::List(items) => deeper(|| self.list(items)),
            Quoted::Pair(pair) => deeper(|| {
                let (first, second) = *pair;
                let mut items = self.args(vec![first, second])?;
                let second = items.pop().unwrap_or(Quoted::NIL);
                let first = items.pop().unwrap_or(Quoted::NIL);
                Ok(Quoted::Pair(Box::new((first, second))))
            }),
            Quoted::Var(var) => self.variable_or_form(*var),
            Quoted::Call(call) => deeper(|| {
                let (head, meta, args) = call.into_parts();
                match head {
                    Quoted::Atom(name) => self.form(name, meta, args),
                    Quoted::Call(dot) if dot.is(known::DOT, 1) => {
                        let (_, dot_meta, mut dot_args) = dot.into_parts();
                        let fun = dot_args.pop().unwrap_or(Quoted::NIL);
                        self.fun_call(dot_meta, fun, meta, args)
                    }
                    Quoted::Call(dot) if dot.is(known::DOT, 2) => {
                        let (_, dot_meta, mut dot_args) = dot.into_parts();
                        let right = dot_args.pop().unwrap_or(Quoted::NIL);
                        let left = dot_args.pop().unwrap_or(Quoted::NIL);
                        match right {
                            Quoted::Atom(name) => self.dot_call(dot_meta, left, name, meta, args),
                            // `Foo.{Bar, Baz}` outside of alias, import, require and use.
                            right => {
                                let node = Quoted::call(
                                    Quoted::call(known::DOT, dot_meta, vec![left, right]),
                                    meta,
                                    args,
                                );
                                self.invalid_call(node)
                            }
                        }
                    }
                    head => {
                        let node = Quoted::call(head, meta, args);
                        self.invalid_call(node)
                    }
                }
            }),
        }
    }

    /// A value that is no quoted form: some may stand in code as they are.
    fn value(&mut self, node: Quoted) -> Expanded<Quoted> {
        let Some(shown) = self.host.unquotable(&node) else {
            return Ok(node);
        };
        let nowhere = Stop::Compile {
            code: Code::QuotedInvalid,
            file: self.env.file.clone(),
            line: 0,
            column: 0,
            module: None,
            place: None,
            description: format!(
                "invalid quoted expression: {shown}\n\nPlease make sure your quoted expressions are made of valid AST nodes. \
                 If you would like to introduce a value into the AST, such as a four-element tuple or a map, make sure to \
                 call Macro.escape/1 before"
            ),
        };
        Err(nowhere)
    }

    fn invalid_call(&mut self, node: Quoted) -> Expanded<Quoted> {
        let meta = node.meta().cloned().unwrap_or_default();
        Err(self.error(
            Code::CallInvalid,
            &meta,
            format!("invalid call {}", to_text(&node)),
        ))
    }

    /// A `CompileError` that stops the expansion.
    pub fn error(&self, code: Code, meta: &Meta, description: impl Into<String>) -> Stop {
        let line = match meta.line() {
            0 => self.env.line,
            line => line,
        };
        let file = match meta.get_ref(known::KEEP) {
            Some(Quoted::Pair(pair)) => pair.0.as_str().map_or_else(|| self.env.file.clone(), Arc::from),
            _ => self.env.file.clone(),
        };
        Stop::Compile {
            code,
            file,
            line,
            column: meta.column(),
            module: self.env.module,
            place: self.env.place(),
            description: description.into(),
        }
    }

    /// Outside of a function the first undefined name is the last: what follows would run without it.
    pub(super) fn stop_outside_function(&self) -> Expanded<()> {
        match self.env.function {
            Some(_) => Ok(()),
            None => Err(Stop::Told {
                file: self.env.file.clone(),
                module: self.env.module,
            }),
        }
    }

    /// An error about a name, which is underlined: it is told, and fails the compilation later.
    pub fn report_name(&mut self, code: Code, meta: &Meta, name: Symbol, message: impl Into<String>) {
        let mut diagnostic = self.diagnostic(code, true, meta, message.into());
        diagnostic.span = name.as_str().chars().count() as u32;
        self.diagnostics.push(diagnostic);
    }

    /// An error that is told, and fails the compilation later.
    pub fn report(&mut self, code: Code, meta: &Meta, message: impl Into<String>) {
        let diagnostic = self.diagnostic(code, true, meta, message.into());
        self.diagnostics.push(diagnostic);
    }

    pub fn warn(&mut self, code: Code, meta: &Meta, message: impl Into<String>) {
        if meta.is_true(known::GENERATED) {
            return;
        }
        let diagnostic = self.diagnostic(code, false, meta, message.into());
        self.diagnostics.push(diagnostic);
    }

    /// A warning that does not say what it is in.
    fn warn_of_file(&mut self, code: Code, meta: &Meta, message: impl Into<String>) {
        if !meta.is_true(known::GENERATED) {
            let mut diagnostic = self.diagnostic(code, false, meta, message.into());
            diagnostic.place = None;
            self.diagnostics.push(diagnostic);
        }
    }

    fn diagnostic(&self, code: Code, error: bool, meta: &Meta, message: String) -> Diagnostic {
        let line = match meta.line() {
            0 => self.env.line,
            line => line,
        };
        Diagnostic {
            code,
            error,
            file: self.env.file.clone(),
            line,
            column: meta.column(),
            span: 0,
            message,
            place: self.env.place(),
            others: Vec::new(),
        }
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.error)
    }

    /// The environment as macros see it: at a line, with the variables.
    pub fn caller_env(&self, meta: &Meta) -> Env {
        let mut env = self.env.clone();
        if meta.line() != 0 {
            env.line = meta.line();
        }
        env.versioned_vars = Arc::new((*self.scope.read).clone());
        env
    }

    /// Runs a step and takes back what it did to environment and variables.
    fn scoped<T>(&mut self, step: impl FnOnce(&mut Self) -> Expanded<T>) -> Expanded<T> {
        let env = self.env.clone();
        let scope = self.scope.clone();
        let start = self.bindings.list.len();
        let result = step(self);
        self.env = env;
        self.scope = scope;
        if result.is_ok() {
            self.leave(Closing::Scope(start));
        }
        result
    }

    /// Variables go out of sight: those never read are told.
    pub fn leave(&mut self, closing: Closing) {
        crate::check::unused_variables(&mut self.bindings, closing, &self.env, &mut self.diagnostics);
    }

    /// Runs a step in a context.
    fn in_context<T>(
        &mut self,
        context: Context,
        step: impl FnOnce(&mut Self) -> Expanded<T>,
    ) -> Expanded<T> {
        let before = std::mem::replace(&mut self.env.context, context);
        let result = step(self);
        self.env.context = before;
        result
    }

    /// Runs a step that reads a pattern; `^` sees the variables in `before`.
    fn pattern<T>(&mut self, before: Rc<Vars>, step: impl FnOnce(&mut Self) -> Expanded<T>) -> Expanded<T> {
        let prematch = Prematch::Pattern {
            version: self.next_version,
            read: before,
        };
        let outer = std::mem::replace(&mut self.scope.prematch, prematch);
        let result = self.in_context(Context::Match, step);
        self.scope.prematch = outer;
        result
    }

    /// Nothing but a plain expression may have this form.
    fn no_match_or_guard(&self, meta: &Meta, what: &str) -> Expanded<()> {
        let stop = match self.env.context {
            Context::None => return Ok(()),
            Context::Match => self.error(
                Code::FormInMatch,
                meta,
                format!("invalid pattern in match, {what} is not allowed in matches"),
            ),
            Context::Guard => self.error(
                Code::FormInGuard,
                meta,
                format!("invalid expression in guards, {what} is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards"),
            ),
        };
        Err(stop.of_file())
    }

    /// Local calls, remote calls and operators that make up the module's name.
    pub fn module_symbol(&self) -> Symbol {
        self.env.module.unwrap_or(known::NIL)
    }
}
