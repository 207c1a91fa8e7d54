//! Finding one of several byte strings: at the earliest place, there the longest.

use crate::term::Term;
use memchr::memmem;
use std::borrow::Cow;

pub enum Patterns {
    Byte(u8),
    One(Box<memmem::Finder<'static>>),
    /// With a bit for each byte that one of them begins with.
    Many(Vec<Cow<'static, [u8]>>, [u64; 4]),
}

impl Patterns {
    /// A binary, a list of binaries, or what `compile_pattern` gives. None if there is none, or an empty one.
    pub fn of(term: Term) -> Option<Patterns> {
        if let Some((tag, inner)) = term.pair() {
            return tag.is_atom().then(|| Patterns::of(inner)).flatten();
        }
        if let Some(bytes) = term.bytes() {
            return Patterns::single(bytes);
        }
        let mut patterns = Vec::new();
        for pattern in term.list_to_vec()? {
            patterns.push(pattern.bytes().filter(|bytes| !bytes.is_empty())?);
        }
        if patterns.len() <= 1 {
            return patterns.pop().and_then(Patterns::single);
        }
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
        let mut first = [0u64; 4];
        for pattern in &patterns {
            first[pattern[0] as usize / 64] |= 1 << (pattern[0] % 64);
        }
        Some(Patterns::Many(patterns, first))
    }

    fn single(bytes: Cow<'static, [u8]>) -> Option<Patterns> {
        match &*bytes {
            [] => None,
            [byte] => Some(Patterns::Byte(*byte)),
            bytes => Some(Patterns::One(Box::new(memmem::Finder::new(bytes).into_owned()))),
        }
    }

    /// Place and length of the next match that begins at `from` or later.
    pub fn find(&self, bytes: &[u8], from: usize) -> Option<(usize, usize)> {
        let rest = bytes.get(from..)?;
        match self {
            Patterns::Byte(byte) => memchr::memchr(*byte, rest).map(|at| (from + at, 1)),
            Patterns::One(finder) => finder.find(rest).map(|at| (from + at, finder.needle().len())),
            Patterns::Many(patterns, first) => (from..bytes.len()).find_map(|at| {
                let byte = bytes[at];
                if first[byte as usize / 64] >> (byte % 64) & 1 == 0 {
                    return None;
                }
                let pattern = patterns.iter().find(|pattern| bytes[at..].starts_with(pattern))?;
                Some((at, pattern.len()))
            }),
        }
    }
}
