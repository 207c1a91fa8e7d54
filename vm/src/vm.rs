//! One running program: everything that its processes share.
//!
//! ```text
//! let vm = Vm::builder().schedulers(2).natives(&[compiler::NATIVES]).start();
//! let code = vm.run_main(Mfa { … }, args);   // waits until the program halts or its main process ends
//! vm.shutdown();
//! ```
//! `run_main` starts the main process and blocks the calling thread until somebody halts the Vm (`System.halt`) or the main
//! process ends: 0 if it ended normally, 1 if not. Output is flushed when it returns.

use crate::atom::known;
use crate::bytecode::ops::Mfa;
use crate::code::CodeServer;
use crate::ets::Tables;
use crate::exec::Held;
use crate::heap::OwnedTerm;
use crate::io::Io;
use crate::io::net::Net;
use crate::io::ports::Ports;
use crate::io::signals::Signals;
use crate::natives::Native;
use crate::natives::persistent_term::Persistent;
use crate::process::registry::Registry;
use crate::process::table::Table;
use crate::process::{APPLY, Process, exit};
use crate::sched::Schedulers;
use crate::sched::halt::Halt;
use crate::sched::timer::Timers;
use crate::sync::{AtomicU64, Ordering};
use crate::term::Term;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// A handle on the program; clones are the same program.
#[derive(Clone)]
pub struct Vm(Arc<Inner>);

struct Inner {
    id: u64,
    code: CodeServer,
    processes: Table,
    registry: Registry,
    schedulers: Schedulers,
    timers: Timers,
    tables: Tables,
    persistent: RwLock<FxHashMap<u64, Vec<(OwnedTerm, Persistent)>>>,
    io: Io,
    ports: Ports,
    net: Net,
    signals: Signals,
    halt: Halt,
    main: AtomicU64,
    start: Instant,
    start_system: SystemTime,
}

/// How a Vm shall be.
pub struct Builder {
    schedulers: usize,
    natives: Vec<&'static [Native]>,
    image: Option<&'static [u8]>,
    most_processes: usize,
}

impl Builder {
    /// Worker threads; as many as there are cores if it is not called.
    pub fn schedulers(mut self, count: usize) -> Builder {
        self.schedulers = count.clamp(1, 1024);
        self
    }

    /// Natives besides the VM's own.
    pub fn natives(mut self, natives: &[&'static [Native]]) -> Builder {
        self.natives.extend(natives);
        self
    }

    /// The library, as `code::image` packs it: its modules are loaded at their first call.
    pub fn image(mut self, image: &'static [u8]) -> Builder {
        self.image = Some(image);
        self
    }

    /// The most processes alive at once.
    pub fn most_processes(mut self, count: usize) -> Builder {
        self.most_processes = count;
        self
    }

    /// Starts the threads. Nothing runs yet.
    pub fn start(self) -> Vm {
        let start = Instant::now();
        let code = CodeServer::new();
        for natives in &self.natives {
            code.register(natives);
        }
        if let Some(image) = self.image {
            code.set_image(image);
        }
        static STARTED: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let vm = Vm(Arc::new(Inner {
            id: STARTED.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
            code,
            processes: Table::new(self.most_processes),
            registry: Registry::default(),
            schedulers: Schedulers::new(self.schedulers),
            timers: Timers::new(start),
            tables: Tables::default(),
            persistent: RwLock::default(),
            io: Io::default(),
            ports: Ports::default(),
            net: Net::default(),
            signals: Signals::default(),
            halt: Halt::default(),
            main: AtomicU64::new(0),
            start,
            start_system: SystemTime::now(),
        }));
        Schedulers::launch(&vm);
        vm
    }
}

impl Vm {
    pub fn builder() -> Builder {
        let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
        Builder {
            schedulers: cores,
            natives: Vec::new(),
            image: None,
            most_processes: 1 << 20,
        }
    }

    /// Tells the programs of one process apart.
    pub fn id(&self) -> u64 {
        self.0.id
    }

    pub fn code(&self) -> &CodeServer {
        &self.0.code
    }

    pub fn processes(&self) -> &Table {
        &self.0.processes
    }

    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub fn schedulers(&self) -> &Schedulers {
        &self.0.schedulers
    }

    pub fn timers(&self) -> &Timers {
        &self.0.timers
    }

    pub fn ets(&self) -> &Tables {
        &self.0.tables
    }

    pub fn io(&self) -> &Io {
        &self.0.io
    }

    pub fn ports(&self) -> &Ports {
        &self.0.ports
    }

    pub fn net(&self) -> &Net {
        &self.0.net
    }

    /// Signals of the system.
    pub fn signals(&self) -> &Signals {
        &self.0.signals
    }

    /// `persistent_term`'s pairs, by the key's hash.
    pub(crate) fn persistent(&self) -> &RwLock<FxHashMap<u64, Vec<(OwnedTerm, Persistent)>>> {
        &self.0.persistent
    }

    /// The name of this node.
    pub fn node(&self) -> Term {
        Term::atom(known::NONODE)
    }

    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// When the Vm was started.
    pub fn started(&self) -> (Instant, SystemTime) {
        (self.0.start, self.0.start_system)
    }

    /// Whether the function is there, loading its module if need be.
    pub fn is_callable(&self, mfa: Mfa) -> bool {
        self.code().resolve(self.code().exports().of(mfa), self)
    }

    /// A new process that this thread holds: `work` may call functions in it. It ends normally afterwards.
    /// None: there are too many processes.
    pub fn enter<R>(&self, work: impl FnOnce(&mut Held<'_>) -> R) -> Option<R> {
        let (slot, number) = self.processes().reserve()?;
        let process = Box::into_raw(Process::new(slot, number, APPLY));
        self.processes().occupy(slot, number, process);
        // SAFETY: the process has just been made and is in no queue, so this thread owns it.
        let process = unsafe { &mut *process };
        let result = work(&mut Held::over(process, self));
        // SAFETY: it came from a box, and calls that end leave it to this thread.
        exit::finish(unsafe { Box::from_raw(process) }, self, Term::atom(known::NORMAL));
        Some(result)
    }

    /// Runs the program. `args` are the arguments of its first function.
    pub fn run_main(&self, mfa: Mfa, args: Vec<OwnedTerm>) -> i32 {
        let noted = self.spawn_noted(mfa, args, |number| self.0.main.store(number, Ordering::SeqCst));
        if noted.is_none() {
            return 1;
        }
        let code = self.0.halt.wait();
        self.io().flush();
        code
    }

    /// Ends the program with this exit code, unless it has been ended before; whoever waits in `run_main` gets it.
    pub fn halt(&self, code: i32) {
        if self.0.halt.set(code) {
            self.io().close();
        }
    }

    /// Stops the threads. What processes there are is left where it is.
    pub fn shutdown(&self) {
        self.io().flush();
        self.net().stop();
        self.signals().stop();
        self.ports().stop();
        self.schedulers().stop(self);
    }

    /// Called when a process has ended.
    pub(crate) fn process_ended(&self, number: u64, process: &Process, reason: Term) {
        let _ = process;
        if self.0.main.load(Ordering::SeqCst) == number {
            let normal = reason == Term::atom(known::NORMAL);
            if !normal {
                // Whoever starts a program catches what it raises; this is what could not be caught.
                let _ = self.io().put(
                    crate::io::standard::Device::Stderr,
                    format!("** (EXIT) {reason}\n").as_bytes(),
                );
            }
            self.0.halt.set(if normal { 0 } else { 1 });
        }
    }
}
