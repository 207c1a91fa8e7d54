//! Calls: where they lead, funs, dynamic ones, what happens when a turn ends at one.

use super::native::op_error;
use crate::atom::known;
use crate::bytecode::ops::Mfa;
use crate::code::{ExportEntry, FunEntry, Site};
use crate::exec::isa::I;
use crate::exec::machine::{Machine, Step, field_b, field_c, word_at};
use crate::exec::state::{Live, Outcome};
use crate::exec::trace;
use crate::natives::{Class, Stop};
use crate::term::Term;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The arity of a fun of either kind.
pub fn fun_arity(fun: Term) -> Option<u8> {
    fun.fun_arity()
}

/// What is called.
pub(crate) enum Target {
    Entry(&'static ExportEntry),
    /// A fun, and where its errors are raised.
    Fun(Term, &'static Site),
}

/// Stack words that the code at an entry needs, and its arity.
#[inline(always)]
pub(crate) fn needs(code: *const u64) -> (usize, usize) {
    // SAFETY: before every entry stands its header.
    let word = unsafe { *code.sub(1) };
    (word as u16 as usize, (word >> 16) as u8 as usize)
}

/// Finds the code, and puts a fun's free variables behind the `arity` arguments at `at`.
fn prepare(m: &mut Machine<'_>, target: Target, at: usize, arity: usize) -> Result<*const u64, Step> {
    match target {
        Target::Entry(entry) => {
            let code = entry.code.load(Ordering::Acquire) as *const u64;
            m.room(at, needs(code).0);
            Ok(code)
        }
        Target::Fun(fun, site) => {
            if let Some(closure) = fun.as_fun() {
                if closure.entry.arity as usize == arity {
                    let code = closure.entry.code.load(Ordering::Acquire) as *const u64;
                    m.room(at, needs(code).0);
                    for (i, value) in closure.free.iter().enumerate() {
                        m.set(at + arity + i, *value);
                    }
                    return Ok(code);
                }
            } else if let Some(export) = fun.as_export()
                && export.entry.arity as usize == arity
            {
                let code = export.entry.code.load(Ordering::Acquire) as *const u64;
                m.room(at, needs(code).0);
                return Ok(code);
            }
            Err(bad_fun(m, fun, site, at, arity))
        }
    }
}

#[cold]
fn bad_fun(m: &mut Machine<'_>, fun: Term, site: &Site, at: usize, arity: usize) -> Step {
    let reason = if fun.is_fun() {
        let args: Vec<Term> = (0..arity).map(|i| m.reg(at + i)).collect();
        let args = m.p.heap.list(args);
        let what = m.p.heap.tuple(&[fun, args]);
        m.p.heap.tuple(&[Term::atom(known::BADARITY), what])
    } else {
        m.p.heap.tuple(&[Term::atom(known::BADFUN), fun])
    };
    if site.function.is_null() {
        let raw = trace::capture(m, None, Term::NONE);
        return m.unwind(None, Class::Error, reason, raw);
    }
    m.error(site, reason)
}

/// Calls with `arity` arguments at `delta` of the operation at `pc`, which is `words` long with its site last.
pub(crate) fn enter(
    m: &mut Machine<'_>,
    pc: *const u64,
    target: Target,
    delta: usize,
    arity: usize,
    tail: bool,
    words: usize,
) -> Step {
    let code = match prepare(m, target, delta, arity) {
        Ok(code) => code,
        Err(step) => return step,
    };
    let (need, total) = needs(code);
    let fp = m.p.exec.fp;
    if tail {
        m.room(0, need.max(delta + total));
        let fp = m.p.exec.fp;
        // SAFETY: the arguments stand at `delta` and go to the frame's bottom; there is room for both.
        unsafe { std::ptr::copy(fp.add(delta), fp, total) };
    } else {
        // SAFETY: there is room for the callee's frame, header included.
        unsafe {
            let dst = (word_at(pc, 0) >> 16) as u16 as u64;
            *fp.add(delta - 2) = pc.add(words) as u64;
            *fp.add(delta - 1) = delta as u64 | dst << 16;
            m.p.exec.fp = fp.add(delta);
        }
    }
    m.p.exec.pc = code;
    Step::Go
}

/// Replaces the top frame, whose first registers are the arguments.
pub(crate) fn jump_to(m: &mut Machine<'_>, target: Target, arity: usize) -> Step {
    match prepare(m, target, 0, arity) {
        Ok(code) => {
            m.p.exec.pc = code;
            Step::Go
        }
        Err(step) => step,
    }
}

/// `CallFun` and `TailCallFun` that are not a plain closure of the right arity.
#[cold]
#[inline(never)]
pub(crate) fn fun(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let tail = I::of(word_at(pc, 0)) == I::TailCallFun;
    let callee = m.operand(pc, 1);
    let site = m.site(pc, 2);
    enter(
        m,
        pc,
        Target::Fun(callee, site),
        field_b(pc),
        field_c(pc),
        tail,
        3,
    )
}

/// `CallDynamic`, `TailCallDynamic`.
#[inline(never)]
pub(crate) fn dynamic(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let tail = I::of(word_at(pc, 0)) == I::TailCallDynamic;
    let (module, function) = (m.operand(pc, 1), m.operand(pc, 2));
    let site = m.site(pc, 3);
    let (delta, arity) = (field_b(pc), field_c(pc));
    let (Some(module), Some(function)) = (module.as_atom(), function.as_atom()) else {
        let args: Vec<Term> = (0..arity).map(|i| m.reg(delta + i)).collect();
        let args = m.p.heap.list(args);
        return op_error(m, site, "apply", &[module, function, args], Stop::Badarg);
    };
    let entry = m.vm.code().exports().of(Mfa {
        module,
        function,
        arity: arity as u8,
    });
    enter(m, pc, Target::Entry(entry), delta, arity, tail, 4)
}

/// The turn ends at a function's entry: the arguments are the first registers.
#[cold]
#[inline(never)]
pub(crate) fn turn_over(m: &mut Machine<'_>, pc: *const u64) -> Step {
    m.p.exec.pc = pc;
    m.p.exec.live = Live::Args(needs(pc).1 as u16);
    m.leave(Outcome::Yield)
}

/// `Loop` with no reductions left.
#[cold]
#[inline(never)]
pub(crate) fn loop_over(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let site = m.site(pc, 1);
    m.near(pc);
    m.p.exec.live = Live::Site(site);
    m.leave(Outcome::Yield)
}

/// A call of a function that nobody has called before, or that is not there.
#[cold]
#[inline(never)]
pub(crate) fn lookup(m: &mut Machine<'_>, pc: *const u64) -> Step {
    // SAFETY: the entry that the stub belongs to stands after its op.
    let entry = unsafe { &*(word_at(pc, 1) as *const ExportEntry) };
    if m.vm.code().resolve(entry, m.vm) {
        let code = entry.code.load(Ordering::Acquire) as *const u64;
        m.room(0, needs(code).0);
        m.p.exec.pc = code;
        return Step::Go;
    }
    let arity = entry.arity as usize;
    // The module may want to answer for functions it does not have.
    if let Some(handler) = m.vm.code().undefined_function_handler(entry, m.vm) {
        let args: Vec<Term> = (0..arity).map(|i| m.reg(i)).collect();
        let args = m.p.heap.list(args);
        m.room(0, needs(handler.code.load(Ordering::Acquire)).0.max(8));
        m.set(0, Term::atom(entry.function));
        m.set(1, args);
        m.p.exec.pc = handler.code.load(Ordering::Acquire);
        return Step::Go;
    }
    let args: Vec<Term> = (0..arity).map(|i| m.reg(i)).collect();
    let args = m.p.heap.list(args);
    let first = m.p.heap.tuple(&[
        Term::atom(entry.module),
        Term::atom(entry.function),
        args,
        Term::NIL,
    ]);
    let raw = trace::capture(m, None, first);
    m.unwind(None, Class::Error, Term::atom(known::UNDEF), raw)
}

/// How long a call waits before it looks whether a purge is settled.
const PURGE_LOOK: Duration = Duration::from_millis(1);

/// A call of a fun whose module's version is being purged, or was.
#[cold]
#[inline(never)]
pub(crate) fn unloaded(m: &mut Machine<'_>, pc: *const u64) -> Step {
    // SAFETY: the entry that the stub belongs to stands after its op.
    let entry = unsafe { &*(word_at(pc, 1) as *const FunEntry) };
    if entry.is_loaded() {
        m.p.exec.pc = entry.code.load(Ordering::Acquire);
        m.p.exec.live = Live::Args(needs(pc).1 as u16);
        return m.leave(Outcome::Wait {
            deadline: Some(Instant::now() + PURGE_LOOK),
        });
    }
    let arity = entry.arity as usize;
    let free: Vec<Term> = (arity..arity + entry.free as usize).map(|i| m.reg(i)).collect();
    let fun = m.p.heap.fun(&raw const *entry as *const u64, &free);
    if m.vm.code().ensure_loaded(entry.module, m.vm).is_ok() {
        let reason = m.p.heap.tuple(&[Term::atom(known::BADFUN), fun]);
        let raw = trace::capture(m, None, Term::NONE);
        return m.unwind(None, Class::Error, reason, raw);
    }
    let args: Vec<Term> = (0..arity).map(|i| m.reg(i)).collect();
    let args = m.p.heap.list(args);
    let first = m.p.heap.tuple(&[fun, args, Term::NIL]);
    let raw = trace::capture(m, None, first);
    m.unwind(None, Class::Error, Term::atom(known::UNDEF), raw)
}

/// The entry of a closure.
#[inline(always)]
pub(crate) fn closure_entry(cell: *mut u64) -> &'static FunEntry {
    // SAFETY: a closure's first payload word is its entry, which is never freed.
    unsafe { &*(*cell.add(1) as *const FunEntry) }
}
