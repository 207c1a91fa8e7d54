//! Registered names: an atom leads to a pid.

use crate::atom::Atom;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

/// The names of one Vm.
#[derive(Default)]
pub struct Registry {
    names: RwLock<FxHashMap<Atom, u64>>,
}

impl Registry {
    pub fn whereis(&self, name: Atom) -> Option<u64> {
        self.names.read().get(&name).copied()
    }

    /// False if the name is taken.
    pub fn register(&self, name: Atom, number: u64) -> bool {
        let mut names = self.names.write();
        if names.contains_key(&name) {
            return false;
        }
        names.insert(name, number);
        true
    }

    /// Whose name it was.
    pub fn unregister(&self, name: Atom) -> Option<u64> {
        self.names.write().remove(&name)
    }

    /// Frees the name if it is still that process's.
    pub fn forget(&self, name: Atom, number: u64) {
        let mut names = self.names.write();
        if names.get(&name) == Some(&number) {
            names.remove(&name);
        }
    }

    /// A name of that process.
    pub fn name_of(&self, number: u64) -> Option<Atom> {
        self.names
            .read()
            .iter()
            .find(|(_, holder)| **holder == number)
            .map(|(name, _)| *name)
    }

    pub fn names(&self) -> Vec<Atom> {
        self.names.read().keys().copied().collect()
    }
}
