//! The corpus: every program of `tests/lang` and `tests/lib` prints exactly its recorded output, those of `lang` on one
//! and on two schedulers; a subset also while the collector runs at every allocation. Every program of the corpus
//! parses. The examples print what stands beside them.
//!
//! A case is a file: `NAME.exs` with `NAME.out` (standard output) and `NAME.status` (exit code, if not 0).

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// FIXME: programs that do not print what they should. One that does after all fails here, to be taken off.
const WRONG: &[&str] = &[
    "lib/code-macro/string_to_quoted",
    "lib/files-system/option_parser",
];

/// Programs that also run under `CORDIAL_GC_STRESS=1`.
const STRESS: &[&str] = &[
    "lang/01-basics/lists",
    "lang/01-basics/maps",
    "lang/01-basics/tuples",
    "lang/01-basics/strings",
    "lang/02-control/comprehensions",
    "lang/02-control/try_rescue",
    "lang/08-seeds/fibonacci",
    "lang/08-seeds/worker_pool",
];

/// Programs that print from several processes without waiting for each other: their lines are compared in any order.
const UNORDERED: &[&str] = &["lang/08-seeds/counter_supervised"];

/// Programs whose output depends on sleeps being punctual: on a busy machine they may need another try.
const TIMED: &[&str] = &[
    "lang/06-processes",
    "lang/07-otp",
    "lang/10-system",
    "lang/08-seeds/counter_supervised",
    "lang/09-sockets",
];

const TIMEOUT: Duration = Duration::from_secs(120);

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = Vec::new();
    for program in programs(&root.join("tests/lang"))
        .into_iter()
        .chain(programs(&root.join("tests/lib")))
    {
        let name = name(&root.join("tests"), &program);
        let counts: &[&str] = if name.starts_with("lang/") {
            &["1", "2"]
        } else {
            &["2"]
        };
        for count in counts {
            trials.push(trial(
                &format!("{name} on {count}"),
                &name,
                &program,
                &["--schedulers", count],
                &[],
            ));
        }
        if STRESS.contains(&name.as_str()) {
            let stress = [("CORDIAL_GC_STRESS", "1")];
            trials.push(trial(
                &format!("{name} under stress"),
                &name,
                &program,
                &[],
                &stress,
            ));
        }
        trials.push(Trial::test(format!("{name} parses"), move || parses(&program)));
    }
    // A project among the examples has no recorded output: it has tests.
    let examples = programs(&root.join("examples")).into_iter();
    for program in examples.filter(|program| program.with_extension("out").exists()) {
        let name = name(root, &program);
        trials.push(trial(&name.clone(), &name, &program, &[], &[]));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// The programs under a folder, in order.
fn programs(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "exs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn name(base: &Path, program: &Path) -> String {
    let relative = program.strip_prefix(base).expect("a program below the base");
    relative.with_extension("").to_string_lossy().into_owned()
}

fn trial(title: &str, name: &str, program: &Path, options: &[&str], environment: &[(&str, &str)]) -> Trial {
    let attempts = if TIMED.iter().any(|timed| name.starts_with(timed)) {
        3
    } else {
        1
    };
    let program = program.to_path_buf();
    let options: Vec<String> = options.iter().map(ToString::to_string).collect();
    let environment: Vec<(String, String)> = environment
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    let wrong = WRONG.contains(&name);
    Trial::test(title, move || {
        if wrong {
            return match prints(&program, &options, &environment) {
                Ok(()) => Err("prints what it should: take it off the list WRONG".into()),
                Err(_) => Ok(()),
            };
        }
        let mut outcome = Ok(());
        for _ in 0..attempts {
            outcome = prints(&program, &options, &environment);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    })
}

fn prints(program: &Path, options: &[String], environment: &[(String, String)]) -> Result<(), Failed> {
    let mut expected = std::fs::read(program.with_extension("out"))?;
    let status = match std::fs::read_to_string(program.with_extension("status")) {
        Ok(text) => text.trim().parse()?,
        Err(_) => 0,
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordial"));
    command.arg("run").args(options).arg(program);
    command.envs(environment.iter().map(|(key, value)| (key, value)));
    let mut run = run(command)?;
    if UNORDERED
        .iter()
        .any(|unordered| program.with_extension("").ends_with(unordered))
    {
        (run.stdout, expected) = (sorted(&run.stdout), sorted(&expected));
    }
    if run.stdout != expected {
        let (expected, printed) = (
            String::from_utf8_lossy(&expected),
            String::from_utf8_lossy(&run.stdout),
        );
        let difference = similar::TextDiff::from_lines(expected.as_ref(), printed.as_ref())
            .unified_diff()
            .context_radius(2)
            .header("expected", "printed")
            .to_string();
        return Err(format!("stdout differs\n{difference}\nstderr:\n{}", run.stderr).into());
    }
    if run.status != Some(status) {
        return Err(format!(
            "exit status {:?}, expected {status}\nstderr:\n{}",
            run.status, run.stderr
        )
        .into());
    }
    Ok(())
}

/// The lines in alphabetical order.
fn sorted(text: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    lines.sort_unstable();
    lines.join(&b'\n')
}

struct Run {
    stdout: Vec<u8>,
    stderr: String,
    status: Option<i32>,
}

/// Runs a command to its end, or kills it when its time is over.
fn run(mut command: Command) -> Result<Run, Failed> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (mut stdout, mut stderr) = (
        child.stdout.take().expect("piped"),
        child.stderr.take().expect("piped"),
    );
    let output = std::thread::spawn(move || read(&mut stdout));
    let errors = std::thread::spawn(move || read(&mut stderr));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > TIMEOUT {
            child.kill()?;
            child.wait()?;
            return Err(format!("still running after {TIMEOUT:?}").into());
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let stdout = output.join().expect("the reader ends");
    let stderr = String::from_utf8_lossy(&errors.join().expect("the reader ends")).into_owned();
    Ok(Run {
        stdout,
        stderr,
        status: status.code(),
    })
}

fn read(pipe: &mut impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = pipe.read_to_end(&mut bytes);
    bytes
}

fn parses(program: &Path) -> Result<(), Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cordial"));
    command.args(["compile", "--emit", "quoted"]).arg(program);
    let run = run(command)?;
    let broken = program.with_extension("status").exists() && run.stderr.contains("MismatchedDelimiterError");
    if run.status == Some(0) || broken {
        Ok(())
    } else {
        Err(run.stderr.into())
    }
}
