//! The process dictionary: pairs in a vector, with an index by hash when there are many.

use crate::term::{self, Term};
use rustc_hash::FxHashMap;

const INDEX_FROM: usize = 16;

/// Keys and values, alternating, so that the collector sees one run of terms.
#[derive(Default)]
pub struct Dictionary {
    flat: Vec<Term>,
    /// Positions of pairs by the key's hash.
    index: Option<FxHashMap<u64, Vec<u32>>>,
}

impl Dictionary {
    fn find(&self, key: Term) -> Option<usize> {
        match &self.index {
            None => (0..self.len()).find(|&pair| term::same(self.flat[pair * 2], key)),
            Some(index) => index
                .get(&term::hash::fast(key))?
                .iter()
                .map(|&pair| pair as usize)
                .find(|&pair| term::same(self.flat[pair * 2], key)),
        }
    }

    pub fn get(&self, key: Term) -> Option<Term> {
        self.find(key).map(|pair| self.flat[pair * 2 + 1])
    }

    /// The value that was there before.
    pub fn put(&mut self, key: Term, value: Term) -> Option<Term> {
        if let Some(pair) = self.find(key) {
            return Some(std::mem::replace(&mut self.flat[pair * 2 + 1], value));
        }
        let pair = self.len() as u32;
        self.flat.extend([key, value]);
        let pairs = self.flat.len() / 2;
        match &mut self.index {
            Some(index) => index.entry(term::hash::fast(key)).or_default().push(pair),
            None if pairs > INDEX_FROM => {
                let mut index: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
                for pair in 0..pairs {
                    index
                        .entry(term::hash::fast(self.flat[pair * 2]))
                        .or_default()
                        .push(pair as u32);
                }
                self.index = Some(index);
            }
            None => {}
        }
        None
    }

    pub fn erase(&mut self, key: Term) -> Option<Term> {
        let pair = self.find(key)?;
        let last = self.len() - 1;
        if let Some(index) = &mut self.index {
            let moved = self.flat[last * 2];
            if let Some(pairs) = index.get_mut(&term::hash::fast(key)) {
                pairs.retain(|&at| at as usize != pair);
                if pairs.is_empty() {
                    index.remove(&term::hash::fast(key));
                }
            }
            if last != pair
                && let Some(pairs) = index.get_mut(&term::hash::fast(moved))
            {
                for at in pairs.iter_mut().filter(|at| **at as usize == last) {
                    *at = pair as u32;
                }
            }
        }
        let value = self.flat[pair * 2 + 1];
        self.flat.swap(pair * 2, last * 2);
        self.flat.swap(pair * 2 + 1, last * 2 + 1);
        self.flat.truncate(last * 2);
        Some(value)
    }

    pub fn clear(&mut self) {
        *self = Dictionary::default();
    }

    pub fn len(&self) -> usize {
        self.flat.len() / 2
    }

    pub fn is_empty(&self) -> bool {
        self.flat.is_empty()
    }

    /// The newest pair first.
    pub fn pairs(&self) -> impl Iterator<Item = (Term, Term)> + '_ {
        self.flat.chunks_exact(2).rev().map(|pair| (pair[0], pair[1]))
    }

    pub fn roots(&mut self) -> &mut [Term] {
        &mut self.flat
    }
}
