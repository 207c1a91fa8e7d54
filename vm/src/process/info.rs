//! What a process tells about itself, and what else others may ask of it by request.

use super::Process;
use super::options::{MIN_BIN_HEAP, MIN_HEAP, MaxHeap};
use super::signal::{Request, Signal, Watched};
use crate::atom::{Atom, known};
use crate::heap::{Heap, OwnedTerm, next_reference};
use crate::natives::{Ctx, NativeResult, Stop};
use crate::term::Term;
use crate::vm::Vm;

/// Sends a request and waits for the answer. A native that uses this is called again with the same arguments until the
/// answer is there.
pub fn ask(ctx: &mut Ctx<'_>, to: u64, request: impl FnOnce(u64, u64) -> Box<dyn Request>) -> NativeResult {
    let from = ctx.process.number();
    let rare = ctx.process.rare();
    if let Some(answer) = rare.answer.take() {
        rare.asked = 0;
        return Ok(ctx.heap().adopt(answer));
    }
    if rare.asked == 0 {
        let reference = next_reference();
        rare.asked = reference;
        ctx.vm.signal(to, Signal::Request(request(reference, from)));
        ctx.process.fetch(ctx.vm);
        let rare = ctx.process.rare();
        if let Some(answer) = rare.answer.take() {
            rare.asked = 0;
            return Ok(ctx.heap().adopt(answer));
        }
    }
    Err(Stop::Wait)
}

fn reply(vm: &Vm, to: u64, reference: u64, value: OwnedTerm) {
    vm.signal(to, Signal::Reply { reference, value });
}

fn undefined() -> OwnedTerm {
    OwnedTerm::immediate(Term::atom(known::UNDEFINED))
}

/// Takes back `times` suspensions.
pub struct Resume {
    pub times: u32,
}

impl Request for Resume {
    fn run(self: Box<Self>, process: &mut Process, _: &Vm) {
        process.suspended = process.suspended.saturating_sub(self.times as u16);
    }

    fn undeliverable(self: Box<Self>, _: &Vm) {}
}

/// Answers `true` once it is suspended, `false` if there is no such process.
pub struct Suspend {
    pub reference: u64,
    pub from: u64,
}

impl Request for Suspend {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        process.suspended = process.suspended.saturating_add(1);
        reply(vm, self.from, self.reference, OwnedTerm::immediate(Term::TRUE));
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        reply(vm, self.from, self.reference, OwnedTerm::immediate(Term::FALSE));
    }
}

/// Answers whether it is alive.
pub struct Alive {
    pub reference: u64,
    pub from: u64,
}

impl Request for Alive {
    fn run(self: Box<Self>, _: &mut Process, vm: &Vm) {
        reply(vm, self.from, self.reference, OwnedTerm::immediate(Term::TRUE));
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        reply(vm, self.from, self.reference, OwnedTerm::immediate(Term::FALSE));
    }
}

/// Has it collect at its next chance.
pub struct Collect {
    pub reference: u64,
    pub from: u64,
}

impl Request for Collect {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        process.heap.want_full();
        reply(vm, self.from, self.reference, OwnedTerm::immediate(Term::TRUE));
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        reply(vm, self.from, self.reference, OwnedTerm::immediate(Term::FALSE));
    }
}

/// Answers by a message `{tag, id, value}`.
pub struct Tell {
    pub from: u64,
    pub tag: Atom,
    pub id: OwnedTerm,
    /// What to do; the value is what it gives, or false if there is no such process.
    pub work: fn(&mut Process, &Vm) -> bool,
}

impl Tell {
    fn tell(&self, vm: &Vm, value: bool) {
        let mut heap = Heap::new();
        let message = heap.tuple(&[Term::atom(self.tag), self.id.term(), Term::bool(value)]);
        vm.signal(self.from, Signal::Message(OwnedTerm::of(message)));
    }
}

impl Request for Tell {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        let value = (self.work)(process, vm);
        self.tell(vm, value);
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        self.tell(vm, false);
    }
}

/// Somebody else has given it a name or taken it.
pub struct Named {
    pub name: Option<Atom>,
}

impl Request for Named {
    fn run(self: Box<Self>, process: &mut Process, _: &Vm) {
        process.set_registered_name(self.name);
    }

    fn undeliverable(self: Box<Self>, _: &Vm) {}
}

/// Answers with `process_info`.
pub struct Ask {
    pub reference: u64,
    pub from: u64,
    pub wanted: Wanted,
}

impl Request for Ask {
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm) {
        let answer = answer(process, vm, &self.wanted, false);
        reply(vm, self.from, self.reference, answer);
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        reply(vm, self.from, self.reference, undefined());
    }
}

/// Which items.
pub enum Wanted {
    Usual,
    One(Item),
    List(Vec<Item>),
}

/// An item: a name, or `{:dictionary, key}`.
pub enum Item {
    Named(Atom),
    DictionaryKey(OwnedTerm),
}

impl Wanted {
    /// None: there is no such item.
    pub fn of(items: Option<Term>) -> Option<Wanted> {
        let Some(items) = items else {
            return Some(Wanted::Usual);
        };
        if items.is_list() {
            return items
                .list_to_vec()?
                .into_iter()
                .map(Item::of)
                .collect::<Option<_>>()
                .map(Wanted::List);
        }
        Item::of(items).map(Wanted::One)
    }
}

impl Item {
    fn of(term: Term) -> Option<Item> {
        if let Some(name) = term.as_atom() {
            let known = KNOWN.contains(&name) || FURTHER.contains(&name.as_str());
            return known.then_some(Item::Named(name));
        }
        match term.pair()? {
            (kind, key) if kind == Term::atom(known::DICTIONARY) => {
                Some(Item::DictionaryKey(OwnedTerm::of(key)))
            }
            _ => None,
        }
    }
}

const KNOWN: &[Atom] = &[
    known::REGISTERED_NAME,
    known::CURRENT_FUNCTION,
    known::CURRENT_LOCATION,
    known::CURRENT_STACKTRACE,
    known::INITIAL_CALL,
    known::STATUS,
    known::MESSAGES,
    known::MESSAGE_QUEUE_LEN,
    known::MESSAGE_QUEUE_DATA,
    known::LINKS,
    known::MONITORS,
    known::MONITORED_BY,
    known::DICTIONARY,
    known::TRAP_EXIT,
    known::ERROR_HANDLER,
    known::PRIORITY,
    known::GROUP_LEADER,
    known::TOTAL_HEAP_SIZE,
    known::HEAP_SIZE,
    known::STACK_SIZE,
    known::MEMORY,
    known::REDUCTIONS,
    known::GARBAGE_COLLECTION,
    known::GARBAGE_COLLECTION_INFO,
    known::MIN_HEAP_SIZE,
    known::MIN_BIN_VHEAP_SIZE,
    known::MAX_HEAP_SIZE,
    known::FULLSWEEP_AFTER,
    known::SUSPENDING,
    known::BINARY,
    known::BACKTRACE,
    known::PARENT,
    known::LABEL,
    known::ALIAS,
];

/// Those whose names no other code needs.
const FURTHER: &[&str] = &["async_dist", "catchlevel", "last_calls", "magic_ref"];

/// What `process_info/1` lists, in its order; the registered name only if there is one.
const USUAL: &[Atom] = &[
    known::REGISTERED_NAME,
    known::CURRENT_FUNCTION,
    known::INITIAL_CALL,
    known::STATUS,
    known::MESSAGE_QUEUE_LEN,
    known::LINKS,
    known::DICTIONARY,
    known::TRAP_EXIT,
    known::ERROR_HANDLER,
    known::PRIORITY,
    known::GROUP_LEADER,
    known::TOTAL_HEAP_SIZE,
    known::HEAP_SIZE,
    known::STACK_SIZE,
    known::REDUCTIONS,
    known::GARBAGE_COLLECTION,
    known::SUSPENDING,
];

/// The answer, for the process's owner. `own`: it asks itself.
pub fn answer(process: &mut Process, vm: &Vm, wanted: &Wanted, own: bool) -> OwnedTerm {
    let mut heap = Heap::new();
    let term = match wanted {
        Wanted::One(item) => {
            let value = value(process, vm, &mut heap, item, own);
            match item {
                Item::Named(known::REGISTERED_NAME) if value.is_nil() => value,
                _ => pair(&mut heap, item, value),
            }
        }
        Wanted::List(items) => {
            let mut all = Vec::with_capacity(items.len());
            for item in items {
                let value = value(process, vm, &mut heap, item, own);
                all.push(pair(&mut heap, item, value));
            }
            heap.list(all)
        }
        Wanted::Usual => {
            let mut all = Vec::with_capacity(USUAL.len());
            for name in USUAL {
                let item = Item::Named(*name);
                let value = value(process, vm, &mut heap, &item, own);
                if *name != known::REGISTERED_NAME || !value.is_nil() {
                    all.push(pair(&mut heap, &item, value));
                }
            }
            heap.list(all)
        }
    };
    OwnedTerm::of(term)
}

fn pair(heap: &mut Heap, item: &Item, value: Term) -> Term {
    match item {
        Item::Named(name) => heap.tuple(&[Term::atom(*name), value]),
        Item::DictionaryKey(key) => {
            let key = heap.tuple(&[Term::atom(known::DICTIONARY), key.term()]);
            heap.tuple(&[key, value])
        }
    }
}

fn count(value: usize) -> Term {
    Term::small(value as i64)
}

fn mfa(heap: &mut Heap, mfa: crate::bytecode::ops::Mfa) -> Term {
    heap.tuple(&[
        Term::atom(mfa.module),
        Term::atom(mfa.function),
        Term::small(mfa.arity as i64),
    ])
}

/// The value stands on `heap` or on the process's.
fn value(process: &mut Process, vm: &Vm, heap: &mut Heap, item: &Item, own: bool) -> Term {
    let name = match item {
        Item::DictionaryKey(key) => {
            let found = process
                .dictionary
                .as_ref()
                .and_then(|dictionary| dictionary.get(key.term()));
            return found.unwrap_or(Term::atom(known::UNDEFINED));
        }
        Item::Named(name) => *name,
    };
    match name {
        known::REGISTERED_NAME => process.registered_name().map_or(Term::NIL, Term::atom),
        known::CURRENT_FUNCTION => match trace(process, vm, heap).uncons() {
            Some((first, _)) => match first.tuple() {
                Some(&[module, function, arity, ..]) => heap.tuple(&[module, function, arity]),
                _ => mfa(heap, process.initial_call),
            },
            None => mfa(heap, process.initial_call),
        },
        known::CURRENT_LOCATION => match trace(process, vm, heap).uncons() {
            Some((first, _)) => first,
            None => Term::atom(known::UNDEFINED),
        },
        known::CURRENT_STACKTRACE => trace(process, vm, heap),
        known::BACKTRACE => {
            let text = backtrace(process, vm);
            heap.binary(text.as_bytes())
        }
        known::INITIAL_CALL => mfa(heap, process.initial_call),
        known::STATUS => Term::atom(if own {
            known::RUNNING
        } else if process.suspended > 0 {
            known::SUSPENDED
        } else if process.waiting {
            known::WAITING
        } else {
            known::RUNNABLE
        }),
        known::MESSAGES => {
            let mut all = Vec::new();
            process.mailbox.each(|message| all.push(message));
            heap.list(all)
        }
        known::MESSAGE_QUEUE_LEN => count(process.mailbox.len()),
        known::MESSAGE_QUEUE_DATA => {
            let off = process.rare.as_ref().is_some_and(|rare| rare.off_heap_messages);
            Term::atom(if off { known::OFF_HEAP } else { known::ON_HEAP })
        }
        known::LINKS => {
            let mut links = process.links.active();
            links.sort_unstable();
            let ports = vm.ports().linked_to(process.number());
            heap.list(links.into_iter().map(Term::pid).chain(ports))
        }
        known::MONITORS => {
            let mut all = Vec::new();
            if let Some(monitors) = &process.monitors {
                monitors.mine.for_each(|_, mine| {
                    let (kind, of) = match mine.watched {
                        Watched::Pid(number) => (known::PROCESS, Term::pid(number)),
                        Watched::Name(name) => (known::PROCESS, heap.tuple(&[Term::atom(name), vm.node()])),
                        Watched::Port(number) => (known::PORT, Term::port(number)),
                        Watched::NamedPort(name, _) => {
                            (known::PORT, heap.tuple(&[Term::atom(name), vm.node()]))
                        }
                        Watched::Clock => (known::TIME_OFFSET, Term::atom(known::CLOCK_SERVICE)),
                    };
                    all.push(heap.tuple(&[Term::atom(kind), of]));
                });
            }
            heap.list(all)
        }
        known::MONITORED_BY => {
            let mut all = Vec::new();
            if let Some(monitors) = &process.monitors {
                monitors
                    .of_me
                    .for_each(|_, watcher| all.push(Term::pid(*watcher)));
            }
            heap.list(all)
        }
        known::DICTIONARY => {
            let pairs: Vec<(Term, Term)> = process
                .dictionary
                .as_ref()
                .map(|dictionary| dictionary.pairs().collect())
                .unwrap_or_default();
            let pairs: Vec<Term> = pairs
                .into_iter()
                .map(|(key, value)| heap.tuple(&[key, value]))
                .collect();
            heap.list(pairs)
        }
        known::TRAP_EXIT => Term::bool(process.trap_exit),
        known::ERROR_HANDLER => Term::atom(
            process
                .rare
                .as_ref()
                .and_then(|rare| rare.error_handler)
                .unwrap_or(known::ERROR_HANDLER),
        ),
        known::PRIORITY => Term::atom(process.priority.atom()),
        known::GROUP_LEADER => process.group_leader,
        known::TOTAL_HEAP_SIZE => count(process.heap.capacity() + process.exec.stack.bytes() / 8),
        known::HEAP_SIZE => count(process.heap.capacity()),
        known::STACK_SIZE => count(process.exec.stack.bytes() / 8),
        known::MEMORY => count(memory(process)),
        known::REDUCTIONS => Term::small(process.reductions as i64),
        known::GARBAGE_COLLECTION => {
            let rare = process.rare.as_ref();
            let fullsweep = rare.and_then(|rare| rare.fullsweep_after).unwrap_or(65535);
            let min = rare.and_then(|rare| rare.min_heap).unwrap_or(MIN_HEAP);
            let minor = process.heap.since_full();
            let bin = rare.and_then(|rare| rare.min_bin_heap).unwrap_or(MIN_BIN_HEAP);
            let max_map = max_heap(heap, rare.map(|rare| rare.max_heap).unwrap_or_default());
            let pairs = [
                (known::MAX_HEAP_SIZE, max_map),
                (known::MIN_BIN_VHEAP_SIZE, Term::small(bin as i64)),
                (known::MIN_HEAP_SIZE, Term::small(min as i64)),
                (known::FULLSWEEP_AFTER, Term::small(fullsweep as i64)),
                (Atom::new("minor_gcs"), Term::small(minor as i64)),
            ];
            let pairs: Vec<Term> = pairs
                .into_iter()
                .map(|(key, value)| heap.tuple(&[Term::atom(key), value]))
                .collect();
            heap.list(pairs)
        }
        known::GARBAGE_COLLECTION_INFO => {
            let (young, old) = process.heap.off_heap();
            let bin = MIN_BIN_HEAP as usize;
            let pairs = [
                ("old_heap_block_size", process.heap.old_capacity()),
                (
                    "heap_block_size",
                    process.heap.capacity() - process.heap.old_capacity(),
                ),
                ("mbuf_size", 0),
                ("recent_size", 0),
                ("stack_size", process.exec.stack.bytes() / 8),
                ("old_heap_size", process.heap.old_words()),
                ("heap_size", process.heap.young_words()),
                ("bin_vheap_size", young / 8),
                ("bin_vheap_block_size", bin),
                ("bin_old_vheap_size", old / 8),
                ("bin_old_vheap_block_size", bin),
            ];
            let pairs: Vec<Term> = pairs
                .into_iter()
                .map(|(key, value)| heap.tuple(&[Term::atom(Atom::new(key)), count(value)]))
                .collect();
            heap.list(pairs)
        }
        known::MIN_HEAP_SIZE => Term::small(
            process
                .rare
                .as_ref()
                .and_then(|rare| rare.min_heap)
                .unwrap_or(MIN_HEAP) as i64,
        ),
        known::MIN_BIN_VHEAP_SIZE => Term::small(
            process
                .rare
                .as_ref()
                .and_then(|rare| rare.min_bin_heap)
                .unwrap_or(MIN_BIN_HEAP) as i64,
        ),
        known::MAX_HEAP_SIZE => {
            let max = process.rare.as_ref().map(|rare| rare.max_heap);
            max_heap(heap, max.unwrap_or_default())
        }
        known::FULLSWEEP_AFTER => Term::small(
            process
                .rare
                .as_ref()
                .and_then(|rare| rare.fullsweep_after)
                .unwrap_or(65535) as i64,
        ),
        known::SUSPENDING => {
            let mut all = Vec::new();
            if let Some(rare) = &process.rare {
                rare.suspending.for_each(|number, times| {
                    all.push(heap.tuple(&[Term::pid(*number), Term::small(*times as i64), Term::ZERO]));
                });
            }
            heap.list(all)
        }
        known::PARENT => match process.parent {
            0 => Term::atom(known::UNDEFINED),
            number => Term::pid(number),
        },
        known::LABEL => process
            .dictionary_get(known::PROCESS_LABEL)
            .unwrap_or(Term::atom(known::UNDEFINED)),
        other => match other.as_str() {
            "async_dist" => Term::FALSE,
            "catchlevel" => Term::ZERO,
            // Calls are not recorded: the list is empty where OTP shows the last ones.
            "last_calls" if process.rare.as_ref().is_none_or(|rare| rare.save_calls == 0) => Term::FALSE,
            _ => Term::NIL,
        },
    }
}

/// Where the process stands, a line a frame.
fn backtrace(process: &mut Process, vm: &Vm) -> String {
    use std::fmt::Write;
    let mut heap = Heap::new();
    let mut text = format!("Process {}, {} messages\n", process.pid(), process.mailbox.len());
    for frame in trace(process, vm, &mut heap).list_to_vec().unwrap_or_default() {
        if let Some(&[module, function, arity, ..]) = frame.tuple() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "  {module}:{function}/{arity}");
        }
    }
    text
}

/// `max_heap_size` as a map.
pub fn max_heap(heap: &mut Heap, max: MaxHeap) -> Term {
    let mut pairs = [
        (Term::atom(known::SIZE), Term::small(max.words as i64)),
        (Term::atom(known::KILL), Term::bool(max.kill)),
        (Term::atom(Atom::new("error_logger")), Term::bool(max.report)),
        (
            Term::atom(Atom::new("include_shared_binaries")),
            Term::bool(max.shared),
        ),
    ];
    heap.map_from(&mut pairs)
}

/// Bytes that the process takes.
pub fn memory(process: &Process) -> usize {
    size_of::<Process>()
        + size_of::<super::table::Slot>()
        + process.heap.capacity() * 8
        + process.exec.stack.bytes()
        + process.mailbox.words() * 8
}

fn trace(process: &mut Process, vm: &Vm, heap: &mut Heap) -> Term {
    crate::exec::trace::current(process, vm, heap)
}
