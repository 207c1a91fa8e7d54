//! Copying literals that are about to be freed to the heap of a process that still has some, and noting which funs it has.

use super::literals::Dying;
use super::{Heap, OwnedTerm, gc};
use crate::term::header::Kind;
use crate::term::{Term, fun, header};
use rustc_hash::FxHashMap;

impl Heap {
    /// Leaves nothing of the dying areas in the heap or its roots. Where something was, a full collection is due, which
    /// the caller runs at once: new copies may stand behind old objects that point to them.
    pub fn evacuate(&mut self, dying: &Dying, roots: gc::Roots<'_>) -> bool {
        let mut ranges = vec![(self.start, self.top)];
        if let Some(rest) = &self.rest {
            ranges.extend(rest.chain.iter().map(|(block, top)| (block.start, *top)));
            ranges.push((rest.old.start, rest.old_top));
        }
        let mut found = false;
        roots(&mut |words: &mut [Term]| found |= words.iter().any(|word| dying.holds(*word)));
        for (start, top) in &ranges {
            // SAFETY: Between start and top there are whole objects.
            let words = unsafe { words(*start, *top) };
            found |= survey(words, dying);
        }
        if !found {
            return false;
        }
        let mut copies: FxHashMap<u64, Term> = FxHashMap::default();
        let mut copy = |heap: &mut Heap, term: Term| {
            let known = copies.get(&term.raw()).copied();
            known.unwrap_or_else(|| {
                let copy = heap.copy(term);
                copies.insert(term.raw(), copy);
                copy
            })
        };
        roots(&mut |words: &mut [Term]| {
            for word in words.iter_mut().filter(|word| dying.holds(**word)) {
                *word = copy(self, *word);
            }
        });
        for (start, top) in ranges {
            let mut at = start;
            while at < top {
                // SAFETY: As above; copies go behind `top` or to other blocks.
                unsafe {
                    let term = Term::from_raw(*at);
                    if dying.holds(term) {
                        *at = copy(self, term).raw();
                    }
                    at = at.add(skip(*at));
                }
            }
        }
        self.want_full();
        true
    }
}

impl OwnedTerm {
    /// A copy if anything of it lies in a dying area; notes its funs.
    pub fn evacuated(&self, dying: &Dying) -> Option<OwnedTerm> {
        (dying.holds(self.term()) | survey(self.objects(), dying)).then(|| OwnedTerm::message(self.term()))
    }
}

/// # Safety
/// As `std::slice::from_raw_parts`; both may be null.
unsafe fn words<'a>(start: *mut u64, top: *mut u64) -> &'a [u64] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: As the caller says.
    unsafe { std::slice::from_raw_parts(start, (top as usize - start as usize) / 8) }
}

/// Whether something in these objects lies in a dying area; notes the funs among them.
fn survey(words: &[u64], dying: &Dying) -> bool {
    let mut found = false;
    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        found |= dying.holds(Term::from_raw(word));
        if header::is_header(word) && header::is_kind(word, Kind::Fun) {
            // SAFETY: a header begins an object; this one is a fun.
            unsafe { fun::note(words[at..].as_ptr(), false) };
        }
        at += skip(word);
    }
    found
}

/// How far the next word is that may be a term or a header.
fn skip(word: u64) -> usize {
    if header::is_header(word) && header::is_raw(word) {
        header::size(word) + 1
    } else {
        1
    }
}
