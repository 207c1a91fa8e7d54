//! `try` with its sections.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::{Expanded, Expander, RemoteCall, to_text};

impl Expander<'_> {
    pub(super) fn attempt(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "try")?;
        // The body of a definition may be one.
        let origin = meta.atom(crate::sym!("origin"));
        let what = origin.map_or("try", Symbol::as_str);
        let blocks = args.pop().unwrap_or(Quoted::NIL);
        let allowed = [known::DO, known::RESCUE, known::CATCH, known::ELSE, known::AFTER];
        let sections = self.sections(&meta, "try", blocks, &allowed)?;
        if let [(known::DO, _), (known::ELSE, _)] | [(known::ELSE, _), (known::DO, _)] = sections.as_slice() {
            let message =
                format!("\"else\" shouldn't be used as the only clause in \"{what}\", use \"case\" instead");
            self.warn_of_file(Code::ElseAlone, &meta, message);
        }
        if !sections.iter().any(|(key, _)| *key == known::DO) {
            // What is there is looked at first.
            for (key, value) in sections {
                self.section(&meta, what, key, value)?;
            }
            return Err(self.error(Code::MissingOption, &meta, "missing :do option in \"try\""));
        }
        if let [_] = sections.as_slice() {
            return Err(self.error(
                Code::MissingOption,
                &meta,
                "missing :catch/:rescue/:after option in \"try\"",
            ));
        }
        let mut expanded = Vec::with_capacity(sections.len());
        for (key, value) in sections {
            let value = self.section(&meta, what, key, value)?;
            expanded.push((key, value));
        }
        let blocks = Quoted::keyword(expanded);
        Ok(Quoted::call(known::TRY, meta, vec![blocks]))
    }

    fn section(&mut self, meta: &Meta, what: &str, key: Symbol, value: Quoted) -> Expanded<Quoted> {
        match key {
            known::DO | known::AFTER => self.scoped(|this| this.expand(value)),
            known::ELSE => self.clauses(meta, what, "else", value, |this, meta, left| {
                this.one_pattern(meta, left, what, "else")
            }),
            known::CATCH => self.handler(|this| {
                this.clauses(meta, what, "catch", value, |this, meta, left| {
                    let count = match left.as_slice() {
                        [Quoted::Call(call)] if call.name() == Some(known::WHEN) => {
                            call.args.len().saturating_sub(1)
                        }
                        other => other.len(),
                    };
                    if count != 1 && count != 2 {
                        return Err(this.error(
                            Code::ClauseArity,
                            meta,
                            format!("expected one or two args for :catch clauses (->) in \"{what}\""),
                        ));
                    }
                    this.head(left)
                })
            }),
            _ => self.handler(|this| {
                this.clauses(meta, what, "rescue", value, |this, meta, mut left| {
                    if left.len() != 1 {
                        return Err(this.error(
                            Code::ClauseArity,
                            meta,
                            format!("expected one argument for :rescue clauses (->) in \"{what}\""),
                        ));
                    }
                    let head = left.pop().unwrap_or(Quoted::NIL);
                    Ok(vec![this.rescue_head(meta, head)?])
                })
            }),
        }
    }

    fn handler<T>(&mut self, step: impl FnOnce(&mut Self) -> Expanded<T>) -> Expanded<T> {
        let outer = std::mem::replace(&mut self.scope.stacktrace, true);
        let result = step(self);
        self.scope.stacktrace = outer;
        result
    }

    /// `x`, `Foo`, `[Foo, Bar]`, `x in Foo`, `x in [Foo]`, `x in _`, or a macro that gives one of these.
    fn rescue_head(&mut self, meta: &Meta, head: Quoted) -> Expanded<Quoted> {
        match &head {
            Quoted::Var(var) if var.name == known::UNDERSCORE => return Ok(head),
            Quoted::Var(_) => {
                let before = self.scope.read.clone();
                return self.pattern(before, |this| this.expand(head));
            }
            Quoted::Call(call) if call.is(known::IN, 2) => {
                let Quoted::Call(call) = head else {
                    return Ok(Quoted::NIL);
                };
                let (_, in_meta, mut args) = call.into_parts();
                let right = args.pop().unwrap_or(Quoted::NIL);
                let left = args.pop().unwrap_or(Quoted::NIL);
                let left = match left {
                    Quoted::Var(_) => {
                        let before = self.scope.read.clone();
                        self.pattern(before, |this| this.expand(left))?
                    }
                    other => {
                        return Err(
                            self.bad_rescue(meta, &Quoted::call(known::IN, in_meta, vec![other, right]))
                        );
                    }
                };
                return match right {
                    Quoted::Var(var) if var.name == known::UNDERSCORE => Ok(left),
                    right => {
                        let whole =
                            Quoted::call(known::IN, in_meta.clone(), vec![left.clone(), right.clone()]);
                        let modules = self.rescue_modules(meta, right, &whole)?;
                        self.rescued(&modules, &in_meta);
                        Ok(Quoted::call(known::IN, in_meta, vec![left, modules]))
                    }
                };
            }
            _ => {}
        }
        if let Some(expanded) = self.expand_macro_once(&head)? {
            return self.rescue_head(meta, expanded);
        }
        let whole = head.clone();
        let modules = self.rescue_modules(meta, head, &whole)?;
        self.rescued(&modules, &Meta::EMPTY);
        let ignored = Quoted::var(known::UNDERSCORE, meta.clone(), known::NIL);
        Ok(Quoted::call(known::IN, meta.clone(), vec![ignored, modules]))
    }

    /// The modules must have structs, which is asked when all of the file is there.
    fn rescued(&mut self, modules: &Quoted, meta: &Meta) {
        for module in modules
            .as_list()
            .unwrap_or_default()
            .iter()
            .filter_map(Quoted::as_atom)
        {
            self.remote_calls.push(RemoteCall {
                module,
                pair: (known::STRUCT, 0),
                meta: meta.clone().with(crate::sym!("rescued"), Quoted::TRUE),
                from: self.env.function,
                file: self.env.file.clone(),
            });
        }
    }

    fn rescue_modules(&mut self, meta: &Meta, modules: Quoted, whole: &Quoted) -> Expanded<Quoted> {
        let list = match self.expand(modules)? {
            Quoted::List(list) => list,
            one => vec![one],
        };
        if list.iter().all(|item| item.as_atom().is_some()) {
            return Ok(Quoted::List(list));
        }
        Err(self.bad_rescue(meta, whole))
    }

    fn bad_rescue(&self, meta: &Meta, clause: &Quoted) -> super::Stop {
        self.error(
            Code::RescueClause,
            meta,
            format!(
                "invalid \"rescue\" clause. The clause should match on an alias, a variable or be in the \"var in [alias]\" \
                 format. Got: {}",
                to_text(clause)
            ),
        )
    }
}
