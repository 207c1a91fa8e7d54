//! Lists: cells of head and tail.

use super::Term;

impl Term {
    /// Head and tail of a cons cell.
    #[inline(always)]
    pub fn uncons(self) -> Option<(Term, Term)> {
        if self.is_cons() {
            Some((self.head(), self.tail()))
        } else {
            None
        }
    }

    /// Meaningful if `is_cons`.
    #[inline(always)]
    pub fn head(self) -> Term {
        debug_assert!(self.is_cons());
        // SAFETY: A valid cons term points to two words.
        Term::from_raw(unsafe { *self.cons() })
    }

    /// Meaningful if `is_cons`.
    #[inline(always)]
    pub fn tail(self) -> Term {
        debug_assert!(self.is_cons());
        // SAFETY: A valid cons term points to two words.
        Term::from_raw(unsafe { *self.cons().add(1) })
    }

    /// The heads of the cells; what comes after them is in `ListIter::tail`.
    #[inline]
    pub fn list_iter(self) -> ListIter {
        ListIter { tail: self }
    }

    /// The elements of a proper list.
    pub fn list_to_vec(self) -> Option<Vec<Term>> {
        let mut iter = self.list_iter();
        let terms: Vec<Term> = iter.by_ref().collect();
        if iter.tail.is_nil() { Some(terms) } else { None }
    }

    /// The length of a proper list.
    pub fn list_length(self) -> Option<usize> {
        let mut iter = self.list_iter();
        let length = iter.by_ref().count();
        if iter.tail.is_nil() { Some(length) } else { None }
    }
}

#[derive(Clone, Copy)]
pub struct ListIter {
    /// What is left: after the last element `[]`, if the list is proper.
    pub tail: Term,
}

impl Iterator for ListIter {
    type Item = Term;

    #[inline(always)]
    fn next(&mut self) -> Option<Term> {
        let (head, tail) = self.tail.uncons()?;
        self.tail = tail;
        Some(head)
    }
}
