//! The functions that a match specification may call.

use super::spec::Scope;
use crate::heap::Heap;
use crate::natives::{Stop, arith};
use crate::term::{self, Term};
use std::cmp::Ordering;

macro_rules! functions {
    ($($name:ident $text:literal $arity:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Function { $($name),* }

        impl Function {
            /// The function of that name and arity.
            pub fn new(name: &str, arity: usize) -> Option<Function> {
                match (name, arity) {
                    $(($text, $arity) => Some(Function::$name),)*
                    _ => None,
                }
            }
        }
    };
}

functions! {
    IsAtom "is_atom" 1
    IsFloat "is_float" 1
    IsInteger "is_integer" 1
    IsList "is_list" 1
    IsNumber "is_number" 1
    IsPid "is_pid" 1
    IsPort "is_port" 1
    IsReference "is_reference" 1
    IsTuple "is_tuple" 1
    IsMap "is_map" 1
    IsMapKey "is_map_key" 2
    IsBinary "is_binary" 1
    IsBitstring "is_bitstring" 1
    IsBoolean "is_boolean" 1
    IsFunction "is_function" 1
    IsFunction2 "is_function" 2
    IsRecord "is_record" 2
    IsRecord3 "is_record" 3
    Not "not" 1
    Xor "xor" 2
    Abs "abs" 1
    Element "element" 2
    Hd "hd" 1
    Length "length" 1
    MapGet "map_get" 2
    MapSize "map_size" 1
    Max "max" 2
    Min "min" 2
    Node0 "node" 0
    Node1 "node" 1
    Round "round" 1
    Ceil "ceil" 1
    Floor "floor" 1
    Float "float" 1
    Size "size" 1
    TupleSize "tuple_size" 1
    BitSize "bit_size" 1
    ByteSize "byte_size" 1
    Tl "tl" 1
    Trunc "trunc" 1
    Add "+" 2
    Sub "-" 2
    Neg "-" 1
    Mul "*" 2
    Divide "/" 2
    Div "div" 2
    Rem "rem" 2
    Band "band" 2
    Bor "bor" 2
    Bxor "bxor" 2
    Bnot "bnot" 1
    Bsl "bsl" 2
    Bsr "bsr" 2
    Gt ">" 2
    Ge ">=" 2
    Lt "<" 2
    Le "=<" 2
    Same "=:=" 2
    Eq "==" 2
    NotSame "=/=" 2
    Ne "/=" 2
    Me "self" 0
}

impl Function {
    /// None: it fails.
    pub fn apply(self, args: &[Term; 3], scope: &Scope<'_>, heap: &mut Heap) -> Option<Term> {
        let [a, b, c] = *args;
        let order = || term::compare(a, b);
        let count = |n: usize| Some(Term::small(n as i64));
        let test = |holds: bool| Some(Term::bool(holds));
        let done = |result: Result<Term, Stop>| result.ok();
        match self {
            Function::IsAtom => test(a.is_atom()),
            Function::IsFloat => test(a.is_float()),
            Function::IsInteger => test(a.is_integer()),
            Function::IsList => test(a.is_list()),
            Function::IsNumber => test(a.is_number()),
            Function::IsPid => test(a.is_pid()),
            Function::IsPort => test(a.is_port()),
            Function::IsReference => test(a.is_ref()),
            Function::IsTuple => test(a.is_tuple()),
            Function::IsMap => test(a.is_map()),
            Function::IsMapKey => test(b.map()?.get(a).is_some()),
            Function::IsBinary => test(a.is_binary()),
            Function::IsBitstring => test(a.is_bitstring()),
            Function::IsBoolean => test(a.is_boolean()),
            Function::IsFunction => test(a.is_fun()),
            Function::IsFunction2 => test(
                a.fun_arity()
                    .is_some_and(|arity| b.as_small() == Some(arity as i64)),
            ),
            Function::IsRecord => test(a.tuple().and_then(|fields| fields.first().copied()) == Some(b)),
            Function::IsRecord3 => {
                let fields = a.tuple().unwrap_or(&[]);
                test(fields.first().copied() == Some(b) && c.as_usize() == Some(fields.len()))
            }
            Function::Not => test(!a.as_bool()?),
            Function::Xor => test(a.as_bool()? != b.as_bool()?),
            Function::Abs => done(arith::abs(heap, a)),
            Function::Element => b.tuple()?.get(a.as_usize()?.checked_sub(1)?).copied(),
            Function::Hd => a.uncons().map(|(head, _)| head),
            Function::Tl => a.uncons().map(|(_, tail)| tail),
            Function::Length => count(a.list_length()?),
            Function::MapGet => b.map()?.get(a),
            Function::MapSize => count(a.map()?.len()),
            Function::Max => Some(if order() == Ordering::Less { b } else { a }),
            Function::Min => Some(if order() == Ordering::Greater { b } else { a }),
            Function::Node0 | Function::Node1 => Some(scope.node),
            Function::Round => done(arith::round(heap, a)),
            Function::Ceil => done(arith::ceil(heap, a)),
            Function::Floor => done(arith::floor(heap, a)),
            Function::Trunc => done(arith::trunc(heap, a)),
            Function::Float => done(arith::float(heap, a)),
            Function::Size => match a.tuple() {
                Some(fields) => count(fields.len()),
                None => count(a.bit_size()? / 8),
            },
            Function::TupleSize => count(a.tuple()?.len()),
            Function::BitSize => count(a.bit_size()?),
            Function::ByteSize => count(a.bit_size()?.div_ceil(8)),
            Function::Add => done(arith::add(heap, a, b)),
            Function::Sub => done(arith::sub(heap, a, b)),
            Function::Neg => done(arith::neg(heap, a)),
            Function::Mul => done(arith::mul(heap, a, b)),
            Function::Divide => done(arith::float_div(heap, a, b)),
            Function::Div => done(arith::div(heap, a, b)),
            Function::Rem => done(arith::rem(heap, a, b)),
            Function::Band => done(arith::band(heap, a, b)),
            Function::Bor => done(arith::bor(heap, a, b)),
            Function::Bxor => done(arith::bxor(heap, a, b)),
            Function::Bnot => done(arith::bnot(heap, a)),
            Function::Bsl => done(arith::bsl(heap, a, b)),
            Function::Bsr => done(arith::bsr(heap, a, b)),
            Function::Gt => test(order() == Ordering::Greater),
            Function::Ge => test(order() != Ordering::Less),
            Function::Lt => test(order() == Ordering::Less),
            Function::Le => test(order() != Ordering::Greater),
            Function::Eq => test(order() == Ordering::Equal),
            Function::Ne => test(order() != Ordering::Equal),
            Function::Same => test(term::same(a, b)),
            Function::NotSame => test(!term::same(a, b)),
            Function::Me => Some(scope.me),
        }
    }
}
