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

pub struct Port {
    pub(super) number: u64,
    owner: AtomicU64,
    /// It is at first, but may take the link back.
    owner_linked: AtomicBool,
    options: Options,
    /// None: it is a socket.
    os_pid: Option<u32>,
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

impl Port {
    pub(super) fn owner(&self) -> u64 {
        self.owner.load(Ordering::SeqCst)
    }

    pub(super) fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// The ports of one Vm.
#[derive(Default)]
pub struct Ports {
    open: Mutex<FxHashMap<u64, Arc<Port>>>,
    /// How many ports each process owns or is linked to.
    holders: Mutex<FxHashMap<u64, usize>>,
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
            owner_linked: AtomicBool::new(true),
            options,
            os_pid: Some(child.id()),
            name,
            input: Mutex::new(Some(sender)),
            closed: AtomicBool::new(false),
            monitors: Mutex::new(Some(Vec::new())),
            links: Mutex::new(Some(Vec::new())),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
        });
        self.enter(port.clone());
        let stdin = child.stdin.take();
        std::thread::spawn(move || write(stdin, receiver));
        let (vm, reader) = (vm.clone(), port.clone());
        std::thread::spawn(move || serve(&vm, &reader, child, output));
        Ok(Term::port(port.number))
    }

    /// A port that is a socket; `io::net` does the rest.
    pub(super) fn adopt(&self, owner: u64, name: &str) -> Arc<Port> {
        let port = Arc::new(Port {
            number: self.last.fetch_add(1, Ordering::Relaxed) + 1,
            owner: AtomicU64::new(owner),
            owner_linked: AtomicBool::new(true),
            options: Options {
                framing: Framing::Stream,
                binary: false,
                exit_status: false,
                eof: false,
                join_errors: false,
            },
            os_pid: None,
            name: name.to_string(),
            input: Mutex::new(None),
            closed: AtomicBool::new(false),
            monitors: Mutex::new(Some(Vec::new())),
            links: Mutex::new(Some(Vec::new())),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
        });
        self.enter(port.clone());
        port
    }

    fn enter(&self, port: Arc<Port>) {
        self.hold(port.owner());
        self.open.lock().insert(port.number, port);
    }

    fn hold(&self, process: u64) {
        *self.holders.lock().entry(process).or_default() += 1;
    }

    fn let_go(&self, process: u64) {
        let mut holders = self.holders.lock();
        if let Some(count) = holders.get_mut(&process) {
            *count -= 1;
            if *count == 0 {
                holders.remove(&process);
            }
        }
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
        self.end(vm, &port, Term::atom(known::NORMAL), Owner::Told);
        true
    }

    /// As `close`, where the owner knows already: it has got a message.
    pub(super) fn close_known(&self, vm: &Vm, port: &Port) {
        self.end(vm, port, Term::atom(known::NORMAL), Owner::Knows);
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
            Some(_) if port.owner() == number => {
                port.owner_linked.store(true, Ordering::SeqCst);
                true
            }
            Some(links) => {
                if !links.contains(&number) {
                    links.push(number);
                    self.hold(number);
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
        if port.owner() == number {
            port.owner_linked.store(false, Ordering::SeqCst);
        }
        if let Some(links) = &mut *port.links.lock()
            && let Some(at) = links.iter().position(|other| *other == number)
        {
            links.remove(at);
            self.let_go(number);
        }
    }

    /// The end of a port, which the first to come here brings about: who watches it or is linked to it is told why.
    fn end(&self, vm: &Vm, port: &Port, reason: Term, owner: Owner) {
        if self.open.lock().remove(&port.number).is_none() {
            return;
        }
        self.let_go(port.owner());
        for (reference, from) in port.monitors.lock().take().unwrap_or_default() {
            let reason = OwnedTerm::of(reason);
            vm.signal(from, Signal::Down { reference, reason });
        }
        let links = port.links.lock().take().unwrap_or_default();
        for number in &links {
            self.let_go(*number);
        }
        let told = owner == Owner::Told && port.owner_linked.load(Ordering::SeqCst);
        let owner = told.then(|| port.owner());
        for number in links.into_iter().chain(owner) {
            let port = port.number;
            let reason = OwnedTerm::of(reason);
            vm.signal(number, Signal::Request(Box::new(Ended { port, reason })));
        }
        port.input.lock().take();
        vm.net().closed(vm, port.number);
        self.names.lock().retain(|_, number| *number != port.number);
    }

    /// Makes another process the owner.
    pub fn connect(&self, vm: &Vm, port: Term, owner: u64) -> bool {
        let Some(port) = self.find(port) else { return false };
        if owner == port.owner() {
            return true;
        }
        self.hold(owner);
        let old = port.owner.swap(owner, Ordering::SeqCst);
        if port.owner_linked.swap(true, Ordering::SeqCst) {
            self.link(port.number, old);
        }
        self.let_go(old);
        if !vm.processes().is_alive(owner) {
            self.end(vm, &port, Term::atom(known::NOPROC), Owner::Knows);
        }
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
                    self.connect(vm, port, pid);
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
        if self.last.load(Ordering::Relaxed) == 0 || !self.holders.lock().contains_key(&number) {
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
        let owner = Term::pid(port.owner());
        let linked = port.owner_linked.load(Ordering::SeqCst).then_some(owner);
        let links: Vec<Term> = match &*port.links.lock() {
            Some(links) => linked
                .into_iter()
                .chain(links.iter().copied().map(Term::pid))
                .collect(),
            None => linked.into_iter().collect(),
        };
        Some(vec![
            ("name", heap.list(name)),
            ("links", heap.list(links)),
            ("id", Term::small(port.number as i64)),
            ("connected", owner),
            ("input", Term::small(port.read.load(Ordering::Relaxed) as i64)),
            ("output", Term::small(port.written.load(Ordering::Relaxed) as i64)),
            (
                "os_pid",
                port.os_pid
                    .map_or(Term::atom(known::UNDEFINED), |pid| Term::small(pid.into())),
            ),
        ])
    }

    /// An exit signal to a port, which even a normal one ends.
    pub fn exit(&self, vm: &Vm, port: Term, reason: Term) {
        let Some(port) = self.find(port) else { return };
        let reason = if reason == Term::atom(known::KILL) {
            Term::atom(known::KILLED)
        } else {
            reason
        };
        port.closed.store(true, Ordering::SeqCst);
        self.end(vm, &port, reason, Owner::Told);
    }

    /// A process has ended: its ports close, and so do those linked to it unless its end was normal.
    pub fn process_ended(&self, vm: &Vm, number: u64, reason: Term) {
        if self.last.load(Ordering::Relaxed) == 0 || !self.holders.lock().contains_key(&number) {
            return;
        }
        let linked = |port: &Port| {
            let links = port.links.lock();
            links.as_ref().is_some_and(|links| links.contains(&number))
        };
        let ports: Vec<Arc<Port>> = self.open.lock().values().cloned().collect();
        for port in ports {
            let owned = port.owner() == number;
            if owned || (linked(&port) && reason != Term::atom(known::NORMAL)) {
                port.closed.store(true, Ordering::SeqCst);
                self.end(vm, &port, reason, Owner::Told);
            } else {
                self.unlink(port.number, number);
            }
        }
    }
}

/// Whether the owner of a port that ends must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Told,
    Knows,
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
    vm.ports().end(vm, port, Term::atom(known::NORMAL), Owner::Told);
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

/// The exit signal of a port: a message to who traps exits.
struct Ended {
    port: u64,
    reason: OwnedTerm,
}

impl Request for Ended {
    fn run(self: Box<Self>, process: &mut Process, _: &Vm) {
        if process.trap_exit {
            let reason = process.heap.adopt(self.reason);
            let parts = [Term::atom(known::EXIT_SIGNAL), Term::port(self.port), reason];
            let message = process.heap.tuple(&parts);
            process.append_own(message);
        } else if self.reason.term() != Term::atom(known::NORMAL) && process.exiting.is_none() {
            process.exiting = Some(Box::new(self.reason));
        }
    }

    fn undeliverable(self: Box<Self>, _: &Vm) {}
}
