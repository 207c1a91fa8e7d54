//! What the system knows of a file, and changing it.

use super::{Ctx, NativeResult, Stop, answer, done, path};
use crate::atom::Atom;
use crate::term::Term;
use std::fs::{self, File, FileTimes, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn atom(name: &str) -> Term {
    Term::atom(Atom::new(name))
}

/// `{size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}`; times in
/// seconds since 1970.
pub fn stat(ctx: &mut Ctx<'_>, term: Term, read: fn(&Path) -> io::Result<Metadata>) -> NativeResult {
    let path = path(term)?;
    let metadata = read(&path);
    answer(ctx, metadata, |ctx, metadata| {
        let kind = kind_name(&metadata);
        let access = access(&path);
        let numbers = [
            metadata.atime(),
            metadata.mtime(),
            metadata.ctime(),
            metadata.mode().into(),
            metadata.nlink() as i64,
            metadata.dev() as i64,
            metadata.rdev() as i64,
            metadata.ino() as i64,
            metadata.uid().into(),
            metadata.gid().into(),
        ];
        let mut parts = vec![
            ctx.heap().integer(metadata.size() as i64),
            atom(kind),
            atom(access),
        ];
        for number in numbers {
            parts.push(ctx.heap().integer(number));
        }
        ctx.heap().tuple(&parts)
    })
}

fn kind_name(metadata: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = metadata.file_type();
    if kind.is_file() {
        "regular"
    } else if kind.is_dir() {
        "directory"
    } else if kind.is_symlink() {
        "symlink"
    } else if kind.is_block_device() || kind.is_char_device() {
        "device"
    } else {
        "other"
    }
}

/// What this program may do with the file, tried on the file itself.
fn access(path: &Path) -> &'static str {
    let Ok(metadata) = fs::metadata(path) else {
        return "none";
    };
    if metadata.is_dir() {
        let readable = fs::read_dir(path).is_ok();
        return match (readable, !metadata.permissions().readonly()) {
            (true, true) => "read_write",
            (true, false) => "read",
            (false, true) => "write",
            (false, false) => "none",
        };
    }
    if !metadata.is_file() {
        return "read_write";
    }
    let readable = File::open(path).is_ok();
    let writable = fs::OpenOptions::new().append(true).open(path).is_ok();
    match (readable, writable) {
        (true, true) => "read_write",
        (true, false) => "read",
        (false, true) => "write",
        (false, false) => "none",
    }
}

/// `:regular`, `:directory`, `:other` or `:none`; follows links.
pub fn kind(_ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = match fs::metadata(path(args[0])?) {
        Err(_) => "none",
        Ok(metadata) if metadata.is_dir() => "directory",
        Ok(metadata) if metadata.is_file() => "regular",
        Ok(_) => "other",
    };
    Ok(atom(name))
}

pub fn chmod(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let mode = args[1]
        .as_u64()
        .and_then(|mode| u32::try_from(mode).ok())
        .ok_or(Stop::Badarg)?;
    done(ctx, fs::set_permissions(path, Permissions::from_mode(mode)))
}

/// -1 keeps the user or the group.
pub fn chown(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let id = |term: Term| match term.as_i64() {
        Some(-1) => Ok(None),
        Some(id) => u32::try_from(id).map(Some).map_err(|_| Stop::Badarg),
        None => Err(Stop::Badarg),
    };
    let (user, group) = (id(args[1])?, id(args[2])?);
    done(ctx, std::os::unix::fs::chown(path, user, group))
}

/// Sets the times of access and of change, in seconds since 1970.
pub fn touch(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let (accessed, modified) = (time(args[1])?, time(args[2])?);
    let times = FileTimes::new().set_accessed(accessed).set_modified(modified);
    done(ctx, File::open(path).and_then(|file| file.set_times(times)))
}

fn time(term: Term) -> Result<SystemTime, Stop> {
    let seconds = term.as_i64().ok_or(Stop::Badarg)?;
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.ok_or(Stop::Badarg)
}
