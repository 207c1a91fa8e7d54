//! Holds sockets: TCP, UDP and those of the file system, on one poller thread for each Vm.
//! May import: `io::ports`, `process`' signals, `heap`, `term`. Never: schedulers; a wait.
//!
//! **Protocol.** A socket is a port (`io::ports` has its owner, links and monitors) and an entry here under the same number.
//! 1. Everything that changes a socket holds the lock of its `State`; nothing waits while it holds it.
//! 2. Who wants something (a native on a scheduler) tries it at once. If the system says that it would block, the native
//!    enters a `Waiter` under the same lock and returns; the process waits for a message with the waiter's reference.
//! 3. The system's socket is registered once with the poller, for both directions, edge-triggered. An edge that comes after
//!    "would block" was said finds the waiter, because the poller takes the lock; one that came before was not needed. So no
//!    wake-up is lost, and nothing is registered again.
//! 4. The poller serves whoever waits, and sends data of active sockets, up to a budget for each turn; a socket that has
//!    more goes to the end of the poller's list.
//! 5. A waiter is taken out exactly once: by who serves it, by the process that has waited long enough (`cancel`; if that
//!    finds none, the message is in the mailbox already), or by the close. Each of them answers, except `cancel`.
//! 6. The port ends first (`Ports::end`), then `closed` ends the socket: all waiters are told; bytes that wait to be sent
//!    keep the system's socket and its entry here until they are sent or cannot be.
//!
//! **Locks.** A listening socket's may be held while that of a new connection is taken, never the other way round. The
//! table's and the ports' are taken last. Ports are closed without a lock of ours: `After::Close` says that it is to be done.
//!
//! **Who gets a new connection** may end before it hears of it: the message is a `Request`, which closes the socket if nobody
//! is there to take it.

pub mod address;
mod handle;
pub mod http;
mod input;
pub mod message;
pub mod options;
mod output;
pub mod packet;
mod poller;
mod socket;
mod statistics;

pub use handle::Family;
use handle::Handle;
pub use options::Setting;
pub use output::Data;
pub use socket::{Socket, Waiter};

use crate::vm::Vm;
use parking_lot::Mutex;
use poller::Poller;
use rustc_hash::FxHashMap;
use std::io;
use std::sync::{Arc, OnceLock};

/// Why something was not done, as an atom's name.
pub type Reason = &'static str;

/// The sockets of one Vm.
#[derive(Default)]
pub struct Net {
    open: Mutex<FxHashMap<u64, Arc<Socket>>>,
    poller: OnceLock<Arc<Poller>>,
    starting: Mutex<()>,
}

/// What is to be done when a socket's lock has been given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Nothing,
    /// There is more: go on with it later.
    Again,
    /// The port has come to its end.
    Close,
}

impl Net {
    pub fn find(&self, number: u64) -> Option<Arc<Socket>> {
        self.open.lock().get(&number).cloned()
    }

    /// The poller, which is started when it is first asked for.
    fn poller(&self, vm: &Vm) -> io::Result<&Poller> {
        if let Some(poller) = self.poller.get() {
            return Ok(poller);
        }
        let _only = self.starting.lock();
        if self.poller.get().is_none() {
            let poller = Poller::start(vm)?;
            let _ = self.poller.set(poller);
        }
        self.poller
            .get()
            .map(Arc::as_ref)
            .ok_or_else(|| io::ErrorKind::Other.into())
    }

    /// The port of that number has ended; most are no sockets.
    pub fn closed(&self, vm: &Vm, number: u64) {
        if self.poller.get().is_none() && self.open.lock().is_empty() {
            return;
        }
        if let Some(socket) = self.find(number) {
            socket.closed(vm);
        }
    }

    /// The threads are to leave.
    pub fn stop(&self) {
        if let Some(poller) = self.poller.get() {
            poller.stop();
        }
    }
}
