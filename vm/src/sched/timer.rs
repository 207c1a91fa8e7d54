//! The timers of one Vm: a wheel under a lock, and the thread that turns it.
//!
//! The thread sleeps until the wheel has something to do; who enters something earlier wakes it. Timers fire without the lock.
//! A process that waits with a timeout keeps its alarm when the wait ends otherwise: the next wait with a later
//! deadline needs none, the alarm that goes off early is set again. Calls with timeouts so cost no timer each.

use super::wheel::{Key, Wheel};
use crate::atom::known;
use crate::heap::{Heap, OwnedTerm};
use crate::process::Process;
use crate::process::signal::Signal;
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::{Condvar, Mutex};
use rustc_hash::FxHashMap;
use std::time::{Duration, Instant};

/// A process's own timer.
pub struct Alarm {
    at: u64,
    key: Key,
}

/// What happens when a timer fires.
enum Action {
    /// The process looks at its deadline.
    Alarm(u64),
    Send {
        to: Term,
        message: OwnedTerm,
        reference: u64,
        wrap: bool,
    },
}

/// Milliseconds are counted from `start`.
pub struct Timers {
    start: Instant,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    wheel: Wheel<Action>,
    /// Timers that have a reference.
    keys: FxHashMap<u64, Key>,
    /// When the thread gets up.
    until: Option<u64>,
    stopping: bool,
}

impl Timers {
    pub fn new(start: Instant) -> Timers {
        Timers {
            start,
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    /// The first whole millisecond that is not before the time.
    fn tick(&self, at: Instant) -> u64 {
        let nanos = at.saturating_duration_since(self.start).as_nanos();
        nanos.div_ceil(1_000_000) as u64
    }

    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    /// Milliseconds until the tick, not counting the one that has begun: no more than what was asked for.
    fn left(&self, at: u64) -> u64 {
        at.saturating_sub(self.tick(Instant::now()))
    }

    fn enter(&self, state: &mut State, at: u64, action: Action) -> Key {
        let key = state.wheel.insert(at, action);
        if state.until.is_none_or(|until| at < until) {
            state.until = Some(at);
            self.changed.notify_one();
        }
        key
    }

    /// Makes sure that the process is woken at the deadline.
    pub fn alarm(&self, process: &mut Process, deadline: Instant) {
        let at = self.tick(deadline);
        let number = process.number();
        let set = &mut process.rare().alarm;
        if set.as_ref().is_some_and(|alarm| alarm.at <= at) {
            return;
        }
        let mut state = self.state.lock();
        if let Some(old) = set.take() {
            state.wheel.cancel(old.key);
        }
        let key = self.enter(&mut state, at, Action::Alarm(number));
        *set = Some(Alarm { at, key });
    }

    pub fn disarm(&self, alarm: &Alarm) {
        self.state.lock().wheel.cancel(alarm.key);
    }

    /// Sends the message at the time; `{:timeout, reference, message}` if `wrap`.
    pub fn send_at(&self, at: Instant, to: Term, message: OwnedTerm, reference: u64, wrap: bool) {
        let at = self.tick(at);
        let mut state = self.state.lock();
        let key = self.enter(
            &mut state,
            at,
            Action::Send {
                to,
                message,
                reference,
                wrap,
            },
        );
        state.keys.insert(reference, key);
    }

    /// Milliseconds that were left; None: it has fired, or there is none, or the process that it is for has ended.
    pub fn cancel(&self, vm: &Vm, reference: u64) -> Option<u64> {
        let mut state = self.state.lock();
        let key = state.keys.remove(&reference)?;
        let (at, action) = state.wheel.cancel(key)?;
        drop(state);
        is_wanted(vm, &action).then(|| self.left(at))
    }

    /// Milliseconds left.
    pub fn read(&self, vm: &Vm, reference: u64) -> Option<u64> {
        let state = self.state.lock();
        let (at, action) = state.wheel.get(*state.keys.get(&reference)?)?;
        is_wanted(vm, action).then(|| self.left(at))
    }

    pub fn count(&self) -> usize {
        self.state.lock().wheel.len()
    }

    pub fn stop(&self) {
        self.state.lock().stopping = true;
        self.changed.notify_one();
    }
}

/// Whether there is somebody to fire for: a timer ends with the process that it is for.
fn is_wanted(vm: &Vm, action: &Action) -> bool {
    match action {
        Action::Alarm(_) => true,
        Action::Send { to, .. } => to.as_pid().is_none_or(|number| vm.processes().is_alive(number)),
    }
}

/// Turns the wheel, for as long as the Vm lives.
pub(super) fn serve(vm: &Vm) {
    let timers = vm.timers();
    let mut due = Vec::new();
    let mut state = timers.state.lock();
    while !state.stopping {
        state.wheel.advance(timers.now(), &mut due);
        if !due.is_empty() {
            for action in &due {
                if let Action::Send { reference, .. } = action {
                    state.keys.remove(reference);
                }
            }
            parking_lot::MutexGuard::unlocked(&mut state, || {
                for action in due.drain(..) {
                    fire(vm, action);
                }
            });
            continue;
        }
        let next = state.wheel.next();
        state.until = next;
        match next {
            Some(at) => {
                timers
                    .changed
                    .wait_until(&mut state, timers.start + Duration::from_millis(at));
            }
            None => timers.changed.wait(&mut state),
        }
    }
}

fn fire(vm: &Vm, action: Action) {
    match action {
        Action::Alarm(number) => vm.signal(number, Signal::Timeout),
        Action::Send {
            to,
            message,
            reference,
            wrap,
        } => {
            let number = to.as_pid().or_else(|| vm.registry().whereis(to.as_atom()?));
            let Some(number) = number else { return };
            let message = if wrap {
                wrapped(number, reference, message)
            } else {
                message
            };
            vm.signal(number, Signal::Message(message));
        }
    }
}

fn wrapped(owner: u64, reference: u64, message: OwnedTerm) -> OwnedTerm {
    let mut heap = Heap::new();
    let message = heap.adopt(message);
    let reference = heap.reference_from(reference, owner);
    OwnedTerm::of(heap.tuple(&[Term::atom(known::TIMEOUT), reference, message]))
}
