//! Tuples.

use super::{Ctx, Native, NativeResult, Stop};
use crate::term::{Kind, Term};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "element", 2, |_, args| element(args)),
    Native::plain("erlang", "setelement", 3, set_element),
    Native::plain("erlang", "tuple_size", 1, |_, args| {
        args[0]
            .tuple()
            .map(|elements| Term::small(elements.len() as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("erlang", "size", 1, |_, args| {
        if let Some(elements) = args[0].tuple() {
            return Ok(Term::small(elements.len() as i64));
        }
        args[0]
            .bit_size()
            .map(|bits| Term::small((bits / 8) as i64))
            .ok_or(Stop::Badarg)
    }),
    Native::plain("erlang", "make_tuple", 2, |ctx, args| {
        make(ctx, args[0], args[1], Term::NIL)
    }),
    Native::plain("erlang", "make_tuple", 3, |ctx, args| {
        make(ctx, args[0], args[1], args[2])
    }),
    Native::plain("erlang", "append_element", 2, |ctx, args| {
        let mut elements = args[0].tuple().ok_or(Stop::Badarg)?.to_vec();
        elements.push(args[1]);
        Ok(ctx.heap().tuple(&elements))
    }),
    Native::plain("erlang", "insert_element", 3, |ctx, args| {
        let mut elements = args[1].tuple().ok_or(Stop::Badarg)?.to_vec();
        let place = position(args[0], elements.len() + 1)?;
        elements.insert(place, args[2]);
        Ok(ctx.heap().tuple(&elements))
    }),
    Native::plain("erlang", "delete_element", 2, |ctx, args| {
        let mut elements = args[1].tuple().ok_or(Stop::Badarg)?.to_vec();
        let place = position(args[0], elements.len())?;
        elements.remove(place);
        Ok(ctx.heap().tuple(&elements))
    }),
    Native::plain("erlang", "tuple_to_list", 1, |ctx, args| {
        let elements = args[0].tuple().ok_or(Stop::Badarg)?;
        ctx.charge(elements.len() as u32 / 16);
        Ok(ctx.heap().list(elements.iter().copied()))
    }),
    Native::plain("erlang", "list_to_tuple", 1, |ctx, args| {
        let elements = args[0].list_to_vec().ok_or(Stop::Badarg)?;
        if elements.len() > MOST {
            return Err(Stop::Badarg);
        }
        ctx.charge(elements.len() as u32 / 16);
        Ok(ctx.heap().tuple(&elements))
    }),
];

/// The most elements of a tuple, as on OTP.
const MOST: usize = (1 << 24) - 1;

/// An index from 0 of a position from 1 to `most`.
fn position(term: Term, most: usize) -> Result<usize, Stop> {
    match term.as_usize() {
        Some(place) if place >= 1 && place <= most => Ok(place - 1),
        _ => Err(Stop::Badarg),
    }
}

fn element(args: &[Term]) -> NativeResult {
    let elements = args[1].tuple().ok_or(Stop::Badarg)?;
    Ok(elements[position(args[0], elements.len())?])
}

fn set_element(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let elements = args[1].tuple().ok_or(Stop::Badarg)?;
    let place = position(args[0], elements.len())?;
    let mut copy: smallvec::SmallVec<[Term; 32]> = elements.into();
    copy[place] = args[2];
    Ok(ctx.heap().object(Kind::Tuple, 0, &copy))
}

fn make(ctx: &mut Ctx<'_>, arity: Term, initial: Term, places: Term) -> NativeResult {
    let arity = arity
        .as_usize()
        .filter(|arity| *arity <= MOST)
        .ok_or(Stop::Badarg)?;
    let mut elements = vec![initial; arity];
    for entry in places.list_to_vec().ok_or(Stop::Badarg)? {
        let (place, value) = entry.pair().ok_or(Stop::Badarg)?;
        elements[position(place, arity)?] = value;
    }
    ctx.charge(arity as u32 / 16);
    Ok(ctx.heap().tuple(&elements))
}
