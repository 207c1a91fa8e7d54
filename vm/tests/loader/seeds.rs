//! The modules that cases begin with.

use cordial_vm::atom::Atom;
use cordial_vm::bytecode::file;
use cordial_vm::bytecode::module::{Function, Handler, Lambda, ModuleFile, RegSet};
use cordial_vm::bytecode::ops::*;

pub fn all() -> Vec<Vec<u8>> {
    let mut seeds = vec![file::encode(&assembled())];
    if let Some(folder) = std::env::var_os("CORDIAL_FUZZ_MODULES")
        && let Ok(entries) = std::fs::read_dir(folder)
    {
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        seeds.extend(paths.iter().filter_map(|path| std::fs::read(path).ok()));
    }
    seeds
}

fn register(number: u16) -> Src {
    Src::Reg(Reg(number))
}

/// Arithmetic, data, closures, binaries, exceptions and receiving in a few functions.
fn assembled() -> ModuleFile {
    let (live, one) = (Live(0), Live(1));
    let sum = vec![
        Op::Test {
            ty: Type::Integer,
            src: register(0),
            fail: Label(6),
        },
        Op::Compare {
            cond: Cond::Lt,
            a: Src::Small(0),
            b: register(0),
            fail: Label(5),
        },
        Op::Arith {
            op: Arith::Add,
            dst: Reg(1),
            a: register(1),
            b: register(0),
            fail: None,
            live: one,
        },
        Op::Arith {
            op: Arith::Sub,
            dst: Reg(0),
            a: register(0),
            b: Src::Small(1),
            fail: None,
            live: one,
        },
        Op::Loop {
            to: Label(1),
            live: one,
        },
        Op::Return { src: register(1) },
        Op::Fail {
            failure: Failure::FunctionClause,
            args: vec![register(0)],
        },
    ];
    let data = vec![
        Op::Tuple {
            dst: Reg(1),
            elements: vec![Src::Atom(Atom::new("ok")), register(0)],
            live,
        },
        Op::Cons {
            dst: Reg(1),
            head: register(1),
            tail: Src::Nil,
            live: one,
        },
        Op::Map {
            dst: Reg(2),
            pairs: vec![(Src::Atom(Atom::new("k")), register(1))],
            live: one,
        },
        Op::Test {
            ty: Type::Cons,
            src: register(1),
            fail: Label(7),
        },
        Op::Uncons {
            head: Reg(1),
            tail: Reg(2),
            src: Reg(1),
        },
        Op::TupleArity {
            src: register(1),
            arity: 2,
            fail: Label(7),
        },
        Op::Element {
            dst: Reg(1),
            src: Reg(1),
            index: 1,
        },
        Op::Fun {
            dst: Reg(2),
            lambda: 0,
            free: vec![register(0)],
            live: one,
        },
        Op::Move {
            dst: Reg(6),
            src: Src::Small(5),
        },
        Op::CallFun {
            fun: register(2),
            arity: 1,
            dst: Reg(1),
            live: one,
        },
        Op::Return { src: register(1) },
    ];
    let bits = |kind, unit| SegType {
        kind,
        unit,
        signed: false,
        endian: Endian::Big,
    };
    let binary = vec![
        Op::Bin {
            dst: Reg(1),
            segments: vec![
                Segment {
                    ty: bits(SegKind::Integer, 1),
                    value: register(0),
                    size: Some(Src::Small(16)),
                },
                Segment {
                    ty: bits(SegKind::Utf8, 1),
                    value: Src::Small(233),
                    size: None,
                },
            ],
            live,
        },
        Op::BinStart {
            dst: Reg(1),
            src: register(1),
            fail: Label(6),
            live: one,
        },
        Op::BinGet {
            dst: Reg(2),
            ctx: Reg(1),
            ty: bits(SegKind::Integer, 1),
            size: Some(Src::Small(8)),
            fail: Label(6),
            live: one,
        },
        Op::BinSkip {
            ctx: Reg(1),
            size: Src::Small(1),
            unit: 8,
            fail: Label(6),
        },
        Op::BinRest {
            dst: Reg(2),
            ctx: Reg(1),
            unit: 8,
            fail: Label(6),
            live: one,
        },
        Op::Return { src: register(2) },
        Op::Raise {
            class: Src::Atom(Atom::new("error")),
            reason: register(0),
            stacktrace: None,
        },
    ];
    let caught = vec![
        Op::Move {
            dst: Reg(6),
            src: register(0),
        },
        Op::Call {
            function: 2,
            dst: Reg(1),
            live,
        },
        Op::Return { src: register(1) },
        Op::Stacktrace {
            dst: Reg(3),
            src: Reg(3),
            live: Live(2),
        },
        Op::Return { src: register(2) },
    ];
    let receiving = vec![
        Op::Bif {
            bif: Bif::SelfPid,
            dst: Reg(1),
            args: vec![],
            fail: None,
            live,
        },
        Op::Send {
            dst: Reg(1),
            to: register(1),
            message: register(0),
            live: one,
        },
        Op::RecvPeek {
            dst: Reg(1),
            wait: Label(5),
            live,
        },
        Op::RecvTake,
        Op::Return { src: register(1) },
        Op::RecvWaitFor {
            timeout: Src::Small(1),
            to: Label(2),
            live,
        },
        Op::Return { src: Src::Nil },
    ];
    let handler = Handler {
        start: 0,
        end: 2,
        target: Label(3),
        dst: Reg(1),
    };
    let names: [(&str, u8, Vec<Op>, Vec<Handler>); 6] = [
        ("sum", 2, sum, vec![]),
        ("data", 1, data, vec![]),
        ("binary", 1, binary, vec![]),
        ("caught", 1, caught, vec![handler]),
        ("receiving", 1, receiving, vec![]),
        ("-data/1-fun-0-", 2, vec![Op::Return { src: register(1) }], vec![]),
    ];
    let functions = names
        .into_iter()
        .map(|(name, arity, code, handlers)| Function {
            name: Atom::new(name),
            arity,
            exported: true,
            frame: 4,
            out: 2,
            code,
            live: [&[0][..], &[0, 1], &[1, 2, 3]]
                .iter()
                .map(|set| RegSet(set.to_vec()))
                .collect(),
            handlers,
            lines: vec![(0, 1)],
            file: 0,
        })
        .collect();
    ModuleFile {
        name: Atom::new("seed"),
        files: vec!["seed.ex".to_owned()],
        functions,
        lambdas: vec![Lambda {
            function: 5,
            arity: 1,
            free: 1,
        }],
        literals: Vec::new(),
        attributes: Vec::new(),
        on_load: None,
        chunks: Vec::new(),
    }
}
