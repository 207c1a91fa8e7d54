//! A loaded module: its code in the interpreter's form, and what safe points, stack traces and `module_info` need.

use super::entry::FunEntry;
use crate::atom::Atom;
use crate::bytecode::ops::Mfa;
use crate::heap::literals::Area;
use crate::term::OwnedTerm;
use std::sync::Arc;

/// What the interpreter knows about one place in the code: a call, an allocation, whatever may raise.
#[repr(C)]
pub struct Site {
    /// The registers that are live there.
    pub live: *const u16,
    pub live_count: u32,
    pub line: u32,
    /// Where an exception goes on; null: to the caller.
    pub handler: *const u64,
    /// Where a guard's failed operation goes on; null: it raises.
    pub fail: *const u64,
    pub function: *const FunctionInfo,
    /// Where the handler wants class, reason and raw stack trace.
    pub handler_dst: u16,
}

// SAFETY: a site is written by the loader before the code that names it is published, and is not changed then.
unsafe impl Sync for Site {}
// SAFETY: as above.
unsafe impl Send for Site {}

impl Site {
    pub fn live(&self) -> &[u16] {
        // SAFETY: the loader points `live` to `live_count` numbers of the module's pool, which lives as long as the site.
        unsafe { std::slice::from_raw_parts(self.live, self.live_count as usize) }
    }

    pub fn function(&self) -> &FunctionInfo {
        // SAFETY: the loader points every site to a function of its module, which lives as long as the site.
        unsafe { &*self.function }
    }
}

/// A function of a loaded module.
pub struct FunctionInfo {
    pub module: *const Module,
    pub module_name: Atom,
    pub name: Atom,
    pub arity: u8,
    pub exported: bool,
    pub file: u32,
    /// Position of its first word in the module's code.
    pub start: u32,
    /// One past its last word.
    pub end: u32,
}

impl FunctionInfo {
    pub fn file_name(&self) -> &str {
        // SAFETY: the module owns the function and is not moved after loading.
        unsafe { &(&(*self.module).files)[self.file as usize] }
    }
}

/// A loaded version with its literals, which its owner frees when nobody can have them any more.
pub struct Version {
    pub module: Arc<Module>,
    pub area: Area,
}

/// A site, and the module that keeps it.
pub struct SiteIn {
    pub(super) module: Arc<Module>,
    pub(super) index: usize,
}

impl std::ops::Deref for SiteIn {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.module.sites[self.index]
    }
}

/// One version of a module; freed with the last reference, which is the code server's or a borrower's.
pub struct Module {
    pub name: Atom,
    /// Counts loads over the whole program.
    pub version: u32,
    pub files: Vec<String>,
    pub code: Box<[u64]>,
    pub sites: Box<[Site]>,
    pub pool: Box<[u16]>,
    pub functions: Box<[FunctionInfo]>,
    pub funs: Vec<&'static FunEntry>,
    pub attributes: Vec<(Atom, OwnedTerm)>,
    pub on_load: Option<Mfa>,
    pub checksum: u64,
    pub origin: Origin,
    /// Of its code, as its file has it; 0 for what is never in a file.
    pub sum_of_code: u64,
}

/// Where a module came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From memory: compiled, or loaded from bytes.
    Memory,
    /// From the image of the library.
    Image,
    File(std::path::PathBuf),
}

// SAFETY: a module is not changed after loading; the terms in it are literals, which nobody changes.
unsafe impl Sync for Module {}
// SAFETY: as above.
unsafe impl Send for Module {}

impl Module {
    /// Whether an address lies in this version's code.
    pub fn contains(&self, pc: *const u64) -> bool {
        self.code.as_ptr_range().contains(&pc)
    }

    /// Bytes that its code and what belongs to it take.
    pub fn bytes(&self) -> usize {
        self.code.len() * 8
            + std::mem::size_of_val(&*self.sites)
            + self.pool.len() * 2
            + std::mem::size_of_val(&*self.functions)
    }

    pub fn function(&self, name: Atom, arity: u8) -> Option<&FunctionInfo> {
        self.functions.iter().find(|f| f.name == name && f.arity == arity)
    }

    /// Where calls of a function enter.
    pub fn entry(&self, function: &FunctionInfo) -> *const u64 {
        &self.code[function.start as usize]
    }
}

/// The word before every entry: the words of stack that the callee needs from its `R0` on, its arity, its index.
pub fn entry_header(need: u16, arity: u8, index: u32) -> u64 {
    need as u64 | (arity as u64) << 16 | (index as u64) << 32
}
