//! The formatter: quoted forms to documents to text, as `Code.format_string!/2` documents its layout.
//!
//! Holds: the entry points and state here, one construct a file beside it. `doc` is the layout engine and knows no Elixir.

mod blocks;
mod calls;
mod comments;
mod containers;
pub mod doc;
mod expressions;
mod operators;
mod text;
mod to_source;

use crate::quoted::{Meta, Quoted, known};
use crate::{Comment, Diagnostic, ParseOptions, parse};

use doc::Doc;
pub use to_source::{to_source, to_source_within};

/// As the options of `Code.format_string!/2`.
#[derive(Clone, Debug)]
pub struct FormatOptions {
    pub line_length: usize,
    /// Names and arities (`None` for any) of calls that need no parentheses, besides the usual ones.
    pub locals_without_parens: Vec<(String, Option<usize>)>,
    pub force_do_end_blocks: bool,
    pub parse: ParseOptions,
}

impl Default for FormatOptions {
    fn default() -> FormatOptions {
        FormatOptions {
            line_length: 98,
            locals_without_parens: Vec::new(),
            force_do_end_blocks: false,
            parse: ParseOptions::default(),
        }
    }
}

/// Formats a text.
pub fn format_string(text: &str, options: &FormatOptions) -> Result<String, Box<Diagnostic>> {
    let parse_options = ParseOptions {
        token_metadata: true,
        wrap_literals: true,
        unescape: false,
        emit_warnings: false,
        comments: true,
        ..options.parse.clone()
    };
    let parsed = parse(text, &parse_options)?;
    Ok(laid_out(&parsed.quoted, options, parsed.comments))
}

/// Address space for the native stack of a formatting: a document nests some levels for each of the text's, and is built,
/// searched and dropped by recursion. Only what is used becomes memory.
const STACK: usize = 512 << 20;

fn laid_out(quoted: &Quoted, options: &FormatOptions, comments: Vec<Comment>) -> String {
    stacker::grow(STACK, || {
        let mut formatter = Formatter::new(options, comments);
        let doc = formatter.block(quoted, MIN_LINE, MAX_LINE);
        doc::layout(options.line_length, &doc.group())
    })
}

/// The text of a form whose literals are wrapped with their metadata (see `to_source`).
fn format_quoted(quoted: &Quoted, options: &FormatOptions) -> String {
    laid_out(quoted, options, Vec::new())
}

const MIN_LINE: u32 = 0;
const MAX_LINE: u32 = 9_999_999;

/// Where an expression stands, which decides about parentheses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Context {
    Block,
    Operand,
    ParensArg,
    ParensOneArg,
    NoParensArg,
    NoParensOneArg,
}

struct Formatter<'o> {
    options: &'o FormatOptions,
    /// Comments not yet placed, the first at the end.
    comments: Vec<Comment>,
    operand_nesting: usize,
    skip_eol: bool,
}

impl<'o> Formatter<'o> {
    fn new(options: &'o FormatOptions, mut comments: Vec<Comment>) -> Formatter<'o> {
        for comment in &mut comments {
            comment.text = comments::normal(&comment.text);
        }
        comments.reverse();
        Formatter {
            options,
            comments,
            operand_nesting: 2,
            skip_eol: false,
        }
    }

    fn eol(&self, meta: &Meta) -> bool {
        !self.skip_eol && meta.int(known::NEWLINES).unwrap_or(0) > 0
    }

    fn eol_or_comments(&self, meta: &Meta) -> bool {
        let (min, max) = (line(meta), closing_line(meta));
        self.eol(meta)
            || self
                .comments
                .iter()
                .rev()
                .any(|comment| comment.line > min && comment.line < max)
    }
}

fn line(meta: &Meta) -> u32 {
    match meta.line() {
        0 => MAX_LINE,
        line => line,
    }
}

fn line_of(meta: &Meta, key: crate::Symbol) -> u32 {
    let place = meta.get(key).and_then(|place| Meta::from_list(&place));
    place.map_or(MIN_LINE, |place| place.line())
}

fn closing_line(meta: &Meta) -> u32 {
    line_of(meta, known::CLOSING)
}

/// The delimiter that a literal was written with.
fn delimiter(meta: &Meta) -> Option<String> {
    meta.get(known::DELIMITER)
        .and_then(|value| value.as_str().map(str::to_owned))
}

/// Documents one below the other.
fn lines(docs: Vec<Doc>) -> Doc {
    docs.into_iter().reduce(Doc::line).unwrap_or(Doc::Empty)
}
