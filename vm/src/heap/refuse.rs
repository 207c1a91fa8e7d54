//! Memory that cannot be had: the request unwinds to the interpreter, which makes an error of it or ends the process.
//!
//! A request beyond what the machine has at all is refused at once, as the system would grant it and end the whole program
//! later.

use std::sync::OnceLock;

/// What unwinds.
pub struct Refused;

/// Gives up the operation at hand.
#[cold]
pub fn refuse() -> ! {
    // No panic: nothing is printed, and the interpreter expects it.
    std::panic::resume_unwind(Box::new(Refused))
}

/// Whether there could be so many bytes.
pub fn is_thinkable(bytes: usize) -> bool {
    static MEMORY: OnceLock<usize> = OnceLock::new();
    let memory = *MEMORY.get_or_init(|| {
        // SAFETY: asks for two numbers.
        let (pages, size) = unsafe {
            (
                libc::sysconf(libc::_SC_PHYS_PAGES),
                libc::sysconf(libc::_SC_PAGESIZE),
            )
        };
        match (usize::try_from(pages), usize::try_from(size)) {
            (Ok(pages), Ok(size)) if pages > 0 && size > 0 => pages.saturating_mul(size),
            _ => 1 << 40,
        }
    });
    bytes <= memory
}

/// The same for words.
pub fn are_thinkable(words: usize) -> bool {
    words.checked_mul(8).is_some_and(is_thinkable)
}
