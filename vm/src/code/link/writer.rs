//! Writes the words of functions: labels become distances, sites are drafted.

use super::shapes::Shapes;
use super::{Natives, src_reg};
use crate::bytecode::field::Visit;
use crate::bytecode::flow::Findings;
use crate::bytecode::module::Function;
use crate::bytecode::ops::*;
use crate::code::entry::FunEntry;
use crate::code::exports::Exports;
use crate::code::module::entry_header;
use crate::exec::isa::{I, branch, word};
use crate::term::Term;

/// A site whose labels are positions in the module's code.
pub struct Draft {
    pub(super) live: u32,
    pub(super) live_count: u32,
    pub(super) line: u32,
    pub(super) handler: Option<u32>,
    pub(super) fail: Option<u32>,
    pub(super) function: u32,
    pub(super) handler_dst: u16,
}

pub struct Writer<'a> {
    pub(super) functions: &'a [Function],
    pub(super) funs: &'a [&'static FunEntry],
    pub(super) literals: &'a [Term],
    pub(super) shapes: &'a Shapes,
    pub(super) exports: &'a Exports,
    pub(super) natives: Natives<'a>,
    pub(super) words: Vec<u64>,
    pub(super) sites: Vec<Draft>,
    pub(super) pool: Vec<u16>,
    /// (word, base, label): a distance in the word's upper half.
    pub(super) near: Vec<(u32, u32, u32)>,
    /// The same as a word of its own.
    pub(super) far: Vec<(u32, u32, u32)>,
    pub(super) site_words: Vec<(u32, u32)>,
    pub(super) calls: Vec<(u32, u32)>,
    pub(super) function: u32,
    /// Word of each op of the function at hand.
    pub(super) starts: Vec<u32>,
    /// Where each of its live sets stands in the pool.
    pub(super) live_at: Vec<(u32, u32)>,
}

struct Targets(Vec<bool>);

impl Visit for Targets {
    fn label(&mut self, label: Label) {
        self.0[label.0 as usize] = true;
    }
}

impl Writer<'_> {
    pub(super) fn function(
        &mut self,
        index: u32,
        function: &Function,
        findings: Option<&Findings>,
    ) -> (u32, u32) {
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

    pub(super) fn here(&self) -> u32 {
        self.words.len() as u32
    }

    pub(super) fn push(&mut self, op: I, a: u16, b: u16, c: u16) {
        self.words.push(word(op, a, b, c));
    }

    /// `{op, a, rel}`
    pub(super) fn branch(&mut self, op: I, a: u16, to: Label) {
        let here = self.here();
        self.near.push((here, here, to.0));
        self.words.push(branch(op, a, 0));
    }

    /// A distance from `base` as a word.
    pub(super) fn rel(&mut self, base: u32, to: Label) {
        self.far.push((self.here(), base, to.0));
        self.words.push(0);
    }

    pub(super) fn constant(&self, src: Src) -> Option<Term> {
        match src {
            Src::Reg(_) => None,
            Src::Small(n) => Some(Term::small(n)),
            Src::Atom(a) => Some(Term::atom(a)),
            Src::Nil => Some(Term::NIL),
            Src::Lit(n) => Some(self.literals[n as usize]),
        }
    }

    pub(super) fn src_word(&self, src: Src) -> u64 {
        match src {
            Src::Reg(reg) => src_reg(reg.0),
            other => self.constant(other).map_or(0, Term::raw),
        }
    }

    pub(super) fn src(&mut self, src: Src) {
        let word = self.src_word(src);
        self.words.push(word);
    }

    pub(super) fn site(&mut self, function: &Function, at: usize, live: Option<Live>, fail: Option<Label>) {
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
}
