//! What signals of the system do to a running program.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const APPLICATIONS: &str = r##"
defmodule Worker do
  use GenServer
  def start_link(name), do: GenServer.start_link(__MODULE__, name)
  def init(name) do
    Process.flag(:trap_exit, true)
    {:ok, name}
  end
  def terminate(reason, name), do: IO.puts("#{inspect(name)} ends: #{reason}")
end

defmodule App do
  use Application
  def start(_, name) do
    children = for n <- 1..2, do: Supervisor.child_spec({Worker, {name, n}}, id: n)
    Supervisor.start_link(children, strategy: :one_for_one)
  end
  def stop(_), do: IO.puts("stopped")
end

for {name, needed} <- [first: [], second: [:first]] do
  keys = [vsn: ~c"1", applications: [:kernel, :stdlib] ++ needed, mod: {App, name}]
  :ok = :application.load({:application, name, keys})
  :ok = Application.start(name)
end

IO.puts("ready")
IO.puts(:stderr, "ready")
Process.sleep(:infinity)
"##;

fn script(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("signals");
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file for the test");
    path
}

/// Starts the script and waits until it says on standard error that it is ready.
fn start(path: &Path) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cordial"))
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("cordial starts");
    let mut line = String::new();
    let mut errors = BufReader::new(child.stderr.take().expect("piped"));
    errors.read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n");
    child
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([&format!("-{name}"), &child.id().to_string()])
        .status();
    assert!(status.is_ok_and(|status| status.success()));
}

/// Its whole output and its exit code.
fn end(mut child: Child) -> (String, Option<i32>) {
    let mut output = String::new();
    child
        .stdout
        .take()
        .expect("piped")
        .read_to_string(&mut output)
        .expect("text");
    (output, child.wait().expect("it ends").code())
}

#[test]
fn sigterm_stops_applications_the_latest_first() {
    let child = start(&script("applications.exs", APPLICATIONS));
    signal(&child, "TERM");
    let (output, code) = end(child);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = output.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[0], "ready");
    assert!(
        lines[1].ends_with("[notice] SIGTERM received - shutting down"),
        "{output}"
    );
    assert_eq!(
        lines[2..],
        [
            "{:second, 2} ends: shutdown",
            "{:second, 1} ends: shutdown",
            "stopped",
            "{:first, 2} ends: shutdown",
            "{:first, 1} ends: shutdown",
            "stopped"
        ]
    );
}

#[test]
fn an_interrupt_without_a_terminal_ends_the_program() {
    let child = start(&script("applications2.exs", APPLICATIONS));
    signal(&child, "INT");
    assert_eq!(end(child), ("ready\n".into(), Some(0)));
}

#[test]
fn a_signal_that_nobody_handles_ends_the_program_as_any_other() {
    let child = start(&script("applications3.exs", APPLICATIONS));
    signal(&child, "HUP");
    assert_eq!(end(child).1, None);
}

#[test]
fn writing_where_nobody_reads_is_an_error_of_the_program() {
    let path = script(
        "closed.exs",
        "IO.puts(:stderr, \"ready\")\nfor i <- Stream.iterate(1, & &1 + 1), do: IO.puts(\"line #{i}\")\n",
    );
    let mut child = start(&path);
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}
