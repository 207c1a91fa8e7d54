//! The constructors of binaries: in the heap up to 64 bytes, shared above, parts of others, appending.

use super::{HEAP_BINARY_BYTES, Heap, Shared};
use crate::term::bits::Bits;
use crate::term::{Kind, Term, header};
use std::ptr;

impl Heap {
    /// A binary with these bytes.
    pub fn binary(&mut self, bytes: &[u8]) -> Term {
        if bytes.len() > HEAP_BINARY_BYTES {
            return self.shared_binary(bytes, bytes.len());
        }
        let (term, to) = self.heap_binary(bytes.len());
        // SAFETY: `to` has room for the bytes.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) };
        term
    }

    /// A binary of `length` bytes that `fill` writes; they are zero before.
    pub fn binary_with(&mut self, length: usize, fill: impl FnOnce(&mut [u8])) -> Term {
        if length > HEAP_BINARY_BYTES {
            let shared = Shared::new(length, length);
            // SAFETY: The shared bytes are ours alone until the term exists.
            unsafe {
                let to = Shared::bytes(shared);
                ptr::write_bytes(to, 0, length);
                fill(std::slice::from_raw_parts_mut(to, length));
            }
            return self.shared_cell(shared, length);
        }
        let mut bytes = [0; HEAP_BINARY_BYTES];
        fill(&mut bytes[..length]);
        self.binary(&bytes[..length])
    }

    pub fn string(&mut self, text: &str) -> Term {
        self.binary(text.as_bytes())
    }

    /// A heap binary object, and where its bytes go; the padding is zero.
    fn heap_binary(&mut self, length: usize) -> (Term, *mut u8) {
        let words = length.div_ceil(8);
        let at = self.alloc(2 + words);
        // SAFETY: `alloc` gave the words.
        unsafe {
            *at = header(Kind::HeapBinary, 1 + words);
            *at.add(1) = length as u64;
            if words > 0 {
                *at.add(1 + words) = 0;
            }
            (Term::boxed_ptr(at), at.add(2) as *mut u8)
        }
    }

    /// A shared binary with these bytes and room for `capacity`.
    fn shared_binary(&mut self, bytes: &[u8], capacity: usize) -> Term {
        let shared = Shared::new(bytes.len(), capacity);
        // SAFETY: There is room for the bytes, and nobody else sees them yet.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), Shared::bytes(shared), bytes.len()) };
        self.shared_cell(shared, bytes.len())
    }

    /// A cell for a count that the caller has.
    fn shared_cell(&mut self, shared: *mut Shared, length: usize) -> Term {
        let at = self.alloc(4);
        // SAFETY: `alloc` gave four words.
        unsafe {
            *at = header(Kind::SharedBinary, 3);
            *at.add(1) = Term::small(length as i64).raw();
            *at.add(2) = shared as u64;
            *at.add(3) = self.shared as u64;
        }
        self.shared = at;
        self.count_off_heap(length);
        Term::boxed_ptr(at)
    }

    /// The first `bits` bits of the bytes.
    pub fn bitstring(&mut self, bytes: &[u8], bits: usize) -> Term {
        let length = bits.div_ceil(8);
        debug_assert!(length <= bytes.len());
        let whole = self.binary(&bytes[..length]);
        if bits.is_multiple_of(8) {
            whole
        } else {
            self.sub_binary(whole, 0, bits)
        }
    }

    fn sub_binary(&mut self, original: Term, first: usize, bits: usize) -> Term {
        self.object(
            Kind::SubBinary,
            0,
            &[original, Term::small(first as i64), Term::small(bits as i64)],
        )
    }

    /// `bits` bits of `original` (a heap or shared binary, as `Bits::original`), from bit `first`.
    pub fn slice(&mut self, original: Term, first: usize, bits: usize) -> Term {
        if bits == 0 {
            return self.binary(&[]);
        }
        if bits.is_multiple_of(8) && bits <= 3 * 64 {
            // As large as a reference to the original, and does not keep it alive.
            if let Some(whole) = Bits::of(original) {
                let part = Bits {
                    first,
                    size: bits,
                    ..whole
                };
                let mut bytes = [0; 24];
                part.write_to(&mut bytes[..bits / 8]);
                return self.binary(&bytes[..bits / 8]);
            }
        }
        if first == 0 && Bits::of(original).is_some_and(|whole| whole.size == bits) {
            return original;
        }
        self.sub_binary(original, first, bits)
    }

    /// A part of any bitstring.
    pub fn part(&mut self, term: Term, first: usize, bits: usize) -> Term {
        match Bits::of(term) {
            Some(whole) => self.slice(whole.original, whole.first + first, bits),
            None => Term::NONE,
        }
    }

    /// `<<existing::bitstring, bytes::size(bits)>>`: appending again and again to the last result costs no more than
    /// the bytes appended.
    pub fn append(&mut self, existing: Term, bytes: &[u8], bits: usize) -> Term {
        let Some(whole) = Bits::of(existing) else {
            return Term::NONE;
        };
        if whole.size % 8 != 0 || !bits.is_multiple_of(8) || whole.first != 0 {
            return self.append_by_copy(whole, bytes, bits);
        }
        let (length, extra) = (whole.size / 8, bits / 8);
        if extra == 0 {
            return existing;
        }
        if length + extra <= HEAP_BINARY_BYTES {
            let mut buffer = [0; HEAP_BINARY_BYTES];
            whole.write_to(&mut buffer[..length]);
            buffer[length..length + extra].copy_from_slice(&bytes[..extra]);
            return self.binary(&buffer[..length + extra]);
        }
        if let Some(shared) = whole.shared() {
            // SAFETY: `existing` counts `shared`. A successful claim makes the bytes behind `length` ours to write.
            unsafe {
                if Shared::claim(shared, length, extra) {
                    ptr::copy_nonoverlapping(bytes.as_ptr(), Shared::bytes(shared).add(length), extra);
                    Shared::retain(shared);
                    return self.appended_cell(shared, length + extra, extra);
                }
            }
        }
        let total = length + extra;
        let shared = Shared::new(total, (total * 2).max(256));
        // SAFETY: There is room for `total` bytes, and nobody else sees them yet.
        unsafe {
            let to = Shared::bytes(shared);
            whole.write_to(std::slice::from_raw_parts_mut(to, length));
            ptr::copy_nonoverlapping(bytes.as_ptr(), to.add(length), extra);
        }
        self.shared_cell(shared, total)
    }

    /// As `shared_cell`, where only `extra` bytes are new.
    fn appended_cell(&mut self, shared: *mut Shared, length: usize, extra: usize) -> Term {
        let at = self.alloc(4);
        // SAFETY: `alloc` gave four words.
        unsafe {
            *at = header(Kind::SharedBinary, 3);
            *at.add(1) = Term::small(length as i64).raw();
            *at.add(2) = shared as u64;
            *at.add(3) = self.shared as u64;
        }
        self.shared = at;
        self.count_off_heap(extra);
        Term::boxed_ptr(at)
    }

    #[cold]
    fn append_by_copy(&mut self, whole: Bits, bytes: &[u8], bits: usize) -> Term {
        let total = whole.size + bits;
        let mut buffer = vec![0; total.div_ceil(8)];
        whole.write_to(&mut buffer);
        crate::term::bits::copy_bits(bytes, 0, &mut buffer, whole.size, bits);
        self.bitstring(&buffer, total)
    }
}
