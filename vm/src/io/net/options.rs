//! Options of sockets: those that we keep, and those that the system keeps.

use super::address;
use super::handle::Handle;
use super::packet::{Limits, Packet};
use crate::atom::Atom;
use crate::heap::Heap;
use crate::term::Term;
use nix::sys::socket::{getsockopt, setsockopt, sockopt};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// What happens to what comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Active {
    /// It waits to be asked for.
    No,
    /// It is sent to the owner,
    Yes,
    /// once,
    Once,
    /// or so many times.
    Times(i64),
}

/// The options that we keep.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub active: Active,
    pub binary: bool,
    pub packet: Packet,
    /// Strings of HTTP are binaries whatever `binary` says.
    pub http_binary: bool,
    /// The most bytes of a packet; 0 for any number.
    pub packet_size: usize,
    pub line_delimiter: u8,
    pub header: usize,
    /// The most bytes given out at once, and of a line.
    pub buffer: usize,
    pub exit_on_close: bool,
    pub deliver_port: bool,
    pub show_reset: bool,
    pub send_timeout: Option<u64>,
    pub send_timeout_close: bool,
    /// When so many bytes wait to be sent, senders wait too,
    pub high_watermark: usize,
    /// until fewer than these are left.
    pub low_watermark: usize,
    kept: [u64; KEPT],
}

/// Numbers that have no effect here but are kept to be asked for.
const KEPT: usize = 4;

impl Options {
    pub fn of_streams() -> Options {
        Options {
            active: Active::Yes,
            binary: false,
            packet: Packet::Raw,
            http_binary: false,
            packet_size: 0,
            line_delimiter: b'\n',
            header: 0,
            buffer: 1460,
            exit_on_close: true,
            deliver_port: false,
            show_reset: false,
            send_timeout: None,
            send_timeout_close: false,
            high_watermark: 8192,
            low_watermark: 4096,
            // delay_send, high_msgq_watermark, low_msgq_watermark, read_packets
            kept: [0, 8192, 4096, 5],
        }
    }

    pub fn of_datagrams() -> Options {
        Options {
            buffer: 8192,
            ..Options::of_streams()
        }
    }

    pub fn limits(&self) -> Limits {
        Limits {
            packet: self.packet_size,
            line: self.buffer,
            delimiter: self.line_delimiter,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    ExitOnClose,
    ShowReset,
    SendTimeoutClose,
    DelaySend,
    NoDelay,
    KeepAlive,
    ReuseAddress,
    ReusePort,
    Broadcast,
    DontRoute,
    MulticastLoop,
    OnlyV6,
    /// Has no effect on this system.
    Nothing,
}

const FLAGS: &[(&str, Flag)] = &[
    ("exit_on_close", Flag::ExitOnClose),
    ("show_econnreset", Flag::ShowReset),
    ("send_timeout_close", Flag::SendTimeoutClose),
    ("delay_send", Flag::DelaySend),
    ("nodelay", Flag::NoDelay),
    ("keepalive", Flag::KeepAlive),
    ("reuseaddr", Flag::ReuseAddress),
    ("reuseport", Flag::ReusePort),
    ("reuseport_lb", Flag::ReusePort),
    ("exclusiveaddruse", Flag::Nothing),
    ("broadcast", Flag::Broadcast),
    ("dontroute", Flag::DontRoute),
    ("multicast_loop", Flag::MulticastLoop),
    ("ipv6_v6only", Flag::OnlyV6),
    ("debug", Flag::Nothing),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    Buffer,
    PacketSize,
    Header,
    HighWatermark,
    LowWatermark,
    Kept(usize),
    LineDelimiter,
    ReceiveBuffer,
    SendBuffer,
    Priority,
    TypeOfService,
    TrafficClass,
    TimeToLive,
    MulticastTtl,
}

const NUMBERS: &[(&str, Number)] = &[
    ("buffer", Number::Buffer),
    ("packet_size", Number::PacketSize),
    ("header", Number::Header),
    ("high_watermark", Number::HighWatermark),
    ("low_watermark", Number::LowWatermark),
    ("high_msgq_watermark", Number::Kept(1)),
    ("low_msgq_watermark", Number::Kept(2)),
    ("read_packets", Number::Kept(3)),
    ("line_delimiter", Number::LineDelimiter),
    ("recbuf", Number::ReceiveBuffer),
    ("sndbuf", Number::SendBuffer),
    ("priority", Number::Priority),
    ("tos", Number::TypeOfService),
    ("tclass", Number::TrafficClass),
    ("ttl", Number::TimeToLive),
    ("multicast_ttl", Number::MulticastTtl),
];

const PACKETS: &[(&str, Packet, bool)] = &[
    ("raw", Packet::Raw, false),
    ("line", Packet::Line, false),
    ("http", Packet::Http, false),
    ("http_bin", Packet::Http, true),
    ("httph", Packet::HttpHeader, false),
    ("httph_bin", Packet::HttpHeader, true),
    ("asn1", Packet::Asn1, false),
    ("cdr", Packet::Cdr, false),
    ("sunrm", Packet::SunRpc, false),
    ("fcgi", Packet::FastCgi, false),
    ("tpkt", Packet::Tpkt, false),
    ("ssl_tls", Packet::Tls, false),
];

/// A framing by the name that it has as an option; the second says whether strings of HTTP are binaries.
pub fn packet(term: Term) -> Option<(Packet, bool)> {
    match term.as_u64() {
        Some(0) => Some((Packet::Raw, false)),
        Some(size @ (1 | 2 | 4)) => Some((Packet::Length(size as usize), false)),
        Some(_) => None,
        None => {
            let name = term.as_atom()?;
            PACKETS
                .iter()
                .find(|(known, ..)| *known == name.as_str())
                .map(|(_, packet, binary)| (*packet, *binary))
        }
    }
}

fn packet_term(options: &Options) -> Term {
    match options.packet {
        Packet::Raw => Term::small(0),
        Packet::Length(size) => Term::small(size as i64),
        kind => PACKETS
            .iter()
            .find(|(_, packet, binary)| *packet == kind && *binary == options.http_binary)
            .map_or(Term::small(0), |(name, ..)| Term::atom(Atom::new(name))),
    }
}

/// An option with its value.
#[derive(Clone, Debug)]
pub enum Setting {
    Active(Active),
    Binary(bool),
    Packet(Packet, bool),
    DeliverPort(bool),
    Flag(Flag, bool),
    Number(Number, u64),
    SendTimeout(Option<u64>),
    Linger(Option<Duration>),
    MulticastInterface(Ipv4Addr),
    Join(IpAddr, IpAddr),
    Leave(IpAddr, IpAddr),
    Device(Vec<u8>),
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}

impl Setting {
    /// `:binary`, `:list` or `{name, value}`.
    pub fn of(term: Term) -> Option<Setting> {
        if let Some(name) = term.as_atom() {
            return match name.as_str() {
                "binary" => Some(Setting::Binary(true)),
                "list" => Some(Setting::Binary(false)),
                _ => None,
            };
        }
        let (name, value) = term.pair()?;
        let name = name.as_atom()?.as_str();
        let word = value.as_atom().map(Atom::as_str);
        if let Some(flag) = find(FLAGS, name) {
            return Some(Setting::Flag(flag, value.as_bool()?));
        }
        if let Some(number) = find(NUMBERS, name) {
            return Some(Setting::Number(number, value.as_u64().filter(|n| *n < 1 << 31)?));
        }
        Some(match (name, word) {
            ("active", Some("true")) => Setting::Active(Active::Yes),
            ("active", Some("false")) => Setting::Active(Active::No),
            ("active", Some("once")) => Setting::Active(Active::Once),
            ("active", None) => {
                let times = value.as_i64().filter(|n| (-32_768..=32_767).contains(n))?;
                Setting::Active(Active::Times(times))
            }
            ("mode", Some("binary")) => Setting::Binary(true),
            ("mode", Some("list")) => Setting::Binary(false),
            ("deliver", Some("term")) => Setting::DeliverPort(false),
            ("deliver", Some("port")) => Setting::DeliverPort(true),
            ("packet", _) => {
                let (packet, binary) = packet(value).filter(|(packet, _)| *packet != Packet::Tls)?;
                Setting::Packet(packet, binary)
            }
            ("send_timeout", Some("infinity")) => Setting::SendTimeout(None),
            ("send_timeout", None) => Setting::SendTimeout(Some(value.as_u64()?)),
            ("linger", None) => {
                let (on, seconds) = value.pair()?;
                let seconds = Duration::from_secs(seconds.as_u64().filter(|n| *n < 1 << 31)?);
                Setting::Linger(on.as_bool()?.then_some(seconds))
            }
            ("multicast_if", None) => match address::ip(value)? {
                IpAddr::V4(ip) => Setting::MulticastInterface(ip),
                IpAddr::V6(_) => return None,
            },
            ("add_membership" | "drop_membership", None) => {
                let (group, interface) = match value.tuple()? {
                    [group, interface] => (address::ip(*group)?, address::ip(*interface)?),
                    _ => return None,
                };
                if name == "add_membership" {
                    Setting::Join(group, interface)
                } else {
                    Setting::Leave(group, interface)
                }
            }
            ("bind_to_device", _) => Setting::Device(crate::natives::iodata_bytes(value)?),
            _ => return None,
        })
    }

    /// Takes effect on the system's socket and in the options that we keep. `active` is the socket's own business.
    pub fn apply(&self, handle: &Handle, options: &mut Options) -> io::Result<()> {
        let socket = handle.socket();
        match self {
            Setting::Active(_) => {}
            Setting::Binary(binary) => options.binary = *binary,
            Setting::Packet(packet, binary) => {
                (options.packet, options.http_binary) = (*packet, *binary);
            }
            Setting::DeliverPort(on) => options.deliver_port = *on,
            Setting::SendTimeout(time) => options.send_timeout = *time,
            Setting::Linger(time) => socket.set_linger(*time)?,
            Setting::MulticastInterface(ip) => socket.set_multicast_if_v4(ip)?,
            Setting::Join(IpAddr::V4(group), IpAddr::V4(at)) => socket.join_multicast_v4(group, at)?,
            Setting::Leave(IpAddr::V4(group), IpAddr::V4(at)) => socket.leave_multicast_v4(group, at)?,
            // Of an IPv6 interface only the one that the system chooses can be named by an address.
            Setting::Join(IpAddr::V6(group), _) => socket.join_multicast_v6(group, 0)?,
            Setting::Leave(IpAddr::V6(group), _) => socket.leave_multicast_v6(group, 0)?,
            Setting::Join(..) | Setting::Leave(..) => return Err(io::ErrorKind::InvalidInput.into()),
            Setting::Device(name) => socket.bind_device((!name.is_empty()).then_some(name))?,
            Setting::Flag(flag, on) => set_flag(*flag, *on, handle, options)?,
            Setting::Number(number, value) => set_number(*number, *value as usize, handle, options)?,
        }
        Ok(())
    }
}

fn set_flag(flag: Flag, on: bool, handle: &Handle, options: &mut Options) -> io::Result<()> {
    let socket = handle.socket();
    match flag {
        Flag::ExitOnClose => options.exit_on_close = on,
        Flag::ShowReset => options.show_reset = on,
        Flag::SendTimeoutClose => options.send_timeout_close = on,
        Flag::DelaySend => options.kept[0] = on.into(),
        // A socket of the file system sends at once anyway.
        Flag::NoDelay if handle.is_local() => {}
        Flag::NoDelay => socket.set_tcp_nodelay(on)?,
        Flag::KeepAlive => socket.set_keepalive(on)?,
        Flag::ReuseAddress => socket.set_reuse_address(on)?,
        Flag::ReusePort => socket.set_reuse_port(on)?,
        Flag::Broadcast => socket.set_broadcast(on)?,
        Flag::DontRoute => setsockopt(handle, sockopt::DontRoute, &on)?,
        Flag::MulticastLoop => socket.set_multicast_loop_v4(on)?,
        Flag::OnlyV6 => socket.set_only_v6(on)?,
        Flag::Nothing => {}
    }
    Ok(())
}

fn set_number(number: Number, value: usize, handle: &Handle, options: &mut Options) -> io::Result<()> {
    let socket = handle.socket();
    match number {
        Number::Buffer => options.buffer = value.max(1),
        Number::PacketSize => options.packet_size = value,
        Number::Header => options.header = value,
        Number::HighWatermark => options.high_watermark = value,
        Number::LowWatermark => options.low_watermark = value,
        Number::Kept(at) => options.kept[at] = value as u64,
        Number::LineDelimiter => {
            options.line_delimiter = u8::try_from(value).map_err(|_| io::ErrorKind::InvalidInput)?;
        }
        Number::ReceiveBuffer => {
            socket.set_recv_buffer_size(value)?;
            options.buffer = options.buffer.max(value);
        }
        Number::SendBuffer => socket.set_send_buffer_size(value)?,
        Number::Priority => setsockopt(handle, sockopt::Priority, &(value as i32))?,
        Number::TypeOfService => {
            // The system sets the priority along with it.
            let priority = getsockopt(handle, sockopt::Priority)?;
            socket.set_tos_v4(value as u32)?;
            setsockopt(handle, sockopt::Priority, &priority)?;
        }
        Number::TrafficClass => socket.set_tclass_v6(value as u32)?,
        Number::TimeToLive => socket.set_ttl_v4(value as u32)?,
        Number::MulticastTtl => socket.set_multicast_ttl_v4(value as u32)?,
    }
    Ok(())
}

/// What an asked option is: unknown, known but not of this socket, or a value.
pub enum Got {
    Unknown,
    Absent,
    Value(Term),
}

/// The value of an option by its name.
pub fn get(name: &str, handle: &Handle, options: &Options, heap: &mut Heap) -> Got {
    let value = if let Some(flag) = find(FLAGS, name) {
        get_flag(flag, handle, options).map(Term::bool)
    } else if let Some(number) = find(NUMBERS, name).filter(|number| *number != Number::LineDelimiter) {
        get_number(number, handle, options).map(|value| Term::small(value as i64))
    } else {
        let word = |text: &str| Term::atom(Atom::new(text));
        match name {
            "active" => Ok(match options.active {
                Active::No => Term::FALSE,
                Active::Yes => Term::TRUE,
                Active::Once => word("once"),
                Active::Times(times) => Term::small(times),
            }),
            "mode" => Ok(word(if options.binary { "binary" } else { "list" })),
            "packet" => Ok(packet_term(options)),
            "deliver" => Ok(word(if options.deliver_port { "port" } else { "term" })),
            "send_timeout" => Ok(options
                .send_timeout
                .map_or(word("infinity"), |time| Term::small(time as i64))),
            "linger" => handle.socket().linger().map(|time| {
                let seconds = time.map_or(0, |time| time.as_secs() as i64);
                heap.tuple(&[Term::bool(time.is_some()), Term::small(seconds)])
            }),
            "multicast_if" => handle
                .socket()
                .multicast_if_v4()
                .map(|ip| address::ip_term(heap, ip.into())),
            "bind_to_device" => handle
                .socket()
                .device()
                .map(|name| heap.binary(&name.unwrap_or_default())),
            _ => return Got::Unknown,
        }
    };
    value.map_or(Got::Absent, Got::Value)
}

fn get_flag(flag: Flag, handle: &Handle, options: &Options) -> io::Result<bool> {
    let socket = handle.socket();
    Ok(match flag {
        Flag::ExitOnClose => options.exit_on_close,
        Flag::ShowReset => options.show_reset,
        Flag::SendTimeoutClose => options.send_timeout_close,
        Flag::DelaySend => options.kept[0] != 0,
        Flag::NoDelay if handle.is_local() => false,
        Flag::NoDelay => socket.tcp_nodelay()?,
        Flag::KeepAlive => socket.keepalive()?,
        Flag::ReuseAddress => socket.reuse_address()?,
        Flag::ReusePort => socket.reuse_port()?,
        Flag::Broadcast => socket.broadcast()?,
        Flag::DontRoute => getsockopt(handle, sockopt::DontRoute)?,
        Flag::MulticastLoop => socket.multicast_loop_v4()?,
        Flag::OnlyV6 => socket.only_v6()?,
        Flag::Nothing => false,
    })
}

fn get_number(number: Number, handle: &Handle, options: &Options) -> io::Result<usize> {
    let socket = handle.socket();
    Ok(match number {
        Number::Buffer => options.buffer,
        Number::PacketSize => options.packet_size,
        Number::Header => options.header,
        Number::HighWatermark => options.high_watermark,
        Number::LowWatermark => options.low_watermark,
        Number::Kept(at) => options.kept[at] as usize,
        Number::LineDelimiter => options.line_delimiter.into(),
        Number::ReceiveBuffer => socket.recv_buffer_size()?,
        Number::SendBuffer => socket.send_buffer_size()?,
        Number::Priority => getsockopt(handle, sockopt::Priority)? as usize,
        Number::TypeOfService => socket.tos_v4()? as usize,
        Number::TrafficClass => socket.tclass_v6()? as usize,
        Number::TimeToLive => socket.ttl_v4()? as usize,
        Number::MulticastTtl => socket.multicast_ttl_v4()? as usize,
    })
}
