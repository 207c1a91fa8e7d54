//! Holds interned names: a global table that only grows.

pub mod known;
mod table;

use std::cmp::Ordering;
use std::fmt;

/// An interned name. Atoms are equal exactly when their numbers are equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Atom(pub u32);

/// The most characters in an atom, as on OTP.
pub const MAX_CHARACTERS: usize = 255;

impl Atom {
    /// Interns `text`.
    pub fn new(text: &str) -> Atom {
        Atom(table::intern(text))
    }

    /// The atom of that name, if there is one already.
    pub fn existing(text: &str) -> Option<Atom> {
        table::find(text).map(Atom)
    }

    pub fn as_str(self) -> &'static str {
        table::entry(self.0).text
    }

    /// How many atoms there are.
    pub fn count() -> usize {
        table::count()
    }

    /// A hash of the text that OTP's `phash2` is built from; does not depend on the order of interning.
    pub fn text_hash(self) -> u32 {
        table::entry(self.0).hash
    }

    pub fn bool(value: bool) -> Atom {
        if value { known::TRUE } else { known::FALSE }
    }

    /// By text, byte by byte.
    pub fn order(self, other: Atom) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        let (a, b) = (table::entry(self.0), table::entry(other.0));
        a.prefix
            .cmp(&b.prefix)
            .then_with(|| a.text.as_bytes().cmp(b.text.as_bytes()))
    }
}

impl fmt::Debug for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{}", self.as_str())
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interning() {
        let a = Atom::new("some_new_atom");
        assert_eq!(a, Atom::new("some_new_atom"));
        assert_eq!(a.as_str(), "some_new_atom");
        assert_eq!(Atom::existing("some_new_atom"), Some(a));
        assert_eq!(Atom::existing("an atom nobody has made"), None);
        assert_eq!(Atom::new("ok"), known::OK);
        assert_eq!(Atom::new("aa").order(Atom::new("ab")), Ordering::Less);
        assert_eq!(
            Atom::new("abcdefghi").order(Atom::new("abcdefgh")),
            Ordering::Greater
        );
    }

    #[test]
    fn known_atoms_are_distinct() {
        for (index, text) in known::TEXTS.iter().enumerate() {
            assert_eq!(Atom::new(text).0 as usize, index, "{text} is listed twice");
        }
    }
}
