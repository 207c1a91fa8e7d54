//! Ports: programs of the system that talk to a process by messages.
//!
//! A port has two threads: one reads what the program writes and sends it to the owner, the other writes what the owner
//! sends, so that no scheduler waits for a pipe. When the program has closed its output the reader waits for its end,
//! tells the owner, and removes the port.

use crate::atom::{Atom, known};
use crate::heap::{Heap, OwnedTerm};
use crate::process::Process;
use crate::process::signal::{Request, Signal};
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

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
}

struct Port {
    number: u64,
    owner: AtomicU64,
    options: Options,
    os_pid: u32,
    name: String,
    input: Mutex<Option<Sender<Vec<u8>>>>,
    /// The owner closed it: what comes later is dropped.
    closed: AtomicBool,
    /// Who is told of its end, by reference; None once they have been.
    monitors: Mutex<Option<Vec<(u64, u64)>>>,
    /// Processes besides the owner that are linked to it; None once it has ended.
    links: Mutex<Option<Vec<u64>>>,
    read: AtomicU64,
    written: AtomicU64,
}

/// The ports of one Vm.
#[derive(Default)]
pub struct Ports {
    open: Mutex<FxHashMap<u64, Arc<Port>>>,
    names: Mutex<FxHashMap<Atom, u64>>,
    last: AtomicU64,
}

impl Ports {
    /// Starts the program; `owner` gets its messages.
    pub fn open(
        &self,
        vm: &Vm,
        owner: u64,
        mut command: Command,
        name: String,
        options: Options,
    ) -> io::Result<Term> {
        command.stdin(Stdio::piped());
        let (output, writer) = io::pipe()?;
        if options.join_errors {
            command.stderr(writer.try_clone()?);
        }
        command.stdout(writer);
        let mut child = command.spawn()?;
        // It holds the writing end of the pipe.
        drop(command);
        let (sender, receiver) = channel();
        let port = Arc::new(Port {
            number: self.last.fetch_add(1, Ordering::Relaxed) + 1,
            owner: AtomicU64::new(owner),
            options,
            os_pid: child.id(),
            name,
            input: Mutex::new(Some(sender)),
            closed: AtomicBool::new(false),
            monitors: Mutex::new(Some(Vec::new())),
            links: Mutex::new(Some(Vec::new())),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
        });
        self.open.lock().insert(port.number, port.clone());
        let stdin = child.stdin.take();
        std::thread::spawn(move || write(stdin, receiver));
        let (vm, reader) = (vm.clone(), port.clone());
        std::thread::spawn(move || serve(&vm, &reader, child, output));
        Ok(Term::port(port.number))
    }

    fn find(&self, port: Term) -> Option<Arc<Port>> {
        let number = port
            .as_port()
            .or_else(|| self.names.lock().get(&port.as_atom()?).copied())?;
        self.open.lock().get(&number).cloned()
    }

    /// Sends bytes to the program. False: there is no such port.
    pub fn write(&self, port: Term, bytes: Vec<u8>) -> bool {
        let Some(port) = self.find(port) else { return false };
        let bytes = match port.options.framing {
            Framing::Packet(size) => {
                let length = (bytes.len() as u64).to_be_bytes();
                [&length[8 - size..], &bytes].concat()
            }
            _ => bytes,
        };
        port.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        match &*port.input.lock() {
            Some(input) => input.send(bytes).is_ok(),
            None => false,
        }
    }

    /// Closes the program's input and forgets the port. False: there is none.
    pub fn close(&self, vm: &Vm, port: Term) -> bool {
        let Some(port) = self.find(port) else { return false };
        port.closed.store(true, Ordering::SeqCst);
        self.forget(vm, &port);
        true
    }

    /// Tells `from` when the port ends, or at once.
    pub fn monitor(&self, vm: &Vm, port: u64, reference: u64, from: u64) {
        let found = self.open.lock().get(&port).cloned();
        let entered = found.is_some_and(|port| match &mut *port.monitors.lock() {
            Some(monitors) => {
                monitors.push((reference, from));
                true
            }
            None => false,
        });
        if !entered {
            let reason = OwnedTerm::immediate(Term::atom(known::NOPROC));
            vm.signal(from, Signal::Down { reference, reason });
        }
    }

    pub fn demonitor(&self, port: u64, reference: u64) {
        let found = self.open.lock().get(&port).cloned();
        if let Some(port) = found
            && let Some(monitors) = &mut *port.monitors.lock()
        {
            monitors.retain(|(other, _)| *other != reference);
        }
    }

    /// Links a process to a port. False: there is no such port.
    pub fn link(&self, port: u64, number: u64) -> bool {
        let Some(port) = self.open.lock().get(&port).cloned() else {
            return false;
        };
        match &mut *port.links.lock() {
            Some(links) => {
                if !links.contains(&number) && port.owner.load(Ordering::SeqCst) != number {
                    links.push(number);
                }
                true
            }
            None => false,
        }
    }

    pub fn unlink(&self, port: u64, number: u64) {
        let Some(port) = self.open.lock().get(&port).cloned() else {
            return;
        };
        if let Some(links) = &mut *port.links.lock() {
            links.retain(|other| *other != number);
        }
    }

    fn forget(&self, vm: &Vm, port: &Port) {
        for (reference, from) in port.monitors.lock().take().unwrap_or_default() {
            let reason = OwnedTerm::immediate(Term::atom(known::NORMAL));
            vm.signal(from, Signal::Down { reference, reason });
        }
        for number in port.links.lock().take().unwrap_or_default() {
            vm.signal(number, Signal::Request(Box::new(Ended(port.number))));
        }
        port.input.lock().take();
        self.open.lock().remove(&port.number);
        self.names.lock().retain(|_, number| *number != port.number);
    }

    /// Makes another process the owner.
    pub fn connect(&self, port: Term, owner: u64) -> bool {
        let Some(port) = self.find(port) else { return false };
        port.owner.store(owner, Ordering::SeqCst);
        true
    }

    /// A message sent to a port: `{owner, {:command, data}}`, `{owner, :close}`, `{owner, {:connect, pid}}`.
    pub fn command(&self, vm: &Vm, port: u64, message: Term) {
        let port = Term::port(port);
        let (Some((from, what)), Some(found)) = (message.pair(), self.find(port)) else {
            return;
        };
        let Some(owner) = from
            .as_pid()
            .filter(|owner| *owner == found.owner.load(Ordering::SeqCst))
        else {
            return;
        };
        let answer = |text: &str| {
            let mut heap = Heap::new();
            let message = heap.tuple(&[port, Term::atom(Atom::new(text))]);
            vm.signal(owner, Signal::Message(OwnedTerm::of(message)));
        };
        match (what.as_atom().map(Atom::as_str), what.pair()) {
            (Some("close"), _) => {
                self.close(vm, port);
                answer("closed");
            }
            (_, Some((kind, data))) if kind == Term::atom(Atom::new("command")) => {
                if let Some(bytes) = crate::natives::iodata_bytes(data) {
                    self.write(port, bytes);
                }
            }
            (_, Some((kind, pid))) if kind == Term::atom(Atom::new("connect")) => {
                if let Some(pid) = pid.as_pid() {
                    self.connect(port, pid);
                    answer("connected");
                }
            }
            _ => {}
        }
    }

    /// The port of that name.
    pub fn whereis(&self, name: Atom) -> Option<Term> {
        self.names.lock().get(&name).copied().map(Term::port)
    }

    pub fn register(&self, name: Atom, port: Term) -> bool {
        let Some(port) = self.find(port) else { return false };
        self.names.lock().insert(name, port.number).is_none()
    }

    pub fn unregister(&self, name: Atom) -> bool {
        self.names.lock().remove(&name).is_some()
    }

    pub fn count(&self) -> usize {
        self.open.lock().len()
    }

    pub fn all(&self) -> Vec<Term> {
        let mut numbers: Vec<u64> = self.open.lock().keys().copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().map(Term::port).collect()
    }

    pub fn owned_by(&self, number: u64) -> Vec<Term> {
        if self.last.load(Ordering::Relaxed) == 0 {
            return Vec::new();
        }
        let open = self.open.lock();
        open.values()
            .filter(|port| port.owner.load(Ordering::Relaxed) == number)
            .map(|port| Term::port(port.number))
            .collect()
    }

    /// `port_info`'s items, in its order.
    pub fn info(&self, heap: &mut Heap, port: Term) -> Option<Vec<(&'static str, Term)>> {
        let port = self.find(port)?;
        let name: Vec<Term> = port.name.chars().map(|c| Term::small(c as i64)).collect();
        let owner = Term::pid(port.owner.load(Ordering::Relaxed));
        let links: Vec<Term> = match &*port.links.lock() {
            Some(links) => [owner]
                .into_iter()
                .chain(links.iter().copied().map(Term::pid))
                .collect(),
            None => vec![owner],
        };
        Some(vec![
            ("name", heap.list(name)),
            ("links", heap.list(links)),
            ("id", Term::small(port.number as i64)),
            ("connected", owner),
            ("input", Term::small(port.read.load(Ordering::Relaxed) as i64)),
            ("output", Term::small(port.written.load(Ordering::Relaxed) as i64)),
            ("os_pid", Term::small(port.os_pid as i64)),
        ])
    }

    /// An exit signal to a port.
    pub fn exit(&self, vm: &Vm, port: Term) {
        self.close(vm, port);
    }

    /// A process has ended: its ports close.
    pub fn owner_ended(&self, vm: &Vm, number: u64) {
        for port in self.owned_by(number) {
            self.close(vm, port);
        }
    }
}

fn write(stdin: Option<std::process::ChildStdin>, parts: Receiver<Vec<u8>>) {
    let Some(mut stdin) = stdin else { return };
    for part in parts {
        if stdin.write_all(&part).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

fn serve(vm: &Vm, port: &Port, mut child: Child, mut output: io::PipeReader) {
    let mut waiting: Vec<u8> = Vec::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match output.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => {
                port.read.fetch_add(length as u64, Ordering::Relaxed);
                waiting.extend_from_slice(&chunk[..length]);
                deliver(vm, port, &mut waiting);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    if !waiting.is_empty()
        && let Framing::Line(_) = port.options.framing
    {
        data(vm, port, &waiting, Some("noeol"));
    }
    if port.options.eof {
        tell(vm, port, |_| Term::atom(known::EOF));
    }
    let status = child.wait();
    if port.options.exit_status {
        use std::os::unix::process::ExitStatusExt;
        let code = status.map_or(-1, |status| {
            status.code().unwrap_or(128 + status.signal().unwrap_or(0))
        });
        tell(vm, port, |heap| {
            heap.tuple(&[Term::atom(Atom::new("exit_status")), Term::small(code as i64)])
        });
    }
    if port.options.eof {
        return;
    }
    if !port.closed.load(Ordering::SeqCst) {
        let owner = port.owner.load(Ordering::SeqCst);
        vm.signal(owner, Signal::Request(Box::new(Ended(port.number))));
    }
    vm.ports().forget(vm, port);
}

/// Sends what is complete.
fn deliver(vm: &Vm, port: &Port, waiting: &mut Vec<u8>) {
    match port.options.framing {
        Framing::Stream => data(vm, port, &std::mem::take(waiting), None),
        Framing::Line(most) => {
            let mut start = 0;
            loop {
                let rest = &waiting[start..];
                match rest.iter().position(|byte| *byte == b'\n') {
                    Some(end) if end <= most => {
                        data(vm, port, &rest[..end], Some("eol"));
                        start += end + 1;
                    }
                    None if rest.len() < most => break,
                    _ => {
                        data(vm, port, &rest[..most], Some("noeol"));
                        start += most;
                    }
                }
            }
            waiting.drain(..start);
        }
        Framing::Packet(size) => {
            let mut start = 0;
            while let Some(head) = waiting.get(start..start + size) {
                let length = head.iter().fold(0usize, |sum, byte| sum << 8 | *byte as usize);
                let Some(body) = waiting.get(start + size..start + size + length) else {
                    break;
                };
                data(vm, port, body, None);
                start += size + length;
            }
            waiting.drain(..start);
        }
    }
}

fn data(vm: &Vm, port: &Port, bytes: &[u8], line: Option<&str>) {
    let binary = port.options.binary;
    tell(vm, port, |heap| {
        let bytes = if binary {
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

/// Sends `{port, what}` to the owner.
fn tell(vm: &Vm, port: &Port, what: impl FnOnce(&mut Heap) -> Term) {
    if port.closed.load(Ordering::SeqCst) {
        return;
    }
    let mut heap = Heap::new();
    let what = what(&mut heap);
    let message = heap.tuple(&[Term::port(port.number), what]);
    vm.signal(
        port.owner.load(Ordering::SeqCst),
        Signal::Message(OwnedTerm::of(message)),
    );
}

/// The exit signal of a port to its owner: a message, if it traps exits.
struct Ended(u64);

impl Request for Ended {
    fn run(self: Box<Self>, process: &mut Process, _: &Vm) {
        if process.trap_exit {
            let parts = [
                Term::atom(known::EXIT_SIGNAL),
                Term::port(self.0),
                Term::atom(known::NORMAL),
            ];
            let message = process.heap.tuple(&parts);
            process.append_own(message);
        }
    }

    fn undeliverable(self: Box<Self>, _: &Vm) {}
}
