//! Hashes of terms.

use super::{Native, NativeResult, Stop};
use crate::term::{Term, hash};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "phash2", 1, |_, args| Ok(Term::small((hash::phash2(args[0]) & 0x7ff_ffff) as i64))),
    Native::plain("erlang", "phash2", 2, |_, args| ranged(args)),
    Native::plain("erlang", "phash", 2, |_, args| Ok(Term::small(ranged(args)?.small_value() + 1))),
];

fn ranged(args: &[Term]) -> NativeResult {
    match args[1].as_small() {
        Some(range) if (1..=1 << 32).contains(&range) => Ok(Term::small(hash::phash2(args[0]) as i64 % range)),
        _ => Err(Stop::Badarg),
    }
}
