//! Processes driven by natives alone: signals, exits, timers, scheduling under load.

mod bodies;

use bodies::{Probe, call, vm};
use cordial_vm::term::Term;
use std::time::{Duration, Instant};

/// Many pairs that send a counter back and forth, on several schedulers: no wake-up may be lost.
#[test]
fn ping_pong_pairs() {
    let vm = vm(3);
    let probe = Probe::new();
    vm.enter(|held| {
        for _ in 0..20 {
            let partner = call(held, "test", "echo", &[Term::small(0)]);
            call(
                held,
                "test",
                "pinger",
                &[partner, Term::small(5_000), probe.term()],
            );
        }
    });
    assert_eq!(probe.wait(20), 20 * 5_000);
    vm.shutdown();
}

/// Processes that are spawned, monitored, and end at once.
#[test]
fn spawn_and_join() {
    let vm = vm(2);
    let probe = Probe::new();
    vm.enter(|held| {
        for _ in 0..4 {
            call(held, "test", "spawner", &[Term::small(10_000), probe.term()]);
        }
    });
    assert_eq!(probe.wait(4), 40_000);
    wait_until(|| vm.processes().count() == 0);
    vm.shutdown();
}

#[test]
fn timers_fire_in_time_and_can_be_cancelled() {
    let vm = vm(2);
    let probe = Probe::new();
    let start = Instant::now();
    vm.enter(|held| {
        for delay in [30, 10, 20] {
            call(held, "test", "sleeper", &[Term::small(delay), probe.term()]);
        }
    });
    assert_eq!(probe.wait(3), 60);
    assert!(start.elapsed() >= Duration::from_millis(30));
    assert!(start.elapsed() < Duration::from_millis(500));
    vm.shutdown();
}

#[test]
fn exit_signals_end_linked_processes() {
    let vm = vm(2);
    vm.enter(|held| {
        for _ in 0..50 {
            call(held, "test", "chain", &[Term::small(20)]);
        }
    });
    wait_until(|| vm.processes().count() == 0);
    vm.shutdown();
}

#[test]
fn signals_to_ended_processes_are_answered() {
    let vm = vm(1);
    let probe = Probe::new();
    vm.enter(|held| {
        let gone = call(held, "test", "nothing", &[]);
        std::thread::sleep(Duration::from_millis(20));
        call(held, "test", "watcher", &[gone, probe.term()]);
    });
    assert_eq!(probe.wait(1), 1);
    vm.shutdown();
}

#[test]
fn blocking_natives_do_not_hold_schedulers() {
    let vm = vm(1);
    let probe = Probe::new();
    let start = Instant::now();
    vm.enter(|held| {
        for _ in 0..8 {
            call(held, "test", "blocker", &[probe.term()]);
        }
    });
    probe.wait(8);
    assert!(
        start.elapsed() < Duration::from_millis(300),
        "eight sleeps of 50 ms side by side"
    );
    vm.shutdown();
}

#[test]
fn the_program_ends_with_its_exit_code() {
    let vm = vm(1);
    let code = vm.run_main(
        bodies::mfa("erlang", "halt", 1),
        vec![cordial_vm::heap::OwnedTerm::of(Term::small(7))],
    );
    assert_eq!(code, 7);
    vm.shutdown();
}

fn wait_until(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "not done in time");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// An idle process, all told: control block, slot, heap, stack.
#[test]
fn an_idle_process_is_small() {
    let vm = vm(1);
    let bytes = vm.enter(|held| {
        for _ in 0..100 {
            call(held, "test", "for_ever", &[]);
        }
        size_of::<cordial_vm::process::Process>() + size_of::<cordial_vm::process::table::Slot>() + 24 * 8
    });
    assert!(bytes.unwrap() <= 1024, "{bytes:?} bytes");
    eprintln!("idle: {bytes:?}");
    vm.shutdown();
}
