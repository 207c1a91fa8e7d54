//! Walks over quoted code: lines and hygiene counters for what a macro made; what `unquote` is in it.

use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Meta, Quoted, Symbol};

/// What a macro returned, marked: lines where there are none, and the counter on its own variables and aliases.
pub fn linify_macro(line: u32, receiver: Symbol, counter: i64, node: Quoted) -> Quoted {
    Marker {
        line,
        receiver: Some(receiver),
        counter,
        keep: false,
    }
    .mark(node)
}

/// A definition's code: `keep` becomes the line, lines where there are none.
pub fn linify_keep(line: u32, node: Quoted) -> Quoted {
    Marker {
        line,
        receiver: None,
        counter: 0,
        keep: true,
    }
    .mark(node)
}

struct Marker {
    line: u32,
    receiver: Option<Symbol>,
    counter: i64,
    keep: bool,
}

impl Marker {
    fn mark(&self, node: Quoted) -> Quoted {
        match node {
            Quoted::List(items) => {
                deeper(|| Quoted::List(items.into_iter().map(|item| self.mark(item)).collect()))
            }
            Quoted::Pair(pair) => deeper(|| {
                let (first, second) = *pair;
                Quoted::pair(self.mark(first), self.mark(second))
            }),
            Quoted::Var(mut var) => {
                if self.receiver == Some(var.context) && var.name != known::UNDERSCORE {
                    self.count(&mut var.meta);
                }
                self.line(&mut var.meta);
                Quoted::Var(var)
            }
            Quoted::Call(call) => deeper(|| {
                let (head, mut meta, args) = call.into_parts();
                if let (Some(receiver), Quoted::Atom(name)) = (self.receiver, &head) {
                    match *name {
                        known::ALIAS | known::IMPORT | known::REQUIRE if !args.is_empty() => {
                            self.count(&mut meta)
                        }
                        known::QUOTE if meta.atom(known::CONTEXT) == Some(receiver) => self.count(&mut meta),
                        known::ALIASES if !args.is_empty() => self.count(&mut meta),
                        _ => {}
                    }
                }
                // A definition's block has no line of its own.
                if !(self.keep && matches!(head, Quoted::Atom(known::BLOCK))) {
                    self.line(&mut meta);
                }
                let head = if matches!(head, Quoted::Atom(_)) {
                    head
                } else {
                    self.mark(head)
                };
                let args = args.into_iter().map(|arg| self.mark(arg)).collect();
                Quoted::call(head, meta, args)
            }),
            other => other,
        }
    }

    fn count(&self, meta: &mut Meta) {
        if !meta.has(known::COUNTER) {
            meta.push_front(known::COUNTER, self.counter);
        }
    }

    fn line(&self, meta: &mut Meta) {
        if self.keep
            && let Some(Quoted::Pair(pair)) = meta.get_ref(known::KEEP)
            && let Quoted::Int(line) = pair.1
        {
            meta.remove(known::LINE);
            meta.push_front(known::LINE, line);
            return;
        }
        if !meta.has(known::LINE) && self.line != 0 {
            meta.push_front(known::LINE, self.line);
        }
    }
}

/// Whether there is an `unquote` or `unquote_splicing` to carry out.
pub fn has_unquotes(node: &Quoted) -> bool {
    match node {
        Quoted::List(items) => deeper(|| items.iter().any(has_unquotes)),
        Quoted::Pair(pair) => deeper(|| has_unquotes(&pair.0) || has_unquotes(&pair.1)),
        Quoted::Call(call) => deeper(|| match call.name() {
            Some(known::UNQUOTE | known::UNQUOTE_SPLICING) if call.args.len() == 1 => true,
            Some(known::QUOTE) if call.args.len() == 1 => false,
            Some(known::QUOTE) if call.args.len() == 2 => {
                // Only the options are evaluated.
                match call.args[0].keyword_get(crate::sym!("unquote")) {
                    Some(Quoted::Atom(known::FALSE)) => false,
                    _ => has_unquotes(&call.args[0]),
                }
            }
            _ => {
                let dotted = call.head.as_call().is_some_and(|dot| {
                    dot.is(known::DOT, 2) && dot.args[1].as_atom() == Some(known::UNQUOTE)
                });
                dotted || has_unquotes(&call.head) || call.args.iter().any(has_unquotes)
            }
        }),
        _ => false,
    }
}
