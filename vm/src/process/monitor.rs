//! Monitors and aliases: who watches whom, by reference number.

use super::Process;
use super::few::Few;
use super::signal::{MonitorRequest, Signal, Watched};
use crate::atom::known;
use crate::heap::OwnedTerm;
use crate::heap::next_reference;
use crate::term::Term;
use crate::vm::Vm;

/// Both directions.
#[derive(Default)]
pub struct Monitors {
    /// Ours: whom we watch.
    pub mine: Few<u64, Mine>,
    /// Whose: references of processes that watch us.
    pub of_me: Few<u64, u64>,
}

/// A monitor of ours.
pub struct Mine {
    /// 0: there was no such process.
    pub target: u64,
    pub watched: Watched,
    /// Stands in place of `:DOWN`.
    pub tag: Option<OwnedTerm>,
}

impl Mine {
    /// Nobody is to be told any more.
    pub(super) fn end(&self, vm: &Vm, reference: u64) {
        match self.watched {
            Watched::Port(port) | Watched::NamedPort(_, port) => vm.ports().demonitor(port, reference),
            Watched::Clock => {}
            Watched::Pid(_) | Watched::Name(_) if self.target != 0 => {
                vm.signal(self.target, Signal::Demonitor { reference });
            }
            Watched::Pid(_) | Watched::Name(_) => {}
        }
    }
}

/// When an alias ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasMode {
    /// Only by `unalias`.
    Explicit,
    /// With its monitor too.
    Demonitor,
    /// With its monitor, or with the first message.
    ReplyDemonitor,
    /// With the first message.
    Reply,
}

impl Process {
    /// Watches a process; gives the reference.
    pub fn monitor(
        &mut self,
        vm: &Vm,
        target: u64,
        watched: Watched,
        tag: Option<OwnedTerm>,
        alias: Option<AliasMode>,
    ) -> Term {
        let reference = next_reference();
        self.mailbox.mark(reference);
        if let Some(mode) = alias {
            self.rare().aliases.insert(reference, mode);
        }
        let own = target == self.number() && matches!(watched, Watched::Pid(_) | Watched::Name(_));
        if !own {
            self.monitors()
                .mine
                .insert(reference, Mine { target, watched, tag });
            let from = self.number();
            match watched {
                Watched::Port(port) | Watched::NamedPort(_, port) => {
                    vm.ports().monitor(vm, port, reference, from)
                }
                Watched::Clock => {}
                Watched::Pid(_) | Watched::Name(_) => {
                    let request = Box::new(MonitorRequest { reference, from });
                    vm.signal(target, Signal::Monitor(request));
                }
            }
        }
        let owner = self.number();
        self.heap.reference_from(reference, owner)
    }

    /// Watches no more. False: there was no such monitor.
    pub fn demonitor(&mut self, vm: &Vm, reference: u64) -> bool {
        self.end_alias_of_monitor(reference);
        let Some(mine) = self
            .monitors
            .as_mut()
            .and_then(|monitors| monitors.mine.remove(&reference))
        else {
            return false;
        };
        mine.end(vm, reference);
        true
    }

    fn end_alias_of_monitor(&mut self, reference: u64) {
        if let Some(rare) = &mut self.rare
            && matches!(
                rare.aliases.get(&reference),
                Some(AliasMode::Demonitor | AliasMode::ReplyDemonitor)
            )
        {
            rare.aliases.remove(&reference);
        }
    }

    /// The process watched has ended: puts the message into the mailbox.
    pub(super) fn down(&mut self, reference: u64, reason: OwnedTerm) {
        let Some(mine) = self
            .monitors
            .as_mut()
            .and_then(|monitors| monitors.mine.remove(&reference))
        else {
            return;
        };
        self.end_alias_of_monitor(reference);
        let owner = self.number();
        let heap = &mut self.heap;
        let tag = mine.tag.map_or(Term::atom(known::DOWN), |tag| heap.adopt(tag));
        let reference = heap.reference_from(reference, owner);
        let (kind, object) = match mine.watched {
            Watched::Pid(number) => (known::PROCESS, Term::pid(number)),
            Watched::Port(number) => (known::PORT, Term::port(number)),
            Watched::Clock => (known::TIME_OFFSET, Term::atom(known::CLOCK_SERVICE)),
            Watched::Name(name) => {
                let name = [Term::atom(name), Term::atom(known::NONODE)];
                (known::PROCESS, heap.tuple(&name))
            }
            Watched::NamedPort(name, _) => {
                let name = [Term::atom(name), Term::atom(known::NONODE)];
                (known::PORT, heap.tuple(&name))
            }
        };
        let reason = heap.adopt(reason);
        let message = heap.tuple(&[tag, reference, Term::atom(kind), object, reason]);
        self.append_own(message);
    }

    /// A message to one of our aliases: whether it is let in.
    pub(super) fn alias_lets_in(&mut self, vm: &Vm, reference: u64) -> bool {
        let Some(rare) = &mut self.rare else { return false };
        match rare.aliases.get(&reference) {
            None => false,
            Some(AliasMode::Explicit | AliasMode::Demonitor) => true,
            Some(AliasMode::ReplyDemonitor) => {
                rare.aliases.remove(&reference);
                self.demonitor(vm, reference);
                true
            }
            Some(AliasMode::Reply) => {
                rare.aliases.remove(&reference);
                true
            }
        }
    }
}
