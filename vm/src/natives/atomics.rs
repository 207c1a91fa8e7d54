//! `:atomics` and `:counters`: arrays of 64-bit integers that any process may change. They live as long as the Vm.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::term::Term;
use num_traits::ToPrimitive;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, OnceLock};

pub static NATIVES: &[Native] = &[
    Native::plain("atomics", "new", 2, |ctx, args| {
        let mut signed = true;
        for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
            match option.pair() {
                Some((key, value)) if key == Term::atom(Atom::new("signed")) => {
                    signed = value.as_bool().ok_or(Stop::Badarg)?;
                }
                _ => return Err(Stop::Badarg),
            }
        }
        create(ctx, args[0], signed)
    }),
    Native::plain("atomics", "put", 3, put),
    Native::plain("atomics", "get", 2, get),
    Native::plain("atomics", "add", 3, |ctx, args| {
        change(ctx, args, |cell, by| cell.fetch_add(by, SeqCst)).map(|_| Term::OK)
    }),
    Native::plain("atomics", "sub", 3, |ctx, args| {
        change(ctx, args, |cell, by| cell.fetch_sub(by, SeqCst)).map(|_| Term::OK)
    }),
    Native::plain("atomics", "add_get", 3, |ctx, args| {
        change(ctx, args, |cell, by| cell.fetch_add(by, SeqCst).wrapping_add(by))
    }),
    Native::plain("atomics", "sub_get", 3, |ctx, args| {
        change(ctx, args, |cell, by| cell.fetch_sub(by, SeqCst).wrapping_sub(by))
    }),
    Native::plain("atomics", "exchange", 3, |ctx, args| {
        change(ctx, args, |cell, new| cell.swap(new, SeqCst))
    }),
    Native::plain("atomics", "compare_exchange", 4, |ctx, args| {
        let array = find(args[0])?;
        let (expected, desired) = (array.word(args[2])?, array.word(args[3])?);
        match array
            .cell(args[1])?
            .compare_exchange(expected, desired, SeqCst, SeqCst)
        {
            Ok(_) => Ok(Term::OK),
            Err(actual) => Ok(array.term(ctx, actual)),
        }
    }),
    Native::plain("atomics", "info", 1, |ctx, args| {
        let array = find(args[0])?;
        let (min, max) = if array.signed {
            (
                ctx.heap().integer(i64::MIN as i128),
                ctx.heap().integer(i64::MAX as i128),
            )
        } else {
            (Term::ZERO, ctx.heap().integer(u64::MAX as i128))
        };
        let mut pairs = [
            (Term::atom(known::SIZE), Term::small(array.cells.len() as i64)),
            (Term::atom(known::MAX), max),
            (Term::atom(Atom::new("min")), min),
            (
                Term::atom(known::MEMORY),
                Term::small(array.cells.len() as i64 * 8 + 40),
            ),
        ];
        Ok(ctx.heap().map_from(&mut pairs))
    }),
    Native::plain("counters", "new", 2, |ctx, args| {
        let reference = create(ctx, args[0], true)?;
        let mut kind = Atom::new("atomics");
        for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
            kind = match option.as_atom().ok_or(Stop::Badarg)?.as_str() {
                "atomics" => Atom::new("atomics"),
                "write_concurrency" => known::WRITE_CONCURRENCY,
                _ => return Err(Stop::Badarg),
            };
        }
        Ok(ctx.heap().tuple(&[Term::atom(kind), reference]))
    }),
    Native::plain("counters", "put", 3, |ctx, args| {
        put(ctx, &[counter(args[0])?, args[1], args[2]])
    }),
    Native::plain("counters", "get", 2, |ctx, args| {
        get(ctx, &[counter(args[0])?, args[1]])
    }),
    Native::plain("counters", "add", 3, |ctx, args| {
        change(ctx, &[counter(args[0])?, args[1], args[2]], |cell, by| {
            cell.fetch_add(by, SeqCst)
        })
        .map(|_| Term::OK)
    }),
    Native::plain("counters", "sub", 3, |ctx, args| {
        change(ctx, &[counter(args[0])?, args[1], args[2]], |cell, by| {
            cell.fetch_sub(by, SeqCst)
        })
        .map(|_| Term::OK)
    }),
    Native::plain("counters", "info", 1, |ctx, args| {
        let array = find(counter(args[0])?)?;
        let mut pairs = [
            (Term::atom(known::SIZE), Term::small(array.cells.len() as i64)),
            (
                Term::atom(known::MEMORY),
                Term::small(array.cells.len() as i64 * 8 + 40),
            ),
        ];
        Ok(ctx.heap().map_from(&mut pairs))
    }),
];

struct Array {
    signed: bool,
    cells: Box<[AtomicI64]>,
}

impl Array {
    fn cell(&self, index: Term) -> Result<&AtomicI64, Stop> {
        index
            .as_usize()
            .and_then(|index| self.cells.get(index.wrapping_sub(1)))
            .ok_or(Stop::Badarg)
    }

    /// The 64 bits that a value stands for; it must lie in the array's range.
    fn word(&self, value: Term) -> Result<i64, Stop> {
        if self.signed {
            return value.as_i64().ok_or(Stop::Badarg);
        }
        value
            .to_bigint()
            .and_then(|value| value.to_u64())
            .map(|value| value as i64)
            .ok_or(Stop::Badarg)
    }

    fn term(&self, ctx: &mut Ctx<'_>, word: i64) -> Term {
        ctx.heap().integer(if self.signed {
            word as i128
        } else {
            word as u64 as i128
        })
    }
}

static ARRAYS: OnceLock<RwLock<FxHashMap<u64, Arc<Array>>>> = OnceLock::new();

fn create(ctx: &mut Ctx<'_>, size: Term, signed: bool) -> NativeResult {
    let size = size.as_usize().filter(|size| *size > 0).ok_or(Stop::Badarg)?;
    if size > 1 << 32 {
        return Err(Stop::SystemLimit);
    }
    let cells = (0..size).map(|_| AtomicI64::new(0)).collect();
    let reference = ctx.heap().reference();
    let number = reference.as_ref().map_or(0, |reference| reference.number);
    ARRAYS
        .get_or_init(RwLock::default)
        .write()
        .insert(number, Arc::new(Array { signed, cells }));
    Ok(reference)
}

fn find(reference: Term) -> Result<Arc<Array>, Stop> {
    let number = reference.as_ref().ok_or(Stop::Badarg)?.number;
    ARRAYS
        .get_or_init(RwLock::default)
        .read()
        .get(&number)
        .cloned()
        .ok_or(Stop::Badarg)
}

fn counter(term: Term) -> Result<Term, Stop> {
    match term.pair() {
        Some((kind, reference)) if kind.is_atom() => Ok(reference),
        _ => Err(Stop::Badarg),
    }
}

fn put(_: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let array = find(args[0])?;
    array.cell(args[1])?.store(array.word(args[2])?, SeqCst);
    Ok(Term::OK)
}

fn get(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let array = find(args[0])?;
    let word = array.cell(args[1])?.load(SeqCst);
    Ok(array.term(ctx, word))
}

fn change(ctx: &mut Ctx<'_>, args: &[Term], change: impl Fn(&AtomicI64, i64) -> i64) -> NativeResult {
    let array = find(args[0])?;
    let by = match args[2].as_i64() {
        Some(by) => by,
        None => array.word(args[2])?,
    };
    let word = change(array.cell(args[1])?, by);
    Ok(array.term(ctx, word))
}
