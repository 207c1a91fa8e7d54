//! Maps: up to 32 keys flat, the keys in ascending order in a tuple that updates share; above that a hash array
//! mapped trie (Bagwell, "Ideal Hash Trees", 2001) with 16 branches. A map has one shape only, by its size.

mod build;
mod flat;
mod iter;
mod merge;
mod trie;

pub use build::from_pairs;
pub use iter::MapIter;
pub use merge::merge;

use super::{Kind, Term, compare_exact, same};
use crate::heap::Heap;

/// The most keys of a flat map.
pub const FLAT_MOST: usize = 32;

/// A map taken apart; valid as long as the term is.
#[derive(Clone, Copy)]
pub enum MapView {
    Flat {
        keys: &'static [Term],
        values: &'static [Term],
    },
    /// The number of pairs, the root of the trie.
    Hash(usize, Term),
}

impl MapView {
    #[inline]
    pub fn of(map: Term) -> Option<MapView> {
        if map.is_kind(Kind::FlatMap) {
            let payload = map.payload();
            Some(MapView::Flat {
                keys: payload[0].tuple().unwrap_or(&[]),
                values: &payload[1..],
            })
        } else if map.is_kind(Kind::HashMap) {
            let payload = map.payload();
            Some(MapView::Hash(payload[0].small_value() as usize, payload[1]))
        } else {
            None
        }
    }

    pub fn len(&self) -> usize {
        match self {
            MapView::Flat { values, .. } => values.len(),
            MapView::Hash(count, _) => *count,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub fn get(&self, key: Term) -> Option<Term> {
        match self {
            MapView::Flat { keys, values } => flat::find(keys, key).map(|index| values[index]),
            MapView::Hash(_, root) => trie::get(*root, key),
        }
    }

    pub fn iter(&self) -> MapIter {
        MapIter::new(*self)
    }

    /// The pairs in ascending order of keys, whatever the shape.
    pub fn sorted(&self) -> Vec<(Term, Term)> {
        let mut pairs: Vec<(Term, Term)> = self.iter().collect();
        if let MapView::Hash(..) = self {
            pairs.sort_by(|a, b| compare_exact(a.0, b.0));
        }
        pairs
    }
}

impl Term {
    #[inline]
    pub fn is_map(self) -> bool {
        self.is_kind(Kind::FlatMap) || self.is_kind(Kind::HashMap)
    }

    #[inline]
    pub fn map(self) -> Option<MapView> {
        MapView::of(self)
    }
}

/// The number of pairs; 0 for what is no map.
pub fn size(map: Term) -> usize {
    MapView::of(map).map_or(0, |map| map.len())
}

/// The value of a key; None also for what is no map.
#[inline]
pub fn get(map: Term, key: Term) -> Option<Term> {
    MapView::of(map)?.get(key)
}

/// The map with `key` set to `value`. `map` is a map.
pub fn put(heap: &mut Heap, map: Term, key: Term, value: Term) -> Term {
    match MapView::of(map) {
        Some(MapView::Flat { keys, values }) => flat::put(heap, map, keys, values, key, value),
        Some(MapView::Hash(count, root)) => {
            let hash = super::hash::fast(key);
            let leaf = heap.cons(key, value);
            match trie::put(heap, root, hash, 0, leaf) {
                trie::Put::Same => map,
                trie::Put::Replaced(root) => trie::map(heap, count, root),
                trie::Put::Added(root) => trie::map(heap, count + 1, root),
            }
        }
        None => Term::NONE,
    }
}

/// The map with the value of a key that it has replaced; None if it has no such key (or is no map).
pub fn update(heap: &mut Heap, map: Term, key: Term, value: Term) -> Option<Term> {
    match MapView::of(map)? {
        MapView::Flat { keys, values } => {
            let index = flat::find(keys, key)?;
            Some(flat::replace(heap, map, values, index, value))
        }
        MapView::Hash(_, root) => {
            trie::get(root, key)?;
            Some(put(heap, map, key, value))
        }
    }
}

/// The value of a key and the map without it.
pub fn remove(heap: &mut Heap, map: Term, key: Term) -> Option<(Term, Term)> {
    match MapView::of(map)? {
        MapView::Flat { keys, values } => {
            let index = flat::find(keys, key)?;
            Some((values[index], flat::without(heap, keys, values, index)))
        }
        MapView::Hash(count, root) => {
            let value = trie::get(root, key)?;
            if count == FLAT_MOST + 1 {
                let mut pairs: Vec<(Term, Term)> = MapIter::new(MapView::Hash(count, root))
                    .filter(|pair| !same(pair.0, key))
                    .collect();
                return Some((value, from_pairs(heap, &mut pairs)));
            }
            let root = trie::remove(heap, root, super::hash::fast(key), 0, key);
            Some((value, trie::map(heap, count - 1, root)))
        }
    }
}

/// The map without pairs.
pub fn empty(heap: &mut Heap) -> Term {
    heap.object(Kind::FlatMap, 0, &[Term::NIL])
}

/// `Map.put` of every pair, at once. Later pairs win.
pub fn put_all(heap: &mut Heap, map: Term, pairs: &[(Term, Term)]) -> Term {
    pairs
        .iter()
        .fold(map, |map, (key, value)| put(heap, map, *key, *value))
}

impl Heap {
    /// A map of these pairs; later ones win. The slice is reordered.
    pub fn map_from(&mut self, pairs: &mut [(Term, Term)]) -> Term {
        from_pairs(self, pairs)
    }
}
