//! Uses of variables that go against what they were bound to: fields that a struct or map does not have, fields of what is
//! no map, structs compared as if they were numbers.
//!
//! Holds: `uses`, which goes through the definitions of a module when it is compiled, and `check`, which tells what is
//! wrong with them when all modules are there. May import: expanded forms. Never: anything that changes the program. A
//! variable has a type only from a pattern or a literal; of all others nothing is said, as silence is better than a
//! warning that is wrong.

mod kind;
mod walk;

use cordial_syntax::Symbol;
use cordial_syntax::quoted::known;

use super::group::{Checked, Fault};
use super::place::Place;
use crate::diag::Code;
use crate::expand::{Env, Host};
use crate::host::HeldHost;

pub use kind::Kind;
pub use walk::uses;

/// What a variable was bound to, and where.
#[derive(Clone)]
pub struct Bound {
    pub name: Symbol,
    pub kind: Kind,
    /// `line:column`
    pub place: String,
    /// The pattern or the match, as source text.
    pub source: String,
}

/// An expression to look at.
pub struct Use {
    /// The clause that it is in, by number: only the first fault of a clause is told.
    pub clause: usize,
    pub place: Place,
    /// As source text.
    pub source: String,
    pub of: Usage,
}

pub enum Usage {
    /// `variable.name`
    Field(Bound, Symbol),
    /// Two variables and the operator between them.
    Comparison(Bound, &'static str, Bound),
}

const HINT: &str = "hint: \"var.field\" (without parentheses) means \"var\" is a map() while \"var.fun()\" (with \
                    parentheses) means \"var\" is an atom()";

const STRUCTS: &str = "Comparison operators (>, <, >=, <=, min, and max) perform structural and not semantic comparison. \
                       Comparing with a struct won't give meaningful results. Structs that can be compared typically \
                       define a compare/2 function within their modules that can be used for semantic comparison.";

/// Tells the first fault of every clause.
pub fn check(host: &mut HeldHost<'_, '_>, module: &Checked, faults: &mut Vec<Fault>) {
    let mut told = None;
    for used in &module.uses {
        if told == Some(used.clause) {
            continue;
        }
        let found = match &used.of {
            Usage::Field(bound, name) => field(host, used, bound, *name),
            Usage::Comparison(left, operator, right) => comparison(used, left, operator, right),
        };
        let Some((code, span, message)) = found else {
            continue;
        };
        told = Some(used.clause);
        faults.push(Fault {
            code,
            message: format!("{message}\n\ntyping violation found at:"),
            span,
            places: vec![used.place.clone()],
        });
    }
}

type Found = Option<(Code, u32, String)>;

fn field(host: &mut HeldHost<'_, '_>, used: &Use, bound: &Bound, name: Symbol) -> Found {
    let (given, traced) = match &bound.kind {
        Kind::Struct(module) => {
            let env = Env::bare(used.place.file.clone());
            let info = host.struct_info(*module, &env).ok()??;
            let fields: Vec<Symbol> = info.fields.into_iter().map(|(field, _)| field).collect();
            let exception = fields.iter().any(|field| field.as_str() == "__exception__");
            if exception || name == known::STRUCT || fields.contains(&name) {
                return None;
            }
            (bound.kind.with_fields(&fields).text(), bound.kind.text())
        }
        Kind::Map(fields) if fields.iter().all(|(field, _)| *field != name) => {
            (bound.kind.text(), bound.kind.text())
        }
        Kind::Integer | Kind::Float | Kind::Binary => {
            let message = format!(
                "expected a map or struct when accessing .{name} in expression:\n\n{}\n\n{}\n\n{HINT}",
                indented(&used.source),
                trace(used, bound, &bound.kind.text())
            );
            return Some((Code::TypeNotMap, 0, message));
        }
        _ => return None,
    };
    let message = format!(
        "unknown key .{name} in expression:\n\n{}\n\nthe given type does not have the given key:\n\n{}\n\n{}",
        indented(&used.source),
        indented(&given),
        trace(used, bound, &traced)
    );
    Some((
        Code::TypeUnknownKey,
        name.as_str().chars().count() as u32,
        message,
    ))
}

fn comparison(used: &Use, left: &Bound, operator: &str, right: &Bound) -> Found {
    match (&left.kind, &right.kind) {
        (Kind::Struct(one), Kind::Struct(other)) if one == other => {}
        (Kind::Struct(_), Kind::Term) | (Kind::Term, Kind::Struct(_)) => {}
        _ => return None,
    }
    let (left_type, right_type) = (left.kind.text(), right.kind.text());
    let mut traces = [
        (left.name, trace(used, left, &left_type)),
        (right.name, trace(used, right, &right_type)),
    ];
    traces.sort_by_key(|(name, _)| name.as_str());
    let message = format!(
        "comparison with structs found:\n\n{}\n\ngiven types:\n\n{}\n\n{}\n\n{}\n\n{STRUCTS}",
        indented(&used.source),
        indented(&format!("{left_type} {operator} {right_type}")),
        traces[0].1,
        traces[1].1
    );
    Some((Code::TypeStructComparison, 0, message))
}

/// Where a variable has its type from.
fn trace(used: &Use, bound: &Bound, kind: &str) -> String {
    let (name, file) = (bound.name, &used.place.file);
    let text = format!("# type: {kind}\n# from: {file}:{}\n{}", bound.place, bound.source);
    format!("where \"{name}\" was given the type:\n\n{}", indented(&text))
}

/// The lines, four columns to the right.
fn indented(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line {
            "" => String::new(),
            line => format!("    {line}"),
        })
        .collect();
    lines.join("\n")
}
