//! Compiles the library: its sources, in their order, on a virtual machine that knows nothing but the natives.

use crate::check::{self, Checked};
use crate::diag;
use crate::host::HeldHost;
use crate::module::eval;
use crate::natives::parse;
use cordial_syntax::ParseOptions;
use cordial_vm::atom::Atom;
use cordial_vm::bytecode::ops::Mfa;
use cordial_vm::exec::Held;
use cordial_vm::natives::{Native, NativeResult};
use cordial_vm::term::Term;
use cordial_vm::vm::Vm;
use parking_lot::Mutex;
use std::sync::Arc;

pub(crate) static NATIVES: &[Native] = &[Native::holding("cordial_bootstrap", "run", 0, run)];

/// The first file. All others see its macros; it is compiled without any, then once more with its own.
const KERNEL: &str = "lib/kernel.ex";

/// What a file sees without asking for it.
#[derive(Clone, Copy, PartialEq)]
enum Imports {
    Nothing,
    Kernel,
}

/// The library's modules by name, as `.cbc` bytes, and what was wrong with its sources, as text.
#[derive(Default)]
pub struct Library {
    pub modules: Vec<(String, Vec<u8>)>,
    pub problems: String,
}

impl Library {
    /// Adds a module, or takes its newer version.
    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        match self.modules.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = bytes,
            None => self.modules.push((name.to_string(), bytes)),
        }
    }
}

/// The sources of the one bootstrap that runs, and its result.
static SOURCES: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());
static LIBRARY: Mutex<Option<Library>> = Mutex::new(None);
static RUNNING: Mutex<()> = Mutex::new(());

/// Compiles the files, given as path and text. One that does not compile is told in `problems` and left out.
pub fn library(files: &[(String, String)]) -> Library {
    let _one_at_a_time = RUNNING.lock();
    *SOURCES.lock() = files.to_vec();
    let vm = Vm::builder().schedulers(1).natives(crate::NATIVES).start();
    vm.run_main(
        Mfa {
            module: Atom::new("cordial_bootstrap"),
            function: Atom::new("run"),
            arity: 0,
        },
        Vec::new(),
    );
    vm.shutdown();
    LIBRARY.lock().take().unwrap_or_else(|| Library {
        modules: Vec::new(),
        problems: "the library's compilation was stopped\n".to_string(),
    })
}

fn run(held: &mut Held<'_>, _args: &[Term]) -> NativeResult {
    let sources = std::mem::take(&mut *SOURCES.lock());
    let mut library = Library::default();
    // A file may need modules of later ones while it is compiled: what fails is tried again as long as that helps.
    crate::options::set("ignore_module_conflict", true);
    let kernel = sources.iter().find(|(path, _)| path == KERNEL).cloned();
    let mut waiting = sources;
    let mut checks = Vec::new();
    loop {
        let before = waiting.len();
        let mut problems = String::new();
        waiting.retain(|(path, text)| {
            let imports = if path == KERNEL {
                Imports::Nothing
            } else {
                Imports::Kernel
            };
            !compile(
                held,
                path,
                text,
                imports,
                &mut library,
                &mut problems,
                &mut checks,
            )
        });
        if waiting.is_empty() || waiting.len() == before {
            library.problems.push_str(&problems);
            break;
        }
    }
    // Once more with itself, as every later compiler will have it; what there was to tell has been told.
    if let Some((path, text)) = kernel {
        compile(
            held,
            &path,
            &text,
            Imports::Kernel,
            &mut library,
            &mut String::new(),
            &mut Vec::new(),
        );
    }
    crate::options::set("ignore_module_conflict", false);
    diag::start(false);
    let mut host = HeldHost::new(held);
    host.checks = checks;
    check::run(&mut host);
    library.problems.push_str(&diag::stop().text);
    *LIBRARY.lock() = Some(library);
    Ok(Term::OK)
}

/// Compiles one file; whether that went well. Its modules are loaded, so that the files after it can use their macros.
fn compile(
    held: &mut Held<'_>,
    path: &str,
    text: &str,
    imports: Imports,
    library: &mut Library,
    problems: &mut String,
    checks: &mut Vec<Checked>,
) -> bool {
    diag::start(false);
    let options = ParseOptions {
        file: Arc::from(path),
        columns: true,
        ..ParseOptions::default()
    };
    let result = match parse::read(text, &options, Some(text)) {
        Err(diagnostic) => Err(diagnostic.render()),
        Ok(parsed) => {
            let mut host = HeldHost::new(held);
            let env = eval::file_env(&mut host, Arc::from(path), imports == Imports::Kernel);
            let result = eval::eval_file(&mut host, parsed.quoted, &env);
            match result {
                Ok(()) => {
                    checks.append(&mut host.checks);
                    for (name, bytes) in std::mem::take(&mut host.defined) {
                        library.add(name.as_str(), bytes.to_vec());
                    }
                    Ok(())
                }
                Err(stop) => Err(crate::natives::raise::describe(&stop)),
            }
        }
    };
    let told = diag::stop();
    match result {
        Ok(()) => {
            library.problems.push_str(&told.text);
            true
        }
        Err(message) => {
            problems.push_str(&told.text);
            problems.push_str(&format!("{path}: {message}\n"));
            false
        }
    }
}
