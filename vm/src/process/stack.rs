//! A process's stack: frames of registers, growing upward.
//!
//! `R[i]` is `fp + i`. Below each frame's `R0` stand two words: `fp[-2]` is the address of the code to go on with when
//! the frame returns, `fp[-1]` packs the distance to the caller's `R0` (low 16 bits) and the caller's register for the
//! value (next 16 bits). No word points into the stack, so growing is a plain copy. The word before a return address is
//! a `Site`: it says which of the caller's registers are live.

use crate::heap::refuse::{are_thinkable, refuse};
use std::alloc::{Layout, alloc, dealloc, realloc};

/// Words that a new stack has.
const FIRST: usize = 24;

/// The block of a process's frames.
pub struct Stack {
    base: *mut u64,
    /// One past the last word.
    pub(crate) end: *mut u64,
}

// SAFETY: the block belongs to the stack alone; whoever owns the process owns it.
unsafe impl Send for Stack {}

impl Default for Stack {
    fn default() -> Stack {
        Stack {
            base: std::ptr::null_mut(),
            end: std::ptr::null_mut(),
        }
    }
}

impl Stack {
    /// The lowest word.
    pub fn base(&self) -> *mut u64 {
        self.base
    }

    /// Size in bytes.
    pub fn bytes(&self) -> usize {
        self.end as usize - self.base as usize
    }

    fn words(&self) -> usize {
        self.bytes() / 8
    }

    /// Makes room for `need` words in all; the block may move: the distance in bytes is returned.
    pub fn grow(&mut self, need: usize) -> isize {
        let words = if self.base.is_null() {
            need.max(FIRST)
        } else {
            need.max(self.words() * 2)
        };
        if !are_thinkable(words) {
            refuse();
        }
        let layout = Layout::array::<u64>(words).expect("a stack that fits the address space");
        let old = self.base;
        let new = if old.is_null() {
            // SAFETY: the layout's size is not zero.
            unsafe { alloc(layout) as *mut u64 }
        } else {
            let before = Layout::array::<u64>(self.words()).expect("a stack that fits the address space");
            // SAFETY: the block was allocated with the layout `before`.
            unsafe { realloc(old as *mut u8, before, layout.size()) as *mut u64 }
        };
        if new.is_null() {
            refuse();
        }
        self.base = new;
        self.end = new.wrapping_add(words);
        if old.is_null() {
            0
        } else {
            (new as isize).wrapping_sub(old as isize)
        }
    }

    /// Gives the block back.
    pub fn release(&mut self) {
        if !self.base.is_null() {
            let layout = Layout::array::<u64>(self.words()).expect("a stack that fits the address space");
            // SAFETY: the block was allocated with this layout.
            unsafe { dealloc(self.base as *mut u8, layout) };
            self.base = std::ptr::null_mut();
            self.end = std::ptr::null_mut();
        }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.release();
    }
}
