//! Links, which are the same at both ends however link and unlink cross each other.
//!
//! Each end has an entry for the other: active, or being taken back under a number.
//!
//! | event | no entry | active | being taken back |
//! |---|---|---|---|
//! | the process links | enter, send `Link` | nothing | active again, send `Link` |
//! | the process unlinks | nothing | take back under a new number, send `Unlink` | nothing |
//! | `Link` comes | enter | nothing | nothing |
//! | `Unlink` comes | send `Unlinked` | remove, send `Unlinked` | send `Unlinked` |
//! | `Unlinked` comes | nothing | nothing | remove, if the number is the entry's |
//! | the other ends | nothing | remove; the exit signal counts | remove |
//!
//! A `Link` that crosses our `Unlink` is answered by nothing: the other end removes its entry when the `Unlink` comes, ours
//! goes with the `Unlinked`. One that comes after the other end has seen our `Unlink` comes after its `Unlinked`.

use super::few::Few;

/// The entries of one process, by the number of the other; 0 is an active link.
#[derive(Default)]
pub struct Links(Few<u64, u64>);

impl Links {
    /// Whether `Link` must be sent.
    pub fn link(&mut self, other: u64) -> bool {
        self.0.insert(other, 0) != Some(0)
    }

    /// Whether `Unlink` with this number must be sent.
    pub fn unlink(&mut self, other: u64, number: u64) -> bool {
        match self.0.get_mut(&other) {
            Some(entry @ 0) => {
                *entry = number;
                true
            }
            _ => false,
        }
    }

    /// `Link` has come.
    pub fn linked(&mut self, other: u64) {
        if !self.0.contains(&other) {
            self.0.insert(other, 0);
        }
    }

    /// `Unlink` has come; `Unlinked` is always the answer.
    pub fn unlinked_by(&mut self, other: u64) {
        if self.is_active(other) {
            self.0.remove(&other);
        }
    }

    /// `Unlinked` has come.
    pub fn confirmed(&mut self, other: u64, number: u64) {
        if self.0.get(&other) == Some(&number) {
            self.0.remove(&other);
        }
    }

    /// The other has ended. Whether that counts.
    pub fn ended(&mut self, other: u64) -> bool {
        self.0.remove(&other) == Some(0)
    }

    pub fn is_active(&self, other: u64) -> bool {
        self.0.get(&other) == Some(&0)
    }

    /// The numbers of those that it is linked to.
    pub fn active(&self) -> Vec<u64> {
        let mut all = Vec::new();
        self.0.for_each(|other, number| {
            if *number == 0 {
                all.push(*other);
            }
        });
        all
    }

    /// Takes all entries out; gives the numbers of the active ones.
    pub fn drain(&mut self) -> Vec<u64> {
        let active = self.active();
        self.0.drain();
        active
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{HashSet, VecDeque};

    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
    enum Sent {
        Link,
        Unlink(u64),
        Unlinked(u64),
    }

    /// Two ends, what each still has to do (`true`: link), and what is under way to each.
    #[derive(Clone)]
    struct World {
        entries: [Option<u64>; 2],
        plans: [Vec<bool>; 2],
        queues: [VecDeque<Sent>; 2],
        last: u64,
    }

    impl World {
        fn with<R>(&mut self, end: usize, work: impl FnOnce(&mut Links) -> R) -> R {
            let other = 1 - end as u64;
            let mut links = Links::default();
            if let Some(entry) = self.entries[end] {
                links.0.insert(other, entry);
            }
            let result = work(&mut links);
            self.entries[end] = links.0.get(&other).copied();
            result
        }

        /// The end does the next thing that it plans.
        fn act(&mut self, end: usize) {
            let other = 1 - end;
            self.last += 1;
            let number = self.last;
            if self.plans[end].remove(0) {
                if self.with(end, |links| links.link(other as u64)) {
                    self.queues[other].push_back(Sent::Link);
                }
            } else if self.with(end, |links| links.unlink(other as u64, number)) {
                self.queues[other].push_back(Sent::Unlink(number));
            }
        }

        /// The end takes in the oldest signal.
        fn receive(&mut self, end: usize) {
            let other = 1 - end;
            match self.queues[end].pop_front() {
                Some(Sent::Link) => self.with(end, |links| links.linked(other as u64)),
                Some(Sent::Unlink(number)) => {
                    self.with(end, |links| links.unlinked_by(other as u64));
                    self.queues[other].push_back(Sent::Unlinked(number));
                }
                Some(Sent::Unlinked(number)) => self.with(end, |links| links.confirmed(other as u64, number)),
                None => {}
            }
        }
    }

    /// Goes through every interleaving; gives how many ends of the story there were.
    fn explore(world: &World, seen: &mut HashSet<String>, ends: &mut usize) {
        let key = format!("{:?}{:?}{:?}", world.entries, world.plans, world.queues);
        if !seen.insert(key) {
            return;
        }
        let mut over = true;
        for end in 0..2 {
            if !world.plans[end].is_empty() {
                over = false;
                let mut next = world.clone();
                next.act(end);
                explore(&next, seen, ends);
            }
            if !world.queues[end].is_empty() {
                over = false;
                let mut next = world.clone();
                next.receive(end);
                explore(&next, seen, ends);
            }
        }
        if over {
            *ends += 1;
            assert_eq!(world.entries[0], world.entries[1], "both ends agree");
            assert!(
                matches!(world.entries[0], None | Some(0)),
                "nothing is half taken back"
            );
        }
    }

    #[test]
    fn both_ends_agree_however_links_and_unlinks_cross() {
        for first in 0..16u32 {
            for second in 0..16u32 {
                let plan = |bits: u32| (0..4).map(|bit| bits >> bit & 1 == 1).collect();
                let world = World {
                    entries: [None, None],
                    plans: [plan(first), plan(second)],
                    queues: [VecDeque::new(), VecDeque::new()],
                    last: 0,
                };
                let mut ends = 0;
                explore(&world, &mut HashSet::new(), &mut ends);
                assert!(ends > 0);
            }
        }
    }
}
