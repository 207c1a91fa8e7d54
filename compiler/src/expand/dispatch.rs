//! What a name with an arity means: an import, a macro; and calling macros.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::define::native_macro;
use super::error::Expansion;
use super::linify::linify_macro;
use super::twins::twin;
use super::{Expanded, Expander, Lexical, Pair, Stop};

/// Expansions of macros may nest this deep: a macro that expands to itself would never end.
const MOST_EXPANSIONS: u32 = 4_000;

/// Where a local name comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Import {
    Macro(Symbol),
    Function(Symbol),
    /// A macro of the module in hand.
    LocalMacro,
    None,
}

impl Expander<'_> {
    pub(super) fn find_import(&mut self, meta: &Meta, pair: Pair) -> Expanded<Import> {
        // Quoted code brings its imports along.
        if let Some(module) = imported_by(meta, pair.1) {
            if self.is_macro_of(module, pair) {
                return Ok(Import::Macro(module));
            }
            if Some(module) != self.env.module {
                return Ok(Import::Function(module));
            }
        }
        let mut functions = self.env.functions_named(pair);
        let function = functions.next();
        let other_function = functions.next();
        drop(functions);
        let mut macros = self.env.macros_named(pair);
        let mac = macros.next();
        let other_macro = macros.next();
        drop(macros);
        let found = match (function, mac) {
            (None, None) => Import::None,
            (Some(first), None) => match other_function {
                Some(second) => return Err(self.ambiguous(meta, pair, first, second)),
                None => Import::Function(first),
            },
            (None, Some(first)) => match other_macro {
                Some(second) => return Err(self.ambiguous(meta, pair, first, second)),
                None => Import::Macro(first),
            },
            (Some(first), Some(second)) => return Err(self.ambiguous(meta, pair, first, second)),
        };
        let Some(module) = self.env.module else {
            return Ok(found);
        };
        if self.env.function != Some(pair) && self.host.has_local_macro(module, pair) {
            match found {
                Import::Macro(from) | Import::Function(from) if from != module => {
                    return Err(self.error(
                        Code::ImportConflict,
                        meta,
                        format!(
                            "function {}/{} imported from {} conflicts with local function",
                            pair.0,
                            pair.1,
                            super::error::show_module(from)
                        ),
                    ));
                }
                _ => return Ok(Import::LocalMacro),
            }
        }
        // A module does not call itself through its imports.
        if found == Import::Function(module) {
            return Ok(Import::None);
        }
        Ok(found)
    }

    fn ambiguous(&self, meta: &Meta, pair: Pair, first: Symbol, second: Symbol) -> super::Stop {
        self.error(
            Code::ImportAmbiguous,
            meta,
            format!(
                "function {}/{} imported from both {} and {}, call is ambiguous",
                pair.0,
                pair.1,
                super::error::show_module(first),
                super::error::show_module(second)
            ),
        )
    }

    fn is_macro_of(&mut self, module: Symbol, pair: Pair) -> bool {
        native_macro(module, pair).is_some()
            || self
                .host
                .exports(module)
                .is_some_and(|exports| exports.macros.has(pair))
    }

    /// Whether `module.name` is a macro that may be called here.
    pub(super) fn is_macro(&mut self, module: Symbol, pair: Pair, meta: &Meta) -> Expanded<bool> {
        if Some(module) == self.env.module {
            return Ok(false);
        }
        let required = self.env.requires(module)
            || meta.is_true(crate::sym!("required"))
            || module == known::ELIXIR_KERNEL;
        Ok(required && self.is_macro_of(module, pair))
    }

    pub(super) fn macro_call(
        &mut self,
        module: Symbol,
        pair: Pair,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let expanded = self
            .run_macro(module, pair, &meta, args)
            .and_then(|expanded| self.expand_result(&meta, expanded));
        expanded.map_err(|stop| self.within("expanding macro", module, pair, &meta, stop))
    }

    /// Adds the call to the stack trace of what stopped its expansion.
    pub(super) fn within(
        &self,
        what: &'static str,
        module: Symbol,
        pair: Pair,
        meta: &Meta,
        stop: Stop,
    ) -> Stop {
        match stop {
            Stop::Exception { .. } | Stop::Raised(_) | Stop::Within { .. } => {
                let mut env = self.env.clone();
                if meta.line() != 0 {
                    env.line = meta.line();
                }
                let call = Expansion {
                    what,
                    module,
                    pair,
                    env,
                };
                Stop::Within {
                    stop: Box::new(stop),
                    call: Box::new(call),
                }
            }
            stop => stop,
        }
    }

    pub(super) fn local_macro_call(&mut self, pair: Pair, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let expanded = self
            .run_local_macro(pair, &meta, args)
            .and_then(|expanded| self.expand_result(&meta, expanded));
        expanded.map_err(|stop| self.within("expanding macro", self.module_symbol(), pair, &meta, stop))
    }

    fn expand_result(&mut self, meta: &Meta, expanded: Quoted) -> Expanded<Quoted> {
        // Errors in what a macro made are told at the line of its call.
        let outer = self.env.line;
        if meta.line() != 0 {
            self.env.line = meta.line();
        }
        self.expansions += 1;
        let result = if self.expansions > MOST_EXPANSIONS {
            Err(self.error(
                Code::MacroEndless,
                meta,
                "macros expand to calls of macros without an end",
            ))
        } else {
            self.expand(expanded)
        };
        self.expansions -= 1;
        self.env.line = outer;
        result
    }

    fn run_macro(&mut self, module: Symbol, pair: Pair, meta: &Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        if let Some(native) = native_macro(module, pair) {
            return native(self, meta, args);
        }
        if let Some(twin) = twin(module, pair)
            && let Some(expanded) = twin(self, meta, &args)?
        {
            return Ok(expanded);
        }
        if let Some(reason) = self.host.deprecated_macro(module, pair) {
            let shown = crate::check::show(module, pair);
            self.warn(Code::Deprecated, meta, format!("{shown} is deprecated. {reason}"));
        }
        let env = self.caller_env(meta);
        let expanded = self.host.call_macro(module, pair, &env, args)?;
        Ok(self.linify(module, meta, expanded))
    }

    fn run_local_macro(&mut self, pair: Pair, meta: &Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let module = self.module_symbol();
        self.local_calls.push(super::LocalCall {
            pair,
            meta: meta.clone(),
            from: self.env.function,
            file: self.env.file.clone(),
            is_macro: true,
        });
        let env = self.caller_env(meta);
        let expanded = self.host.call_local_macro(module, pair, &env, args)?;
        Ok(self.linify(module, meta, expanded))
    }

    fn linify(&mut self, receiver: Symbol, meta: &Meta, expanded: Quoted) -> Quoted {
        let line = match meta.line() {
            0 => self.env.line,
            line => line,
        };
        let counter = self.host.next_counter(self.env.module);
        linify_macro(line, receiver, counter, expanded)
    }

    /// If the form is a macro call, an alias or a special name: what it expands to, once.
    pub fn expand_macro_once(&mut self, node: &Quoted) -> Expanded<Option<Quoted>> {
        match node {
            Quoted::Var(var) if var.name == known::MODULE => Ok(Some(Quoted::Atom(self.module_symbol()))),
            Quoted::Var(var) if var.name == known::DIR || var.name == known::ENV => {
                Ok(Some(self.expand(node.clone())?))
            }
            Quoted::Call(call) => {
                let arity = u8::try_from(call.args.len()).unwrap_or(u8::MAX);
                if let Some(name) = call.name() {
                    if name == known::ALIASES {
                        let expanded = self.expand(node.clone())?;
                        return Ok((expanded != *node).then_some(expanded));
                    }
                    if matches!(name, known::MODULE | known::DIR) && call.args.is_empty() {
                        return Ok(Some(self.expand(node.clone())?));
                    }
                    if is_special_form(name, call.args.len()) {
                        return Ok(None);
                    }
                    let pair = (name, arity);
                    return match self.find_import(&call.meta, pair)? {
                        Import::Macro(module) => {
                            self.lexical.push(Lexical::ImportUsed(module, pair));
                            self.run_macro(module, pair, &call.meta, call.args.clone())
                                .map(Some)
                        }
                        Import::LocalMacro => self
                            .run_local_macro(pair, &call.meta, call.args.clone())
                            .map(Some),
                        Import::Function(_) | Import::None => Ok(None),
                    };
                }
                let Some((target, name)) = call.remote() else {
                    return Ok(None);
                };
                let target = match target {
                    Quoted::Atom(module) => Some(*module),
                    other => match self.expand_macro_fully(other.clone())? {
                        Quoted::Atom(module) => Some(module),
                        _ => None,
                    },
                };
                let Some(module) = target else { return Ok(None) };
                if self.is_macro(module, (name, arity), &call.meta)? {
                    return self
                        .run_macro(module, (name, arity), &call.meta, call.args.clone())
                        .map(Some);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// As `Macro.expand/2`.
    pub fn expand_macro_fully(&mut self, mut node: Quoted) -> Expanded<Quoted> {
        while let Some(expanded) = self.expand_macro_once(&node)? {
            node = expanded;
        }
        Ok(node)
    }
}

/// The module that quoted metadata says a name of that arity comes from.
fn imported_by(meta: &Meta, arity: u8) -> Option<Symbol> {
    let imports = meta.get_ref(known::IMPORTS)?.as_list()?;
    meta.get_ref(known::CONTEXT)?;
    imports.iter().find_map(|item| match item.as_pair()? {
        (Quoted::Int(number), Quoted::Atom(module)) if *number == i64::from(arity) => Some(*module),
        _ => None,
    })
}

pub fn is_special_form(name: Symbol, arity: usize) -> bool {
    match name {
        known::TUPLE
        | known::MAP
        | known::BITS
        | known::BLOCK
        | known::ALIASES
        | known::FN
        | known::FOR
        | known::WITH
        | known::SUPER => true,
        known::DOT | known::MATCH | known::TYPE | known::PERCENT | known::CASE => arity == 2,
        known::ALIAS | known::IMPORT | known::REQUIRE | known::QUOTE => arity == 1 || arity == 2,
        known::CAPTURE
        | known::PIN
        | known::UNQUOTE
        | known::UNQUOTE_SPLICING
        | known::COND
        | known::RECEIVE
        | known::TRY => arity == 1,
        known::CALLER | known::DIR | known::ENV | known::MODULE | known::STACKTRACE => arity == 0,
        _ => false,
    }
}
