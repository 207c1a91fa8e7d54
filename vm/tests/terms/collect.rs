//! The collector, on heaps that keep arbitrary terms among garbage.

use crate::model::{Model, build, model};
use cordial_vm::heap::{Heap, OwnedTerm};
use cordial_vm::term::{Term, same};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Keep(Model),
    /// A tuple of kept terms.
    Share(Vec<prop::sample::Index>),
    Drop(prop::sample::Index),
    Garbage(usize),
    Adopt(Model),
    Append(prop::sample::Index, Vec<u8>),
    Collect(usize),
    Full,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => model().prop_map(Step::Keep),
        2 => proptest::collection::vec(any::<prop::sample::Index>(), 1..5).prop_map(Step::Share),
        2 => any::<prop::sample::Index>().prop_map(Step::Drop),
        2 => (0usize..2000).prop_map(Step::Garbage),
        1 => model().prop_map(Step::Adopt),
        2 => (any::<prop::sample::Index>(), proptest::collection::vec(any::<u8>(), 0..90))
            .prop_map(|(place, bytes)| Step::Append(place, bytes)),
        4 => (0usize..500).prop_map(Step::Collect),
        1 => Just(Step::Full),
    ]
}

fn collect(heap: &mut Heap, roots: &mut [Term], need: usize) {
    // Some roots are shown twice.
    heap.collect(need, &mut |visit| {
        visit(roots);
        visit(roots);
    });
    assert!(heap.fits(need));
    heap.verify();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_kept_stays(steps in proptest::collection::vec(step(), 0..60)) {
        let mut heap = Heap::with_capacity(32);
        let mut roots: Vec<Term> = Vec::new();
        let mut copies: Vec<OwnedTerm> = Vec::new();
        for step in steps {
            let add = match step {
                Step::Keep(model) => Some(build(&mut heap, &model)),
                Step::Share(places) if !roots.is_empty() => {
                    let parts: Vec<Term> = places.iter().map(|place| *place.get(&roots)).collect();
                    if parts.len() * copies.iter().map(OwnedTerm::words).sum::<usize>() > 100_000 {
                        continue;
                    }
                    Some(heap.tuple(&parts))
                }
                Step::Drop(place) if !roots.is_empty() => {
                    let place = place.index(roots.len());
                    roots.swap_remove(place);
                    copies.swap_remove(place);
                    None
                }
                Step::Garbage(count) => {
                    let bytes = vec![0; 100];
                    for index in 0..count {
                        heap.tuple(&[Term::small(index as i64)]);
                        if index % 16 == 0 {
                            heap.binary(&bytes);
                        }
                    }
                    None
                }
                Step::Adopt(model) => {
                    let mut other = Heap::new();
                    let term = build(&mut other, &model);
                    Some(heap.adopt(OwnedTerm::of(term)))
                }
                Step::Append(place, bytes) => {
                    let binaries: Vec<Term> = roots.iter().copied().filter(|term| term.is_bitstring()).collect();
                    if binaries.is_empty() {
                        Some(heap.binary(&bytes))
                    } else {
                        let old = *place.get(&binaries);
                        let before = old.bit_size().unwrap();
                        let term = heap.append(old, &bytes, bytes.len() * 8);
                        prop_assert_eq!(term.bit_size().unwrap(), before + bytes.len() * 8);
                        prop_assert!(same(heap.part(term, 0, before), old));
                        let added = heap.part(term, before, bytes.len() * 8);
                        prop_assert_eq!(&*added.bytes().unwrap(), &*bytes);
                        Some(term)
                    }
                }
                Step::Collect(need) => {
                    collect(&mut heap, &mut roots, need);
                    None
                }
                Step::Full => {
                    heap.want_full();
                    collect(&mut heap, &mut roots, 0);
                    None
                }
                _ => None,
            };
            if let Some(term) = add {
                roots.push(term);
                copies.push(OwnedTerm::of(term));
            }
            for (root, copy) in roots.iter().zip(&copies) {
                prop_assert!(same(*root, copy.term()), "{} {}", root, copy.term());
            }
        }
    }
}

#[test]
fn a_long_list_under_pressure() {
    let mut heap = Heap::with_capacity(64);
    let mut root = [Term::NIL];
    for index in 0..300_000 {
        if !heap.fits(5) {
            heap.collect(5, &mut |visit| visit(&mut root));
        }
        let element = heap.tuple(&[Term::small(index), Term::OK]);
        root[0] = heap.cons(element, root[0]);
    }
    let mut expected = 300_000;
    for element in root[0].list_iter() {
        expected -= 1;
        assert_eq!(element.tuple().unwrap()[0], Term::small(expected));
    }
    assert_eq!(expected, 0);
    let (minor, major) = heap.collections();
    assert!(
        minor < 60 && major < 20,
        "{minor} minor, {major} full collections"
    );
}

#[test]
fn garbage_does_not_pile_up() {
    let mut heap = Heap::with_capacity(64);
    let mut root = [Term::NIL];
    let bytes = vec![7; 1000];
    for index in 0..1_000_000 {
        if !heap.fits(8) || heap.has_overflow() {
            heap.collect(8, &mut |visit| visit(&mut root));
        }
        let binary = if index % 64 == 0 {
            heap.binary(&bytes)
        } else {
            Term::NIL
        };
        root[0] = heap.tuple(&[Term::small(index), binary]);
    }
    assert!(
        heap.capacity() < 40_000,
        "{} words held for a live tuple",
        heap.capacity()
    );
}

/// Binaries that die in the old part are given back in time, though nothing else asks for a full collection.
#[test]
fn dead_binaries_of_the_old_part_bring_on_a_full_collection() {
    let mut heap = Heap::new();
    let bytes = vec![7; 400_000];
    for _ in 0..40 {
        let mut roots = [heap.binary(&bytes)];
        for _ in 0..3 {
            collect(&mut heap, &mut roots, 0);
        }
    }
    let (young, old) = heap.off_heap();
    assert!(heap.collections().1 > 0, "there was no full collection");
    assert!(young + old < 4_000_000, "{young} and {old} bytes are still held");
}

/// Every so many collections one is a full one, if the process wants that.
#[test]
fn full_collections_come_as_often_as_they_are_wanted() {
    let mut heap = Heap::new();
    heap.set_full_after(3);
    let mut roots = [heap.tuple(&[Term::small(1)])];
    for _ in 0..12 {
        collect(&mut heap, &mut roots, 0);
    }
    assert_eq!(heap.collections(), (9, 3));
}
