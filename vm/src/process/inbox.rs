//! The signal queue of a process: many senders, one receiver, one word.
//!
//! Protocol. The word is one of
//!
//! | word | meaning | who may change it |
//! |---|---|---|
//! | `EMPTY` | nothing queued, the process is running or in a run queue | senders push; the owner parks or closes |
//! | `PARKED` | nothing queued, nobody owns the process | a sender pushes and becomes the owner |
//! | a node | the newest signal; older ones hang behind it | senders push; the owner takes all or closes |
//! | `CLOSED` | the process has ended | nobody, until the slot is used again |
//!
//! 1. A sender swings the word from what it saw to its node. If it saw `PARKED` the process is now the sender's, who puts it
//!    into a run queue: exactly one sender can see it, so a process is never queued twice.
//! 2. The owner takes everything (`EMPTY` stays) and turns the chain round: a sender's signals come out in the order of sending.
//! 3. The owner parks by swinging `EMPTY` to `PARKED`: this fails if a signal came in between, so no wake-up is lost.
//!    After it has parked a process, a thread must not touch it.
//! 4. The owner closes; what was queued is handed back and answered for; later senders get their node back.
//!
//! A slot is used again for a later process. A sender that is late by that much puts its signal into the wrong queue: the
//! node says for whom it was, and the receiver treats it as one to a process that has ended.

use super::signal::Node;
use crate::sync::{AtomicPtr, Ordering};

const EMPTY: *mut Node = std::ptr::null_mut();
const PARKED: *mut Node = std::ptr::without_provenance_mut(1);
const CLOSED: *mut Node = std::ptr::without_provenance_mut(2);

/// The word.
pub struct Inbox {
    head: AtomicPtr<Node>,
}

/// What became of a signal.
pub enum Pushed {
    /// The process will see it.
    Queued,
    /// The process was parked and is the sender's now: put it into a run queue.
    Wake,
    /// The process has ended.
    Closed(Box<Node>),
}

impl Inbox {
    /// The queue of no process.
    pub fn closed() -> Inbox {
        Inbox {
            head: AtomicPtr::new(CLOSED),
        }
    }

    /// Transition 1.
    pub fn push(&self, node: Box<Node>) -> Pushed {
        let node = Box::into_raw(node);
        let mut head = self.head.load(Ordering::Relaxed);
        loop {
            if head == CLOSED {
                // SAFETY: the node was not published.
                return Pushed::Closed(unsafe { Box::from_raw(node) });
            }
            // SAFETY: the node is not published yet.
            unsafe { (*node).next = if head == PARKED { EMPTY } else { head } };
            match self
                .head
                .compare_exchange_weak(head, node, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) if head == PARKED => return Pushed::Wake,
                Ok(_) => return Pushed::Queued,
                Err(seen) => head = seen,
            }
        }
    }

    /// Whether signals wait; for the owner.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.head.load(Ordering::Relaxed) == EMPTY
    }

    /// Whether the process is parked: it has seen all signals there were. For anybody.
    #[inline]
    pub fn is_parked(&self) -> bool {
        self.head.load(Ordering::Acquire) == PARKED
    }

    /// Transition 2: everything queued, oldest first. For the owner of a process that is not parked.
    pub fn take_all(&self) -> Chain {
        if self.is_empty() {
            return Chain(EMPTY);
        }
        Chain(reverse(self.head.swap(EMPTY, Ordering::Acquire)))
    }

    /// Transition 3. False: signals came in, go on.
    pub fn park(&self) -> bool {
        self.head
            .compare_exchange(EMPTY, PARKED, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// Transition 4.
    pub fn close(&self) -> Chain {
        Chain(reverse(self.head.swap(CLOSED, Ordering::AcqRel)))
    }

    /// Starts a new life with a process that somebody owns.
    pub fn open(&self) {
        self.head.store(EMPTY, Ordering::Release);
    }
}

fn reverse(mut head: *mut Node) -> *mut Node {
    let mut done = EMPTY;
    if head == PARKED || head == CLOSED {
        return done;
    }
    while !head.is_null() {
        // SAFETY: the chain was taken out of the word as a whole, so it is the caller's alone.
        unsafe {
            let next = (*head).next;
            (*head).next = done;
            done = head;
            head = next;
        }
    }
    done
}

/// Signals taken out of an inbox, oldest first.
pub struct Chain(*mut Node);

impl Iterator for Chain {
    type Item = Box<Node>;

    fn next(&mut self) -> Option<Box<Node>> {
        if self.0.is_null() {
            return None;
        }
        // SAFETY: the chain's nodes came from `Box::into_raw` and belong to the chain.
        let mut node = unsafe { Box::from_raw(self.0) };
        self.0 = std::mem::replace(&mut node.next, EMPTY);
        Some(node)
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
