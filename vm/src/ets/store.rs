//! The rows of a table, hashed or ordered, behind one face.

use super::hashed::Hashed;
use super::ordered::Ordered;
use super::table::Kind;
use crate::heap::OwnedTerm;
use crate::term::Term;

pub enum Store {
    Hashed(Hashed),
    Ordered(Ordered),
}

/// What shall become of a row.
pub enum Fate {
    Keep,
    Delete,
    Replace(OwnedTerm),
}

/// Where a scan that stopped goes on: after this.
#[derive(Clone, Copy)]
pub enum Cursor {
    Start,
    Hash(u64),
    Key(Term),
}

macro_rules! either {
    ($self:expr, $rows:ident => $body:expr) => {
        match $self {
            Store::Hashed($rows) => $body,
            Store::Ordered($rows) => $body,
        }
    };
}

impl Store {
    pub fn new(kind: Kind, key: usize) -> Store {
        match kind {
            Kind::OrderedSet => Store::Ordered(Ordered::new(key)),
            _ => Store::Hashed(Hashed::new(kind, key)),
        }
    }

    pub fn len(&self) -> usize {
        either!(self, rows => rows.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn words(&self) -> usize {
        either!(self, rows => rows.words())
    }

    pub fn insert(&mut self, row: OwnedTerm) {
        either!(self, rows => rows.insert(row));
    }

    pub fn contains(&self, key: Term) -> bool {
        either!(self, rows => rows.contains(key))
    }

    /// Shows the rows with this key, in the order in which they were inserted.
    pub fn lookup(&self, key: Term, visit: impl FnMut(Term)) {
        either!(self, rows => rows.lookup(key, visit));
    }

    /// Decides about each row with this key.
    pub fn change(&mut self, key: Term, decide: impl FnMut(Term) -> Fate) {
        either!(self, rows => rows.change(key, decide));
    }

    /// Decides about every row.
    pub fn change_all(&mut self, decide: impl FnMut(Term) -> Fate) {
        either!(self, rows => rows.change_all(decide));
    }

    /// Shows rows until `visit` says false; gives where to go on. None: that was all.
    pub fn scan(&self, from: Cursor, visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
        either!(self, rows => rows.scan(from, visit))
    }

    /// Shows rows from the last one on; the same as `scan` if there is no order.
    pub fn scan_back(&self, from: Cursor, visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
        match self {
            Store::Hashed(rows) => rows.scan(from, visit),
            Store::Ordered(rows) => rows.scan_back(from, visit),
        }
    }

    /// The first row.
    pub fn first(&self) -> Option<Term> {
        either!(self, rows => rows.first())
    }

    pub fn last(&self) -> Option<Term> {
        match self {
            Store::Hashed(rows) => rows.first(),
            Store::Ordered(rows) => rows.last(),
        }
    }

    /// The first row whose key comes after this one. Keys need not be there.
    pub fn next(&self, key: Term) -> Option<Term> {
        either!(self, rows => rows.next(key))
    }

    pub fn previous(&self, key: Term) -> Option<Term> {
        match self {
            Store::Hashed(rows) => rows.next(key),
            Store::Ordered(rows) => rows.previous(key),
        }
    }

    pub fn clear(&mut self) {
        either!(self, rows => rows.clear());
    }
}
