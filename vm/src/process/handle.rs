//! Signals at the receiver: what each one does to the process.

use super::Process;
use super::signal::{Node, Signal};
use crate::atom::known;
use crate::heap::OwnedTerm;
use crate::term::Term;
use crate::vm::Vm;

/// What a receive finds at its save point.
pub enum Peek {
    Message(Term),
    Empty,
    /// An exit signal has come: the process must end.
    Exit,
}

impl Process {
    /// The message under inspection; fetches signals when those known are exhausted.
    #[inline]
    pub fn peek_message(&mut self, vm: &Vm) -> Peek {
        if let Some(message) = self.mailbox.peek(&mut self.heap) {
            return Peek::Message(message);
        }
        self.fetch(vm);
        if self.exiting.is_some() {
            return Peek::Exit;
        }
        match self.mailbox.peek(&mut self.heap) {
            Some(message) => Peek::Message(message),
            None => Peek::Empty,
        }
    }

    /// Takes in every signal that has arrived.
    #[inline]
    pub fn fetch(&mut self, vm: &Vm) {
        if self.slot().inbox.is_empty() {
            return;
        }
        let chain = self.slot().inbox.take_all();
        for node in chain {
            self.handle(node, vm);
        }
    }

    /// A message made of terms of our own heap.
    pub(crate) fn append_own(&mut self, message: Term) {
        self.mailbox
            .append_adopted(Node::new(self.number(), Signal::Adopted(message)));
    }

    fn handle(&mut self, mut node: Box<Node>, vm: &Vm) {
        if let Signal::Survey(survey) = &node.signal
            && node.to == self.number()
        {
            return self.rare().surveys.push(survey.clone());
        }
        if node.to != self.number() || self.exiting.is_some() {
            return undeliverable(node, vm);
        }
        if let Signal::Message(_) = node.signal {
            return self.mailbox.append(node);
        }
        match std::mem::replace(&mut node.signal, Signal::Timeout) {
            Signal::AliasMessage(reference, message) => {
                if self.alias_lets_in(vm, reference) {
                    node.signal = Signal::Message(message);
                    self.mailbox.append(node);
                }
            }
            Signal::Exit { from, reason, linked } => self.exit_signal(vm, from, reason, linked),
            Signal::Link { from } => {
                self.links.linked(from);
            }
            Signal::Unlink { from, number } => {
                self.links.unlinked_by(from);
                let me = self.number();
                vm.signal(from, Signal::Unlinked { from: me, number });
            }
            Signal::Unlinked { from, number } => self.links.confirmed(from, number),
            Signal::Monitor(request) => {
                self.monitors().of_me.insert(request.reference, request.from);
            }
            Signal::Demonitor { reference } => {
                if let Some(monitors) = &mut self.monitors {
                    monitors.of_me.remove(&reference);
                }
            }
            Signal::Down { reference, reason } => self.down(reference, reason),
            Signal::GroupLeader(leader) => self.group_leader = leader,
            Signal::Request(request) => request.run(self, vm),
            Signal::Reply { reference, value } => {
                let rare = self.rare();
                if rare.asked == reference {
                    rare.answer = Some(value);
                }
            }
            Signal::Timeout => self.time_is_up(vm),
            Signal::Message(_) | Signal::Adopted(_) | Signal::Survey(_) => {}
        }
    }

    /// The alarm has gone off: for the wait at hand, or for one before it.
    fn time_is_up(&mut self, vm: &Vm) {
        self.rare().alarm = None;
        if let Some(deadline) = self.exec.deadline {
            if vm.now() >= deadline {
                self.exec.timed_out = true;
            } else {
                vm.timers().alarm(self, deadline);
            }
        }
    }

    /// An exit signal: may become a message, may end the process, may be nothing.
    pub fn exit_signal(&mut self, vm: &Vm, from: u64, reason: OwnedTerm, linked: bool) {
        let _ = vm;
        if linked && !self.links.ended(from) {
            return;
        }
        let kill = !linked && reason.term() == Term::atom(known::KILL);
        if kill {
            self.exiting = Some(Box::new(OwnedTerm::immediate(Term::atom(known::KILLED))));
            return;
        }
        if self.trap_exit {
            let reason = self.heap.adopt(reason);
            let message = self
                .heap
                .tuple(&[Term::atom(known::EXIT_SIGNAL), Term::pid(from), reason]);
            return self.append_own(message);
        }
        if reason.term() != Term::atom(known::NORMAL) || from == self.number() {
            self.exiting = Some(Box::new(reason));
        }
    }
}

/// What a signal means when the process it is for has ended.
#[expect(clippy::boxed_local, reason = "nodes live in boxes; this one ends here")]
pub fn undeliverable(node: Box<Node>, vm: &Vm) {
    let noproc = || OwnedTerm::immediate(Term::atom(known::NOPROC));
    let to = node.to;
    match node.signal {
        Signal::Link { from } => vm.signal(
            from,
            Signal::Exit {
                from: to,
                reason: noproc(),
                linked: true,
            },
        ),
        Signal::Unlink { from, number } => vm.signal(from, Signal::Unlinked { from: to, number }),
        Signal::Monitor(request) => {
            vm.signal(
                request.from,
                Signal::Down {
                    reference: request.reference,
                    reason: noproc(),
                },
            );
        }
        Signal::Request(request) => request.undeliverable(vm),
        _ => {}
    }
}
