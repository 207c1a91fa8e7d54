//! `for` and `with`.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::{Closing, Expanded, Expander, to_text};

type Options = Vec<(Symbol, Quoted)>;

/// Splits the steps from the options, which may stand in one or two keyword lists at the end.
fn split_options(mut args: Vec<Quoted>) -> (Vec<Quoted>, Options) {
    let is_options = |node: Option<&Quoted>| {
        matches!(node, Some(Quoted::List(items)) if !items.is_empty()) && node.is_some_and(Quoted::is_keyword)
    };
    let mut lists = Vec::new();
    for _ in 0..2 {
        if is_options(args.last()) {
            lists.push(args.pop().unwrap_or(Quoted::NIL));
        } else {
            break;
        }
    }
    let mut options = Vec::new();
    for list in lists.into_iter().rev() {
        let Quoted::List(items) = list else { continue };
        for item in items {
            if let Quoted::Pair(pair) = item {
                let (key, value) = *pair;
                options.push((key.as_atom().unwrap_or(known::NIL), value));
            }
        }
    }
    (args, options)
}

impl Expander<'_> {
    pub(super) fn comprehension(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "for")?;
        let (steps, options) = split_options(args);
        let args = self.scoped(|this| this.for_body(&meta, steps, options))?;
        Ok(Quoted::call(known::FOR, meta, args))
    }

    fn for_body(&mut self, meta: &Meta, steps: Vec<Quoted>, options: Options) -> Expanded<Vec<Quoted>> {
        let mut expanded_options = Vec::with_capacity(options.len());
        let mut body = None;
        let mut reduce = false;
        let mut collects = false;
        for (key, value) in options {
            match key {
                known::DO => body = Some(value),
                known::INTO | known::UNIQ | known::REDUCE => {
                    reduce |= key == known::REDUCE;
                    collects |= key != known::REDUCE;
                    let value = self.expand(value)?;
                    if key == known::UNIQ && !matches!(value, Quoted::Atom(known::TRUE | known::FALSE)) {
                        return Err(self.error(
                            Code::ForUniq,
                            meta,
                            format!(
                                ":uniq option for comprehensions only accepts a boolean, got: {}",
                                to_text(&value)
                            ),
                        ));
                    }
                    expanded_options.push((key, value));
                }
                other => {
                    return Err(self.error(
                        Code::ForOption,
                        meta,
                        format!("unsupported option :{other} given to for"),
                    ));
                }
            }
        }
        let Some(body) = body else {
            return Err(self.error(Code::MissingOption, meta, "missing :do option in \"for\""));
        };
        if reduce && collects {
            return Err(self.error(
                Code::ForReduceConflict,
                meta,
                "cannot use :reduce alongside :into/:uniq in comprehension",
            ));
        }
        if !steps.first().is_some_and(is_generator) {
            return Err(self.error(
                Code::ForGenerator,
                meta,
                "for comprehensions must start with a generator",
            ));
        }
        let mut args = Vec::with_capacity(steps.len() + 1);
        for step in steps {
            args.push(self.for_step(step)?);
        }
        let body = if reduce {
            let is_clauses = matches!(&body, Quoted::List(items) if !items.is_empty() && items.iter().all(super::clauses::is_arrow));
            if !is_clauses {
                return Err(self.error(Code::ForReduceClauses,
                    meta,
                    "when using :reduce with comprehensions, the do block must be written using acc -> expr clauses, where each clause expects the accumulator as a single argument",
                ));
            }
            let outer = meta;
            self.clauses(meta, "for", "do", body, |this, _, left| {
                if left.len() != 1 {
                    return Err(this.error(Code::ForReduceClauses,
                        outer,
                        "when using :reduce with comprehensions, the do block must be written using acc -> expr clauses, where each clause expects the accumulator as a single argument",
                    ));
                }
                this.head(left)
            })?
        } else {
            if matches!(&body, Quoted::List(items) if items.first().is_some_and(super::clauses::is_arrow)) {
                return Err(self.error(
                    Code::ForClausesWithoutReduce,
                    meta,
                    "the do block was written using acc -> expr clauses but the :reduce option was not given",
                ));
            }
            self.expand(body)?
        };
        expanded_options.push((known::DO, body));
        args.push(Quoted::keyword(expanded_options));
        Ok(args)
    }

    fn for_step(&mut self, step: Quoted) -> Expanded<Quoted> {
        match step {
            Quoted::Call(call) if call.is(known::LEFT_ARROW, 2) => {
                let (_, meta, args) = call.into_parts();
                self.arrow_step(meta, args)
            }
            Quoted::Call(call)
                if call.name() == Some(known::BITS) && call.args.last().is_some_and(is_arrow) =>
            {
                let (_, meta, mut segments) = call.into_parts();
                let Some(Quoted::Call(arrow)) = segments.pop() else {
                    return Ok(Quoted::NIL);
                };
                let (_, arrow_meta, mut parts) = arrow.into_parts();
                let source = parts.pop().unwrap_or(Quoted::NIL);
                let last = parts.pop().unwrap_or(Quoted::NIL);
                let source = self.expand(source)?;
                segments.push(last);
                let before = self.scope.read.clone();
                let pattern = Quoted::call(known::BITS, meta.clone(), segments);
                let pattern = self.pattern(before, |this| this.expand(pattern))?;
                let Quoted::Call(pattern) = pattern else {
                    return Ok(Quoted::NIL);
                };
                let (_, _, mut segments) = pattern.into_parts();
                let last = segments.pop().unwrap_or_else(|| Quoted::bin(""));
                if let Some(place) = unsized_segment(&last) {
                    return Err(self.error(Code::BitsUnsized, &place, super::segment::UNSIZED));
                }
                segments.push(Quoted::call(known::LEFT_ARROW, arrow_meta, vec![last, source]));
                Ok(Quoted::call(known::BITS, meta, segments))
            }
            step => self.expand(step),
        }
    }

    /// `pattern <- value`, `pattern when guard <- value`.
    fn arrow_step(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        let right = args.pop().unwrap_or(Quoted::NIL);
        let left = args.pop().unwrap_or(Quoted::NIL);
        let right = self.expand(right)?;
        let left = self.head(vec![left])?.pop().unwrap_or(Quoted::NIL);
        Ok(Quoted::call(known::LEFT_ARROW, meta, vec![left, right]))
    }

    pub(super) fn with(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "with")?;
        let (steps, options) = split_options(args);
        let args = self.scoped(|this| this.with_body(&meta, steps, options))?;
        Ok(Quoted::call(known::WITH, meta, args))
    }

    fn with_body(&mut self, meta: &Meta, steps: Vec<Quoted>, options: Options) -> Expanded<Vec<Quoted>> {
        let mut body = None;
        let mut otherwise = None;
        for (key, value) in options {
            match key {
                known::DO => body = Some(value),
                known::ELSE => otherwise = Some(value),
                other => {
                    return Err(self.error(
                        Code::UnexpectedOption,
                        meta,
                        format!("unexpected option :{other} in \"with\""),
                    ));
                }
            }
        }
        let Some(body) = body else {
            return Err(self.error(Code::MissingOption, meta, "missing :do option in \"with\""));
        };
        let before = (self.env.clone(), self.scope.clone());
        let start = self.bindings.list.len();
        let mut args = Vec::with_capacity(steps.len() + 1);
        for step in steps {
            let step = match step {
                Quoted::Call(call) if call.is(known::LEFT_ARROW, 2) => {
                    let (_, meta, args) = call.into_parts();
                    self.arrow_step(meta, args)?
                }
                step => self.expand(step)?,
            };
            args.push(step);
        }
        let body = self.expand(body)?;
        (self.env, self.scope) = before;
        self.leave(Closing::Scope(start));
        let may_fail = |step: &Quoted| matches!(step.call_of(known::LEFT_ARROW, 2), Some(arrow) if !matches!(arrow.args[0], Quoted::Var(_)));
        if otherwise.is_some() && !args.iter().any(may_fail) {
            let message =
                "\"else\" clauses will never match because all patterns in \"with\" will always match";
            self.warn_of_file(Code::ElseUnreachable, meta, message);
        }
        // The clauses of `else` see none of the variables bound by the steps.
        let otherwise = match otherwise {
            Some(clauses) => Some(self.clauses(meta, "with", "else", clauses, |this, meta, left| {
                this.one_pattern(meta, left, "with", "else")
            })?),
            None => None,
        };
        let mut blocks = vec![(known::DO, body)];
        if let Some(otherwise) = otherwise {
            blocks.push((known::ELSE, otherwise));
        }
        args.push(Quoted::keyword(blocks));
        Ok(args)
    }
}

/// Where the type of a segment stands that would take all of a generator's bits.
fn unsized_segment(segment: &Quoted) -> Option<Meta> {
    let typed = segment.call_of(known::TYPE, 2)?;
    super::segment::takes_the_rest(&typed.args[0], &typed.args[1]).then(|| typed.meta.clone())
}

fn is_arrow(node: &Quoted) -> bool {
    matches!(node, Quoted::Call(call) if call.is(known::LEFT_ARROW, 2))
}

fn is_generator(node: &Quoted) -> bool {
    is_arrow(node)
        || matches!(node, Quoted::Call(call) if call.name() == Some(known::BITS) && call.args.last().is_some_and(is_arrow))
}
