//! All declarations of a module: types first, then what uses them.

use cordial_syntax::quoted::known;
use cordial_syntax::{Quoted, Symbol};
use parking_lot::Mutex;

use super::super::data::Data;
use super::super::table::State;
use super::builtin::builtin;
use super::translate::{Translator, type_form, var_form};
use super::{Declared, Kind, callback_name, named, position};
use crate::diag::Code;
use crate::expand::error::Place;
use crate::expand::{Diagnostic, Expanded, Host, Pair, Stop, to_text};
use crate::sym;

/// The declarations as `Code.Typespec` gives them.
#[derive(Default)]
pub struct Translated {
    /// `{kind, {name, type, params}}`
    pub types: Vec<Data>,
    /// Name, and the forms of its clauses.
    pub specs: Vec<(Pair, Vec<Data>)>,
    pub callbacks: Vec<(Pair, Vec<Data>)>,
}

const ONCE: &str = "is used only once. Type variables in typespecs must be referenced at least twice, otherwise it is equivalent to term()";

fn stop(code: Code, declared: &Declared, description: String) -> Stop {
    Stop::Typespec {
        code,
        file: declared.env.file.clone(),
        line: declared.meta.line(),
        description,
    }
}

/// Checks and translates the declarations of a module whose body has run.
pub fn translate(
    host: &mut dyn Host,
    module: Symbol,
    state: &Mutex<State>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expanded<Translated> {
    let (declarations, is_protocol) = {
        let state = state.lock();
        (
            state.typespecs.clone(),
            state.attributes.contains_key(&sym!("__functions__")),
        )
    };
    if declarations.is_empty() {
        return Ok(Translated::default());
    }
    let types = declared_types(&declarations)?;
    let knows = |pair: Pair| types.contains(&pair) || (is_protocol && pair == (sym!("t"), 0));
    let mut translated = Translated::default();
    let mut used: Vec<Pair> = Vec::new();
    let mut of_kind: [Vec<(Pair, Data)>; 3] = Default::default();
    for declared in &declarations {
        let mut translator = Translator {
            host: &mut *host,
            env: &declared.env,
            module,
            types: &knows,
            vars: Vec::new(),
            used: Vec::new(),
            line: declared.meta.line(),
        };
        match declared.kind {
            Kind::Type | Kind::Opaque | Kind::Typep => {
                let (pair, form) = type_of(&mut translator, declared)?;
                // A type that only names itself is not used.
                used.extend(translator.used.into_iter().filter(|other| *other != pair));
                of_kind[declared.kind as usize].push((pair, form));
            }
            Kind::Spec | Kind::Callback | Kind::Macrocallback => {
                let (pair, form) = signature(&mut translator, declared)?;
                used.append(&mut translator.used);
                let list = match declared.kind {
                    Kind::Spec => {
                        let pair = defined(&state.lock(), declared, pair)?;
                        (&mut translated.specs, pair)
                    }
                    kind => (&mut translated.callbacks, callback_name(kind, pair)),
                };
                match list.0.iter_mut().find(|(other, _)| *other == list.1) {
                    Some((_, forms)) => forms.push(form),
                    None => list.0.push((list.1, vec![form])),
                }
            }
        }
    }
    for (pair, form) in of_kind.into_iter().flatten() {
        let declared = declarations
            .iter()
            .find(|declared| declared.kind.is_type() && declared.pair() == Some(pair));
        if let Some(declared) =
            declared.filter(|declared| declared.kind == Kind::Typep && !used.contains(&pair))
        {
            diagnostics.push(unused(declared, pair));
            continue;
        }
        translated.types.push(form);
    }
    translated.types.reverse();
    translated.callbacks.reverse();
    Ok(translated)
}

fn unused(declared: &Declared, (name, arity): Pair) -> Diagnostic {
    Diagnostic {
        code: Code::TypeUnused,
        error: false,
        file: declared.env.file.clone(),
        line: declared.meta.line(),
        column: 0,
        message: format!("type {name}/{arity} is unused"),
        place: Some(Place::Text("(file)".to_owned())),
        others: Vec::new(),
        span: 0,
    }
}

/// The types that are declared; each may be declared once.
fn declared_types(declarations: &[Declared]) -> Expanded<Vec<Pair>> {
    let mut types: Vec<(Pair, &Declared)> = Vec::new();
    for declared in declarations.iter().filter(|declared| declared.kind.is_type()) {
        let Some(pair) = declared.pair() else { continue };
        let (name, arity) = pair;
        if builtin(pair).is_some() {
            return Err(stop(
                Code::TypeBuiltin,
                declared,
                format!("type {name}/{arity} is a built-in type and it cannot be redefined"),
            ));
        }
        if let Some((_, other)) = types.iter().find(|(other, _)| *other == pair) {
            let place = format!(
                "{}:{}",
                other.env.file.rsplit('/').next().unwrap_or(""),
                other.meta.line()
            );
            return Err(stop(
                Code::TypeTwice,
                declared,
                format!("type {name}/{arity} is already defined in {place}"),
            ));
        }
        types.push((pair, declared));
    }
    Ok(types.into_iter().map(|(pair, _)| pair).collect())
}

fn invalid(declared: &Declared) -> Stop {
    stop(
        Code::TypeInvalid,
        declared,
        format!("invalid type specification: {}", to_text(&declared.code)),
    )
}

/// A type variable must be met more often than so.
fn check_once(declared: &Declared, vars: &[(Symbol, u32)], most: impl Fn(Symbol) -> u32) -> Expanded<()> {
    let once = vars
        .iter()
        .find(|(name, count)| *count <= most(*name) && !name.as_str().starts_with('_'));
    match once {
        Some((name, _)) => Err(stop(
            Code::TypeVariableOnce,
            declared,
            format!("type variable {name} {ONCE}"),
        )),
        None => Ok(()),
    }
}

/// `name(params) :: type`
fn type_of(translator: &mut Translator<'_>, declared: &Declared) -> Expanded<(Pair, Data)> {
    let Some(definition) = declared.code.call_of(known::TYPE, 2) else {
        return Err(invalid(declared));
    };
    let head = &definition.args[0];
    let Some(pair) = named(head) else {
        return Err(invalid(declared));
    };
    let args: &[Quoted] = head.as_call().map_or(&[], |call| &call.args);
    let mut params = Vec::with_capacity(args.len());
    let mut wrong = Vec::new();
    for arg in args {
        match arg {
            Quoted::Var(var) => {
                translator.vars.push((var.name, 0));
                params.push(var_form(position(&var.meta), var.name));
            }
            other => wrong.push(to_text(other)),
        }
    }
    if !wrong.is_empty() {
        return Err(stop(
            Code::TypeInvalid,
            declared,
            format!(
                "@type definitions expect all arguments to be variables. The type {}/{} has an invalid argument(s): {}",
                pair.0,
                pair.1,
                wrong.join(", ")
            ),
        ));
    }
    let of = translator.one(&definition.args[1])?;
    check_once(declared, &translator.vars, |_| 0)?;
    let definition = Data::Tuple(vec![Data::Atom(pair.0), of, Data::List(params)]);
    Ok((
        pair,
        Data::Tuple(vec![Data::atom(declared.kind.name()), definition]),
    ))
}

/// `name(types) :: type`, with `when` after it or not.
fn signature(translator: &mut Translator<'_>, declared: &Declared) -> Expanded<(Pair, Data)> {
    let (code, guard) = match declared.code.call_of(known::WHEN, 2) {
        Some(when) => (&when.args[0], Some(&when.args[1])),
        None => (&declared.code, None),
    };
    let Some(definition) = code.call_of(known::TYPE, 2) else {
        return Err(match code {
            Quoted::Call(_) | Quoted::Var(_) if named(code).is_some() => stop(
                Code::SpecWithoutReturn,
                declared,
                format!("type specification missing return type: {}", to_text(code)),
            ),
            _ => invalid(declared),
        });
    };
    let head = &definition.args[0];
    let Some(pair) = named(head) else {
        return Err(invalid(declared));
    };
    let constraints = match guard {
        None => &[][..],
        Some(guard) if guard.is_keyword() => guard.as_list().unwrap_or_default(),
        Some(guard) => {
            return Err(stop(
                Code::TypeInvalid,
                declared,
                format!(
                    "expected keywords as guard in type specification, got: {}",
                    to_text(guard)
                ),
            ));
        }
    };
    for constraint in constraints {
        if let Some(name) = constraint.as_pair().and_then(|(name, _)| name.as_atom()) {
            translator.vars.push((name, 0));
        }
    }
    let meta = head.meta().cloned().unwrap_or_default();
    let place = || position(&meta);
    let mut args = Vec::new();
    if declared.kind == Kind::Macrocallback || is_macro(declared, pair) {
        args.push(type_form(place(), sym!("term"), Vec::new()));
    }
    for arg in head.as_call().map_or(&[][..], |call| &call.args) {
        args.push(translator.one(arg)?);
    }
    let result = translator.one(&definition.args[1])?;
    let product = type_form(place(), sym!("product"), args);
    let fun = type_form(place(), sym!("fun"), vec![product, result]);
    let mut bounds = Vec::new();
    let mut free = Vec::new();
    for (name, of) in constraints.iter().filter_map(Quoted::as_pair) {
        let Some(name) = name.as_atom() else { continue };
        if matches!(of, Quoted::Var(var) if var.name.as_str() == "var") {
            free.push(name);
            continue;
        }
        let of = translator.one(of)?;
        let subtype = Data::Tuple(vec![Data::atom("atom"), place(), Data::atom("is_subtype")]);
        let parts = vec![subtype, Data::List(vec![var_form(place(), name), of])];
        bounds.push(type_form(place(), sym!("constraint"), parts));
    }
    // A bound is one use already.
    check_once(declared, &translator.vars, |name| u32::from(free.contains(&name)))?;
    let form = match bounds.is_empty() {
        true => fun,
        false => type_form(place(), sym!("bounded_fun"), vec![fun, Data::List(bounds)]),
    };
    Ok((pair, form))
}

fn is_macro(declared: &Declared, pair: Pair) -> bool {
    let Some(state) = declared.env.module.and_then(super::super::table::find) else {
        return false;
    };
    let state = state.lock();
    declared.kind == Kind::Spec
        && state
            .definition(pair)
            .is_some_and(|definition| definition.kind.is_macro())
}

/// The name of the function that the spec is about.
fn defined(state: &State, declared: &Declared, pair: Pair) -> Expanded<Pair> {
    match state.definition(pair) {
        Some(definition) if definition.kind.is_macro() => Ok(callback_name(Kind::Macrocallback, pair)),
        Some(_) => Ok(pair),
        None => Err(Stop::Compile {
            code: Code::SpecUndefined,
            file: state.env.file.clone(),
            line: declared.meta.line(),
            column: 0,
            module: None,
            place: None,
            description: format!("spec for undefined function {}/{}", pair.0, pair.1),
        }),
    }
}
