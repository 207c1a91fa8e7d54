//! Bytes outside every heap, counted: what binaries above 64 bytes point to.
//!
//! Protocol: bytes below `used` are never written again. Who wants to append to a binary that ends at `used` moves
//! `used` up by compare-and-exchange and then owns the bytes between; everybody else copies.

use super::refuse::{is_thinkable, refuse};
use std::alloc::{Layout, alloc, dealloc};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

#[repr(C, align(8))]
pub struct Shared {
    count: AtomicUsize,
    used: AtomicUsize,
    capacity: usize,
}

/// Bytes of all that is alive.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Bytes that binaries outside of heaps take.
pub fn alive() -> usize {
    ALIVE.load(Ordering::Relaxed)
}

const HEAD: usize = std::mem::size_of::<Shared>();

impl Shared {
    fn layout(capacity: usize) -> Layout {
        Layout::from_size_align(HEAD + capacity, 8).expect("a binary is smaller than the address space")
    }

    /// Counted once. The caller writes the bytes below `used` before anyone else sees it.
    pub fn new(used: usize, capacity: usize) -> *mut Shared {
        let capacity = capacity.max(used);
        if !is_thinkable(capacity) {
            refuse();
        }
        let layout = Shared::layout(capacity);
        // SAFETY: The layout's size is above zero.
        let shared = unsafe { alloc(layout) } as *mut Shared;
        if shared.is_null() {
            refuse();
        }
        ALIVE.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: Fresh memory of this layout.
        unsafe {
            ptr::write(
                shared,
                Shared {
                    count: AtomicUsize::new(1),
                    used: AtomicUsize::new(used),
                    capacity,
                },
            )
        };
        shared
    }

    /// # Safety
    /// `shared` is counted by the caller.
    pub unsafe fn bytes(shared: *mut Shared) -> *mut u8 {
        // SAFETY: The bytes follow the head in one allocation.
        unsafe { (shared as *mut u8).add(HEAD) }
    }

    /// # Safety
    /// `shared` is counted by the caller.
    pub unsafe fn retain(shared: *mut Shared) {
        // SAFETY: It is alive, as the caller counts it.
        unsafe { (*shared).count.fetch_add(1, Ordering::Relaxed) };
    }

    /// # Safety
    /// The caller gives up one count of its own.
    pub unsafe fn release(shared: *mut Shared) {
        // SAFETY: It is alive until the last count is gone, and freed by the one who takes that.
        unsafe {
            if (*shared).count.fetch_sub(1, Ordering::Release) == 1 {
                fence(Ordering::Acquire);
                let layout = Shared::layout((*shared).capacity);
                ALIVE.fetch_sub(layout.size(), Ordering::Relaxed);
                dealloc(shared as *mut u8, layout);
            }
        }
    }

    /// The number of holders, for `:binary.referenced_byte_size` and the like.
    ///
    /// # Safety
    /// `shared` is counted by the caller.
    pub unsafe fn capacity(shared: *mut Shared) -> usize {
        // SAFETY: It is alive.
        unsafe { (*shared).capacity }
    }

    /// Claims `extra` bytes behind the first `length`, if these end where `used` ends and there is room.
    ///
    /// # Safety
    /// `shared` is counted by the caller.
    pub unsafe fn claim(shared: *mut Shared, length: usize, extra: usize) -> bool {
        // SAFETY: It is alive.
        let shared = unsafe { &*shared };
        length + extra <= shared.capacity
            && shared
                .used
                .compare_exchange(length, length + extra, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
    }
}
