//! Lines of HTTP: requests, answers and headers taken apart as `packet: :http` gives them.

/// A line taken apart.
#[derive(Debug, PartialEq, Eq)]
pub enum Http<'a> {
    Request {
        method: &'a [u8],
        uri: Uri<'a>,
        version: (u32, u32),
    },
    Response {
        version: (u32, u32),
        status: u32,
        phrase: &'a [u8],
    },
    Header {
        /// The place among the known names, from 1 on; 0 for others.
        place: usize,
        /// The name in its usual capitals.
        name: Vec<u8>,
        given: &'a [u8],
        value: &'a [u8],
    },
    /// The empty line behind the headers.
    End,
    /// None of these.
    Unknown(&'a [u8]),
}

#[derive(Debug, PartialEq, Eq)]
pub enum Uri<'a> {
    Star,
    Path(&'a [u8]),
    Absolute {
        secure: bool,
        host: &'a [u8],
        port: Option<u32>,
        path: &'a [u8],
    },
    Scheme(&'a [u8], &'a [u8]),
    Other(&'a [u8]),
}

/// Methods that are atoms.
pub const METHODS: &[&str] = &["OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE"];

/// Header names that are atoms, in the order of their numbers.
const NAMES: &[&str] = &[
    "Cache-Control",
    "Connection",
    "Date",
    "Pragma",
    "Transfer-Encoding",
    "Upgrade",
    "Via",
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "From",
    "Host",
    "If-Modified-Since",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Max-Forwards",
    "Proxy-Authorization",
    "Range",
    "Referer",
    "User-Agent",
    "Age",
    "Location",
    "Proxy-Authenticate",
    "Public",
    "Retry-After",
    "Server",
    "Vary",
    "Warning",
    "Www-Authenticate",
    "Allow",
    "Content-Base",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-Md5",
    "Content-Range",
    "Content-Type",
    "Etag",
    "Expires",
    "Last-Modified",
    "Accept-Ranges",
    "Set-Cookie",
    "Set-Cookie2",
    "X-Forwarded-For",
    "Cookie",
    "Keep-Alive",
    "Proxy-Connection",
];

/// The first line of a request or an answer.
pub fn first_line(line: &[u8]) -> Http<'_> {
    let text = without_newline(line);
    let parsed = if text.starts_with(b"HTTP/") {
        response(text)
    } else {
        request(text)
    };
    parsed.unwrap_or(Http::Unknown(line))
}

/// A header, with the lines that it goes on in.
pub fn header(line: &[u8]) -> Http<'_> {
    let text = without_newline(line);
    if text.is_empty() {
        return Http::End;
    }
    let Some(colon) = memchr::memchr(b':', text) else {
        return Http::Unknown(line);
    };
    let given = &text[..colon];
    if !given.iter().copied().all(is_token) {
        return Http::Unknown(line);
    }
    let known = NAMES
        .iter()
        .position(|name| name.as_bytes().eq_ignore_ascii_case(given));
    Http::Header {
        place: known.map_or(0, |at| at + 1),
        name: match known {
            Some(at) => NAMES[at].as_bytes().to_vec(),
            None => capitalized(given),
        },
        given,
        value: without_spaces(&text[colon + 1..]),
    }
}

fn without_newline(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn without_spaces(text: &[u8]) -> &[u8] {
    let spaces = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    &text[spaces..]
}

/// The characters of a token (RFC 2616, 2.2).
fn is_token(byte: u8) -> bool {
    byte > b' ' && byte < 127 && !b"()<>@,;:\\\"/[]?={}".contains(&byte)
}

/// A letter at the start and one behind a hyphen become capitals.
fn capitalized(name: &[u8]) -> Vec<u8> {
    let mut starts = true;
    name.iter()
        .map(|byte| {
            if starts {
                starts = false;
                byte.to_ascii_uppercase()
            } else {
                starts = *byte == b'-';
                byte.to_ascii_lowercase()
            }
        })
        .collect()
}

fn response(text: &[u8]) -> Option<Http<'_>> {
    let (version, rest) = version(text)?;
    let rest = rest.strip_prefix(b" ")?;
    let (status, rest) = digits(without_spaces(rest))?;
    if rest.first().is_some_and(|byte| *byte != b' ') {
        return None;
    }
    Some(Http::Response {
        version,
        status,
        phrase: without_spaces(rest),
    })
}

fn request(text: &[u8]) -> Option<Http<'_>> {
    let (method, rest) = word(text);
    if method.is_empty() || !method.iter().copied().all(is_token) {
        return None;
    }
    let (target, rest) = word(without_spaces(rest));
    if target.is_empty() {
        return None;
    }
    let rest = without_spaces(rest);
    let version = if rest.is_empty() { (0, 9) } else { version(rest)?.0 };
    Some(Http::Request {
        method,
        uri: uri(target),
        version,
    })
}

/// Up to the first space.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(memchr::memchr(b' ', text).unwrap_or(text.len()))
}

fn digits(text: &[u8]) -> Option<(u32, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&text[..count]).ok()?.parse().ok()?;
    Some((number, &text[count..]))
}

fn version(text: &[u8]) -> Option<((u32, u32), &[u8])> {
    let (major, rest) = digits(text.strip_prefix(b"HTTP/")?)?;
    let (minor, rest) = digits(rest.strip_prefix(b".")?)?;
    Some(((major, minor), rest))
}

fn uri(target: &[u8]) -> Uri<'_> {
    if target == b"*" {
        return Uri::Star;
    }
    if target.starts_with(b"/") {
        return Uri::Path(target);
    }
    for (scheme, secure) in [("http://", false), ("https://", true)] {
        if let Some((start, rest)) = target.split_at_checked(scheme.len())
            && start.eq_ignore_ascii_case(scheme.as_bytes())
        {
            return absolute(rest, secure);
        }
    }
    match memchr::memchr(b':', target) {
        Some(colon) => Uri::Scheme(&target[..colon], &target[colon + 1..]),
        None => Uri::Other(target),
    }
}

fn absolute(rest: &[u8], secure: bool) -> Uri<'_> {
    let (place, path) = match memchr::memchr(b'/', rest) {
        Some(slash) => rest.split_at(slash),
        None => (rest, &b"/"[..]),
    };
    // An address in brackets has colons of its own.
    let bracket = memchr::memchr(b']', place).unwrap_or(0);
    let (host, port) = match memchr::memchr(b':', &place[bracket..]) {
        Some(colon) => (&place[..bracket + colon], number(&place[bracket + colon + 1..])),
        None => (place, None),
    };
    Uri::Absolute {
        secure,
        host,
        port,
        path,
    }
}

fn number(text: &[u8]) -> Option<u32> {
    match digits(text) {
        Some((number, b"")) => Some(number),
        _ => None,
    }
}
