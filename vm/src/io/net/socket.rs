//! A socket: its state, and its life from opening to the close.

use super::handle::{Family, Handle};
use super::input::Ahead;
use super::options::{self, Active, Got, Options, Setting};
use super::output::Outgoing;
use super::statistics::Statistics;
use super::{After, Net, Reason, address};
use crate::atom::Atom;
use crate::heap::{Heap, OwnedTerm};
use crate::io::ports::Port;
use crate::process::Process;
use crate::process::signal::{Request, Signal};
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::{Mutex, MutexGuard};
use socket2::SockAddr;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

/// A process that waits, and the reference that its message will bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiter {
    pub process: u64,
    pub reference: u64,
}

impl Waiter {
    /// `{:"$socket", reference, result}`
    pub(super) fn answer(self, vm: &Vm, result: impl FnOnce(&mut Heap) -> Term) {
        let mut heap = Heap::new();
        let result = result(&mut heap);
        let message = self.message(&mut heap, result);
        vm.signal(self.process, Signal::Message(OwnedTerm::of(message)));
    }

    fn message(self, heap: &mut Heap, result: Term) -> Term {
        let reference = heap.reference_from(self.reference, self.process);
        heap.tuple(&[Term::atom(Atom::new("$socket")), reference, result])
    }

    pub(super) fn done(self, vm: &Vm) {
        self.answer(vm, |_| Term::OK);
    }

    pub(super) fn refuse(self, vm: &Vm, reason: Reason) {
        self.answer(vm, |heap| heap.error(Term::atom(Atom::new(reason))));
    }
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Fresh,
    Listening,
    Connecting,
    /// It can send and receive; so can every socket for datagrams.
    Connected,
}

/// A socket of the VM. The port of the same number is what programs know it by.
pub struct Socket {
    pub number: u64,
    pub datagrams: bool,
    family: Family,
    pub(super) port: Arc<Port>,
    pub(super) state: Mutex<State>,
}

/// What its lock guards.
pub struct State {
    /// None once it is closed, by us or because the peer is gone.
    pub(super) handle: Option<Handle>,
    pub(super) stage: Stage,
    pub(super) options: Options,
    pub(super) ahead: Ahead,
    /// The peer sends no more.
    pub(super) ended: bool,
    /// The next line of HTTP is a header.
    pub(super) in_headers: bool,
    /// Who waits for data, and for how many bytes (0: any).
    pub(super) receiver: Option<(Waiter, usize)>,
    pub(super) acceptors: VecDeque<Waiter>,
    pub(super) connector: Option<Waiter>,
    pub(super) outgoing: Outgoing,
    pub(super) statistics: Statistics,
    registered: bool,
    pub(super) port_open: bool,
    /// The system's socket was closed when data was sent: who receives next is told that it is closed,
    pub(super) receiver_unaware: bool,
    /// or when data was received: who sends next is told.
    pub(super) sender_unaware: bool,
}

impl State {
    fn new(handle: Handle, stage: Stage, options: Options) -> State {
        State {
            handle: Some(handle),
            stage,
            options,
            ahead: Ahead::default(),
            ended: false,
            in_headers: false,
            receiver: None,
            acceptors: VecDeque::new(),
            connector: None,
            outgoing: Outgoing::default(),
            statistics: Statistics::default(),
            registered: false,
            port_open: true,
            receiver_unaware: false,
            sender_unaware: false,
        }
    }

    /// The system's socket, or why there is none.
    pub(super) fn handle(&self) -> Result<&Handle, Reason> {
        match &self.handle {
            Some(handle) => Ok(handle),
            None if self.port_open => Err("enotconn"),
            None => Err("closed"),
        }
    }
}

pub(super) fn failed(error: io::Error) -> Reason {
    address::reason(&error)
}

impl Net {
    /// A new socket of the process.
    pub fn open(
        &self,
        vm: &Vm,
        owner: u64,
        family: Family,
        datagrams: bool,
        settings: &[Setting],
    ) -> Result<Arc<Socket>, Reason> {
        self.poller(vm).map_err(failed)?;
        let handle = Handle::open(family, datagrams).map_err(failed)?;
        let (mut options, stage) = if datagrams {
            (Options::of_datagrams(), Stage::Connected)
        } else {
            (Options::of_streams(), Stage::Fresh)
        };
        let mut active = options.active;
        for setting in settings {
            setting.apply(&handle, &mut options).map_err(failed)?;
            if let Setting::Active(how) = setting {
                active = *how;
            }
        }
        options.active = match active {
            Active::Times(times) if times <= 0 => Active::No,
            how => how,
        };
        Ok(self.enter(vm, owner, family, datagrams, State::new(handle, stage, options)))
    }

    fn enter(&self, vm: &Vm, owner: u64, family: Family, datagrams: bool, state: State) -> Arc<Socket> {
        let name = if datagrams { "udp_inet" } else { "tcp_inet" };
        let port = vm.ports().adopt(owner, name);
        let socket = Arc::new(Socket {
            number: port.number,
            datagrams,
            family,
            port,
            state: Mutex::new(state),
        });
        self.open.lock().insert(socket.number, socket.clone());
        socket
    }

    fn forget(&self, number: u64) {
        self.open.lock().remove(&number);
    }
}

impl Socket {
    pub fn owner(&self) -> u64 {
        self.port.owner()
    }

    pub fn family(&self) -> Family {
        self.family
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    pub(super) fn register(&self, vm: &Vm, state: &mut State) -> Result<(), Reason> {
        if !state.registered
            && let Some(handle) = &state.handle
        {
            let poller = vm.net().poller(vm).map_err(failed)?;
            poller.register(handle, self.number).map_err(failed)?;
            state.registered = true;
        }
        Ok(())
    }

    /// Closes the system's socket.
    pub(super) fn drop_handle(&self, vm: &Vm, state: &mut State) {
        if let Some(handle) = state.handle.take()
            && let Ok(poller) = vm.net().poller(vm)
        {
            poller.forget(&handle);
        }
    }

    pub fn bind(&self, to: &SockAddr) -> Result<(), Reason> {
        self.lock().handle()?.socket().bind(to).map_err(failed)
    }

    /// Begins to receive datagrams.
    pub fn start(&self, vm: &Vm) -> Result<(), Reason> {
        let mut state = self.lock();
        self.register(vm, &mut state)
    }

    pub fn listen(&self, vm: &Vm, backlog: i32) -> Result<(), Reason> {
        let mut state = self.lock();
        state.handle()?.socket().listen(backlog).map_err(failed)?;
        state.stage = Stage::Listening;
        self.register(vm, &mut state)
    }

    /// True: it is connected; false: the waiter will be told.
    pub fn connect(&self, vm: &Vm, to: &SockAddr, waiter: Waiter) -> Result<bool, Reason> {
        let mut state = self.lock();
        match state.handle()?.socket().connect(to) {
            Ok(()) => {
                state.stage = Stage::Connected;
                self.register(vm, &mut state)?;
                Ok(true)
            }
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {
                state.stage = Stage::Connecting;
                state.connector = Some(waiter);
                self.register(vm, &mut state)?;
                Ok(false)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// What a socket that is connecting has become.
    fn connected(&self, vm: &Vm, state: &mut State) -> bool {
        let Some(handle) = &state.handle else {
            return false;
        };
        let socket = handle.socket();
        let error = socket.take_error().unwrap_or_else(Some);
        if error.is_none() && socket.peer_addr().is_err() {
            return false;
        }
        let waiter = state.connector.take();
        match (error, waiter) {
            (Some(error), waiter) => {
                state.stage = Stage::Fresh;
                if let Some(waiter) = waiter {
                    waiter.refuse(vm, failed(error));
                }
                false
            }
            (None, waiter) => {
                state.stage = Stage::Connected;
                if let Some(waiter) = waiter {
                    waiter.done(vm);
                }
                true
            }
        }
    }

    /// The number of a new connection for the waiter's process; None: the waiter will be told of one.
    pub fn accept(&self, vm: &Vm, waiter: Waiter) -> Result<Option<u64>, Reason> {
        let mut state = self.lock();
        if state.handle.is_none() {
            return Err("closed");
        }
        if state.stage != Stage::Listening {
            return Err("einval");
        }
        // Who has waited longer comes first, unless it has ended in the meantime.
        forget_ended(vm, &mut state.acceptors);
        if state.acceptors.is_empty()
            && let Some(new) = self.take_connection(vm, &mut state, waiter.process)?
        {
            return Ok(Some(new.number));
        }
        state.acceptors.push_back(waiter);
        Ok(None)
    }

    fn take_connection(&self, vm: &Vm, state: &mut State, owner: u64) -> Result<Option<Arc<Socket>>, Reason> {
        loop {
            return match state.handle()?.accept() {
                Ok(handle) => {
                    let new = State::new(handle, Stage::Connected, state.options);
                    let new = vm.net().enter(vm, owner, self.family, false, new);
                    let registered = new.register(vm, &mut new.lock());
                    match registered {
                        Ok(()) => Ok(Some(new)),
                        Err(reason) => {
                            vm.ports().close_known(vm, &new.port);
                            Err(reason)
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::Interrupted | io::ErrorKind::ConnectionAborted
                    ) =>
                {
                    continue;
                }
                Err(error) => Err(failed(error)),
            };
        }
    }

    fn serve_acceptors(&self, vm: &Vm, state: &mut State) {
        forget_ended(vm, &mut state.acceptors);
        while let Some(waiter) = state.acceptors.front().copied() {
            match self.take_connection(vm, state, waiter.process) {
                Ok(None) => return,
                Ok(Some(new)) => {
                    let number = new.number;
                    vm.signal(
                        waiter.process,
                        Signal::Request(Box::new(Accepted { waiter, number })),
                    );
                }
                Err(reason) => waiter.refuse(vm, reason),
            }
            state.acceptors.pop_front();
        }
    }

    /// The poller: something has happened to the system's socket.
    pub(super) fn ready(&self, vm: &Vm) -> After {
        let mut state = self.lock();
        let state = &mut *state;
        if state.stage == Stage::Connecting && !self.connected(vm, state) {
            return After::Nothing;
        }
        if state.stage == Stage::Listening {
            self.serve_acceptors(vm, state);
            return After::Nothing;
        }
        if self.flush(vm, state) == After::Close {
            return After::Close;
        }
        if !state.port_open {
            if state.handle.is_none() {
                vm.net().forget(self.number);
            }
            return After::Nothing;
        }
        self.pump(vm, state)
    }

    /// The port has ended.
    pub(super) fn closed(&self, vm: &Vm) {
        let mut state = self.lock();
        let state = &mut *state;
        state.port_open = false;
        let waiters = state.acceptors.drain(..).chain(state.connector.take());
        for waiter in waiters.chain(state.receiver.take().map(|(waiter, _)| waiter)) {
            waiter.refuse(vm, "closed");
        }
        state.outgoing.end_waits(vm, "closed");
        if state.outgoing.is_empty() || state.stage != Stage::Connected {
            self.drop_handle(vm, state);
            vm.net().forget(self.number);
        }
    }

    /// Waits no more. False: the answer is there already.
    pub fn cancel(&self, process: u64, reference: u64) -> bool {
        let waiter = Waiter { process, reference };
        let mut state = self.lock();
        if state.connector == Some(waiter) {
            state.connector = None;
            return true;
        }
        if state.receiver.is_some_and(|(receiver, _)| receiver == waiter) {
            state.receiver = None;
            return true;
        }
        if let Some(at) = state.acceptors.iter().position(|other| *other == waiter) {
            state.acceptors.remove(at);
            return true;
        }
        state.outgoing.cancel(waiter)
    }

    /// Sets options, in order, up to the first that is refused; then gives out what the socket may give out now.
    pub fn set(&self, vm: &Vm, settings: &[Setting]) -> Result<(), Reason> {
        let mut guard = self.lock();
        let state = &mut *guard;
        for setting in settings {
            if let Setting::Active(active) = setting {
                self.activate(vm, state, *active)?;
            } else if let Some(handle) = &state.handle {
                setting.apply(handle, &mut state.options).map_err(|_| "einval")?;
            }
        }
        let after = self.pump(vm, state);
        drop(guard);
        match after {
            After::Nothing => {}
            After::Again => {
                if let Ok(poller) = vm.net().poller(vm) {
                    poller.again(self.number);
                }
            }
            After::Close => vm.ports().close_known(vm, &self.port),
        }
        Ok(())
    }

    /// A number is added to what is left of the last one.
    fn activate(&self, vm: &Vm, state: &mut State, active: Active) -> Result<(), Reason> {
        state.options.active = match active {
            Active::Times(more) => {
                let left = match state.options.active {
                    Active::Times(left) => left,
                    _ => 0,
                };
                match left + more {
                    32_768.. => return Err("einval"),
                    times @ 1.. => Active::Times(times),
                    _ => {
                        self.tell_passive(vm, state);
                        Active::No
                    }
                }
            }
            other => other,
        };
        Ok(())
    }

    /// `[{name, value}]`; None: one of the names is unknown.
    pub fn get(&self, names: &[Term], heap: &mut Heap) -> Option<Term> {
        let state = self.lock();
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let handle = state.handle.as_ref()?;
            match options::get(name.as_atom()?.as_str(), handle, &state.options, heap) {
                Got::Unknown => return None,
                Got::Absent => {}
                Got::Value(value) => all.push(heap.tuple(&[*name, value])),
            }
        }
        Some(heap.list(all))
    }

    pub fn local(&self) -> Result<SockAddr, Reason> {
        let state = self.lock();
        let handle = state.handle.as_ref().ok_or("einval")?;
        handle.socket().local_addr().map_err(failed)
    }

    pub fn peer(&self) -> Result<SockAddr, Reason> {
        let state = self.lock();
        let handle = state.handle.as_ref().ok_or("einval")?;
        handle.socket().peer_addr().map_err(failed)
    }

    /// Counts by name; None: one is unknown.
    pub fn statistics(&self, names: &[Term], heap: &mut Heap) -> Option<Term> {
        let state = self.lock();
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let count = state
                .statistics
                .get(name.as_atom()?.as_str(), state.outgoing.pending())?;
            let count = heap.integer(count as i128);
            all.push(heap.tuple(&[*name, count]));
        }
        Some(heap.list(all))
    }

    /// `[:connected, :open]` and the like.
    pub fn stage(&self) -> &'static [&'static str] {
        let state = self.lock();
        match (&state.handle, state.stage) {
            (None, _) => &["closed"],
            (_, Stage::Listening) => &["listen", "open"],
            (_, Stage::Connected) if self.datagrams => &["open"],
            (_, Stage::Connected) => &["connected", "open"],
            (_, Stage::Connecting) => &["connecting", "open"],
            (_, Stage::Fresh) => &["open"],
        }
    }
}

fn forget_ended(vm: &Vm, waiters: &mut VecDeque<Waiter>) {
    waiters.retain(|waiter| vm.processes().is_alive(waiter.process));
}

/// A new connection on its way to the process that waits for it.
struct Accepted {
    waiter: Waiter,
    number: u64,
}

impl Request for Accepted {
    fn run(self: Box<Self>, process: &mut Process, _: &Vm) {
        let heap = &mut process.heap;
        let result = heap.ok(Term::port(self.number));
        let message = self.waiter.message(heap, result);
        process.append_own(message);
    }

    fn undeliverable(self: Box<Self>, vm: &Vm) {
        vm.ports().close(vm, Term::port(self.number));
    }
}
