//! Copying terms between heaps. Between processes literals are shared, unless their area is about to be freed; what
//! outlives a process's turn elsewhere (tables, timers, …) gets a copy of its own. Sharing inside a term is not kept.

use super::literals::Dying;
use super::{Heap, Shared, literals};
use crate::term::{Kind, Term, fun, header};
use smallvec::SmallVec;
use std::ptr;
use std::sync::Arc;

/// Which literals a copy goes on pointing to.
pub struct Shares {
    start: *mut u64,
    end: *mut u64,
    /// Areas that are about to be freed: nothing may come to point into them.
    dying: Option<Arc<Dying>>,
    /// Whether funs that are copied must be noted: somebody looks for those in use, or will not see the copy.
    notes_funs: bool,
}

impl Shares {
    /// For a copy that a process will hold: all literals but dying ones.
    #[inline]
    pub fn with_processes() -> Shares {
        let (start, end) = literals::range().unwrap_or((ptr::null_mut(), ptr::null_mut()));
        let dying = literals::dying();
        Shares {
            start,
            end,
            notes_funs: dying.is_some(),
            dying,
        }
    }

    /// For a copy that nobody walks when literals are freed.
    pub fn nothing() -> Shares {
        Shares {
            start: ptr::null_mut(),
            end: ptr::null_mut(),
            dying: None,
            notes_funs: true,
        }
    }

    /// Whether a copy is more than its words.
    #[inline]
    pub fn notes_funs(&self) -> bool {
        self.notes_funs
    }

    /// Whether the object stays where it is.
    #[inline(always)]
    pub fn keeps(&self, at: *mut u64) -> bool {
        (self.start..self.end).contains(&at) && self.dying.as_ref().is_none_or(|dying| !dying.contains(at))
    }
}

/// Words that a copy of the term takes.
pub fn size(term: Term, shares: &Shares) -> usize {
    let mut stack: SmallVec<[Term; 16]> = SmallVec::new();
    let mut words = 0;
    let mut next = term;
    loop {
        if next.is_pointer() && !shares.keeps(next.address()) {
            let at = next.address();
            // SAFETY: A valid term's object is whole.
            unsafe {
                if next.is_cons() {
                    words += 2;
                    let head = Term::from_raw(*at);
                    if head.is_pointer() {
                        stack.push(head);
                    }
                    next = Term::from_raw(*at.add(1));
                    continue;
                }
                let head = *at;
                let count = header::size(head);
                words += count + 1;
                if !header::is_raw(head) && !header::is_kind(head, Kind::SharedBinary) {
                    for index in 1..=count {
                        let field = Term::from_raw(*at.add(index));
                        if field.is_pointer() {
                            stack.push(field);
                        }
                    }
                }
            }
        }
        match stack.pop() {
            Some(term) => next = term,
            None => return words,
        }
    }
}

/// Copies the term to `to`, where there is room for `size(term)` words. Gives the copy, the top behind it, the chain of
/// its shared binaries (which goes on with `chain`) and the bytes that these hold.
///
/// # Safety
/// `to` is writable for `size(term, shares)` words.
pub unsafe fn copy_to(
    term: Term,
    to: *mut u64,
    chain: *mut u64,
    shares: &Shares,
) -> (Term, *mut u64, *mut u64, usize) {
    let moves = |at: *mut u64| !shares.keeps(at);
    let mut top = to;
    let mut chain = chain;
    let mut bytes = 0;
    // SAFETY: The sum of all objects copied is `size(term)`: each pointer that is not to a literal is followed once.
    unsafe {
        let mut place = |term: Term| -> Term {
            let at = term.address();
            if term.is_cons() {
                *top = *at;
                *top.add(1) = *at.add(1);
                top = top.add(2);
                return Term::cons_ptr(top.sub(2));
            }
            let head = *at;
            let words = header::size(head) + 1;
            ptr::copy_nonoverlapping(at, top, words);
            if header::is_kind(head, Kind::SharedBinary) {
                Shared::retain(*at.add(2) as *mut Shared);
                *top.add(3) = chain as u64;
                chain = top;
                bytes += Term::from_raw(*at.add(1)).small_value() as usize;
            } else if shares.notes_funs && header::is_kind(head, Kind::Fun) {
                fun::note(at, shares.dying.is_none());
            }
            let copy = Term::boxed_ptr(top);
            top = top.add(words);
            copy
        };
        if !term.is_pointer() || !moves(term.address()) {
            return (term, top, chain, bytes);
        }
        let root = place(term);
        let mut scan = to;
        // The queue of what is still to be copied is the copy itself. `place` moves its end.
        let mut end = scan.add(if root.is_cons() {
            2
        } else {
            header::size(*scan) + 1
        });
        while scan < end {
            let word = *scan;
            let field = Term::from_raw(word);
            if field.is_pointer() {
                if moves(field.address()) {
                    let copy = place(field);
                    *scan = copy.raw();
                    let at = copy.address();
                    end = at.add(if copy.is_cons() { 2 } else { header::size(*at) + 1 });
                }
            } else if header::is_header(word)
                && (header::is_raw(word) || header::is_kind(word, Kind::SharedBinary))
            {
                scan = scan.add(header::size(word));
            }
            scan = scan.add(1);
        }
        (root, top, chain, bytes)
    }
}

/// Moves the `words` words of whole objects at `from` to `to`, and the pointers among them along; gives the new root.
///
/// # Safety
/// Both ranges hold `words` words and do not overlap; pointers out of the range stay valid.
pub unsafe fn relocate(from: *mut u64, words: usize, to: *mut u64, root: Term) -> Term {
    let (start, bytes) = (from as usize, words * 8);
    let shift = |term: Term| -> Term {
        let at = term.address() as usize;
        if term.is_pointer() && at.wrapping_sub(start) < bytes {
            Term::from_raw(term.raw().wrapping_sub(start as u64).wrapping_add(to as u64))
        } else {
            term
        }
    };
    // SAFETY: As the caller says; raw payloads are copied as they are.
    unsafe {
        let mut index = 0;
        while index < words {
            let word = *from.add(index);
            if header::is_header(word) && header::is_raw(word) {
                let count = header::size(word) + 1;
                ptr::copy_nonoverlapping(from.add(index), to.add(index), count);
                index += count;
            } else {
                *to.add(index) = shift(Term::from_raw(word)).raw();
                index += 1;
            }
        }
    }
    shift(root)
}

impl Heap {
    /// A copy of a term of another heap in this one.
    pub fn copy_in(&mut self, term: Term) -> Term {
        self.copy(term)
    }

    /// A copy of the term in this heap.
    pub fn copy(&mut self, term: Term) -> Term {
        if !term.is_pointer() {
            return term;
        }
        let shares = Shares::with_processes();
        if shares.keeps(term.address()) {
            return term;
        }
        let words = size(term, &shares);
        let at = self.alloc(words);
        // SAFETY: There is room for exactly this copy.
        let (copy, _, chain, bytes) = unsafe { copy_to(term, at, self.shared, &shares) };
        self.shared = chain;
        if bytes > 0 {
            self.count_off_heap(bytes);
        }
        copy
    }
}
