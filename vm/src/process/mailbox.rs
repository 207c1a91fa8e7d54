//! The messages that a process has fetched, in order of arrival, with the save point of a selective receive.
//!
//! Only the owner touches it. A message is the heap's own from when it is first looked at (`peek` adopts its block), so
//! that a pattern may bind parts of it and a collection may move them; until then it stays in the block it came in.
//! Messages looked at are mostly the first ones of the list; `sparse` says that others may be among them.

use super::signal::{Node, Signal};
use crate::heap::Heap;
use crate::heap::literals::Dying;
use crate::term::Term;

/// The list and the points in it. Links are addresses of `next` fields (or of `first`).
pub struct Mailbox {
    first: *mut Node,
    /// The link to hang the next message on; null stands for `&first`.
    last: *mut *mut Node,
    /// The link that leads to the message under inspection; null stands for `&first`.
    save: *mut *mut Node,
    /// Messages that came after this reference was made hang behind `mark_at`.
    mark: u64,
    mark_at: *mut *mut Node,
    /// There is no memory for more nodes than this can count.
    length: u32,
    sparse: bool,
}

// SAFETY: the nodes belong to the mailbox, the mailbox to its process.
unsafe impl Send for Mailbox {}

impl Default for Mailbox {
    fn default() -> Mailbox {
        Mailbox {
            first: std::ptr::null_mut(),
            last: std::ptr::null_mut(),
            save: std::ptr::null_mut(),
            mark: 0,
            mark_at: std::ptr::null_mut(),
            length: 0,
            sparse: false,
        }
    }
}

impl Mailbox {
    #[inline(always)]
    fn link(&mut self, at: *mut *mut Node) -> *mut *mut Node {
        if at.is_null() { &mut self.first } else { at }
    }

    /// Puts a message at the end.
    pub fn append(&mut self, node: Box<Node>) {
        let node = Box::into_raw(node);
        let last = self.link(self.last);
        // SAFETY: `last` is the `next` field of a node in the list, or `first`; the node is ours.
        unsafe {
            (*node).next = std::ptr::null_mut();
            *last = node;
            self.last = &raw mut (*node).next;
        }
        self.length += 1;
    }

    /// Puts a message at the end that stands on the heap already.
    pub fn append_adopted(&mut self, node: Box<Node>) {
        self.sparse |= self.length > 0;
        self.append(node);
    }

    /// The message under inspection.
    #[inline]
    pub fn peek(&mut self, heap: &mut Heap) -> Option<Term> {
        let link = self.link(self.save);
        // SAFETY: the link leads to a node in the list or to null.
        let node = unsafe { (*link).as_mut()? };
        if let Signal::Adopted(term) = node.signal {
            return Some(term);
        }
        let Signal::Message(owned) = std::mem::replace(&mut node.signal, Signal::Adopted(Term::NIL)) else {
            unreachable!("a mailbox holds messages")
        };
        let term = heap.adopt(owned);
        node.signal = Signal::Adopted(term);
        Some(term)
    }

    /// The message under inspection, if the heap has adopted it. Those behind it are fetched into the cache meanwhile: a
    /// long mailbox is searched at the speed of its memory.
    #[inline(always)]
    pub fn adopted(&mut self) -> Option<Term> {
        let link = self.link(self.save);
        // SAFETY: as in `peek`.
        let node = unsafe { (*link).as_ref()? };
        let Signal::Adopted(term) = node.signal else {
            return None;
        };
        // SAFETY: the next node is in the list, or there is none.
        if let Some(next) = unsafe { node.next.as_ref() } {
            prefetch(next.next as *const u8);
            if let Signal::Adopted(term) = next.signal
                && term.is_pointer()
            {
                prefetch(term.address() as *const u8);
            }
        }
        Some(term)
    }

    /// Takes the message under inspection out; the next receive begins at the first message.
    pub fn take(&mut self) {
        let link = self.link(self.save);
        // SAFETY: as in `peek`; the node is unlinked before it is freed, and no point refers to it any more.
        unsafe {
            let node = *link;
            if node.is_null() {
                return;
            }
            let next_field = &raw mut (*node).next;
            *link = (*node).next;
            if self.last == next_field {
                self.last = self.save;
            }
            if self.mark_at == next_field {
                self.mark_at = self.save;
            }
            drop(Box::from_raw(node));
        }
        self.length -= 1;
        self.reset();
        if self.length == 0 {
            self.sparse = false;
        }
    }

    /// Takes the first message that `wanted` says out; the save point goes to the start. False: there is none.
    pub fn remove_first(&mut self, mut wanted: impl FnMut(Term) -> bool) -> bool {
        self.reset();
        loop {
            let link = self.link(self.save);
            // SAFETY: as in `peek`.
            let Some(node) = (unsafe { (*link).as_ref() }) else {
                self.reset();
                return false;
            };
            let found = match &node.signal {
                Signal::Adopted(term) => wanted(*term),
                Signal::Message(owned) => wanted(owned.term()),
                _ => false,
            };
            if found {
                self.take();
                return true;
            }
            self.advance();
        }
    }

    /// Leaves the message under inspection where it is.
    #[inline(always)]
    pub fn advance(&mut self) {
        let link = self.link(self.save);
        // SAFETY: as in `peek`.
        unsafe {
            if let Some(node) = (*link).as_mut() {
                self.save = &raw mut node.next;
            }
        }
    }

    /// The next receive begins at the first message.
    pub fn reset(&mut self) {
        self.save = std::ptr::null_mut();
    }

    /// A reference has just been made: only later messages can hold it.
    #[inline]
    pub fn mark(&mut self, reference: u64) {
        self.mark = reference;
        self.mark_at = self.last;
    }

    /// A receive wants only messages with this reference: older ones are passed over.
    pub fn seek(&mut self, reference: u64) {
        if self.mark == reference && self.save.is_null() && !self.mark_at.is_null() {
            self.save = self.mark_at;
            self.sparse = true;
        }
    }

    pub fn len(&self) -> usize {
        self.length as usize
    }

    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Every message, oldest first, adopted or not.
    pub fn each(&self, mut visit: impl FnMut(Term)) {
        let mut node = self.first;
        // SAFETY: the list's nodes are ours.
        while let Some(at) = unsafe { node.as_ref() } {
            match &at.signal {
                Signal::Adopted(term) => visit(*term),
                Signal::Message(owned) => visit(owned.term()),
                _ => {}
            }
            node = at.next;
        }
    }

    /// Words of messages that stand in their own blocks.
    pub fn words(&self) -> usize {
        let mut words = 0;
        let mut node = self.first;
        // SAFETY: the list's nodes are ours.
        while let Some(at) = unsafe { node.as_ref() } {
            words += 8;
            if let Signal::Message(owned) = &at.signal {
                words += owned.words();
            }
            node = at.next;
        }
        words
    }

    /// Copies what messages not yet adopted have of literals that are to be freed.
    pub fn evacuate(&mut self, dying: &Dying) {
        let mut node = self.first;
        // SAFETY: the list's nodes are ours.
        while let Some(at) = unsafe { node.as_mut() } {
            if let Signal::Message(owned) = &mut at.signal
                && let Some(copy) = owned.evacuated(dying)
            {
                *owned = copy;
            }
            node = at.next;
        }
    }

    /// Shows the messages that the heap has adopted.
    pub fn roots(&mut self, visit: &mut dyn FnMut(&mut [Term])) {
        let mut node = self.first;
        // SAFETY: the list's nodes are ours.
        while let Some(at) = unsafe { node.as_mut() } {
            match &mut at.signal {
                Signal::Adopted(term) => visit(std::slice::from_mut(term)),
                _ if self.sparse => {}
                _ => return,
            }
            node = at.next;
        }
    }
}

/// Has the line of memory come nearer; any address will do.
#[inline(always)]
fn prefetch(at: *const u8) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing that can be seen, and does not fault.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(at as *const i8);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let mut node = self.first;
        while !node.is_null() {
            // SAFETY: the list's nodes are ours and came from boxes.
            let owned = unsafe { Box::from_raw(node) };
            node = owned.next;
        }
    }
}
