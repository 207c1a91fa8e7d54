//! Tuples, and access to boxed objects in general.

use super::{Kind, Term, header};

impl Term {
    /// The header of a boxed object. Meaningful if `is_boxed`.
    #[inline(always)]
    pub fn header(self) -> u64 {
        debug_assert!(self.is_boxed());
        // SAFETY: A valid boxed term points to its header.
        unsafe { *self.boxed() }
    }

    #[inline(always)]
    pub fn is_kind(self, kind: Kind) -> bool {
        self.is_boxed() && header::is_kind(self.header(), kind)
    }

    /// The payload of a boxed object of terms, valid as long as the term is. Meaningful if `is_boxed`.
    #[inline(always)]
    pub(crate) fn payload(self) -> &'static [Term] {
        // SAFETY: The header tells how many words follow it. Users keep to the lifetime of terms.
        unsafe { std::slice::from_raw_parts(self.boxed().add(1) as *const Term, header::size(self.header())) }
    }

    #[inline(always)]
    pub fn is_tuple(self) -> bool {
        self.is_kind(Kind::Tuple)
    }

    /// The elements, valid as long as the term is.
    #[inline(always)]
    pub fn tuple(self) -> Option<&'static [Term]> {
        if self.is_tuple() {
            Some(self.payload())
        } else {
            None
        }
    }

    /// The elements of a tuple of two.
    pub fn pair(self) -> Option<(Term, Term)> {
        match self.tuple()? {
            [a, b] => Some((*a, *b)),
            _ => None,
        }
    }
}
