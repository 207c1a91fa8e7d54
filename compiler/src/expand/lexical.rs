//! `alias`, `require`, `import`.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::error::show_module;
use super::{Expanded, Expander, Lexical, to_text};
use crate::check::At;

impl Expander<'_> {
    pub(super) fn lexical(&mut self, kind: Symbol, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, kind.as_str())?;
        let options = if args.len() == 2 {
            args.pop().unwrap_or(Quoted::NIL)
        } else {
            Quoted::List(Vec::new())
        };
        let target = args.pop().unwrap_or(Quoted::NIL);
        if let Some((base, names)) = multi(&target) {
            return self.multi_lexical(kind, &meta, base, names, options);
        }
        let original = target.clone();
        let module = match (kind, &target) {
            // The name itself, whatever stands for it now.
            (known::ALIAS, _) => self.expand(target)?,
            _ => self.expand(target)?,
        };
        let Quoted::Atom(module) = module else {
            return Err(self.error(
                Code::LexicalArgument,
                &meta,
                format!(
                    "invalid argument for {kind}, expected a compile time atom or alias, got: {}",
                    to_text(&original)
                ),
            ));
        };
        let options = self.lexical_options(kind, &meta, options)?;
        self.define_lexical(kind, &meta, module, &options)?;
        Ok(Quoted::Atom(module))
    }

    /// Carries out one of the three for a module.
    pub fn define_lexical(
        &mut self,
        kind: Symbol,
        meta: &Meta,
        module: Symbol,
        options: &[(Symbol, Quoted)],
    ) -> Expanded<()> {
        match kind {
            known::ALIAS => self.alias(meta, module, options, true),
            known::REQUIRE => {
                self.require(meta, module)?;
                if options.iter().any(|(key, _)| *key == known::AS) {
                    self.alias(meta, module, options, false)?;
                }
                Ok(())
            }
            _ => {
                self.require(meta, module)?;
                self.import(meta, module, options)
            }
        }
    }

    fn lexical_options(
        &mut self,
        kind: Symbol,
        meta: &Meta,
        options: Quoted,
    ) -> Expanded<Vec<(Symbol, Quoted)>> {
        let allowed: &[Symbol] = match kind {
            known::IMPORT => &[known::ONLY, known::EXCEPT, known::WARN],
            _ => &[known::AS, known::WARN],
        };
        let items = match options {
            Quoted::List(items) => items,
            other => {
                return Err(self.error(
                    Code::LexicalOptions,
                    meta,
                    format!(
                        "invalid options for {kind}, expected a keyword list, got: {}",
                        to_text(&other)
                    ),
                ));
            }
        };
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            let Some((Quoted::Atom(key), _)) = item.as_pair() else {
                return Err(self.error(
                    Code::LexicalOptions,
                    meta,
                    format!(
                        "invalid options for {kind}, expected a keyword list, got: {}",
                        to_text(&item)
                    ),
                ));
            };
            let key = *key;
            if !allowed.contains(&key) {
                return Err(self.error(
                    Code::LexicalOption,
                    meta,
                    format!("unsupported option :{key} given to {kind}"),
                ));
            }
            let Quoted::Pair(pair) = item else { continue };
            let value = match (key, pair.1) {
                // The alias as it is written.
                (known::AS, Quoted::Call(alias))
                    if alias.name() == Some(known::ALIASES)
                        && alias.args.len() == 1
                        && alias.args[0].as_atom().is_some() =>
                {
                    Quoted::Atom(super::alias::concat(&[alias.args[0]
                        .as_atom()
                        .unwrap_or(known::NIL)]))
                }
                (known::AS, Quoted::Call(alias)) if alias.name() == Some(known::ALIASES) => {
                    return Err(self.error(
                        Code::AliasAs,
                        meta,
                        format!(
                            "invalid value for option :as, expected a simple alias, got nested alias: {}",
                            to_text(&Quoted::Call(alias))
                        ),
                    ));
                }
                (_, value) => self.expand(value)?,
            };
            found.push((key, value));
        }
        Ok(found)
    }

    /// `alias Foo.{Bar, Baz}`.
    fn multi_lexical(
        &mut self,
        kind: Symbol,
        meta: &Meta,
        base: Quoted,
        names: Vec<Quoted>,
        options: Quoted,
    ) -> Expanded<Quoted> {
        let original = base.clone();
        let Quoted::Atom(base) = self.expand(base)? else {
            return Err(self.error(
                Code::LexicalArgument,
                meta,
                format!(
                    "invalid argument for {kind}, expected a compile time atom or alias, got: {}",
                    to_text(&original)
                ),
            ));
        };
        let options = self.lexical_options(kind, meta, options)?;
        if options.iter().any(|(key, _)| *key == known::AS) {
            return Err(self.error(
                Code::LexicalMultiAs,
                meta,
                format!(":as option is not supported by multi-{kind} call"),
            ));
        }
        let mut modules = Vec::with_capacity(names.len());
        for name in names {
            let parts: Option<Vec<Symbol>> = match &name {
                Quoted::Atom(atom) => Some(vec![*atom]),
                Quoted::Call(alias) if alias.name() == Some(known::ALIASES) => {
                    alias.args.iter().map(Quoted::as_atom).collect()
                }
                _ => None,
            };
            let Some(parts) = parts else {
                return Err(self.error(
                    Code::LexicalArgument,
                    meta,
                    format!(
                        "invalid argument for {kind}, expected a compile time atom or alias, got: {}",
                        to_text(&name)
                    ),
                ));
            };
            let mut all = vec![base];
            all.extend(parts);
            let module = super::alias::concat(&all);
            self.define_lexical(kind, meta, module, &options)?;
            modules.push(Quoted::Atom(module));
        }
        Ok(Quoted::List(modules))
    }

    fn alias(
        &mut self,
        meta: &Meta,
        module: Symbol,
        options: &[(Symbol, Quoted)],
        check: bool,
    ) -> Expanded<()> {
        let given = options
            .iter()
            .find(|(key, _)| *key == known::AS)
            .map(|(_, value)| value);
        let name = match given {
            None | Some(Quoted::Atom(known::TRUE)) => {
                let text = module.as_str();
                let Some(rest) = text.strip_prefix("Elixir.") else {
                    return Err(self.error(Code::AliasNotInferred,
                        meta,
                        format!(
                            "alias cannot be inferred automatically for module: {}, please use the :as option. Implicit aliasing is only supported with Elixir modules",
                            show_module(module)
                        ),
                    ));
                };
                let last = rest.rsplit('.').next().unwrap_or(rest);
                super::alias::concat(&[Symbol::new(last)])
            }
            Some(Quoted::Atom(known::FALSE | known::NIL)) => return Ok(()),
            Some(Quoted::Atom(name)) if name.as_str().starts_with("Elixir.") => {
                if name.as_str()["Elixir.".len()..].contains('.') {
                    return Err(self.error(
                        Code::AliasAs,
                        meta,
                        format!(
                            "invalid value for option :as, expected a simple alias, got nested alias: {}",
                            show_module(*name)
                        ),
                    ));
                }
                *name
            }
            Some(other) => {
                return Err(self.error(
                    Code::AliasAs,
                    meta,
                    format!(
                        "invalid value for option :as, expected an alias, got: {}",
                        to_text(other)
                    ),
                ));
            }
        };
        if check && name == module && meta.int(known::COUNTER).is_none() {
            let aliases = Arc::make_mut(&mut self.env.aliases);
            aliases.retain(|(alias, _)| *alias != name);
            return Ok(());
        }
        let at = if check {
            self.warned_at(meta, options)
        } else {
            None
        };
        self.lexical.push(Lexical::Alias(name, at));
        let aliases = Arc::make_mut(&mut self.env.aliases);
        aliases.retain(|(alias, _)| *alias != name);
        if name != module {
            aliases.insert(0, (name, module));
        }
        if let Some(counter) = meta.int(known::COUNTER) {
            let aliases = Arc::make_mut(&mut self.env.macro_aliases);
            aliases.retain(|(alias, _)| *alias != name);
            aliases.insert(0, (name, (counter, module)));
        }
        Ok(())
    }

    /// Where an unused alias or import is warned of: not if `warn: false` says so, or if a macro made it.
    pub(super) fn warned_at(&self, meta: &Meta, options: &[(Symbol, Quoted)]) -> Option<At> {
        let warn = options.iter().find(|(key, _)| *key == known::WARN);
        let warned = match warn {
            Some((_, value)) => *value == Quoted::TRUE,
            None => !meta.has(known::CONTEXT),
        };
        warned.then(|| At {
            file: self.env.file.clone(),
            meta: meta.clone(),
        })
    }

    fn require(&mut self, meta: &Meta, module: Symbol) -> Expanded<()> {
        if Some(module) == self.env.module && self.env.function.is_none()
            || self.env.context_modules.contains(&module) && self.host.is_open(module)
        {
            return Err(self.error(Code::ModuleBeingDefined,
                meta,
                format!(
                    "you are trying to use/import/require the module {} which is currently being defined.\n\nThis may happen if you accidentally override the module you want to use. For example:\n\n    defmodule MyApp do\n      defmodule Supervisor do\n        use Supervisor\n      end\n    end\n\nIn the example above, the new Supervisor conflicts with Elixir's Supervisor. This may be fixed by using the fully qualified name in the definition:\n\n    defmodule MyApp.Supervisor do\n      use Supervisor\n    end\n",
                    show_module(module)
                ),
            ));
        }
        if self.host.exports(module).is_none() && self.env.context_modules.contains(&module) {
            return Err(self.error(
                Code::ModuleNotLoaded,
                meta,
                format!(
                    "module {} is not loaded but was defined. This happens when you depend on a module in the same context in which it is defined. For example:\n\n    defmodule MyApp do\n      defmodule Mod do\n      end\n\n      use Mod\n    end\n\nTry defining the module outside the context that uses it:\n\n    defmodule MyApp.Mod do\n    end\n\n    defmodule MyApp do\n      use MyApp.Mod\n    end\n\nIf the module is defined at the top-level and you are trying to use it at the top-level, this is not supported by Elixir",
                    show_module(module)
                ),
            ));
        }
        if self.host.exports(module).is_none() {
            return Err(self.error(
                Code::ModuleNotFound,
                meta,
                format!(
                    "module {} is not loaded and could not be found",
                    show_module(module)
                ),
            ));
        }
        self.env.add_require(module);
        Ok(())
    }
}

/// For `Foo.{Bar, Baz}`: what is before the dot, and the names.
fn multi(node: &Quoted) -> Option<(Quoted, Vec<Quoted>)> {
    let call = node.as_call()?;
    let (base, name) = call.remote()?;
    (name == known::TUPLE).then(|| (base.clone(), call.args.clone()))
}
