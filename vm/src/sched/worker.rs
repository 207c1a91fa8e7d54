//! A scheduler thread: takes a process, lets it run a turn, acts on how the turn ended.

use super::blocking::Job;
use super::queues::Local;
use super::{Ready, Schedulers, TURN};
use crate::exec::{self, Outcome};
use crate::natives::Class;
use crate::process::Process;
use crate::process::exit;
use crate::process::options::Priority;
use crate::sched::hold::HeldEnd;
use crate::sync::{Ordering, Parker};
use crate::term::Term;
use crate::vm::Vm;

use std::cell::Cell;

thread_local! {
    /// The schedulers this thread is a worker of, and its queues.
    static CURRENT: Cell<(*const Schedulers, *const Local, usize)> =
        const { Cell::new((std::ptr::null(), std::ptr::null(), 0)) };
}

/// The queues of the worker that this thread is, if it is one of these schedulers'.
pub(super) fn current(of: &Schedulers) -> Option<&Local> {
    let (schedulers, local, _) = CURRENT.get();
    // SAFETY: the pointer is set as long as `work` runs on this thread and its `local` lives; the borrow does not outlive a call.
    (std::ptr::eq(schedulers, of)).then(|| unsafe { &*local })
}

/// The number of the scheduler whose thread this is, from 1; 0 on other threads.
pub fn scheduler_id() -> usize {
    CURRENT.get().2
}

/// At most this many woken processes run one after the other on one turn's budget.
const STREAK: u32 = 3;
/// How often a worker without work looks around before it sleeps.
const ROUNDS: u32 = 200;

pub(super) fn work(vm: &Vm, id: usize, local: Local) {
    let schedulers = vm.schedulers();
    enter(schedulers, &local, id);
    let parker = Parker::new();
    schedulers.idle.enter(id, &parker);
    let mut turn: u32 = 0;
    let mut streak = 0;
    let mut left = TURN;
    while !schedulers.is_stopping() {
        turn = turn.wrapping_add(1);
        if turn.is_multiple_of(64) {
            vm.io().try_flush();
            local.flush(&schedulers.counts);
        }
        if let Some(woken) = local.pulse.take_woken() {
            if streak < STREAK && left > TURN / 16 {
                streak += 1;
                left = run(vm, &local, woken, left);
                continue;
            }
            if local.is_empty() && schedulers.injected.is_empty() {
                // It keeps nobody waiting: no reason to offer it to others.
                streak = 0;
                left = run(vm, &local, woken, TURN);
                continue;
            }
            local.push(woken, Priority::Normal);
            schedulers.idle.notify();
        }
        streak = 0;
        let next = if turn & 1 == 0 && !local.is_urgent() {
            schedulers.injected.pop().or_else(|| local.pop(turn))
        } else {
            local.pop(turn).or_else(|| schedulers.injected.pop_batch(&local))
        };
        let next = next.or_else(|| search(vm, id, &local, &parker));
        if let Some(next) = next {
            left = run(vm, &local, next, TURN);
        }
    }
    leave();
}

/// This thread is the worker of these queues from now on.
pub(super) fn enter(schedulers: &Schedulers, local: &Local, id: usize) {
    CURRENT.set((schedulers, local, id + 1));
}

/// It is one no longer: called before the queues go.
pub(super) fn leave() {
    CURRENT.set((std::ptr::null(), std::ptr::null(), 0));
}

/// Looks at the others' queues, for a while; then sleeps.
fn search(vm: &Vm, id: usize, local: &Local, parker: &Parker) -> Option<Ready> {
    let schedulers = vm.schedulers();
    local.pulse.end();
    let mut searching = schedulers.idle.search();
    if searching {
        for round in 0..ROUNDS {
            if let Some(ready) = look(schedulers, id, local) {
                schedulers.idle.found();
                return Some(ready);
            }
            if schedulers.is_stopping() {
                break;
            }
            for _ in 0..(round.min(32) + 1) {
                std::hint::spin_loop();
            }
        }
    }
    vm.io().try_flush();
    local.flush(&schedulers.counts);
    let clock = &schedulers.clocks[id];
    clock.sleeps(vm.started().0.elapsed());
    searching = schedulers.idle.sleep(id, parker, searching, || {
        schedulers.has_work() || schedulers.is_stopping()
    });
    clock.wakes(vm.started().0.elapsed());
    let ready = look(schedulers, id, local);
    if searching {
        schedulers.idle.found();
    }
    ready
}

fn look(schedulers: &Schedulers, id: usize, local: &Local) -> Option<Ready> {
    if let Some(ready) = schedulers.injected.pop_batch(local) {
        return Some(ready);
    }
    let remotes = schedulers.remotes();
    let count = remotes.len();
    (1..count).find_map(|step| remotes[(id + step) % count].steal(local))
}

/// Lets the process run for `budget` reductions; gives what is left of them for the process that it has woken.
pub(super) fn run(vm: &Vm, local: &Local, ready: Ready, budget: u32) -> u32 {
    let mut budget = budget;
    vm.schedulers().relief.notice();
    loop {
        local.pulse.begin();
        // SAFETY: the process was taken out of a queue, so this thread owns it, until it is given away below.
        let process = unsafe { &mut *ready.as_ptr() };
        let outcome = match before(process, vm) {
            Before::Run if exec::is_collection_long(process) => {
                vm.schedulers().block(vm, ready, Job::Collect);
                return budget;
            }
            Before::Run => {
                process.exec.may_postpone = true;
                let outcome = turn(process, vm, budget);
                process.exec.may_postpone = false;
                outcome
            }
            Before::End => Outcome::Killed,
            Before::Park => {
                if process.slot().inbox.park() {
                    return budget;
                }
                continue;
            }
        };
        let left = process.exec.reductions.max(0) as u32;
        match outcome {
            Outcome::Yield => {
                if local.is_empty()
                    && vm.schedulers().injected.is_empty()
                    && !vm.schedulers().is_stopping()
                    && !local.is_relief.get()
                {
                    budget = TURN;
                    continue;
                }
                if let Some(woken) = local.pulse.take_woken() {
                    local.push(woken, Priority::Normal);
                    local.push(ready, ready.priority());
                    vm.schedulers().idle.notify();
                } else {
                    local.push(ready, ready.priority());
                }
                return 0;
            }
            other => match settle(ready, vm, other) {
                Settled::Away => return left,
                Settled::Again => budget = left.max(1),
            },
        }
    }
}

/// What to do with a process that has got a turn.
pub(super) enum Before {
    Run,
    /// An exit signal has come.
    End,
    /// It is suspended.
    Park,
}

/// Takes in signals.
pub(super) fn before(process: &mut Process, vm: &Vm) -> Before {
    process.fetch(vm);
    drop(process.surveyed(vm));
    if process.exiting.is_some() {
        Before::End
    } else if process.suspended > 0 {
        Before::Park
    } else {
        Before::Run
    }
}

/// One turn of the interpreter.
pub(super) fn turn(process: &mut Process, vm: &Vm, budget: u32) -> Outcome {
    process.waiting = false;
    let outcome = exec::run(process, vm, budget);
    let used = (budget as i64 - process.exec.reductions as i64).max(0) as u64;
    process.reductions += used;
    match current(vm.schedulers()) {
        Some(local) => local.count(used),
        None => {
            let counts = &vm.schedulers().counts;
            counts.switches.fetch_add(1, Ordering::Relaxed);
            counts.reductions.fetch_add(used, Ordering::Relaxed);
        }
    }
    outcome
}

/// Whether a process still is the caller's.
pub(super) enum Settled {
    Away,
    /// Let it run on.
    Again,
}

/// Acts on every end of a turn but `Yield`.
pub(super) fn settle(ready: Ready, vm: &Vm, outcome: Outcome) -> Settled {
    // SAFETY: the caller owns the process; each arm that gives it away touches it no more.
    let process = unsafe { &mut *ready.as_ptr() };
    match outcome {
        Outcome::Wait { deadline } => {
            if let Some(deadline) = deadline {
                vm.timers().alarm(process, deadline);
            }
            process.waiting = true;
            if process.is_asked() || process.exiting.is_some() {
                return Settled::Again;
            }
            if process.slot().inbox.park() {
                Settled::Away
            } else {
                Settled::Again
            }
        }
        Outcome::Blocking => {
            vm.schedulers().block(vm, ready, Job::Blocking);
            Settled::Away
        }
        Outcome::Hold => {
            vm.schedulers().block(vm, ready, Job::Holding);
            Settled::Away
        }
        Outcome::HeldReturn(value) => deliver(process, HeldEnd::Returned(value)),
        Outcome::HeldRaise(class, reason, trace) => deliver(process, HeldEnd::Raised(class, reason, trace)),
        Outcome::Killed if has_holder(process) => deliver(process, HeldEnd::Exit),
        Outcome::Killed => {
            // SAFETY: processes come from `Box::into_raw`, and this is the owner.
            exit::finish_killed(unsafe { Box::from_raw(ready.as_ptr()) }, vm);
            Settled::Away
        }
        Outcome::Exit { class, reason, .. } => {
            finish(ready, vm, class, reason);
            Settled::Away
        }
        Outcome::Yield => Settled::Again,
    }
}

fn finish(ready: Ready, vm: &Vm, class: Class, reason: Term) {
    // SAFETY: processes come from `Box::into_raw`, and the caller is the owner.
    exit::finish_with(unsafe { Box::from_raw(ready.as_ptr()) }, vm, class, reason);
}

fn has_holder(process: &Process) -> bool {
    process.rare.as_ref().is_some_and(|rare| !rare.holders.is_empty())
}

/// Gives the process back to the thread that holds it.
fn deliver(process: &mut Process, end: HeldEnd) -> Settled {
    if let Some(holder) = process.rare().holders.last().cloned() {
        holder.deliver(end);
    }
    Settled::Away
}
