//! How long a worker has slept: the rest of its time it was at work or looking for some.
//!
//! Only the worker writes; others read at any time and may be off by the moment in which it falls asleep or wakes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[derive(Default)]
pub struct Clock {
    /// Nanoseconds of sleep that are over.
    slept: AtomicU64,
    /// Since when it sleeps, in nanoseconds since the start; 0 while it is awake.
    since: AtomicU64,
}

impl Clock {
    pub fn sleeps(&self, now: Duration) {
        self.since
            .store((now.as_nanos() as u64).max(1), Ordering::Relaxed);
    }

    pub fn wakes(&self, now: Duration) {
        let since = self.since.swap(0, Ordering::Relaxed);
        self.slept
            .fetch_add((now.as_nanos() as u64).saturating_sub(since), Ordering::Relaxed);
    }

    /// Nanoseconds awake until now.
    pub fn active(&self, now: Duration) -> u64 {
        let now = now.as_nanos() as u64;
        let since = self.since.load(Ordering::Relaxed);
        let sleeping = if since == 0 { 0 } else { now.saturating_sub(since) };
        now.saturating_sub(self.slept.load(Ordering::Relaxed) + sleeping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_slept_was_active() {
        let clock = Clock::default();
        let at = Duration::from_nanos;
        assert_eq!(clock.active(at(100)), 100);
        clock.sleeps(at(100));
        assert_eq!(clock.active(at(150)), 100);
        clock.wakes(at(160));
        assert_eq!(clock.active(at(200)), 140);
    }
}
