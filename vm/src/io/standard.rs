//! The standard streams: output keeps its order and is flushed at the end, input has one buffer for all readers.

use super::files::Files;
use crate::sync::{AtomicBool, Ordering};
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
        match device {
            Device::Stdout => {
                out.extend_from_slice(bytes);
                if self.terminal || out.len() >= BUFFER {
                    return write_out(&mut out);
                }
                Ok(())
            }
            Device::Stderr => {
                let flushed = write_out(&mut out);
                io::stderr().write_all(bytes)?;
                flushed
            }
        }
    }

    pub fn flush(&self) {
        let _ = write_out(&mut self.out.lock());
    }

    /// Flushes if nobody is writing right now.
    pub fn try_flush(&self) {
        if let Some(mut out) = self.out.try_lock()
            && !out.is_empty()
        {
            let _ = write_out(&mut out);
        }
    }

    /// Flushes, and drops what is written from now on.
    pub fn close(&self) {
        let mut out = self.out.lock();
        let _ = write_out(&mut out);
        self.closed.store(true, Ordering::Relaxed);
    }

    /// Takes from the input what `want` says: it gets what is there and whether more may come, and gives how many bytes
    /// to take, or None for more. None: the input has ended.
    pub fn read(&self, mut want: impl FnMut(&[u8], bool) -> Option<usize>) -> io::Result<Option<Vec<u8>>> {
        self.flush();
        let mut input = self.input.lock();
        loop {
            let input = &mut *input;
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
            let got = io::stdin().read(&mut chunk)?;
            input.ended = got == 0;
            input.bytes.extend_from_slice(&chunk[..got]);
        }
    }
}

fn write_out(out: &mut Vec<u8>) -> io::Result<()> {
    if out.is_empty() {
        return Ok(());
    }
    let mut stdout = io::stdout().lock();
    let result = stdout.write_all(out).and_then(|()| stdout.flush());
    out.clear();
    result
}
