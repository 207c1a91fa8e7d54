//! The way through a definition: what variables are bound to, and how they are used.

use std::sync::Arc;

use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Call, Meta, Quoted, Symbol};
use rustc_hash::FxHashMap;

use super::kind::structure;
use super::{Bound, Kind, Usage, Use};
use crate::check::place::Place;
use crate::expand::{Pair, to_text};
use crate::module::table::Definition;

/// What there is to look at in the definitions of a module.
pub fn uses(definitions: &[Definition]) -> Vec<Use> {
    let mut uses = Vec::new();
    let mut clauses = 0;
    for definition in definitions.iter().filter(|definition| !definition.generated) {
        for clause in &definition.clauses {
            clauses += 1;
            let mut walk = Walk {
                file: &definition.file,
                function: definition.pair,
                clause: clauses,
                bound: FxHashMap::default(),
                uses: &mut uses,
            };
            for arg in &clause.args {
                walk.argument(arg);
            }
            walk.visit(&clause.body);
        }
    }
    uses
}

struct Walk<'w> {
    file: &'w Arc<str>,
    function: Pair,
    clause: usize,
    /// By the versions of the variables, which are never bound again.
    bound: FxHashMap<i64, Bound>,
    uses: &'w mut Vec<Use>,
}

impl Walk<'_> {
    fn argument(&mut self, pattern: &Quoted) {
        if let (Some((version, name)), Some(meta)) = (variable(pattern), pattern.meta())
            && let Some(place) = place(meta)
        {
            self.bind(version, name, Kind::Term, place, name.as_str().to_owned());
        }
        self.pattern(pattern);
    }

    /// `%Name{…} = variable`, or the other way round, is a pattern that gives the variable a type.
    fn pattern(&mut self, pattern: &Quoted) {
        let pattern = without_guard(pattern);
        if let Some((version, name, module)) = struct_bound(pattern)
            && let Some(call) = pattern.as_call()
            && let Some(place) = place(&call.meta)
        {
            let source = to_text(&shown(pattern));
            self.bind(version, name, Kind::Struct(module), place, source);
        }
    }

    /// `%Name{…} = variable <- other`
    fn generator(&mut self, arrow: &Call) {
        let (pattern, from) = (without_guard(&arrow.args[0]), &arrow.args[1]);
        let guarded = pattern != &arrow.args[0];
        if let Some((version, name, module)) = struct_bound(pattern)
            && let (Some(place), Some(_)) = (place(&arrow.meta), variable(from))
            && !guarded
        {
            let source = format!("{} <- {}", to_text(&shown(pattern)), to_text(from));
            self.bind(version, name, Kind::Struct(module), place, source);
        }
    }

    fn bind(&mut self, version: i64, name: Symbol, kind: Kind, place: String, source: String) {
        let bound = Bound {
            name,
            kind,
            place,
            source,
        };
        self.bound.insert(version, bound);
    }

    fn visit(&mut self, node: &Quoted) {
        match node {
            Quoted::List(items) => deeper(|| items.iter().for_each(|item| self.visit(item))),
            Quoted::Pair(pair) => deeper(|| {
                self.visit(&pair.0);
                self.visit(&pair.1);
            }),
            Quoted::Call(call) => deeper(|| self.call(node, call)),
            _ => {}
        }
    }

    fn call(&mut self, node: &Quoted, call: &Call) {
        match (call.name(), call.args.as_slice()) {
            (Some(known::MATCH), [left, right]) => {
                self.visit(right);
                self.literal(node, call, left, right);
                return;
            }
            (Some(known::ARROW), [Quoted::List(patterns), body]) => {
                patterns.iter().for_each(|pattern| self.pattern(pattern));
                self.visit(body);
                return;
            }
            (Some(known::LEFT_ARROW), [_, from]) => {
                self.visit(from);
                self.generator(call);
                return;
            }
            _ => {}
        }
        if call.head.as_atom().is_none() {
            self.visit(&call.head);
        }
        call.args.iter().for_each(|arg| self.visit(arg));
        if !call.meta.is_true(known::GENERATED) {
            self.usage(node, call);
        }
    }

    /// `variable = literal`
    fn literal(&mut self, node: &Quoted, call: &Call, left: &Quoted, right: &Quoted) {
        let Some((version, name)) = variable(left) else {
            return;
        };
        let kind = Kind::of(right, &|node| {
            let (version, _) = variable(node)?;
            self.bound.get(&version).map(|bound| bound.kind.clone())
        });
        // A variable that is another one is told by what that was bound to, which is not looked for.
        let whole = !matches!(right, Quoted::Var(_));
        if let (Some(kind), Some(place), true) = (kind, place(&call.meta), whole) {
            self.bind(version, name, kind, place, to_text(node));
        }
    }

    fn usage(&mut self, node: &Quoted, call: &Call) {
        let Some((target, name)) = call.remote() else {
            return;
        };
        if call.meta.column() == 0 {
            return;
        }
        let bound = |node: &Quoted| {
            let (version, _) = variable(node)?;
            Some((version, self.bound.get(&version)?.clone()))
        };
        let (source, of) = match (target, call.args.as_slice()) {
            (target, []) if call.meta.is_true(known::NO_PARENS) => match bound(target) {
                Some((_, bound)) => (to_text(node), Usage::Field(bound, name)),
                None => return,
            },
            (Quoted::Atom(known::ERLANG), [left, right]) => {
                let operator = match name.as_str() {
                    "<" => "<",
                    ">" => ">",
                    "=<" => "<=",
                    ">=" => ">=",
                    _ => return,
                };
                let (Some((one, left)), Some((other, right))) = (bound(left), bound(right)) else {
                    return;
                };
                if one == other {
                    return;
                }
                let source = format!("{} {operator} {}", left.name, right.name);
                (source, Usage::Comparison(left, operator, right))
            }
            _ => return,
        };
        self.uses.push(Use {
            clause: self.clause,
            place: Place {
                file: self.file.clone(),
                meta: call.meta.clone(),
                function: Some(self.function),
            },
            source,
            of,
        });
    }
}

/// Version and name of a variable that the program names itself.
fn variable(node: &Quoted) -> Option<(i64, Symbol)> {
    let Quoted::Var(var) = node else { return None };
    let own = var.context == known::NIL && var.name != known::UNDERSCORE;
    Some((var.meta.int(known::VERSION).filter(|_| own)?, var.name))
}

fn place(meta: &Meta) -> Option<String> {
    let (line, column) = (meta.line(), meta.column());
    (line > 0 && column > 0).then(|| format!("{line}:{column}"))
}

fn without_guard(pattern: &Quoted) -> &Quoted {
    match pattern.call_of(known::WHEN, 2) {
        Some(when) => &when.args[0],
        None => pattern,
    }
}

/// The variable and the struct of `%Name{…} = variable`.
fn struct_bound(pattern: &Quoted) -> Option<(i64, Symbol, Symbol)> {
    let call = pattern.call_of(known::MATCH, 2)?;
    let (left, right) = (&call.args[0], &call.args[1]);
    let (map, (version, name)) = match (variable(left), variable(right)) {
        (None, Some(found)) => (left, found),
        (Some(found), None) => (right, found),
        _ => return None,
    };
    Some((version, name, struct_of(map)?))
}

/// The name of a struct pattern that says nothing of what its fields are.
fn struct_of(pattern: &Quoted) -> Option<Symbol> {
    let map = pattern.as_call().filter(|call| call.name() == Some(known::MAP))?;
    let mut module = None;
    for pair in &map.args {
        let (key, value) = pair.as_pair()?;
        match (key.as_atom()?, value) {
            (known::STRUCT, Quoted::Atom(name)) => module = Some(*name),
            (_, Quoted::Var(_)) => {}
            _ => return None,
        }
    }
    module
}

/// The pattern as it was written: a struct is a map with a name by now.
fn shown(pattern: &Quoted) -> Quoted {
    match pattern {
        Quoted::Call(call) if call.is(known::MATCH, 2) => {
            let sides = call.args.iter().map(shown).collect();
            Quoted::call(known::MATCH, call.meta.clone(), sides)
        }
        Quoted::Call(call) => match struct_of(pattern) {
            Some(module) => {
                let fields = call.args.iter().filter(|pair| {
                    pair.as_pair()
                        .is_some_and(|(key, _)| key.as_atom() != Some(known::STRUCT))
                });
                structure(module, fields.cloned().collect())
            }
            None => pattern.clone(),
        },
        other => other.clone(),
    }
}
