//! `for`.

use cordial_syntax::Quoted;
use cordial_syntax::quoted::known;

use super::super::ir::{Collect, Expr, For, ForStep, Kind};
use super::super::lit::Lit;
use super::pattern::Bound;
use super::{Builder, Built, line_of};

impl Builder<'_> {
    pub(super) fn comprehension(&mut self, args: &[Quoted]) -> Built<Expr> {
        let Some((last, steps)) = args.split_last() else {
            return Err(self.problem("missing :do option in \"for\"".to_owned()));
        };
        // Options may stand apart from the block: `[into: x], [do: y]`.
        let (options, steps) = match steps.split_last() {
            Some((options, before))
                if options.is_keyword() && !matches!(options, Quoted::List(items) if items.is_empty()) =>
            {
                (Some(options), before)
            }
            _ => (None, steps),
        };
        let find = |key| {
            last.keyword_get(key)
                .or_else(|| options.and_then(|options| options.keyword_get(key)))
        };
        let Some(body) = find(known::DO) else {
            return Err(self.problem("missing :do option in \"for\"".to_owned()));
        };
        let unique = match find(known::UNIQ) {
            Some(Quoted::Atom(atom)) => *atom == known::TRUE,
            Some(_) => {
                return Err(self.problem(":uniq option for comprehensions only accepts a boolean".to_owned()));
            }
            None => false,
        };
        // Options are evaluated before the generators.
        let into = match find(known::INTO) {
            Some(into) => Some(self.expr(into)?),
            None => None,
        };
        let start = match find(known::REDUCE) {
            Some(start) => Some(self.expr(start)?),
            None => None,
        };
        let mut built = Vec::with_capacity(steps.len());
        for step in steps {
            built.push(self.for_step(step)?);
        }
        let (collect, body) = match start {
            Some(start) => (Collect::Reduce(start, self.clauses(body, 1)?), self.nil()),
            None => {
                let body = self.expr(body)?;
                let collect = match into {
                    None => Collect::List,
                    Some(into) => match into.as_lit() {
                        Some(Lit::Nil) => Collect::List,
                        Some(Lit::Bin(bytes)) if bytes.is_empty() => Collect::Binary,
                        Some(Lit::Map(pairs)) if pairs.is_empty() => Collect::Map,
                        _ => Collect::Into(into, self.fresh()),
                    },
                };
                (collect, body)
            }
        };
        Ok(self.node(Kind::For(std::sync::Arc::new(For {
            steps: built,
            collect,
            unique,
            body,
        }))))
    }

    fn for_step(&mut self, step: &Quoted) -> Built<ForStep> {
        let outer = self.line;
        if let Some(call) = step.as_call() {
            self.line = line_of(&call.meta, outer);
        }
        let built = self.for_step_inner(step);
        self.line = outer;
        built
    }

    fn for_step_inner(&mut self, step: &Quoted) -> Built<ForStep> {
        if let Some(arrow) = step.call_of(known::LEFT_ARROW, 2) {
            let source = self.expr(&arrow.args[1])?;
            let (pattern, guards) = self.guarded_pattern(&arrow.args[0])?;
            return Ok(ForStep::Each {
                pattern,
                guards,
                source,
            });
        }
        if let Some(bits) = step.as_call()
            && bits.name() == Some(known::BITS)
            && let Some((last, before)) = bits.args.split_last()
            && let Some(arrow) = last.call_of(known::LEFT_ARROW, 2)
        {
            let source = self.expr(&arrow.args[1])?;
            let mut bound = Bound::default();
            // `<<a, b <- x>>`, or with the segments in a `<<>>` of their own, as expansion leaves them.
            let mut segments: Vec<Quoted> = before.to_vec();
            match arrow.args[0].as_call() {
                Some(inner) if before.is_empty() && inner.name() == Some(known::BITS) => {
                    segments.extend(inner.args.iter().cloned());
                }
                _ => segments.push(arrow.args[0].clone()),
            }
            let pattern = self.binary_pattern(&segments, &mut bound)?;
            return Ok(ForStep::Bits { pattern, source });
        }
        Ok(ForStep::Filter(self.expr(step)?))
    }
}
