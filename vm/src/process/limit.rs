//! `max_heap_size`: what becomes of a process whose heap has grown beyond it.

use super::Process;
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::exec::state::Live;
use crate::heap::OwnedTerm;
use crate::term::Term;
use crate::vm::Vm;

/// Looks at the heap after a collection: reports and ends the process as its limit says. `live` is where it stands.
#[inline]
pub(crate) fn check(process: &mut Process, vm: &Vm, live: Live) {
    if process.rare.as_ref().is_some_and(|rare| rare.max_heap.words > 0) {
        look(process, vm, live);
    }
}

#[cold]
fn look(process: &mut Process, vm: &Vm, live: Live) {
    let limit = process.rare().max_heap;
    let mut words = process.heap.capacity() + process.exec.stack.bytes() / 8;
    if limit.shared {
        let (young, old) = process.heap.off_heap();
        words += (young + old) / 8;
    }
    if words as u64 <= limit.words || process.exiting.is_some() {
        return;
    }
    if limit.report {
        report(process, vm, live, words);
    }
    if limit.kill {
        process.exiting = Some(Box::new(OwnedTerm::immediate(Term::atom(known::KILLED))));
        // The turn ends at the next call.
        process.exec.reductions = process.exec.reductions.min(0);
    }
}

/// Has it logged by a process of its own: `:cordial_log.heap_limit(pid, limit, size, kill, report, messages, gc, trace)`.
fn report(process: &mut Process, vm: &Vm, live: Live, words: usize) {
    let mfa = Mfa {
        module: Atom::new("cordial_log"),
        function: Atom::new("heap_limit"),
        arity: 8,
    };
    if !vm.is_callable(mfa) {
        return;
    }
    let limit = process.rare().max_heap;
    let before = std::mem::replace(&mut process.exec.live, live);
    let item = |name| super::info::Wanted::One(super::info::Item::Named(name));
    let value = |answer: OwnedTerm| match answer.term().pair() {
        Some((_, value)) => OwnedTerm::of(value),
        None => OwnedTerm::default(),
    };
    let gc = value(super::info::answer(
        process,
        vm,
        &item(known::GARBAGE_COLLECTION_INFO),
        true,
    ));
    let trace = value(super::info::answer(
        process,
        vm,
        &item(known::CURRENT_STACKTRACE),
        true,
    ));
    process.exec.live = before;
    let number = |n: u64| OwnedTerm::immediate(Term::small(n as i64));
    let args = vec![
        OwnedTerm::immediate(process.pid()),
        number(limit.words),
        number(words as u64),
        OwnedTerm::immediate(Term::bool(limit.kill)),
        OwnedTerm::immediate(Term::bool(limit.report)),
        number(process.mailbox.len() as u64),
        gc,
        trace,
    ];
    vm.spawn_root(mfa, args);
}
