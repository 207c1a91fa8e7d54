//! Checks what Core promises: variables are bound once and known where they are used; clauses fit their values.

use super::ir::{Case, Expr, Function, Kind};
use super::variables::of_expr;

pub fn verify(function: &Function) -> Result<(), String> {
    let found = of_expr(&function.body);
    let mut known = found.bound.clone();
    known.extend(&function.params);
    if let Some(var) = found.used.iter().find(|var| !known.contains(var)) {
        return Err(format!(
            "{}/{}: _{} is used and never bound",
            function.name, function.arity, var.0
        ));
    }
    if let Kind::Case(case) = &function.body.kind {
        check_case(function, case)?;
    }
    if found
        .bound
        .iter()
        .chain(&found.used)
        .any(|var| var.0 >= function.variables)
    {
        return Err(format!(
            "{}/{}: a variable beyond the number of variables",
            function.name, function.arity
        ));
    }
    Ok(())
}

fn check_case(function: &Function, case: &Case) -> Result<(), String> {
    let fits = |expr: &Expr| matches!(expr.kind, Kind::Var(_));
    if case
        .clauses
        .iter()
        .any(|clause| clause.patterns.len() != case.values.len())
        || !case.values.iter().all(fits)
    {
        return Err(format!(
            "{}/{}: clauses do not fit the arguments",
            function.name, function.arity
        ));
    }
    Ok(())
}
