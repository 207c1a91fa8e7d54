//! Documents and their layout: Wadler's pretty printer in the strict form of Lindig, as `Inspect.Algebra` describes it.

use std::rc::Rc;

use unicode_segmentation::UnicodeSegmentation;

#[derive(Clone, Debug)]
pub enum Doc {
    Empty,
    Text(Rc<str>),
    Concat(Rc<(Doc, Doc)>),
    Nest(Rc<Doc>, Indent, bool),
    Break(&'static str, bool),
    Group(Rc<Doc>, bool),
    /// Whether the next break may end the search for what fits.
    Fits(Rc<Doc>, bool),
    Force(Rc<Doc>),
    Collapse(usize),
    Line,
    /// Laid out as if lines had no end.
    Unlimited(Rc<Doc>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Indent {
    By(usize),
    Cursor,
    Reset,
}

pub const WHEN_BROKEN: bool = true;

pub fn text(text: impl AsRef<str>) -> Doc {
    match text.as_ref() {
        "" => Doc::Empty,
        text => Doc::Text(Rc::from(text)),
    }
}

impl From<&str> for Doc {
    fn from(value: &str) -> Doc {
        text(value)
    }
}

impl From<String> for Doc {
    fn from(value: String) -> Doc {
        text(value)
    }
}

impl Doc {
    pub fn is_empty(&self) -> bool {
        matches!(self, Doc::Empty)
    }

    pub fn then(self, next: impl Into<Doc>) -> Doc {
        match (self, next.into()) {
            (Doc::Empty, next) => next,
            (doc, Doc::Empty) => doc,
            (doc, next) => Doc::Concat(Rc::new((doc, next))),
        }
    }

    /// With a break of one space between, whatever the two are.
    pub fn glue(self, next: impl Into<Doc>) -> Doc {
        self.then(strict_break(" ")).then(next)
    }

    pub fn glue_nothing(self, next: impl Into<Doc>) -> Doc {
        self.then(strict_break("")).then(next)
    }

    pub fn flex_glue(self, next: impl Into<Doc>) -> Doc {
        self.then(Doc::Break(" ", true)).then(next)
    }

    pub fn line(self, next: impl Into<Doc>) -> Doc {
        self.then(Doc::Line).then(next)
    }

    pub fn nest(self, by: usize) -> Doc {
        self.nest_as(Indent::By(by), false)
    }

    pub fn nest_broken(self, by: usize) -> Doc {
        self.nest_as(Indent::By(by), WHEN_BROKEN)
    }

    pub fn nest_as(self, indent: Indent, when_broken: bool) -> Doc {
        if self.is_empty() || indent == Indent::By(0) {
            self
        } else {
            Doc::Nest(Rc::new(self), indent, when_broken)
        }
    }

    pub fn group(self) -> Doc {
        match self {
            Doc::Empty => Doc::Empty,
            doc @ (Doc::Group(_, false) | Doc::Text(_)) => doc,
            doc => Doc::Group(Rc::new(doc), false),
        }
    }

    /// A group that is broken when the one around it is.
    pub fn inherit(self) -> Doc {
        Doc::Group(Rc::new(self), true)
    }

    pub fn fits(self, enabled: bool) -> Doc {
        Doc::Fits(Rc::new(self), enabled)
    }

    pub fn force(self) -> Doc {
        Doc::Force(Rc::new(self))
    }

    pub fn ungroup(self) -> Doc {
        match self {
            Doc::Group(doc, _) => (*doc).clone(),
            doc => doc,
        }
    }

    /// Adds to the end, within the last group if the document ends with one.
    pub fn then_in_last_group(self, next: &str) -> Doc {
        match self {
            Doc::Concat(pair) => {
                let (left, right) = &*pair;
                left.clone().then(right.clone().then_in_last_group(next))
            }
            Doc::Group(doc, inherit) => Doc::Group(Rc::new((*doc).clone().then_in_last_group(next)), inherit),
            doc => doc.then(next),
        }
    }
}

pub fn strict_break(text: &'static str) -> Doc {
    Doc::Break(text, false)
}

/// `left doc right`, broken after and before the delimiters when it does not fit.
pub fn surround(left: impl Into<Doc>, doc: Doc, right: &str) -> Doc {
    let left = left.into();
    if doc.is_empty() {
        return left.then(right);
    }
    left.then(strict_break("").then(doc).nest(2))
        .then(strict_break(""))
        .then(right)
        .group()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Flat,
    Break,
    FlatNoBreak,
    BreakNoFlat,
}

enum Entry<'d> {
    Doc(usize, Mode, &'d Doc),
    /// Goes back to an earlier answer of "may we break".
    Tail(bool),
}

fn width_of(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.graphemes(true).count()
    }
}

fn nested(current: usize, column: usize, indent: Indent) -> usize {
    match indent {
        Indent::By(by) => current + by,
        Indent::Cursor => column,
        Indent::Reset => 0,
    }
}

/// True if the entries, then what follows them, reach a line's end within the width.
fn fits<'d>(
    width: usize,
    start: usize,
    may_break: bool,
    first: Vec<Entry<'d>>,
    rest: &[(usize, Mode, &'d Doc)],
) -> bool {
    let mut stack = first;
    let mut rest = rest.iter().rev();
    let mut column = start;
    let mut may_break = may_break;
    loop {
        if column > width && may_break {
            return false;
        }
        let entry = match stack.pop() {
            Some(entry) => entry,
            None => match rest.next() {
                Some((indent, mode, doc)) => Entry::Doc(*indent, *mode, doc),
                None => return true,
            },
        };
        let (indent, mode, doc) = match entry {
            Entry::Tail(before) => {
                may_break = before;
                continue;
            }
            Entry::Doc(indent, mode, doc) => (indent, mode, doc),
        };
        match (doc, mode) {
            (Doc::Fits(inner, false), _) | (Doc::Fits(inner, _), Mode::FlatNoBreak) => {
                stack.push(Entry::Doc(indent, Mode::FlatNoBreak, inner));
            }
            (Doc::Fits(inner, true), _) => stack.push(Entry::Doc(indent, Mode::BreakNoFlat, inner)),
            (Doc::Force(inner), Mode::BreakNoFlat) => stack.push(Entry::Doc(indent, mode, inner)),
            (Doc::Break(..) | Doc::Line, Mode::BreakNoFlat | Mode::Break) => return true,
            (Doc::Group(inner, _), Mode::Break) => {
                stack.push(Entry::Tail(may_break));
                stack.push(Entry::Doc(indent, Mode::Flat, inner));
            }
            (Doc::Line, _) => {
                column = indent;
                may_break = false;
            }
            (Doc::Empty, _) => {}
            (Doc::Collapse(_), _) => column = indent,
            (Doc::Text(text), _) => column += width_of(text),
            (Doc::Force(_), _) => return false,
            (Doc::Break(text, _), _) => {
                column += text.len();
                may_break = true;
            }
            (Doc::Nest(inner, _, true), _) => stack.push(Entry::Doc(indent, mode, inner)),
            (Doc::Nest(inner, by, false), _) => {
                stack.push(Entry::Doc(nested(indent, column, *by), mode, inner))
            }
            (Doc::Concat(pair), _) => {
                stack.push(Entry::Doc(indent, mode, &pair.1));
                stack.push(Entry::Doc(indent, mode, &pair.0));
            }
            (Doc::Unlimited(inner), _) => stack.push(Entry::Doc(indent, Mode::FlatNoBreak, inner)),
            (Doc::Group(inner, _), _) => {
                stack.push(Entry::Tail(may_break));
                stack.push(Entry::Doc(indent, mode, inner));
            }
        }
    }
}

/// Text being laid out, with line breaks that wait for `Collapse`.
struct Output {
    text: String,
    collapsing: Option<(usize, usize, usize)>,
}

impl Output {
    fn newline(&mut self, indent: usize) {
        if let Some((_, count, _)) = &mut self.collapsing {
            *count += 1;
            return;
        }
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.flush();
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        if let Some((most, count, indent)) = self.collapsing.take() {
            self.text.extend(std::iter::repeat_n('\n', most.min(count)));
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
    }
}

/// Lays a document out in lines of at most `width` columns where it can; `usize::MAX` is no limit.
pub fn layout(width: usize, doc: &Doc) -> String {
    let mut out = Output {
        text: String::new(),
        collapsing: None,
    };
    let mut column = 0;
    let mut stack: Vec<(usize, Mode, &Doc)> = vec![(0, Mode::Flat, doc)];
    // The height of the stack at which an unlimited part ends.
    let mut unlimited: Option<usize> = None;
    let limit = width;
    // The document before this one was `Fits`: its break may have made the enclosing group flat.
    let mut may_break_here = false;
    while let Some((indent, mode, doc)) = stack.pop() {
        if unlimited.is_some_and(|height| stack.len() < height) {
            unlimited = None;
        }
        let width = if unlimited.is_some() { usize::MAX } else { limit };
        match doc {
            Doc::Empty => {}
            Doc::Line => {
                out.newline(indent);
                column = indent;
            }
            Doc::Concat(pair) => {
                stack.push((indent, mode, &pair.1));
                stack.push((indent, mode, &pair.0));
            }
            Doc::Text(text) => {
                out.push(text);
                column += width_of(text);
            }
            Doc::Force(inner) | Doc::Fits(inner, false) => stack.push((indent, mode, inner)),
            Doc::Fits(inner, true) => {
                may_break_here = true;
                stack.push((indent, mode, inner));
                continue;
            }
            Doc::Unlimited(inner) => {
                if unlimited.is_none() {
                    unlimited = Some(stack.len());
                }
                stack.push((indent, mode, inner));
            }
            Doc::Collapse(most) => {
                let most = match out.collapsing {
                    Some((before, ..)) => before.min(*most),
                    None => *most,
                };
                let count = out.collapsing.map_or(0, |(_, count, _)| count);
                out.collapsing = Some((most, count, indent));
                column = indent;
            }
            Doc::Break(text, true) => {
                let after = column + text.len();
                if width == usize::MAX || mode == Mode::Flat || fits(width, after, true, Vec::new(), &stack) {
                    out.push(text);
                    column = after;
                } else {
                    out.newline(indent);
                    column = indent;
                }
            }
            Doc::Break(text, false) => {
                if mode == Mode::Break {
                    out.newline(indent);
                    column = indent;
                } else {
                    out.push(text);
                    column += text.len();
                }
            }
            Doc::Nest(inner, by, when_broken) => {
                let indent = if !when_broken || mode == Mode::Break {
                    nested(indent, column, *by)
                } else {
                    indent
                };
                stack.push((indent, mode, inner));
            }
            Doc::Group(inner, true) if mode == Mode::Break => stack.push((indent, mode, inner)),
            Doc::Group(inner, _) => {
                let entry = vec![Entry::Doc(indent, Mode::Flat, inner)];
                let rest = if may_break_here && width != usize::MAX {
                    still_flat(&stack)
                } else {
                    &[]
                };
                let flat =
                    (width == usize::MAX && !has_force(inner)) || fits(width, column, false, entry, rest);
                // Marks where the group ends, for `still_flat`.
                stack.push((indent, Mode::Break, &Doc::Empty));
                stack.push((indent, if flat { Mode::Flat } else { Mode::Break }, inner));
            }
        }
        may_break_here = false;
    }
    out.text
}

/// What follows within the enclosing group, if that is flat: it may be flat only because a break in the group under
/// decision was to do (`Doc::Fits`), so there must be room for it.
fn still_flat<'s, 'd>(stack: &'s [(usize, Mode, &'d Doc)]) -> &'s [(usize, Mode, &'d Doc)] {
    let flat = stack
        .iter()
        .rev()
        .take_while(|(_, mode, _)| *mode == Mode::Flat)
        .count();
    &stack[stack.len() - flat..]
}

/// True if some part must be broken.
fn has_force(doc: &Doc) -> bool {
    let mut stack = vec![doc];
    while let Some(doc) = stack.pop() {
        match doc {
            Doc::Force(_) => return true,
            Doc::Concat(pair) => stack.extend([&pair.0, &pair.1]),
            Doc::Nest(inner, ..) | Doc::Group(inner, _) | Doc::Fits(inner, _) | Doc::Unlimited(inner) => {
                stack.push(inner)
            }
            _ => {}
        }
    }
    false
}
