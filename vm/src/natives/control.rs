//! Raising, applying, and asking what can be called.

use super::{Class, Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::code::ExportEntry;
use crate::term::Term;
use smallvec::SmallVec;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "error", 1, |_, args| {
        raise(Class::Error, args[0], Term::NONE)
    }),
    Native::plain("erlang", "error", 2, error_2),
    Native::plain("erlang", "error", 3, error_3),
    Native::plain("erlang", "nif_error", 1, |_, args| {
        raise(Class::Error, args[0], Term::NONE)
    }),
    Native::plain("erlang", "nif_error", 2, error_2),
    Native::plain("erlang", "exit", 1, |_, args| {
        raise(Class::Exit, args[0], Term::NONE)
    }),
    Native::plain("erlang", "throw", 1, |_, args| {
        raise(Class::Throw, args[0], Term::NONE)
    }),
    Native::plain("erlang", "raise", 3, raise_3),
    Native::plain("erlang", "apply", 2, apply_2),
    Native::plain("erlang", "apply", 3, apply_3),
    Native::plain("erlang", "make_fun", 3, make_fun),
    Native::plain("erlang", "fun_info", 2, fun_info_2),
    Native::plain("erlang", "fun_info", 1, fun_info_1),
    Native::plain("erlang", "fun_to_list", 1, fun_to_list),
];

fn raise(class: Class, reason: Term, trace: Term) -> NativeResult {
    Err(Stop::Raise {
        class,
        reason,
        trace: Some(trace),
    })
}

/// The trace's first entry shows these arguments in place of the arity.
fn error_2(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let given = ctx.heap().tuple(&[args[1], Term::NONE]);
    raise(Class::Error, args[0], given)
}

fn error_3(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let mut info = Term::NONE;
    for option in args[2].list_iter() {
        match option.pair() {
            Some((key, value)) if key == Term::atom(Atom::new("error_info")) && value.is_map() => {
                info = value
            }
            _ => return Err(Stop::Badarg),
        }
    }
    let given = ctx.heap().tuple(&[args[1], info]);
    raise(Class::Error, args[0], given)
}

/// `badarg` is returned, not raised, if class or stack trace are of the wrong form.
fn raise_3(_: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    match Class::of(args[0]) {
        Some(class) if args[2].list_length().is_some() => raise(class, args[1], args[2]),
        _ => Ok(Term::atom(known::BADARG)),
    }
}

fn arguments(list: Term) -> Result<SmallVec<[Term; 4]>, Stop> {
    let args = list.list_to_vec().ok_or(Stop::Badarg)?;
    if args.len() > 255 {
        Err(Stop::SystemLimit)
    } else {
        Ok(args.into())
    }
}

fn apply_2(_: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    Err(Stop::CallFun(args[0], arguments(args[1])?))
}

fn apply_3(_: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let list = arguments(args[2])?;
    match (args[0].as_atom(), args[1].as_atom()) {
        (Some(module), Some(function)) => Err(Stop::Call(
            Mfa {
                module,
                function,
                arity: list.len() as u8,
            },
            list,
        )),
        _ => Err(Stop::Badarg),
    }
}

fn make_fun(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    match (args[0].as_atom(), args[1].as_atom(), args[2].as_usize()) {
        (Some(module), Some(function), Some(arity @ 0..=255)) => {
            let entry = ctx.vm.code().exports().of(Mfa {
                module,
                function,
                arity: arity as u8,
            });
            Ok(ctx.heap().export_fun(entry as *const ExportEntry as *const u64))
        }
        _ => Err(Stop::Badarg),
    }
}

/// What `fun_info/1` tells of a fun made by a program, and of an exported function.
const LOCAL_ITEMS: [&str; 10] = [
    "pid",
    "module",
    "new_index",
    "new_uniq",
    "index",
    "uniq",
    "name",
    "arity",
    "env",
    "type",
];
const EXPORT_ITEMS: [&str; 5] = ["module", "name", "arity", "env", "type"];

fn fun_item(ctx: &mut Ctx<'_>, fun: Term, item: &str) -> Option<Term> {
    let pid = ctx.self_pid();
    let heap = ctx.heap();
    let atom = |text: &str| Term::atom(Atom::new(text));
    if let Some(view) = fun.as_fun() {
        return Some(match item {
            "module" => Term::atom(view.entry.module),
            // Where the code is purged nobody knows the name any more.
            "name" if !view.entry.is_loaded() => Term::NIL,
            "name" => Term::atom(view.entry.name),
            "arity" => Term::small(view.entry.arity as i64),
            "env" => heap.list(view.free.iter().copied()),
            "type" => Term::atom(known::LOCAL),
            "index" | "new_index" => Term::small(view.entry.index as i64),
            "uniq" => Term::small(view.entry.uniq as i64),
            "new_uniq" => heap.binary(&(view.entry.uniq as u128).to_be_bytes()),
            "pid" => pid,
            "refc" => Term::small(1),
            _ => return None,
        });
    }
    let entry = fun.as_export()?.entry;
    Some(match item {
        "module" => Term::atom(entry.module),
        "name" => Term::atom(entry.function),
        "arity" => Term::small(entry.arity as i64),
        "env" => Term::NIL,
        "type" => Term::atom(known::EXTERNAL),
        "index" | "new_index" | "uniq" | "new_uniq" | "pid" | "refc" => atom("undefined"),
        _ => return None,
    })
}

fn fun_info_2(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let item = args[1].as_atom().ok_or(Stop::Badarg)?;
    let value = fun_item(ctx, args[0], item.as_str()).ok_or(Stop::Badarg)?;
    Ok(ctx.heap().tuple(&[args[1], value]))
}

fn fun_info_1(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let mut items = Vec::new();
    let names: &[&str] = if args[0].as_fun().is_some() {
        &LOCAL_ITEMS
    } else {
        &EXPORT_ITEMS
    };
    for &item in names {
        let value = fun_item(ctx, args[0], item).ok_or(Stop::Badarg)?;
        items.push(ctx.heap().tuple(&[Term::atom(Atom::new(item)), value]));
    }
    Ok(ctx.heap().list(items))
}

fn fun_to_list(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let text = if let Some(view) = args[0].as_fun() {
        format!(
            "#Fun<{}.{}.{}>",
            view.entry.module.as_str(),
            view.entry.index,
            view.entry.uniq
        )
    } else if let Some(view) = args[0].as_export() {
        let entry = view.entry;
        format!(
            "fun {}:{}/{}",
            entry.module.as_str(),
            entry.function.as_str(),
            entry.arity
        )
    } else {
        return Err(Stop::Badarg);
    };
    let chars: Vec<Term> = text.chars().map(|c| Term::small(c as i64)).collect();
    Ok(ctx.heap().list(chars))
}
