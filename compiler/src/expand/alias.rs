//! Aliases: what `Foo.Bar` stands for.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::{Env, Expanded, Expander, Lexical, to_text};

/// `Elixir.` and the parts.
pub fn concat(parts: &[Symbol]) -> Symbol {
    let mut text = String::from("Elixir");
    for part in parts {
        let part = part.as_str();
        let part = part.strip_prefix("Elixir.").unwrap_or(part);
        if part.is_empty() || part == "Elixir" || part == "nil" {
            continue;
        }
        text.push('.');
        text.push_str(part);
    }
    Symbol::new(&text)
}

impl Env {
    /// The module that parts of an alias stand for, if some alias applies to the first.
    pub fn look_up(&self, meta: &Meta, parts: &[Symbol]) -> Option<Symbol> {
        let (first, rest) = parts.split_first()?;
        if *first == known::ELIXIR {
            return None;
        }
        let name = concat(&[*first]);
        let with_rest = |module: Symbol| {
            if rest.is_empty() {
                return module;
            }
            let mut text = String::from(module.as_str());
            for part in rest {
                text.push('.');
                text.push_str(part.as_str().strip_prefix("Elixir.").unwrap_or(part.as_str()));
            }
            Symbol::new(&text)
        };
        if let Some(counter) = meta.int(known::COUNTER) {
            let found = self
                .macro_aliases
                .iter()
                .find(|(alias, (by, _))| *alias == name && *by == counter)
                .map(|(_, (_, module))| *module);
            if let Some(module) = found {
                return Some(with_rest(module));
            }
        }
        match meta.get_ref(known::ALIAS) {
            Some(Quoted::Atom(known::FALSE)) => return None,
            Some(Quoted::Atom(module)) => return Some(with_rest_of_alias(*module, parts)),
            _ => {}
        }
        let found = self
            .aliases
            .iter()
            .find(|(alias, _)| *alias == name)
            .map(|(_, module)| *module);
        found.map(with_rest)
    }
}

/// An annotation names the whole module.
fn with_rest_of_alias(module: Symbol, _parts: &[Symbol]) -> Symbol {
    module
}

impl Expander<'_> {
    /// As `Env::look_up`; an alias that applies is used.
    fn look_up(&mut self, meta: &Meta, parts: &[Symbol]) -> Option<Symbol> {
        let module = self.env.look_up(meta, parts)?;
        self.lexical.push(Lexical::AliasUsed(concat(&parts[..1])));
        Some(module)
    }

    pub(super) fn aliases(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let atoms: Option<Vec<Symbol>> = args.iter().map(Quoted::as_atom).collect();
        if let Some(parts) = atoms {
            return Ok(Quoted::Atom(match self.look_up(&meta, &parts) {
                Some(module) => module,
                None => concat(&parts),
            }));
        }
        let original = Quoted::call(known::ALIASES, meta.clone(), args.clone());
        let mut args = args.into_iter();
        let first = args.next().unwrap_or(Quoted::NIL);
        let first = match first {
            Quoted::Atom(atom) => {
                Quoted::Atom(self.look_up(&meta, &[atom]).unwrap_or_else(|| concat(&[atom])))
            }
            other => self.expand(other)?,
        };
        let mut parts = vec![first];
        for arg in args {
            parts.push(match arg {
                Quoted::Atom(_) => arg,
                other => self.expand(other)?,
            });
        }
        let atoms: Option<Vec<Symbol>> = parts.iter().map(Quoted::as_atom).collect();
        if let Some(parts) = atoms {
            return Ok(Quoted::Atom(concat(&parts)));
        }
        Err(self.error(
            Code::AliasNotAtom,
            &meta,
            format!(
                "invalid alias: \"{}\". If you wanted to define an alias, an alias must expand to an atom at compile time \
                 but it did not, you may use Module.concat/2 to build it at runtime. If instead you wanted to invoke a \
                 function or access a field, wrap the function or field name in double quotes",
                to_text(&original)
            ),
        ))
    }

    /// The `alias:` that quoted code carries.
    pub(super) fn alias_annotation(&mut self, meta: &Meta, args: &[Quoted]) -> Quoted {
        let atoms: Option<Vec<Symbol>> = args.iter().map(Quoted::as_atom).collect();
        match atoms.and_then(|parts| self.look_up(meta, &parts)) {
            Some(module) => Quoted::Atom(module),
            None => Quoted::FALSE,
        }
    }
}
