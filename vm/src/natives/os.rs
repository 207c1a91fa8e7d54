//! `:os` and `:cordial_os`: the environment, the clock, other programs.

use super::file::failed;
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::io::signals::{Action, Signals};
use crate::term::Term;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

pub static NATIVES: &[Native] = &[
    Native::plain("os", "getenv", 0, getenv_all),
    Native::plain("os", "getenv", 1, |ctx, args| getenv(ctx, args[0], Term::FALSE)),
    Native::plain("os", "getenv", 2, |ctx, args| getenv(ctx, args[0], args[1])),
    Native::plain("os", "putenv", 2, |_, args| {
        environment::set(&characters(args[0])?, &characters(args[1])?)?;
        Ok(Term::TRUE)
    }),
    Native::plain("os", "unsetenv", 1, |_, args| {
        environment::unset(&characters(args[0])?)?;
        Ok(Term::TRUE)
    }),
    Native::plain("os", "getpid", 0, |ctx, _| {
        let pid = std::process::id().to_string();
        Ok(charlist(ctx, &pid))
    }),
    Native::plain("os", "type", 0, |ctx, _| {
        Ok(ctx.heap().tuple(&[
            Term::atom(Atom::new("unix")),
            Term::atom(Atom::new(std::env::consts::OS)),
        ]))
    }),
    Native::plain("os", "version", 0, version),
    Native::plain("os", "system_time", 0, |ctx, _| system_time(ctx, 1)),
    Native::plain("os", "system_time", 1, |ctx, args| {
        let unit = unit(args[0])?;
        system_time(ctx, unit)
    }),
    Native::plain("os", "perf_counter", 0, |ctx, _| system_time(ctx, 1)),
    Native::plain("os", "timestamp", 0, timestamp),
    Native::blocking("os", "cmd", 1, cmd),
    Native::plain("os", "find_executable", 1, |ctx, args| {
        let name = OsString::from_vec(characters(args[0])?);
        Ok(match find(&name) {
            Some(path) => charlist(ctx, &path.to_string_lossy()),
            None => Term::FALSE,
        })
    }),
    Native::plain("os", "set_signal", 2, set_signal),
    Native::plain("cordial_os", "catch_signals", 0, |ctx, _| {
        let caught = ctx.vm.signals().catch(ctx.vm);
        super::file::done(ctx, caught)
    }),
    Native::plain("cordial_os", "env", 0, env),
    Native::plain("cordial_os", "get_env", 1, |ctx, args| {
        let name = bytes(args[0])?;
        Ok(match environment::get(&name) {
            Some(value) => ctx.heap().binary(&value),
            None => Term::NIL_ATOM,
        })
    }),
    Native::plain("cordial_os", "put_env", 2, |_, args| {
        environment::set(&bytes(args[0])?, &bytes(args[1])?)?;
        Ok(Term::OK)
    }),
    Native::plain("cordial_os", "unset_env", 1, |_, args| {
        environment::unset(&bytes(args[0])?)?;
        Ok(Term::OK)
    }),
];

/// The program's own copy of the environment: the system's may not be changed while threads run.
mod environment {
    use super::{OsString, OsStringExt, Stop};
    use parking_lot::Mutex;
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    type Variables = BTreeMap<Vec<u8>, Vec<u8>>;

    static VARIABLES: LazyLock<Mutex<Variables>> = LazyLock::new(|| {
        Mutex::new(
            std::env::vars_os()
                .map(|(name, value)| (name.into_vec(), value.into_vec()))
                .collect(),
        )
    });

    pub fn get(name: &[u8]) -> Option<Vec<u8>> {
        VARIABLES.lock().get(name).cloned()
    }

    pub fn all() -> Vec<(Vec<u8>, Vec<u8>)> {
        VARIABLES
            .lock()
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    pub fn set(name: &[u8], value: &[u8]) -> Result<(), Stop> {
        if name.is_empty() || name.contains(&b'=') || name.contains(&0) || value.contains(&0) {
            return Err(Stop::Badarg);
        }
        VARIABLES.lock().insert(name.to_vec(), value.to_vec());
        Ok(())
    }

    pub fn unset(name: &[u8]) -> Result<(), Stop> {
        if name.contains(&b'=') || name.contains(&0) {
            return Err(Stop::Badarg);
        }
        VARIABLES.lock().remove(name);
        Ok(())
    }

    pub fn os(bytes: Vec<u8>) -> OsString {
        OsString::from_vec(bytes)
    }
}

fn bytes(term: Term) -> Result<Vec<u8>, Stop> {
    if term.is_binary() {
        Ok(term.bytes().ok_or(Stop::Badarg)?.into_owned())
    } else {
        Err(Stop::Badarg)
    }
}

/// The bytes of a charlist, or of a binary.
fn characters(term: Term) -> Result<Vec<u8>, Stop> {
    if term.is_binary() {
        return bytes(term);
    }
    let mut text = String::new();
    for code in term.list_to_vec().ok_or(Stop::Badarg)? {
        let code = code
            .as_u64()
            .and_then(|code| u32::try_from(code).ok())
            .ok_or(Stop::Badarg)?;
        text.push(char::from_u32(code).ok_or(Stop::Badarg)?);
    }
    Ok(text.into_bytes())
}

fn charlist(ctx: &mut Ctx<'_>, text: &str) -> Term {
    let codes: Vec<Term> = text.chars().map(|char| Term::small(char as i64)).collect();
    ctx.heap().list(codes)
}

fn getenv(ctx: &mut Ctx<'_>, name: Term, default: Term) -> NativeResult {
    let name = characters(name)?;
    Ok(match environment::get(&name) {
        Some(value) => charlist(ctx, &String::from_utf8_lossy(&value)),
        None => default,
    })
}

/// `["NAME=value", …]` as charlists.
fn getenv_all(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let mut lines = Vec::new();
    for (name, value) in environment::all() {
        let line = format!(
            "{}={}",
            String::from_utf8_lossy(&name),
            String::from_utf8_lossy(&value)
        );
        lines.push(charlist(ctx, &line));
    }
    Ok(ctx.heap().list(lines))
}

/// `[{name, value}, …]` as binaries.
fn env(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let mut pairs = Vec::new();
    for (name, value) in environment::all() {
        let pair = [ctx.heap().binary(&name), ctx.heap().binary(&value)];
        pairs.push(ctx.heap().tuple(&pair));
    }
    Ok(ctx.heap().list(pairs))
}

/// `{major, minor, release}` of the kernel.
fn version(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let text = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = text
        .split(|char: char| !char.is_ascii_digit())
        .filter_map(|part| part.parse::<i64>().ok());
    let parts: Vec<Term> = (0..3).map(|_| Term::small(numbers.next().unwrap_or(0))).collect();
    Ok(ctx.heap().tuple(&parts))
}

/// Nanoseconds in a unit: an atom, or parts per second.
fn unit(term: Term) -> Result<u128, Stop> {
    match term.as_atom().map(Atom::as_str) {
        Some("second") => Ok(1_000_000_000),
        Some("millisecond") => Ok(1_000_000),
        Some("microsecond") => Ok(1_000),
        Some("nanosecond" | "native" | "perf_counter") => Ok(1),
        Some(_) => Err(Stop::Badarg),
        None => match term.as_u64() {
            Some(parts) if parts > 0 && parts <= 1_000_000_000 => Ok(1_000_000_000 / u128::from(parts)),
            _ => Err(Stop::Badarg),
        },
    }
}

fn since_1970() -> u128 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |duration| duration.as_nanos())
}

fn system_time(ctx: &mut Ctx<'_>, unit: u128) -> NativeResult {
    Ok(ctx.heap().integer((since_1970() / unit) as i64))
}

/// `{megaseconds, seconds, microseconds}`
fn timestamp(ctx: &mut Ctx<'_>, _args: &[Term]) -> NativeResult {
    let micros = (since_1970() / 1_000) as i64;
    let parts = [
        micros / 1_000_000_000_000,
        micros / 1_000_000 % 1_000_000,
        micros % 1_000_000,
    ];
    Ok(ctx.heap().tuple(&parts.map(Term::small)))
}

fn set_signal(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let action = match args[1].as_atom().map(Atom::as_str) {
        Some("default") => Action::Default,
        Some("ignore") => Action::Ignore,
        Some("handle") => Action::Handle,
        _ => return Err(Stop::Badarg),
    };
    // Nothing can change what this one does; asking is no error.
    if name.as_str() == "sigstop" {
        return Ok(Term::OK);
    }
    let number = Signals::number(name).ok_or(Stop::Badarg)?;
    match ctx.vm.signals().set(ctx.vm, number, action) {
        Ok(()) => Ok(Term::OK),
        Err(_) => Err(Stop::Badarg),
    }
}

/// The first file of that name in `PATH` that may be run.
fn find(name: &OsStr) -> Option<std::path::PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let runnable = |path: &std::path::Path| {
        path.metadata()
            .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    if name.as_bytes().contains(&b'/') {
        let path = std::path::PathBuf::from(name);
        return runnable(&path).then_some(path);
    }
    let folders = environment::get(b"PATH").map(environment::os)?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| runnable(path))
}

/// A command with the program's environment.
pub(super) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.envs(
        environment::all()
            .into_iter()
            .map(|(name, value)| (environment::os(name), environment::os(value))),
    );
    command
}

/// The output of a shell's command line, errors included, as a charlist.
fn cmd(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0].is_binary() {
        return Err(Stop::Badarg);
    }
    let mut line = b"exec 2>&1\n".to_vec();
    line.extend(characters(args[0])?);
    ctx.vm.io().flush();
    let mut command = command("/bin/sh");
    command.arg("-c").arg(environment::os(line));
    command.stdin(Stdio::null());
    let output = ctx.lend(|| command.output());
    match output {
        Ok(output) => Ok(charlist(ctx, &String::from_utf8_lossy(&output.stdout))),
        Err(error) => Ok(failed(ctx, &error)),
    }
}
