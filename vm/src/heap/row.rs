//! A tuple in a block of its own with room for a link and a hash: a row of a table.
//!
//! The block holds the next row of the chain (or null), the hash, the block's size in words, the chain of shared binaries
//! (or null), then the tuple and what it refers to. A row is one allocation, and a small one a line of the cache.

use super::copy::{self, Shares};
use super::{Block, Heap, gc};
use crate::term::{Term, header};
use std::fmt;
use std::ptr::{self, NonNull};

/// Words before the tuple.
const HEAD: usize = 4;
const HASH: usize = 1;
const WORDS: usize = 2;
const SHARED: usize = 3;
/// Rows of up to this many words are copied in one piece.
const PIECE: usize = 1024;

/// Owns its block, and the rows that hang behind it.
#[repr(transparent)]
pub struct Row(NonNull<u64>);

// SAFETY: The block has one owner, and is changed only by who has the row alone.
unsafe impl Send for Row {}
// SAFETY: As above.
unsafe impl Sync for Row {}

impl Row {
    /// A copy of the tuple that depends on nothing: literals in it are copied too.
    pub fn of(tuple: Term, hash: u64) -> Row {
        assert!(tuple.is_tuple(), "a row is a tuple");
        let shares = Shares::nothing();
        let block = Block::new(HEAD + copy::size(tuple, &shares));
        // SAFETY: The block has room for its head and exactly this copy, whose root, being no literal's, is its first object.
        unsafe {
            let at = block.start;
            let (_, _, shared, _) = copy::copy_to(tuple, at.add(HEAD), ptr::null_mut(), &shares);
            *at = 0;
            *at.add(HASH) = hash;
            *at.add(WORDS) = block.words as u64;
            *at.add(SHARED) = shared as u64;
            std::mem::forget(block);
            Row(NonNull::new_unchecked(at))
        }
    }

    fn word(&self, index: usize) -> u64 {
        // SAFETY: The head was written in `of`.
        unsafe { *self.0.as_ptr().add(index) }
    }

    /// The tuple; valid as long as the row is, and until it is changed.
    #[inline(always)]
    pub fn term(&self) -> Term {
        Term::boxed_ptr(self.0.as_ptr().wrapping_add(HEAD))
    }

    /// The tuple's elements.
    #[inline(always)]
    pub fn fields(&self) -> &[Term] {
        // SAFETY: The tuple's elements follow its header, which tells their number.
        unsafe {
            let tuple = self.0.as_ptr().add(HEAD);
            std::slice::from_raw_parts(tuple.add(1) as *const Term, header::size(*tuple))
        }
    }

    #[inline(always)]
    pub fn hash(&self) -> u64 {
        self.word(HASH)
    }

    /// Words held.
    pub fn words(&self) -> usize {
        self.word(WORDS) as usize
    }

    /// The next row of the chain.
    #[inline(always)]
    pub fn next(&self) -> Option<&Row> {
        // SAFETY: The first word is an `Option<Row>`, which is a pointer or null.
        unsafe { (*(self.0.as_ptr() as *const Option<Row>)).as_ref() }
    }

    #[inline(always)]
    pub fn link(&mut self) -> &mut Option<Row> {
        // SAFETY: As in `next`; who has the row alone has its link alone.
        unsafe { &mut *(self.0.as_ptr() as *mut Option<Row>) }
    }

    /// Puts a value in the place of an element. False, and nothing is changed: one of them needs memory.
    pub fn replace(&mut self, index: usize, value: Term) -> bool {
        match self.fields().get(index) {
            Some(old) if !old.is_pointer() && !value.is_pointer() => {
                // SAFETY: The element is in the tuple, as `fields` has shown.
                unsafe { *self.0.as_ptr().add(HEAD + 1 + index) = value.raw() };
                true
            }
            _ => false,
        }
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        let mut next = self.link().take();
        // SAFETY: The head was written in `of`; the chain's cells are in the block, which is dropped afterwards.
        unsafe {
            gc::release_all(self.word(SHARED) as *mut u64);
            drop(Block {
                start: self.0.as_ptr(),
                words: self.words(),
            });
        }
        // One after the other: a chain may be longer than the stack is deep.
        while let Some(mut row) = next {
            next = row.link().take();
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.term(), f)
    }
}

impl Heap {
    /// A copy of a row's tuple in this heap.
    pub fn copy_row(&mut self, row: &Row) -> Term {
        let words = row.words() - HEAD;
        if row.word(SHARED) != 0 || words > PIECE || Shares::with_processes().notes_funs() {
            return self.copy(row.term());
        }
        let at = self.alloc(words);
        // SAFETY: Both ranges hold that many words of whole objects, which refer to nothing outside of the block; one so
        // small has no room besides.
        unsafe { copy::relocate(row.0.as_ptr().add(HEAD), words, at, row.term()) }
    }
}
