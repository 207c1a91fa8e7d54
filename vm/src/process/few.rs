//! A map that is a vector while it is small: most processes have a handful of links and monitors, a supervisor may have many.

use rustc_hash::FxHashMap;
use std::hash::Hash;

const MOST: usize = 8;

/// Keys and values in no particular order.
pub enum Few<K, V> {
    Few(Vec<(K, V)>),
    /// In a box: there are many processes, and few have many.
    Many(Box<FxHashMap<K, V>>),
}

impl<K: Copy + Eq + Hash, V> Default for Few<K, V> {
    fn default() -> Self {
        Few::Few(Vec::new())
    }
}

impl<K: Copy + Eq + Hash, V> Few<K, V> {
    /// The value that was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self {
            Few::Many(map) => map.insert(key, value),
            Few::Few(entries) => {
                if let Some(entry) = entries.iter_mut().find(|entry| entry.0 == key) {
                    return Some(std::mem::replace(&mut entry.1, value));
                }
                entries.push((key, value));
                if entries.len() > MOST {
                    *self = Few::Many(Box::new(std::mem::take(entries).into_iter().collect()));
                }
                None
            }
        }
    }

    pub fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Few::Many(map) => map.remove(key),
            Few::Few(entries) => {
                let index = entries.iter().position(|entry| entry.0 == *key)?;
                Some(entries.swap_remove(index).1)
            }
        }
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        match self {
            Few::Many(map) => map.get(key),
            Few::Few(entries) => entries.iter().find(|entry| entry.0 == *key).map(|entry| &entry.1),
        }
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self {
            Few::Many(map) => map.get_mut(key),
            Few::Few(entries) => entries
                .iter_mut()
                .find(|entry| entry.0 == *key)
                .map(|entry| &mut entry.1),
        }
    }

    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub fn len(&self) -> usize {
        match self {
            Few::Many(map) => map.len(),
            Few::Few(entries) => entries.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All pairs; the map is empty afterwards.
    pub fn drain(&mut self) -> Vec<(K, V)> {
        match std::mem::take(self) {
            Few::Many(map) => map.into_iter().collect(),
            Few::Few(entries) => entries,
        }
    }

    pub fn keys(&self) -> Vec<K> {
        match self {
            Few::Many(map) => map.keys().copied().collect(),
            Few::Few(entries) => entries.iter().map(|entry| entry.0).collect(),
        }
    }

    pub fn for_each(&self, mut visit: impl FnMut(&K, &V)) {
        match self {
            Few::Many(map) => map.iter().for_each(|(key, value)| visit(key, value)),
            Few::Few(entries) => entries.iter().for_each(|(key, value)| visit(key, value)),
        }
    }
}
