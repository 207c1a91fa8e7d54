//! One port: who is tied to it, what waits to be written, how bytes become messages.

use crate::atom::{Atom, known};
use crate::heap::{Heap, OwnedTerm};
use crate::process::signal::Signal;
use crate::term::Term;
use crate::vm::Vm;
use mio::unix::pipe::Sender;
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// How what is read becomes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Stream,
    /// Lines of at most this many bytes.
    Line(usize),
    /// Packets with a length of this many bytes, big-endian, before them.
    Packet(usize),
}

/// How a port shall be.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub framing: Framing,
    pub binary: bool,
    pub exit_status: bool,
    pub eof: bool,
    pub join_errors: bool,
    /// Whether the program's output is read, and whether it gets input.
    pub input: bool,
    pub output: bool,
    /// The program talks over its descriptors 3 and 4.
    pub apart: bool,
    pub parallelism: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            framing: Framing::Stream,
            binary: false,
            exit_status: false,
            eof: false,
            join_errors: false,
            input: true,
            output: true,
            apart: false,
            parallelism: false,
        }
    }
}

/// A port is busy when more than the first waits to be written, until less than the second does.
const BUSY: usize = 8192;
const FREE: usize = 4096;

/// Who knows the port. Messages are sent while this is locked, so that none comes after the end.
pub(super) struct Ties {
    pub owner: u64,
    pub links: Vec<u64>,
    /// Reference and process.
    pub monitors: Vec<(u64, u64)>,
}

/// What is on its way to the program.
#[derive(Default)]
pub(super) struct Output {
    pub pipe: Option<Sender>,
    pub queue: VecDeque<u8>,
    /// Processes that wait until the port is not busy: number and reference of the answer.
    pub waiting: Vec<(u64, u64)>,
}

pub struct Port {
    pub(in crate::io) number: u64,
    pub(super) name: String,
    /// None: it is no program.
    pub(super) os_pid: Option<u32>,
    pub(super) options: Options,
    /// None once it has ended.
    pub(super) ties: Mutex<Option<Ties>>,
    pub(super) output: Mutex<Output>,
    pub(super) read: AtomicU64,
    pub(super) written: AtomicU64,
}

/// What became of a command.
pub enum Written {
    Done,
    Busy,
    /// There is no pipe.
    Refused,
    /// The program has closed its input, or the packet is too long: the port must end with this reason.
    Failed(&'static str),
}

impl Port {
    pub(super) fn new(number: u64, owner: u64, name: String, os_pid: Option<u32>, options: Options) -> Port {
        Port {
            number,
            name,
            os_pid,
            options,
            ties: Mutex::new(Some(Ties {
                owner,
                links: vec![owner],
                monitors: Vec::new(),
            })),
            output: Mutex::default(),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
        }
    }

    /// The owner; 0 once the port has ended.
    pub(in crate::io) fn owner(&self) -> u64 {
        self.ties.lock().as_ref().map_or(0, |ties| ties.owner)
    }

    pub(in crate::io) fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn is_open(&self) -> bool {
        self.ties.lock().is_some()
    }

    /// Sends bytes to the program, framed. `waiter` is told by a reply when a busy port is free again.
    pub(super) fn write(&self, bytes: &[u8], force: bool, waiter: Option<(u64, u64)>) -> Written {
        let mut output = self.output.lock();
        if output.pipe.is_none() {
            return Written::Refused;
        }
        if !force && output.queue.len() > BUSY {
            output.waiting.extend(waiter);
            return Written::Busy;
        }
        if let Framing::Packet(size) = self.options.framing {
            let length = (bytes.len() as u64).to_be_bytes();
            if length[..8 - size].iter().any(|byte| *byte != 0) {
                return Written::Failed("einval");
            }
            output.queue.extend(&length[8 - size..]);
        }
        output.queue.extend(bytes);
        self.wrote(bytes.len());
        match output.push() {
            Ok(()) => Written::Done,
            Err(_) => Written::Failed("epipe"),
        }
    }

    /// The pipe takes bytes again. False: there is nothing more to come.
    pub(super) fn resume(&self, vm: &Vm) -> io::Result<()> {
        let mut output = self.output.lock();
        output.push()?;
        if output.queue.len() < FREE {
            output.wake(vm);
        }
        Ok(())
    }
}

impl Output {
    /// Writes as much as the pipe takes now.
    fn push(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(());
        };
        while !self.queue.is_empty() {
            let (front, _) = self.queue.as_slices();
            match pipe.write(front) {
                Ok(count) => drop(self.queue.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Those who wait try again.
    pub fn wake(&mut self, vm: &Vm) {
        for (number, reference) in self.waiting.drain(..) {
            let value = OwnedTerm::immediate(Term::TRUE);
            vm.signal(number, Signal::Reply { reference, value });
        }
    }
}

// --- messages to the owner -------------------------------------------------------------------

impl Port {
    /// Sends what is complete of the bytes read.
    pub(super) fn deliver(&self, vm: &Vm, waiting: &mut Vec<u8>) {
        let mut start = 0;
        match self.options.framing {
            Framing::Stream => {
                self.data(vm, waiting, None);
                start = waiting.len();
            }
            Framing::Line(most) => loop {
                let rest = &waiting[start..];
                match rest.iter().position(|byte| *byte == b'\n') {
                    Some(end) if end <= most => {
                        self.data(vm, &rest[..end], Some("eol"));
                        start += end + 1;
                    }
                    None if rest.len() <= most => break,
                    _ => {
                        self.data(vm, &rest[..most], Some("noeol"));
                        start += most;
                    }
                }
            },
            Framing::Packet(size) => {
                while let Some(head) = waiting.get(start..start + size) {
                    let length = head.iter().fold(0usize, |sum, byte| sum << 8 | *byte as usize);
                    let Some(body) = waiting.get(start + size..start + size + length) else {
                        break;
                    };
                    self.data(vm, body, None);
                    start += size + length;
                }
            }
        }
        waiting.drain(..start);
    }

    /// The program has ended in the middle of a line.
    pub(super) fn deliver_rest(&self, vm: &Vm, waiting: &mut Vec<u8>) {
        if let Framing::Line(most) = self.options.framing {
            for part in waiting.chunks(most) {
                self.data(vm, part, Some("noeol"));
            }
        }
        waiting.clear();
    }

    fn data(&self, vm: &Vm, bytes: &[u8], line: Option<&str>) {
        self.tell(vm, |heap| {
            let bytes = if self.options.binary {
                heap.binary(bytes)
            } else {
                heap.list(
                    bytes
                        .iter()
                        .map(|byte| Term::small(*byte as i64))
                        .collect::<Vec<_>>(),
                )
            };
            let value = match line {
                Some(end) => heap.tuple(&[Term::atom(Atom::new(end)), bytes]),
                None => bytes,
            };
            heap.tuple(&[Term::atom(known::DATA), value])
        });
    }

    /// Sends `{port, what}` to the owner, unless the port has ended.
    pub(super) fn tell(&self, vm: &Vm, what: impl FnOnce(&mut Heap) -> Term) {
        let ties = self.ties.lock();
        let Some(ties) = &*ties else { return };
        let mut heap = Heap::new();
        let what = what(&mut heap);
        let message = heap.tuple(&[Term::port(self.number), what]);
        vm.signal(ties.owner, Signal::Message(OwnedTerm::of(message)));
    }
}
