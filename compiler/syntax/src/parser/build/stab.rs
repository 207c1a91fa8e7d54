//! Bodies: `do … end`, `fn … end`, `( … )`, and their `->` clauses.

use crate::diagnostics::Code;
use crate::lexer::problem::Problem;
use crate::lexer::token::Token;
use crate::quoted::{Meta, Quoted, known};

use crate::diagnostics::Diagnostic;

use super::super::Fallible;
use super::super::terminal::Place;
use super::{Builder, is_negation, is_splicing};

/// One entry of a body.
pub enum Stab {
    Expression(Quoted),
    Clause(Box<Clause>),
}

/// `args -> body`
pub struct Clause {
    arrow: Token,
    meta: Meta,
    args: Vec<Quoted>,
    body: Vec<Quoted>,
}

pub type Sections = Vec<(Token, Vec<Stab>)>;

/// A do-block: its delimiters and its keyword list.
pub struct DoParts {
    pub open: Token,
    pub close: Token,
    pub sections: Quoted,
}

impl Builder<'_> {
    pub fn end_stabs(&mut self, mut stabs: Vec<Stab>, eoe: Token) -> Vec<Stab> {
        match stabs.last_mut() {
            Some(Stab::Expression(node)) => self.end_expression(node, &eoe),
            Some(Stab::Clause(clause)) => {
                if let Some(node) = clause.body.last_mut() {
                    self.end_expression(node, &eoe);
                }
            }
            None => {}
        }
        stabs
    }

    pub fn clause(&mut self, start: Place, mut args: Vec<Quoted>, body: (Token, Option<Quoted>)) -> Stab {
        let (arrow, body) = body;
        let mut meta = self.meta_newlines(&arrow);
        let told = |warning: &Diagnostic| {
            (warning.line, warning.column) == (start.line, start.column)
                && warning.description == EMPTY_PARENS
        };
        // `() -> x` and `() when y -> x` have no arguments.
        if let [only] = args.as_mut_slice() {
            if self.is_bare(start) && is_empty_parens(only) {
                take_parens(only, &mut meta);
                args.clear();
                self.warnings.retain(|warning| !told(warning));
            } else if let Quoted::Call(call) = only
                && self.is_bare(start)
                && call.is(known::WHEN, 2)
                && is_empty_parens(&call.args[0])
            {
                let mut parens = call.args.remove(0);
                take_parens(&mut parens, &mut meta);
                self.warnings.retain(|warning| !told(warning));
            } else {
                unwrap_when(&mut args);
            }
        } else {
            unwrap_when(&mut args);
        }
        let body = self.clause_body(&arrow, body);
        Stab::Clause(Box::new(Clause {
            arrow,
            meta,
            args,
            body,
        }))
    }

    /// True if `()` stands there, not within other parentheses.
    fn is_bare(&self, start: Place) -> bool {
        self.empty_parens.contains(&(start.line, start.column))
    }

    /// `(a, b) -> body`, `(a, b) when guard -> body`
    pub fn clause_parens(
        &mut self,
        parens: (Token, Vec<Quoted>, Token),
        guard: Option<(Token, Quoted)>,
        body: (Token, Option<Quoted>),
    ) -> Stab {
        let (open, mut args, close) = parens;
        let (arrow, body) = body;
        let mut meta = self.meta_newlines(&arrow);
        self.add_parens(&mut meta, &open, &close);
        if let Some((when, guard)) = guard {
            args.push(guard);
            args = vec![Quoted::call(known::WHEN, self.meta_newlines(&when), args)];
        }
        let body = self.clause_body(&arrow, body);
        Stab::Clause(Box::new(Clause {
            arrow,
            meta,
            args,
            body,
        }))
    }

    fn clause_body(&mut self, arrow: &Token, body: Option<Quoted>) -> Vec<Quoted> {
        if body.is_none() {
            let text =
                "an expression is always required on the right side of ->. Please provide a value after ->";
            self.warn(Code::ArrowWithoutBody, arrow.line, arrow.column, text);
        }
        vec![body.unwrap_or_else(|| self.wrap(Quoted::NIL, self.meta(arrow)))]
    }

    /// Puts `parens:` in front.
    fn add_parens(&self, meta: &mut Meta, open: &Token, close: &Token) {
        if self.options.token_metadata {
            let mut parens = self.meta(open);
            parens.push(known::CLOSING, self.location(close));
            meta.push_front(known::PARENS, parens.to_list());
        }
    }

    /// The body as clauses or as expressions.
    fn collect(&mut self, stabs: Vec<Stab>) -> Fallible<Result<Vec<Clause>, Vec<Quoted>>> {
        let mut clauses: Vec<Clause> = Vec::new();
        let mut expressions = Vec::new();
        for stab in stabs {
            match stab {
                Stab::Expression(node) => match clauses.last_mut() {
                    Some(clause) => clause.body.push(node),
                    None => expressions.push(node),
                },
                Stab::Clause(clause) => {
                    if !expressions.is_empty() {
                        return self.misplaced_arrow(&clause.arrow);
                    }
                    clauses.push(*clause);
                }
            }
        }
        Ok(if clauses.is_empty() {
            Err(expressions)
        } else {
            Ok(clauses)
        })
    }

    fn misplaced_arrow<T>(&mut self, arrow: &Token) -> Fallible<T> {
        let text = "unexpected operator ->. If you want to define multiple clauses, the first expression must use ->. \
                    Syntax error before: ";
        let column = if self.options.columns { arrow.column } else { 0 };
        self.fail(Problem::syntax(
            Code::MisplacedArrow,
            arrow.line,
            column,
            text,
            "'->'",
        ))
    }

    fn clauses(&mut self, clauses: Vec<Clause>) -> Vec<Quoted> {
        clauses
            .into_iter()
            .map(|clause| {
                let body = self.block(clause.body);
                Quoted::call(known::ARROW, clause.meta, vec![Quoted::List(clause.args), body])
            })
            .collect()
    }

    fn body(&mut self, stabs: Vec<Stab>) -> Fallible<Quoted> {
        Ok(match self.collect(stabs)? {
            Ok(clauses) => Quoted::List(self.clauses(clauses)),
            Err(expressions) => self.block(expressions),
        })
    }

    pub fn function(
        &mut self,
        open: Token,
        eoe: Option<Token>,
        stabs: Vec<Stab>,
        close: Token,
    ) -> Fallible<Quoted> {
        let mut open = open;
        open.newlines = eoe.map_or(0, |eoe| eoe.newlines);
        let mut meta = self.meta(&open);
        self.add_closing(&mut meta, &open, &close);
        match self.collect(stabs)? {
            Ok(clauses) => {
                let clauses = self.clauses(clauses);
                Ok(Quoted::call(known::FN, meta, clauses))
            }
            Err(_) => {
                let text = "expected anonymous functions to be defined with -> inside: ";
                self.fail(Problem::syntax(
                    Code::FnWithoutArrow,
                    open.line,
                    open.column,
                    text,
                    "'fn'",
                ))
            }
        }
    }

    pub fn parens(&mut self, open: Token, stabs: Vec<Stab>, close: Token) -> Fallible<Quoted> {
        let mut expressions = match self.collect(stabs)? {
            Ok(clauses) => {
                let clauses = self.clauses(clauses);
                let mut meta = self.meta(&open);
                self.add_closing(&mut meta, &open, &close);
                return Ok(self.wrap(Quoted::List(clauses), meta));
            }
            Err(expressions) => expressions,
        };
        if let [single] = expressions.as_mut_slice()
            && !is_splicing(single)
        {
            let mut single = std::mem::replace(single, Quoted::NIL);
            if is_negation(&single).is_some() {
                return Ok(Quoted::call(known::BLOCK, Meta::EMPTY, vec![single]));
            }
            if let Some(meta) = single.meta_mut() {
                self.add_parens(meta, &open, &close);
            }
            return Ok(single);
        }
        Ok(Quoted::call(
            known::BLOCK,
            self.block_meta(open, &close),
            expressions,
        ))
    }

    /// The metadata of a block in parentheses, which tells no line breaks.
    fn block_meta(&self, mut open: Token, close: &Token) -> Meta {
        open.newlines = 0;
        let mut meta = self.meta(&open);
        self.add_closing(&mut meta, &open, close);
        meta
    }

    pub fn empty_parens(&mut self, open: Token, close: Token) -> Quoted {
        self.warn(Code::EmptyParens, open.line, open.column, EMPTY_PARENS);
        self.empty_parens.push((open.line, open.column));
        let mut meta = Meta::EMPTY;
        self.add_parens(&mut meta, &open, &close);
        Quoted::call(known::BLOCK, meta, vec![])
    }

    pub fn parens_semicolon(&mut self, open: Token, close: Token) -> Quoted {
        Quoted::call(known::BLOCK, self.block_meta(open, &close), vec![])
    }

    pub fn do_block(
        &mut self,
        open: Token,
        body: Option<Vec<Stab>>,
        sections: Sections,
        close: Token,
    ) -> Fallible<DoParts> {
        let body = self.body(body.unwrap_or_default())?;
        let key = self.wrap(Quoted::Atom(known::DO), self.meta(&open));
        let mut pairs = vec![Quoted::pair(key, body)];
        for (name, stabs) in sections {
            let body = self.body(stabs)?;
            let key = self.wrap(Quoted::Atom(name.symbol()), self.meta(&name));
            pairs.push(Quoted::pair(key, body));
        }
        Ok(DoParts {
            open,
            close,
            sections: Quoted::List(pairs),
        })
    }
}

pub const EMPTY_PARENS: &str = "invalid expression (). If you want to invoke or define a function, make sure there are \
                            no spaces between the function name and its arguments. If you wanted to pass an empty \
                            block or code, pass a value instead, such as a nil or an atom";

/// `()`: a block of nothing.
fn is_empty_parens(node: &Quoted) -> bool {
    node.call_of(known::BLOCK, 0).is_some()
}

/// Moves `parens:` from `()` to the clause.
fn take_parens(parens: &mut Quoted, meta: &mut Meta) {
    if let Some(value) = parens.meta_mut().and_then(|meta| meta.remove(known::PARENS)) {
        meta.push_front(known::PARENS, value);
    }
}

/// `a, b when c` is `when(a, b, c)`.
fn unwrap_when(args: &mut Vec<Quoted>) {
    if args
        .last()
        .is_none_or(|last| last.call_of(known::WHEN, 2).is_none())
    {
        return;
    }
    if let Some(Quoted::Call(when)) = args.pop() {
        let (head, meta, guarded) = when.into_parts();
        let mut all = std::mem::take(args);
        all.extend(guarded);
        args.push(Quoted::call(head, meta, all));
    }
}
