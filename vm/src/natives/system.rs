//! What the program knows about the machine it runs on: `system_info`, `statistics`, `memory`, `halt`.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::{Atom, known};
use crate::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("erlang", "system_info", 1, system_info),
    Native::plain("erlang", "memory", 0, |ctx, _| {
        let pairs: Vec<(&str, usize)> = MEMORY
            .iter()
            .map(|kind| (*kind, memory(ctx, kind).unwrap_or(0)))
            .collect();
        Ok(proplist(ctx, &pairs))
    }),
    Native::plain("erlang", "memory", 1, |ctx, args| {
        if args[0].is_list() {
            let kinds = args[0].list_to_vec().ok_or(Stop::Badarg)?;
            let mut pairs = Vec::new();
            for kind in kinds {
                let kind = kind.as_atom().ok_or(Stop::Badarg)?.as_str();
                pairs.push((kind, memory(ctx, kind).ok_or(Stop::Badarg)?));
            }
            return Ok(proplist(ctx, &pairs));
        }
        let kind = args[0].as_atom().ok_or(Stop::Badarg)?;
        Ok(Term::small(memory(ctx, kind.as_str()).ok_or(Stop::Badarg)? as i64))
    }),
    Native::plain("erlang", "halt", 0, |ctx, _| halt(ctx, 0)),
    Native::plain("erlang", "halt", 1, |ctx, args| halt_with(ctx, args[0])),
    Native::plain("erlang", "halt", 2, |ctx, args| halt_with(ctx, args[0])),
    Native::plain("erlang", "node", 0, |ctx, _| Ok(ctx.vm.node())),
    Native::plain("erlang", "node", 1, |ctx, args| match args[0].view() {
        crate::term::View::ExternalPid(node, ..) | crate::term::View::ExternalPort(node, ..) => {
            Ok(Term::atom(node))
        }
        crate::term::View::Ref(reference) => {
            Ok(reference.node.map_or(ctx.vm.node(), |(node, _)| Term::atom(node)))
        }
        crate::term::View::Pid(_) | crate::term::View::Port(_) => Ok(ctx.vm.node()),
        _ => Err(Stop::Badarg),
    }),
    Native::plain("erlang", "nodes", 0, |_, _| Ok(Term::NIL)),
    Native::plain("erlang", "nodes", 1, |ctx, args| {
        let this = Term::atom(Atom::new("this"));
        let kinds = if args[0].is_list() {
            args[0].list_to_vec().ok_or(Stop::Badarg)?
        } else {
            vec![args[0]]
        };
        let node = ctx.vm.node();
        Ok(
            if kinds.contains(&this) || kinds.contains(&Term::atom(Atom::new("known"))) {
                ctx.heap().list([node])
            } else {
                Term::NIL
            },
        )
    }),
    Native::plain("erlang", "is_alive", 0, |_, _| Ok(Term::FALSE)),
    Native::plain("erlang", "monitor_node", 2, |_, _| Ok(Term::TRUE)),
    Native::plain("erlang", "monitor_node", 3, |_, _| Ok(Term::TRUE)),
    Native::plain("erlang", "get_cookie", 0, |_, _| {
        Ok(Term::atom(Atom::new("nocookie")))
    }),
];

const MEMORY: [&str; 9] = [
    "total",
    "processes",
    "processes_used",
    "system",
    "atom",
    "atom_used",
    "binary",
    "code",
    "ets",
];

fn proplist(ctx: &mut Ctx<'_>, pairs: &[(&str, usize)]) -> Term {
    let heap = ctx.heap();
    let pairs: Vec<Term> = pairs
        .iter()
        .map(|(key, value)| heap.tuple(&[Term::atom(Atom::new(key)), Term::small(*value as i64)]))
        .collect();
    heap.list(pairs)
}

/// Bytes; what belongs to processes is what the system has not been told otherwise.
fn memory(ctx: &Ctx<'_>, kind: &str) -> Option<usize> {
    let total = resident();
    let ets = ctx.vm.ets().memory();
    let atom = Atom::count() * 48;
    let code = crate::heap::literals::words() * 8 + ctx.vm.code().bytes();
    let system = ets + atom + code + crate::heap::shared::alive();
    Some(match kind {
        "total" => total,
        "processes" | "processes_used" => total.saturating_sub(system),
        "system" => system,
        "atom" | "atom_used" => atom,
        "binary" => crate::heap::shared::alive(),
        "code" => code,
        "ets" => ets,
        _ => return None,
    })
}

/// Bytes of memory that the program holds, as the system counts.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = text
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .unwrap_or(0);
    pages * 4096
}

fn halt(ctx: &mut Ctx<'_>, code: i32) -> NativeResult {
    ctx.vm.halt(code);
    Err(Stop::Wait)
}

fn halt_with(ctx: &mut Ctx<'_>, status: Term) -> NativeResult {
    if let Some(code) = status.as_i64() {
        return if code < 0 {
            Err(Stop::Badarg)
        } else {
            halt(ctx, (code & 0xff) as i32)
        };
    }
    if status == Term::atom(Atom::new("abort")) {
        return halt(ctx, 134);
    }
    let slogan = match status.text() {
        Some(text) => text.into_owned(),
        None => {
            let characters = status.list_to_vec().ok_or(Stop::Badarg)?;
            let characters: Option<String> = characters
                .into_iter()
                .map(|c| {
                    c.as_small()
                        .and_then(|c| u32::try_from(c).ok())
                        .and_then(char::from_u32)
                })
                .collect();
            characters.ok_or(Stop::Badarg)?
        }
    };
    let _ = ctx.vm.io().put(
        crate::io::standard::Device::Stderr,
        format!("{slogan}\n").as_bytes(),
    );
    halt(ctx, 1)
}

fn charlist(ctx: &mut Ctx<'_>, text: &str) -> Term {
    ctx.heap()
        .list(text.chars().map(|c| Term::small(c as i64)).collect::<Vec<_>>())
}

fn system_info(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    if let Some((kind, of)) = args[0].pair() {
        let size = kind == Term::atom(Atom::new("wordsize"))
            && matches!(of.as_atom().map(Atom::as_str), Some("internal" | "external"));
        return if size {
            Ok(Term::small(8))
        } else {
            Err(Stop::Badarg)
        };
    }
    let name = args[0].as_atom().ok_or(Stop::Badarg)?;
    let count = |value: usize| Ok(Term::small(value as i64));
    let atom = |text: &str| Ok(Term::atom(Atom::new(text)));
    let cores = std::thread::available_parallelism().map_or(1, |count| count.get());
    match name.as_str() {
        "process_count" => count(ctx.vm.processes().count()),
        "process_limit" => count(ctx.vm.processes().limit()),
        "port_count" => count(ctx.vm.ports().count()),
        "port_limit" => count(65_536),
        "atom_count" => count(Atom::count()),
        "atom_limit" => count(1 << 24),
        "ets_count" => count(ctx.vm.ets().count()),
        "ets_limit" => count(1 << 24),
        "schedulers" | "schedulers_online" | "schedulers_total" => count(ctx.vm.schedulers().count()),
        "dirty_cpu_schedulers" | "dirty_cpu_schedulers_online" => count(ctx.vm.schedulers().count()),
        "dirty_io_schedulers" => count(10),
        "logical_processors" | "logical_processors_available" | "logical_processors_online" => count(cores),
        "scheduler_id" => count(crate::sched::worker::scheduler_id().max(1)),
        "otp_release" => Ok(charlist(ctx, "27")),
        "version" => Ok(charlist(ctx, "15.2.7")),
        "system_version" => Ok(charlist(
            ctx,
            "Cordial, a virtual machine for Elixir, compatible with OTP 27\n",
        )),
        "system_architecture" => {
            let text = format!("{}-unknown-{}-gnu", std::env::consts::ARCH, std::env::consts::OS);
            Ok(charlist(ctx, &text))
        }
        "machine" => Ok(charlist(ctx, "Cordial")),
        "driver_version" => Ok(charlist(ctx, "3.3")),
        "nif_version" => Ok(charlist(ctx, "2.17")),
        "wordsize" => count(8),
        "endian" => atom(if cfg!(target_endian = "little") {
            "little"
        } else {
            "big"
        }),
        "threads" | "smp_support" => Ok(Term::TRUE),
        "thread_pool_size" => count(1),
        "multi_scheduling" => atom("enabled"),
        "build_type" => atom("opt"),
        "emu_flavor" => atom("emu"),
        "heap_type" => atom("private"),
        "compat_rel" => count(27),
        "port_parallelism" | "async_dist" | "dynamic_trace_probes" => Ok(Term::FALSE),
        "dynamic_trace" => atom("none"),
        "scheduler_bind_type" => atom("unbound"),
        "scheduler_bindings" => {
            let unbound = vec![atom("unbound")?; ctx.vm.schedulers().count()];
            Ok(ctx.heap().tuple(&unbound))
        }
        "multi_scheduling_blockers" | "normal_multi_scheduling_blockers" => Ok(Term::NIL),
        "cpu_topology" => atom("undefined"),
        "cpu_quota" => atom("unknown"),
        "garbage_collection" => {
            let limit = crate::process::info::max_heap(ctx.heap(), Default::default());
            let pairs = [
                (known::MAX_HEAP_SIZE, limit),
                (known::MIN_BIN_VHEAP_SIZE, Term::small(46422)),
                (known::MIN_HEAP_SIZE, Term::small(233)),
                (known::FULLSWEEP_AFTER, Term::small(65535)),
            ];
            let heap = ctx.heap();
            let pairs: Vec<Term> = pairs
                .into_iter()
                .map(|(key, value)| heap.tuple(&[Term::atom(key), value]))
                .collect();
            Ok(heap.list(pairs))
        }
        "emu_type" => atom("opt"),
        "debug_compiled" | "dist_ctrl" => Ok(Term::FALSE),
        "creation" => count(0),
        "c_compiler_used" => atom("undefined"),
        "kernel_poll" => Ok(Term::TRUE),
        "modified_timing_level" => atom("undefined"),
        "tolerant_timeofday" | "time_correction" => Ok(Term::TRUE),
        "time_warp_mode" => atom("no_time_warp"),
        "time_offset" => atom("final"),
        "os_monotonic_time_source" | "os_system_time_source" => Ok(Term::NIL),
        "start_time" => Ok(ctx.heap().integer(-576_460_752_303_423_488i128)),
        "end_time" => Ok(ctx.heap().integer(i64::MAX as i128)),
        "min_heap_size" => Ok(ctx
            .heap()
            .tuple(&[Term::atom(known::MIN_HEAP_SIZE), Term::small(233)])),
        "min_bin_vheap_size" => Ok(ctx
            .heap()
            .tuple(&[Term::atom(known::MIN_BIN_VHEAP_SIZE), Term::small(46422)])),
        "fullsweep_after" => Ok(ctx
            .heap()
            .tuple(&[Term::atom(known::FULLSWEEP_AFTER), Term::small(65535)])),
        "message_queue_data" => atom("on_heap"),
        "max_heap_size" => Ok(crate::process::info::max_heap(ctx.heap(), Default::default())),
        "os_type" => Ok(ctx
            .heap()
            .tuple(&[Term::atom(known::UNIX), Term::atom(known::LINUX)])),
        "outstanding_system_requests_limit" => count(1 << 27),
        "loaded" | "info" => Ok(ctx.heap().binary(b"")),
        _ => Err(Stop::Badarg),
    }
}
