//! Signals: everything that one process may tell another.

use super::Process;
use super::survey::Survey;
use crate::atom::Atom;
use crate::heap::OwnedTerm;
use crate::term::Term;
use crate::vm::Vm;
use std::sync::Arc;

/// A signal on its way, or a message in a mailbox.
pub struct Node {
    pub(super) next: *mut Node,
    /// The number of the pid that it is for.
    pub to: u64,
    pub signal: Signal,
}

// SAFETY: a node belongs to one thread at a time; its terms are owned or immediate while it travels.
unsafe impl Send for Node {}

/// What is told. Pids are numbers, references the number inside them.
pub enum Signal {
    Message(OwnedTerm),
    /// A message that the receiver's heap has adopted; only in mailboxes.
    Adopted(Term),
    /// A message to an alias: dropped if the alias is not active.
    AliasMessage(u64, OwnedTerm),
    /// `from` has ended (`linked`), or calls `exit/2`.
    Exit {
        from: u64,
        reason: OwnedTerm,
        linked: bool,
    },
    Link {
        from: u64,
    },
    /// Takes a link back; `Unlinked` with the same number is the answer.
    Unlink {
        from: u64,
        number: u64,
    },
    Unlinked {
        from: u64,
        number: u64,
    },
    Monitor(Box<MonitorRequest>),
    Demonitor {
        reference: u64,
    },
    Down {
        reference: u64,
        reason: OwnedTerm,
    },
    GroupLeader(Term),
    /// Runs in the receiver's place: process_info, suspend and the like.
    Request(Box<dyn Request>),
    /// A question to every process.
    Survey(Arc<dyn Survey>),
    /// The answer to a request of ours.
    Reply {
        reference: u64,
        value: OwnedTerm,
    },
    /// A timer of the process's own: look at the deadline.
    Timeout,
}

/// What a monitor needs to know where it is watched.
pub struct MonitorRequest {
    pub reference: u64,
    pub from: u64,
}

/// Something to do for another process, at its place.
pub trait Request: Send {
    /// `process` is the one it was sent to, which its thread owns.
    fn run(self: Box<Self>, process: &mut Process, vm: &Vm);
    /// There is no such process.
    fn undeliverable(self: Box<Self>, vm: &Vm);
}

impl Node {
    pub fn new(to: u64, signal: Signal) -> Box<Node> {
        Box::new(Node {
            next: std::ptr::null_mut(),
            to,
            signal,
        })
    }
}

/// By what a monitor names its process in the `DOWN` message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    Pid(u64),
    Name(Atom),
    Port(u64),
    NamedPort(Atom, u64),
    /// The difference between the clocks, which does not change.
    Clock,
}
