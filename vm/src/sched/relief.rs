//! Relief for workers that are long in one operation: sorting a million elements, multiplying large integers, matching a
//! long text. No process waits for another's operation, whatever it is.
//!
//! Protocol.
//! 1. A worker counts its turns in its `Pulse`, whose lowest bit says that it is in one. A turn takes well under a
//!    millisecond unless an operation in it is long.
//! 2. The watch looks at all pulses every `PERIOD`. Who has been in the same turn at the look before counts as away.
//! 3. As many reliefs are wanted as workers, reliefs among them, are away. The watch writes `wanted` and starts or unparks
//!    reliefs; relief `n` works while `n < wanted`.
//! 4. A relief has queues like a worker. It takes from the injector and from everybody's queues, and from the slots of those
//!    who are away: a slot is emptied by exchange, so one takes what is in it, and only its worker fills it.
//! 5. A relief that is not wanted any more gives what it has to the injector and parks. It looks for work again after a
//!    short while when it has found none, so nobody needs to wake it, and it is not among `Idle`'s sleepers.
//! 6. While nobody is in a turn the watch sleeps; who begins one when it does wakes it. Should that go unseen it gets up by
//!    itself: only relief comes late.

use super::queues::{Local, Remote};
use super::worker;
use super::{Ready, Schedulers, TURN};
use crate::sync::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering, Parker, Unparker};
use crate::vm::Vm;
use parking_lot::{Condvar, Mutex};
use std::time::Duration;

/// The most reliefs at a time.
pub const MOST: usize = 16;
const PERIOD: Duration = Duration::from_millis(2);
const SLEEP: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_micros(500);

/// What others see of a worker between two of its turns.
#[derive(Default)]
pub struct Pulse {
    beat: AtomicU32,
    away: AtomicBool,
    /// The process that it has woken last.
    slot: AtomicPtr<crate::process::Process>,
}

impl Pulse {
    /// For the worker: a turn begins.
    #[inline]
    pub fn begin(&self) {
        let beat = self.beat.load(Ordering::Relaxed);
        self.beat.store(beat.wrapping_add(2) | 1, Ordering::Relaxed);
    }

    /// For the worker: it is in no turn.
    #[inline]
    pub fn end(&self) {
        let beat = self.beat.load(Ordering::Relaxed);
        self.beat.store(beat & !1, Ordering::Relaxed);
    }

    /// Whether there is a process in the slot.
    #[inline]
    pub fn has_woken(&self) -> bool {
        !self.slot.load(Ordering::Relaxed).is_null()
    }

    /// Takes the process out of the slot.
    #[inline]
    pub fn take_woken(&self) -> Option<Ready> {
        if !self.has_woken() {
            return None;
        }
        let process = self.slot.swap(std::ptr::null_mut(), Ordering::AcqRel);
        (!process.is_null()).then(|| Ready::new(process))
    }

    /// For the worker, whose slot is empty.
    #[inline]
    pub fn set_woken(&self, ready: Ready) {
        self.slot.store(ready.as_ptr(), Ordering::Release);
    }

    /// What a relief may take of one who is away.
    pub fn take_of_away(&self) -> Option<Ready> {
        if self.away.load(Ordering::Relaxed) {
            self.take_woken()
        } else {
            None
        }
    }
}

/// The watch and its reliefs.
#[derive(Default)]
pub struct Relief {
    wanted: AtomicUsize,
    asleep: AtomicBool,
    /// What reliefs not yet started will work with, the first one last.
    spare: Mutex<Vec<Local>>,
    started: Mutex<Vec<Unparker>>,
    sleep: Mutex<()>,
    awake: Condvar,
}

impl Relief {
    pub fn new(mut spare: Vec<Local>) -> Relief {
        spare.reverse();
        Relief {
            spare: Mutex::new(spare),
            ..Relief::default()
        }
    }

    /// Somebody begins a turn.
    #[inline]
    pub fn notice(&self) {
        if self.asleep.load(Ordering::Relaxed) {
            self.rouse();
        }
    }

    #[cold]
    fn rouse(&self) {
        self.asleep.store(false, Ordering::Relaxed);
        // With the lock: the watch waits, or has not looked yet whether it is to stop.
        drop(self.sleep.lock());
        self.awake.notify_one();
    }

    pub fn stop(&self) {
        self.rouse();
        self.started.lock().iter().for_each(Unparker::unpark);
    }

    /// Has reliefs at work up to this number.
    fn want(&self, vm: &Vm, count: usize) {
        if self.wanted.swap(count, Ordering::AcqRel) == count {
            return;
        }
        let schedulers = vm.schedulers();
        let mut started = self.started.lock();
        while started.len() < count {
            let Some(local) = self.spare.lock().pop() else {
                break;
            };
            let (index, parker) = (started.len(), Parker::new());
            let unparker = parker.unparker().clone();
            let theirs = vm.clone();
            let thread = std::thread::Builder::new()
                .name(format!("relief-{}", index + 1))
                .stack_size(8 << 20)
                .spawn(move || relieve(&theirs, index, &local, &parker));
            let Ok(thread) = thread else { break };
            schedulers.threads.lock().push(thread);
            schedulers.known.fetch_add(1, Ordering::AcqRel);
            started.push(unparker);
        }
        started.iter().take(count).for_each(Unparker::unpark);
    }
}

/// The watch, for as long as the Vm lives.
pub(super) fn watch(vm: &Vm) {
    let schedulers = vm.schedulers();
    let relief = &schedulers.relief;
    let mut seen: Vec<u32> = vec![0; schedulers.remotes.len()];
    while !schedulers.is_stopping() {
        let (mut away, mut busy) = (0, false);
        for (remote, seen) in schedulers.remotes().iter().zip(&mut seen) {
            let pulse = &remote.pulse;
            let beat = pulse.beat.load(Ordering::Relaxed);
            let is_away = beat & 1 == 1 && beat == *seen;
            *seen = beat;
            busy |= beat & 1 == 1;
            away += is_away as usize;
            pulse.away.store(is_away, Ordering::Relaxed);
        }
        relief.want(vm, away.min(MOST));
        let mut sleep = relief.sleep.lock();
        if schedulers.is_stopping() {
            break;
        }
        if busy {
            relief.awake.wait_for(&mut sleep, PERIOD);
        } else {
            relief.asleep.store(true, Ordering::Relaxed);
            relief.awake.wait_for(&mut sleep, SLEEP);
            relief.asleep.store(false, Ordering::Relaxed);
        }
    }
}

/// The thread of relief number `index`.
fn relieve(vm: &Vm, index: usize, local: &Local, parker: &Parker) {
    let schedulers = vm.schedulers();
    let id = schedulers.count() + index;
    worker::enter(schedulers, local, index % schedulers.count());
    let mut turn: u32 = 0;
    while !schedulers.is_stopping() {
        if index >= schedulers.relief.wanted.load(Ordering::Acquire) {
            give_back(schedulers, local);
            parker.park_timeout(Duration::from_secs(5));
            continue;
        }
        turn = turn.wrapping_add(1);
        let next = local
            .pulse
            .take_woken()
            .or_else(|| local.pop(turn))
            .or_else(|| schedulers.injected.pop())
            .or_else(|| take(schedulers.remotes(), id, local));
        match next {
            Some(next) => {
                worker::run(vm, local, next, TURN);
                local.pulse.end();
            }
            None => parker.park_timeout(PAUSE),
        }
    }
    worker::leave();
}

fn take(remotes: &[Remote], id: usize, local: &Local) -> Option<Ready> {
    let count = remotes.len();
    let others = || (1..count).map(|step| &remotes[(id + step) % count]);
    others()
        .find_map(|remote| remote.pulse.take_of_away())
        .or_else(|| others().find_map(|remote| remote.steal(local)))
}

fn give_back(schedulers: &Schedulers, local: &Local) {
    while let Some(ready) = local.pulse.take_woken().or_else(|| local.pop(0)) {
        schedulers.inject(ready);
    }
    local.flush(&schedulers.counts);
}
