//! Constants to terms.

use cordial_syntax::quoted::deeper;
use cordial_vm::heap::Heap;
use cordial_vm::term::{OwnedTerm, Term, map};

use crate::core::lit::Lit;

pub(super) fn terms(lits: &[Lit]) -> Vec<OwnedTerm> {
    lits.iter()
        .map(|lit| {
            let mut heap = Heap::with_capacity(64);
            let term = build(&mut heap, lit);
            OwnedTerm::of(term)
        })
        .collect()
}

fn build(heap: &mut Heap, lit: &Lit) -> Term {
    deeper(|| match lit {
        Lit::Int(number) => heap.integer(*number),
        Lit::Big(number) => heap.integer(number.as_ref()),
        Lit::Float(bits) => heap.float(f64::from_bits(*bits)),
        Lit::Atom(atom) => Term::atom(*atom),
        Lit::Nil => Term::NIL,
        Lit::Bin(bytes) => heap.binary(bytes),
        Lit::Bits(bytes, size) => heap.bitstring(bytes, *size as usize),
        Lit::List(items, tail) => {
            let tail = build(heap, tail);
            let items: Vec<Term> = items.iter().map(|item| build(heap, item)).collect();
            heap.list_with_tail(items, tail)
        }
        Lit::Tuple(items) => {
            let items: Vec<Term> = items.iter().map(|item| build(heap, item)).collect();
            heap.tuple(&items)
        }
        Lit::Map(pairs) => {
            let mut pairs: Vec<(Term, Term)> = pairs
                .iter()
                .map(|(key, value)| (build(heap, key), build(heap, value)))
                .collect();
            map::from_pairs(heap, &mut pairs)
        }
        Lit::Owned(owned) => heap.copy(owned.0.term()),
    })
}
