//! The command line, as a user meets it: what it runs, what it prints, its exit codes, its answers to mistakes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for a test, empty at the start.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).expect("a file for the test");
}

fn cordial(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cordial"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("cordial starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs, expects success, gives the standard output.
fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = cordial(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        stderr(&output)
    );
    stdout(&output)
}

/// Runs, expects a failure that says `message` on stderr without a backtrace of ours.
fn fails(folder: &Path, arguments: &[&str], message: &str) {
    let output = cordial(folder, arguments);
    let said = stderr(&output);
    assert!(
        output.status.code().is_some_and(|code| code != 0),
        "{arguments:?} succeeded"
    );
    assert!(said.contains(message), "{arguments:?} said {said:?}");
    assert!(
        !said.contains("panicked") && !said.contains("RUST_BACKTRACE"),
        "{said}"
    );
}

#[test]
fn runs_expressions_and_files_in_their_order() {
    let dir = folder("order");
    write(
        &dir,
        "hello.ex",
        "defmodule Lab.Hello do\n  def run, do: IO.puts(\"hi from \" <> inspect(__MODULE__))\nend\n",
    );
    assert_eq!(
        succeeds(&dir, &["-r", "hello.ex", "-e", "Lab.Hello.run"]),
        "hi from Lab.Hello\n"
    );
    assert_eq!(
        succeeds(&dir, &["-e", "IO.puts 1", "-r", "hello.ex", "-e", "IO.puts 2"]),
        "1\n2\n"
    );
    assert_eq!(succeeds(&dir, &["run", "-e", "IO.puts(1 + 2)"]), "3\n");
    write(&dir, "say.exs", "Lab.Hello.run()\nIO.inspect(System.argv())\n");
    assert_eq!(
        succeeds(&dir, &["-r", "hello.ex", "say.exs", "a"]),
        "hi from Lab.Hello\n[\"a\"]\n"
    );
}

#[test]
fn passes_arguments_to_the_script() {
    let dir = folder("argv");
    write(&dir, "args.exs", "IO.inspect(System.argv())\n");
    assert_eq!(
        succeeds(&dir, &["args.exs", "a", "-e", "--b"]),
        "[\"a\", \"-e\", \"--b\"]\n"
    );
    assert_eq!(succeeds(&dir, &["run", "args.exs"]), "[]\n");
    assert_eq!(
        succeeds(&dir, &["-e", "IO.inspect(System.argv())", "x", "-y"]),
        "[\"x\", \"-y\"]\n"
    );
}

#[test]
fn compiles_and_runs_bytecode() {
    let dir = folder("compile");
    write(
        &dir,
        "lab.ex",
        "defmodule Lab do\n  def main(args), do: IO.inspect({:lab, args})\nend\n\
         defmodule Lab.Other do\n  def run, do: IO.puts(\"other\")\nend\n",
    );
    succeeds(&dir, &["compile", "lab.ex", "-o", "out"]);
    assert!(dir.join("out/Elixir.Lab.cbc").is_file());
    assert!(dir.join("out/Elixir.Lab.Other.cbc").is_file());
    assert_eq!(succeeds(&dir, &["-pa", "out", "-e", "Lab.Other.run"]), "other\n");
    assert_eq!(
        succeeds(&dir, &["run", "out/Elixir.Lab.cbc", "a"]),
        "{:lab, [\"a\"]}\n"
    );
    assert!(succeeds(&dir, &["disasm", "out/Elixir.Lab.cbc"]).contains("main/1"));
}

#[test]
fn shows_every_stage() {
    let dir = folder("emit");
    write(&dir, "a.ex", "defmodule A do\n  def twice(x), do: x * 2\nend\n");
    for stage in ["tokens", "quoted", "expanded", "core", "ssa", "bytecode"] {
        let text = succeeds(&dir, &["compile", "--emit", stage, "a.ex"]);
        assert!(text.contains("twice"), "{stage}: {text}");
    }
}

#[test]
fn reports_uncaught_errors_as_elixir_does() {
    let dir = folder("errors");
    write(
        &dir,
        "raise.exs",
        "IO.puts(1)\nraise ArgumentError, \"too big\"\n",
    );
    let output = cordial(&dir, &["raise.exs"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), "1\n"));
    assert!(
        stderr(&output).starts_with("** (ArgumentError) too big\n    raise.exs:2: (file)"),
        "{}",
        stderr(&output)
    );
    fails(&dir, &["-e", "throw :ball"], "** (throw) :ball");
    fails(&dir, &["-e", "exit(:boom)"], "** (exit) :boom");
    fails(
        &dir,
        &["-e", "spawn_link(fn -> exit(:bad) end); Process.sleep(:infinity)"],
        "** (EXIT from #PID<",
    );
    fails(
        &dir,
        &["-e", "foo +"],
        "** (TokenMissingError) token missing on nofile:1:5:",
    );
    fails(
        &dir,
        &["-e", "undefined_thing"],
        "undefined variable \"undefined_thing\"",
    );
}

#[test]
fn exit_codes() {
    let dir = folder("codes");
    assert_eq!(cordial(&dir, &["-e", "System.halt(3)"]).status.code(), Some(3));
    assert_eq!(
        cordial(&dir, &["-e", "exit({:shutdown, 7})"]).status.code(),
        Some(7)
    );
    assert_eq!(cordial(&dir, &["-e", "exit(:normal)"]).status.code(), Some(0));
}

#[test]
fn answers_mistakes_in_one_line() {
    let dir = folder("mistakes");
    write(&dir, "foreign.cbc", "this is no bytecode");
    write(&dir, "a.ex", "defmodule Damaged do\n  def run, do: :ok\nend\n");
    succeeds(&dir, &["compile", "a.ex"]);
    let mut bytes = std::fs::read(dir.join("Elixir.Damaged.cbc")).expect("the compiled module");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    write(&dir, "damaged.cbc", &bytes);
    for file in ["foreign.cbc", "damaged.cbc"] {
        fails(&dir, &["run", file], file);
        fails(&dir, &["disasm", file], file);
    }
    fails(&dir, &["missing.exs"], "cannot run missing.exs: no such file");
    fails(&dir, &["run", "."], "cannot run .: not a file");
    fails(&dir, &["compile", "missing.ex"], "cannot read missing.ex");
    fails(&dir, &["--bogus"], "--bogus");
    fails(&dir, &["run", "--schedulers", "0", "-e", "1"], "--schedulers");
    fails(&dir, &["run"], "nothing to run");
}

#[test]
fn warnings_can_fail_a_compilation() {
    let dir = folder("strict");
    write(
        &dir,
        "sloppy.ex",
        "defmodule Sloppy do\n  def run(x), do: 1\nend\n",
    );
    write(&dir, "tidy.ex", "defmodule Tidy do\n  def run(x), do: x\nend\n");
    fails(
        &dir,
        &["compile", "--warnings-as-errors", "sloppy.ex", "tidy.ex"],
        "Compilation failed due to warnings while using the --warnings-as-errors option",
    );
    assert!(!dir.join("Elixir.Tidy.cbc").exists());
    succeeds(&dir, &["compile", "--warnings-as-errors", "tidy.ex"]);
    assert!(dir.join("Elixir.Tidy.cbc").exists());
    succeeds(&dir, &["compile", "sloppy.ex"]);
    assert!(dir.join("Elixir.Sloppy.cbc").exists());
}

#[test]
fn says_who_it_is() {
    let dir = folder("version");
    assert!(succeeds(&dir, &["--version"]).starts_with("cordial "));
    let help = succeeds(&dir, &["--help"]);
    assert!(
        help.contains("run") && help.contains("compile") && help.contains("Examples"),
        "{help}"
    );
}

/// Documentation is read from the file of a module, whether the module is loaded or not; memory has none.
#[test]
fn documentation_is_in_the_file() {
    let folder = folder("documentation");
    let module = r#"defmodule Shelf do
  @moduledoc "Holds things."
  @moduledoc since: "1.2"

  @typedoc "A thing"
  @type thing :: atom

  @doc "Puts a thing."
  @deprecated "Use add/2"
  def put(shelf, thing \\ nil, [_ | _]), do: {shelf, thing}

  @doc false
  def hidden({a, _}), do: a
end
"#;
    write(&folder, "shelf.ex", module);
    let ask = r#"
{:docs_v1, line, :elixir, "text/markdown", doc, meta, docs} = Code.fetch_docs(Shelf)
IO.inspect({line, doc, meta.since, :erlang.module_loaded(Shelf)})
for {name, _, signature, doc, meta} <- docs, do: IO.inspect({name, signature, doc, Map.drop(meta, [:source_annos])})
IO.inspect(Code.fetch_docs("out/Elixir.Shelf.cbc") == Code.fetch_docs(Shelf))
IO.inspect({Code.fetch_docs("shelf.ex"), Code.fetch_docs(Nowhere)})
defmodule InMemory, do: @moduledoc("x")
IO.inspect({Code.fetch_docs(InMemory), elem(Code.fetch_docs(Enum), 0)})
"#;
    write(&folder, "ask.exs", ask);
    succeeds(&folder, &["compile", "shelf.ex", "-o", "out"]);
    let expected = r#"{2, %{"en" => "Holds things."}, "1.2", false}
{{:function, :hidden, 1}, ["hidden(arg)"], :hidden, %{}}
{{:function, :put, 3}, ["put(shelf, thing \\\\ nil, list)"],
 %{"en" => "Puts a thing."}, %{defaults: 1, deprecated: "Use add/2"}}
{{:type, :thing, 0}, [], %{"en" => "A thing"}, %{}}
true
{{:error, :module_not_found}, {:error, :module_not_found}}
{{:error, :module_not_found}, :docs_v1}
"#;
    assert_eq!(succeeds(&folder, &["-pa", "out", "ask.exs"]), expected);
}
