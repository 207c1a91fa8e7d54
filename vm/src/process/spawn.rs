//! The birth of a process.

use super::monitor::{AliasMode, Mine};
use super::options::{MaxHeap, Priority};
use super::signal::Watched;
use super::{APPLY, Process};
use crate::bytecode::ops::Mfa;
use crate::code::ExportEntry;
use crate::heap::{OwnedTerm, next_reference};
use crate::natives::Stop;
use crate::sync::{Ordering, fence};
use crate::term::Term;
use crate::vm::Vm;

/// With what a process begins.
pub enum Start<'a> {
    Call(Mfa, &'a [Term]),
    Fun(Term, &'a [Term]),
}

/// What `spawn_opt` may ask for.
#[derive(Default)]
pub struct Options {
    pub link: bool,
    pub monitor: Option<MonitorOptions>,
    pub priority: Option<Priority>,
    pub min_heap: Option<u64>,
    pub min_bin_heap: Option<u64>,
    pub max_heap: Option<MaxHeap>,
    pub fullsweep_after: Option<u64>,
    pub off_heap_messages: bool,
}

impl Options {
    /// Whether it asks for what few processes have.
    fn is_special(&self) -> bool {
        self.min_heap.is_some()
            || self.min_bin_heap.is_some()
            || self.max_heap.is_some()
            || self.fullsweep_after.is_some()
            || self.off_heap_messages
    }
}

#[derive(Default)]
pub struct MonitorOptions {
    pub tag: Option<OwnedTerm>,
    pub alias: Option<AliasMode>,
}

/// Starts a process as a child of `parent`; gives the pid and the monitor's reference.
pub fn spawn(
    parent: &mut Process,
    vm: &Vm,
    start: Start<'_>,
    options: Options,
) -> Result<(Term, Option<Term>), Stop> {
    let (slot, number) = vm.processes().reserve().ok_or(Stop::SystemLimit)?;
    let initial = match &start {
        Start::Call(mfa, _) => *mfa,
        Start::Fun(..) => APPLY,
    };
    let mut child = Process::new(slot, number, initial);
    child.group_leader = parent.group_leader;
    child.parent = parent.number();
    if options.is_special() {
        let rare = child.rare();
        rare.min_heap = options.min_heap;
        rare.min_bin_heap = options.min_bin_heap;
        rare.fullsweep_after = options.fullsweep_after;
        rare.max_heap = options.max_heap.unwrap_or_default();
        rare.off_heap_messages = options.off_heap_messages;
        if let Some(words) = options.min_heap {
            child.heap.set_min_words(words as usize);
        }
        if let Some(collections) = options.fullsweep_after {
            child.heap.set_full_after(collections as u32);
        }
    }
    begin(&mut child, &start, vm);
    if let Some(priority) = options.priority {
        child.priority = priority;
    }
    if options.link {
        parent.links.link(number);
        child.links.link(parent.number());
    }
    let mut monitor = None;
    if let Some(wanted) = options.monitor {
        let reference = next_reference();
        parent.mailbox.mark(reference);
        if let Some(mode) = wanted.alias {
            parent.rare().aliases.insert(reference, mode);
        }
        let mine = Mine {
            target: number,
            watched: Watched::Pid(number),
            tag: wanted.tag,
        };
        parent.monitors().mine.insert(reference, mine);
        child.monitors().of_me.insert(reference, parent.number());
        let owner = parent.number();
        monitor = Some(parent.heap.reference_from(reference, owner));
    }
    let by_name = matches!(start, Start::Call(..));
    let child = Box::into_raw(child);
    vm.processes().occupy(slot, number, child);
    if by_name {
        aim(child, vm.code().exports().of(initial));
    }
    vm.schedulers().start(child);
    Ok((Term::pid(number), monitor))
}

/// Lets a process that others can see by now, and that is still the caller's, begin with the current version: see
/// `code::purge`.
fn aim(child: *mut Process, entry: &'static ExportEntry) {
    fence(Ordering::SeqCst);
    // SAFETY: it has been given to nobody yet.
    unsafe { (*child).exec.aim(entry) };
}

fn begin(child: &mut Process, start: &Start<'_>, vm: &Vm) {
    match *start {
        Start::Call(mfa, args) => {
            let args: smallvec::SmallVec<[Term; 8]> = args.iter().map(|arg| child.heap.copy(*arg)).collect();
            child.exec.start(vm.code().exports().of(mfa), &args);
        }
        Start::Fun(fun, args) => {
            let fun = child.heap.copy(fun);
            let args: smallvec::SmallVec<[Term; 8]> = args.iter().map(|arg| child.heap.copy(*arg)).collect();
            child.exec.start_fun(fun, &args);
        }
    }
}

impl Vm {
    /// Starts a process without parent, led by `user`. None: there are too many.
    pub fn spawn_root(&self, mfa: Mfa, args: Vec<OwnedTerm>) -> Option<u64> {
        self.spawn_noted(mfa, args, |_| {})
    }

    /// The same; `note` gets the number before the process can run.
    pub(crate) fn spawn_noted(&self, mfa: Mfa, args: Vec<OwnedTerm>, note: impl FnOnce(u64)) -> Option<u64> {
        let (slot, number) = self.processes().reserve()?;
        let mut child = Process::new(slot, number, mfa);
        if let Some(user) = self.registry().whereis(crate::atom::known::USER) {
            child.group_leader = Term::pid(user);
        }
        let args: Vec<Term> = args.into_iter().map(|arg| child.heap.adopt(arg)).collect();
        let entry = self.code().exports().of(mfa);
        child.exec.start(entry, &args);
        let child = Box::into_raw(child);
        self.processes().occupy(slot, number, child);
        note(number);
        aim(child, entry);
        self.schedulers().start(child);
        Some(number)
    }
}
