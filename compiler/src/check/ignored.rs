//! Values that are computed and dropped, and clauses that nothing can reach, in definitions that are all expanded.

use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Meta, Quoted, Symbol};

use super::warning;
use crate::diag::Code;
use crate::expand::Diagnostic;
use crate::module::table::{Definition, State};

/// Warns of both, in the order of lines.
pub fn check(state: &State, diagnostics: &mut Vec<Diagnostic>) {
    let mut found: Vec<Diagnostic> = Vec::new();
    for definition in state
        .definitions
        .iter()
        .filter(|definition| !definition.generated)
    {
        let mut walker = Walker {
            definition,
            found: &mut found,
        };
        walker.heads();
        for clause in &definition.clauses {
            walker.walk(&clause.body, Use::Value);
        }
    }
    // Without a column comes first.
    found.sort_by_key(|diagnostic| (diagnostic.column > 0, diagnostic.line, diagnostic.column));
    found.dedup_by(|left, right| {
        (left.line, left.column, &left.message) == (right.line, right.column, &right.message)
    });
    diagnostics.append(&mut found);
}

/// What becomes of a form's value.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Value,
    Dropped,
}

struct Walker<'a> {
    definition: &'a Definition,
    found: &'a mut Vec<Diagnostic>,
}

impl Walker<'_> {
    fn tell(&mut self, code: Code, meta: &Meta, message: String) {
        if meta.line() == 0 || meta.is_true(known::GENERATED) {
            return;
        }
        let file = &self.definition.file;
        self.found
            .push(warning(code, file, meta.line(), meta.column(), message));
    }

    /// Clauses of the definition after one that takes everything.
    fn heads(&mut self) {
        let definition = self.definition;
        let mut always: Option<u32> = None;
        for clause in &definition.clauses {
            if let Some(line) = always {
                let (name, arity) = definition.pair;
                let message = format!(
                    "this clause for {name}/{arity} cannot match because a previous clause at line {line} always matches"
                );
                self.tell(Code::ClauseShadowed, &clause.meta, message);
            } else if takes_all(&clause.args) && clause.guards.is_empty() {
                always = Some(clause.meta.line());
            }
        }
    }

    fn arrows(&mut self, arrows: &[Quoted], value: Use) {
        let mut always: Option<u32> = None;
        for arrow in arrows.iter().filter_map(Quoted::as_call) {
            let [head, body] = arrow.args.as_slice() else {
                continue;
            };
            if let Some(line) = always {
                let message = format!(
                    "this clause cannot match because a previous clause at line {line} always matches"
                );
                self.tell(Code::ClauseShadowed, &arrow.meta, message);
            } else if head.as_list().is_some_and(takes_all) {
                always = Some(arrow.meta.line());
            }
            self.walk(body, value);
        }
    }

    fn walk(&mut self, node: &Quoted, value: Use) {
        deeper(|| self.node(node, value));
    }

    fn all<'q>(&mut self, nodes: impl IntoIterator<Item = &'q Quoted>) {
        nodes.into_iter().for_each(|node| self.walk(node, Use::Value));
    }

    fn node(&mut self, node: &Quoted, value: Use) {
        match node {
            Quoted::List(items) => self.all(items),
            Quoted::Pair(pair) => self.all([&pair.0, &pair.1]),
            Quoted::Call(call) => match (call.name(), call.args.as_slice()) {
                (Some(known::BLOCK), nodes) => {
                    let Some((last, before)) = nodes.split_last() else {
                        return;
                    };
                    before.iter().for_each(|node| self.walk(node, Use::Dropped));
                    self.walk(last, value);
                }
                (Some(known::CASE), [subject, blocks]) => {
                    self.walk(subject, Use::Value);
                    self.blocks(blocks, value);
                }
                (Some(known::COND), [blocks]) => self.conditions(blocks, value),
                (Some(known::RECEIVE), [blocks]) => self.blocks(blocks, value),
                (Some(known::TRY), [blocks]) => self.blocks(blocks, Use::Value),
                (Some(known::FN), arrows) => self.arrows(arrows, Use::Value),
                (Some(known::QUOTE), _) => {}
                (Some(known::CAPTURE), [_]) => {
                    if value == Use::Dropped {
                        self.tell(Code::ResultIgnored, &call.meta, ignored("fun construction"));
                    }
                }
                (Some(_), args) => self.all(args),
                (None, args) => {
                    if let Some((Quoted::Atom(module), name)) = call.remote() {
                        if value == Use::Dropped {
                            self.dropped(*module, name, args, &call.meta);
                        }
                        let lazy = *module == known::ERLANG && matches!(name.as_str(), "andalso" | "orelse");
                        if let ([left, right], true) = (args, lazy) {
                            self.walk(left, Use::Value);
                            self.walk(right, value);
                            return;
                        }
                    } else {
                        self.walk(&call.head, Use::Value);
                    }
                    self.all(args);
                }
            },
            _ => {}
        }
    }

    /// The sections of a form: clauses, or a body.
    fn blocks(&mut self, blocks: &Quoted, value: Use) {
        for (_, section) in blocks
            .as_list()
            .unwrap_or_default()
            .iter()
            .filter_map(Quoted::as_pair)
        {
            match section.as_list() {
                Some(arrows) if arrows.iter().any(is_arrow) => self.arrows(arrows, value),
                _ => self.walk(section, value),
            }
        }
    }

    /// The heads of `cond` are no patterns.
    fn conditions(&mut self, blocks: &Quoted, value: Use) {
        let arrows = blocks
            .keyword_get(known::DO)
            .and_then(Quoted::as_list)
            .unwrap_or_default();
        for arrow in arrows.iter().filter_map(Quoted::as_call) {
            if let [head, body] = arrow.args.as_slice() {
                self.walk(head, Use::Value);
                self.walk(body, value);
            }
        }
    }

    fn dropped(&mut self, module: Symbol, name: Symbol, args: &[Quoted], meta: &Meta) {
        let (name, arity) = (name.as_str(), args.len());
        let Some(kind) = kind(module.as_str(), name, arity) else {
            return;
        };
        let (code, message) = match kind {
            Effect::Compare(operator) => (
                Code::NoEffect,
                format!("use of operator {operator} has no effect"),
            ),
            Effect::None => (
                Code::NoEffect,
                format!("the call to {name}/{arity} has no effect"),
            ),
            Effect::Operator => (
                Code::ResultIgnored,
                ignored(&format!("evaluating operator '{name}'/{arity}")),
            ),
            Effect::Fails => {
                let owner = match module {
                    known::ERLANG => String::new(),
                    module => format!("{module}:"),
                };
                (
                    Code::ResultIgnored,
                    ignored(&format!("calling {owner}{name}/{arity}")),
                )
            }
            Effect::Fun => (Code::ResultIgnored, ignored("fun construction")),
        };
        // These are instructions as well as functions, and are told as both.
        let twice = match (module.as_str(), name, arity) {
            ("maps", "get", 2) => Some("map_get"),
            ("maps", "is_key", 2) => Some("is_map_key"),
            _ => None,
        };
        if let Some(instruction) = twice {
            self.tell(
                Code::ResultIgnored,
                meta,
                ignored(&format!("calling {instruction}/{arity}")),
            );
        }
        self.tell(code, meta, message);
    }
}

fn ignored(what: &str) -> String {
    format!(
        "the result of {what} is ignored (suppress the warning by assigning the expression to the _ variable)"
    )
}

fn is_arrow(node: &Quoted) -> bool {
    matches!(node, Quoted::Call(call) if call.is(known::ARROW, 2))
}

/// Different variables only.
fn takes_all(patterns: &[Quoted]) -> bool {
    let mut seen: Vec<i64> = Vec::new();
    patterns.iter().all(|pattern| match pattern {
        Quoted::Var(var) if var.name == known::UNDERSCORE => true,
        Quoted::Var(var) => match var.meta.int(known::VERSION) {
            Some(version) if seen.contains(&version) => false,
            Some(version) => {
                seen.push(version);
                true
            }
            None => false,
        },
        _ => false,
    })
}

/// Why dropping a call's value is worth a warning.
enum Effect {
    /// A comparison, under Elixir's name.
    Compare(&'static str),
    /// It cannot fail either.
    None,
    Operator,
    Fails,
    Fun,
}

fn kind(module: &str, name: &str, arity: usize) -> Option<Effect> {
    Some(match (module, name, arity) {
        ("erlang", "==", 2) => Effect::Compare("=="),
        ("erlang", "/=", 2) => Effect::Compare("!="),
        ("erlang", "=:=", 2) => Effect::Compare("==="),
        ("erlang", "=/=", 2) => Effect::Compare("!=="),
        ("erlang", "<", 2) => Effect::Compare("<"),
        ("erlang", ">", 2) => Effect::Compare(">"),
        ("erlang", "=<", 2) => Effect::Compare("<="),
        ("erlang", ">=", 2) => Effect::Compare(">="),
        ("erlang", "+" | "-" | "not" | "bnot", 1) => Effect::Operator,
        (
            "erlang",
            "+" | "-" | "*" | "/" | "++" | "--" | "div" | "rem" | "band" | "bor" | "bxor" | "bsl" | "bsr"
            | "and" | "or" | "xor",
            2,
        ) => Effect::Operator,
        (
            "erlang",
            "self" | "make_ref" | "node" | "date" | "time" | "get" | "group_leader" | "nodes" | "processes"
            | "registered",
            0,
        )
        | ("erlang", "max" | "min", 2)
        | ("erlang", "get" | "term_to_binary", 1) => Effect::None,
        (
            "erlang",
            "is_atom" | "is_binary" | "is_bitstring" | "is_boolean" | "is_float" | "is_function"
            | "is_integer" | "is_list" | "is_map" | "is_number" | "is_pid" | "is_port" | "is_reference"
            | "is_tuple",
            1,
        ) => Effect::None,
        (
            "erlang",
            "abs" | "atom_to_binary" | "atom_to_list" | "binary_to_atom" | "binary_to_float"
            | "binary_to_integer" | "binary_to_list" | "bit_size" | "byte_size" | "ceil" | "float"
            | "float_to_binary" | "float_to_list" | "floor" | "hd" | "integer_to_binary" | "integer_to_list"
            | "length" | "list_to_atom" | "list_to_binary" | "list_to_float" | "list_to_integer"
            | "list_to_pid" | "list_to_tuple" | "pid_to_list" | "round" | "size" | "tl" | "trunc"
            | "tuple_size" | "tuple_to_list",
            1,
        )
        | (
            "erlang",
            "atom_to_binary" | "element" | "is_function" | "is_map_key" | "is_record" | "map_get"
            | "split_binary",
            2,
        )
        | ("erlang", "binary_part" | "setelement", 3)
        | ("lists", "append" | "subtract", 2)
        | ("maps", "new", 0)
        | ("maps", "get" | "is_key", 2)
        | ("math", "pi", 0)
        | ("math", "pow" | "atan2" | "fmod", 2) => Effect::Fails,
        ("math", _, 1) => Effect::Fails,
        ("erlang", "make_fun", 3) => Effect::Fun,
        _ => return None,
    })
}
