//! Holds the tables of one Vm: `:ets`. Rows stand outside of all heaps and are copied in and out.
//! May import: `term`, `heap`, `natives::arith` (for guards), `process`' signals. Never: schedulers.

pub mod guard;
pub mod hashed;
pub mod ordered;
pub mod pattern;
pub mod rows;
pub mod spec;
pub mod store;
pub mod table;

use crate::atom::{Atom, known};
use crate::heap::{Heap, OwnedTerm};
use crate::process::signal::Signal;
use crate::sync::{AtomicUsize, Ordering};
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use table::Table;

/// All tables, by the number in their reference and by name.
pub struct Tables {
    /// Tells the tables of one Vm from another's.
    id: u64,
    all: RwLock<FxHashMap<u64, Arc<Table>>>,
    named: RwLock<FxHashMap<Atom, Arc<Table>>>,
    count: AtomicUsize,
    /// How many of them have had other owners than who made them.
    transferred: AtomicUsize,
}

/// A table as a thread remembers it: using one touches nothing that other threads write to.
pub type Found = Rc<Arc<Table>>;

/// A table that a thread has asked for: of which Vm, by what, and the table.
type Known = Option<(u64, u64, Found)>;

thread_local! {
    static KNOWN: [RefCell<Known>; 32] = const { [const { RefCell::new(None) }; 32] };
}

impl Default for Tables {
    fn default() -> Tables {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        Tables {
            id: NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
            all: RwLock::default(),
            named: RwLock::default(),
            count: AtomicUsize::new(0),
            transferred: AtomicUsize::new(0),
        }
    }
}

impl Tables {
    /// The table that a reference or a name stands for.
    #[inline]
    pub fn find(&self, id: Term) -> Option<Found> {
        // The word of an atom is odd.
        let asked = match id.as_atom() {
            Some(_) => id.raw(),
            None => id.as_ref()?.number << 1,
        };
        KNOWN.with(|known| {
            let place = &known[(asked ^ asked >> 8) as usize >> 1 & (known.len() - 1)];
            if let Some((tables, by, table)) = &*place.borrow()
                && (*tables, *by) == (self.id, asked)
                && table.is(id)
            {
                return Some(table.clone());
            }
            let table = Rc::new(self.search(id)?);
            place.replace(Some((self.id, asked, table.clone())));
            Some(table)
        })
    }

    fn search(&self, id: Term) -> Option<Arc<Table>> {
        if let Some(name) = id.as_atom() {
            return self.named.read().get(&name).cloned();
        }
        self.all.read().get(&id.as_ref()?.number).cloned()
    }

    /// False if the name is taken.
    pub fn add(&self, table: Arc<Table>) -> bool {
        if table.named {
            let mut named = self.named.write();
            if named.contains_key(&table.name()) {
                return false;
            }
            named.insert(table.name(), table.clone());
        }
        self.all.write().insert(table.number, table);
        self.count.fetch_add(1, Ordering::SeqCst);
        true
    }

    pub fn remove(&self, table: &Table) {
        if table.named {
            let mut named = self.named.write();
            if named
                .get(&table.name())
                .is_some_and(|other| other.number == table.number)
            {
                named.remove(&table.name());
            }
        }
        if self.all.write().remove(&table.number).is_none() {
            return;
        }
        self.count.fetch_sub(1, Ordering::SeqCst);
        if table.transferred.load(Ordering::SeqCst) {
            self.transferred.fetch_sub(1, Ordering::SeqCst);
        }
        table.end();
    }

    /// Gives a named table another name. False if that is taken.
    pub fn rename(&self, table: &Arc<Table>, name: Atom) -> bool {
        if table.named {
            let mut named = self.named.write();
            if named.contains_key(&name) {
                return false;
            }
            named.remove(&table.name());
            named.insert(name, table.clone());
        }
        table.set_name(name);
        true
    }

    pub fn all(&self) -> Vec<Arc<Table>> {
        self.all.read().values().cloned().collect()
    }

    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Bytes of all tables, about.
    pub fn memory(&self) -> usize {
        self.all.read().values().map(|table| table.words() * 8).sum()
    }

    /// Gives the table to a process. False: it has ended.
    pub fn transfer(&self, vm: &Vm, table: &Table, to: u64, data: Term) -> bool {
        if !table.transferred.swap(true, Ordering::SeqCst) {
            self.transferred.fetch_add(1, Ordering::SeqCst);
        }
        let from = table.owner();
        table.set_owner(to);
        // Whoever ends after this finds the table among those that may be its.
        if !vm.processes().is_alive(to) {
            table.set_owner(from);
            return false;
        }
        tell(vm, table, from, to, data);
        true
    }

    /// A process, which others do not find any more, has ended: its tables go to their heirs or away. `made`: it has
    /// made some.
    pub fn owner_ended(&self, vm: &Vm, number: u64, made: bool) {
        if !made && self.transferred.load(Ordering::SeqCst) == 0 {
            return;
        }
        let owned: Vec<Arc<Table>> = self
            .all
            .read()
            .values()
            .filter(|table| table.owner() == number)
            .cloned()
            .collect();
        for table in owned {
            let inherited = match table.heir() {
                Some((heir, data)) if heir != number => self.transfer(vm, &table, heir, data.term()),
                _ => false,
            };
            if !inherited {
                self.remove(&table);
            }
        }
    }
}

/// Tells a process that a table is its now: `{:"ETS-TRANSFER", table, from, data}`.
fn tell(vm: &Vm, table: &Table, from: u64, to: u64, data: Term) {
    let mut heap = Heap::new();
    let id = table.id(&mut heap);
    let data = heap.copy(data);
    let message = heap.tuple(&[Term::atom(known::ETS_TRANSFER), id, Term::pid(from), data]);
    vm.signal(to, Signal::Message(OwnedTerm::of(message)));
}
