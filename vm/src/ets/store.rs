//! Rows, hashed or ordered, behind one face: those of a table, or of the part of one that has a lock of its own.

use super::hashed::Hashed;
use super::ordered::Ordered;
use super::table::Kind;
use crate::heap::{OwnedTerm, Row};
use crate::term::Term;

pub enum Store {
    Hashed(Hashed),
    Ordered(Ordered),
}

/// What shall become of a row.
pub enum Fate {
    Keep,
    Delete,
    Replace(Row),
    /// Keep it, and those after it.
    Stop,
}

/// Where a scan that stopped goes on: after this.
#[derive(Clone)]
pub enum Cursor {
    Start,
    Hash(u64),
    Key(OwnedTerm),
}

/// From where a walk goes to which row. Keys need not be there.
#[derive(Clone, Copy)]
pub enum Step {
    First,
    Last,
    Next(Term),
    Previous(Term),
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
    /// Of all hashes or keys.
    pub fn new(kind: Kind, key: usize) -> Store {
        match kind {
            Kind::OrderedSet => Store::Ordered(Ordered::new(key)),
            _ => Store::Hashed(Hashed::new(kind, key, 0)),
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

    pub fn insert(&mut self, row: Row) {
        either!(self, rows => rows.insert(row));
    }

    /// The row with this key, or the newest of them.
    #[inline]
    pub fn get(&self, key: Term) -> Option<&Row> {
        either!(self, rows => rows.get(key))
    }

    /// Shows the rows with this key, in the order in which they were inserted.
    pub fn lookup(&self, key: Term, visit: impl FnMut(&Row)) {
        either!(self, rows => rows.lookup(key, visit));
    }

    /// Decides about each row with this key, the newest first.
    pub fn change(&mut self, key: Term, decide: impl FnMut(&mut Row) -> Fate) {
        either!(self, rows => rows.change(key, decide));
    }

    /// Decides about every row.
    pub fn change_all(&mut self, decide: impl FnMut(&mut Row) -> Fate) {
        either!(self, rows => rows.change_all(decide));
    }

    /// Shows rows until `visit` says false; gives where to go on. None: that was all.
    pub fn scan(&self, from: &Cursor, visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        either!(self, rows => rows.scan(from, visit))
    }

    /// Shows rows from the last one on; the same as `scan` if there is no order.
    pub fn scan_back(&self, from: &Cursor, visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        match self {
            Store::Hashed(rows) => rows.scan(from, visit),
            Store::Ordered(rows) => rows.scan_back(from, visit),
        }
    }

    /// Without order there is only forward.
    pub fn step(&self, step: Step) -> Option<&Row> {
        match (self, step) {
            (Store::Ordered(rows), Step::First) => rows.first(),
            (Store::Ordered(rows), Step::Last) => rows.last(),
            (Store::Ordered(rows), Step::Next(key)) => rows.next(key),
            (Store::Ordered(rows), Step::Previous(key)) => rows.previous(key),
            (Store::Hashed(rows), Step::First | Step::Last) => rows.first(),
            (Store::Hashed(rows), Step::Next(key) | Step::Previous(key)) => rows.next(key),
        }
    }
}
