//! The thread that waits for the system's sockets.
//!
//! It sleeps in the system until a socket is ready or somebody rings. `again` lists sockets that have more to give than one
//! turn's budget; while there are any the thread looks for events without sleeping, so that all sockets get turns.

use super::{After, Handle};
use crate::vm::Vm;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Registry, Token, Waker};
use parking_lot::Mutex;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Not a port's number.
const RING: Token = Token(usize::MAX);

pub(super) struct Poller {
    registry: Registry,
    waker: Waker,
    again: Mutex<Vec<u64>>,
    stopping: AtomicBool,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Poller {
    pub fn start(vm: &Vm) -> io::Result<Arc<Poller>> {
        let poll = Poll::new()?;
        let poller = Arc::new(Poller {
            registry: poll.registry().try_clone()?,
            waker: Waker::new(poll.registry(), RING)?,
            again: Mutex::default(),
            stopping: AtomicBool::new(false),
            thread: Mutex::default(),
        });
        let (vm, this) = (vm.clone(), poller.clone());
        let thread = std::thread::Builder::new()
            .name("poller".into())
            .spawn(move || serve(&vm, &this, poll))?;
        *poller.thread.lock() = Some(thread);
        Ok(poller)
    }

    pub fn register(&self, handle: &Handle, number: u64) -> io::Result<()> {
        self.registry.register(
            &mut SourceFd(&handle.as_raw_fd()),
            Token(number as usize),
            Interest::READABLE | Interest::WRITABLE,
        )
    }

    pub fn forget(&self, handle: &Handle) {
        // It is closed next, which forgets it too.
        let _ = self.registry.deregister(&mut SourceFd(&handle.as_raw_fd()));
    }

    /// Gives the socket a turn soon.
    pub fn again(&self, number: u64) {
        self.again.lock().push(number);
        // It fails only if the poller is gone.
        let _ = self.waker.wake();
    }

    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = self.waker.wake();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

fn serve(vm: &Vm, poller: &Poller, mut poll: Poll) {
    let mut events = Events::with_capacity(512);
    let mut busy: Vec<u64> = Vec::new();
    loop {
        let time = (!busy.is_empty()).then_some(Duration::ZERO);
        if let Err(error) = poll.poll(&mut events, time)
            && error.kind() != io::ErrorKind::Interrupted
        {
            return;
        }
        if poller.stopping.load(Ordering::SeqCst) {
            return;
        }
        busy.append(&mut poller.again.lock());
        let turns = std::mem::take(&mut busy);
        for event in events.iter().filter(|event| event.token() != RING) {
            let number = event.token().0 as u64;
            if turn(vm, number) {
                busy.push(number);
            }
        }
        for number in turns {
            if !busy.contains(&number) && turn(vm, number) {
                busy.push(number);
            }
        }
    }
}

/// Whether the socket has more.
fn turn(vm: &Vm, number: u64) -> bool {
    let Some(socket) = vm.net().find(number) else {
        return false;
    };
    match socket.ready(vm) {
        After::Nothing => false,
        After::Again => true,
        After::Close => {
            vm.ports().close_known(vm, &socket.port);
            false
        }
    }
}
