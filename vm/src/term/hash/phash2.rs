//! `:erlang.phash2`: the same values as OTP, whatever the run or machine.
//!
//! Each term is mixed into the hash of what came before it by Bob Jenkins' 96-bit mix (Dr. Dobb's Journal, 1997),
//! with a multiple of the golden ratio that stands for its kind. The pairs of a map are hashed each by itself and
//! combined by exclusive or, so that their order does not matter.

use crate::term::Term;
use crate::term::bits::Bits;
use crate::term::view::View;

const GOLDEN: u32 = 0x9e37_79b9;

/// Kinds, as multiples of the golden ratio.
const SMALL: u32 = 1;
const EMPTY_LIST: u32 = 2;
const ATOM: u32 = 3;
const BYTES: u32 = 4;
const PID: u32 = 5;
const PORT: u32 = 6;
const REFERENCE: u32 = 7;
const TUPLE: u32 = 9;
const NEGATIVE: u32 = 10;
const POSITIVE: u32 = 11;
const FLOAT: u32 = 12;
const BINARY: u32 = 13;
const FUNCTION: u32 = 14;
const LAST_BITS: u32 = 15;
const MAP: u32 = 16;
const PAIRS: u32 = 19;

const EMPTY_LIST_ALONE: u32 = 3_468_870_702;
/// The number that OTP gives the kind `[]`.
const EMPTY_LIST_VALUE: u32 = 2;

enum Task {
    Term(Term),
    /// A pair of a map is done.
    Pair,
    /// A map is done: go on with the hash and the pairs before it.
    Map(u32, u32),
}

/// The hash before it is reduced to a range.
pub fn phash2(term: Term) -> u32 {
    let mut state = State {
        hash: 0,
        pairs: 0,
        tasks: vec![Task::Term(term)],
    };
    while let Some(task) = state.tasks.pop() {
        match task {
            Task::Term(term) => state.term(term),
            Task::Pair => {
                state.pairs ^= state.hash;
                state.hash = 0;
            }
            Task::Map(hash, pairs) => {
                state.hash = hash;
                state.mix(state.pairs, 0, PAIRS);
                state.pairs = pairs;
            }
        }
    }
    state.hash
}

struct State {
    hash: u32,
    /// The pairs of the map at hand.
    pairs: u32,
    tasks: Vec<Task>,
}

impl State {
    fn mix(&mut self, a: u32, b: u32, kind: u32) {
        let kind = GOLDEN.wrapping_mul(kind);
        let (_, _, hash) = jenkins(kind.wrapping_add(a), kind.wrapping_add(b), self.hash);
        self.hash = hash;
    }

    fn term(&mut self, term: Term) {
        match term.view() {
            View::Small(value) => self.integer(value),
            View::Big(big) => {
                let kind = if big.negative { NEGATIVE } else { POSITIVE };
                for limb in big.limbs {
                    self.mix(*limb as u32, (limb >> 32) as u32, kind);
                }
            }
            View::Float(value) => {
                let bits = if value == 0.0 { 0 } else { value.to_bits() };
                self.mix((bits >> 32) as u32, bits as u32, FLOAT);
            }
            View::Atom(atom) if self.hash == 0 => self.hash = atom.text_hash(),
            View::Atom(atom) => self.mix(atom.text_hash(), 0, ATOM),
            View::Nil if self.hash == 0 => self.hash = EMPTY_LIST_ALONE,
            View::Nil => self.mix(EMPTY_LIST_VALUE, 0, EMPTY_LIST),
            View::Cons(..) => self.list(term),
            View::Tuple(elements) => {
                self.mix(elements.len() as u32, 0, TUPLE);
                self.tasks
                    .extend(elements.iter().rev().map(|element| Task::Term(*element)));
            }
            View::Map(map) => {
                self.mix(map.len() as u32, 0, MAP);
                if map.is_empty() {
                    return;
                }
                self.tasks.push(Task::Map(self.hash, self.pairs));
                (self.hash, self.pairs) = (0, 0);
                for (key, value) in map.iter() {
                    self.tasks
                        .extend([Task::Pair, Task::Term(value), Task::Term(key)]);
                }
            }
            View::Bits(bits) => self.bits(&bits),
            View::Pid(number) | View::ExternalPid(_, number, _) => {
                self.mix(number as u32 & 0xfff_ffff, 0, PID)
            }
            View::Port(number) | View::ExternalPort(_, number, _) => {
                self.mix(number as u32, (number >> 32) as u32, PORT)
            }
            View::Ref(reference) => self.mix(reference.number as u32, 0, REFERENCE),
            View::Fun(fun) => {
                let entry = fun.entry;
                self.mix(fun.free.len() as u32, entry.module.text_hash(), SMALL);
                self.mix(entry.index, entry.uniq, SMALL);
                self.tasks
                    .extend(fun.free.iter().rev().map(|free| Task::Term(*free)));
            }
            View::ExportFun(export) => {
                let entry = export.entry;
                self.mix(entry.arity as u32, entry.module.text_hash(), SMALL);
                self.mix(entry.function.text_hash(), 0, FUNCTION);
            }
            View::Internal => {}
        }
    }

    fn integer(&mut self, value: i64) {
        if (-(1 << 27)..1 << 27).contains(&value) {
            // Negative ones are mixed in twice, first without their sign.
            if value < 0 {
                self.mix(value.unsigned_abs() as u32, 0, SMALL);
            }
            self.mix(value as u32, 0, SMALL);
        } else {
            let (kind, magnitude) = (if value < 0 { NEGATIVE } else { POSITIVE }, value.unsigned_abs());
            self.mix(magnitude as u32, (magnitude >> 32) as u32, kind);
        }
    }

    /// Bytes at the front are taken four at a time.
    fn list(&mut self, list: Term) {
        let (mut rest, mut word, mut count) = (list, 0u32, 0);
        while let Some((head, tail)) = rest.uncons() {
            let Some(byte) = head.as_small().and_then(|value| u8::try_from(value).ok()) else {
                break;
            };
            word = word << 8 | byte as u32;
            count += 1;
            if count == 4 {
                self.mix(word, 0, BYTES);
                (word, count) = (0, 0);
            }
            rest = tail;
        }
        if count > 0 {
            self.mix(word, 0, BYTES);
        }
        match rest.uncons() {
            Some((head, tail)) => self.tasks.extend([Task::Term(tail), Task::Term(head)]),
            None => self.tasks.push(Task::Term(rest)),
        }
    }

    fn bits(&mut self, bits: &Bits) {
        let kind = GOLDEN.wrapping_mul(BINARY).wrapping_add(self.hash);
        if bits.size == 0 {
            self.hash = kind;
            return;
        }
        let bytes = bits.bytes();
        let (whole, left) = (bits.size / 8, bits.size % 8);
        self.hash = block(&bytes[..whole], kind);
        if left > 0 {
            self.mix(left as u32, (bytes[whole] >> (8 - left)) as u32, LAST_BITS);
        }
    }
}

/// Twelve bytes at a time; the length joins the last ones.
fn block(bytes: &[u8], initial: u32) -> u32 {
    let (mut a, mut b, mut c) = (GOLDEN, GOLDEN, initial);
    let chunks = bytes.chunks_exact(12);
    let rest = chunks.remainder();
    let word = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    for chunk in chunks {
        a = a.wrapping_add(word(&chunk[..4]));
        b = b.wrapping_add(word(&chunk[4..8]));
        c = c.wrapping_add(word(&chunk[8..]));
        (a, b, c) = jenkins(a, b, c);
    }
    // The lowest byte of the third word is left to the length.
    let mut last = [0; 13];
    let first_two = rest.len().min(8);
    last[..first_two].copy_from_slice(&rest[..first_two]);
    last[9..9 + rest.len() - first_two].copy_from_slice(&rest[first_two..]);
    a = a.wrapping_add(word(&last[..4]));
    b = b.wrapping_add(word(&last[4..8]));
    c = c
        .wrapping_add(bytes.len() as u32)
        .wrapping_add(word(&last[8..12]));
    jenkins(a, b, c).2
}

fn jenkins(mut a: u32, mut b: u32, mut c: u32) -> (u32, u32, u32) {
    for (first, second, third) in [(13, 8, 13), (12, 16, 5), (3, 10, 15)] {
        a = a.wrapping_sub(b).wrapping_sub(c) ^ c >> first;
        b = b.wrapping_sub(c).wrapping_sub(a) ^ a << second;
        c = c.wrapping_sub(a).wrapping_sub(b) ^ b >> third;
    }
    (a, b, c)
}
