//! The same answers as a real Elixir, live: for every source at hand, for random programs and for broken ones.
//!
//! `CORDIAL_ELIXIR` is the path of an `elixir` (1.18); without it these tests say that they are skipped.
//! `CORDIAL_LIVE_CASES` is the number of random programs, and of broken ones (2,000 each if not set);
//! `CORDIAL_LIVE_FILES` names a folder of more sources; `CORDIAL_LIVE_QUESTIONS` selects questions (see `elixir.exs`).

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use crate::answer::answer;
use crate::chance::Chance;
use crate::{mutate, program, watch};

/// Texts a run of Elixir gets.
const BATCH: usize = 4_000;
const SHOWN: usize = 25;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// Asks Elixir and this crate the questions about the texts, and fails where the answers differ.
fn compare(name: &str, questions: &str, texts: &[String]) {
    let Some(elixir) = std::env::var_os("CORDIAL_ELIXIR") else {
        // Not `eprintln!`, which the test harness would hide.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: {name}: set CORDIAL_ELIXIR to the path of an elixir to compare with it"
        );
        return;
    };
    let selected = std::env::var("CORDIAL_LIVE_QUESTIONS").unwrap_or_else(|_| questions.to_owned());
    let questions: Vec<char> = questions
        .chars()
        .filter(|question| selected.contains(*question))
        .collect();
    let mut differences: HashMap<char, Vec<Difference>> = HashMap::new();
    for batch in texts.chunks(BATCH) {
        let theirs = ask(
            &PathBuf::from(&elixir),
            name,
            &questions.iter().collect::<String>(),
            batch,
        );
        let mut theirs = theirs.split(|byte| *byte == b'\n');
        let mut known = None;
        for text in batch {
            for &question in &questions {
                let (theirs, ours) = (theirs.next().unwrap_or_default(), answer(text, question));
                // Where the default options differ already, the others say nothing new.
                if theirs != ours && !(question != questions[0] && known == Some(text)) {
                    known = Some(text);
                    let difference = Difference {
                        text: text.clone(),
                        theirs: theirs.to_vec(),
                        ours,
                    };
                    differences.entry(question).or_default().push(difference);
                }
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{name}: {} texts, {} questions each",
        texts.len(),
        questions.len()
    );
    for (question, found) in &mut differences {
        found.sort_by_key(|difference| difference.text.len());
        println!(
            "==== question {question}: {} of {} differ",
            found.len(),
            texts.len()
        );
        found
            .iter()
            .take(number("CORDIAL_LIVE_SHOWN", SHOWN as u64) as usize)
            .for_each(Difference::show);
    }
    assert!(
        differences.is_empty(),
        "{name}: {} questions are answered differently",
        differences.len()
    );
}

struct Difference {
    text: String,
    theirs: Vec<u8>,
    ours: Vec<u8>,
}

impl Difference {
    /// The text, if it is short, and the answers from a little before where they part.
    fn show(&self) {
        let same = self
            .theirs
            .iter()
            .zip(&self.ours)
            .take_while(|(a, b)| a == b)
            .count();
        let from = same.saturating_sub(80);
        let part =
            |bytes: &[u8]| String::from_utf8_lossy(&bytes[from..bytes.len().min(same + 200)]).into_owned();
        let text: String = self.text.chars().take(300).collect();
        println!(
            "---- {text:?}\n  elixir … {}\n  ours   … {}",
            part(&self.theirs),
            part(&self.ours)
        );
    }
}

fn ask(elixir: &PathBuf, name: &str, questions: &str, texts: &[String]) -> Vec<u8> {
    let folder = std::env::temp_dir().join(format!("cordial-live-{}-{name}", std::process::id()));
    let (script, data) = (folder.join("elixir.exs"), folder.join("texts"));
    let mut bytes = Vec::new();
    for text in texts {
        bytes.extend((text.len() as u32).to_be_bytes());
        bytes.extend(text.bytes());
    }
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&script, include_str!("elixir.exs")))
        .and_then(|()| std::fs::write(&data, bytes));
    assert!(written.is_ok(), "{written:?}");
    let output = Command::new(elixir)
        .arg(&script)
        .arg(&data)
        .arg(questions)
        .output();
    let _ = std::fs::remove_dir_all(&folder);
    match output {
        Ok(output) if output.status.success() => output.stdout,
        other => panic!("{} did not answer: {other:?}", elixir.display()),
    }
}

fn random(salt: u64, make: impl Fn(&mut Chance) -> String) -> Vec<String> {
    (0..number("CORDIAL_LIVE_CASES", 2_000))
        .map(|case| make(&mut Chance::new(watch::seed() ^ salt, case)))
        .collect()
}

#[test]
fn sources() {
    let mut texts = mutate::sources();
    if let Some(folder) = std::env::var_os("CORDIAL_LIVE_FILES") {
        let mut found = Vec::new();
        mutate::collect(&PathBuf::from(folder), &mut found);
        texts.extend(found.iter().filter_map(|path| std::fs::read_to_string(path).ok()));
    }
    compare("sources", "dmwcsft", &texts);
}

#[test]
fn programs() {
    let texts = random(0x11, |chance| {
        let size = 1 + chance.below(30);
        program::program(chance, size)
    });
    compare("programs", "dmwcseft", &texts);
}

#[test]
fn broken_programs() {
    let sources = mutate::sources();
    let texts = random(0x22, |chance| match chance.below(4) {
        0 => mutate::pieces(chance, 12),
        1 => {
            let size = 1 + chance.below(12);
            let text = program::program(chance, size);
            mutate::mutated(chance, &text, "")
        }
        _ => {
            let text = mutate::excerpt(chance, &sources, 12);
            let other = mutate::excerpt(chance, &sources, 4);
            mutate::mutated(chance, &text, &other)
        }
    });
    compare("broken", "dmce", &texts);
}
