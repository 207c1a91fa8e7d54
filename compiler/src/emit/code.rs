//! Instructions and ends of blocks to ops.

use cordial_vm::bytecode::ops::{Cond, Label, Op as Code, Reg, Segment, Src};

use super::function::Emitter;
use crate::ssa::ir::{Arg, Block, BlockId, Callee, End, Inst, Op, Test, Value};

fn label(block: BlockId) -> Label {
    Label(block.0)
}

impl Emitter<'_> {
    pub(super) fn inst(&mut self, inst: &Inst, dying: &[Value], wanted: bool) {
        if let Op::Call(callee) = &inst.op {
            return self.call(*callee, inst, dying, wanted);
        }
        let live = if inst.op.allocates() {
            Some(self.live())
        } else {
            None
        };
        let srcs: Vec<Src> = inst.args.iter().map(|arg| self.src(*arg)).collect();
        self.release(dying);
        let dst = match inst.dst {
            Some(dst) if wanted => self.define(dst),
            _ => self.scratch(),
        };
        if let Some(op) = self.op(&inst.op, dst, &srcs, live, None) {
            self.push(op);
        }
    }

    fn call(&mut self, callee: Callee, inst: &Inst, dying: &[Value], wanted: bool) {
        let (operands, args) = inst.args.split_at(callee.operands());
        self.arguments(args);
        let operands: Vec<Src> = operands.iter().map(|arg| self.src(*arg)).collect();
        self.release(dying);
        let live = self.live();
        let dst = match inst.dst {
            Some(dst) if wanted => self.define(dst),
            _ => self.scratch(),
        };
        let arity = args.len() as u8;
        self.push(match callee {
            Callee::Local(function) => Code::Call { function, dst, live },
            Callee::Remote(mfa) => Code::CallExt { mfa, dst, live },
            Callee::Fun => Code::CallFun {
                fun: operands[0],
                arity,
                dst,
                live,
            },
            Callee::Dynamic => Code::CallDynamic {
                module: operands[0],
                function: operands[1],
                arity,
                dst,
                live,
            },
        });
    }

    /// An operand that must be a register: a constant is moved to `spare` first.
    fn register(&mut self, src: Src, spare: Reg) -> Reg {
        match src {
            Src::Reg(reg) => reg,
            constant => {
                self.push(Code::Move {
                    dst: spare,
                    src: constant,
                });
                spare
            }
        }
    }

    /// An op that gives a value or has an effect; `fail` for guarded ones.
    fn op(
        &mut self,
        op: &Op,
        dst: Reg,
        srcs: &[Src],
        live: Option<cordial_vm::bytecode::ops::Live>,
        fail: Option<Label>,
    ) -> Option<Code> {
        let live = live.unwrap_or(cordial_vm::bytecode::ops::Live(0));
        let pairs = |srcs: &[Src]| {
            srcs.chunks_exact(2)
                .map(|pair| (pair[0], pair[1]))
                .collect::<Vec<_>>()
        };
        let to = fail.unwrap_or(Label(0));
        Some(match op {
            Op::Copy => {
                if srcs[0] == Src::Reg(dst) {
                    return None;
                }
                Code::Move { dst, src: srcs[0] }
            }
            Op::Cons => Code::Cons {
                dst,
                head: srcs[0],
                tail: srcs[1],
                live,
            },
            Op::Tuple => Code::Tuple {
                dst,
                elements: srcs.to_vec(),
                live,
            },
            Op::Head => {
                let src = self.register(srcs[0], dst);
                Code::Head { dst, src }
            }
            Op::Tail => {
                let src = self.register(srcs[0], dst);
                Code::Tail { dst, src }
            }
            Op::Element(index) => {
                let src = self.register(srcs[0], dst);
                Code::Element {
                    dst,
                    src,
                    index: *index,
                }
            }
            Op::Map => Code::Map {
                dst,
                pairs: pairs(srcs),
                live,
            },
            Op::MapPut => Code::MapPut {
                dst,
                src: srcs[0],
                pairs: pairs(&srcs[1..]),
                live,
            },
            Op::MapUpdate => Code::MapUpdate {
                dst,
                src: srcs[0],
                pairs: pairs(&srcs[1..]),
                live,
            },
            Op::Fun(lambda) => Code::Fun {
                dst,
                lambda: *lambda,
                free: srcs.to_vec(),
                live,
            },
            Op::Arith(op) => Code::Arith {
                op: *op,
                dst,
                a: srcs[0],
                b: srcs[1],
                fail,
                live,
            },
            Op::Unary(op) => Code::Unary {
                op: *op,
                dst,
                src: srcs[0],
                fail,
                live,
            },
            Op::Bif(bif) => Code::Bif {
                bif: *bif,
                dst,
                args: srcs.to_vec(),
                fail,
                live,
            },
            Op::Compare(cond) => Code::CompareTo {
                cond: *cond,
                dst,
                a: srcs[0],
                b: srcs[1],
            },
            Op::Test(ty) => Code::TestTo {
                ty: *ty,
                dst,
                src: srcs[0],
            },
            Op::Call(_) => return None,
            Op::Stacktrace => {
                let src = self.register(srcs[0], dst);
                Code::Stacktrace { dst, src, live }
            }
            Op::Send => Code::Send {
                dst,
                to: srcs[0],
                message: srcs[1],
                live,
            },
            Op::RecvRef => Code::RecvRef { src: srcs[0] },
            Op::RecvTake => Code::RecvTake,
            Op::Bin(types) => {
                let mut rest = srcs.iter().copied();
                let mut segments = Vec::with_capacity(types.len());
                for (ty, sized) in types.iter() {
                    let value = rest.next()?;
                    let size = if *sized { rest.next() } else { None };
                    segments.push(Segment { ty: *ty, value, size });
                }
                Code::Bin { dst, segments, live }
            }
            Op::MapGet => Code::MapGet {
                dst,
                src: srcs[0],
                key: srcs[1],
                fail: to,
            },
            Op::BinStart => Code::BinStart {
                dst,
                src: srcs[0],
                fail: to,
                live,
            },
            Op::BinGet(ty) => {
                let ctx = self.register(srcs[0], dst);
                Code::BinGet {
                    dst,
                    ctx,
                    ty: *ty,
                    size: srcs.get(1).copied(),
                    fail: to,
                    live,
                }
            }
            Op::BinSkip(unit) => {
                let ctx = self.register(srcs[0], dst);
                Code::BinSkip {
                    ctx,
                    size: srcs[1],
                    unit: *unit,
                    fail: to,
                }
            }
            Op::BinSkipUtf(ty) => Code::BinSkipUtf {
                ctx: self.register(srcs[0], dst),
                ty: *ty,
                fail: to,
            },
            Op::BinLiteral(bytes) => Code::BinLiteral {
                ctx: self.register(srcs[0], dst),
                bytes: *bytes,
                fail: to,
            },
            Op::BinRest(unit) => {
                let ctx = self.register(srcs[0], dst);
                Code::BinRest {
                    dst,
                    ctx,
                    unit: *unit,
                    fail: to,
                    live,
                }
            }
            Op::BinRestUnit(unit) => Code::BinRestUnit {
                ctx: self.register(srcs[0], dst),
                unit: *unit,
                fail: to,
            },
            Op::BinEnd => Code::BinEnd {
                ctx: self.register(srcs[0], dst),
                fail: to,
            },
            Op::BinPosition => Code::BinPosition {
                dst,
                ctx: self.register(srcs[0], dst),
            },
            Op::BinSeek => Code::BinSeek {
                ctx: self.register(srcs[0], dst),
                position: srcs[1],
            },
        })
    }

    pub(super) fn end(&mut self, block: &Block, dying: &[Value]) {
        let srcs: Vec<Src> = block.args.iter().map(|arg| self.src(*arg)).collect();
        let target = |place: usize| block.targets[place];
        match &block.end {
            End::None => {}
            End::Jump => {
                self.pass(target(0), &block.args);
                self.go(target(0));
            }
            End::Loop => {
                self.pass(target(0), &block.args);
                let live = self.live_at(target(0));
                self.push(Code::Loop {
                    to: label(target(0)),
                    live,
                });
            }
            End::Branch(test) => self.branch(*test, &srcs, target(0), target(1)),
            End::Guarded(op, dst) => {
                let live = if op.allocates() { Some(self.live()) } else { None };
                self.release(dying);
                let dst = match dst {
                    Some(dst) => self.define(*dst),
                    None => self.scratch(),
                };
                if let Some(op) = self.op(op, dst, &srcs, live, Some(label(target(1)))) {
                    self.push(op);
                }
                self.go(target(0));
            }
            End::Switch(constants) => {
                let cases = constants
                    .iter()
                    .zip(&block.targets[1..])
                    .map(|(constant, target)| (self.src(*constant), label(*target)))
                    .collect();
                self.push(Code::Switch {
                    src: srcs[0],
                    cases,
                    default: label(target(0)),
                });
            }
            End::SwitchArity(arities) => {
                let cases = arities
                    .iter()
                    .zip(&block.targets[1..])
                    .map(|(arity, target)| (*arity, label(*target)))
                    .collect();
                self.push(Code::SwitchArity {
                    src: srcs[0],
                    cases,
                    default: label(target(0)),
                });
            }
            End::Return => self.push(Code::Return { src: srcs[0] }),
            End::TailCall(callee) => {
                let (_, args) = block.args.split_at(callee.operands());
                let args: Vec<Arg> = args.to_vec();
                self.arguments(&args);
                let arity = args.len() as u8;
                self.push(match callee {
                    Callee::Local(function) => Code::TailCall { function: *function },
                    Callee::Remote(mfa) => Code::TailCallExt { mfa: *mfa },
                    Callee::Fun => Code::TailCallFun { fun: srcs[0], arity },
                    Callee::Dynamic => Code::TailCallDynamic {
                        module: srcs[0],
                        function: srcs[1],
                        arity,
                    },
                });
            }
            End::Raise => {
                self.push(Code::Raise {
                    class: srcs[0],
                    reason: srcs[1],
                    stacktrace: srcs.get(2).copied(),
                });
            }
            End::Fail(failure) => self.push(Code::Fail {
                failure: *failure,
                args: srcs,
            }),
            End::RecvPeek(dst) => {
                let live = self.live();
                let dst = self.define(*dst);
                self.push(Code::RecvPeek {
                    dst,
                    wait: label(target(1)),
                    live,
                });
                self.go(target(0));
            }
            End::RecvNext => {
                let live = self.live_at(target(0));
                self.push(Code::RecvNext {
                    to: label(target(0)),
                    live,
                });
            }
            End::RecvWait => {
                let live = self.live_at(target(0));
                self.push(Code::RecvWait {
                    to: label(target(0)),
                    live,
                });
            }
            End::RecvWaitFor => {
                let live = self.live();
                self.push(Code::RecvWaitFor {
                    timeout: srcs[0],
                    to: label(target(1)),
                    live,
                });
                self.go(target(0));
            }
        }
    }

    /// Goes on in a block, unless it comes next anyway.
    fn go(&mut self, to: BlockId) {
        if self.next != Some(to) {
            self.push(Code::Jump { to: label(to) });
        }
    }

    fn branch(&mut self, test: Test, srcs: &[Src], yes: BlockId, no: BlockId) {
        // A comparison can be turned round, so that the other branch follows.
        if let (Test::Compare(cond), true) = (test, self.next == Some(no)) {
            let cond = match cond {
                // The order of terms is total, so `a < b` fails exactly when `a >= b`.
                Cond::Lt => Cond::Ge,
                Cond::Ge => Cond::Lt,
                Cond::Eq => Cond::Ne,
                Cond::Ne => Cond::Eq,
                Cond::Same => Cond::NotSame,
                Cond::NotSame => Cond::Same,
            };
            self.push(Code::Compare {
                cond,
                a: srcs[0],
                b: srcs[1],
                fail: label(yes),
            });
            return;
        }
        let src = srcs[0];
        let fail = label(no);
        self.push(match test {
            Test::Truthy => Code::Truthy { src, fail },
            Test::True => Code::True { src, fail },
            Test::Type(ty) => Code::Test { ty, src, fail },
            Test::TupleArity(arity) => Code::TupleArity { src, arity, fail },
            Test::Tagged(arity, tag) => Code::Tagged {
                src,
                arity,
                tag,
                fail,
            },
            Test::FunArity(arity) => Code::FunArity { src, arity, fail },
            Test::Compare(cond) => Code::Compare {
                cond,
                a: srcs[0],
                b: srcs[1],
                fail,
            },
        });
        self.go(yes);
    }
}
