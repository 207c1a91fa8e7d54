//! What the operations outside the interpreter's loop work with: registers of the top frame, operands, collection.
//!
//! The loop keeps the position, the frame, the heap's top and the reductions in locals; it writes them back before it
//! calls an operation here and takes them from here afterwards.

use super::state::{Live, Outcome};
use crate::code::Site;
use crate::heap::literals::Dying;
use crate::process::Process;
use crate::term::Term;
use crate::term::word::BYTE_CODE;
use crate::vm::Vm;

/// Whether the loop goes on (at `State::pc`) or ends with `Machine::outcome`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Go,
    Leave,
}

/// Words from which on a collection takes too long for a scheduler's thread.
const LARGE: usize = 1 << 20;

pub(crate) struct Machine<'a> {
    pub p: &'a mut Process,
    pub vm: &'a Vm,
    pub outcome: Option<Outcome>,
}

impl<'a> Machine<'a> {
    /// Over a process that does not run.
    pub fn over(p: &'a mut Process, vm: &'a Vm) -> Machine<'a> {
        Machine { p, vm, outcome: None }
    }
}

impl Machine<'_> {
    /// Whether the process, which stands between two turns, has a collection before it that takes long.
    pub fn is_collection_long(p: &Process) -> bool {
        p.heap.has_overflow() && p.exec.answer.is_none() && p.heap.words() > LARGE
    }

    /// Collects for a process that stands between two turns.
    pub fn collect_between(&mut self) {
        let live = self.p.exec.live;
        self.collect(live, None, 0);
    }

    /// Copies what the process, which stands between two turns, has of literals that are to be freed.
    pub fn evacuate(&mut self, dying: &Dying) {
        self.p.mailbox.evacuate(dying);
        let live = self.p.exec.live;
        let mut heap = std::mem::take(&mut self.p.heap);
        let p = &mut *self.p;
        let found = heap.evacuate(dying, &mut |visit| {
            p.exec.roots(live, None, visit);
            p.roots(visit);
        });
        self.p.heap = heap;
        if found {
            self.collect(live, None, 0);
        }
    }

    /// Ends the turn.
    pub fn leave(&mut self, outcome: Outcome) -> Step {
        self.outcome = Some(outcome);
        Step::Leave
    }

    /// Goes on `words` words after `pc`.
    pub fn next(&mut self, pc: *const u64, words: usize) -> Step {
        self.p.exec.pc = pc.wrapping_add(words);
        Step::Go
    }

    /// Goes on where the upper half of the word at `pc` leads.
    pub fn near(&mut self, pc: *const u64) -> Step {
        // SAFETY: `pc` stands at an operation with a distance in the upper half of its word.
        let rel = unsafe { (*pc as i64) >> 32 };
        self.p.exec.pc = pc.wrapping_offset(rel as isize);
        Step::Go
    }

    /// Goes on where the word `at` after `pc` leads.
    pub fn far(&mut self, pc: *const u64, at: usize) -> Step {
        // SAFETY: the operation at `pc` has a distance there.
        let rel = unsafe { *pc.add(at) as i64 };
        self.p.exec.pc = pc.wrapping_offset(rel as isize);
        Step::Go
    }

    #[inline(always)]
    pub fn reg(&self, reg: usize) -> Term {
        // SAFETY: validated code names registers of its frame only; the stack has room for the whole frame.
        Term::from_raw(unsafe { *self.p.exec.fp.add(reg) })
    }

    #[inline(always)]
    pub fn set(&mut self, reg: usize, value: Term) {
        // SAFETY: as in `reg`.
        unsafe { *self.p.exec.fp.add(reg) = value.raw() };
    }

    /// The value of an operand word.
    #[inline(always)]
    pub fn src(&self, word: u64) -> Term {
        if word as u8 as u64 == BYTE_CODE {
            self.reg((word >> 8) as usize)
        } else {
            Term::from_raw(word)
        }
    }

    /// The operand `at` words after `pc`.
    #[inline(always)]
    pub fn operand(&self, pc: *const u64, at: usize) -> Term {
        self.src(word_at(pc, at))
    }

    /// The site `at` words after `pc`.
    #[inline(always)]
    pub fn site(&self, pc: *const u64, at: usize) -> &'static Site {
        // SAFETY: the loader put a site there; sites outlive all code that runs.
        unsafe { &*(word_at(pc, at) as *const Site) }
    }

    /// Collects; `need` words fit afterwards.
    #[cold]
    #[inline(never)]
    pub fn collect(&mut self, live: Live, extra: Option<u16>, need: usize) {
        if self.p.exec.may_postpone && self.p.heap.words() > LARGE {
            // The turn ends, and a thread that keeps nobody waiting collects.
            self.p.heap.postpone(need);
            self.p.exec.reductions = self.p.exec.reductions.min(0);
            return;
        }
        self.p.exec.collecting = true;
        self.p.heap.note_stack(self.p.exec.stack_words());
        let mut heap = std::mem::take(&mut self.p.heap);
        let p = &mut *self.p;
        heap.collect(need, &mut |visit| {
            p.exec.roots(live, extra, visit);
            p.roots(visit);
        });
        self.p.heap = heap;
        self.p.exec.collecting = false;
        self.p.exec.charge(1);
        crate::process::limit::check(self.p, self.vm, live);
    }

    /// Makes room for `need` words before an operation builds; operands are read afterwards.
    #[inline(always)]
    pub fn reserve(&mut self, need: usize, site: &Site) {
        if !self.p.heap.fits(need) || crate::heap::gc::stress() {
            self.collect(Live::Site(site), None, need);
        }
    }

    /// Collects after an operation that may have built in extra blocks; `dst` holds its value.
    #[inline(always)]
    pub fn settle(&mut self, site: &Site, dst: usize) {
        if self.p.heap.has_overflow() {
            self.collect(Live::Site(site), Some(dst as u16), 0);
        }
    }

    /// Makes room for a frame of `need` words at `distance` words above the current one.
    #[cold]
    #[inline(never)]
    pub fn grow(&mut self, distance: usize, need: usize) {
        let exec = &mut self.p.exec;
        let used = (exec.fp as usize - exec.stack.base() as usize) / 8;
        let moved = exec.stack.grow(used + distance + need + 8);
        exec.fp = exec.fp.wrapping_byte_offset(moved);
    }

    /// Makes sure that a frame of `need` words fits at `distance` words above the current one.
    #[inline(always)]
    pub fn room(&mut self, distance: usize, need: usize) {
        let exec = &self.p.exec;
        if (exec.stack.end as usize) < exec.fp as usize + (distance + need) * 8 {
            self.grow(distance, need);
        }
    }
}

/// The word `at` words after `pc`.
#[inline(always)]
pub(crate) fn word_at(pc: *const u64, at: usize) -> u64 {
    // SAFETY: callers name words of the operation at `pc`, as the loader wrote it.
    unsafe { *pc.add(at) }
}

/// Field `a`, `b`, `c` of an operation's first word.
#[inline(always)]
pub(crate) fn field_a(pc: *const u64) -> usize {
    (word_at(pc, 0) >> 16) as u16 as usize
}

#[inline(always)]
pub(crate) fn field_b(pc: *const u64) -> usize {
    (word_at(pc, 0) >> 32) as u16 as usize
}

#[inline(always)]
pub(crate) fn field_c(pc: *const u64) -> usize {
    (word_at(pc, 0) >> 48) as u16 as usize
}
