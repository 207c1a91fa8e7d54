//! The first word of a boxed object: low byte, kind (8 bits), size in words without the header (32 bits), extra (16 bits).

use super::word::BYTE_HEADER;

/// What a boxed object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Elements.
    Tuple = 0,
    /// The tuple of keys in ascending order, then the values.
    FlatMap,
    /// The number of pairs, then the root: a node (boxed).
    HashMap,
    /// Extra: a bit for each child; then the children: a node or a cons of key and value.
    Node,
    /// Extra: nothing; cons cells of pairs whose keys have one hash.
    Collision,
    /// Original (`HeapBinary` or `SharedBinary`), first bit, number of bits.
    SubBinary,
    /// Original, position in bits, end in bits.
    MatchContext,
    /// `*const FunEntry`, free variables.
    Fun,
    /// `*const ExportEntry`.
    ExportFun,
    /// Number of bytes (small), `*Shared`, the next of the heap's list of these.
    SharedBinary,
    /// A pid or port of another node: node (atom), number, creation.
    ExternalPid,
    ExternalPort,
    // From here on the payload is no terms.
    /// Limbs of the magnitude, least significant first.
    BigPositive = 32,
    BigNegative,
    /// An IEEE double.
    Float,
    /// Number of bytes, then the bytes.
    HeapBinary,
    /// Three words: number, whom it belongs to (for aliases and the like), node and creation if it is another node's.
    Reference,
}

/// Kinds from here on hold raw words.
pub const FIRST_RAW: u8 = 32;

#[inline(always)]
pub const fn header(kind: Kind, words: usize) -> u64 {
    (words as u64) << 16 | (kind as u64) << 8 | BYTE_HEADER
}

#[inline(always)]
pub const fn header_with(kind: Kind, words: usize, extra: u16) -> u64 {
    (extra as u64) << 48 | header(kind, words)
}

#[inline(always)]
pub const fn is_header(word: u64) -> bool {
    word as u8 as u64 == BYTE_HEADER
}

#[inline(always)]
pub const fn kind_byte(header: u64) -> u8 {
    (header >> 8) as u8
}

#[inline(always)]
pub const fn is_kind(header: u64, kind: Kind) -> bool {
    header as u16 == (kind as u16) << 8 | BYTE_HEADER as u16
}

/// The payload's size in words.
#[inline(always)]
pub const fn size(header: u64) -> usize {
    (header >> 16) as u32 as usize
}

#[inline(always)]
pub const fn extra(header: u64) -> u16 {
    (header >> 48) as u16
}

#[inline(always)]
pub const fn is_raw(header: u64) -> bool {
    kind_byte(header) >= FIRST_RAW
}

/// The kind of a header that this crate wrote.
pub fn kind(header: u64) -> Kind {
    match kind_byte(header) {
        0 => Kind::Tuple,
        1 => Kind::FlatMap,
        2 => Kind::HashMap,
        3 => Kind::Node,
        4 => Kind::Collision,
        5 => Kind::SubBinary,
        6 => Kind::MatchContext,
        7 => Kind::Fun,
        8 => Kind::ExportFun,
        9 => Kind::SharedBinary,
        10 => Kind::ExternalPid,
        11 => Kind::ExternalPort,
        32 => Kind::BigPositive,
        33 => Kind::BigNegative,
        34 => Kind::Float,
        35 => Kind::HeapBinary,
        36 => Kind::Reference,
        other => unreachable!("no boxed object has kind {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_round_trip() {
        for byte in (0..12).chain(32..37) {
            assert_eq!(kind((byte as u64) << 8) as u8, byte);
        }
        let word = header_with(Kind::Node, 5, 0xffff);
        assert_eq!((size(word), extra(word), kind(word)), (5, 0xffff, Kind::Node));
        assert!(is_kind(word, Kind::Node) && !is_kind(word, Kind::Tuple));
    }
}
