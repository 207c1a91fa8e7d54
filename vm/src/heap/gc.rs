//! The collector: copying (Cheney), two generations, one process at a time.
//!
//! A minor collection copies what is reachable and young: objects that survived one before (`mature..high`) go to the
//! old block, the others to a new young block. Objects are never changed, so nothing old points to something young and
//! no write barrier is needed; whatever a promoted object refers to is promoted with it. A full collection copies all
//! into one block: a small result stays young (one block, all of it mature), a big one becomes the old block with
//! as much room again.
//!
//! An object that has moved leaves where to: a cons cell `NONE` as its head and the new pointer as its tail, a boxed
//! object the new pointer in place of the header. Shared binaries are chained; after copying, those in the chain that
//! have not moved are released.
//!
//! A root may be shown twice: what lies in the new blocks is not copied again.

use super::{Block, Heap, Shared, literals};
use crate::term::{Term, header};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The least words of a young block made by the collector or for a native.
pub const SMALLEST: usize = 64;
/// Words of the block that a process begins with when it is given something: most that idle have been given a fun, and
/// never need more.
pub const FIRST: usize = 8;
/// Below this size the young block doubles at each collection.
const EAGER: usize = 4096;
/// A full collection that leaves more makes an old block of it.
const SPLIT: usize = 8192;
/// Off-heap bytes that trigger the first collection.
pub const OFF_HEAP_FIRST: usize = 256 * 1024;
/// Off-heap bytes of the old part that make the first full collection.
pub const OLD_OFF_HEAP_FIRST: usize = 1024 * 1024;

/// Shows each run of root words to the visitor.
pub type Roots<'a> = &'a mut dyn FnMut(&mut dyn FnMut(&mut [Term]));

/// Whether to collect at each chance (`CORDIAL_GC_STRESS=1`).
pub fn stress() -> bool {
    static STRESS: OnceLock<bool> = OnceLock::new();
    *STRESS.get_or_init(|| {
        std::env::var("CORDIAL_GC_STRESS").is_ok_and(|value| value != "0" && !value.is_empty())
    })
}

#[derive(Clone, Copy)]
struct Range {
    start: usize,
    bytes: usize,
}

impl Range {
    const EMPTY: Range = Range { start: 0, bytes: 0 };

    fn new(start: *mut u64, end: *mut u64) -> Range {
        Range {
            start: start as usize,
            bytes: end as usize - start as usize,
        }
    }

    #[inline(always)]
    fn has(self, at: *mut u64) -> bool {
        (at as usize).wrapping_sub(self.start) < self.bytes
    }
}

/// Which objects move.
trait From: Copy {
    fn moves(self, at: *mut u64) -> bool;
}

/// Those in one of two blocks.
#[derive(Clone, Copy)]
struct Within(Range, Range);

/// Those outside of the blocks that stay.
#[derive(Clone, Copy)]
struct Outside([Range; 4]);

impl From for Range {
    #[inline(always)]
    fn moves(self, at: *mut u64) -> bool {
        self.has(at)
    }
}

impl From for Within {
    #[inline(always)]
    fn moves(self, at: *mut u64) -> bool {
        self.0.has(at) || self.1.has(at)
    }
}

impl From for Outside {
    #[inline(always)]
    fn moves(self, at: *mut u64) -> bool {
        !self.0.iter().any(|range| range.has(at))
    }
}

/// Where copies go.
struct Space {
    top: *mut u64,
    end: *mut u64,
}

impl Space {
    /// Copies the object at `at`, leaves where it went, gives its new pointer.
    ///
    /// # Safety
    /// `term` points to an object in from-space, `at` is its address, and the space has room for it.
    #[inline(always)]
    unsafe fn forward(&mut self, term: Term, at: *mut u64) -> Term {
        // SAFETY: As the caller says. A moved object is told by NONE as head or by a first word that is no header.
        unsafe {
            let first = *at;
            if term.is_cons() {
                if first == Term::NONE.raw() {
                    return Term::from_raw(*at.add(1));
                }
                let to = self.top;
                debug_assert!(to.add(2) <= self.end);
                *to = first;
                *to.add(1) = *at.add(1);
                self.top = to.add(2);
                let moved = Term::cons_ptr(to);
                *at = Term::NONE.raw();
                *at.add(1) = moved.raw();
                return moved;
            }
            if !header::is_header(first) {
                return Term::from_raw(first);
            }
            let words = header::size(first) + 1;
            let to = self.top;
            debug_assert!(to.add(words) <= self.end);
            *to = first;
            for index in 1..words {
                *to.add(index) = *at.add(index);
            }
            self.top = to.add(words);
            let moved = Term::boxed_ptr(to);
            *at = moved.raw();
            moved
        }
    }
}

/// Forwards what the objects between `scan` and the top refer to, until there is nothing left.
///
/// # Safety
/// `scan` is where objects copied by `space` begin; `space` has room for all that moves.
#[inline(always)]
unsafe fn scan<F: From>(space: &mut Space, scan: *mut u64, from: F) -> *mut u64 {
    let mut at = scan;
    // SAFETY: Between `scan` and the top there are whole objects; payloads that are no terms are skipped.
    unsafe {
        while at < space.top {
            let word = *at;
            let term = Term::from_raw(word);
            if term.is_pointer() {
                let object = term.address();
                if from.moves(object) {
                    *at = space.forward(term, object).raw();
                }
            } else if header::is_header(word) && header::is_raw(word) {
                at = at.add(header::size(word));
            }
            at = at.add(1);
        }
    }
    at
}

/// Of all heaps, since the program started.
static COLLECTIONS: AtomicU64 = AtomicU64::new(0);
static RECLAIMED: AtomicU64 = AtomicU64::new(0);

/// How many collections there have been, and the words they gave back.
pub fn totals() -> (u64, u64) {
    (
        COLLECTIONS.load(Ordering::Relaxed),
        RECLAIMED.load(Ordering::Relaxed),
    )
}

impl Heap {
    /// Collects garbage. `roots` shows every word that holds a term still needed (words that are no pointers are left
    /// alone); afterwards `need` words fit into the current block.
    pub fn collect(&mut self, need: usize, roots: Roots<'_>) {
        let before = self.young_words() + self.old_words();
        let mature = (self.high as usize - self.mature as usize) / 8;
        let full = match &self.rest {
            Some(rest) => {
                let room = (rest.old.end() as usize - rest.old_top as usize) / 8;
                rest.full_due
                    || rest.since_full >= rest.full_after
                    || rest.old_off_heap > rest.old_off_heap_limit
                    || (rest.old.words > 0 && room < self.promotable(mature))
            }
            None => false,
        };
        if full {
            self.collect_full(need, roots)
        } else {
            self.collect_minor(need, mature, roots)
        }
        let after = self.young_words() + self.old_words();
        COLLECTIONS.fetch_add(1, Ordering::Relaxed);
        RECLAIMED.fetch_add(before.saturating_sub(after) as u64, Ordering::Relaxed);
        #[cfg(debug_assertions)]
        self.verify();
    }

    /// How many words may be promoted: the mature ones, and what adopted blocks might share with them.
    fn promotable(&self, mature: usize) -> usize {
        mature
    }

    fn collect_minor(&mut self, need: usize, mature: usize, roots: Roots<'_>) {
        let young = self.young_words();
        let mature_range = Range::new(self.mature, self.high);
        let shared = std::mem::replace(&mut self.shared, ptr::null_mut());
        let capacity = {
            let rest = self.rest();
            if mature > 0 && rest.old.words == 0 {
                rest.old = Block::new(grown(mature * 2));
                rest.old_top = rest.old.start;
            }
            rest.minor += 1;
            rest.since_full += 1;
            (young - mature + need).max(rest.base)
        };
        let mut to_block = Block::new(capacity);
        let current_top = self.top;
        let current = self.take_current();
        let rest = self.rest.as_mut().expect("made above");
        let chain = std::mem::take(&mut rest.chain);
        let mut old = Space {
            top: rest.old_top,
            end: rest.old.end(),
        };
        let mut new = Space {
            top: to_block.start,
            end: to_block.end(),
        };
        let old_from = rest.old_top;
        let minor = Minor {
            mature: mature_range,
            old_scan: old_from,
            new_scan: to_block.start,
        };
        if chain.is_empty() {
            let from = Range::new(current.start, current_top);
            // SAFETY: The spaces have room for all that lives in the young part; roots are words of live terms.
            unsafe { minor.run(&mut old, &mut new, from, roots) };
        } else {
            let from = Outside([
                Range::new(rest.old.start, rest.old.end()),
                Range::new(to_block.start, to_block.end()),
                literals::range().map_or(Range::EMPTY, |(start, end)| Range::new(start, end)),
                Range::EMPTY,
            ]);
            // SAFETY: As above.
            unsafe { minor.run(&mut old, &mut new, from, roots) };
        }
        rest.old_top = old.top;
        // SAFETY: The chained cells lie in the blocks that were just left.
        let (young_shared, old_shared, bytes, promoted) = unsafe {
            sweep(
                shared,
                Range::new(rest.old.start, rest.old.end()),
                rest.old_shared,
            )
        };
        rest.old_shared = old_shared;
        rest.old_off_heap += promoted;
        rest.off_heap = bytes;
        rest.off_heap_limit = (bytes * 2).max(OFF_HEAP_FIRST);
        rest.due = false;
        let survivors = (new.top as usize - to_block.start as usize) / 8;
        rest.base = next_base(rest.base, survivors, need)
            .max(rest.min_words)
            .max(std::mem::take(&mut rest.stack));
        to_block.shrink(rest.base.max(survivors * 2 + need));
        self.shared = young_shared;
        self.install(to_block);
        self.top = new.top;
        self.mature = self.start;
        self.high = new.top;
        drop(current);
        drop(chain);
    }

    fn collect_full(&mut self, need: usize, roots: Roots<'_>) {
        let total = self.words();
        let shared = std::mem::replace(&mut self.shared, ptr::null_mut());
        let current_top = self.top;
        let current = self.take_current();
        let rest = self.rest();
        rest.major += 1;
        let mut block = Block::new(if total > SPLIT {
            total * 2 + need
        } else {
            (total + need).max(rest.stack)
        });
        let chain = std::mem::take(&mut rest.chain);
        let old = std::mem::replace(&mut rest.old, Block::EMPTY);
        let old_range = Range::new(old.start, rest.old_top);
        let mut space = Space {
            top: block.start,
            end: block.end(),
        };
        if chain.is_empty() {
            let from = Within(Range::new(current.start, current_top), old_range);
            // SAFETY: The space has room for all that was in use.
            unsafe { full(&mut space, from, roots) };
        } else {
            let from = Outside([
                Range::new(block.start, block.end()),
                literals::range().map_or(Range::EMPTY, |(start, end)| Range::new(start, end)),
                Range::EMPTY,
                Range::EMPTY,
            ]);
            // SAFETY: As above.
            unsafe { full(&mut space, from, roots) };
        }
        let live = (space.top as usize - block.start as usize) / 8;
        // SAFETY: The chained cells lie in the blocks that were just left.
        let (kept, bytes) = unsafe {
            let (kept, _, bytes, _) = sweep(shared, Range::EMPTY, ptr::null_mut());
            let (kept, _, more, _) = sweep_onto(rest.old_shared, Range::EMPTY, kept, ptr::null_mut());
            (kept, bytes + more)
        };
        rest.old_shared = ptr::null_mut();
        rest.old_top = ptr::null_mut();
        rest.off_heap = bytes;
        rest.off_heap_limit = (bytes * 2).max(OFF_HEAP_FIRST);
        rest.old_off_heap = 0;
        rest.old_off_heap_limit = (bytes * 2).max(OLD_OFF_HEAP_FIRST);
        rest.since_full = 0;
        rest.live = live;
        rest.due = false;
        rest.full_due = false;
        rest.base = next_base(rest.base, if live > SPLIT { 0 } else { live }, need)
            .max(rest.min_words)
            .max(std::mem::take(&mut rest.stack));
        if live > SPLIT {
            block.shrink(live * 2);
            rest.old = block;
            rest.old_top = space.top;
            rest.old_shared = kept;
            // What is young from now on is measured by itself.
            rest.old_off_heap = std::mem::take(&mut rest.off_heap);
            rest.off_heap_limit = (bytes / 4).max(OFF_HEAP_FIRST);
            let words = rest.base.max(live / 4).max(need);
            self.install(Block::new(words));
            self.mature = self.start;
            self.high = self.start;
        } else {
            block.shrink((live * 2).max(rest.base) + need);
            self.shared = kept;
            self.install(block);
            self.top = space.top;
            self.mature = self.start;
            self.high = space.top;
        }
        drop((current, chain, old));
    }

    /// Makes the next collection a full one.
    pub fn want_full(&mut self) {
        let rest = self.rest();
        rest.full_due = true;
        rest.due = true;
    }

    /// A full collection that leaves no spare room: for hibernation and `:erlang.garbage_collect`.
    pub fn compact(&mut self, roots: Roots<'_>) {
        self.rest().base = SMALLEST;
        self.collect_full(0, roots);
    }
}

/// Sizes grow fast while small, then by a quarter to a half.
fn grown(words: usize) -> usize {
    if words < 1 << 20 {
        words + words / 2
    } else {
        words + words / 4
    }
}

fn next_base(base: usize, survivors: usize, need: usize) -> usize {
    let wanted = survivors * 2 + need;
    if wanted > base {
        grown(wanted)
    } else if base < EAGER {
        base * 2
    } else if wanted * 8 < base {
        (base / 2).max(EAGER)
    } else {
        base
    }
}

struct Minor {
    mature: Range,
    old_scan: *mut u64,
    new_scan: *mut u64,
}

impl Minor {
    /// # Safety
    /// The spaces have room for all that moves; roots are words of terms.
    unsafe fn run<F: From>(mut self, old: &mut Space, new: &mut Space, from: F, roots: Roots<'_>) {
        let mature = self.mature;
        roots(&mut |words: &mut [Term]| {
            for word in words {
                if word.is_pointer() {
                    let object = word.address();
                    if from.moves(object) {
                        let space = if mature.has(object) { &mut *old } else { &mut *new };
                        // SAFETY: The object moves, and its space has room.
                        *word = unsafe { space.forward(*word, object) };
                    }
                }
            }
        });
        // SAFETY: Both scans run over whole objects copied above.
        unsafe {
            self.scan_new(old, new, from);
            // What the promoted refer to is older than they are, hence mature itself: promoted too.
            scan(old, self.old_scan, from);
        }
    }

    /// # Safety
    /// As `run`.
    unsafe fn scan_new<F: From>(&mut self, old: &mut Space, new: &mut Space, from: F) {
        let mature = self.mature;
        let mut at = self.new_scan;
        // SAFETY: Between the scan pointer and the top there are whole objects.
        unsafe {
            while at < new.top {
                let word = *at;
                let term = Term::from_raw(word);
                if term.is_pointer() {
                    let object = term.address();
                    if from.moves(object) {
                        let space = if mature.has(object) { &mut *old } else { &mut *new };
                        *at = space.forward(term, object).raw();
                    }
                } else if header::is_header(word) && header::is_raw(word) {
                    at = at.add(header::size(word));
                }
                at = at.add(1);
            }
        }
        self.new_scan = at;
    }
}

/// # Safety
/// The space has room for all that moves; roots are words of terms.
unsafe fn full<F: From>(space: &mut Space, from: F, roots: Roots<'_>) {
    let start = space.top;
    roots(&mut |words: &mut [Term]| {
        for word in words {
            if word.is_pointer() {
                let object = word.address();
                if from.moves(object) {
                    // SAFETY: The object moves, and the space has room.
                    *word = unsafe { space.forward(*word, object) };
                }
            }
        }
    });
    // SAFETY: The scan runs over whole objects copied above.
    unsafe { scan(space, start, from) };
}

/// Walks the chain of shared binaries in from-space: those that moved are chained anew (to the young or old list,
/// by where they went), the others released. Gives both lists and the bytes of each.
///
/// # Safety
/// The cells of the chain lie in from-space, which is still there.
unsafe fn sweep(first: *mut u64, old: Range, old_list: *mut u64) -> (*mut u64, *mut u64, usize, usize) {
    // SAFETY: As the caller says.
    unsafe { sweep_onto(first, old, ptr::null_mut(), old_list) }
}

/// # Safety
/// As `sweep`.
unsafe fn sweep_onto(
    first: *mut u64,
    old: Range,
    mut young_list: *mut u64,
    mut old_list: *mut u64,
) -> (*mut u64, *mut u64, usize, usize) {
    let mut cell = first;
    let (mut bytes, mut promoted) = (0, 0);
    // SAFETY: A cell that has moved keeps its third and fourth word: only the header is overwritten.
    unsafe {
        while !cell.is_null() {
            let next = *cell.add(3) as *mut u64;
            let word = *cell;
            if header::is_header(word) {
                Shared::release(*cell.add(2) as *mut Shared);
            } else {
                let moved = Term::from_raw(word).boxed();
                if old.has(moved) {
                    *moved.add(3) = old_list as u64;
                    old_list = moved;
                    promoted += Term::from_raw(*moved.add(1)).small_value() as usize;
                } else {
                    *moved.add(3) = young_list as u64;
                    young_list = moved;
                    bytes += Term::from_raw(*moved.add(1)).small_value() as usize;
                }
            }
            cell = next;
        }
    }
    (young_list, old_list, bytes, promoted)
}

/// Gives up the binaries of a chain.
///
/// # Safety
/// The chain's cells are alive, and nobody uses them any more.
pub unsafe fn release_all(first: *mut u64) {
    let mut cell = first;
    // SAFETY: As the caller says.
    unsafe {
        while !cell.is_null() {
            let next = *cell.add(3) as *mut u64;
            Shared::release(*cell.add(2) as *mut Shared);
            cell = next;
        }
    }
}
