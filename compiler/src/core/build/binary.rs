//! `<<…>>` in expressions and patterns.

use cordial_syntax::quoted::known;
use cordial_syntax::{Quoted, Symbol};
use cordial_vm::bytecode::ops::{Endian, SegKind, SegType};

use super::super::ir::{BinSegment, Expr, Kind, Pat, PatSegment};
use super::super::lit::Lit;
use super::pattern::Bound;
use super::{Builder, Built};

/// The type part of a segment, read.
struct Spec<'q> {
    ty: SegType,
    size: Option<&'q Quoted>,
    /// Nothing was written that settles the type.
    default: bool,
}

impl Builder<'_> {
    pub(super) fn binary(&mut self, args: &[Quoted]) -> Built<Expr> {
        let mut segments: Vec<BinSegment> = Vec::with_capacity(args.len());
        for arg in args {
            let (value, spec) = self.segment(arg)?;
            if let Quoted::Bin(bytes) = value
                && let Some(bytes) = literal_text(bytes, &spec)
            {
                push_literal(&mut segments, &bytes);
                continue;
            }
            if let Some(bytes) = literal_integer(value, &spec) {
                push_literal(&mut segments, &bytes);
                continue;
            }
            let size = match spec.size {
                Some(size) => Some(self.expr(size)?),
                None => default_size(spec.ty),
            };
            let value = self.expr(value)?;
            // A literal that is a whole bitstring goes in as it is.
            segments.push(BinSegment {
                value,
                ty: spec.ty,
                size,
            });
        }
        match segments.as_slice() {
            [] => Ok(self.node(Kind::Lit(Lit::Bin(Vec::new().into())))),
            [
                BinSegment {
                    value:
                        Expr {
                            kind: Kind::Lit(lit @ Lit::Bin(_)),
                            ..
                        },
                    size: None,
                    ty,
                },
            ] if ty.kind == SegKind::Bits => {
                let lit = lit.clone();
                Ok(self.node(Kind::Lit(lit)))
            }
            _ => Ok(self.node(Kind::Bin(segments))),
        }
    }

    pub(super) fn binary_pattern(&mut self, args: &[Quoted], bound: &mut Bound) -> Built<Vec<PatSegment>> {
        let mut segments = Vec::with_capacity(args.len());
        for arg in args {
            let (value, spec) = self.segment(arg)?;
            if let Quoted::Bin(bytes) = value
                && let Some(bytes) = literal_text(bytes, &spec)
            {
                push_literal_pattern(&mut segments, &bytes);
                continue;
            }
            let size = match spec.size {
                Some(size) => Some(self.guard(size)?),
                None => default_size(spec.ty),
            };
            let value = self.pattern_in(value, bound)?;
            segments.push(PatSegment {
                value,
                ty: spec.ty,
                size,
            });
        }
        Ok(segments)
    }

    fn segment<'q>(&mut self, quoted: &'q Quoted) -> Built<(&'q Quoted, Spec<'q>)> {
        let (value, written) = match quoted.call_of(known::TYPE, 2) {
            Some(call) => (&call.args[0], Some(&call.args[1])),
            None => (quoted, None),
        };
        let mut reader = Reader {
            kind: None,
            unit: None,
            signed: false,
            endian: Endian::Big,
            size: None,
        };
        if let Some(written) = written
            && let Err(message) = reader.read(written)
        {
            return Err(self.problem(message));
        }
        let default = reader.kind.is_none();
        let kind = reader.kind.unwrap_or(match value {
            Quoted::Bin(_) => SegKindRead::Bits(8),
            Quoted::Call(call) if call.name() == Some(known::BITS) => SegKindRead::Bits(1),
            Quoted::Float(_) => SegKindRead::Plain(SegKind::Float),
            _ => SegKindRead::Plain(SegKind::Integer),
        });
        let (kind, unit) = match kind {
            SegKindRead::Bits(unit) => (SegKind::Bits, unit),
            SegKindRead::Plain(kind) => (kind, 1),
        };
        let ty = SegType {
            kind,
            unit: reader.unit.unwrap_or(unit),
            signed: reader.signed,
            endian: reader.endian,
        };
        Ok((
            value,
            Spec {
                ty,
                size: reader.size,
                default,
            },
        ))
    }
}

#[derive(Clone, Copy)]
enum SegKindRead {
    Plain(SegKind),
    /// `binary` or `bitstring`, with the unit that it has when none is written.
    Bits(u16),
}

struct Reader<'q> {
    kind: Option<SegKindRead>,
    unit: Option<u16>,
    signed: bool,
    endian: Endian,
    size: Option<&'q Quoted>,
}

impl<'q> Reader<'q> {
    fn read(&mut self, quoted: &'q Quoted) -> Result<(), String> {
        match quoted {
            Quoted::Call(call) => match (call.name(), call.args.as_slice()) {
                (Some(known::MINUS), [first, second]) => {
                    self.read(first)?;
                    self.read(second)
                }
                (Some(known::TIMES), [size, Quoted::Int(unit)]) => {
                    self.size = Some(size);
                    self.set_unit(*unit)
                }
                (Some(known::SIZE), [size]) => {
                    self.size = Some(size);
                    Ok(())
                }
                (Some(known::UNIT), [Quoted::Int(unit)]) => self.set_unit(*unit),
                (Some(name), []) => self.name(name),
                _ => Err("unknown bitstring specifier".to_owned()),
            },
            Quoted::Var(var) => self.name(var.name),
            Quoted::Int(_) => {
                self.size = Some(quoted);
                Ok(())
            }
            _ => Err("unknown bitstring specifier".to_owned()),
        }
    }

    fn set_unit(&mut self, unit: i64) -> Result<(), String> {
        match u16::try_from(unit) {
            Ok(unit @ 1..=256) => {
                self.unit = Some(unit);
                Ok(())
            }
            _ => Err(format!(
                "unit in bitstring expects an integer as argument, got: {unit}"
            )),
        }
    }

    fn name(&mut self, name: Symbol) -> Result<(), String> {
        match name {
            known::INTEGER => self.kind = Some(SegKindRead::Plain(SegKind::Integer)),
            known::FLOAT => self.kind = Some(SegKindRead::Plain(SegKind::Float)),
            known::BINARY | known::BYTES => self.kind = Some(SegKindRead::Bits(8)),
            known::BITSTRING | known::BITS_TYPE => self.kind = Some(SegKindRead::Bits(1)),
            known::UTF8 => self.kind = Some(SegKindRead::Plain(SegKind::Utf8)),
            known::UTF16 => self.kind = Some(SegKindRead::Plain(SegKind::Utf16)),
            known::UTF32 => self.kind = Some(SegKindRead::Plain(SegKind::Utf32)),
            known::SIGNED => self.signed = true,
            known::UNSIGNED => self.signed = false,
            known::BIG => self.endian = Endian::Big,
            known::LITTLE => self.endian = Endian::Little,
            known::NATIVE => self.endian = Endian::Native,
            other => return Err(format!("unknown bitstring specifier: {other}()")),
        }
        Ok(())
    }
}

fn default_size(ty: SegType) -> Option<Expr> {
    match ty.kind {
        SegKind::Integer => Some(Expr::lit(Lit::Int(8))),
        SegKind::Float => Some(Expr::lit(Lit::Int(64))),
        _ => None,
    }
}

/// The bytes of a string literal in a segment, if the type lets them be known.
fn literal_text(bytes: &[u8], spec: &Spec<'_>) -> Option<Vec<u8>> {
    if spec.size.is_some() {
        return None;
    }
    match spec.ty.kind {
        SegKind::Bits if spec.ty.unit == 8 || spec.default => Some(bytes.to_vec()),
        SegKind::Integer | SegKind::Utf8 => Some(bytes.to_vec()),
        SegKind::Utf16 => {
            let text = std::str::from_utf8(bytes).ok()?;
            let units = text.encode_utf16();
            Some(match spec.ty.endian {
                Endian::Big => units.flat_map(u16::to_be_bytes).collect(),
                Endian::Little | Endian::Native => units.flat_map(u16::to_le_bytes).collect(),
            })
        }
        SegKind::Utf32 => {
            let text = std::str::from_utf8(bytes).ok()?;
            let units = text.chars().map(u32::from);
            Some(match spec.ty.endian {
                Endian::Big => units.flat_map(u32::to_be_bytes).collect(),
                Endian::Little | Endian::Native => units.flat_map(u32::to_le_bytes).collect(),
            })
        }
        _ => None,
    }
}

/// The bytes of a small integer literal of whole bytes.
fn literal_integer(value: &Quoted, spec: &Spec<'_>) -> Option<Vec<u8>> {
    let Quoted::Int(number) = value else { return None };
    match spec.ty.kind {
        SegKind::Integer => {
            let size = match spec.size {
                None => 8,
                Some(Quoted::Int(size)) => size.checked_mul(i64::from(spec.ty.unit))?,
                Some(_) => return None,
            };
            if !(0..=64).contains(&size) || size % 8 != 0 {
                return None;
            }
            let bytes = (size / 8) as usize;
            let mut all: Vec<u8> = number.to_be_bytes()[8 - bytes..].to_vec();
            if spec.ty.endian != Endian::Big {
                all.reverse();
            }
            Some(all)
        }
        SegKind::Utf8 => {
            let char = char::from_u32(u32::try_from(*number).ok()?)?;
            Some(char.to_string().into_bytes())
        }
        _ => None,
    }
}

const BYTES: SegType = SegType {
    kind: SegKind::Bits,
    unit: 8,
    signed: false,
    endian: Endian::Big,
};

fn push_literal(segments: &mut Vec<BinSegment>, bytes: &[u8]) {
    if let Some(BinSegment {
        value: Expr {
            kind: Kind::Lit(Lit::Bin(before)),
            ..
        },
        size: None,
        ty,
    }) = segments.last_mut()
        && *ty == BYTES
    {
        *before = [before.as_ref(), bytes].concat().into();
        return;
    }
    let value = Expr::lit(Lit::Bin(bytes.into()));
    segments.push(BinSegment {
        value,
        ty: BYTES,
        size: None,
    });
}

/// Literal bytes in a pattern are one segment with `value` a literal binary and no size.
fn push_literal_pattern(segments: &mut Vec<PatSegment>, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    if let Some(PatSegment {
        value: Pat::Lit(Lit::Bin(before)),
        size: None,
        ..
    }) = segments.last_mut()
    {
        *before = [before.as_ref(), bytes].concat().into();
        return;
    }
    segments.push(PatSegment {
        value: Pat::Lit(Lit::Bin(bytes.into())),
        ty: BYTES,
        size: None,
    });
}
