//! Holds what runs processes: worker threads, run queues, parking, the blocking pool, timers, holding, halting.
//! May import: `process`, `exec::run` and its outcomes, `vm`. Never: what an operation or a native means.
//!
//! **How a process gets to run.** It is runnable exactly when it is in one queue (a worker's slot or queues, or the injector) or
//! a thread runs it. It enters a queue when it is started (`start`), when the signal that ends its parking is pushed
//! (`wake`), when its turn is over, and when a blocking thread gives it back (`inject`). Who takes it out owns it.
//!
//! **Shutdown.** 1. Somebody halts the Vm: the exit code is settled once, the first caller wins. 2. Output is flushed,
//! what is written later is dropped. 3. `stopping` is set, everyone is unparked; a worker looks at it between turns and
//! leaves. 4. Processes still in queues are left as they are.

pub mod blocking;
pub mod clock;
pub mod halt;
pub mod hold;
pub mod idle;
pub mod queues;
pub mod relief;
pub mod timer;
pub mod wheel;
pub mod worker;

use crate::process::Process;
use crate::process::options::Priority;
use crate::sync::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use crate::vm::Vm;
use blocking::{Job, Pool};
use idle::Idle;
use parking_lot::Mutex;
use queues::{Injected, Local, Remote};
use relief::Relief;
use std::ptr::NonNull;
use std::thread::JoinHandle;

/// A runnable process, owned by whoever has this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready(NonNull<Process>);

// SAFETY: it stands for the ownership of the process, which may pass between threads.
unsafe impl Send for Ready {}

impl Ready {
    /// The process must be owned by the caller, who gives it away.
    pub fn new(process: *mut Process) -> Ready {
        Ready(NonNull::new(process).expect("a parked process has an address"))
    }

    pub fn as_ptr(self) -> *mut Process {
        self.0.as_ptr()
    }

    fn priority(self) -> Priority {
        // SAFETY: who has a `Ready` owns the process.
        unsafe { self.0.as_ref().priority }
    }
}

/// Reductions of a turn.
pub const TURN: u32 = 4000;

/// The schedulers of one Vm.
pub struct Schedulers {
    injected: Injected,
    /// The workers, then those of reliefs.
    remotes: Vec<Remote>,
    workers: usize,
    /// How many of the remotes have a thread.
    known: AtomicUsize,
    pub(crate) relief: Relief,
    pub(crate) idle: Idle,
    pool: Pool,
    stopping: AtomicBool,
    threads: Mutex<Vec<JoinHandle<()>>>,
    locals: Mutex<Vec<Local>>,
    pub(crate) counts: Counts,
    pub(crate) clocks: Vec<clock::Clock>,
}

/// Running totals.
#[derive(Default)]
pub struct Counts {
    pub switches: AtomicU64,
    pub reductions: AtomicU64,
    pub spawned: AtomicU64,
    /// What `statistics` saw the last time.
    pub last_reductions: AtomicU64,
    pub last_runtime: AtomicU64,
    pub last_wall: AtomicU64,
}

impl Schedulers {
    pub(crate) fn new(workers: usize) -> Schedulers {
        let (mut locals, remotes): (Vec<Local>, _) =
            (0..workers + relief::MOST).map(|_| queues::pair()).unzip();
        let spare = locals.split_off(workers);
        spare.iter().for_each(|local| local.is_relief.set(true));
        Schedulers {
            injected: Injected::default(),
            remotes,
            workers,
            known: AtomicUsize::new(workers),
            relief: Relief::new(spare),
            idle: Idle::new(workers),
            pool: Pool::default(),
            stopping: AtomicBool::new(false),
            threads: Mutex::default(),
            locals: Mutex::new(locals),
            counts: Counts::default(),
            clocks: (0..workers).map(|_| clock::Clock::default()).collect(),
        }
    }

    /// Starts the worker threads and the timer thread.
    pub(crate) fn launch(vm: &Vm) {
        let this = vm.schedulers();
        let mut threads = this.threads.lock();
        for (id, local) in std::mem::take(&mut *this.locals.lock()).into_iter().enumerate() {
            let vm = vm.clone();
            let thread = std::thread::Builder::new()
                .name(format!("scheduler-{}", id + 1))
                .stack_size(8 << 20)
                .spawn(move || worker::work(&vm, id, local));
            match thread {
                Ok(thread) => threads.push(thread),
                Err(error) => eprintln!("cannot start scheduler {}: {error}", id + 1),
            }
        }
        let timer = vm.clone();
        if let Ok(thread) = std::thread::Builder::new()
            .name("timer".into())
            .spawn(move || timer::serve(&timer))
        {
            threads.push(thread);
        }
        let watched = vm.clone();
        if let Ok(thread) = std::thread::Builder::new()
            .name("watch".into())
            .spawn(move || relief::watch(&watched))
        {
            threads.push(thread);
        }
    }

    /// How many worker threads there are.
    pub fn count(&self) -> usize {
        self.workers
    }

    /// Workers and reliefs that have begun.
    fn remotes(&self) -> &[Remote] {
        &self.remotes[..self.known.load(Ordering::Acquire)]
    }

    /// A new process, which the caller owns.
    pub fn start(&self, process: *mut Process) {
        self.counts.spawned.fetch_add(1, Ordering::Relaxed);
        self.enqueue(Ready::new(process));
    }

    /// The caller's signal has ended the parking of this process.
    pub fn wake(&self, process: *mut Process) {
        self.enqueue(Ready::new(process));
    }

    fn enqueue(&self, ready: Ready) {
        if let Some(local) = worker::current(self) {
            let normal = ready.priority() == Priority::Normal;
            if normal && !local.pulse.has_woken() && !local.closed.get() {
                local.pulse.set_woken(ready);
                return;
            }
            local.push(ready, ready.priority());
        } else {
            self.injected.push(ready, ready.priority());
        }
        self.idle.notify();
    }

    /// Puts a process that the caller owns where any worker finds it.
    pub fn inject(&self, ready: Ready) {
        self.injected.push(ready, ready.priority());
        self.idle.notify();
    }

    /// Gives the process to a thread that may block.
    pub fn block(&self, vm: &Vm, ready: Ready, job: Job) {
        self.pool.submit(vm, ready, job);
    }

    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Runnable processes by worker, and in the injector.
    pub fn queue_lengths(&self) -> (Vec<usize>, usize) {
        (
            self.remotes[..self.workers].iter().map(Remote::len).collect(),
            self.injected.len(),
        )
    }

    fn has_work(&self) -> bool {
        !self.injected.is_empty() || self.remotes().iter().any(|remote| !remote.is_empty())
    }

    /// Tells the threads to leave and, unless it is called on one of them, waits until they have.
    pub(crate) fn stop(&self, vm: &Vm) {
        self.stopping.store(true, Ordering::SeqCst);
        self.idle.wake_all();
        self.relief.stop();
        vm.timers().stop();
        self.pool.stop();
        let me = std::thread::current().id();
        let threads = std::mem::take(&mut *self.threads.lock());
        if threads.iter().all(|thread| thread.thread().id() != me) {
            for thread in threads {
                let _ = thread.join();
            }
        }
    }
}
