//! What the program has done so far: `statistics`, and the flags of the system that can be set.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::sync::Ordering;
use crate::term::Term;
use std::sync::atomic::AtomicBool;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "statistics", 1, statistics),
    Native::plain("erlang", "system_flag", 2, system_flag),
];

/// Whether anyone wants to know how long schedulers work.
static WALL_TIME: AtomicBool = AtomicBool::new(false);

fn pair(ctx: &mut Ctx<'_>, a: u64, b: u64) -> NativeResult {
    let (a, b) = (ctx.heap().integer(a as i128), ctx.heap().integer(b as i128));
    Ok(ctx.heap().tuple(&[a, b]))
}

fn statistics(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let counts = &ctx.vm.schedulers().counts;
    let reductions = counts.reductions.load(Ordering::Relaxed);
    match name.as_str() {
        "reductions" | "exact_reductions" => {
            let last = counts.last_reductions.swap(reductions, Ordering::Relaxed);
            pair(ctx, reductions, reductions.saturating_sub(last))
        }
        "context_switches" => {
            let switches = counts.switches.load(Ordering::Relaxed);
            pair(ctx, switches, 0)
        }
        "runtime" => {
            let now = cpu_milliseconds();
            let last = counts.last_runtime.swap(now, Ordering::Relaxed);
            pair(ctx, now, now.saturating_sub(last))
        }
        "wall_clock" => {
            let now = ctx.vm.started().0.elapsed().as_millis() as u64;
            let last = counts.last_wall.swap(now, Ordering::Relaxed);
            pair(ctx, now, now.saturating_sub(last))
        }
        "run_queue" | "total_run_queue_lengths" | "total_run_queue_lengths_all" => {
            let (queues, injected) = ctx.vm.schedulers().queue_lengths();
            Ok(Term::small((queues.iter().sum::<usize>() + injected) as i64))
        }
        "total_active_tasks" | "total_active_tasks_all" => {
            let (queues, injected) = ctx.vm.schedulers().queue_lengths();
            // The caller runs, and what waits in queues.
            Ok(Term::small((queues.iter().sum::<usize>() + injected + 1) as i64))
        }
        "run_queue_lengths" | "run_queue_lengths_all" | "active_tasks" | "active_tasks_all" => {
            let (queues, _) = ctx.vm.schedulers().queue_lengths();
            let lengths: Vec<Term> = queues
                .into_iter()
                .map(|length| Term::small(length as i64))
                .collect();
            Ok(ctx.heap().list(lengths))
        }
        "garbage_collection" => {
            let (count, words) = crate::heap::gc::totals();
            let parts = [Term::small(count as i64), Term::small(words as i64), Term::ZERO];
            Ok(ctx.heap().tuple(&parts))
        }
        "io" => {
            let (read, written) = ctx.vm.io().moved();
            let (from, to) = ctx.vm.ports().moved();
            let heap = ctx.heap();
            let total = |a: u64, b: u64| Term::small((a + b) as i64);
            let input = heap.tuple(&[Term::atom(Atom::new("input")), total(read, from)]);
            let output = heap.tuple(&[Term::atom(Atom::new("output")), total(written, to)]);
            Ok(heap.tuple(&[input, output]))
        }
        "scheduler_wall_time" | "scheduler_wall_time_all" => Ok(wall_time(ctx)),
        _ => Err(Stop::Badarg),
    }
}

/// `[{scheduler, nanoseconds active, nanoseconds in all}]`, if the flag is set.
fn wall_time(ctx: &mut Ctx<'_>) -> Term {
    if !WALL_TIME.load(Ordering::Relaxed) {
        return Term::atom(known::UNDEFINED);
    }
    let vm = ctx.vm;
    let now = vm.started().0.elapsed();
    let heap = ctx.heap();
    let rows: Vec<Term> = vm
        .schedulers()
        .clocks
        .iter()
        .enumerate()
        .map(|(at, clock)| {
            let active = heap.integer(clock.active(now) as i128);
            let total = heap.integer(now.as_nanos() as i128);
            heap.tuple(&[Term::small(at as i64 + 1), active, total])
        })
        .collect();
    heap.list(rows)
}

/// Gives the value before. What cannot be set is a bad argument, rather than a wish that is granted in words only.
fn system_flag(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    match name.as_str() {
        "scheduler_wall_time" => {
            let wanted = args[1].as_bool().ok_or(Stop::Badarg)?;
            Ok(Term::bool(WALL_TIME.swap(wanted, Ordering::Relaxed)))
        }
        "schedulers_online" => {
            let count = ctx.vm.schedulers().count();
            match args[1].as_usize() {
                Some(wanted) if wanted == count => Ok(args[1]),
                _ => Err(Stop::Badarg),
            }
        }
        // The difference between the clocks never changes.
        "time_offset" if args[1] == Term::atom(Atom::new("finalize")) => Ok(Term::atom(Atom::new("final"))),
        _ => Err(Stop::Badarg),
    }
}

/// CPU time of the program.
fn cpu_milliseconds() -> u64 {
    // SAFETY: `clock_gettime` fills the structure that it is given; all zeros are a valid one.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time);
        time
    };
    time.tv_sec as u64 * 1000 + time.tv_nsec as u64 / 1_000_000
}
