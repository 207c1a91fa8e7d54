//! Floats as text and back: shortest, with an exponent, with a number of decimals, as OTP writes them.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::known;
use crate::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "float_to_binary", 1, |ctx, args| {
        let value = args[0].as_float().ok_or(Stop::Badarg)?;
        Ok(ctx.heap().string(&scientific(value, 20)))
    }),
    Native::plain("erlang", "float_to_binary", 2, |ctx, args| {
        let text = with_options(args)?;
        Ok(ctx.heap().string(&text))
    }),
    Native::plain("erlang", "float_to_list", 1, |ctx, args| {
        let value = args[0].as_float().ok_or(Stop::Badarg)?;
        Ok(characters(ctx, &scientific(value, 20)))
    }),
    Native::plain("erlang", "float_to_list", 2, |ctx, args| {
        let text = with_options(args)?;
        Ok(characters(ctx, &text))
    }),
    Native::plain("erlang", "binary_to_float", 1, |ctx, args| {
        let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
        read(ctx, &bytes)
    }),
    Native::plain("erlang", "list_to_float", 1, |ctx, args| {
        let bytes = super::iodata::bytes_of_list(args[0]).ok_or(Stop::Badarg)?;
        read(ctx, &bytes)
    }),
];

fn characters(ctx: &mut Ctx<'_>, text: &str) -> Term {
    ctx.heap().list(text.bytes().map(|byte| Term::small(byte as i64)))
}

enum Format {
    Scientific(usize),
    Decimals(usize),
    Short,
}

fn with_options(args: &[Term]) -> Result<String, Stop> {
    let value = args[0].as_float().ok_or(Stop::Badarg)?;
    let (mut format, mut compact) = (Format::Scientific(20), false);
    for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
        if let Some((name, count)) = option.pair() {
            let count = count.as_usize().ok_or(Stop::Badarg)?;
            format = match name.as_atom() {
                Some(known::DECIMALS) if count <= 253 => Format::Decimals(count),
                Some(known::SCIENTIFIC) if count <= 249 => Format::Scientific(count),
                _ => return Err(Stop::Badarg),
            };
            continue;
        }
        match option.as_atom() {
            Some(known::COMPACT) => compact = true,
            Some(known::SHORT) => format = Format::Short,
            _ => return Err(Stop::Badarg),
        }
    }
    let text = match format {
        Format::Scientific(digits) => scientific(value, digits),
        Format::Short => short(value),
        Format::Decimals(count) => {
            let text = decimals(value, count);
            if compact && count > 0 { trimmed(text) } else { text }
        }
    };
    // OTP's buffer ends here.
    if text.len() > 255 {
        Err(Stop::Badarg)
    } else {
        Ok(text)
    }
}

/// Without the zeros at the end, but for one after the point.
fn trimmed(text: String) -> String {
    let kept = text.trim_end_matches('0');
    let kept = if kept.ends_with('.') {
        kept.len() + 1
    } else {
        kept.len()
    };
    text[..kept].to_string()
}

/// As C's `%.*e`: two digits of exponent at least.
pub fn scientific(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{exponent:0>2}")
}

/// A number of decimals. Halves of the last one are rounded away from zero by the value's fraction as a float times a power
/// of ten, unless the value or the count is too large for that.
fn decimals(value: f64, count: usize) -> String {
    let magnitude = value.abs();
    if magnitude > 9_007_199_254_740_992.0 || count > 18 {
        return format!("{value:.count$}");
    }
    let power = 10u64.pow(count as u32);
    let mut whole = magnitude as u64;
    let mut part = ((magnitude - whole as f64) * power as f64).round() as u64;
    if part >= power {
        whole += 1;
        part -= power;
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if count == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part:0count$}")
    }
}

/// The fewest digits that read back as the same float; of two that are equally near, those that end evenly.
fn even_shortest(value: f64) -> String {
    let text = format!("{value:e}");
    let count = text
        .bytes()
        .take_while(|byte| *byte != b'e')
        .filter(u8::is_ascii_digit)
        .count();
    if count >= 16 {
        let rounded = format!("{value:.*e}", count - 1);
        if rounded.parse() == Ok(value) {
            return rounded;
        }
    }
    text
}

/// The fewest digits that read back as the same float, in the shorter of the two notations; from 2^53 on always with
/// an exponent.
pub fn short(value: f64) -> String {
    let text = even_shortest(value);
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
    let fraction = if digits.len() > 1 { &digits[1..] } else { "0" };
    let with_exponent = format!("{sign}{}.{fraction}e{exponent}", &digits[..1]);
    if value.abs() >= 9_007_199_254_740_992.0 {
        return with_exponent;
    }
    let count = digits.len() as i32;
    let plain_length = if exponent >= 0 {
        (exponent + 1).max(count) + if exponent + 1 >= count { 2 } else { 1 }
    } else {
        1 - exponent + count
    };
    if value != 0.0 && (plain_length as usize + sign.len()) > with_exponent.len() {
        return with_exponent;
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let point = exponent as usize + 1;
    if digits.len() <= point {
        format!("{sign}{digits}{}.0", "0".repeat(point - digits.len()))
    } else {
        format!("{sign}{}.{}", &digits[..point], &digits[point..])
    }
}

/// Sign, digits, a point, digits, perhaps an exponent; nothing else.
pub fn parse(bytes: &[u8]) -> Option<f64> {
    let unsigned = match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    };
    let digits = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(unsigned);
    let after = unsigned.get(whole..)?;
    let [b'.' | b',', after @ ..] = after else {
        return None;
    };
    let fraction = digits(after);
    if whole == 0 || fraction == 0 {
        return None;
    }
    match &after[fraction..] {
        [] => {}
        [b'e' | b'E', exponent @ ..] => {
            let exponent = match exponent {
                [b'+' | b'-', rest @ ..] => rest,
                _ => exponent,
            };
            if exponent.is_empty() || digits(exponent) != exponent.len() {
                return None;
            }
        }
        _ => return None,
    }
    let text = std::str::from_utf8(bytes).ok()?.replace(',', ".");
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn read(ctx: &mut Ctx<'_>, bytes: &[u8]) -> NativeResult {
    match parse(bytes) {
        Some(value) => Ok(ctx.heap().float(value)),
        None => Err(Stop::Badarg),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest() {
        for (value, text) in [
            (1.0, "1.0"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1000.0, "1.0e3"),
            (1250.0, "1250.0"),
            (0.0001, "0.0001"),
            (1.25e-4, "1.25e-4"),
            (0.0012345678, "0.0012345678"),
            (9007199254740991.0, "9007199254740991.0"),
            (9007199254740992.0, "9.007199254740992e15"),
            (-123456.78, "-123456.78"),
            (1.2345678e9, "1.2345678e9"),
            (123456780.0, "123456780.0"),
            (5.0e-324, "5.0e-324"),
            (1e15 + 0.25, "1000000000000000.2"),
            (1e15 + 0.75, "1000000000000000.8"),
        ] {
            assert_eq!(short(value), text);
        }
    }

    #[test]
    fn rounded_decimals() {
        for (value, count, text) in [
            (0.125, 2, "0.13"),
            (2.5, 0, "3"),
            (-0.0, 3, "-0.000"),
            (0.045, 2, "0.05"),
            (1.005, 2, "1.00"),
            (9.9999, 2, "10.00"),
            (0.05, 20, "0.05000000000000000278"),
            (1e22, 1, "10000000000000000000000.0"),
        ] {
            assert_eq!(decimals(value, count), text);
        }
        assert_eq!(scientific(1.0e-8, 3), "1.000e-08");
        assert_eq!(scientific(1.0, 0), "1e+00");
        assert_eq!(scientific(5.0e-324, 3), "4.941e-324");
    }

    #[test]
    fn reading() {
        for text in ["1", "1.", ".5", "1e5", " 1.0", "1.0e", "1.0 ", "1.0e400", ""] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"+1.5E+2"), Some(150.0));
        assert_eq!(parse(b"1.0e-400"), Some(0.0));
    }
}
