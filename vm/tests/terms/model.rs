//! Terms as plain data, and how to build them in a heap.

use cordial_vm::atom::Atom;
use cordial_vm::heap::Heap;
use cordial_vm::term::Term;
use num_bigint::BigInt;
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Model {
    Int(i64),
    Big(i128, u32),
    Float(f64),
    Atom(String),
    Bin(Vec<u8>),
    Bits(Vec<u8>, usize),
    List(Vec<Model>),
    Improper(Vec<Model>, Box<Model>),
    Tuple(Vec<Model>),
    Map(Vec<(Model, Model)>),
    Pid(u32),
    Ref(u64),
}

pub fn build(heap: &mut Heap, model: &Model) -> Term {
    match model {
        Model::Int(value) => heap.integer(*value),
        Model::Big(value, shift) => heap.integer(&(BigInt::from(*value) << *shift)),
        Model::Float(value) => heap.float(*value),
        Model::Atom(text) => Term::atom(Atom::new(text)),
        Model::Bin(bytes) => heap.binary(bytes),
        Model::Bits(bytes, bits) => heap.bitstring(bytes, *bits),
        Model::List(items) => {
            let items: Vec<Term> = items.iter().map(|item| build(heap, item)).collect();
            heap.list(items)
        }
        Model::Improper(items, tail) => {
            let items: Vec<Term> = items.iter().map(|item| build(heap, item)).collect();
            let tail = build(heap, tail);
            heap.list_with_tail(items, tail)
        }
        Model::Tuple(items) => {
            let items: Vec<Term> = items.iter().map(|item| build(heap, item)).collect();
            heap.tuple(&items)
        }
        Model::Map(pairs) => {
            let mut pairs: Vec<(Term, Term)> = pairs
                .iter()
                .map(|(key, value)| (build(heap, key), build(heap, value)))
                .collect();
            heap.map_from(&mut pairs)
        }
        Model::Pid(number) => Term::pid(*number as u64),
        Model::Ref(number) => heap.reference_from(*number, 0),
    }
}

pub fn leaf() -> impl Strategy<Value = Model> {
    prop_oneof![
        4 => (-5i64..5).prop_map(Model::Int),
        2 => any::<i64>().prop_map(Model::Int),
        1 => (any::<i128>(), 0u32..200).prop_map(|(value, shift)| Model::Big(value, shift)),
        2 => prop_oneof![Just(0.0), Just(-0.0), Just(1.0), Just(-2.0), -1e3..1e3f64].prop_map(Model::Float),
        1 => any::<f64>().prop_filter("finite", |value| value.is_finite()).prop_map(Model::Float),
        3 => "[a-e]{0,3}".prop_map(Model::Atom),
        2 => proptest::collection::vec(any::<u8>(), 0..100).prop_map(Model::Bin),
        1 => (proptest::collection::vec(any::<u8>(), 1..12), 0usize..8).prop_map(|(bytes, less)| {
            let bits = bytes.len() * 8 - less;
            Model::Bits(bytes, bits)
        }),
        1 => any::<u32>().prop_map(Model::Pid),
        1 => (1u64..100).prop_map(Model::Ref),
    ]
}

pub fn model() -> impl Strategy<Value = Model> {
    leaf().prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Model::List),
            (proptest::collection::vec(inner.clone(), 1..4), leaf())
                .prop_map(|(items, tail)| Model::Improper(items, Box::new(tail))),
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Model::Tuple),
            proptest::collection::vec((inner.clone(), inner.clone()), 0..6).prop_map(Model::Map),
            proptest::collection::vec((leaf(), inner), 30..60).prop_map(Model::Map),
        ]
    })
}
