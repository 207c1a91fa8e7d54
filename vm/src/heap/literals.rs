//! The literals of all modules, in one range of addresses reserved at the start, so that "is literal" is two compares.
//! Literals are never freed or moved.

use super::{OwnedTerm, copy};
use crate::term::Term;
use parking_lot::Mutex;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Address space only; pages cost memory when they are written.
const BYTES: usize = 64 << 30;
/// For systems that do not give so much.
const FEWER_BYTES: usize = 1 << 30;

static START: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);
/// The next free word's address, 0 before the range is reserved.
static NEXT: Mutex<usize> = Mutex::new(0);

/// The reserved range, if anything was stored yet.
pub fn range() -> Option<(*mut u64, *mut u64)> {
    let start = START.load(Ordering::Acquire);
    if start == 0 {
        None
    } else {
        Some((start as *mut u64, END.load(Ordering::Relaxed) as *mut u64))
    }
}

/// Whether the term points to a literal.
pub fn is_literal(term: Term) -> bool {
    term.is_pointer() && range().is_some_and(|(start, end)| (start..end).contains(&term.address()))
}

/// Words in use by literals.
pub fn words() -> usize {
    let next = *NEXT.lock();
    if next == 0 {
        0
    } else {
        (next - START.load(Ordering::Relaxed)) / 8
    }
}

fn reserve() -> usize {
    for bytes in [BYTES, FEWER_BYTES] {
        // SAFETY: A fresh private mapping; no memory of ours is touched.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start != libc::MAP_FAILED {
            END.store(start as usize + bytes, Ordering::Relaxed);
            START.store(start as usize, Ordering::Release);
            return start as usize;
        }
    }
    panic!("no address space for literals");
}

/// Room for `words` literal words.
fn alloc(words: usize) -> *mut u64 {
    let mut next = NEXT.lock();
    if *next == 0 {
        *next = reserve();
    }
    let at = *next;
    *next += words * 8;
    assert!(
        *next <= END.load(Ordering::Relaxed),
        "the literals have filled their range"
    );
    at as *mut u64
}

/// Copies a term into the literal range.
pub fn store(owned: OwnedTerm) -> Term {
    let parts = owned.into_parts();
    if parts.start.is_null() {
        return parts.root;
    }
    let used = (parts.top as usize - parts.start as usize) / 8;
    let at = alloc(used);
    // SAFETY: Both ranges hold `used` words. The counts of shared binaries pass to the literals, which keep them for ever.
    unsafe { copy::relocate(parts.start, used, at, parts.root) }
}

/// One module's literals.
#[derive(Clone, Debug, Default)]
pub struct Area {
    /// By index.
    pub terms: Vec<Term>,
}

impl Area {
    pub fn from_terms(terms: Vec<OwnedTerm>) -> (Area, Vec<Term>) {
        let terms: Vec<Term> = terms.into_iter().map(store).collect();
        (Area { terms: terms.clone() }, terms)
    }
}
