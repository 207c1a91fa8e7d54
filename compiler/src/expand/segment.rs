//! What may stand together in the type of a segment of `<<…>>`.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Quoted, Symbol};

pub(super) const UNSIZED: &str = "a binary field without size is only allowed at the end of a binary pattern, at the right \
                                  side of binary concatenation and never allowed in binary generators. The following \
                                  examples are invalid:\n\n    rest <> \"foo\"\n    <<rest::binary, \"foo\">>\n\nThey are \
                                  invalid because there is a bits/bitstring component not at the end. However, the \
                                  \"reverse\" would work:\n\n    \"foo\" <> rest\n    <<\"foo\", rest::binary>>\n\n";

type Fault = (Code, String);

/// The parts of a type, each at most once.
#[derive(Default)]
struct Parts {
    kind: Option<Symbol>,
    sign: Option<Symbol>,
    order: Option<Symbol>,
    size: Option<Quoted>,
    unit: Option<Quoted>,
}

/// Checks that the parts of a type agree with each other and with the value.
pub(super) fn check(value: &Quoted, items: &[Quoted]) -> Result<(), Fault> {
    let mut parts = Parts::default();
    for item in items.iter().filter_map(Quoted::as_call) {
        let Some(name) = item.name() else { continue };
        match name {
            known::SIZE => parts.size = item.args.first().cloned(),
            known::UNIT => parts.unit = item.args.first().cloned(),
            known::SIGNED | known::UNSIGNED => once(&mut parts.sign, "sign", name)?,
            known::BIG | known::LITTLE | known::NATIVE => once(&mut parts.order, "endianness", name)?,
            known::BYTES => once(&mut parts.kind, "type", known::BINARY)?,
            known::BITS_TYPE => once(&mut parts.kind, "type", known::BITSTRING)?,
            kind => once(&mut parts.kind, "type", kind)?,
        }
    }
    let natural = natural_kind(value);
    let kind = parts.kind.or(natural).unwrap_or(known::INTEGER);
    if let Some(natural) = natural
        && !goes_with(natural, kind)
    {
        return Err(conflict("type", kind, natural));
    }
    if matches!(value, Quoted::Bin(_)) && (parts.size.is_some() || parts.unit.is_some()) {
        let message = "literal string in bitstring supports only endianness and type specifiers, which must be one of: \
                       little, big, native, utf8, utf16, utf32, bits, bytes, binary or bitstring";
        return Err((Code::BitsLiteral, message.to_owned()));
    }
    of_kind(kind, &parts)
}

fn of_kind(kind: Symbol, parts: &Parts) -> Result<(), Fault> {
    let utf = matches!(kind, known::UTF8 | known::UTF16 | known::UTF32);
    if utf && (parts.size.is_some() || parts.unit.is_some()) {
        let message = "size and unit are not supported on utf types";
        return Err((Code::BitsUtfSize, message.to_owned()));
    }
    if parts.sign.is_some() && !matches!(kind, known::INTEGER | known::FLOAT) {
        let message = "signed and unsigned specifiers are supported only on integer and float types";
        return Err((Code::BitsSign, message.to_owned()));
    }
    if matches!(kind, known::INTEGER | known::FLOAT) && parts.unit.is_some() && parts.size.is_none() {
        let message = "integer and float types require a size specifier if the unit specifier is given";
        return Err((Code::BitsUnitWithoutSize, message.to_owned()));
    }
    if kind == known::FLOAT
        && let Some(Quoted::Int(size)) = parts.size
    {
        let unit = match parts.unit {
            Some(Quoted::Int(unit)) => unit,
            _ => 1,
        };
        let bits = size.saturating_mul(unit);
        if !matches!(bits, 16 | 32 | 64) {
            let message = format!("float requires size*unit to be 16, 32, or 64 (default), got: {bits}");
            return Err((Code::BitsFloatSize, message));
        }
    }
    Ok(())
}

/// The type that a literal has by itself.
fn natural_kind(value: &Quoted) -> Option<Symbol> {
    match value {
        Quoted::Float(_) => Some(known::FLOAT),
        Quoted::Bin(_) => Some(known::BINARY),
        Quoted::Int(_) | Quoted::Big(_) => Some(known::INTEGER),
        Quoted::Call(call) if call.name() == Some(known::BITS) => Some(known::BITSTRING),
        _ => None,
    }
}

fn goes_with(natural: Symbol, kind: Symbol) -> bool {
    match natural {
        known::FLOAT => kind == known::FLOAT,
        known::INTEGER => !matches!(kind, known::BINARY | known::BITSTRING),
        known::BITSTRING => matches!(kind, known::BINARY | known::BITSTRING),
        _ => matches!(
            kind,
            known::BINARY | known::BITSTRING | known::UTF8 | known::UTF16 | known::UTF32
        ),
    }
}

fn once(slot: &mut Option<Symbol>, what: &str, name: Symbol) -> Result<(), Fault> {
    match slot.replace(name) {
        Some(before) if before != name => Err(conflict(what, name, before)),
        _ => Ok(()),
    }
}

fn conflict(what: &str, new: Symbol, old: Symbol) -> Fault {
    let message = format!("conflicting {what} specification for bit field: \"{new}\" and \"{old}\"");
    (Code::BitsConflict, message)
}

/// Whether a segment of a pattern is a binary of any length.
pub(super) fn takes_the_rest(value: &Quoted, spec: &Quoted) -> bool {
    if natural_kind(value).is_some() {
        return false;
    }
    let mut names = Vec::new();
    part_names(spec, &mut names);
    let binary = names.iter().any(|name| {
        matches!(
            *name,
            known::BINARY | known::BYTES | known::BITSTRING | known::BITS_TYPE
        )
    });
    binary && !names.contains(&known::SIZE)
}

/// The names in `a-b(1)-c`.
fn part_names(spec: &Quoted, names: &mut Vec<Symbol>) {
    let Some(call) = spec.as_call() else { return };
    if call.is(known::MINUS, 2) {
        call.args.iter().for_each(|part| part_names(part, names));
    } else {
        names.extend(call.name());
    }
}
