//! Holds what a process is: its memory, mailbox, signals, links, monitors, names, dictionary, and how it begins and ends.
//! May import: `atom`, `term`, `heap`, `bytecode`, `exec`'s state, `vm`. Never: run queues or threads (those are `sched`'s).
//!
//! **Ownership.** A `Process` has one owner at a time: the thread that runs it, a run queue, the thread of the blocking
//! native it is in, or nobody while it is parked. Others know only its `Slot` (see `table`, `inbox`): the signal queue, whose
//! word says whether the process is parked, and the number of its pid. Who pushes the signal that ends the parking
//! becomes the owner and puts the process into a run queue.
//!
//! **Order.** Signals from one process to another are seen in the order of sending; signals to oneself are done at once.

pub mod dictionary;
pub mod exit;
pub mod few;
pub mod handle;
pub mod inbox;
pub mod info;
pub mod limit;
pub mod link;
pub mod mailbox;
pub mod monitor;
pub mod options;
pub mod registry;
pub mod send;
pub mod signal;
pub mod spawn;
pub mod stack;
pub mod survey;
pub mod table;

pub use handle::Peek;
pub use send::send;

use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::exec::state::State;
use crate::heap::{Heap, OwnedTerm, next_reference};
use crate::term::Term;
use dictionary::Dictionary;
use few::Few;
use link::Links;
use mailbox::Mailbox;
use monitor::{AliasMode, Monitors};
use options::{MaxHeap, Priority};
use table::Slot;

/// A process: what its owner may touch.
pub struct Process {
    pub heap: Heap,
    pub exec: State,
    pub mailbox: Mailbox,
    slot: *const Slot,
    number: u64,
    pub group_leader: Term,
    pub dictionary: Option<Box<Dictionary>>,
    pub links: Links,
    pub monitors: Option<Box<Monitors>>,
    pub rare: Option<Box<Rare>>,
    /// Why it must end, once that is settled.
    pub exiting: Option<Box<OwnedTerm>>,
    pub reductions: u64,
    pub initial_call: Mfa,
    /// `Atom(0)` stands for none.
    registered: Atom,
    pub trap_exit: bool,
    /// It has made tables.
    pub has_tables: bool,
    /// It was parked by a receive, as far as others can tell.
    pub waiting: bool,
    /// Who spawned it; 0 for nobody.
    pub parent: u64,
    pub priority: Priority,
    /// A suspended process is parked whatever comes in.
    pub suspended: u16,
}

/// What few processes have.
#[derive(Default)]
pub struct Rare {
    /// The timer that looks after `receive … after`.
    pub alarm: Option<crate::sched::timer::Alarm>,
    pub aliases: Few<u64, AliasMode>,
    /// A request of ours to another process that we wait for, and its answer.
    pub asked: u64,
    pub answer: Option<OwnedTerm>,
    /// Questions to be answered between two turns.
    pub surveys: Vec<std::sync::Arc<dyn survey::Survey>>,
    /// Threads that hold the process in a native, outermost first.
    pub holders: Vec<std::sync::Arc<crate::sched::hold::Holder>>,
    pub max_heap: MaxHeap,
    pub min_heap: Option<u64>,
    pub min_bin_heap: Option<u64>,
    pub fullsweep_after: Option<u64>,
    pub off_heap_messages: bool,
    pub sensitive: bool,
    pub save_calls: u64,
    pub error_handler: Option<Atom>,
    pub label: Option<Term>,
    /// Whom we suspended how often.
    pub suspending: Few<u64, u32>,
}

// A million idle processes are to fit into 640 bytes each: this, a slot of 64 bytes and a first stack.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Process>() <= 320);

// SAFETY: the slot's address is valid for ever; all else belongs to the process.
unsafe impl Send for Process {}

impl Process {
    /// A process in a reserved slot, without anything to do yet.
    pub(crate) fn new(slot: &Slot, number: u64, initial_call: Mfa) -> Box<Process> {
        Box::new(Process {
            heap: Heap::new(),
            exec: State::default(),
            mailbox: Mailbox::default(),
            slot,
            number,
            group_leader: Term::pid(number),
            dictionary: None,
            links: Links::default(),
            monitors: None,
            rare: None,
            exiting: None,
            reductions: 0,
            initial_call,
            registered: Atom(0),
            trap_exit: false,
            has_tables: false,
            waiting: false,
            parent: 0,
            priority: Priority::Normal,
            suspended: 0,
        })
    }

    #[inline]
    pub fn pid(&self) -> Term {
        Term::pid(self.number)
    }

    #[inline]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// What others see of it.
    #[inline]
    pub fn slot(&self) -> &Slot {
        // SAFETY: slots are never freed.
        unsafe { &*self.slot }
    }

    pub fn rare(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    pub fn monitors(&mut self) -> &mut Monitors {
        self.monitors.get_or_insert_default()
    }

    pub fn registered_name(&self) -> Option<Atom> {
        (self.registered != Atom(0)).then_some(self.registered)
    }

    pub fn set_registered_name(&mut self, name: Option<Atom>) {
        self.registered = name.unwrap_or(Atom(0));
    }

    /// A new reference, of which messages to come can know.
    pub fn make_ref(&mut self) -> Term {
        let number = next_reference();
        self.mailbox.mark(number);
        self.heap.reference_from(number, self.number)
    }

    /// Shows every root but the stack: dictionary, messages, the rest.
    pub fn roots(&mut self, visit: &mut dyn FnMut(&mut [Term])) {
        if let Some(dictionary) = &mut self.dictionary {
            visit(dictionary.roots());
        }
        self.mailbox.roots(visit);
        if let Some(rare) = &mut self.rare
            && let Some(label) = &mut rare.label
        {
            visit(std::slice::from_mut(label));
        }
    }

    /// The name it goes by in reports: `proc_lib`'s label or initial call.
    pub fn dictionary_get(&self, key: Atom) -> Option<Term> {
        self.dictionary.as_ref()?.get(Term::atom(key))
    }
}

/// The function of a process begun with a fun.
pub const APPLY: Mfa = Mfa {
    module: known::ERLANG,
    function: known::APPLY,
    arity: 2,
};
