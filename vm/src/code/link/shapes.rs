//! Maps with constant keys: their tuples of keys, sorted when a module is linked.

use crate::bytecode::module::ModuleFile;
use crate::bytecode::ops::{Op, Src};
use crate::heap::Heap;
use crate::term::{OwnedTerm, Term, compare_exact, map};
use rustc_hash::FxHashMap;

/// For each map built with constant keys, by function and op: the literal that is the tuple of its keys in order, and
/// which pair gives each value.
pub type Shapes = FxHashMap<(u32, u32), (u32, Vec<u16>)>;

/// Adds the tuples of keys to the literals, so that building such a map only writes the values.
pub fn shapes(file: &mut ModuleFile) -> Shapes {
    let mut shapes = Shapes::default();
    let mut tuples: FxHashMap<Vec<u64>, u32> = FxHashMap::default();
    let mut heap = Heap::new();
    for (f, function) in file.functions.iter().enumerate() {
        for (at, op) in function.code.iter().enumerate() {
            let Op::Map { pairs, .. } = op else { continue };
            if pairs.is_empty() || pairs.len() > map::FLAT_MOST {
                continue;
            }
            let keys: Option<Vec<Term>> = pairs
                .iter()
                .map(|(key, _)| match *key {
                    Src::Reg(_) => None,
                    Src::Small(n) => Some(Term::small(n)),
                    Src::Atom(a) => Some(Term::atom(a)),
                    Src::Nil => Some(Term::NIL),
                    Src::Lit(n) => Some(file.literals[n as usize].term()),
                })
                .collect();
            let Some(keys) = keys else { continue };
            let mut order: Vec<u16> = (0..keys.len() as u16).collect();
            order.sort_by(|a, b| compare_exact(keys[*a as usize], keys[*b as usize]));
            let sorted: Vec<Term> = order.iter().map(|i| keys[*i as usize]).collect();
            if sorted
                .windows(2)
                .any(|pair| compare_exact(pair[0], pair[1]).is_eq())
            {
                continue;
            }
            let literal = *tuples
                .entry(sorted.iter().map(|t| t.raw()).collect())
                .or_insert_with(|| {
                    let tuple = heap.tuple(&sorted);
                    file.literals.push(OwnedTerm::of(tuple));
                    file.literals.len() as u32 - 1
                });
            shapes.insert((f as u32, at as u32), (literal, order));
        }
    }
    shapes
}
