//! Open files, by number, with one read buffer each.

use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

/// The open files of one Vm. Numbers 0 to 2 are the standard streams and never here.
#[derive(Default)]
pub struct Files {
    open: Mutex<Numbered>,
}

#[derive(Default)]
struct Numbered {
    files: FxHashMap<u64, Arc<Mutex<Open>>>,
    last: u64,
}

/// An open file. What was read ahead lies in `ahead` from `start` on.
pub struct Open {
    file: File,
    ahead: Vec<u8>,
    start: usize,
    readable: bool,
    writable: bool,
}

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

impl Files {
    pub fn add(&self, file: File, readable: bool, writable: bool) -> u64 {
        let mut open = self.open.lock();
        open.last = open.last.max(2) + 1;
        let number = open.last;
        let file = Open {
            file,
            ahead: Vec::new(),
            start: 0,
            readable,
            writable,
        };
        open.files.insert(number, Arc::new(Mutex::new(file)));
        number
    }

    pub fn get(&self, number: u64) -> Option<Arc<Mutex<Open>>> {
        self.open.lock().files.get(&number).cloned()
    }

    /// Whether there was such a file.
    pub fn close(&self, number: u64) -> bool {
        self.open.lock().files.remove(&number).is_some()
    }
}

fn bad_descriptor() -> io::Error {
    io::Error::from_raw_os_error(libc::EBADF)
}

impl Open {
    fn there(&self) -> &[u8] {
        &self.ahead[self.start..]
    }

    /// Reads more; false at the end of the file.
    fn fill(&mut self) -> io::Result<bool> {
        if !self.readable {
            return Err(bad_descriptor());
        }
        if self.start > 0 {
            self.ahead.drain(..self.start);
            self.start = 0;
        }
        let filled = self.ahead.len();
        self.ahead.resize(filled + CHUNK, 0);
        let got = loop {
            match self.file.read(&mut self.ahead[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.ahead.truncate(filled + got.as_ref().copied().unwrap_or(0));
        Ok(got? > 0)
    }

    fn take(&mut self, size: usize) -> Vec<u8> {
        let taken = self.there()[..size].to_vec();
        self.start += size;
        taken
    }

    /// Takes what `want` says of the bytes read ahead; it is asked again when there are more. At the end of the file it
    /// takes all that is left, or None if that is nothing.
    pub fn read_until(
        &mut self,
        mut want: impl FnMut(&[u8]) -> Option<usize>,
    ) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(size) = want(self.there()) {
                let size = size.min(self.there().len());
                return Ok(Some(self.take(size)));
            }
            if !self.fill()? {
                let left = self.there().len();
                return Ok(if left == 0 { None } else { Some(self.take(left)) });
            }
        }
    }

    /// Forgets what was read ahead, so that the file's position is the reader's again.
    fn settle(&mut self) -> io::Result<()> {
        let ahead = self.there().len();
        self.ahead.clear();
        self.start = 0;
        if ahead > 0 {
            self.file.seek(SeekFrom::Current(-(ahead as i64)))?;
        }
        Ok(())
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.writable {
            return Err(bad_descriptor());
        }
        self.settle()?;
        self.file.write_all(bytes)
    }

    pub fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.settle()?;
        self.file.seek(to)
    }

    pub fn sync(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Cuts the file off at the position.
    pub fn truncate(&mut self) -> io::Result<()> {
        self.settle()?;
        let position = self.file.stream_position()?;
        self.file.set_len(position)
    }
}
