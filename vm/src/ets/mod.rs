//! Holds the tables of one Vm: `:ets`. Rows stand outside of all heaps and are copied in and out.
//! May import: `term`, `heap`, `natives::arith` (for guards), `process`' signals. Never: schedulers.

pub mod guard;
pub mod hashed;
pub mod ordered;
pub mod pattern;
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
use std::sync::Arc;
use table::Table;

/// All tables, by the number in their reference and by name.
#[derive(Default)]
pub struct Tables {
    all: RwLock<FxHashMap<u64, Arc<Table>>>,
    named: RwLock<FxHashMap<Atom, Arc<Table>>>,
    count: AtomicUsize,
}

impl Tables {
    /// The table that a reference or a name stands for.
    #[inline]
    pub fn find(&self, id: Term) -> Option<Arc<Table>> {
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
        if self.all.write().remove(&table.number).is_some() {
            self.count.fetch_sub(1, Ordering::SeqCst);
        }
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

    /// A process has ended: its tables go to their heirs or away.
    pub fn owner_ended(&self, vm: &Vm, number: u64) {
        if self.count() == 0 {
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
            match table.heir() {
                Some((heir, data)) if heir != number && vm.processes().is_alive(heir) => {
                    table.set_owner(heir);
                    transfer(vm, &table, number, heir, data.term());
                }
                _ => self.remove(&table),
            }
        }
    }
}

/// Tells a process that a table is its now: `{:"ETS-TRANSFER", table, from, data}`.
pub fn transfer(vm: &Vm, table: &Table, from: u64, to: u64, data: Term) {
    let mut heap = Heap::new();
    let id = table.id(&mut heap);
    let data = heap.copy(data);
    let message = heap.tuple(&[Term::atom(known::ETS_TRANSFER), id, Term::pid(from), data]);
    vm.signal(to, Signal::Message(OwnedTerm::of(message)));
}
