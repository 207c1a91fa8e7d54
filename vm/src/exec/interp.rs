//! The interpreter's loop: fetches operations, does the quick ones itself, hands the others to `ops`.
//!
//! The position, the frame, the heap's top and the reductions left stand in locals; `slow!` writes them back before it
//! calls an operation elsewhere, and takes them up again after it. An allocation that does not fit collects and begins the
//! operation anew. Every frame has room for its registers and outgoing arguments before it is entered.

use super::isa::I;
use super::machine::{Machine, Step};
use super::ops::{arith, binary, call, compare, data, map, native, process, raise, test};
use super::reciprocal::Reciprocal;
use super::refused;
use super::state::{Live, Outcome};
use crate::bytecode::ops::Arith;
use crate::code::{ExportEntry, Site};
use crate::natives::{Class, Code, Ctx, Native};
use crate::process::Process;
use crate::term::header::{self, Kind};
use crate::term::word::BYTE_CODE;
use crate::term::{Term, header as header_of};
use crate::vm::Vm;
use std::sync::atomic::Ordering;

/// Runs the process until it ends, waits, needs another thread, or has used `budget` reductions.
pub fn run(process: &mut Process, vm: &Vm, budget: u32) -> Outcome {
    process.exec.reductions = budget.min(1 << 30) as i32;
    let mut m = Machine {
        p: process,
        vm,
        outcome: None,
    };
    // The answer of a blocking native is no root: it settles first.
    if m.p.exec.answer.is_none() && (m.p.heap.has_overflow() || crate::heap::gc::stress()) {
        let live = m.p.exec.live;
        if refused::catch(|| m.collect(live, None, 0)).is_none() {
            return refused::lost(m.p);
        }
    }
    if m.p.exec.fp.is_null() {
        return Outcome::Exit {
            class: Class::Exit,
            reason: Term::atom(crate::atom::known::NORMAL),
            trace: Term::NIL,
        };
    }
    // The code may have been swapped while the process waited: an entry's needs are looked at again.
    if let Live::Args(_) = m.p.exec.live {
        let need = call::needs(m.p.exec.pc).0;
        m.room(0, need);
    }
    loop {
        // SAFETY: `pc` is where code of a loaded module or a stub goes on, with its frame at `fp`.
        let end = refused::catch(|| unsafe { interpret(&mut m) });
        if end.is_some() || refused::go_on(&mut m) == Step::Leave {
            break;
        }
    }
    m.outcome.take().unwrap_or(Outcome::Yield)
}

/// # Safety
/// `State::pc` stands at an operation made by the loader, in the frame that it was made for.
#[allow(clippy::cognitive_complexity, unused_unsafe, unused_assignments)]
unsafe fn interpret(m: &mut Machine<'_>) {
    let stress = crate::heap::gc::stress();
    let mut pc = m.p.exec.pc;
    let mut fp = m.p.exec.fp;
    let mut hp = m.p.heap.top;
    let mut reds = m.p.exec.reductions;

    macro_rules! sync {
        () => {
            m.p.exec.pc = pc;
            m.p.exec.fp = fp;
            m.p.heap.top = hp;
            m.p.exec.reductions = reds;
        };
    }
    macro_rules! load {
        () => {
            pc = m.p.exec.pc;
            fp = m.p.exec.fp;
            hp = m.p.heap.top;
            reds = m.p.exec.reductions;
        };
    }
    macro_rules! slow {
        ($f:expr) => {{
            sync!();
            if $f(m, pc) == Step::Leave {
                return;
            }
            load!();
            continue;
        }};
    }
    macro_rules! r {
        ($i:expr) => {
            // SAFETY: validated code names registers of its own frame.
            Term::from_raw(unsafe { *fp.add($i as usize) })
        };
    }
    macro_rules! set {
        ($i:expr, $v:expr) => {{
            let value: Term = $v;
            // SAFETY: as for reading.
            unsafe { *fp.add($i as usize) = value.raw() };
        }};
    }
    macro_rules! w {
        ($i:expr) => {
            // SAFETY: the operation has a word there.
            unsafe { *pc.add($i) }
        };
    }
    macro_rules! src {
        ($i:expr) => {{
            let word = w!($i);
            if word as u8 as u64 == BYTE_CODE {
                r!(word >> 8)
            } else {
                Term::from_raw(word)
            }
        }};
    }
    macro_rules! goto {
        ($words:expr) => {
            // SAFETY: labels are positions in the same function's code.
            pc = unsafe { pc.offset($words as isize) }
        };
    }
    macro_rules! next {
        ($n:expr) => {
            goto!($n)
        };
    }
    // Collects if `n` words do not fit, and begins the operation anew.
    macro_rules! need {
        ($n:expr, $site:expr) => {
            if (m.p.heap.limit as usize) < hp as usize + $n * 8 || stress {
                let site = w!($site) as *const Site;
                sync!();
                m.collect(Live::Site(site), None, $n);
                load!();
            }
        };
    }
    macro_rules! alloc {
        ($n:expr) => {{
            let at = hp;
            // SAFETY: `need!` has made sure of the room.
            hp = unsafe { hp.add($n) };
            at
        }};
    }
    // Jumps by the word's upper half unless the test holds.
    macro_rules! test {
        ($word:expr, $holds:expr, $n:expr) => {
            if $holds {
                next!($n);
            } else {
                goto!(($word as i64) >> 32);
            }
        };
    }
    // Enters code whose frame begins at `$frame` and needs `$need` words.
    macro_rules! room {
        ($distance:expr, $need:expr) => {
            if (m.p.exec.stack.end as usize) < fp as usize + ($distance + $need) * 8 {
                sync!();
                m.grow($distance, $need);
                load!();
            }
        };
    }
    macro_rules! enter {
        ($code:expr) => {{
            pc = $code;
            reds -= 1;
            if reds < 0 {
                slow!(call::turn_over);
            }
        }};
    }
    macro_rules! push_frame {
        ($delta:expr, $dst:expr, $words:expr) => {
            // SAFETY: `room!` has made sure of the callee's frame and the two words below it.
            unsafe {
                let frame = fp.add($delta);
                *frame.sub(2) = pc.add($words) as u64;
                *frame.sub(1) = $delta as u64 | ($dst as u64) << 16;
                fp = frame;
            }
        };
    }
    macro_rules! kind_test {
        ($word:expr, $kind:expr) => {{
            let t = r!(($word >> 16) as u16);
            test!($word, test::is_kind(t, $kind), 1);
        }};
    }
    macro_rules! both_small {
        ($a:expr, $b:expr) => {
            ($a.raw() | $b.raw()) & 3 == 0
        };
    }
    macro_rules! arith_rr {
        ($word:expr, $method:ident, $float:tt, $then:block) => {{
            let (a, b) = (r!(($word >> 32) as u16), r!(($word >> 48) as u16));
            if both_small!(a, b) {
                let (value, over) = (a.raw() as i64).$method(b.raw() as i64);
                if !over {
                    set!(($word >> 16) as u16, Term::from_raw(value as u64));
                    next!(2);
                    $then
                    continue;
                }
            } else if a.is_immediate_float() && b.is_immediate_float() {
                if let Some(value) = Term::float(a.immediate_float() $float b.immediate_float()) {
                    set!(($word >> 16) as u16, value);
                    next!(2);
                    continue;
                }
            }
            slow!(arith::slow)
        }};
    }
    macro_rules! arith_rc {
        ($word:expr, $method:ident, $float:tt, $then:block) => {{
            let a = r!(($word >> 32) as u16);
            let c = w!(1) as i64;
            if a.is_small() {
                let (value, over) = (a.raw() as i64).$method(c);
                if !over {
                    set!(($word >> 16) as u16, Term::from_raw(value as u64));
                    next!(3);
                    $then
                    continue;
                }
            } else if a.is_immediate_float() {
                let c = (c >> 2) as f64;
                if let Some(value) = Term::float(a.immediate_float() $float c) {
                    set!(($word >> 16) as u16, value);
                    next!(3);
                    continue;
                }
            }
            slow!(arith::slow)
        }};
    }
    macro_rules! bits_rr {
        ($word:expr, $op:tt) => {{
            let (a, b) = (r!(($word >> 32) as u16), r!(($word >> 48) as u16));
            if both_small!(a, b) {
                set!(($word >> 16) as u16, Term::from_raw(a.raw() $op b.raw()));
                next!(2);
                continue;
            }
            slow!(arith::slow)
        }};
    }
    macro_rules! bits_rc {
        ($word:expr, $op:tt) => {{
            let a = r!(($word >> 32) as u16);
            if a.is_small() {
                set!(($word >> 16) as u16, Term::from_raw(a.raw() $op w!(1)));
                next!(3);
                continue;
            }
            slow!(arith::slow)
        }};
    }

    // The operations that others are run together with: each begins at the current position.
    macro_rules! return_r {
        () => {{
            let value = r!((w!(0) >> 16) as u16);
            // SAFETY: below every frame stand its return address and the way back to the caller's.
            unsafe {
                let info = *fp.sub(1);
                pc = *fp.sub(2) as *const u64;
                fp = fp.sub(info as u16 as usize);
                set!((info >> 16) as u16, value);
            }
        }};
    }
    macro_rules! self_loop {
        () => {{
            reds -= 1;
            if reds < 0 {
                slow!(call::loop_over);
            }
            goto!((w!(0) as i64) >> 32);
        }};
    }
    macro_rules! local_call {
        () => {{
            let word = w!(0);
            let delta = (word >> 32) as u16 as usize;
            room!(delta, (word >> 48) as usize);
            let target = w!(1) as *const u64;
            push_frame!(delta, (word >> 16) as u16, 3);
            enter!(target);
        }};
    }
    macro_rules! uncons {
        () => {{
            let word = w!(0);
            let cell = r!((word >> 48) as u16).cons();
            // SAFETY: the code has tested for a cons cell.
            let (head, tail) = unsafe { (*cell, *cell.add(1)) };
            set!((word >> 16) as u16, Term::from_raw(head));
            set!((word >> 32) as u16, Term::from_raw(tail));
            next!(1);
        }};
    }
    macro_rules! move_1 {
        ($word:expr) => {{
            set!(($word >> 16) as u16, r!(($word >> 32) as u16));
            next!(1);
        }};
    }
    macro_rules! move_2 {
        ($word:expr) => {{
            set!(($word >> 16) as u16, r!(($word >> 32) as u16));
            set!(($word >> 48) as u16, r!(w!(1) as u16));
            next!(2);
        }};
    }
    macro_rules! move_3 {
        ($word:expr) => {{
            set!(($word >> 16) as u16, r!(($word >> 32) as u16));
            let more = w!(1);
            set!(more as u16, r!((more >> 16) as u16));
            set!((more >> 32) as u16, r!((more >> 48) as u16));
            next!(2);
        }};
    }
    macro_rules! cons_rr {
        ($word:expr) => {{
            need!(2, 1);
            let cell = alloc!(2);
            // SAFETY: the cell has two words.
            unsafe {
                *cell = r!(($word >> 32) as u16).raw();
                *cell.add(1) = r!(($word >> 48) as u16).raw();
            }
            set!(($word >> 16) as u16, Term::cons_ptr(cell));
            next!(2);
        }};
    }

    loop {
        let word = w!(0);
        match I::of(word) {
            // ---- guards of code from elsewhere
            I::Clear => {
                let count = (word >> 32) as u16 as usize;
                for i in 0..count {
                    set!(w!(1 + i), Term::NIL);
                }
                next!(1 + count);
            }
            I::CheckCons => {
                if !r!((word >> 16) as u16).is_cons() {
                    slow!(raise::bad_operand);
                }
                next!(2);
            }
            I::CheckTuple => match test::boxed_header(r!((word >> 16) as u16)) {
                Some(head)
                    if header::is_kind(head, Kind::Tuple)
                        && ((word >> 32) as u16 as usize) < header::size(head).min(u16::MAX as usize) =>
                {
                    next!(2);
                }
                _ => slow!(raise::bad_operand),
            },

            // ---- moves and jumps
            I::MoveR => move_1!(word),
            I::MoveRLoop => {
                move_1!(word);
                self_loop!();
            }
            I::MoveRCall => {
                move_1!(word);
                local_call!();
            }
            I::MoveC => {
                set!((word >> 16) as u16, Term::from_raw(w!(1)));
                next!(2);
            }
            I::Move2 => move_2!(word),
            I::Move2Loop => {
                move_2!(word);
                self_loop!();
            }
            I::Move2Call => {
                move_2!(word);
                local_call!();
            }
            I::Move3 => move_3!(word),
            I::Move3Loop => {
                move_3!(word);
                self_loop!();
            }
            I::Move3Call => {
                move_3!(word);
                local_call!();
            }
            I::Jump => goto!((word as i64) >> 32),
            I::Loop => self_loop!(),

            // ---- tests
            I::Truthy => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_truthy(), 1);
            }
            I::IsAtom => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_atom(), 1);
            }
            I::IsBoolean => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_boolean(), 1);
            }
            I::IsInteger => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_small() || t.is_big(), 1);
            }
            I::IsFloat => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_float(), 1);
            }
            I::IsNumber => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_number(), 1);
            }
            I::IsList => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_list(), 1);
            }
            I::IsCons => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_cons(), 1);
            }
            I::IsNil => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_nil(), 1);
            }
            I::IsTuple => kind_test!(word, Kind::Tuple),
            I::IsMap => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_map(), 1);
            }
            I::IsBinary => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_binary(), 1);
            }
            I::IsBitstring => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_bitstring(), 1);
            }
            I::IsFunction => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_fun(), 1);
            }
            I::IsPid => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_pid(), 1);
            }
            I::IsPort => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_port(), 1);
            }
            I::IsReference => {
                let t = r!((word >> 16) as u16);
                test!(word, t.is_ref(), 1);
            }
            I::TupleArity => {
                let t = r!((word >> 16) as u16);
                // SAFETY: a boxed term points to its header.
                test!(word, t.is_boxed() && unsafe { *t.boxed() } == w!(1), 2);
            }
            I::Tagged => {
                let t = r!((word >> 16) as u16);
                // SAFETY: a boxed term points to its header; a tuple with that header has a first element.
                let tagged = t.is_boxed() && unsafe { *t.boxed() == w!(1) && *t.boxed().add(1) == w!(2) };
                test!(word, tagged, 3);
            }
            I::FunArity => {
                let t = r!((word >> 16) as u16);
                test!(word, t.fun_arity().is_some_and(|arity| arity as u64 == w!(1)), 2);
            }

            // ---- comparisons
            I::LtRR => {
                let (a, b) = (r!((word >> 16) as u16), r!(w!(1)));
                let less = if both_small!(a, b) {
                    (a.raw() as i64) < b.raw() as i64
                } else {
                    compare::less(a, b)
                };
                test!(word, less, 2);
            }
            I::GeRR => {
                let (a, b) = (r!((word >> 16) as u16), r!(w!(1)));
                let less = if both_small!(a, b) {
                    (a.raw() as i64) < b.raw() as i64
                } else {
                    compare::less(a, b)
                };
                test!(word, !less, 2);
            }
            I::LtRC => {
                let (a, b) = (r!((word >> 16) as u16), Term::from_raw(w!(1)));
                let less = if a.is_small() {
                    (a.raw() as i64) < b.raw() as i64
                } else {
                    compare::less(a, b)
                };
                test!(word, less, 2);
            }
            I::GeRC => {
                let (a, b) = (r!((word >> 16) as u16), Term::from_raw(w!(1)));
                let less = if a.is_small() {
                    (a.raw() as i64) < b.raw() as i64
                } else {
                    compare::less(a, b)
                };
                test!(word, !less, 2);
            }
            I::LtCR => {
                let (a, b) = (Term::from_raw(w!(1)), r!((word >> 16) as u16));
                let less = if b.is_small() {
                    (a.raw() as i64) < b.raw() as i64
                } else {
                    compare::less(a, b)
                };
                test!(word, less, 2);
            }
            I::GeCR => {
                let (a, b) = (Term::from_raw(w!(1)), r!((word >> 16) as u16));
                let less = if b.is_small() {
                    (a.raw() as i64) < b.raw() as i64
                } else {
                    compare::less(a, b)
                };
                test!(word, !less, 2);
            }
            I::EqRR => {
                let (a, b) = (r!((word >> 16) as u16), r!(w!(1)));
                test!(word, compare::equal(a, b), 2);
            }
            I::NeRR => {
                let (a, b) = (r!((word >> 16) as u16), r!(w!(1)));
                test!(word, !compare::equal(a, b), 2);
            }
            I::EqRC => {
                let (a, b) = (r!((word >> 16) as u16), Term::from_raw(w!(1)));
                test!(word, a == b || (!a.is_small() && compare::equal(a, b)), 2);
            }
            I::NeRC => {
                let (a, b) = (r!((word >> 16) as u16), Term::from_raw(w!(1)));
                test!(word, !(a == b || (!a.is_small() && compare::equal(a, b))), 2);
            }
            I::SameRR => {
                let (a, b) = (r!((word >> 16) as u16), r!(w!(1)));
                test!(word, compare::same(a, b), 2);
            }
            I::NotSameRR => {
                let (a, b) = (r!((word >> 16) as u16), r!(w!(1)));
                test!(word, !compare::same(a, b), 2);
            }
            I::SameRC => {
                let a = r!((word >> 16) as u16);
                test!(word, a.raw() == w!(1), 2);
            }
            I::NotSameRC => {
                let a = r!((word >> 16) as u16);
                test!(word, a.raw() != w!(1), 2);
            }
            I::CompareX => {
                let (a, b) = (src!(1), src!(2));
                test!(
                    word,
                    compare::holds(compare::cond_of((word >> 16) as u16 as usize), a, b),
                    3
                );
            }
            I::CompareTo => slow!(data::compare_to),
            I::TestTo => slow!(data::test_to),
            I::Switch => {
                let value = r!((word >> 16) as u16).raw();
                let count = (word >> 32) as u16 as usize;
                let mut rel = w!(1);
                for i in 0..count {
                    if w!(2 + 2 * i) == value {
                        rel = w!(3 + 2 * i);
                        break;
                    }
                }
                goto!(rel as i64);
            }
            I::SwitchSorted => {
                let value = r!((word >> 16) as u16).raw();
                let (mut low, mut high) = (0usize, (word >> 32) as usize);
                let mut rel = w!(1);
                while low < high {
                    let middle = (low + high) / 2;
                    let case = w!(2 + 2 * middle);
                    if case == value {
                        rel = w!(3 + 2 * middle);
                        break;
                    }
                    if case < value {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                goto!(rel as i64);
            }
            I::SwitchDense => {
                let t = r!((word >> 16) as u16);
                let index = ((t.raw() as i64 >> 2) - (w!(1) as i64 >> 2)) as u64;
                let rel = if t.is_small() && index < w!(2) {
                    w!(4 + index as usize)
                } else {
                    w!(3)
                };
                goto!(rel as i64);
            }
            I::SwitchArity => {
                let t = r!((word >> 16) as u16);
                let mut rel = w!(1);
                if let Some(header) = test::boxed_header(t) {
                    for i in 0..(word >> 32) as u16 as usize {
                        if w!(2 + 2 * i) == header {
                            rel = w!(3 + 2 * i);
                            break;
                        }
                    }
                }
                goto!(rel as i64);
            }

            // ---- data
            I::ConsRR => cons_rr!(word),
            I::ConsRRReturn => {
                cons_rr!(word);
                return_r!();
            }
            I::ConsX => {
                need!(2, 3);
                let cell = alloc!(2);
                // SAFETY: the cell has two words.
                unsafe {
                    *cell = src!(1).raw();
                    *cell.add(1) = src!(2).raw();
                }
                set!((word >> 16) as u16, Term::cons_ptr(cell));
                next!(4);
            }
            I::Tuple => {
                let count = (word >> 32) as u16 as usize;
                need!(1 + count, 1);
                let cell = alloc!(1 + count);
                // SAFETY: the cell has room for the header and `count` elements.
                unsafe {
                    *cell = w!(2);
                    for i in 0..count {
                        *cell.add(1 + i) = src!(3 + i).raw();
                    }
                }
                set!((word >> 16) as u16, Term::boxed_ptr(cell));
                next!(3 + count);
            }
            I::Tuple2RR => {
                need!(3, 1);
                let cell = alloc!(3);
                // SAFETY: the cell has three words.
                unsafe {
                    *cell = w!(2);
                    *cell.add(1) = r!((word >> 32) as u16).raw();
                    *cell.add(2) = r!((word >> 48) as u16).raw();
                }
                set!((word >> 16) as u16, Term::boxed_ptr(cell));
                next!(3);
            }
            I::Head => {
                let t = r!((word >> 32) as u16);
                // SAFETY: validated code has tested for a cons cell.
                set!((word >> 16) as u16, Term::from_raw(unsafe { *t.cons() }));
                next!(1);
            }
            I::Tail => {
                let t = r!((word >> 32) as u16);
                // SAFETY: as above.
                set!((word >> 16) as u16, Term::from_raw(unsafe { *t.cons().add(1) }));
                next!(1);
            }
            I::Uncons => uncons!(),
            I::IsConsUncons => {
                if r!((word >> 16) as u16).is_cons() {
                    next!(1);
                    uncons!();
                } else {
                    goto!((word as i64) >> 32);
                }
            }
            I::Element => {
                let t = r!((word >> 32) as u16);
                // SAFETY: validated code has tested for a tuple with more elements than that.
                let element = unsafe { *t.boxed().add(1 + (word >> 48) as usize) };
                set!((word >> 16) as u16, Term::from_raw(element));
                next!(1);
            }
            I::Element2 => {
                let cell = r!((word >> 16) as u16).boxed();
                let more = w!(1);
                // SAFETY: as above.
                unsafe {
                    set!(
                        (word >> 32) as u16,
                        Term::from_raw(*cell.add(1 + (word >> 48) as usize))
                    );
                    set!(
                        more as u16,
                        Term::from_raw(*cell.add(1 + (more >> 16) as u16 as usize))
                    );
                }
                next!(2);
            }
            I::Element3 => {
                let cell = r!((word >> 16) as u16).boxed();
                let more = w!(1);
                // SAFETY: as above.
                unsafe {
                    set!(
                        (word >> 32) as u16,
                        Term::from_raw(*cell.add(1 + (word >> 48) as usize))
                    );
                    set!(
                        more as u16,
                        Term::from_raw(*cell.add(1 + (more >> 16) as u16 as usize))
                    );
                    set!(
                        (more >> 32) as u16,
                        Term::from_raw(*cell.add(1 + (more >> 48) as usize))
                    );
                }
                next!(2);
            }
            I::ElementFar => {
                let t = src!(1);
                // SAFETY: as above.
                let element = unsafe { *t.boxed().add(1 + w!(2) as usize) };
                set!((word >> 16) as u16, Term::from_raw(element));
                next!(3);
            }
            I::Map => slow!(map::build),
            I::MapFlat => {
                let count = (word >> 32) as u16 as usize;
                need!(2 + count, 1);
                let cell = alloc!(2 + count);
                // SAFETY: the cell has room for header, keys and `count` values.
                unsafe {
                    *cell = header_of(Kind::FlatMap, 1 + count);
                    *cell.add(1) = w!(2);
                    for i in 0..count {
                        *cell.add(2 + i) = src!(3 + i).raw();
                    }
                }
                set!((word >> 16) as u16, Term::boxed_ptr(cell));
                next!(3 + count);
            }
            I::MapPut => slow!(map::put),
            I::MapUpdate => slow!(map::update),
            I::MapGet => {
                let (t, key) = (src!(1), src!(2));
                match map::get(t, key) {
                    Some(value) => {
                        set!((word >> 16) as u16, value);
                        next!(3);
                    }
                    None => goto!((word as i64) >> 32),
                }
            }
            I::Fun => {
                let count = (word >> 32) as u16 as usize;
                need!(2 + count, 2);
                let cell = alloc!(2 + count);
                // SAFETY: the cell has room for header, entry and `count` variables.
                unsafe {
                    *cell = header_of(Kind::Fun, 1 + count);
                    *cell.add(1) = w!(1);
                    for i in 0..count {
                        *cell.add(2 + i) = src!(3 + i).raw();
                    }
                }
                set!((word >> 16) as u16, Term::boxed_ptr(cell));
                next!(3 + count);
            }

            // ---- arithmetic
            I::AddRR => arith_rr!(word, overflowing_add, +, {}),
            I::AddRRReturn => arith_rr!(word, overflowing_add, +, { return_r!() }),
            I::SubRR => arith_rr!(word, overflowing_sub, -, {}),
            I::AddRC => arith_rc!(word, overflowing_add, +, {}),
            I::AddRCLoop => arith_rc!(word, overflowing_add, +, { self_loop!() }),
            I::AddRCCall => arith_rc!(word, overflowing_add, +, { local_call!() }),
            I::AddRCReturn => arith_rc!(word, overflowing_add, +, { return_r!() }),
            I::SubRC => arith_rc!(word, overflowing_sub, -, {}),
            I::SubRCLoop => arith_rc!(word, overflowing_sub, -, { self_loop!() }),
            I::SubRCCall => arith_rc!(word, overflowing_sub, -, { local_call!() }),
            I::SubCR => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let (value, over) = (w!(1) as i64).overflowing_sub(a.raw() as i64);
                    if !over {
                        set!((word >> 16) as u16, Term::from_raw(value as u64));
                        next!(3);
                        continue;
                    }
                }
                slow!(arith::slow)
            }
            I::MulRR => {
                let (a, b) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                if both_small!(a, b) {
                    let (value, over) = (a.raw() as i64 >> 2).overflowing_mul(b.raw() as i64);
                    if !over {
                        set!((word >> 16) as u16, Term::from_raw(value as u64));
                        next!(2);
                        continue;
                    }
                } else if a.is_immediate_float()
                    && b.is_immediate_float()
                    && let Some(value) = Term::float(a.immediate_float() * b.immediate_float())
                {
                    set!((word >> 16) as u16, value);
                    next!(2);
                    continue;
                }
                slow!(arith::slow)
            }
            I::MulRC => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let (value, over) = (a.raw() as i64 >> 2).overflowing_mul(w!(1) as i64);
                    if !over {
                        set!((word >> 16) as u16, Term::from_raw(value as u64));
                        next!(3);
                        continue;
                    }
                }
                slow!(arith::slow)
            }
            I::FloatDivRR => {
                let (a, b) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                if a.is_immediate_float()
                    && b.is_immediate_float()
                    && b.immediate_float() != 0.0
                    && let Some(value) = Term::float(a.immediate_float() / b.immediate_float())
                {
                    set!((word >> 16) as u16, value);
                    next!(2);
                    continue;
                }
                slow!(arith::slow)
            }
            I::DivRR => {
                let (a, b) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                if both_small!(a, b) && b.raw() != 0 && b.raw() as i64 != -4 {
                    let value = quotient(a.raw() as i64, b.raw() as i64) << 2;
                    set!((word >> 16) as u16, Term::from_raw(value as u64));
                    next!(2);
                    continue;
                }
                slow!(arith::slow)
            }
            I::DivRC => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let (value, n) = (a.small_value(), w!(1) as i64);
                    let reciprocal = Reciprocal {
                        magic: w!(2),
                        shift: (word >> 48) as u32,
                    };
                    let quotient = reciprocal.quotient(value.unsigned_abs()) as i64;
                    // Rounds towards zero; the sign is taken off and put on again.
                    let sign = (value ^ n) >> 63;
                    set!(
                        (word >> 16) as u16,
                        Term::from_raw((((quotient ^ sign) - sign) << 2) as u64)
                    );
                    next!(4);
                    continue;
                }
                slow!(arith::slow)
            }
            I::DivPow => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let (value, n) = (a.raw() as i64, w!(1));
                    // Rounds towards zero: negative numbers are raised by the divisor less one.
                    let raised = value + ((value >> 63) & (n as i64 - 4));
                    let value = (raised >> (n.trailing_zeros() - 2)) & !3;
                    set!((word >> 16) as u16, Term::from_raw(value as u64));
                    next!(3);
                    continue;
                }
                slow!(arith::slow)
            }
            I::RemRR => {
                let (a, b) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                if both_small!(a, b) && b.raw() != 0 && b.raw() as i64 != -4 {
                    set!(
                        (word >> 16) as u16,
                        Term::from_raw(remainder(a.raw() as i64, b.raw() as i64) as u64)
                    );
                    next!(2);
                    continue;
                }
                slow!(arith::slow)
            }
            I::RemRC => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let (value, n) = (a.small_value(), w!(1) as i64 >> 2);
                    let reciprocal = Reciprocal {
                        magic: w!(2),
                        shift: (word >> 48) as u32,
                    };
                    let (whole, sign) = (value.unsigned_abs(), value >> 63);
                    let left =
                        whole.wrapping_sub(reciprocal.quotient(whole).wrapping_mul(n.unsigned_abs())) as i64;
                    set!(
                        (word >> 16) as u16,
                        Term::from_raw((((left ^ sign) - sign) << 2) as u64)
                    );
                    next!(4);
                    continue;
                }
                slow!(arith::slow)
            }
            I::RemPow | I::RemPowEq => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let (value, n) = (a.raw() as i64, w!(1) as i64);
                    let low = value & (n - 1);
                    let value = if value < 0 && low != 0 { low - n } else { low };
                    set!((word >> 16) as u16, Term::from_raw(value as u64));
                    next!(3);
                    if I::of(word) == I::RemPowEq {
                        // `EqRC` of the remainder, which is a small integer.
                        let word = w!(0);
                        let same = r!((word >> 16) as u16).raw() == w!(1);
                        test!(word, same, 2);
                    }
                    continue;
                }
                slow!(arith::slow)
            }
            I::BandRR => bits_rr!(word, &),
            I::BandRC => bits_rc!(word, &),
            I::BorRR => bits_rr!(word, |),
            I::BorRC => bits_rc!(word, |),
            I::BxorRR => bits_rr!(word, ^),
            I::BxorRC => bits_rc!(word, ^),
            I::BslRC => {
                let a = r!((word >> 32) as u16);
                let n = (w!(1) >> 2) as u32;
                let value = (a.raw() as i64) << n;
                if a.is_small() && value >> n == a.raw() as i64 {
                    set!((word >> 16) as u16, Term::from_raw(value as u64));
                    next!(3);
                    continue;
                }
                slow!(arith::slow)
            }
            I::BsrRC => {
                let a = r!((word >> 32) as u16);
                if a.is_small() {
                    let value = (a.raw() as i64 >> (w!(1) >> 2)) & !3;
                    set!((word >> 16) as u16, Term::from_raw(value as u64));
                    next!(3);
                    continue;
                }
                slow!(arith::slow)
            }
            I::ArithX => {
                let (a, b) = (src!(1), src!(2));
                if a.is_immediate_float() && b.is_immediate_float() {
                    let (a, b) = (a.immediate_float(), b.immediate_float());
                    let value = match arith::arith_of((word >> 32) as u16 as usize) {
                        Arith::Add => Term::float(a + b),
                        Arith::Sub => Term::float(a - b),
                        Arith::Mul => Term::float(a * b),
                        Arith::FloatDiv if b != 0.0 => Term::float(a / b),
                        _ => None,
                    };
                    if let Some(value) = value {
                        set!((word >> 16) as u16, value);
                        next!(4);
                        continue;
                    }
                }
                slow!(arith::slow)
            }
            I::Unary => slow!(arith::unary),
            I::HdR => {
                let t = r!((word >> 32) as u16);
                if t.is_cons() {
                    // SAFETY: it is a cons cell.
                    set!((word >> 16) as u16, Term::from_raw(unsafe { *t.cons() }));
                    next!(2);
                    continue;
                }
                slow!(arith::bif)
            }
            I::TlR => {
                let t = r!((word >> 32) as u16);
                if t.is_cons() {
                    // SAFETY: it is a cons cell.
                    set!((word >> 16) as u16, Term::from_raw(unsafe { *t.cons().add(1) }));
                    next!(2);
                    continue;
                }
                slow!(arith::bif)
            }
            I::TupleSizeR => {
                let t = r!((word >> 32) as u16);
                match test::boxed_header(t) {
                    Some(head) if header::is_kind(head, Kind::Tuple) => {
                        set!((word >> 16) as u16, Term::small(header::size(head) as i64));
                        next!(2);
                    }
                    _ => slow!(arith::bif),
                }
            }
            I::ByteSizeR | I::LengthR | I::MapSizeR => slow!(arith::bif),
            I::ElementRR => {
                let (index, t) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                match test::boxed_header(t) {
                    Some(head)
                        if header::is_kind(head, Kind::Tuple)
                            && index.is_small()
                            && (index.small_value() as u64).wrapping_sub(1) < header::size(head) as u64 =>
                    {
                        // SAFETY: the index lies within the tuple.
                        let value = unsafe { *t.boxed().add(index.small_value() as usize) };
                        set!((word >> 16) as u16, Term::from_raw(value));
                        next!(2);
                    }
                    _ => slow!(arith::bif),
                }
            }
            I::ElementC => {
                let t = r!((word >> 32) as u16);
                match test::boxed_header(t) {
                    Some(head) if header::is_kind(head, Kind::Tuple) && w!(1) < header::size(head) as u64 => {
                        // SAFETY: the index lies within the tuple.
                        let value = unsafe { *t.boxed().add(1 + w!(1) as usize) };
                        set!((word >> 16) as u16, Term::from_raw(value));
                        next!(3);
                    }
                    _ => slow!(arith::bif),
                }
            }
            I::SelfPid => {
                set!((word >> 16) as u16, m.p.pid());
                next!(1);
            }
            I::MaxRR => {
                let (a, b) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                set!((word >> 16) as u16, if compare::less(a, b) { b } else { a });
                next!(2);
            }
            I::MinRR => {
                let (a, b) = (r!((word >> 32) as u16), r!((word >> 48) as u16));
                set!((word >> 16) as u16, if compare::less(b, a) { b } else { a });
                next!(2);
            }
            I::Bif => slow!(arith::bif),

            // ---- calls
            I::Call => local_call!(),
            I::TailCall => {
                let arity = (word >> 16) as u16 as usize;
                let delta = (word >> 32) as u16 as usize;
                room!(0, (word >> 48) as usize);
                for i in 0..arity {
                    set!(i, r!(delta + i));
                }
                enter!(w!(1) as *const u64);
            }
            I::CallExt => {
                let delta = (word >> 32) as u16 as usize;
                // SAFETY: the loader put an entry there; entries are never freed.
                let entry = unsafe { &*(w!(1) as *const ExportEntry) };
                let target = entry.code.load(Ordering::Acquire) as *const u64;
                room!(delta, call::needs(target).0);
                push_frame!(delta, (word >> 16) as u16, 3);
                enter!(target);
            }
            I::TailCallExt => {
                let arity = (word >> 16) as u16 as usize;
                let delta = (word >> 32) as u16 as usize;
                // SAFETY: as above.
                let entry = unsafe { &*(w!(1) as *const ExportEntry) };
                let target = entry.code.load(Ordering::Acquire) as *const u64;
                room!(0, call::needs(target).0);
                for i in 0..arity {
                    set!(i, r!(delta + i));
                }
                enter!(target);
            }
            I::CallNative | I::TailCallNative => {
                let delta = (word >> 32) as u16 as usize;
                let arity = (word >> 48) as usize;
                // SAFETY: the loader put a native's code and description there.
                let (code, native) = unsafe {
                    (
                        std::mem::transmute::<usize, Code>(w!(1) as usize),
                        &*(w!(2) as *const Native),
                    )
                };
                reds -= native.cost as i32;
                sync!();
                // SAFETY: the arguments stand in outgoing registers; the stack does not move while a native runs.
                let args = unsafe { std::slice::from_raw_parts(fp.add(delta) as *const Term, arity) };
                match code(
                    &mut Ctx {
                        process: m.p,
                        vm: m.vm,
                    },
                    args,
                ) {
                    Ok(value) => {
                        hp = m.p.heap.top;
                        reds = m.p.exec.reductions;
                        if I::of(word) == I::CallNative {
                            let dst = (word >> 16) as u16 as usize;
                            set!(dst, value);
                            if m.p.heap.has_overflow() || stress {
                                let site = w!(3) as *const Site;
                                sync!();
                                m.collect(Live::Site(site), Some(dst as u16), 0);
                                load!();
                            }
                            next!(4);
                        } else {
                            // SAFETY: below every frame stand its return address and the way back to the caller's.
                            unsafe {
                                let (back, info) = (*fp.sub(2) as *const u64, *fp.sub(1));
                                fp = fp.sub(info as u16 as usize);
                                let dst = (info >> 16) as u16 as usize;
                                set!(dst, value);
                                pc = back;
                                if m.p.heap.has_overflow() {
                                    let site = *back.sub(1) as *const Site;
                                    sync!();
                                    m.collect(Live::Site(site), Some(dst as u16), 0);
                                    load!();
                                }
                            }
                        }
                    }
                    Err(stop) => {
                        if native::stopped(m, pc, stop) == Step::Leave {
                            return;
                        }
                        load!();
                    }
                }
            }
            I::CallFun => {
                let t = src!(1);
                let delta = (word >> 32) as u16 as usize;
                let arity = (word >> 48) as usize;
                if test::is_kind(t, Kind::Fun) {
                    let cell = t.boxed();
                    let entry = call::closure_entry(cell);
                    if entry.arity as usize == arity {
                        let target = entry.code.load(Ordering::Acquire) as *const u64;
                        room!(delta, call::needs(target).0);
                        for i in 0..entry.free as usize {
                            // SAFETY: the closure has that many variables.
                            set!(delta + arity + i, Term::from_raw(unsafe { *cell.add(2 + i) }));
                        }
                        push_frame!(delta, (word >> 16) as u16, 3);
                        enter!(target);
                        continue;
                    }
                }
                slow!(call::fun)
            }
            I::TailCallFun => {
                let t = src!(1);
                let delta = (word >> 32) as u16 as usize;
                let arity = (word >> 48) as usize;
                if test::is_kind(t, Kind::Fun) {
                    let cell = t.boxed();
                    let entry = call::closure_entry(cell);
                    if entry.arity as usize == arity {
                        let target = entry.code.load(Ordering::Acquire) as *const u64;
                        room!(0, call::needs(target).0);
                        for i in 0..arity {
                            set!(i, r!(delta + i));
                        }
                        for i in 0..entry.free as usize {
                            // SAFETY: the closure has that many variables.
                            set!(arity + i, Term::from_raw(unsafe { *cell.add(2 + i) }));
                        }
                        enter!(target);
                        continue;
                    }
                }
                slow!(call::fun)
            }
            I::CallDynamic | I::TailCallDynamic => {
                reds -= 1;
                slow!(call::dynamic)
            }
            I::ReturnR => return_r!(),
            I::ReturnC => {
                let value = Term::from_raw(w!(1));
                // SAFETY: as above.
                unsafe {
                    let info = *fp.sub(1);
                    pc = *fp.sub(2) as *const u64;
                    fp = fp.sub(info as u16 as usize);
                    set!((info >> 16) as u16, value);
                }
            }

            // ---- stubs
            I::Halt => {
                sync!();
                m.leave(Outcome::Exit {
                    class: Class::Exit,
                    reason: Term::atom(crate::atom::known::NORMAL),
                    trace: Term::NIL,
                });
                return;
            }
            I::HeldReturn => {
                let value = r!((word >> 16) as u16);
                sync!();
                m.leave(Outcome::HeldReturn(value));
                return;
            }
            I::ExportStub => slow!(call::lookup),
            I::FunStub => slow!(call::unloaded),
            I::NativeStub => slow!(native::in_frame),

            // ---- exceptions
            I::Raise => slow!(raise::raise),
            I::Fail => slow!(raise::fail),
            I::Stacktrace => slow!(raise::stacktrace),

            // ---- processes
            I::Send => slow!(process::send),
            I::RecvRef => slow!(process::only),
            I::RecvPeek => {
                if let Some(message) = m.p.mailbox.adopted() {
                    set!((word >> 16) as u16, message);
                    next!(2);
                    continue;
                }
                slow!(process::peek)
            }
            I::RecvTake => slow!(process::take),
            I::RecvNext => {
                if reds <= 0 {
                    slow!(process::skip);
                }
                m.p.mailbox.advance();
                reds -= 1;
                goto!((word as i64) >> 32);
            }
            I::RecvWait => slow!(process::wait),
            I::RecvWaitFor => slow!(process::wait_for),

            // ---- binaries
            I::Bin => slow!(binary::build),
            I::BinStart => {
                need!(binary::CONTEXT_WORDS, 2);
                let t = src!(1);
                let (original, first, end) = if test::is_kind(t, Kind::SubBinary) {
                    let part = t.boxed();
                    // SAFETY: a slice has three words of payload: binary, first bit, number of bits.
                    unsafe { (*part.add(1), *part.add(2), *part.add(2) + *part.add(3)) }
                } else if test::is_kind(t, Kind::HeapBinary) {
                    // SAFETY: the first word of its payload is the number of bytes.
                    (t.raw(), 0, unsafe { *t.boxed().add(1) } << 5)
                } else if test::is_kind(t, Kind::MatchContext) {
                    // Nobody else uses it any more: it goes on from where it is.
                    // SAFETY: a match context's payload is binary, position, end, start.
                    unsafe { *t.boxed().add(4) = *t.boxed().add(2) };
                    set!((word >> 16) as u16, t);
                    next!(3);
                    continue;
                } else {
                    slow!(binary::start)
                };
                let cell = alloc!(binary::CONTEXT_WORDS);
                // SAFETY: the cell has that many words.
                unsafe {
                    *cell = header_of(Kind::MatchContext, binary::CONTEXT_WORDS - 1);
                    *cell.add(1) = original;
                    *cell.add(2) = first;
                    *cell.add(3) = end;
                    *cell.add(4) = first;
                }
                set!((word >> 16) as u16, Term::boxed_ptr(cell));
                next!(3);
            }
            I::BinGet => slow!(binary::get),
            I::BinGetByte => {
                if let Some(context) = binary::context(r!((word >> 32) as u16))
                    && context.position + 8 <= context.end
                    && context.position % 8 == 0
                {
                    // SAFETY: the byte lies before the context's end, so in its binary.
                    let byte = unsafe { *context.base.add(context.position / 8) };
                    context.seek(context.position + 8);
                    set!((word >> 16) as u16, Term::small(byte as i64));
                    next!(2);
                    continue;
                }
                slow!(binary::get_byte)
            }
            I::BinGetBytes => slow!(binary::get_bytes),
            I::BinGetUtf8 => slow!(binary::get_utf8),
            I::BinSkip => slow!(binary::skip),
            I::BinSkipUtf => slow!(binary::skip_utf),
            I::BinLiteral => slow!(binary::literal),
            I::BinRest => {
                if let Some(context) = binary::context(r!((word >> 32) as u16)) {
                    let left = context.end - context.position;
                    let unit = (word >> 48) as usize;
                    if left > SMALL_SLICE
                        && (unit == 1 || (unit == 8 && left % 8 == 0))
                        && context.position > 0
                    {
                        need!(4, 2);
                        let context = r!((word >> 32) as u16).boxed();
                        let cell = alloc!(4);
                        // SAFETY: the cell has four words; a match context has four words of payload.
                        unsafe {
                            *cell = header_of(Kind::SubBinary, 3);
                            *cell.add(1) = *context.add(1);
                            *cell.add(2) = *context.add(2);
                            *cell.add(3) = *context.add(3) - *context.add(2);
                            *context.add(2) = *context.add(3);
                        }
                        set!((word >> 16) as u16, Term::boxed_ptr(cell));
                        next!(3);
                        continue;
                    }
                }
                slow!(binary::rest)
            }
            I::BinRestUnit => {
                if let Some(context) = binary::context(r!((word >> 16) as u16)) {
                    let unit = w!(1) as usize;
                    let left = context.end - context.position;
                    if unit == 1 || (unit == 8 && left % 8 == 0) {
                        next!(2);
                        continue;
                    }
                }
                slow!(binary::rest_unit)
            }
            I::BinEnd => {
                let ended = binary::context(r!((word >> 16) as u16)).is_some_and(|c| c.position == c.end);
                test!(word, ended, 1);
            }
            I::BinPosition => {
                let t = r!((word >> 32) as u16);
                if test::is_kind(t, Kind::MatchContext) {
                    // SAFETY: its second word is the position, a small integer.
                    set!((word >> 16) as u16, Term::from_raw(unsafe { *t.boxed().add(2) }));
                    next!(1);
                    continue;
                }
                slow!(binary::position)
            }
            I::BinSeek => {
                let (t, position) = (r!((word >> 16) as u16), src!(1));
                // SAFETY: a match context's payload is binary, position, end, start.
                unsafe {
                    if test::is_kind(t, Kind::MatchContext)
                        && position.is_small()
                        && position.raw() <= *t.boxed().add(3)
                    {
                        *t.boxed().add(2) = position.raw();
                        next!(2);
                        continue;
                    }
                }
                slow!(binary::seek)
            }
        }
    }
}

/// Slices up to this many bits are copied rather than shared.
const SMALL_SLICE: usize = 3 * 64;

/// Division of small integers; 32 bits are divided much faster than 64.
#[inline(always)]
fn quotient(a: i64, b: i64) -> i64 {
    if (a | b) as u64 >> 32 == 0 {
        (a as u32 / b as u32) as i64
    } else {
        a / b
    }
}

#[inline(always)]
fn remainder(a: i64, b: i64) -> i64 {
    if (a | b) as u64 >> 32 == 0 {
        (a as u32 % b as u32) as i64
    } else {
        a % b
    }
}
