//! `:cordial_file`: files and folders. Paths are binaries; errors are `{:error, posix_atom}`.

mod folders;
mod posix;
mod stat;

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::io::files::Open;
use crate::term::Term;
use parking_lot::Mutex;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, SeekFrom, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::Arc;

pub use posix::posix;

pub static NATIVES: &[Native] = &[
    Native::blocking("cordial_file", "read", 1, read),
    Native::blocking("cordial_file", "write", 2, |ctx, args| {
        let (path, bytes) = (path(args[0])?, iodata(args[1])?);
        done(ctx, fs::write(path, bytes))
    }),
    Native::blocking("cordial_file", "append", 2, append),
    Native::blocking("cordial_file", "open", 2, open),
    Native::blocking("cordial_file", "close", 1, close),
    Native::blocking("cordial_file", "sync", 1, |ctx, args| {
        with(ctx, args[0], |file| file.sync())
    }),
    Native::blocking("cordial_file", "truncate", 1, |ctx, args| {
        with(ctx, args[0], |file| file.truncate())
    }),
    Native::blocking("cordial_file", "fd_read", 2, fd_read),
    Native::blocking("cordial_file", "fd_read_all", 1, fd_read_all),
    Native::blocking("cordial_file", "fd_read_line", 1, fd_read_line),
    Native::blocking("cordial_file", "fd_read_chars", 2, fd_read_chars),
    Native::blocking("cordial_file", "fd_write", 2, |ctx, args| {
        let bytes = iodata(args[1])?;
        with(ctx, args[0], |file| file.write(&bytes))
    }),
    Native::blocking("cordial_file", "position", 2, position),
    Native::blocking("cordial_file", "pread", 3, pread),
    Native::blocking("cordial_file", "pwrite", 3, pwrite),
    Native::blocking("cordial_file", "list_dir", 1, folders::list),
    Native::blocking("cordial_file", "mkdir", 1, |ctx, args| {
        let path = path(args[0])?;
        done(ctx, fs::create_dir(path))
    }),
    Native::blocking("cordial_file", "rmdir", 1, folders::remove),
    Native::blocking("cordial_file", "rm", 1, folders::unlink),
    Native::blocking("cordial_file", "rename", 2, |ctx, args| {
        let (from, to) = (path(args[0])?, path(args[1])?);
        done(ctx, fs::rename(from, to))
    }),
    Native::blocking("cordial_file", "copy", 2, |ctx, args| {
        let (from, to) = (path(args[0])?, path(args[1])?);
        answer(ctx, fs::copy(from, to), |ctx, size| {
            ctx.heap().integer(size as i64)
        })
    }),
    Native::blocking("cordial_file", "link", 2, |ctx, args| {
        let (old, new) = (path(args[0])?, path(args[1])?);
        done(ctx, fs::hard_link(old, new))
    }),
    Native::blocking("cordial_file", "symlink", 2, |ctx, args| {
        let (old, new) = (path(args[0])?, path(args[1])?);
        done(ctx, std::os::unix::fs::symlink(old, new))
    }),
    Native::blocking("cordial_file", "read_link", 1, |ctx, args| {
        let path = path(args[0])?;
        answer(ctx, fs::read_link(path), path_term)
    }),
    Native::blocking("cordial_file", "stat", 1, |ctx, args| {
        stat::stat(ctx, args[0], |path| fs::metadata(path))
    }),
    Native::blocking("cordial_file", "lstat", 1, |ctx, args| {
        stat::stat(ctx, args[0], |path| fs::symlink_metadata(path))
    }),
    Native::blocking("cordial_file", "type", 1, stat::kind),
    Native::blocking("cordial_file", "chmod", 2, stat::chmod),
    Native::blocking("cordial_file", "chown", 3, stat::chown),
    Native::blocking("cordial_file", "touch", 3, stat::touch),
    Native::plain("cordial_file", "cwd", 0, |ctx, _| {
        answer(ctx, std::env::current_dir(), path_term)
    }),
    Native::plain("cordial_file", "set_cwd", 1, |ctx, args| {
        let path = path(args[0])?;
        done(ctx, std::env::set_current_dir(path))
    }),
];

/// A path; none has a zero byte.
pub fn path(term: Term) -> Result<PathBuf, Stop> {
    let bytes = if term.is_binary() { term.bytes() } else { None };
    let bytes = bytes.filter(|bytes| !bytes.contains(&0)).ok_or(Stop::Badarg)?;
    Ok(PathBuf::from(OsString::from_vec(bytes.into_owned())))
}

fn path_term(ctx: &mut Ctx<'_>, path: PathBuf) -> Term {
    ctx.heap().binary(&path.into_os_string().into_vec())
}

/// The bytes of iodata.
pub fn iodata(term: Term) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    let mut open = vec![term];
    while let Some(term) = open.pop() {
        if let Some((head, tail)) = term.uncons() {
            open.push(tail);
            open.push(head);
        } else if term.is_binary() {
            bytes.extend_from_slice(&term.bytes().ok_or(Stop::Badarg)?);
        } else if let Some(byte) = term.as_u64() {
            bytes.push(u8::try_from(byte).map_err(|_| Stop::Badarg)?);
        } else if !term.is_nil() {
            return Err(Stop::Badarg);
        }
    }
    Ok(bytes)
}

/// `:ok` or the error.
pub fn done(ctx: &mut Ctx<'_>, result: io::Result<()>) -> NativeResult {
    match result {
        Ok(()) => Ok(Term::OK),
        Err(error) => Ok(failed(ctx, &error)),
    }
}

/// `{:ok, value}` or the error.
fn answer<T>(
    ctx: &mut Ctx<'_>,
    result: io::Result<T>,
    term: impl FnOnce(&mut Ctx<'_>, T) -> Term,
) -> NativeResult {
    match result {
        Ok(value) => {
            let value = term(ctx, value);
            Ok(ctx.heap().ok(value))
        }
        Err(error) => Ok(failed(ctx, &error)),
    }
}

pub fn failed(ctx: &mut Ctx<'_>, error: &io::Error) -> Term {
    ctx.heap().error(Term::atom(Atom::new(posix(error))))
}

fn read(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let read = fs::metadata(&path).and_then(|metadata| {
        if metadata.is_dir() {
            Err(io::Error::from_raw_os_error(libc::EISDIR))
        } else {
            fs::read(&path)
        }
    });
    answer(ctx, read, |ctx, bytes| ctx.heap().binary(&bytes))
}

fn append(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (path, bytes) = (path(args[0])?, iodata(args[1])?);
    let file = OpenOptions::new().append(true).create(true).open(path);
    done(ctx, file.and_then(|mut file| file.write_all(&bytes)))
}

fn open(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let modes = args[1].list_to_vec().ok_or(Stop::Badarg)?;
    let has = |name: &str| {
        modes
            .iter()
            .any(|mode| mode.as_atom().is_some_and(|mode| mode.as_str() == name))
    };
    let (append, write, exclusive) = (has("append"), has("write") || has("exclusive"), has("exclusive"));
    let read = has("read") || !(append || write);
    let file = OpenOptions::new()
        .read(read)
        .write(write && !append)
        .append(append)
        .create((write || append) && !exclusive)
        .create_new(exclusive)
        .truncate(write && !read && !append && !exclusive)
        .open(path)
        .and_then(|file| {
            if file.metadata()?.is_dir() {
                Err(io::Error::from_raw_os_error(libc::EISDIR))
            } else {
                Ok(file)
            }
        });
    let files = ctx.vm.io().files();
    let opened = file.map(|file| files.add(file, read, write || append));
    answer(ctx, opened, |_, number| Term::small(number as i64))
}

fn file(ctx: &Ctx<'_>, number: Term) -> Result<Option<Arc<Mutex<Open>>>, Stop> {
    Ok(ctx.vm.io().files().get(number.as_u64().ok_or(Stop::Badarg)?))
}

fn not_open(ctx: &mut Ctx<'_>) -> NativeResult {
    Ok(failed(ctx, &io::Error::from_raw_os_error(libc::EINVAL)))
}

fn close(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_u64().ok_or(Stop::Badarg)?;
    if ctx.vm.io().files().close(number) {
        Ok(Term::OK)
    } else {
        not_open(ctx)
    }
}

fn with(ctx: &mut Ctx<'_>, number: Term, step: impl FnOnce(&mut Open) -> io::Result<()>) -> NativeResult {
    match file(ctx, number)? {
        Some(file) => {
            let result = step(&mut file.lock());
            done(ctx, result)
        }
        None => not_open(ctx),
    }
}

/// `{:ok, bytes}`, `:eof` or the error.
fn read_with(
    ctx: &mut Ctx<'_>,
    number: Term,
    step: impl FnOnce(&mut Open) -> io::Result<Option<Vec<u8>>>,
) -> NativeResult {
    let Some(file) = file(ctx, number)? else {
        return not_open(ctx);
    };
    let result = step(&mut file.lock());
    read_answer(ctx, result)
}

fn read_answer(ctx: &mut Ctx<'_>, result: io::Result<Option<Vec<u8>>>) -> NativeResult {
    match result {
        Ok(None) => Ok(Term::atom(Atom::new("eof"))),
        Ok(Some(bytes)) => answer(ctx, Ok(bytes), |ctx, bytes| ctx.heap().binary(&bytes)),
        Err(error) => Ok(failed(ctx, &error)),
    }
}

fn fd_read(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let size = args[1].as_usize().ok_or(Stop::Badarg)?;
    read_with(ctx, args[0], |file| {
        file.read_until(|there| (there.len() >= size).then_some(size))
    })
}

fn fd_read_all(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    read_with(ctx, args[0], |file| {
        Ok(Some(file.read_until(|_| None)?.unwrap_or_default()))
    })
}

fn fd_read_line(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    read_with(ctx, args[0], |file| {
        let mut seen = 0;
        file.read_until(|there| {
            let found = there[seen..]
                .iter()
                .position(|&byte| byte == b'\n')
                .map(|at| seen + at + 1);
            seen = there.len();
            found
        })
    })
}

fn fd_read_chars(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let count = args[1].as_usize().ok_or(Stop::Badarg)?;
    let Some(file) = file(ctx, args[0])? else {
        return not_open(ctx);
    };
    let result = file.lock().read_until(|there| characters(there, count));
    match result {
        Ok(Some(bytes)) if std::str::from_utf8(&bytes).is_err() => {
            Ok(ctx.heap().error(Term::atom(Atom::new("invalid_unicode"))))
        }
        other => read_answer(ctx, other),
    }
}

/// The size of the first `count` characters, if they are all there. Bytes that begin no character count as one.
pub fn characters(bytes: &[u8], count: usize) -> Option<usize> {
    let mut position = 0;
    for _ in 0..count {
        let size = match bytes.get(position)? {
            0..=0xbf => 1,
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        if position + size > bytes.len() {
            return None;
        }
        position += size;
    }
    Some(position)
}

fn position(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (from, offset) = args[1].pair().ok_or(Stop::Badarg)?;
    let offset = offset.as_i64().ok_or(Stop::Badarg)?;
    let to = match from.as_atom().map(Atom::as_str) {
        Some("bof") => u64::try_from(offset).map(SeekFrom::Start).ok(),
        Some("cur") => Some(SeekFrom::Current(offset)),
        Some("eof") => Some(SeekFrom::End(offset)),
        _ => return Err(Stop::Badarg),
    };
    let (Some(to), Some(file)) = (to, file(ctx, args[0])?) else {
        return not_open(ctx);
    };
    let position = file.lock().seek(to);
    answer(ctx, position, |ctx, position| ctx.heap().integer(position as i64))
}

fn pread(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let offset = args[1].as_u64().ok_or(Stop::Badarg)?;
    let size = args[2].as_usize().ok_or(Stop::Badarg)?;
    read_with(ctx, args[0], |file| {
        let before = file.seek(SeekFrom::Current(0))?;
        file.seek(SeekFrom::Start(offset))?;
        let read = file.read_until(|there| (there.len() >= size).then_some(size));
        file.seek(SeekFrom::Start(before))?;
        read
    })
}

fn pwrite(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let offset = args[1].as_u64().ok_or(Stop::Badarg)?;
    let bytes = iodata(args[2])?;
    with(ctx, args[0], |file| {
        let before = file.seek(SeekFrom::Current(0))?;
        file.seek(SeekFrom::Start(offset))?;
        let written = file.write(&bytes);
        file.seek(SeekFrom::Start(before))?;
        written
    })
}
