//! Rows in the order of their keys, `==` telling keys apart.

use super::store::{Cursor, Fate};
use crate::heap::OwnedTerm;
use crate::term::{self, Term};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Bound;

/// A key, ordered as terms are.
#[repr(transparent)]
struct Key(Term);

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        term::compare(self.0, other.0) == Ordering::Equal
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Key) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Key) -> Ordering {
        term::compare(self.0, other.0)
    }
}

/// A row and its key, which stands in the row's own block.
struct Row {
    key: Key,
    row: OwnedTerm,
}

impl Borrow<Key> for Row {
    fn borrow(&self) -> &Key {
        &self.key
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Row) -> bool {
        self.key == other.key
    }
}

impl Eq for Row {}

impl PartialOrd for Row {
    fn partial_cmp(&self, other: &Row) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Row {
    fn cmp(&self, other: &Row) -> Ordering {
        self.key.cmp(&other.key)
    }
}

pub struct Ordered {
    key: usize,
    rows: BTreeSet<Row>,
    words: usize,
}

impl Ordered {
    pub fn new(key: usize) -> Ordered {
        Ordered {
            key,
            rows: BTreeSet::new(),
            words: 0,
        }
    }

    fn row(&self, row: OwnedTerm) -> Row {
        let key = Key(row.term().tuple().map_or(Term::NIL, |fields| fields[self.key]));
        Row { key, row }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn words(&self) -> usize {
        self.words + self.rows.len() * 5
    }

    pub fn insert(&mut self, row: OwnedTerm) {
        self.words += row.words();
        if let Some(old) = self.rows.replace(self.row(row)) {
            self.words -= old.row.words();
        }
    }

    pub fn contains(&self, key: Term) -> bool {
        self.rows.contains(&Key(key))
    }

    pub fn lookup(&self, key: Term, mut visit: impl FnMut(Term)) {
        if let Some(found) = self.rows.get(&Key(key)) {
            visit(found.row.term());
        }
    }

    pub fn change(&mut self, key: Term, mut decide: impl FnMut(Term) -> Fate) {
        let Some(found) = self.rows.get(&Key(key)) else {
            return;
        };
        match decide(found.row.term()) {
            Fate::Keep => {}
            Fate::Delete => {
                if let Some(old) = self.rows.take(&Key(key)) {
                    self.words -= old.row.words();
                }
            }
            Fate::Replace(row) => self.insert(row),
        }
    }

    pub fn change_all(&mut self, mut decide: impl FnMut(Term) -> Fate) {
        let mut replaced = Vec::new();
        let mut words = self.words;
        self.rows.retain(|row| match decide(row.row.term()) {
            Fate::Keep => true,
            Fate::Delete => {
                words -= row.row.words();
                false
            }
            Fate::Replace(new) => {
                replaced.push(new);
                true
            }
        });
        self.words = words;
        for row in replaced {
            self.insert(row);
        }
    }

    pub fn scan(&self, from: Cursor, visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
        match from {
            Cursor::Key(key) => show(
                self.rows
                    .range::<Key, _>((Bound::Excluded(&Key(key)), Bound::Unbounded)),
                visit,
            ),
            _ => show(self.rows.iter(), visit),
        }
    }

    /// From the first key that is not less than this one.
    pub fn scan_from(&self, key: Term, visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
        show(
            self.rows
                .range::<Key, _>((Bound::Included(&Key(key)), Bound::Unbounded)),
            visit,
        )
    }

    pub fn scan_back(&self, from: Cursor, visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
        match from {
            Cursor::Key(key) => show(
                self.rows
                    .range::<Key, _>((Bound::Unbounded, Bound::Excluded(&Key(key))))
                    .rev(),
                visit,
            ),
            _ => show(self.rows.iter().rev(), visit),
        }
    }

    pub fn first(&self) -> Option<Term> {
        self.rows.first().map(|row| row.row.term())
    }

    pub fn last(&self) -> Option<Term> {
        self.rows.last().map(|row| row.row.term())
    }

    pub fn next(&self, key: Term) -> Option<Term> {
        self.rows
            .range::<Key, _>((Bound::Excluded(&Key(key)), Bound::Unbounded))
            .next()
            .map(|row| row.row.term())
    }

    pub fn previous(&self, key: Term) -> Option<Term> {
        self.rows
            .range::<Key, _>((Bound::Unbounded, Bound::Excluded(&Key(key))))
            .next_back()
            .map(|row| row.row.term())
    }

    pub fn clear(&mut self) {
        self.rows.clear();
        self.words = 0;
    }
}

fn show<'a>(rows: impl Iterator<Item = &'a Row>, mut visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
    let mut rows = rows.peekable();
    while let Some(row) = rows.next() {
        if !visit(row.row.term()) && rows.peek().is_some() {
            return Some(Cursor::Key(row.key.0));
        }
    }
    None
}
