//! `<<…>>`: construction, and reading segments from a match context.
//!
//! A context is opened once for all rows that match a bitstring. Rows that start with the same segment share its read.
//! Reading moves the context on: where other rows follow, the position is kept and gone back to when something behind
//! the first read fails (a failing read itself does not move).

use cordial_vm::bytecode::ops::{SegKind, SegType};

use super::super::ir::{Arg, Args, BlockId, Op};
use super::FunctionBuilder;
use super::matching::{Job, Rest, Row, find};
use crate::core::ir::{BinSegment, Expr, Kind, Pat, PatSegment};
use crate::core::lit::Lit;

/// What comes next in a row.
enum Next<'c> {
    End,
    Literal(&'c [u8]),
    Segment(&'c PatSegment, bool),
}

fn next<'c>(rest: &Rest<'c>) -> Next<'c> {
    match rest {
        Rest::Bytes([]) | Rest::Segments([]) => Next::End,
        Rest::Bytes(bytes) => Next::Literal(bytes),
        Rest::Segments([first, later @ ..]) => match &first.value {
            Pat::Lit(Lit::Bin(bytes)) if first.size.is_none() => Next::Literal(bytes),
            _ => Next::Segment(first, later.is_empty()),
        },
        Rest::Pattern(_) | Rest::Keys(_) => Next::End,
    }
}

/// True if two rows go on with the same read.
pub(super) fn same_read(a: &Rest<'_>, b: &Rest<'_>) -> bool {
    match (next(a), next(b)) {
        (Next::End, Next::End) => true,
        (Next::Literal(a), Next::Literal(b)) => a == b,
        (Next::Segment(a, a_last), Next::Segment(b, b_last)) => {
            a.ty == b.ty && same_size(&a.size, &b.size) && (a.size.is_some() || a_last == b_last)
        }
        _ => false,
    }
}

fn same_size(a: &Option<Expr>, b: &Option<Expr>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => match (&a.kind, &b.kind) {
            (Kind::Lit(a), Kind::Lit(b)) => a == b,
            (Kind::Var(a), Kind::Var(b)) => a == b,
            _ => false,
        },
        _ => false,
    }
}

impl FunctionBuilder<'_> {
    pub(super) fn binary(&mut self, segments: &[BinSegment]) -> Option<Arg> {
        let mut args = Args::new();
        let mut types: Vec<(SegType, bool)> = Vec::with_capacity(segments.len());
        for segment in segments {
            args.push(self.value(&segment.value)?);
            if let Some(size) = &segment.size {
                args.push(self.value(size)?);
            }
            types.push((segment.ty, segment.size.is_some()));
        }
        self.operation(Op::Bin(types.into()), args)
    }

    pub(super) fn read_group<'c>(
        &mut self,
        context: Arg,
        mut group: Vec<Row<'c>>,
        fail: BlockId,
        again: bool,
        job: &mut Job<'_>,
    ) {
        // The test for the end moves nothing.
        let reads = !matches!(find(&group[0], context).map(next), Some(Next::End));
        let deep = if again && reads {
            let Some(position) = self.emit(Op::BinPosition, [context]) else {
                return;
            };
            let here = self.current.take();
            let deep = self.block();
            self.current = Some(deep);
            self.emit_effect(Op::BinSeek, [context, position]);
            self.jump(fail, []);
            self.current = here;
            job.resumes = false;
            deep
        } else {
            fail
        };
        let Some(first) = find(&group[0], context).cloned() else {
            return;
        };
        let read = match next(&first) {
            Next::End => {
                self.guarded_effect(Op::BinEnd, [context], fail);
                for row in &mut group {
                    row.tests.retain(|(at, _)| *at != context);
                }
                return self.rows(group, deep, job);
            }
            Next::Literal(bytes) => {
                let literal = self.modules.literals.add(&Lit::Bin(bytes.into()));
                self.guarded_effect(Op::BinLiteral(literal), [context], fail);
                None
            }
            Next::Segment(segment, last) => {
                let wanted = group.iter().any(|row| match find(row, context).map(next) {
                    Some(Next::Segment(segment, _)) => !matches!(segment.value, Pat::Any),
                    _ => true,
                });
                self.read(context, segment, last, wanted, fail)
            }
        };
        if self.current.is_none() {
            return;
        }
        group.retain_mut(|row| {
            let Some(place) = row.tests.iter().position(|(at, _)| *at == context) else {
                return true;
            };
            let (_, rest) = row.tests.remove(place);
            let later = std::mem::take(&mut row.tests);
            let mut fits = true;
            let rest = match rest {
                Rest::Bytes(_) => Some(Rest::Segments(&[])),
                Rest::Segments([first, others @ ..]) => {
                    if let Some(value) = read {
                        fits = self.add(row, value, &first.value);
                    }
                    // The rest of the bitstring leaves nothing to be read.
                    let whole = first.size.is_none()
                        && first.ty.kind == SegKind::Bits
                        && !matches!(first.value, Pat::Lit(_));
                    if whole { None } else { Some(Rest::Segments(others)) }
                }
                other => Some(other),
            };
            // Values of segments are tested before more is read only where they are constants in a switch; the rest of
            // the context comes first, as sizes depend on what was read.
            if let Some(rest) = rest {
                row.tests.push((context, rest));
            }
            row.tests.extend(later);
            fits
        });
        self.rows(group, deep, job);
    }

    fn read(
        &mut self,
        context: Arg,
        segment: &PatSegment,
        last: bool,
        wanted: bool,
        fail: BlockId,
    ) -> Option<Arg> {
        let ty = segment.ty;
        match (&segment.size, ty.kind) {
            (None, SegKind::Bits) => {
                if wanted {
                    return self.guarded(Op::BinRest(ty.unit), [context], fail);
                }
                if ty.unit > 1 && last {
                    self.guarded_effect(Op::BinRestUnit(ty.unit), [context], fail);
                }
                None
            }
            (None, _) if wanted => self.guarded(Op::BinGet(ty), [context], fail),
            (None, _) => {
                self.guarded_effect(Op::BinSkipUtf(ty), [context], fail);
                None
            }
            (Some(size), kind) => {
                let outer = self.guard_fail.replace(fail);
                let size = self.value(size);
                self.guard_fail = outer;
                let size = size?;
                if wanted || kind == SegKind::Float {
                    return self.guarded(Op::BinGet(ty), [context, size], fail);
                }
                self.guarded_effect(Op::BinSkip(ty.unit), [context, size], fail);
                None
            }
        }
    }
}
