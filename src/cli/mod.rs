//! The command line: one file a command.

mod compile;
mod disasm;
mod run;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

const ABOUT: &str = "Runs Elixir programs from one small binary.";

const AFTER: &str = "\
Examples:
  cordial hello.exs a b          run a script; it finds a and b in System.argv()
  cordial -e 'IO.puts(1 + 2)'    evaluate an expression
  cordial -r lab.ex -e Lab.run   load a file, then evaluate
  cordial compile lab.ex -o out  write out/Elixir.Lab.cbc
  cordial -pa out -e Lab.run     run compiled modules
  cordial --watch counter.exs    run a script, swap its modules when it is saved
  cordial test                   run the tests in the folder test

`cordial FILE` is short for `cordial run FILE`.";

#[derive(Parser)]
#[command(name = "cordial", about = ABOUT, after_help = AFTER, version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile and run an Elixir file or a bytecode file
    Run(run::Args),
    /// Run tests written with ExUnit
    Test(test::Args),
    /// Compile to bytecode files, or show a stage of the compiler
    Compile(compile::Args),
    /// Show the bytecode of a .cbc file
    Disasm(disasm::Args),
}

/// Runs the command that the process was called with.
pub fn main() -> ExitCode {
    let cli = Cli::parse_from(normalise(std::env::args_os().collect()));
    match cli.command {
        Command::Run(args) => run::execute(args),
        Command::Test(args) => test::execute(args),
        Command::Compile(args) => compile::execute(args),
        Command::Disasm(args) => disasm::execute(&args),
    }
}

/// Elixir's options have long names behind one dash (`-pa`), and `run` may be left out: both are put in clap's form.
/// What follows the program's file name is the program's own and stays as it is.
fn normalise(mut args: Vec<std::ffi::OsString>) -> Vec<std::ffi::OsString> {
    const COMMANDS: [&str; 8] = [
        "run",
        "test",
        "compile",
        "disasm",
        "-h",
        "--help",
        "-V",
        "--version",
    ];
    if args.get(1).and_then(|first| first.to_str()) == Some("-v") {
        args[1] = "--version".into();
    }
    let named = args
        .get(1)
        .is_some_and(|first| COMMANDS.iter().any(|name| first == name));
    if args.len() > 1 && !named {
        args.insert(1, "run".into());
    }
    let mut takes_value = false;
    for arg in args.iter_mut().skip(2) {
        if takes_value {
            takes_value = false;
            continue;
        }
        let long = match arg.to_str() {
            Some("-pa") => "--pa",
            Some("-pz") => "--pz",
            Some("-pr") => "--pr",
            Some("-e" | "--eval" | "-r" | "--require" | "--schedulers" | "--watch" | "-o" | "--emit") => {
                takes_value = true;
                continue;
            }
            Some("--") => break,
            Some(text) if text.starts_with('-') => continue,
            _ => break,
        };
        *arg = long.into();
        takes_value = true;
    }
    args
}

/// Says on stderr what is wrong, in one line.
fn fail(message: impl std::fmt::Display) -> ExitCode {
    eprintln!("cordial: {message}");
    ExitCode::from(1)
}

/// The exit code as the system knows it: its lowest eight bits.
fn exit_code(code: i32) -> ExitCode {
    ExitCode::from(code as u8)
}

/// Writes to stdout; a reader that has gone away is no error.
fn print(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
