//! Hashes of terms.

use super::{Native, NativeResult, Stop};
use crate::term::{Term, hash};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "phash2", 1, |_, args| {
        Ok(Term::small((hash::phash2(args[0]) & 0x7ff_ffff) as i64))
    }),
    Native::plain("erlang", "phash2", 2, |_, args| {
        let range = range(args[1])?;
        Ok(Term::small(hash::phash2(args[0]) as i64 % range))
    }),
    Native::plain("erlang", "phash", 2, phash),
];

fn range(term: Term) -> Result<i64, Stop> {
    match term.as_small() {
        Some(range) if (1..=1 << 32).contains(&range) => Ok(range),
        _ => Err(Stop::Badarg),
    }
}

fn phash(_: &mut super::Ctx<'_>, args: &[Term]) -> NativeResult {
    let range = range(args[1])?;
    Ok(Term::small(hash::phash(args[0]) as i64 % range + 1))
}
