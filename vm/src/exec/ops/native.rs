//! Natives that do not simply answer a value: errors, calls they go on with, waiting, blocking; and the errors of
//! operators and guard functions, which look like those of natives.

use super::call::{self, Target};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::code::Site;
use crate::exec::isa::I;
use crate::exec::machine::{Machine, Step, field_a, field_b, field_c, word_at};
use crate::exec::state::{Live, Outcome};
use crate::exec::trace;
use crate::natives::{Class, Ctx, Kind, Native, Stop};
use crate::process::Process;
use crate::term::Term;

/// The reason of an error that a native raises by a shorthand.
pub(crate) fn reason(m: &mut Machine<'_>, stop: &Stop) -> Option<(Class, Term)> {
    let heap = &mut m.p.heap;
    Some((
        Class::Error,
        match stop {
            Stop::Badarg => Term::atom(known::BADARG),
            Stop::Badarith => Term::atom(known::BADARITH),
            Stop::SystemLimit => Term::atom(known::SYSTEM_LIMIT),
            Stop::Undef => Term::atom(known::UNDEF),
            Stop::BadMap(value) => heap.tuple(&[Term::atom(known::BADMAP), *value]),
            Stop::BadKey(key) => heap.tuple(&[Term::atom(known::BADKEY), *key]),
            Stop::Raise { class, reason, .. } => return Some((*class, *reason)),
            _ => return None,
        },
    ))
}

/// The error of an operator: the trace begins with `:erlang`'s function and its arguments.
#[cold]
pub(crate) fn op_error(m: &mut Machine<'_>, site: &Site, name: &str, args: &[Term], stop: Stop) -> Step {
    let first = trace::native_entry(&mut m.p.heap, known::ERLANG, Atom::new(name), args);
    match reason(m, &stop) {
        Some((class, reason)) => m.raise(site, class, reason, first),
        None => m.leave(Outcome::Killed),
    }
}

/// The error of a guard function outside of a guard.
#[cold]
pub(crate) fn bif_error(m: &mut Machine<'_>, site: &Site, name: &str, args: &[Term], stop: Stop) -> Step {
    op_error(m, site, name, args, stop)
}

/// `CallNative` whose native did not answer a value.
#[cold]
#[inline(never)]
pub(crate) fn stopped(m: &mut Machine<'_>, pc: *const u64, stop: Stop) -> Step {
    let tail = I::of(word_at(pc, 0)) == I::TailCallNative;
    let (delta, arity) = (field_b(pc), field_c(pc));
    // SAFETY: the loader put the native there.
    let native = unsafe { &*(word_at(pc, 2) as *const Native) };
    let site = m.site(pc, 3);
    match stop {
        Stop::Call(mfa, args) => {
            let callee = m.vm.code().exports().of(mfa);
            for (i, arg) in place(m, delta, args.len() + 8).zip(args) {
                m.set(i, arg);
            }
            call::enter(
                m,
                pc,
                Target::Entry(callee),
                delta,
                callee.arity as usize,
                tail,
                4,
            )
        }
        Stop::Anew(mfa, args) => begin_anew(m, mfa, &args),
        Stop::CallFun(fun, args) => {
            let count = args.len();
            for (i, arg) in place(m, delta, count + 8).zip(args) {
                m.set(i, arg);
            }
            call::enter(m, pc, Target::Fun(fun, site), delta, count, tail, 4)
        }
        Stop::Again | Stop::Wait => {
            let entry = m.vm.code().exports().of(native_mfa(native));
            if !entry.is_linked() {
                m.vm.code().resolve(entry, m.vm);
            }
            let step = call::enter(m, pc, Target::Entry(entry), delta, arity, tail, 4);
            if step == Step::Leave {
                return step;
            }
            m.p.exec.live = Live::Args(arity as u16);
            m.leave(match stop {
                Stop::Again => Outcome::Yield,
                _ => Outcome::Wait {
                    deadline: m.p.exec.deadline,
                },
            })
        }
        Stop::Exit => m.leave(Outcome::Killed),
        stop => {
            let args: Vec<Term> = (0..arity).map(|i| m.reg(delta + i)).collect();
            raise_from(m, Some(site), native, &args, stop)
        }
    }
}

/// Gives up all frames.
fn begin_anew(m: &mut Machine<'_>, mfa: Mfa, args: &[Term]) -> Step {
    m.p.exec.begin_anew(m.vm.code().exports().of(mfa), args);
    let need = call::needs(m.p.exec.pc).0;
    m.room(0, need);
    Step::Go
}

/// Makes room for outgoing arguments that the frame did not plan for; answers their registers.
fn place(m: &mut Machine<'_>, delta: usize, count: usize) -> std::ops::RangeFrom<usize> {
    m.room(delta, count);
    delta..
}

fn native_mfa(native: &Native) -> Mfa {
    Mfa {
        module: Atom::new(native.module),
        function: Atom::new(native.name),
        arity: native.arity,
    }
}

/// Raises what a native has raised: with the native's own entry in the trace unless it says otherwise.
fn raise_from(m: &mut Machine<'_>, site: Option<&Site>, native: &Native, args: &[Term], stop: Stop) -> Step {
    let Some((class, why)) = reason(m, &stop) else {
        return m.leave(Outcome::Killed);
    };
    if let Stop::Raise {
        trace: Some(given), ..
    } = stop
    {
        if given.is_list() {
            return m.unwind(site, class, why, given);
        }
        // `:erlang.error/2,3`: the caller's entry, with these arguments and this `error_info`.
        if let Some((arguments, info)) = given.pair()
            && let Some(place) = site.or_else(|| caller(m)).filter(|s| !s.function.is_null())
        {
            let arguments = if arguments.is_list() {
                Some(arguments)
            } else {
                None
            };
            let first = trace::entry(&mut m.p.heap, place, arguments, info);
            let raw = trace::capture_above(m, first, site.is_none());
            return m.unwind(site, class, why, raw);
        }
        let raw = trace::capture(m, site, Term::NONE);
        return m.unwind(site, class, why, raw);
    }
    // An exception of Elixir tells its own story: the arguments, a whole program for the compiler, add nothing.
    let first = if why.is_map() {
        Term::NONE
    } else {
        let mfa = native_mfa(native);
        trace::native_entry(&mut m.p.heap, mfa.module, mfa.function, args)
    };
    let raw = trace::capture(m, site, first);
    m.unwind(site, class, why, raw)
}

/// The site that the top frame returns to.
fn caller(m: &Machine<'_>) -> Option<&'static Site> {
    // SAFETY: below every frame stands a return address, after a site.
    unsafe {
        let back = *m.p.exec.fp.sub(2) as *const u64;
        Some(&*(*back.sub(1) as *const Site))
    }
}

/// The native in whose own frame a process waits.
pub(crate) fn waiting(process: &Process) -> Option<&'static Native> {
    let exec = &process.exec;
    if exec.pc.is_null() || I::of(word_at(exec.pc, 0)) != I::NativeStub {
        return None;
    }
    // SAFETY: `native_stub` put the native there.
    Some(unsafe { &*(word_at(exec.pc, 1) as *const Native) })
}

/// The same of a native in its own frame.
pub(crate) fn stub_stopped(m: &mut Machine<'_>, pc: *const u64, stop: Stop) -> Step {
    let arity = field_a(pc);
    // SAFETY: `native_stub` put the native there.
    let native = unsafe { &*(word_at(pc, 1) as *const Native) };
    let args: Vec<Term> = (0..arity).map(|i| m.reg(i)).collect();
    raise_from(m, None, native, &args, stop)
}

/// A native in its own frame: its arguments are the first registers.
#[inline(never)]
pub(crate) fn in_frame(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let arity = field_a(pc);
    // SAFETY: `native_stub` put the native there.
    let native = unsafe { &*(word_at(pc, 1) as *const Native) };
    let answer = match m.p.exec.answer.take() {
        Some(answer) => *answer,
        None => match native.kind {
            Kind::Plain(code) => {
                m.p.exec.charge(native.cost);
                // SAFETY: the frame holds `arity` arguments; the stack does not move while a native runs.
                let args = unsafe { std::slice::from_raw_parts(m.p.exec.fp as *const Term, arity) };
                code(
                    &mut Ctx {
                        process: m.p,
                        vm: m.vm,
                    },
                    args,
                )
            }
            Kind::Blocking(_) | Kind::Holding(_) => {
                m.p.exec.pc = pc;
                m.p.exec.live = Live::Args(arity as u16);
                return m.leave(match native.kind {
                    Kind::Blocking(_) => Outcome::Blocking,
                    _ => Outcome::Hold,
                });
            }
        },
    };
    match answer {
        Ok(value) => {
            // SAFETY: below every frame stand its return address, after a site, and the distance to the caller's frame
            // with the register for the value.
            let (site, dst) = unsafe {
                let fp = m.p.exec.fp;
                let back = *fp.sub(2) as *const u64;
                let info = *fp.sub(1);
                m.p.exec.fp = fp.sub(info as u16 as usize);
                m.p.exec.pc = back;
                (&*(*back.sub(1) as *const Site), (info >> 16) as u16 as usize)
            };
            m.set(dst, value);
            m.settle(site, dst);
            Step::Go
        }
        Err(Stop::Again) => {
            m.p.exec.pc = pc;
            m.p.exec.live = Live::Args(arity as u16);
            m.leave(Outcome::Yield)
        }
        Err(Stop::Wait) => {
            m.p.exec.pc = pc;
            m.p.exec.live = Live::Args(arity as u16);
            m.leave(Outcome::Wait {
                deadline: m.p.exec.deadline,
            })
        }
        Err(Stop::Call(mfa, args)) => {
            let callee = m.vm.code().exports().of(mfa);
            m.room(0, args.len() + 8);
            for (i, arg) in args.iter().enumerate() {
                m.set(i, *arg);
            }
            call::jump_to(m, Target::Entry(callee), args.len())
        }
        Err(Stop::Anew(mfa, args)) => begin_anew(m, mfa, &args),
        Err(Stop::CallFun(fun, args)) => {
            m.room(0, args.len() + 8);
            for (i, arg) in args.iter().enumerate() {
                m.set(i, *arg);
            }
            let site = m.site(pc, 3);
            call::jump_to(m, Target::Fun(fun, site), args.len())
        }
        Err(Stop::Exit) => m.leave(Outcome::Killed),
        Err(stop) => stub_stopped(m, pc, stop),
    }
}
