//! Threads for natives that block: they grow on demand and go away when there is nothing to do.

use super::Ready;
use super::worker::{self, Settled};
use crate::exec::{self, Outcome};
use crate::vm::Vm;
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Duration;

/// Which kind of native the process is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Blocking,
    Holding,
    /// It is in none: its heap is large and must be collected.
    Collect,
}

/// No more threads than this.
const MOST: usize = 1024;
/// A thread without work stays this long.
const LINGER: Duration = Duration::from_secs(10);
/// A compile runs on these threads, and may nest. It is address space; pages are taken when touched.
const STACK: usize = 256 << 20;

#[derive(Default)]
pub struct Pool {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<(Ready, Job)>,
    idle: usize,
    threads: usize,
    stopping: bool,
}

impl Pool {
    pub fn submit(&self, vm: &Vm, ready: Ready, job: Job) {
        let mut state = self.state.lock();
        state.jobs.push_back((ready, job));
        if state.idle >= state.jobs.len() {
            self.work.notify_one();
            return;
        }
        if state.threads >= MOST {
            return;
        }
        state.threads += 1;
        let vm = vm.clone();
        let spawned = std::thread::Builder::new()
            .name("blocking".into())
            .stack_size(STACK)
            .spawn(move || vm.schedulers().pool.serve(&vm));
        if spawned.is_err() {
            state.threads -= 1;
        }
    }

    pub fn stop(&self) {
        self.state.lock().stopping = true;
        self.work.notify_all();
    }

    fn serve(&self, vm: &Vm) {
        loop {
            let mut state = self.state.lock();
            let next = loop {
                if state.stopping {
                    break None;
                }
                if let Some(next) = state.jobs.pop_front() {
                    break Some(next);
                }
                state.idle += 1;
                let waited = self.work.wait_for(&mut state, LINGER);
                state.idle -= 1;
                if waited.timed_out() && state.jobs.is_empty() {
                    break None;
                }
            };
            let Some((ready, job)) = next else {
                state.threads -= 1;
                return;
            };
            drop(state);
            run(vm, ready, job);
        }
    }
}

fn run(vm: &Vm, ready: Ready, job: Job) {
    // SAFETY: the process was given to this thread with the job.
    let process = unsafe { &mut *ready.as_ptr() };
    let outcome = match job {
        Job::Blocking => exec::run_blocking(process, vm),
        Job::Holding => exec::run_holding(process, vm),
        Job::Collect => exec::run_collection(process, vm),
    };
    if let Outcome::Yield = outcome {
        return vm.schedulers().inject(ready);
    }
    if let Settled::Again = worker::settle(ready, vm, outcome) {
        vm.schedulers().inject(ready);
    }
}
