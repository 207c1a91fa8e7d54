//! A set of registers.

use cordial_vm::bytecode::module::RegSet;

/// From here on a number is an outgoing argument, until the frame's size is known.
pub(super) const OUT: u16 = 0x8000;

/// The registers in use; outgoing ones apart, as they are few.
#[derive(Clone, Default, Debug)]
pub(super) struct Registers {
    words: Vec<u64>,
    out: Vec<u16>,
}

impl Registers {
    pub fn clear(&mut self) {
        self.words.clear();
        self.out.clear();
    }

    pub fn insert(&mut self, register: u16) {
        if register >= OUT {
            if let Err(place) = self.out.binary_search(&register) {
                self.out.insert(place, register);
            }
            return;
        }
        let word = usize::from(register / 64);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (register % 64);
    }

    pub fn remove(&mut self, register: u16) {
        if register >= OUT {
            self.out.retain(|other| *other != register);
        } else if let Some(word) = self.words.get_mut(usize::from(register / 64)) {
            *word &= !(1 << (register % 64));
        }
    }

    pub fn contains(&self, register: u16) -> bool {
        if register >= OUT {
            return self.out.contains(&register);
        }
        self.words
            .get(usize::from(register / 64))
            .is_some_and(|word| word & (1 << (register % 64)) != 0)
    }

    /// The lowest register that is free, and of which the `count - 1` behind it are free too.
    pub fn lowest(&self, count: u16) -> u16 {
        if count == 1 {
            for (index, word) in self.words.iter().enumerate() {
                if *word != u64::MAX {
                    return index as u16 * 64 + word.trailing_ones() as u16;
                }
            }
            return self.words.len() as u16 * 64;
        }
        let mut start = 0;
        while (start..start + count).any(|register| self.contains(register)) {
            start += 1;
        }
        start
    }

    pub fn set(&self) -> RegSet {
        let mut all = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                all.push(index as u16 * 64 + left.trailing_zeros() as u16);
                left &= left - 1;
            }
        }
        all.extend(&self.out);
        RegSet(all)
    }
}
