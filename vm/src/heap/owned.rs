//! A term in a block of its own, outside of every heap: messages in flight, literals, attributes, table rows.

use super::{Block, copy, gc};
use crate::term::{self, Term};
use std::fmt;
use std::ptr;

/// A term and the memory it lives in.
pub struct OwnedTerm {
    root: Term,
    block: Block,
    top: *mut u64,
    shared: *mut u64,
}

// SAFETY: The block has one owner, and its objects are not changed while it is shared.
unsafe impl Send for OwnedTerm {}
// SAFETY: As above.
unsafe impl Sync for OwnedTerm {}

impl OwnedTerm {
    /// A copy of the term.
    pub fn of(term: Term) -> OwnedTerm {
        if !term.is_pointer() {
            return OwnedTerm::immediate(term);
        }
        let block = Block::new(copy::size(term));
        // SAFETY: The block has room for exactly this copy.
        let (root, top, shared, _) = unsafe { copy::copy_to(term, block.start, ptr::null_mut()) };
        OwnedTerm { root, block, top, shared }
    }

    /// A term that needs no memory; it must not be a pointer (unless to a literal).
    pub const fn immediate(term: Term) -> OwnedTerm {
        OwnedTerm { root: term, block: Block::EMPTY, top: ptr::null_mut(), shared: ptr::null_mut() }
    }

    /// The term; valid as long as `self` is.
    #[inline]
    pub fn term(&self) -> Term {
        self.root
    }

    /// Words held.
    pub fn words(&self) -> usize {
        self.block.words
    }

    /// Root, block, top, chain of shared binaries.
    pub(super) fn into_parts(mut self) -> (Term, Block, *mut u64, *mut u64) {
        let block = std::mem::replace(&mut self.block, Block::EMPTY);
        let shared = std::mem::replace(&mut self.shared, ptr::null_mut());
        (self.root, block, self.top, shared)
    }
}

impl Drop for OwnedTerm {
    fn drop(&mut self) {
        // SAFETY: The chain's cells are in the block, which is dropped afterwards.
        unsafe { gc::release_all(self.shared) };
    }
}

impl Clone for OwnedTerm {
    fn clone(&self) -> OwnedTerm {
        OwnedTerm::of(self.root)
    }
}

impl Default for OwnedTerm {
    fn default() -> OwnedTerm {
        OwnedTerm::immediate(Term::NIL)
    }
}

impl PartialEq for OwnedTerm {
    /// `===`
    fn eq(&self, other: &OwnedTerm) -> bool {
        term::same(self.root, other.root)
    }
}

impl fmt::Debug for OwnedTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.root, f)
    }
}

impl fmt::Display for OwnedTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.root, f)
    }
}
