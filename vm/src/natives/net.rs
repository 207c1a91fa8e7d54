//! `:cordial_net`: sockets as ports. What would block gives `{:wait, reference}`: the result comes as the message
//! `{:"$socket", reference, result}`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::heap::next_reference;
use crate::io::net::{Data, Family, Reason, Setting, Socket, Waiter, address};
use crate::term::Term;
use socket2::SockAddr;
use std::net::{Shutdown, ToSocketAddrs};
use std::sync::Arc;

pub static NATIVES: &[Native] = &[
    // open(:stream | :datagrams, :inet | :inet6 | :local, options) -> {:ok, socket} | {:error, reason} | :badarg
    Native::plain("cordial_net", "open", 3, open),
    Native::plain("cordial_net", "bind", 2, |ctx, args| {
        let to = match place(args[1])? {
            Ok(to) => to,
            Err(reason) => return Ok(error(ctx, reason)),
        };
        with(ctx, args[0], |_, _, socket| socket.bind(&to))
    }),
    // start(socket): a socket for datagrams receives from now on
    Native::plain("cordial_net", "start", 1, |ctx, args| {
        with(ctx, args[0], |ctx, _, socket| socket.start(ctx.vm))
    }),
    Native::plain("cordial_net", "listen", 2, |ctx, args| {
        let backlog = args[1].as_u64().ok_or(Stop::Badarg)?;
        let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
        with(ctx, args[0], |ctx, _, socket| socket.listen(ctx.vm, backlog))
    }),
    // connect(socket, address) -> :ok | {:wait, reference} | {:error, reason}
    Native::plain("cordial_net", "connect", 2, connect),
    // accept(socket) -> {:ok, socket} | {:wait, reference} | {:error, reason}
    Native::plain("cordial_net", "accept", 1, accept),
    // recv(socket, bytes) -> {:ok, packet} | {:wait, reference} | {:error, reason}
    Native::plain("cordial_net", "recv", 2, recv),
    // send(socket, iodata) -> :ok | {:wait, reference, timeout, close?} | {:error, reason}
    Native::plain("cordial_net", "send", 2, send),
    // send_to(socket, address | :peer, iodata) -> :ok | {:error, reason}
    Native::plain("cordial_net", "send_to", 3, send_to),
    // cancel(socket, reference): false if the message is there already
    Native::plain("cordial_net", "cancel", 2, |ctx, args| {
        let reference = args[1].as_ref().ok_or(Stop::Badarg)?.number;
        let process = ctx.process.number();
        let socket = find(ctx, args[0])?;
        Ok(Term::bool(
            socket.is_some_and(|socket| socket.cancel(process, reference)),
        ))
    }),
    // abandon(socket): what waits to be sent is not, and nothing more is
    Native::plain("cordial_net", "abandon", 1, |ctx, args| {
        if let Some(socket) = find(ctx, args[0])? {
            socket.abandon(ctx.vm);
        }
        Ok(Term::OK)
    }),
    // drain(socket) -> :ok | {:wait, reference}: all bytes are sent
    Native::plain("cordial_net", "drain", 1, |ctx, args| {
        let waiter = waiter(ctx);
        match find(ctx, args[0])? {
            Some(socket) if !socket.drain(waiter) => Ok(wait(ctx, waiter)),
            _ => Ok(Term::OK),
        }
    }),
    Native::plain("cordial_net", "shutdown", 2, |ctx, args| {
        let how = match args[1].as_atom().map(Atom::as_str) {
            Some("read") => Shutdown::Read,
            Some("write") => Shutdown::Write,
            Some("read_write") => Shutdown::Both,
            _ => return Err(Stop::Badarg),
        };
        with(ctx, args[0], |_, _, socket| socket.shut_down(how))
    }),
    // set(socket, options) -> :ok | {:error, reason}
    Native::plain("cordial_net", "set", 2, |ctx, args| {
        let Some(socket) = find(ctx, args[0])? else {
            return Ok(error(ctx, "einval"));
        };
        let Some(settings) = settings(args[1])? else {
            return Ok(error(ctx, "einval"));
        };
        let result = socket.set(ctx.vm, &settings);
        Ok(answer(ctx, result))
    }),
    // get(socket, names) -> {:ok, options} | {:error, :einval}
    Native::plain("cordial_net", "get", 2, |ctx, args| {
        let names = args[1].list_to_vec().ok_or(Stop::Badarg)?;
        let got = find(ctx, args[0])?.and_then(|socket| socket.get(&names, ctx.heap()));
        Ok(match got {
            Some(options) => ctx.heap().ok(options),
            None => error(ctx, "einval"),
        })
    }),
    Native::plain("cordial_net", "statistics", 2, |ctx, args| {
        let names = args[1].list_to_vec().ok_or(Stop::Badarg)?;
        let got = find(ctx, args[0])?.and_then(|socket| socket.statistics(&names, ctx.heap()));
        Ok(match got {
            Some(counts) => ctx.heap().ok(counts),
            None => error(ctx, "einval"),
        })
    }),
    Native::plain("cordial_net", "sockname", 1, |ctx, args| {
        let address = find(ctx, args[0])?.map_or(Err("einval"), |socket| socket.local());
        Ok(address_term(ctx, address))
    }),
    Native::plain("cordial_net", "peername", 1, |ctx, args| {
        let address = find(ctx, args[0])?.map_or(Err("einval"), |socket| socket.peer());
        Ok(address_term(ctx, address))
    }),
    // kind(socket) -> {:stream | :datagrams, family, states}, or :undefined
    Native::plain("cordial_net", "kind", 1, kind),
    // resolve(name) -> {:ok, [address]}
    Native::blocking("cordial_net", "resolve", 1, resolve),
];

fn named(name: &str) -> Term {
    Term::atom(Atom::new(name))
}

fn error(ctx: &mut Ctx<'_>, reason: Reason) -> Term {
    ctx.heap().error(named(reason))
}

fn answer(ctx: &mut Ctx<'_>, result: Result<(), Reason>) -> Term {
    match result {
        Ok(()) => Term::OK,
        Err(reason) => error(ctx, reason),
    }
}

fn find(ctx: &Ctx<'_>, term: Term) -> Result<Option<Arc<Socket>>, Stop> {
    Ok(ctx.vm.net().find(term.as_port().ok_or(Stop::Badarg)?))
}

/// Does something to a socket; one that is closed answers so.
fn with(
    ctx: &mut Ctx<'_>,
    term: Term,
    work: impl FnOnce(&mut Ctx<'_>, Waiter, &Socket) -> Result<(), Reason>,
) -> NativeResult {
    let Some(socket) = find(ctx, term)? else {
        return Ok(error(ctx, "closed"));
    };
    let waiter = waiter(ctx);
    let result = work(ctx, waiter, &socket);
    Ok(answer(ctx, result))
}

/// This process, with a reference that no message in its mailbox has.
fn waiter(ctx: &mut Ctx<'_>) -> Waiter {
    let reference = next_reference();
    ctx.process.mailbox.mark(reference);
    Waiter {
        process: ctx.process.number(),
        reference,
    }
}

/// `{:wait, reference}`
fn wait(ctx: &mut Ctx<'_>, waiter: Waiter) -> Term {
    let heap = ctx.heap();
    let reference = heap.reference_from(waiter.reference, waiter.process);
    heap.tuple(&[named("wait"), reference])
}

/// `None`: one of them is no option.
fn settings(list: Term) -> Result<Option<Vec<Setting>>, Stop> {
    let options = list.list_to_vec().ok_or(Stop::Badarg)?;
    Ok(options.into_iter().map(Setting::of).collect())
}

fn place(term: Term) -> Result<Result<SockAddr, Reason>, Stop> {
    let place = address::address(term).ok_or(Stop::Badarg)?;
    Ok(place.map_err(|error| address::reason(&error)))
}

fn address_term(ctx: &mut Ctx<'_>, address: Result<SockAddr, Reason>) -> Term {
    match address {
        Ok(address) => {
            let term = address::term(ctx.heap(), &address);
            ctx.heap().ok(term)
        }
        Err(reason) => error(ctx, reason),
    }
}

fn open(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let datagrams = match args[0].as_atom().map(Atom::as_str) {
        Some("stream") => false,
        Some("datagrams") => true,
        _ => return Err(Stop::Badarg),
    };
    let family = match args[1].as_atom().map(Atom::as_str) {
        Some("inet") => Family::Inet,
        Some("inet6") => Family::Inet6,
        Some("local") => Family::Local,
        _ => return Err(Stop::Badarg),
    };
    let Some(settings) = settings(args[2])? else {
        return Ok(named("badarg"));
    };
    let owner = ctx.process.number();
    match ctx.vm.net().open(ctx.vm, owner, family, datagrams, &settings) {
        Ok(socket) => Ok(ctx.heap().ok(Term::port(socket.number))),
        Err(reason) => Ok(error(ctx, reason)),
    }
}

fn connect(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let to = match place(args[1])? {
        Ok(to) => to,
        Err(reason) => return Ok(error(ctx, reason)),
    };
    let Some(socket) = find(ctx, args[0])? else {
        return Ok(error(ctx, "closed"));
    };
    let waiter = waiter(ctx);
    match socket.connect(ctx.vm, &to, waiter) {
        Ok(true) => Ok(Term::OK),
        Ok(false) => Ok(wait(ctx, waiter)),
        Err(reason) => Ok(error(ctx, reason)),
    }
}

fn accept(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let Some(socket) = find(ctx, args[0])? else {
        return Ok(error(ctx, "closed"));
    };
    let waiter = waiter(ctx);
    match socket.accept(ctx.vm, waiter) {
        Ok(Some(number)) => Ok(ctx.heap().ok(Term::port(number))),
        Ok(None) => Ok(wait(ctx, waiter)),
        Err(reason) => Ok(error(ctx, reason)),
    }
}

fn recv(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let length = args[1].as_usize().ok_or(Stop::Badarg)?;
    let Some(socket) = find(ctx, args[0])? else {
        return Ok(error(ctx, "closed"));
    };
    let waiter = waiter(ctx);
    let vm = ctx.vm;
    match socket.receive(vm, length, waiter, ctx.heap()) {
        Ok(Some(packet)) => {
            ctx.charge(20);
            Ok(ctx.heap().ok(packet))
        }
        Ok(None) => Ok(wait(ctx, waiter)),
        Err(reason) => Ok(error(ctx, reason)),
    }
}

fn send(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let Some(socket) = find(ctx, args[0])? else {
        return Ok(error(ctx, "closed"));
    };
    let Some(bytes) = bytes(args[1]) else {
        return Ok(error(ctx, "einval"));
    };
    ctx.charge(20 + bytes.len() as u32 / 256);
    let waiter = waiter(ctx);
    let data = Data {
        bytes: &bytes,
        binary: args[1].is_binary().then_some(args[1]),
    };
    match socket.send(ctx.vm, &data, waiter) {
        Ok(true) => Ok(Term::OK),
        Ok(false) => {
            let (time, close) = socket.send_timeout();
            let heap = ctx.heap();
            let reference = heap.reference_from(waiter.reference, waiter.process);
            let time = time.map_or(named("infinity"), |time| Term::small(time as i64));
            Ok(heap.tuple(&[named("wait"), reference, time, Term::bool(close)]))
        }
        Err(reason) => Ok(error(ctx, reason)),
    }
}

fn bytes(term: Term) -> Option<std::borrow::Cow<'static, [u8]>> {
    if term.is_binary() {
        return term.bytes();
    }
    super::iodata::collect(term).map(Into::into)
}

fn send_to(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let to = if args[1].is_atom() {
        None
    } else {
        match place(args[1])? {
            Ok(to) => Some(to),
            Err(reason) => return Ok(error(ctx, reason)),
        }
    };
    let Some(socket) = find(ctx, args[0])? else {
        return Ok(error(ctx, "closed"));
    };
    let Some(bytes) = bytes(args[2]) else {
        return Ok(error(ctx, "einval"));
    };
    ctx.charge(20 + bytes.len() as u32 / 256);
    let result = socket.send_to(&bytes, to.as_ref());
    Ok(answer(ctx, result))
}

fn kind(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let port = args[0].as_port().and_then(|number| ctx.vm.net().find(number));
    let Some(socket) = port else {
        return Ok(named("undefined"));
    };
    let kind = if socket.datagrams { "datagrams" } else { "stream" };
    let family = match socket.family() {
        Family::Inet => "inet",
        Family::Inet6 => "inet6",
        Family::Local => "local",
    };
    let states: Vec<Term> = socket.stage().iter().map(|name| named(name)).collect();
    let states = ctx.heap().list(states);
    Ok(ctx.heap().tuple(&[named(kind), named(family), states]))
}

fn resolve(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].bytes().ok_or(Stop::Badarg)?;
    let name = String::from_utf8(name.into_owned()).map_err(|_| Stop::Badarg)?;
    match ctx.lend(|| (name.as_str(), 0).to_socket_addrs()) {
        Ok(found) => {
            let found: Vec<Term> = found
                .map(|place| address::ip_term(ctx.heap(), place.ip()))
                .collect();
            let found = ctx.heap().list(found);
            Ok(ctx.heap().ok(found))
        }
        Err(_) => Ok(error(ctx, "nxdomain")),
    }
}
