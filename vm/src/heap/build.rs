//! The constructors of everything but binaries and maps.

use super::Heap;
use crate::atom::Atom;
use crate::term::{Kind, Term, big, header};
use num_bigint::{BigInt, Sign};
use std::sync::atomic::{AtomicU64, Ordering};

/// What `Heap::integer` takes.
pub trait IntoInteger {
    fn into_integer(self, heap: &mut Heap) -> Term;
}

impl IntoInteger for i64 {
    #[inline]
    fn into_integer(self, heap: &mut Heap) -> Term {
        match Term::try_small(self) {
            Some(term) => term,
            None => heap.big(self < 0, &[self.unsigned_abs()]),
        }
    }
}

impl IntoInteger for i128 {
    fn into_integer(self, heap: &mut Heap) -> Term {
        match i64::try_from(self) {
            Ok(value) => value.into_integer(heap),
            Err(_) => {
                let magnitude = self.unsigned_abs();
                heap.big(self < 0, &[magnitude as u64, (magnitude >> 64) as u64])
            }
        }
    }
}

impl IntoInteger for u64 {
    fn into_integer(self, heap: &mut Heap) -> Term {
        (self as i128).into_integer(heap)
    }
}

impl IntoInteger for usize {
    fn into_integer(self, heap: &mut Heap) -> Term {
        (self as i128).into_integer(heap)
    }
}

impl IntoInteger for u32 {
    fn into_integer(self, _: &mut Heap) -> Term {
        Term::small(self as i64)
    }
}

impl IntoInteger for i32 {
    fn into_integer(self, _: &mut Heap) -> Term {
        Term::small(self as i64)
    }
}

impl IntoInteger for &BigInt {
    fn into_integer(self, heap: &mut Heap) -> Term {
        let (negative, magnitude) = (self.sign() == Sign::Minus, self.magnitude());
        let mut limbs = magnitude.iter_u64_digits();
        if limbs.len() <= 1 {
            let value = limbs.next().unwrap_or(0) as i128;
            return (if negative { -value } else { value }).into_integer(heap);
        }
        let count = limbs.len();
        let kind = if negative {
            Kind::BigNegative
        } else {
            Kind::BigPositive
        };
        let at = heap.alloc(count + 1);
        // SAFETY: `alloc` gave `count + 1` words.
        unsafe {
            *at = header(kind, count);
            for (index, limb) in limbs.enumerate() {
                *at.add(1 + index) = limb;
            }
        }
        Term::boxed_ptr(at)
    }
}

impl IntoInteger for BigInt {
    fn into_integer(self, heap: &mut Heap) -> Term {
        (&self).into_integer(heap)
    }
}

impl Heap {
    /// An integer: small where it fits.
    #[inline]
    pub fn integer(&mut self, value: impl IntoInteger) -> Term {
        value.into_integer(self)
    }

    /// An integer from sign and magnitude, least significant limb first.
    pub fn big(&mut self, negative: bool, limbs: &[u64]) -> Term {
        let count = limbs
            .iter()
            .rposition(|limb| *limb != 0)
            .map_or(0, |last| last + 1);
        if let Some(small) = big::small_of(negative, &limbs[..count]) {
            return small;
        }
        let kind = if negative {
            Kind::BigNegative
        } else {
            Kind::BigPositive
        };
        let at = self.alloc(count + 1);
        // SAFETY: `alloc` gave `count + 1` words.
        unsafe {
            *at = header(kind, count);
            std::ptr::copy_nonoverlapping(limbs.as_ptr(), at.add(1), count);
        }
        Term::boxed_ptr(at)
    }

    /// A float: immediate where it fits. The value must be finite.
    #[inline]
    pub fn float(&mut self, value: f64) -> Term {
        match Term::float(value) {
            Some(term) => term,
            None => {
                let at = self.alloc(2);
                // SAFETY: `alloc` gave two words.
                unsafe {
                    *at = header(Kind::Float, 1);
                    *at.add(1) = value.to_bits();
                }
                Term::boxed_ptr(at)
            }
        }
    }

    #[inline]
    pub fn cons(&mut self, head: Term, tail: Term) -> Term {
        let at = self.alloc(2);
        // SAFETY: `alloc` gave two words.
        unsafe {
            *at = head.raw();
            *at.add(1) = tail.raw();
        }
        Term::cons_ptr(at)
    }

    /// A boxed object with terms as its payload.
    #[inline]
    pub(crate) fn object(&mut self, kind: Kind, extra: u16, payload: &[Term]) -> Term {
        let at = self.alloc(payload.len() + 1);
        // SAFETY: `alloc` gave a word for the header and one for each term.
        unsafe {
            *at = header::header_with(kind, payload.len(), extra);
            std::ptr::copy_nonoverlapping(payload.as_ptr() as *const u64, at.add(1), payload.len());
        }
        Term::boxed_ptr(at)
    }

    #[inline]
    pub fn tuple(&mut self, elements: &[Term]) -> Term {
        self.object(Kind::Tuple, 0, elements)
    }

    /// A tuple of `arity` elements, each made by `element`, which gets the heap and the index.
    pub fn tuple_with(&mut self, arity: usize, mut element: impl FnMut(&mut Heap, usize) -> Term) -> Term {
        let elements: Vec<Term> = (0..arity).map(|index| element(self, index)).collect();
        self.tuple(&elements)
    }

    /// `{:ok, value}`
    pub fn ok(&mut self, value: Term) -> Term {
        self.tuple(&[Term::OK, value])
    }

    /// `{:error, value}`
    pub fn error(&mut self, value: Term) -> Term {
        self.tuple(&[Term::atom(crate::atom::known::ERROR), value])
    }

    /// A proper list. The terms must not be made by the iterator in this heap.
    pub fn list<I>(&mut self, terms: I) -> Term
    where
        I: IntoIterator<Item = Term>,
        I::IntoIter: DoubleEndedIterator,
    {
        self.list_with_tail(terms, Term::NIL)
    }

    pub fn list_with_tail<I>(&mut self, terms: I, tail: Term) -> Term
    where
        I: IntoIterator<Item = Term>,
        I::IntoIter: DoubleEndedIterator,
    {
        terms
            .into_iter()
            .rev()
            .fold(tail, |tail, head| self.cons(head, tail))
    }

    /// A new reference, different from all others of this run.
    pub fn reference(&mut self) -> Term {
        self.reference_from(next_reference(), 0)
    }

    /// A reference with this number; `belongs` is for its maker (0: nothing).
    pub fn reference_from(&mut self, number: u64, belongs: u64) -> Term {
        let at = self.alloc(4);
        // SAFETY: `alloc` gave four words.
        unsafe {
            *at = header(Kind::Reference, 3);
            *at.add(1) = number;
            *at.add(2) = belongs;
            *at.add(3) = 0;
        }
        Term::boxed_ptr(at)
    }

    /// A reference of another node.
    pub fn external_reference(&mut self, number: u64, high: u64, node: Atom, creation: u32) -> Term {
        let term = self.reference_from(number, high);
        // SAFETY: The object was made above with three payload words.
        unsafe { *term.boxed().add(3) = (creation as u64) << 32 | (node.0 as u64 + 1) };
        term
    }

    /// A pid of another node.
    pub fn external_pid(&mut self, node: Atom, number: u64, creation: u32) -> Term {
        let fields = [
            Term::atom(node),
            Term::small(number as i64),
            Term::small(creation as i64),
        ];
        self.object(Kind::ExternalPid, 0, &fields)
    }

    /// A port of another node.
    pub fn external_port(&mut self, node: Atom, number: u64, creation: u32) -> Term {
        let fields = [
            Term::atom(node),
            Term::small(number as i64 & ((1 << 60) - 1)),
            Term::small(creation as i64),
        ];
        self.object(Kind::ExternalPort, 0, &fields)
    }

    /// A closure. `entry` points to the interpreter's description of its code, which is never freed.
    pub fn fun(&mut self, entry: *const u64, free: &[Term]) -> Term {
        self.entry_object(Kind::Fun, entry, free)
    }

    /// `&module.function/arity`. `entry` points to the interpreter's export entry, which is never freed.
    pub fn export_fun(&mut self, entry: *const u64) -> Term {
        self.entry_object(Kind::ExportFun, entry, &[])
    }

    fn entry_object(&mut self, kind: Kind, entry: *const u64, free: &[Term]) -> Term {
        let at = self.alloc(free.len() + 2);
        // SAFETY: `alloc` gave the words. The entry's address is a multiple of 8 and so reads as a small integer.
        unsafe {
            *at = header(kind, free.len() + 1);
            *at.add(1) = entry as u64;
            std::ptr::copy_nonoverlapping(free.as_ptr() as *const u64, at.add(2), free.len());
        }
        Term::boxed_ptr(at)
    }
}

static REFERENCES: AtomicU64 = AtomicU64::new(1);

/// The number of a new reference.
pub fn next_reference() -> u64 {
    // Taken in batches by each thread, so that the counter is not fought over.
    use std::cell::Cell;
    const BATCH: u64 = 1024;
    thread_local!(static MINE: Cell<(u64, u64)> = const { Cell::new((0, 0)) });
    MINE.with(|mine| {
        let (next, end) = mine.get();
        let (next, end) = if next == end {
            let start = REFERENCES.fetch_add(BATCH, Ordering::Relaxed);
            (start, start + BATCH)
        } else {
            (next, end)
        };
        mine.set((next + 1, end));
        next
    })
}
