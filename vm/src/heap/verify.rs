//! Checks, in debug builds, that a heap holds whole objects whose pointers lead somewhere sensible.

use super::Heap;
use crate::term::{Term, header};

impl Heap {
    /// Panics if an object is broken.
    #[cfg(debug_assertions)]
    pub fn verify(&self) {
        self.verify_range(self.start, self.top);
        if let Some(rest) = &self.rest {
            self.verify_range(rest.old.start, rest.old_top);
        }
    }

    #[cfg(debug_assertions)]
    fn verify_range(&self, start: *mut u64, top: *mut u64) {
        let mut at = start;
        while at < top {
            // SAFETY: Between start and top all words are initialised.
            let word = unsafe { *at };
            let term = Term::from_raw(word);
            if term.is_pointer() {
                let object = term.address();
                // SAFETY: A valid term's object can be read.
                let first = unsafe { *object };
                if term.is_boxed() {
                    assert!(
                        header::is_header(first),
                        "{word:#x} at {at:?} leads to {first:#x}, no header"
                    );
                } else {
                    assert!(
                        !header::is_header(first),
                        "the cell {word:#x} at {at:?} holds a header"
                    );
                    assert!(
                        first != Term::NONE.raw(),
                        "the cell {word:#x} at {at:?} has moved"
                    );
                }
            } else if header::is_header(word) && header::is_raw(word) {
                at = at.wrapping_add(header::size(word));
            }
            at = at.wrapping_add(1);
        }
        assert!(at == top, "the last object ends behind the top");
    }

    #[cfg(not(debug_assertions))]
    pub fn verify(&self) {}
}
