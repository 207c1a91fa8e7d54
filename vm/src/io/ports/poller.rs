//! The thread that reads what programs write and goes on writing to slow ones.
//!
//! `open` hands over the ends of the pipes, which the thread registers. What is readable is read, a few chunks at a time so
//! that no port keeps others waiting, and sent to the owner. A program is at its end when its output is (one without output:
//! when it has exited) and, where the owner wants it, its exit status is known, for which a small thread waits. A port that
//! is closed earlier keeps its input until what was written before has gone out.

use super::Ports;
use super::port::Port;
use crate::atom::{Atom, known};
use crate::heap::OwnedTerm;
use crate::term::Term;
use crate::vm::Vm;
use mio::unix::pipe::Receiver;
use mio::{Events, Interest, Poll, Token, Waker};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The token of the waker; ports have two each, above it.
const WAKE: Token = Token(0);
const CHUNK: usize = 64 * 1024;
/// Chunks read from one port before others get their turn.
const TURN: usize = 8;
/// What the thread that waits for a program needs.
const STACK: usize = 64 * 1024;

enum Order {
    Open(Arc<Port>, Option<Receiver>),
    Exited(u64, i32),
    Close(u64),
    Stop,
}

/// How others reach the thread.
pub(super) struct Poller {
    orders: Mutex<VecDeque<Order>>,
    waker: Waker,
}

impl Poller {
    /// Starts the thread.
    pub fn start(vm: &Vm) -> io::Result<Arc<Poller>> {
        let poll = Poll::new()?;
        let poller = Arc::new(Poller {
            orders: Mutex::default(),
            waker: Waker::new(poll.registry(), WAKE)?,
        });
        let (vm, own) = (vm.clone(), poller.clone());
        std::thread::Builder::new()
            .name("ports".into())
            .spawn(move || Work::new(vm, own, poll).run())?;
        Ok(poller)
    }

    fn order(&self, order: Order) {
        self.orders.lock().push_back(order);
        let _ = self.waker.wake();
    }

    /// Reads from the one pipe and writes to the other; tells when the program has exited.
    pub fn open(self: &Arc<Poller>, port: &Arc<Port>, reader: Option<Receiver>, mut child: Child) {
        self.order(Order::Open(port.clone(), reader));
        let (this, number) = (self.clone(), port.number);
        let reap = move || {
            let status = child.wait().map_or(-1, |status| {
                status.code().unwrap_or(128 + status.signal().unwrap_or(0))
            });
            this.order(Order::Exited(number, status));
        };
        let builder = std::thread::Builder::new().name("child".into()).stack_size(STACK);
        if builder.spawn(reap).is_err() {
            // Its status stays unknown.
            self.order(Order::Exited(port.number, -1));
        }
    }

    pub fn close(&self, number: u64) {
        self.order(Order::Close(number));
    }

    pub fn stop(&self) {
        self.order(Order::Stop);
    }
}

struct Entry {
    port: Arc<Port>,
    reader: Option<Receiver>,
    /// Bytes that are not yet a message.
    waiting: Vec<u8>,
    /// What is read comes to its end here.
    ended: bool,
    told: bool,
    status: Option<i32>,
}

struct Work {
    vm: Vm,
    poller: Arc<Poller>,
    poll: Poll,
    entries: FxHashMap<u64, Entry>,
    /// Ports that were not read to the end in their turn.
    again: VecDeque<u64>,
    chunk: Vec<u8>,
}

fn reading(number: u64) -> Token {
    Token(number as usize * 2 + 2)
}

fn writing(number: u64) -> Token {
    Token(number as usize * 2 + 3)
}

impl Work {
    fn new(vm: Vm, poller: Arc<Poller>, poll: Poll) -> Work {
        Work {
            vm,
            poller,
            poll,
            entries: FxHashMap::default(),
            again: VecDeque::new(),
            chunk: vec![0; CHUNK],
        }
    }

    fn run(&mut self) {
        let mut events = Events::with_capacity(256);
        loop {
            let wait = (!self.again.is_empty()).then_some(std::time::Duration::ZERO);
            if let Err(error) = self.poll.poll(&mut events, wait)
                && error.kind() != io::ErrorKind::Interrupted
            {
                return;
            }
            for number in std::mem::take(&mut self.again) {
                self.read(number);
            }
            for event in &events {
                let Token(token) = event.token();
                match token {
                    0 => {}
                    token if token % 2 == 0 => self.read((token as u64 - 2) / 2),
                    token => self.write((token as u64 - 3) / 2),
                }
            }
            while let Some(order) = self.next_order() {
                match order {
                    Order::Open(port, reader) => self.open(port, reader),
                    Order::Exited(number, status) => self.exited(number, status),
                    Order::Close(number) => self.close(number),
                    Order::Stop => return,
                }
            }
        }
    }

    fn next_order(&self) -> Option<Order> {
        self.poller.orders.lock().pop_front()
    }

    fn open(&mut self, port: Arc<Port>, mut reader: Option<Receiver>) {
        let number = port.number;
        let registry = self.poll.registry();
        if let Some(reader) = &mut reader {
            let _ = registry.register(reader, reading(number), Interest::READABLE);
        }
        if let Some(writer) = &mut port.output.lock().pipe {
            let _ = registry.register(writer, writing(number), Interest::WRITABLE);
        }
        let ended = reader.is_none();
        let entry = Entry {
            port,
            reader,
            waiting: Vec::new(),
            ended,
            told: false,
            status: None,
        };
        self.entries.insert(number, entry);
    }

    fn read(&mut self, number: u64) {
        let Some(entry) = self.entries.get_mut(&number) else {
            return;
        };
        let Some(reader) = &mut entry.reader else { return };
        for _ in 0..TURN {
            match reader.read(&mut self.chunk) {
                Ok(0) => {
                    entry.reader = None;
                    entry.ended = true;
                    return self.settle(number);
                }
                Ok(length) => {
                    entry.port.read.fetch_add(length as u64, Ordering::Relaxed);
                    entry.waiting.extend_from_slice(&self.chunk[..length]);
                    entry.port.deliver(&self.vm, &mut entry.waiting);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(_) => {
                    entry.reader = None;
                    entry.ended = true;
                    return self.settle(number);
                }
            }
        }
        self.again.push_back(number);
    }

    fn write(&mut self, number: u64) {
        let Some(entry) = self.entries.get(&number) else {
            return;
        };
        let port = entry.port.clone();
        if port.resume(&self.vm).is_err() {
            port.output.lock().queue.clear();
            self.vm.ports().fail(&self.vm, &port, "epipe");
        }
        if !port.is_open() {
            self.close(number);
        }
    }

    fn exited(&mut self, number: u64, status: i32) {
        if let Some(entry) = self.entries.get_mut(&number) {
            entry.status = Some(status);
            self.settle(number);
        }
    }

    /// Looks whether the program is at its end, and says so.
    fn settle(&mut self, number: u64) {
        let Some(entry) = self.entries.get_mut(&number) else {
            return;
        };
        let options = entry.port.options;
        let over = entry.ended && (entry.status.is_some() || options.input && !options.exit_status);
        if !over || entry.told {
            return;
        }
        entry.told = true;
        if let (true, Some(status)) = (options.exit_status, entry.status) {
            entry.port.tell(&self.vm, |heap| {
                heap.tuple(&[Term::atom(Atom::new("exit_status")), Term::small(status.into())])
            });
        }
        entry.port.deliver_rest(&self.vm, &mut entry.waiting);
        if options.eof {
            entry.port.tell(&self.vm, |_| Term::atom(known::EOF));
            return;
        }
        let port = entry.port.clone();
        let reason = OwnedTerm::immediate(Term::atom(known::NORMAL));
        port.output.lock().queue.clear();
        Ports::end(self.vm.ports(), &self.vm, &port, &reason);
        self.close(number);
    }

    /// The port has ended: its output is read no more, its input goes when it is empty.
    fn close(&mut self, number: u64) {
        let Some(entry) = self.entries.get_mut(&number) else {
            return;
        };
        entry.reader = None;
        let mut output = entry.port.output.lock();
        output.wake(&self.vm);
        if output.queue.is_empty() {
            output.pipe = None;
            drop(output);
            self.entries.remove(&number);
        }
    }
}
