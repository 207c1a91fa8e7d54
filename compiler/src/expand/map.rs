//! Maps and structs.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::quoted::names::inspect_atom;
use cordial_syntax::{Meta, Quoted, Symbol};

use rustc_hash::FxHashSet;

use super::error::show_module;
use super::{Context, Expanded, Expander, Stop, StructInfo, to_text};

impl Expander<'_> {
    pub(super) fn map(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        if let [Quoted::Call(update)] = args.as_slice()
            && update.is(known::PIPE, 2)
        {
            if self.env.context != Context::None {
                let node = Quoted::call(known::MAP, meta.clone(), args.clone());
                return Err(self.error(
                    Code::MapUpdateInMatch,
                    &meta,
                    format!(
                        "cannot use map/struct update syntax in match, got: {}",
                        to_text(&node)
                    ),
                ));
            }
            let (map, pairs) = (update.args[0].clone(), update.args[1].clone());
            let update_meta = update.meta.clone();
            let Quoted::List(pairs) = pairs else {
                return Err(self.not_pair(&meta, &pairs));
            };
            let mut flat = vec![map];
            flatten(self, &meta, pairs, &mut flat)?;
            let mut flat = self.args(flat)?;
            let map = flat.remove(0);
            let update = Quoted::call(known::PIPE, update_meta, vec![map, Quoted::List(pair_up(flat))]);
            return Ok(Quoted::call(known::MAP, meta, vec![update]));
        }
        let pairs = self.pairs_of(&meta, args)?;
        self.check_overridden(&meta, &pairs)?;
        Ok(Quoted::call(known::MAP, meta, pairs))
    }

    /// A key that is given twice counts once.
    fn check_overridden(&mut self, meta: &Meta, pairs: &[Quoted]) -> Expanded<()> {
        let keys: Vec<&Quoted> = pairs.iter().filter_map(|pair| Some(pair.as_pair()?.0)).collect();
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut told: Vec<String> = Vec::new();
        for key in keys.into_iter().filter(|key| is_literal(key)) {
            let shown = to_text(key);
            if !seen.insert(shown.clone()) && !told.contains(&shown) {
                told.push(shown);
            }
        }
        for shown in told {
            let message = format!("key {shown} will be overridden in map");
            if self.env.in_match() {
                return Err(self.error(Code::MapKeyTwice, meta, message).of_file());
            }
            self.warn_of_file(Code::MapKeyTwice, meta, message);
        }
        Ok(())
    }

    fn pairs_of(&mut self, meta: &Meta, args: Vec<Quoted>) -> Expanded<Vec<Quoted>> {
        let mut flat = Vec::with_capacity(args.len() * 2);
        flatten(self, meta, args, &mut flat)?;
        let flat = self.args(flat)?;
        if self.env.in_match() {
            for key in flat.iter().step_by(2) {
                if let Quoted::Var(var) = key {
                    return Err(self.error(Code::MapVariableKey,
                        meta,
                        format!(
                            "cannot use variable {} as map key inside a pattern. Map keys in patterns can only be literals (such as atoms, strings, tuples, and the like) or an existing variable matched with the pin operator (such as ^some_var)",
                            var.name
                        ),
                    ));
                }
            }
        }
        Ok(pair_up(flat))
    }

    fn not_pair(&self, meta: &Meta, node: &Quoted) -> Stop {
        self.error(
            Code::MapPairs,
            meta,
            format!("expected key-value pairs in a map, got: {}", to_text(node)),
        )
    }

    /// `%Name{…}`.
    pub(super) fn structure(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        let body = args.pop().unwrap_or(Quoted::NIL);
        let name = args.pop().unwrap_or(Quoted::NIL);
        let map = match body {
            Quoted::Call(map) if map.name() == Some(known::MAP) => map,
            other => return Err(self.not_map(&meta, &other)),
        };
        let (_, map_meta, args) = map.into_parts();
        let original = name.clone();
        let name = match name {
            Quoted::Var(var) if self.env.in_match() => self.expand(Quoted::Var(var))?,
            name => self.expand(name)?,
        };
        match name {
            Quoted::Atom(module) => self.named_struct(meta, module, map_meta, args),
            name if self.env.in_match() && is_struct_pattern(&name) => {
                let mut pairs = vec![Quoted::pair(known::STRUCT, name)];
                pairs.extend(self.pairs_of(&meta, args)?);
                Ok(Quoted::call(known::MAP, meta, pairs))
            }
            _ if self.env.in_match() => Err(self.error(
                Code::StructName,
                &meta,
                format!(
                    "expected struct name in a match to be a compile time atom, alias or a variable, got: {}",
                    to_text(&original)
                ),
            )),
            _ => Err(self.error(
                Code::StructName,
                &meta,
                format!(
                    "expected struct name to be a compile time atom or alias, got: {}",
                    to_text(&original)
                ),
            )),
        }
    }

    fn not_map(&self, meta: &Meta, body: &Quoted) -> Stop {
        self.error(
            Code::StructBody,
            meta,
            format!("expected struct to be followed by a map, got: {}", to_text(body)),
        )
    }

    fn named_struct(
        &mut self,
        meta: Meta,
        module: Symbol,
        map_meta: Meta,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let env = self.caller_env(&meta);
        let Some(info) = self.host.struct_info(module, &env)? else {
            return Err(self.no_struct(&meta, module));
        };
        if let [Quoted::Call(update)] = args.as_slice()
            && update.is(known::PIPE, 2)
        {
            if self.env.in_match() {
                let node = Quoted::call(known::MAP, meta.clone(), args.clone());
                return Err(self.error(
                    Code::MapUpdateInMatch,
                    &map_meta,
                    format!(
                        "cannot use map/struct update syntax in match, got: {}",
                        to_text(&node)
                    ),
                ));
            }
            let expanded = self.map(map_meta, args)?;
            return self.struct_update(&meta, module, &info, expanded);
        }
        let given = self.pairs_of(&meta, args)?;
        self.check_overridden(&map_meta, &given)?;
        self.check_keys(&meta, module, &info, &given)?;
        let mut pairs = vec![Quoted::pair(known::STRUCT, module)];
        if !self.env.in_match() {
            let missing: Vec<Symbol> = info
                .enforced
                .iter()
                .copied()
                .filter(|key| !has_key(&given, *key))
                .collect();
            if !missing.is_empty() {
                let keys: Vec<String> = missing.iter().map(|key| inspect_atom(key.as_str())).collect();
                let stop = Stop::argument(
                    Code::StructMissingKeys,
                    format!(
                        "the following keys must also be given when building struct {}: [{}]",
                        show_module(module),
                        keys.join(", ")
                    ),
                );
                return Err(self.within_struct(&meta, module, stop));
            }
            for (key, default) in &info.fields {
                if !has_key(&given, *key) {
                    pairs.push(Quoted::pair(*key, default.clone()));
                }
            }
        }
        pairs.extend(given);
        Ok(Quoted::call(known::MAP, meta, pairs))
    }

    fn no_struct(&self, meta: &Meta, module: Symbol) -> Stop {
        let name = show_module(module);
        let here = self.env.context_modules.contains(&module);
        if here && (self.env.function.is_none() || Some(module) != self.env.module) {
            return self.error(
                Code::StructNotYet,
                meta,
                format!(
                    "cannot access struct {name}, the struct was not yet defined or the struct is being accessed in the same \
                     context that defines it"
                ),
            );
        }
        self.error(Code::StructUndefined,
            meta,
            format!(
                "{name}.__struct__/1 is undefined, cannot expand struct {name}. Make sure the struct name is correct. If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code"
            ),
        )
    }

    /// Keys that are given must be the struct's; a struct that is built says so itself.
    fn check_keys(&self, meta: &Meta, module: Symbol, info: &StructInfo, given: &[Quoted]) -> Expanded<()> {
        let Some(key) = unknown_key(info, given) else {
            return Ok(());
        };
        match key.as_atom() {
            Some(name) if !self.env.in_match() => {
                let stop = Stop::Exception {
                    code: Code::StructKeyNotFound,
                    module: "Elixir.KeyError",
                    message: format!("key {} not found", inspect_atom(name.as_str())),
                };
                Err(self.within_struct(meta, module, stop))
            }
            _ => Err(self.no_such_key(meta, module, key)),
        }
    }

    fn no_such_key(&self, meta: &Meta, module: Symbol, key: &Quoted) -> Stop {
        self.error(
            Code::StructUnknownKey,
            meta,
            format!("unknown key {} for struct {}", to_text(key), show_module(module)),
        )
    }

    fn within_struct(&self, meta: &Meta, module: Symbol, stop: Stop) -> Stop {
        self.within("expanding struct", module, (known::STRUCT, 1), meta, stop)
    }

    /// `%Name{value | …}`: the value must be such a struct.
    fn struct_update(
        &mut self,
        meta: &Meta,
        module: Symbol,
        info: &StructInfo,
        map: Quoted,
    ) -> Expanded<Quoted> {
        let Quoted::Call(map) = map else { return Ok(map) };
        let (_, map_meta, mut args) = map.into_parts();
        let Some(Quoted::Call(update)) = args.pop() else {
            return Ok(Quoted::NIL);
        };
        let (_, update_meta, mut ends) = update.into_parts();
        let pairs = ends.pop().unwrap_or(Quoted::NIL);
        let value = ends.pop().unwrap_or(Quoted::NIL);
        if let Some(key) = pairs.as_list().and_then(|given| unknown_key(info, given)) {
            return Err(self.no_such_key(meta, module, key));
        }
        let (it, _) = self.fresh_variable("struct", meta);
        let (other, _) = self.fresh_variable("other", meta);
        let meta = super::variable::meta_at(meta).with(known::GENERATED, Quoted::TRUE);
        let pattern = Quoted::call(
            known::MAP,
            meta.clone(),
            vec![Quoted::pair(known::STRUCT, module)],
        );
        let pattern = Quoted::call(known::MATCH, meta.clone(), vec![pattern, it.clone()]);
        let updated = Quoted::call(
            known::MAP,
            map_meta,
            vec![Quoted::call(known::PIPE, update_meta, vec![it, pairs])],
        );
        let reason = Quoted::call(
            known::TUPLE,
            meta.clone(),
            vec![Quoted::atom("badstruct"), Quoted::Atom(module), other.clone()],
        );
        let error = Quoted::remote(
            Quoted::Atom(known::ERLANG),
            known::ERROR,
            meta.clone(),
            vec![reason],
        );
        let arrow = |left: Quoted, right: Quoted| {
            Quoted::call(known::ARROW, meta.clone(), vec![Quoted::List(vec![left]), right])
        };
        let clauses = Quoted::List(vec![arrow(pattern, updated), arrow(other, error)]);
        let blocks = Quoted::keyword([(known::DO, clauses)]);
        Ok(Quoted::call(known::CASE, meta.clone(), vec![value, blocks]))
    }
}

/// The first key given that is none of the struct's.
fn unknown_key<'k>(info: &StructInfo, given: &'k [Quoted]) -> Option<&'k Quoted> {
    given
        .iter()
        .filter_map(|pair| Some(pair.as_pair()?.0))
        .find(|key| match key.as_atom() {
            Some(name) => name != known::STRUCT && !info.fields.iter().any(|(field, _)| *field == name),
            None => true,
        })
}

/// A key that is known at compile time.
fn is_literal(node: &Quoted) -> bool {
    match node {
        Quoted::Atom(_) | Quoted::Int(_) | Quoted::Big(_) | Quoted::Float(_) | Quoted::Bin(_) => true,
        Quoted::List(items) => items.iter().all(is_literal),
        Quoted::Pair(pair) => is_literal(&pair.0) && is_literal(&pair.1),
        Quoted::Call(call) => call.name() == Some(known::TUPLE) && call.args.iter().all(is_literal),
        Quoted::Var(_) | Quoted::Opaque(_) => false,
    }
}

fn is_struct_pattern(name: &Quoted) -> bool {
    match name {
        Quoted::Var(_) => true,
        Quoted::Call(call) => call.is(known::PIN, 1) || call.is(known::MATCH, 2),
        _ => false,
    }
}

fn has_key(pairs: &[Quoted], key: Symbol) -> bool {
    pairs
        .iter()
        .any(|pair| pair.as_pair().is_some_and(|(k, _)| k.as_atom() == Some(key)))
}

fn flatten(expander: &Expander<'_>, meta: &Meta, pairs: Vec<Quoted>, flat: &mut Vec<Quoted>) -> Expanded<()> {
    for pair in pairs {
        let Quoted::Pair(pair) = pair else {
            return Err(expander.not_pair(meta, &pair));
        };
        flat.push(pair.0);
        flat.push(pair.1);
    }
    Ok(())
}

fn pair_up(flat: Vec<Quoted>) -> Vec<Quoted> {
    let mut pairs = Vec::with_capacity(flat.len() / 2);
    let mut flat = flat.into_iter();
    while let (Some(key), Some(value)) = (flat.next(), flat.next()) {
        pairs.push(Quoted::pair(key, value));
    }
    pairs
}
