//! Order, equality, hashes, copies, external format.

use crate::model::{build, model};
use cordial_vm::code::Exports;
use cordial_vm::heap::{Heap, OwnedTerm};
use cordial_vm::term::{compare, compare_exact, equal, etf, hash, same};
use proptest::prelude::*;
use std::cmp::Ordering;

proptest! {
    #[test]
    fn order_is_total(a in model(), b in model(), c in model()) {
        let mut heap = Heap::new();
        let (a, b, c) = (build(&mut heap, &a), build(&mut heap, &b), build(&mut heap, &c));
        for order in [compare, compare_exact] {
            prop_assert_eq!(order(a, a), Ordering::Equal);
            prop_assert_eq!(order(a, b), order(b, a).reverse());
            if order(a, b).is_le() && order(b, c).is_le() {
                prop_assert!(order(a, c).is_le(), "{} {} {}", a, b, c);
            }
        }
        prop_assert_eq!(equal(a, b), compare(a, b).is_eq());
        prop_assert_eq!(same(a, b), compare_exact(a, b).is_eq());
        if same(a, b) {
            prop_assert!(equal(a, b));
            prop_assert_eq!(hash::fast(a), hash::fast(b));
            prop_assert_eq!(hash::phash2(a), hash::phash2(b));
        }
    }

    #[test]
    fn twins_are_the_same(model in model()) {
        let (mut one, mut two) = (Heap::new(), Heap::new());
        let (a, b) = (build(&mut one, &model), build(&mut two, &model));
        prop_assert!(same(a, b), "{} {}", a, b);
        prop_assert_eq!(hash::fast(a), hash::fast(b));
        prop_assert_eq!(hash::phash2(a), hash::phash2(b));
        prop_assert_eq!(etf::encode(a), etf::encode(b));
    }

    #[test]
    fn copies_are_the_same(model in model()) {
        let mut one = Heap::new();
        let a = build(&mut one, &model);
        let mut two = Heap::with_capacity(8);
        let b = two.copy(a);
        prop_assert!(same(a, b));
        let owned = OwnedTerm::of(a);
        drop(one);
        prop_assert!(same(owned.term(), b));
        let mut three = Heap::new();
        let c = three.adopt(owned.clone());
        prop_assert!(same(owned.term(), c));
        three.verify();
    }

    #[test]
    fn external_format_round_trips(model in model()) {
        let mut heap = Heap::new();
        let a = build(&mut heap, &model);
        let bytes = etf::encode(a);
        let decoded = etf::decode(&mut heap, &bytes, Exports::aside(), false).unwrap();
        prop_assert!(same(decoded.term, a), "{} {}", decoded.term, a);
        prop_assert_eq!(decoded.used, bytes.len());
    }

    #[test]
    fn any_bytes_can_be_decoded(mut bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        bytes.insert(0, 131);
        let mut heap = Heap::new();
        let _ = etf::decode(&mut heap, &bytes, Exports::aside(), false);
    }

    #[test]
    fn broken_terms_can_be_decoded(model in model(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut heap = Heap::new();
        let term = build(&mut heap, &model);
        let mut bytes = etf::encode(term);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = etf::decode(&mut heap, &bytes, Exports::aside(), false);
    }
}

#[test]
fn deep_terms() {
    let mut heap = Heap::new();
    let (mut a, mut b) = (cordial_vm::term::Term::NIL, cordial_vm::term::Term::NIL);
    for _ in 0..1_000_000 {
        a = heap.cons(a, cordial_vm::term::Term::NIL);
        b = heap.tuple(&[b]);
    }
    for term in [a, b] {
        let owned = OwnedTerm::of(term);
        assert!(same(owned.term(), term));
        assert_eq!(hash::fast(owned.term()), hash::fast(term));
        assert_eq!(hash::phash2(owned.term()), hash::phash2(term));
        let bytes = etf::encode(term);
        let decoded = etf::decode_owned(&bytes, Exports::aside()).unwrap();
        assert!(same(decoded.term(), term));
        assert!(format!("{term}").len() > 1_000_000);
    }
}
