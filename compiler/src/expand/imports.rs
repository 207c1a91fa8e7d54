//! `import`: which names come from where.

use crate::diag::Code;
use std::sync::Arc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::env::Imports;
use super::error::show_module;
use super::{Expanded, Expander, Lexical, Names, Pair, to_text};

impl Expander<'_> {
    pub(super) fn import(
        &mut self,
        meta: &Meta,
        module: Symbol,
        options: &[(Symbol, Quoted)],
    ) -> Expanded<()> {
        let Some(exports) = self.host.exports(module) else {
            return Err(self.error(
                Code::ModuleNotFound,
                meta,
                format!(
                    "module {} is not loaded and could not be found",
                    show_module(module)
                ),
            ));
        };
        let find = |key| options.iter().find(|(k, _)| *k == key).map(|(_, value)| value);
        let visible = |names: &Names| -> Vec<Pair> {
            names
                .list
                .iter()
                .copied()
                .filter(|(name, _)| is_importable(name.as_str()))
                .collect()
        };
        let (functions, macros) = match (find(known::ONLY), find(known::EXCEPT)) {
            (Some(Quoted::Atom(only)), except) => {
                let (functions, macros) = match only.as_str() {
                    "functions" => (visible(&exports.functions), Vec::new()),
                    "macros" => (Vec::new(), visible(&exports.macros)),
                    "sigils" => (sigils(&exports.functions), sigils(&exports.macros)),
                    _ => return Err(self.bad_option(meta, "only", &Quoted::Atom(*only))),
                };
                match except {
                    None => (functions, macros),
                    Some(except) => {
                        let except = self.pairs(meta, "except", except)?;
                        (without(functions, &except), without(macros, &except))
                    }
                }
            }
            (Some(_), Some(_)) => {
                return Err(self.error(Code::ImportOnlyAndExcept,
                    meta,
                    ":only and :except can only be given together to import when :only is :functions, :macros, or :sigils",
                ));
            }
            (Some(only), None) => {
                let only = self.pairs(meta, "only", only)?;
                let mut functions = Vec::new();
                let mut macros = Vec::new();
                for pair in only {
                    if exports.macros.has(pair) {
                        macros.push(pair);
                    } else if exports.functions.has(pair) {
                        functions.push(pair);
                    } else {
                        self.warn(
                            Code::ImportUndefined,
                            meta,
                            format!(
                                "cannot import {}.{}/{} because it is undefined or private",
                                show_module(module),
                                pair.0,
                                pair.1
                            ),
                        );
                    }
                }
                (functions, macros)
            }
            (None, Some(except)) => {
                let except = self.pairs(meta, "except", except)?;
                // What was imported before, if anything, less these.
                let before = |imports: &Imports, all: Vec<Pair>| -> Vec<Pair> {
                    match imports.iter().find(|(from, _)| *from == module) {
                        Some((_, names)) => names.list.clone(),
                        None => all,
                    }
                };
                let imported = self
                    .env
                    .functions
                    .iter()
                    .chain(self.env.macros.iter())
                    .any(|(from, _)| *from == module);
                let (functions, macros) = if imported {
                    (
                        before(&self.env.functions, Vec::new()),
                        before(&self.env.macros, Vec::new()),
                    )
                } else {
                    (visible(&exports.functions), visible(&exports.macros))
                };
                (without(functions, &except), without(macros, &except))
            }
            (None, None) => (visible(&exports.functions), visible(&exports.macros)),
        };
        let only = match find(known::ONLY) {
            Some(Quoted::List(_)) => functions.iter().chain(&macros).copied().collect(),
            _ => Vec::new(),
        };
        let at = self.warned_at(meta, options);
        if !functions.is_empty() || !macros.is_empty() {
            self.lexical.push(Lexical::Import(module, only, at));
        }
        put(&mut self.env.functions, module, functions);
        put(&mut self.env.macros, module, macros);
        Ok(())
    }

    fn pairs(&self, meta: &Meta, key: &str, list: &Quoted) -> Expanded<Vec<Pair>> {
        let items = list.as_list().ok_or_else(|| self.bad_option(meta, key, list))?;
        let mut pairs = Vec::with_capacity(items.len());
        for item in items {
            match item.as_pair() {
                Some((Quoted::Atom(name), Quoted::Int(arity @ 0..=255))) => pairs.push((*name, *arity as u8)),
                _ => return Err(self.bad_option(meta, key, list)),
            }
        }
        Ok(pairs)
    }

    fn bad_option(&self, meta: &Meta, key: &str, value: &Quoted) -> super::Stop {
        if key == "only" {
            return self.error(Code::ImportOnly,
                meta,
                format!("invalid :only option for import, expected value to be an atom :functions, :macros, or a literal keyword list of function names with arity as values, got: {}", to_text(value)),
            );
        }
        self.error(Code::ImportOnly,
            meta,
            format!("invalid :{key} option for import, expected value to be a literal keyword list of function names with arity as values, got: {}", to_text(value)),
        )
    }

    /// Arity and module of all imports of a name, in ascending order.
    pub(super) fn imports_named(&mut self, name: Symbol) -> Vec<(u8, Symbol)> {
        let mut found: Vec<(u8, Symbol)> = Vec::new();
        for (module, names) in self.env.functions.iter().chain(self.env.macros.iter()) {
            for (_, arity) in names.of(name) {
                if !found.iter().any(|(other, _)| *other == arity) {
                    found.push((arity, *module));
                }
            }
        }
        for (arity, module) in &found {
            self.lexical.push(Lexical::ImportUsed(*module, (name, *arity)));
        }
        found.sort_by(|a, b| (a.0, a.1.as_str()).cmp(&(b.0, b.1.as_str())));
        found
    }

    pub(super) fn imported_from(&mut self, pair: Pair) -> Option<Symbol> {
        let module = self
            .env
            .functions_named(pair)
            .next()
            .or_else(|| self.env.macros_named(pair).next())?;
        self.lexical.push(Lexical::ImportUsed(module, pair));
        Some(module)
    }
}

impl Names {
    /// The entries of a name.
    pub fn of(&self, name: Symbol) -> impl Iterator<Item = Pair> + '_ {
        let start = self
            .list
            .partition_point(|(other, _)| other.as_str() < name.as_str());
        self.list[start..]
            .iter()
            .copied()
            .take_while(move |(other, _)| *other == name)
    }
}

/// Adds imports in front; none takes the module out.
pub fn put(imports: &mut Imports, module: Symbol, pairs: Vec<Pair>) {
    let imports = Arc::make_mut(imports);
    imports.retain(|(from, _)| *from != module);
    if !pairs.is_empty() {
        imports.insert(0, (module, Arc::new(Names::new(pairs))));
    }
}

fn without(pairs: Vec<Pair>, except: &[Pair]) -> Vec<Pair> {
    pairs.into_iter().filter(|pair| !except.contains(pair)).collect()
}

fn sigils(names: &Names) -> Vec<Pair> {
    names
        .list
        .iter()
        .copied()
        .filter(|(name, arity)| *arity == 2 && name.as_str().starts_with("sigil_"))
        .collect()
}

/// Whether a name is imported without being named.
fn is_importable(name: &str) -> bool {
    !name.starts_with('_') && name != "module_info"
}
