//! Types, as far as patterns and literals tell them, and their source text.

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use crate::expand::to_text;

/// What is known of a value.
#[derive(Clone, PartialEq)]
pub enum Kind {
    Integer,
    Float,
    Binary,
    Atom(Symbol),
    EmptyList,
    /// Not empty, all of one type.
    List(Box<Kind>),
    Tuple(Vec<Kind>),
    /// Any term: an argument of the function.
    Term,
    /// Fields in the order of their names, and no others.
    Map(Vec<(Symbol, Kind)>),
    /// From a pattern `%Name{…}`.
    Struct(Symbol),
    /// The same with all its fields.
    Fields(Symbol, Vec<Symbol>),
}

impl Kind {
    /// The type of a literal; `of_variable` knows those of variables in it.
    pub fn of(node: &Quoted, of_variable: &dyn Fn(&Quoted) -> Option<Kind>) -> Option<Kind> {
        let of = |node: &Quoted| Kind::of(node, of_variable);
        Some(match node {
            Quoted::Int(_) | Quoted::Big(_) => Kind::Integer,
            Quoted::Float(_) => Kind::Float,
            Quoted::Bin(_) => Kind::Binary,
            Quoted::Atom(name) => Kind::Atom(*name),
            Quoted::List(items) => match items.split_first() {
                None => Kind::EmptyList,
                Some((first, rest)) => {
                    let first = of(first)?;
                    let same = rest.iter().all(|item| of(item).as_ref() == Some(&first));
                    if !same {
                        return None;
                    }
                    Kind::List(Box::new(first))
                }
            },
            Quoted::Pair(pair) => Kind::Tuple(vec![of(&pair.0)?, of(&pair.1)?]),
            Quoted::Call(call) if call.name() == Some(known::TUPLE) => {
                Kind::Tuple(call.args.iter().map(of).collect::<Option<_>>()?)
            }
            Quoted::Call(call) if call.name() == Some(known::MAP) => {
                let mut fields = Vec::with_capacity(call.args.len());
                for pair in &call.args {
                    let (key, value) = pair.as_pair()?;
                    // The fields of a struct are told another way.
                    let key = key.as_atom().filter(|key| *key != known::STRUCT)?;
                    fields.retain(|(other, _)| *other != key);
                    fields.push((key, of(value)?));
                }
                fields.sort_by_key(|(key, _)| key.as_str());
                Kind::Map(fields)
            }
            Quoted::Var(_) => of_variable(node)?,
            Quoted::Call(_) | Quoted::Opaque(_) => return None,
        })
    }

    /// The struct with its fields.
    pub fn with_fields(&self, fields: &[Symbol]) -> Kind {
        match self {
            Kind::Struct(module) => {
                let mut fields = fields.to_vec();
                fields.sort_by_key(|field| field.as_str());
                Kind::Fields(*module, fields)
            }
            other => other.clone(),
        }
    }

    /// As source text, within `dynamic()` if some of it is only known when the program runs.
    pub fn text(&self) -> String {
        if *self == Kind::Term {
            return "dynamic()".to_owned();
        }
        let node = self.node();
        to_text(&if self.is_dynamic() {
            named("dynamic", vec![node])
        } else {
            node
        })
    }

    fn is_dynamic(&self) -> bool {
        match self {
            Kind::Term | Kind::Struct(_) | Kind::Fields(..) => true,
            Kind::List(item) => item.is_dynamic(),
            Kind::Tuple(items) => items.iter().any(Kind::is_dynamic),
            Kind::Map(fields) => fields.iter().any(|(_, kind)| kind.is_dynamic()),
            Kind::Integer | Kind::Float | Kind::Binary | Kind::Atom(_) | Kind::EmptyList => false,
        }
    }

    fn node(&self) -> Quoted {
        match self {
            Kind::Integer => named("integer", Vec::new()),
            Kind::Float => named("float", Vec::new()),
            Kind::Binary => named("binary", Vec::new()),
            Kind::Atom(name) => Quoted::Atom(*name),
            Kind::EmptyList => named("empty_list", Vec::new()),
            Kind::List(item) => named("non_empty_list", vec![item.node()]),
            Kind::Tuple(items) => {
                let items: Vec<Quoted> = items.iter().map(Kind::node).collect();
                match <[Quoted; 2]>::try_from(items) {
                    Ok([first, second]) => Quoted::pair(first, second),
                    Err(items) => Quoted::call(known::TUPLE, Meta::EMPTY, items),
                }
            }
            Kind::Term => named("term", Vec::new()),
            Kind::Map(fields) if fields.is_empty() => named("empty_map", Vec::new()),
            Kind::Map(fields) => {
                let pairs = fields.iter().map(|(key, kind)| Quoted::pair(*key, kind.node()));
                Quoted::call(known::MAP, Meta::EMPTY, pairs.collect())
            }
            Kind::Struct(module) => structure(*module, Vec::new()),
            Kind::Fields(module, fields) => {
                let pairs = fields.iter().map(|field| Quoted::pair(*field, Kind::Term.node()));
                structure(*module, pairs.collect())
            }
        }
    }
}

fn named(name: &str, args: Vec<Quoted>) -> Quoted {
    Quoted::call(Symbol::new(name), Meta::EMPTY, args)
}

/// `%Name{pairs}`
pub fn structure(module: Symbol, pairs: Vec<Quoted>) -> Quoted {
    let map = Quoted::call(known::MAP, Meta::EMPTY, pairs);
    Quoted::call(known::PERCENT, Meta::EMPTY, vec![Quoted::Atom(module), map])
}
