//! `:re.run/3`.

use super::options::{Form, Groups, Run};
use super::pattern::{Pattern, Variant};
use super::{Ctx, NativeResult, Stop, subject};
use crate::atom::Atom;
use crate::term::Term;
use std::borrow::Cow;
use std::sync::Arc;

/// Start and end of each group that took part.
type Found = Vec<Option<(usize, usize)>>;

/// A text to search, and the term that it came from if that was a binary.
struct Subject {
    bytes: Cow<'static, [u8]>,
    binary: Option<Term>,
    unicode: bool,
}

pub fn run(ctx: &mut Ctx<'_>, text: Term, pattern: Term, options: Term) -> NativeResult {
    let options = Run::read(options)?;
    let pattern = pattern_of(pattern, &options)?;
    let unicode = pattern.options.unicode;
    let bytes = subject(text, unicode)?;
    if unicode && std::str::from_utf8(&bytes).is_err() {
        return Err(Stop::Badarg);
    }
    if options.offset > bytes.len() {
        return Err(Stop::Badarg);
    }
    ctx.charge((bytes.len() / 16) as u32);
    let subject = Subject {
        bytes,
        binary: text.is_binary().then_some(text),
        unicode,
    };
    let first = Variant {
        anchored: options.compile.anchored,
        not_empty: options.not_empty,
        not_empty_at_start: options.not_empty_at_start,
    };
    let wanted = wanted(&options.groups, &pattern)?;
    if options.global {
        let found = search_all(&pattern, &subject, options.offset, first)?;
        if found.is_empty() {
            return Ok(Term::atom(Atom::new("nomatch")));
        }
        if wanted.is_none() {
            return Ok(Term::atom(Atom::new("match")));
        }
        let all: Vec<Term> = found
            .iter()
            .map(|found| captured(ctx, &subject, found, &wanted, options.form))
            .collect();
        let all = ctx.heap().list(all);
        return Ok(ctx.heap().tuple(&[Term::atom(Atom::new("match")), all]));
    }
    match search(&pattern, &subject, options.offset, first)? {
        None => Ok(Term::atom(Atom::new("nomatch"))),
        Some(_) if wanted.is_none() => Ok(Term::atom(Atom::new("match"))),
        Some(found) => {
            let groups = captured(ctx, &subject, &found, &wanted, options.form);
            Ok(ctx.heap().tuple(&[Term::atom(Atom::new("match")), groups]))
        }
    }
}

/// A compiled pattern, or a source with its options among those of the run.
fn pattern_of(term: Term, options: &Run) -> Result<Arc<Pattern>, Stop> {
    if term.is_tuple() {
        return Pattern::of(term);
    }
    let source = subject(term, options.compile.unicode)?;
    Pattern::new(&options.compile, &source).map_err(|_| Stop::Badarg)
}

fn search(
    pattern: &Pattern,
    subject: &Subject,
    from: usize,
    variant: Variant,
) -> Result<Option<Found>, Stop> {
    let built;
    let regex = if variant == Variant::PLAIN {
        &pattern.plain
    } else {
        built = pattern.variant(variant)?;
        &*built
    };
    let mut locations = regex.capture_locations();
    // A pattern that takes too many steps matches nothing, as in OTP without report_errors.
    let Ok(Some(_)) = regex.captures_read_at(&mut locations, &subject.bytes, from) else {
        return Ok(None);
    };
    let found: Found = (0..locations.len()).map(|group| locations.get(group)).collect();
    let start = found.first().copied().flatten().map_or(0, |(start, _)| start);
    if pattern.options.firstline && subject.bytes[from..start.max(from)].contains(&b'\n') {
        return Ok(None);
    }
    Ok(Some(found))
}

/// All matches from left to right. After an empty one another is looked for at the same place that is not empty; if there
/// is none the search goes on a character further.
fn search_all(
    pattern: &Pattern,
    subject: &Subject,
    offset: usize,
    first: Variant,
) -> Result<Vec<Found>, Stop> {
    let mut all = Vec::new();
    let mut position = offset;
    let mut after_empty = false;
    while position <= subject.bytes.len() {
        let variant = if after_empty {
            Variant {
                anchored: true,
                not_empty_at_start: true,
                ..first
            }
        } else {
            first
        };
        match search(pattern, subject, position, variant)? {
            Some(found) => {
                let (start, end) = found.first().copied().flatten().unwrap_or((position, position));
                after_empty = start == end;
                position = end;
                all.push(found);
            }
            None if after_empty => {
                after_empty = false;
                position += step(subject, position);
            }
            None => break,
        }
    }
    Ok(all)
}

/// The size of the character at a position; a line ending of two counts as one.
fn step(subject: &Subject, position: usize) -> usize {
    let rest = &subject.bytes[position..];
    if rest.starts_with(b"\r\n") {
        return 2;
    }
    match rest.first() {
        Some(&byte) if subject.unicode && byte >= 0xc0 => match byte {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        },
        _ => 1,
    }
}

/// The numbers of the groups asked for, and whether groups at the end that took no part are left out.
struct Wanted {
    groups: Vec<Option<usize>>,
    cut: bool,
}

fn wanted(groups: &Groups, pattern: &Pattern) -> Result<Option<Wanted>, Stop> {
    let all = |first: usize| (first..=pattern.groups()).map(Some).collect();
    Ok(match groups {
        Groups::None => None,
        Groups::All => Some(Wanted {
            groups: all(0),
            cut: true,
        }),
        Groups::AllButFirst => Some(Wanted {
            groups: all(1),
            cut: true,
        }),
        Groups::First => Some(Wanted {
            groups: vec![Some(0)],
            cut: false,
        }),
        Groups::AllNames => {
            let groups: Vec<Option<usize>> = pattern
                .names()
                .into_iter()
                .map(|(_, index)| Some(index))
                .collect();
            if groups.is_empty() {
                None
            } else {
                Some(Wanted { groups, cut: false })
            }
        }
        Groups::These(these) if these.is_empty() => None,
        Groups::These(these) => {
            let names = pattern.names();
            let groups = these
                .iter()
                .map(|group| number(*group, &names))
                .collect::<Result<_, _>>()?;
            Some(Wanted { groups, cut: false })
        }
    })
}

fn number(group: Term, names: &[(String, usize)]) -> Result<Option<usize>, Stop> {
    if let Some(number) = group.as_usize() {
        return Ok(Some(number));
    }
    let name = match group.as_atom() {
        Some(name) => name.as_str().to_string(),
        None => String::from_utf8_lossy(&subject(group, true)?).into_owned(),
    };
    Ok(names
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, number)| *number))
}

fn captured(
    ctx: &mut Ctx<'_>,
    subject: &Subject,
    found: &Found,
    wanted: &Option<Wanted>,
    form: Form,
) -> Term {
    let Some(wanted) = wanted else { return Term::NIL };
    let mut groups: Vec<Option<(usize, usize)>> = wanted
        .groups
        .iter()
        .map(|group| group.and_then(|group| found.get(group).copied().flatten()))
        .collect();
    if wanted.cut {
        while groups.last().is_some_and(Option::is_none) {
            groups.pop();
        }
    }
    let terms: Vec<Term> = groups
        .into_iter()
        .map(|range| group(ctx, subject, range, form))
        .collect();
    ctx.heap().list(terms)
}

fn group(ctx: &mut Ctx<'_>, subject: &Subject, range: Option<(usize, usize)>, form: Form) -> Term {
    match (form, range) {
        (Form::Index, None) => ctx.heap().tuple(&[Term::small(-1), Term::ZERO]),
        (Form::Index, Some((start, end))) => ctx
            .heap()
            .tuple(&[Term::small(start as i64), Term::small((end - start) as i64)]),
        (Form::Binary, None) => ctx.heap().binary(&[]),
        (Form::Binary, Some((start, end))) => match subject.binary {
            Some(binary) => ctx.heap().part(binary, start * 8, (end - start) * 8),
            None => ctx.heap().binary(&subject.bytes[start..end]),
        },
        (Form::List, None) => Term::NIL,
        (Form::List, Some((start, end))) => {
            let bytes = &subject.bytes[start..end];
            let characters: Vec<Term> = match std::str::from_utf8(bytes) {
                Ok(text) if subject.unicode => text.chars().map(|char| Term::small(char as i64)).collect(),
                _ => bytes.iter().map(|&byte| Term::small(byte.into())).collect(),
            };
            ctx.heap().list(characters)
        }
    }
}
