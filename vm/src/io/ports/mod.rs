//! Ports: programs of the system that talk to a process by messages, and sockets, which are ports to their processes.
//!
//! This file is the table of ports and what may be done to one; `port` is one of them, `poller` the thread that reads and
//! writes, so that no scheduler waits for a pipe.
//!
//! A port ends once: its ties are taken out under their lock, then whoever was linked or watching is told the reason. It
//! ends when the program does, when it is closed, when a process that is linked to it ends, or when it cannot be written to.

mod poller;
pub mod port;

use crate::atom::{Atom, known};
use crate::heap::{Heap, OwnedTerm};
use crate::process::Process;
use crate::process::signal::{Request, Signal};
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::Mutex;
use poller::Poller;
pub use port::{Framing, Options, Port, Written};
use rustc_hash::{FxHashMap, FxHashSet};
use std::io;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The ports of one Vm.
#[derive(Default)]
pub struct Ports {
    open: Mutex<FxHashMap<u64, Arc<Port>>>,
    /// Processes that may be tied to a port, so that the end of all others costs one look.
    tied: Mutex<FxHashSet<u64>>,
    names: Mutex<FxHashMap<Atom, u64>>,
    last: AtomicU64,
    /// Bytes read from and written to ports that have ended.
    moved: [AtomicU64; 2],
    poller: Mutex<Option<Arc<Poller>>>,
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
        let poller = self.poller(vm)?;
        let (reader, writer) = pipes(&mut command, options)?;
        let child = command.spawn()?;
        // It holds the program's ends of the pipes.
        drop(command);
        let port = self.enter(owner, name, Some(child.id()), options);
        port.output.lock().pipe = writer.map(|pipe| mio::unix::pipe::Sender::from(OwnedFd::from(pipe)));
        let reader = reader.map(|pipe| mio::unix::pipe::Receiver::from(OwnedFd::from(pipe)));
        if let Some(reader) = &reader {
            reader.set_nonblocking(true)?;
        }
        if let Some(writer) = &port.output.lock().pipe {
            writer.set_nonblocking(true)?;
        }
        poller.open(&port, reader, child);
        Ok(Term::port(port.number))
    }

    fn poller(&self, vm: &Vm) -> io::Result<Arc<Poller>> {
        let mut poller = self.poller.lock();
        match &*poller {
            Some(poller) => Ok(poller.clone()),
            None => Ok(poller.insert(Poller::start(vm)?).clone()),
        }
    }

    /// Ends the thread.
    pub fn stop(&self) {
        if let Some(poller) = self.poller.lock().take() {
            poller.stop();
        }
    }

    fn enter(&self, owner: u64, name: String, os_pid: Option<u32>, options: Options) -> Arc<Port> {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let port = Arc::new(Port::new(number, owner, name, os_pid, options));
        self.tied.lock().insert(owner);
        self.open.lock().insert(number, port.clone());
        port
    }

    /// A port that is a socket; `io::net` does the rest.
    pub(super) fn adopt(&self, owner: u64, name: &str) -> Arc<Port> {
        self.enter(owner, name.to_string(), None, Options::default())
    }

    fn find(&self, port: Term) -> Option<Arc<Port>> {
        let number = port
            .as_port()
            .or_else(|| self.names.lock().get(&port.as_atom()?).copied())?;
        self.open.lock().get(&number).cloned()
    }

    /// Sends bytes to the program. None: there is no such port. A busy port takes them only if it must; else `waiter`
    /// gets a reply when it is free.
    pub fn write(
        &self,
        vm: &Vm,
        port: Term,
        bytes: &[u8],
        force: bool,
        waiter: Option<(u64, u64)>,
    ) -> Option<Written> {
        let port = self.find(port)?;
        let written = port.write(bytes, force, waiter);
        if let Written::Failed(reason) = written {
            self.fail(vm, &port, reason);
        }
        Some(written)
    }

    /// Ends the port with this reason.
    fn fail(&self, vm: &Vm, port: &Port, reason: &str) {
        let reason = OwnedTerm::immediate(Term::atom(Atom::new(reason)));
        self.end(vm, port, &reason);
    }

    /// Closes the port. False: there is none.
    pub fn close(&self, vm: &Vm, port: Term) -> bool {
        match self.find(port) {
            Some(port) => self.end(vm, &port, &OwnedTerm::immediate(Term::atom(known::NORMAL))),
            None => false,
        }
    }

    /// As `close`, where the owner knows already: it has got a message.
    pub(super) fn close_known(&self, vm: &Vm, port: &Port) {
        if let Some(ties) = &mut *port.ties.lock() {
            let owner = ties.owner;
            ties.links.retain(|number| *number != owner);
        }
        self.end(vm, port, &OwnedTerm::immediate(Term::atom(known::NORMAL)));
    }

    /// An exit signal to a port.
    pub fn exit(&self, vm: &Vm, port: Term, reason: Term) {
        let reason = if reason == Term::atom(known::KILL) {
            Term::atom(known::KILLED)
        } else {
            reason
        };
        if let Some(port) = self.find(port) {
            self.end(vm, &port, &OwnedTerm::of(reason));
        }
    }

    /// The end of a port. False: it has ended before.
    fn end(&self, vm: &Vm, port: &Port, reason: &OwnedTerm) -> bool {
        let Some(ties) = port.ties.lock().take() else {
            return false;
        };
        self.open.lock().remove(&port.number);
        for (total, count) in self.moved.iter().zip([&port.read, &port.written]) {
            total.fetch_add(count.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        self.names.lock().retain(|_, number| *number != port.number);
        if port.os_pid.is_none() {
            vm.net().closed(vm, port.number);
        } else if let Some(poller) = &*self.poller.lock() {
            poller.close(port.number);
        }
        for number in ties.links {
            let ended = Ended {
                port: port.number,
                reason: OwnedTerm::of(reason.term()),
            };
            vm.signal(number, Signal::Request(Box::new(ended)));
        }
        for (reference, from) in ties.monitors {
            let reason = OwnedTerm::of(reason.term());
            vm.signal(from, Signal::Down { reference, reason });
        }
        true
    }

    /// Tells `from` when the port ends, or at once.
    pub fn monitor(&self, vm: &Vm, port: u64, reference: u64, from: u64) {
        let entered = self
            .with_ties(port, |ties| ties.monitors.push((reference, from)))
            .is_some();
        if !entered {
            let reason = OwnedTerm::immediate(Term::atom(known::NOPROC));
            vm.signal(from, Signal::Down { reference, reason });
        }
    }

    pub fn demonitor(&self, port: u64, reference: u64) {
        self.with_ties(port, |ties| {
            ties.monitors.retain(|(other, _)| *other != reference)
        });
    }

    /// Links a process to a port. False: there is no such port.
    pub fn link(&self, port: u64, number: u64) -> bool {
        self.tied.lock().insert(number);
        self.with_ties(port, |ties| {
            if !ties.links.contains(&number) {
                ties.links.push(number);
            }
        })
        .is_some()
    }

    pub fn unlink(&self, port: u64, number: u64) {
        self.with_ties(port, |ties| ties.links.retain(|other| *other != number));
    }

    /// Works with the ties of a port that has not ended.
    fn with_ties<R>(&self, port: u64, work: impl FnOnce(&mut port::Ties) -> R) -> Option<R> {
        let port = self.open.lock().get(&port).cloned()?;
        let mut ties = port.ties.lock();
        ties.as_mut().map(work)
    }

    /// Makes another process the owner, and links it: one that has ended takes the port with it. False: there is no port.
    pub fn connect(&self, vm: &Vm, port: Term, owner: u64) -> bool {
        let Some(port) = self.find(port) else { return false };
        let number = port.number;
        if !self.link(number, owner) || self.with_ties(number, |ties| ties.owner = owner).is_none() {
            return false;
        }
        if !vm.processes().is_alive(owner) {
            self.end(vm, &port, &OwnedTerm::immediate(Term::atom(known::NOPROC)));
        }
        true
    }

    /// A message sent to a port: `{owner, {:command, data}}`, `{owner, :close}`, `{owner, {:connect, pid}}`. Whoever sends
    /// another, the owner gets the exit signal `:badsig`.
    pub fn command(&self, vm: &Vm, port: u64, message: Term) {
        let term = Term::port(port);
        let Some(found) = self.find(term) else { return };
        let owner = found.owner();
        let what = message
            .pair()
            .filter(|(from, _)| from.as_pid() == Some(owner))
            .map(|(_, what)| what);
        let answer = |text: &str| {
            let mut heap = Heap::new();
            let message = heap.tuple(&[term, Term::atom(Atom::new(text))]);
            vm.signal(owner, Signal::Message(OwnedTerm::of(message)));
        };
        let parts = what.map(|what| (what.as_atom().map(Atom::as_str), what.pair()));
        let kind = |kind: Term, name: &str| kind == Term::atom(Atom::new(name));
        match parts {
            Some((Some("close"), _)) => {
                self.close(vm, term);
                return answer("closed");
            }
            Some((_, Some((name, data)))) if kind(name, "command") => {
                if let Some(bytes) = crate::natives::iodata_bytes(data) {
                    self.write(vm, term, &bytes, true, None);
                    return;
                }
            }
            Some((_, Some((name, pid)))) if kind(name, "connect") => {
                if let Some(pid) = pid.as_pid() {
                    self.tied.lock().insert(pid);
                    self.with_ties(port, |ties| ties.owner = pid);
                    return answer("connected");
                }
            }
            _ => {}
        }
        let reason = OwnedTerm::immediate(Term::atom(Atom::new("badsig")));
        vm.signal(owner, Signal::Request(Box::new(Ended { port, reason })));
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

    /// Bytes read from and written to ports so far.
    pub fn moved(&self) -> (u64, u64) {
        let [mut read, mut written] = [0, 1].map(|at: usize| self.moved[at].load(Ordering::Relaxed));
        for port in self.open.lock().values() {
            read += port.read.load(Ordering::Relaxed);
            written += port.written.load(Ordering::Relaxed);
        }
        (read, written)
    }

    pub fn count(&self) -> usize {
        self.open.lock().len()
    }

    pub fn all(&self) -> Vec<Term> {
        let mut numbers: Vec<u64> = self.open.lock().keys().copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().map(Term::port).collect()
    }

    /// The ports that a process is linked to.
    pub fn linked_to(&self, number: u64) -> Vec<Term> {
        if self.last.load(Ordering::Relaxed) == 0 || !self.tied.lock().contains(&number) {
            return Vec::new();
        }
        let ports: Vec<Arc<Port>> = self.open.lock().values().cloned().collect();
        let linked = |port: &Arc<Port>| {
            port.ties
                .lock()
                .as_ref()
                .is_some_and(|ties| ties.links.contains(&number))
        };
        let mut numbers: Vec<u64> = ports
            .iter()
            .filter(|port| linked(port))
            .map(|port| port.number)
            .collect();
        numbers.sort_unstable();
        numbers.into_iter().map(Term::port).collect()
    }

    /// A process has ended: ports that are linked to it end too, after a normal end those that it owns.
    pub fn process_ended(&self, vm: &Vm, number: u64, reason: Term) {
        if self.last.load(Ordering::Relaxed) == 0 || !self.tied.lock().remove(&number) {
            return;
        }
        let normal = reason == Term::atom(known::NORMAL);
        let ports: Vec<Arc<Port>> = self.open.lock().values().cloned().collect();
        for port in ports {
            let ends = match &mut *port.ties.lock() {
                Some(ties) if ties.links.contains(&number) => {
                    ties.links.retain(|other| *other != number);
                    !normal || ties.owner == number
                }
                // A socket does not outlive its owner.
                Some(ties) => ties.owner == number && port.os_pid.is_none(),
                None => false,
            };
            if ends {
                self.end(vm, &port, &OwnedTerm::of(reason));
            }
        }
    }

    /// What `port_info` tells of a port: the value of an item. None: there is no such port or item.
    pub fn info(&self, heap: &mut Heap, port: Term, item: &str) -> Option<Term> {
        let port = self.find(port)?;
        let ties = port.ties.lock();
        let ties = ties.as_ref()?;
        let count = |counter: &AtomicU64| Term::small(counter.load(Ordering::Relaxed) as i64);
        Some(match item {
            "name" => heap.list(
                port.name
                    .chars()
                    .map(|c| Term::small(c as i64))
                    .collect::<Vec<_>>(),
            ),
            "links" => heap.list(ties.links.iter().copied().map(Term::pid).collect::<Vec<_>>()),
            "id" => Term::small(port.number as i64),
            "connected" => Term::pid(ties.owner),
            "input" => count(&port.read),
            "output" => count(&port.written),
            "os_pid" => match port.os_pid {
                Some(pid) => Term::small(pid.into()),
                None => Term::atom(known::UNDEFINED),
            },
            "registered_name" => {
                let names = self.names.lock();
                let name = names.iter().find(|(_, number)| **number == port.number);
                name.map_or(Term::NIL, |(name, _)| Term::atom(*name))
            }
            "monitors" => Term::NIL,
            "monitored_by" => heap.list(
                ties.monitors
                    .iter()
                    .map(|(_, from)| Term::pid(*from))
                    .collect::<Vec<_>>(),
            ),
            "parallelism" => Term::bool(port.options.parallelism),
            "queue_size" => Term::small(port.output.lock().queue.len() as i64),
            "memory" => {
                let bytes = std::mem::size_of::<Port>() + port.output.lock().queue.capacity();
                Term::small(bytes as i64)
            }
            "locking" => Term::atom(Atom::new("port_level")),
            _ => return None,
        })
    }
}

/// Gives the program its ends of pipes: ours to read from and to write to.
fn pipes(
    command: &mut Command,
    options: Options,
) -> io::Result<(Option<io::PipeReader>, Option<io::PipeWriter>)> {
    use command_fds::{CommandFdExt, FdMapping};
    let (mut reader, mut writer, mut mappings) = (None, None, Vec::new());
    if options.output {
        let (theirs, ours) = io::pipe()?;
        writer = Some(ours);
        if options.apart {
            mappings.push(FdMapping {
                parent_fd: theirs.into(),
                child_fd: 3,
            });
        } else {
            command.stdin(theirs);
        }
    } else {
        command.stdin(Stdio::null());
    }
    if options.input {
        let (ours, theirs) = io::pipe()?;
        reader = Some(ours);
        if options.join_errors {
            command.stderr(theirs.try_clone()?);
        }
        if options.apart {
            mappings.push(FdMapping {
                parent_fd: theirs.into(),
                child_fd: 4,
            });
        } else {
            command.stdout(theirs);
        }
    }
    if !mappings.is_empty() {
        command.fd_mappings(mappings).map_err(io::Error::other)?;
    }
    Ok((reader, writer))
}

/// The exit signal of a port: a message to a process that traps exits, the end of another if it is not normal.
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
        } else if self.reason.term() != Term::atom(known::NORMAL) {
            process.exiting = Some(Box::new(self.reason));
        }
    }

    fn undeliverable(self: Box<Self>, _: &Vm) {}
}
