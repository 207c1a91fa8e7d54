//! The cells that calls and funs point to: one per function ever called by its full name, one per closure's code. Never freed.

use super::module::entry_header;
use crate::atom::Atom;
use crate::bytecode::ops::{FRAME_HEADER, Mfa};
use crate::exec::isa::{I, word};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// `module.function/arity`, as callers know it. `code` is what a call enters: the current version's code, a native's
/// stub, or the stub that looks the function up. Swapping it is what hot reload does.
#[repr(C)]
pub struct ExportEntry {
    pub code: AtomicPtr<u64>,
    pub module: Atom,
    pub function: Atom,
    pub arity: u8,
    /// Two words: the lookup stub's op and the address of this entry.
    pub(crate) stub: [u64; 4],
}

/// The code of a closure. `code` is its module version's own: a fun made by old code runs old code.
#[repr(C)]
pub struct FunEntry {
    pub code: AtomicPtr<u64>,
    pub module: Atom,
    /// The lambda's function, `-name/arity-fun-N-`.
    pub name: Atom,
    /// Arguments that a call passes.
    pub arity: u8,
    /// Free variables, passed after the arguments.
    pub free: u8,
    /// Position in the module's table of lambdas.
    pub index: u32,
    /// Tells versions of a module apart.
    pub uniq: u32,
    /// The version of the module that it belongs to (counts loads).
    pub version: AtomicU32,
}

// SAFETY: the words in `stub` are constants once the entry is published; everything else that changes is atomic.
unsafe impl Sync for ExportEntry {}
// SAFETY: as above; an entry is never freed.
unsafe impl Send for ExportEntry {}

impl ExportEntry {
    /// The entry of a function, made at its first mention.
    pub fn of(mfa: Mfa) -> &'static ExportEntry {
        let table = table();
        if let Some(entry) = table.read().get(&mfa) {
            return entry;
        }
        let mut table = table.write();
        if let Some(entry) = table.get(&mfa) {
            return entry;
        }
        let entry: &'static mut ExportEntry = Box::leak(Box::new(ExportEntry {
            code: AtomicPtr::new(std::ptr::null_mut()),
            module: mfa.module,
            function: mfa.function,
            arity: mfa.arity,
            stub: [0; 4],
        }));
        entry.stub[0] = entry_header(mfa.arity as u16 + 2 * FRAME_HEADER, mfa.arity, 0);
        entry.stub[1] = word(I::ExportStub, 0, 0, 0);
        entry.stub[2] = &raw const *entry as u64;
        let entry: &'static ExportEntry = entry;
        entry.unlink();
        table.insert(mfa, entry);
        entry
    }

    /// The entry, if the function has been mentioned.
    pub fn find(mfa: Mfa) -> Option<&'static ExportEntry> {
        table().read().get(&mfa).copied()
    }

    /// All entries of a module.
    pub fn of_module(module: Atom) -> Vec<&'static ExportEntry> {
        table()
            .read()
            .values()
            .filter(|entry| entry.module == module)
            .copied()
            .collect()
    }

    pub fn mfa(&self) -> Mfa {
        Mfa {
            module: self.module,
            function: self.function,
            arity: self.arity,
        }
    }

    /// Lets the next call look the function up.
    pub(crate) fn unlink(&self) {
        self.code
            .store(&self.stub[1] as *const u64 as *mut u64, Ordering::Release);
    }

    /// Whether calls enter code or a native rather than the lookup.
    pub fn is_linked(&self) -> bool {
        !std::ptr::eq(self.code.load(Ordering::Acquire), &self.stub[1])
    }
}

type Table = RwLock<FxHashMap<Mfa, &'static ExportEntry>>;

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(Default::default)
}
