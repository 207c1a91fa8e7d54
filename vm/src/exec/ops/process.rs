//! Sending and receiving.

use super::native::op_error;
use crate::atom::known;
use crate::exec::machine::{Machine, Step, field_a};
use crate::exec::state::{Live, Outcome};
use crate::natives::Stop;
use crate::process::Peek;
use crate::term::Term;
use std::time::{Duration, Instant};

/// The longest `after`, in milliseconds.
const LONGEST: i64 = 0xffff_ffff;

/// `{dst _ _} [to] [message] [site]`
#[inline(never)]
pub(crate) fn send(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let (to, message) = (m.operand(pc, 1), m.operand(pc, 2));
    let site = m.site(pc, 3);
    m.p.exec.pc = pc;
    m.p.exec.charge(1);
    match crate::process::send(m.p, m.vm, to, message) {
        Ok(value) => {
            let dst = field_a(pc);
            m.set(dst, value);
            m.settle(site, dst);
            m.next(pc, 4)
        }
        Err(Stop::Exit) => m.leave(Outcome::Killed),
        Err(stop) => op_error(m, site, "send", &[to, message], stop),
    }
}

/// `{_ _ _} [ref]`
pub(crate) fn only(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let reference = m.operand(pc, 1);
    if let Some((number, _)) = reference.reference() {
        m.p.mailbox.seek(number);
    }
    m.next(pc, 2)
}

/// `{dst rel} [site]`
#[inline(never)]
pub(crate) fn peek(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let site = m.site(pc, 1);
    match m.p.peek_message(m.vm) {
        Peek::Message(message) => {
            let dst = field_a(pc);
            m.set(dst, message);
            m.settle(site, dst);
            m.next(pc, 2)
        }
        Peek::Empty => m.near(pc),
        Peek::Exit => m.leave(Outcome::Killed),
    }
}

fn over(m: &mut Machine<'_>) {
    let exec = &mut m.p.exec;
    exec.timing = false;
    exec.timed_out = false;
    exec.deadline = None;
}

#[inline(never)]
pub(crate) fn take(m: &mut Machine<'_>, pc: *const u64) -> Step {
    m.p.mailbox.take();
    over(m);
    m.next(pc, 1)
}

/// `{_ rel} [site]`
#[inline(never)]
pub(crate) fn skip(m: &mut Machine<'_>, pc: *const u64) -> Step {
    m.p.mailbox.advance();
    m.p.exec.reductions -= 1;
    let site = m.site(pc, 1);
    let step = m.near(pc);
    if m.p.exec.reductions < 0 {
        m.p.exec.live = Live::Site(site);
        return m.leave(Outcome::Yield);
    }
    step
}

/// `{_ rel} [site]`
#[inline(never)]
pub(crate) fn wait(m: &mut Machine<'_>, pc: *const u64) -> Step {
    m.p.exec.live = Live::Site(m.site(pc, 1));
    m.near(pc);
    m.leave(Outcome::Wait { deadline: None })
}

/// `{_ rel} [timeout] [site]`
#[inline(never)]
pub(crate) fn wait_for(m: &mut Machine<'_>, pc: *const u64) -> Step {
    let site = m.site(pc, 2);
    let now = Instant::now();
    let late = m.p.exec.timing && m.p.exec.deadline.is_some_and(|deadline| deadline <= now);
    if m.p.exec.timing && (m.p.exec.timed_out || late) {
        return timed_out(m, pc);
    }
    if !m.p.exec.timing {
        let timeout = m.operand(pc, 1);
        match timeout.as_small() {
            Some(0) => return timed_out(m, pc),
            Some(ms) if (1..=LONGEST).contains(&ms) => {
                m.p.exec.deadline = Some(now + Duration::from_millis(ms as u64));
            }
            _ if timeout == Term::atom(known::INFINITY) => m.p.exec.deadline = None,
            _ => return m.error(site, Term::atom(known::TIMEOUT_VALUE)),
        }
        m.p.exec.timing = true;
        m.p.exec.timed_out = false;
    }
    m.p.exec.live = Live::Site(site);
    m.near(pc);
    let deadline = m.p.exec.deadline;
    m.leave(Outcome::Wait { deadline })
}

fn timed_out(m: &mut Machine<'_>, pc: *const u64) -> Step {
    over(m);
    m.p.mailbox.reset();
    m.next(pc, 3)
}
