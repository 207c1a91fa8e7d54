//! Order and equality: Erlang's order of terms, `==`, `===`. No recursion: deep terms do not touch the native stack.

use super::big::Big;
use super::bits::Bits;
use super::map::MapView;
use super::view::View;
use super::{Kind, Term, header};
use num_traits::ToPrimitive;
use smallvec::SmallVec;
use std::cmp::Ordering;

/// The order of terms; `==` terms are equal.
#[inline]
pub fn compare(a: Term, b: Term) -> Ordering {
    if a.is_small() && b.is_small() {
        return a.small_value().cmp(&b.small_value());
    }
    order(a, b, Exact::No)
}

/// The order of map keys: as `compare`, but every integer comes before every float. Equal exactly for `===`.
#[inline]
pub fn compare_exact(a: Term, b: Term) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    if a.is_small() && b.is_small() {
        return a.small_value().cmp(&b.small_value());
    }
    order(a, b, Exact::Yes)
}

/// `==`
#[inline]
pub fn equal(a: Term, b: Term) -> bool {
    if a == b {
        return true;
    }
    if a.is_atom() || b.is_atom() || (a.is_small() && b.is_small()) {
        return false;
    }
    order(a, b, Exact::No).is_eq()
}

/// `===`
#[inline]
pub fn same(a: Term, b: Term) -> bool {
    if a == b {
        return true;
    }
    // Immediates are the same exactly when their words are; a pointer is never the same as an immediate.
    if (a.raw() ^ b.raw()) & 7 != 0 || !a.is_pointer() {
        return false;
    }
    same_objects(a, b)
}

fn same_objects(a: Term, b: Term) -> bool {
    if a.is_boxed() {
        let (left, right) = (a.header(), b.header());
        if left != right {
            // Bitstrings can have different shapes.
            return match (Bits::of(a), Bits::of(b)) {
                (Some(left), Some(right)) => same_bits(&left, &right),
                _ => false,
            };
        }
        if header::is_raw(left) {
            if header::is_kind(left, Kind::HeapBinary) {
                return match (Bits::of(a), Bits::of(b)) {
                    (Some(left), Some(right)) => left.base == right.base,
                    _ => false,
                };
            }
            return a.payload() == b.payload();
        }
    }
    order(a, b, Exact::Yes).is_eq()
}

#[derive(Clone, Copy, PartialEq)]
enum Exact {
    Yes,
    No,
}

/// Numbers < atoms < references < funs < ports < pids < tuples < maps < `[]` < lists < bitstrings.
fn rank(term: Term) -> u8 {
    if term.is_small() || term.is_immediate_float() {
        return 0;
    }
    if term.is_cons() {
        return 9;
    }
    if term.is_boxed() {
        return match header::kind(term.header()) {
            Kind::BigPositive | Kind::BigNegative | Kind::Float => 0,
            Kind::Reference => 2,
            Kind::Fun | Kind::ExportFun => 3,
            Kind::ExternalPort => 4,
            Kind::ExternalPid => 5,
            Kind::Tuple => 6,
            Kind::FlatMap | Kind::HashMap => 7,
            Kind::HeapBinary | Kind::SharedBinary | Kind::SubBinary => 10,
            Kind::MatchContext | Kind::Node | Kind::Collision => 11,
        };
    }
    if term.is_atom() {
        1
    } else if term.is_port() {
        4
    } else if term.is_local_pid() {
        5
    } else if term.is_nil() {
        8
    } else {
        11
    }
}

type Tasks = SmallVec<[Task; 2]>;

/// What is left to compare once the terms at hand are equal.
enum Task {
    Terms(Term, Term),
    /// The next elements of two runs of equal length.
    Runs(&'static [Term], &'static [Term], Exact),
    /// The same for runs made on the fly.
    Owned(Vec<Term>, Vec<Term>, usize, Exact),
}

/// The order of tuples that differ first in small integers or atoms, as keys and rows mostly do.
#[inline]
fn shallow(a: Term, b: Term) -> Option<Ordering> {
    let (left, right) = (a.tuple()?, b.tuple()?);
    if left.len() != right.len() {
        return Some(left.len().cmp(&right.len()));
    }
    let Some((a, b)) = left.iter().zip(right).find(|(a, b)| a != b) else {
        return Some(Ordering::Equal);
    };
    if a.is_small() && b.is_small() {
        return Some(a.small_value().cmp(&b.small_value()));
    }
    Some(a.as_atom()?.order(b.as_atom()?))
}

fn order(a: Term, b: Term, exact: Exact) -> Ordering {
    if let Some(order) = shallow(a, b) {
        return order;
    }
    let mut tasks: Tasks = Tasks::new();
    let (mut a, mut b, mut mode) = (a, b, exact);
    loop {
        // Along lists without a task for each cell.
        if a.is_cons() && b.is_cons() && a != b {
            let (left, right) = (a.head(), b.head());
            if left == right || left.is_immediate() && right.is_immediate() {
                if left != right {
                    let result = single(left, right, mode, &mut tasks);
                    if result.is_ne() {
                        return result;
                    }
                }
                (a, b) = (a.tail(), b.tail());
                continue;
            }
            tasks.push(match mode {
                Exact::No => Task::Terms(a.tail(), b.tail()),
                Exact::Yes => Task::Owned(vec![a.tail()], vec![b.tail()], 0, Exact::Yes),
            });
            (a, b) = (left, right);
            continue;
        }
        if a != b {
            let result = single(a, b, mode, &mut tasks);
            if result.is_ne() {
                return result;
            }
        }
        loop {
            match tasks.pop() {
                None => return Ordering::Equal,
                Some(Task::Terms(left, right)) => {
                    (a, b, mode) = (left, right, Exact::No);
                    break;
                }
                Some(Task::Runs(left, right, exact)) => {
                    if let ([x, left @ ..], [y, right @ ..]) = (left, right) {
                        if !left.is_empty() {
                            tasks.push(Task::Runs(left, right, exact));
                        }
                        (a, b, mode) = (*x, *y, exact);
                        break;
                    }
                }
                Some(Task::Owned(left, right, index, exact)) => {
                    if index < left.len() {
                        (a, b, mode) = (left[index], right[index], exact);
                        if index + 1 < left.len() {
                            tasks.push(Task::Owned(left, right, index + 1, exact));
                        }
                        break;
                    }
                }
            }
        }
    }
}

/// Compares two terms that are no two cells; leaves their parts as tasks.
fn single(a: Term, b: Term, exact: Exact, tasks: &mut Tasks) -> Ordering {
    let (left, right) = (rank(a), rank(b));
    if left != right {
        return left.cmp(&right);
    }
    match (a.view(), b.view()) {
        (View::Atom(a), View::Atom(b)) => a.order(b),
        (View::Tuple(a), View::Tuple(b)) => {
            if a.len() == b.len() {
                tasks.push(Task::Runs(a, b, exact));
            }
            a.len().cmp(&b.len())
        }
        (View::Map(a), View::Map(b)) => {
            if a.len() != b.len() {
                return a.len().cmp(&b.len());
            }
            maps(&a, &b, exact, tasks)
        }
        (View::Bits(a), View::Bits(b)) => bits(&a, &b),
        (View::Pid(a), View::Pid(b)) | (View::Port(a), View::Port(b)) => a.cmp(&b),
        (View::Ref(a), View::Ref(b)) => a.cmp(&b),
        (View::Fun(a), View::Fun(b)) => {
            let (x, y) = (a.entry, b.entry);
            let place = x
                .module
                .order(y.module)
                .then_with(|| x.index.cmp(&y.index))
                .then_with(|| x.uniq.cmp(&y.uniq))
                .then_with(|| a.free.len().cmp(&b.free.len()));
            if place.is_eq() {
                tasks.push(Task::Runs(a.free, b.free, exact));
            }
            place
        }
        (View::ExportFun(a), View::ExportFun(b)) => {
            let (x, y) = (a.entry, b.entry);
            x.module
                .order(y.module)
                .then_with(|| x.function.order(y.function))
                .then_with(|| x.arity.cmp(&y.arity))
        }
        (View::Fun(_), View::ExportFun(_)) => Ordering::Less,
        (View::ExportFun(_), View::Fun(_)) => Ordering::Greater,
        (View::ExternalPid(a, x, n), View::ExternalPid(b, y, m))
        | (View::ExternalPort(a, x, n), View::ExternalPort(b, y, m)) => {
            x.cmp(&y).then_with(|| a.order(b)).then_with(|| n.cmp(&m))
        }
        (View::Pid(_) | View::Port(_), _) => Ordering::Less,
        (View::ExternalPid(..) | View::ExternalPort(..), _) => Ordering::Greater,
        _ if left == 0 => numbers(a, b, exact),
        _ => a.raw().cmp(&b.raw()),
    }
}

/// First the keys in ascending order, then the values in this order.
fn maps(a: &MapView, b: &MapView, exact: Exact, tasks: &mut Tasks) -> Ordering {
    match (a, b) {
        (MapView::Flat { keys: x, values: v }, MapView::Flat { keys: y, values: w }) => {
            tasks.push(Task::Runs(v, w, exact));
            if !std::ptr::eq(*x, *y) {
                tasks.push(Task::Runs(x, y, Exact::Yes));
            }
        }
        (MapView::Hash(_, x), MapView::Hash(_, y)) if x == y => {}
        _ => {
            let (x, v): (Vec<Term>, Vec<Term>) = a.sorted().into_iter().unzip();
            let (y, w): (Vec<Term>, Vec<Term>) = b.sorted().into_iter().unzip();
            tasks.push(Task::Owned(v, w, 0, exact));
            tasks.push(Task::Owned(x, y, 0, Exact::Yes));
        }
    }
    Ordering::Equal
}

fn same_bits(a: &Bits, b: &Bits) -> bool {
    a.size == b.size && bits(a, b).is_eq()
}

fn bits(a: &Bits, b: &Bits) -> Ordering {
    if let (Some(a), Some(b)) = (a.as_bytes(), b.as_bytes()) {
        return a.cmp(b);
    }
    let whole = a.size.min(b.size) / 8;
    for index in 0..whole {
        let (x, y) = (a.byte(index), b.byte(index));
        if x != y {
            return x.cmp(&y);
        }
    }
    let rest = |bits: &Bits| bits.size - whole * 8;
    let common = rest(a).min(rest(b)).min(8);
    if common > 0 {
        let mask = !(0xffu16 >> common) as u8;
        let (x, y) = (a.byte(whole) & mask, b.byte(whole) & mask);
        if x != y {
            return x.cmp(&y);
        }
    }
    a.size.cmp(&b.size)
}

fn numbers(a: Term, b: Term, exact: Exact) -> Ordering {
    match (a.as_float(), b.as_float()) {
        (Some(x), Some(y)) => match exact {
            Exact::No => x.partial_cmp(&y).unwrap_or(Ordering::Equal),
            Exact::Yes => x.total_cmp(&y),
        },
        (None, None) => integers(a, b),
        (Some(x), None) => match exact {
            Exact::No => integer_float(b, x).reverse(),
            Exact::Yes => Ordering::Greater,
        },
        (None, Some(y)) => match exact {
            Exact::No => integer_float(a, y),
            Exact::Yes => Ordering::Less,
        },
    }
}

fn integers(a: Term, b: Term) -> Ordering {
    match (Big::of(a), Big::of(b)) {
        (None, None) => a.small_value().cmp(&b.small_value()),
        (Some(big), None) => {
            if big.negative {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (None, Some(big)) => {
            if big.negative {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (Some(a), Some(b)) => a.compare(&b),
    }
}

/// Exactly: no rounding decides.
fn integer_float(integer: Term, float: f64) -> Ordering {
    if let Some(value) = integer.as_small() {
        if float >= 9.3e18 {
            return Ordering::Less;
        }
        if float <= -9.3e18 {
            return Ordering::Greater;
        }
        let whole = float.trunc();
        return (value as i128)
            .cmp(&(whole as i128))
            .then_with(|| whole.partial_cmp(&float).unwrap_or(Ordering::Equal));
    }
    let Some(big) = Big::of(integer) else {
        return Ordering::Equal;
    };
    let whole = num_bigint::BigInt::from(0)
        + float.trunc().to_i128().map_or_else(
            || {
                use num_traits::FromPrimitive;
                num_bigint::BigInt::from_f64(float.trunc()).unwrap_or_default()
            },
            num_bigint::BigInt::from,
        );
    big.to_bigint()
        .cmp(&whole)
        .then_with(|| float.trunc().partial_cmp(&float).unwrap_or(Ordering::Equal))
}
