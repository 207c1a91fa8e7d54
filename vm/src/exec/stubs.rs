//! Pieces of code that no module holds: where the first frame returns, how a fun is called from outside.

use super::isa::{I, word};
use crate::bytecode::ops::FRAME_HEADER;
use crate::code::Site;
use crate::code::link::src_reg;
use crate::code::module::entry_header;
use crate::term::Term;
use std::sync::OnceLock;

/// Where the arguments stand in the frame of an `apply` stub: after the fun and the frame header.
pub const APPLY_ARGS: usize = 1 + FRAME_HEADER as usize;

struct Code(&'static [u64]);

/// A site of no function with nothing live.
pub fn bare_site() -> &'static Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| bare(&[]))
}

fn bare(live: &'static [u16]) -> Site {
    Site {
        live: live.as_ptr(),
        live_count: live.len() as u32,
        line: 0,
        handler: std::ptr::null(),
        fail: std::ptr::null(),
        function: std::ptr::null(),
        handler_dst: 0,
    }
}

/// Where the first frame of a process returns.
pub fn halt() -> *const u64 {
    static CODE: OnceLock<Code> = OnceLock::new();
    let code = CODE.get_or_init(|| Code(leak(&[bare_site() as *const Site as u64, word(I::Halt, 0, 0, 0)])));
    &code.0[1]
}

/// Where a call from a holding native with so many arguments returns; the arguments stay live.
pub fn held_return(arity: u8) -> *const u64 {
    static CODE: OnceLock<Vec<Code>> = OnceLock::new();
    let all = CODE.get_or_init(|| {
        (0..=255u16)
            .map(|n| {
                let live: &'static [u16] = Box::leak((0..n).collect::<Vec<_>>().into_boxed_slice());
                let site: &'static Site = Box::leak(Box::new(bare(live)));
                Code(leak(&[site as *const Site as u64, word(I::HeldReturn, n, 0, 0)]))
            })
            .collect()
    });
    &all[arity as usize].0[1]
}

/// Calls the fun in `R0` with the arguments at `APPLY_ARGS` and returns its value.
pub fn apply(arity: usize) -> *const u64 {
    static CODE: OnceLock<Vec<Code>> = OnceLock::new();
    let all = CODE.get_or_init(|| {
        (0..=255u16)
            .map(|n| {
                Code(leak(&[
                    entry_header(APPLY_ARGS as u16 + n, 0, 0),
                    word(I::TailCallFun, 0, APPLY_ARGS as u16, n),
                    src_reg(0),
                    bare_site() as *const Site as u64,
                ]))
            })
            .collect()
    });
    &all[arity.min(255)].0[1]
}

/// Fills the frame of an `apply` stub.
///
/// # Safety
/// There is room for `APPLY_ARGS + args.len()` words at `fp`.
pub unsafe fn write_apply(fp: *mut u64, fun: Term, args: &[Term]) {
    // SAFETY: as the caller says.
    unsafe {
        *fp = fun.raw();
        for i in 1..APPLY_ARGS {
            *fp.add(i) = Term::NIL.raw();
        }
        for (i, arg) in args.iter().enumerate() {
            *fp.add(APPLY_ARGS + i) = arg.raw();
        }
    }
}

fn leak(words: &[u64]) -> &'static [u64] {
    Box::leak(words.to_vec().into_boxed_slice())
}
