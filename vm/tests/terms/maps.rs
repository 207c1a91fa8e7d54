//! Maps against `BTreeMap`.

use cordial_vm::heap::Heap;
use cordial_vm::term::{Term, map, same};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Put(i64, i64),
    Remove(i64),
    Update(i64, i64),
    Merge(Vec<(i64, i64)>),
}

fn step(keys: i64) -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..keys, 0..100i64).prop_map(|(key, value)| Step::Put(key, value)),
        3 => (0..keys).prop_map(Step::Remove),
        1 => (0..keys, 0..100i64).prop_map(|(key, value)| Step::Update(key, value)),
        1 => proptest::collection::vec((0..keys, 0..100i64), 0..80).prop_map(Step::Merge),
    ]
}

/// Keys of several kinds, so that words, boxes and equal numbers all occur.
fn key(heap: &mut Heap, number: i64) -> Term {
    match number % 4 {
        0 => Term::small(number),
        1 => heap.float((number - 1) as f64),
        2 => heap.string(&format!("key {number}")),
        _ => heap.tuple(&[Term::small(number), Term::NIL]),
    }
}

fn check(map: Term, model: &BTreeMap<i64, i64>, heap: &mut Heap) {
    assert_eq!(map::size(map), model.len());
    for (number, value) in model {
        let key = key(heap, *number);
        assert_eq!(map::get(map, key), Some(Term::small(*value)));
    }
    assert_eq!(map.map().unwrap().iter().count(), model.len());
    let mut pairs: Vec<(Term, Term)> = model
        .iter()
        .map(|(number, value)| (key(heap, *number), Term::small(*value)))
        .collect();
    let built = heap.map_from(&mut pairs);
    assert!(same(built, map), "{built} {map}");
}

fn run(steps: Vec<Step>) {
    let mut heap = Heap::new();
    let mut model = BTreeMap::new();
    let mut map = map::empty(&mut heap);
    for step in steps {
        match step {
            Step::Put(number, value) => {
                let key = key(&mut heap, number);
                map = map::put(&mut heap, map, key, Term::small(value));
                model.insert(number, value);
            }
            Step::Remove(number) => {
                let key = key(&mut heap, number);
                let removed = map::remove(&mut heap, map, key);
                assert_eq!(
                    removed.map(|(value, _)| value.small_value()),
                    model.remove(&number)
                );
                map = removed.map_or(map, |(_, map)| map);
            }
            Step::Update(number, value) => {
                let key = key(&mut heap, number);
                let updated = map::update(&mut heap, map, key, Term::small(value));
                assert_eq!(updated.is_some(), model.contains_key(&number));
                if let Some(updated) = updated {
                    map = updated;
                    model.insert(number, value);
                }
            }
            Step::Merge(pairs) => {
                let mut terms: Vec<(Term, Term)> = pairs
                    .iter()
                    .map(|(number, value)| (key(&mut heap, *number), Term::small(*value)))
                    .collect();
                let other = heap.map_from(&mut terms);
                map = map::merge(&mut heap, map, other);
                model.extend(pairs);
            }
        }
        check(map, &model, &mut heap);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn small_maps(steps in proptest::collection::vec(step(12), 0..40)) {
        run(steps);
    }

    #[test]
    fn around_the_limit(steps in proptest::collection::vec(step(44), 0..150)) {
        run(steps);
    }

    #[test]
    fn large_maps(steps in proptest::collection::vec(step(2000), 0..120)) {
        run(steps);
    }
}
