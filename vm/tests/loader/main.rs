//! Hostile `.cbc` files: whatever bytes they hold, the loader refuses them or runs them within its memory.
//!
//! Cases run in a child process, so that one that crashes or hangs is told and the next ones still run. Seeds are modules
//! assembled here; `CORDIAL_FUZZ_MODULES` names a folder of compiled ones for longer runs, `CORDIAL_FUZZ_SECONDS` their
//! time (a short fixed number of cases if not set), `CORDIAL_FUZZ_SEED` another sequence.

mod chance;
mod mutate;
mod run;
mod seeds;

use chance::Chance;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

const CASES_OF_SHORT_RUN: u64 = 300;
/// Longer than any case takes, even on a machine that does other things.
const MOST_SECONDS_A_CASE: u64 = 90;
/// A worker's code is never freed, so it does so many cases at most.
const CASES_OF_A_WORKER: u64 = 2_000;

/// The worker: runs cases from a number on, printing each number before it.
#[test]
fn worker() {
    let Some(first) = number("CORDIAL_LOADER_FIRST") else {
        return;
    };
    let seeds = seeds::all();
    std::panic::set_hook(Box::new(|info| {
        eprintln!("{info}");
        std::process::abort();
    }));
    for case in first..first + CASES_OF_A_WORKER {
        println!("case {case}");
        let mut chance = Chance::new(number("CORDIAL_FUZZ_SEED").unwrap_or(1), case);
        let bytes = mutate::file(&mut chance, &seeds);
        run::case(&mut chance, &bytes);
    }
}

/// Runs workers until the time is over; gives the cases that killed or hung them.
#[test]
fn hostile_files_are_refused_or_run() {
    let budget = number("CORDIAL_FUZZ_SECONDS").map(Duration::from_secs);
    let started = Instant::now();
    let (mut case, mut failures) = (0, Vec::new());
    let over = |case: u64| match budget {
        Some(budget) => started.elapsed() > budget,
        None => case >= CASES_OF_SHORT_RUN,
    };
    while !over(case) && failures.len() < 10 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "worker", "--nocapture"])
            .env("CORDIAL_LOADER_FIRST", case.to_string())
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let first = case;
        let lines = lines_of(child.stdout.take().unwrap());
        let errors = lines_of(child.stderr.take().unwrap());
        let hung = loop {
            match lines.recv_timeout(Duration::from_secs(MOST_SECONDS_A_CASE)) {
                Ok(line) => {
                    if let Some(number) = line.strip_prefix("case ").and_then(|number| number.parse().ok()) {
                        case = number;
                    }
                    if over(case) {
                        break false;
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => break true,
                Err(mpsc::RecvTimeoutError::Disconnected) => break false,
            }
        };
        let finished = case + 1 == first + CASES_OF_A_WORKER;
        if over(case) || hung {
            let _ = child.kill();
        }
        let status = child.wait().unwrap();
        if hung {
            failures.push(format!("case {case} hangs"));
        } else if !(over(case) || finished && status.success()) {
            let said: Vec<String> = errors.try_iter().take(5).collect();
            failures.push(format!("case {case}: {status}: {}", said.join(" ")));
        }
        case += 1;
    }
    if budget.is_some() {
        println!("{case} cases in {:?}", started.elapsed());
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

fn lines_of(stream: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
