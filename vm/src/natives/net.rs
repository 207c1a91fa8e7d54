//! `:cordial_net`: sockets by number. Addresses are tuples of four or eight integers, times milliseconds or `:infinity`.

use super::file::{failed, iodata};
use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::io::sockets::{self, Failure, Kind, Socket, Want};
use crate::term::Term;
use std::io;
use std::net::{
    IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket,
};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub static NATIVES: &[Native] = &[
    // listen(address, port) -> {:ok, socket}
    Native::blocking("cordial_net", "listen", 2, listen),
    Native::blocking("cordial_net", "accept", 2, accept),
    // connect(address, port, time) -> {:ok, socket}
    Native::blocking("cordial_net", "connect", 3, connect),
    // recv(socket, :some | :line | bytes, time) -> {:ok, binary}
    Native::blocking("cordial_net", "recv", 3, recv),
    Native::blocking("cordial_net", "send", 2, send),
    Native::blocking("cordial_net", "udp_open", 2, udp_open),
    Native::blocking("cordial_net", "udp_send", 4, udp_send),
    // udp_recv(socket, time) -> {:ok, {address, port, binary}}
    Native::blocking("cordial_net", "udp_recv", 2, udp_recv),
    // resolve(name) -> {:ok, [address]}
    Native::blocking("cordial_net", "resolve", 1, resolve),
    Native::plain("cordial_net", "close", 1, |_, args| {
        sockets::close(args[0].as_u64().ok_or(Stop::Badarg)?);
        Ok(Term::OK)
    }),
    Native::plain("cordial_net", "shutdown", 2, shutdown),
    Native::plain("cordial_net", "nodelay", 2, |ctx, args| {
        let Some(socket) = find(args[0])? else {
            return Ok(closed(ctx));
        };
        if let Kind::Stream(stream) = &socket.kind {
            // A socket that cannot do it goes on without.
            let _ = stream.set_nodelay(args[1] == Term::TRUE);
        }
        Ok(Term::OK)
    }),
    Native::plain("cordial_net", "sockname", 1, |ctx, args| {
        let Some(socket) = find(args[0])? else {
            return Ok(closed(ctx));
        };
        place(ctx, socket.local())
    }),
    Native::plain("cordial_net", "peername", 1, |ctx, args| {
        let Some(socket) = find(args[0])? else {
            return Ok(closed(ctx));
        };
        place(ctx, socket.peer())
    }),
];

fn find(term: Term) -> Result<Option<Arc<Socket>>, Stop> {
    Ok(sockets::get(term.as_u64().ok_or(Stop::Badarg)?))
}

fn named_error(ctx: &mut Ctx<'_>, name: &str) -> Term {
    ctx.heap().error(Term::atom(Atom::new(name)))
}

fn closed(ctx: &mut Ctx<'_>) -> Term {
    named_error(ctx, "closed")
}

fn failure(ctx: &mut Ctx<'_>, failure: &Failure) -> Term {
    match failure {
        Failure::Closed => closed(ctx),
        Failure::Timeout => named_error(ctx, "timeout"),
        Failure::Io(error) => net_error(ctx, error),
    }
}

/// Errors of sockets that files do not know.
fn net_error(ctx: &mut Ctx<'_>, error: &io::Error) -> Term {
    let name = match error.raw_os_error() {
        Some(libc::EADDRINUSE) => "eaddrinuse",
        Some(libc::EADDRNOTAVAIL) => "eaddrnotavail",
        Some(libc::ECONNREFUSED) => "econnrefused",
        Some(libc::ECONNRESET) => "econnreset",
        Some(libc::ECONNABORTED) => "econnaborted",
        Some(libc::EHOSTUNREACH) => "ehostunreach",
        Some(libc::ENETUNREACH) => "enetunreach",
        Some(libc::ENOTCONN) => "enotconn",
        Some(libc::ETIMEDOUT) => "etimedout",
        Some(libc::EAFNOSUPPORT) => "eafnosupport",
        _ if error.kind() == io::ErrorKind::TimedOut => "timeout",
        _ => return failed(ctx, error),
    };
    named_error(ctx, name)
}

fn opened(ctx: &mut Ctx<'_>, kind: Kind) -> NativeResult {
    let number = sockets::add(kind);
    let number = Term::small(number as i64);
    Ok(ctx.heap().ok(number))
}

fn number<T: TryFrom<u64>>(term: Term) -> Result<T, Stop> {
    term.as_u64()
        .and_then(|number| T::try_from(number).ok())
        .ok_or(Stop::Badarg)
}

fn address(term: Term) -> Result<IpAddr, Stop> {
    match term.tuple().ok_or(Stop::Badarg)? {
        [a, b, c, d] => Ok(IpAddr::V4(Ipv4Addr::new(
            number(*a)?,
            number(*b)?,
            number(*c)?,
            number(*d)?,
        ))),
        parts if parts.len() == 8 => {
            let mut segments = [0u16; 8];
            for (segment, part) in segments.iter_mut().zip(parts) {
                *segment = number(*part)?;
            }
            Ok(IpAddr::V6(Ipv6Addr::from(segments)))
        }
        _ => Err(Stop::Badarg),
    }
}

fn address_term(ctx: &mut Ctx<'_>, address: IpAddr) -> Term {
    let parts: Vec<Term> = match address {
        IpAddr::V4(address) => address
            .octets()
            .iter()
            .map(|&part| Term::small(part.into()))
            .collect(),
        IpAddr::V6(address) => address
            .segments()
            .iter()
            .map(|&part| Term::small(part.into()))
            .collect(),
    };
    ctx.heap().tuple(&parts)
}

fn place(ctx: &mut Ctx<'_>, address: io::Result<SocketAddr>) -> NativeResult {
    match address {
        Ok(address) => {
            let ip = address_term(ctx, address.ip());
            let place = ctx.heap().tuple(&[ip, Term::small(address.port().into())]);
            Ok(ctx.heap().ok(place))
        }
        Err(error) => Ok(net_error(ctx, &error)),
    }
}

/// The moment at which a time from now ends; none for `:infinity`.
fn deadline(term: Term) -> Result<Option<Instant>, Stop> {
    match term.as_u64() {
        Some(time) => Ok(Some(Instant::now() + Duration::from_millis(time))),
        None if term.as_atom().is_some() => Ok(None),
        None => Err(Stop::Badarg),
    }
}

fn listen(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let place = SocketAddr::new(address(args[0])?, number(args[1])?);
    let listener = TcpListener::bind(place).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    match listener {
        Ok(listener) => opened(ctx, Kind::Listener(listener)),
        Err(error) => Ok(net_error(ctx, &error)),
    }
}

fn accept(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let deadline = deadline(args[1])?;
    let Some(socket) = find(args[0])? else {
        return Ok(closed(ctx));
    };
    match ctx.lend(|| socket.accept(deadline)) {
        Ok(stream) => opened(ctx, Kind::Stream(stream)),
        Err(reason) => Ok(failure(ctx, &reason)),
    }
}

fn connect(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let place = SocketAddr::new(address(args[0])?, number(args[1])?);
    let time = args[2].as_u64();
    let stream = ctx.lend(|| match time {
        Some(time) => TcpStream::connect_timeout(&place, Duration::from_millis(time.max(1))),
        None => TcpStream::connect(place),
    });
    match stream {
        Ok(stream) => opened(ctx, Kind::Stream(stream)),
        Err(error) => Ok(net_error(ctx, &error)),
    }
}

fn recv(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let want = match (args[1].as_u64(), args[1].as_atom().map(Atom::as_str)) {
        (Some(length), _) => Want::Exactly(usize::try_from(length).map_err(|_| Stop::Badarg)?),
        (_, Some("some")) => Want::Some,
        (_, Some("line")) => Want::Line,
        _ => return Err(Stop::Badarg),
    };
    let deadline = deadline(args[2])?;
    let Some(socket) = find(args[0])? else {
        return Ok(closed(ctx));
    };
    match ctx.lend(|| socket.receive(&want, deadline)) {
        Ok(bytes) => {
            let bytes = ctx.heap().binary(&bytes);
            Ok(ctx.heap().ok(bytes))
        }
        Err(reason) => Ok(failure(ctx, &reason)),
    }
}

fn send(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let bytes = iodata(args[1])?;
    let Some(socket) = find(args[0])? else {
        return Ok(closed(ctx));
    };
    match ctx.lend(|| socket.send(&bytes)) {
        Ok(()) => Ok(Term::OK),
        Err(reason) => Ok(failure(ctx, &reason)),
    }
}

fn shutdown(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let how = match args[1].as_atom().map(Atom::as_str) {
        Some("read") => Shutdown::Read,
        Some("write") => Shutdown::Write,
        Some("read_write") => Shutdown::Both,
        _ => return Err(Stop::Badarg),
    };
    let Some(socket) = find(args[0])? else {
        return Ok(closed(ctx));
    };
    let Kind::Stream(stream) = &socket.kind else {
        return Err(Stop::Badarg);
    };
    match stream.shutdown(how) {
        Ok(()) => Ok(Term::OK),
        Err(error) => Ok(net_error(ctx, &error)),
    }
}

fn udp_open(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let place = SocketAddr::new(address(args[0])?, number(args[1])?);
    match UdpSocket::bind(place) {
        Ok(socket) => opened(ctx, Kind::Datagrams(socket)),
        Err(error) => Ok(net_error(ctx, &error)),
    }
}

fn udp_send(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let place = SocketAddr::new(address(args[1])?, number(args[2])?);
    let bytes = iodata(args[3])?;
    let Some(socket) = find(args[0])? else {
        return Ok(closed(ctx));
    };
    let Kind::Datagrams(socket) = &socket.kind else {
        return Err(Stop::Badarg);
    };
    match socket.send_to(&bytes, place) {
        Ok(_) => Ok(Term::OK),
        Err(error) => Ok(net_error(ctx, &error)),
    }
}

fn udp_recv(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let deadline = deadline(args[1])?;
    let Some(socket) = find(args[0])? else {
        return Ok(closed(ctx));
    };
    match ctx.lend(|| socket.receive_datagram(deadline)) {
        Ok((bytes, from)) => {
            let ip = address_term(ctx, from.ip());
            let bytes = ctx.heap().binary(&bytes);
            let datagram = ctx.heap().tuple(&[ip, Term::small(from.port().into()), bytes]);
            Ok(ctx.heap().ok(datagram))
        }
        Err(reason) => Ok(failure(ctx, &reason)),
    }
}

fn resolve(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].bytes().ok_or(Stop::Badarg)?;
    let name = String::from_utf8(name.into_owned()).map_err(|_| Stop::Badarg)?;
    match ctx.lend(|| (name.as_str(), 0).to_socket_addrs()) {
        Ok(found) => {
            let found: Vec<Term> = found.map(|place| address_term(ctx, place.ip())).collect();
            let found = ctx.heap().list(found);
            Ok(ctx.heap().ok(found))
        }
        Err(_) => Ok(named_error(ctx, "nxdomain")),
    }
}
