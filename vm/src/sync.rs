//! What concurrency code builds on: atomics, locks, parking. Under `--cfg loom` the models' own (see `tests/models.rs`).

#[cfg(not(loom))]
pub use crossbeam::sync::{Parker, Unparker};
#[cfg(not(loom))]
pub use parking_lot::Mutex;
#[cfg(not(loom))]
pub use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};

#[cfg(loom)]
pub use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
#[cfg(loom)]
pub use model::{Mutex, Parker, Unparker};

#[cfg(loom)]
mod model {
    use loom::sync::{Arc, Condvar, MutexGuard};
    use std::time::Duration;

    /// With the interface of `parking_lot`.
    #[derive(Debug, Default)]
    pub struct Mutex<T>(loom::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Mutex<T> {
            Mutex(loom::sync::Mutex::new(value))
        }

        pub fn lock(&self) -> MutexGuard<'_, T> {
            self.0.lock().expect("no model panics while it holds a lock")
        }
    }

    #[derive(Clone, Default)]
    pub struct Unparker(Arc<(loom::sync::Mutex<bool>, Condvar)>);

    #[derive(Default)]
    pub struct Parker(Unparker);

    impl Parker {
        pub fn new() -> Parker {
            Parker::default()
        }

        pub fn unparker(&self) -> &Unparker {
            &self.0
        }

        /// Without a limit, so that a lost wake-up is a deadlock, which the model reports.
        pub fn park_timeout(&self, _: Duration) {
            let (token, changed) = &*self.0.0;
            let mut token = token.lock().expect("no model panics while it holds a lock");
            while !*token {
                token = changed
                    .wait(token)
                    .expect("no model panics while it holds a lock");
            }
            *token = false;
        }
    }

    impl Unparker {
        pub fn unpark(&self) {
            *self.0.0.lock().expect("no model panics while it holds a lock") = true;
            self.0.1.notify_one();
        }
    }
}
