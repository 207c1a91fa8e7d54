//! The system's socket, which never blocks.

use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use std::io::{self, IoSlice, Read, Write};
use std::net::UdpSocket;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixDatagram;

/// Kinds of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Inet,
    Inet6,
    Local,
}

/// What is sent through it.
pub enum Handle {
    Stream(Socket, Family),
    Datagrams(UdpSocket),
    LocalDatagrams(UnixDatagram),
}

impl Handle {
    pub fn open(family: Family, datagrams: bool) -> io::Result<Handle> {
        let domain = match family {
            Family::Inet => Domain::IPV4,
            Family::Inet6 => Domain::IPV6,
            Family::Local => Domain::UNIX,
        };
        let kind = if datagrams { Type::DGRAM } else { Type::STREAM };
        let socket = Socket::new(domain, kind, None)?;
        socket.set_nonblocking(true)?;
        Ok(match (datagrams, family) {
            (false, _) => Handle::Stream(socket, family),
            (true, Family::Local) => Handle::LocalDatagrams(socket.into()),
            (true, _) => Handle::Datagrams(socket.into()),
        })
    }

    /// What every kind of socket can do.
    pub fn socket(&self) -> SockRef<'_> {
        SockRef::from(self)
    }

    pub fn is_local(&self) -> bool {
        matches!(self, Handle::LocalDatagrams(_) | Handle::Stream(_, Family::Local))
    }

    /// Reads from a stream.
    pub fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Handle::Stream(socket, _) => (&mut &*socket).read(into),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Writes to a stream what it takes.
    pub fn write(&self, head: &[u8], body: &[u8]) -> io::Result<usize> {
        match self {
            Handle::Stream(socket, _) if head.is_empty() => (&mut &*socket).write(body),
            Handle::Stream(socket, _) => {
                (&mut &*socket).write_vectored(&[IoSlice::new(head), IoSlice::new(body)])
            }
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// One datagram, and where it came from.
    pub fn receive_from(&self, into: &mut [u8]) -> io::Result<(usize, SockAddr)> {
        match self {
            Handle::Datagrams(socket) => {
                let (length, from) = socket.recv_from(into)?;
                Ok((length, from.into()))
            }
            Handle::LocalDatagrams(socket) => {
                let (length, from) = socket.recv_from(into)?;
                let path = from.as_pathname();
                Ok((length, SockAddr::unix(path.unwrap_or("".as_ref()))?))
            }
            Handle::Stream(..) => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    /// Sends one datagram, to the peer if no other place is named.
    pub fn send_to(&self, bytes: &[u8], to: Option<&SockAddr>) -> io::Result<()> {
        match to {
            Some(to) => self.socket().send_to(bytes, to)?,
            None => self.socket().send(bytes)?,
        };
        Ok(())
    }

    /// A new connection of a listening socket.
    pub fn accept(&self) -> io::Result<Handle> {
        match self {
            Handle::Stream(socket, family) => {
                let (new, _) = socket.accept()?;
                new.set_nonblocking(true)?;
                Ok(Handle::Stream(new, *family))
            }
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Handle::Stream(socket, _) => socket.as_fd(),
            Handle::Datagrams(socket) => socket.as_fd(),
            Handle::LocalDatagrams(socket) => socket.as_fd(),
        }
    }
}

impl AsRawFd for Handle {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

impl Drop for Handle {
    /// The system would hold the thread that closes a socket while it lingers; the bytes are sent without that too.
    fn drop(&mut self) {
        let socket = self.socket();
        if socket
            .linger()
            .is_ok_and(|time| time.is_some_and(|time| !time.is_zero()))
        {
            let _ = socket.set_linger(None);
        }
    }
}
