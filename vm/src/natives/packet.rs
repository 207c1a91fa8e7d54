//! `:erlang.decode_packet/3`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::io::net::message::{self, Strings};
use crate::io::net::packet::{Found, Limits, Packet};
use crate::io::net::{http, options};
use crate::term::Term;

pub static NATIVES: &[Native] = &[Native::plain("erlang", "decode_packet", 3, decode)];

fn limits(list: Term) -> Option<Limits> {
    let mut limits = Limits::default();
    for option in list.list_to_vec()? {
        let (name, value) = option.pair()?;
        let value = value.as_usize()?;
        match name.as_atom()?.as_str() {
            "packet_size" => limits.packet = value,
            "line_length" => limits.line = value,
            "line_delimiter" => limits.delimiter = u8::try_from(value).ok()?,
            _ => return None,
        }
    }
    Some(limits)
}

fn decode(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (packet, binaries) = options::packet(args[0]).ok_or(Stop::Badarg)?;
    let bytes = args[1].bytes().ok_or(Stop::Badarg)?;
    let limits = limits(args[2]).ok_or(Stop::Badarg)?;
    let strings = if binaries {
        Strings::Binaries
    } else {
        Strings::Lists
    };
    let heap = ctx.heap();
    match packet.find(&bytes, &limits) {
        Found::Whole { body, end } => {
            let part = &bytes[body.clone()];
            let given = match packet {
                Packet::Http => message::http(heap, &http::first_line(part), strings),
                Packet::HttpHeader => message::http(heap, &http::header(part), strings),
                Packet::Tls => message::tls(heap, part),
                _ => heap.part(args[1], body.start * 8, body.len() * 8),
            };
            let rest = heap.part(args[1], end * 8, (bytes.len() - end) * 8);
            Ok(heap.tuple(&[Term::OK, given, rest]))
        }
        Found::More(length) => {
            let length = length.map_or(Term::atom(known::UNDEFINED), |length| Term::small(length as i64));
            Ok(heap.tuple(&[Term::atom(Atom::new("more")), length]))
        }
        Found::Bad => Ok(heap.error(Term::atom(Atom::new("invalid")))),
    }
}
