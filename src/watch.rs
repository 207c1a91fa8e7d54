//! Waiting for files to be saved: the natives behind `cordial run --watch`.
//!
//! Folders are watched, never files: an editor that writes a new file and renames it over the old one would leave a watched
//! file behind. There is one watch for the whole system process, as there is one command line.

use cordial_vm::atom::Atom;
use cordial_vm::natives::{Ctx, Native, NativeResult, Stop};
use cordial_vm::term::Term;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub static NATIVES: &[Native] = &[
    Native::plain("cordial_watch", "start", 0, |ctx, _| {
        let started = start();
        answer(ctx, started)
    }),
    Native::plain("cordial_watch", "add_file", 1, |ctx, args| {
        let added = add_file(&path(args[0])?);
        answer(ctx, added)
    }),
    Native::plain("cordial_watch", "add_folder", 1, |ctx, args| {
        let added = add(&path(args[0])?, RecursiveMode::Recursive);
        answer(ctx, added)
    }),
    Native::blocking("cordial_watch", "next", 0, next),
];

/// Editors touch a file several times for one save: changes are told when it has been quiet for so long,
const QUIET: Duration = Duration::from_millis(40);
/// but not later than this after the first one.
const LATEST: Duration = Duration::from_secs(2);

struct Watch {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    /// The names under which the program knows files that are reached by links.
    names: HashMap<PathBuf, PathBuf>,
}

static WATCH: Mutex<Option<Watch>> = Mutex::new(None);
/// What has changed; None: something was missed, so anything may have.
static CHANGES: Mutex<Option<Receiver<Option<PathBuf>>>> = Mutex::new(None);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn path(term: Term) -> Result<PathBuf, Stop> {
    term.text().map(|text| PathBuf::from(&*text)).ok_or(Stop::Badarg)
}

fn answer(ctx: &mut Ctx<'_>, result: notify::Result<()>) -> NativeResult {
    Ok(match result {
        Ok(()) => Term::OK,
        Err(error) => {
            let text = ctx.heap().string(&error.to_string());
            ctx.heap().error(text)
        }
    })
}

fn start() -> notify::Result<()> {
    let (sender, receiver) = channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| match event {
        Ok(event) if event.need_rescan() => drop(sender.send(None)),
        Ok(event) if is_change(event.kind) => {
            for path in event.paths {
                drop(sender.send(Some(path)));
            }
        }
        Ok(_) => {}
        Err(_) => drop(sender.send(None)),
    })?;
    *lock(&CHANGES) = Some(receiver);
    *lock(&WATCH) = Some(Watch {
        watcher,
        folders: BTreeSet::new(),
        names: HashMap::new(),
    });
    Ok(())
}

fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

/// Watches a file's folder and, where the file is a link, the folder that it is really in.
fn add_file(file: &Path) -> notify::Result<()> {
    if let Ok(real) = file.canonicalize()
        && real != file
    {
        if let Some(watch) = &mut *lock(&WATCH) {
            watch.names.insert(real.clone(), file.to_path_buf());
        }
        add(real.parent().unwrap_or(&real), RecursiveMode::NonRecursive)?;
    }
    add(file.parent().unwrap_or(file), RecursiveMode::NonRecursive)
}

fn add(folder: &Path, mode: RecursiveMode) -> notify::Result<()> {
    match &mut *lock(&WATCH) {
        Some(watch) if !watch.folders.contains(folder) => {
            watch.watcher.watch(folder, mode)?;
            watch.folders.insert(folder.to_path_buf());
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Waits for changes: the paths, or an empty list if some were missed.
fn next(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let Some(changes) = lock(&CHANGES).take() else {
        return Err(Stop::Badarg);
    };
    let found = ctx.lend(|| {
        let found = collect(&changes);
        *lock(&CHANGES) = Some(changes);
        found
    });
    let Some(paths) = found else {
        return Ok(Term::atom(Atom::new("stopped")));
    };
    let heap = ctx.heap();
    let paths: Vec<Term> = paths
        .iter()
        .map(|path| heap.string(&path.to_string_lossy()))
        .collect();
    Ok(heap.list(paths))
}

fn collect(changes: &Receiver<Option<PathBuf>>) -> Option<BTreeSet<PathBuf>> {
    let mut paths = BTreeSet::new();
    let mut missed = false;
    let mut next = changes.recv().ok()?;
    let end = Instant::now() + LATEST;
    loop {
        match next {
            Some(path) => drop(paths.insert(path)),
            None => missed = true,
        }
        let wait = QUIET.min(end.saturating_duration_since(Instant::now()));
        next = match changes.recv_timeout(wait) {
            Ok(change) => change,
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return None,
        };
    }
    if missed {
        return Some(BTreeSet::new());
    }
    if let Some(watch) = &*lock(&WATCH) {
        let named: Vec<PathBuf> = paths
            .iter()
            .filter_map(|path| watch.names.get(path).cloned())
            .collect();
        paths.extend(named);
    }
    Some(paths)
}
