//! The standard streams: output keeps its order and is flushed at the end, input has one buffer for all readers.

use super::files::Files;
use crate::sync::{AtomicBool, AtomicU64, Ordering};
use parking_lot::Mutex;
use std::io::{self, IsTerminal, Read, Write};

/// Where output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    Stdout,
    Stderr,
}

/// Bytes that standard output keeps back at most, if it is no terminal.
const BUFFER: usize = 64 * 1024;

pub struct Io {
    files: Files,
    out: Mutex<Vec<u8>>,
    input: Mutex<Input>,
    terminal: bool,
    /// Nothing is written any more.
    closed: AtomicBool,
    /// Bytes read and written.
    read: AtomicU64,
    written: AtomicU64,
    /// Standard output has failed: nobody reads it any more.
    broken: AtomicBool,
}

#[derive(Default)]
struct Input {
    bytes: Vec<u8>,
    start: usize,
    ended: bool,
}

impl Default for Io {
    fn default() -> Io {
        Io {
            files: Files::default(),
            out: Mutex::default(),
            input: Mutex::default(),
            terminal: io::stdout().is_terminal(),
            closed: AtomicBool::new(false),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
            broken: AtomicBool::new(false),
        }
    }
}

impl Io {
    /// The open files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Writes all bytes, in the order of calls. Standard output comes before what is written to standard error later.
    pub fn put(&self, device: Device, bytes: &[u8]) -> io::Result<()> {
        let mut out = self.out.lock();
        if self.closed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        match device {
            Device::Stdout => {
                if self.broken.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                out.extend_from_slice(bytes);
                if self.terminal || out.len() >= BUFFER {
                    return self.write_out(&mut out);
                }
                Ok(())
            }
            Device::Stderr => {
                let _ = self.write_out(&mut out);
                io::stderr().write_all(bytes)
            }
        }
    }

    pub fn flush(&self) {
        let _ = self.write_out(&mut self.out.lock());
    }

    /// Flushes if nobody is writing right now.
    pub fn try_flush(&self) {
        if let Some(mut out) = self.out.try_lock()
            && !out.is_empty()
        {
            let _ = self.write_out(&mut out);
        }
    }

    /// Flushes, and drops what is written from now on.
    pub fn close(&self) {
        let mut out = self.out.lock();
        let _ = self.write_out(&mut out);
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Takes from the input what `want` says: it gets what is there and whether more may come, and gives how many bytes
    /// to take, or None for more. None: the input has ended.
    pub fn read(&self, want: impl FnMut(&[u8], bool) -> Option<usize>) -> io::Result<Option<Vec<u8>>> {
        self.flush();
        let taken = take(&mut self.input.lock(), want);
        if let Ok(Some(bytes)) = &taken {
            self.read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        taken
    }

    /// Bytes read from the input and written to output and errors so far.
    pub fn moved(&self) -> (u64, u64) {
        (
            self.read.load(Ordering::Relaxed),
            self.written.load(Ordering::Relaxed),
        )
    }

    /// Puts bytes before what is left of the input.
    pub fn unread(&self, bytes: &[u8]) {
        let mut input = self.input.lock();
        let start = input.start;
        let rest = input.bytes.split_off(start);
        input.bytes = [bytes, &rest].concat();
        input.start = 0;
    }

    /// A line of the input, empty at its end; None if somebody is reading already.
    pub fn read_line_if_free(&self) -> Option<Vec<u8>> {
        let mut input = self.input.try_lock()?;
        let line = take(&mut input, |there, more| {
            let end = there.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            end.or((!more).then_some(there.len()))
        });
        Some(line.ok().flatten().unwrap_or_default())
    }

    fn write_out(&self, out: &mut Vec<u8>) -> io::Result<()> {
        if out.is_empty() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let result = stdout.write_all(out).and_then(|()| stdout.flush());
        out.clear();
        if result.is_err() {
            self.broken.store(true, Ordering::Relaxed);
        }
        result
    }
}

/// `Io::read` over the input, which the caller has locked.
fn take(
    input: &mut Input,
    mut want: impl FnMut(&[u8], bool) -> Option<usize>,
) -> io::Result<Option<Vec<u8>>> {
    loop {
        let there = &input.bytes[input.start..];
        if let Some(length) = want(there, !input.ended) {
            let length = length.min(there.len());
            if length == 0 && input.ended {
                return Ok(None);
            }
            let taken = there[..length].to_vec();
            input.start += length;
            if input.start == input.bytes.len() {
                input.bytes.clear();
                input.start = 0;
            }
            return Ok(Some(taken));
        }
        if input.ended {
            return Ok(None);
        }
        let mut chunk = [0; 8192];
        match io::stdin().read(&mut chunk) {
            Ok(got) => {
                input.ended = got == 0;
                input.bytes.extend_from_slice(&chunk[..got]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
