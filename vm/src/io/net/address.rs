//! Addresses as terms: `{ip, port}`, `{:local, path}`; and the names of the system's errors.

use crate::atom::Atom;
use crate::heap::Heap;
use crate::term::Term;
use socket2::SockAddr;
use std::ffi::OsStr;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::ffi::OsStrExt;

fn part<T: TryFrom<u64>>(term: Term) -> Option<T> {
    T::try_from(term.as_u64()?).ok()
}

/// A tuple of four bytes or of eight 16-bit numbers.
pub fn ip(term: Term) -> Option<IpAddr> {
    match term.tuple()? {
        [a, b, c, d] => {
            let address = Ipv4Addr::new(part(*a)?, part(*b)?, part(*c)?, part(*d)?);
            Some(address.into())
        }
        parts if parts.len() == 8 => {
            let mut segments = [0u16; 8];
            for (segment, term) in segments.iter_mut().zip(parts) {
                *segment = part(*term)?;
            }
            Some(Ipv6Addr::from(segments).into())
        }
        _ => None,
    }
}

/// `{ip, port}` or `{:local, path}`.
pub fn address(term: Term) -> Option<io::Result<SockAddr>> {
    let (first, second) = term.pair()?;
    if first.as_atom().is_some_and(|kind| kind.as_str() == "local") {
        let path = crate::natives::iodata_bytes(second)?;
        return Some(SockAddr::unix(OsStr::from_bytes(&path)));
    }
    Some(Ok(SocketAddr::new(ip(first)?, part(second)?).into()))
}

pub fn ip_term(heap: &mut Heap, ip: IpAddr) -> Term {
    let small = |part: u16| Term::small(part.into());
    match ip {
        IpAddr::V4(ip) => heap.tuple(&ip.octets().map(|part| small(part.into()))),
        IpAddr::V6(ip) => heap.tuple(&ip.segments().map(small)),
    }
}

/// The address and the port of a place; those of a path are `{:local, path}` and 0.
pub fn parts(heap: &mut Heap, address: &SockAddr) -> (Term, Term) {
    if let Some(place) = address.as_socket() {
        return (ip_term(heap, place.ip()), Term::small(place.port().into()));
    }
    let name = match (address.as_pathname(), address.as_abstract_namespace()) {
        (Some(path), _) => path.as_os_str().as_bytes().to_vec(),
        (None, Some(name)) => [b"\0", name].concat(),
        (None, None) => Vec::new(),
    };
    let name = heap.binary(&name);
    let local = heap.tuple(&[Term::atom(Atom::new("local")), name]);
    (local, Term::small(0))
}

/// `{ip, port}` or `{:local, path}`.
pub fn term(heap: &mut Heap, address: &SockAddr) -> Term {
    let (ip, port) = parts(heap, address);
    if address.as_socket().is_some() {
        heap.tuple(&[ip, port])
    } else {
        ip
    }
}

/// The atom for an error of a socket.
pub fn reason(error: &io::Error) -> &'static str {
    match error.raw_os_error() {
        Some(libc::EADDRINUSE) => "eaddrinuse",
        Some(libc::EADDRNOTAVAIL) => "eaddrnotavail",
        Some(libc::EAFNOSUPPORT) => "eafnosupport",
        Some(libc::EALREADY) => "ealready",
        Some(libc::ECONNABORTED) => "econnaborted",
        Some(libc::ECONNREFUSED) => "econnrefused",
        Some(libc::ECONNRESET) => "econnreset",
        Some(libc::EDESTADDRREQ) => "edestaddrreq",
        Some(libc::EHOSTDOWN) => "ehostdown",
        Some(libc::EHOSTUNREACH) => "ehostunreach",
        Some(libc::EINPROGRESS) => "einprogress",
        Some(libc::EISCONN) => "eisconn",
        Some(libc::EMSGSIZE) => "emsgsize",
        Some(libc::ENETDOWN) => "enetdown",
        Some(libc::ENETUNREACH) => "enetunreach",
        Some(libc::ENOBUFS) => "enobufs",
        Some(libc::ENOPROTOOPT) => "enoprotoopt",
        Some(libc::ENOTCONN) => "enotconn",
        Some(libc::ENOTSOCK) => "enotsock",
        Some(libc::EOPNOTSUPP) => "eopnotsupp",
        Some(libc::EPROTONOSUPPORT) => "eprotonosupport",
        Some(libc::EPROTOTYPE) => "eprototype",
        Some(libc::ESHUTDOWN) => "eshutdown",
        Some(libc::ETIMEDOUT) => "etimedout",
        _ => crate::natives::posix(error),
    }
}
