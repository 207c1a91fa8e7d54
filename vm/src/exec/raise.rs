//! Exceptions: finding the handler, unwinding, what an uncaught one becomes.

use super::isa::I;
use super::machine::{Machine, Step};
use super::state::Outcome;
use super::trace;
use crate::atom::{Atom, known};
use crate::code::Site;
use crate::natives::Class;
use crate::term::Term;

/// What a call from a native came to when it raised.
#[derive(Clone, Debug)]
pub struct Exception {
    pub class: Class,
    pub reason: Term,
    /// A list, as `__STACKTRACE__` shows it.
    pub trace: Term,
}

impl Class {
    pub fn atom(self) -> Atom {
        match self {
            Class::Error => known::ERROR,
            Class::Exit => known::EXIT,
            Class::Throw => known::THROW,
        }
    }

    pub fn of(term: Term) -> Option<Class> {
        match term.as_atom()? {
            a if a == known::ERROR => Some(Class::Error),
            a if a == known::EXIT => Some(Class::Exit),
            a if a == known::THROW => Some(Class::Throw),
            _ => None,
        }
    }
}

impl Machine<'_> {
    /// Raises at `site`; `first` is the trace's innermost entry if it is not the site itself (a tuple), or NONE.
    #[cold]
    pub fn raise(&mut self, site: &Site, class: Class, reason: Term, first: Term) -> Step {
        let raw = trace::capture(self, Some(site), first);
        self.unwind(Some(site), class, reason, raw)
    }

    /// An error of the language at `site`.
    #[cold]
    pub fn error(&mut self, site: &Site, reason: Term) -> Step {
        self.raise(site, Class::Error, reason, Term::NONE)
    }

    /// Goes to the innermost handler, from `site` outward; with no site, from the caller on.
    pub fn unwind(&mut self, site: Option<&Site>, class: Class, reason: Term, raw: Term) -> Step {
        if let Some(site) = site
            && !site.handler.is_null()
        {
            return self.handle(site, class, reason, raw);
        }
        loop {
            let fp = self.p.exec.fp;
            // SAFETY: below every frame stand its return address, after a site, and the distance to the caller's frame.
            let (back, site) = unsafe {
                let back = *fp.sub(2) as *const u64;
                let distance = *fp.sub(1) as u16 as usize;
                self.p.exec.fp = fp.sub(distance);
                (back, &*(*back.sub(1) as *const Site))
            };
            if !site.handler.is_null() {
                return self.handle(site, class, reason, raw);
            }
            if site.function.is_null() {
                // SAFETY: a return address leads to an operation.
                match I::of(unsafe { *back }) {
                    I::Halt => {
                        let trace = trace::expand(&mut self.p.heap, self.vm, raw);
                        let reason = self.exit_reason(class, reason, trace);
                        return self.leave(Outcome::Exit { class, reason, trace });
                    }
                    I::HeldReturn => {
                        self.p.exec.pc = back;
                        return self.leave(Outcome::HeldRaise(class, reason, raw));
                    }
                    _ => {}
                }
            }
        }
    }

    /// What others see of an exception that nobody has caught.
    fn exit_reason(&mut self, class: Class, reason: Term, trace: Term) -> Term {
        let heap = &mut self.p.heap;
        match class {
            Class::Exit => reason,
            Class::Error => heap.tuple(&[reason, trace]),
            Class::Throw => {
                let nocatch = heap.tuple(&[Term::atom(crate::atom::Atom::new("nocatch")), reason]);
                heap.tuple(&[nocatch, trace])
            }
        }
    }

    fn handle(&mut self, site: &Site, class: Class, reason: Term, raw: Term) -> Step {
        let dst = site.handler_dst as usize;
        self.set(dst, Term::atom(class.atom()));
        self.set(dst + 1, reason);
        self.set(dst + 2, raw);
        self.p.exec.pc = site.handler;
        self.p.exec.timing = false;
        self.p.exec.reductions -= 1;
        Step::Go
    }
}
