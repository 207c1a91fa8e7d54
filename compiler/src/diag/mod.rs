//! Holds what becomes of errors and warnings: they are printed on standard error in Elixir's layout, or captured for
//! `Code.with_diagnostics/2` and the library's build. Never: deciding what is wrong.

mod code;
mod print;

use crate::expand::Diagnostic;
use parking_lot::Mutex;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

pub use code::Code;
pub use print::render;

/// The captures that are open, the innermost last.
static CAPTURES: Mutex<Vec<Capture>> = Mutex::new(Vec::new());

/// Some warning was printed.
static WARNED: AtomicBool = AtomicBool::new(false);

/// Whether a warning was printed since the program began.
pub fn warned() -> bool {
    WARNED.load(Ordering::Relaxed)
}

/// Diagnostics that were kept back.
#[derive(Default)]
pub struct Capture {
    pub diagnostics: Vec<Diagnostic>,
    /// What was to be printed.
    pub text: String,
    /// Printed all the same.
    pub log: bool,
}

/// Who is told of each code.
static OBSERVER: OnceLock<fn(&'static str)> = OnceLock::new();

/// Has a function called with the code of everything that is told or raised from here on, for a test that asks which
/// messages a program gets. Only the first call counts.
pub fn observe(observer: fn(&'static str)) {
    let _ = OBSERVER.set(observer);
}

/// A message with this code is on its way to the user.
pub fn note(code: &'static str) {
    if let Some(observer) = OBSERVER.get() {
        observer(code);
    }
}

/// Tells an error or a warning. `source` is the text that it is about, for the line shown with it.
pub fn tell(diagnostic: &Diagnostic, source: Option<&str>) {
    note(diagnostic.code.name());
    put(diagnostic, source);
}

/// Tells a warning of the parser.
pub fn tell_syntax(warning: &cordial_syntax::Diagnostic, source: Option<&str>) {
    note(warning.code.name());
    if warning.line == 0 {
        // What is told of no place in particular is not kept back.
        WARNED.store(true, Ordering::Relaxed);
        eprintln!("warning: {}", warning.description);
        return;
    }
    let diagnostic = Diagnostic {
        code: Code::Warned,
        error: false,
        file: warning.file.clone(),
        line: warning.line,
        column: warning.column,
        span: 0,
        message: warning.description.clone(),
        place: None,
        others: Vec::new(),
    };
    put(&diagnostic, source);
}

fn put(diagnostic: &Diagnostic, source: Option<&str>) {
    let text = render(diagnostic, source);
    let mut captures = CAPTURES.lock();
    match captures.last_mut() {
        Some(capture) => {
            capture.diagnostics.push(diagnostic.clone());
            if capture.log {
                eprintln!("{text}");
            }
            capture.text.push_str(&text);
            capture.text.push('\n');
        }
        None => {
            if !diagnostic.error {
                WARNED.store(true, Ordering::Relaxed);
            }
            eprintln!("{text}");
        }
    }
}

/// Keeps diagnostics back until `stop`.
pub fn start(log: bool) {
    CAPTURES.lock().push(Capture {
        log,
        ..Capture::default()
    });
}

/// What was kept back since the last `start`.
pub fn stop() -> Capture {
    CAPTURES.lock().pop().unwrap_or_default()
}
