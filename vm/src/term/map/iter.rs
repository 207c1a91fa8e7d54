//! The pairs of a map: of a flat one in ascending order of keys, of a large one as its trie has them.

use super::MapView;
use crate::term::Term;
use smallvec::SmallVec;

pub struct MapIter {
    keys: &'static [Term],
    values: &'static [Term],
    /// Children still to be visited, the innermost last.
    stack: SmallVec<[&'static [Term]; 4]>,
    left: usize,
}

impl MapIter {
    pub fn new(map: MapView) -> MapIter {
        let left = map.len();
        match map {
            MapView::Flat { keys, values } => MapIter {
                keys,
                values,
                stack: SmallVec::new(),
                left,
            },
            MapView::Hash(_, root) => {
                let mut stack = SmallVec::new();
                stack.push(root.payload());
                MapIter {
                    keys: &[],
                    values: &[],
                    stack,
                    left,
                }
            }
        }
    }
}

impl Iterator for MapIter {
    type Item = (Term, Term);

    fn next(&mut self) -> Option<(Term, Term)> {
        if let [key, keys @ ..] = self.keys {
            let value = self.values[0];
            self.keys = keys;
            self.values = &self.values[1..];
            self.left -= 1;
            return Some((*key, value));
        }
        loop {
            let children = self.stack.last_mut()?;
            let [child, rest @ ..] = *children else {
                self.stack.pop();
                continue;
            };
            *children = rest;
            if let Some(pair) = child.uncons() {
                self.left -= 1;
                return Some(pair);
            }
            self.stack.push(child.payload());
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for MapIter {}
