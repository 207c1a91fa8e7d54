//! The table behind `Atom`: text to number under a lock, number to entry without one.
//!
//! Entries stand in chunks of doubling size that are never moved or freed, so that reading one is two loads.
//! An entry is written before its number becomes known to anyone (the map's lock orders the two).

use super::known;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

pub struct Entry {
    pub text: &'static str,
    /// The first eight bytes, big-endian: most comparisons end here.
    pub prefix: u64,
    pub hash: u32,
}

const FIRST: usize = 1024;
const CHUNKS: usize = 22;

static ENTRIES: [OnceLock<Box<[OnceLock<Entry>]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
static NUMBERS: OnceLock<RwLock<FxHashMap<&'static str, u32>>> = OnceLock::new();

fn numbers() -> &'static RwLock<FxHashMap<&'static str, u32>> {
    NUMBERS.get_or_init(|| {
        let mut map = FxHashMap::with_capacity_and_hasher(known::TEXTS.len() * 4, Default::default());
        for (index, text) in known::TEXTS.iter().enumerate() {
            store(index as u32, text);
            map.insert(*text, index as u32);
        }
        RwLock::new(map)
    })
}

/// The chunk of a number, and its place in it.
fn place(number: u32) -> (usize, usize) {
    let shifted = number as usize + FIRST;
    let chunk = shifted.ilog2() as usize - FIRST.ilog2() as usize;
    (chunk, shifted - (FIRST << chunk))
}

fn store(number: u32, text: &'static str) {
    let (chunk, index) = place(number);
    let entries = ENTRIES[chunk].get_or_init(|| (0..FIRST << chunk).map(|_| OnceLock::new()).collect());
    let mut first = [0; 8];
    let length = text.len().min(8);
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    let entry = Entry {
        text,
        prefix: u64::from_be_bytes(first),
        hash: hash(text),
    };
    let _ = entries[index].set(entry);
}

pub fn entry(number: u32) -> &'static Entry {
    let (chunk, index) = place(number);
    if let Some(entry) = ENTRIES[chunk].get().and_then(|entries| entries[index].get()) {
        return entry;
    }
    // A known atom, before anything was interned.
    numbers();
    ENTRIES[chunk]
        .get()
        .and_then(|entries| entries[index].get())
        .expect("atoms come from the table")
}

pub fn find(text: &str) -> Option<u32> {
    numbers().read().get(text).copied()
}

pub fn intern(text: &str) -> u32 {
    if let Some(number) = find(text) {
        return number;
    }
    let mut map = numbers().write();
    if let Some(number) = map.get(text) {
        return *number;
    }
    let number = map.len() as u32;
    let text: &'static str = Box::leak(text.into());
    store(number, text);
    map.insert(text, number);
    number
}

pub fn count() -> usize {
    numbers().read().len()
}

/// P. J. Weinberger's hash over the characters, those below 256 as one byte each (documented by the values of `phash2`).
fn hash(text: &str) -> u32 {
    let mut h: u32 = 0;
    let mut add = |byte: u8| {
        h = (h << 4).wrapping_add(byte as u32);
        let g = h & 0xf000_0000;
        if g != 0 {
            h ^= g >> 24;
            h ^= g;
        }
    };
    let mut buffer = [0; 4];
    for c in text.chars() {
        match u8::try_from(c as u32) {
            Ok(byte) => add(byte),
            Err(_) => c.encode_utf8(&mut buffer).bytes().for_each(&mut add),
        }
    }
    h
}
