//! What to run, and how: the embedding API.

use crate::boot;
use cordial_vm::atom::Atom;
use cordial_vm::bytecode::ops::Mfa;
use cordial_vm::heap::{Heap, OwnedTerm};
use cordial_vm::term::Term;
use std::sync::{Mutex, PoisonError};

/// A program: actions that are carried out in their order in a virtual machine of its own. Programs of one process run one
/// after the other, as they share its standard streams and what the compiler knows; `run` waits for its turn.
#[derive(Clone, Debug, Default)]
pub struct Program {
    actions: Vec<(&'static str, String)>,
    arguments: Vec<String>,
    schedulers: Option<u16>,
    prepend: Vec<String>,
    append: Vec<String>,
    no_halt: bool,
    watch: bool,
    signals: bool,
}

/// The value of a setting that is handed to the library.
#[derive(Clone, Debug)]
pub enum Setting {
    Texts(Vec<String>),
    Number(i64),
    Switch(bool),
}

impl Program {
    pub fn new() -> Program {
        Program::default()
    }

    /// Evaluates an expression.
    pub fn eval(self, code: impl Into<String>) -> Program {
        self.action("eval", code)
    }

    /// Loads an Elixir file, or all files that match a pattern.
    pub fn require(self, pattern: impl Into<String>) -> Program {
        self.action("require", pattern)
    }

    /// Runs a script.
    pub fn file(self, path: impl Into<String>) -> Program {
        self.action("file", path)
    }

    /// Loads all `.ex` files of a folder; with `watch`, those that are saved later too.
    pub fn folder(self, path: impl Into<String>) -> Program {
        self.action("folder", path)
    }

    /// Loads a bytecode file and calls its `main/1`, `main/0` or `run/0`.
    pub fn load(self, path: impl Into<String>) -> Program {
        self.action("load", path)
    }

    fn action(mut self, kind: &'static str, text: impl Into<String>) -> Program {
        self.actions.push((kind, text.into()));
        self
    }

    /// What `System.argv/0` gives.
    pub fn arguments(mut self, arguments: Vec<String>) -> Program {
        self.arguments = arguments;
        self
    }

    /// The number of schedulers; one a core if it is not set.
    pub fn schedulers(mut self, count: Option<u16>) -> Program {
        self.schedulers = count;
        self
    }

    /// Folders in which compiled modules are looked for before and after the library.
    pub fn paths(mut self, prepend: Vec<String>, append: Vec<String>) -> Program {
        (self.prepend, self.append) = (prepend, append);
        self
    }

    /// Goes on after the actions, until the program halts.
    pub fn no_halt(mut self, no_halt: bool) -> Program {
        self.no_halt = no_halt;
        self
    }

    /// Swaps modules of files and folders of the program whenever they are saved.
    pub fn watch(mut self) -> Program {
        self.watch = true;
        self
    }

    /// Takes signals of the system: SIGTERM stops applications in order, Ctrl-C opens a menu, programs may trap others.
    pub fn signals(mut self) -> Program {
        self.signals = true;
        self
    }

    /// Runs to the end: the exit code. What went wrong was told on standard error.
    pub fn run(&self) -> i32 {
        let mut heap = Heap::with_capacity(256);
        let actions: Vec<Term> = self
            .actions
            .iter()
            .map(|(kind, text)| {
                let text = heap.string(text);
                heap.tuple(&[Term::atom(Atom::new(kind)), text])
            })
            .collect();
        let actions = heap.list(actions);
        self.start("run", &[actions, strings(&mut heap, &self.arguments)], &mut heap)
    }

    /// Compiles files to bytecode files in a folder.
    pub fn compile(&self, files: &[String], folder: &str, warnings_as_errors: bool) -> i32 {
        let mut heap = Heap::with_capacity(256);
        let folder = heap.string(folder);
        let strict = Term::bool(warnings_as_errors);
        let files = strings(&mut heap, files);
        self.start("compile", &[files, folder, strict], &mut heap)
    }

    /// Runs tests: files, folders or `FILE:LINE`, with settings of ExUnit.
    pub fn test(&self, paths: &[String], settings: Vec<(&str, Setting)>) -> i32 {
        let mut heap = Heap::with_capacity(256);
        let paths = strings(&mut heap, paths);
        let settings: Vec<Term> = settings
            .into_iter()
            .map(|(name, setting)| {
                let value = match setting {
                    Setting::Texts(texts) => strings(&mut heap, &texts),
                    Setting::Number(number) => heap.integer(number),
                    Setting::Switch(on) => Term::bool(on),
                };
                heap.tuple(&[Term::atom(Atom::new(name)), value])
            })
            .collect();
        let settings = heap.list(settings);
        self.start("test", &[paths, settings], &mut heap)
    }

    /// Prints a stage of the compiler for each file.
    pub fn emit(&self, stage: &str, files: &[String]) -> i32 {
        let mut heap = Heap::with_capacity(256);
        let files = strings(&mut heap, files);
        self.start("emit", &[Term::atom(Atom::new(stage)), files], &mut heap)
    }

    /// Calls a function of `Cordial.CLI` with the arguments and the options, and waits for the program's end.
    fn start(&self, function: &str, arguments: &[Term], heap: &mut Heap) -> i32 {
        static RUNNING: Mutex<()> = Mutex::new(());
        let _one_at_a_time = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let vm = match boot::start(self.schedulers) {
            Ok(vm) => vm,
            Err(message) => {
                eprintln!("cordial: {message}");
                return 1;
            }
        };
        let prepend = strings(heap, &self.prepend);
        let append = strings(heap, &self.append);
        let mut options = vec![
            heap.tuple(&[Term::atom(Atom::new("prepend")), prepend]),
            heap.tuple(&[Term::atom(Atom::new("append")), append]),
        ];
        if self.no_halt {
            options.push(Term::atom(Atom::new("no_halt")));
        }
        if self.signals {
            options.push(Term::atom(Atom::new("signals")));
        }
        if self.watch {
            options.push(Term::atom(Atom::new("watch")));
        }
        let options = heap.list(options);
        let all: Vec<OwnedTerm> = arguments
            .iter()
            .chain([&options])
            .map(|term| OwnedTerm::of(*term))
            .collect();
        let mfa = Mfa {
            module: Atom::new("Elixir.Cordial.CLI"),
            function: Atom::new(function),
            arity: all.len() as u8,
        };
        let code = vm.run_main(mfa, all);
        vm.shutdown();
        code
    }
}

fn strings(heap: &mut Heap, texts: &[String]) -> Term {
    let terms: Vec<Term> = texts.iter().map(|text| heap.string(text)).collect();
    heap.list(terms)
}
