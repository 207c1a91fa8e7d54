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

/// `max_heap_size`: words, 0 for no limit.
#[derive(Clone, Copy, Debug)]
pub struct MaxHeap {
    pub words: u64,
    pub kill: bool,
    pub report: bool,
    pub shared: bool,
    /// It was over the limit at the end of its last turn, and has been told to collect since.
    pub over: bool,
}

impl Default for MaxHeap {
    fn default() -> MaxHeap {
        MaxHeap {
            words: 0,
            kill: true,
            report: true,
            shared: false,
            over: false,
        }
    }
}
