//! Holds one process's memory: allocation, message fragments, off-heap binaries, literal areas, copying, collection.
//! May import: `atom`, `term`. Never: processes, code, scheduling.
//!
//! New objects go upward in the current block, `top..limit`; who builds objects inline bumps `top` himself. When a
//! native needs more, another block becomes the current one; `has_overflow` then tells the interpreter to collect at
//! its next safe point. Blocks of messages are adopted the same way.

mod block;
mod build;
mod build_binary;
mod copy;
mod evacuate;
pub mod gc;
pub mod literals;
mod owned;
pub mod pages;
pub mod refuse;
mod row;
pub mod shared;
mod verify;

pub use block::Block;
pub use build::{IntoInteger, next_reference};
pub use owned::OwnedTerm;
pub use row::Row;
pub use shared::Shared;

use crate::term::Term;
use owned::Parts;
use std::ptr;

/// Words that the constructors of boxed objects need at most, besides their elements.
pub const SHARED_WORDS: usize = 4;
pub const SLICE_WORDS: usize = 4;
/// Binaries up to this many bytes stand in the heap.
pub const HEAP_BINARY_BYTES: usize = 64;
/// The most words that `slice` takes.
pub const SLICE_MOST: usize = 2 + HEAP_BINARY_BYTES / 8;

pub struct Heap {
    /// Where the next object goes, in the current block.
    pub top: *mut u64,
    /// Where the current block ends.
    pub limit: *mut u64,
    start: *mut u64,
    /// Objects in `mature..high` have survived a collection; `mature` is the start of a young block.
    mature: *mut u64,
    high: *mut u64,
    /// The newest `SharedBinary` of the young part; they are chained.
    shared: *mut u64,
    rest: Option<Box<Rest>>,
}

/// What small processes do without.
struct Rest {
    /// Young blocks before the current one, the first one first, with their tops.
    chain: Vec<(Block, *mut u64)>,
    old: Block,
    old_top: *mut u64,
    old_shared: *mut u64,
    /// Bytes off the heap that the young part has come to hold since the last collection.
    off_heap: usize,
    /// Above this a collection is due.
    off_heap_limit: usize,
    /// Bytes off the heap that the old part holds.
    old_off_heap: usize,
    /// Above this the next collection is a full one.
    old_off_heap_limit: usize,
    /// Minor collections since the last full one, and after how many one is due.
    since_full: u32,
    full_after: u32,
    /// Words that the last full collection left.
    live: usize,
    minor: u32,
    major: u32,
    full_due: bool,
    due: bool,
    /// Words that the young part is to have.
    base: usize,
    min_words: usize,
    /// Words of the stack, which every collection goes through: the young part is to be no smaller, or the collections of a
    /// deep recursion would take a time that grows with the square of its depth.
    stack: usize,
}

impl Rest {
    fn new() -> Box<Rest> {
        Box::new(Rest {
            chain: Vec::new(),
            old: Block::EMPTY,
            old_top: ptr::null_mut(),
            old_shared: ptr::null_mut(),
            off_heap: 0,
            off_heap_limit: gc::OFF_HEAP_FIRST,
            old_off_heap: 0,
            old_off_heap_limit: gc::OLD_OFF_HEAP_FIRST,
            since_full: 0,
            full_after: u32::MAX,
            live: 0,
            minor: 0,
            major: 0,
            full_due: false,
            due: false,
            base: gc::SMALLEST,
            min_words: gc::SMALLEST,
            stack: 0,
        })
    }
}

// SAFETY: A heap is owned by one thread at a time; its pointers lead to memory it owns or counts.
unsafe impl Send for Heap {}

impl Default for Heap {
    fn default() -> Heap {
        Heap::new()
    }
}

impl Heap {
    /// No block until something is allocated.
    pub const fn new() -> Heap {
        Heap {
            top: ptr::null_mut(),
            limit: ptr::null_mut(),
            start: ptr::null_mut(),
            mature: ptr::null_mut(),
            high: ptr::null_mut(),
            shared: ptr::null_mut(),
            rest: None,
        }
    }

    pub fn with_capacity(words: usize) -> Heap {
        let mut heap = Heap::new();
        if words > 0 {
            heap.install_first(words);
        }
        heap
    }

    /// Makes `block` the current one; what was current must be in the chain or empty.
    fn install(&mut self, block: Block) {
        self.start = block.start;
        self.top = block.start;
        self.limit = block.end();
        std::mem::forget(block);
    }

    fn install_first(&mut self, words: usize) {
        self.install(Block::new(words));
        self.mature = self.start;
        self.high = self.start;
    }

    /// The current block, taken out of the heap.
    fn take_current(&mut self) -> Block {
        let words = self.capacity_of_current();
        let block = Block {
            start: self.start,
            words,
        };
        self.start = ptr::null_mut();
        self.top = ptr::null_mut();
        self.limit = ptr::null_mut();
        block
    }

    fn capacity_of_current(&self) -> usize {
        (self.limit as usize - self.start as usize) / 8
    }

    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_with(Rest::new)
    }

    /// Room for `words` words, at once and without collecting.
    #[inline(always)]
    pub fn alloc(&mut self, words: usize) -> *mut u64 {
        let at = self.top;
        if words <= (self.limit as usize - at as usize) / 8 {
            self.top = at.wrapping_add(words);
            at
        } else {
            self.alloc_elsewhere(words)
        }
    }

    /// Makes sure that the next `words` words fit into the current block.
    #[inline]
    pub fn reserve(&mut self, words: usize) {
        if words > (self.limit as usize - self.top as usize) / 8 {
            self.extend(words);
        }
    }

    /// Whether `words` words fit into the current block.
    #[inline(always)]
    pub fn fits(&self, words: usize) -> bool {
        words <= (self.limit as usize - self.top as usize) / 8
    }

    #[cold]
    #[inline(never)]
    fn alloc_elsewhere(&mut self, words: usize) -> *mut u64 {
        self.extend(words);
        let at = self.top;
        self.top = at.wrapping_add(words);
        at
    }

    /// Makes a new block with room for `words` words the current one.
    #[cold]
    fn extend(&mut self, words: usize) {
        if self.start.is_null() {
            return self.install_first(words.max(gc::FIRST));
        }
        if !refuse::are_thinkable(words) {
            refuse::refuse();
        }
        let young = self.young_words();
        let top = self.top;
        let current = self.take_current();
        self.rest().chain.push((current, top));
        self.install(Block::new(
            words.saturating_add(young.min(1 << 20)).max(gc::SMALLEST),
        ));
        self.note_due(young + words);
    }

    /// A collection is due when the young part has outgrown the block that the last collection left.
    fn note_due(&mut self, young: usize) {
        let rest = self.rest();
        rest.due |= young > rest.base;
    }

    /// Words in use in the young part.
    pub fn young_words(&self) -> usize {
        let current = (self.top as usize - self.start as usize) / 8;
        match &self.rest {
            None => current,
            Some(rest) => {
                let chained: usize = rest
                    .chain
                    .iter()
                    .map(|(block, top)| (*top as usize - block.start as usize) / 8)
                    .sum();
                current + chained
            }
        }
    }

    pub fn old_words(&self) -> usize {
        self.rest
            .as_ref()
            .map_or(0, |rest| (rest.old_top as usize - rest.old.start as usize) / 8)
    }

    /// Words in use.
    pub fn words(&self) -> usize {
        self.young_words() + self.old_words()
    }

    /// Words held from the system.
    pub fn capacity(&self) -> usize {
        let current = self.capacity_of_current();
        self.rest.as_ref().map_or(current, |rest| {
            current + rest.old.words + rest.chain.iter().map(|(block, _)| block.words).sum::<usize>()
        })
    }

    /// Bytes held from the system for this heap.
    pub fn bytes(&self) -> usize {
        self.capacity() * 8 + self.rest.as_ref().map_or(0, |_| std::mem::size_of::<Rest>())
    }

    /// The young part is not made smaller than this many words.
    pub fn set_min_words(&mut self, words: usize) {
        if self.start.is_null() {
            self.install_first(words.max(gc::SMALLEST));
        }
        let rest = self.rest();
        rest.min_words = words;
        rest.base = rest.base.max(words);
    }

    /// So many words of roots are on the stack now.
    pub fn note_stack(&mut self, words: usize) {
        if words > gc::SMALLEST {
            let rest = self.rest();
            rest.stack = words;
            rest.base = rest.base.max(words);
        }
    }

    /// Every so many collections one is a full one.
    pub fn set_full_after(&mut self, collections: u32) {
        self.rest().full_after = collections;
    }

    /// Bytes off the heap that the young and the old part hold, as far as is known.
    pub fn off_heap(&self) -> (usize, usize) {
        self.rest
            .as_ref()
            .map_or((0, 0), |rest| (rest.off_heap, rest.old_off_heap))
    }

    /// Minor collections since the last full one.
    pub fn since_full(&self) -> u32 {
        self.rest.as_ref().map_or(0, |rest| rest.since_full)
    }

    /// Words of the block that the old part stands in.
    pub fn old_capacity(&self) -> usize {
        self.rest.as_ref().map_or(0, |rest| rest.old.words)
    }

    /// Makes room for `need` words without a collection, which stays due.
    pub fn postpone(&mut self, need: usize) {
        self.extend(need);
        self.rest().due = true;
    }

    /// How many minor and full collections there were.
    pub fn collections(&self) -> (u32, u32) {
        self.rest.as_ref().map_or((0, 0), |rest| (rest.minor, rest.major))
    }

    /// Something did not fit, or much has come to be held off the heap: collect at the next safe point.
    #[inline]
    pub fn has_overflow(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| rest.due)
    }

    /// Takes over the block of a message or another owned term; the term is then one of this heap's.
    pub fn adopt(&mut self, owned: OwnedTerm) -> Term {
        let Parts {
            root,
            block,
            start,
            top,
            shared,
        } = owned.into_parts();
        if start.is_null() {
            return root;
        }
        if !shared.is_null() {
            self.splice_shared(shared);
        }
        let used = (top as usize - start as usize) / 8;
        if used <= ADOPT_BY_COPY && shared.is_null() {
            // Many small blocks would make the collector's bookkeeping long.
            let at = self.alloc(used);
            // SAFETY: Both ranges hold `used` words; the block's objects are moved and their pointers adjusted.
            return unsafe { copy::relocate(start, used, at, root) };
        }
        if self.start.is_null() {
            self.install_first(gc::SMALLEST);
        }
        let young = self.young_words() + used;
        self.rest().chain.push((block, top));
        self.note_due(young);
        root
    }

    /// Chains a list of shared binaries, as an owned term has one, to ours.
    fn splice_shared(&mut self, first: *mut u64) {
        let mut bytes = 0;
        let mut last = first;
        // SAFETY: The cells are chained `SharedBinary` objects, the last one with null.
        unsafe {
            loop {
                bytes += Term::from_raw(*last.add(1)).small_value() as usize;
                let next = *last.add(3) as *mut u64;
                if next.is_null() {
                    break;
                }
                last = next;
            }
            *last.add(3) = self.shared as u64;
        }
        self.shared = first;
        self.count_off_heap(bytes);
    }

    fn count_off_heap(&mut self, bytes: usize) {
        let rest = self.rest();
        rest.off_heap += bytes;
        rest.due |= rest.off_heap > rest.off_heap_limit;
    }
}

/// Messages up to this many words are copied into the current block, or a new one, rather than kept in their own.
const ADOPT_BY_COPY: usize = 64;

impl Drop for Heap {
    fn drop(&mut self) {
        // SAFETY: The lists hold this heap's shared binaries, each counted once.
        unsafe {
            gc::release_all(self.shared);
            if let Some(rest) = &self.rest {
                gc::release_all(rest.old_shared);
            }
        }
        drop(self.take_current());
    }
}
