//! Patterns.

use cordial_syntax::Quoted;
use cordial_syntax::quoted::{deeper, known};
use cordial_vm::atom::known as atoms;
use rustc_hash::FxHashMap;

use super::super::ir::{Expr, Kind, Pat, VarId};
use super::super::lit::Lit;
use super::{Builder, Built, line_of};

/// The variables that one pattern has bound so far.
pub(super) type Bound = FxHashMap<(cordial_syntax::Symbol, cordial_syntax::Symbol, i64), VarId>;

impl Builder<'_> {
    pub(super) fn pattern(&mut self, quoted: &Quoted) -> Built<Pat> {
        let mut bound = Bound::default();
        self.pattern_in(quoted, &mut bound)
    }

    pub(super) fn patterns(&mut self, quoted: &[Quoted]) -> Built<Vec<Pat>> {
        let mut bound = Bound::default();
        quoted
            .iter()
            .map(|item| self.pattern_in(item, &mut bound))
            .collect()
    }

    pub(super) fn pattern_in(&mut self, quoted: &Quoted, bound: &mut Bound) -> Built<Pat> {
        match quoted {
            Quoted::Var(var) if var.name == known::UNDERSCORE => Ok(Pat::Any),
            Quoted::Var(var) => {
                let key = Self::key(var);
                if let Some(id) = bound.get(&key) {
                    return Ok(Pat::Same(*id));
                }
                let id = self.bind(var);
                bound.insert(key, id);
                Ok(Pat::Var(id))
            }
            Quoted::List(items) => deeper(|| self.list_pattern(items, bound)),
            Quoted::Pair(pair) => deeper(|| {
                let first = self.pattern_in(&pair.0, bound)?;
                let second = self.pattern_in(&pair.1, bound)?;
                Ok(tuple(vec![first, second]))
            }),
            Quoted::Call(call) => deeper(|| {
                let outer = self.line;
                self.line = line_of(&call.meta, outer);
                let built = self.call_pattern(call, bound);
                self.line = outer;
                built
            }),
            _ => match self.literal(quoted) {
                Some(lit) => Ok(Pat::Lit(lit)),
                None => Err(self.problem("unexpected term in a pattern".to_owned())),
            },
        }
    }

    fn call_pattern(&mut self, call: &cordial_syntax::Call, bound: &mut Bound) -> Built<Pat> {
        let args = call.args.as_slice();
        match call.name() {
            Some(known::TUPLE) => {
                let mut items = Vec::with_capacity(args.len());
                for arg in args {
                    items.push(self.pattern_in(arg, bound)?);
                }
                Ok(tuple(items))
            }
            Some(known::MATCH) if args.len() == 2 => {
                let first = self.pattern_in(&args[0], bound)?;
                let second = self.pattern_in(&args[1], bound)?;
                Ok(Pat::Both(Box::new((first, second))))
            }
            Some(known::PIN) if args.len() == 1 => match &args[0] {
                Quoted::Var(var) => Ok(Pat::Same(self.variable(var)?)),
                _ => Err(self.problem("invalid argument for unary operator ^".to_owned())),
            },
            Some(known::MAP) => {
                let mut pairs = Vec::with_capacity(args.len());
                for arg in args {
                    let Some((key, value)) = arg.as_pair() else {
                        return Err(self.problem("expected key-value pairs in a map".to_owned()));
                    };
                    let key = self.map_key(key)?;
                    pairs.push((key, self.pattern_in(value, bound)?));
                }
                Ok(Pat::Map(pairs))
            }
            Some(known::PERCENT) if args.len() == 2 => self.struct_pattern(&args[0], &args[1], bound),
            Some(known::BITS) => Ok(Pat::Bin(self.binary_pattern(args, bound)?)),
            Some(known::BLOCK) if args.len() == 1 => self.pattern_in(&args[0], bound),
            // `[1, 2] ++ rest` has been expanded; signed numbers may be left.
            None if call.remote().is_some() => {
                let expr = self.expr(&Quoted::Call(Box::new(call.clone())))?;
                match crate::core::build::fold(&expr) {
                    Some(lit) => Ok(Pat::Lit(lit)),
                    None => match expr.kind {
                        Kind::Call(callee, args) => self.append_pattern(*callee, args, call, bound),
                        _ => Err(self.problem("cannot invoke a function inside a match".to_owned())),
                    },
                }
            }
            _ => Err(self.problem("invalid pattern in match".to_owned())),
        }
    }

    /// `%name{…}`: the struct's name first; a variable must be bound to an atom.
    fn struct_pattern(&mut self, name: &Quoted, map: &Quoted, bound: &mut Bound) -> Built<Pat> {
        let name = self.pattern_in(name, bound)?;
        let Pat::Map(mut pairs) = self.pattern_in(map, bound)? else {
            return Err(self.problem("invalid struct in match".to_owned()));
        };
        pairs.retain(|(key, _)| key.as_lit() != Some(&Lit::Atom(atoms::STRUCT)));
        pairs.insert(0, (Expr::atom(atoms::STRUCT), name));
        Ok(Pat::Map(pairs))
    }

    /// `'abc' ++ rest`
    fn append_pattern(
        &mut self,
        _callee: super::super::ir::Callee,
        _args: Vec<Expr>,
        call: &cordial_syntax::Call,
        bound: &mut Bound,
    ) -> Built<Pat> {
        let Some((Quoted::Atom(known::ERLANG), known::CONCAT)) = call.remote() else {
            return Err(self.problem("cannot invoke a remote function inside a match".to_owned()));
        };
        let [Quoted::List(items), rest] = call.args.as_slice() else {
            return Err(self.problem("invalid pattern in match".to_owned()));
        };
        let mut fronts = Vec::with_capacity(items.len());
        for item in items {
            fronts.push(self.pattern_in(item, bound)?);
        }
        let mut pattern = self.pattern_in(rest, bound)?;
        for front in fronts.into_iter().rev() {
            pattern = cons(front, pattern);
        }
        Ok(pattern)
    }

    fn map_key(&mut self, key: &Quoted) -> Built<Expr> {
        if let Some(pin) = key.call_of(known::PIN, 1)
            && let Quoted::Var(var) = &pin.args[0]
        {
            return Ok(Expr::var(self.variable(var)?));
        }
        let key = self.expr(key)?;
        match key.kind {
            Kind::Lit(_) | Kind::Var(_) => Ok(key),
            _ => match crate::core::build::fold(&key) {
                Some(lit) => Ok(Expr::lit(lit)),
                None => Err(self.problem(
                    "only literals and pinned variables are allowed as map keys in patterns".to_owned(),
                )),
            },
        }
    }

    fn list_pattern(&mut self, items: &[Quoted], bound: &mut Bound) -> Built<Pat> {
        let mut built = Vec::with_capacity(items.len());
        let mut tail = Pat::Lit(Lit::Nil);
        for (index, item) in items.iter().enumerate() {
            match item.call_of(known::PIPE, 2) {
                Some(pair) if index + 1 == items.len() => {
                    built.push(self.pattern_in(&pair.args[0], bound)?);
                    tail = self.pattern_in(&pair.args[1], bound)?;
                }
                _ => built.push(self.pattern_in(item, bound)?),
            }
        }
        for item in built.into_iter().rev() {
            tail = cons(item, tail);
        }
        Ok(tail)
    }
}

fn cons(head: Pat, tail: Pat) -> Pat {
    Pat::Cons(Box::new((head, tail)))
}

fn tuple(items: Vec<Pat>) -> Pat {
    Pat::Tuple(items)
}
