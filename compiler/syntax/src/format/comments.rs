//! Comments: merged between the documents of expressions, by line.

use crate::quoted::Quoted;

use super::doc::{Doc, text};
use super::{Formatter, MAX_LINE, MIN_LINE};

/// A document, what stands after it when something follows, and the line breaks that followed it in the source.
pub(super) struct Entry {
    pub doc: Doc,
    pub next_line: Doc,
    pub newlines: u32,
}

/// A comment with a space after its mark.
pub(super) fn normal(comment: &str) -> String {
    let marks = comment.len() - comment.trim_start_matches('#').len();
    let (marks, rest) = comment.split_at(marks);
    if rest.is_empty() || rest.starts_with(' ') || (marks == "#" && rest.starts_with('!')) {
        comment.to_owned()
    } else {
        format!("{marks} {rest}")
    }
}

impl Formatter<'_> {
    /// The documents of expressions with the comments before, between and after them; true if there were some.
    pub(super) fn with_comments<T: Lines>(
        &mut self,
        items: &[T],
        mut entries: Vec<Entry>,
        min_line: u32,
        max_line: u32,
        each: &mut dyn FnMut(&mut Self, &T, bool) -> Entry,
    ) -> (Vec<Doc>, bool) {
        let earlier = self
            .comments
            .iter()
            .rev()
            .take_while(|comment| comment.line <= min_line)
            .count();
        let held = self.comments.split_off(self.comments.len() - earlier);
        let mut any = false;
        for (index, item) in items.iter().enumerate() {
            let last = index + 1 == items.len();
            let range = if self.comments.is_empty() {
                (MAX_LINE, MIN_LINE)
            } else {
                item.line_range()
            };
            if range == (MAX_LINE, MIN_LINE) {
                let entry = each(self, item, last);
                entries.push(entry);
                continue;
            }
            any |= self.comments_before(range.0, &mut entries);
            let mut entry = each(self, item, last);
            while let Some(comment) = self
                .comments
                .pop_if(|comment| comment.line >= range.0 && comment.line <= range.1)
            {
                entries.push(Entry {
                    doc: text(&comment.text),
                    next_line: Doc::Empty,
                    newlines: 1,
                });
                any = true;
            }
            if entry.newlines > 1
                && self
                    .comments
                    .last()
                    .is_some_and(|comment| comment.line == range.1 + 1)
            {
                entry.newlines = 1;
            }
            entries.push(entry);
        }
        any |= self.comments_before(max_line, &mut entries);
        self.comments.extend(held);
        (merge(entries), any)
    }

    fn comments_before(&mut self, line: u32, entries: &mut Vec<Entry>) -> bool {
        let mut any = false;
        while let Some(comment) = self.comments.pop_if(|comment| comment.line < line) {
            if let Some(before) = entries.last_mut()
                && before.newlines < comment.previous_eol_count
            {
                before.newlines = comment.previous_eol_count;
            }
            entries.push(Entry {
                doc: text(&comment.text),
                next_line: Doc::Empty,
                newlines: comment.next_eol_count,
            });
            any = true;
        }
        any
    }
}

fn merge(entries: Vec<Entry>) -> Vec<Doc> {
    let mut left = Doc::Empty;
    let mut merged = Vec::with_capacity(entries.len());
    let mut entries = entries.into_iter().peekable();
    while let Some(entry) = entries.next() {
        let right = if entry.newlines >= 2 {
            Doc::Line
        } else {
            entry.next_line
        };
        let mut doc = left.then(entry.doc);
        if entries.peek().is_some() && !right.is_empty() {
            doc = doc.then(Doc::Collapse(2).then(right.clone()));
        }
        merged.push(doc.group());
        left = right;
    }
    merged
}

/// What spans lines of the source.
pub(super) trait Lines {
    /// First and last line, `(MAX_LINE, MIN_LINE)` if none is known.
    fn line_range(&self) -> (u32, u32);
}

impl Lines for Quoted {
    fn line_range(&self) -> (u32, u32) {
        let mut range = (MAX_LINE, MIN_LINE);
        let mut stack = vec![self];
        while let Some(node) = stack.pop() {
            if let Some(meta) = node.meta()
                && meta.line() > 0
            {
                range = (range.0.min(meta.line()), range.1.max(meta.line()));
            }
            match node {
                Quoted::Call(call) => {
                    stack.push(&call.head);
                    stack.extend(&call.args);
                }
                Quoted::List(items) => stack.extend(items),
                Quoted::Pair(pair) => stack.extend([&pair.0, &pair.1]),
                _ => {}
            }
        }
        range
    }
}

impl Lines for &Quoted {
    fn line_range(&self) -> (u32, u32) {
        (*self).line_range()
    }
}

impl Lines for &[Quoted] {
    fn line_range(&self) -> (u32, u32) {
        let mut range = (MAX_LINE, MIN_LINE);
        for item in *self {
            let other = item.line_range();
            range = (range.0.min(other.0), range.1.max(other.1));
        }
        range
    }
}
