//! All pairs of two maps.

use super::trie::{self, Put};
use super::{MapView, from_pairs};
use crate::heap::Heap;
use crate::term::{Kind, Term, same};

/// The pairs of both maps; those of `b` win. Both are maps.
pub fn merge(heap: &mut Heap, a: Term, b: Term) -> Term {
    let (Some(left), Some(right)) = (MapView::of(a), MapView::of(b)) else {
        return Term::NONE;
    };
    if right.is_empty() {
        return a;
    }
    if left.is_empty() {
        return b;
    }
    match (left, right) {
        (MapView::Hash(left_count, left), MapView::Hash(right_count, right)) => {
            let mut twice = 0;
            let root = nodes(heap, left, right, 0, &mut twice);
            trie::map(heap, left_count + right_count - twice, root)
        }
        (MapView::Hash(..), MapView::Flat { .. }) => right
            .iter()
            .fold(a, |map, (key, value)| super::put(heap, map, key, value)),
        (MapView::Flat { .. }, MapView::Hash(..)) => left.iter().fold(b, |map, (key, value)| {
            if right.get(key).is_some() {
                map
            } else {
                super::put(heap, map, key, value)
            }
        }),
        (MapView::Flat { .. }, MapView::Flat { .. }) => {
            let mut pairs: Vec<(Term, Term)> = left.iter().chain(right.iter()).collect();
            from_pairs(heap, &mut pairs)
        }
    }
}

/// One trie of two; counts the keys that both have.
fn nodes(heap: &mut Heap, a: Term, b: Term, shift: u32, twice: &mut usize) -> Term {
    if trie::is_end(b) {
        let mut node = a;
        let leaves: &[Term] = if b.is_cons() { &[b] } else { b.payload() };
        for leaf in leaves {
            node = match trie::put(heap, node, trie::hash_of(*leaf), shift, *leaf) {
                Put::Same => {
                    *twice += 1;
                    node
                }
                Put::Replaced(node) => {
                    *twice += 1;
                    node
                }
                Put::Added(node) => node,
            };
        }
        return node;
    }
    if trie::is_end(a) {
        let mut node = b;
        let leaves: &[Term] = if a.is_cons() { &[a] } else { a.payload() };
        for leaf in leaves {
            let hash = trie::hash_of(*leaf);
            if has(node, hash >> shift, leaf.head()) {
                *twice += 1;
            } else if let Put::Added(added) = trie::put(heap, node, hash, shift, *leaf) {
                node = added;
            }
        }
        return node;
    }
    let (a_map, b_map) = (trie::bitmap(a), trie::bitmap(b));
    let (mut a_rest, mut b_rest) = (a.payload().iter(), b.payload().iter());
    let mut children = [Term::NIL; 16];
    let mut count = 0;
    for bit in 0..16 {
        let slot = 1 << bit;
        let left = if a_map & slot != 0 { a_rest.next() } else { None };
        let right = if b_map & slot != 0 { b_rest.next() } else { None };
        children[count] = match (left, right) {
            (Some(left), Some(right)) => nodes(heap, *left, *right, shift + trie::STEP, twice),
            (Some(child), None) | (None, Some(child)) => *child,
            (None, None) => continue,
        };
        count += 1;
    }
    heap.object(Kind::Node, a_map | b_map, &children[..count])
}

/// Whether a node has a key, given what is left of its hash.
fn has(node: Term, mut hash: u64, key: Term) -> bool {
    let mut node = node;
    loop {
        if node.is_cons() {
            return same(node.head(), key);
        }
        if node.is_kind(Kind::Collision) {
            return node.payload().iter().any(|leaf| same(leaf.head(), key));
        }
        let (bitmap, slot) = (trie::bitmap(node), 1u16 << (hash & 15));
        if bitmap & slot == 0 {
            return false;
        }
        node = node.payload()[(bitmap & (slot - 1)).count_ones() as usize];
        hash >>= trie::STEP;
    }
}
