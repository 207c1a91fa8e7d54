//! Match specifications: `[{head, guards, body}]`, compiled once a call and run on each row.

use super::guard::Function;
use super::pattern::{Pattern, variables};
use crate::atom::known;
use crate::heap::Heap;
use crate::term::Term;

pub struct Spec {
    pub clauses: Vec<Clause>,
}

pub struct Clause {
    pub head: Pattern,
    variables: usize,
    guards: Vec<Expression>,
    body: Vec<Expression>,
}

pub enum Expression {
    Constant(Term),
    Variable(usize),
    /// `$_`
    Row,
    /// `$$`
    All,
    Tuple(Vec<Expression>),
    List(Vec<Expression>, Box<Expression>),
    Map(Vec<(Expression, Expression)>),
    Call(Function, Vec<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
}

/// What a clause sees.
pub struct Scope<'a> {
    pub row: Term,
    pub bound: &'a [Term],
    pub me: Term,
    pub node: Term,
}

impl Spec {
    /// None: it is no specification.
    pub fn new(term: Term) -> Option<Spec> {
        let clauses: Option<Vec<Clause>> = term.list_to_vec()?.into_iter().map(Clause::new).collect();
        clauses
            .filter(|clauses| !clauses.is_empty())
            .map(|clauses| Spec { clauses })
    }

    /// The specification that a plain pattern stands for; its results are the row, or the list of what was bound.
    pub fn of_pattern(pattern: Term, whole: bool) -> Spec {
        let names = variables(pattern);
        let body = vec![if whole { Expression::Row } else { Expression::All }];
        let head = Pattern::new(pattern, &names);
        Spec {
            clauses: vec![Clause {
                head,
                variables: names.len(),
                guards: Vec::new(),
                body,
            }],
        }
    }

    /// The value of the first clause that matches, made of terms of the row and of `heap`.
    pub fn run(&self, row: Term, heap: &mut Heap, me: Term, node: Term) -> Option<Term> {
        let mut bound = [Term::NONE; 16];
        let mut more = Vec::new();
        for clause in &self.clauses {
            let bound: &mut [Term] = if clause.variables <= bound.len() {
                bound[..clause.variables].fill(Term::NONE);
                &mut bound[..clause.variables]
            } else {
                more.clear();
                more.resize(clause.variables, Term::NONE);
                &mut more
            };
            if !clause.head.matches(row, bound) {
                continue;
            }
            let scope = Scope { row, bound, me, node };
            if clause
                .guards
                .iter()
                .all(|guard| guard.value(&scope, heap) == Some(Term::TRUE))
            {
                let mut value = Term::TRUE;
                for expression in &clause.body {
                    value = expression
                        .value(&scope, heap)
                        .unwrap_or(Term::atom(known::EXIT_SIGNAL));
                }
                return Some(value);
            }
        }
        None
    }

    /// The one key that rows must have to match, if each clause says the same.
    pub fn key(&self, position: usize) -> Option<Term> {
        let key = self.clauses.first()?.head.exact_field(position)?;
        let one = self.clauses.iter().all(|clause| {
            clause
                .head
                .exact_field(position)
                .is_some_and(|other| crate::term::same(other, key))
        });
        one.then_some(key)
    }
}

impl Clause {
    fn new(term: Term) -> Option<Clause> {
        let &[head, guards, body] = term.tuple()? else {
            return None;
        };
        if head.tuple().is_none() && !head.is_atom() {
            return None;
        }
        let names = variables(head);
        let compile = |list: Term| -> Option<Vec<Expression>> {
            list.list_to_vec()?
                .into_iter()
                .map(|term| Expression::new(term, &names))
                .collect()
        };
        let (guards, body) = (compile(guards)?, compile(body)?);
        if body.is_empty() {
            return None;
        }
        Some(Clause {
            head: Pattern::new(head, &names),
            variables: names.len(),
            guards,
            body,
        })
    }
}

impl Expression {
    fn new(term: Term, names: &[u32]) -> Option<Expression> {
        if let Some(atom) = term.as_atom() {
            return Some(match atom.as_str() {
                "$_" => Expression::Row,
                "$$" => Expression::All,
                _ => match super::pattern::variable(atom) {
                    Some(number) => Expression::Variable(names.binary_search(&number).ok()?),
                    None => Expression::Constant(term),
                },
            });
        }
        if let Some(fields) = term.tuple() {
            return Expression::of_tuple(fields, names);
        }
        if term.is_cons() {
            let mut parts = Vec::new();
            let mut rest = term;
            while let Some((head, tail)) = rest.uncons() {
                parts.push(Expression::new(head, names)?);
                rest = tail;
            }
            return Some(Expression::List(parts, Box::new(Expression::new(rest, names)?)));
        }
        if let Some(map) = term.map() {
            let pairs: Option<Vec<_>> = map
                .iter()
                .map(|(key, value)| Some((Expression::new(key, names)?, Expression::new(value, names)?)))
                .collect();
            return pairs.map(Expression::Map);
        }
        Some(Expression::Constant(term))
    }

    fn of_tuple(fields: &[Term], names: &[u32]) -> Option<Expression> {
        let all = |fields: &[Term]| -> Option<Vec<Expression>> {
            fields
                .iter()
                .map(|field| Expression::new(*field, names))
                .collect()
        };
        match fields {
            [] => None,
            [one] if let Some(inner) = one.tuple() => all(inner).map(Expression::Tuple),
            [name, args @ ..] => {
                let name = name.as_atom()?.as_str();
                match (name, args) {
                    ("const", [value]) => Some(Expression::Constant(*value)),
                    ("and" | "andalso", [_, ..]) => all(args).map(Expression::And),
                    ("or" | "orelse", [_, ..]) => all(args).map(Expression::Or),
                    _ => Some(Expression::Call(Function::new(name, args.len())?, all(args)?)),
                }
            }
        }
    }

    /// None: it has no value.
    pub fn value(&self, scope: &Scope<'_>, heap: &mut Heap) -> Option<Term> {
        Some(match self {
            Expression::Constant(term) => *term,
            Expression::Variable(place) => scope.bound[*place],
            Expression::Row => scope.row,
            Expression::All => heap.list(scope.bound.iter().copied()),
            Expression::Tuple(parts) => {
                let parts: Option<Vec<Term>> = parts.iter().map(|part| part.value(scope, heap)).collect();
                heap.tuple(&parts?)
            }
            Expression::List(parts, rest) => {
                let parts: Option<Vec<Term>> = parts.iter().map(|part| part.value(scope, heap)).collect();
                let rest = rest.value(scope, heap)?;
                heap.list_with_tail(parts?, rest)
            }
            Expression::Map(pairs) => {
                let mut values = Vec::with_capacity(pairs.len());
                for (key, value) in pairs {
                    values.push((key.value(scope, heap)?, value.value(scope, heap)?));
                }
                heap.map_from(&mut values)
            }
            Expression::And(parts) => {
                let mut all = true;
                for part in parts {
                    all = part.value(scope, heap)?.as_bool()?;
                    if !all {
                        break;
                    }
                }
                Term::bool(all)
            }
            Expression::Or(parts) => {
                let mut any = false;
                for part in parts {
                    any = part.value(scope, heap)?.as_bool()?;
                    if any {
                        break;
                    }
                }
                Term::bool(any)
            }
            Expression::Call(function, args) => {
                let mut values = [Term::NONE; 3];
                for (value, arg) in values.iter_mut().zip(args) {
                    *value = arg.value(scope, heap)?;
                }
                function.apply(&values, scope, heap)?
            }
        })
    }
}
