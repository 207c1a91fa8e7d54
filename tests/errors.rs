//! The corpus of errors and warnings: every program of `tests/errors` prints what its snapshot says, and every message
//! that parser and compiler can give has a program here.
//!
//! A case is a file `tests/errors/AREA/NAME.exs`; `snapshots/AREA__NAME.snap` shows the program, what it prints, and the
//! codes of the messages it got. New cases: write the program, run `INSTA_UPDATE=always cargo test --test errors NAME`.
//!
//! `CORDIAL_ELIXIR=path/to/elixir cargo test --test errors` also runs every program with that Elixir and compares. A
//! program that may print something else says why in a comment that starts with `# Differs: `.

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Set for the process that runs a case: the file that the codes of its messages go to.
const CODES: &str = "CORDIAL_ERRORS_CODES";

/// As long as a program may take: a mistake in it must not keep the compiler busy for ever.
const LIMIT: Duration = Duration::from_secs(60);

/// Messages that no program gets: they tell of a mistake in the compiler, or in the use of its command line.
const UNREACHABLE: &[&str] = &["Internal", "StageUnknown"];

fn main() {
    if let Some(codes) = std::env::var_os(CODES) {
        std::process::exit(run_case(Path::new(&codes)));
    }
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let elixir = std::env::var_os("CORDIAL_ELIXIR").map(PathBuf::from);
    let cases = cases(&folder);
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let mut trials = Vec::new();
    for case in &cases {
        let (case, seen) = (case.clone(), seen.clone());
        trials.push(Trial::test(case.name(), move || {
            let run = case.run();
            seen.lock()
                .expect("no test panics with it")
                .extend(run.codes.iter().cloned());
            let snapshot = case.snapshot(&run);
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(case.folder.join("snapshots"));
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(case.name().replace('/', "__"), snapshot));
            Ok(())
        }));
    }
    match elixir {
        Some(elixir) => {
            for case in cases.clone() {
                let elixir = elixir.clone();
                trials.push(Trial::test(format!("as Elixir: {}", case.name()), move || {
                    case.compare(&elixir)
                }));
            }
        }
        None => eprintln!(
            "CORDIAL_ELIXIR is not set: the texts are NOT compared with Elixir's, only with the snapshots"
        ),
    }
    let all = arguments.filter.is_none() && !arguments.list;
    let conclusion = libtest_mimic::run(&arguments, trials);
    let complete = !all || complete(&cases, &seen.lock().expect("all tests have ended"));
    if !complete {
        std::process::exit(101);
    }
    conclusion.exit();
}

/// Whether every message has a case; says which have none.
fn complete(cases: &[Case], seen: &BTreeSet<String>) -> bool {
    if cases.is_empty() {
        eprintln!("there are no cases");
        return false;
    }
    let syntax = cordial_syntax::diagnostics::Code::ALL
        .iter()
        .map(|code| code.name());
    let compiler = cordial_compiler::diag::Code::ALL.iter().map(|code| code.name());
    let missing: Vec<&str> = syntax
        .chain(compiler)
        .filter(|code| !UNREACHABLE.contains(code) && !seen.contains(*code))
        .collect();
    if !missing.is_empty() {
        eprintln!("messages without a case in tests/errors: {}", missing.join(" "));
    }
    missing.is_empty()
}

/// Runs the file that is the last argument, as `cordial run` does, and writes the codes of its messages to a file.
fn run_case(codes: &Path) -> i32 {
    static WRITE: Mutex<Option<std::fs::File>> = Mutex::new(None);
    *WRITE.lock().expect("a fresh lock") = std::fs::File::create(codes).ok();
    cordial_compiler::diag::observe(|code| {
        if let Ok(mut file) = WRITE.lock()
            && let Some(file) = file.as_mut()
        {
            let _ = writeln!(file, "{code}");
        }
    });
    let file = std::env::args().next_back().unwrap_or_default();
    cordial::Program::new().schedulers(Some(1)).file(file).run()
}

/// What a stream has, read while the program runs.
fn read_all(stream: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The exit status; a program that takes too long is ended.
fn wait(child: &mut Child) -> std::io::Result<Option<i32>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What a program printed.
struct Run {
    text: String,
    codes: BTreeSet<String>,
}

#[derive(Clone)]
struct Case {
    /// `tests/errors`
    folder: PathBuf,
    area: String,
    stem: String,
    source: String,
}

/// The cases of all areas, in order.
fn cases(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    for area in entries(folder).into_iter().filter(|path| path.is_dir()) {
        for file in entries(&area) {
            if file.extension().is_some_and(|extension| extension == "exs") {
                cases.push(Case {
                    folder: folder.to_path_buf(),
                    area: name(&area),
                    stem: name(&file),
                    source: std::fs::read_to_string(&file).expect("a case is text"),
                });
            }
        }
    }
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// The output without what depends on how Elixir's own functions call each other: their frames in a stack trace, and
/// all frames below an error that was told already.
fn own_frames(text: &str) -> String {
    let mut told = false;
    let mut kept = Vec::new();
    for line in text.lines() {
        let frame = line.strip_prefix("    ");
        let library = frame
            .and_then(|frame| frame.strip_prefix('('))
            .and_then(|frame| frame.split_once(") "))
            .filter(|(library, _)| library.contains(' '));
        match (frame, library) {
            (Some(_), _) if told => {}
            (_, Some((_, frame))) if !frame.starts_with("expanding macro: ") => {}
            (_, Some((_, frame))) => kept.push(format!("    {frame}")),
            _ => kept.push(line.trim_end().to_owned()),
        }
        told |= line.starts_with("** (CompileError)") && line.ends_with("(errors have been logged)");
    }
    kept.join("\n").trim_end().to_owned()
}

/// A stack trace's `(elixir 1.18.3) lib/code.ex:90: …` as `(elixir 1.18.3) lib/code.ex: …`.
fn without_library_line(line: &str) -> String {
    let place = line
        .trim_start()
        .starts_with('(')
        .then(|| line.split_once(".ex:"))
        .flatten()
        .and_then(|(file, rest)| Some((file, rest.split_once(": ")?)));
    match place {
        Some((file, (number, call))) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{file}.ex: {call}")
        }
        _ => line.to_owned(),
    }
}

impl Case {
    fn name(&self) -> String {
        format!("{}/{}", self.area, self.stem)
    }

    fn file(&self) -> String {
        format!("{}.exs", self.stem)
    }

    /// Whether the program may print something else than Elixir.
    fn differs(&self) -> bool {
        self.source.lines().any(|line| line.starts_with("# Differs: "))
    }

    /// Runs the program with the compiler under test.
    fn run(&self) -> Run {
        let codes =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}__{}.codes", self.area, self.stem));
        let mut command = Command::new(std::env::current_exe().expect("the path of this test"));
        command.env(CODES, &codes);
        let text = self.output(command).expect("the test can run itself");
        let codes = std::fs::read_to_string(&codes).unwrap_or_default();
        Run {
            text,
            codes: codes.lines().map(str::to_owned).collect(),
        }
    }

    /// Compares with what Elixir prints for the program.
    fn compare(&self, elixir: &Path) -> Result<(), Failed> {
        if self.differs() {
            return Ok(());
        }
        let expected = own_frames(&self.output(Command::new(elixir))?);
        let printed = own_frames(&self.run().text);
        if expected == printed {
            return Ok(());
        }
        let difference = similar::TextDiff::from_lines(&expected, &printed)
            .unified_diff()
            .context_radius(3)
            .header("Elixir", "Cordial")
            .to_string();
        Err(difference.into())
    }

    /// What a command prints when it is given the file in its own folder: standard output, then standard error.
    fn output(&self, mut command: Command) -> std::io::Result<String> {
        let mut child = command
            .arg(self.file())
            .current_dir(self.folder.join(&self.area))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (out, err) = (read_all(child.stdout.take()), read_all(child.stderr.take()));
        let status = wait(&mut child)?;
        let (out, err) = (
            out.join().expect("reading does not panic"),
            err.join().expect("reading does not panic"),
        );
        let folder = self.folder.to_string_lossy();
        let text = format!("{out}{err}").replace(folder.as_ref(), "ERRORS");
        // A panic or a signal is no way to tell an error.
        Ok(match status {
            Some(0 | 1) => text,
            Some(status) => format!("{text}exit status {status}\n"),
            None => format!("{text}killed, or did not end in {} seconds\n", LIMIT.as_secs()),
        })
    }

    /// Program, output and codes, as one text. The lines of the library's own files are left out: they move.
    fn snapshot(&self, run: &Run) -> String {
        let codes: Vec<&str> = run.codes.iter().map(String::as_str).collect();
        let printed: Vec<String> = run.text.trim_end().lines().map(without_library_line).collect();
        format!(
            "{}\n──── prints ────\n{}\n──── codes: {}",
            self.source.trim_end(),
            printed.join("\n"),
            codes.join(" ")
        )
    }
}
