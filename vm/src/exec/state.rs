//! What the interpreter keeps in a process: its stack, where it goes on, what it waits for.

use super::stubs;
use crate::code::{ExportEntry, Module, Site};
use crate::natives::{Class, NativeResult};
use crate::process::stack::Stack;
use crate::term::Term;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Why `run` came back.
#[derive(Debug)]
pub enum Outcome {
    /// The turn is over; runnable.
    Yield,
    /// A receive found nothing, or a native waits. At the deadline the scheduler sets `State::timed_out` and makes it
    /// runnable.
    Wait { deadline: Option<Instant> },
    /// The process has ended: returned (class exit, reason `normal`) or failed. The terms stand on its heap.
    Exit { class: Class, reason: Term, trace: Term },
    /// It was told to exit (`Stop::Exit`); the reason is the scheduler's to know.
    Killed,
    /// Call `run_blocking` on a thread that may block, then make it runnable.
    Blocking,
    /// Call `run_holding` on a thread that may block, then make it runnable.
    Hold,
    /// A call from a holding native has returned.
    HeldReturn(Term),
    /// It has raised: class, reason, raw stack trace.
    HeldRaise(Class, Term, Term),
}

/// What is live while the process does not run.
#[derive(Clone, Copy)]
pub(crate) enum Live {
    /// The first registers of the frame.
    Args(u16),
    Site(*const Site),
}

pub struct State {
    pub stack: Stack,
    pub(crate) pc: *const u64,
    pub(crate) fp: *mut u64,
    /// Left of this turn.
    pub reductions: i32,
    pub(crate) live: Live,
    /// When the receive at hand times out.
    pub deadline: Option<Instant>,
    pub timed_out: bool,
    /// Whether a receive with a timeout is waiting.
    pub(crate) timing: bool,
    /// What a blocking or holding native answered.
    pub(crate) answer: Option<Box<NativeResult>>,
    /// A large heap may be left for another thread to collect after this turn.
    pub may_postpone: bool,
    /// The heap is being collected; where that was given up, it is lost.
    pub(crate) collecting: bool,
    /// A native waits for the collection that it has asked for.
    pub awaits_collection: bool,
    /// Depth of calls from holding natives.
    pub(crate) held: u32,
}

// SAFETY: the pointers lead into the process's own stack and into code; whoever owns the process owns them.
unsafe impl Send for State {}

impl Default for State {
    fn default() -> State {
        State {
            stack: Stack::default(),
            pc: std::ptr::null(),
            fp: std::ptr::null_mut(),
            reductions: 0,
            live: Live::Args(0),
            deadline: None,
            timed_out: false,
            timing: false,
            answer: None,
            may_postpone: false,
            awaits_collection: false,
            collecting: false,
            held: 0,
        }
    }
}

impl State {
    /// Costs this many reductions.
    pub fn charge(&mut self, reductions: u32) {
        self.reductions = self.reductions.saturating_sub(reductions.min(1 << 30) as i32);
    }

    /// Lets a new process begin with a call of a function. The arguments stand on its heap.
    pub fn start(&mut self, entry: &'static ExportEntry, args: &[Term]) {
        let code = entry.code.load(Ordering::Acquire);
        self.first_frame(args.len() + 1);
        for (i, arg) in args.iter().enumerate() {
            // SAFETY: `first_frame` made room for them.
            unsafe { *self.fp.add(i) = arg.raw() };
        }
        self.live = Live::Args(args.len() as u16);
        self.pc = code;
    }

    /// Lets a new process begin with a call of a fun.
    pub fn start_fun(&mut self, fun: Term, args: &[Term]) {
        self.first_frame(stubs::APPLY_ARGS + args.len() + 1);
        // SAFETY: `first_frame` made room for them.
        unsafe { stubs::write_apply(self.fp, fun, args) };
        self.live = Live::Args((stubs::APPLY_ARGS + args.len()) as u16);
        self.pc = stubs::apply(args.len());
    }

    fn first_frame(&mut self, words: usize) {
        self.stack.grow(words + 2);
        let base = self.stack.base();
        // SAFETY: the stack has at least three words.
        unsafe {
            *base = stubs::halt() as u64;
            *base.add(1) = 0;
            self.fp = base.add(2);
        }
    }

    /// Whether it has been given something to do.
    pub fn started(&self) -> bool {
        !self.pc.is_null()
    }

    /// Whether there are frames to give up: not those that a holding native stands on.
    pub fn can_begin_anew(&self) -> bool {
        self.held == 0 && self.fp > self.stack.base().wrapping_add(2)
    }

    /// Gives up all frames and begins with a call of a function.
    pub(crate) fn begin_anew(&mut self, entry: &'static ExportEntry, args: &[Term]) {
        self.stack.release();
        self.timing = false;
        self.deadline = None;
        self.start(entry, args);
    }

    /// The first call leads to where the function is now: nothing of an older version can be entered once the process
    /// is known to others.
    pub fn aim(&mut self, entry: &'static ExportEntry) {
        self.pc = entry.code.load(Ordering::SeqCst);
    }

    /// Words of the stack below the top frame.
    pub(crate) fn stack_words(&self) -> usize {
        (self.fp as usize).saturating_sub(self.stack.base() as usize) / 8
    }

    /// Shows the words of the stack that are live while the process does not run, or at `live`.
    pub(crate) fn roots(&self, live: Live, extra: Option<u16>, visit: &mut dyn FnMut(&mut [Term])) {
        if self.fp.is_null() {
            return;
        }
        let mut fp = self.fp;
        // SAFETY: `fp` is the top frame; below each frame stand the return address and the distance to the caller's
        // frame, down to the first one; live sets name registers of their frame.
        unsafe {
            let mut show =
                |at: *mut u64, count: usize| visit(std::slice::from_raw_parts_mut(at as *mut Term, count));
            match live {
                Live::Args(n) => show(fp, n as usize),
                Live::Site(site) => {
                    for &reg in (*site).live() {
                        show(fp.add(reg as usize), 1);
                    }
                }
            }
            if let Some(reg) = extra {
                show(fp.add(reg as usize), 1);
            }
            let bottom = self.stack.base().add(2);
            while fp > bottom {
                let back = *fp.sub(2) as *const u64;
                fp = fp.sub(*fp.sub(1) as u16 as usize);
                let site = *back.sub(1) as *const Site;
                for &reg in (*site).live() {
                    show(fp.add(reg as usize), 1);
                }
            }
        }
    }

    /// The frames' places in the code, innermost first: where each goes on.
    pub(crate) fn return_addresses(&self, limit: usize) -> Vec<*const u64> {
        let mut all = Vec::new();
        let mut fp = self.fp;
        if fp.is_null() {
            return all;
        }
        // SAFETY: as in `roots`.
        unsafe {
            let bottom = self.stack.base().add(2);
            while fp > bottom && all.len() < limit {
                all.push(*fp.sub(2) as *const u64);
                fp = fp.sub(*fp.sub(1) as u16 as usize);
            }
        }
        all
    }

    /// Whether a frame goes on in this version of a module.
    pub fn runs(&self, module: &Module) -> bool {
        module.contains(self.pc)
            || self
                .return_addresses(usize::MAX)
                .iter()
                .any(|back| module.contains(*back))
    }
}
