//! Sending: by pid, name, alias or `{name, node}`.

use super::Process;
use super::handle::undeliverable;
use super::inbox::Pushed;
use super::signal::{Node, Signal};
use crate::atom::known;
use crate::heap::OwnedTerm;
use crate::natives::Stop;
use crate::term::{Ref, Term};
use crate::vm::Vm;

/// `send(to, message)`; gives the message. An unknown name is `badarg`, an ended process is nothing.
pub fn send(process: &mut Process, vm: &Vm, to: Term, message: Term) -> Result<Term, Stop> {
    if let Some(number) = to.as_pid() {
        send_to(process, vm, number, message);
        return Ok(message);
    }
    if let Some(name) = to.as_atom() {
        let number = vm.registry().whereis(name).ok_or(Stop::Badarg)?;
        send_to(process, vm, number, message);
        return Ok(message);
    }
    if let Some(Ref {
        number,
        belongs: owner,
        node: None,
    }) = to.as_ref()
    {
        if owner == process.number() {
            if process.alias_lets_in(vm, number) {
                process.append_own(message);
            }
        } else if vm.processes().is_alive(owner) {
            vm.signal(owner, Signal::AliasMessage(number, OwnedTerm::message(message)));
        }
        return Ok(message);
    }
    if let Some(&[name, node]) = to.tuple()
        && let (Some(name), Some(node)) = (name.as_atom(), node.as_atom())
    {
        if node == known::NONODE
            && let Some(number) = vm.registry().whereis(name)
        {
            send_to(process, vm, number, message);
        }
        return Ok(message);
    }
    if let Some(port) = to.as_port() {
        vm.ports().command(vm, port, message);
        return Ok(message);
    }
    Err(Stop::Badarg)
}

fn send_to(process: &mut Process, vm: &Vm, number: u64, message: Term) {
    if number == process.number() {
        process.append_own(message);
    } else if let Some(slot) = vm.processes().find(number) {
        match slot
            .inbox
            .push(Node::new(number, Signal::Message(OwnedTerm::message(message))))
        {
            Pushed::Wake => vm.schedulers().wake(slot.process()),
            Pushed::Queued | Pushed::Closed(_) => {}
        }
    }
}

impl Vm {
    /// Sends a signal; one to an ended process is answered for as its kind asks.
    pub fn signal(&self, to: u64, signal: Signal) {
        let node = Node::new(to, signal);
        let Some(slot) = self.processes().find(to) else {
            return undeliverable(node, self);
        };
        let asks = matches!(node.signal, Signal::Survey(_) | Signal::Request(_));
        match slot.inbox.push(node) {
            Pushed::Queued if asks => self.assist(to),
            Pushed::Queued => {}
            Pushed::Wake => self.schedulers().wake(slot.process()),
            Pushed::Closed(node) => undeliverable(node, self),
        }
    }
}
