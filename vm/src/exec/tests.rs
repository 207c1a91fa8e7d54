//! Modules assembled by hand, run on a Vm.

use crate::atom::{Atom, known};
use crate::bytecode::module::{Function, Handler, Lambda, ModuleFile, RegSet};
use crate::bytecode::ops::*;
use crate::bytecode::{disasm, file};
use crate::code::Exports;
use crate::exec::Held;
use crate::natives::{Ctx, Native, NativeResult, Stop};
use crate::term::{OwnedTerm, Term};
use crate::vm::Vm;
use std::sync::Mutex;

static RESULT: Mutex<Option<OwnedTerm>> = Mutex::new(None);
static ONE: Mutex<()> = Mutex::new(());

static NATIVES: &[Native] = &[
    Native::plain("test", "done", 1, done),
    Native::holding("test", "hold", 2, hold),
];

/// `hold(n, what)` = what applied to n by calling `t.held/2` from a holding native, twice.
fn hold(held: &mut Held<'_>, _: &[Term]) -> NativeResult {
    let (number, what) = (held.arg(0), held.arg(1));
    let first = held.call(a("t"), a("held"), &[number, what]);
    let first = match first {
        Ok(value) => OwnedTerm::of(value),
        Err(e) => return Ok(held.heap().tuple(&[Term::atom(e.class.atom()), e.reason])),
    };
    let (number, what) = (held.arg(0), held.arg(1));
    match held.call(a("t"), a("held"), &[number, what]) {
        Ok(second) => {
            let first = held.heap().copy(first.term());
            Ok(held.heap().tuple(&[first, second]))
        }
        Err(e) => Err(Stop::Raise {
            class: e.class,
            reason: e.reason,
            trace: Some(e.trace),
        }),
    }
}

fn done(_: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    *RESULT.lock().unwrap() = Some(OwnedTerm::of(args[0]));
    Ok(Term::OK)
}

fn a(name: &str) -> Atom {
    Atom::new(name)
}

fn r(n: u16) -> Src {
    Src::Reg(Reg(n))
}

fn n(n: i64) -> Src {
    Src::Small(n)
}

fn at(name: &str) -> Src {
    Src::Atom(a(name))
}

struct Maker(ModuleFile);

impl Maker {
    fn new() -> Maker {
        Maker(ModuleFile {
            name: a("t"),
            files: vec!["t.ex".into()],
            functions: Vec::new(),
            lambdas: Vec::new(),
            literals: Vec::new(),
            attributes: Vec::new(),
            on_load: None,
            chunks: Vec::new(),
        })
    }

    fn function(
        &mut self,
        name: &str,
        arity: u8,
        frame: u16,
        out: u16,
        live: &[&[u16]],
        code: Vec<Op>,
    ) -> u32 {
        self.0.functions.push(Function {
            name: a(name),
            arity,
            exported: true,
            frame,
            out,
            lines: vec![(0, 7)],
            code,
            live: live.iter().map(|set| RegSet(set.to_vec())).collect(),
            handlers: Vec::new(),
            file: 0,
        });
        self.0.functions.len() as u32 - 1
    }

    /// Runs `main/0` and shows what it returned.
    fn run(mut self) -> String {
        // start/0: done(main())
        let main = self.0.functions.iter().position(|f| f.name == a("main")).unwrap() as u32;
        self.function(
            "start",
            0,
            1,
            1,
            &[&[]],
            vec![
                Op::Call {
                    function: main,
                    dst: Reg(0),
                    live: Live(0),
                },
                Op::Move {
                    dst: Reg(3),
                    src: r(0),
                },
                Op::TailCallExt {
                    mfa: Mfa {
                        module: a("test"),
                        function: a("done"),
                        arity: 1,
                    },
                },
            ],
        );
        let _one = ONE.lock().unwrap_or_else(|e| e.into_inner());
        let bytes = file::encode(&self.0);
        let back = file::decode(&bytes).unwrap();
        assert_eq!(disasm::module(&back), disasm::module(&self.0));
        let vm = Vm::builder().schedulers(1).natives(&[NATIVES]).start();
        vm.code().load(back, 0).unwrap();
        let own = Self::start(&vm);
        vm.code().forget(a("t"), &vm);
        vm.shutdown();
        let vm = Vm::builder().schedulers(1).natives(&[NATIVES]).start();
        vm.code().load_bytes(&bytes).unwrap();
        let foreign = Self::start(&vm);
        vm.code().forget(a("t"), &vm);
        vm.shutdown();
        assert_eq!(own, foreign);
        own
    }

    fn start(vm: &Vm) -> String {
        *RESULT.lock().unwrap() = None;
        vm.run_main(
            Mfa {
                module: a("t"),
                function: a("start"),
                arity: 0,
            },
            Vec::new(),
        );
        let result = RESULT.lock().unwrap().take();
        result.map_or("nothing".into(), |result| format!("{:?}", result.term()))
    }
}

/// `fib/1` with frame R0 = n, R1 = fib(n-1).
pub(crate) fn fib() -> Vec<Op> {
    vec![
        Op::Compare {
            cond: Cond::Lt,
            a: r(0),
            b: n(2),
            fail: Label(2),
        },
        Op::Return { src: r(0) },
        Op::Arith {
            op: Arith::Sub,
            dst: Reg(4),
            a: r(0),
            b: n(1),
            fail: None,
            live: Live(0),
        },
        Op::Call {
            function: 0,
            dst: Reg(1),
            live: Live(0),
        },
        Op::Arith {
            op: Arith::Sub,
            dst: Reg(4),
            a: r(0),
            b: n(2),
            fail: None,
            live: Live(1),
        },
        Op::Call {
            function: 0,
            dst: Reg(0),
            live: Live(2),
        },
        Op::Arith {
            op: Arith::Add,
            dst: Reg(0),
            a: r(1),
            b: r(0),
            fail: None,
            live: Live(1),
        },
        Op::Return { src: r(0) },
    ]
}

#[test]
fn fib_20() {
    let mut m = Maker::new();
    m.function("fib", 1, 2, 1, &[&[0], &[0, 1], &[1]], fib());
    m.function(
        "main",
        0,
        0,
        1,
        &[&[]],
        vec![
            Op::Move {
                dst: Reg(2),
                src: n(20),
            },
            Op::TailCall { function: 0 },
        ],
    );
    assert_eq!(m.run(), "6765");
}

#[test]
fn deep_recursion_and_lists() {
    // down(n) -> [n | down(n - 1)]; len(l, acc)
    let mut m = Maker::new();
    m.function(
        "down",
        1,
        2,
        1,
        &[&[0], &[0, 1]],
        vec![
            Op::Compare {
                cond: Cond::Same,
                a: r(0),
                b: n(0),
                fail: Label(2),
            },
            Op::Return { src: Src::Nil },
            Op::Arith {
                op: Arith::Sub,
                dst: Reg(4),
                a: r(0),
                b: n(1),
                fail: None,
                live: Live(0),
            },
            Op::Call {
                function: 0,
                dst: Reg(1),
                live: Live(0),
            },
            Op::Cons {
                dst: Reg(0),
                head: r(0),
                tail: r(1),
                live: Live(1),
            },
            Op::Return { src: r(0) },
        ],
    );
    m.function(
        "sum",
        2,
        3,
        2,
        &[&[0, 1, 2]],
        vec![
            Op::Test {
                ty: Type::Cons,
                src: r(0),
                fail: Label(4),
            },
            Op::Uncons {
                head: Reg(2),
                tail: Reg(0),
                src: Reg(0),
            },
            Op::Arith {
                op: Arith::Add,
                dst: Reg(1),
                a: r(1),
                b: r(2),
                fail: None,
                live: Live(0),
            },
            Op::Loop {
                to: Label(0),
                live: Live(0),
            },
            Op::Return { src: r(1) },
        ],
    );
    m.function(
        "main",
        0,
        1,
        2,
        &[&[]],
        vec![
            Op::Move {
                dst: Reg(3),
                src: n(100_000),
            },
            Op::Call {
                function: 0,
                dst: Reg(0),
                live: Live(0),
            },
            Op::Move {
                dst: Reg(3),
                src: r(0),
            },
            Op::Move {
                dst: Reg(4),
                src: n(0),
            },
            Op::TailCall { function: 1 },
        ],
    );
    assert_eq!(m.run(), "5000050000");
}

#[test]
fn exceptions() {
    let mut m = Maker::new();
    m.function(
        "bad",
        1,
        1,
        0,
        &[&[0]],
        vec![
            Op::Arith {
                op: Arith::Add,
                dst: Reg(0),
                a: r(0),
                b: at("a"),
                fail: None,
                live: Live(0),
            },
            Op::Return { src: r(0) },
        ],
    );
    let main = m.function(
        "main",
        0,
        4,
        1,
        &[&[], &[0, 1, 2]],
        vec![
            Op::Move {
                dst: Reg(6),
                src: n(1),
            },
            Op::Call {
                function: 0,
                dst: Reg(0),
                live: Live(0),
            },
            Op::Return { src: r(0) },
            Op::Stacktrace {
                dst: Reg(2),
                src: Reg(2),
                live: Live(1),
            },
            Op::Tuple {
                dst: Reg(0),
                elements: vec![r(0), r(1), r(2)],
                live: Live(1),
            },
            Op::Return { src: r(0) },
        ],
    );
    m.0.functions[main as usize].handlers.push(Handler {
        start: 0,
        end: 2,
        target: Label(3),
        dst: Reg(0),
    });
    let shown = m.run();
    assert!(shown.contains("badarith"), "{shown}");
    assert!(shown.contains("erl_erts_errors"), "{shown}");
    assert!(shown.contains("bad"), "{shown}");
}

#[test]
fn closures_and_dynamic_calls() {
    let mut m = Maker::new();
    m.function(
        "-main/0-fun-0-",
        2,
        2,
        0,
        &[&[0, 1]],
        vec![
            Op::Arith {
                op: Arith::Mul,
                dst: Reg(0),
                a: r(0),
                b: r(1),
                fail: None,
                live: Live(0),
            },
            Op::Return { src: r(0) },
        ],
    );
    m.0.lambdas.push(Lambda {
        function: 0,
        arity: 1,
        free: 1,
    });
    m.function(
        "main",
        0,
        2,
        2,
        &[&[], &[1]],
        vec![
            Op::Fun {
                dst: Reg(1),
                lambda: 0,
                free: vec![n(7)],
                live: Live(0),
            },
            Op::Move {
                dst: Reg(4),
                src: n(6),
            },
            Op::CallFun {
                fun: r(1),
                arity: 1,
                dst: Reg(0),
                live: Live(0),
            },
            Op::Move {
                dst: Reg(4),
                src: r(0),
            },
            Op::Move {
                dst: Reg(5),
                src: n(100),
            },
            Op::CallDynamic {
                module: at("erlang"),
                function: at("-"),
                arity: 2,
                dst: Reg(0),
                live: Live(0),
            },
            Op::Return { src: r(0) },
        ],
    );
    assert_eq!(m.run(), "-58");
}

#[test]
fn receiving_from_oneself() {
    let mut m = Maker::new();
    m.function(
        "main",
        0,
        2,
        0,
        &[&[], &[0]],
        vec![
            Op::Bif {
                bif: Bif::SelfPid,
                dst: Reg(0),
                args: vec![],
                fail: None,
                live: Live(0),
            },
            Op::Send {
                dst: Reg(1),
                to: r(0),
                message: at("first"),
                live: Live(1),
            },
            Op::Send {
                dst: Reg(1),
                to: r(0),
                message: at("second"),
                live: Live(0),
            },
            Op::RecvPeek {
                dst: Reg(0),
                wait: Label(8),
                live: Live(0),
            },
            Op::Compare {
                cond: Cond::Same,
                a: r(0),
                b: at("second"),
                fail: Label(7),
            },
            Op::RecvTake,
            Op::Jump { to: Label(10) },
            Op::RecvNext {
                to: Label(3),
                live: Live(0),
            },
            Op::RecvWaitFor {
                timeout: n(1000),
                to: Label(3),
                live: Live(0),
            },
            Op::Return { src: at("late") },
            Op::RecvPeek {
                dst: Reg(1),
                wait: Label(14),
                live: Live(1),
            },
            Op::Compare {
                cond: Cond::Same,
                a: r(1),
                b: at("never"),
                fail: Label(13),
            },
            Op::RecvTake,
            Op::RecvNext {
                to: Label(10),
                live: Live(1),
            },
            Op::RecvWaitFor {
                timeout: n(10),
                to: Label(10),
                live: Live(1),
            },
            Op::Return { src: r(0) },
        ],
    );
    assert_eq!(m.run(), "second");
}

#[test]
fn binaries() {
    let mut m = Maker::new();
    let byte = SegType {
        kind: SegKind::Integer,
        unit: 1,
        signed: false,
        endian: Endian::Big,
    };
    let twelve = byte;
    m.function(
        "main",
        0,
        4,
        0,
        &[&[], &[0], &[0, 1, 2], &[0, 1]],
        vec![
            Op::Bin {
                dst: Reg(0),
                live: Live(0),
                segments: vec![
                    Segment {
                        ty: byte,
                        value: n(0xab),
                        size: Some(n(8)),
                    },
                    Segment {
                        ty: twelve,
                        value: n(-2),
                        size: Some(n(12)),
                    },
                    Segment {
                        ty: byte,
                        value: n(3),
                        size: Some(n(4)),
                    },
                ],
            },
            Op::BinStart {
                dst: Reg(3),
                src: r(0),
                fail: Label(7),
                live: Live(1),
            },
            Op::BinSkip {
                ctx: Reg(3),
                size: n(8),
                unit: 1,
                fail: Label(7),
            },
            Op::BinGet {
                dst: Reg(1),
                ctx: Reg(3),
                ty: SegType { signed: true, ..byte },
                size: Some(n(12)),
                fail: Label(7),
                live: Live(1),
            },
            Op::BinRest {
                dst: Reg(2),
                ctx: Reg(3),
                unit: 1,
                fail: Label(7),
                live: Live(3),
            },
            Op::Tuple {
                dst: Reg(0),
                elements: vec![r(0), r(1), r(2)],
                live: Live(2),
            },
            Op::Return { src: r(0) },
            Op::Return { src: at("no") },
        ],
    );
    assert_eq!(m.run(), "{<<171,255,227>>,-2,<<3:4>>}");
}

#[test]
fn calls_from_holding_natives() {
    // held(n, :wait): waits 5 ms, then a list; held(n, :raise) raises; held(n, :nest): hold(n, :wait); held(n, :spin): loops.
    let mut m = Maker::new();
    m.function(
        "held",
        2,
        3,
        2,
        &[&[0, 1, 2], &[0]],
        vec![
            Op::Switch {
                src: r(1),
                cases: vec![
                    (at("wait"), Label(1)),
                    (at("raise"), Label(5)),
                    (at("nest"), Label(6)),
                    (at("spin"), Label(9)),
                ],
                default: Label(1),
            },
            Op::RecvPeek {
                dst: Reg(1),
                wait: Label(2),
                live: Live(1),
            },
            Op::RecvWaitFor {
                timeout: n(5),
                to: Label(1),
                live: Live(1),
            },
            Op::Tuple {
                dst: Reg(0),
                elements: vec![r(0), at("waited")],
                live: Live(1),
            },
            Op::Return { src: r(0) },
            Op::Raise {
                class: at("error"),
                reason: at("oops"),
                stacktrace: None,
            },
            Op::Move {
                dst: Reg(5),
                src: r(0),
            },
            Op::Move {
                dst: Reg(6),
                src: at("wait"),
            },
            Op::TailCallExt {
                mfa: Mfa {
                    module: a("test"),
                    function: a("hold"),
                    arity: 2,
                },
            },
            Op::Move {
                dst: Reg(2),
                src: n(20_000),
            },
            Op::Arith {
                op: Arith::Sub,
                dst: Reg(2),
                a: r(2),
                b: n(1),
                fail: None,
                live: Live(0),
            },
            Op::Compare {
                cond: Cond::Eq,
                a: r(2),
                b: n(0),
                fail: Label(13),
            },
            Op::Return { src: r(0) },
            Op::Loop {
                to: Label(10),
                live: Live(0),
            },
        ],
    );
    let call = |what: &str| {
        vec![
            Op::Move {
                dst: Reg(3),
                src: n(7),
            },
            Op::Move {
                dst: Reg(4),
                src: at(what),
            },
            Op::CallExt {
                mfa: Mfa {
                    module: a("test"),
                    function: a("hold"),
                    arity: 2,
                },
                dst: Reg(0),
                live: Live(0),
            },
            Op::Return { src: r(0) },
        ]
    };
    let names = ["wait", "raise", "nest", "spin"];
    for name in names {
        m.function(&format!("main_{name}"), 0, 1, 2, &[&[]], call(name));
    }
    let mut code = Vec::new();
    for (i, _) in names.iter().enumerate() {
        code.push(Op::Call {
            function: 1 + i as u32,
            dst: Reg(i as u16),
            live: Live(i as u32),
        });
    }
    code.push(Op::Tuple {
        dst: Reg(0),
        elements: (0..4).map(r).collect(),
        live: Live(4),
    });
    code.push(Op::Return { src: r(0) });
    m.function(
        "main",
        0,
        4,
        0,
        &[&[], &[0], &[0, 1], &[0, 1, 2], &[0, 1, 2, 3]],
        code,
    );
    assert_eq!(
        m.run(),
        "{{{7,waited},{7,waited}},{error,oops},{{{7,waited},{7,waited}},{{7,waited},{7,waited}}},{7,7}}"
    );
}

#[test]
fn undefined_functions() {
    let mut m = Maker::new();
    let main = m.function(
        "main",
        0,
        3,
        1,
        &[&[]],
        vec![
            Op::Move {
                dst: Reg(5),
                src: n(1),
            },
            Op::CallExt {
                mfa: Mfa {
                    module: a("nowhere"),
                    function: a("f"),
                    arity: 1,
                },
                dst: Reg(0),
                live: Live(0),
            },
            Op::Return { src: r(0) },
            Op::Return { src: r(1) },
        ],
    );
    m.0.functions[main as usize].handlers.push(Handler {
        start: 0,
        end: 2,
        target: Label(3),
        dst: Reg(0),
    });
    assert_eq!(m.run(), "undef");
}

#[test]
fn damaged_files_are_refused() {
    let mut m = Maker::new();
    m.function(
        "main",
        0,
        0,
        1,
        &[&[]],
        vec![Op::Return {
            src: Src::Atom(known::OK),
        }],
    );
    let bytes = file::encode(&m.0);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(file::decode(&damaged).is_err(), "byte {at}");
        assert!(file::decode(&bytes[..at]).is_err());
    }
    assert_eq!(file::decode(b"FOR1").unwrap_err(), file::FileError::NotCbc);
}

fn sample() -> ModuleFile {
    let mut m = Maker::new();
    m.function("fib", 1, 2, 1, &[&[0], &[0, 1], &[1]], fib());
    let main = m.function(
        "main",
        0,
        4,
        2,
        &[&[], &[0, 1, 2]],
        vec![
            Op::Move {
                dst: Reg(6),
                src: n(1),
            },
            Op::Call {
                function: 0,
                dst: Reg(0),
                live: Live(0),
            },
            Op::Return { src: r(0) },
            Op::Stacktrace {
                dst: Reg(2),
                src: Reg(2),
                live: Live(1),
            },
            Op::Tuple {
                dst: Reg(0),
                elements: vec![r(0), r(1), r(2)],
                live: Live(1),
            },
            Op::Element {
                dst: Reg(1),
                src: Reg(0),
                index: 2,
            },
            Op::Return { src: r(0) },
        ],
    );
    m.0.functions[main as usize].handlers.push(Handler {
        start: 0,
        end: 2,
        target: Label(3),
        dst: Reg(0),
    });
    m.0
}

proptest::proptest! {
    #[test]
    fn mutated_bodies_never_break_the_loader(changes in proptest::collection::vec((0usize..2000, 0u8..=255), 1..6)) {
        let bytes = file::encode(&sample());
        let mut body = file::split(&bytes).unwrap().0[32..].to_vec();
        for (at, byte) in changes {
            let at = at % body.len();
            body[at] = byte;
        }
        if let Ok(module) = file::decode_body(&body, Exports::aside()) {
            let _ = disasm::module(&module);
            if let Ok(findings) = crate::bytecode::validate::examine(&module) {
                let source = (crate::code::Origin::Memory, 0);
                let linked = crate::code::link::link(module, &findings, 1, source, Exports::aside(), &|_| None);
                assert!(!linked.module.code.is_empty());
            }
        }
    }

    #[test]
    fn random_bytes_are_no_module(bytes in proptest::collection::vec(0u8..=255, 0..200)) {
        assert!(file::decode(&bytes).is_err());
        let _ = file::decode_body(&bytes, Exports::aside());
    }
}

#[test]
fn foreign_code_is_guarded() {
    // Takes the head of an argument without a test, and returns a register that was never written.
    let mut m = Maker::new();
    m.function(
        "bad",
        1,
        2,
        0,
        &[&[]],
        vec![
            Op::Head {
                dst: Reg(1),
                src: Reg(0),
            },
            Op::Return { src: r(1) },
        ],
    );
    let main = m.function(
        "main",
        0,
        5,
        1,
        &[&[]],
        vec![
            Op::Move {
                dst: Reg(7),
                src: n(1),
            },
            Op::Call {
                function: 0,
                dst: Reg(0),
                live: Live(0),
            },
            Op::Return { src: r(0) },
            Op::Tuple {
                dst: Reg(0),
                elements: vec![r(1), r(4)],
                live: Live(0),
            },
            Op::Return { src: r(0) },
        ],
    );
    m.0.functions[main as usize].handlers.push(Handler {
        start: 0,
        end: 2,
        target: Label(3),
        dst: Reg(0),
    });
    let bytes = {
        m.function(
            "start",
            0,
            1,
            1,
            &[&[]],
            vec![
                Op::Call {
                    function: main,
                    dst: Reg(0),
                    live: Live(0),
                },
                Op::Move {
                    dst: Reg(3),
                    src: r(0),
                },
                Op::TailCallExt {
                    mfa: Mfa {
                        module: a("test"),
                        function: a("done"),
                        arity: 1,
                    },
                },
            ],
        );
        file::encode(&m.0)
    };
    let _one = ONE.lock().unwrap_or_else(|e| e.into_inner());
    let vm = Vm::builder().schedulers(1).natives(&[NATIVES]).start();
    vm.code().load_bytes(&bytes).unwrap();
    assert_eq!(Maker::start(&vm), "{badarg,[]}");
    vm.code().forget(a("t"), &vm);
    vm.shutdown();
}

/// A measurement, not a check: `CORDIAL_FIB=32 cargo test --release -p cordial-vm fib_speed -- --nocapture`.
#[test]
fn fib_speed() {
    let size = std::env::var("CORDIAL_FIB")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(5);
    let mut m = Maker::new();
    m.function("fib", 1, 2, 1, &[&[0], &[0, 1], &[1]], fib());
    m.function(
        "main",
        0,
        0,
        1,
        &[&[]],
        vec![
            Op::Move {
                dst: Reg(2),
                src: n(size),
            },
            Op::TailCall { function: 0 },
        ],
    );
    let start = std::time::Instant::now();
    let result = m.run();
    println!("fib({size}) = {result} in {:?}", start.elapsed());
}
