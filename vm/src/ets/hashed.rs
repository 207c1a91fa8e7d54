//! Rows by hash: chains in the order of hashes, and of insertion where these are equal.
//!
//! A bucket is the top bits of the hash, so going through the buckets is going through the hashes in order, whatever
//! the number of buckets. A traversal that remembers the last hash so goes on rightly after any change of the table.

use super::store::{Cursor, Fate};
use super::table::Kind;
use crate::heap::OwnedTerm;
use crate::term::{self, Term, hash};

struct Node {
    hash: u64,
    next: Link,
    row: OwnedTerm,
}

type Link = Option<Box<Node>>;

pub struct Hashed {
    kind: Kind,
    key: usize,
    buckets: Vec<Link>,
    /// The bucket of a hash is `hash >> shift`.
    shift: u32,
    count: usize,
    words: usize,
}

const FIRST_BITS: u32 = 3;

fn key_of(row: Term, key: usize) -> Term {
    row.tuple().map_or(Term::NIL, |fields| fields[key])
}

/// The hash of keys: those that are equal have one.
fn hash_of(key: Term) -> u64 {
    hash::fast(key)
}

impl Hashed {
    pub fn new(kind: Kind, key: usize) -> Hashed {
        let buckets = (0..1 << FIRST_BITS).map(|_| None).collect();
        Hashed {
            kind,
            key,
            buckets,
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
        self.words + self.count * 4 + self.buckets.len()
    }

    fn bucket(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.buckets);
        self.shift -= 1;
        let bit = 1 << self.shift;
        self.buckets.reserve_exact(old.len() * 2);
        for mut low in old {
            // The chain is in order: those with the bit set are its end.
            let mut link = &mut low;
            while link.as_ref().is_some_and(|node| node.hash & bit == 0) {
                link = &mut link.as_mut().expect("just seen").next;
            }
            let high = link.take();
            self.buckets.push(low);
            self.buckets.push(high);
        }
    }

    pub fn insert(&mut self, row: OwnedTerm) {
        let key = key_of(row.term(), self.key);
        let hash = hash_of(key);
        let bucket = self.bucket(hash);
        let (kind, position) = (self.kind, self.key);
        self.words += row.words();
        let mut link = &mut self.buckets[bucket];
        while link.as_ref().is_some_and(|node| node.hash <= hash) {
            let node = link.as_mut().expect("just seen");
            if node.hash == hash {
                let there = node.row.term();
                if kind == Kind::Set && term::same(key_of(there, position), key) {
                    self.words -= node.row.words();
                    node.row = row;
                    return;
                }
                if kind == Kind::Bag && term::same(there, row.term()) {
                    self.words -= row.words();
                    return;
                }
            }
            link = &mut node.next;
        }
        let next = link.take();
        *link = Some(Box::new(Node { hash, next, row }));
        self.count += 1;
        if self.count > self.buckets.len() && self.shift > 8 {
            self.grow();
        }
    }

    /// The nodes from the first one with this hash on.
    fn at(&self, hash: u64) -> Option<&Node> {
        let mut node = self.buckets[self.bucket(hash)].as_deref();
        while let Some(this) = node {
            if this.hash >= hash {
                return Some(this);
            }
            node = this.next.as_deref();
        }
        None
    }

    pub fn contains(&self, key: Term) -> bool {
        let mut found = false;
        self.lookup(key, |_| found = true);
        found
    }

    #[inline]
    pub fn lookup(&self, key: Term, mut visit: impl FnMut(Term)) {
        let hash = hash_of(key);
        let mut node = self.at(hash);
        while let Some(this) = node {
            if this.hash != hash {
                return;
            }
            let row = this.row.term();
            if term::same(key_of(row, self.key), key) {
                visit(row);
                if self.kind == Kind::Set {
                    return;
                }
            }
            node = this.next.as_deref();
        }
    }

    pub fn change(&mut self, key: Term, mut decide: impl FnMut(Term) -> Fate) {
        let hash = hash_of(key);
        let (bucket, position) = (self.bucket(hash), self.key);
        let (count, words) = change_chain(&mut self.buckets[bucket], |node| {
            if node.hash == hash && term::same(key_of(node.row.term(), position), key) {
                decide(node.row.term())
            } else {
                Fate::Keep
            }
        });
        self.count -= count;
        self.words = self.words.wrapping_add(words);
    }

    pub fn change_all(&mut self, mut decide: impl FnMut(Term) -> Fate) {
        for bucket in 0..self.buckets.len() {
            let (count, words) = change_chain(&mut self.buckets[bucket], |node| decide(node.row.term()));
            self.count -= count;
            self.words = self.words.wrapping_add(words);
        }
    }

    pub fn scan(&self, from: Cursor, mut visit: impl FnMut(Term) -> bool) -> Option<Cursor> {
        let (first, after) = match from {
            Cursor::Hash(hash) => (self.bucket(hash), Some(hash)),
            _ => (0, None),
        };
        let mut stop = None;
        for bucket in first..self.buckets.len() {
            let mut node = self.buckets[bucket].as_deref();
            while let Some(this) = node {
                node = this.next.as_deref();
                if after.is_some_and(|after| this.hash <= after) {
                    continue;
                }
                // Rows of one hash are shown together, so that the hash says where to go on.
                if stop.is_some_and(|hash| hash != this.hash) {
                    return stop.map(Cursor::Hash);
                }
                if !visit(this.row.term()) {
                    stop = Some(this.hash);
                }
            }
        }
        None
    }

    pub fn first(&self) -> Option<Term> {
        self.buckets
            .iter()
            .find_map(|link| link.as_ref())
            .map(|node| node.row.term())
    }

    pub fn next(&self, key: Term) -> Option<Term> {
        let hash = hash_of(key);
        let bucket = self.bucket(hash);
        let mut node = self.at(hash);
        while let Some(this) = node {
            if this.hash > hash {
                return Some(this.row.term());
            }
            node = this.next.as_deref();
        }
        self.buckets[bucket + 1..]
            .iter()
            .find_map(|link| link.as_ref())
            .map(|node| node.row.term())
    }

    pub fn clear(&mut self) {
        *self = Hashed::new(self.kind, self.key);
    }
}

/// Gives how many rows were deleted, and by how much the words have changed (wrapping).
fn change_chain(mut link: &mut Link, mut decide: impl FnMut(&Node) -> Fate) -> (usize, usize) {
    let (mut deleted, mut words) = (0, 0usize);
    while link.is_some() {
        let node = link.as_mut().expect("just seen");
        match decide(node) {
            Fate::Keep => link = &mut link.as_mut().expect("just seen").next,
            Fate::Delete => {
                words = words.wrapping_sub(node.row.words());
                let next = node.next.take();
                *link = next;
                deleted += 1;
            }
            Fate::Replace(row) => {
                words = words.wrapping_sub(node.row.words()).wrapping_add(row.words());
                node.row = row;
                link = &mut link.as_mut().expect("just seen").next;
            }
        }
    }
    (deleted, words)
}
