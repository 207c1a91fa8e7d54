//! `:erlang.phash`: the same values as OTP.
//!
//! A running hash is multiplied by a prime just above 2^28 and a byte, a length or an atom's hash is added; which prime says
//! what kind of term it was.

use crate::term::Term;
use crate::term::view::View;

const PRIMES: [u32; 15] = [
    0,
    268_440_163,
    268_439_161,
    268_435_459,
    268_436_141,
    268_438_633,
    268_437_017,
    268_438_039,
    268_437_511,
    268_439_627,
    268_440_479,
    268_440_577,
    268_440_581,
    268_440_593,
    268_440_611,
];

enum Task {
    Term(Term),
    /// What comes after the head of a cell.
    Tail(Term),
    /// A list is done.
    ListEnd,
    TupleEnd(u32),
}

/// The hash before it is reduced to a range.
pub fn phash(term: Term) -> u32 {
    let mut hash = 0u32;
    let mut tasks = vec![Task::Term(term)];
    while let Some(task) = tasks.pop() {
        match task {
            Task::Term(term) => hash = step(hash, term, &mut tasks),
            Task::Tail(tail) if tail.is_cons() => hash = cells(hash, tail, &mut tasks),
            Task::Tail(tail) => tasks.extend([Task::ListEnd, Task::Term(tail)]),
            Task::ListEnd => hash = hash.wrapping_mul(PRIMES[8]),
            Task::TupleEnd(arity) => hash = add(hash, 9, arity),
        }
    }
    hash
}

fn add(hash: u32, prime: usize, value: u32) -> u32 {
    hash.wrapping_mul(PRIMES[prime]).wrapping_add(value)
}

fn bytes(hash: u32, prime: usize, bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(hash, |hash, byte| add(hash, prime, *byte as u32))
}

/// Cells whose heads are bytes are taken in a loop.
fn cells(mut hash: u32, list: Term, tasks: &mut Vec<Task>) -> u32 {
    let mut rest = list;
    while let Some((head, tail)) = rest.uncons() {
        let Some(byte) = head.as_small().and_then(|value| u8::try_from(value).ok()) else {
            tasks.extend([Task::Tail(tail), Task::Term(head)]);
            return hash;
        };
        hash = add(hash, 2, byte as u32);
        rest = tail;
    }
    tasks.extend([Task::ListEnd, Task::Term(rest)]);
    hash
}

fn magnitude(hash: u32, negative: bool, limbs: &[u64]) -> u32 {
    let mut all: Vec<u8> = limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
    if all.len() >= 8 && all[all.len() - 4..] == [0; 4] {
        all.truncate(all.len() - 4);
    }
    bytes(hash, 2, &all).wrapping_mul(PRIMES[if negative { 4 } else { 3 }])
}

fn step(hash: u32, term: Term, tasks: &mut Vec<Task>) -> u32 {
    match term.view() {
        View::Nil => add(hash, 3, 1),
        View::Atom(atom) => add(hash, 1, atom.text_hash()),
        View::Small(value) => magnitude(hash, value < 0, &[value.unsigned_abs()]),
        View::Big(big) => magnitude(hash, big.negative, big.limbs),
        View::Float(value) => {
            let bits = if value == 0.0 { 0 } else { value.to_bits() };
            add(hash, 6, bits as u32 ^ (bits >> 32) as u32)
        }
        View::Bits(bits) => {
            let (data, whole, left) = (bits.bytes(), bits.size / 8, bits.size % 8);
            let mut hash = bytes(hash, 1, &data[..whole]);
            if left > 0 {
                hash = add(add(hash, 1, (data[whole] >> (8 - left)) as u32), 12, left as u32);
            }
            add(hash, 4, whole as u32)
        }
        View::Cons(..) => cells(hash, term, tasks),
        View::Tuple(elements) => {
            tasks.push(Task::TupleEnd(elements.len() as u32));
            tasks.extend(elements.iter().rev().map(|element| Task::Term(*element)));
            hash
        }
        View::Map(_) => add(hash, 13, PRIMES[14]).wrapping_add(super::phash2(term)),
        View::Pid(number) | View::ExternalPid(_, number, _) => {
            bytes(hash, 5, &(number as u32 & 0xfff_ffff).to_le_bytes()).wrapping_mul(PRIMES[6])
        }
        View::Port(number) | View::ExternalPort(_, number, _) => {
            bytes(hash, 9, &(number as u32).to_le_bytes()).wrapping_mul(PRIMES[10])
        }
        View::Ref(reference) => {
            bytes(hash, 9, &(reference.number as u32).to_le_bytes()).wrapping_mul(PRIMES[10])
        }
        View::Fun(fun) => {
            let entry = fun.entry;
            let hash = add(add(hash, 10, fun.free.len() as u32), 1, entry.module.text_hash());
            tasks.extend(fun.free.iter().rev().map(|free| Task::Term(*free)));
            add(add(hash, 2, entry.index), 2, entry.uniq)
        }
        View::ExportFun(export) => {
            let entry = export.entry;
            let hash = add(add(hash, 11, entry.arity as u32), 1, entry.module.text_hash());
            add(hash, 1, entry.function.text_hash())
        }
        View::Internal => hash,
    }
}
