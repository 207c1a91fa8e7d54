//! Open sockets, by number: what listens, what is connected, what sends datagrams.

use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// How often a waiting thread looks whether its socket has been closed.
const SLICE: Duration = Duration::from_millis(50);
/// How long a thread sleeps between two looks for a new connection.
const NAP: Duration = Duration::from_millis(2);
/// Bytes read at once.
const CHUNK: usize = 16 * 1024;

pub enum Kind {
    Listener(TcpListener),
    Stream(TcpStream),
    Datagrams(UdpSocket),
}

pub struct Socket {
    pub kind: Kind,
    closed: AtomicBool,
    /// What has come in and nobody has asked for yet.
    ahead: Mutex<Vec<u8>>,
}

/// How much `receive` waits for.
pub enum Want {
    /// Whatever is there.
    Some,
    /// That many bytes.
    Exactly(usize),
    /// A line with its newline.
    Line,
}

/// Why nothing was received.
pub enum Failure {
    Closed,
    Timeout,
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected => {
                Failure::Closed
            }
            _ => Failure::Io(error),
        }
    }
}

#[derive(Default)]
struct Numbered {
    sockets: FxHashMap<u64, Arc<Socket>>,
    last: u64,
}

static OPEN: LazyLock<Mutex<Numbered>> = LazyLock::new(Mutex::default);

pub fn add(kind: Kind) -> u64 {
    let mut open = OPEN.lock();
    open.last += 1;
    let number = open.last;
    let socket = Socket {
        kind,
        closed: AtomicBool::new(false),
        ahead: Mutex::default(),
    };
    open.sockets.insert(number, Arc::new(socket));
    number
}

pub fn get(number: u64) -> Option<Arc<Socket>> {
    OPEN.lock().sockets.get(&number).cloned()
}

/// Whoever waits on the socket finds it closed; the system's socket goes with the last of them.
pub fn close(number: u64) -> bool {
    let Some(socket) = OPEN.lock().sockets.remove(&number) else {
        return false;
    };
    socket.closed.store(true, Ordering::Release);
    if let Kind::Stream(stream) = &socket.kind {
        // It may be gone already.
        let _ = stream.shutdown(Shutdown::Both);
    }
    true
}

fn expired(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

fn slice(deadline: Option<Instant>) -> Duration {
    let left = deadline.map_or(SLICE, |deadline| {
        deadline.saturating_duration_since(Instant::now())
    });
    left.clamp(Duration::from_millis(1), SLICE)
}

impl Socket {
    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub fn accept(&self, deadline: Option<Instant>) -> Result<TcpStream, Failure> {
        let Kind::Listener(listener) = &self.kind else {
            return Err(Failure::Io(io::Error::from_raw_os_error(libc::EINVAL)));
        };
        loop {
            if self.is_closed() {
                return Err(Failure::Closed);
            }
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false)?;
                    return Ok(stream);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
            if expired(deadline) {
                return Err(Failure::Timeout);
            }
            std::thread::sleep(NAP);
        }
    }

    pub fn receive(&self, want: &Want, deadline: Option<Instant>) -> Result<Vec<u8>, Failure> {
        let Kind::Stream(stream) = &self.kind else {
            return Err(Failure::Io(io::Error::from_raw_os_error(libc::EINVAL)));
        };
        let mut ahead = self.ahead.lock();
        loop {
            if let Some(taken) = take(&mut ahead, want) {
                return Ok(taken);
            }
            if self.is_closed() {
                return Err(Failure::Closed);
            }
            stream.set_read_timeout(Some(slice(deadline)))?;
            let filled = ahead.len();
            ahead.resize(filled + CHUNK, 0);
            let got = (&*stream).read(&mut ahead[filled..]);
            ahead.truncate(filled + got.as_ref().copied().unwrap_or(0));
            match got {
                Ok(0) if matches!(want, Want::Line) && !ahead.is_empty() => {
                    return Ok(std::mem::take(&mut *ahead));
                }
                Ok(0) => return Err(Failure::Closed),
                Ok(_) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if expired(deadline) {
                        return Err(Failure::Timeout);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub fn send(&self, bytes: &[u8]) -> Result<(), Failure> {
        let Kind::Stream(stream) = &self.kind else {
            return Err(Failure::Io(io::Error::from_raw_os_error(libc::EINVAL)));
        };
        if self.is_closed() {
            return Err(Failure::Closed);
        }
        (&*stream).write_all(bytes)?;
        Ok(())
    }

    pub fn receive_datagram(&self, deadline: Option<Instant>) -> Result<(Vec<u8>, SocketAddr), Failure> {
        let Kind::Datagrams(socket) = &self.kind else {
            return Err(Failure::Io(io::Error::from_raw_os_error(libc::EINVAL)));
        };
        let mut bytes = vec![0; 64 * 1024];
        loop {
            if self.is_closed() {
                return Err(Failure::Closed);
            }
            socket.set_read_timeout(Some(slice(deadline)))?;
            match socket.recv_from(&mut bytes) {
                Ok((length, from)) => {
                    bytes.truncate(length);
                    return Ok((bytes, from));
                }
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if expired(deadline) {
                        return Err(Failure::Timeout);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub fn local(&self) -> io::Result<SocketAddr> {
        match &self.kind {
            Kind::Listener(socket) => socket.local_addr(),
            Kind::Stream(socket) => socket.local_addr(),
            Kind::Datagrams(socket) => socket.local_addr(),
        }
    }

    pub fn peer(&self) -> io::Result<SocketAddr> {
        match &self.kind {
            Kind::Stream(socket) => socket.peer_addr(),
            _ => Err(io::Error::from_raw_os_error(libc::ENOTCONN)),
        }
    }
}

/// What is wanted, if it is there.
fn take(ahead: &mut Vec<u8>, want: &Want) -> Option<Vec<u8>> {
    let length = match *want {
        Want::Some if ahead.is_empty() => return None,
        Want::Some => ahead.len(),
        Want::Exactly(length) if ahead.len() < length => return None,
        Want::Exactly(length) => length,
        Want::Line => memchr::memchr(b'\n', ahead)? + 1,
    };
    let rest = ahead.split_off(length);
    Some(std::mem::replace(ahead, rest))
}
