//! Timers, clocks and unique integers.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::heap::{OwnedTerm, next_reference};
use crate::term::Term;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "send_after", 3, |ctx, args| {
        start(ctx, args, Term::NIL, false)
    }),
    Native::plain("erlang", "send_after", 4, |ctx, args| {
        start(ctx, args, args[3], false)
    }),
    Native::plain("erlang", "start_timer", 3, |ctx, args| {
        start(ctx, args, Term::NIL, true)
    }),
    Native::plain("erlang", "start_timer", 4, |ctx, args| {
        start(ctx, args, args[3], true)
    }),
    Native::plain("erlang", "cancel_timer", 1, |ctx, args| {
        cancel(ctx, args[0], Term::NIL)
    }),
    Native::plain("erlang", "cancel_timer", 2, |ctx, args| {
        cancel(ctx, args[0], args[1])
    }),
    Native::plain("erlang", "read_timer", 1, |ctx, args| {
        read(ctx, args[0], Term::NIL)
    }),
    Native::plain("erlang", "read_timer", 2, |ctx, args| read(ctx, args[0], args[1])),
    Native::plain("erlang", "monotonic_time", 0, |ctx, _| {
        let now = monotonic(ctx);
        Ok(ctx.heap().integer(now))
    }),
    Native::plain("erlang", "monotonic_time", 1, |ctx, args| {
        let now = monotonic(ctx);
        convert(ctx, now, args[0])
    }),
    Native::plain("erlang", "system_time", 0, |ctx, _| {
        Ok(ctx.heap().integer(system()))
    }),
    Native::plain("erlang", "system_time", 1, |ctx, args| {
        convert(ctx, system(), args[0])
    }),
    Native::plain("erlang", "time_offset", 0, |ctx, _| {
        let offset = offset(ctx);
        Ok(ctx.heap().integer(offset))
    }),
    Native::plain("erlang", "time_offset", 1, |ctx, args| {
        let offset = offset(ctx);
        convert(ctx, offset, args[0])
    }),
    Native::plain("erlang", "convert_time_unit", 3, convert_time_unit),
    Native::plain("erlang", "timestamp", 0, timestamp),
    Native::plain("erlang", "now", 0, timestamp),
    Native::plain("erlang", "unique_integer", 0, |ctx, _| {
        Ok(ctx.heap().integer(unique()))
    }),
    Native::plain("erlang", "unique_integer", 1, unique_integer),
    Native::plain("erlang", "universaltime", 0, |ctx, _| {
        let now = seconds();
        Ok(civil(ctx, utc(now)))
    }),
    Native::plain("erlang", "localtime", 0, |ctx, _| {
        let now = seconds();
        Ok(civil(ctx, local(now)))
    }),
    Native::plain("erlang", "date", 0, |ctx, _| {
        let now = local(seconds());
        let parts = now.map(Term::small);
        Ok(ctx.heap().tuple(&parts[..3]))
    }),
    Native::plain("erlang", "time", 0, |ctx, _| {
        let now = local(seconds());
        let parts = now.map(Term::small);
        Ok(ctx.heap().tuple(&parts[3..]))
    }),
    Native::plain("erlang", "universaltime_to_localtime", 1, |ctx, args| {
        let seconds = seconds_of(args[0])?;
        Ok(civil(ctx, local(seconds)))
    }),
    Native::plain("erlang", "localtime_to_universaltime", 1, to_universal),
    Native::plain("erlang", "localtime_to_universaltime", 2, to_universal),
    Native::plain("erlang", "posixtime_to_universaltime", 1, |ctx, args| {
        let seconds = args[0].as_i64().ok_or(Stop::Badarg)?;
        Ok(civil(ctx, utc(seconds)))
    }),
    Native::plain("erlang", "universaltime_to_posixtime", 1, |_, args| {
        Ok(Term::small(seconds_of(args[0])?))
    }),
];

/// The most milliseconds that a timer takes: as OTP, 49 days and more are fine, 2^62 are not.
const LONGEST: i64 = 1 << 52;

fn start(ctx: &mut Ctx<'_>, args: &[Term], options: Term, wrap: bool) -> NativeResult {
    let mut absolute = false;
    for option in options.list_to_vec().ok_or(Stop::Badarg)? {
        match option.pair() {
            Some((key, value)) if key == Term::atom(known::ABS) => {
                absolute = value.as_bool().ok_or(Stop::Badarg)?
            }
            _ => return Err(Stop::Badarg),
        }
    }
    let time = args[0].as_i64().ok_or(Stop::Badarg)?;
    if (time < 0 && !absolute) || time > LONGEST {
        return Err(Stop::Badarg);
    }
    let to = args[1];
    if !to.is_local_pid() && !to.is_atom() {
        return Err(Stop::Badarg);
    }
    let now = ctx.vm.now();
    let at = if absolute {
        let ahead = time.saturating_sub((monotonic(ctx) / 1_000_000) as i64);
        now + Duration::from_millis(ahead.max(0) as u64)
    } else {
        now + Duration::from_millis(time as u64)
    };
    let number = next_reference();
    let owner = ctx.process.number();
    ctx.vm
        .timers()
        .send_at(at, to, OwnedTerm::of(args[2]), number, wrap);
    Ok(ctx.heap().reference_from(number, owner))
}

fn left(milliseconds: Option<u64>) -> Term {
    milliseconds.map_or(Term::FALSE, |left| Term::small(left as i64))
}

/// `{what, reference, left}` to the process itself.
fn answer_later(ctx: &mut Ctx<'_>, what: &str, reference: Term, left: Term) -> Result<(), Stop> {
    let message = ctx.heap().tuple(&[Term::atom(Atom::new(what)), reference, left]);
    let me = ctx.self_pid();
    crate::process::send(ctx.process, ctx.vm, me, message)?;
    Ok(())
}

fn read(ctx: &mut Ctx<'_>, reference: Term, options: Term) -> NativeResult {
    let number = reference.as_ref().ok_or(Stop::Badarg)?.number;
    let mut asynchronous = false;
    for option in options.list_to_vec().ok_or(Stop::Badarg)? {
        match option.pair() {
            Some((key, value)) if key == Term::atom(known::ASYNC) => {
                asynchronous = value.as_bool().ok_or(Stop::Badarg)?;
            }
            _ => return Err(Stop::Badarg),
        }
    }
    let left = left(ctx.vm.timers().read(ctx.vm, number));
    if !asynchronous {
        return Ok(left);
    }
    answer_later(ctx, "read_timer", reference, left)?;
    Ok(Term::OK)
}

fn cancel(ctx: &mut Ctx<'_>, reference: Term, options: Term) -> NativeResult {
    let number = reference.as_ref().ok_or(Stop::Badarg)?.number;
    let (mut info, mut asynchronous) = (true, false);
    for option in options.list_to_vec().ok_or(Stop::Badarg)? {
        let (key, value) = option.pair().ok_or(Stop::Badarg)?;
        let value = value.as_bool().ok_or(Stop::Badarg)?;
        if key == Term::atom(known::ASYNC) {
            asynchronous = value;
        } else if key == Term::atom(Atom::new("info")) {
            info = value;
        } else {
            return Err(Stop::Badarg);
        }
    }
    let left = left(ctx.vm.timers().cancel(ctx.vm, number));
    if asynchronous {
        if info {
            answer_later(ctx, "cancel_timer", reference, left)?;
        }
        return Ok(Term::OK);
    }
    Ok(if info { left } else { Term::OK })
}

/// Nanoseconds since the Vm was started, less a constant as on OTP: usually negative, never going back.
fn monotonic(ctx: &Ctx<'_>) -> i128 {
    const ORIGIN: i128 = -576_460_752_303_423_488;
    let (start, _) = ctx.vm.started();
    ORIGIN + Instant::now().saturating_duration_since(start).as_nanos() as i128
}

/// Nanoseconds since 1970.
fn system() -> i128 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

/// Whole seconds since 1970.
fn seconds() -> i64 {
    system().div_euclid(1_000_000_000) as i64
}

/// What, added to monotonic time, gives system time.
fn offset(ctx: &Ctx<'_>) -> i128 {
    let (_, start) = ctx.vm.started();
    let start = start
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as i128);
    start + 576_460_752_303_423_488
}

/// Parts a second.
fn unit(term: Term) -> Result<i128, Stop> {
    if let Some(parts) = term.as_i64() {
        return if parts > 0 {
            Ok(parts as i128)
        } else {
            Err(Stop::Badarg)
        };
    }
    Ok(match term.as_atom().ok_or(Stop::Badarg)? {
        known::SECOND | known::SECONDS => 1,
        known::MILLISECOND | known::MILLI_SECONDS => 1_000,
        known::MICROSECOND | known::MICRO_SECONDS => 1_000_000,
        known::NANOSECOND | known::NANO_SECONDS | known::NATIVE | known::PERF_COUNTER => 1_000_000_000,
        _ => return Err(Stop::Badarg),
    })
}

fn convert(ctx: &mut Ctx<'_>, nanoseconds: i128, to: Term) -> NativeResult {
    let parts = unit(to)?;
    Ok(ctx
        .heap()
        .integer((nanoseconds * parts).div_euclid(1_000_000_000)))
}

fn convert_time_unit(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    use num_bigint::BigInt;
    use num_integer::Integer;
    let (from, to) = (unit(args[1])?, unit(args[2])?);
    let time = args[0].to_bigint().ok_or(Stop::Badarg)?;
    let scaled: BigInt = (time * to).div_floor(&BigInt::from(from));
    Ok(ctx.heap().integer(&scaled))
}

fn timestamp(ctx: &mut Ctx<'_>, _: &[Term]) -> NativeResult {
    let micros = system() / 1000;
    let parts = [
        micros / 1_000_000_000_000,
        micros / 1_000_000 % 1_000_000,
        micros % 1_000_000,
    ];
    Ok(ctx.heap().tuple(&parts.map(|part| Term::small(part as i64))))
}

/// Unique, in no promised order.
fn unique() -> i128 {
    next_reference() as i128 - (1 << 59)
}

static MONOTONIC: AtomicI64 = AtomicI64::new(1);

fn unique_integer(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (mut positive, mut monotonic) = (false, false);
    for option in args[0].list_to_vec().ok_or(Stop::Badarg)? {
        match option.as_atom() {
            Some(known::POSITIVE) => positive = true,
            Some(known::MONOTONIC) => monotonic = true,
            _ => return Err(Stop::Badarg),
        }
    }
    let value = match (positive, monotonic) {
        (true, true) => MONOTONIC.fetch_add(1, Ordering::Relaxed) as i128,
        (false, true) => MONOTONIC.fetch_add(1, Ordering::Relaxed) as i128 - (1 << 59),
        (true, false) => next_reference() as i128,
        (false, false) => unique(),
    };
    Ok(ctx.heap().integer(value))
}

/// Year, month, day, hour, minute, second.
type Civil = [i64; 6];

fn civil(ctx: &mut Ctx<'_>, civil: Civil) -> Term {
    let parts = civil.map(Term::small);
    let heap = ctx.heap();
    let date = heap.tuple(&parts[..3]);
    let time = heap.tuple(&parts[3..]);
    heap.tuple(&[date, time])
}

/// The date of a number of days since 1970-01-01 (H. Hinnant: chrono-compatible low-level date algorithms).
fn utc(seconds: i64) -> Civil {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    [year, month, day, rest / 3600, rest / 60 % 60, rest % 60]
}

fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - (month <= 2) as i64;
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_of(term: Term) -> Option<Civil> {
    let (date, time) = term.pair()?;
    let mut parts = [0; 6];
    for (at, part) in date.tuple()?.iter().chain(time.tuple()?).enumerate() {
        *parts.get_mut(at)? = part.as_i64()?;
    }
    let [_, month, day, hour, minute, second] = parts;
    let fine =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
    fine.then_some(parts)
}

fn seconds_of(term: Term) -> Result<i64, Stop> {
    let [year, month, day, hour, minute, second] = civil_of(term).ok_or(Stop::Badarg)?;
    Ok(days_of(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

fn local(seconds: i64) -> Civil {
    let time: libc::time_t = seconds;
    // SAFETY: `localtime_r` fills the structure that it is given; all zeros are a valid `tm`.
    let tm = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        libc::localtime_r(&time, &mut tm);
        tm
    };
    [
        tm.tm_year as i64 + 1900,
        tm.tm_mon as i64 + 1,
        tm.tm_mday as i64,
        tm.tm_hour as i64,
        tm.tm_min as i64,
        tm.tm_sec as i64,
    ]
}

fn to_universal(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let [year, month, day, hour, minute, second] = civil_of(args[0]).ok_or(Stop::Badarg)?;
    // SAFETY: `mktime` reads and fixes the structure that it is given; all zeros are a valid `tm`.
    let seconds = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        tm.tm_year = (year - 1900) as i32;
        tm.tm_mon = (month - 1) as i32;
        tm.tm_mday = day as i32;
        tm.tm_hour = hour as i32;
        tm.tm_min = minute as i32;
        tm.tm_sec = second as i32;
        tm.tm_isdst = -1;
        libc::mktime(&mut tm)
    };
    Ok(civil(ctx, utc(seconds)))
}
