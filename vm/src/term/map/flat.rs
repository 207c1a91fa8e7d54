//! Flat maps.

use super::{FLAT_MOST, build};
use crate::heap::Heap;
use crate::term::{Kind, Term, compare_exact, same};

/// The place of a key.
#[inline]
pub fn find(keys: &[Term], key: Term) -> Option<usize> {
    if key.is_immediate() {
        keys.iter().position(|candidate| *candidate == key)
    } else {
        keys.iter()
            .position(|candidate| candidate.is_pointer() && same(*candidate, key))
    }
}

/// A flat map of a tuple of keys and the values in their order.
pub fn map(heap: &mut Heap, keys: Term, values: &[Term]) -> Term {
    let mut payload = [Term::NIL; FLAT_MOST + 1];
    payload[0] = keys;
    payload[1..=values.len()].copy_from_slice(values);
    heap.object(Kind::FlatMap, 0, &payload[..=values.len()])
}

/// The same keys, another value.
pub fn replace(heap: &mut Heap, map: Term, values: &[Term], index: usize, value: Term) -> Term {
    if values[index] == value {
        return map;
    }
    let mut payload = [Term::NIL; FLAT_MOST + 1];
    payload[0] = map.payload()[0];
    payload[1..=values.len()].copy_from_slice(values);
    payload[1 + index] = value;
    heap.object(Kind::FlatMap, 0, &payload[..=values.len()])
}

pub fn put(heap: &mut Heap, old: Term, keys: &[Term], values: &[Term], key: Term, value: Term) -> Term {
    if let Some(index) = find(keys, key) {
        return replace(heap, old, values, index, value);
    }
    let count = keys.len();
    if count == FLAT_MOST {
        let mut pairs: Vec<(Term, Term)> = keys.iter().copied().zip(values.iter().copied()).collect();
        pairs.push((key, value));
        return build::trie_of(heap, &pairs);
    }
    let place = keys.partition_point(|other| compare_exact(*other, key).is_lt());
    let mut new_keys = [Term::NIL; FLAT_MOST];
    new_keys[..place].copy_from_slice(&keys[..place]);
    new_keys[place] = key;
    new_keys[place + 1..=count].copy_from_slice(&keys[place..]);
    let mut new_values = [Term::NIL; FLAT_MOST];
    new_values[..place].copy_from_slice(&values[..place]);
    new_values[place] = value;
    new_values[place + 1..=count].copy_from_slice(&values[place..]);
    let keys = heap.tuple(&new_keys[..=count]);
    map(heap, keys, &new_values[..=count])
}

pub fn without(heap: &mut Heap, keys: &[Term], values: &[Term], index: usize) -> Term {
    let count = keys.len();
    if count == 1 {
        return super::empty(heap);
    }
    let mut left = [Term::NIL; FLAT_MOST];
    left[..index].copy_from_slice(&keys[..index]);
    left[index..count - 1].copy_from_slice(&keys[index + 1..]);
    let new_keys = heap.tuple(&left[..count - 1]);
    left[..index].copy_from_slice(&values[..index]);
    left[index..count - 1].copy_from_slice(&values[index + 1..]);
    map(heap, new_keys, &left[..count - 1])
}
