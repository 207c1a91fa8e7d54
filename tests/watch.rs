//! `cordial run --watch`: saved files are swapped in a running program. Each step waits for what the program prints, so
//! that a slow machine only makes it slower.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

struct Watched {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watch").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// Saves as many editors do: a new file is renamed over the old one.
fn save(folder: &Path, name: &str, text: &str) {
    let draft = folder.join(format!("{name}~"));
    std::fs::write(&draft, text).expect("a file for the test");
    std::fs::rename(&draft, folder.join(name)).expect("a file for the test");
}

impl Watched {
    fn start(folder: &Path, arguments: &[&str]) -> Watched {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cordial"))
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cordial starts");
        let (sender, lines) = channel();
        let errors = sender.clone();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let messages = BufReader::new(child.stderr.take().expect("piped"));
        std::thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .all(|line| sender.send(line).is_ok())
        });
        std::thread::spawn(move || {
            messages
                .lines()
                .map_while(Result::ok)
                .all(|line| errors.send(line).is_ok())
        });
        Watched {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Waits for a line, of output or messages, that contains the text.
    fn expect(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) if line.contains(text) => return,
                Ok(line) => self.seen.push(line),
                Err(_) => panic!("no line with {text:?} after {:#?}", self.seen),
            }
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn counter(step: u32) -> String {
    format!(
        "IO.puts(\"top level\")\n\
         defmodule Counter do\n\
         \x20 use GenServer\n\
         \x20 def init(n), do: {{:ok, n}}\n\
         \x20 def handle_info(:tick, n) do\n\
         \x20   IO.puts(\"count #{{n}} step {step}\")\n\
         \x20   Process.send_after(self(), :tick, 20)\n\
         \x20   {{:noreply, n + {step}}}\n\
         \x20 end\n\
         end\n\
         {{:ok, pid}} = GenServer.start_link(Counter, 0)\n\
         send(pid, :tick)\n\
         Process.sleep(:infinity)\n"
    )
}

#[test]
fn a_server_goes_on_with_new_code_and_its_state() {
    let dir = folder("server");
    save(&dir, "counter.exs", &counter(1));
    let mut program = Watched::start(&dir, &["run", "--watch", "counter.exs"]);
    program.expect("count 5 step 1");
    save(&dir, "counter.exs", &counter(1000));
    program.expect("cordial: counter.exs: swapped Counter");
    program.expect("step 1000");
    // It has not begun anew.
    program.expect("count 1");
    assert!(
        !program.seen.iter().any(|line| line.contains("count 0 step 1000")),
        "{:?}",
        program.seen
    );
    assert_eq!(program.seen.iter().filter(|line| *line == "top level").count(), 1);

    save(
        &dir,
        "counter.exs",
        &counter(1).replace("use GenServer", "use GenServer\n  def broken(, do: 1"),
    );
    program.expect("mismatched delimiter found on counter.exs");
    program.expect("counter.exs does not compile");
    program.expect("step 1000");

    // The first module of the file is fine; it goes back with the second.
    let half =
        counter(7).replace("IO.puts(\"top level\")", "") + "defmodule Late do\n  def f, do: nothing\nend\n";
    save(&dir, "counter.exs", &half);
    program.expect("undefined variable \"nothing\"");
    program.expect("counter.exs does not compile");
    program.expect("step 1000");
    program.expect("step 1000");

    // Written in place, in parts.
    std::fs::write(dir.join("counter.exs"), "").expect("written");
    std::fs::write(dir.join("counter.exs"), counter(3)).expect("written");
    program.expect("cordial: counter.exs: swapped Counter");
    program.expect("step 3");
}

#[test]
fn a_folder_and_required_files_are_watched() {
    let dir = folder("folder");
    std::fs::create_dir(dir.join("lib")).expect("a folder");
    let module = |name: &str, body: &str| format!("defmodule {name} do\n  def text, do: {body}\nend\n");
    // The first needs the second.
    save(
        &dir,
        "lib/a.ex",
        "defmodule A do\n  require B\n  def text, do: B.twice(\"a\")\nend\n",
    );
    save(
        &dir,
        "lib/b.ex",
        "defmodule B do\n  defmacro twice(x), do: quote(do: unquote(x) <> unquote(x))\nend\n",
    );
    save(&dir, "c.exs", &module("C", "\"c1\""));
    save(
        &dir,
        "main.exs",
        "Code.require_file(\"c.exs\")\n\
         Stream.repeatedly(fn ->\n\
         \x20 IO.puts([A.text(), C.text()])\n\
         \x20 if Code.ensure_loaded?(D), do: IO.puts(apply(D, :text, []))\n\
         \x20 Process.sleep(20)\n\
         end) |> Stream.run()\n",
    );
    let mut program = Watched::start(&dir, &["--watch", "lib", "main.exs"]);
    program.expect("aac1");
    save(&dir, "c.exs", &module("C", "\"c2\""));
    program.expect("aac2");
    save(&dir, "lib/a.ex", &module("A", "\"new\""));
    program.expect("newc2");
    save(&dir, "lib/d.ex", &module("D", "\"a new file\""));
    program.expect("swapped D");
    program.expect("a new file");
}

#[test]
fn a_script_that_failed_runs_when_it_is_saved() {
    let dir = folder("again");
    save(&dir, "s.exs", "IO.puts(oops)\n");
    let mut program = Watched::start(&dir, &["--watch", "s.exs"]);
    program.expect("undefined variable \"oops\"");
    program.expect("the program failed");
    save(&dir, "s.exs", "raise \"still wrong\"\n");
    program.expect("still wrong");
    program.expect("the program failed");
    save(&dir, "s.exs", "IO.puts(\"well\")\nSystem.halt(7)\n");
    program.expect("well");
    assert_eq!(program.child.wait().expect("it ends").code(), Some(7));
}
