//! Which argument of a native was wrong, and how: `format_error(reason, stacktrace)` of the modules that `error_info`
//! in a stack trace names. The wording is OTP's, so that messages read as there.

use super::{Ctx, Native, NativeResult};
use crate::atom::known;
use crate::ets::spec::Spec;
use crate::heap::OwnedTerm;
use crate::term::Term;

pub static NATIVES: &[Native] = &[
    Native::plain("erl_erts_errors", "format_error", 2, format_error),
    Native::plain("erl_stdlib_errors", "format_error", 2, format_error),
    Native::plain("erl_kernel_errors", "format_error", 2, format_error),
];

/// What is wrong with an argument, if anything is.
type Complaint = Option<&'static str>;

/// The complaints about all arguments.
fn format_error(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let mut complaints: Vec<(usize, &'static str)> = Vec::new();
    if let Some((first, _)) = args[1].uncons()
        && let Some([module, function, given, ..]) = first.tuple()
        && let (Some(module), Some(function)) = (module.as_atom(), function.as_atom())
        && let Some(given) = given.list_to_vec()
    {
        // What the system or a port refuses for other reasons has no wrong argument.
        let about = if matches!(function.as_str(), "open_port" | "port_command")
            && args[0] != Term::atom(known::BADARG)
        {
            Vec::new()
        } else if module.as_str() == "ets" {
            of_tables(ctx, function.as_str(), &given)
        } else {
            of_function(module.as_str(), function.as_str(), &given)
        };
        complaints = about
            .into_iter()
            .enumerate()
            .filter_map(|(at, text)| Some((at + 1, text?)))
            .collect();
    }
    let heap = ctx.heap();
    let mut pairs: Vec<(Term, Term)> = complaints
        .into_iter()
        .map(|(at, text)| (Term::small(at as i64), heap.binary(text.as_bytes())))
        .collect();
    Ok(heap.map_from(&mut pairs))
}

/// What is wrong with the first argument; if nothing is, it is the second.
fn open_port(name: Term) -> Vec<Complaint> {
    let kind = name.pair().and_then(|(kind, _)| kind.as_atom());
    match kind.map(|kind| kind.as_str()) {
        Some("spawn" | "spawn_executable" | "fd") => vec![None, Some("invalid option in list")],
        _ => vec![Some("invalid port name")],
    }
}

fn unless(fine: bool, text: &'static str) -> Complaint {
    if fine { None } else { Some(text) }
}

fn atom(term: Term) -> Complaint {
    unless(term.is_atom(), "not an atom")
}

fn binary(term: Term) -> Complaint {
    unless(term.is_binary(), "not a binary")
}

fn bitstring(term: Term) -> Complaint {
    unless(term.is_bitstring(), "not a bitstring")
}

fn integer(term: Term) -> Complaint {
    unless(term.is_integer(), "not an integer")
}

fn number(term: Term) -> Complaint {
    unless(term.is_number(), "not a number")
}

fn list(term: Term) -> Complaint {
    unless(term.list_length().is_some(), "not a list")
}

fn tuple(term: Term) -> Complaint {
    unless(term.is_tuple(), "not a tuple")
}

fn pid(term: Term) -> Complaint {
    unless(term.is_pid(), "not a pid")
}

fn reference(term: Term) -> Complaint {
    unless(term.is_ref(), "not a reference")
}

fn fun(term: Term) -> Complaint {
    unless(term.is_fun(), "not a fun")
}

fn base(term: Term) -> Complaint {
    unless(
        term.as_i64().is_some_and(|base| (2..=36).contains(&base)),
        "not an integer in the range 2 through 36",
    )
}

fn unit(term: Term) -> Complaint {
    const UNITS: &[&str] = &[
        "second",
        "millisecond",
        "microsecond",
        "nanosecond",
        "native",
        "perf_counter",
    ];
    let fine = match term.as_atom() {
        Some(atom) => UNITS.contains(&atom.as_str()),
        None => term.as_i64().is_some_and(|parts| parts > 0),
    };
    unless(fine, "invalid time unit")
}

/// An integer that was out of range, or no integer.
fn range(term: Term) -> Complaint {
    integer(term).or(Some("out of range"))
}

/// Of the right type, but its contents were not: `text` says how.
fn contents(of_type: Complaint, text: &'static str) -> Complaint {
    of_type.or(Some(text))
}

fn encoding(term: Term) -> Complaint {
    let fine = term
        .as_atom()
        .is_some_and(|name| matches!(name.as_str(), "latin1" | "utf8" | "unicode"));
    unless(fine, "not one of the atoms: latin1, utf8, or unicode")
}

fn characters(term: Term) -> Complaint {
    let Some(parts) = term.list_to_vec() else {
        return Some("not a list");
    };
    unless(
        parts
            .iter()
            .all(|part| part.as_u64().is_some_and(|code| code < 0x11_0000)),
        "not a list of characters",
    )
}

fn iodata(term: Term) -> bool {
    super::iodata::collect(term).is_some()
}

fn mfa(args: &[Term]) -> Vec<Complaint> {
    vec![atom(args[0]), atom(args[1]), list(args[2])]
}

/// If nobody has complained so far, this.
fn otherwise(mut all: Vec<Complaint>, at: usize, text: &'static str) -> Vec<Complaint> {
    if all.iter().all(Option::is_none) {
        all.resize(all.len().max(at + 1), None);
        all[at] = Some(text);
    }
    all
}

fn of_function(module: &str, function: &str, args: &[Term]) -> Vec<Complaint> {
    let none = Vec::new;
    match (module, function, args) {
        ("erlang", "abs" | "ceil" | "floor" | "round" | "trunc" | "float", [a]) | ("math", _, [a]) => {
            vec![number(*a)]
        }
        ("math", _, [a, b]) => vec![number(*a), number(*b)],
        ("erlang", "atom_to_binary", [a]) | ("erlang", "atom_to_list", [a]) => vec![atom(*a)],
        ("erlang", "atom_to_binary", [a, _]) => otherwise(vec![atom(*a)], 1, "is an invalid encoding option"),
        ("erlang" | "binary", "binary_part" | "part", [a, _, _]) => {
            otherwise(vec![binary(*a)], 2, "out of range")
        }
        ("erlang" | "binary", "binary_part" | "part", [a, _]) => {
            otherwise(vec![binary(*a)], 1, "out of range")
        }
        ("erlang", "binary_to_atom", [a]) => vec![contents(binary(*a), "invalid UTF8 encoding")],
        ("erlang", "binary_to_atom", [a, b]) => {
            otherwise(vec![binary(*a), encoding(*b)], 0, "invalid UTF8 encoding")
        }
        ("erlang", "binary_to_existing_atom", [a]) => {
            vec![contents(binary(*a), "not an already existing atom")]
        }
        ("erlang", "binary_to_existing_atom", [a, b]) => {
            otherwise(vec![binary(*a), encoding(*b)], 0, "not an already existing atom")
        }
        ("erlang", "list_to_existing_atom", [a]) => {
            vec![contents(characters(*a), "not an already existing atom")]
        }
        ("erlang", "list_to_atom", [a]) => vec![characters(*a)],
        ("erlang", "binary_to_float", [a]) => {
            vec![contents(binary(*a), "not a textual representation of a float")]
        }
        ("erlang", "binary_to_integer", [a]) => {
            vec![contents(binary(*a), "not a textual representation of an integer")]
        }
        ("erlang", "binary_to_integer", [a, b]) => otherwise(
            vec![binary(*a), base(*b)],
            0,
            "not a textual representation of an integer",
        ),
        ("erlang", "list_to_float", [a]) => {
            vec![contents(list(*a), "not a textual representation of a float")]
        }
        ("erlang", "list_to_integer", [a]) => {
            vec![contents(list(*a), "not a textual representation of an integer")]
        }
        ("erlang", "list_to_integer", [a, b]) => otherwise(
            vec![list(*a), base(*b)],
            0,
            "not a textual representation of an integer",
        ),
        ("erlang", "list_to_pid", [a]) => vec![contents(list(*a), "not a textual representation of a pid")],
        ("erlang", "list_to_ref", [a]) => {
            vec![contents(list(*a), "not a textual representation of a reference")]
        }
        ("erlang", "list_to_port", [a]) => vec![contents(list(*a), "not a textual representation of a port")],
        ("erlang", "binary_to_list", [a]) => vec![binary(*a)],
        ("erlang", "binary_to_list", [a, _, _]) => otherwise(vec![binary(*a)], 1, "out of range"),
        ("erlang", "binary_to_term", [a]) => {
            vec![contents(binary(*a), "invalid external representation of a term")]
        }
        ("erlang", "binary_to_term", [a, _]) => otherwise(
            vec![binary(*a)],
            0,
            "invalid or unsafe external representation of a term",
        ),
        ("erlang", "bit_size" | "byte_size" | "bitstring_to_list", [a]) => vec![bitstring(*a)],
        ("erlang", "element", [n, t]) => {
            vec![if t.is_tuple() { range(*n) } else { integer(*n) }, tuple(*t)]
        }
        ("erlang", "setelement" | "insert_element", [n, t, _]) | ("erlang", "delete_element", [n, t]) => {
            vec![if t.is_tuple() { range(*n) } else { integer(*n) }, tuple(*t)]
        }
        ("erlang", "append_element", [t, _]) => vec![tuple(*t)],
        ("erlang", "make_tuple", [n, _]) => vec![range(*n)],
        ("erlang", "hd" | "tl", [a]) => vec![unless(a.is_cons(), "not a nonempty list")],
        ("erlang", "length", [a]) | ("erlang", "list_to_tuple", [a]) => vec![list(*a)],
        ("erlang", "size", [a]) => vec![unless(a.is_tuple() || a.is_bitstring(), "not tuple or binary")],
        ("erlang", "tuple_size" | "tuple_to_list", [a]) => vec![tuple(*a)],
        ("erlang", "float_to_binary" | "float_to_list", [a, rest @ ..]) => {
            let first = unless(a.is_float(), "not a float");
            if rest.is_empty() {
                vec![first]
            } else {
                otherwise(vec![first], 1, "invalid option in list")
            }
        }
        ("erlang", "integer_to_binary" | "integer_to_list", [a]) => vec![integer(*a)],
        ("erlang", "integer_to_binary" | "integer_to_list", [a, b]) => vec![integer(*a), base(*b)],
        ("erlang", "list_to_binary", [_]) => vec![Some("not an iolist term")],
        ("erlang", "list_to_bitstring", [_]) => vec![Some("not a bitstring list")],
        (
            "erlang",
            "iolist_to_binary" | "iolist_size" | "iolist_to_iovec" | "md5" | "crc32" | "adler32",
            [_],
        )
        | ("binary", "list_to_bin", [_])
        | ("re", "compile", [_]) => vec![Some("not an iodata term")],
        ("erlang", "pid_to_list", [a]) => vec![pid(*a)],
        ("erlang", "ref_to_list", [a]) => vec![reference(*a)],
        ("erlang", "phash2", [_, n]) => vec![None, range(*n)],
        ("erlang", "split_binary", [a, _]) => otherwise(vec![binary(*a)], 1, "out of range"),
        ("erlang", "unique_integer", [_]) => vec![Some("invalid modifier")],
        ("erlang" | "os", "monotonic_time" | "system_time" | "time_offset" | "perf_counter", [a]) => {
            vec![unit(*a)]
        }
        ("erlang", "convert_time_unit", [a, b, c]) => vec![integer(*a), unit(*b), unit(*c)],
        ("erlang", "apply", [_, b, c]) => {
            let arguments = if c.is_list() {
                unless(c.list_to_vec().is_some(), "not a proper list")
            } else {
                list(*c)
            };
            vec![None, atom(*b), arguments]
        }
        ("erlang", "fun_info", [a]) => vec![fun(*a)],
        ("erlang", "fun_info", [a, _]) => otherwise(vec![fun(*a)], 1, "invalid item"),
        ("erlang", "make_fun", [a, b, c]) => vec![atom(*a), atom(*b), integer(*c)],
        ("erlang", "is_function", [_, b]) => vec![None, range(*b)],
        ("erlang", "send", [to, _, _]) if to.is_pid() || to.is_atom() || to.is_port() => {
            vec![None, None, Some("invalid option in list")]
        }
        ("erlang", "send" | "send_nosuspend", [..]) => vec![Some("invalid destination")],
        ("erlang", "register", [a, b]) => {
            let name = match a.as_atom() {
                None => Some("not an atom"),
                Some(known::UNDEFINED) => Some("'undefined' is not a valid name"),
                Some(_) => None,
            };
            let all = vec![name, unless(b.is_pid() || b.is_port(), "not a pid or port")];
            otherwise(all, 0, "name is in use")
        }
        ("erlang", "unregister", [_]) => vec![Some("not a pid")],
        ("erlang", "whereis", [a]) => vec![atom(*a)],
        ("erlang", "exit", [a, _])
        | ("erlang", "link" | "unlink" | "is_process_alive" | "garbage_collect", [a])
        | ("erlang", "node" | "process_info", [a])
        | ("erlang", "suspend_process", [a]) => vec![pid(*a)],
        ("erlang", "suspend_process", [a, _]) => otherwise(vec![pid(*a)], 1, "invalid option in list"),
        ("erlang", "resume_process", [a]) => {
            vec![pid(*a).or(Some("process is not suspended or is not alive"))]
        }
        ("erlang", "monitor", [a, _, ..]) => {
            let fine = a
                .as_atom()
                .is_some_and(|kind| matches!(kind.as_str(), "process" | "port" | "time_offset"));
            otherwise(vec![unless(fine, "invalid monitor type")], 1, "not a pid")
        }
        ("erlang", "demonitor", [a]) | ("erlang", "unalias" | "read_timer" | "cancel_timer", [a]) => {
            vec![reference(*a)]
        }
        ("erlang", "demonitor" | "cancel_timer" | "read_timer", [a, _]) => {
            otherwise(vec![reference(*a)], 1, "invalid option in list")
        }
        ("erlang", "alias", [_]) => vec![Some("invalid option in list")],
        ("erlang", "process_flag", [_, _, _]) => vec![None, Some("invalid process flag")],
        ("erlang", "process_flag", [a, _]) => {
            const FLAGS: &[&str] = &[
                "trap_exit",
                "priority",
                "min_heap_size",
                "min_bin_vheap_size",
                "max_heap_size",
                "fullsweep_after",
                "message_queue_data",
                "save_calls",
                "sensitive",
                "error_handler",
                "async_dist",
            ];
            let fine = a.as_atom().is_some_and(|flag| FLAGS.contains(&flag.as_str()));
            otherwise(
                vec![unless(fine, "invalid process flag")],
                1,
                "invalid value for this process flag",
            )
        }
        ("erlang", "process_info", [a, _]) => otherwise(vec![pid(*a)], 1, "invalid item or item list"),
        ("erlang", "group_leader", [a, b]) => vec![pid(*a), pid(*b)],
        ("erlang", "spawn" | "spawn_link" | "spawn_monitor", [a]) => vec![fun(*a)],
        ("erlang", "spawn" | "spawn_link" | "spawn_monitor" | "hibernate", [_, _, _]) => mfa(args),
        ("erlang", "spawn_opt", [a, _]) => otherwise(vec![fun(*a)], 1, "invalid spawn option"),
        ("erlang", "spawn_opt", [_, _, _, _]) => otherwise(mfa(args), 3, "invalid spawn option"),
        ("erlang", "send_after" | "start_timer", [time, to, ..]) => {
            let late = if time.as_i64().is_some_and(|time| time >= 0) {
                None
            } else {
                range(*time)
            };
            let to = unless(to.is_pid() || to.is_atom(), "not a pid or an atom");
            otherwise(vec![late, to], 3, "invalid option in list")
        }
        ("erlang", "system_info", [_]) => vec![Some("invalid system info item")],
        ("erlang", "statistics", [_]) => vec![Some("invalid statistics item")],
        ("erlang", "memory", [_]) => vec![Some("invalid memory type option")],
        ("erlang", "halt", [_, ..]) => vec![Some("invalid status")],
        ("erlang", "term_to_binary" | "external_size", [_, _]) => vec![None, Some("invalid option in list")],
        ("erlang", "localtime_to_universaltime", [_, ..]) => vec![Some("not a valid local time")],
        ("erlang", "universaltime_to_localtime", [_]) => vec![Some("not a valid universal time")],
        ("erlang", "posixtime_to_universaltime" | "bump_reductions", [a]) => vec![integer(*a)],
        ("lists", "keyfind" | "keymember" | "keysearch", [_, n, l]) => {
            let position = if n.as_i64().is_some_and(|n| n > 0) {
                None
            } else {
                range(*n)
            };
            vec![None, position, list(*l)]
        }
        ("lists", "member", [_, l]) => vec![None, list(*l)],
        ("lists", "reverse", [l, _]) => vec![list(*l)],
        ("lists", "seq", [first, last, step]) => {
            let types = vec![integer(*first), integer(*last), integer(*step)];
            let down = crate::term::compare(*first, *last).is_gt();
            otherwise(
                types,
                2,
                if down {
                    "not a negative increment"
                } else {
                    "not a positive increment"
                },
            )
        }
        ("maps", "from_list" | "from_keys", [l, ..]) => vec![list(*l)],
        ("maps", "map" | "filter" | "filtermap" | "foreach", [f, m]) => vec![
            unless(f.fun_arity() == Some(2), "not a fun that takes two arguments"),
            unless(m.is_map(), "not a map or an iterator"),
        ],
        ("maps", "fold", [f, _, m]) => vec![
            unless(f.fun_arity() == Some(3), "not a fun that takes three arguments"),
            None,
            unless(m.is_map(), "not a map or an iterator"),
        ],
        ("maps", "next", [_]) => vec![Some("not a valid iterator")],
        ("binary", "at", [a, n]) => {
            vec![
                binary(*a),
                if a.is_binary() && !n.is_integer() {
                    integer(*n)
                } else {
                    None
                },
            ]
        }
        ("binary", "first" | "last", [a]) => vec![contents(binary(*a), "a zero-sized binary is not allowed")],
        ("binary", "copy" | "decode_unsigned" | "encode_hex" | "bin_to_list", [a]) => vec![binary(*a)],
        ("binary", "decode_hex", [a]) => {
            let odd = a.bit_size().is_some_and(|bits| bits / 8 % 2 == 1);
            vec![contents(
                binary(*a),
                if odd {
                    "must contain an even number of bytes"
                } else {
                    "must only contain hex digits 0-9, A-F, and a-f"
                },
            )]
        }
        ("binary", "copy", [a, n]) => otherwise(vec![binary(*a), integer(*n)], 1, "out of range"),
        ("binary", "match" | "matches" | "split" | "replace", [a, ..]) => {
            otherwise(vec![binary(*a)], 1, "not a valid pattern")
        }
        ("binary", "compile_pattern", [_]) => vec![Some("not a valid pattern")],
        ("binary", "encode_unsigned", [a]) => vec![range(*a)],
        ("binary", "longest_common_prefix" | "longest_common_suffix", [_]) => {
            vec![Some("not a flat list of binaries")]
        }
        ("unicode", "characters_to_binary" | "characters_to_list", [_]) => {
            vec![Some("not valid character data (an iodata term)")]
        }
        ("unicode", _, [_, ..]) => vec![None, Some("not a valid encoding")],
        ("re", "run" | "replace" | "split", [subject, pattern, ..]) => {
            if !iodata(*subject) {
                return vec![Some("not an iodata term")];
            }
            if !iodata(*pattern) && !pattern.is_tuple() {
                return vec![
                    None,
                    Some("neither an iodata term nor a compiled regular expression"),
                ];
            }
            if args.len() > 2 {
                vec![None, None, Some("invalid options")]
            } else {
                none()
            }
        }
        ("persistent_term", "get", [_]) => vec![Some("no persistent term stored with this key")],
        ("counters" | "atomics", "new", [n, ..]) => otherwise(
            vec![if n.as_i64().is_some_and(|n| n > 0) {
                None
            } else {
                range(*n)
            }],
            1,
            "invalid options",
        ),
        ("counters" | "atomics", _, [array, rest @ ..]) => {
            if !array.is_ref() && !array.pair().is_some_and(|(_, array)| array.is_ref()) {
                return vec![Some("invalid atomics reference")];
            }
            if let Some(at) = rest.get(1).copied().filter(|value| !value.is_integer()) {
                return vec![None, None, integer(at)];
            }
            vec![None, rest.first().and_then(|at| range(*at))]
        }
        ("os", "getenv" | "unsetenv", [a, ..]) => vec![list(*a)],
        ("os", "set_signal", [name, action]) => vec![
            atom(*name).or(unless(
                name.as_atom().is_some_and(|name| {
                    name.as_str() == "sigstop" || crate::io::signals::Signals::number(name).is_some()
                }),
                "invalid signal name",
            )),
            unless(
                action
                    .as_atom()
                    .is_some_and(|action| matches!(action.as_str(), "default" | "ignore" | "handle")),
                "invalid signal handling option",
            ),
        ],
        ("erlang", "open_port", [name, _]) => open_port(*name),
        ("erlang", "port_command", [port, data, rest @ ..]) if port.is_port() => {
            let mut complaints = vec![
                None,
                unless(super::iodata::collect(*data).is_some(), "not an iodata term"),
            ];
            if complaints[1].is_none() && !rest.is_empty() {
                complaints.push(Some("invalid option in list"));
            }
            complaints
        }
        ("erlang", "port_info", [port]) => vec![unless(port.is_port() || port.is_atom(), "not a port")],
        ("erlang", "port_info", [port, item]) => vec![
            unless(port.is_port() || port.is_atom(), "not a port"),
            unless(
                item.as_atom().is_some_and(|item| {
                    item.as_str() == "registered_name" || super::ports::ITEMS.contains(&item.as_str())
                }),
                "invalid option in list",
            ),
        ],
        ("os", "cmd", [line]) => vec![unless(!line.is_binary(), "not a list of characters")],
        ("io", "put_chars" | "nl" | "format" | "fwrite" | "write", [device, ..])
            if device.as_atom().is_some() =>
        {
            vec![Some("the device does not exist")]
        }
        ("os", "putenv", [a, b]) => vec![list(*a), list(*b)],
        _ => none(),
    }
}

/// Complaints of the functions of `:ets`.
fn of_tables(ctx: &Ctx<'_>, function: &str, args: &[Term]) -> Vec<Complaint> {
    if function == "new" {
        return match args {
            [name, _] if !name.is_atom() => vec![atom(*name)],
            [name, options] => {
                let named = options
                    .list_iter()
                    .any(|option| option == Term::atom(known::NAMED_TABLE));
                if named && ctx.vm.ets().find(*name).is_some() {
                    vec![Some("table name already exists")]
                } else {
                    vec![
                        None,
                        Some(if options.list_length().is_some() {
                            "invalid options"
                        } else {
                            "not a list"
                        }),
                    ]
                }
            }
            _ => Vec::new(),
        };
    }
    if matches!(
        function,
        "match_spec_compile" | "match_spec_run" | "test_ms" | "all" | "whereis"
    ) {
        return match (function, args) {
            ("whereis", [a]) => vec![atom(*a)],
            ("match_spec_compile", [_]) => vec![Some("not a valid match specification")],
            ("test_ms", [_, _]) => vec![None, Some("not a valid match specification")],
            _ => Vec::new(),
        };
    }
    let Some(id) = args.first() else { return Vec::new() };
    if !id.is_atom() && !id.is_ref() {
        return vec![Some("not a valid table identifier")];
    }
    let Some(table) = ctx.vm.ets().find(*id) else {
        return vec![Some(
            "the table identifier does not refer to an existing ETS table",
        )];
    };
    let me = ctx.process.number();
    let reads = matches!(
        function,
        "lookup"
            | "lookup_element"
            | "member"
            | "first"
            | "last"
            | "next"
            | "prev"
            | "tab2list"
            | "select"
            | "match"
            | "match_object"
            | "select_count"
            | "select_reverse"
            | "slot"
            | "safe_fixtable"
    );
    if (reads && !table.may_read(me)) || (!reads && !table.may_write(me)) {
        return vec![Some(
            "the table identifier refers to an ETS table with insufficient access rights",
        )];
    }
    let missing = |key: Term| table.rows.at(key, |rows| rows.get(key).is_none());
    const NO_KEY: &str = "not a key that exists in the table";
    match (function, args) {
        ("insert" | "insert_new", [_, rows]) => {
            if rows.is_list() {
                let fine = rows
                    .list_to_vec()
                    .is_some_and(|rows| rows.iter().all(|row| row.is_tuple()));
                vec![None, unless(fine, "not a list of tuples")]
            } else {
                vec![None, tuple(*rows)]
            }
        }
        ("delete_object", [_, row]) => vec![None, tuple(*row)],
        ("lookup_element", [_, key, position, ..]) => {
            if !position.is_integer() {
                vec![None, None, integer(*position)]
            } else if missing(*key) {
                vec![None, Some(NO_KEY)]
            } else {
                vec![None, None, Some("out of range")]
            }
        }
        ("next" | "prev", [_, key]) if missing(*key) => vec![None, Some(NO_KEY)],
        (
            "select" | "select_count" | "select_delete" | "select_replace" | "select_reverse",
            [_, spec, ..],
        ) => {
            if Spec::new(*spec).is_none() {
                vec![None, Some("not a valid match specification")]
            } else {
                vec![None, None, Some("out of range")]
            }
        }
        ("rename", [_, name]) => vec![None, atom(*name).or(Some("table name already exists"))],
        ("give_away", [_, to, _]) => {
            let alive = to.as_pid().is_some_and(|to| ctx.vm.processes().is_alive(to));
            vec![
                None,
                pid(*to).or_else(|| unless(alive, "the pid refers to a terminated process")),
            ]
        }
        ("update_counter", [_, key, changes, ..]) => {
            if table.kind.is_bag() {
                return vec![Some(WRONG_TYPE)];
            }
            if args.len() == 3 && missing(*key) {
                return vec![None, Some(NO_KEY)];
            }
            vec![None, None, of_changes(&table, *key, *changes, true)]
        }
        ("update_element", [_, key, changes, ..]) => {
            if table.kind.is_bag() {
                return vec![Some(WRONG_TYPE)];
            }
            vec![None, None, of_changes(&table, *key, *changes, false)]
        }
        _ => Vec::new(),
    }
}

const WRONG_TYPE: &str =
    "the table identifier refers to an ETS table of a type not supported by this operation";

fn of_changes(table: &crate::ets::table::Table, key: Term, changes: Term, counter: bool) -> Complaint {
    let changes = if changes.is_list() {
        changes.list_to_vec().unwrap_or_default()
    } else {
        vec![changes]
    };
    let row = table
        .rows
        .at(key, |rows| rows.get(key).map(|found| OwnedTerm::of(found.term())));
    let row = row.as_ref().and_then(|row| row.term().tuple());
    for change in changes {
        let position = match change.tuple() {
            Some([position, by]) if !counter || by.is_integer() => position.as_usize(),
            Some([position, by, threshold, value])
                if counter && by.is_integer() && threshold.is_integer() && value.is_integer() =>
            {
                position.as_usize()
            }
            None if counter && change.is_integer() => Some(table.key + 2),
            _ => return Some("not a valid update operation"),
        };
        let Some(position) = position else {
            return Some("not a valid update operation");
        };
        if position == table.key + 1 {
            return Some("the position is the same as the key position");
        }
        match row.as_ref().map(|row| row.get(position.wrapping_sub(1))) {
            Some(None) => return Some("the position in the update operation is out of range"),
            Some(Some(field)) if counter && !field.is_integer() => {
                return Some("the value in the given position, in the object, is not an integer");
            }
            _ => {}
        }
    }
    None
}
