//! The code server as the language sees it: `:code`, `:erlang`'s loading functions, `module_info`.
//!
//! `:cordial_code.disassemble(cbc) -> {:ok, text} | {:error, text}`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::bytecode::disasm;
use crate::bytecode::file;
use crate::bytecode::ops::Mfa;
use crate::code::purge::{Asker, Mode, check_later, check_process, purge};
use crate::code::server::LoadError;
use crate::code::{Module, Origin};
use crate::term::Term;
use std::path::PathBuf;
use std::sync::Arc;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "function_exported", 3, function_exported),
    Native::plain("erlang", "is_builtin", 3, is_builtin),
    Native::plain("erlang", "module_loaded", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(Term::bool(ctx.vm.code().current(name).is_some()))
    }),
    Native::plain("erlang", "loaded", 0, |ctx, _| {
        let names: Vec<Term> = ctx.vm.code().loaded().into_iter().map(Term::atom).collect();
        Ok(ctx.heap().list(names))
    }),
    Native::plain("erlang", "get_module_info", 1, module_info),
    Native::plain("erlang", "get_module_info", 2, module_info_item),
    Native::plain("erlang", "check_old_code", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(Term::bool(ctx.vm.code().old(name).is_some()))
    }),
    Native::plain("erlang", "delete_module", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        if ctx.vm.code().old(name).is_some() {
            return Err(Stop::Badarg);
        }
        let known = ctx.vm.code().current(name).is_some();
        Ok(if !known {
            Term::atom(known::UNDEFINED)
        } else if ctx.vm.code().delete(name) {
            Term::TRUE
        } else {
            return Err(Stop::Badarg);
        })
    }),
    Native::plain("erlang", "load_module", 2, |ctx, args| {
        load(ctx, args, Origin::Memory)
    }),
    Native::plain("cordial_code", "load", 3, |ctx, args| {
        let origin = Origin::File(path(args[2])?);
        load(ctx, args, origin)
    }),
    Native::plain("cordial_code", "object", 1, object),
    Native::plain("cordial_code", "name", 1, |_, args| {
        let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
        Ok(match file::decode(&bytes) {
            Ok(file) => Term::atom(file.name),
            Err(_) => Term::NIL_ATOM,
        })
    }),
    Native::plain("cordial_code", "sweep", 0, sweep),
    Native::plain("code", "ensure_loaded", 1, ensure_loaded),
    Native::plain("code", "is_loaded", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        if ctx.vm.code().current(name).is_none() {
            return Ok(Term::FALSE);
        }
        let path = which(ctx, args)?;
        Ok(ctx.heap().tuple(&[Term::atom(known::FILE), path]))
    }),
    Native::plain("code", "which", 1, which),
    Native::plain("code", "delete", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(Term::bool(ctx.vm.code().delete(name)))
    }),
    Native::plain("erlang", "check_process_code", 2, check_process),
    Native::plain("erlang", "check_process_code", 3, check_process_with),
    Native::plain("erlang", "purge_module", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        let waits = ctx.process.rare().asked != 0;
        if !waits && ctx.vm.code().old(name).is_none() {
            return Err(Stop::Badarg);
        }
        purge(ctx, name, Mode::Hard).map(|_| Term::TRUE)
    }),
    Native::plain("code", "purge", 1, |ctx, args| {
        purge(ctx, args[0].as_atom().ok_or(Stop::Badarg)?, Mode::Hard)
    }),
    Native::plain("code", "soft_purge", 1, |ctx, args| {
        purge(ctx, args[0].as_atom().ok_or(Stop::Badarg)?, Mode::Soft)
    }),
    Native::plain("code", "add_path", 1, |ctx, args| add_path(ctx, args[0], false)),
    Native::plain("code", "add_path", 2, |ctx, args| add_path(ctx, args[0], false)),
    Native::plain("code", "add_patha", 1, |ctx, args| add_path(ctx, args[0], true)),
    Native::plain("code", "add_patha", 2, |ctx, args| add_path(ctx, args[0], true)),
    Native::plain("code", "add_pathz", 1, |ctx, args| add_path(ctx, args[0], false)),
    Native::plain("code", "add_pathz", 2, |ctx, args| add_path(ctx, args[0], false)),
    Native::plain("code", "del_path", 1, del_path),
    Native::plain("code", "get_path", 0, get_path),
    Native::plain("code", "all_loaded", 0, |ctx, _| {
        let mut all = Vec::new();
        for name in ctx.vm.code().loaded() {
            let entry = ctx
                .heap()
                .tuple(&[Term::atom(name), Term::atom(Atom::new("preloaded"))]);
            all.push(entry);
        }
        Ok(ctx.heap().list(all))
    }),
    // The modules that come with the binary.
    Native::plain("cordial_code", "library", 0, |ctx, _| {
        let names = ctx.vm.code().image().into_iter().flat_map(|image| image.names());
        let names: Vec<Term> = names.map(|name| Term::atom(Atom::new(name))).collect();
        Ok(ctx.heap().list(names))
    }),
    Native::plain("code", "get_mode", 0, |_, _| {
        Ok(Term::atom(Atom::new("interactive")))
    }),
    Native::plain("cordial_code", "disassemble", 1, disassemble),
    Native::plain("cordial_code", "chunk", 2, chunk),
];

fn mfa(args: &[Term]) -> Result<Mfa, Stop> {
    match (args[0].as_atom(), args[1].as_atom(), args[2].as_usize()) {
        (Some(module), Some(function), Some(arity @ 0..=255)) => Ok(Mfa {
            module,
            function,
            arity: arity as u8,
        }),
        _ => Err(Stop::Badarg),
    }
}

/// Whether a loaded module exports the function; a module is not loaded for the question.
fn function_exported(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let mfa = mfa(args)?;
    let code = ctx.vm.code();
    // Erlang's own modules count as loaded, as they are on OTP.
    if code.current(mfa.module).is_none() && !mfa.module.as_str().starts_with("Elixir.") {
        let _ = code.ensure_loaded(mfa.module, ctx.vm);
    }
    Ok(Term::bool(code.exported(&mfa)))
}

/// `async: id` answers by the message `{:check_process_code, id, used}`.
fn check_process_with(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let mut id = None;
    for option in args[2].list_to_vec().ok_or(Stop::Badarg)? {
        match option.pair() {
            Some((key, value)) if key == Term::atom(known::ASYNC) => id = Some(value),
            Some((key, value)) if key == Term::atom(Atom::new("allow_gc")) && value.as_bool().is_some() => {}
            _ => return Err(Stop::Badarg),
        }
    }
    match id {
        None => check_process(ctx, &args[..2]),
        Some(id) => {
            check_later(ctx, args, id)?;
            Ok(Term::atom(known::ASYNC))
        }
    }
}

fn is_builtin(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let mfa = mfa(args)?;
    Ok(Term::bool(ctx.vm.code().native(&mfa).is_some()))
}

/// `load(module, bytes)`: `{:module, name}` or `{:error, reason}`.
fn load(ctx: &mut Ctx<'_>, args: &[Term], origin: Origin) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let bytes = args[1].bytes().ok_or(Stop::Badarg)?;
    let loaded = ctx.vm.code().load_from(&bytes, origin, Some(name));
    answer(ctx, loaded.map(|module| module.name))
}

/// The bytes of a module on the code path or in the library, and where they are; `:error` if there is none.
fn object(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let Some((path, bytes)) = ctx.vm.code().object(name) else {
        return Ok(Term::atom(known::ERROR));
    };
    let path = chars(ctx, &path.to_string_lossy());
    let bytes = ctx.heap().binary(&bytes);
    Ok(ctx.heap().tuple(&[bytes, path]))
}

/// Frees what can be freed of purged and forgotten modules now; `true` when it is done.
fn sweep(ctx: &mut Ctx<'_>, _: &[Term]) -> NativeResult {
    let rare = ctx.process.rare();
    if let Some(answer) = rare.answer.take() {
        rare.asked = 0;
        return Ok(answer.term());
    }
    if rare.asked == 0 {
        let asker = Asker {
            number: ctx.process.number(),
            reference: crate::heap::next_reference(),
        };
        ctx.process.rare().asked = asker.reference;
        ctx.vm.code().garbage().want(asker, ctx.vm);
    }
    Err(Stop::Wait)
}

/// `{:module, name}` or `{:error, reason}`.
fn answer(ctx: &mut Ctx<'_>, loaded: Result<Atom, LoadError>) -> NativeResult {
    let heap = ctx.heap();
    Ok(match loaded {
        Ok(name) => heap.tuple(&[Term::atom(known::MODULE), Term::atom(name)]),
        Err(LoadError::NotFound) => heap.tuple(&[Term::atom(known::ERROR), Term::atom(Atom::new("nofile"))]),
        Err(LoadError::OldCode) => heap.error(Term::atom(Atom::new("not_purged"))),
        Err(LoadError::File(_) | LoadError::Invalid(_) | LoadError::OtherName) => {
            heap.error(Term::atom(Atom::new("badfile")))
        }
    })
}

/// A path given as a list of characters, a binary or an atom.
fn path(term: Term) -> Result<PathBuf, Stop> {
    if let Some(text) = term.text() {
        return Ok(PathBuf::from(text.into_owned()));
    }
    if let Some(atom) = term.as_atom() {
        return Ok(PathBuf::from(atom.as_str()));
    }
    let chars = term.list_to_vec().ok_or(Stop::Badarg)?;
    let text: Option<String> = chars
        .iter()
        .map(|c| {
            c.as_small()
                .and_then(|n| u32::try_from(n).ok())
                .and_then(char::from_u32)
        })
        .collect();
    text.map(PathBuf::from).ok_or(Stop::Badarg)
}

fn chars(ctx: &mut Ctx<'_>, text: &str) -> Term {
    let chars: Vec<Term> = text.chars().map(|c| Term::small(c as i64)).collect();
    ctx.heap().list(chars)
}

fn ensure_loaded(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let loaded = ctx
        .vm
        .code()
        .ensure_loaded(name, ctx.vm)
        .map(|module| module.name);
    let loaded = match loaded {
        Err(LoadError::NotFound) if ctx.vm.code().has_natives(name) => Ok(name),
        other => other,
    };
    answer(ctx, loaded)
}

/// The file that a module was loaded from: none for what was made in memory.
fn which(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let code = ctx.vm.code();
    Ok(
        match code
            .ensure_loaded(name, ctx.vm)
            .map(|module| module.origin.clone())
        {
            Ok(Origin::Memory) => Term::NIL,
            Ok(Origin::Image) => Term::atom(Atom::new("preloaded")),
            Ok(Origin::File(path)) => {
                let path = std::path::absolute(&path).unwrap_or(path);
                chars(ctx, &path.to_string_lossy())
            }
            Err(_) if code.has_natives(name) => Term::atom(Atom::new("preloaded")),
            Err(_) => Term::atom(Atom::new("non_existing")),
        },
    )
}

fn add_path(ctx: &mut Ctx<'_>, term: Term, first: bool) -> NativeResult {
    let path = path(term)?;
    if !path.is_dir() {
        let reason = Term::atom(Atom::new("bad_directory"));
        return Ok(ctx.heap().error(reason));
    }
    let code = ctx.vm.code();
    let mut paths = code.paths.write();
    paths.retain(|other| *other != path);
    if first {
        paths.insert(0, path);
    } else {
        paths.push(path);
    }
    drop(paths);
    code.forget_missing();
    Ok(Term::TRUE)
}

fn del_path(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let path = path(args[0])?;
    let mut paths = ctx.vm.code().paths.write();
    let before = paths.len();
    paths.retain(|other| *other != path);
    Ok(Term::bool(paths.len() < before))
}

fn get_path(ctx: &mut Ctx<'_>, _: &[Term]) -> NativeResult {
    let paths = ctx.vm.code().paths.read().clone();
    let mut all = Vec::new();
    for path in paths {
        let chars: Vec<Term> = path
            .to_string_lossy()
            .chars()
            .map(|c| Term::small(c as i64))
            .collect();
        all.push(ctx.heap().list(chars));
    }
    Ok(ctx.heap().list(all))
}

fn functions(ctx: &mut Ctx<'_>, module: &Module, exported: bool) -> Term {
    let mut all = Vec::new();
    for function in module.functions.iter().filter(|f| f.exported || !exported) {
        all.push(
            ctx.heap()
                .tuple(&[Term::atom(function.name), Term::small(function.arity as i64)]),
        );
    }
    ctx.heap().list(all)
}

fn info(ctx: &mut Ctx<'_>, module: &Module, item: &str) -> Option<Term> {
    Some(match item {
        "module" => Term::atom(module.name),
        "exports" => functions(ctx, module, true),
        "functions" => functions(ctx, module, false),
        "nifs" => Term::NIL,
        "native" => Term::FALSE,
        "md5" => ctx.heap().binary(&identity(module).to_be_bytes()),
        "attributes" => {
            let mut all = Vec::new();
            if module.attributes.iter().all(|(name, _)| name.as_str() != "vsn") {
                let number = ctx.heap().integer(num_bigint::BigInt::from(identity(module)));
                let list = ctx.heap().list([number]);
                all.push(ctx.heap().tuple(&[Term::atom(Atom::new("vsn")), list]));
            }
            for (name, value) in &module.attributes {
                let value = ctx.heap().copy(value.term());
                all.push(ctx.heap().tuple(&[Term::atom(*name), value]));
            }
            ctx.heap().list(all)
        }
        "compile" => {
            let file = module.files.first().map_or("", String::as_str);
            let file = match module.origin {
                Origin::Image => file.to_owned(),
                _ => std::path::absolute(file)
                    .map_or(file.to_owned(), |path| path.to_string_lossy().into_owned()),
            };
            let rows = [
                ("version", chars(ctx, env!("CARGO_PKG_VERSION"))),
                ("options", Term::NIL),
                ("source", chars(ctx, &file)),
            ];
            let rows = rows.map(|(key, value)| ctx.heap().tuple(&[Term::atom(Atom::new(key)), value]));
            ctx.heap().list(rows)
        }
        _ => return None,
    })
}

/// A number of 128 bits that is equal for equal code under one name.
fn identity(module: &Module) -> u128 {
    let sum = match module.sum_of_code {
        0 => module.checksum,
        sum => sum,
    };
    u128::from(sum) << 64
        | u128::from(sum.rotate_left(23) ^ (module.name.text_hash() as u64).wrapping_mul(0x9e3779b97f4a7c15))
}

fn info_module(ctx: &mut Ctx<'_>, name: Term) -> Result<Arc<Module>, Stop> {
    let name = name.as_atom().ok_or(Stop::Badarg)?;
    let code = ctx.vm.code();
    code.current(name).or_else(|| code.old(name)).ok_or(Stop::Badarg)
}

fn module_info(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let module = info_module(ctx, args[0])?;
    let mut all = Vec::new();
    for item in ["module", "exports", "attributes", "compile", "md5"] {
        if let Some(value) = info(ctx, &module, item) {
            all.push(ctx.heap().tuple(&[Term::atom(Atom::new(item)), value]));
        }
    }
    Ok(ctx.heap().list(all))
}

fn module_info_item(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let module = info_module(ctx, args[0])?;
    let item = args[1].as_atom().ok_or(Stop::Badarg)?;
    info(ctx, &module, item.as_str()).ok_or(Stop::Badarg)
}

fn disassemble(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
    let heap = ctx.heap();
    Ok(match file::decode(&bytes) {
        Ok(module) => {
            let text = heap.string(&disasm::module(&module));
            heap.ok(text)
        }
        Err(error) => {
            let text = heap.string(&error.to_string());
            heap.error(text)
        }
    })
}

/// `:cordial_code.chunk(module | bytes, name) -> binary | nil`: a named chunk (`Docs`, …) of a module's file.
fn chunk(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let wanted = path(args[1])?;
    let wanted = wanted.to_string_lossy();
    let found = match args[0].as_atom() {
        Some(module) => ctx.vm.code().chunk(module, &wanted),
        None => {
            let bytes = args[0].bytes().ok_or(Stop::Badarg)?;
            let chunks = file::chunks(&bytes).unwrap_or_default();
            chunks
                .into_iter()
                .find(|(key, _)| *key == wanted)
                .map(|(_, data)| data)
        }
    };
    Ok(match found {
        Some(bytes) => ctx.heap().binary(&bytes),
        None => Term::NIL_ATOM,
    })
}
