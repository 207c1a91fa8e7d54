//! `cordial compile`: bytecode files, or the printed form of one stage.

use super::fail;
use crate::Program;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// Elixir files
    #[arg(required = true, value_name = "FILES")]
    files: Vec<String>,
    /// Where the bytecode files go, one a module
    #[arg(short = 'o', long = "output", value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Print a stage instead
    #[arg(long, value_name = "STAGE", value_parser = ["tokens", "quoted", "expanded", "core", "ssa", "bytecode"])]
    emit: Option<String>,
    /// Warnings make the compilation fail
    #[arg(long)]
    warnings_as_errors: bool,
    /// Look for compiled modules in this folder first (also -pa)
    #[arg(long = "pa", value_name = "DIR")]
    prepend: Vec<String>,
    /// The number of schedulers; one a core if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    schedulers: Option<u16>,
}

pub fn execute(args: Args) -> ExitCode {
    for file in &args.files {
        if let Err(error) = std::fs::File::open(file) {
            return fail(format_args!("cannot read {file}: {error}"));
        }
    }
    let program = Program::new()
        .schedulers(args.schedulers)
        .paths(args.prepend, Vec::new());
    let code = match args.emit {
        Some(stage) => program.emit(&stage, &args.files),
        None => {
            if let Err(error) = std::fs::create_dir_all(&args.output) {
                return fail(format_args!("cannot write to {}: {error}", args.output.display()));
            }
            program.compile(
                &args.files,
                &args.output.to_string_lossy(),
                args.warnings_as_errors,
            )
        }
    };
    super::exit_code(code)
}
