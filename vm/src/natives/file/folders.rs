//! Folders: listing, removing.

use super::{Ctx, NativeResult, answer, done, failed, path};
use crate::term::Term;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;

/// The names in a folder, in the system's order.
pub fn list(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let names: io::Result<Vec<Vec<u8>>> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name().into_vec())).collect());
    answer(ctx, names, |ctx, names| {
        let names: Vec<Term> = names.iter().map(|name| ctx.heap().binary(name)).collect();
        ctx.heap().list(names)
    })
}

pub fn remove(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    done(ctx, fs::remove_dir(path))
}

/// A folder is refused as OTP refuses it.
pub fn unlink(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Ok(failed(ctx, &io::Error::from_raw_os_error(libc::EPERM))),
        _ => done(ctx, fs::remove_file(path)),
    }
}
