//! Rows by hash: chains in the order of hashes, and of insertion where these are equal.
//!
//! A bucket is the top bits of the hash, so going through the buckets is going through the hashes in order, whatever
//! the number of buckets. A traversal that remembers the last hash so goes on rightly after any change of the table.
//! In bags, rows of one hash hang the newest first, so that entering one costs the same however many there are.

use super::store::{Cursor, Fate};
use super::table::Kind;
use crate::heap::Row;
use crate::term::{self, Term, hash};
use smallvec::SmallVec;

type Link = Option<Row>;

pub struct Hashed {
    kind: Kind,
    key: usize,
    buckets: Vec<Link>,
    /// All rows have these top bits of the hash in common: as many as `skip`.
    skip: u32,
    /// The bucket of a hash is `hash << skip >> shift`.
    shift: u32,
    count: usize,
    words: usize,
}

const FIRST_BITS: u32 = 3;

/// The hash of keys: those that are equal have one.
#[inline(always)]
pub fn hash_of(key: Term) -> u64 {
    hash::fast(key)
}

impl Hashed {
    /// Of hashes that differ below the first `skip` bits only.
    pub fn new(kind: Kind, key: usize, skip: u32) -> Hashed {
        let buckets = (0..1 << FIRST_BITS).map(|_| None).collect();
        Hashed {
            kind,
            key,
            buckets,
            skip,
            shift: 64 - FIRST_BITS,
            count: 0,
            words: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn words(&self) -> usize {
        self.words + self.buckets.len()
    }

    #[inline(always)]
    fn bucket(&self, hash: u64) -> usize {
        (hash << self.skip >> self.shift) as usize
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.buckets);
        self.shift -= 1;
        let bit = 1 << self.shift >> self.skip;
        self.buckets.reserve_exact(old.len() * 2);
        for mut low in old {
            // The chain is in order: those with the bit set are its end.
            let high = link_where(&mut low, |row| row.hash() & bit != 0).take();
            self.buckets.push(low);
            self.buckets.push(high);
        }
    }

    pub fn insert(&mut self, row: Row) {
        let hash = row.hash();
        let bucket = self.bucket(hash);
        let (kind, position) = (self.kind, self.key);
        let key = row.fields()[position];
        let place = link_where(&mut self.buckets[bucket], |row| row.hash() >= hash);
        if kind == Kind::Set {
            let same = |row: &Row| row.hash() != hash || term::same(row.fields()[position], key);
            let place = link_where(place, same);
            if let Some(old) = place.as_mut().filter(|old| old.hash() == hash) {
                self.words = self.words + row.words() - old.words();
                let next = old.link().take();
                *place = Some(row);
                hang(place, next);
                return;
            }
            return self.enter(bucket, row);
        }
        if kind == Kind::Bag {
            let mut there = place.as_ref();
            while let Some(old) = there.filter(|old| old.hash() == hash) {
                if term::same(old.term(), row.term()) {
                    return;
                }
                there = old.next();
            }
        }
        self.enter(bucket, row);
    }

    /// Puts a row before all that have its hash.
    fn enter(&mut self, bucket: usize, mut row: Row) {
        let hash = row.hash();
        self.words += row.words();
        self.count += 1;
        let place = link_where(&mut self.buckets[bucket], |row| row.hash() >= hash);
        *row.link() = place.take();
        *place = Some(row);
        if self.count > self.buckets.len() && self.shift > self.skip + 8 {
            self.grow();
        }
    }

    /// The rows from the first one with this hash on.
    #[inline(always)]
    fn at(&self, hash: u64) -> Option<&Row> {
        let mut row = self.buckets[self.bucket(hash)].as_ref();
        while let Some(this) = row {
            if this.hash() >= hash {
                return row;
            }
            row = this.next();
        }
        None
    }

    /// The row with this key, or the newest of them.
    #[inline(always)]
    pub fn get(&self, key: Term) -> Option<&Row> {
        let hash = hash_of(key);
        let mut row = self.at(hash);
        while let Some(this) = row.filter(|row| row.hash() == hash) {
            if term::same(this.fields()[self.key], key) {
                return row;
            }
            row = this.next();
        }
        None
    }

    /// Shows the rows with this key, the oldest first.
    #[inline]
    pub fn lookup(&self, key: Term, mut visit: impl FnMut(&Row)) {
        let mut row = self.get(key);
        if self.kind == Kind::Set {
            return row.into_iter().for_each(visit);
        }
        let mut found: SmallVec<[&Row; 16]> = SmallVec::new();
        while let Some(this) = row {
            if this.hash() != found.first().map_or(this.hash(), |first| first.hash()) {
                break;
            }
            if term::same(this.fields()[self.key], key) {
                found.push(this);
            }
            row = this.next();
        }
        found.into_iter().rev().for_each(&mut visit);
    }

    /// Decides about each row with this key; of several the newest comes first.
    pub fn change(&mut self, key: Term, mut decide: impl FnMut(&mut Row) -> Fate) {
        let hash = hash_of(key);
        let (bucket, position) = (self.bucket(hash), self.key);
        let place = link_where(&mut self.buckets[bucket], |row| row.hash() >= hash);
        let change = change_chain(place, |row| {
            if row.hash() != hash {
                Fate::Stop
            } else if term::same(row.fields()[position], key) {
                decide(row)
            } else {
                Fate::Keep
            }
        });
        self.note(change);
    }

    pub fn change_all(&mut self, mut decide: impl FnMut(&mut Row) -> Fate) {
        for bucket in 0..self.buckets.len() {
            let change = change_chain(&mut self.buckets[bucket], &mut decide);
            self.note(change);
        }
    }

    fn note(&mut self, (deleted, words): (usize, isize)) {
        self.count -= deleted;
        self.words = self.words.wrapping_add_signed(words);
    }

    pub fn scan(&self, from: &Cursor, mut visit: impl FnMut(&Row) -> bool) -> Option<Cursor> {
        let (first, after) = match from {
            Cursor::Hash(hash) => (self.bucket(*hash), Some(*hash)),
            _ => (0, None),
        };
        let mut stop = None;
        let mut run: SmallVec<[&Row; 8]> = SmallVec::new();
        for bucket in first..self.buckets.len() {
            let mut row = self.buckets[bucket].as_ref();
            while let Some(this) = row {
                let hash = this.hash();
                // Rows of one hash are shown together, so that the hash says where to go on.
                if stop.is_some() {
                    return stop.map(Cursor::Hash);
                }
                run.clear();
                while let Some(this) = row.filter(|row| row.hash() == hash) {
                    run.push(this);
                    row = this.next();
                }
                if after.is_some_and(|after| hash <= after) {
                    continue;
                }
                for row in run.iter().rev() {
                    if !visit(row) {
                        stop = Some(hash);
                    }
                }
            }
        }
        None
    }

    pub fn first(&self) -> Option<&Row> {
        self.buckets.iter().find_map(Option::as_ref)
    }

    /// The first row of the first hash after the key's.
    pub fn next(&self, key: Term) -> Option<&Row> {
        let hash = hash_of(key);
        let bucket = self.bucket(hash);
        let mut row = self.buckets[bucket].as_ref();
        while let Some(this) = row {
            if this.hash() > hash {
                return row;
            }
            row = this.next();
        }
        self.buckets[bucket + 1..].iter().find_map(Option::as_ref)
    }
}

/// The first link of the chain that leads to a row of which this is so, or the last link.
#[inline(always)]
fn link_where(mut link: &mut Link, is_it: impl Fn(&Row) -> bool) -> &mut Link {
    while link.as_ref().is_some_and(|row| !is_it(row)) {
        link = link.as_mut().expect("just seen").link();
    }
    link
}

/// Hangs the rest of a chain behind its first row.
fn hang(link: &mut Link, rest: Link) {
    if let Some(row) = link {
        *row.link() = rest;
    }
}

/// Gives how many rows were deleted, and by how much the words have changed.
fn change_chain(mut link: &mut Link, mut decide: impl FnMut(&mut Row) -> Fate) -> (usize, isize) {
    let (mut deleted, mut words) = (0, 0);
    while link.is_some() {
        let row = link.as_mut().expect("just seen");
        match decide(row) {
            Fate::Keep => link = link.as_mut().expect("just seen").link(),
            Fate::Stop => break,
            Fate::Delete => {
                words -= row.words() as isize;
                let next = row.link().take();
                *link = next;
                deleted += 1;
            }
            Fate::Replace(new) => {
                words += new.words() as isize - row.words() as isize;
                let next = row.link().take();
                *link = Some(new);
                hang(link, next);
                link = link.as_mut().expect("just put there").link();
            }
        }
    }
    (deleted, words)
}
