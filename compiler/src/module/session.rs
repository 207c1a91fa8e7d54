//! What the evaluations of a process share: the modules they define, the listing they fill, the text they are about.

use std::sync::{Arc, LazyLock};

use cordial_syntax::Symbol;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::host::HeldHost;
use crate::pipeline::Tap;

#[derive(Default)]
pub struct Session {
    pub defined: Vec<(Symbol, Arc<[u8]>)>,
    pub tap: Option<Tap>,
    pub source: Option<Arc<str>>,
}

/// The open evaluations by process, the innermost last.
static SESSIONS: LazyLock<Mutex<FxHashMap<u64, Vec<Session>>>> = LazyLock::new(Mutex::default);

fn process(host: &mut HeldHost<'_, '_>) -> u64 {
    host.held.self_pid().raw()
}

/// An evaluation begins, with the host's listing and text.
pub fn begin(host: &mut HeldHost<'_, '_>) {
    let session = Session {
        defined: Vec::new(),
        tap: host.tap.take(),
        source: host.source.clone(),
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

/// The text that diagnostics are about.
pub fn source(host: &mut HeldHost<'_, '_>) -> Option<Arc<str>> {
    with(host, |session| session.source.clone())
        .flatten()
        .or_else(|| host.source.clone())
}
