//! `:erlang.spawn_request`: a process is asked for, and the answer comes as a message.

use super::process::{call_of, here, spawn_options};
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::process::spawn::{Options, Start, spawn};
use crate::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "spawn_request", 1, |ctx, args| {
        ask(ctx, None, What::Fun(args[0]), Term::NIL)
    }),
    Native::plain("erlang", "spawn_request", 2, |ctx, args| {
        if args[1].is_fun() {
            ask(ctx, Some(args[0]), What::Fun(args[1]), Term::NIL)
        } else {
            ask(ctx, None, What::Fun(args[0]), args[1])
        }
    }),
    Native::plain("erlang", "spawn_request", 3, |ctx, args| {
        if args[1].is_fun() {
            ask(ctx, Some(args[0]), What::Fun(args[1]), args[2])
        } else {
            ask(ctx, None, What::Call(args), Term::NIL)
        }
    }),
    Native::plain("erlang", "spawn_request", 4, |ctx, args| {
        if args[2].is_atom() {
            ask(ctx, Some(args[0]), What::Call(&args[1..]), Term::NIL)
        } else {
            ask(ctx, None, What::Call(&args[..3]), args[3])
        }
    }),
    Native::plain("erlang", "spawn_request", 5, |ctx, args| {
        ask(ctx, Some(args[0]), What::Call(&args[1..4]), args[4])
    }),
    // The answer is there as soon as the question: it is too late to give up.
    Native::plain("erlang", "spawn_request_abandon", 1, |_, args| {
        args[0].as_ref().map(|_| Term::FALSE).ok_or(Stop::Badarg)
    }),
];

enum What<'a> {
    Fun(Term),
    Call(&'a [Term]),
}

/// What is answered: to success, to failure.
struct Reply {
    tag: Term,
    success: bool,
    failure: bool,
}

fn ask(ctx: &mut Ctx<'_>, node: Option<Term>, what: What<'_>, options: Term) -> NativeResult {
    let mut reply = Reply {
        tag: Term::atom(Atom::new("spawn_reply")),
        success: true,
        failure: true,
    };
    let mut others = Vec::new();
    for option in options.list_to_vec().ok_or(Stop::Badarg)? {
        match option.pair() {
            Some((key, tag)) if key == Term::atom(Atom::new("reply_tag")) => reply.tag = tag,
            Some((key, when)) if key == Term::atom(known::REPLY) => {
                (reply.success, reply.failure) = match when.as_atom().map(Atom::as_str) {
                    Some("yes") => (true, true),
                    Some("no") => (false, false),
                    Some("success_only") => (true, false),
                    Some("error_only") => (false, true),
                    _ => return Err(Stop::Badarg),
                }
            }
            _ => others.push(option),
        }
    }
    let others = ctx.heap().list(others);
    let started = match spawn_options(others) {
        _ if node.is_some_and(|node| here(ctx, node).is_err()) => Err("noconnection"),
        Err(_) => Err("badopt"),
        Ok(options) => match what {
            What::Fun(fun) if !fun.is_fun() => return Err(Stop::Badarg),
            What::Fun(fun) => start(ctx, Start::Fun(fun, &[]), options),
            What::Call(parts) => {
                let (mfa, list) = call_of(parts)?;
                start(ctx, Start::Call(mfa, &list), options)
            }
        },
    };
    let reference = match started {
        Ok((_, Some(monitor))) => monitor,
        _ => ctx.process.make_ref(),
    };
    let (wanted, outcome, value) = match started {
        Ok((pid, _)) => (reply.success, Term::OK, pid),
        Err(reason) => (
            reply.failure,
            Term::atom(known::ERROR),
            Term::atom(Atom::new(reason)),
        ),
    };
    if wanted {
        let message = ctx.heap().tuple(&[reply.tag, reference, outcome, value]);
        // What has arrived before comes first.
        ctx.process.fetch(ctx.vm);
        ctx.process.append_own(message);
    }
    Ok(reference)
}

fn start(
    ctx: &mut Ctx<'_>,
    start: Start<'_>,
    options: Options,
) -> Result<(Term, Option<Term>), &'static str> {
    ctx.charge(20);
    spawn(ctx.process, ctx.vm, start, options).map_err(|_| "system_limit")
}
