//! The word: one 64-bit value that holds a term, and what its low bits say.
//!
//! | low bits | meaning |
//! |---|---|
//! | `00` | small integer, 62 bits |
//! | `010 101 110` | immediate float: the bits rotated left by 4, plus 2 |
//! | `001` | pointer to a cons cell: head, tail |
//! | `011` | pointer to a boxed object: header, payload |
//! | `111` | other immediates, told apart by the low byte |
//!
//! Pointers to non-terms that stand inside boxed objects are multiples of 8, so they read as small integers and the
//! collector passes over them.
//!
//! A `Term` that points is valid as long as the heap, literal area or fragment that holds its object, and until the
//! next collection of that heap. Natives never collect, so they may keep terms until they return. The accessors
//! rely on this: they are safe to call on every valid term.

use crate::atom::{Atom, known};

/// Any value of the language. `==` on `Term` compares words: it is `===` for immediates and identity for the rest
/// (see `term::same` for `===`).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Term(u64);

// SAFETY: A term is a number. Whoever sends one to another thread answers for what it points to.
unsafe impl Send for Term {}
// SAFETY: As above; objects are not changed after they are built.
unsafe impl Sync for Term {}

pub const TAG_CONS: u64 = 0b001;
pub const TAG_BOXED: u64 = 0b011;
pub const TAG_OTHER: u64 = 0b111;
/// Low bytes of the other immediates.
pub const BYTE_NONE: u64 = 0x07;
pub const BYTE_ATOM: u64 = 0x0f;
pub const BYTE_PID: u64 = 0x17;
pub const BYTE_NIL: u64 = 0x1f;
pub const BYTE_HEADER: u64 = 0x27;
pub const BYTE_CODE: u64 = 0x2f;
pub const BYTE_PORT: u64 = 0x37;

/// A bit for each tag (low three bits) of an immediate float.
const FLOAT_TAGS: u8 = 0b0110_0100;

pub const SMALL_MAX: i64 = (1 << 61) - 1;
pub const SMALL_MIN: i64 = -(1 << 61);

impl Term {
    /// The empty list, `[]`. (The atom `nil` is `Term::atom(known::NIL)`, `Term::NIL_ATOM`.)
    pub const NIL: Term = Term(BYTE_NIL);
    /// No term at all: fails every type test.
    pub const NONE: Term = Term(BYTE_NONE);
    pub const TRUE: Term = Term::atom(known::TRUE);
    pub const FALSE: Term = Term::atom(known::FALSE);
    pub const NIL_ATOM: Term = Term::atom(known::NIL);
    pub const OK: Term = Term::atom(known::OK);
    pub const ZERO: Term = Term(0);

    #[inline(always)]
    pub const fn from_raw(word: u64) -> Term {
        Term(word)
    }

    #[inline(always)]
    pub const fn raw(self) -> u64 {
        self.0
    }

    // ---- immediates

    /// The value must lie in `SMALL_MIN..=SMALL_MAX` (`heap.integer` takes any).
    #[inline(always)]
    pub const fn small(value: i64) -> Term {
        debug_assert!(value >= SMALL_MIN && value <= SMALL_MAX);
        Term((value << 2) as u64)
    }

    #[inline(always)]
    pub const fn try_small(value: i64) -> Option<Term> {
        if value >= SMALL_MIN && value <= SMALL_MAX {
            Some(Term((value << 2) as u64))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.0 & 3 == 0
    }

    /// Meaningful if `is_small`.
    #[inline(always)]
    pub const fn small_value(self) -> i64 {
        (self.0 as i64) >> 2
    }

    #[inline(always)]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() {
            Some(self.small_value())
        } else {
            None
        }
    }

    /// None if the magnitude asks for a box (`heap.float` takes any).
    #[inline(always)]
    pub const fn float(value: f64) -> Option<Term> {
        let word = value.to_bits().rotate_left(4).wrapping_add(2);
        if FLOAT_TAGS >> (word & 7) & 1 == 1 {
            Some(Term(word))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_immediate_float(self) -> bool {
        FLOAT_TAGS >> (self.0 & 7) & 1 == 1
    }

    /// Meaningful if `is_immediate_float`.
    #[inline(always)]
    pub const fn immediate_float(self) -> f64 {
        f64::from_bits(self.0.wrapping_sub(2).rotate_right(4))
    }

    #[inline(always)]
    pub const fn atom(atom: Atom) -> Term {
        Term((atom.0 as u64) << 8 | BYTE_ATOM)
    }

    #[inline(always)]
    pub const fn bool(value: bool) -> Term {
        if value { Term::TRUE } else { Term::FALSE }
    }

    #[inline(always)]
    pub const fn is_atom(self) -> bool {
        self.0 as u8 as u64 == BYTE_ATOM
    }

    #[inline(always)]
    pub const fn as_atom(self) -> Option<Atom> {
        if self.is_atom() {
            Some(Atom((self.0 >> 8) as u32))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_boolean(self) -> bool {
        self.0 == Term::TRUE.0 || self.0 == Term::FALSE.0
    }

    pub const fn as_bool(self) -> Option<bool> {
        if self.0 == Term::TRUE.0 {
            Some(true)
        } else if self.0 == Term::FALSE.0 {
            Some(false)
        } else {
            None
        }
    }

    /// Neither `false` nor `nil`.
    #[inline(always)]
    pub const fn is_truthy(self) -> bool {
        self.0 != Term::FALSE.0 && self.0 != Term::NIL_ATOM.0
    }

    /// A pid of this node; 56 bits.
    #[inline(always)]
    pub const fn pid(number: u64) -> Term {
        Term(number << 8 | BYTE_PID)
    }

    #[inline(always)]
    pub const fn is_local_pid(self) -> bool {
        self.0 as u8 as u64 == BYTE_PID
    }

    #[inline(always)]
    pub const fn as_pid(self) -> Option<u64> {
        if self.is_local_pid() {
            Some(self.0 >> 8)
        } else {
            None
        }
    }

    /// A port of this node; 56 bits.
    pub const fn port(number: u64) -> Term {
        Term(number << 8 | BYTE_PORT)
    }

    pub const fn is_port(self) -> bool {
        self.0 as u8 as u64 == BYTE_PORT
    }

    pub const fn as_port(self) -> Option<u64> {
        if self.is_port() { Some(self.0 >> 8) } else { None }
    }

    /// A number that is no term of the language: return addresses and the like; 56 bits. The collector passes over it.
    #[inline(always)]
    pub const fn code(number: u64) -> Term {
        Term(number << 8 | BYTE_CODE)
    }

    #[inline(always)]
    pub const fn as_code(self) -> Option<u64> {
        if self.0 as u8 as u64 == BYTE_CODE {
            Some(self.0 >> 8)
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_nil(self) -> bool {
        self.0 == BYTE_NIL
    }

    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == BYTE_NONE
    }

    // ---- pointers

    /// Points to a cons cell or a boxed object.
    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        self.0 & 0b101 == 0b001
    }

    #[inline(always)]
    pub const fn is_immediate(self) -> bool {
        !self.is_pointer()
    }

    #[inline(always)]
    pub const fn is_cons(self) -> bool {
        self.0 & 7 == TAG_CONS
    }

    #[inline(always)]
    pub const fn is_list(self) -> bool {
        self.is_cons() || self.is_nil()
    }

    #[inline(always)]
    pub const fn is_boxed(self) -> bool {
        self.0 & 7 == TAG_BOXED
    }

    #[inline(always)]
    pub fn cons_ptr(cell: *mut u64) -> Term {
        Term(cell as u64 | TAG_CONS)
    }

    #[inline(always)]
    pub fn boxed_ptr(object: *mut u64) -> Term {
        Term(object as u64 | TAG_BOXED)
    }

    /// Where the cell stands; meaningful if `is_cons`.
    #[inline(always)]
    pub const fn cons(self) -> *mut u64 {
        (self.0 - TAG_CONS) as *mut u64
    }

    /// Where the header stands; meaningful if `is_boxed`.
    #[inline(always)]
    pub const fn boxed(self) -> *mut u64 {
        (self.0 - TAG_BOXED) as *mut u64
    }

    /// Where the object stands; meaningful if `is_pointer`.
    #[inline(always)]
    pub const fn address(self) -> *mut u64 {
        (self.0 & !7) as *mut u64
    }
}

const _: () = assert!(std::mem::size_of::<Term>() == 8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers() {
        for value in [0, 1, -1, SMALL_MAX, SMALL_MIN] {
            assert_eq!(Term::small(value).small_value(), value);
            assert!(Term::small(value).is_small());
            assert!(Term::small(value).is_immediate());
        }
        assert_eq!(Term::try_small(SMALL_MAX + 1), None);
    }

    #[test]
    fn immediate_floats() {
        for value in [
            0.0,
            -0.0,
            1.0,
            -1.0,
            3.25,
            1e70,
            -1e-70,
            5e-324,
            2f64.powi(256),
            2f64.powi(-255),
        ] {
            let term = Term::float(value).unwrap_or_else(|| panic!("{value} is immediate"));
            assert!(term.is_immediate_float() && !term.is_small() && term.is_immediate());
            assert_eq!(term.immediate_float().to_bits(), value.to_bits());
        }
        for value in [2f64.powi(257), 2f64.powi(-257), f64::MAX] {
            assert_eq!(Term::float(value), None);
        }
    }

    #[test]
    fn others() {
        for term in [
            Term::NIL,
            Term::NONE,
            Term::TRUE,
            Term::pid(77),
            Term::code(5),
            Term::port(1),
        ] {
            assert!(!term.is_small() && !term.is_immediate_float() && !term.is_pointer());
        }
        assert_eq!(Term::pid(77).as_pid(), Some(77));
    }
}
