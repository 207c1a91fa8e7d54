//! A term in a block of its own, outside of every heap: messages in flight, literals, attributes, table rows.

use super::copy::{self, Shares};
use super::{Block, gc};
use crate::term::{self, Term};
use std::fmt;
use std::ptr;

/// A term and the memory it lives in: a block whose first words tell its size, its top and the chain of its shared
/// binaries.
pub struct OwnedTerm {
    root: Term,
    /// Null if the term needs no memory.
    block: *mut u64,
}

/// Words of the block before the first object.
const HEAD: usize = 3;

// SAFETY: The block has one owner, and its objects are not changed while it is shared.
unsafe impl Send for OwnedTerm {}
// SAFETY: As above.
unsafe impl Sync for OwnedTerm {}

/// An owned term taken apart.
pub(super) struct Parts {
    pub root: Term,
    pub block: Block,
    /// The first object.
    pub start: *mut u64,
    pub top: *mut u64,
    pub shared: *mut u64,
}

impl OwnedTerm {
    /// A copy of the term that depends on nothing: literals in it are copied too.
    pub fn of(term: Term) -> OwnedTerm {
        OwnedTerm::copied(term, &Shares::nothing())
    }

    /// A copy of the term for another process: literals are shared with it.
    pub fn message(term: Term) -> OwnedTerm {
        OwnedTerm::copied(term, &Shares::with_processes())
    }

    fn copied(term: Term, shares: &Shares) -> OwnedTerm {
        if !term.is_pointer() || shares.keeps(term.address()) {
            return OwnedTerm::immediate(term);
        }
        let block = Block::new(HEAD + copy::size(term, shares));
        // SAFETY: The block has room for its head and exactly this copy.
        let root = unsafe {
            let (root, top, shared, _) = copy::copy_to(term, block.start.add(HEAD), ptr::null_mut(), shares);
            *block.start = block.words as u64;
            *block.start.add(1) = top as u64;
            *block.start.add(2) = shared as u64;
            root
        };
        let start = block.start;
        std::mem::forget(block);
        OwnedTerm { root, block: start }
    }

    /// A term that needs no memory; it must not be a pointer (unless to a literal).
    pub const fn immediate(term: Term) -> OwnedTerm {
        OwnedTerm {
            root: term,
            block: ptr::null_mut(),
        }
    }

    /// The term; valid as long as `self` is.
    #[inline]
    pub fn term(&self) -> Term {
        self.root
    }

    /// Words held.
    pub fn words(&self) -> usize {
        if self.block.is_null() {
            0
        } else {
            // SAFETY: The first word of a block is its size.
            unsafe { *self.block as usize }
        }
    }

    /// The words of its objects.
    pub(super) fn objects(&self) -> &[u64] {
        if self.block.is_null() {
            return &[];
        }
        // SAFETY: The head was written in `copied`; between it and the top there are whole objects.
        unsafe {
            let start = self.block.add(HEAD);
            let top = *self.block.add(1) as *mut u64;
            std::slice::from_raw_parts(start, (top as usize - start as usize) / 8)
        }
    }

    pub(super) fn into_parts(mut self) -> Parts {
        let start = std::mem::replace(&mut self.block, ptr::null_mut());
        if start.is_null() {
            let null = ptr::null_mut();
            return Parts {
                root: self.root,
                block: Block::EMPTY,
                start: null,
                top: null,
                shared: null,
            };
        }
        // SAFETY: The head was written in `copied`.
        unsafe {
            Parts {
                root: self.root,
                block: Block {
                    start,
                    words: *start as usize,
                },
                start: start.add(HEAD),
                top: *start.add(1) as *mut u64,
                shared: *start.add(2) as *mut u64,
            }
        }
    }
}

impl Drop for OwnedTerm {
    fn drop(&mut self) {
        if self.block.is_null() {
            return;
        }
        // SAFETY: The head was written in `copied`; the chain's cells are in the block, which is dropped afterwards.
        unsafe {
            gc::release_all(*self.block.add(2) as *mut u64);
            drop(Block {
                start: self.block,
                words: *self.block as usize,
            });
        }
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

const _: () = assert!(std::mem::size_of::<OwnedTerm>() == 16);
