//! Models of the signal queue, of parking and of purging code, over all interleavings:
//! `RUSTFLAGS="--cfg loom" cargo test -p cordial-vm --test models --release`
#![cfg(loom)]

use cordial_vm::process::inbox::{Inbox, Pushed};
use cordial_vm::process::signal::{Node, Signal};
use cordial_vm::sched::idle::Idle;
use cordial_vm::sync::Parker;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use loom::thread;

/// What a scheduler does with a process: takes its signals, parks it.
fn own(inbox: &Inbox, owners: &AtomicUsize, received: &AtomicUsize) {
    assert_eq!(owners.fetch_add(1, SeqCst), 0, "one owner at a time");
    loop {
        received.fetch_add(inbox.take_all().count(), SeqCst);
        owners.fetch_sub(1, SeqCst);
        if inbox.park() {
            return;
        }
        assert_eq!(owners.fetch_add(1, SeqCst), 0, "one owner at a time");
    }
}

#[test]
fn every_signal_is_seen_and_a_process_has_one_owner() {
    loom::model(|| {
        let shared = Arc::new((Inbox::closed(), AtomicUsize::new(0), AtomicUsize::new(0)));
        shared.0.open();
        let senders: Vec<_> = (0..2)
            .map(|_| {
                let shared = shared.clone();
                thread::spawn(move || {
                    let (inbox, owners, received) = &*shared;
                    if let Pushed::Wake = inbox.push(Node::new(1, Signal::Timeout)) {
                        own(inbox, owners, received);
                    }
                })
            })
            .collect();
        own(&shared.0, &shared.1, &shared.2);
        for sender in senders {
            sender.join().unwrap();
        }
        assert_eq!(shared.2.load(SeqCst), 2);
    });
}

#[test]
fn a_closed_queue_answers_for_every_signal() {
    loom::model(|| {
        let shared = Arc::new((Inbox::closed(), AtomicUsize::new(0)));
        shared.0.open();
        let senders: Vec<_> = (0..2)
            .map(|_| {
                let shared = shared.clone();
                thread::spawn(move || {
                    if let Pushed::Closed(_) = shared.0.push(Node::new(1, Signal::Timeout)) {
                        shared.1.fetch_add(1, SeqCst);
                    }
                })
            })
            .collect();
        let late = shared.0.close().count();
        shared.1.fetch_add(late, SeqCst);
        for sender in senders {
            sender.join().unwrap();
        }
        assert_eq!(shared.1.load(SeqCst), 2);
    });
}

#[test]
fn no_wake_up_is_lost() {
    loom::model(|| {
        let shared = Arc::new((Idle::new(2), AtomicUsize::new(0)));
        let worker = {
            let shared = shared.clone();
            thread::spawn(move || {
                let (idle, queue) = &*shared;
                let parker = Parker::new();
                idle.enter(0, &parker);
                let mut searching = false;
                while queue.load(SeqCst) == 0 {
                    searching = idle.sleep(0, &parker, searching, || queue.load(SeqCst) > 0);
                }
                if searching {
                    idle.found();
                }
            })
        };
        shared.1.fetch_add(1, SeqCst);
        shared.0.notify();
        worker.join().unwrap();
    });
}

/// A process that calls through an entry, and answers between two turns; a purge that swaps the entry, asks, and frees
/// the old code when it has the answer.
#[test]
fn nobody_runs_code_that_is_freed() {
    struct World {
        inbox: Inbox,
        /// Where calls lead: version 1 or 2.
        entry: AtomicUsize,
        /// Answers to the question, by the version that was run in the turn before.
        used: AtomicUsize,
        answered: AtomicUsize,
        freed: AtomicUsize,
    }
    loom::model(|| {
        let world = Arc::new(World {
            inbox: Inbox::closed(),
            entry: AtomicUsize::new(1),
            used: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
            freed: AtomicUsize::new(0),
        });
        world.inbox.open();
        let process = {
            let world = world.clone();
            thread::spawn(move || {
                for _ in 0..2 {
                    let running = world.entry.load(SeqCst);
                    if running == 1 {
                        assert_eq!(world.freed.load(SeqCst), 0, "the code is still there");
                    }
                    // The turn ends within the function: the stack leads into its version.
                    for node in world.inbox.take_all() {
                        drop(node);
                        if running == 1 {
                            world.used.store(1, SeqCst);
                        }
                        world.answered.store(1, SeqCst);
                    }
                }
            })
        };
        world.entry.store(2, SeqCst);
        let _ = world.inbox.push(Node::new(1, Signal::Timeout));
        if world.answered.load(SeqCst) == 1 && world.used.load(SeqCst) == 0 {
            world.freed.store(1, SeqCst);
        }
        process.join().unwrap();
    });
}

/// A process is born with a call through an entry while the entry's code is purged: either the purge finds the process
/// and asks it, or the process looks at the entry again after it can be found.
#[test]
fn a_new_process_is_asked_or_begins_with_the_new_code() {
    loom::model(|| {
        let world = Arc::new((AtomicUsize::new(1), AtomicUsize::new(0)));
        let spawner = {
            let world = world.clone();
            thread::spawn(move || {
                let (entry, slot) = &*world;
                slot.store(1, SeqCst);
                loom::sync::atomic::fence(SeqCst);
                entry.load(SeqCst)
            })
        };
        let (entry, slot) = &*world;
        entry.store(2, SeqCst);
        loom::sync::atomic::fence(SeqCst);
        let found = slot.load(SeqCst) == 1;
        let runs = spawner.join().unwrap();
        assert!(
            found || runs == 2,
            "nobody knows of the process, and it runs old code"
        );
    });
}
