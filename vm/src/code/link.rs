//! Turns a validated module into the interpreter's form: operands specialised, moves and element loads run together,
//! labels and literals resolved.

use super::entry::{ExportEntry, FunEntry};
use super::module::{FunctionInfo, Module, Origin, Site, Version, entry_header};
use crate::bytecode::field::Visit;
use crate::bytecode::flow::Findings;
use crate::bytecode::module::{Function, ModuleFile};
use crate::bytecode::ops::*;
use crate::exec::isa::{I, branch, fused, word};
use crate::exec::stubs;
use crate::heap::Heap;
use crate::heap::literals::Area;
use crate::natives::{Kind, Native};
use crate::term::bits::Bits;
use crate::term::header::{self, header};
use crate::term::{OwnedTerm, Term, compare_exact, map};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Finds the native of a name, if there is one.
pub type Natives<'a> = &'a dyn Fn(&Mfa) -> Option<&'static Native>;

/// A register as an operand word; no term looks like it.
pub fn src_reg(reg: u16) -> u64 {
    Term::code(reg as u64).raw()
}

/// Links a module that `validate` has accepted. `version` counts loads; `findings` are those of `examine`, or none for
/// the compiler's own output; `source` is where the module came from and the checksum of its code.
pub fn link(
    file: ModuleFile,
    findings: &[Findings],
    version: u32,
    source: (Origin, u64),
    natives: Natives<'_>,
) -> Version {
    let (origin, sum_of_code) = source;
    let checksum = (file.name.text_hash() as u64) ^ (version as u64).wrapping_mul(0x9e3779b97f4a7c15);
    let mut file = file;
    let shapes = shapes(&mut file);
    let (area, literals) = Area::of(file.literals);
    let funs: Vec<&'static FunEntry> = file
        .lambdas
        .iter()
        .enumerate()
        .map(|(index, lambda)| {
            FunEntry::new(
                file.name,
                file.functions[lambda.function as usize].name,
                lambda.arity,
                lambda.free,
                index as u32,
                checksum as u32 & 0x07ff_ffff,
            )
        })
        .collect();
    let mut emit = Emit {
        functions: &file.functions,
        funs: &funs,
        literals: &literals,
        shapes: &shapes,
        natives,
        words: Vec::new(),
        sites: Vec::new(),
        pool: Vec::new(),
        near: Vec::new(),
        far: Vec::new(),
        site_words: Vec::new(),
        calls: Vec::new(),
        function: 0,
        starts: Vec::new(),
        live_at: Vec::new(),
    };
    let mut spans = Vec::with_capacity(file.functions.len());
    for (index, function) in file.functions.iter().enumerate() {
        spans.push(emit.function(index as u32, function, findings.get(index)));
    }
    let Emit {
        words,
        sites: drafts,
        pool,
        site_words,
        calls,
        ..
    } = emit;
    let functions: Box<[FunctionInfo]> = file
        .functions
        .iter()
        .zip(&spans)
        .map(|(f, span)| FunctionInfo {
            module: std::ptr::null(),
            module_name: file.name,
            name: f.name,
            arity: f.arity,
            exported: f.exported,
            file: f.file,
            start: span.0,
            end: span.1,
        })
        .collect();
    let mut shared = Arc::new(Module {
        name: file.name,
        version,
        files: file.files,
        code: words.into_boxed_slice(),
        sites: Box::new([]),
        pool: pool.into_boxed_slice(),
        functions,
        funs,
        attributes: file.attributes,
        on_load: file.on_load,
        checksum,
        origin,
        sum_of_code,
    });
    let owner = Arc::as_ptr(&shared);
    let module = Arc::get_mut(&mut shared).expect("nobody else has it yet");
    let code = module.code.as_ptr();
    let at = |position: Option<u32>| match position {
        // A position comes from this code's own labels.
        Some(position) => code.wrapping_add(position as usize),
        None => std::ptr::null(),
    };
    module.sites = drafts
        .iter()
        .map(|draft| Site {
            live: module.pool.as_ptr().wrapping_add(draft.live as usize),
            live_count: draft.live_count,
            line: draft.line,
            handler: at(draft.handler),
            fail: at(draft.fail),
            function: &module.functions[draft.function as usize],
            handler_dst: draft.handler_dst,
        })
        .collect();
    for (position, site) in site_words {
        module.code[position as usize] = &module.sites[site as usize] as *const Site as u64;
    }
    for (position, function) in calls {
        module.code[position as usize] = code.wrapping_add(spans[function as usize].0 as usize) as u64;
    }
    for (lambda, entry) in file.lambdas.iter().zip(&module.funs) {
        let target = code.wrapping_add(spans[lambda.function as usize].0 as usize);
        entry.settle(target);
    }
    for function in module.functions.iter_mut() {
        function.module = owner;
    }
    Version { module: shared, area }
}

/// For each map built with constant keys, by function and op: the literal that is the tuple of its keys in order, and
/// which pair gives each value.
type Shapes = FxHashMap<(u32, u32), (u32, Vec<u16>)>;

/// Adds the tuples of keys to the literals, so that building such a map only writes the values.
fn shapes(file: &mut ModuleFile) -> Shapes {
    let mut shapes = Shapes::default();
    let mut tuples: FxHashMap<Vec<u64>, u32> = FxHashMap::default();
    let mut heap = Heap::new();
    for (f, function) in file.functions.iter().enumerate() {
        for (at, op) in function.code.iter().enumerate() {
            let Op::Map { pairs, .. } = op else { continue };
            if pairs.is_empty() || pairs.len() > map::FLAT_MOST {
                continue;
            }
            let keys: Option<Vec<Term>> = pairs
                .iter()
                .map(|(key, _)| match *key {
                    Src::Reg(_) => None,
                    Src::Small(n) => Some(Term::small(n)),
                    Src::Atom(a) => Some(Term::atom(a)),
                    Src::Nil => Some(Term::NIL),
                    Src::Lit(n) => Some(file.literals[n as usize].term()),
                })
                .collect();
            let Some(keys) = keys else { continue };
            let mut order: Vec<u16> = (0..keys.len() as u16).collect();
            order.sort_by(|a, b| compare_exact(keys[*a as usize], keys[*b as usize]));
            let sorted: Vec<Term> = order.iter().map(|i| keys[*i as usize]).collect();
            if sorted
                .windows(2)
                .any(|pair| compare_exact(pair[0], pair[1]).is_eq())
            {
                continue;
            }
            let literal = *tuples
                .entry(sorted.iter().map(|t| t.raw()).collect())
                .or_insert_with(|| {
                    let tuple = heap.tuple(&sorted);
                    file.literals.push(OwnedTerm::of(tuple));
                    file.literals.len() as u32 - 1
                });
            shapes.insert((f as u32, at as u32), (literal, order));
        }
    }
    shapes
}

/// A site whose labels are positions in the module's code.
struct Draft {
    live: u32,
    live_count: u32,
    line: u32,
    handler: Option<u32>,
    fail: Option<u32>,
    function: u32,
    handler_dst: u16,
}

struct Emit<'a> {
    functions: &'a [Function],
    funs: &'a [&'static FunEntry],
    literals: &'a [Term],
    shapes: &'a Shapes,
    natives: Natives<'a>,
    words: Vec<u64>,
    sites: Vec<Draft>,
    pool: Vec<u16>,
    /// (word, base, label): a distance in the word's upper half.
    near: Vec<(u32, u32, u32)>,
    /// The same as a word of its own.
    far: Vec<(u32, u32, u32)>,
    site_words: Vec<(u32, u32)>,
    calls: Vec<(u32, u32)>,
    function: u32,
    /// Word of each op of the function at hand.
    starts: Vec<u32>,
    /// Where each of its live sets stands in the pool.
    live_at: Vec<(u32, u32)>,
}

struct Targets(Vec<bool>);

impl Visit for Targets {
    fn label(&mut self, label: Label) {
        self.0[label.0 as usize] = true;
    }
}

impl Emit<'_> {
    fn function(&mut self, index: u32, function: &Function, findings: Option<&Findings>) -> (u32, u32) {
        self.function = index;
        self.near.clear();
        self.far.clear();
        self.live_at.clear();
        for set in &function.live {
            self.live_at.push((self.pool.len() as u32, set.0.len() as u32));
            self.pool.extend_from_slice(&set.0);
        }
        let need = function.frame + FRAME_HEADER + function.out;
        self.words.push(entry_header(need, function.arity, index));
        let start = self.words.len() as u32;
        let mut targets = Targets(vec![false; function.code.len()]);
        function.code.iter().for_each(|op| op.visit(&mut targets));
        for handler in &function.handlers {
            targets.0[handler.target.0 as usize] = true;
        }
        self.starts.clear();
        self.starts.resize(function.code.len() + 1, 0);
        let first_site = self.sites.len();
        if let Some(findings) = findings
            && !findings.clear.is_empty()
        {
            self.push(I::Clear, 0, findings.clear.len() as u16, 0);
            self.words.extend(findings.clear.iter().map(|reg| *reg as u64));
        }
        let mut at = 0;
        let mut ops = Vec::with_capacity(function.code.len());
        while at < function.code.len() {
            self.starts[at] = self.words.len() as u32;
            ops.push(self.words.len());
            if findings.is_some_and(|findings| findings.check[at]) {
                self.check(function, at);
                self.op(function, at, &function.code[at]);
                at += 1;
                continue;
            }
            let run = self.run(&function.code[at..], &targets.0[at..], findings.is_some());
            if run > 0 {
                at += run;
                continue;
            }
            self.op(function, at, &function.code[at]);
            at += 1;
        }
        self.starts[at] = self.words.len() as u32;
        for pair in ops.windows(2) {
            self.fuse(pair[0], pair[1]);
        }
        for (position, base, label) in std::mem::take(&mut self.near) {
            let distance = self.starts[label as usize] as i32 - base as i32;
            self.words[position as usize] |= (distance as u32 as u64) << 32;
        }
        for (position, base, label) in std::mem::take(&mut self.far) {
            let distance = self.starts[label as usize] as i64 - base as i64;
            self.words[position as usize] = distance as u64;
        }
        for site in &mut self.sites[first_site..] {
            site.handler = site.handler.map(|label| self.starts[label as usize]);
            site.fail = site.fail.map(|label| self.starts[label as usize]);
        }
        (start, self.words.len() as u32)
    }

    /// Lets the operation at `first` do the next one, at `second`, in the same step.
    fn fuse(&mut self, first: usize, second: usize) {
        if second >= self.words.len() || first == second {
            return;
        }
        let (a, b) = (I::of(self.words[first]), I::of(self.words[second]));
        let reg = |word: u64, shift: u32| (word >> shift) as u16;
        let op = match (a, b) {
            (I::IsCons, I::Uncons) if reg(self.words[first], 16) == reg(self.words[second], 48) => {
                I::IsConsUncons
            }
            (I::RemPow, I::EqRC) if reg(self.words[first], 16) == reg(self.words[second], 16) => I::RemPowEq,
            _ => match fused(a, b) {
                Some(op) => op,
                None => return,
            },
        };
        self.words[first] = self.words[first] & !0xffff | op as u64;
    }

    /// Guards an operation that looks into its operand.
    fn check(&mut self, function: &Function, at: usize) {
        match &function.code[at] {
            Op::Head { src, .. } | Op::Tail { src, .. } | Op::Uncons { src, .. } => {
                self.push(I::CheckCons, src.0, 0, 0);
            }
            Op::Element { src, index, .. } => {
                self.push(I::CheckTuple, src.0, (*index).min(u16::MAX as u32) as u16, 0)
            }
            _ => return,
        }
        self.site(function, at, None, None);
    }

    /// Runs of moves and of element loads become one op; answers how many ops it took.
    fn run(&mut self, code: &[Op], targets: &[bool], guarded: bool) -> usize {
        let mut moves: [(u16, u16); 3] = [(0, 0); 3];
        let mut count = 0;
        for (op, target) in code.iter().zip(targets) {
            if count == 3 || (count > 0 && *target) {
                break;
            }
            match op {
                Op::Move {
                    dst,
                    src: Src::Reg(src),
                } => moves[count] = (dst.0, src.0),
                _ => break,
            }
            count += 1;
        }
        let pack = |(a, b): (u16, u16), (c, d): (u16, u16)| {
            a as u64 | (b as u64) << 16 | (c as u64) << 32 | (d as u64) << 48
        };
        match count {
            2 => {
                self.words
                    .push(word(I::Move2, moves[0].0, moves[0].1, moves[1].0));
                self.words.push(moves[1].1 as u64);
                return 2;
            }
            3 => {
                self.words.push(word(I::Move3, moves[0].0, moves[0].1, 0));
                self.words.push(pack(moves[1], moves[2]));
                return 3;
            }
            _ => {}
        }
        let Some(Op::Element { src, .. }) = code.first() else {
            return 0;
        };
        let mut loads: [(u16, u16); 3] = [(0, 0); 3];
        let mut count = 0;
        for (op, target) in code.iter().zip(targets) {
            if count == 3 || (count > 0 && (*target || guarded)) {
                break;
            }
            match op {
                Op::Element {
                    dst,
                    src: from,
                    index,
                } if from == src && *index < 60_000 => {
                    loads[count] = (dst.0, *index as u16);
                    count += 1;
                    if dst == src {
                        break;
                    }
                }
                _ => break,
            }
        }
        match count {
            2 => {
                self.words.push(word(I::Element2, src.0, loads[0].0, loads[0].1));
                self.words.push(loads[1].0 as u64 | (loads[1].1 as u64) << 16);
                2
            }
            3 => {
                self.words.push(word(I::Element3, src.0, loads[0].0, loads[0].1));
                self.words.push(pack(loads[1], loads[2]));
                3
            }
            _ => 0,
        }
    }

    fn here(&self) -> u32 {
        self.words.len() as u32
    }

    fn push(&mut self, op: I, a: u16, b: u16, c: u16) {
        self.words.push(word(op, a, b, c));
    }

    /// `{op, a, rel}`
    fn branch(&mut self, op: I, a: u16, to: Label) {
        let here = self.here();
        self.near.push((here, here, to.0));
        self.words.push(branch(op, a, 0));
    }

    /// A distance from `base` as a word.
    fn rel(&mut self, base: u32, to: Label) {
        self.far.push((self.here(), base, to.0));
        self.words.push(0);
    }

    fn constant(&self, src: Src) -> Option<Term> {
        match src {
            Src::Reg(_) => None,
            Src::Small(n) => Some(Term::small(n)),
            Src::Atom(a) => Some(Term::atom(a)),
            Src::Nil => Some(Term::NIL),
            Src::Lit(n) => Some(self.literals[n as usize]),
        }
    }

    fn src_word(&self, src: Src) -> u64 {
        match src {
            Src::Reg(reg) => src_reg(reg.0),
            other => self.constant(other).map_or(0, Term::raw),
        }
    }

    fn src(&mut self, src: Src) {
        let word = self.src_word(src);
        self.words.push(word);
    }

    fn site(&mut self, function: &Function, at: usize, live: Option<Live>, fail: Option<Label>) {
        let (live, live_count) = live.map_or((0, 0), |live| self.live_at[live.0 as usize]);
        let line = match function.lines.partition_point(|(start, _)| *start as usize <= at) {
            0 => 0,
            n => function.lines[n - 1].1,
        };
        let handler = function
            .handlers
            .iter()
            .find(|h| (h.start as usize..h.end as usize).contains(&at));
        self.site_words.push((self.here(), self.sites.len() as u32));
        self.sites.push(Draft {
            live,
            live_count,
            line,
            handler: handler.map(|h| h.target.0),
            fail: fail.map(|label| label.0),
            function: self.function,
            handler_dst: handler.map_or(0, |h| h.dst.0),
        });
        self.words.push(0);
    }

    /// A branch for a test of one register; constants are moved to the rim by the compiler, so they are tested the slow way.
    fn op(&mut self, function: &Function, at: usize, op: &Op) {
        let delta = function.frame + FRAME_HEADER;
        let base = self.here();
        match op {
            Op::Move {
                dst,
                src: Src::Reg(src),
            } => self.push(I::MoveR, dst.0, src.0, 0),
            Op::Move { dst, src } => {
                self.push(I::MoveC, dst.0, 0, 0);
                self.src(*src);
            }
            Op::Jump { to } => self.branch(I::Jump, 0, *to),
            Op::Loop { to, live } => {
                self.branch(I::Loop, 0, *to);
                self.site(function, at, Some(*live), None);
            }
            Op::Truthy { src, fail } => match src {
                Src::Reg(r) => self.branch(I::Truthy, r.0, *fail),
                Src::Atom(a) if a.as_str() == "nil" || a.as_str() == "false" => {
                    self.branch(I::Jump, 0, *fail)
                }
                _ => {}
            },
            Op::True { src, fail } => self.same(Cond::Same, *src, Src::Atom(crate::atom::known::TRUE), *fail),
            Op::Test {
                ty,
                src: Src::Reg(r),
                fail,
            } => self.branch(type_op(*ty), r.0, *fail),
            Op::Test { ty, src, fail } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                if !crate::exec::ops::test::is(*ty, value) {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::TupleArity {
                src: Src::Reg(r),
                arity,
                fail,
            } => {
                self.branch(I::TupleArity, r.0, *fail);
                self.words.push(header(header::Kind::Tuple, *arity as usize));
            }
            Op::TupleArity { src, arity, fail } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                if value
                    .tuple()
                    .is_none_or(|elements| elements.len() != *arity as usize)
                {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::Tagged {
                src: Src::Reg(r),
                arity,
                tag,
                fail,
            } => {
                self.branch(I::Tagged, r.0, *fail);
                self.words.push(header(header::Kind::Tuple, *arity as usize));
                self.words.push(Term::atom(*tag).raw());
            }
            Op::Tagged {
                src,
                arity,
                tag,
                fail,
            } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                let good = value.tuple().is_some_and(|elements| {
                    elements.len() == *arity as usize && elements.first() == Some(&Term::atom(*tag))
                });
                if !good {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::FunArity {
                src: Src::Reg(r),
                arity,
                fail,
            } => {
                self.branch(I::FunArity, r.0, *fail);
                self.words.push(*arity as u64);
            }
            Op::FunArity { src, arity, fail } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                if crate::exec::ops::call::fun_arity(value) != Some(*arity) {
                    self.branch(I::Jump, 0, *fail);
                }
            }
            Op::Compare { cond, a, b, fail } => self.compare(*cond, *a, *b, *fail),
            Op::CompareTo { cond, dst, a, b } => {
                self.push(I::CompareTo, dst.0, *cond as u16, 0);
                self.src(*a);
                self.src(*b);
            }
            Op::TestTo { ty, dst, src } => {
                self.push(I::TestTo, dst.0, *ty as u16, 0);
                self.src(*src);
            }
            Op::Switch { src, cases, default } => self.switch(*src, cases, *default),
            Op::SwitchArity {
                src: Src::Reg(r),
                cases,
                default,
            } => {
                self.push(I::SwitchArity, r.0, cases.len() as u16, 0);
                self.rel(base, *default);
                for (arity, label) in cases {
                    self.words.push(header(header::Kind::Tuple, *arity as usize));
                    self.rel(base, *label);
                }
            }
            Op::SwitchArity { src, cases, default } => {
                let value = self.constant(*src).unwrap_or(Term::NONE);
                let arity = value.tuple().map(|elements| elements.len() as u32);
                let label = cases
                    .iter()
                    .find(|(n, _)| Some(*n) == arity)
                    .map_or(*default, |(_, label)| *label);
                self.branch(I::Jump, 0, label);
            }
            Op::Cons {
                dst,
                head: Src::Reg(h),
                tail: Src::Reg(t),
                live,
            } => {
                self.push(I::ConsRR, dst.0, h.0, t.0);
                self.site(function, at, Some(*live), None);
            }
            Op::Cons {
                dst,
                head,
                tail,
                live,
            } => {
                self.push(I::ConsX, dst.0, 0, 0);
                self.src(*head);
                self.src(*tail);
                self.site(function, at, Some(*live), None);
            }
            Op::Tuple { dst, elements, live } => {
                let size = header(header::Kind::Tuple, elements.len());
                if let [Src::Reg(a), Src::Reg(b)] = elements[..] {
                    self.push(I::Tuple2RR, dst.0, a.0, b.0);
                    self.site(function, at, Some(*live), None);
                    self.words.push(size);
                } else {
                    self.push(I::Tuple, dst.0, elements.len() as u16, 0);
                    self.site(function, at, Some(*live), None);
                    self.words.push(size);
                    elements.iter().for_each(|e| self.src(*e));
                }
            }
            Op::Head { dst, src } => self.push(I::Head, dst.0, src.0, 0),
            Op::Tail { dst, src } => self.push(I::Tail, dst.0, src.0, 0),
            Op::Uncons { head, tail, src } => self.push(I::Uncons, head.0, tail.0, src.0),
            Op::Element { dst, src, index } => {
                if *index < 60_000 {
                    self.push(I::Element, dst.0, src.0, *index as u16);
                } else {
                    self.push(I::ElementFar, dst.0, 0, 0);
                    self.words.push(src_reg(src.0));
                    self.words.push(*index as u64);
                }
            }
            Op::Map { dst, pairs, live }
                if let Some((keys, order)) = self.shapes.get(&(self.function, at as u32)) =>
            {
                self.push(I::MapFlat, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.words.push(self.literals[*keys as usize].raw());
                order.iter().for_each(|pair| self.src(pairs[*pair as usize].1));
            }
            Op::Map { dst, pairs, live } => {
                self.push(I::Map, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.pairs(pairs);
            }
            Op::MapPut {
                dst,
                src,
                pairs,
                live,
            } => {
                self.push(I::MapPut, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.src(*src);
                self.pairs(pairs);
            }
            Op::MapUpdate {
                dst,
                src,
                pairs,
                live,
            } => {
                self.push(I::MapUpdate, dst.0, pairs.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                self.src(*src);
                self.pairs(pairs);
            }
            Op::MapGet { dst, src, key, fail } => {
                self.branch(I::MapGet, dst.0, *fail);
                self.src(*src);
                self.src(*key);
            }
            Op::Fun {
                dst,
                lambda,
                free,
                live,
            } => {
                self.push(I::Fun, dst.0, free.len() as u16, 0);
                self.words
                    .push(self.funs[*lambda as usize] as *const FunEntry as u64);
                self.site(function, at, Some(*live), None);
                free.iter().for_each(|f| self.src(*f));
            }
            Op::Arith {
                op,
                dst,
                a,
                b,
                fail,
                live,
            } => {
                self.arith(*op, *dst, *a, *b);
                self.site(function, at, Some(*live), *fail);
            }
            Op::Unary {
                op,
                dst,
                src,
                fail,
                live,
            } => {
                self.push(I::Unary, dst.0, *op as u16, 0);
                self.src(*src);
                self.site(function, at, Some(*live), *fail);
            }
            Op::Bif {
                bif,
                dst,
                args,
                fail,
                live,
            } => self.bif(function, at, *bif, *dst, args, *fail, *live),
            Op::Call {
                function: callee,
                dst,
                live,
            } => {
                let target = &self.functions[*callee as usize];
                let need = target.frame + FRAME_HEADER + target.out;
                self.push(I::Call, dst.0, delta, need);
                self.calls.push((self.here(), *callee));
                self.words.push(0);
                self.site(function, at, Some(*live), None);
            }
            Op::TailCall { function: callee } => {
                let target = &self.functions[*callee as usize];
                let need = target.frame + FRAME_HEADER + target.out;
                self.push(I::TailCall, target.arity as u16, delta, need);
                self.calls.push((self.here(), *callee));
                self.words.push(0);
            }
            Op::CallExt { mfa, dst, live } => {
                match (self.natives)(mfa) {
                    Some(native) if let Kind::Plain(code) = native.kind => {
                        self.push(I::CallNative, dst.0, delta, mfa.arity as u16);
                        self.words.push(code as usize as u64);
                        self.words.push(native as *const Native as u64);
                    }
                    _ => {
                        self.push(I::CallExt, dst.0, delta, mfa.arity as u16);
                        self.words
                            .push(ExportEntry::of(*mfa) as *const ExportEntry as u64);
                    }
                }
                self.site(function, at, Some(*live), None);
            }
            Op::TailCallExt { mfa } => {
                match (self.natives)(mfa) {
                    Some(native) if let Kind::Plain(code) = native.kind => {
                        self.push(I::TailCallNative, 0, delta, mfa.arity as u16);
                        self.words.push(code as usize as u64);
                        self.words.push(native as *const Native as u64);
                    }
                    _ => {
                        self.push(I::TailCallExt, mfa.arity as u16, delta, 0);
                        self.words
                            .push(ExportEntry::of(*mfa) as *const ExportEntry as u64);
                    }
                }
                self.site(function, at, None, None);
            }
            Op::CallFun {
                fun,
                arity,
                dst,
                live,
            } => {
                self.push(I::CallFun, dst.0, delta, *arity as u16);
                self.src(*fun);
                self.site(function, at, Some(*live), None);
            }
            Op::TailCallFun { fun, arity } => {
                self.push(I::TailCallFun, 0, delta, *arity as u16);
                self.src(*fun);
                self.site(function, at, None, None);
            }
            Op::CallDynamic {
                module,
                function: name,
                arity,
                dst,
                live,
            } => {
                self.push(I::CallDynamic, dst.0, delta, *arity as u16);
                self.src(*module);
                self.src(*name);
                self.site(function, at, Some(*live), None);
            }
            Op::TailCallDynamic {
                module,
                function: name,
                arity,
            } => {
                self.push(I::TailCallDynamic, 0, delta, *arity as u16);
                self.src(*module);
                self.src(*name);
                self.site(function, at, None, None);
            }
            Op::Return { src: Src::Reg(r) } => self.push(I::ReturnR, r.0, 0, 0),
            Op::Return { src } => {
                self.push(I::ReturnC, 0, 0, 0);
                self.src(*src);
            }
            Op::Raise {
                class,
                reason,
                stacktrace,
            } => {
                self.push(I::Raise, 0, 0, 0);
                self.src(*class);
                self.src(*reason);
                match stacktrace {
                    Some(src) => self.src(*src),
                    None => self.words.push(Term::NONE.raw()),
                }
                self.site(function, at, None, None);
            }
            Op::Fail { failure, args } => {
                self.push(I::Fail, *failure as u16, args.len() as u16, 0);
                self.site(function, at, None, None);
                args.iter().for_each(|a| self.src(*a));
            }
            Op::Stacktrace { dst, src, live } => {
                self.push(I::Stacktrace, dst.0, src.0, 0);
                self.site(function, at, Some(*live), None);
            }
            Op::Send {
                dst,
                to,
                message,
                live,
            } => {
                self.push(I::Send, dst.0, 0, 0);
                self.src(*to);
                self.src(*message);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvRef { src } => {
                self.push(I::RecvRef, 0, 0, 0);
                self.src(*src);
            }
            Op::RecvPeek { dst, wait, live } => {
                self.branch(I::RecvPeek, dst.0, *wait);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvTake => self.push(I::RecvTake, 0, 0, 0),
            Op::RecvNext { to, live } => {
                self.branch(I::RecvNext, 0, *to);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvWait { to, live } => {
                self.branch(I::RecvWait, 0, *to);
                self.site(function, at, Some(*live), None);
            }
            Op::RecvWaitFor { timeout, to, live } => {
                self.branch(I::RecvWaitFor, 0, *to);
                self.src(*timeout);
                self.site(function, at, Some(*live), None);
            }
            Op::Bin { dst, segments, live } => {
                self.push(I::Bin, dst.0, segments.len() as u16, 0);
                self.site(function, at, Some(*live), None);
                for segment in segments {
                    self.words.push(type_word(&segment.ty));
                    self.src(segment.value);
                    match segment.size {
                        Some(size) => self.src(size),
                        None => self.words.push(Term::NONE.raw()),
                    }
                }
            }
            Op::BinStart { dst, src, fail, live } => {
                self.branch(I::BinStart, dst.0, *fail);
                self.src(*src);
                self.site(function, at, Some(*live), None);
            }
            Op::BinGet {
                dst,
                ctx,
                ty,
                size,
                fail,
                live,
            } => self.bin_get(function, at, *dst, *ctx, ty, *size, *fail, *live),
            Op::BinSkip {
                ctx,
                size,
                unit,
                fail,
            } => {
                self.push(I::BinSkip, ctx.0, *unit, 0);
                self.src(*size);
                self.rel(base, *fail);
            }
            Op::BinSkipUtf { ctx, ty, fail } => {
                self.push(I::BinSkipUtf, ctx.0, 0, 0);
                self.words.push(type_word(ty));
                self.rel(base, *fail);
            }
            Op::BinLiteral { ctx, bytes, fail } => {
                self.push(I::BinLiteral, ctx.0, 0, 0);
                let literal = self.literals[*bytes as usize];
                let bytes = Bits::of(literal).and_then(|bits| bits.as_bytes()).unwrap_or(&[]);
                self.words.push(bytes.as_ptr() as u64);
                self.words.push(bytes.len() as u64);
                self.rel(base, *fail);
            }
            Op::BinRest {
                dst,
                ctx,
                unit,
                fail,
                live,
            } => {
                self.push(I::BinRest, dst.0, ctx.0, *unit);
                self.rel(base, *fail);
                self.site(function, at, Some(*live), None);
            }
            Op::BinRestUnit { ctx, unit, fail } => {
                self.branch(I::BinRestUnit, ctx.0, *fail);
                self.words.push(*unit as u64);
            }
            Op::BinEnd { ctx, fail } => self.branch(I::BinEnd, ctx.0, *fail),
            Op::BinPosition { dst, ctx } => self.push(I::BinPosition, dst.0, ctx.0, 0),
            Op::BinSeek { ctx, position } => {
                self.push(I::BinSeek, ctx.0, 0, 0);
                self.src(*position);
            }
        }
    }

    fn pairs(&mut self, pairs: &[(Src, Src)]) {
        for (key, value) in pairs {
            self.src(*key);
            self.src(*value);
        }
    }

    /// `===` and `!==`, and `==` and `!=` where they are the same.
    fn same(&mut self, cond: Cond, a: Src, b: Src, fail: Label) {
        match (a, b) {
            (Src::Reg(a), Src::Reg(b)) => {
                self.branch(
                    if cond == Cond::Same {
                        I::SameRR
                    } else {
                        I::NotSameRR
                    },
                    a.0,
                    fail,
                );
                self.words.push(b.0 as u64);
            }
            (Src::Reg(r), c) | (c, Src::Reg(r)) if self.src_word(c) & 0b101 != 0b001 => {
                self.branch(
                    if cond == Cond::Same {
                        I::SameRC
                    } else {
                        I::NotSameRC
                    },
                    r.0,
                    fail,
                );
                self.src(c);
            }
            _ => {
                self.branch(I::CompareX, cond as u16, fail);
                self.src(a);
                self.src(b);
            }
        }
    }

    fn compare(&mut self, cond: Cond, a: Src, b: Src, fail: Label) {
        let never_number = |src: Src| matches!(src, Src::Atom(_) | Src::Nil);
        let (near, far) = match cond {
            Cond::Same | Cond::NotSame => return self.same(cond, a, b, fail),
            Cond::Eq if never_number(a) || never_number(b) => return self.same(Cond::Same, a, b, fail),
            Cond::Ne if never_number(a) || never_number(b) => return self.same(Cond::NotSame, a, b, fail),
            Cond::Lt => (I::LtRR, Some((I::LtRC, I::LtCR))),
            Cond::Ge => (I::GeRR, Some((I::GeRC, I::GeCR))),
            Cond::Eq => (I::EqRR, Some((I::EqRC, I::EqRC))),
            Cond::Ne => (I::NeRR, Some((I::NeRC, I::NeRC))),
        };
        match (a, b, far) {
            (Src::Reg(a), Src::Reg(b), _) => {
                self.branch(near, a.0, fail);
                self.words.push(b.0 as u64);
            }
            (Src::Reg(a), Src::Small(n), Some((op, _))) => {
                self.branch(op, a.0, fail);
                self.words.push(Term::small(n).raw());
            }
            (Src::Small(n), Src::Reg(b), Some((_, op))) => {
                self.branch(op, b.0, fail);
                self.words.push(Term::small(n).raw());
            }
            _ => {
                self.branch(I::CompareX, cond as u16, fail);
                self.src(a);
                self.src(b);
            }
        }
    }

    fn switch(&mut self, src: Src, cases: &[(Src, Label)], default: Label) {
        let base = self.here();
        let Src::Reg(r) = src else {
            let word = self.src_word(src);
            let label = cases
                .iter()
                .find(|(case, _)| self.src_word(*case) == word)
                .map_or(default, |(_, label)| *label);
            self.branch(I::Jump, 0, label);
            return;
        };
        // The first of equal cases counts.
        let mut table: Vec<(u64, Label)> = Vec::with_capacity(cases.len());
        let mut seen: FxHashSet<u64> = FxHashSet::default();
        for (case, label) in cases {
            let word = self.src_word(*case);
            if seen.insert(word) {
                table.push((word, *label));
            }
        }
        let smalls = table.iter().all(|(word, _)| word & 3 == 0);
        let (min, max) = table.iter().fold((i64::MAX, i64::MIN), |(min, max), (word, _)| {
            let n = *word as i64 >> 2;
            (min.min(n), max.max(n))
        });
        if smalls && table.len() >= 4 && (max.wrapping_sub(min)) as u64 <= table.len() as u64 * 3 + 8 {
            self.push(I::SwitchDense, r.0, 0, 0);
            self.words.push(Term::small(min).raw());
            self.words.push((max - min + 1) as u64);
            self.rel(base, default);
            table.sort_unstable_by_key(|(word, _)| *word as i64);
            let mut rest = table.into_iter().peekable();
            for n in min..=max {
                let label = match rest.next_if(|(word, _)| *word as i64 >> 2 == n) {
                    Some((_, label)) => label,
                    None => default,
                };
                self.rel(base, label);
            }
            return;
        }
        let op = if table.len() > 6 {
            table.sort_unstable_by_key(|(word, _)| *word);
            I::SwitchSorted
        } else {
            I::Switch
        };
        // A sorted table may have more cases than 16 bits count.
        self.push(op, r.0, table.len() as u16, (table.len() >> 16) as u16);
        self.rel(base, default);
        for (word, label) in table {
            self.words.push(word);
            self.rel(base, label);
        }
    }

    fn arith(&mut self, op: Arith, dst: Reg, a: Src, b: Src) {
        let rr = match op {
            Arith::Add => Some(I::AddRR),
            Arith::Sub => Some(I::SubRR),
            Arith::Mul => Some(I::MulRR),
            Arith::FloatDiv => Some(I::FloatDivRR),
            Arith::Div => Some(I::DivRR),
            Arith::Rem => Some(I::RemRR),
            Arith::Band => Some(I::BandRR),
            Arith::Bor => Some(I::BorRR),
            Arith::Bxor => Some(I::BxorRR),
            Arith::Bsl | Arith::Bsr => None,
        };
        let rc = |n: i64| match op {
            Arith::Add => Some(I::AddRC),
            Arith::Sub => Some(I::SubRC),
            Arith::Mul => Some(I::MulRC),
            Arith::Div if n > 1 && n & (n - 1) == 0 => Some(I::DivPow),
            Arith::Div if n != 0 && n != -1 => Some(I::DivRC),
            Arith::Rem if n > 0 && n & (n - 1) == 0 => Some(I::RemPow),
            Arith::Rem if n != 0 && n != -1 => Some(I::RemRC),
            Arith::Band => Some(I::BandRC),
            Arith::Bor => Some(I::BorRC),
            Arith::Bxor => Some(I::BxorRC),
            Arith::Bsl if (0..62).contains(&n) => Some(I::BslRC),
            Arith::Bsr if (0..62).contains(&n) => Some(I::BsrRC),
            _ => None,
        };
        let turns = matches!(
            op,
            Arith::Add | Arith::Mul | Arith::Band | Arith::Bor | Arith::Bxor
        );
        match (a, b) {
            (Src::Reg(a), Src::Reg(b)) if let Some(op) = rr => self.push(op, dst.0, a.0, b.0),
            (Src::Reg(r), Src::Small(n)) if let Some(op) = rc(n) => {
                self.push(op, dst.0, r.0, 0);
                self.words.push(Term::small(n).raw());
            }
            (Src::Small(n), Src::Reg(r)) if turns && let Some(op) = rc(n) => {
                self.push(op, dst.0, r.0, 1);
                self.words.push(Term::small(n).raw());
            }
            (Src::Small(n), Src::Reg(r)) if op == Arith::Sub => {
                self.push(I::SubCR, dst.0, r.0, 0);
                self.words.push(Term::small(n).raw());
            }
            _ => {
                self.push(I::ArithX, dst.0, op as u16, 0);
                self.src(a);
                self.src(b);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn bif(
        &mut self,
        function: &Function,
        at: usize,
        bif: Bif,
        dst: Reg,
        args: &[Src],
        fail: Option<Label>,
        live: Live,
    ) {
        let one = match bif {
            Bif::Hd => Some(I::HdR),
            Bif::Tl => Some(I::TlR),
            Bif::TupleSize => Some(I::TupleSizeR),
            Bif::ByteSize => Some(I::ByteSizeR),
            Bif::Length => Some(I::LengthR),
            Bif::MapSize => Some(I::MapSizeR),
            _ => None,
        };
        match (bif, args) {
            (Bif::SelfPid, _) => return self.push(I::SelfPid, dst.0, 0, 0),
            (_, [Src::Reg(r)]) if let Some(op) = one => self.push(op, dst.0, r.0, 0),
            (Bif::Element, [Src::Small(n), Src::Reg(r)]) if *n > 0 => {
                self.push(I::ElementC, dst.0, r.0, 0);
                self.words.push(*n as u64 - 1);
            }
            (Bif::Element, [Src::Reg(index), Src::Reg(r)]) => self.push(I::ElementRR, dst.0, index.0, r.0),
            (Bif::Max, [Src::Reg(a), Src::Reg(b)]) => self.push(I::MaxRR, dst.0, a.0, b.0),
            (Bif::Min, [Src::Reg(a), Src::Reg(b)]) => self.push(I::MinRR, dst.0, a.0, b.0),
            _ => {
                self.push(I::Bif, dst.0, bif as u16, args.len() as u16);
                self.site(function, at, Some(live), fail);
                args.iter().for_each(|a| self.src(*a));
                return;
            }
        }
        self.site(function, at, Some(live), fail);
    }

    #[allow(clippy::too_many_arguments)]
    fn bin_get(
        &mut self,
        function: &Function,
        at: usize,
        dst: Reg,
        ctx: Reg,
        ty: &SegType,
        size: Option<Src>,
        fail: Label,
        live: Live,
    ) {
        let base = self.here();
        let bits = match size {
            Some(Src::Small(n)) if n >= 0 => Some(n as u64 * ty.unit as u64),
            _ => None,
        };
        let plain = ty.kind == SegKind::Integer && !ty.signed;
        match bits {
            Some(8) if plain => {
                self.push(I::BinGetByte, dst.0, ctx.0, 0);
                self.rel(base, fail);
            }
            Some(bits @ (16 | 24 | 32 | 40 | 48 | 56)) if plain && ty.endian == Endian::Big => {
                self.push(I::BinGetBytes, dst.0, ctx.0, bits as u16);
                self.rel(base, fail);
                self.site(function, at, Some(live), None);
            }
            _ if ty.kind == SegKind::Utf8 => {
                self.push(I::BinGetUtf8, dst.0, ctx.0, 0);
                self.rel(base, fail);
            }
            _ => {
                self.push(I::BinGet, dst.0, ctx.0, 0);
                self.words.push(type_word(ty));
                match size {
                    Some(size) => self.src(size),
                    None => self.words.push(Term::NONE.raw()),
                }
                self.rel(base, fail);
                self.site(function, at, Some(live), None);
            }
        }
    }
}

fn type_op(ty: Type) -> I {
    match ty {
        Type::Atom => I::IsAtom,
        Type::Boolean => I::IsBoolean,
        Type::Integer => I::IsInteger,
        Type::Float => I::IsFloat,
        Type::Number => I::IsNumber,
        Type::List => I::IsList,
        Type::Cons => I::IsCons,
        Type::Nil => I::IsNil,
        Type::Tuple => I::IsTuple,
        Type::Map => I::IsMap,
        Type::Binary => I::IsBinary,
        Type::Bitstring => I::IsBitstring,
        Type::Function => I::IsFunction,
        Type::Pid => I::IsPid,
        Type::Port => I::IsPort,
        Type::Reference => I::IsReference,
    }
}

/// A segment's type in one word: kind, unit, signed, little.
pub fn type_word(ty: &SegType) -> u64 {
    ty.kind as u64
        | (ty.unit as u64) << 8
        | (ty.signed as u64) << 24
        | ((ty.endian != Endian::Big) as u64) << 25
}

/// Code that runs a native in a frame of its own, for calls that do not know it is one. Made once a native.
pub fn native_stub(native: &'static Native, entry: &'static ExportEntry) -> *const u64 {
    let words = [
        entry_header(native.arity as u16 + FRAME_HEADER, native.arity, 0),
        word(I::NativeStub, native.arity as u16, 0, 0),
        native as *const Native as u64,
        entry as *const ExportEntry as u64,
        stubs::bare_site() as *const Site as u64,
    ];
    let words: &'static [u64; 5] = Box::leak(Box::new(words));
    &words[1]
}
