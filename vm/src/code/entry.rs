//! The cells that calls and funs point to: one per function ever called by its full name in a program, never freed
//! (`exports`); one per closure's code, freed after its module when no fun refers to it.

use super::module::entry_header;
use crate::atom::Atom;
use crate::bytecode::ops::{FRAME_HEADER, Mfa};
use crate::exec::isa::{I, word};
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering};

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

/// The code of a closure. `code` is its module version's own: a fun made by old code runs old code. It is the stub while
/// the version is being purged, and afterwards.
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
    /// Where its code is, unless the module is purged.
    pub(super) home: AtomicPtr<u64>,
    /// `SEEN`, `STORED`.
    notes: AtomicU8,
    /// Three words: the entry's header, the stub's op and the address of this entry.
    stub: [u64; 3],
}

/// A process was seen to have a fun of it.
const SEEN: u8 = 1;
/// There may be a fun of it where no process sees it.
const STORED: u8 = 2;

impl FunEntry {
    /// An entry without code yet.
    pub(super) fn new(
        module: Atom,
        name: Atom,
        arity: u8,
        free: u8,
        index: u32,
        uniq: u32,
    ) -> &'static FunEntry {
        let total = arity.saturating_add(free);
        let entry = Box::leak(Box::new(FunEntry {
            code: AtomicPtr::new(std::ptr::null_mut()),
            module,
            name,
            arity,
            free,
            index,
            uniq,
            home: AtomicPtr::new(std::ptr::null_mut()),
            notes: AtomicU8::new(0),
            stub: [
                entry_header(total as u16 + 2 * FRAME_HEADER, total, 0),
                word(I::FunStub, 0, 0, 0),
                0,
            ],
        }));
        entry.stub[2] = &raw const *entry as u64;
        entry
    }

    /// Gives it its code.
    pub(super) fn settle(&self, home: *const u64) {
        self.home.store(home as *mut u64, Ordering::Release);
        self.code.store(home as *mut u64, Ordering::Release);
    }

    /// Who calls it waits from now on.
    pub(super) fn suspend(&self) {
        let stub = &self.stub[1] as *const u64 as *mut u64;
        self.code.store(stub, Ordering::SeqCst);
    }

    /// As before `suspend`.
    pub(super) fn resume(&self) {
        self.code
            .store(self.home.load(Ordering::Acquire), Ordering::Release);
    }

    /// Its code is gone.
    pub(super) fn unload(&self) {
        self.home.store(std::ptr::null_mut(), Ordering::Release);
    }

    /// Whether a call that has come to the stub is to wait for the end of a purge.
    pub(crate) fn is_loaded(&self) -> bool {
        !self.home.load(Ordering::Acquire).is_null()
    }

    /// A fun of it has been seen; `stored`: where no process will show it again.
    pub(crate) fn note(&self, stored: bool) {
        self.notes
            .fetch_or(if stored { STORED } else { SEEN }, Ordering::Relaxed);
    }

    pub(super) fn overlook(&self) {
        self.notes.fetch_and(STORED, Ordering::Relaxed);
    }

    pub(super) fn is_noted(&self) -> bool {
        self.notes.load(Ordering::Relaxed) != 0
    }

    /// # Safety
    /// No fun refers to the entry, and no code.
    pub(super) unsafe fn free(entry: &'static FunEntry) {
        // SAFETY: it came from a box in `new`; as the caller says, this is the last reference.
        drop(unsafe { Box::from_raw(&raw const *entry as *mut FunEntry) });
    }
}

// SAFETY: the words in `stub` are constants once the entry is published; everything else that changes is atomic.
unsafe impl Sync for ExportEntry {}
// SAFETY: as above; an entry is never freed.
unsafe impl Send for ExportEntry {}

impl ExportEntry {
    /// An entry that looks the function up.
    pub(super) fn new(mfa: Mfa) -> &'static ExportEntry {
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
        entry
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
