//! Holds the functions written in Rust: their signature, what they may answer, the table of all of them.
//! One file a topic, each with `pub static NATIVES: &[Native]`, listed once in `TOPICS`.
//! Never: collecting garbage inside a native (an allocation that does not fit goes to an extra block).

mod application;
pub mod arith;
mod atomics;
mod base64;
mod binary;
mod bits;
pub mod code;
mod compare;
mod control;
mod convert;
mod crypto;
mod errors;
mod etf;
mod ets;
mod file;
pub mod float_text;
#[cfg(test)]
mod golden;
mod hash;
mod interfaces;
mod io;
pub mod iodata;
mod lists;
mod maps;
mod math;
mod net;
mod os;
mod packet;
pub(crate) mod persistent_term;
mod ports;
mod process;
mod protocol;
mod rand;
mod regex;
mod signal;
mod spawn_request;
mod statistics;
mod strings;
mod system;
mod timer;
mod tuples;
mod unicode;
mod zlib;

use crate::bytecode::ops::Mfa;
use crate::exec::held::Held;
use crate::heap::Heap;
use crate::process::Process;
use crate::term::Term;
use crate::vm::Vm;
use smallvec::SmallVec;

pub type NativeResult = Result<Term, Stop>;

/// The class of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    Error,
    Exit,
    Throw,
}

/// Why a native gives no value.
#[derive(Clone, Debug)]
pub enum Stop {
    Raise {
        class: Class,
        reason: Term,
        trace: Option<Term>,
    },
    Badarg,
    Badarith,
    SystemLimit,
    /// `{badmap, V}`
    BadMap(Term),
    /// `{badkey, K}`
    BadKey(Term),
    /// `undef`, of the native itself
    Undef,
    /// Goes on as a tail call of that function.
    Call(Mfa, SmallVec<[Term; 4]>),
    /// Goes on with a call of that function, and with nothing else: all frames are given up.
    Anew(Mfa, SmallVec<[Term; 4]>),
    /// Goes on as a tail call of that fun.
    CallFun(Term, SmallVec<[Term; 4]>),
    /// Out of reductions: call again with the same arguments.
    Again,
    /// Suspend until something arrives, then call again with the same arguments.
    Wait,
    /// The process has been told to exit.
    Exit,
}

impl Stop {
    /// An error with this reason.
    pub fn error(reason: Term) -> Stop {
        Stop::Raise {
            class: Class::Error,
            reason,
            trace: None,
        }
    }

    pub fn exit(reason: Term) -> Stop {
        Stop::Raise {
            class: Class::Exit,
            reason,
            trace: None,
        }
    }

    pub fn throw(value: Term) -> Stop {
        Stop::Raise {
            class: Class::Throw,
            reason: value,
            trace: None,
        }
    }
}

/// What a native may touch.
pub struct Ctx<'a> {
    pub process: &'a mut Process,
    pub vm: &'a Vm,
}

impl Ctx<'_> {
    pub fn heap(&mut self) -> &mut Heap {
        &mut self.process.heap
    }

    pub fn self_pid(&self) -> Term {
        self.process.pid()
    }

    /// Costs this many reductions; the turn ends after the native when they are used up.
    pub fn charge(&mut self, reductions: u32) {
        self.process.exec.charge(reductions);
    }

    /// Runs what may wait for ever, in a blocking native: others see to the process meanwhile. Terms that the native has,
    /// its arguments included, are dead afterwards.
    pub fn lend<R>(&mut self, wait: impl FnOnce() -> R) -> R {
        self.process.lend(self.vm, wait)
    }

    /// Reductions left of this turn.
    pub fn reductions_left(&self) -> i32 {
        self.process.exec.reductions
    }
}

pub type Code = fn(&mut Ctx<'_>, &[Term]) -> NativeResult;
pub type HoldingCode = fn(&mut Held<'_>, &[Term]) -> NativeResult;

#[derive(Clone, Copy)]
pub enum Kind {
    Plain(Code),
    /// Run on the blocking pool; the process is held meanwhile.
    Blocking(Code),
    /// Run on a thread that may block; may call functions of the language in the same process.
    Holding(HoldingCode),
}

#[derive(Clone, Copy)]
pub struct Native {
    pub module: &'static str,
    pub name: &'static str,
    pub arity: u8,
    pub kind: Kind,
    /// Reductions that a call costs at least.
    pub cost: u32,
}

impl Native {
    pub const fn plain(module: &'static str, name: &'static str, arity: u8, code: Code) -> Native {
        Native {
            module,
            name,
            arity,
            kind: Kind::Plain(code),
            cost: 1,
        }
    }

    pub const fn blocking(module: &'static str, name: &'static str, arity: u8, code: Code) -> Native {
        Native {
            module,
            name,
            arity,
            kind: Kind::Blocking(code),
            cost: 1,
        }
    }

    pub const fn holding(module: &'static str, name: &'static str, arity: u8, code: HoldingCode) -> Native {
        Native {
            module,
            name,
            arity,
            kind: Kind::Holding(code),
            cost: 1,
        }
    }
}

/// The bytes of iodata, for what is no native.
pub(crate) fn iodata_bytes(term: Term) -> Option<Vec<u8>> {
    iodata::collect(term)
}

/// The atom for an error of the system.
pub(crate) fn posix(error: &std::io::Error) -> &'static str {
    file::posix(error)
}

/// Every topic's natives.
pub static TOPICS: &[&[Native]] = &[
    application::NATIVES,
    arith::NATIVES,
    atomics::NATIVES,
    base64::NATIVES,
    binary::NATIVES,
    bits::NATIVES,
    code::NATIVES,
    compare::NATIVES,
    control::NATIVES,
    convert::NATIVES,
    crypto::NATIVES,
    etf::NATIVES,
    errors::NATIVES,
    ets::NATIVES,
    file::NATIVES,
    float_text::NATIVES,
    hash::NATIVES,
    interfaces::NATIVES,
    io::NATIVES,
    iodata::NATIVES,
    lists::NATIVES,
    maps::NATIVES,
    math::NATIVES,
    net::NATIVES,
    os::NATIVES,
    packet::NATIVES,
    persistent_term::NATIVES,
    ports::NATIVES,
    process::NATIVES,
    protocol::NATIVES,
    rand::NATIVES,
    regex::NATIVES,
    signal::NATIVES,
    spawn_request::NATIVES,
    statistics::NATIVES,
    strings::NATIVES,
    system::NATIVES,
    timer::NATIVES,
    tuples::NATIVES,
    unicode::NATIVES,
    zlib::NATIVES,
];
