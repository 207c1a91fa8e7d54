//! Runs cases for a while and says which of them panicked, took too long or kept memory.
//!
//! `CORDIAL_FUZZ_SECONDS` is the time for each test (half a second if not set), `CORDIAL_FUZZ_SEED` another run's seed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cordial_syntax::Symbol;

use crate::chance::Chance;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

pub fn seed() -> u64 {
    number("CORDIAL_FUZZ_SEED").unwrap_or(1)
}

/// Short runs stop after so many cases, so that a quick machine does no other cases than a slow one.
const CASES_OF_SHORT_RUN: u64 = 400;
/// Longer than any case takes, even on a machine that does other things.
const MOST_SECONDS_A_CASE: u64 = 60;
/// What a long run may keep besides the texts of symbols.
const MOST_KEPT: u64 = 48 << 20;

/// Runs `check` on the texts that `make` gives.
pub fn run(name: &str, make: impl Fn(&mut Chance) -> String, check: impl Fn(&str)) {
    let seed = seed();
    let budget = number("CORDIAL_FUZZ_SECONDS").map(Duration::from_secs);
    let started = Instant::now();
    let case = Arc::new(AtomicU64::new(0));
    let current = Arc::new(Mutex::new(String::new()));
    let done = Arc::new(AtomicBool::new(false));
    let watcher = watch_for_hangs(name.to_owned(), case.clone(), current.clone(), done.clone());
    let mut memory = Memory::default();
    // A panic is told by the text that it needs; the search for that panics many times more.
    std::panic::set_hook(Box::new(|_| {}));
    let mut failures = Vec::new();
    loop {
        let number = case.fetch_add(1, Ordering::SeqCst);
        let over = match budget {
            Some(budget) => started.elapsed() > budget,
            None => number >= CASES_OF_SHORT_RUN,
        };
        if over || failures.len() > 20 {
            break;
        }
        let text = make(&mut Chance::new(seed, number));
        if let Ok(mut current) = current.lock() {
            current.clone_from(&text);
        }
        if panics(&text, &check) {
            failures.push(smallest(text, &check));
        }
        memory.look(started.elapsed(), budget);
    }
    let _ = std::panic::take_hook();
    done.store(true, Ordering::SeqCst);
    watcher.thread().unpark();
    let _ = watcher.join();
    if budget.is_some() {
        println!(
            "{name}: {} cases in {:?}; {}",
            case.load(Ordering::SeqCst),
            started.elapsed(),
            memory.told()
        );
    }
    assert!(failures.is_empty(), "{name}: panics on {failures:#?}");
    assert!(
        memory.kept() < MOST_KEPT,
        "{name} keeps memory: {}",
        memory.told()
    );
}

fn panics(text: &str, check: &impl Fn(&str)) -> bool {
    catch_unwind(AssertUnwindSafe(|| check(text))).is_err()
}

/// The text with everything taken away that the panic does not need.
fn smallest(mut text: String, check: &impl Fn(&str)) -> String {
    let mut size = text.len();
    while size > 0 {
        let mut at = 0;
        while at < text.len() {
            let end = (at + size).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(end) {
                let shorter = format!("{}{}", &text[..at], &text[end..]);
                if panics(&shorter, check) {
                    text = shorter;
                    continue;
                }
            }
            at += size;
        }
        size /= 2;
    }
    text
}

fn watch_for_hangs(
    name: String,
    case: Arc<AtomicU64>,
    current: Arc<Mutex<String>>,
    done: Arc<AtomicBool>,
) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let (mut last, mut since) = (0, Instant::now());
        while !done.load(Ordering::SeqCst) {
            std::thread::park_timeout(Duration::from_millis(500));
            let now = case.load(Ordering::SeqCst);
            if now != last {
                (last, since) = (now, Instant::now());
            } else if since.elapsed() > Duration::from_secs(MOST_SECONDS_A_CASE) {
                let text = current.lock().map(|text| text.clone()).unwrap_or_default();
                eprintln!("{name}: case {} of seed {} hangs: {text:?}", now - 1, seed());
                std::process::abort();
            }
        }
    })
}

/// Resident memory after a tenth of the time, and at the end. Symbols are kept for ever, so they are counted.
#[derive(Default)]
struct Memory {
    first: Option<(u64, u64)>,
    last: (u64, u64),
}

impl Memory {
    fn look(&mut self, elapsed: Duration, budget: Option<Duration>) {
        if budget.is_none_or(|budget| elapsed < budget / 10) {
            return;
        }
        self.last = (resident(), symbols());
        self.first.get_or_insert(self.last);
    }

    /// Bytes that symbols do not explain.
    fn kept(&self) -> u64 {
        let first = self.first.unwrap_or(self.last);
        let symbols = self.last.1 - first.1;
        (self.last.0.saturating_sub(first.0)).saturating_sub(symbols * 160)
    }

    fn told(&self) -> String {
        let first = self.first.unwrap_or(self.last);
        format!(
            "resident {} KB, then {} KB, with {} symbols more",
            first.0 >> 10,
            self.last.0 >> 10,
            self.last.1 - first.1
        )
    }
}

/// How many symbols there are: the number of a new one.
fn symbols() -> u64 {
    use std::sync::atomic::AtomicU32;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let text = format!("symbol {}", NEXT.fetch_add(1, Ordering::Relaxed));
    u64::from(Symbol::new(&text).number())
}

/// 0 where the system does not tell.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok())
        .unwrap_or(0)
        * 4096
}
