//! Flags of a process and their values.

use crate::atom::{Atom, known};
use crate::term::Term;

/// Which run queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Priority {
    Low,
    Normal,
    High,
    Max,
}

impl Priority {
    pub fn of(term: Term) -> Option<Priority> {
        match term.as_atom()? {
            known::LOW => Some(Priority::Low),
            known::NORMAL => Some(Priority::Normal),
            known::HIGH => Some(Priority::High),
            known::MAX => Some(Priority::Max),
            _ => None,
        }
    }

    pub fn atom(self) -> Atom {
        match self {
            Priority::Low => known::LOW,
            Priority::Normal => known::NORMAL,
            Priority::High => known::HIGH,
            Priority::Max => known::MAX,
        }
    }
}

/// What `min_heap_size` is by default.
pub const MIN_HEAP: u64 = 233;
/// What `min_bin_vheap_size` is by default, and at least.
pub const MIN_BIN_HEAP: u64 = 46422;

/// The next size that Erlang's heaps may have: each is one more than the sum of the two before it; large ones grow by a
/// fifth.
pub fn heap_size(words: u64) -> u64 {
    let (mut before, mut size) = (12u64, 38u64);
    if words <= before {
        return before;
    }
    while size < words {
        let next = if size < 833_026 {
            before + size + 1
        } else {
            size + size / 5
        };
        before = size;
        size = next;
    }
    size
}

/// `max_heap_size`: words, 0 for no limit.
#[derive(Clone, Copy, Debug)]
pub struct MaxHeap {
    pub words: u64,
    pub kill: bool,
    pub report: bool,
    pub shared: bool,
}

impl Default for MaxHeap {
    fn default() -> MaxHeap {
        MaxHeap {
            words: 0,
            kill: true,
            report: true,
            shared: false,
        }
    }
}
