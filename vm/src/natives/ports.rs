//! `:erlang`'s functions over ports.

use super::os::command as fresh;
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::io::ports::{Framing, Options};
use crate::term::Term;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "open_port", 2, open),
    Native::plain("erlang", "port_command", 2, command),
    Native::plain("erlang", "port_command", 3, command),
    Native::plain("erlang", "port_close", 1, |ctx, args| {
        if ctx.vm.ports().close(ctx.vm, args[0]) {
            Ok(Term::TRUE)
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("erlang", "port_connect", 2, |ctx, args| {
        let owner = args[1].as_pid().ok_or(Stop::Badarg)?;
        if ctx.vm.ports().connect(ctx.vm, args[0], owner) {
            Ok(Term::TRUE)
        } else {
            Err(Stop::Badarg)
        }
    }),
    Native::plain("erlang", "ports", 0, |ctx, _| {
        let all = ctx.vm.ports().all();
        Ok(ctx.heap().list(all))
    }),
    Native::plain("erlang", "port_info", 1, |ctx, args| {
        let vm = ctx.vm;
        let heap = ctx.heap();
        let Some(items) = vm.ports().info(heap, args[0]) else {
            return Ok(UNDEFINED);
        };
        let items: Vec<Term> = items
            .into_iter()
            .map(|(key, value)| heap.tuple(&[Term::atom(Atom::new(key)), value]))
            .collect();
        Ok(heap.list(items))
    }),
    Native::plain("erlang", "port_info", 2, |ctx, args| {
        let wanted = args[1].as_atom().ok_or(Stop::Badarg)?;
        let vm = ctx.vm;
        let heap = ctx.heap();
        let Some(items) = vm.ports().info(heap, args[0]) else {
            return Ok(UNDEFINED);
        };
        if wanted.as_str() == "registered_name" {
            return Ok(Term::NIL);
        }
        let (_, value) = items
            .into_iter()
            .find(|(key, _)| *key == wanted.as_str())
            .ok_or(Stop::Badarg)?;
        Ok(heap.tuple(&[args[1], value]))
    }),
];

const UNDEFINED: Term = Term::atom(crate::atom::known::UNDEFINED);

/// The bytes of a binary or a charlist.
fn text(term: Term) -> Result<OsString, Stop> {
    super::iodata::collect(term)
        .or_else(|| {
            let text: Option<String> = term
                .list_to_vec()?
                .into_iter()
                .map(|c| char::from_u32(u32::try_from(c.as_i64()?).ok()?))
                .collect();
            text.map(String::into_bytes)
        })
        .map(OsString::from_vec)
        .ok_or(Stop::Badarg)
}

fn open(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (kind, name) = args[0].pair().ok_or(Stop::Badarg)?;
    let program = text(name)?;
    let label = program.to_string_lossy().into_owned();
    let mut command = match kind.as_atom().map(Atom::as_str) {
        Some("spawn") => {
            let mut line = OsString::from("exec ");
            line.push(&program);
            let mut command = fresh("/bin/sh");
            command.arg("-c").arg(line);
            command
        }
        Some("spawn_executable") => fresh(&program),
        _ => return Err(Stop::Badarg),
    };
    let mut options = Options {
        framing: Framing::Stream,
        binary: false,
        exit_status: false,
        eof: false,
        join_errors: false,
    };
    for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
        if let Some(flag) = option.as_atom() {
            match flag.as_str() {
                "binary" => options.binary = true,
                "exit_status" => options.exit_status = true,
                "eof" => options.eof = true,
                "stderr_to_stdout" => options.join_errors = true,
                "stream" => options.framing = Framing::Stream,
                "use_stdio" | "nouse_stdio" | "in" | "out" | "hide" | "overlapped_io" => {}
                _ => return Err(Stop::Badarg),
            }
            continue;
        }
        let (key, value) = option.pair().ok_or(Stop::Badarg)?;
        match key.as_atom().map(Atom::as_str) {
            Some("line") => {
                options.framing = Framing::Line(value.as_usize().filter(|n| *n > 0).ok_or(Stop::Badarg)?)
            }
            Some("packet") => match value.as_usize() {
                Some(size @ (1 | 2 | 4)) => options.framing = Framing::Packet(size),
                _ => return Err(Stop::Badarg),
            },
            Some("args") => {
                for arg in value.list_to_vec().ok_or(Stop::Badarg)? {
                    command.arg(text(arg)?);
                }
            }
            Some("arg0") => {
                command.arg0(text(value)?);
            }
            Some("cd") => {
                command.current_dir(text(value)?);
            }
            Some("env") => {
                for pair in value.list_to_vec().ok_or(Stop::Badarg)? {
                    let (name, value) = pair.pair().ok_or(Stop::Badarg)?;
                    if value == Term::FALSE {
                        command.env_remove(text(name)?);
                    } else {
                        command.env(text(name)?, text(value)?);
                    }
                }
            }
            Some("parallelism" | "busy_limits_port" | "busy_limits_msgq") => {}
            _ => return Err(Stop::Badarg),
        }
    }
    ctx.vm.io().flush();
    let owner = ctx.process.number();
    ctx.vm
        .ports()
        .open(ctx.vm, owner, command, label, options)
        .map_err(|error| {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "enoent",
                std::io::ErrorKind::PermissionDenied => "eacces",
                _ => "einval",
            };
            Stop::error(Term::atom(Atom::new(reason)))
        })
}

fn command(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let bytes = super::iodata::collect(args[1]).ok_or(Stop::Badarg)?;
    if ctx.vm.ports().write(args[0], bytes) {
        Ok(Term::TRUE)
    } else {
        Err(Stop::Badarg)
    }
}
