//! Funs: closures and `&module.function/arity`.

use super::{Kind, Term};
use crate::code::entry::{ExportEntry, FunEntry};

#[derive(Clone, Copy)]
pub struct FunView {
    pub entry: &'static FunEntry,
    /// The free variables.
    pub free: &'static [Term],
}

#[derive(Clone, Copy)]
pub struct ExportView {
    pub entry: &'static ExportEntry,
}

/// The code of a fun is in use; `stored`: by something that will not be asked.
///
/// # Safety
/// `at` is a fun's object.
pub unsafe fn note(at: *const u64, stored: bool) {
    // SAFETY: the first payload word of a fun is its entry, which is freed only when no fun refers to it.
    unsafe { (*(*at.add(1) as *const FunEntry)).note(stored) };
}

impl Term {
    #[inline]
    pub fn is_fun(self) -> bool {
        self.is_kind(Kind::Fun) || self.is_kind(Kind::ExportFun)
    }

    pub fn as_fun(self) -> Option<FunView> {
        if !self.is_kind(Kind::Fun) {
            return None;
        }
        // SAFETY: The first payload word of a fun is its entry's address; an entry outlives its funs.
        let entry = unsafe { &*(*self.boxed().add(1) as *const FunEntry) };
        Some(FunView {
            entry,
            free: &self.payload()[1..],
        })
    }

    pub fn as_export(self) -> Option<ExportView> {
        if !self.is_kind(Kind::ExportFun) {
            return None;
        }
        // SAFETY: The first payload word of an export fun is its entry's address; entries are never freed.
        let entry = unsafe { &*(*self.boxed().add(1) as *const ExportEntry) };
        Some(ExportView { entry })
    }

    /// The arity of a fun of either kind.
    pub fn fun_arity(self) -> Option<u8> {
        if let Some(fun) = self.as_fun() {
            return Some(fun.entry.arity);
        }
        self.as_export().map(|export| export.entry.arity)
    }
}
