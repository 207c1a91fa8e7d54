//! `Symbol`: interned text, the compiler's atoms.

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use super::known;

/// Interned text. Two symbols are equal exactly when their texts are; `Ord` is by age, not by text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub(super) u32);

/// Texts by number, in chunks that double, so that reading takes no lock.
static CHUNKS: [OnceLock<Box<[OnceLock<&'static str>]>>; 24] = [const { OnceLock::new() }; 24];
const FIRST_CHUNK: u32 = 1024;

static NUMBERS: LazyLock<RwLock<FxHashMap<&'static str, u32>>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for (number, text) in known::TEXTS.iter().enumerate() {
        store(number as u32, text);
        map.insert(*text, number as u32);
    }
    RwLock::new(map)
});

impl Symbol {
    pub fn new(text: &str) -> Symbol {
        if let Some(symbol) = Symbol::existing(text) {
            return symbol;
        }
        let mut numbers = NUMBERS.write();
        if let Some(number) = numbers.get(text) {
            return Symbol(*number);
        }
        let number = numbers.len() as u32;
        let text: &'static str = Box::leak(text.into());
        store(number, text);
        numbers.insert(text, number);
        Symbol(number)
    }

    /// The symbol of this text if there is one already.
    pub fn existing(text: &str) -> Option<Symbol> {
        NUMBERS.read().get(text).map(|number| Symbol(*number))
    }

    pub fn as_str(self) -> &'static str {
        if let Some(text) = known::TEXTS.get(self.0 as usize) {
            return text;
        }
        let (chunk, index) = place(self.0);
        CHUNKS[chunk]
            .get()
            .and_then(|slots| slots[index].get())
            .copied()
            .unwrap_or("")
    }

    /// A dense number, for tables indexed by symbol.
    pub fn number(self) -> u32 {
        self.0
    }
}

fn place(number: u32) -> (usize, usize) {
    let shifted = number / FIRST_CHUNK + 1;
    let chunk = shifted.ilog2();
    let start = FIRST_CHUNK * ((1 << chunk) - 1);
    (chunk as usize, (number - start) as usize)
}

fn store(number: u32, text: &'static str) {
    let (chunk, index) = place(number);
    let slots = CHUNKS[chunk].get_or_init(|| {
        (0..(FIRST_CHUNK as usize) << chunk)
            .map(|_| OnceLock::new())
            .collect()
    });
    let _ = slots[index].set(text);
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{}", self.as_str())
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Symbol {
        Symbol::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let symbols: Vec<_> = (0..5000).map(|n| Symbol::new(&format!("t{n}"))).collect();
        for (n, symbol) in symbols.iter().enumerate() {
            assert_eq!(symbol.as_str(), format!("t{n}"));
        }
        assert_eq!(Symbol::new("nil"), known::NIL);
        assert_eq!(known::ELIXIR_KERNEL.as_str(), "Elixir.Kernel");
    }
}
