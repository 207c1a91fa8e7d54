//! The names of the system's errors.

use std::io;

/// The atom that OTP gives for an error of the system.
pub fn posix(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::ENOENT) => "enoent",
        Some(libc::EACCES) => "eacces",
        Some(libc::EEXIST) => "eexist",
        // rmdir of a folder that is not empty; OTP says so too.
        Some(libc::ENOTEMPTY) => "eexist",
        Some(libc::ENOTDIR) => "enotdir",
        Some(libc::EISDIR) => "eisdir",
        Some(libc::EBADF) => "ebadf",
        Some(libc::EINVAL) => "einval",
        Some(libc::EPERM) => "eperm",
        Some(libc::EXDEV) => "exdev",
        Some(libc::EMFILE) => "emfile",
        Some(libc::ENFILE) => "enfile",
        Some(libc::ENOSPC) => "enospc",
        Some(libc::EROFS) => "erofs",
        Some(libc::EPIPE) => "epipe",
        Some(libc::EBUSY) => "ebusy",
        Some(libc::ELOOP) => "eloop",
        Some(libc::ENAMETOOLONG) => "enametoolong",
        Some(libc::ENOEXEC) => "enoexec",
        Some(libc::ENOMEM) => "enomem",
        Some(libc::EIO) => "eio",
        Some(libc::EFBIG) => "efbig",
        Some(libc::ESPIPE) => "espipe",
        Some(libc::EMLINK) => "emlink",
        Some(libc::ETXTBSY) => "etxtbsy",
        Some(libc::EAGAIN) => "eagain",
        Some(libc::EINTR) => "eintr",
        Some(libc::ENOTSUP) => "enotsup",
        Some(libc::EDQUOT) => "edquot",
        Some(libc::ENODEV) => "enodev",
        Some(libc::ENXIO) => "enxio",
        Some(libc::ENOTTY) => "enotty",
        _ => match error.kind() {
            io::ErrorKind::NotFound => "enoent",
            io::ErrorKind::PermissionDenied => "eacces",
            io::ErrorKind::AlreadyExists => "eexist",
            io::ErrorKind::InvalidInput => "einval",
            _ => "unknown",
        },
    }
}
