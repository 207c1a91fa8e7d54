//! Models of the signal queue and of parking, over all interleavings:
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
