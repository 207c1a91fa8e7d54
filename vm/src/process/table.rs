//! The table of pids: a number leads to the part of a process that others may touch.
//!
//! A pid's number is the slot's index (21 bits) and a serial (35 bits) that grows each time the slot is used again. It
//! prints as `<0.N.S>` with 28 bits for `N`, so `S` is 0 until a slot has been used 128 times.
//! Slots stand in chunks of doubling size that are never moved or freed, so a look-up is two loads and takes no lock,
//! and holding a slot's address is always safe. What a slot says about its process is told apart by the number in it.

use super::Process;
use super::inbox::Inbox;
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use crossbeam::queue::SegQueue;
use std::sync::OnceLock;

pub const INDEX_BITS: u32 = 21;
pub const INDEX_MASK: u64 = (1 << INDEX_BITS) - 1;
const SERIAL_MASK: u64 = (1 << 35) - 1;
const FIRST: usize = 1024;
const CHUNKS: usize = 12;
/// How many freed slots must wait before one is used again: pids do not come back soon.
const RESERVE: usize = 1024;

/// What others may touch of a process.
#[repr(align(64))]
pub struct Slot {
    pub inbox: Inbox,
    /// The occupant's number; 0 when free.
    number: AtomicU64,
    /// The occupant; only for who owns it (see `Inbox`).
    process: AtomicPtr<Process>,
    serial: AtomicU64,
    /// Whether the process waits in a native, and others may answer in its place (see `survey`).
    pub lent: parking_lot::Mutex<bool>,
}

impl Slot {
    fn new() -> Slot {
        Slot {
            inbox: Inbox::closed(),
            number: AtomicU64::new(0),
            process: AtomicPtr::new(std::ptr::null_mut()),
            serial: AtomicU64::new(0),
            lent: parking_lot::Mutex::new(false),
        }
    }

    /// The number of the process in it, 0 if none.
    pub fn number(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// The process, for its owner.
    pub fn process(&self) -> *mut Process {
        self.process.load(Ordering::Acquire)
    }
}

/// All slots.
pub struct Table {
    chunks: [OnceLock<Box<[Slot]>>; CHUNKS],
    /// Indices from here on were never used.
    fresh: AtomicU32,
    free: SegQueue<u32>,
    waiting: AtomicUsize,
    live: AtomicUsize,
    limit: usize,
}

fn place(index: usize) -> (usize, usize) {
    let shifted = index + FIRST;
    let chunk = (shifted.ilog2() - FIRST.ilog2()) as usize;
    (chunk, shifted - (FIRST << chunk))
}

impl Table {
    pub fn new(limit: usize) -> Table {
        Table {
            chunks: [const { OnceLock::new() }; CHUNKS],
            fresh: AtomicU32::new(1),
            free: SegQueue::new(),
            waiting: AtomicUsize::new(0),
            live: AtomicUsize::new(0),
            limit: limit.min((1 << INDEX_BITS) - 2 * RESERVE),
        }
    }

    /// A slot and the number of its new occupant, which nobody knows yet. None: too many processes.
    pub fn reserve(&self) -> Option<(&Slot, u64)> {
        if self.live.fetch_add(1, Ordering::Relaxed) >= self.limit {
            self.live.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let mut index = None;
        if self.waiting.load(Ordering::Relaxed) > RESERVE {
            index = self.free.pop();
            if index.is_some() {
                self.waiting.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let index = index.unwrap_or_else(|| self.fresh.fetch_add(1, Ordering::Relaxed)) as usize;
        let (chunk, offset) = place(index);
        let slots = self.chunks[chunk].get_or_init(|| (0..FIRST << chunk).map(|_| Slot::new()).collect());
        let slot = &slots[offset];
        let serial = slot.serial.load(Ordering::Relaxed);
        Some((slot, serial << INDEX_BITS | index as u64))
    }

    /// The process is born: from here on others find it. The caller owns it.
    pub fn occupy(&self, slot: &Slot, number: u64, process: *mut Process) {
        slot.process.store(process, Ordering::Release);
        slot.inbox.open();
        slot.number.store(number, Ordering::Release);
    }

    /// The process has ended; `slot.inbox` is closed.
    pub fn vacate(&self, slot: &Slot) {
        let number = slot.number.swap(0, Ordering::AcqRel);
        slot.process.store(std::ptr::null_mut(), Ordering::Release);
        let serial = ((number >> INDEX_BITS) + 1) & SERIAL_MASK;
        slot.serial.store(serial, Ordering::Release);
        self.live.fetch_sub(1, Ordering::Relaxed);
        self.free.push((number & INDEX_MASK) as u32);
        self.waiting.fetch_add(1, Ordering::Relaxed);
    }

    /// The slot of a living process.
    #[inline]
    pub fn find(&self, number: u64) -> Option<&Slot> {
        let slot = self.slot(number)?;
        (slot.number() == number).then_some(slot)
    }

    #[inline]
    fn slot(&self, number: u64) -> Option<&Slot> {
        let (chunk, offset) = place((number & INDEX_MASK) as usize);
        self.chunks.get(chunk)?.get()?.get(offset)
    }

    pub fn is_alive(&self, number: u64) -> bool {
        self.find(number).is_some()
    }

    /// The numbers of all living processes, in order of slots.
    pub fn numbers(&self) -> Vec<u64> {
        let end = self.fresh.load(Ordering::Acquire);
        (1..end as u64)
            .filter_map(|index| self.slot(index))
            .map(Slot::number)
            .filter(|number| *number != 0)
            .collect()
    }

    pub fn count(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    pub fn limit(&self) -> usize {
        self.limit
    }
}
