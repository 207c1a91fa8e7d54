//! `cordial test` as a user meets it: the files of `tests/test_command/test` are run with the arguments that their first
//! lines name, and print what stands in `tests/test_command/expected`, which is what `mix test` of Elixir 1.18.3 prints.
//!
//! Times, process identifiers and frames of the library are left out of the comparison: those are nobody's promise.
//! After `# stderr:` in place of `# run:` only what is said on standard error counts, because whether the run had
//! begun when a file could not be loaded is a matter of chance.

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/test_command");
    let mut files: Vec<PathBuf> = std::fs::read_dir(project.join("test"))
        .expect("the folder of tests")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.to_string_lossy().ends_with("_test.exs"))
        .collect();
    files.sort();
    let trials = files
        .into_iter()
        .map(|file| {
            let project = project.clone();
            let name = stem(&file);
            Trial::test(name, move || check(&project, &file))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn stem(file: &Path) -> String {
    let name = file.file_name().expect("a file").to_string_lossy();
    name.trim_end_matches("_test.exs").to_string()
}

fn check(project: &Path, file: &Path) -> Result<(), Failed> {
    let source = std::fs::read_to_string(file)?;
    let mut printed = String::new();
    for line in source.lines() {
        if let Some(arguments) = line.strip_prefix("# run:") {
            run(project, file, arguments, true, &mut printed)?;
        } else if let Some(arguments) = line.strip_prefix("# stderr:") {
            run(project, file, arguments, false, &mut printed)?;
        }
    }
    let expected = project.join("expected").join(stem(file)).with_extension("out");
    if std::env::var_os("CORDIAL_RECORD").is_some() {
        std::fs::write(&expected, &printed)?;
        return Ok(());
    }
    let wanted = std::fs::read_to_string(&expected)?;
    if printed == wanted {
        return Ok(());
    }
    let difference = similar::TextDiff::from_lines(&wanted, &printed);
    Err(difference
        .unified_diff()
        .header("expected", "printed")
        .to_string()
        .into())
}

/// Runs `cordial test` once and appends what it printed.
fn run(
    project: &Path,
    file: &Path,
    arguments: &str,
    stdout: bool,
    printed: &mut String,
) -> Result<(), Failed> {
    let mut arguments: Vec<String> = arguments.split_whitespace().map(String::from).collect();
    if !arguments.iter().any(|argument| argument.starts_with("test/")) {
        let name = file.file_name().expect("a file").to_string_lossy();
        arguments.insert(0, format!("test/{name}"));
    }
    let output = Command::new(env!("CARGO_BIN_EXE_cordial"))
        .arg("test")
        .args(&arguments)
        .args(if arguments.iter().any(|argument| argument == "--color") {
            &[][..]
        } else {
            &["--no-color"][..]
        })
        .current_dir(project)
        .stdin(Stdio::null())
        .output()?;
    writeln!(printed, "$ test {}", arguments.join(" "))?;
    if stdout {
        printed.push_str(&normal(&String::from_utf8_lossy(&output.stdout)));
    }
    let stderr = normal(&String::from_utf8_lossy(&output.stderr));
    if !stderr.trim().is_empty() {
        write!(printed, "stderr:\n{stderr}")?;
    }
    writeln!(printed, "exit: {}\n", output.status.code().unwrap_or(-1))?;
    Ok(())
}

/// Puts words in place of what differs from run to run.
fn normal(text: &str) -> String {
    let mut lines = String::new();
    for line in text.lines() {
        if line.starts_with("Finished in ") {
            lines.push_str("Finished in TIME\n");
        } else if !is_frame_of_library(line) {
            lines.push_str(&placeholders(line));
            lines.push('\n');
        }
    }
    lines
}

/// `(elixir 1.18.3) lib/enum.ex:…`, and the like.
fn is_frame_of_library(line: &str) -> bool {
    let line = line.trim_start();
    ["(elixir ", "(ex_unit ", "(stdlib ", "(kernel ", "(logger "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn placeholders(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let found = between(rest, "#PID<", ">")
            .map(|rest| ("#PID<>", rest))
            .or_else(|| between(rest, "#Reference<", ">").map(|rest| ("#Reference<>", rest)))
            .or_else(|| number(rest, "max_cases: ", "").map(|rest| ("max_cases: N", rest)))
            .or_else(|| number(rest, "(", "ms)").map(|rest| ("(TIME)", rest)))
            .or_else(|| number(rest, "(", "s), ").map(|rest| ("(TIME), ", rest)))
            .or_else(|| number(rest, "", "% of total time").map(|rest| ("N% of total time", rest)))
            .or_else(|| clock(rest).map(|rest| ("HH:MM:SS.mmm", rest)))
            .or_else(|| function(rest).map(|rest| ("#Function</", rest)));
        match found {
            Some((placeholder, after)) => {
                out.push_str(placeholder);
                rest = after;
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

/// What follows `open`, a run of digits and dots, and `close`.
fn number<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let text = text.strip_prefix(open)?;
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    (digits > 0).then_some(())?;
    text[digits..].strip_prefix(close)
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    number(text, open, close)
}

/// A function's number in its module: `#Function<3.12345/0`.
fn function(text: &str) -> Option<&str> {
    number(text, "#Function<", "/")
}

/// A time of day with milliseconds.
fn clock(text: &str) -> Option<&str> {
    let shape = |(at, byte): (usize, &u8)| match at {
        2 | 5 => *byte == b':',
        8 => *byte == b'.',
        _ => byte.is_ascii_digit(),
    };
    let bytes = text.as_bytes().get(..12)?;
    bytes.iter().enumerate().all(shape).then(|| &text[12..])
}
