//! The rows of a table and their locks.
//!
//! Protocol. There are three arrangements, which the table's options choose:
//!
//! | options | arrangement | an operation on one key takes |
//! |---|---|---|
//! | none, or a private table | `One` | the lock |
//! | `read_concurrency` | `Read` | the lock, whose word each reading thread has for itself; writers take all of them |
//! | `write_concurrency` | `Parts` | the outer lock for reading (as in `Read`), then the lock of the key's part |
//!
//! 1. What concerns several keys and must be seen as one (inserting a list, deleting everything) takes the outer lock for
//!    writing, and then needs no inner one.
//! 2. A traversal takes one part at a time: what comes in or goes meanwhile may be seen or not, each row is shown at most once.
//! 3. A thread has at most one outer lock, and under it at most one inner lock, at a time; nothing that is called under
//!    a lock comes back here. So there is no order to keep.
//! 4. Parts of an unordered table are a fixed number of ranges of hashes, those of an ordered one ranges of keys. A range
//!    that has become large or empty is split or dropped under the outer lock for writing, after the operation that made it so.
//! 5. Rows that are deleted all at once are freed when no lock is held.

use super::hashed::{Hashed, hash_of};
use super::ordered::Ordered;
use super::store::{Cursor, Fate, Step, Store};
use super::table::Kind;
use crate::heap::{OwnedTerm, Row};
use crate::term::{self, Term};
use crossbeam::sync::{ShardedLock, ShardedLockReadGuard, ShardedLockWriteGuard};
use crossbeam::utils::CachePadded;
use parking_lot::RwLock;
use std::cmp::Ordering;
use std::sync::PoisonError;

pub struct Rows {
    kind: Kind,
    key: usize,
    locks: Locks,
}

enum Locks {
    One(RwLock<Store>),
    Read(ShardedLock<Store>),
    Parts(ShardedLock<Parts>),
}

enum Parts {
    /// By the top bits of the hash.
    Hashes(Vec<Part>),
    /// By their least keys; that of the first one does not count.
    Ranges(Vec<(OwnedTerm, Part)>),
}

type Part = CachePadded<RwLock<Store>>;

/// A hashed table has 2 to this power parts.
const PART_BITS: u32 = 6;
/// A range of an ordered table is split when it has more rows.
const LARGE: usize = 2048;
/// More rows than this are freed on a thread of their own.
const MANY: usize = 20_000;

/// Which operations go on beside each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    None,
    Read,
    Write,
}

/// All rows at once, for who has the outer lock for writing.
pub struct Whole<'a>(Either<'a>);

enum Either<'a> {
    One(&'a mut Store),
    Parts(&'a mut Parts),
}

impl Whole<'_> {
    /// The rows among which those with this key are.
    pub fn part(&mut self, key: Term) -> &mut Store {
        match &mut self.0 {
            Either::One(store) => store,
            Either::Parts(parts) => {
                let index = parts.index(key);
                parts.part_mut(index).get_mut()
            }
        }
    }
}

impl Parts {
    fn new(kind: Kind, key: usize) -> Parts {
        let part = |store| CachePadded::new(RwLock::new(store));
        if kind == Kind::OrderedSet {
            return Parts::Ranges(vec![(
                OwnedTerm::default(),
                part(Store::Ordered(Ordered::new(key))),
            )]);
        }
        let hashed = |_| part(Store::Hashed(Hashed::new(kind, key, PART_BITS)));
        Parts::Hashes((0..1 << PART_BITS).map(hashed).collect())
    }

    fn len(&self) -> usize {
        match self {
            Parts::Hashes(parts) => parts.len(),
            Parts::Ranges(parts) => parts.len(),
        }
    }

    /// Which part a key belongs to.
    fn index(&self, key: Term) -> usize {
        match self {
            Parts::Hashes(_) => hash_part(hash_of(key)),
            Parts::Ranges(ranges) => ranges[1..]
                .partition_point(|(least, _)| term::compare(least.term(), key) != Ordering::Greater),
        }
    }

    fn part(&self, index: usize) -> &Part {
        match self {
            Parts::Hashes(parts) => &parts[index],
            Parts::Ranges(ranges) => &ranges[index].1,
        }
    }

    fn part_mut(&mut self, index: usize) -> &mut Part {
        match self {
            Parts::Hashes(parts) => &mut parts[index],
            Parts::Ranges(ranges) => &mut ranges[index].1,
        }
    }

    /// Whether transition 4 is due after a change of this part.
    fn is_unbalanced(&self, store: &Store) -> bool {
        match self {
            Parts::Hashes(_) => false,
            Parts::Ranges(ranges) => store.len() > LARGE || (store.is_empty() && ranges.len() > 1),
        }
    }

    /// Splits or drops the range that a key belongs to.
    fn balance(&mut self, key: Term) {
        let index = self.index(key);
        let Parts::Ranges(ranges) = self else { return };
        let one = ranges.len() == 1;
        let Store::Ordered(rows) = ranges[index].1.get_mut() else {
            return;
        };
        if rows.is_empty() && !one {
            ranges.remove(index);
        } else if let Some(middle) = rows.middle(LARGE) {
            let least = OwnedTerm::of(middle);
            let upper = Store::Ordered(rows.split_off(least.term()));
            ranges.insert(index + 1, (least, CachePadded::new(RwLock::new(upper))));
        }
    }
}

fn hash_part(hash: u64) -> usize {
    (hash >> (64 - PART_BITS)) as usize
}

/// An operation that gave up (memory that the machine does not have) leaves whole rows behind, so the lock is good.
fn read<T>(lock: &ShardedLock<T>) -> ShardedLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &ShardedLock<T>) -> ShardedLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

impl Rows {
    pub fn new(kind: Kind, key: usize, concurrency: Concurrency) -> Rows {
        let locks = match concurrency {
            Concurrency::None => Locks::One(RwLock::new(Store::new(kind, key))),
            Concurrency::Read => Locks::Read(ShardedLock::new(Store::new(kind, key))),
            Concurrency::Write => Locks::Parts(ShardedLock::new(Parts::new(kind, key))),
        };
        Rows { kind, key, locks }
    }

    /// Looks at the rows among which those with this key are.
    #[inline]
    pub fn at<R>(&self, key: Term, look: impl FnOnce(&Store) -> R) -> R {
        match &self.locks {
            Locks::One(lock) => look(&lock.read()),
            Locks::Read(lock) => look(&read(lock)),
            Locks::Parts(lock) => {
                let parts = read(lock);
                let store = parts.part(parts.index(key)).read();
                look(&store)
            }
        }
    }

    /// Changes rows with this key only.
    #[inline]
    pub fn at_mut<R>(&self, key: Term, change: impl FnOnce(&mut Store) -> R) -> R {
        match &self.locks {
            Locks::One(lock) => change(&mut lock.write()),
            Locks::Read(lock) => change(&mut write(lock)),
            Locks::Parts(lock) => {
                let parts = read(lock);
                let mut store = parts.part(parts.index(key)).write();
                let result = change(&mut store);
                let unbalanced = parts.is_unbalanced(&store);
                drop(store);
                drop(parts);
                if unbalanced {
                    write(lock).balance(key);
                }
                result
            }
        }
    }

    /// Changes rows with any keys, as one operation.
    pub fn whole<R>(&self, change: impl FnOnce(&mut Whole<'_>) -> R) -> R {
        match &self.locks {
            Locks::One(lock) => change(&mut Whole(Either::One(&mut lock.write()))),
            Locks::Read(lock) => change(&mut Whole(Either::One(&mut write(lock)))),
            Locks::Parts(lock) => change(&mut Whole(Either::Parts(&mut write(lock)))),
        }
    }

    /// Shows the parts, one after the other, until `visit` gives something.
    fn find_part<R>(&self, mut visit: impl FnMut(&Store) -> Option<R>) -> Option<R> {
        match &self.locks {
            Locks::One(lock) => visit(&lock.read()),
            Locks::Read(lock) => visit(&read(lock)),
            Locks::Parts(lock) => {
                let parts = read(lock);
                (0..parts.len()).find_map(|index| visit(&parts.part(index).read()))
            }
        }
    }

    pub fn len(&self) -> usize {
        let mut sum = 0;
        self.find_part(|store| -> Option<()> {
            sum += store.len();
            None
        });
        sum
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn words(&self) -> usize {
        let mut sum = 0;
        self.find_part(|store| -> Option<()> {
            sum += store.words();
            None
        });
        sum
    }

    /// Decides about every row.
    pub fn change_all(&self, mut decide: impl FnMut(&mut Row) -> Fate) {
        match &self.locks {
            Locks::One(lock) => lock.write().change_all(decide),
            Locks::Read(lock) => write(lock).change_all(decide),
            Locks::Parts(lock) => {
                let parts = read(lock);
                for index in 0..parts.len() {
                    parts.part(index).write().change_all(&mut decide);
                }
            }
        }
    }

    /// Deletes everything.
    pub fn clear(&self) {
        let new = || Store::new(self.kind, self.key);
        match &self.locks {
            Locks::One(lock) => {
                let old = std::mem::replace(&mut *lock.write(), new());
                discard(old.len(), old);
            }
            Locks::Read(lock) => {
                let old = std::mem::replace(&mut *write(lock), new());
                discard(old.len(), old);
            }
            Locks::Parts(lock) => {
                let count = self.len();
                let old = std::mem::replace(&mut *write(lock), Parts::new(self.kind, self.key));
                discard(count, old);
            }
        }
    }

    /// Shows rows until `visit` says false; gives where to go on. None: that was all.
    pub fn scan(&self, from: &Cursor, visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        match &self.locks {
            Locks::One(lock) => lock.read().scan(from, visit),
            Locks::Read(lock) => read(lock).scan(from, visit),
            Locks::Parts(lock) => {
                let parts = read(lock);
                let order = self.part_of(&parts, from).unwrap_or(0)..parts.len();
                self.scan_parts(&parts, order, from, visit, |store, from, visit| {
                    store.scan(from, visit)
                })
            }
        }
    }

    /// Shows rows from the last one on; the same as `scan` if there is no order.
    pub fn scan_back(&self, from: &Cursor, visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        if self.kind != Kind::OrderedSet {
            return self.scan(from, visit);
        }
        match &self.locks {
            Locks::One(lock) => lock.read().scan_back(from, visit),
            Locks::Read(lock) => read(lock).scan_back(from, visit),
            Locks::Parts(lock) => {
                let parts = read(lock);
                let last = self.part_of(&parts, from).unwrap_or(parts.len() - 1);
                self.scan_parts(&parts, (0..=last).rev(), from, visit, |store, from, visit| {
                    store.scan_back(from, visit)
                })
            }
        }
    }

    /// Shows the rows of an ordered table from the first key on that is not less than this one, until `visit` says false.
    pub fn scan_from(&self, key: Term, mut visit: impl FnMut(&Row) -> bool) {
        let mut visit_part = |store: &Store, key: Option<Term>| {
            let mut more = true;
            let Store::Ordered(rows) = store else { return };
            let visit = |row: &Row| {
                more = more && visit(row);
                more
            };
            match key {
                Some(key) => rows.scan_from(key, visit),
                None => rows.scan(&Cursor::Start, visit),
            };
        };
        match &self.locks {
            Locks::One(lock) => visit_part(&lock.read(), Some(key)),
            Locks::Read(lock) => visit_part(&read(lock), Some(key)),
            Locks::Parts(lock) => {
                let parts = read(lock);
                let first = parts.index(key);
                for index in first..parts.len() {
                    visit_part(&parts.part(index).read(), (index == first).then_some(key));
                }
            }
        }
    }

    fn part_of(&self, parts: &Parts, from: &Cursor) -> Option<usize> {
        match from {
            Cursor::Start => None,
            Cursor::Hash(hash) => Some(hash_part(*hash)),
            Cursor::Key(key) => Some(parts.index(key.term())),
        }
    }

    /// Scans parts in this order, the first of them from the cursor on.
    fn scan_parts<V: FnMut(&Row) -> bool>(
        &self,
        parts: &Parts,
        order: impl Iterator<Item = usize>,
        from: &Cursor,
        mut visit: V,
        scan: impl Fn(&Store, &Cursor, &mut dyn FnMut(&Row) -> bool) -> Option<Cursor>,
    ) -> Option<Cursor> {
        let mut from = from;
        let mut stopped = None;
        for index in order {
            let store = parts.part(index).read();
            if store.is_empty() {
                continue;
            }
            if stopped.is_some() {
                return stopped;
            }
            let mut visit = |row: &Row| {
                let more = visit(row);
                if !more {
                    stopped = Some(match self.kind {
                        Kind::OrderedSet => Cursor::Key(OwnedTerm::of(row.fields()[self.key])),
                        _ => Cursor::Hash(row.hash()),
                    });
                }
                more
            };
            if let Some(cursor) = scan(&store, from, &mut visit) {
                return Some(cursor);
            }
            from = &Cursor::Start;
        }
        None
    }

    /// The row that a step leads to, and the rows among which it is.
    pub fn step<R>(&self, step: Step, look: impl FnOnce(&Store, &Row) -> R) -> Option<R> {
        let parts = match &self.locks {
            Locks::One(lock) => {
                let store = lock.read();
                return store.step(step).map(|row| look(&store, row));
            }
            Locks::Read(lock) => {
                let store = read(lock);
                return store.step(step).map(|row| look(&store, row));
            }
            Locks::Parts(lock) => read(lock),
        };
        let ordered = self.kind == Kind::OrderedSet;
        let (forward, key) = match step {
            Step::First => (true, None),
            Step::Last => (!ordered, None),
            Step::Next(key) => (true, Some(key)),
            Step::Previous(key) => (!ordered, Some(key)),
        };
        let mut index = match key {
            Some(key) => parts.index(key),
            None if forward => 0,
            None => parts.len() - 1,
        };
        let mut step = step;
        loop {
            let store = parts.part(index).read();
            if let Some(row) = store.step(step) {
                return Some(look(&store, row));
            }
            if forward && index + 1 < parts.len() {
                (index, step) = (index + 1, Step::First);
            } else if !forward && index > 0 {
                (index, step) = (index - 1, Step::Last);
            } else {
                return None;
            }
        }
    }
}

/// Frees what were `count` rows.
fn discard<T: Send + 'static>(count: usize, rows: T) {
    if count > MANY {
        // Should there be no thread, the closure is dropped here, and the rows with it.
        let _ = std::thread::Builder::new()
            .name("ets".into())
            .spawn(move || drop(rows));
    }
}
