//! `cordial run`: scripts, expressions, bytecode files, in the order given.

use super::fail;
use crate::Program;
use clap::{ArgMatches, FromArgMatches};
use std::path::Path;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Options {
    /// Evaluate an expression (may be repeated)
    #[arg(short = 'e', long = "eval", value_name = "EXPR")]
    eval: Vec<String>,
    /// Load an Elixir file or all that match a pattern (may be repeated)
    #[arg(short = 'r', long = "require", value_name = "FILE")]
    require: Vec<String>,
    /// The same, for files that do not depend on each other
    #[arg(long = "pr", value_name = "FILE")]
    parallel: Vec<String>,
    /// Look for compiled modules in this folder first (also -pa)
    #[arg(long = "pa", value_name = "DIR")]
    prepend: Vec<String>,
    /// Look for compiled modules in this folder last (also -pz)
    #[arg(long = "pz", value_name = "DIR")]
    append: Vec<String>,
    /// The number of schedulers; one a core if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    schedulers: Option<u16>,
    /// Run the file, or load all .ex files of the folder; swap modules whenever a file is saved (may be repeated)
    ///
    /// Watched are the file or folder and all files that the program requires. A saved file is compiled again and its
    /// modules take the place of the old ones, while processes go on and keep their state: they run the new code from
    /// their next fully qualified call. The top level of a script is not run again, unless it had failed. A file that
    /// does not compile is reported and changes nothing. The program goes on when its script has ended.
    #[arg(long, value_name = "FILE|DIR")]
    watch: Vec<String>,
    /// Go on after the script has ended
    #[arg(long)]
    no_halt: bool,
    /// An .ex, .exs or .cbc file, and the program's own arguments
    #[arg(
        value_name = "FILE [ARGS]",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    program: Vec<String>,
}

/// The options, and the actions in the order of the command line.
pub struct Args {
    options: Options,
    actions: Vec<Action>,
}

/// One thing to do.
enum Action {
    Eval(String),
    Require(String),
    Parallel(String),
    File(String),
    Load(String),
    /// A file or folder that is loaded and watched.
    Watch(String),
}

impl clap::Args for Args {
    fn augment_args(command: clap::Command) -> clap::Command {
        Options::augment_args(command)
    }
    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Options::augment_args_for_update(command)
    }
}

impl FromArgMatches for Args {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Args {
            options: Options::from_arg_matches(matches)?,
            actions: actions(matches),
        })
    }
    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn actions(matches: &ArgMatches) -> Vec<Action> {
    type Make = fn(String) -> Action;
    let kinds: [(&str, Make); 4] = [
        ("eval", Action::Eval),
        ("require", Action::Require),
        ("parallel", Action::Parallel),
        ("watch", Action::Watch),
    ];
    let mut found = Vec::new();
    for (name, action) in kinds {
        let values = matches.get_many::<String>(name).into_iter().flatten();
        let indices = matches.indices_of(name).into_iter().flatten();
        found.extend(
            indices
                .zip(values)
                .map(|(index, value)| (index, action(value.clone()))),
        );
    }
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, action)| action).collect()
}

pub fn execute(args: Args) -> ExitCode {
    let Args { options, mut actions } = args;
    let mut argv = options.program;
    if let Some(path) = options.watch.iter().find(|path| !is_watchable(Path::new(path))) {
        return fail(format_args!("cannot watch {path}: no source file or folder"));
    }
    // Files that are loaded first do not take the program's place; an expression or a watched file does.
    let has_program = actions.iter().any(|action| match action {
        Action::Eval(_) => true,
        Action::Watch(path) => !Path::new(path).is_dir(),
        _ => false,
    });
    let names_file = argv.first().is_some_and(|first| first != "--");
    if actions.is_empty() || (!has_program && names_file) {
        if argv.is_empty() {
            return fail("nothing to run: give a file, or an expression with -e (see cordial --help)");
        }
        let file = argv.remove(0);
        if !Path::new(&file).is_file() {
            let why = if Path::new(&file).exists() {
                "not a file"
            } else {
                "no such file"
            };
            return fail(format_args!("cannot run {file}: {why}"));
        }
        if let Err(error) = std::fs::File::open(&file) {
            return fail(format_args!("cannot read {file}: {error}"));
        }
        actions.push(if file.ends_with(".cbc") {
            Action::Load(file)
        } else {
            Action::File(file)
        });
    }
    if argv.first().is_some_and(|first| first == "--") {
        argv.remove(0);
    }
    let mut program = Program::new()
        .signals()
        .arguments(argv)
        .schedulers(options.schedulers)
        .paths(options.prepend, options.append)
        .no_halt(options.no_halt || !options.watch.is_empty());
    for action in actions {
        program = match action {
            Action::Eval(code) => program.eval(code),
            Action::Require(pattern) | Action::Parallel(pattern) => program.require(pattern),
            Action::File(path) => program.file(path),
            Action::Load(path) => program.load(path),
            Action::Watch(path) if Path::new(&path).is_dir() => program.folder(path),
            Action::Watch(path) => program.file(path),
        };
    }
    if !options.watch.is_empty() {
        program = program.watch();
    }
    super::exit_code(program.run())
}

fn is_watchable(path: &Path) -> bool {
    path.is_dir() || path.is_file() && path.extension().is_none_or(|extension| extension != "cbc")
}
