//! `:erlang`'s functions over ports.

use super::os::command as fresh;
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::heap::next_reference;
use crate::io::ports::{Framing, Options, Written};
use crate::term::Term;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "open_port", 2, open),
    Native::plain("erlang", "port_command", 2, |ctx, args| {
        command(ctx, args[0], args[1], Busy::Wait)
    }),
    Native::plain("erlang", "port_command", 3, |ctx, args| {
        let mut busy = Busy::Wait;
        for option in args[2].list_to_vec().ok_or(Stop::Badarg)? {
            match option.as_atom().map(Atom::as_str) {
                Some("nosuspend") => busy = Busy::Refuse,
                // Programs cannot be made to take more.
                Some("force") => return Err(Stop::error(Term::atom(Atom::new("notsup")))),
                _ => return Err(Stop::Badarg),
            }
        }
        command(ctx, args[0], args[1], busy)
    }),
    Native::plain("erlang", "port_close", 1, |ctx, args| {
        if !ctx.vm.ports().close(ctx.vm, args[0]) {
            return Err(Stop::Badarg);
        }
        // The exit signal is there when the call returns.
        ctx.process.fetch(ctx.vm);
        Ok(Term::TRUE)
    }),
    Native::plain("erlang", "port_connect", 2, |ctx, args| {
        let owner = args[1].as_pid().ok_or(Stop::Badarg)?;
        if ctx.vm.ports().connect(ctx.vm, args[0], owner) {
            Ok(Term::TRUE)
        } else {
            Err(Stop::Badarg)
        }
    }),
    // No program answers these.
    Native::plain("erlang", "port_control", 3, |_, _| Err(Stop::Badarg)),
    Native::plain("erlang", "port_call", 3, |_, _| Err(Stop::Badarg)),
    Native::plain("erlang", "ports", 0, |ctx, _| {
        let all = ctx.vm.ports().all();
        Ok(ctx.heap().list(all))
    }),
    Native::plain("erlang", "port_info", 1, |ctx, args| {
        if !args[0].is_port() && !args[0].is_atom() {
            return Err(Stop::Badarg);
        }
        let mut items = Vec::new();
        for item in ["registered_name"].iter().chain(&ITEMS[..7]) {
            let Some(value) = ctx.vm.ports().info(&mut ctx.process.heap, args[0], item) else {
                return Ok(UNDEFINED);
            };
            if *item != "registered_name" || value != Term::NIL {
                items.push(ctx.heap().tuple(&[Term::atom(Atom::new(item)), value]));
            }
        }
        Ok(ctx.heap().list(items))
    }),
    Native::plain("erlang", "port_info", 2, |ctx, args| {
        let item = args[1].as_atom().ok_or(Stop::Badarg)?;
        let known = item.as_str() == "registered_name" || ITEMS.contains(&item.as_str());
        if !known || !args[0].is_port() && !args[0].is_atom() {
            return Err(Stop::Badarg);
        }
        match ctx.vm.ports().info(&mut ctx.process.heap, args[0], item.as_str()) {
            None => Ok(UNDEFINED),
            Some(value) if value == Term::NIL && item.as_str() == "registered_name" => Ok(Term::NIL),
            Some(value) => Ok(ctx.heap().tuple(&[args[1], value])),
        }
    }),
];

/// What `port_info` tells; the first seven together, besides the name.
pub(super) const ITEMS: [&str; 13] = [
    "name",
    "links",
    "id",
    "connected",
    "input",
    "output",
    "os_pid",
    "monitors",
    "monitored_by",
    "parallelism",
    "queue_size",
    "memory",
    "locking",
];

const UNDEFINED: Term = Term::atom(known::UNDEFINED);

/// The bytes of a binary or a charlist.
fn text(term: Term) -> Result<OsString, Stop> {
    let bytes = super::iodata::collect(term)
        .or_else(|| {
            let text: Option<String> = term
                .list_to_vec()?
                .into_iter()
                .map(|c| char::from_u32(u32::try_from(c.as_i64()?).ok()?))
                .collect();
            text.map(String::into_bytes)
        })
        .or_else(|| term.as_atom().map(|atom| atom.as_str().as_bytes().to_vec()));
    match bytes {
        Some(bytes) if !bytes.contains(&0) => Ok(OsString::from_vec(bytes)),
        _ => Err(Stop::Badarg),
    }
}

fn open(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (kind, name) = args[0].pair().ok_or(Stop::Badarg)?;
    let shell = match kind.as_atom().map(Atom::as_str) {
        Some("spawn") => true,
        Some("spawn_executable") => false,
        // There are no drivers to be linked in.
        _ => return Err(Stop::Badarg),
    };
    let program = text(name)?;
    let label = program.to_string_lossy().into_owned();
    let mut command = if shell {
        let mut line = OsString::from("exec ");
        line.push(&program);
        let mut command = fresh("/bin/sh");
        command.arg("-c").arg(line);
        command
    } else {
        fresh(&program)
    };
    let (options, folder) = options(args[1], shell, &mut command)?;
    if let Some(folder) = folder {
        if folder.is_dir() {
            command.current_dir(folder);
        } else {
            // The program is on its way before it finds out.
            command = fresh("/bin/sh");
            command.args(["-c", "echo \"spawn: Could not cd to $0\" >&2; exit 2"]);
            command.arg(folder);
        }
    }
    ctx.vm.io().flush();
    let owner = ctx.process.number();
    ctx.vm
        .ports()
        .open(ctx.vm, owner, command, label, options)
        .map_err(|error| Stop::error(Term::atom(Atom::new(super::file::posix(&error)))))
}

/// What the options say of the port; what they say of the program goes into the command, but for its folder.
fn options(list: Term, shell: bool, command: &mut Command) -> Result<(Options, Option<PathBuf>), Stop> {
    let mut options = Options::default();
    let (mut only_input, mut only_output, mut folder) = (false, false, None);
    for option in list.list_to_vec().ok_or(Stop::Badarg)? {
        if let Some(flag) = option.as_atom() {
            match flag.as_str() {
                "binary" => options.binary = true,
                "exit_status" => options.exit_status = true,
                "eof" => options.eof = true,
                "stderr_to_stdout" => options.join_errors = true,
                "stream" => options.framing = Framing::Stream,
                "nouse_stdio" => options.apart = true,
                "use_stdio" => options.apart = false,
                "in" => only_input = true,
                "out" => only_output = true,
                "hide" | "overlapped_io" => {}
                _ => return Err(Stop::Badarg),
            }
            continue;
        }
        let (key, value) = option.pair().ok_or(Stop::Badarg)?;
        match key.as_atom().map(Atom::as_str) {
            Some("line") if options.framing == Framing::Stream => {
                let most = value.as_usize().filter(|most| *most > 0).ok_or(Stop::Badarg)?;
                options.framing = Framing::Line(most);
            }
            Some("packet") if options.framing == Framing::Stream => match value.as_usize() {
                Some(0) => {}
                Some(size @ (1 | 2 | 4)) => options.framing = Framing::Packet(size),
                _ => return Err(Stop::Badarg),
            },
            Some("args") if !shell => {
                for arg in value.list_to_vec().ok_or(Stop::Badarg)? {
                    command.arg(text(arg)?);
                }
            }
            Some("arg0") if !shell => drop(command.arg0(text(value)?)),
            Some("cd") => folder = Some(PathBuf::from(text(value)?)),
            Some("env") => {
                for pair in value.list_to_vec().ok_or(Stop::Badarg)? {
                    let (name, value) = pair.pair().ok_or(Stop::Badarg)?;
                    if value == Term::FALSE || value == Term::NIL {
                        command.env_remove(text(name)?);
                    } else {
                        command.env(text(name)?, text(value)?);
                    }
                }
            }
            Some("parallelism") => options.parallelism = value.as_bool().ok_or(Stop::Badarg)?,
            Some("busy_limits_port" | "busy_limits_msgq") => {}
            _ => return Err(Stop::Badarg),
        }
    }
    options.input = only_input || !only_output;
    options.output = only_output || !only_input;
    Ok((options, folder))
}

/// What to do when a port is busy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Busy {
    Wait,
    Refuse,
}

/// Called again when a port that was busy is free.
fn command(ctx: &mut Ctx<'_>, port: Term, data: Term, busy: Busy) -> NativeResult {
    let bytes = super::iodata::collect(data).ok_or(Stop::Badarg)?;
    ctx.charge((bytes.len() / 1024) as u32);
    let number = ctx.process.number();
    let rare = ctx.process.rare();
    if rare.answer.take().is_some() {
        rare.asked = 0;
    } else if rare.asked != 0 {
        // Something else has arrived.
        return Err(Stop::Wait);
    }
    let waiter = (busy == Busy::Wait).then(|| (number, next_reference()));
    if let Some((_, reference)) = waiter {
        // The answer may come before the write has returned.
        rare.asked = reference;
    }
    match ctx.vm.ports().write(ctx.vm, port, &bytes, false, waiter) {
        Some(Written::Busy) if busy == Busy::Wait => Err(Stop::Wait),
        written => {
            ctx.process.rare().asked = 0;
            match written {
                None | Some(Written::Refused) => Err(Stop::Badarg),
                Some(Written::Busy) => Ok(Term::FALSE),
                Some(Written::Done | Written::Failed(_)) => Ok(Term::TRUE),
            }
        }
    }
}
