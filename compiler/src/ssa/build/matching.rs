//! Clauses to decision trees.
//!
//! A row is a clause with what is still to be tested: pairs of a value and a pattern. Each step takes the first pair of
//! the first row and all consecutive rows that test the same value; these are parted by constructor, every part goes on
//! alone, and what fails in it goes on with the rows behind the group (backtracking, after Augustsson). So every row is
//! built exactly once and the code is linear in the patterns; re-tests on the way back are removed later, by the
//! refinement pass. Working time: linear in the patterns times the depth of nesting.

use cordial_syntax::quoted::deeper;
use cordial_vm::atom::Atom;
use cordial_vm::bytecode::ops::{self, Cond};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::super::ir::{Arg, Args, BlockId, End, Op, Test};
use super::FunctionBuilder;
use super::join::Join;
use crate::core::ir::{Clause, Expr, Kind, Pat, PatSegment, VarId};
use crate::core::lit::Lit;

/// What is left of a pattern.
#[derive(Clone)]
pub(super) enum Rest<'c> {
    Pattern(&'c Pat),
    /// Keys of a map that are still to be looked up.
    Keys(SmallVec<[&'c (Expr, Pat); 2]>),
    /// Segments still to be read; the value is the match context.
    Segments(&'c [PatSegment]),
    /// These bytes, and no more, are to be read from the match context.
    Bytes(&'c [u8]),
}

pub(super) struct Row<'c> {
    pub tests: SmallVec<[(Arg, Rest<'c>); 3]>,
    /// `===` to a variable: tested when all else fits.
    same: SmallVec<[(Arg, VarId); 1]>,
    clause: usize,
}

/// What becomes of a row that fits.
pub(super) struct Job<'j> {
    clauses: &'j [Clause],
    /// None: the code goes on behind the match, after the guards.
    join: Option<&'j mut Join>,
    guards: &'j [Expr],
    /// Takes the message out of the mailbox.
    receive: bool,
    /// Whether a match context is open.
    reading: bool,
    /// Whether rows that come after a failure go on reading from an open context: who moves it must move it back.
    pub(super) resumes: bool,
}

impl<'j> Job<'j> {
    pub(super) fn new(clauses: &'j [Clause], join: &'j mut Join) -> Job<'j> {
        Job {
            clauses,
            join: Some(join),
            guards: &[],
            receive: false,
            reading: false,
            resumes: false,
        }
    }

    pub(super) fn receive(mut self) -> Job<'j> {
        self.receive = true;
        self
    }
}

/// A constructor that can be told from others by one test.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Constructor {
    Constant(Arg),
    Cons,
    Tuple(usize),
}

impl FunctionBuilder<'_> {
    /// Tries the clauses in turn; goes to `fail` if none fits.
    pub(super) fn match_clauses(
        &mut self,
        values: &Args,
        clauses: &[Clause],
        fail: BlockId,
        job: &mut Job<'_>,
    ) {
        let mut rows = Vec::with_capacity(clauses.len());
        let mut values = values.clone();
        for (place, value) in values.iter_mut().enumerate() {
            if clauses
                .iter()
                .any(|clause| clause.patterns.get(place).is_some_and(opens))
            {
                *value = self.in_register(*value);
            }
        }
        for (index, clause) in clauses.iter().enumerate() {
            let mut row = Row {
                tests: SmallVec::new(),
                same: SmallVec::new(),
                clause: index,
            };
            let mut fits = true;
            for (value, pattern) in values.iter().zip(&clause.patterns) {
                fits &= self.add(&mut row, *value, pattern);
            }
            if fits {
                rows.push(row);
            }
        }
        self.rows(rows, fail, job);
    }

    /// Matches one pattern and goes on behind it.
    pub(super) fn match_one(&mut self, value: Arg, pattern: &Pat, guards: &[Expr], fail: BlockId) {
        let mut row = Row {
            tests: SmallVec::new(),
            same: SmallVec::new(),
            clause: 0,
        };
        let value = if opens(pattern) {
            self.in_register(value)
        } else {
            value
        };
        if !self.add(&mut row, value, pattern) {
            return self.jump(fail, []);
        }
        let mut job = Job {
            clauses: &[],
            join: None,
            guards,
            receive: false,
            reading: false,
            resumes: false,
        };
        self.rows(vec![row], fail, &mut job);
    }

    /// Opening a constant takes a register.
    fn in_register(&mut self, value: Arg) -> Arg {
        match value {
            Arg::Value(_) => value,
            constant => self.emit(Op::Copy, [constant]).unwrap_or(constant),
        }
    }

    /// As `match_one`, with segments on a match context.
    pub(super) fn match_segments(&mut self, context: Arg, segments: &[PatSegment], fail: BlockId) {
        let mut row = Row {
            tests: SmallVec::new(),
            same: SmallVec::new(),
            clause: 0,
        };
        row.tests.push((context, Rest::Segments(segments)));
        let mut job = Job {
            clauses: &[],
            join: None,
            guards: &[],
            receive: false,
            reading: false,
            resumes: false,
        };
        self.rows(vec![row], fail, &mut job);
    }

    /// Adds a test to a row; variables are bound at once. False: it can never fit.
    pub(super) fn add<'c>(&mut self, row: &mut Row<'c>, value: Arg, pattern: &'c Pat) -> bool {
        match pattern {
            Pat::Any => true,
            Pat::Var(var) => {
                self.bind(*var, value);
                true
            }
            Pat::Same(var) => {
                row.same.push((value, *var));
                true
            }
            Pat::Both(pair) => deeper(|| self.add(row, value, &pair.0) && self.add(row, value, &pair.1)),
            Pat::Lit(lit) if value.value().is_none() && lit.is_immediate() => {
                if self.literal(lit) == value {
                    true
                } else if matches!(value, Arg::Lit(_)) {
                    row.tests.push((value, Rest::Pattern(pattern)));
                    true
                } else {
                    false
                }
            }
            _ => {
                row.tests.push((value, Rest::Pattern(pattern)));
                true
            }
        }
    }

    pub(super) fn rows<'c>(&mut self, rows: Vec<Row<'c>>, fail: BlockId, job: &mut Job<'_>) {
        deeper(|| self.rows_inner(rows, fail, job));
    }

    fn rows_inner<'c>(&mut self, rows: Vec<Row<'c>>, fail: BlockId, job: &mut Job<'_>) {
        let mut rows = rows.into_iter().peekable();
        loop {
            if self.current.is_none() {
                return;
            }
            let Some(first) = rows.next() else {
                return self.jump(fail, []);
            };
            let Some((value, _)) = first.tests.first() else {
                let certain = first.same.is_empty() && job.guards_of(first.clause).is_empty();
                let next = match (certain, rows.peek()) {
                    (false, Some(_)) => self.block(),
                    _ => fail,
                };
                self.leaf(&first, next, job);
                if next == fail {
                    return;
                }
                self.current = Some(next);
                continue;
            };
            let value = *value;
            let shape = shape(&first.tests[0].1);
            let mut group = vec![first];
            while let Some(row) = rows.peek() {
                let alike = row
                    .tests
                    .iter()
                    .any(|(at, rest)| *at == value && same_shape(shape, rest, &group[0].tests[0].1));
                if !alike {
                    break;
                }
                group.extend(rows.next());
            }
            let next = if rows.peek().is_some() { self.block() } else { fail };
            let outer = (job.reading, job.resumes);
            let again = rows.peek().is_some() || job.resumes;
            job.resumes = again && job.reading;
            self.group(value, shape, group, next, again, job);
            (job.reading, job.resumes) = outer;
            if next == fail {
                return;
            }
            self.current = Some(next);
        }
    }

    fn leaf(&mut self, row: &Row<'_>, next: BlockId, job: &mut Job<'_>) {
        for (value, var) in &row.same {
            let other = self.lookup(*var);
            self.test(Test::Compare(Cond::Same), [*value, other], next);
        }
        match &mut job.join {
            None => self.guards(job.guards, next),
            Some(join) => {
                let clause = &job.clauses[row.clause];
                let outer = self.line;
                if clause.line != 0 {
                    self.line = clause.line;
                }
                self.guards(&clause.guards, next);
                if job.receive {
                    self.emit_effect(Op::RecvTake, []);
                }
                self.branch(join, &clause.body);
                self.line = outer;
            }
        }
    }

    fn group<'c>(
        &mut self,
        value: Arg,
        shape: Shape,
        mut group: Vec<Row<'c>>,
        next: BlockId,
        again: bool,
        job: &mut Job<'_>,
    ) {
        match shape {
            Shape::Constructors => self.constructors(value, group, next, job),
            Shape::Map => self.map_group(value, group, next, job),
            Shape::Binary => {
                // One match context for all rows.
                let binary = group
                    .iter()
                    .any(|row| matches!(find(row, value), Some(Rest::Pattern(Pat::Bin(_)))));
                if !binary {
                    return self.constructors(value, group, next, job);
                }
                let Some(context) = self.guarded(Op::BinStart, [value], next) else {
                    return;
                };
                for row in &mut group {
                    if let Some(place) = row.tests.iter().position(|(at, _)| *at == value) {
                        let rest = match &row.tests[place].1 {
                            Rest::Pattern(Pat::Bin(segments)) => Rest::Segments(segments),
                            Rest::Pattern(Pat::Lit(Lit::Bin(bytes))) => Rest::Bytes(bytes),
                            other => other.clone(),
                        };
                        row.tests.remove(place);
                        row.tests.insert(0, (context, rest));
                    }
                }
                job.reading = true;
                self.rows(group, next, job);
            }
            Shape::Read => self.read_group(value, group, next, again, job),
        }
    }

    fn constructors<'c>(&mut self, value: Arg, group: Vec<Row<'c>>, next: BlockId, job: &mut Job<'_>) {
        // Parts by constructor, in the order of their first rows.
        let mut places: FxHashMap<Constructor, usize> = FxHashMap::default();
        let mut parts: Vec<(Constructor, Vec<Row<'c>>)> = Vec::new();
        for row in group {
            let constructor = match find(&row, value) {
                Some(Rest::Pattern(Pat::Lit(lit))) => Constructor::Constant(self.literal(lit)),
                Some(Rest::Pattern(Pat::Cons(_))) => Constructor::Cons,
                Some(Rest::Pattern(Pat::Tuple(items))) => Constructor::Tuple(items.len()),
                _ => continue,
            };
            let place = *places.entry(constructor).or_insert_with(|| {
                parts.push((constructor, Vec::new()));
                parts.len() - 1
            });
            parts[place].1.push(row);
        }
        let immediate = |constructor: &Constructor| {
            matches!(
                constructor,
                Constructor::Constant(Arg::Small(_) | Arg::Atom(_) | Arg::Nil)
            )
        };
        let is_tuple = |constructor: &Constructor| matches!(constructor, Constructor::Tuple(_));
        let constants = parts
            .iter()
            .filter(|(constructor, _)| immediate(constructor))
            .count();
        let tuples = parts
            .iter()
            .filter(|(constructor, _)| is_tuple(constructor))
            .count();
        let mut work: Vec<(BlockId, Constructor, Vec<Row<'c>>, Option<Atom>)> =
            Vec::with_capacity(parts.len());
        // Switches first, then single tests.
        let mut single = Vec::new();
        let (mut switch, mut arities) = (Vec::new(), Vec::new());
        for part in parts {
            if constants > 2 && immediate(&part.0) {
                switch.push(part);
            } else if tuples > 1 && is_tuple(&part.0) {
                arities.push(part);
            } else {
                single.push(part);
            }
        }
        let switches = usize::from(!switch.is_empty()) + usize::from(!arities.is_empty());
        let mut left = switches + single.len();
        let mut otherwise = |builder: &mut Self| {
            left -= 1;
            if left == 0 { next } else { builder.block() }
        };
        if !switch.is_empty() {
            let default = otherwise(self);
            let mut targets = vec![default];
            let mut values = Vec::with_capacity(switch.len());
            for (constructor, rows) in switch {
                let block = self.block();
                targets.push(block);
                if let Constructor::Constant(constant) = constructor {
                    values.push(constant);
                }
                work.push((block, constructor, rows, None));
            }
            self.end(End::Switch(values), [value], &targets);
            self.current = Some(default);
        }
        if !arities.is_empty() {
            let default = otherwise(self);
            let mut targets = vec![default];
            let mut values = Vec::with_capacity(arities.len());
            for (constructor, rows) in arities {
                let block = self.block();
                targets.push(block);
                if let Constructor::Tuple(arity) = constructor {
                    values.push(arity as u32);
                }
                work.push((block, constructor, rows, None));
            }
            self.end(End::SwitchArity(values), [value], &targets);
            self.current = Some(default);
        }
        for (constructor, rows) in single {
            let default = otherwise(self);
            let yes = self.block();
            match constructor {
                Constructor::Constant(Arg::Nil) => {
                    self.end(End::Branch(Test::Type(ops::Type::Nil)), [value], &[yes, default]);
                }
                Constructor::Constant(constant) => {
                    self.end(
                        End::Branch(Test::Compare(Cond::Same)),
                        [value, constant],
                        &[yes, default],
                    );
                }
                Constructor::Cons => {
                    self.end(End::Branch(Test::Type(ops::Type::Cons)), [value], &[yes, default])
                }
                Constructor::Tuple(arity) => {
                    let test = match common_tag(&rows, value) {
                        Some(tag) => Test::Tagged(arity as u32, tag),
                        None => Test::TupleArity(arity as u32),
                    };
                    self.end(End::Branch(test), [value], &[yes, default]);
                }
            }
            // Only this test has looked at the tag.
            let tag = common_tag(&rows, value);
            work.push((yes, constructor, rows, tag));
            self.current = Some(default);
        }
        // A single match that goes on behind has one part: its code must be the last that is built.
        for (block, constructor, rows, tag) in work {
            self.current = Some(block);
            self.part(value, constructor, rows, tag, next, job);
        }
    }

    /// The rows of one constructor: opens the value.
    fn part<'c>(
        &mut self,
        value: Arg,
        constructor: Constructor,
        mut rows: Vec<Row<'c>>,
        tag: Option<Atom>,
        next: BlockId,
        job: &mut Job<'_>,
    ) {
        let fields: SmallVec<[Arg; 4]> = match constructor {
            Constructor::Constant(_) => SmallVec::new(),
            Constructor::Cons => {
                let head = self.emit(Op::Head, [value]);
                let tail = self.emit(Op::Tail, [value]);
                head.into_iter().chain(tail).collect()
            }
            Constructor::Tuple(arity) => {
                // Only what some row looks at.
                let mut wanted = vec![false; arity];
                for row in &rows {
                    if let Some(Rest::Pattern(Pat::Tuple(items))) = find(row, value) {
                        for (index, item) in items.iter().enumerate() {
                            wanted[index] |= !matches!(item, Pat::Any);
                        }
                    }
                }
                wanted
                    .into_iter()
                    .enumerate()
                    .filter_map(|(index, wanted)| {
                        if wanted {
                            self.emit(Op::Element(index as u32), [value])
                        } else {
                            Some(Arg::Nil)
                        }
                    })
                    .collect()
            }
        };
        rows.retain_mut(|row| {
            let Some(place) = row.tests.iter().position(|(at, _)| *at == value) else {
                return true;
            };
            let (_, rest) = row.tests.remove(place);
            let later = std::mem::take(&mut row.tests);
            let fits = match rest {
                Rest::Pattern(Pat::Cons(pair)) => {
                    fields.len() == 2
                        && self.add(row, fields[0], &pair.0)
                        && self.add(row, fields[1], &pair.1)
                }
                Rest::Pattern(Pat::Tuple(items)) => {
                    let skip = usize::from(tag.is_some() && rows_tagged(items, tag));
                    items
                        .iter()
                        .zip(&fields)
                        .skip(skip)
                        .all(|(item, field)| self.add(row, *field, item))
                }
                _ => true,
            };
            row.tests.extend(later);
            fits
        });
        self.rows(rows, next, job);
    }

    fn map_group<'c>(&mut self, value: Arg, group: Vec<Row<'c>>, next: BlockId, job: &mut Job<'_>) {
        let mut group = group;
        // Turns patterns into lists of keys.
        for row in &mut group {
            for (at, rest) in &mut row.tests {
                if *at == value
                    && let Rest::Pattern(Pat::Map(pairs)) = rest
                {
                    *rest = Rest::Keys(pairs.iter().collect());
                }
            }
        }
        let Some(Rest::Keys(keys)) = find(&group[0], value) else {
            return;
        };
        let Some(first) = keys.first() else {
            // `%{}`: all rows of the group ask for nothing more (see `same_shape`).
            self.test(Test::Type(ops::Type::Map), [value], next);
            for row in &mut group {
                row.tests.retain(|(at, rest)| {
                    !(*at == value && matches!(rest, Rest::Keys(keys) if keys.is_empty()))
                });
            }
            return self.rows(group, next, job);
        };
        let key = self.key(&first.0);
        let Some(found) = self.guarded(Op::MapGet, [value, key], next) else {
            return;
        };
        group.retain_mut(|row| {
            let Some(place) = row.tests.iter().position(|(at, _)| *at == value) else {
                return true;
            };
            let (_, rest) = row.tests.remove(place);
            let Rest::Keys(mut keys) = rest else { return true };
            let Some(index) = keys.iter().position(|pair| self.key(&pair.0) == key) else {
                return true;
            };
            let pair = keys.remove(index);
            let later = std::mem::take(&mut row.tests);
            let fits = self.add(row, found, &pair.1);
            if !keys.is_empty() {
                row.tests.push((value, Rest::Keys(keys)));
            }
            row.tests.extend(later);
            fits
        });
        self.rows(group, next, job);
    }

    fn key(&mut self, key: &Expr) -> Arg {
        match &key.kind {
            Kind::Lit(lit) => self.literal(lit),
            Kind::Var(var) => self.lookup(*var),
            _ => Arg::Nil,
        }
    }
}

impl Job<'_> {
    fn guards_of(&self, clause: usize) -> &[Expr] {
        match &self.join {
            None => self.guards,
            Some(_) => self.clauses.get(clause).map_or(&[], |clause| &clause.guards),
        }
    }
}

/// Which rows can stand in one group.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// Constants, cons cells, tuples.
    Constructors,
    Map,
    /// A bitstring that is not opened yet; literal binaries can join.
    Binary,
    /// A match context.
    Read,
}

fn shape(rest: &Rest<'_>) -> Shape {
    match rest {
        Rest::Pattern(Pat::Map(_)) | Rest::Keys(_) => Shape::Map,
        Rest::Pattern(Pat::Bin(_) | Pat::Lit(Lit::Bin(_))) => Shape::Binary,
        Rest::Pattern(_) => Shape::Constructors,
        Rest::Segments(_) | Rest::Bytes(_) => Shape::Read,
    }
}

/// True if a row's test can stand in the group of the first.
fn same_shape(shape_of_first: Shape, rest: &Rest<'_>, first: &Rest<'_>) -> bool {
    if shape(rest) != shape_of_first {
        return false;
    }
    match shape_of_first {
        Shape::Constructors | Shape::Binary => true,
        Shape::Map => match first_key(first) {
            None => first_key(rest).is_none(),
            Some(key) => has_key(rest, key),
        },
        Shape::Read => super::binary::same_read(rest, first),
    }
}

/// True for patterns that look inside the value.
fn opens(pattern: &Pat) -> bool {
    match pattern {
        Pat::Cons(_) | Pat::Tuple(_) | Pat::Map(_) | Pat::Bin(_) => true,
        Pat::Both(pair) => opens(&pair.0) || opens(&pair.1),
        Pat::Any | Pat::Var(_) | Pat::Same(_) | Pat::Lit(_) => false,
    }
}

fn first_key<'c>(rest: &Rest<'c>) -> Option<&'c Expr> {
    match rest {
        Rest::Pattern(Pat::Map(pairs)) => pairs.first().map(|pair| &pair.0),
        Rest::Keys(keys) => keys.first().map(|pair| &pair.0),
        _ => None,
    }
}

fn has_key(rest: &Rest<'_>, key: &Expr) -> bool {
    let same = |other: &Expr| match (&other.kind, &key.kind) {
        (Kind::Lit(a), Kind::Lit(b)) => a == b,
        (Kind::Var(a), Kind::Var(b)) => a == b,
        _ => false,
    };
    match rest {
        Rest::Pattern(Pat::Map(pairs)) => pairs.iter().any(|pair| same(&pair.0)),
        Rest::Keys(keys) => keys.iter().any(|pair| same(&pair.0)),
        _ => false,
    }
}

pub(super) fn find<'r, 'c>(row: &'r Row<'c>, value: Arg) -> Option<&'r Rest<'c>> {
    row.tests
        .iter()
        .find(|(at, _)| *at == value)
        .map(|(_, rest)| rest)
}

/// The atom that is the first element of every row's tuple pattern.
fn common_tag(rows: &[Row<'_>], value: Arg) -> Option<Atom> {
    let tag_of = |row: &Row<'_>| match find(row, value) {
        Some(Rest::Pattern(Pat::Tuple(items))) => match items.first() {
            Some(Pat::Lit(Lit::Atom(atom))) => Some(*atom),
            _ => None,
        },
        _ => None,
    };
    let tag = tag_of(rows.first()?)?;
    rows.iter().all(|row| tag_of(row) == Some(tag)).then_some(tag)
}

fn rows_tagged(items: &[Pat], tag: Option<Atom>) -> bool {
    matches!((items.first(), tag), (Some(Pat::Lit(Lit::Atom(atom))), Some(tag)) if *atom == tag)
}
