//! `:math`: functions over floats.

use super::{Ctx, Native, NativeResult, Stop};
use crate::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("math", "pi", 0, |ctx, _| {
        Ok(ctx.heap().float(std::f64::consts::PI))
    }),
    Native::plain("math", "tau", 0, |ctx, _| {
        Ok(ctx.heap().float(std::f64::consts::TAU))
    }),
    Native::plain("math", "sin", 1, |ctx, args| one(ctx, args, f64::sin)),
    Native::plain("math", "cos", 1, |ctx, args| one(ctx, args, f64::cos)),
    Native::plain("math", "tan", 1, |ctx, args| one(ctx, args, f64::tan)),
    Native::plain("math", "asin", 1, |ctx, args| one(ctx, args, f64::asin)),
    Native::plain("math", "acos", 1, |ctx, args| one(ctx, args, f64::acos)),
    Native::plain("math", "atan", 1, |ctx, args| one(ctx, args, f64::atan)),
    Native::plain("math", "sinh", 1, |ctx, args| one(ctx, args, f64::sinh)),
    Native::plain("math", "cosh", 1, |ctx, args| one(ctx, args, f64::cosh)),
    Native::plain("math", "tanh", 1, |ctx, args| one(ctx, args, f64::tanh)),
    Native::plain("math", "asinh", 1, |ctx, args| one(ctx, args, libm::asinh)),
    Native::plain("math", "acosh", 1, |ctx, args| one(ctx, args, f64::acosh)),
    Native::plain("math", "atanh", 1, |ctx, args| one(ctx, args, f64::atanh)),
    Native::plain("math", "exp", 1, |ctx, args| one(ctx, args, f64::exp)),
    Native::plain("math", "log", 1, |ctx, args| one(ctx, args, f64::ln)),
    Native::plain("math", "log2", 1, |ctx, args| one(ctx, args, f64::log2)),
    Native::plain("math", "log10", 1, |ctx, args| one(ctx, args, f64::log10)),
    Native::plain("math", "sqrt", 1, |ctx, args| one(ctx, args, f64::sqrt)),
    Native::plain("math", "floor", 1, |ctx, args| one(ctx, args, f64::floor)),
    Native::plain("math", "ceil", 1, |ctx, args| one(ctx, args, f64::ceil)),
    Native::plain("math", "erf", 1, |ctx, args| one(ctx, args, libm::erf)),
    Native::plain("math", "erfc", 1, |ctx, args| one(ctx, args, libm::erfc)),
    Native::plain("math", "pow", 2, |ctx, args| two(ctx, args, f64::powf)),
    Native::plain("math", "atan2", 2, |ctx, args| two(ctx, args, f64::atan2)),
    Native::plain("math", "fmod", 2, |ctx, args| two(ctx, args, |a, b| a % b)),
];

/// A number as a float; integers that are too large are bad arithmetic.
fn float(term: Term) -> Result<f64, Stop> {
    if !term.is_number() {
        return Err(Stop::Badarg);
    }
    term.to_f64()
        .filter(|value| value.is_finite())
        .ok_or(Stop::Badarith)
}

fn one(ctx: &mut Ctx<'_>, args: &[Term], function: fn(f64) -> f64) -> NativeResult {
    let value = function(float(args[0])?);
    answer(ctx, value)
}

fn two(ctx: &mut Ctx<'_>, args: &[Term], function: fn(f64, f64) -> f64) -> NativeResult {
    let value = function(float(args[0])?, float(args[1])?);
    answer(ctx, value)
}

/// There is no infinity and no NaN.
fn answer(ctx: &mut Ctx<'_>, value: f64) -> NativeResult {
    if value.is_finite() {
        Ok(ctx.heap().float(value))
    } else {
        Err(Stop::Badarith)
    }
}
