//! Stack traces: raw ones, taken when an exception is raised, and the lists made of them when someone looks.
//!
//! A raw trace is a tuple: the innermost entry if it is not a place in the code (a `{M, F, A, Location}` tuple, else
//! `[]`), then the addresses of up to `DEPTH` sites; an address is a multiple of 8 and so reads as a small integer.
//! A list is a trace given by `:erlang.raise/3`, as it is.

use super::machine::Machine;
use super::ops::native;
use super::state::Live;
use crate::atom::{Atom, known};
use crate::code::Site;
use crate::heap::Heap;
use crate::process::Process;
use crate::term::Term;
use crate::vm::Vm;

/// Entries of a stack trace at most, as `backtrace_depth` is on OTP.
pub const DEPTH: usize = 8;

/// Frames that are looked at for them, so that an exception costs no more in a deep recursion.
const REACH: usize = 4096;

/// Takes the trace at the top frame.
pub(crate) fn capture(m: &mut Machine<'_>, site: Option<&Site>, first: Term) -> Term {
    let mut words = [Term::NIL; DEPTH + 1];
    let mut count = 1;
    if !first.is_none() {
        words[0] = first;
    }
    let room = DEPTH + first.is_none() as usize;
    if let Some(site) = site
        && !site.function.is_null()
    {
        words[count] = Term::from_raw(site as *const Site as u64);
        count += 1;
    }
    let bottom = m.p.exec.stack.base().wrapping_add(2);
    let mut fp = m.p.exec.fp;
    let mut reach = REACH;
    while fp > bottom && count < room && reach > 0 {
        reach -= 1;
        // SAFETY: below every frame but the first stand a return address, after a site, and the distance to its caller.
        unsafe {
            let back = *fp.sub(2) as *const u64;
            fp = fp.sub(*fp.sub(1) as u16 as usize);
            let site = *back.sub(1) as *const Site;
            let word = Term::from_raw(site as u64);
            // A recursion is one entry, however deep, so that the trace reaches who began it.
            if !(*site).function.is_null() && words[count - 1].raw() != word.raw() {
                words[count] = word;
                count += 1;
            }
        }
    }
    m.p.heap.tuple(&words[..count])
}

/// The list of `{Module, Function, Arity | Args, Location}` that a raw trace stands for.
pub fn expand(heap: &mut Heap, vm: &Vm, raw: Term) -> Term {
    let Some(words) = raw.tuple() else {
        return if raw.is_list() { raw } else { Term::NIL };
    };
    let words: Vec<Term> = words.to_vec();
    let mut entries = Vec::with_capacity(words.len());
    if let Some(first) = words.first()
        && !first.is_nil()
    {
        entries.push(*first);
    }
    for word in words.iter().skip(1) {
        if let Some(site) = vm.code().site(word.raw() as *const Site) {
            entries.push(entry(heap, &site, None, Term::NONE));
        }
    }
    heap.list(entries)
}

/// `{M, F, A, Location}` of a site; with arguments instead of the arity if they are given.
pub(crate) fn entry(heap: &mut Heap, site: &Site, args: Option<Term>, info: Term) -> Term {
    let function = site.function();
    let arity = args.unwrap_or(Term::small(function.arity as i64));
    let place = location(heap, function.file_name(), site.line, info);
    heap.tuple(&[
        Term::atom(function.module_name),
        Term::atom(function.name),
        arity,
        place,
    ])
}

/// `[file: ~c"…", line: N]`, with `error_info` if it is given.
fn location(heap: &mut Heap, file: &str, line: u32, info: Term) -> Term {
    let mut items = Vec::new();
    if line != 0 {
        let text: Vec<Term> = file.chars().map(|c| Term::small(c as i64)).collect();
        let text = heap.list(text);
        items.push(heap.tuple(&[Term::atom(known::FILE), text]));
        items.push(heap.tuple(&[Term::atom(known::LINE), Term::small(line as i64)]));
    }
    if !info.is_none() {
        items.push(heap.tuple(&[Term::atom(Atom::new("error_info")), info]));
    }
    heap.list(items)
}

/// The entry of a native that has raised: its arguments, and where its error is explained.
pub(crate) fn native_entry(heap: &mut Heap, module: Atom, name: Atom, args: &[Term]) -> Term {
    let args = heap.list(args.iter().copied());
    let explained = Term::atom(Atom::new(match module.as_str() {
        "erlang" | "persistent_term" | "atomics" | "counters" => "erl_erts_errors",
        "lists" | "maps" | "binary" | "math" | "io" | "ets" | "unicode" | "re" => "erl_stdlib_errors",
        "os" => "erl_kernel_errors",
        _ => {
            return heap.tuple(&[Term::atom(module), Term::atom(name), args, Term::NIL]);
        }
    }));
    let info = heap.map_from(&mut [(Term::atom(known::MODULE), explained)]);
    let place = heap.tuple(&[Term::atom(Atom::new("error_info")), info]);
    let place = heap.list([place]);
    heap.tuple(&[Term::atom(module), Term::atom(name), args, place])
}

/// A trace that begins with `first` in place of the top frame's own site: of the frames above it, or above its caller.
pub(crate) fn capture_above(m: &mut Machine<'_>, first: Term, skip_caller: bool) -> Term {
    let raw = capture(m, None, first);
    if !skip_caller {
        return raw;
    }
    // The caller is `first` itself.
    let mut words: Vec<Term> = raw.tuple().map(<[Term]>::to_vec).unwrap_or_default();
    if words.len() > 1 {
        words.remove(1);
    }
    m.p.heap.tuple(&words)
}

/// Where a process that does not run stands, or that runs a native: its stack trace as a list.
pub fn current(process: &Process, vm: &Vm, heap: &mut Heap) -> Term {
    let mut entries = Vec::new();
    if let Some(native) = native::waiting(process) {
        let parts = [
            Term::atom(Atom::new(native.module)),
            Term::atom(Atom::new(native.name)),
            Term::small(native.arity as i64),
            Term::NIL,
        ];
        entries.push(heap.tuple(&parts));
    }
    if let Live::Site(site) = process.exec.live
        && let Some(site) = vm.code().site(site)
    {
        entries.push(entry(heap, &site, None, Term::NONE));
    }
    for back in process.exec.return_addresses(DEPTH) {
        // SAFETY: the word before a return address is a site's address.
        let site = unsafe { *back.sub(1) as *const Site };
        if let Some(site) = vm.code().site(site).filter(|site| !site.function.is_null()) {
            entries.push(entry(heap, &site, None, Term::NONE));
        }
    }
    heap.list(entries)
}
