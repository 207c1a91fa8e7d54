//! Questions to every process that each answers between two of its turns, when its stack tells all about it.
//!
//! 1. `Vm::survey` sends the question to every process there is. One that is born later came from one that was asked,
//!    or was not told what the question is about: whoever asks sees to that before.
//! 2. A process takes it in with its signals, and answers before its next turn, or before it is parked again.
//! 3. The question is counted by reference: who lets go of it last has it answered (its `drop` goes on). A process that
//!    ends lets go of it at the very end, when it touches no code, literal or message any more.
//!
//! A process in a native that may wait for ever is *lent*: who asks it something answers in its place, under a lock that
//! the native takes before it goes on.

use super::Process;
use super::signal::Signal;
use crate::sync::fence;
use crate::vm::Vm;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A question.
pub trait Survey: Send + Sync {
    /// The process stands between two turns and is the caller's.
    fn visit(&self, process: &mut Process, vm: &Vm) -> Visit;
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    Done,
    /// Not now: ask again after the next turn.
    Later,
    /// It has been told to end: answered when it has.
    Ending,
}

impl Process {
    /// Answers what it has been asked. Letting go of the answered questions may go on with something: that must not be
    /// done under a lock.
    #[must_use]
    pub fn surveyed(&mut self, vm: &Vm) -> Vec<Arc<dyn Survey>> {
        let Some(rare) = self.rare.as_mut().filter(|rare| !rare.surveys.is_empty()) else {
            return Vec::new();
        };
        let mut done = Vec::new();
        for survey in std::mem::take(&mut rare.surveys) {
            if self.exiting.is_some() || survey.visit(self, vm) != Visit::Done {
                self.rare().surveys.push(survey);
            } else {
                done.push(survey);
            }
        }
        done
    }

    /// Whether there are questions to be answered before it is parked.
    pub fn is_asked(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.surveys.is_empty())
    }

    /// Runs `wait`, which may take for ever, with the process lent: terms may have moved afterwards.
    pub fn lend<R>(&mut self, vm: &Vm, wait: impl FnOnce() -> R) -> R {
        loop {
            self.fetch(vm);
            drop(self.surveyed(vm));
            let mut lent = self.slot().lent.lock();
            // A question that came before the lock was taken has found the process not lent.
            if self.slot().inbox.is_empty() {
                *lent = true;
                break;
            }
        }
        let result = wait();
        *self.slot().lent.lock() = false;
        result
    }
}

impl Vm {
    /// Asks every process.
    pub fn survey(&self, survey: &Arc<dyn Survey>) {
        fence(Ordering::SeqCst);
        for number in self.processes().numbers() {
            self.signal(number, Signal::Survey(survey.clone()));
        }
    }

    /// Lets a process that is lent take in its signals.
    pub(super) fn assist(&self, number: u64) {
        let Some(slot) = self.processes().find(number) else {
            return;
        };
        let lent = slot.lent.lock();
        if !*lent || slot.number() != number {
            return;
        }
        // SAFETY: the owner has lent the process and takes the lock before it touches it again.
        let process = unsafe { &mut *slot.process() };
        process.fetch(self);
        let done = process.surveyed(self);
        drop(lent);
        drop(done);
    }
}
