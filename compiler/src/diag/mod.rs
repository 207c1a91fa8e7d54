//! Holds what becomes of errors and warnings: they are printed on standard error in Elixir's layout, or captured for
//! `Code.with_diagnostics/2` and the library's build. Never: deciding what is wrong.

mod print;

use crate::expand::Diagnostic;
use parking_lot::Mutex;

pub use print::render;

/// The captures that are open, the innermost last.
static CAPTURES: Mutex<Vec<Capture>> = Mutex::new(Vec::new());

/// Diagnostics that were kept back.
#[derive(Default)]
pub struct Capture {
    pub diagnostics: Vec<Diagnostic>,
    /// What was to be printed.
    pub text: String,
    /// Printed all the same.
    pub log: bool,
}

/// Tells an error or a warning. `source` is the text that it is about, for the line shown with it.
pub fn tell(diagnostic: &Diagnostic, source: Option<&str>) {
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
        None => eprintln!("{text}"),
    }
}

/// Tells a warning of the parser, which words and lays it out itself.
pub fn tell_text(text: &str) {
    let mut captures = CAPTURES.lock();
    match captures.last_mut() {
        Some(capture) => {
            capture.text.push_str(text);
            capture.text.push('\n');
        }
        None => eprintln!("{text}"),
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
