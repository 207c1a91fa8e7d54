//! Freeing what purged and forgotten modules have left: literals, the entries of funs, code that nobody can reach.
//!
//! Things are collected until there is enough of them; then one sweep at a time asks all processes up to four times:
//!
//! 1. `Pass`: from its answer on, a process notes every fun that it copies to another (`literals::dying`).
//! 2. `Census`: each says whether its stack leads into a forgotten module, and notes the funs of its heap and messages.
//!    A forgotten module without either is dead: a fun could come from code that runs or from a copy, both noted.
//!    (1 and 2 are left out when nothing was forgotten.)
//! 3. `Pass` again, now that the areas are condemned: from its answer on, a process copies what it sends of them.
//! 4. `Census` again: each copies what it still has of them to its own heap. Messages sent before (3) have arrived by now.
//!
//! Then the areas are freed, and the entries of funs that nobody was seen to have. Everything that holds terms and is no
//! process has copies without literals (`OwnedTerm::of`), which note their funs for good.

use super::entry::FunEntry;
use super::module::Version;
use crate::exec::machine::Machine;
use crate::heap::literals::{self, Area};
use crate::process::Process;
use crate::process::survey::{Survey, Visit};
use crate::vm::Vm;
use parking_lot::Mutex;
use std::collections::HashSet;
use std::sync::Arc;

/// What waits to be freed.
#[derive(Default)]
pub struct Garbage {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    areas: Vec<Area>,
    funs: Vec<&'static FunEntry>,
    forgotten: Vec<Version>,
    /// How many of the forgotten were in use when they were last looked at.
    survivors: usize,
    /// The same of funs.
    noted: usize,
    running: bool,
    /// Somebody wants to know when a sweep that has not begun yet is over.
    wanted: Vec<super::purge::Asker>,
}

/// Enough to go to work.
const AREAS: usize = 256;
const AREA_BYTES: usize = 256 << 10;
const FUNS: usize = 4096;
const FORGOTTEN: usize = 256;

impl State {
    fn is_enough(&self) -> bool {
        self.areas.len() >= AREAS
            || self.areas.iter().map(Area::bytes).sum::<usize>() >= AREA_BYTES
            || self.funs.len() >= FUNS + 2 * self.noted
            || self.forgotten.len() >= FORGOTTEN + 2 * self.survivors
            || !self.wanted.is_empty()
    }
}

impl Garbage {
    /// A version that was purged: nobody runs it or can enter it.
    pub fn add_purged(&self, version: Version, vm: &Vm) {
        let funs = version.module.funs.clone();
        self.add(vm, |state| {
            state.areas.push(version.area);
            state.funs.extend(funs);
        });
    }

    /// Literals that nobody can come by any more but who has them.
    pub fn add_area(&self, area: Area, vm: &Vm) {
        self.add(vm, |state| state.areas.push(area));
    }

    /// A version that cannot be called by name; somebody may still run it, or have its funs.
    pub fn add_forgotten(&self, version: Version, vm: &Vm) {
        self.add(vm, |state| state.forgotten.push(version));
    }

    /// Sweeps at once; the asker is told when it is over.
    pub fn want(&self, asker: super::purge::Asker, vm: &Vm) {
        self.add(vm, |state| state.wanted.push(asker));
    }

    fn add(&self, vm: &Vm, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        if !state.running && state.is_enough() {
            state.running = true;
            let batch = Batch::taken(&mut state);
            drop(state);
            batch.begin(vm);
        }
    }

    /// A sweep is over; the next one begins if there is enough again.
    fn over(&self, batch: Batch, vm: &Vm) {
        let mut state = self.state.lock();
        state.noted = batch.funs.len();
        state.survivors = batch.forgotten.len();
        state.funs.extend(batch.funs);
        state.forgotten.extend(batch.forgotten);
        state.running = state.is_enough();
        let next = state.running.then(|| Batch::taken(&mut state));
        drop(state);
        for asker in batch.wanted {
            asker.tell(vm, crate::term::Term::TRUE);
        }
        if let Some(next) = next {
            next.begin(vm);
        }
    }
}

/// What one sweep is about.
struct Batch {
    areas: Vec<Area>,
    funs: Vec<&'static FunEntry>,
    forgotten: Vec<Version>,
    wanted: Vec<super::purge::Asker>,
}

/// Programs in one process sweep on their own.
fn owner(vm: &Vm) -> usize {
    std::ptr::from_ref(vm.code()) as usize
}

/// What comes after a question.
#[derive(Clone, Copy)]
enum Stage {
    Notes,
    Forgotten,
    Condemned,
    Evacuated,
}

impl Batch {
    fn taken(state: &mut State) -> Batch {
        Batch {
            areas: std::mem::take(&mut state.areas),
            funs: std::mem::take(&mut state.funs),
            forgotten: std::mem::take(&mut state.forgotten),
            wanted: std::mem::take(&mut state.wanted),
        }
    }

    fn begin(self, vm: &Vm) {
        for fun in self
            .funs
            .iter()
            .chain(self.forgotten.iter().flat_map(|version| &version.module.funs))
        {
            fun.overlook();
        }
        if self.forgotten.is_empty() {
            return self.condemn(vm);
        }
        literals::condemn(owner(vm), &[]);
        self.ask(vm, Stage::Notes);
    }

    fn condemn(self, vm: &Vm) {
        literals::condemn(owner(vm), &self.areas);
        self.ask(vm, Stage::Condemned);
    }

    fn ask(self, vm: &Vm, stage: Stage) {
        let question: Arc<dyn Survey> = Arc::new(Question {
            stage,
            used: Mutex::default(),
            batch: Mutex::new(Some(self)),
            vm: vm.clone(),
        });
        vm.survey(&question);
    }

    /// Everybody has answered.
    fn answered(mut self, stage: Stage, used: &HashSet<u32>, vm: &Vm) {
        match stage {
            Stage::Notes => self.ask(vm, Stage::Forgotten),
            Stage::Forgotten => {
                let (alive, dead): (Vec<_>, Vec<_>) = self.forgotten.drain(..).partition(|version| {
                    used.contains(&version.module.version)
                        || version.module.funs.iter().any(|fun| fun.is_noted())
                });
                self.forgotten = alive;
                for version in dead {
                    vm.code().forget_sites(&version.module);
                    self.funs.extend(&version.module.funs);
                    self.areas.push(version.area);
                }
                self.condemn(vm);
            }
            Stage::Condemned => self.ask(vm, Stage::Evacuated),
            Stage::Evacuated => {
                self.areas.clear();
                self.funs.retain(|fun| {
                    if fun.is_noted() {
                        return true;
                    }
                    // SAFETY: no process has a fun with this entry, nor has any store; its module is gone.
                    unsafe { FunEntry::free(fun) };
                    false
                });
                literals::pardon(owner(vm));
                vm.code().garbage().over(self, vm);
            }
        }
    }
}

struct Question {
    stage: Stage,
    /// Versions of forgotten modules that stacks lead into.
    used: Mutex<HashSet<u32>>,
    /// Always there until the last one lets go.
    batch: Mutex<Option<Batch>>,
    vm: Vm,
}

impl Survey for Question {
    fn visit(&self, process: &mut Process, vm: &Vm) -> Visit {
        match self.stage {
            Stage::Notes | Stage::Condemned => return Visit::Done,
            // The answer of a blocking native is no root: it settles first.
            _ if process.exec.answer.is_some() => return Visit::Later,
            Stage::Forgotten => {
                let batch = self.batch.lock();
                for version in batch.iter().flat_map(|batch| &batch.forgotten) {
                    if process.exec.runs(&version.module) {
                        self.used.lock().insert(version.module.version);
                    }
                }
            }
            Stage::Evacuated => {}
        }
        if let Some(dying) = literals::dying() {
            Machine::over(process, vm).evacuate(&dying);
        }
        Visit::Done
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        let used = std::mem::take(&mut *self.used.lock());
        let batch = self.batch.lock().take();
        if let Some(batch) = batch {
            batch.answered(self.stage, &used, &self.vm);
        }
    }
}
