//! One type: from its quoted form to the form of Erlang's parse tree.

use cordial_syntax::quoted::known;
use cordial_syntax::{Call, Meta, Quoted, Symbol};

use super::super::data::Data;
use super::builtin::{Builtin, builtin};
use super::position;
use crate::diag::Code;
use crate::expand::error::show_module;
use crate::expand::{Env, Expanded, Host, Pair, Stop, concat, to_text};
use crate::sym;

const ELLIPSIS: &str = "... in typespecs is only allowed inside lists, as in [term(), ...], or inside functions, as in (... -> term())";
const RANGE: &str = "invalid range specification, expected both sides to be integers, with the left side lower than the right side";
const BINARY: &str = "invalid binary specification, expected <<_::size>>, <<_::_*unit>>, or <<_::size, _::_*unit>> \
                      with size being non-negative integers, and unit being an integer between 1 and 256";

/// The translation of one declaration.
pub(super) struct Translator<'t> {
    pub host: &'t mut dyn Host,
    pub env: &'t Env,
    pub module: Symbol,
    /// Every type that the module declares.
    pub types: &'t dyn Fn(Pair) -> bool,
    /// Type variables, and how often each was met.
    pub vars: Vec<(Symbol, u32)>,
    /// Local types that were named.
    pub used: Vec<Pair>,
    /// Where errors are told.
    pub line: u32,
}

fn form(tag: &str, place: Data, rest: impl IntoIterator<Item = Data>) -> Data {
    let mut items = vec![Data::atom(tag), place];
    items.extend(rest);
    Data::Tuple(items)
}

/// `{:type, place, name, args}`
pub(super) fn type_form(place: Data, name: Symbol, args: Vec<Data>) -> Data {
    form("type", place, [Data::Atom(name), Data::List(args)])
}

/// `{:var, place, name}`
pub(super) fn var_form(place: Data, name: Symbol) -> Data {
    form("var", place, [Data::Atom(name)])
}

fn atom_form(name: Symbol) -> Data {
    form("atom", Data::Int(0), [Data::Atom(name)])
}

fn union(place: Data, mut members: Vec<Data>) -> Data {
    match members.len() {
        1 => members.remove(0),
        _ => type_form(place, sym!("union"), members),
    }
}

impl Translator<'_> {
    pub fn error(&self, message: impl Into<String>) -> Stop {
        self.error_of(Code::TypeInvalid, message)
    }

    fn error_of(&self, code: Code, message: impl Into<String>) -> Stop {
        Stop::Typespec {
            code,
            file: self.env.file.clone(),
            line: self.line,
            description: message.into(),
        }
    }

    fn unexpected(&self, node: &Quoted) -> Stop {
        self.error(format!("unexpected expression in typespec: {}", to_text(node)))
    }

    fn all(&mut self, nodes: &[Quoted]) -> Expanded<Vec<Data>> {
        nodes.iter().map(|node| self.one(node)).collect()
    }

    /// Any type.
    pub fn one(&mut self, node: &Quoted) -> Expanded<Data> {
        match node {
            Quoted::Atom(name) => Ok(atom_form(*name)),
            Quoted::Int(number) => Ok(form("integer", Data::Int(0), [Data::Int(*number)])),
            Quoted::Pair(pair) => {
                let items = vec![self.one(&pair.0)?, self.one(&pair.1)?];
                Ok(type_form(Data::Int(0), sym!("tuple"), items))
            }
            Quoted::List(items) => cordial_syntax::quoted::deeper(|| self.list(node, items)),
            Quoted::Var(var) => self.variable(var.name, &var.meta, node),
            Quoted::Call(call) => cordial_syntax::quoted::deeper(|| self.call(node, call)),
            Quoted::Float(_) | Quoted::Bin(_) | Quoted::Big(_) | Quoted::Opaque(_) => {
                Err(self.unexpected(node))
            }
        }
    }

    fn list(&mut self, node: &Quoted, items: &[Quoted]) -> Expanded<Data> {
        let zero = || Data::Int(0);
        let is_ellipsis = |node: &Quoted| match node {
            Quoted::Call(call) => call.is(known::ELLIPSIS, 0),
            Quoted::Var(var) => var.name == known::ELLIPSIS,
            _ => false,
        };
        match items {
            [] => Ok(form(
                "type",
                zero(),
                [Data::Atom(known::NIL), Data::List(Vec::new())],
            )),
            [Quoted::Call(arrow)] if arrow.is(known::ARROW, 2) => self.function(arrow),
            [only] if is_ellipsis(only) => Ok(type_form(zero(), sym!("nonempty_list"), Vec::new())),
            [item, last] if is_ellipsis(last) => {
                let item = self.one(item)?;
                Ok(type_form(zero(), sym!("nonempty_list"), vec![item]))
            }
            _ if items.len() > 1 && !node.is_keyword() => {
                Err(self.error(format!("unexpected list in typespec: {}", to_text(node))))
            }
            _ => {
                let members = self.all(items)?;
                let member = union(zero(), members);
                Ok(type_form(zero(), sym!("list"), vec![member]))
            }
        }
    }

    /// `(a, b -> c)`
    fn function(&mut self, arrow: &Call) -> Expanded<Data> {
        let place = || position(&arrow.meta);
        let args = arrow.args[0].as_list().unwrap_or_default();
        let any = match args {
            [Quoted::Call(call)] => call.is(known::ELLIPSIS, 0),
            [Quoted::Var(var)] => var.name == known::ELLIPSIS,
            _ => false,
        };
        let params = if any {
            form("type", place(), [Data::atom("any")])
        } else {
            let args = self.all(args)?;
            type_form(place(), sym!("product"), args)
        };
        let result = self.one(&arrow.args[1])?;
        Ok(type_form(place(), sym!("fun"), vec![params, result]))
    }

    fn variable(&mut self, name: Symbol, meta: &Meta, node: &Quoted) -> Expanded<Data> {
        if let Some((_, count)) = self.vars.iter_mut().find(|(var, _)| *var == name) {
            *count += 1;
            return Ok(var_form(position(meta), name));
        }
        match name {
            known::MODULE => Ok(atom_form(self.module)),
            known::ELLIPSIS => Err(self.error(ELLIPSIS)),
            _ => self.named(name, meta, &[], node),
        }
    }

    /// A type without a module before it.
    fn named(&mut self, name: Symbol, meta: &Meta, args: &[Quoted], node: &Quoted) -> Expanded<Data> {
        let Ok(arity) = u8::try_from(args.len()) else {
            return Err(self.unexpected(node));
        };
        let pair = (name, arity);
        if let Some(kind) = builtin(pair)
            && !(self.types)(pair)
        {
            let args = self.all(args)?;
            return Ok(match kind {
                Builtin::Erlang => type_form(position(meta), name, args),
                Builtin::Any => form("type", position(meta), [Data::Atom(name), Data::atom("any")]),
                Builtin::Elixir => {
                    let path = vec![atom_form(sym!("elixir")), atom_form(name), Data::List(args)];
                    form("remote_type", Data::Int(0), [Data::List(path)])
                }
            });
        }
        if !(self.types)(pair) {
            return Err(self.error_of(
                Code::TypeUndefined,
                format!(
                    "type {name}/{arity} undefined (no such type in {})",
                    show_module(self.module)
                ),
            ));
        }
        self.used.push(pair);
        let args = self.all(args)?;
        Ok(form(
            "user_type",
            position(meta),
            [Data::Atom(name), Data::List(args)],
        ))
    }

    fn call(&mut self, node: &Quoted, call: &Call) -> Expanded<Data> {
        if let Some((target, name)) = call.remote() {
            let dot = call.head.meta().cloned().unwrap_or_default();
            return self.remote(node, &dot, target, name, &call.args);
        }
        let Some(name) = call.name() else {
            return Err(self.unexpected(node));
        };
        let meta = &call.meta;
        let place = || position(meta);
        match (name, call.args.as_slice()) {
            (known::ALIASES, _) => self.module_name(node).map(atom_form),
            (known::MODULE, []) => Ok(atom_form(self.module)),
            (known::TUPLE, items) => {
                let items = self.all(items)?;
                Ok(type_form(place(), sym!("tuple"), items))
            }
            (known::PIPE, [first, second]) => {
                let mut members = vec![self.one(first)?];
                let mut rest = second;
                // `a | (b | c)` and `a | b | c` are the same; a union on the left stays one of its own.
                while let Some(more) = rest.call_of(known::PIPE, 2) {
                    members.push(self.one(&more.args[0])?);
                    rest = &more.args[1];
                }
                members.push(self.one(rest)?);
                Ok(type_form(place(), sym!("union"), members))
            }
            (known::TYPE, [name, of]) => match name {
                Quoted::Var(var) => {
                    let name = var_form(position(&var.meta), var.name);
                    let of = self.one(of)?;
                    Ok(form("ann_type", place(), [Data::List(vec![name, of])]))
                }
                _ => Err(self.error(format!(
                    "invalid type annotation. The left side of :: must be a variable, got: {}",
                    to_text(name)
                ))),
            },
            (known::MINUS | known::PLUS, [Quoted::Int(number)]) => {
                let number = form("integer", place(), [Data::Int(*number)]);
                Ok(form("op", place(), [Data::Atom(name), number]))
            }
            (known::DOTDOT, [first, last]) => {
                let ends = vec![self.one(first)?, self.one(last)?];
                let bound = |node: &Quoted| match node {
                    Quoted::Int(number) => Some(*number),
                    Quoted::Call(minus) if minus.is(known::MINUS, 1) => match minus.args[0] {
                        Quoted::Int(number) => Some(-number),
                        _ => None,
                    },
                    _ => None,
                };
                if !matches!((bound(first), bound(last)), (Some(first), Some(last)) if first < last) {
                    return Err(self.error(RANGE));
                }
                Ok(type_form(place(), sym!("range"), ends))
            }
            (known::BITS, segments) => self.bits(place(), segments),
            (known::MAP, fields) => self.map(meta, fields, node),
            (known::PERCENT, [name, Quoted::Call(fields)]) if fields.name() == Some(known::MAP) => {
                self.structure(node, name, fields)
            }
            (known::AT, [attribute]) => self.attribute(node, attribute),
            (known::ELLIPSIS, []) => Err(self.error(ELLIPSIS)),
            (known::UNQUOTE, _) => Err(self.unexpected(node)),
            (name, [tag, fields @ ..])
                if name.as_str() == "record"
                    && fields.len() <= 1
                    && !(self.types)((name, call.args.len() as u8)) =>
            {
                self.record(place(), tag, fields.first())
            }
            (known::FN, [Quoted::Call(arrow)]) if arrow.is(known::ARROW, 2) => {
                self.named(known::ARROW, &arrow.meta, &arrow.args, node)
            }
            (known::CAPTURE, [Quoted::Call(slash)]) if slash.is(known::DIVIDE, 2) => self.one(&slash.args[0]),
            (name, args) => self.named(name, meta, args, node),
        }
    }

    fn module_name(&mut self, node: &Quoted) -> Expanded<Symbol> {
        match node {
            Quoted::Atom(name) => Ok(*name),
            Quoted::Var(var) if var.name == known::MODULE => Ok(self.module),
            Quoted::Call(call) if call.is(known::MODULE, 0) => Ok(self.module),
            Quoted::Call(call) if call.name() == Some(known::ALIASES) => {
                let mut parts = Vec::with_capacity(call.args.len());
                for part in &call.args {
                    parts.push(match part {
                        Quoted::Atom(name) => *name,
                        other => self.module_name(other)?,
                    });
                }
                let found = self.env.look_up(&call.meta, &parts);
                Ok(found.unwrap_or_else(|| concat(&parts)))
            }
            Quoted::Call(call) if call.is(known::AT, 1) => match self.attribute_value(&call.args[0]) {
                Some(Quoted::Atom(name)) => Ok(name),
                _ => Err(self.error(format!("invalid remote in typespec: {}", to_text(node)))),
            },
            _ => Err(self.error(format!("invalid remote in typespec: {}", to_text(node)))),
        }
    }

    fn remote(
        &mut self,
        node: &Quoted,
        dot: &Meta,
        target: &Quoted,
        name: Symbol,
        args: &[Quoted],
    ) -> Expanded<Data> {
        let Ok(module) = self.module_name(target) else {
            return Err(self.error(format!(
                "invalid remote in typespec: {}",
                to_text(node).trim_end_matches("()")
            )));
        };
        if module == self.module {
            return match (self.types)((name, args.len() as u8)) {
                true => self.named(name, dot, args, node),
                false => Err(self.error_of(
                    Code::TypeUndefined,
                    format!(
                        "type {name}/{} undefined (no such type in {})",
                        args.len(),
                        show_module(module)
                    ),
                )),
            };
        }
        let args = self.all(args)?;
        let path = vec![atom_form(module), atom_form(name), Data::List(args)];
        Ok(form("remote_type", position(dot), [Data::List(path)]))
    }

    fn attribute_value(&mut self, attribute: &Quoted) -> Option<Quoted> {
        let name = match attribute {
            Quoted::Var(var) => var.name,
            Quoted::Call(call) if call.args.is_empty() => call.name()?,
            _ => return None,
        };
        match self.host.attribute(self.module, name) {
            crate::expand::AttributeRead::Value(value) => Some(value),
            crate::expand::AttributeRead::Unset => None,
        }
    }

    fn attribute(&mut self, node: &Quoted, attribute: &Quoted) -> Expanded<Data> {
        // No value is read: `@` is looked at as any other name, and so is what follows it.
        self.one(attribute)?;
        Err(self.unexpected(node))
    }

    /// `<<>>`, `<<_::8>>`, `<<_::_*8>>`, `<<_::8, _::_*8>>`
    fn bits(&mut self, place: Data, segments: &[Quoted]) -> Expanded<Data> {
        let blank = |node: &Quoted| matches!(node, Quoted::Var(var) if var.name == known::UNDERSCORE);
        let integer = |place: Data, number: i64| form("integer", place, [Data::Int(number)]);
        let (mut size, mut unit) = (None, None);
        for segment in segments {
            let Some(call) = segment
                .call_of(known::TYPE, 2)
                .filter(|call| blank(&call.args[0]))
            else {
                return Err(self.error(BINARY));
            };
            match &call.args[1] {
                Quoted::Int(number) if *number >= 0 && size.is_none() && unit.is_none() => {
                    size = Some(integer(position(&call.meta), *number));
                }
                Quoted::Call(times)
                    if times.is(known::TIMES, 2) && blank(&times.args[0]) && unit.is_none() =>
                {
                    let Quoted::Int(number @ 1..=256) = times.args[1] else {
                        return Err(self.error(BINARY));
                    };
                    unit = Some(integer(position(&call.meta), number));
                }
                _ => return Err(self.error(BINARY)),
            }
        }
        let none = || integer(place.clone(), 0);
        let parts = vec![size.unwrap_or_else(none), unit.unwrap_or_else(none)];
        Ok(type_form(place.clone(), known::BINARY, parts))
    }

    fn map(&mut self, meta: &Meta, fields: &[Quoted], node: &Quoted) -> Expanded<Data> {
        let mut forms = Vec::with_capacity(fields.len());
        for field in fields {
            let Some((key, value)) = field.as_pair() else {
                return Err(self.error(match field.call_of(known::PIPE, 2) {
                    Some(_) => format!(
                        "invalid map specification. When using the | operator in the map key, make sure to wrap the key type in parentheses: {}",
                        to_text(node)
                    ),
                    None => format!("invalid map specification: {}", to_text(node)),
                }));
            };
            let wrapped = |name: &str| key.as_call().filter(|call| call.is(Symbol::new(name), 1));
            let (tag, place, key) = match (wrapped("required"), wrapped("optional")) {
                (Some(call), _) => ("map_field_exact", &call.meta, &call.args[0]),
                (_, Some(call)) => ("map_field_assoc", &call.meta, &call.args[0]),
                _ => ("map_field_exact", meta, key),
            };
            let pair = vec![self.one(key)?, self.one(value)?];
            forms.push(type_form(position(place), Symbol::new(tag), pair));
        }
        Ok(type_form(position(meta), sym!("map"), forms))
    }

    fn structure(&mut self, node: &Quoted, name: &Quoted, fields: &Call) -> Expanded<Data> {
        let Ok(module) = self.module_name(name) else {
            return Err(self.unexpected(node));
        };
        // A module's own struct is known once its body has run.
        let mut env = self.env.clone();
        env.function = Some((known::INFO, 1));
        let Some(info) = self.host.struct_info(module, &env)? else {
            return Err(Stop::argument(
                Code::StructUndefined,
                format!(
                    "{0}.__struct__/1 is undefined, cannot expand struct {0}. Make sure the struct name is correct. If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code",
                    show_module(module)
                ),
            ));
        };
        let place = || position(&fields.meta);
        let field =
            |key: Symbol, of: Data| type_form(place(), sym!("map_field_exact"), vec![atom_form(key), of]);
        for given in &fields.args {
            let key = given.as_pair().and_then(|(key, _)| key.as_atom());
            if !key.is_some_and(|key| info.fields.iter().any(|(name, _)| *name == key)) {
                let shown = given
                    .as_pair()
                    .map_or_else(|| to_text(given), |(key, _)| to_text(key));
                return Err(self.error(format!(
                    "undefined field {shown} on struct {}",
                    show_module(module)
                )));
            }
        }
        let mut forms = vec![field(known::STRUCT, atom_form(module))];
        for (key, _) in &info.fields {
            let given = fields
                .args
                .iter()
                .filter_map(Quoted::as_pair)
                .find(|(name, _)| name.as_atom() == Some(*key));
            let of = match given {
                Some((_, of)) => self.one(of)?,
                None => type_form(Data::Int(0), sym!("term"), Vec::new()),
            };
            forms.push(field(*key, of));
        }
        Ok(type_form(place(), sym!("map"), forms))
    }

    /// `record(:name, field: type)`
    fn record(&mut self, place: Data, tag: &Quoted, fields: Option<&Quoted>) -> Expanded<Data> {
        let Some(name) = tag.as_atom() else {
            return Err(self.error(format!(
                "unexpected expression in typespec: record({})",
                to_text(tag)
            )));
        };
        let Some((tag, known_fields)) = self.record_of(name) else {
            return Err(self.error(format!("unknown record {}", to_text(tag))));
        };
        let given = fields.and_then(Quoted::as_list).unwrap_or_default();
        for item in given {
            let key = item.as_pair().and_then(|(key, _)| key.as_atom());
            if !key.is_some_and(|key| known_fields.contains(&key)) {
                let shown = item
                    .as_pair()
                    .map_or_else(|| to_text(item), |(key, _)| to_text(key));
                return Err(self.error(format!(
                    "undefined field {shown} on record {}",
                    to_text(&Quoted::Atom(name))
                )));
            }
        }
        let mut items = vec![atom_form(tag)];
        for key in known_fields {
            let of = match given
                .iter()
                .filter_map(Quoted::as_pair)
                .find(|(name, _)| name.as_atom() == Some(key))
            {
                Some((_, of)) => self.one(of)?,
                None => type_form(Data::Int(0), sym!("term"), Vec::new()),
            };
            let name = var_form(Data::Int(0), key);
            items.push(form("ann_type", Data::Int(0), [Data::List(vec![name, of])]));
        }
        Ok(type_form(place, sym!("tuple"), items))
    }

    /// Tag and fields of a record that the module defines: `@__records__ [{name, tag, fields}]`.
    fn record_of(&mut self, name: Symbol) -> Option<(Symbol, Vec<Symbol>)> {
        let crate::expand::AttributeRead::Value(records) =
            self.host.attribute(self.module, sym!("__records__"))
        else {
            return None;
        };
        let record = records.as_list()?.iter().find_map(|record| {
            let record = record.call_of(known::TUPLE, 3)?;
            (record.args[0].as_atom() == Some(name)).then_some(record)
        })?;
        let keys = record.args[2]
            .as_list()?
            .iter()
            .filter_map(Quoted::as_atom)
            .collect();
        Some((record.args[1].as_atom()?, keys))
    }
}
