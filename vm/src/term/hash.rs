//! Hashes: `fast` for maps and tables of this run, `phash2` as OTP documents its values.

mod phash;
mod phash2;

pub use phash::phash;
pub use phash2::phash2;

use super::Term;
use super::view::View;
use smallvec::SmallVec;

const K0: u64 = 0x9e37_79b9_7f4a_7c15;
const K1: u64 = 0xd1b5_4a32_d192_ed03;

#[inline(always)]
fn mix(a: u64, b: u64) -> u64 {
    let product = (a ^ K0) as u128 * (b ^ K1) as u128;
    product as u64 ^ (product >> 64) as u64
}

/// Equal for terms that are `===`. Differs between runs.
#[inline]
pub fn fast(term: Term) -> u64 {
    if term.is_immediate() {
        mix(term.raw(), 0)
    } else {
        object(term)
    }
}

fn bytes(seed: u64, bytes: &[u8]) -> u64 {
    let mut hash = mix(seed, bytes.len() as u64);
    let chunks = bytes.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        hash = mix(hash, u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        hash = mix(hash, u64::from_le_bytes(last));
    }
    hash
}

fn object(term: Term) -> u64 {
    if let Some(bits) = super::bits::Bits::of(term)
        && let Some(whole) = bits.as_bytes()
    {
        return bytes(K1, whole);
    }
    let mut stack: SmallVec<[Term; 16]> = SmallVec::new();
    stack.push(term);
    let mut hash = K1;
    while let Some(term) = stack.pop() {
        if term.is_immediate() {
            hash = mix(hash, term.raw());
            continue;
        }
        match term.view() {
            View::Cons(head, tail) => {
                hash = mix(hash, 1);
                stack.push(tail);
                stack.push(head);
            }
            View::Tuple(elements) => {
                hash = mix(hash, (elements.len() as u64) << 8 | 2);
                stack.extend(elements.iter().rev().copied());
            }
            View::Map(map) => {
                hash = mix(hash, (map.len() as u64) << 8 | 3);
                for (key, value) in map.sorted() {
                    stack.push(value);
                    stack.push(key);
                }
            }
            View::Bits(bits) => hash = bytes(mix(hash, bits.size as u64), &bits.bytes()),
            View::Big(big) => {
                hash = mix(hash, big.negative as u64 + 4);
                hash = big.limbs.iter().fold(hash, |hash, limb| mix(hash, *limb));
            }
            View::Float(value) => hash = mix(hash, value.to_bits()),
            View::Ref(reference) => hash = mix(hash, reference.number),
            View::Fun(fun) => {
                hash = mix(hash, std::ptr::from_ref(fun.entry) as u64);
                stack.extend(fun.free.iter().rev().copied());
            }
            View::ExportFun(export) => {
                let entry = export.entry;
                hash = mix(hash, (entry.module.0 as u64) << 32 | entry.function.0 as u64);
                hash = mix(hash, entry.arity as u64);
            }
            View::ExternalPid(node, number, _) | View::ExternalPort(node, number, _) => {
                hash = mix(mix(hash, node.0 as u64), number);
            }
            _ => hash = mix(hash, term.raw()),
        }
    }
    hash
}
