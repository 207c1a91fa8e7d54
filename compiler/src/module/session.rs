//! What the evaluations of a process share: the modules they define, the listing they fill, the text they are about.

use std::sync::{Arc, LazyLock};

use cordial_syntax::Symbol;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::check::{Checked, Lexical, Tracker};
use crate::host::HeldHost;
use crate::pipeline::Tap;

#[derive(Default)]
pub struct Session {
    pub defined: Vec<(Symbol, Arc<[u8]>)>,
    pub tap: Option<Tap>,
    pub source: Option<Arc<str>>,
    /// The modules that are to be checked when the evaluation has ended.
    pub checks: Vec<Checked>,
    /// The aliases and imports of the file.
    pub lexical: Tracker,
    pub kind: SessionKind,
}

/// What is evaluated. In a string, only the aliases and imports of modules are looked at, when each is done.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum SessionKind {
    #[default]
    File,
    Text,
}

/// The open evaluations by process, the innermost last.
static SESSIONS: LazyLock<Mutex<FxHashMap<u64, Vec<Session>>>> = LazyLock::new(Mutex::default);

fn process(host: &mut HeldHost<'_, '_>) -> u64 {
    host.held.self_pid().raw()
}

/// An evaluation begins, with the host's listing and text.
pub fn begin(host: &mut HeldHost<'_, '_>, kind: SessionKind) {
    let session = Session {
        defined: Vec::new(),
        tap: host.tap.take(),
        source: host.source.clone(),
        checks: Vec::new(),
        lexical: Tracker::default(),
        kind,
    };
    let pid = process(host);
    SESSIONS.lock().entry(pid).or_default().push(session);
}

/// It ends: the host gets what was collected.
pub fn end(host: &mut HeldHost<'_, '_>) {
    let pid = process(host);
    let session = {
        let mut sessions = SESSIONS.lock();
        let Some(stack) = sessions.get_mut(&pid) else {
            return;
        };
        let session = stack.pop();
        if stack.is_empty() {
            sessions.remove(&pid);
        }
        session
    };
    if let Some(session) = session {
        host.defined.extend(session.defined);
        host.checks.extend(session.checks);
        host.lexical = session.lexical;
        host.tap = session.tap;
    }
}

/// Works with the innermost evaluation, if there is one.
pub fn with<T>(host: &mut HeldHost<'_, '_>, work: impl FnOnce(&mut Session) -> T) -> Option<T> {
    let pid = process(host);
    SESSIONS
        .lock()
        .get_mut(&pid)
        .and_then(|stack| stack.last_mut())
        .map(work)
}

/// The text that diagnostics are about: the host's own, or that of the evaluation around it.
pub fn source(host: &mut HeldHost<'_, '_>) -> Option<Arc<str>> {
    match host.source.clone() {
        Some(source) => Some(source),
        None => with(host, |session| session.source.clone()).flatten(),
    }
}

/// Passes on what an expansion said of aliases and imports.
pub fn note(host: &mut HeldHost<'_, '_>, events: Vec<Lexical>) {
    with(host, |session| {
        events.into_iter().for_each(|event| session.lexical.note(event))
    });
}

/// A module begins: in a string it has aliases and imports of its own, which `leave_module` takes.
pub fn enter_module(host: &mut HeldHost<'_, '_>, outer: Option<Symbol>) -> Option<Tracker> {
    with(host, |session| {
        let own = session.kind == SessionKind::Text && outer.is_none();
        own.then(|| std::mem::take(&mut session.lexical))
    })
    .flatten()
}

/// It ends: gives its own tracker, and puts back the one before.
pub fn leave_module(host: &mut HeldHost<'_, '_>, before: Option<Tracker>) -> Option<Tracker> {
    let before = before?;
    with(host, |session| std::mem::replace(&mut session.lexical, before))
}
