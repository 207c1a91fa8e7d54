//! `cordial test`: finds, loads and runs tests.

use crate::Program;
use crate::program::Setting;
use std::process::ExitCode;

const AFTER: &str = "\
Without paths, all files test/**/*_test.exs are run. A path is a file, a folder, or FILE:LINE for the test or the
describe block of that line (FILE:LINE:LINE for several). Before the tests, the modules of lib/**/*.ex are compiled
and test/test_helper.exs is loaded, where they exist; the helper need not be there.

The exit code is 0 if no test failed, 2 if one did, 1 if the tests could not be loaded or run.";

#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub struct Args {
    /// Files, folders, or FILE:LINE
    #[arg(value_name = "PATHS")]
    paths: Vec<String>,
    /// Run only tests with this tag, or with this value of it (may be repeated)
    #[arg(long, value_name = "TAG[:VALUE]")]
    only: Vec<String>,
    /// Leave out tests with this tag (may be repeated)
    #[arg(long, value_name = "TAG[:VALUE]")]
    exclude: Vec<String>,
    /// Run tests with this tag although they are left out (may be repeated)
    #[arg(long, value_name = "TAG[:VALUE]")]
    include: Vec<String>,
    /// Mix the tests as this number says; 0 keeps their order
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    seed: Option<i64>,
    /// Name each test as it runs, one after the other, without timeouts
    #[arg(long)]
    trace: bool,
    /// Stop after so many failures
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    max_failures: Option<i64>,
    /// Run so many modules at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    max_cases: Option<i64>,
    /// The milliseconds that a test may take
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(i64).range(1..))]
    timeout: Option<i64>,
    /// List the slowest tests at the end
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    slowest: Option<i64>,
    /// List the slowest modules at the end
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    slowest_modules: Option<i64>,
    /// Run everything again, up to N times, until a test fails
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..))]
    repeat_until_failure: Option<i64>,
    /// The exit code of a run with failures
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(0..256))]
    exit_status: Option<i64>,
    /// A module that reports the run, instead of the usual one (may be repeated)
    #[arg(long, value_name = "MODULE")]
    formatter: Vec<String>,
    /// Colours, also where the output is no terminal
    #[arg(long, overrides_with = "no_color")]
    color: bool,
    /// No colours
    #[arg(long)]
    no_color: bool,
    /// Warnings make the run fail
    #[arg(long)]
    warnings_as_errors: bool,
    /// Measuring coverage is not supported
    #[arg(long, hide = true)]
    cover: bool,
    /// Running what failed last is not supported
    #[arg(long, hide = true)]
    failed: bool,
    /// Running what changed is not supported
    #[arg(long, hide = true)]
    stale: bool,
    /// The number of schedulers; one a core if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    schedulers: Option<u16>,
}

pub fn execute(args: Args) -> ExitCode {
    for (given, option, why) in [
        (args.cover, "--cover", "coverage is not measured"),
        (args.failed, "--failed", "what failed before is not remembered"),
        (args.stale, "--stale", "what changed is not remembered"),
    ] {
        if given {
            return super::fail(format_args!("{option} is not supported: {why}"));
        }
    }
    let color = match (args.color, args.no_color) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let lists = [
        ("only", args.only),
        ("exclude", args.exclude),
        ("include", args.include),
        ("formatter", args.formatter),
    ];
    let numbers = [
        ("seed", args.seed),
        ("max_failures", args.max_failures),
        ("max_cases", args.max_cases),
        ("timeout", args.timeout),
        ("slowest", args.slowest),
        ("slowest_modules", args.slowest_modules),
        ("repeat_until_failure", args.repeat_until_failure),
        ("exit_status", args.exit_status),
    ];
    let switches = [
        ("trace", args.trace.then_some(true)),
        ("warnings_as_errors", args.warnings_as_errors.then_some(true)),
        ("color", color),
    ];
    let lists = lists
        .into_iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(name, texts)| (name, Setting::Texts(texts)));
    let numbers = numbers
        .into_iter()
        .filter_map(|(name, number)| Some((name, Setting::Number(number?))));
    let switches = switches
        .into_iter()
        .filter_map(|(name, switch)| Some((name, Setting::Switch(switch?))));
    let settings = lists.chain(numbers).chain(switches).collect();
    super::exit_code(
        Program::new()
            .signals()
            .schedulers(args.schedulers)
            .test(&args.paths, settings),
    )
}
