//! Options of the compiler that a program may set: `Code.put_compiler_option/2`.

use std::sync::atomic::{AtomicBool, Ordering};

static WARNINGS_AS_ERRORS: AtomicBool = AtomicBool::new(false);
static IGNORE_MODULE_CONFLICT: AtomicBool = AtomicBool::new(false);
static DOCS: AtomicBool = AtomicBool::new(true);

fn option(name: &str) -> Option<&'static AtomicBool> {
    match name {
        "warnings_as_errors" => Some(&WARNINGS_AS_ERRORS),
        "ignore_module_conflict" => Some(&IGNORE_MODULE_CONFLICT),
        "docs" => Some(&DOCS),
        _ => None,
    }
}

/// Sets an option; one that means nothing to the compiler is ignored.
pub fn set(name: &str, value: bool) {
    if let Some(option) = option(name) {
        option.store(value, Ordering::Relaxed);
    }
}

pub fn warnings_as_errors() -> bool {
    WARNINGS_AS_ERRORS.load(Ordering::Relaxed)
}

/// Defining a module again is no warning.
pub fn ignore_module_conflict() -> bool {
    IGNORE_MODULE_CONFLICT.load(Ordering::Relaxed)
}

/// Documentation is kept.
pub fn docs() -> bool {
    DOCS.load(Ordering::Relaxed)
}
