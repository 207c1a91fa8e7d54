//! `:erlang.phash2`: the same values as OTP, whatever the run or machine.

use crate::term::Term;

/// The hash before it is reduced to a range.
pub fn phash2(term: Term) -> u32 {
    super::fast(term) as u32
}
