//! A clause of a definition: head, guard and body.

use cordial_syntax::quoted::known;
use cordial_syntax::{Quoted, Symbol};

use super::{Expanded, Expander};

/// A clause, expanded.
pub struct Clause {
    pub args: Vec<Quoted>,
    /// The alternatives of `when … when …`.
    pub guards: Vec<Quoted>,
    pub body: Quoted,
}

impl Expander<'_> {
    pub fn definition(
        &mut self,
        args: Vec<Quoted>,
        guard: Option<Quoted>,
        body: Option<Quoted>,
    ) -> Expanded<Clause> {
        let before = self.scope.read.clone();
        let args = self.pattern(before, |this| {
            args.into_iter()
                .map(|arg| this.expand(arg))
                .collect::<Expanded<Vec<Quoted>>>()
        })?;
        let mut guards = Vec::new();
        if let Some(guard) = guard {
            alternatives(self.guard(guard)?, &mut guards);
        }
        let body = match body {
            Some(body) => self.expand(body)?,
            None => Quoted::NIL,
        };
        Ok(Clause { args, guards, body })
    }

    /// The variables in sight, as reads, except those that macros made.
    pub fn visible(&self) -> Vec<(Symbol, Symbol, Quoted)> {
        let mut vars: Vec<(u32, Symbol, Symbol)> = self
            .scope
            .read
            .iter()
            .filter_map(|((name, kind), version)| match kind {
                super::VarKind::Context(context) => Some((*version, *name, *context)),
                super::VarKind::Counter(_) => None,
            })
            .collect();
        vars.sort_unstable();
        vars.into_iter()
            .map(|(version, name, context)| {
                let meta = cordial_syntax::Meta::EMPTY.with(known::VERSION, version);
                (name, context, Quoted::var(name, meta, context))
            })
            .collect()
    }
}

fn alternatives(guard: Quoted, guards: &mut Vec<Quoted>) {
    match guard {
        Quoted::Call(call) if call.is(known::WHEN, 2) => {
            for part in call.into_parts().2 {
                alternatives(part, guards);
            }
        }
        guard => guards.push(guard),
    }
}
