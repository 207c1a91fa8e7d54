//! Arguments, elements, and what else is evaluated side by side.

use std::rc::Rc;

use cordial_syntax::Quoted;
use cordial_syntax::quoted::known;

use super::{Context, Expanded, Expander, Vars};

impl Expander<'_> {
    /// Expands nodes that do not see one another's variables.
    pub(super) fn args(&mut self, args: Vec<Quoted>) -> Expanded<Vec<Quoted>> {
        if self.env.context == Context::Match || args.len() < 2 {
            return args.into_iter().map(|arg| self.expand(arg)).collect();
        }
        let (read, upper) = self.fork();
        let mut expanded = Vec::with_capacity(args.len());
        for arg in args {
            self.scope.read = read.clone();
            expanded.push(self.expand(arg)?);
        }
        self.join(upper);
        Ok(expanded)
    }

    /// Begins to keep what is bound apart from what is seen.
    pub(super) fn fork(&mut self) -> (Rc<Vars>, Option<Rc<Vars>>) {
        let read = self.scope.read.clone();
        let upper = self.scope.write.replace(read.clone());
        (read, upper)
    }

    /// All that was bound since `fork` is seen from here on.
    pub(super) fn join(&mut self, upper: Option<Rc<Vars>>) {
        let Some(write) = self.scope.write.take() else {
            return;
        };
        self.scope.read = write.clone();
        if let Some(mut upper) = upper {
            if !Rc::ptr_eq(&upper, &write) {
                let merged = Rc::make_mut(&mut upper);
                for (key, version) in write.iter() {
                    let slot = merged.entry(*key).or_insert(*version);
                    *slot = (*slot).max(*version);
                }
            }
            self.scope.write = Some(upper);
        }
    }

    /// A list, with its tail after `|` if it has one.
    pub(super) fn list(&mut self, mut items: Vec<Quoted>) -> Expanded<Quoted> {
        let tailed = matches!(items.last(), Some(Quoted::Call(call)) if call.is(known::PIPE, 2));
        if !tailed {
            return Ok(Quoted::List(self.args(items)?));
        }
        let Some(Quoted::Call(last)) = items.pop() else {
            return Ok(Quoted::List(items));
        };
        let (_, meta, mut ends) = last.into_parts();
        let tail = ends.pop().unwrap_or(Quoted::NIL);
        let head = ends.pop().unwrap_or(Quoted::NIL);
        items.push(head);
        items.push(tail);
        let mut items = self.args(items)?;
        let tail = items.pop().unwrap_or(Quoted::NIL);
        let head = items.pop().unwrap_or(Quoted::NIL);
        items.push(Quoted::call(known::PIPE, meta, vec![head, tail]));
        Ok(Quoted::List(items))
    }
}
