//! Who sleeps and who looks for work.
//!
//! A worker is busy, searching, or asleep. Protocol:
//! 1. Who puts a process into a queue calls `notify` afterwards: if nobody searches and somebody sleeps, one sleeper is
//!    unparked and counts as searching from that moment.
//! 2. A worker that finds nothing searches (at most half of them at once), for a while. One that finds something is busy; if it
//!    was the last to search it notifies, so that more work does not wait for it.
//! 3. One that goes to sleep first enters the list of sleepers and stops to count as searching, then looks at all
//!    queues once more, and parks only if they are empty.
//!
//! No wake-up is lost: both sides write and then read, with a full fence in between (1: queue, then the counts; 3: the counts,
//! then the queues), so at least one of them sees the other.

use crate::sync::{AtomicUsize, Mutex, Ordering, Parker, Unparker, fence};

use std::time::Duration;

pub struct Idle {
    workers: usize,
    searching: AtomicUsize,
    asleep: AtomicUsize,
    sleepers: Mutex<Vec<usize>>,
    unparkers: Mutex<Vec<Option<Unparker>>>,
}

impl Idle {
    pub fn new(workers: usize) -> Idle {
        Idle {
            workers,
            searching: AtomicUsize::new(0),
            asleep: AtomicUsize::new(0),
            sleepers: Mutex::default(),
            unparkers: Mutex::new(vec![None; workers]),
        }
    }

    /// A worker's thread has begun.
    pub fn enter(&self, id: usize, parker: &Parker) {
        self.unparkers.lock()[id] = Some(parker.unparker().clone());
    }

    /// Transition 1.
    #[inline]
    pub fn notify(&self) {
        fence(Ordering::SeqCst);
        if self.searching.load(Ordering::Relaxed) == 0 && self.asleep.load(Ordering::Relaxed) > 0 {
            self.unpark_one();
        }
    }

    #[cold]
    fn unpark_one(&self) {
        let Some(id) = ({
            let mut sleepers = self.sleepers.lock();
            let id = sleepers.pop();
            if id.is_some() {
                self.asleep.fetch_sub(1, Ordering::SeqCst);
                self.searching.fetch_add(1, Ordering::SeqCst);
            }
            id
        }) else {
            return;
        };
        if let Some(unparker) = &self.unparkers.lock()[id] {
            unparker.unpark();
        }
    }

    /// Whether one more may search; if so it counts.
    pub fn search(&self) -> bool {
        let searching = self.searching.load(Ordering::Relaxed);
        if searching > 0 && searching * 2 >= self.workers {
            return false;
        }
        self.searching.fetch_add(1, Ordering::SeqCst);
        true
    }

    /// A searching worker has found something.
    pub fn found(&self) {
        if self.searching.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.notify();
        }
    }

    /// Transition 3. `has_work` looks at all queues. True: it was unparked by `notify` and counts as searching.
    pub fn sleep(&self, id: usize, parker: &Parker, searching: bool, has_work: impl Fn() -> bool) -> bool {
        {
            let mut sleepers = self.sleepers.lock();
            sleepers.push(id);
            self.asleep.fetch_add(1, Ordering::SeqCst);
            if searching {
                self.searching.fetch_sub(1, Ordering::SeqCst);
            }
        }
        fence(Ordering::SeqCst);
        if !has_work() {
            parker.park_timeout(Duration::from_millis(500));
        }
        let mut sleepers = self.sleepers.lock();
        match sleepers.iter().position(|sleeper| *sleeper == id) {
            Some(at) => {
                sleepers.swap_remove(at);
                self.asleep.fetch_sub(1, Ordering::SeqCst);
                false
            }
            None => true,
        }
    }

    /// Everyone shall look at the flags.
    pub fn wake_all(&self) {
        for unparker in self.unparkers.lock().iter().flatten() {
            unparker.unpark();
        }
    }
}
