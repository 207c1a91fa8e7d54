//! Expressions: literals, data, blocks, matches; the special forms are in the files beside.

use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Call, Quoted};
use cordial_vm::atom::known as atoms;
use cordial_vm::bytecode::ops::Failure;

use super::super::ir::{Case, Clause, Expr, Kind, Otherwise, Pat};
use super::super::lit::{Lit, Owned};
use super::{Builder, Built, line_of};

impl Builder<'_> {
    pub(super) fn expr(&mut self, quoted: &Quoted) -> Built<Expr> {
        match quoted {
            Quoted::Call(call) => deeper(|| self.call_node(call)),
            Quoted::Var(var) if var.name == known::UNDERSCORE => {
                Err(self.problem("invalid use of _".to_owned()))
            }
            Quoted::Var(var)
                if var.name == known::STACKTRACE && !self.variables.contains_key(&Self::key(var)) =>
            {
                self.stacktrace()
            }
            Quoted::Var(var) => {
                let id = self.variable(var)?;
                Ok(Expr {
                    kind: Kind::Var(id),
                    line: line_of(&var.meta, self.line),
                })
            }
            Quoted::List(items) => deeper(|| self.list(items)),
            Quoted::Pair(pair) => deeper(|| {
                let first = self.expr(&pair.0)?;
                let second = self.expr(&pair.1)?;
                Ok(self.tuple(vec![first, second]))
            }),
            _ => match self.literal(quoted) {
                Some(lit) => Ok(self.node(Kind::Lit(lit))),
                None => Err(self.problem("unexpected term in expanded code".to_owned())),
            },
        }
    }

    /// A constant that is one node.
    pub(super) fn literal(&mut self, quoted: &Quoted) -> Option<Lit> {
        Some(match quoted {
            Quoted::Atom(symbol) => Lit::Atom(self.names.atom(*symbol)),
            Quoted::Int(number) => Lit::Int(*number),
            Quoted::Big(number) => Lit::Big(number.clone()),
            Quoted::Float(number) => Lit::Float(number.to_bits()),
            Quoted::Bin(bytes) => Lit::Bin(bytes.clone()),
            Quoted::Opaque(opaque) => Lit::Owned(Owned(
                opaque.0.clone().downcast::<cordial_vm::term::OwnedTerm>().ok()?,
            )),
            _ => return None,
        })
    }

    fn call_node(&mut self, call: &Call) -> Built<Expr> {
        let outer = self.line;
        self.line = line_of(&call.meta, outer);
        let built = match call.name() {
            Some(name) => self.named(name, call),
            None => self.remote_or_fun(call),
        };
        self.line = outer;
        built
    }

    fn named(&mut self, name: cordial_syntax::Symbol, call: &Call) -> Built<Expr> {
        let args = call.args.as_slice();
        match name {
            known::BLOCK => self.block(args),
            known::TUPLE => {
                let items = self.exprs(args)?;
                Ok(self.tuple(items))
            }
            known::MATCH if args.len() == 2 => {
                let value = self.expr(&args[1])?;
                let pattern = self.pattern(&args[0])?;
                Ok(self.matching(pattern, value))
            }
            known::MAP => self.map(args),
            known::PERCENT if args.len() == 2 => self.structure(&args[0], &args[1]),
            known::PIN if args.len() == 1 && self.in_guard => self.expr(&args[0]),
            known::BITS => self.binary(args),
            known::CASE if args.len() == 2 => self.case(&args[0], &args[1]),
            known::COND if args.len() == 1 => self.cond(&args[0]),
            known::RECEIVE if args.len() == 1 => self.receive(&args[0]),
            known::TRY if args.len() == 1 => self.attempt(&args[0]),
            known::WITH if !args.is_empty() => self.with(args),
            known::FOR if !args.is_empty() => self.comprehension(args),
            known::FN => self.lambda(args),
            known::CAPTURE if args.len() == 1 => self.capture(&args[0]),
            known::STACKTRACE => self.stacktrace(),
            known::TYPE | known::PIPE | known::PIN | known::WHEN | known::ARROW | known::LEFT_ARROW => {
                Err(self.problem(format!("misplaced operator {name}/{}", args.len())))
            }
            known::SUPER => match call.meta.get(known::SUPER) {
                // `{kind, name}` of the definition that was overridden.
                Some(Quoted::Pair(pair)) => match pair.1 {
                    Quoted::Atom(name) => self.local_call(name, args),
                    _ => self.local_call(name, args),
                },
                _ => self.local_call(name, args),
            },
            _ => self.local_call(name, args),
        }
    }

    /// `%name{…}` where the map is complete, or `%name{value | …}`, which checks the value's struct.
    fn structure(&mut self, name: &Quoted, map: &Quoted) -> Built<Expr> {
        let name = self.expr(name)?;
        let Some(call) = map.call_of(known::MAP, map.as_call().map_or(0, |call| call.args.len())) else {
            return Err(self.problem("invalid struct".to_owned()));
        };
        if let [single] = call.args.as_slice()
            && let Some(update) = single.call_of(known::PIPE, 2)
        {
            let value = self.expr(&update.args[0])?;
            let pairs = self.expect_list(&update.args[1], "the pairs of a struct update")?;
            let (good, bad) = (self.fresh(), self.fresh());
            let line = self.line;
            let is = Pat::Both(Box::new((
                Pat::Map(vec![(
                    Expr::atom(atoms::STRUCT),
                    match into_lit(name.clone()) {
                        Some(lit) => Pat::Lit(lit),
                        None => Pat::Any,
                    },
                )]),
                Pat::Var(good),
            )));
            let pairs = self.pairs(pairs)?;
            let update = Expr {
                kind: Kind::MapUpdate(Box::new(Expr::var(good)), pairs),
                line,
            };
            let fail = Expr {
                kind: Kind::Fail(Failure::BadStruct, vec![name, Expr::var(bad)]),
                line,
            };
            let clauses = vec![
                Clause {
                    patterns: vec![is],
                    guards: Vec::new(),
                    body: update,
                    line,
                },
                Clause {
                    patterns: vec![Pat::Var(bad)],
                    guards: Vec::new(),
                    body: fail,
                    line,
                },
            ];
            return Ok(self.case_of(value, clauses, Failure::CaseClause));
        }
        let mut pairs = self.pairs(&call.args)?;
        if !pairs
            .iter()
            .any(|(key, _)| key.as_lit() == Some(&Lit::Atom(atoms::STRUCT)))
        {
            pairs.insert(0, (Expr::atom(atoms::STRUCT), name));
        }
        Ok(self.map_of(pairs))
    }

    pub(super) fn exprs(&mut self, items: &[Quoted]) -> Built<Vec<Expr>> {
        items.iter().map(|item| self.expr(item)).collect()
    }

    fn stacktrace(&mut self) -> Built<Expr> {
        Ok(match self.trace {
            Some(var) => self.node(Kind::Stacktrace(var)),
            None => self.node(Kind::Lit(Lit::Nil)),
        })
    }

    fn block(&mut self, items: &[Quoted]) -> Built<Expr> {
        match items {
            [] => Ok(self.node(Kind::Lit(Lit::NIL))),
            [single] => self.expr(single),
            _ => {
                let mut built = Vec::with_capacity(items.len());
                for item in items {
                    let expr = self.expr(item)?;
                    match expr.kind {
                        Kind::Seq(inner) => built.extend(inner),
                        _ => built.push(expr),
                    }
                }
                Ok(self.node(Kind::Seq(built)))
            }
        }
    }

    pub(super) fn tuple(&mut self, items: Vec<Expr>) -> Expr {
        if items.iter().all(|item| matches!(item.kind, Kind::Lit(_))) {
            let lits = items.into_iter().filter_map(into_lit).collect();
            return self.node(Kind::Lit(Lit::Tuple(lits)));
        }
        self.node(Kind::Tuple(items))
    }

    fn list(&mut self, items: &[Quoted]) -> Built<Expr> {
        let mut built = Vec::with_capacity(items.len());
        let mut tail = Expr::lit(Lit::Nil);
        for (index, item) in items.iter().enumerate() {
            match item.call_of(known::PIPE, 2) {
                Some(cons) if index + 1 == items.len() => {
                    built.push(self.expr(&cons.args[0])?);
                    tail = self.expr(&cons.args[1])?;
                }
                _ => built.push(self.expr(item)?),
            }
        }
        Ok(self.list_of(built, tail))
    }

    /// `[items | tail]`; constant ends of the list become one constant.
    pub(super) fn list_of(&mut self, mut items: Vec<Expr>, mut tail: Expr) -> Expr {
        if matches!(tail.kind, Kind::Lit(_)) {
            let mut constant = Vec::new();
            while let Some(last) = items.pop() {
                match last.kind {
                    Kind::Lit(lit) => constant.push(lit),
                    _ => {
                        items.push(last);
                        break;
                    }
                }
            }
            constant.reverse();
            if let (false, Kind::Lit(end)) = (constant.is_empty(), tail.kind.clone()) {
                let lit = match end {
                    Lit::List(rest, end) => {
                        constant.extend(rest.iter().cloned());
                        Lit::List(constant.into(), end)
                    }
                    end => Lit::list(constant, end),
                };
                tail = self.node(Kind::Lit(lit));
            }
        }
        // Elements are evaluated from the first to the last: one node holds them all.
        match items.len() {
            0 => tail,
            1 => {
                let head = items.remove(0);
                self.node(Kind::Cons(Box::new((head, tail))))
            }
            _ => {
                items.push(tail);
                self.node(Kind::List(items))
            }
        }
    }

    /// `pattern = value`
    pub(super) fn matching(&mut self, pattern: Pat, value: Expr) -> Expr {
        self.node(Kind::Match(Box::new(pattern), Box::new(value)))
    }

    fn map(&mut self, args: &[Quoted]) -> Built<Expr> {
        if let [single] = args
            && let Some(update) = single.call_of(known::PIPE, 2)
        {
            let source = self.expr(&update.args[0])?;
            let pairs = self.expect_list(&update.args[1], "the pairs of a map update")?;
            let pairs = self.pairs(pairs)?;
            return Ok(self.node(Kind::MapUpdate(Box::new(source), pairs)));
        }
        let pairs = self.pairs(args)?;
        Ok(self.map_of(pairs))
    }

    fn pairs(&mut self, args: &[Quoted]) -> Built<Vec<(Expr, Expr)>> {
        let mut pairs = Vec::with_capacity(args.len());
        for arg in args {
            let Some((key, value)) = arg.as_pair() else {
                return Err(self.problem("expected key-value pairs in a map".to_owned()));
            };
            pairs.push((self.expr(key)?, self.expr(value)?));
        }
        Ok(pairs)
    }

    pub(super) fn map_of(&mut self, pairs: Vec<(Expr, Expr)>) -> Expr {
        let constant = pairs
            .iter()
            .all(|(key, value)| matches!((&key.kind, &value.kind), (Kind::Lit(_), Kind::Lit(_))));
        if !constant {
            return self.node(Kind::Map(pairs));
        }
        let mut lits: Vec<(Lit, Lit)> = Vec::with_capacity(pairs.len());
        let mut places = rustc_hash::FxHashMap::default();
        for (key, value) in pairs {
            if let (Some(key), Some(value)) = (into_lit(key), into_lit(value)) {
                match places.get(&key) {
                    Some(place) => {
                        let place: usize = *place;
                        lits[place].1 = value;
                    }
                    None => {
                        places.insert(key.clone(), lits.len());
                        lits.push((key, value));
                    }
                }
            }
        }
        self.node(Kind::Lit(Lit::Map(lits.into())))
    }

    fn case(&mut self, value: &Quoted, blocks: &Quoted) -> Built<Expr> {
        let value = self.expr(value)?;
        let Some(clauses) = blocks.keyword_get(known::DO) else {
            return Err(self.problem("missing :do option in \"case\"".to_owned()));
        };
        let clauses = self.clauses(clauses, 1)?;
        Ok(self.case_of(value, clauses, Failure::CaseClause))
    }

    /// A case over one value; tests of truth become `If`.
    pub(super) fn case_of(&mut self, value: Expr, mut clauses: Vec<Clause>, failure: Failure) -> Expr {
        if clauses.len() == 2
            && falsy_test(&clauses[0])
            && matches!(clauses[1].patterns[0], Pat::Any)
            && clauses[1].guards.is_empty()
        {
            let otherwise = clauses.pop();
            let falsy = clauses.pop();
            if let (Some(otherwise), Some(falsy)) = (otherwise, falsy) {
                return self.node(Kind::If(Box::new((value, otherwise.body, falsy.body))));
            }
        } else if value.is_boolean() && clauses.len() >= 2 {
            let constant = |clause: &Clause| match (&clause.patterns[0], clause.guards.is_empty()) {
                (Pat::Lit(lit), true) => lit.as_bool(),
                _ => None,
            };
            if let (Some(first), Some(second)) = (constant(&clauses[0]), constant(&clauses[1]))
                && first != second
            {
                clauses.truncate(2);
                if let (Some(b), Some(a)) = (clauses.pop(), clauses.pop()) {
                    let (yes, no) = if first { (a.body, b.body) } else { (b.body, a.body) };
                    return self.node(Kind::If(Box::new((value, yes, no))));
                }
            }
        }
        let values = apart(value, &mut clauses);
        self.node(Kind::Case(Box::new(Case {
            values,
            clauses,
            otherwise: Otherwise::Raise(failure),
        })))
    }
}

/// A tuple that all clauses take apart at once need not be built.
fn apart(value: Expr, clauses: &mut [Clause]) -> Vec<Expr> {
    let Kind::Tuple(items) = value.kind else {
        return vec![value];
    };
    let fits = |clause: &Clause| match &clause.patterns[0] {
        Pat::Tuple(patterns) => patterns.len() == items.len(),
        pattern => matches!(pattern, Pat::Any),
    };
    if items.len() < 2 || !clauses.iter().all(fits) {
        return vec![Expr {
            kind: Kind::Tuple(items),
            line: value.line,
        }];
    }
    for clause in clauses {
        clause.patterns = match clause.patterns.pop() {
            Some(Pat::Tuple(patterns)) => patterns,
            _ => vec![Pat::Any; items.len()],
        };
    }
    items
}

pub(super) fn into_lit(expr: Expr) -> Option<Lit> {
    match expr.kind {
        Kind::Lit(lit) => Some(lit),
        _ => None,
    }
}

/// True for `x when x in [false, nil] -> …` whose body does not use `x`.
fn falsy_test(clause: &Clause) -> bool {
    use super::super::ir::Relation;
    let Pat::Var(var) = clause.patterns[0] else {
        return false;
    };
    let is = |expr: &Expr, lit: &Lit| match &expr.kind {
        Kind::Compare(Relation::Same, pair) => {
            matches!(pair.0.kind, Kind::Var(id) if id == var) && pair.1.as_lit() == Some(lit)
        }
        _ => false,
    };
    let [guard] = clause.guards.as_slice() else {
        return false;
    };
    let Kind::Or(pair) = &guard.kind else { return false };
    let both = is(&pair.0, &Lit::FALSE) && is(&pair.1, &Lit::NIL)
        || is(&pair.0, &Lit::NIL) && is(&pair.1, &Lit::FALSE);
    both && !crate::core::of_expr(&clause.body).used.contains(&var)
}
