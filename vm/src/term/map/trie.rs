//! The trie of large maps. A child is a cons cell of key and value, a node (boxed, extra: a bit for each of its
//! children), or a collision: leaves whose keys have one hash. Nodes lie as near to the root as they can.

use crate::heap::Heap;
use crate::term::{Kind, Term, hash, header, same};

/// Bits of the hash that one level takes.
pub const STEP: u32 = 4;

/// A map of this trie.
pub fn map(heap: &mut Heap, count: usize, root: Term) -> Term {
    heap.object(Kind::HashMap, 0, &[Term::small(count as i64), root])
}

#[inline]
fn slot(hash: u64, shift: u32) -> u16 {
    1 << (hash >> shift & 15)
}

#[inline]
fn index(bitmap: u16, slot: u16) -> usize {
    (bitmap & (slot - 1)).count_ones() as usize
}

pub fn bitmap(node: Term) -> u16 {
    header::extra(node.header())
}

pub fn get(root: Term, key: Term) -> Option<Term> {
    let mut hash = hash::fast(key);
    let mut node = root;
    loop {
        if node.is_cons() {
            return if same(node.head(), key) {
                Some(node.tail())
            } else {
                None
            };
        }
        let head = node.header();
        if header::is_kind(head, Kind::Collision) {
            let leaf = node.payload().iter().find(|leaf| same(leaf.head(), key))?;
            return Some(leaf.tail());
        }
        let (bitmap, slot) = (header::extra(head), slot(hash, 0));
        if bitmap & slot == 0 {
            return None;
        }
        node = node.payload()[index(bitmap, slot)];
        hash >>= STEP;
    }
}

pub enum Put {
    /// The very same value was there.
    Same,
    Replaced(Term),
    Added(Term),
}

/// The hash of a leaf's or collision's keys.
pub fn hash_of(child: Term) -> u64 {
    let leaf = if child.is_cons() {
        child
    } else {
        child.payload()[0]
    };
    hash::fast(leaf.head())
}

/// Puts a leaf whose key has this hash below `node`, which stands at depth `shift / STEP`.
pub fn put(heap: &mut Heap, node: Term, hash: u64, shift: u32, leaf: Term) -> Put {
    if node.is_cons() {
        if same(node.head(), leaf.head()) {
            return if node.tail() == leaf.tail() {
                Put::Same
            } else {
                Put::Replaced(leaf)
            };
        }
        let other = hash_of(node);
        return Put::Added(join(heap, node, other, leaf, hash, shift));
    }
    if node.is_kind(Kind::Collision) {
        let other = hash_of(node);
        if other != hash {
            return Put::Added(join(heap, node, other, leaf, hash, shift));
        }
        let mut leaves = node.payload().to_vec();
        return match leaves.iter_mut().find(|old| same(old.head(), leaf.head())) {
            Some(old) => {
                *old = leaf;
                Put::Replaced(heap.object(Kind::Collision, 0, &leaves))
            }
            None => {
                leaves.push(leaf);
                Put::Added(heap.object(Kind::Collision, 0, &leaves))
            }
        };
    }
    let (bitmap, slot) = (bitmap(node), slot(hash, shift));
    let place = index(bitmap, slot);
    let children = node.payload();
    if bitmap & slot == 0 {
        let mut wider = [Term::NIL; 16];
        wider[..place].copy_from_slice(&children[..place]);
        wider[place] = leaf;
        wider[place + 1..=children.len()].copy_from_slice(&children[place..]);
        return Put::Added(heap.object(Kind::Node, bitmap | slot, &wider[..=children.len()]));
    }
    let (child, added) = match put(heap, children[place], hash, shift + STEP, leaf) {
        Put::Same => return Put::Same,
        Put::Replaced(child) => (child, false),
        Put::Added(child) => (child, true),
    };
    let node = with_child(heap, bitmap, children, place, child);
    if added {
        Put::Added(node)
    } else {
        Put::Replaced(node)
    }
}

fn with_child(heap: &mut Heap, bitmap: u16, children: &[Term], place: usize, child: Term) -> Term {
    let mut copy = [Term::NIL; 16];
    copy[..children.len()].copy_from_slice(children);
    copy[place] = child;
    heap.object(Kind::Node, bitmap, &copy[..children.len()])
}

/// Two leaves (or collisions) of different keys below one node.
pub fn join(heap: &mut Heap, a: Term, a_hash: u64, b: Term, b_hash: u64, shift: u32) -> Term {
    if a_hash == b_hash {
        let mut leaves = Vec::new();
        for child in [a, b] {
            if child.is_cons() {
                leaves.push(child)
            } else {
                leaves.extend_from_slice(child.payload())
            }
        }
        return heap.object(Kind::Collision, 0, &leaves);
    }
    let (a_slot, b_slot) = (slot(a_hash, shift), slot(b_hash, shift));
    if a_slot == b_slot {
        let child = join(heap, a, a_hash, b, b_hash, shift + STEP);
        return heap.object(Kind::Node, a_slot, &[child]);
    }
    let children = if a_slot < b_slot { [a, b] } else { [b, a] };
    heap.object(Kind::Node, a_slot | b_slot, &children)
}

/// The node without a key that it has.
pub fn remove(heap: &mut Heap, node: Term, hash: u64, shift: u32, key: Term) -> Term {
    if node.is_kind(Kind::Collision) {
        let leaves: Vec<Term> = node
            .payload()
            .iter()
            .copied()
            .filter(|leaf| !same(leaf.head(), key))
            .collect();
        return if leaves.len() == 1 {
            leaves[0]
        } else {
            heap.object(Kind::Collision, 0, &leaves)
        };
    }
    let (bitmap, slot) = (bitmap(node), slot(hash, shift));
    let place = index(bitmap, slot);
    let children = node.payload();
    let child = children[place];
    if child.is_cons() {
        let mut left = [Term::NIL; 16];
        left[..place].copy_from_slice(&children[..place]);
        left[place..children.len() - 1].copy_from_slice(&children[place + 1..]);
        let left = &left[..children.len() - 1];
        return match left {
            // A lone leaf moves up; the root of a map stays a node, since large maps have many keys.
            [lone] if is_end(*lone) => *lone,
            _ => heap.object(Kind::Node, bitmap & !slot, left),
        };
    }
    let smaller = remove(heap, child, hash, shift + STEP, key);
    if children.len() == 1 && is_end(smaller) {
        return smaller;
    }
    with_child(heap, bitmap, children, place, smaller)
}

/// No node: a leaf or a collision.
pub fn is_end(child: Term) -> bool {
    child.is_cons() || child.is_kind(Kind::Collision)
}
