//! Escapes in strings: `\n`, `\xHH`, `\u{…}`.

/// What a backslash before a character stands for, when that takes no further characters.
pub fn simple_escape(c: char) -> char {
    match c {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'd' => '\u{7f}',
        'e' => '\u{1b}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        's' => ' ',
        't' => '\t',
        'v' => '\u{b}',
        other => other,
    }
}

pub struct BadEscape {
    pub message: String,
    pub escape: &'static str,
}

pub struct Unescaped {
    pub bytes: Vec<u8>,
    /// Deprecated forms seen.
    pub deprecated: Vec<&'static str>,
}

const BAD_HEX: &str =
    "invalid hex escape character, expected \\xHH where H is a hexadecimal digit. Syntax error after: ";
const BAD_UNICODE: &str = "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a hexadecimal digit. Syntax error after: ";
const OLD_BRACES: &str = "\\x{H*} inside strings/sigils/chars is deprecated, please use \\xHH (byte) or \\uHHHH (code point) instead";
const OLD_SINGLE: &str =
    "\\xH inside strings/sigils/chars is deprecated, please use \\xHH (byte) or \\uHHHH (code point) instead";

/// Resolves all escapes of a text.
pub fn unescape(text: &str) -> Result<Unescaped, BadEscape> {
    let mut out = Unescaped {
        bytes: Vec::with_capacity(text.len()),
        deprecated: Vec::new(),
    };
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let after = &rest[at + 1..];
        let Some(c) = after.chars().next() else {
            out.bytes.push(b'\\');
            return Ok(out);
        };
        let taken = match c {
            '\n' => 1,
            '\r' if after.starts_with("\r\n") => 2,
            'x' => {
                hex(&after[1..], &mut out).map_err(|message| BadEscape {
                    message,
                    escape: "\\x",
                })? + 1
            }
            'u' => {
                unicode(&after[1..], &mut out).map_err(|message| BadEscape {
                    message,
                    escape: "\\u",
                })? + 1
            }
            c => {
                push_char(&mut out.bytes, simple_escape(c));
                c.len_utf8()
            }
        };
        rest = &after[taken..];
    }
    out.bytes.extend_from_slice(rest.as_bytes());
    Ok(out)
}

fn push_char(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Reads what follows `\x`; gives the bytes it took.
fn hex(text: &str, out: &mut Unescaped) -> Result<usize, String> {
    if let Some(digits) = braced(text) {
        out.deprecated.push(OLD_BRACES);
        push_code(digits, "\\x", out)?;
        return Ok(digits.len() + 2);
    }
    let length = hex_digits(text, 2);
    if length == 0 {
        return Err(BAD_HEX.to_owned());
    }
    if length == 1 {
        out.deprecated.push(OLD_SINGLE);
    }
    out.bytes
        .push(u8::from_str_radix(&text[..length], 16).unwrap_or(0));
    Ok(length)
}

/// Reads what follows `\u`; gives the bytes it took.
fn unicode(text: &str, out: &mut Unescaped) -> Result<usize, String> {
    if let Some(digits) = braced(text) {
        push_code(digits, "\\u", out)?;
        return Ok(digits.len() + 2);
    }
    if hex_digits(text, 4) < 4 {
        return Err(BAD_UNICODE.to_owned());
    }
    push_code(&text[..4], "\\u", out)?;
    Ok(4)
}

fn push_code(digits: &str, escape: &str, out: &mut Unescaped) -> Result<(), String> {
    let code = u32::from_str_radix(digits, 16).unwrap_or(u32::MAX);
    match char::from_u32(code) {
        Some(c) => {
            push_char(&mut out.bytes, c);
            Ok(())
        }
        None => Err(format!(
            "invalid or reserved Unicode code point {escape}{{{digits}}}. Syntax error after: "
        )),
    }
}

/// The one to six digits of `{…}`.
fn braced(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('{')?;
    let length = hex_digits(inner, 6);
    (length > 0 && inner[length..].starts_with('}')).then(|| &inner[..length])
}

fn hex_digits(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(u8::is_ascii_hexdigit).count()
}
