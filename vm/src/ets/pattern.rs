//! Patterns of match specifications: `_`, `$1`, and terms made of them.

use crate::atom::Atom;
use crate::term::{self, Term};

/// A pattern, made ready for matching many rows. Its terms are those of the specification.
pub enum Pattern {
    Any,
    /// The variable with this place among the pattern's variables.
    Variable(usize),
    /// A term without variables.
    Exactly(Term),
    Tuple(Vec<Pattern>),
    Cons(Box<(Pattern, Pattern)>),
    /// The map has at least these.
    Map(Vec<(Term, Pattern)>),
}

/// The number of a variable's atom, `$0` to `$99999999`.
pub fn variable(atom: Atom) -> Option<u32> {
    let digits = atom.as_str().strip_prefix('$')?;
    let fine = !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    fine.then(|| digits.parse().ok())?
}

/// The numbers of all variables in a term, in order.
pub fn variables(term: Term) -> Vec<u32> {
    let mut all = Vec::new();
    collect(term, &mut all);
    all.sort_unstable();
    all.dedup();
    all
}

fn collect(term: Term, all: &mut Vec<u32>) {
    if let Some(atom) = term.as_atom() {
        all.extend(variable(atom));
    } else if let Some(fields) = term.tuple() {
        fields.iter().for_each(|field| collect(*field, all));
    } else if let Some(map) = term.map() {
        map.iter().for_each(|(_, value)| collect(value, all));
    } else {
        let mut rest = term;
        while let Some((head, tail)) = rest.uncons() {
            collect(head, all);
            rest = tail;
        }
        if rest.is_atom() {
            collect(rest, all);
        }
    }
}

impl Pattern {
    pub fn new(term: Term, variables: &[u32]) -> Pattern {
        if let Some(atom) = term.as_atom() {
            if atom.as_str() == "_" {
                return Pattern::Any;
            }
            return match variable(atom).and_then(|number| variables.binary_search(&number).ok()) {
                Some(place) => Pattern::Variable(place),
                None => Pattern::Exactly(term),
            };
        }
        if let Some(fields) = term.tuple() {
            let fields: Vec<Pattern> = fields
                .iter()
                .map(|field| Pattern::new(*field, variables))
                .collect();
            if fields.iter().all(Pattern::is_exact) {
                return Pattern::Exactly(term);
            }
            return Pattern::Tuple(fields);
        }
        if let Some((head, tail)) = term.uncons() {
            let parts = (Pattern::new(head, variables), Pattern::new(tail, variables));
            if parts.0.is_exact() && parts.1.is_exact() {
                return Pattern::Exactly(term);
            }
            return Pattern::Cons(Box::new(parts));
        }
        if let Some(map) = term.map() {
            return Pattern::Map(
                map.iter()
                    .map(|(key, value)| (key, Pattern::new(value, variables)))
                    .collect(),
            );
        }
        Pattern::Exactly(term)
    }

    fn is_exact(&self) -> bool {
        matches!(self, Pattern::Exactly(_))
    }

    /// Whether the term matches; `bound` has NONE for variables without value.
    pub fn matches(&self, term: Term, bound: &mut [Term]) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Variable(place) => {
                if bound[*place].is_none() {
                    bound[*place] = term;
                    true
                } else {
                    term::same(bound[*place], term)
                }
            }
            Pattern::Exactly(exactly) => term::same(*exactly, term),
            Pattern::Tuple(patterns) => match term.tuple() {
                Some(fields) if fields.len() == patterns.len() => patterns
                    .iter()
                    .zip(fields)
                    .all(|(pattern, field)| pattern.matches(*field, bound)),
                _ => false,
            },
            Pattern::Cons(parts) => match term.uncons() {
                Some((head, tail)) => parts.0.matches(head, bound) && parts.1.matches(tail, bound),
                None => false,
            },
            Pattern::Map(pairs) => match term.map() {
                Some(map) => pairs
                    .iter()
                    .all(|(key, pattern)| map.get(*key).is_some_and(|value| pattern.matches(value, bound))),
                None => false,
            },
        }
    }

    /// What the field at this position of a matching row must be, if the pattern says so.
    pub fn exact_field(&self, position: usize) -> Option<Term> {
        match self {
            Pattern::Exactly(term) => term.tuple()?.get(position).copied(),
            Pattern::Tuple(patterns) => match patterns.get(position)? {
                Pattern::Exactly(term) => Some(*term),
                _ => None,
            },
            _ => None,
        }
    }

    /// The first fields of the tuple at this position, as far as the pattern says what they are.
    pub fn exact_prefix(&self, position: usize) -> Option<(Vec<Term>, usize)> {
        let Pattern::Tuple(patterns) = self else {
            return None;
        };
        let Pattern::Tuple(fields) = patterns.get(position)? else {
            return None;
        };
        let prefix: Vec<Term> = fields
            .iter()
            .map_while(|field| match field {
                Pattern::Exactly(term) => Some(*term),
                _ => None,
            })
            .collect();
        (!prefix.is_empty()).then_some((prefix, fields.len()))
    }
}
