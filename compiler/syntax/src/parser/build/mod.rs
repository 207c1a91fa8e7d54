//! What the grammar's actions build. One topic a file beside this one.

mod calls;
mod containers;
mod operators;
mod stab;
mod text;

use crate::diagnostics::Code;
use lalrpop_util::ParseError;

use crate::ParseOptions;
use crate::diagnostics::Diagnostic;
use crate::lexer::problem::Problem;
use crate::lexer::token::Token;
use crate::quoted::{Meta, Quoted, Symbol, known};

use super::Fallible;
pub use calls::{Argument, AtAccess, Callee};
pub use containers::{Element, MapBody};
pub use operators::Seq;
pub use stab::{DoParts, EMPTY_PARENS, Sections, Stab};

/// Builds quoted forms as the options ask.
pub struct Builder<'t> {
    pub text: &'t str,
    pub options: &'t ParseOptions,
    pub warnings: Vec<Diagnostic>,
    /// Where the last token of the tokens being parsed stands.
    pub last: (u32, u32),
    /// Where `()` stands.
    empty_parens: Vec<(u32, u32)>,
}

impl<'t> Builder<'t> {
    pub fn new(text: &'t str, options: &'t ParseOptions, warnings: Vec<Diagnostic>) -> Builder<'t> {
        Builder {
            text,
            options,
            warnings,
            last: (options.line, options.column),
            empty_parens: Vec::new(),
        }
    }

    fn place(&self, line: u32, column: u32) -> Meta {
        if self.options.columns {
            Meta::at(line, column)
        } else {
            Meta::at_line(line)
        }
    }

    fn meta(&self, token: &Token) -> Meta {
        self.place(token.line, token.column)
    }

    /// `[line: …, column: …]`
    fn location(&self, token: &Token) -> Quoted {
        self.meta(token).to_list()
    }

    /// Metadata of a token with `newlines:` in front if there were some.
    fn meta_newlines(&self, token: &Token) -> Meta {
        let mut meta = self.meta(token);
        self.add_newlines(&mut meta, token.newlines);
        meta
    }

    fn add_newlines(&self, meta: &mut Meta, newlines: u32) {
        if self.options.token_metadata && newlines > 0 {
            meta.push_front(known::NEWLINES, newlines);
        }
    }

    /// Puts `newlines:` and `closing:` of a pair of delimiters in front.
    fn add_closing(&self, meta: &mut Meta, open: &Token, close: &Token) {
        if self.options.token_metadata {
            meta.push_front(known::CLOSING, self.location(close));
            self.add_newlines(meta, open.newlines);
        }
    }

    /// A literal, wrapped if asked.
    fn wrap(&self, literal: Quoted, meta: Meta) -> Quoted {
        if self.options.wrap_literals {
            Quoted::call(known::BLOCK, meta, vec![literal])
        } else {
            literal
        }
    }

    /// The source text of a token.
    fn source(&self, token: &Token) -> &'t str {
        self.text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("")
    }

    fn fail<T>(&self, problem: Problem) -> Fallible<T> {
        Err(ParseError::User {
            error: Box::new(problem),
        })
    }

    /// Fails at a node, with words and the token they are about.
    fn fail_at<T>(&self, code: Code, node: &Quoted, text: &str, token: &str) -> Fallible<T> {
        let (line, column) = node.meta().map_or((0, 0), |meta| (meta.line(), meta.column()));
        self.fail(Problem::syntax(code, line, column, text, token))
    }

    fn warn(&mut self, code: Code, line: u32, column: u32, text: impl Into<String>) {
        if self.options.emit_warnings {
            self.warnings.push(crate::lexer::warning(
                code,
                &self.options.file,
                line,
                column,
                text.into(),
            ));
        }
    }

    // ---- Programs -----------------------------------------------------------------------------------------

    pub fn empty_program(&self, eoe: Option<Token>) -> Quoted {
        let meta = eoe.map_or(Meta::EMPTY, |token| self.meta(&token));
        Quoted::call(known::BLOCK, meta, vec![])
    }

    pub fn program(&mut self, mut expressions: Vec<Quoted>, eoe: Option<Token>) -> Quoted {
        if let (Some(token), Some(last)) = (eoe, expressions.last_mut()) {
            self.end_expression(last, &token);
        }
        self.block(expressions)
    }

    pub fn next_expression(&mut self, mut expressions: Vec<Quoted>, eoe: Token, next: Quoted) -> Vec<Quoted> {
        if let Some(last) = expressions.last_mut() {
            self.end_expression(last, &eoe);
        }
        expressions.push(next);
        expressions
    }

    /// Notes the end of an expression in its metadata.
    fn end_expression(&self, node: &mut Quoted, eoe: &Token) {
        if !self.options.token_metadata {
            return;
        }
        let mut end = self.meta(eoe);
        end.push_front(known::NEWLINES, eoe.newlines);
        if let Some(meta) = node.meta_mut() {
            meta.push_front(known::END_OF_EXPRESSION, end.to_list());
        }
    }

    /// The expressions of a body as one.
    fn block(&self, mut expressions: Vec<Quoted>) -> Quoted {
        if let [single] = expressions.as_mut_slice()
            && !is_splicing(single)
        {
            return std::mem::replace(single, Quoted::NIL);
        }
        Quoted::call(known::BLOCK, Meta::EMPTY, expressions)
    }
}

/// `unquote_splicing(…)`, which stays in a block so that it can become several expressions.
fn is_splicing(node: &Quoted) -> bool {
    node.call_of(known::UNQUOTE_SPLICING, 1).is_some()
}

/// `!x` and `not x`, which Elixir moves out of the left side of `in` unless they are in parentheses.
fn is_negation(node: &Quoted) -> Option<Symbol> {
    let call = node.as_call()?;
    match call.name() {
        Some(name @ (known::NOT | known::BANG)) if call.args.len() == 1 => Some(name),
        _ => None,
    }
}
