//! Local calls, remote calls, calls of functions, `super`.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::dispatch::Import;
use super::{Context, Expanded, Expander, Lexical, LocalCall, RemoteCall, rewrite, to_text};

impl Expander<'_> {
    /// `name(args)`: a macro, an imported function, or a function of this module.
    pub(super) fn local(&mut self, name: Symbol, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let Ok(arity) = u8::try_from(args.len()) else {
            return Err(self.error(Code::TooManyArguments, &meta, "more than 255 arguments"));
        };
        let pair = (name, arity);
        match self.find_import(&meta, pair)? {
            Import::Macro(module) => {
                self.lexical.push(Lexical::ImportUsed(module, pair));
                let module_in_hand = self.env.module;
                if self.env.function.is_some() && meta.get_ref(known::IMPORTS).is_none() {
                    self.host.record_import(module_in_hand, pair, module);
                }
                self.macro_call(module, pair, meta, args)
            }
            Import::LocalMacro => self.local_macro_call(pair, meta, args),
            Import::Function(module) => {
                self.lexical.push(Lexical::ImportUsed(module, pair));
                let module_in_hand = self.env.module;
                if self.env.function.is_some() && meta.get_ref(known::IMPORTS).is_none() {
                    self.host.record_import(module_in_hand, pair, module);
                }
                self.remote(meta.clone(), module, name, meta, args)
            }
            Import::None => self.local_function(pair, meta, args),
        }
    }

    /// An operator that is only a part of other forms.
    fn misplaced(&self, operator: Symbol, meta: &Meta) -> super::Stop {
        let use_of = if operator == known::PIPE {
            "The | operator is typically used between brackets to mark the tail of a list:\n\n    [head | tail]\n    [head, middle, ... | tail]\n\nIt is also used to update maps and structs, via the %{map | key: value} notation, and in typespecs, such as @type and @spec, to express the union of two types"
        } else {
            "The :: operator is typically used in bitstrings to specify types and sizes of segments:\n\n    <<size::32-integer, letter::utf8, rest::binary>>\n\nIt is also used in typespecs, such as @type and @spec, to describe inputs and outputs"
        };
        self.error(
            Code::MisplacedOperator,
            meta,
            format!("misplaced operator {operator}/2\n\n{use_of}"),
        )
    }

    fn local_function(&mut self, pair: super::Pair, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let (name, arity) = pair;
        if let (known::PIPE | known::TYPE, 2) = pair {
            return Err(self.misplaced(name, &meta));
        }
        if self.env.function.is_none() {
            let message = format!("undefined function {name}/{arity} (there is no such import)");
            self.report(Code::UndefinedFunctionNoImport, &meta, message);
            self.stop_outside_function()?;
            return Ok(Quoted::NIL);
        }
        match self.env.context {
            Context::Match => {
                return Err(self.error(Code::LocalCallInMatch,
                    &meta,
                    format!("cannot find or invoke local {name}/{arity} inside a match. Only macros can be invoked inside a \
                         match and they must be defined before their invocation. Called as: {}", shown(name, &meta, args)),
                ));
            }
            Context::Guard => {
                return Err(self.error(Code::LocalCallInGuard,
                    &meta,
                    format!("cannot find or invoke local {name}/{arity} inside a guard. Only macros can be invoked inside a \
                         guard and they must be defined before their invocation. Called as: {}", shown(name, &meta, args)),
                ));
            }
            Context::None => {}
        }
        self.local_calls.push(LocalCall {
            pair,
            meta: meta.clone(),
            from: self.env.function,
            file: self.env.file.clone(),
            is_macro: false,
        });
        let args = self.args(args)?;
        Ok(Quoted::call(name, meta, args))
    }

    /// `left.name(args)`.
    pub(super) fn dot_call(
        &mut self,
        dot_meta: Meta,
        left: Quoted,
        name: Symbol,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        // `__ENV__.field` needs no environment at run time.
        if args.is_empty() && is_special(&left, known::ENV) && self.env.context == Context::None {
            let env = self.caller_env(&meta);
            if let Some(value) = super::environment::env_map(&env).as_call().and_then(|map| {
                map.args.iter().find_map(|pair| {
                    let (key, value) = pair.as_pair()?;
                    (key.as_atom() == Some(name)).then(|| value.clone())
                })
            }) {
                return Ok(value);
            }
        }
        if matches!(left, Quoted::Atom(_)) || is_alias(&left) || is_special(&left, known::MODULE) {
            let left = self.expand(left)?;
            if let Quoted::Atom(module) = left {
                return self.remote_or_macro(dot_meta, module, name, meta, args);
            }
            return self.dynamic(dot_meta, left, name, meta, args);
        }
        if self.env.in_match() {
            let node = Quoted::remote(left, name, meta.clone(), args);
            return Err(self.error(
                Code::RemoteCallInMatch,
                &meta,
                format!("cannot invoke remote function {} inside a match", callee(&node)),
            ));
        }
        // Receiver and arguments are evaluated side by side.
        let (read, upper) = self.fork();
        let left = self.expand(left)?;
        if let Quoted::Atom(module) = left {
            self.join(upper);
            return self.remote_or_macro(dot_meta, module, name, meta, args);
        }
        let mut expanded = Vec::with_capacity(args.len());
        for arg in args {
            self.scope.read = read.clone();
            expanded.push(self.expand(arg)?);
        }
        self.join(upper);
        self.dynamic_expanded(dot_meta, left, name, meta, expanded)
    }

    fn dynamic(
        &mut self,
        dot_meta: Meta,
        left: Quoted,
        name: Symbol,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let args = self.args(args)?;
        self.dynamic_expanded(dot_meta, left, name, meta, args)
    }

    fn dynamic_expanded(
        &mut self,
        dot_meta: Meta,
        left: Quoted,
        name: Symbol,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let node = Quoted::call(
            Quoted::call(known::DOT, dot_meta, vec![left, Quoted::Atom(name)]),
            meta.clone(),
            args,
        );
        if self.env.in_guard() {
            let field = node
                .as_call()
                .is_some_and(|call| call.args.is_empty() && meta.is_true(known::NO_PARENS));
            if !field {
                let hint = match node.as_call() {
                    Some(call) if call.args.is_empty() => format!(
                        "cannot invoke remote function inside a guard. If you want to do a map lookup instead, please remove \
                         parens from {}",
                        to_text(&node)
                    ),
                    _ => format!("cannot invoke remote function {} inside a guard", callee(&node)),
                };
                return Err(self.error(Code::RemoteCallInGuard, &meta, hint));
            }
        }
        Ok(node)
    }

    /// A call of a named module: a macro or a function of it.
    fn remote_or_macro(
        &mut self,
        dot_meta: Meta,
        module: Symbol,
        name: Symbol,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let Ok(arity) = u8::try_from(args.len()) else {
            return Err(self.error(Code::TooManyArguments, &meta, "more than 255 arguments"));
        };
        if self.is_macro(module, (name, arity), &dot_meta)? {
            return self.macro_call(module, (name, arity), meta, args);
        }
        if Some(module) == self.env.module && self.host.has_local_macro(module, (name, arity)) {
            return self.local_macro_call((name, arity), meta, args);
        }
        self.remote(dot_meta, module, name, meta, args)
    }

    /// A call of a named module's function, rewritten where Erlang has the same.
    pub(super) fn remote(
        &mut self,
        dot_meta: Meta,
        module: Symbol,
        name: Symbol,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let (module, name) = rewrite::inline(module, name, args.len()).unwrap_or((module, name));
        match self.env.context {
            Context::Match => {
                let args = self.args(args)?;
                if let Some(rewritten) = rewrite::in_match(module, name, &meta, &args) {
                    return Ok(rewritten);
                }
                let node = Quoted::remote(Quoted::Atom(module), name, meta.clone(), args);
                Err(self.error(
                    Code::RemoteCallInMatch,
                    &meta,
                    format!("cannot invoke remote function {} inside a match", callee(&node)),
                ))
            }
            Context::Guard => {
                let args = self.args(args)?;
                match rewrite::in_guard(module, name, args) {
                    Ok((name, args)) => Ok(build(dot_meta, known::ERLANG, name, meta, args)),
                    Err(args) => {
                        let node = Quoted::remote(Quoted::Atom(module), name, meta.clone(), args);
                        Err(self.error(
                            Code::RemoteCallInGuard,
                            &meta,
                            format!("cannot invoke remote function {} inside a guard", callee(&node)),
                        ))
                    }
                }
            }
            Context::None => {
                let args = self.args(args)?;
                let (module, name, args) = rewrite::in_body(module, name, args);
                if module == known::ERLANG
                    && let Some(folded) = rewrite::fold(name, &args)
                {
                    return Ok(folded);
                }
                if module != known::ERLANG
                    && let Ok(arity) = u8::try_from(args.len())
                {
                    self.remote_calls.push(RemoteCall {
                        module,
                        pair: (name, arity),
                        meta: meta.clone(),
                        from: self.env.function,
                        file: self.env.file.clone(),
                    });
                }
                Ok(build(dot_meta, module, name, meta, args))
            }
        }
    }

    /// `fun.(args)`.
    pub(super) fn fun_call(
        &mut self,
        dot_meta: Meta,
        fun: Quoted,
        meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "anonymous call")?;
        let mut all = args;
        all.insert(0, fun);
        let mut all = self.args(all)?;
        let fun = all.remove(0);
        if let Quoted::Atom(name) = &fun {
            return Err(self.error(Code::FunCallOfAtom,
                &meta,
                format!("invalid function call :{name}.() syntax. It is equivalent to calling an atom, which is not allowed"),
            ));
        }
        Ok(Quoted::call(
            Quoted::call(known::DOT, dot_meta, vec![fun]),
            meta,
            all,
        ))
    }

    pub(super) fn super_call(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "super")?;
        let Some(function) = self.env.function else {
            let place = if self.env.module.is_some() {
                "function"
            } else {
                "module"
            };
            let message = format!("cannot invoke super outside {place}");
            return Err(self.error(Code::SuperOutsideFunction, &meta, message).of_file());
        };
        let arity = u8::try_from(args.len()).unwrap_or(u8::MAX);
        if arity != function.1 {
            return Err(self.error(
                Code::SuperArity,
                &meta,
                "super must be called with the same number of arguments as the current definition",
            ));
        }
        let name = self.super_name(&meta, function)?;
        let (kind, name) = name;
        let mut args = self.args(args)?;
        self.local_calls.push(LocalCall {
            pair: (name, arity),
            meta: meta.clone(),
            from: self.env.function,
            file: self.env.file.clone(),
            is_macro: kind.is_macro(),
        });
        let mut callee = name;
        if kind.is_macro() {
            args.insert(0, super::form::caller_variable());
            callee = Symbol::new(&format!("MACRO-{name}"));
        }
        Ok(Quoted::call(callee, meta, args))
    }

    /// The definition that `super` stands for in a function.
    pub(super) fn super_name(
        &mut self,
        meta: &Meta,
        function: super::Pair,
    ) -> Expanded<(super::Kind, Symbol)> {
        let env = self.env.clone();
        match self.host.super_definition(&env, function)? {
            Some(found) => Ok(found),
            None => Err(self.error(
                Code::SuperMissing,
                meta,
                format!(
                    "no super defined for {}/{} in module {}. Overridable functions available are: ",
                    function.0,
                    function.1,
                    super::error::show_module(self.module_symbol())
                ),
            )),
        }
    }
}

pub(super) fn build(dot_meta: Meta, module: Symbol, name: Symbol, meta: Meta, args: Vec<Quoted>) -> Quoted {
    Quoted::call(
        Quoted::call(
            known::DOT,
            dot_meta,
            vec![Quoted::Atom(module), Quoted::Atom(name)],
        ),
        meta,
        args,
    )
}

fn shown(name: Symbol, meta: &Meta, args: Vec<Quoted>) -> String {
    to_text(&Quoted::call(name, meta.clone(), args))
}

fn callee(node: &Quoted) -> String {
    match node.as_call() {
        Some(call) => match call.remote() {
            Some((target, name)) => format!("{}.{name}/{}", to_text(target), call.args.len()),
            None => to_text(node),
        },
        None => to_text(node),
    }
}

pub(super) fn is_alias(node: &Quoted) -> bool {
    matches!(node, Quoted::Call(call) if call.name() == Some(known::ALIASES))
}

pub(super) fn is_special(node: &Quoted, name: Symbol) -> bool {
    match node {
        Quoted::Var(var) => var.name == name,
        Quoted::Call(call) => call.is(name, 0),
        _ => false,
    }
}
