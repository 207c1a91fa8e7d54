//! What goes out: bytes that the system has not taken yet, and who waits for that.

use super::options::{Active, Options};
use super::packet::Packet;
use super::socket::{Socket, Stage, State, Waiter, failed};
use super::{After, Reason};
use crate::heap::OwnedTerm;
use crate::term::Term;
use crate::vm::Vm;
use socket2::SockAddr;
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::net::Shutdown;

/// What a program wants to send: bytes, and the binary that they are, if they are one.
pub struct Data<'a> {
    pub bytes: &'a [u8],
    pub binary: Option<Term>,
}

impl Data<'_> {
    /// What is left behind the first `done` bytes. A large binary is not copied but shared.
    fn rest(&self, done: usize) -> Part {
        match self.binary {
            Some(binary) if self.bytes.len() - done > LARGE => Part {
                bytes: Bytes::Binary(OwnedTerm::of(binary)),
                sent: done,
            },
            _ => Part {
                bytes: Bytes::Copied(self.bytes[done..].to_vec()),
                sent: 0,
            },
        }
    }
}

/// From here on sharing a binary is worth keeping all of it alive.
const LARGE: usize = 16 * 1024;

enum Bytes {
    Copied(Vec<u8>),
    Binary(OwnedTerm),
}

struct Part {
    bytes: Bytes,
    sent: usize,
}

impl Part {
    fn left(&self) -> Cow<'_, [u8]> {
        match &self.bytes {
            Bytes::Copied(bytes) => Cow::Borrowed(&bytes[self.sent..]),
            Bytes::Binary(binary) => match binary.term().bytes() {
                Some(Cow::Borrowed(bytes)) => Cow::Borrowed(&bytes[self.sent..]),
                Some(Cow::Owned(bytes)) => Cow::Owned(bytes[self.sent..].to_vec()),
                None => Cow::Borrowed(&[]),
            },
        }
    }
}

/// Bytes to be sent, and what is done when they are.
#[derive(Default)]
pub(super) struct Outgoing {
    parts: VecDeque<Part>,
    pending: usize,
    /// Senders, who wait until few bytes are left.
    senders: Vec<Waiter>,
    /// Who waits until none is left.
    drainers: Vec<Waiter>,
    /// The direction ends with the last byte.
    ends: bool,
}

impl Outgoing {
    pub fn is_empty(&self) -> bool {
        self.pending == 0
    }

    pub fn pending(&self) -> usize {
        self.pending
    }

    fn add(&mut self, part: Part) {
        let left = part.left().len();
        if left > 0 {
            self.pending += left;
            self.parts.push_back(part);
        }
    }

    fn add_head(&mut self, head: &[u8]) {
        self.add(Part {
            bytes: Bytes::Copied(head.to_vec()),
            sent: 0,
        });
    }

    fn advance(&mut self, count: usize) {
        self.pending -= count;
        if let Some(part) = self.parts.front_mut() {
            part.sent += count;
            if part.left().is_empty() {
                self.parts.pop_front();
            }
        }
    }

    fn clear(&mut self) {
        self.parts.clear();
        self.pending = 0;
    }

    /// Nobody is to wait any more.
    pub fn end_waits(&mut self, vm: &Vm, reason: Reason) {
        for waiter in self.senders.drain(..).chain(self.drainers.drain(..)) {
            waiter.refuse(vm, reason);
        }
    }

    pub fn cancel(&mut self, waiter: Waiter) -> bool {
        for list in [&mut self.senders, &mut self.drainers] {
            if let Some(at) = list.iter().position(|other| *other == waiter) {
                list.remove(at);
                return true;
            }
        }
        false
    }
}

/// What stands before the bytes of a packet. A body that is too long for it has its length cut, as on OTP.
fn head(options: &Options, length: usize) -> ([u8; 8], usize) {
    let size = match options.packet {
        Packet::Length(size) => size,
        _ => 0,
    };
    ((length as u64).to_be_bytes(), size)
}

impl Socket {
    /// Sends bytes. True: done, or as good as; false: so many bytes wait already that the sender shall wait, too.
    pub fn send(&self, vm: &Vm, data: &Data<'_>, waiter: Waiter) -> Result<bool, Reason> {
        let mut guard = self.lock();
        let state = &mut *guard;
        if std::mem::take(&mut state.sender_unaware) || state.outgoing.ends {
            return Err("closed");
        }
        state.handle()?;
        if state.stage != Stage::Connected {
            return Err("enotconn");
        }
        let bytes = data.bytes;
        let (length, size) = head(&state.options, bytes.len());
        let head = &length[8 - size..];
        state.statistics.sent.note(bytes.len());
        self.port.wrote(bytes.len());
        if !state.outgoing.is_empty() {
            state.outgoing.add_head(head);
            state.outgoing.add(data.rest(0));
            if state.outgoing.pending < state.options.high_watermark {
                return Ok(true);
            }
            state.outgoing.senders.push(waiter);
            return Ok(false);
        }
        let mut done = 0;
        while done < head.len() + bytes.len() {
            let handle = state.handle()?;
            let sent = done.saturating_sub(head.len());
            let head = &head[done.min(head.len())..];
            match handle.write(head, &bytes[sent..]) {
                Ok(count) => done += count,
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => {
                        state.outgoing.add_head(head);
                        state.outgoing.add(data.rest(sent));
                        break;
                    }
                    io::ErrorKind::Interrupted => {}
                    _ => {
                        let reason = unsent(error, &state.options);
                        if self.refused(vm, state, reason) == After::Close {
                            drop(guard);
                            vm.ports().close_known(vm, &self.port);
                        }
                        return Err(reason);
                    }
                },
            }
        }
        Ok(true)
    }

    /// The system takes no more bytes: as a rule that is the end of the socket.
    fn refused(&self, vm: &Vm, state: &mut State, reason: Reason) -> After {
        state.outgoing.clear();
        state.outgoing.end_waits(vm, reason);
        if !state.port_open {
            self.drop_handle(vm, state);
            return After::Nothing;
        }
        if state.options.active != Active::No {
            return self.over_active(vm, state, reason);
        }
        if state.options.exit_on_close {
            if let Some((waiter, _)) = state.receiver.take() {
                waiter.refuse(vm, "closed");
            }
            self.drop_handle(vm, state);
            state.receiver_unaware = true;
        }
        After::Nothing
    }

    /// Closes the system's socket at once; the port stays.
    pub fn abandon(&self, vm: &Vm) {
        let mut state = self.lock();
        state.outgoing.clear();
        state.outgoing.end_waits(vm, "closed");
        self.drop_handle(vm, &mut state);
    }

    pub fn send_timeout(&self) -> (Option<u64>, bool) {
        let options = &self.lock().options;
        (options.send_timeout, options.send_timeout_close)
    }

    /// Sends one datagram.
    pub fn send_to(&self, bytes: &[u8], to: Option<&SockAddr>) -> Result<(), Reason> {
        let mut state = self.lock();
        if state.handle.is_none() {
            return Err("closed");
        }
        state.handle()?.send_to(bytes, to).map_err(failed)?;
        state.statistics.sent.note(bytes.len());
        self.port.wrote(bytes.len());
        Ok(())
    }

    /// Sends what waits, as far as the system takes it.
    pub(super) fn flush(&self, vm: &Vm, state: &mut State) -> After {
        while let (Some(part), Some(handle)) = (state.outgoing.parts.front(), &state.handle) {
            match handle.write(&[], &part.left()) {
                Ok(count) => state.outgoing.advance(count),
                Err(error) => match error.kind() {
                    io::ErrorKind::WouldBlock => break,
                    io::ErrorKind::Interrupted => {}
                    _ => {
                        let reason = unsent(error, &state.options);
                        return self.refused(vm, state, reason);
                    }
                },
            }
        }
        let low = state.options.low_watermark.max(1);
        let outgoing = &mut state.outgoing;
        if outgoing.pending < low {
            outgoing.senders.drain(..).for_each(|waiter| waiter.done(vm));
        }
        if !outgoing.is_empty() {
            return After::Nothing;
        }
        outgoing.drainers.drain(..).for_each(|waiter| waiter.done(vm));
        if std::mem::take(&mut outgoing.ends)
            && let Some(handle) = &state.handle
        {
            // The connection may be gone already.
            let _ = handle.socket().shutdown(Shutdown::Write);
        }
        if !state.port_open {
            self.drop_handle(vm, state);
        }
        After::Nothing
    }

    /// True: nothing waits to be sent; false: the waiter will be told when that is so.
    pub fn drain(&self, waiter: Waiter) -> bool {
        let mut state = self.lock();
        if state.handle.is_none() || state.outgoing.is_empty() {
            return true;
        }
        state.outgoing.drainers.push(waiter);
        false
    }

    /// Ends one or both directions; what waits to be sent is sent before.
    pub fn shut_down(&self, how: Shutdown) -> Result<(), Reason> {
        let mut state = self.lock();
        if state.handle.is_none() {
            return Err("closed");
        }
        if state.stage != Stage::Connected {
            return Err("enotconn");
        }
        if how != Shutdown::Read && !state.outgoing.is_empty() {
            state.outgoing.ends = true;
            if how == Shutdown::Both {
                return state.handle()?.socket().shutdown(Shutdown::Read).map_err(failed);
            }
            return Ok(());
        }
        state.handle()?.socket().shutdown(how).map_err(failed)
    }
}

/// A connection that the peer has given up is closed, unless the options want to know more.
fn unsent(error: io::Error, options: &Options) -> Reason {
    match error.kind() {
        io::ErrorKind::ConnectionReset if options.show_reset => "econnreset",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected => "closed",
        _ => failed(error),
    }
}
