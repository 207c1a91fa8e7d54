//! Run queues: one set a worker, from which the others may steal, and one that any thread may fill.

use super::relief::Pulse;
use super::{Counts, Ready};
use crate::process::options::Priority;
use crate::sync::Ordering;
use crossbeam::deque::{Injector, Steal, Stealer, Worker};
use crossbeam::utils::CachePadded;
use std::cell::Cell;
use std::sync::Arc;

/// A worker's own end.
pub struct Local {
    /// What others see of the worker. In its slot is the process that was woken last: it runs next and inherits what is
    /// left of the turn. Not for thieves, unless the worker is away (see `relief`).
    pub pulse: Arc<CachePadded<Pulse>>,
    /// It is a relief's.
    pub is_relief: Cell<bool>,
    /// Nothing may go into the slot now.
    pub closed: Cell<bool>,
    /// Turns and reductions since the last `flush`.
    used: Cell<(u64, u64)>,
    high: Worker<Ready>,
    normal: Worker<Ready>,
    low: Worker<Ready>,
}

/// The others' end.
pub struct Remote {
    pub pulse: Arc<CachePadded<Pulse>>,
    high: Stealer<Ready>,
    normal: Stealer<Ready>,
    low: Stealer<Ready>,
}

pub fn pair() -> (Local, Remote) {
    let (high, normal, low) = (Worker::new_fifo(), Worker::new_fifo(), Worker::new_fifo());
    let pulse: Arc<CachePadded<Pulse>> = Arc::default();
    let remote = Remote {
        pulse: pulse.clone(),
        high: high.stealer(),
        normal: normal.stealer(),
        low: low.stealer(),
    };
    (
        Local {
            pulse,
            is_relief: Cell::new(false),
            closed: Cell::new(false),
            used: Cell::new((0, 0)),
            high,
            normal,
            low,
        },
        remote,
    )
}

impl Local {
    pub fn push(&self, ready: Ready, priority: Priority) {
        match priority {
            Priority::High | Priority::Max => self.high.push(ready),
            Priority::Normal => self.normal.push(ready),
            Priority::Low => self.low.push(ready),
        }
    }

    /// A turn that took this many reductions.
    pub fn count(&self, reductions: u64) {
        let (turns, sum) = self.used.get();
        self.used.set((turns + 1, sum + reductions));
    }

    /// Adds what was counted to the totals.
    pub fn flush(&self, totals: &Counts) {
        let (turns, sum) = self.used.take();
        totals.switches.fetch_add(turns, Ordering::Relaxed);
        totals.reductions.fetch_add(sum, Ordering::Relaxed);
    }

    /// The next of ours; `turn` lets processes of low priority have one in eight.
    pub fn pop(&self, turn: u32) -> Option<Ready> {
        if turn % 8 == 7
            && let Some(ready) = self.low.pop()
        {
            return Some(ready);
        }
        self.high
            .pop()
            .or_else(|| self.normal.pop())
            .or_else(|| self.low.pop())
    }

    /// Whether a process of high priority waits.
    pub fn is_urgent(&self) -> bool {
        !self.high.is_empty()
    }

    pub fn is_empty(&self) -> bool {
        !self.pulse.has_woken() && self.normal.is_empty() && self.high.is_empty() && self.low.is_empty()
    }
}

impl Remote {
    pub fn len(&self) -> usize {
        self.high.len() + self.normal.len() + self.low.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes half of what there is over to `local`, and one to run.
    pub fn steal(&self, local: &Local) -> Option<Ready> {
        retry(|| self.high.steal_batch_and_pop(&local.high))
            .or_else(|| retry(|| self.normal.steal_batch_and_pop(&local.normal)))
            .or_else(|| retry(|| self.low.steal_batch_and_pop(&local.low)))
    }
}

/// Where threads that are no workers put runnable processes.
#[derive(Default)]
pub struct Injected {
    high: Injector<Ready>,
    normal: Injector<Ready>,
    low: Injector<Ready>,
}

impl Injected {
    pub fn push(&self, ready: Ready, priority: Priority) {
        match priority {
            Priority::High | Priority::Max => self.high.push(ready),
            Priority::Normal => self.normal.push(ready),
            Priority::Low => self.low.push(ready),
        }
    }

    pub fn len(&self) -> usize {
        self.high.len() + self.normal.len() + self.low.len()
    }

    pub fn is_empty(&self) -> bool {
        self.high.is_empty() && self.normal.is_empty() && self.low.is_empty()
    }

    /// One process.
    pub fn pop(&self) -> Option<Ready> {
        if self.is_empty() {
            return None;
        }
        retry(|| self.high.steal())
            .or_else(|| retry(|| self.normal.steal()))
            .or_else(|| retry(|| self.low.steal()))
    }

    /// One process to run, and some more for `local`.
    pub fn pop_batch(&self, local: &Local) -> Option<Ready> {
        retry(|| self.high.steal())
            .or_else(|| retry(|| self.normal.steal_batch_and_pop(&local.normal)))
            .or_else(|| retry(|| self.low.steal()))
    }
}

fn retry(mut steal: impl FnMut() -> Steal<Ready>) -> Option<Ready> {
    loop {
        match steal() {
            Steal::Success(ready) => return Some(ready),
            Steal::Empty => return None,
            Steal::Retry => std::hint::spin_loop(),
        }
    }
}
