//! A run of words from the system: a heap's young or old part, an extra part, a message fragment.

use super::refuse::{are_thinkable, refuse};
use std::alloc::{Layout, alloc, dealloc};
use std::mem::ManuallyDrop;
use std::ptr;

/// Blocks of at least this many words are mapped by themselves, so that their tail can be given back.
const MAPPED: usize = 32 * 1024;
const PAGE: usize = 4096 / 8;
/// From here on huge pages are worth asking for.
const HUGE: usize = 1024 * 1024;

/// Owns `words` words at `start`. Those between `start` and the top that its user keeps are initialised.
#[derive(Debug)]
pub struct Block {
    pub start: *mut u64,
    pub words: usize,
}

// SAFETY: A block is plain memory with one owner.
unsafe impl Send for Block {}
// SAFETY: As above; shared access only reads.
unsafe impl Sync for Block {}

impl Block {
    pub const EMPTY: Block = Block {
        start: ptr::null_mut(),
        words: 0,
    };

    pub fn new(words: usize) -> Block {
        if words == 0 {
            return Block::EMPTY;
        }
        if !are_thinkable(words) {
            refuse();
        }
        if words >= MAPPED {
            return Block::mapped(words.next_multiple_of(PAGE));
        }
        let layout = Block::layout(words);
        // SAFETY: The layout has a size above zero.
        let start = unsafe { alloc(layout) } as *mut u64;
        if start.is_null() {
            refuse();
        }
        Block { start, words }
    }

    fn layout(words: usize) -> Layout {
        Layout::array::<u64>(words).expect("a heap block is smaller than the address space")
    }

    fn mapped(words: usize) -> Block {
        let fits = |block: &Block| block.words >= words && block.words <= words * 4;
        if let Ok(Some(block)) = SPARE.try_with(|spare| spare.take_if(fits)) {
            return block;
        }
        // SAFETY: A fresh private mapping; no memory of ours is touched.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                words * 8,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start == libc::MAP_FAILED {
            refuse();
        }
        if words >= HUGE {
            // SAFETY: The range was mapped above; the advice changes no contents.
            unsafe { libc::madvise(start, words * 8, libc::MADV_HUGEPAGE) };
        }
        Block {
            start: start as *mut u64,
            words,
        }
    }

    pub fn end(&self) -> *mut u64 {
        self.start.wrapping_add(self.words)
    }

    /// Gives back what lies behind the first `words` words, where that is cheap.
    pub fn shrink(&mut self, words: usize) {
        if self.words < MAPPED {
            return;
        }
        let keep = words.max(MAPPED).next_multiple_of(PAGE);
        // A tail that is not larger than what is kept will be wanted again soon.
        if keep >= self.words || (self.words <= SPARE_MOST && keep >= self.words / 2) {
            return;
        }
        // SAFETY: The tail is page aligned, belongs to this mapping and is not used any more.
        unsafe { libc::munmap(self.start.add(keep) as *mut _, (self.words - keep) * 8) };
        self.words = keep;
    }
}

impl Block {
    fn unmap(&self) {
        // SAFETY: The mapping is ours and nobody uses it any more.
        unsafe { libc::munmap(self.start as *mut _, self.words * 8) };
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.words >= MAPPED {
            if self.words <= SPARE_MOST {
                let block = ManuallyDrop::new(Block {
                    start: self.start,
                    words: self.words,
                });
                if SPARE.try_with(|spare| spare.keep(block)).is_ok() {
                    return;
                }
            }
            self.unmap();
        } else if self.words > 0 {
            // SAFETY: Allocated in `new` with this layout.
            unsafe { dealloc(self.start as *mut u8, Block::layout(self.words)) };
        }
    }
}

/// The largest block kept for later: 16 MB.
const SPARE_MOST: usize = 2 * 1024 * 1024;

/// The mapping that this thread gave up last: a collection asks for one just when another has been left, and pages that
/// are there already need not be cleared again.
struct Spare(std::cell::Cell<Option<ManuallyDrop<Block>>>);

thread_local! {
    static SPARE: Spare = const { Spare(std::cell::Cell::new(None)) };
}

impl Spare {
    fn take_if(&self, fits: impl Fn(&Block) -> bool) -> Option<Block> {
        let block = self.0.take()?;
        if fits(&block) {
            return Some(ManuallyDrop::into_inner(block));
        }
        self.0.set(Some(block));
        None
    }

    /// Keeps the larger one.
    fn keep(&self, block: ManuallyDrop<Block>) {
        let mut other = Some(block);
        let kept = self.0.take();
        let larger = match (&kept, &other) {
            (Some(a), Some(b)) => a.words >= b.words,
            _ => false,
        };
        let loser = if larger {
            std::mem::replace(&mut other, kept)
        } else {
            kept
        };
        self.0.set(other);
        if let Some(loser) = loser {
            loser.unmap();
        }
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        if let Some(block) = self.0.take() {
            block.unmap();
        }
    }
}
