//! Rust twins of `Kernel`'s hottest macros: the same expansion, without a call into the VM.
//!
//! A twin that does not know what to do with its arguments gives nothing, and the macro of `kernel.ex` is called.

use cordial_syntax::quoted::{known, names};
use cordial_syntax::{Meta, Quoted, Symbol};

use super::variable::meta_at;
use super::{Context, Expanded, Expander, Pair};

pub(super) type Twin = fn(&mut Expander<'_>, &Meta, &[Quoted]) -> Expanded<Option<Quoted>>;

pub(super) fn twin(module: Symbol, pair: Pair) -> Option<Twin> {
    if module != known::ELIXIR_KERNEL {
        return None;
    }
    Some(match pair {
        (known::PIPE_INTO, 2) => |_, _, args| Ok(pipes(&args[0], &args[1])),
        (known::DIAMOND, 2) => |this, meta, args| Ok(concat(this, meta, &args[0], &args[1])),
        (known::IF, 2) => |this, meta, args| Ok(branch(this, meta, args, true)),
        (known::UNLESS, 2) => |this, meta, args| Ok(branch(this, meta, args, false)),
        (known::BANG, 1) => |this, meta, args| {
            if this.env.context != Context::None {
                return Ok(None);
            }
            Ok(Some(truthy(
                this,
                meta,
                args[0].clone(),
                Quoted::FALSE,
                Quoted::TRUE,
            )))
        },
        (known::BIN_AND, 2) => |this, meta, args| Ok(short(this, meta, args, true)),
        (known::BIN_OR, 2) => |this, meta, args| Ok(short(this, meta, args, false)),
        (known::AND, 2) => |this, meta, args| Ok(Some(strict(this, meta, args, true))),
        (known::OR, 2) => |this, meta, args| Ok(Some(strict(this, meta, args, false))),
        (known::IN, 2) => member,
        (known::DOTDOT, 2) => |this, meta, args| Ok(range(this, meta, args)),
        (known::TO_STRING, 1) => |_, meta, args| {
            Ok(Some(Quoted::remote(
                Quoted::Atom(known::ELIXIR_STRING_CHARS),
                known::TO_STRING,
                meta.clone(),
                vec![args[0].clone()],
            )))
        },
        (name, 1) if name.as_str() == "is_nil" => {
            |_, meta, args| Ok(Some(erlang("=:=", meta, vec![args[0].clone(), Quoted::NIL])))
        }
        _ => return None,
    })
}

fn erlang(name: &str, meta: &Meta, args: Vec<Quoted>) -> Quoted {
    Quoted::remote(
        Quoted::Atom(known::ERLANG),
        Symbol::new(name),
        meta_at(meta),
        args,
    )
}

fn pipes(left: &Quoted, right: &Quoted) -> Option<Quoted> {
    // What is piped may be a pipe itself, and is expanded as an argument.
    let left = left.clone();
    let call = match right {
        Quoted::Call(call) => call.clone(),
        // A bare name is a call.
        Quoted::Var(var) if matches!(names::classify(var.name.as_str()), names::NameKind::Identifier) => {
            let Quoted::Call(call) = Quoted::call(var.name, var.meta.clone(), Vec::new()) else {
                return None;
            };
            call
        }
        _ => return None,
    };
    if let Some(name) = call.name() {
        let special = matches!(
            name,
            known::FN
                | known::QUOTE
                | known::UNQUOTE
                | known::UNQUOTE_SPLICING
                | known::NOT
                | known::IN
                | known::AND
                | known::OR
                | known::WHEN
                | known::BLOCK
                | known::ALIASES
        );
        if special || !matches!(names::classify(name.as_str()), names::NameKind::Identifier) {
            return None;
        }
    }
    let mut args = Vec::with_capacity(call.args.len() + 1);
    args.push(left);
    args.extend(call.args.iter().cloned());
    Some(Quoted::call(call.head.clone(), call.meta.clone(), args))
}

fn concat(this: &Expander<'_>, meta: &Meta, left: &Quoted, right: &Quoted) -> Option<Quoted> {
    let mut segments = Vec::new();
    collect(this, left, &mut segments, false)?;
    collect(this, right, &mut segments, true)?;
    Some(Quoted::call(known::BITS, meta_at(meta), segments))
}

fn collect(this: &Expander<'_>, node: &Quoted, segments: &mut Vec<Quoted>, last: bool) -> Option<()> {
    match node {
        Quoted::Bin(_) => segments.push(node.clone()),
        Quoted::Call(call) if call.is(known::DIAMOND, 2) => {
            collect(this, &call.args[0], segments, false)?;
            collect(this, &call.args[1], segments, last)?;
        }
        _ => {
            let literal = matches!(node, Quoted::Call(call) if call.name() == Some(known::BITS));
            if this.env.in_match() && !last && !literal
                || matches!(
                    node,
                    Quoted::Int(_) | Quoted::Float(_) | Quoted::Atom(_) | Quoted::List(_) | Quoted::Pair(_)
                )
            {
                return None;
            }
            let ty = Quoted::call(known::BINARY, Meta::EMPTY, Vec::new());
            let meta = node.meta().map(meta_at).unwrap_or_default();
            segments.push(Quoted::call(known::TYPE, meta, vec![node.clone(), ty]));
        }
    }
    Some(())
}

/// A variable that only this expansion knows.
fn fresh(this: &mut Expander<'_>, meta: &Meta) -> Quoted {
    let counter = this.host.next_counter(this.env.module);
    let meta = meta_at(meta)
        .with(known::COUNTER, counter)
        .with(known::GENERATED, Quoted::TRUE);
    Quoted::var(crate::sym!("x"), meta, known::ELIXIR_KERNEL)
}

fn arrow(meta: &Meta, left: Quoted, right: Quoted) -> Quoted {
    Quoted::call(known::ARROW, meta.clone(), vec![Quoted::List(vec![left]), right])
}

fn case(meta: &Meta, value: Quoted, clauses: Vec<Quoted>) -> Quoted {
    let blocks = Quoted::keyword([(known::DO, Quoted::List(clauses))]);
    let meta = meta_at(meta).with(crate::sym!("optimize_boolean"), Quoted::TRUE);
    Quoted::call(known::CASE, meta, vec![value, blocks])
}

/// `yes` if the value is neither `nil` nor `false`.
fn truthy(this: &mut Expander<'_>, meta: &Meta, value: Quoted, yes: Quoted, no: Quoted) -> Quoted {
    let var = fresh(this, meta);
    let clause = meta_at(meta).with(known::GENERATED, Quoted::TRUE);
    let falsy = falsy(&clause, var, no);
    let any = Quoted::var(known::UNDERSCORE, clause.clone(), known::ELIXIR_KERNEL);
    case(meta, value, vec![falsy, arrow(&clause, any, yes)])
}

fn falsy(meta: &Meta, var: Quoted, body: Quoted) -> Quoted {
    let values = Quoted::List(vec![Quoted::FALSE, Quoted::NIL]);
    let test = Quoted::remote(
        Quoted::Atom(known::ELIXIR_KERNEL),
        known::IN,
        meta.clone(),
        vec![var.clone(), values],
    );
    arrow(
        meta,
        Quoted::call(known::WHEN, meta.clone(), vec![var, test]),
        body,
    )
}

fn branch(this: &mut Expander<'_>, meta: &Meta, args: &[Quoted], positive: bool) -> Option<Quoted> {
    if this.env.context != Context::None {
        return None;
    }
    let items = args[1].as_list()?;
    let (mut body, mut other) = (None, None);
    for item in items {
        let (key, value) = item.as_pair()?;
        let slot = match key.as_atom()? {
            known::DO => &mut body,
            known::ELSE => &mut other,
            _ => return None,
        };
        if slot.replace(value.clone()).is_some() {
            return None;
        }
    }
    let (body, other) = (body?, other.unwrap_or(Quoted::NIL));
    let (yes, no) = if positive { (body, other) } else { (other, body) };
    Some(truthy(this, meta, args[0].clone(), yes, no))
}

/// `&&` and `||`.
fn short(this: &mut Expander<'_>, meta: &Meta, args: &[Quoted], and: bool) -> Option<Quoted> {
    if this.env.context != Context::None {
        return None;
    }
    let clause = meta_at(meta).with(known::GENERATED, Quoted::TRUE);
    let var = fresh(this, meta);
    let clauses = if and {
        let any = Quoted::var(known::UNDERSCORE, clause.clone(), known::ELIXIR_KERNEL);
        vec![
            falsy(&clause, var.clone(), var),
            arrow(&clause, any, args[1].clone()),
        ]
    } else {
        vec![
            falsy(&clause, var.clone(), args[1].clone()),
            arrow(&clause, var.clone(), var),
        ]
    };
    let blocks = Quoted::keyword([(known::DO, Quoted::List(clauses))]);
    let outer = meta_at(meta);
    let outer = if and {
        outer.with(crate::sym!("optimize_boolean"), Quoted::TRUE)
    } else {
        outer
    };
    Some(Quoted::call(known::CASE, outer, vec![args[0].clone(), blocks]))
}

/// `and` and `or`.
fn strict(this: &mut Expander<'_>, meta: &Meta, args: &[Quoted], and: bool) -> Quoted {
    if this.env.context != Context::None {
        return erlang(if and { "andalso" } else { "orelse" }, meta, args.to_vec());
    }
    let clause = meta_at(meta).with(known::GENERATED, Quoted::TRUE);
    let (on_false, on_true) = if and {
        (Quoted::FALSE, args[1].clone())
    } else {
        (args[1].clone(), Quoted::TRUE)
    };
    let var = fresh(this, meta);
    let name = if and { known::AND } else { known::OR };
    let reason = Quoted::call(
        known::TUPLE,
        clause.clone(),
        vec![Quoted::atom("badbool"), Quoted::Atom(name), var.clone()],
    );
    let error = erlang("error", &clause, vec![reason]);
    let clauses = vec![
        arrow(&clause, Quoted::FALSE, on_false),
        arrow(&clause, Quoted::TRUE, on_true),
        arrow(&clause, var, error),
    ];
    case(meta, args[0].clone(), clauses)
}

/// `left in [a, b]`, `left in first..last`, `left in value`.
fn member(this: &mut Expander<'_>, meta: &Meta, args: &[Quoted]) -> Expanded<Option<Quoted>> {
    if this.env.in_match() {
        return Ok(None);
    }
    let right = match &args[1] {
        list @ Quoted::List(_) => list.clone(),
        range if range.call_of(known::DOTDOT, 2).is_some() => range.clone(),
        other => this.expand_macro_fully(other.clone())?,
    };
    let left = args[0].clone();
    let in_body = this.env.context == Context::None;
    let right = untailed(this, right)?;
    match &right {
        Quoted::List(items) => {
            let tailed = items.iter().any(|item| item.call_of(known::PIPE, 2).is_some());
            if tailed && !in_body {
                return Ok(None);
            }
            if items.is_empty() && in_body {
                let any = Quoted::var(known::UNDERSCORE, meta_at(meta), known::NIL);
                let ignored = Quoted::call(known::MATCH, meta_at(meta), vec![any, left]);
                return Ok(Some(Quoted::call(
                    known::BLOCK,
                    meta_at(meta),
                    vec![ignored, Quoted::FALSE],
                )));
            }
            if items.is_empty() {
                return Ok(Some(Quoted::FALSE));
            }
            let literal = items
                .iter()
                .all(|item| matches!(item, Quoted::Atom(_) | Quoted::Int(_) | Quoted::Bin(_)));
            if in_body && (tailed || !literal || items.len() > 8) {
                let target = Quoted::atom("lists");
                return Ok(Some(Quoted::remote(
                    target,
                    crate::sym!("member"),
                    meta_at(meta),
                    vec![left, right],
                )));
            }
            Ok(Some(once(this, meta, left, in_body, |left| {
                any_of(meta, left, items)
            })))
        }
        Quoted::Call(call) if call.is(known::DOTDOT, 2) => {
            let (Quoted::Int(first), Quoted::Int(last)) = (&call.args[0], &call.args[1]) else {
                return Ok(None);
            };
            if first > last {
                return Ok(None);
            }
            let (first, last) = (call.args[0].clone(), call.args[1].clone());
            Ok(Some(once(this, meta, left, in_body, |left| {
                let low = erlang(">=", meta, vec![left.clone(), first]);
                let high = erlang("=<", meta, vec![left.clone(), last]);
                let whole = erlang("is_integer", meta, vec![left]);
                erlang(
                    "andalso",
                    meta,
                    vec![whole, erlang("andalso", meta, vec![low, high])],
                )
            })))
        }
        Quoted::Call(call) if matches!(call.name(), Some(known::MAP | known::DOTDOT_STEP)) => Ok(None),
        _ if in_body => {
            let target = Quoted::atom("Elixir.Enum");
            Ok(Some(Quoted::remote(
                target,
                Symbol::new("member?"),
                meta_at(meta),
                vec![right, left],
            )))
        }
        _ => Ok(None),
    }
}

/// A list whose tail is known is one list.
fn untailed(this: &mut Expander<'_>, list: Quoted) -> Expanded<Quoted> {
    let Quoted::List(mut items) = list else {
        return Ok(list);
    };
    let Some(pipe) = items.last().and_then(|last| last.call_of(known::PIPE, 2)) else {
        return Ok(Quoted::List(items));
    };
    let (head, tail) = (pipe.args[0].clone(), pipe.args[1].clone());
    if let Quoted::List(rest) = this.expand_macro_fully(tail)? {
        items.pop();
        items.push(head);
        items.extend(rest);
    }
    Ok(Quoted::List(items))
}

fn any_of(meta: &Meta, left: Quoted, items: &[Quoted]) -> Quoted {
    let mut tests = items
        .iter()
        .map(|item| erlang("=:=", meta, vec![left.clone(), item.clone()]));
    let first = tests.next().unwrap_or(Quoted::FALSE);
    tests.fold(first, |before, test| erlang("orelse", meta, vec![before, test]))
}

/// What is tested several times is evaluated once.
fn once(
    this: &mut Expander<'_>,
    meta: &Meta,
    left: Quoted,
    in_body: bool,
    test: impl FnOnce(Quoted) -> Quoted,
) -> Quoted {
    if !in_body || matches!(left, Quoted::Var(_)) {
        return test(left);
    }
    let var = fresh(this, meta);
    let clause = meta_at(meta).with(known::GENERATED, Quoted::TRUE);
    let body = test(var.clone());
    let blocks = Quoted::keyword([(known::DO, Quoted::List(vec![arrow(&clause, var, body)]))]);
    Quoted::call(known::CASE, meta_at(meta), vec![left, blocks])
}

fn range(this: &Expander<'_>, meta: &Meta, args: &[Quoted]) -> Option<Quoted> {
    if this.env.context != Context::None {
        return None;
    }
    let (Quoted::Int(first), Quoted::Int(last)) = (&args[0], &args[1]) else {
        return None;
    };
    let step = if first <= last { 1 } else { -1 };
    let key = |name: &str, value: Quoted| Quoted::pair(Quoted::atom(name), value);
    let pairs = vec![
        key("__struct__", Quoted::atom("Elixir.Range")),
        key("first", Quoted::Int(*first)),
        key("last", Quoted::Int(*last)),
        key("step", Quoted::Int(step)),
    ];
    Some(Quoted::call(known::MAP, meta_at(meta), pairs))
}

/// True for calls that give nothing but `true` and `false`.
pub(super) fn is_boolean(node: &Quoted) -> bool {
    match node {
        Quoted::Atom(known::TRUE | known::FALSE) => true,
        Quoted::Call(call) => {
            if let Some((Quoted::Atom(known::ERLANG), name)) = call.remote() {
                return matches!(
                    (name.as_str(), call.args.len()),
                    (
                        "==" | "/=" | "=:=" | "=/=" | "<" | ">" | "=<" | ">=" | "is_map_key" | "is_function",
                        2
                    ) | (
                        "is_atom"
                            | "is_binary"
                            | "is_bitstring"
                            | "is_boolean"
                            | "is_float"
                            | "is_function"
                            | "is_integer"
                            | "is_list"
                            | "is_map"
                            | "is_number"
                            | "is_pid"
                            | "is_port"
                            | "is_reference"
                            | "is_tuple"
                            | "not",
                        1
                    )
                ) || matches!((name.as_str(), call.args.len()), ("andalso" | "orelse", 2))
                    && call.args.iter().all(is_boolean);
            }
            if call.is(known::CASE, 2)
                && call.meta.is_true(crate::sym!("optimize_boolean"))
                && let Some(Quoted::List(clauses)) = call.args[1].keyword_get(known::DO)
            {
                return clauses.iter().all(|clause| match clause {
                    Quoted::Call(arrow) if arrow.is(known::ARROW, 2) => {
                        is_boolean(&arrow.args[1])
                            || matches!(&arrow.args[1], Quoted::Call(call) if call.remote().is_some_and(|(_, name)| name == known::ERROR))
                    }
                    _ => false,
                });
            }
            false
        }
        _ => false,
    }
}
