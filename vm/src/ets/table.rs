//! A table: who owns it, who may use it, and its rows.

use super::rows::{Concurrency, Rows};
use crate::atom::{Atom, known};
use crate::heap::{Heap, OwnedTerm};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use crate::term::Term;
use parking_lot::Mutex;

/// How keys and rows relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Set,
    OrderedSet,
    Bag,
    DuplicateBag,
}

impl Kind {
    pub fn atom(self) -> Atom {
        match self {
            Kind::Set => known::SET,
            Kind::OrderedSet => known::ORDERED_SET,
            Kind::Bag => known::BAG,
            Kind::DuplicateBag => known::DUPLICATE_BAG,
        }
    }

    pub fn is_bag(self) -> bool {
        matches!(self, Kind::Bag | Kind::DuplicateBag)
    }
}

/// Who may use a table besides its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    Public,
    Protected,
    Private,
}

impl Protection {
    pub fn atom(self) -> Atom {
        match self {
            Protection::Public => known::PUBLIC,
            Protection::Protected => known::PROTECTED,
            Protection::Private => known::PRIVATE,
        }
    }
}

pub struct Table {
    pub number: u64,
    name: AtomicU32,
    pub named: bool,
    pub kind: Kind,
    pub protection: Protection,
    /// The key's position, from 0.
    pub key: usize,
    owner: AtomicU64,
    heir: Mutex<Option<(u64, OwnedTerm)>>,
    pub read_concurrency: bool,
    pub write_concurrency: Term,
    pub decentralized: bool,
    pub compressed: bool,
    /// How often it has been fixed.
    pub fixed: AtomicUsize,
    /// It has been deleted; who still knows it must not use it.
    gone: AtomicBool,
    /// It has had another owner than who made it.
    pub(super) transferred: AtomicBool,
    pub rows: Rows,
}

/// What `new` asks for.
pub struct Options {
    pub named: bool,
    pub kind: Kind,
    pub protection: Protection,
    pub key: usize,
    pub heir: Option<(u64, OwnedTerm)>,
    pub read_concurrency: bool,
    pub write_concurrency: Term,
    pub decentralized: bool,
    pub compressed: bool,
}

impl Table {
    pub fn new(number: u64, name: Atom, owner: u64, options: Options) -> Table {
        let concurrency = if options.protection == Protection::Private {
            Concurrency::None
        } else if options.write_concurrency != Term::FALSE {
            Concurrency::Write
        } else if options.read_concurrency {
            Concurrency::Read
        } else {
            Concurrency::None
        };
        Table {
            number,
            name: AtomicU32::new(name.0),
            named: options.named,
            kind: options.kind,
            protection: options.protection,
            key: options.key,
            owner: AtomicU64::new(owner),
            heir: Mutex::new(options.heir),
            read_concurrency: options.read_concurrency,
            write_concurrency: options.write_concurrency,
            decentralized: options.decentralized,
            compressed: options.compressed,
            fixed: AtomicUsize::new(0),
            gone: AtomicBool::new(false),
            transferred: AtomicBool::new(false),
            rows: Rows::new(options.kind, options.key, concurrency),
        }
    }

    pub fn name(&self) -> Atom {
        Atom(self.name.load(Ordering::Relaxed))
    }

    pub(super) fn set_name(&self, name: Atom) {
        self.name.store(name.0, Ordering::Relaxed);
    }

    /// Whether it still is what this reference or name stands for.
    #[inline]
    pub(super) fn is(&self, id: Term) -> bool {
        !self.gone.load(Ordering::Acquire)
            && id.as_atom().is_none_or(|name| self.named && self.name() == name)
    }

    /// It has been deleted: its rows go.
    pub(super) fn end(&self) {
        self.gone.store(true, Ordering::Release);
        self.rows.clear();
    }

    pub fn owner(&self) -> u64 {
        self.owner.load(Ordering::Acquire)
    }

    pub fn set_owner(&self, number: u64) {
        self.owner.store(number, Ordering::Release);
    }

    pub fn heir(&self) -> Option<(u64, OwnedTerm)> {
        self.heir.lock().clone()
    }

    pub fn set_heir(&self, heir: Option<(u64, OwnedTerm)>) {
        *self.heir.lock() = heir;
    }

    /// The name of a named table, else the reference.
    pub fn id(&self, heap: &mut Heap) -> Term {
        if self.named {
            Term::atom(self.name())
        } else {
            self.reference(heap)
        }
    }

    pub fn reference(&self, heap: &mut Heap) -> Term {
        heap.reference_from(self.number, 0)
    }

    pub fn may_read(&self, number: u64) -> bool {
        self.protection != Protection::Private || self.owner() == number
    }

    pub fn may_write(&self, number: u64) -> bool {
        self.protection == Protection::Public || self.owner() == number
    }

    /// Words that it takes, about.
    pub fn words(&self) -> usize {
        300 + self.rows.words()
    }
}
