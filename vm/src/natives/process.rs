//! `:erlang`'s functions over processes: spawning, names, flags, the dictionary, information.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::heap::OwnedTerm;
use crate::process::dictionary::Dictionary;
use crate::process::info;
use crate::process::monitor::AliasMode;
use crate::process::options::{MIN_BIN_HEAP, MIN_HEAP, MaxHeap, Priority, heap_size};
use crate::process::signal::Signal;
use crate::process::spawn::{MonitorOptions, Options, Start, spawn};
use crate::term::Term;
use smallvec::SmallVec;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "self", 0, |ctx, _| Ok(ctx.self_pid())),
    Native::plain("erlang", "spawn", 1, |ctx, args| {
        spawn_fun(ctx, args[0], Options::default())
    }),
    Native::plain("erlang", "spawn", 3, |ctx, args| {
        spawn_mfa(ctx, args, Options::default())
    }),
    Native::plain("erlang", "spawn_link", 1, |ctx, args| {
        spawn_fun(ctx, args[0], linked())
    }),
    Native::plain("erlang", "spawn_link", 3, |ctx, args| {
        spawn_mfa(ctx, args, linked())
    }),
    Native::plain("erlang", "spawn_monitor", 1, |ctx, args| {
        spawn_fun(ctx, args[0], monitored())
    }),
    Native::plain("erlang", "spawn_monitor", 3, |ctx, args| {
        spawn_mfa(ctx, args, monitored())
    }),
    Native::plain("erlang", "spawn_opt", 2, |ctx, args| {
        let options = spawn_options(args[1])?;
        spawn_fun(ctx, args[0], options)
    }),
    Native::plain("erlang", "spawn_opt", 4, |ctx, args| {
        let options = spawn_options(args[3])?;
        spawn_mfa(ctx, args, options)
    }),
    Native::plain("erlang", "spawn", 2, |ctx, args| {
        here(ctx, args[0])?;
        spawn_fun(ctx, args[1], Options::default())
    }),
    Native::plain("erlang", "spawn", 4, |ctx, args| {
        here(ctx, args[0])?;
        spawn_mfa(ctx, &args[1..], Options::default())
    }),
    Native::plain("erlang", "spawn_link", 2, |ctx, args| {
        here(ctx, args[0])?;
        spawn_fun(ctx, args[1], linked())
    }),
    Native::plain("erlang", "spawn_link", 4, |ctx, args| {
        here(ctx, args[0])?;
        spawn_mfa(ctx, &args[1..], linked())
    }),
    Native::plain("erlang", "spawn_monitor", 2, |ctx, args| {
        here(ctx, args[0])?;
        spawn_fun(ctx, args[1], monitored())
    }),
    Native::plain("erlang", "spawn_monitor", 4, |ctx, args| {
        here(ctx, args[0])?;
        spawn_mfa(ctx, &args[1..], monitored())
    }),
    Native::plain("erlang", "register", 2, register),
    Native::plain("erlang", "unregister", 1, unregister),
    Native::plain("erlang", "whereis", 1, |ctx, args| {
        let name = args[0].as_atom().ok_or(Stop::Badarg)?;
        let port = ctx.vm.ports().whereis(name);
        Ok(ctx
            .vm
            .registry()
            .whereis(name)
            .map(Term::pid)
            .or(port)
            .unwrap_or(Term::atom(known::UNDEFINED)))
    }),
    Native::plain("erlang", "registered", 0, |ctx, _| {
        let names = ctx.vm.registry().names();
        Ok(ctx.heap().list(names.into_iter().map(Term::atom)))
    }),
    Native::plain("erlang", "processes", 0, |ctx, _| {
        let numbers = ctx.vm.processes().numbers();
        Ok(ctx.heap().list(numbers.into_iter().map(Term::pid)))
    }),
    Native::plain("erlang", "is_process_alive", 1, is_process_alive),
    Native::plain("erlang", "put", 2, |ctx, args| {
        let dictionary = dictionary(ctx);
        Ok(dictionary.put(args[0], args[1]).unwrap_or(UNDEFINED))
    }),
    Native::plain("erlang", "get", 1, |ctx, args| {
        Ok(ctx
            .process
            .dictionary
            .as_ref()
            .and_then(|dictionary| dictionary.get(args[0]))
            .unwrap_or(UNDEFINED))
    }),
    Native::plain("erlang", "get", 0, |ctx, _| Ok(pairs(ctx))),
    Native::plain("erlang", "get_keys", 0, |ctx, _| {
        let keys: Vec<Term> = dictionary(ctx).pairs().map(|(key, _)| key).collect();
        Ok(ctx.heap().list(keys))
    }),
    Native::plain("erlang", "get_keys", 1, |ctx, args| {
        let keys: Vec<Term> = dictionary(ctx)
            .pairs()
            .filter(|(_, value)| crate::term::same(*value, args[0]))
            .map(|(key, _)| key)
            .collect();
        Ok(ctx.heap().list(keys))
    }),
    Native::plain("erlang", "erase", 1, |ctx, args| {
        Ok(dictionary(ctx).erase(args[0]).unwrap_or(UNDEFINED))
    }),
    Native::plain("erlang", "erase", 0, |ctx, _| {
        let all = pairs(ctx);
        dictionary(ctx).clear();
        Ok(all)
    }),
    Native::plain("erlang", "group_leader", 0, |ctx, _| Ok(ctx.process.group_leader)),
    Native::plain("erlang", "group_leader", 2, set_group_leader),
    Native::plain("erlang", "process_flag", 2, |ctx, args| {
        process_flag(ctx, args[0], args[1])
    }),
    Native::plain("erlang", "process_flag", 3, process_flag_of),
    Native::plain("erlang", "process_info", 1, |ctx, args| {
        process_info(ctx, args[0], None)
    }),
    Native::plain("erlang", "process_info", 2, |ctx, args| {
        process_info(ctx, args[0], Some(args[1]))
    }),
    Native::plain("erlang", "suspend_process", 1, |ctx, args| {
        suspend(ctx, args[0], Term::NIL)
    }),
    Native::plain("erlang", "suspend_process", 2, |ctx, args| {
        suspend(ctx, args[0], args[1])
    }),
    Native::plain("erlang", "resume_process", 1, resume),
    Native::plain("erlang", "hibernate", 3, hibernate),
    Native::plain("erlang", "yield", 0, |ctx, _| {
        ctx.charge(u32::MAX);
        Ok(Term::TRUE)
    }),
    Native::plain("erlang", "bump_reductions", 1, |ctx, args| {
        ctx.charge(
            args[0]
                .as_small()
                .and_then(|count| u32::try_from(count).ok())
                .ok_or(Stop::Badarg)?,
        );
        Ok(Term::TRUE)
    }),
    Native::plain("erlang", "garbage_collect", 0, |ctx, _| collect_own(ctx)),
    Native::plain("erlang", "garbage_collect", 1, garbage_collect),
    Native::plain("erlang", "garbage_collect", 2, garbage_collect_with),
    Native::plain("erlang", "make_ref", 0, |ctx, _| Ok(ctx.process.make_ref())),
    Native::plain("proc_lib", "set_label", 1, |ctx, args| {
        dictionary(ctx).put(Term::atom(known::PROCESS_LABEL), args[0]);
        Ok(Term::OK)
    }),
];

const UNDEFINED: Term = Term::atom(known::UNDEFINED);

/// There is no other node to spawn on.
pub(super) fn here(ctx: &Ctx<'_>, node: Term) -> Result<(), Stop> {
    if node == ctx.vm.node() {
        Ok(())
    } else {
        Err(Stop::Badarg)
    }
}

fn linked() -> Options {
    Options {
        link: true,
        ..Options::default()
    }
}

fn monitored() -> Options {
    Options {
        monitor: Some(MonitorOptions::default()),
        ..Options::default()
    }
}

fn spawned(ctx: &mut Ctx<'_>, start: Start<'_>, options: Options) -> NativeResult {
    ctx.charge(20);
    let (pid, monitor) = spawn(ctx.process, ctx.vm, start, options)?;
    Ok(match monitor {
        Some(reference) => ctx.heap().tuple(&[pid, reference]),
        None => pid,
    })
}

fn spawn_fun(ctx: &mut Ctx<'_>, fun: Term, options: Options) -> NativeResult {
    if !fun.is_fun() {
        return Err(Stop::Badarg);
    }
    spawned(ctx, Start::Fun(fun, &[]), options)
}

fn spawn_mfa(ctx: &mut Ctx<'_>, args: &[Term], options: Options) -> NativeResult {
    let (mfa, list) = call_of(args)?;
    spawned(ctx, Start::Call(mfa, &list), options)
}

/// Module, function and list of arguments.
pub(super) fn call_of(args: &[Term]) -> Result<(Mfa, Vec<Term>), Stop> {
    let (Some(module), Some(function)) = (args[0].as_atom(), args[1].as_atom()) else {
        return Err(Stop::Badarg);
    };
    let list = args[2].list_to_vec().ok_or(Stop::Badarg)?;
    let arity = u8::try_from(list.len()).map_err(|_| Stop::SystemLimit)?;
    Ok((
        Mfa {
            module,
            function,
            arity,
        },
        list,
    ))
}

pub(super) fn spawn_options(list: Term) -> Result<Options, Stop> {
    let mut options = Options::default();
    for option in list.list_to_vec().ok_or(Stop::Badarg)? {
        match option.as_atom() {
            Some(known::LINK) => options.link = true,
            Some(known::MONITOR) => options.monitor = Some(MonitorOptions::default()),
            Some(_) => return Err(Stop::Badarg),
            None => {
                let (key, value) = option.pair().ok_or(Stop::Badarg)?;
                match key.as_atom() {
                    Some(known::MONITOR) => options.monitor = Some(monitor_options(value)?),
                    Some(known::PRIORITY) => {
                        options.priority = Some(Priority::of(value).ok_or(Stop::Badarg)?)
                    }
                    Some(known::MIN_HEAP_SIZE) => options.min_heap = Some(min_heap(value)?),
                    Some(known::MIN_BIN_VHEAP_SIZE) => options.min_bin_heap = Some(min_bin_heap(value)?),
                    Some(known::FULLSWEEP_AFTER) => options.fullsweep_after = Some(full_after(value)?),
                    Some(known::MAX_HEAP_SIZE) => options.max_heap = Some(max_heap(value)?),
                    Some(known::MESSAGE_QUEUE_DATA) => options.off_heap_messages = queue_data(value)?,
                    Some(known::LINK) => options.link = value == Term::TRUE,
                    // Any thread may run any process.
                    _ if key == Term::atom(Atom::new("scheduler")) => {
                        words(value)?;
                    }
                    _ if key == Term::atom(Atom::new("async_dist")) => {}
                    _ => return Err(Stop::Badarg),
                }
            }
        }
    }
    Ok(options)
}

/// `[alias: …, tag: …]`
pub(super) fn monitor_options(list: Term) -> Result<MonitorOptions, Stop> {
    let mut options = MonitorOptions::default();
    for option in list.list_to_vec().ok_or(Stop::Badarg)? {
        let (key, value) = option.pair().ok_or(Stop::Badarg)?;
        match key.as_atom() {
            Some(known::TAG) => options.tag = Some(OwnedTerm::of(value)),
            Some(known::ALIAS) => {
                options.alias = Some(match value.as_atom() {
                    Some(known::EXPLICIT_UNALIAS) => AliasMode::Explicit,
                    Some(known::DEMONITOR) => AliasMode::Demonitor,
                    Some(known::REPLY_DEMONITOR) => AliasMode::ReplyDemonitor,
                    _ => return Err(Stop::Badarg),
                });
            }
            _ => return Err(Stop::Badarg),
        }
    }
    Ok(options)
}

fn words(value: Term) -> Result<u64, Stop> {
    value
        .as_small()
        .and_then(|count| u64::try_from(count).ok())
        .ok_or(Stop::Badarg)
}

/// The most words that a heap may be told to have at least: what is asked for is allocated.
const MOST_WORDS: u64 = 1 << 36;

fn min_heap(value: Term) -> Result<u64, Stop> {
    let words = words(value)?;
    if words > MOST_WORDS {
        return Err(Stop::Badarg);
    }
    Ok(heap_size(words.max(MIN_HEAP)))
}

fn min_bin_heap(value: Term) -> Result<u64, Stop> {
    Ok(heap_size(words(value)?.min(MOST_WORDS)).max(MIN_BIN_HEAP))
}

/// Collections after which one is a full one.
fn full_after(value: Term) -> Result<u64, Stop> {
    Ok(words(value)?.min(65535))
}

fn queue_data(value: Term) -> Result<bool, Stop> {
    match value.as_atom() {
        Some(known::OFF_HEAP) => Ok(true),
        Some(known::ON_HEAP) => Ok(false),
        _ => Err(Stop::Badarg),
    }
}

/// A limit below the smallest heap makes no sense; 0 is none.
fn max_words(value: Term) -> Result<u64, Stop> {
    match words(value)? {
        1..MIN_HEAP => Err(Stop::Badarg),
        words => Ok(words),
    }
}

fn max_heap(value: Term) -> Result<MaxHeap, Stop> {
    if value.is_small() {
        return Ok(MaxHeap {
            words: max_words(value)?,
            ..MaxHeap::default()
        });
    }
    let map = value.map().ok_or(Stop::Badarg)?;
    let mut max = MaxHeap::default();
    let flag = |name: &str, default: bool| match map.get(Term::atom(Atom::new(name))) {
        None => Ok(default),
        Some(value) => value.as_bool().ok_or(Stop::Badarg),
    };
    max.words = max_words(map.get(Term::atom(known::SIZE)).ok_or(Stop::Badarg)?)?;
    max.kill = flag("kill", true)?;
    max.report = flag("error_logger", true)?;
    max.shared = flag("include_shared_binaries", false)?;
    Ok(max)
}

fn max_heap_term(ctx: &mut Ctx<'_>, max: MaxHeap) -> Term {
    info::max_heap(ctx.heap(), max)
}

fn register(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    if name == known::UNDEFINED {
        return Err(Stop::Badarg);
    }
    if args[1].is_port() {
        return if ctx.vm.registry().whereis(name).is_none() && ctx.vm.ports().register(name, args[1]) {
            Ok(Term::TRUE)
        } else {
            Err(Stop::Badarg)
        };
    }
    let number = args[1].as_pid().ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        if ctx.process.registered_name().is_some() || !ctx.vm.registry().register(name, number) {
            return Err(Stop::Badarg);
        }
        ctx.process.set_registered_name(Some(name));
        return Ok(Term::TRUE);
    }
    if !ctx.vm.processes().is_alive(number) || ctx.vm.registry().name_of(number).is_some() {
        return Err(Stop::Badarg);
    }
    if !ctx.vm.registry().register(name, number) {
        return Err(Stop::Badarg);
    }
    ctx.vm.signal(
        number,
        Signal::Request(Box::new(info::Named { name: Some(name) })),
    );
    Ok(Term::TRUE)
}

fn unregister(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    if ctx.vm.ports().unregister(name) {
        return Ok(Term::TRUE);
    }
    let number = ctx.vm.registry().unregister(name).ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        ctx.process.set_registered_name(None);
    } else {
        ctx.vm
            .signal(number, Signal::Request(Box::new(info::Named { name: None })));
    }
    Ok(Term::TRUE)
}

fn is_process_alive(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        return Ok(Term::TRUE);
    }
    // Signals that we have sent it before must be seen first: an exit signal may have ended it already. One that is
    // parked has seen all; but an answer that was asked for must be taken.
    let asked = ctx.process.rare.as_ref().is_some_and(|rare| rare.asked != 0);
    if !asked
        && ctx
            .vm
            .processes()
            .find(number)
            .is_some_and(|slot| slot.inbox.is_parked() && slot.number() == number)
    {
        return Ok(Term::TRUE);
    }
    info::ask(ctx, number, |reference, from| {
        Box::new(info::Alive { reference, from })
    })
}

fn dictionary<'a>(ctx: &'a mut Ctx<'_>) -> &'a mut Dictionary {
    ctx.process.dictionary.get_or_insert_default()
}

fn pairs(ctx: &mut Ctx<'_>) -> Term {
    let pairs: Vec<(Term, Term)> = dictionary(ctx).pairs().collect();
    let heap = ctx.heap();
    let pairs: Vec<Term> = pairs
        .into_iter()
        .map(|(key, value)| heap.tuple(&[key, value]))
        .collect();
    heap.list(pairs)
}

fn set_group_leader(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if !args[0].is_pid() {
        return Err(Stop::Badarg);
    }
    let number = args[1].as_pid().ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        ctx.process.group_leader = args[0];
    } else if ctx.vm.processes().is_alive(number) {
        ctx.vm.signal(number, Signal::GroupLeader(args[0]));
    } else {
        return Err(Stop::Badarg);
    }
    Ok(Term::TRUE)
}

fn process_flag(ctx: &mut Ctx<'_>, flag: Term, value: Term) -> NativeResult {
    let flag = flag.as_atom().ok_or(Stop::Badarg)?;
    let process = &mut *ctx.process;
    match flag {
        known::TRAP_EXIT => {
            let new = value.as_bool().ok_or(Stop::Badarg)?;
            Ok(Term::bool(std::mem::replace(&mut process.trap_exit, new)))
        }
        known::PRIORITY => {
            let new = Priority::of(value).ok_or(Stop::Badarg)?;
            Ok(Term::atom(std::mem::replace(&mut process.priority, new).atom()))
        }
        known::MIN_HEAP_SIZE => {
            let new = min_heap(value)?;
            process.heap.set_min_words(new as usize);
            let old = process.rare().min_heap.replace(new);
            Ok(Term::small(old.unwrap_or(MIN_HEAP) as i64))
        }
        known::MIN_BIN_VHEAP_SIZE => {
            let new = min_bin_heap(value)?;
            let old = process.rare().min_bin_heap.replace(new);
            Ok(Term::small(old.unwrap_or(MIN_BIN_HEAP) as i64))
        }
        known::FULLSWEEP_AFTER => {
            let new = full_after(value)?;
            process.heap.set_full_after(new as u32);
            Ok(Term::small(
                process.rare().fullsweep_after.replace(new).unwrap_or(65535) as i64,
            ))
        }
        known::MAX_HEAP_SIZE => {
            let new = max_heap(value)?;
            let old = std::mem::replace(&mut process.rare().max_heap, new);
            Ok(max_heap_term(ctx, old))
        }
        known::MESSAGE_QUEUE_DATA => {
            let new = queue_data(value)?;
            let old = std::mem::replace(&mut process.rare().off_heap_messages, new);
            Ok(Term::atom(if old { known::OFF_HEAP } else { known::ON_HEAP }))
        }
        known::SAVE_CALLS => {
            let new = words(value)?;
            if new > 10_000 {
                return Err(Stop::Badarg);
            }
            Ok(Term::small(
                std::mem::replace(&mut process.rare().save_calls, new) as i64,
            ))
        }
        known::SENSITIVE => {
            let new = value.as_bool().ok_or(Stop::Badarg)?;
            Ok(Term::bool(std::mem::replace(&mut process.rare().sensitive, new)))
        }
        known::ERROR_HANDLER => {
            let new = value.as_atom().ok_or(Stop::Badarg)?;
            let old = process.rare().error_handler.replace(new);
            Ok(Term::atom(old.unwrap_or(known::ERROR_HANDLER)))
        }
        _ if flag == Atom::new("async_dist") => Ok(Term::FALSE),
        _ => Err(Stop::Badarg),
    }
}

fn process_flag_of(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if args[1] != Term::atom(known::SAVE_CALLS) {
        return Err(Stop::Badarg);
    }
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        return process_flag(ctx, args[1], args[2]);
    }
    words(args[2])?;
    Ok(Term::ZERO)
}

fn process_info(ctx: &mut Ctx<'_>, pid: Term, items: Option<Term>) -> NativeResult {
    let number = pid.as_pid().ok_or(Stop::Badarg)?;
    let wanted = info::Wanted::of(items).ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        ctx.process.fetch(ctx.vm);
        if ctx.process.exiting.is_some() {
            return Err(Stop::Exit);
        }
        let answer = info::answer(ctx.process, ctx.vm, &wanted, true);
        return Ok(ctx.heap().adopt(answer));
    }
    info::ask(ctx, number, |reference, from| {
        Box::new(info::Ask {
            reference,
            from,
            wanted,
        })
    })
}

/// With `unless_suspending` false if this process suspends it already; with `asynchronous` without waiting for it.
fn suspend(ctx: &mut Ctx<'_>, pid: Term, options: Term) -> NativeResult {
    let number = pid.as_pid().ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        return Err(Stop::Badarg);
    }
    let (mut unless, mut later, mut reply) = (false, false, None);
    for option in options.list_to_vec().ok_or(Stop::Badarg)? {
        match (option.as_atom().map(Atom::as_str), option.pair()) {
            (Some("unless_suspending"), _) => unless = true,
            (Some("asynchronous"), _) => later = true,
            (_, Some((key, id))) if key == Term::atom(Atom::new("asynchronous")) => reply = Some(id),
            _ => return Err(Stop::Badarg),
        }
    }
    let suspends = |ctx: &mut Ctx<'_>| ctx.process.rare().suspending.get(&number).copied().unwrap_or(0);
    if unless && suspends(ctx) > 0 {
        return Ok(Term::FALSE);
    }
    if later || reply.is_some() {
        let times = suspends(ctx) + 1;
        ctx.process.rare().suspending.insert(number, times);
        let tell = info::Tell {
            from: if reply.is_some() { ctx.process.number() } else { 0 },
            tag: Atom::new("suspended"),
            id: OwnedTerm::of(reply.unwrap_or(Term::NIL)),
            work: |process, _| {
                process.suspended = process.suspended.saturating_add(1);
                true
            },
        };
        ctx.vm.signal(number, Signal::Request(Box::new(tell)));
        return Ok(Term::TRUE);
    }
    let answer = info::ask(ctx, number, |reference, from| {
        Box::new(info::Suspend { reference, from })
    })?;
    if answer == Term::FALSE {
        return Err(Stop::Badarg);
    }
    let suspending = &mut ctx.process.rare().suspending;
    let times = suspending.get(&number).copied().unwrap_or(0);
    suspending.insert(number, times + 1);
    Ok(Term::TRUE)
}

fn resume(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let suspending = &mut ctx.process.rare().suspending;
    match suspending.get_mut(&number) {
        None => return Err(Stop::Badarg),
        Some(times) if *times > 1 => *times -= 1,
        Some(_) => {
            suspending.remove(&number);
        }
    }
    ctx.vm
        .signal(number, Signal::Request(Box::new(info::Resume { times: 1 })));
    Ok(Term::TRUE)
}

/// Waits for a message with as little memory as possible, then goes on with the function.
fn hibernate(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (mfa, list) = call_of(args)?;
    if ctx.process.exec.can_begin_anew() {
        let again = Mfa {
            module: known::ERLANG,
            function: Atom::new("hibernate"),
            arity: 3,
        };
        return Err(Stop::Anew(again, args.into()));
    }
    ctx.process.fetch(ctx.vm);
    if ctx.process.exiting.is_some() {
        return Err(Stop::Exit);
    }
    if ctx.process.mailbox.is_empty() {
        ctx.heap().want_full();
        return Err(Stop::Wait);
    }
    Err(Stop::Call(mfa, SmallVec::from_vec(list)))
}

/// The collection comes when the native returns; a long one, on another thread, before it returns.
fn collect_own(ctx: &mut Ctx<'_>) -> NativeResult {
    if std::mem::take(&mut ctx.process.exec.awaits_collection) {
        return Ok(Term::TRUE);
    }
    ctx.heap().want_full();
    if ctx.process.exec.may_postpone && crate::exec::is_collection_long(ctx.process) {
        ctx.process.exec.awaits_collection = true;
        return Err(Stop::Again);
    }
    Ok(Term::TRUE)
}

/// `async: id` answers by the message `{:garbage_collect, id, done}`; `type:` is taken as it comes.
fn garbage_collect_with(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    let mut id = None;
    for option in args[1].list_to_vec().ok_or(Stop::Badarg)? {
        match option.pair() {
            Some((key, value)) if key == Term::atom(known::ASYNC) => id = Some(value),
            Some((key, value)) if key == Term::atom(Atom::new("type")) => {
                if !matches!(value.as_atom().map(Atom::as_str), Some("major" | "minor")) {
                    return Err(Stop::Badarg);
                }
            }
            _ => return Err(Stop::Badarg),
        }
    }
    let Some(id) = id else {
        return garbage_collect(ctx, &args[..1]);
    };
    let tell = info::Tell {
        from: ctx.process.number(),
        tag: Atom::new("garbage_collect"),
        id: OwnedTerm::of(id),
        work: |process, _| {
            process.heap.want_full();
            true
        },
    };
    ctx.vm.signal(number, Signal::Request(Box::new(tell)));
    Ok(Term::atom(known::ASYNC))
}

fn garbage_collect(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let number = args[0].as_pid().ok_or(Stop::Badarg)?;
    if number == ctx.process.number() {
        return collect_own(ctx);
    }
    info::ask(ctx, number, |reference, from| {
        Box::new(info::Collect { reference, from })
    })
}
