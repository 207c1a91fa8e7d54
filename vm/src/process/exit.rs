//! The end of a process: what it leaves is given back, and who wants to know is told.

use super::Process;
use super::handle::undeliverable;
use super::signal::Signal;
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::heap::OwnedTerm;
use crate::natives::Class;
use crate::term::Term;
use crate::vm::Vm;

/// Ends a process that its caller owns. `reason` may stand on its heap.
pub fn finish(mut process: Box<Process>, vm: &Vm, reason: Term) {
    let number = process.number();
    if let Some(name) = process.registered_name() {
        vm.registry().forget(name, number);
    }
    if let Some(rare) = &mut process.rare {
        if let Some(alarm) = rare.alarm.take() {
            vm.timers().disarm(&alarm);
        }
        for (other, times) in rare.suspending.drain() {
            vm.signal(other, Signal::Request(Box::new(super::info::Resume { times })));
        }
    }
    let slot = process.slot();
    let late = slot.inbox.close();
    vm.processes().vacate(slot);
    // Who makes it the owner of a port asks afterwards whether it is alive: that or this finds the port.
    vm.ports().process_ended(vm, number, reason);
    vm.ets().owner_ended(vm, number, process.has_tables);
    for other in process.links.drain() {
        vm.signal(
            other,
            Signal::Exit {
                from: number,
                reason: OwnedTerm::of(reason),
                linked: true,
            },
        );
    }
    if let Some(monitors) = &mut process.monitors {
        for (reference, watcher) in monitors.of_me.drain() {
            vm.signal(
                watcher,
                Signal::Down {
                    reference,
                    reason: OwnedTerm::of(reason),
                },
            );
        }
        for (reference, mine) in monitors.mine.drain() {
            mine.end(vm, reference);
        }
    }
    for node in late {
        undeliverable(node, vm);
    }
    vm.process_ended(number, &process, reason);
}

/// The end that the interpreter found: an uncaught exception or a normal return. `reason` is the exit reason.
pub fn finish_with(mut process: Box<Process>, vm: &Vm, class: Class, reason: Term) {
    process.fetch(vm);
    if class != Class::Exit && process.exiting.is_none() {
        report(&mut process, vm, reason);
    }
    finish(process, vm, reason);
}

/// The end by an exit signal, whose reason the process keeps.
pub fn finish_killed(mut process: Box<Process>, vm: &Vm) {
    let reason = process.exiting.take();
    match reason {
        Some(reason) => finish(process, vm, reason.term()),
        None => finish(process, vm, Term::atom(known::KILLED)),
    }
}

/// Has an uncaught error logged by a process of its own: `:cordial_log.crash(pid, label, reason, stacktrace, leader)`.
fn report(process: &mut Process, vm: &Vm, reason: Term) {
    let (cause, trace) = match reason.tuple() {
        Some(&[cause, trace]) => (cause, trace),
        _ => (reason, Term::NIL),
    };
    let label = process
        .dictionary_get(known::PROCESS_LABEL)
        .unwrap_or(Term::NIL_ATOM);
    let mfa = Mfa {
        module: Atom::new("cordial_log"),
        function: Atom::new("crash"),
        arity: 5,
    };
    let args = [process.pid(), label, cause, trace, process.group_leader].map(OwnedTerm::of);
    if vm.is_callable(mfa) {
        vm.spawn_root(mfa, args.into());
    }
}
