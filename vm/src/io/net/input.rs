//! What comes in: bytes that wait to be given out, and how they reach who wants them.

use super::options::Active;
use super::packet::{Found, Packet};
use super::socket::{Socket, Stage, State, Waiter, failed};
use super::{After, Reason, address, message};
use crate::atom::Atom;
use crate::heap::{Heap, OwnedTerm};
use crate::process::signal::Signal;
use crate::term::Term;
use crate::vm::Vm;
use std::cell::RefCell;
use std::io;
use std::ops::Range;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Reads in a turn.
const BUDGET: usize = 16;
/// The most bytes that may be asked for, as on OTP.
const MOST: usize = 0x400_0000;

thread_local! {
    /// What the next read goes to: empty, or `CHUNK` bytes.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Reads into `CHUNK` bytes that the thread has for that.
fn with_scratch<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.resize(CHUNK, 0);
        work(scratch)
    })
}

/// Bytes that have come and nobody has taken yet: those of `bytes` from `start` to `end`.
#[derive(Default)]
pub(super) struct Ahead {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Ahead {
    fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Takes in the first `length` bytes that have been read. If they are many and nothing else waits, no byte is copied.
    fn add(&mut self, read: &mut Vec<u8>, length: usize) {
        if self.start == self.end && length > CHUNK / 4 {
            std::mem::swap(&mut self.bytes, read);
            (self.start, self.end) = (0, length);
            return;
        }
        self.bytes.truncate(self.end);
        self.bytes.drain(..self.start);
        self.bytes.extend_from_slice(&read[..length]);
        (self.start, self.end) = (0, self.bytes.len());
    }

    /// An idle socket keeps no memory for bytes: what was read into is given back to the thread.
    fn consume(&mut self, count: usize) {
        self.start += count;
        if self.start >= self.end {
            let bytes = std::mem::take(self).bytes;
            if bytes.len() == CHUNK {
                SCRATCH.replace(bytes);
            }
        }
    }
}

/// What a read came to.
enum Filled {
    Some,
    /// The system would block.
    Nothing,
    /// No more will come.
    Over(Reason),
}

impl State {
    /// The next packet in what has come, as a range of it and where the one behind it begins. `length` counts for raw ones.
    fn next(&self, length: usize) -> Result<Option<(Range<usize>, usize)>, Reason> {
        let bytes = self.ahead.bytes();
        if bytes.is_empty() {
            return Ok(None);
        }
        let kind = match self.options.packet {
            Packet::Raw => {
                let end = match length {
                    0 => bytes.len().min(self.options.buffer),
                    _ if bytes.len() < length => return Ok(None),
                    _ => length,
                };
                return Ok(Some((0..end, end)));
            }
            Packet::Http if self.in_headers => Packet::HttpHeader,
            kind => kind,
        };
        match kind.find(bytes, &self.options.limits()) {
            Found::Whole { body, end } => Ok(Some((body, end))),
            Found::More(_) => Ok(None),
            Found::Bad => Err("emsgsize"),
        }
    }

    /// Gives a packet out.
    fn take(&mut self, heap: &mut Heap, body: Range<usize>, end: usize) -> Term {
        self.statistics.received.note(body.len());
        let bytes = &self.ahead.bytes()[body];
        let term = message::packet(heap, bytes, &self.options, &mut self.in_headers);
        self.ahead.consume(end);
        term
    }

    fn fill(&mut self) -> Filled {
        let Some(handle) = &self.handle else {
            return Filled::Over("closed");
        };
        if self.ended {
            return Filled::Over("closed");
        }
        let ahead = &mut self.ahead;
        with_scratch(|scratch| {
            loop {
                return match handle.read(scratch) {
                    Ok(0) => Filled::Over("closed"),
                    Ok(length) => {
                        ahead.add(scratch, length);
                        Filled::Some
                    }
                    Err(error) => match error.kind() {
                        io::ErrorKind::WouldBlock => Filled::Nothing,
                        io::ErrorKind::Interrupted => continue,
                        io::ErrorKind::ConnectionReset if !self.options.show_reset => Filled::Over("closed"),
                        _ => Filled::Over(failed(error)),
                    },
                };
            }
        })
    }

    /// A datagram: where it came from and its bytes, as terms.
    fn datagram(&mut self, heap: &mut Heap) -> Result<Option<[Term; 3]>, Reason> {
        let Some(handle) = &self.handle else {
            return Err("enotconn");
        };
        let options = &self.options;
        let received = &mut self.statistics.received;
        with_scratch(|scratch| {
            loop {
                return match handle.receive_from(scratch) {
                    Ok((length, from)) => {
                        received.note(length);
                        let (ip, port) = address::parts(heap, &from);
                        let data = message::data(heap, &scratch[..length], options);
                        Ok(Some([ip, port, data]))
                    }
                    Err(error) => match error.kind() {
                        io::ErrorKind::WouldBlock => Ok(None),
                        io::ErrorKind::Interrupted => continue,
                        _ => Err(failed(error)),
                    },
                };
            }
        })
    }
}

impl Socket {
    /// What has come, as a term of the heap; None: the waiter will be told. `length` is the number of bytes that is waited
    /// for, 0 for any.
    pub fn receive(
        &self,
        vm: &Vm,
        length: usize,
        waiter: Waiter,
        heap: &mut Heap,
    ) -> Result<Option<Term>, Reason> {
        let mut state = self.lock();
        let state = &mut *state;
        if std::mem::take(&mut state.receiver_unaware) {
            return Err("closed");
        }
        state.handle()?;
        if state.options.active != Active::No {
            return Err("einval");
        }
        if state.stage != Stage::Connected {
            return Err("enotconn");
        }
        if state.receiver.is_some() {
            return Err("ealready");
        }
        if self.datagrams {
            if let Some(parts) = state.datagram(heap)? {
                return Ok(Some(heap.tuple(&parts)));
            }
        } else {
            if length > 0 && state.options.packet != Packet::Raw {
                return Err("einval");
            }
            if length > MOST {
                return Err("enomem");
            }
            loop {
                match state.next(length) {
                    Ok(Some((body, end))) => return Ok(Some(state.take(heap, body, end))),
                    Ok(None) => {}
                    Err(reason) => return Err(self.over(vm, state, reason)),
                }
                match state.fill() {
                    Filled::Some => {}
                    Filled::Nothing => break,
                    Filled::Over(reason) => return Err(self.over(vm, state, reason)),
                }
            }
        }
        state.receiver = Some((waiter, length));
        Ok(None)
    }

    /// A passive socket that gets no more: unless it shall stay open for sending, the system's socket is closed.
    fn over(&self, vm: &Vm, state: &mut State, reason: Reason) -> Reason {
        state.ended = true;
        state.ahead = Ahead::default();
        if state.options.exit_on_close || reason != "closed" {
            state.outgoing.end_waits(vm, "closed");
            self.drop_handle(vm, state);
            state.sender_unaware = true;
        }
        reason
    }

    /// Gives out what has come to whoever wants it.
    pub(super) fn pump(&self, vm: &Vm, state: &mut State) -> After {
        if state.stage != Stage::Connected {
            return After::Nothing;
        }
        if self.datagrams {
            return self.pump_datagrams(vm, state);
        }
        let mut reads = 0;
        while state.receiver.is_some() || state.options.active != Active::No {
            let length = state.receiver.map_or(0, |(_, length)| length);
            let reason = match state.next(length) {
                Ok(Some((body, end))) => {
                    self.give(vm, state, body, end);
                    continue;
                }
                Err(reason) => reason,
                Ok(None) if reads == BUDGET => return After::Again,
                Ok(None) => match state.fill() {
                    Filled::Some => {
                        reads += 1;
                        continue;
                    }
                    Filled::Nothing => return After::Nothing,
                    Filled::Over(reason) => reason,
                },
            };
            let Some((waiter, _)) = state.receiver.take() else {
                return self.over_active(vm, state, reason);
            };
            let reason = self.over(vm, state, reason);
            waiter.refuse(vm, reason);
        }
        After::Nothing
    }

    pub(super) fn over_active(&self, vm: &Vm, state: &mut State, reason: Reason) -> After {
        if reason != "closed" {
            self.tell(vm, |heap, socket| {
                heap.tuple(&[atom("tcp_error"), socket, atom(reason)])
            });
        }
        self.tell(vm, |heap, socket| heap.tuple(&[atom("tcp_closed"), socket]));
        state.options.active = Active::No;
        state.ended = true;
        if state.options.exit_on_close || reason != "closed" {
            After::Close
        } else {
            After::Nothing
        }
    }

    /// Hands a packet to the receiver that waits, or to the owner.
    fn give(&self, vm: &Vm, state: &mut State, body: Range<usize>, end: usize) {
        let mut heap = Heap::new();
        let http = matches!(state.options.packet, Packet::Http | Packet::HttpHeader);
        let data = state.take(&mut heap, body, end);
        if let Some((waiter, _)) = state.receiver.take() {
            return waiter.answer(vm, |to| {
                let data = to.adopt(OwnedTerm::of(data));
                to.ok(data)
            });
        }
        let socket = Term::port(self.number);
        let message = if state.options.deliver_port {
            let data = heap.tuple(&[atom("data"), data]);
            heap.tuple(&[socket, data])
        } else {
            heap.tuple(&[atom(if http { "http" } else { "tcp" }), socket, data])
        };
        self.send_to_owner(vm, message);
        self.count_down(vm, state);
    }

    fn pump_datagrams(&self, vm: &Vm, state: &mut State) -> After {
        let mut reads = 0;
        while state.receiver.is_some() || state.options.active != Active::No {
            if reads == BUDGET * 4 {
                return After::Again;
            }
            reads += 1;
            let mut heap = Heap::new();
            let got = match state.datagram(&mut heap) {
                Ok(None) | Err("enotconn") => return After::Nothing,
                other => other,
            };
            let waiter = state.receiver.take();
            match (got, waiter) {
                (Ok(Some(parts)), Some((waiter, _))) => {
                    let parts = heap.tuple(&parts);
                    waiter.answer(vm, |to| {
                        let parts = to.adopt(OwnedTerm::of(parts));
                        to.ok(parts)
                    });
                }
                (Ok(Some([ip, port, data])), None) => {
                    let message = heap.tuple(&[atom("udp"), Term::port(self.number), ip, port, data]);
                    self.send_to_owner(vm, message);
                    self.count_down(vm, state);
                }
                (Ok(None), _) => {}
                (Err(reason), Some((waiter, _))) => waiter.refuse(vm, reason),
                (Err(reason), None) => self.tell(vm, |heap, socket| {
                    heap.tuple(&[atom("udp_error"), socket, atom(reason)])
                }),
            }
        }
        After::Nothing
    }

    /// One message less before an active socket becomes a passive one.
    fn count_down(&self, vm: &Vm, state: &mut State) {
        match state.options.active {
            Active::Once => state.options.active = Active::No,
            Active::Times(1) => {
                state.options.active = Active::No;
                self.tell_passive(vm, state);
            }
            Active::Times(times) => state.options.active = Active::Times(times - 1),
            Active::Yes | Active::No => {}
        }
    }

    /// `{:tcp_passive, socket}`
    pub(super) fn tell_passive(&self, vm: &Vm, _: &State) {
        let tag = if self.datagrams {
            "udp_passive"
        } else {
            "tcp_passive"
        };
        self.tell(vm, |heap, socket| heap.tuple(&[atom(tag), socket]));
    }

    fn tell(&self, vm: &Vm, message: impl FnOnce(&mut Heap, Term) -> Term) {
        let mut heap = Heap::new();
        let message = message(&mut heap, Term::port(self.number));
        self.send_to_owner(vm, message);
    }

    fn send_to_owner(&self, vm: &Vm, message: Term) {
        vm.signal(self.owner(), Signal::Message(OwnedTerm::of(message)));
    }
}

fn atom(name: &str) -> Term {
    Term::atom(Atom::new(name))
}
