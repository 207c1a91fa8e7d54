//! Functions of the library that are the same as one of Erlang's, and are called as that.

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

/// The function with the same arguments that a call becomes.
pub fn inline(module: Symbol, name: Symbol, arity: usize) -> Option<(Symbol, Symbol)> {
    let erlang = |name: &str| Some((known::ERLANG, Symbol::new(name)));
    if module == known::ELIXIR_KERNEL {
        return kernel(name.as_str(), arity).map(|name| (known::ERLANG, Symbol::new(name)));
    }
    let rest = module.as_str().strip_prefix("Elixir.")?;
    match (rest, name.as_str(), arity) {
        ("Atom", "to_charlist", 1) => erlang("atom_to_list"),
        ("Atom", "to_string", 1) => erlang("atom_to_binary"),
        ("Float", "to_charlist", 1) => None,
        ("Integer", "to_charlist", 1 | 2) => erlang("integer_to_list"),
        ("Integer", "to_string", 1 | 2) => erlang("integer_to_binary"),
        ("List", "to_atom", 1) => erlang("list_to_atom"),
        ("List", "to_existing_atom", 1) => erlang("list_to_existing_atom"),
        ("List", "to_float", 1) => erlang("list_to_float"),
        ("List", "to_integer", 1 | 2) => erlang("list_to_integer"),
        ("List", "to_tuple", 1) => erlang("list_to_tuple"),
        ("Map", "keys", 1) => Some((crate::sym!("maps"), name)),
        ("Map", "values", 1) => Some((crate::sym!("maps"), name)),
        ("Map", "merge", 2) => Some((crate::sym!("maps"), name)),
        ("Map", "to_list", 1) => Some((crate::sym!("maps"), name)),
        ("Node", "list", 0 | 1) => erlang("nodes"),
        ("Process", "exit" | "hibernate" | "unlink" | "link", _) => match (name.as_str(), arity) {
            ("exit", 2) => erlang("exit"),
            ("hibernate", 3) => erlang("hibernate"),
            ("link", 1) => erlang("link"),
            ("unlink", 1) => erlang("unlink"),
            _ => None,
        },
        ("Process", "get_keys", 0 | 1) => erlang("get_keys"),
        ("Process", "flag", 2 | 3) => erlang("process_flag"),
        ("Process", "demonitor", 1 | 2) => erlang("demonitor"),
        ("String", "to_float", 1) => erlang("binary_to_float"),
        ("String", "to_integer", 1 | 2) => erlang("binary_to_integer"),
        ("String", "to_atom", 1) => erlang("binary_to_atom"),
        ("String", "to_existing_atom", 1) => erlang("binary_to_existing_atom"),
        ("System", "monotonic_time" | "os_time" | "system_time" | "time_offset" | "unique_integer", _) => {
            None
        }
        ("Tuple", "to_list", 1) => erlang("tuple_to_list"),
        ("Bitwise", _, 1 | 2) => match (name.as_str(), arity) {
            ("band" | "&&&", 2) => erlang("band"),
            ("bor" | "|||", 2) => erlang("bor"),
            ("bxor" | "^^^", 2) => erlang("bxor"),
            ("bsl" | "<<<", 2) => erlang("bsl"),
            ("bsr" | ">>>", 2) => erlang("bsr"),
            ("bnot" | "~~~", 1) => erlang("bnot"),
            _ => None,
        },
        _ => None,
    }
}

fn kernel(name: &str, arity: usize) -> Option<&'static str> {
    Some(match (name, arity) {
        ("!=", 2) => "/=",
        ("!==", 2) => "=/=",
        ("*", 2) => "*",
        ("+", 1 | 2) => "+",
        ("++", 2) => "++",
        ("-", 1 | 2) => "-",
        ("--", 2) => "--",
        ("/", 2) => "/",
        ("<", 2) => "<",
        ("<=", 2) => "=<",
        ("==", 2) => "==",
        ("===", 2) => "=:=",
        (">", 2) => ">",
        (">=", 2) => ">=",
        ("abs", 1) => "abs",
        ("apply", 2 | 3) => "apply",
        ("binary_part", 3) => "binary_part",
        ("bit_size", 1) => "bit_size",
        ("byte_size", 1) => "byte_size",
        ("ceil", 1) => "ceil",
        ("div", 2) => "div",
        ("exit", 1) => "exit",
        ("floor", 1) => "floor",
        ("function_exported?", 3) => "function_exported",
        ("hd", 1) => "hd",
        ("is_atom", 1) => "is_atom",
        ("is_binary", 1) => "is_binary",
        ("is_bitstring", 1) => "is_bitstring",
        ("is_boolean", 1) => "is_boolean",
        ("is_float", 1) => "is_float",
        ("is_function", 1 | 2) => "is_function",
        ("is_integer", 1) => "is_integer",
        ("is_list", 1) => "is_list",
        ("is_map", 1) => "is_map",
        ("is_number", 1) => "is_number",
        ("is_pid", 1) => "is_pid",
        ("is_port", 1) => "is_port",
        ("is_reference", 1) => "is_reference",
        ("is_tuple", 1) => "is_tuple",
        ("length", 1) => "length",
        ("make_ref", 0) => "make_ref",
        ("map_size", 1) => "map_size",
        ("max", 2) => "max",
        ("min", 2) => "min",
        ("node", 0 | 1) => "node",
        ("not", 1) => "not",
        ("rem", 2) => "rem",
        ("round", 1) => "round",
        ("self", 0) => "self",
        ("send", 2) => "send",
        ("spawn", 1 | 3) => "spawn",
        ("spawn_link", 1 | 3) => "spawn_link",
        ("spawn_monitor", 1 | 3) => "spawn_monitor",
        ("throw", 1) => "throw",
        ("tl", 1) => "tl",
        ("trunc", 1) => "trunc",
        ("tuple_size", 1) => "tuple_size",
        _ => return None,
    })
}

/// The reason that a call must stay: nothing.
pub type Call = (Symbol, Symbol, Vec<Quoted>);

/// Calls whose arguments change places.
pub fn in_body(module: Symbol, name: Symbol, mut args: Vec<Quoted>) -> Call {
    let Some(rest) = module.as_str().strip_prefix("Elixir.") else {
        return (module, name, args);
    };
    let erlang = |name: &str| (known::ERLANG, Symbol::new(name));
    let maps = |name: &str| (crate::sym!("maps"), Symbol::new(name));
    let (to, order): ((Symbol, Symbol), &[usize]) = match (rest, name.as_str(), args.len()) {
        ("Kernel", "elem", 2) => {
            args[1] = increment(args[1].clone());
            (erlang("element"), &[1, 0])
        }
        ("Kernel", "put_elem", 3) => {
            args[1] = increment(args[1].clone());
            (erlang("setelement"), &[1, 0, 2])
        }
        ("Kernel", "is_map_key", 2) => (erlang("is_map_key"), &[1, 0]),
        ("Map", "delete", 2) => (maps("remove"), &[1, 0]),
        ("Map", "fetch", 2) => (maps("find"), &[1, 0]),
        ("Map", "fetch!", 2) => (maps("get"), &[1, 0]),
        ("Map", "has_key?", 2) => (maps("is_key"), &[1, 0]),
        ("Map", "put", 3) => (maps("put"), &[1, 2, 0]),
        ("Map", "replace!", 3) => (maps("update"), &[1, 2, 0]),
        ("Process", "group_leader", 2) => (erlang("group_leader"), &[1, 0]),
        ("Tuple", "duplicate", 2) => (erlang("make_tuple"), &[1, 0]),
        _ => return (module, name, args),
    };
    // Only what may be evaluated in any order changes places.
    if args.iter().filter(|arg| !is_plain(arg)).count() > 1 {
        if let ("Kernel", "elem" | "put_elem") = (rest, name.as_str()) {
            args[1] = decrement(args[1].clone());
        }
        return (module, name, args);
    }
    let args = order.iter().map(|index| args[*index].clone()).collect();
    (to.0, to.1, args)
}

/// A literal or variable.
fn is_plain(node: &Quoted) -> bool {
    match node {
        Quoted::Call(call) => call.remote().is_some_and(|(module, name)| {
            *module == Quoted::Atom(known::ERLANG) && name == known::PLUS && call.args.iter().all(is_plain)
        }),
        Quoted::List(items) => items.iter().all(is_plain),
        Quoted::Pair(pair) => is_plain(&pair.0) && is_plain(&pair.1),
        _ => true,
    }
}

fn increment(index: Quoted) -> Quoted {
    match index {
        Quoted::Int(number) if number < i64::MAX => Quoted::Int(number + 1),
        index => Quoted::remote(
            Quoted::Atom(known::ERLANG),
            known::PLUS,
            Meta::EMPTY,
            vec![index, Quoted::Int(1)],
        ),
    }
}

fn decrement(index: Quoted) -> Quoted {
    match index {
        Quoted::Int(number) => Quoted::Int(number - 1),
        Quoted::Call(call) if call.args.len() == 2 => call.args[0].clone(),
        index => index,
    }
}

/// A call inside a guard: Erlang's function with its arguments, or the arguments back if it may not be there.
pub fn in_guard(
    module: Symbol,
    name: Symbol,
    args: Vec<Quoted>,
) -> Result<(Symbol, Vec<Quoted>), Vec<Quoted>> {
    if module == known::ELIXIR_KERNEL {
        return match (name.as_str(), args.len()) {
            ("elem", 2) => {
                let index = increment(args[1].clone());
                Ok((Symbol::new("element"), vec![index, args[0].clone()]))
            }
            ("is_map_key", 2) => Ok((name, vec![args[1].clone(), args[0].clone()])),
            ("binary_part", 3) => Ok((name, args)),
            _ => Err(args),
        };
    }
    if module == known::ERLANG && is_guard(name.as_str(), args.len()) {
        Ok((name, args))
    } else {
        Err(args)
    }
}

fn is_guard(name: &str, arity: usize) -> bool {
    match arity {
        0 => matches!(name, "node" | "self"),
        1 => matches!(
            name,
            "+" | "-"
                | "abs"
                | "bit_size"
                | "bnot"
                | "byte_size"
                | "ceil"
                | "float"
                | "floor"
                | "hd"
                | "is_atom"
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
                | "length"
                | "map_size"
                | "node"
                | "not"
                | "round"
                | "size"
                | "tl"
                | "trunc"
                | "tuple_size"
        ),
        2 => matches!(
            name,
            "+" | "-"
                | "*"
                | "/"
                | "div"
                | "rem"
                | "band"
                | "bor"
                | "bxor"
                | "bsl"
                | "bsr"
                | "and"
                | "or"
                | "xor"
                | "andalso"
                | "orelse"
                | "=="
                | "/="
                | "=:="
                | "=/="
                | "<"
                | ">"
                | "=<"
                | ">="
                | "binary_part"
                | "element"
                | "is_function"
                | "is_map_key"
                | "is_record"
                | "map_get"
                | "max"
                | "min"
        ),
        3 => matches!(name, "binary_part" | "is_record"),
        _ => false,
    }
}

/// A call inside a pattern: `++` after a literal list, a signed number.
pub fn in_match(module: Symbol, name: Symbol, meta: &Meta, args: &[Quoted]) -> Option<Quoted> {
    if module != known::ERLANG {
        return None;
    }
    match (name, args) {
        (known::CONCAT, [Quoted::List(items), tail]) => {
            if items
                .iter()
                .any(|item| matches!(item, Quoted::Call(call) if call.is(known::PIPE, 2)))
            {
                return None;
            }
            let mut items = items.clone();
            let Some(last) = items.pop() else {
                return Some(tail.clone());
            };
            items.push(Quoted::call(known::PIPE, meta.clone(), vec![last, tail.clone()]));
            Some(Quoted::List(items))
        }
        (known::MINUS | known::PLUS, [_]) => fold(name, args),
        _ => None,
    }
}

/// A signed number.
pub fn fold(name: Symbol, args: &[Quoted]) -> Option<Quoted> {
    match (name, args) {
        (known::PLUS, [number @ (Quoted::Int(_) | Quoted::Float(_) | Quoted::Big(_))]) => {
            Some(number.clone())
        }
        (known::MINUS, [Quoted::Int(number)]) => number.checked_neg().map(Quoted::Int),
        (known::MINUS, [Quoted::Float(number)]) => Some(Quoted::Float(-number)),
        (known::MINUS, [Quoted::Big(number)]) => Some(Quoted::integer(-number.as_ref().clone())),
        _ => None,
    }
}
