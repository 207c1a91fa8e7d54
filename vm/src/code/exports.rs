//! The export entries of one program, by name.
//!
//! Code, funs and literals refer to entries without owning them, so entries are never freed: when a program has ended its
//! table is emptied of code and serves the next one. Two programs at a time never share one.

use super::entry::ExportEntry;
use crate::atom::Atom;
use crate::bytecode::ops::Mfa;
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::sync::OnceLock;

/// A table of entries.
#[derive(Default)]
pub struct Exports(RwLock<Table>);

#[derive(Default)]
struct Table {
    by_name: FxHashMap<Mfa, &'static ExportEntry>,
    by_module: FxHashMap<Atom, Vec<&'static ExportEntry>>,
}

/// An entry, and the table that it is in.
type Known = Cell<Option<(*const Exports, &'static ExportEntry)>>;

thread_local! {
    /// Entries that this thread has asked for: dynamic calls ask for few, and often, and their threads shall not meet at a
    /// lock. Entries and tables are never freed.
    static RECENT: [Known; 256] = const { [const { Cell::new(None) }; 256] };
}

/// Tables of programs that have ended.
static IDLE: Mutex<Vec<&'static Exports>> = Mutex::new(Vec::new());

impl Exports {
    /// A table for a new program.
    pub(super) fn take() -> &'static Exports {
        let idle = IDLE.lock().pop();
        idle.unwrap_or_else(|| Box::leak(Box::default()))
    }

    /// For terms that are read and shown, but belong to no program.
    pub fn aside() -> &'static Exports {
        static ASIDE: OnceLock<Exports> = OnceLock::new();
        ASIDE.get_or_init(Exports::default)
    }

    /// The program has ended: nothing of it is entered by this table any more.
    pub(super) fn give_back(&'static self) {
        for entry in self.0.read().by_name.values() {
            entry.unlink();
        }
        IDLE.lock().push(self);
    }

    /// The entry of a function, made at its first mention.
    #[inline]
    pub fn of(&self, mfa: Mfa) -> &'static ExportEntry {
        RECENT.with(|recent| {
            let hash = mfa
                .module
                .0
                .wrapping_mul(31)
                .wrapping_add(mfa.function.0.wrapping_mul(4)) as usize;
            let place = &recent[hash.wrapping_add(mfa.arity as usize) % recent.len()];
            match place.get() {
                Some((table, entry)) if std::ptr::eq(table, self) && entry.mfa() == mfa => entry,
                _ => {
                    let entry = self.search(mfa);
                    place.set(Some((self, entry)));
                    entry
                }
            }
        })
    }

    fn search(&self, mfa: Mfa) -> &'static ExportEntry {
        if let Some(entry) = self.0.read().by_name.get(&mfa) {
            return entry;
        }
        let mut table = self.0.write();
        if let Some(entry) = table.by_name.get(&mfa) {
            return entry;
        }
        let entry = ExportEntry::new(mfa);
        table.by_name.insert(mfa, entry);
        table.by_module.entry(mfa.module).or_default().push(entry);
        entry
    }

    /// All entries of a module.
    pub fn of_module(&self, module: Atom) -> Vec<&'static ExportEntry> {
        self.0.read().by_module.get(&module).cloned().unwrap_or_default()
    }
}
