//! Quoted forms as terms and terms as quoted forms.

use cordial_syntax::quoted::deeper;
use cordial_syntax::{Meta, Opaque, Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::heap::{Heap, OwnedTerm};
use cordial_vm::term::{Term, View};
use std::sync::Arc;

/// The VM's atom for a symbol.
pub fn atom(symbol: Symbol) -> Atom {
    Atom::new(symbol.as_str())
}

/// The compiler's symbol for an atom.
pub fn symbol(atom: Atom) -> Symbol {
    Symbol::new(atom.as_str())
}

/// Builds the term that a macro sees.
pub fn to_term(heap: &mut Heap, quoted: &Quoted) -> Term {
    match quoted {
        Quoted::Atom(name) => Term::atom(atom(*name)),
        Quoted::Int(number) => heap.integer(*number),
        Quoted::Big(number) => heap.integer(&**number),
        Quoted::Float(number) => heap.float(*number),
        Quoted::Bin(bytes) => heap.binary(bytes),
        Quoted::List(items) => deeper(|| list(heap, items)),
        Quoted::Pair(pair) => deeper(|| {
            let (first, second) = (to_term(heap, &pair.0), to_term(heap, &pair.1));
            heap.tuple(&[first, second])
        }),
        Quoted::Call(call) => deeper(|| {
            let head = to_term(heap, &call.head);
            let meta = meta_to_term(heap, &call.meta);
            let args = list(heap, &call.args);
            heap.tuple(&[head, meta, args])
        }),
        Quoted::Var(var) => {
            let meta = meta_to_term(heap, &var.meta);
            heap.tuple(&[Term::atom(atom(var.name)), meta, Term::atom(atom(var.context))])
        }
        Quoted::Opaque(opaque) => match opaque.0.downcast_ref::<OwnedTerm>() {
            Some(owned) => heap.copy(owned.term()),
            // Only this file makes them, always of an owned term.
            None => Term::NIL_ATOM,
        },
    }
}

fn list(heap: &mut Heap, items: &[Quoted]) -> Term {
    let terms: Vec<Term> = items.iter().map(|item| to_term(heap, item)).collect();
    heap.list(terms)
}

/// The keyword list of a node's metadata.
pub fn meta_to_term(heap: &mut Heap, meta: &Meta) -> Term {
    let mut pairs = Vec::new();
    for (key, value) in meta.iter() {
        let value = to_term(heap, &value);
        pairs.push(heap.tuple(&[Term::atom(atom(key)), value]));
    }
    heap.list(pairs)
}

/// Reads a term as a quoted form. What is none becomes opaque: it stands for itself.
pub fn to_quoted(term: Term) -> Quoted {
    match term.view() {
        View::Small(number) => Quoted::Int(number),
        View::Big(number) => Quoted::integer(number.to_bigint()),
        View::Float(number) => Quoted::Float(number),
        View::Atom(name) => Quoted::Atom(symbol(name)),
        View::Nil => Quoted::List(Vec::new()),
        View::Cons(..) => match proper(term) {
            Some(items) => Quoted::List(items),
            None => opaque(term),
        },
        View::Tuple([first, second]) => {
            deeper(|| Quoted::Pair(Box::new((to_quoted(*first), to_quoted(*second)))))
        }
        View::Tuple([head, meta, args]) => {
            deeper(|| node(*head, *meta, *args)).unwrap_or_else(|| opaque(term))
        }
        View::Bits(_) if term.is_binary() => match term.bytes() {
            Some(bytes) => Quoted::Bin(Arc::from(bytes.as_ref())),
            None => opaque(term),
        },
        _ => opaque(term),
    }
}

fn proper(list: Term) -> Option<Vec<Quoted>> {
    Some(
        list.list_to_vec()?
            .into_iter()
            .map(|item| deeper(|| to_quoted(item)))
            .collect(),
    )
}

fn node(head: Term, meta: Term, args: Term) -> Option<Quoted> {
    let meta = to_meta(meta)?;
    if let Some(context) = args.as_atom() {
        let name = head.as_atom()?;
        return Some(Quoted::var(symbol(name), meta, symbol(context)));
    }
    if !(head.is_atom() || head.is_tuple()) {
        return None;
    }
    let args = if args.is_nil() { Vec::new() } else { proper(args)? };
    Some(Quoted::call(to_quoted(head), meta, args))
}

/// A keyword list as metadata.
pub fn to_meta(term: Term) -> Option<Meta> {
    let mut pairs = Vec::new();
    for item in term.list_to_vec()? {
        let (key, value) = item.pair()?;
        pairs.push((symbol(key.as_atom()?), to_quoted(value)));
    }
    Some(Meta::from_pairs(pairs))
}

/// A term that is no quoted form.
pub fn opaque(term: Term) -> Quoted {
    Quoted::Opaque(Opaque(Arc::new(OwnedTerm::of(term))))
}

/// The term of a node that stands for itself.
pub fn opaque_term(opaque: &Opaque) -> Option<&OwnedTerm> {
    opaque.0.downcast_ref::<OwnedTerm>()
}

/// What `Macro.escape/2` does with tuples that look like nodes.
#[derive(Clone, Copy, Default)]
pub struct Escape {
    /// `unquote` and `unquote_splicing` inside are code.
    pub unquote: bool,
    /// Metadata is reduced to what is needed to compile.
    pub prune_metadata: bool,
}

/// The quoted form that evaluates to the term: tuples and maps become their special forms.
pub fn escape(term: Term, how: Escape) -> Result<Quoted, NotEscapable> {
    match term.view() {
        View::Small(_) | View::Big(_) | View::Float(_) | View::Atom(_) | View::Nil => Ok(to_quoted(term)),
        View::Bits(_) if term.is_binary() => Ok(to_quoted(term)),
        View::Bits(_) => Ok(bitstring(term)),
        View::Pid(_) | View::ExternalPid(..) | View::ExportFun(_) => Ok(opaque(term)),
        View::Cons(..) => deeper(|| escape_list(term, how)),
        View::Tuple([first, second]) => deeper(|| {
            Ok(Quoted::Pair(Box::new((
                escape(*first, how)?,
                escape(*second, how)?,
            ))))
        }),
        View::Tuple([head, meta, args])
            if how.unquote && is_atom(*head, "unquote") && is_list_of_one(*args) =>
        {
            let _ = meta;
            Ok(args.uncons().map_or(Quoted::NIL, |(code, _)| to_quoted(code)))
        }
        View::Tuple(items) => deeper(|| {
            let prune = how.prune_metadata && items.len() == 3 && items[1].is_list();
            let mut escaped = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                escaped.push(match to_meta(*item).filter(|_| prune && index == 1) {
                    Some(meta) => pruned(&meta),
                    None => escape(*item, how)?,
                });
            }
            Ok(Quoted::call(Symbol::new("{}"), Meta::EMPTY, escaped))
        }),
        View::Map(map) => deeper(|| {
            let mut pairs: Vec<(Term, Term)> = map.iter().collect();
            pairs.sort_by(|a, b| cordial_vm::term::compare(a.0, b.0));
            let mut escaped = Vec::with_capacity(pairs.len());
            for (key, value) in pairs {
                escaped.push(Quoted::Pair(Box::new((escape(key, how)?, escape(value, how)?))));
            }
            Ok(Quoted::call(Symbol::new("%{}"), Meta::EMPTY, escaped))
        }),
        _ => Err(NotEscapable(OwnedTerm::of(term))),
    }
}

/// A term that no code stands for: a fun with an environment, a reference, a port.
#[derive(Debug)]
pub struct NotEscapable(pub OwnedTerm);

fn is_atom(term: Term, name: &str) -> bool {
    term.as_atom().is_some_and(|atom| atom.as_str() == name)
}

fn is_list_of_one(term: Term) -> bool {
    term.uncons().is_some_and(|(_, tail)| tail.is_nil())
}

fn pruned(meta: &Meta) -> Quoted {
    let kept = ["line", "no_parens", "delimiter"];
    let pairs = meta.iter().filter(|(key, _)| kept.contains(&key.as_str()));
    Quoted::keyword(pairs)
}

fn escape_list(list: Term, how: Escape) -> Result<Quoted, NotEscapable> {
    let mut items = Vec::new();
    let mut rest = list;
    // `[…, unquote_splicing(list)]` and the like: pieces that are joined with `++`.
    let mut pieces: Vec<Quoted> = Vec::new();
    while let Some((head, tail)) = rest.uncons() {
        rest = tail;
        match head.view() {
            View::Tuple([name, _, args])
                if how.unquote && is_atom(*name, "unquote_splicing") && is_list_of_one(*args) =>
            {
                if !items.is_empty() {
                    pieces.push(Quoted::List(std::mem::take(&mut items)));
                }
                pieces.push(args.uncons().map_or(Quoted::NIL, |(code, _)| to_quoted(code)));
            }
            _ => items.push(escape(head, how)?),
        }
    }
    if !rest.is_nil() {
        let tail = escape(rest, how)?;
        let last = items.pop().unwrap_or(Quoted::NIL);
        items.push(Quoted::call(Symbol::new("|"), Meta::EMPTY, vec![last, tail]));
    }
    if pieces.is_empty() {
        return Ok(Quoted::List(items));
    }
    if !items.is_empty() {
        pieces.push(Quoted::List(items));
    }
    let mut joined = pieces.pop().unwrap_or(Quoted::NIL);
    while let Some(piece) = pieces.pop() {
        let erlang = Quoted::atom("erlang");
        joined = Quoted::remote(erlang, Symbol::new("++"), Meta::EMPTY, vec![piece, joined]);
    }
    Ok(joined)
}

/// `<<bytes, last::size(n)>>`
fn bitstring(term: Term) -> Quoted {
    let bits = term.bit_size().unwrap_or(0);
    let bytes = term.view();
    let View::Bits(view) = bytes else {
        return Quoted::NIL;
    };
    let all = view.bytes();
    let (whole, left) = (bits / 8, bits % 8);
    let mut segments = Vec::new();
    if whole > 0 {
        segments.push(Quoted::Bin(Arc::from(&all[..whole])));
    }
    let last = i64::from(all.get(whole).copied().unwrap_or(0) >> (8 - left));
    let size = Quoted::call(Symbol::new("size"), Meta::EMPTY, vec![Quoted::Int(left as i64)]);
    segments.push(Quoted::call(
        Symbol::new("::"),
        Meta::EMPTY,
        vec![Quoted::Int(last), size],
    ));
    Quoted::call(Symbol::new("<<>>"), Meta::EMPTY, segments)
}
