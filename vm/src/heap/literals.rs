//! The literals of all modules, in one range of addresses reserved at the start, so that "is literal" is two compares.
//!
//! Literals are never moved. An `Area` is freed by its owner, once nothing points into it: `condemn` names the areas that
//! shall go, from when on copies of terms copy what lies in them; every process then copies what it still has of them
//! (`code::sweep` asks them in turn), and the areas are dropped before `pardon`.

use super::{OwnedTerm, copy};
use crate::term::Term;
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Address space only; pages cost memory when they are written.
const BYTES: usize = 64 << 30;
/// For systems that do not give so much.
const FEWER_BYTES: usize = 1 << 30;
const PAGE: usize = 4096;

static START: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);
static SPACE: Mutex<Space> = Mutex::new(Space {
    next: 0,
    used: 0,
    free: BTreeMap::new(),
});
static ANY_DYING: AtomicBool = AtomicBool::new(false);
static DYING: RwLock<Condemned> = RwLock::new(Condemned {
    by_owner: Vec::new(),
    all: None,
});

struct Space {
    /// From here on nothing was ever used; 0 before the range is reserved.
    next: usize,
    /// Bytes in areas.
    used: usize,
    /// Bytes by address of what was freed below `next`; neighbours are joined.
    free: BTreeMap<usize, usize>,
}

/// The reserved range, if anything was stored yet.
#[inline]
pub fn range() -> Option<(*mut u64, *mut u64)> {
    let start = START.load(Ordering::Acquire);
    if start == 0 {
        None
    } else {
        Some((start as *mut u64, END.load(Ordering::Relaxed) as *mut u64))
    }
}

/// Words in use by literals.
pub fn words() -> usize {
    SPACE.lock().used / 8
}

/// What is condemned, by who has done it (a program's code server), and all of it together.
struct Condemned {
    by_owner: Vec<(usize, Vec<(usize, usize)>)>,
    all: Option<Arc<Dying>>,
}

impl Condemned {
    fn replace(&mut self, owner: usize, ranges: Option<Vec<(usize, usize)>>) {
        self.by_owner.retain(|(other, _)| *other != owner);
        self.by_owner.extend(ranges.map(|ranges| (owner, ranges)));
        let mut ranges: Vec<_> = self
            .by_owner
            .iter()
            .flat_map(|(_, ranges)| ranges.iter().copied())
            .collect();
        ranges.sort_unstable();
        self.all = (!self.by_owner.is_empty()).then(|| Arc::new(Dying { ranges }));
        ANY_DYING.store(self.all.is_some(), Ordering::SeqCst);
    }
}

/// Areas that are about to be freed.
pub struct Dying {
    /// Start and end, in order.
    ranges: Vec<(usize, usize)>,
}

impl Dying {
    pub fn contains(&self, at: *mut u64) -> bool {
        let at = at as usize;
        let after = self.ranges.partition_point(|(start, _)| *start <= at);
        after > 0 && at < self.ranges[after - 1].1
    }

    #[inline]
    pub fn holds(&self, term: Term) -> bool {
        term.is_pointer() && self.contains(term.address())
    }
}

/// From now on, copies between processes copy what lies in these areas, and note the funs that they copy.
pub fn condemn(owner: usize, areas: &[Area]) {
    let ranges = areas
        .iter()
        .filter(|area| area.bytes > 0)
        .map(|area| (area.start, area.start + area.bytes))
        .collect();
    DYING.write().replace(owner, Some(ranges));
}

/// Those that this owner condemned are gone.
pub fn pardon(owner: usize) {
    DYING.write().replace(owner, None);
}

/// What was condemned, if anything is.
#[inline]
pub fn dying() -> Option<Arc<Dying>> {
    if ANY_DYING.load(Ordering::SeqCst) {
        DYING.read().all.clone()
    } else {
        None
    }
}

fn reserve() -> usize {
    for bytes in [BYTES, FEWER_BYTES] {
        // SAFETY: A fresh private mapping; no memory of ours is touched.
        let start = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if start != libc::MAP_FAILED {
            END.store(start as usize + bytes, Ordering::Relaxed);
            START.store(start as usize, Ordering::Release);
            return start as usize;
        }
    }
    panic!("no address space for literals");
}

/// Room for `bytes` bytes of literals, the first hole that is large enough.
fn alloc(bytes: usize) -> usize {
    let mut space = SPACE.lock();
    if space.next == 0 {
        space.next = reserve();
    }
    space.used += bytes;
    let hole = space
        .free
        .iter()
        .find(|(_, free)| **free >= bytes)
        .map(|(at, free)| (*at, *free));
    if let Some((at, free)) = hole {
        space.free.remove(&at);
        if free > bytes {
            space.free.insert(at + bytes, free - bytes);
        }
        return at;
    }
    let at = space.next;
    space.next += bytes;
    assert!(
        space.next <= END.load(Ordering::Relaxed),
        "the literals have filled their range"
    );
    at
}

fn release(at: usize, bytes: usize) {
    let (first, end) = (at.next_multiple_of(PAGE), (at + bytes) / PAGE * PAGE);
    if first < end {
        // SAFETY: The pages lie within an area that nothing points to any more; they read as zero afterwards.
        unsafe { libc::madvise(first as *mut _, end - first, libc::MADV_DONTNEED) };
    }
    let mut space = SPACE.lock();
    space.used -= bytes;
    let (mut start, mut end) = (at, at + bytes);
    if let Some((before, size)) = space.free.range(..start).next_back().map(|(a, b)| (*a, *b))
        && before + size == start
    {
        space.free.remove(&before);
        start = before;
    }
    if let Some(size) = space.free.remove(&end) {
        end += size;
    }
    if end == space.next {
        space.next = start;
    } else {
        space.free.insert(start, end - start);
    }
}

/// Literals that are freed together: one module's, or a persistent term. Dropping it frees them.
#[derive(Debug, Default)]
pub struct Area {
    start: usize,
    bytes: usize,
    /// The chains of shared binaries, one for each term that has any.
    shared: Vec<usize>,
}

impl Area {
    /// Moves the terms to an area of their own.
    pub fn of(terms: Vec<OwnedTerm>) -> (Area, Vec<Term>) {
        let bytes = terms.iter().map(|term| term.objects().len() * 8).sum();
        let start = if bytes == 0 { 0 } else { alloc(bytes) };
        let mut area = Area {
            start,
            bytes,
            shared: Vec::new(),
        };
        let mut at = start as *mut u64;
        let mut roots = Vec::with_capacity(terms.len());
        for term in terms {
            let parts = term.into_parts();
            if parts.start.is_null() {
                roots.push(parts.root);
                continue;
            }
            let used = (parts.top as usize - parts.start as usize) / 8;
            // SAFETY: Both ranges hold `used` words; the counts of shared binaries pass to the area. Their cells keep
            // pointing to each other's old places, so the chain is made anew.
            roots.push(unsafe { copy::relocate(parts.start, used, at, parts.root) });
            let mut chain = ptr::null_mut::<u64>();
            let mut cell = parts.shared;
            // SAFETY: as above; cells of the chain lie among the words just moved, and the old ones are still there.
            unsafe {
                while !cell.is_null() {
                    let moved = at.add((cell as usize - parts.start as usize) / 8);
                    cell = *cell.add(3) as *mut u64;
                    *moved.add(3) = chain as u64;
                    chain = moved;
                }
            }
            if !chain.is_null() {
                area.shared.push(chain as usize);
            }
            at = at.wrapping_add(used);
        }
        (area, roots)
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        for chain in &self.shared {
            // SAFETY: The cells lie in the area, which nobody uses any more.
            unsafe { super::gc::release_all(*chain as *mut u64) };
        }
        if self.bytes > 0 {
            release(self.start, self.bytes);
        }
    }
}
