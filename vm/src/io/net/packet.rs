//! Packets in a stream of bytes: where each ends, by the ways of framing that sockets and `decode_packet` know.

use std::ops::Range;

/// A way of framing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet {
    /// Whatever has come.
    Raw,
    /// The length of the body in so many bytes, big-endian, which are not given out.
    Length(usize),
    Asn1,
    /// CORBA's GIOP 1.1.
    Cdr,
    /// Sun's remote procedure calls (RFC 5531, record marking).
    SunRpc,
    FastCgi,
    /// RFC 1006.
    Tpkt,
    /// Records of SSL and TLS.
    Tls,
    Line,
    /// A line of a request or answer; on a socket, the header lines after it too.
    Http,
    /// A header line.
    HttpHeader,
}

/// How long packets may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most bytes of a packet; 0 for any number.
    pub packet: usize,
    /// Longer lines are given out in parts; 0 for any length.
    pub line: usize,
    /// What ends a line.
    pub delimiter: u8,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            packet: 0,
            line: 0,
            delimiter: b'\n',
        }
    }
}

/// What stands at the start of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A packet: what is given out, and where the next one begins.
    Whole { body: Range<usize>, end: usize },
    /// Not all of one: how long it will be, if that can be told.
    More(Option<usize>),
    /// No packet of this kind, or one that is too long.
    Bad,
}

impl Packet {
    /// Looks for a packet at the start.
    pub fn find(self, bytes: &[u8], limits: &Limits) -> Found {
        match self {
            Packet::Raw if bytes.is_empty() => Found::More(None),
            Packet::Raw => whole(0..bytes.len()),
            Packet::Length(head) => match bytes.get(..head) {
                None => Found::More(None),
                Some(length) => counted(bytes, head, head, big(length), limits),
            },
            Packet::Asn1 => asn1(bytes, limits),
            Packet::Cdr => cdr(bytes, limits),
            Packet::SunRpc => match bytes.get(..4) {
                None => Found::More(None),
                Some(length) => counted(bytes, 0, 4, big(length) & 0x7FFF_FFFF, limits),
            },
            Packet::FastCgi => fast_cgi(bytes, limits),
            Packet::Tpkt => match bytes.get(..4) {
                _ if bytes.first().is_some_and(|version| *version != 3) => Found::Bad,
                None => Found::More(None),
                Some(head) => match big(&head[2..]).checked_sub(4) {
                    Some(length) => counted(bytes, 0, 4, length, limits),
                    None => Found::Bad,
                },
            },
            Packet::Tls => match bytes.get(..5) {
                None => Found::More(None),
                Some(head) => counted(bytes, 0, 5, big(&head[3..]), limits),
            },
            Packet::Line => line(bytes, limits),
            Packet::Http => match memchr::memchr(b'\n', bytes) {
                Some(at) => http_line(at + 1, limits),
                None => unfinished(bytes, limits),
            },
            Packet::HttpHeader => header(bytes, limits),
        }
    }
}

fn whole(body: Range<usize>) -> Found {
    let end = body.end;
    Found::Whole { body, end }
}

fn big(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum, byte| sum << 8 | *byte as usize)
}

/// A packet of `head` bytes and `length` more, given out from `start` on.
fn counted(bytes: &[u8], start: usize, head: usize, length: usize, limits: &Limits) -> Found {
    let end = head + length;
    if end > u32::MAX as usize || (limits.packet != 0 && length > limits.packet) {
        Found::Bad
    } else if bytes.len() < end {
        Found::More(Some(end))
    } else {
        whole(start..end)
    }
}

/// Tag, length and contents by the basic encoding rules (X.690).
fn asn1(bytes: &[u8], limits: &Limits) -> Found {
    let Some(tag) = bytes.first() else {
        return Found::More(None);
    };
    let mut at = 1;
    if tag & 0x1F == 0x1F {
        loop {
            match bytes.get(at) {
                None => return Found::More(None),
                Some(part) => {
                    at += 1;
                    if part & 0x80 == 0 {
                        break;
                    }
                }
            }
        }
    }
    let Some(short) = bytes.get(at).copied().map(usize::from) else {
        return Found::More(None);
    };
    at += 1;
    if short < 0x80 {
        return counted(bytes, 0, at, short, limits);
    }
    let more = short & 0x7F;
    if more > 4 {
        return Found::Bad;
    }
    match bytes.get(at..at + more) {
        None => Found::More(None),
        Some(length) => counted(bytes, 0, at + more, big(length), limits),
    }
}

fn cdr(bytes: &[u8], limits: &Limits) -> Found {
    const MAGIC: &[u8] = b"GIOP";
    let seen = bytes.len().min(MAGIC.len());
    if bytes[..seen] != MAGIC[..seen] {
        return Found::Bad;
    }
    let Some(head) = bytes.get(..12) else {
        return Found::More(None);
    };
    let little = head[6] & 1 == 1;
    let length = if little {
        head[8..]
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | *byte as usize)
    } else {
        big(&head[8..])
    };
    counted(bytes, 0, 12, length, limits)
}

fn fast_cgi(bytes: &[u8], limits: &Limits) -> Found {
    if bytes.first().is_some_and(|version| *version != 1) {
        return Found::Bad;
    }
    let Some(head) = bytes.get(..8) else {
        return Found::More(None);
    };
    let (content, padding) = (big(&head[4..6]), head[6] as usize);
    match counted(bytes, 0, 8, content + padding, limits) {
        Found::Whole { end, .. } => Found::Whole {
            body: 0..8 + content,
            end,
        },
        other => other,
    }
}

fn line(bytes: &[u8], limits: &Limits) -> Found {
    let end = memchr::memchr(limits.delimiter, bytes).map(|at| at + 1);
    let length = end.unwrap_or(bytes.len());
    if limits.packet != 0 && length > limits.packet {
        return Found::Bad;
    }
    if limits.line != 0 && (length > limits.line || (end.is_none() && length == limits.line)) {
        return whole(0..limits.line);
    }
    match end {
        Some(end) => whole(0..end),
        None => Found::More(None),
    }
}

fn unfinished(bytes: &[u8], limits: &Limits) -> Found {
    match http_line(bytes.len(), limits) {
        Found::Bad => Found::Bad,
        _ => Found::More(None),
    }
}

fn http_line(end: usize, limits: &Limits) -> Found {
    let exceeds = |limit: usize| limit != 0 && end > limit;
    if exceeds(limits.packet) || exceeds(limits.line) {
        Found::Bad
    } else {
        whole(0..end)
    }
}

/// A header goes on in lines that begin with a space: only what follows shows where it ends. An empty line ends all.
fn header(bytes: &[u8], limits: &Limits) -> Found {
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'\n', &bytes[from..]) {
        let end = from + at + 1;
        if matches!(&bytes[..end], b"\n" | b"\r\n") {
            return whole(0..end);
        }
        match bytes.get(end) {
            None => return unfinished(bytes, limits),
            Some(b' ' | b'\t') => from = end,
            Some(_) => return http_line(end, limits),
        }
    }
    unfinished(bytes, limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(packet: Packet, bytes: &[u8], limits: Limits, expect: Found) {
        assert_eq!(packet.find(bytes, &limits), expect, "{packet:?} {bytes:?}");
    }

    #[test]
    fn packets_end_where_their_kind_says() {
        let any = Limits::default();
        let body = |body: Range<usize>, end| Found::Whole { body, end };
        check(Packet::Raw, b"abc", any, body(0..3, 3));
        check(Packet::Raw, b"", any, Found::More(None));
        check(Packet::Length(1), b"\x03abcd", any, body(1..4, 4));
        check(Packet::Length(2), b"\x00\x09abcd", any, Found::More(Some(11)));
        check(Packet::Length(4), b"\xff\xff\xff\xff\x01", any, Found::Bad);
        check(
            Packet::FastCgi,
            &[1, 1, 0, 1, 0, 2, 1, 0, 9, 9, 8, 7],
            any,
            body(0..10, 11),
        );
        check(Packet::HttpHeader, b"Host: a\r\n", any, Found::More(None));
        check(
            Packet::HttpHeader,
            b"Host: a\r\n b\r\nX: 1\r\n",
            any,
            body(0..13, 13),
        );
        check(Packet::HttpHeader, b"\r\nrest", any, body(0..2, 2));
    }

    #[test]
    fn long_lines_come_in_parts_and_long_packets_are_refused() {
        let line = Limits {
            line: 3,
            ..Limits::default()
        };
        check(Packet::Line, b"abcdef\ngh", line, whole(0..3));
        check(Packet::Line, b"ab\ncdef", line, whole(0..3));
        let packet = Limits {
            packet: 3,
            ..Limits::default()
        };
        check(Packet::Line, b"abcdef\n", packet, Found::Bad);
        check(Packet::Length(4), b"\x00\x00\x00\x09a", packet, Found::Bad);
    }
}
