//! Special forms by name; everything else by name is a local call.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol, Var};

use super::{Context, Expanded, Expander, environment};

impl Expander<'_> {
    /// `{name, meta, args}`.
    pub(super) fn form(&mut self, name: Symbol, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        match (name, args.len()) {
            (known::MATCH, 2) => self.match_operator(meta, args),
            (known::TUPLE, _) => {
                let args = self.args(args)?;
                Ok(match <[Quoted; 2]>::try_from(args) {
                    Ok([first, second]) => Quoted::pair(first, second),
                    Err(args) => Quoted::call(known::TUPLE, meta, args),
                })
            }
            (known::MAP, _) => self.map(meta, args),
            (known::PERCENT, 2) => self.structure(meta, args),
            (known::BITS, _) => self.bits(meta, args),
            (known::ARROW, 2) => Err(self.error(Code::ArrowUnexpected,
                &meta,
                "misplaced operator ->\n\nThis typically means invalid syntax or a macro is not available in scope",
            )),
            (known::BLOCK, _) => self.block(meta, args),
            (known::ALIASES, _) => self.aliases(meta, args),
            (known::ALIAS | known::REQUIRE | known::IMPORT, 1 | 2) => self.lexical(name, meta, args),
            (known::QUOTE, 1 | 2) => self.quote(meta, args),
            (known::UNQUOTE, 1) => Err(self.error(Code::UnquoteOutsideQuote, &meta, "unquote called outside quote")),
            (known::UNQUOTE_SPLICING, 1) => Err(self.error(Code::UnquoteOutsideQuote, &meta, "unquote_splicing called outside quote")),
            (known::CAPTURE, 1) => self.capture(meta, args),
            (known::FN, _) => self.anonymous_fn(meta, args),
            (known::COND, 1) => self.cond(meta, args),
            (known::CASE, 2) => self.case(meta, args),
            (known::RECEIVE, 1) => self.receive(meta, args),
            (known::TRY, 1) => self.attempt(meta, args),
            (known::FOR, 1..) => self.comprehension(meta, args),
            (known::WITH, _) => self.with(meta, args),
            (known::SUPER, _) => self.super_call(meta, args),
            (known::PIN, 1) => self.pin(meta, args),
            (known::UNDERSCORE, 0) => Err(self.error(Code::UnderscoreUse, &meta, "invalid use of _. _ can only be used inside patterns to ignore values")),
            (known::MODULE | known::DIR | known::ENV | known::CALLER | known::STACKTRACE, 0) => {
                self.special_variable(name, meta)
            }
            (known::DOT, 2) => {
                let node = Quoted::call(known::DOT, meta, args);
                self.invalid_call(node)
            }
            _ => self.local(name, meta, args),
        }
    }

    /// `{name, meta, context}`.
    pub(super) fn variable_or_form(&mut self, var: Var) -> Expanded<Quoted> {
        match var.name {
            known::MODULE | known::DIR | known::ENV | known::CALLER | known::STACKTRACE => {
                self.special_variable(var.name, var.meta)
            }
            known::UNDERSCORE => {
                if self.env.in_match() {
                    Ok(Quoted::Var(Box::new(var)))
                } else {
                    Err(self.error(Code::UnderscoreUse,
                        &var.meta,
                        "invalid use of _. _ can only be used inside patterns to ignore values and cannot be used in \
                         expressions. Make sure you are inside a pattern or change it accordingly",
                    ))
                }
            }
            _ => self.variable(var),
        }
    }

    fn special_variable(&mut self, name: Symbol, meta: Meta) -> Expanded<Quoted> {
        match name {
            known::MODULE => Ok(Quoted::Atom(self.module_symbol())),
            known::DIR => {
                let file = &self.env.file;
                Ok(match file.rfind('/') {
                    Some(0) => Quoted::bin("/"),
                    Some(end) => Quoted::bin(&file[..end]),
                    None => Quoted::bin("."),
                })
            }
            known::ENV => {
                if self.env.context != Context::None {
                    return Err(self.not_here(&meta, "__ENV__"));
                }
                let env = self.caller_env(&meta);
                Ok(environment::env_map(&env))
            }
            known::CALLER => {
                if self.env.context != Context::None {
                    return Err(self.not_here(&meta, "__CALLER__"));
                }
                if !self.scope.caller {
                    return Err(self.error(
                        Code::CallerOutsideMacro,
                        &meta,
                        "__CALLER__ is available only inside defmacro and defmacrop",
                    ));
                }
                Ok(caller_variable())
            }
            _ => {
                if self.env.context != Context::None {
                    return Err(self.not_here(&meta, "__STACKTRACE__"));
                }
                if !self.scope.stacktrace {
                    return Err(self.error(
                        Code::StacktraceOutside,
                        &meta,
                        "__STACKTRACE__ is available only inside catch and rescue clauses of try expressions",
                    ));
                }
                Ok(Quoted::var(known::STACKTRACE, meta, known::NIL))
            }
        }
    }

    fn not_here(&self, meta: &Meta, what: &str) -> super::Stop {
        match self.env.context {
            Context::Guard => self.error(
                Code::FormInGuard,
                meta,
                format!("invalid expression in guards, {what} is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards"),
            ),
            _ => self.error(
                Code::FormInMatch,
                meta,
                format!("invalid pattern in match, {what} is not allowed in matches"),
            ),
        }
    }

    fn match_operator(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        let right = args.pop().unwrap_or(Quoted::NIL);
        let left = args.pop().unwrap_or(Quoted::NIL);
        match self.env.context {
            Context::Match => {
                let left = self.expand(left)?;
                let right = self.expand(right)?;
                return Ok(Quoted::call(known::MATCH, meta, vec![left, right]));
            }
            Context::Guard => {
                return Err(self.error(
                    Code::FormInGuard,
                    &meta,
                    "invalid expression in guards, = is not allowed in guards. To learn more about guards, visit: https://hexdocs.pm/elixir/patterns-and-guards.html#guards",
                )
                .of_file());
            }
            Context::None => {}
        }
        let before = self.scope.read.clone();
        let right = self.expand(right)?;
        let left = self.pattern(before, |this| this.expand(left))?;
        Ok(Quoted::call(known::MATCH, meta, vec![left, right]))
    }

    /// Warns of a value in the midst of a block that no one gets.
    fn no_effect(&mut self, code: Code, meta: &Meta, message: String) {
        let count = self.diagnostics.len();
        self.warn(code, meta, message);
        // A literal has no line of its own.
        if meta.line() == 0
            && let Some(diagnostic) = self.diagnostics.get_mut(count)
        {
            diagnostic.line = 0;
        }
    }

    fn block(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let count = args.len();
        if count == 0 {
            return Ok(Quoted::NIL);
        }
        if self.env.in_match() && count > 1 {
            return Err(self.error(
                Code::FormInMatch,
                &meta,
                "invalid pattern in match, a block is not allowed in matches",
            ));
        }
        let mut nodes = Vec::with_capacity(count);
        for (index, arg) in args.into_iter().enumerate() {
            let effectless = if index + 1 < count {
                without_effect(&meta, &arg)
            } else {
                None
            };
            nodes.push(self.expand(arg)?);
            if let Some((code, meta, message)) = effectless {
                self.no_effect(code, &meta, message);
            }
        }
        if count == 1 {
            return Ok(nodes.remove(0));
        }
        Ok(Quoted::call(known::BLOCK, meta, nodes))
    }
}

/// The first argument of every macro.
pub fn caller_variable() -> Quoted {
    Quoted::var(known::CALLER, Meta::EMPTY.with(known::VERSION, -2i64), known::NIL)
}

/// What is to be said of a value in the midst of a block: where it is, and what it is.
fn without_effect(block: &Meta, node: &Quoted) -> Option<(Code, Meta, String)> {
    let hint = "as it is never returned (remove the";
    Some(match node {
        Quoted::Int(_) | Quoted::Big(_) | Quoted::Float(_) | Quoted::Bin(_) => (
            Code::UnusedLiteral,
            block.clone(),
            format!(
                "code block contains unused literal {} (remove the literal or assign it to _ to avoid warnings)",
                super::to_text(node)
            ),
        ),
        Quoted::Var(var) if !var.name.as_str().starts_with("__") => (
            Code::VariableWithoutEffect,
            var.meta.clone(),
            format!(
                "variable {} in code block has no effect {hint} variable or assign it to _ to avoid warnings)",
                var.name
            ),
        ),
        Quoted::Call(call) if call.is(known::AT, 1) => match &call.args[0] {
            Quoted::Var(var) => (
                Code::AttributeWithoutEffect,
                call.meta.clone(),
                format!(
                    "module attribute @{} in code block has no effect {hint} attribute or assign it to _ to avoid warnings)",
                    var.name
                ),
            ),
            _ => return None,
        },
        _ => return None,
    })
}
