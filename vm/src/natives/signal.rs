//! `:erlang`'s functions that send signals: messages, exits, links, monitors, aliases.

use super::process::monitor_options;
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::heap::{OwnedTerm, next_reference};
use crate::process::monitor::AliasMode;
use crate::process::send;
use crate::process::signal::{Signal, Watched};
use crate::process::spawn::MonitorOptions;
use crate::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "!", 2, |ctx, args| {
        send(ctx.process, ctx.vm, args[0], args[1])
    }),
    Native::plain("erlang", "send", 2, |ctx, args| {
        send(ctx.process, ctx.vm, args[0], args[1])
    }),
    Native::plain("erlang", "send", 3, |ctx, args| {
        for option in args[2].list_to_vec().ok_or(Stop::Badarg)? {
            match option.as_atom().map(Atom::as_str) {
                // A local send neither suspends nor connects.
                Some("nosuspend" | "noconnect") => {}
                _ => return Err(Stop::Badarg),
            }
        }
        send(ctx.process, ctx.vm, args[0], args[1])?;
        Ok(Term::OK)
    }),
    Native::plain("erlang", "send_nosuspend", 2, send_nosuspend),
    Native::plain("erlang", "send_nosuspend", 3, send_nosuspend),
    Native::plain("erlang", "exit", 2, exit),
    Native::plain("erlang", "link", 1, link),
    Native::plain("erlang", "unlink", 1, unlink),
    Native::plain("erlang", "monitor", 2, |ctx, args| {
        monitor(ctx, args, MonitorOptions::default())
    }),
    Native::plain("erlang", "monitor", 3, |ctx, args| {
        let options = monitor_options(args[2])?;
        monitor(ctx, args, options)
    }),
    Native::plain("erlang", "demonitor", 1, |ctx, args| {
        let (reference, _) = own_reference(ctx, args[0])?;
        ctx.process.demonitor(ctx.vm, reference);
        Ok(Term::TRUE)
    }),
    Native::plain("erlang", "demonitor", 2, demonitor),
    Native::plain("erlang", "alias", 0, |ctx, _| Ok(alias(ctx, AliasMode::Explicit))),
    Native::plain("erlang", "alias", 1, |ctx, args| {
        let mut mode = AliasMode::Explicit;
        for option in args[0].list_to_vec().ok_or(Stop::Badarg)? {
            mode = match option.as_atom() {
                Some(known::REPLY) => AliasMode::Reply,
                Some(known::EXPLICIT_UNALIAS) => AliasMode::Explicit,
                _ => return Err(Stop::Badarg),
            };
        }
        Ok(alias(ctx, mode))
    }),
    Native::plain("erlang", "unalias", 1, |ctx, args| {
        let (reference, mine) = own_reference(ctx, args[0])?;
        Ok(Term::bool(
            mine && ctx.process.rare().aliases.remove(&reference).is_some(),
        ))
    }),
];

fn send_nosuspend(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    send(ctx.process, ctx.vm, args[0], args[1])?;
    Ok(Term::TRUE)
}

fn exit(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[0].is_port() {
        ctx.vm.ports().exit(ctx.vm, args[0], args[1]);
        return Ok(Term::TRUE);
    }
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let (from, reason) = (ctx.process.number(), OwnedTerm::of(args[1]));
    if number == from {
        ctx.process.exit_signal(ctx.vm, from, reason, false);
        return if ctx.process.exiting.is_some() {
            Err(Stop::Exit)
        } else {
            Ok(Term::TRUE)
        };
    }
    ctx.vm.signal(
        number,
        Signal::Exit {
            from,
            reason,
            linked: false,
        },
    );
    Ok(Term::TRUE)
}

fn link(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if let Some(port) = args[0].as_port() {
        if ctx.vm.ports().link(port, ctx.process.number()) {
            return Ok(Term::TRUE);
        }
        if !ctx.process.trap_exit {
            return Err(Stop::error(Term::atom(known::NOPROC)));
        }
        let signal = [Term::atom(known::EXIT_SIGNAL), args[0], Term::atom(known::NOPROC)];
        let message = ctx.heap().tuple(&signal);
        ctx.process.append_own(message);
        return Ok(Term::TRUE);
    }
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let from = ctx.process.number();
    if number == from || ctx.process.links.is_active(number) {
        return Ok(Term::TRUE);
    }
    if !ctx.vm.processes().is_alive(number) && !ctx.process.trap_exit {
        return Err(Stop::error(Term::atom(known::NOPROC)));
    }
    if ctx.process.links.link(number) {
        ctx.vm.signal(number, Signal::Link { from });
    }
    Ok(Term::TRUE)
}

fn unlink(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if let Some(port) = args[0].as_port() {
        ctx.vm.ports().unlink(port, ctx.process.number());
        // An exit signal that has arrived already counts.
        ctx.process.fetch(ctx.vm);
        return if ctx.process.exiting.is_some() {
            Err(Stop::Exit)
        } else {
            Ok(Term::TRUE)
        };
    }
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    // An exit signal that has arrived already counts.
    ctx.process.fetch(ctx.vm);
    if ctx.process.exiting.is_some() {
        return Err(Stop::Exit);
    }
    let id = next_reference();
    if ctx.process.links.unlink(number, id) {
        let from = ctx.process.number();
        ctx.vm.signal(number, Signal::Unlink { from, number: id });
    }
    Ok(Term::TRUE)
}

fn monitor(ctx: &mut Ctx<'_>, args: &[Term], options: MonitorOptions) -> NativeResult {
    let kind = args[0].as_atom().ok_or(Stop::Badarg)?;
    let of = args[1];
    if kind == known::PORT {
        let name = of.as_atom().or_else(|| match of.pair() {
            Some((name, node)) if node == ctx.vm.node() => name.as_atom(),
            _ => None,
        });
        let watched = match (of.as_port(), name) {
            (Some(port), _) => Watched::Port(port),
            (None, Some(name)) => {
                let port = ctx.vm.ports().whereis(name).and_then(Term::as_port);
                Watched::NamedPort(name, port.unwrap_or(0))
            }
            (None, None) => return Err(Stop::Badarg),
        };
        let vm = ctx.vm;
        return Ok(ctx.process.monitor(vm, 0, watched, options.tag, options.alias));
    }
    if kind == known::TIME_OFFSET {
        if of != Term::atom(known::CLOCK_SERVICE) {
            return Err(Stop::Badarg);
        }
        let vm = ctx.vm;
        return Ok(ctx
            .process
            .monitor(vm, 0, Watched::Clock, options.tag, options.alias));
    }
    if kind != known::PROCESS {
        return Err(Stop::Badarg);
    }
    let (target, watched) = if let Some(number) = of.as_pid() {
        (number, Watched::Pid(number))
    } else {
        let name = match (of.as_atom(), of.pair()) {
            (Some(name), _) => name,
            (None, Some((name, node))) if node == ctx.vm.node() => name.as_atom().ok_or(Stop::Badarg)?,
            _ => return Err(Stop::Badarg),
        };
        (ctx.vm.registry().whereis(name).unwrap_or(0), Watched::Name(name))
    };
    Ok(ctx
        .process
        .monitor(ctx.vm, target, watched, options.tag, options.alias))
}

/// The number of a reference, and whether this process made it for a monitor or alias.
fn own_reference(ctx: &Ctx<'_>, term: Term) -> Result<(u64, bool), Stop> {
    let reference = term.as_ref().ok_or(Stop::Badarg)?;
    Ok((reference.number, reference.belongs == ctx.process.number()))
}

fn demonitor(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (reference, _) = own_reference(ctx, args[0])?;
    let (mut flush, mut info) = (false, false);
    for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
        match option.as_atom() {
            Some(known::FLUSH) => flush = true,
            _ if option == Term::atom(Atom::new("info")) => info = true,
            _ => return Err(Stop::Badarg),
        }
    }
    let removed = ctx.process.demonitor(ctx.vm, reference);
    if flush && !removed {
        ctx.process.fetch(ctx.vm);
        ctx.process.mailbox.remove_first(|message| {
            message.tuple().is_some_and(|parts| {
                parts.len() == 5 && parts[1].as_ref().is_some_and(|found| found.number == reference)
            })
        });
    }
    Ok(Term::bool(if info { removed } else { true }))
}

fn alias(ctx: &mut Ctx<'_>, mode: AliasMode) -> Term {
    let number = next_reference();
    ctx.process.mailbox.mark(number);
    ctx.process.rare().aliases.insert(number, mode);
    let owner = ctx.process.number();
    ctx.heap().reference_from(number, owner)
}
