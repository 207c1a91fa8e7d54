//! A map from many pairs at once, without the maps in between.

use super::{FLAT_MOST, flat, trie};
use crate::heap::Heap;
use crate::term::{Kind, Term, compare_exact, hash, same};

/// A map of these pairs; later ones win. The slice is reordered.
pub fn from_pairs(heap: &mut Heap, pairs: &mut [(Term, Term)]) -> Term {
    if pairs.is_empty() {
        return super::empty(heap);
    }
    if pairs.len() > FLAT_MOST {
        return large(heap, pairs);
    }
    // The sort is stable, so the last of equal keys is the one that wins.
    pairs.sort_by(|a, b| compare_exact(a.0, b.0));
    flat_of_sorted(heap, pairs)
}

fn flat_of_sorted(heap: &mut Heap, pairs: &[(Term, Term)]) -> Term {
    let (mut keys, mut values) = ([Term::NIL; FLAT_MOST], [Term::NIL; FLAT_MOST]);
    let mut count = 0;
    for (key, value) in pairs {
        if count > 0 && same(keys[count - 1], *key) {
            values[count - 1] = *value;
        } else {
            (keys[count], values[count]) = (*key, *value);
            count += 1;
        }
    }
    let keys = heap.tuple(&keys[..count]);
    flat::map(heap, keys, &values[..count])
}

struct Entry {
    hash: u64,
    key: Term,
    value: Term,
}

fn large(heap: &mut Heap, pairs: &mut [(Term, Term)]) -> Term {
    let mut entries: Vec<Entry> = pairs
        .iter()
        .map(|(key, value)| Entry {
            hash: hash::fast(*key),
            key: *key,
            value: *value,
        })
        .collect();
    // By the nibbles of the hash from the lowest on, as the trie takes them.
    entries.sort_by_key(|entry| nibbles_reversed(entry.hash));
    dedup(&mut entries);
    if entries.len() <= FLAT_MOST {
        let mut pairs: Vec<(Term, Term)> = entries.iter().map(|entry| (entry.key, entry.value)).collect();
        pairs.sort_by(|a, b| compare_exact(a.0, b.0));
        return flat_of_sorted(heap, &pairs);
    }
    let root = node(heap, &entries, 0);
    trie::map(heap, entries.len(), root)
}

/// A large map of pairs with different keys, more than fit into a flat one.
pub fn trie_of(heap: &mut Heap, pairs: &[(Term, Term)]) -> Term {
    let mut pairs = pairs.to_vec();
    large(heap, &mut pairs)
}

fn nibbles_reversed(hash: u64) -> u64 {
    let bytes = hash.swap_bytes();
    (bytes & 0x0f0f_0f0f_0f0f_0f0f) << 4 | (bytes >> 4 & 0x0f0f_0f0f_0f0f_0f0f)
}

/// Keeps the last of entries with one key; entries of one hash stand together, in their order.
fn dedup(entries: &mut Vec<Entry>) {
    let mut kept: usize = 0;
    for index in 0..entries.len() {
        let (hash, key, value) = (entries[index].hash, entries[index].key, entries[index].value);
        let twin = entries[..kept]
            .iter()
            .rev()
            .take_while(|entry| entry.hash == hash)
            .position(|entry| same(entry.key, key));
        match twin {
            Some(back) => entries[kept - 1 - back].value = value,
            None => {
                entries[kept] = Entry { hash, key, value };
                kept += 1;
            }
        }
    }
    entries.truncate(kept);
}

fn node(heap: &mut Heap, entries: &[Entry], shift: u32) -> Term {
    if let [entry] = entries {
        return heap.cons(entry.key, entry.value);
    }
    if entries[0].hash == entries[entries.len() - 1].hash {
        let leaves: Vec<Term> = entries
            .iter()
            .map(|entry| heap.cons(entry.key, entry.value))
            .collect();
        return heap.object(Kind::Collision, 0, &leaves);
    }
    let mut children = [Term::NIL; 16];
    let (mut bitmap, mut count, mut rest) = (0, 0, entries);
    while let Some(first) = rest.first() {
        let nibble = first.hash >> shift & 15;
        let end = rest.partition_point(|entry| (entry.hash >> shift & 15) <= nibble);
        children[count] = node(heap, &rest[..end], shift + trie::STEP);
        count += 1;
        bitmap |= 1 << nibble;
        rest = &rest[end..];
    }
    heap.object(Kind::Node, bitmap, &children[..count])
}
