//! What a socket gives out, as terms: packets, and the messages of active sockets.

use super::http::{Http, METHODS, Uri};
use super::options::Options;
use super::packet::Packet;
use crate::atom::Atom;
use crate::heap::Heap;
use crate::term::Term;

/// How strings are given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strings {
    Binaries,
    Lists,
}

fn atom(name: &str) -> Term {
    Term::atom(Atom::new(name))
}

pub fn string(heap: &mut Heap, bytes: &[u8], strings: Strings) -> Term {
    match strings {
        Strings::Binaries => heap.binary(bytes),
        Strings::Lists => list(heap, bytes, Term::NIL),
    }
}

fn list(heap: &mut Heap, bytes: &[u8], tail: Term) -> Term {
    let bytes = bytes.iter().map(|byte| Term::small((*byte).into()));
    heap.list_with_tail(bytes.collect::<Vec<_>>(), tail)
}

/// Bytes in the shape that the options ask for.
pub fn data(heap: &mut Heap, bytes: &[u8], options: &Options) -> Term {
    if !options.binary {
        return string(heap, bytes, Strings::Lists);
    }
    if options.header == 0 {
        return heap.binary(bytes);
    }
    let (head, rest) = bytes.split_at(options.header.min(bytes.len()));
    let tail = if bytes.len() < options.header {
        Term::NIL
    } else {
        heap.binary(rest)
    };
    list(heap, head, tail)
}

/// A line of HTTP.
pub fn http(heap: &mut Heap, line: &Http<'_>, strings: Strings) -> Term {
    match line {
        Http::Request { method, uri, version } => {
            let method = match METHODS.iter().find(|known| known.as_bytes() == *method) {
                Some(known) => atom(known),
                None => string(heap, method, strings),
            };
            let uri = uri_term(heap, uri, strings);
            let version = version_term(heap, *version);
            heap.tuple(&[atom("http_request"), method, uri, version])
        }
        Http::Response {
            version,
            status,
            phrase,
        } => {
            let version = version_term(heap, *version);
            let phrase = string(heap, phrase, strings);
            let status = Term::small((*status).into());
            heap.tuple(&[atom("http_response"), version, status, phrase])
        }
        Http::Header {
            place,
            name,
            given,
            value,
        } => {
            let name = match (place, std::str::from_utf8(name)) {
                (1.., Ok(name)) => atom(name),
                _ => string(heap, name, strings),
            };
            let given = string(heap, given, strings);
            let value = string(heap, value, strings);
            let place = Term::small(*place as i64);
            heap.tuple(&[atom("http_header"), place, name, given, value])
        }
        Http::End => atom("http_eoh"),
        Http::Unknown(line) => {
            let line = string(heap, line, strings);
            heap.tuple(&[atom("http_error"), line])
        }
    }
}

fn version_term(heap: &mut Heap, (major, minor): (u32, u32)) -> Term {
    heap.tuple(&[Term::small(major.into()), Term::small(minor.into())])
}

fn uri_term(heap: &mut Heap, uri: &Uri<'_>, strings: Strings) -> Term {
    match uri {
        Uri::Star => atom("*"),
        Uri::Path(path) => {
            let path = string(heap, path, strings);
            heap.tuple(&[atom("abs_path"), path])
        }
        Uri::Absolute {
            secure,
            host,
            port,
            path,
        } => {
            let scheme = atom(if *secure { "https" } else { "http" });
            let host = string(heap, host, strings);
            let port = port.map_or(atom("undefined"), |port| Term::small(port.into()));
            let path = string(heap, path, strings);
            heap.tuple(&[atom("absoluteURI"), scheme, host, port, path])
        }
        Uri::Scheme(scheme, rest) => {
            let scheme = string(heap, scheme, strings);
            let rest = string(heap, rest, strings);
            heap.tuple(&[atom("scheme"), scheme, rest])
        }
        Uri::Other(text) => string(heap, text, strings),
    }
}

/// `{:ssl_tls, [], type, version, contents}` of a whole record.
pub fn tls(heap: &mut Heap, record: &[u8]) -> Term {
    let &[kind, major, minor, _, _, ref contents @ ..] = record else {
        return Term::NIL;
    };
    let version = version_term(heap, (major.into(), minor.into()));
    let contents = heap.binary(contents);
    heap.tuple(&[
        atom("ssl_tls"),
        Term::NIL,
        Term::small(kind.into()),
        version,
        contents,
    ])
}

/// A packet as a connected socket gives it; `in_headers` is where it is in a message of HTTP.
pub fn packet(heap: &mut Heap, bytes: &[u8], options: &Options, in_headers: &mut bool) -> Term {
    let strings = if options.http_binary {
        Strings::Binaries
    } else {
        Strings::Lists
    };
    let line = match options.packet {
        Packet::Http if !*in_headers => {
            let line = super::http::first_line(bytes);
            *in_headers = !matches!(line, Http::Unknown(_));
            line
        }
        Packet::Http | Packet::HttpHeader => {
            let line = super::http::header(bytes);
            *in_headers &= line != Http::End;
            line
        }
        _ => return data(heap, bytes, options),
    };
    http(heap, &line, strings)
}
