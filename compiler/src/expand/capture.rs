//! `&`: captures of functions, and functions written with `&1`, `&2`.

use crate::diag::Code;
use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Meta, Quoted, Symbol};

use super::dispatch::Import;
use super::{Expanded, Expander, Lexical, LocalCall, Pair, RemoteCall, Stop, rewrite, to_text};

/// The highest number of an argument; a function has one less at most, but numbers are checked for gaps first.
const LIMIT: usize = 256;

impl Expander<'_> {
    pub(super) fn capture(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        let arg = args.pop().unwrap_or(Quoted::NIL);
        if let Quoted::Int(number) = arg {
            return Err(self.error(
                Code::CaptureArgumentOutside,
                &meta,
                format!("capture argument &{number} must be used within the capture operator &"),
            ));
        }
        self.no_match_or_guard(&meta, "&")?;
        // `&name/arity`, `&module.name/arity`
        if let Quoted::Call(slash) = &arg
            && slash.is(known::DIVIDE, 2)
            && let Quoted::Int(arity) = slash.args[1]
        {
            let arity = match u8::try_from(arity) {
                Ok(arity) => arity,
                Err(_) => {
                    return Err(self.error(
                        Code::CaptureNumber,
                        &meta,
                        format!("capture argument &{arity} must be numbered between 1 and 255"),
                    ));
                }
            };
            match &slash.args[0] {
                Quoted::Var(var) => {
                    let mut named = var.meta.clone();
                    for key in [known::IMPORTS, known::CONTEXT] {
                        if let (false, Some(value)) = (named.has(key), meta.get(key)) {
                            named.push(key, value);
                        }
                    }
                    // What quoted code imports is on the `&`.
                    if let Some(imports) = meta.get(known::IMPORTS) {
                        named.remove(known::IMPORTS);
                        named.push(known::IMPORTS, imports);
                    }
                    return self.capture_local(&meta, (var.name, arity), named, None);
                }
                Quoted::Call(call) if call.args.is_empty() && call.remote().is_some() => {
                    let Some((target, name)) = call.remote() else {
                        return Ok(Quoted::NIL);
                    };
                    let (target, call_meta) = (target.clone(), call.meta.clone());
                    return self.capture_remote(&meta, target, (name, arity), call_meta, None);
                }
                _ => {}
            }
        }
        match &arg {
            // `&name(&1, &2)` is `&name/2`.
            Quoted::Call(call)
                if call.name().is_some()
                    && !is_operator_form(call.name().unwrap_or(known::NIL))
                    && is_sequence(&call.args) =>
            {
                let pair = (call.name().unwrap_or(known::NIL), call.args.len() as u8);
                let call_meta = call.meta.clone();
                return self.capture_local(&meta, pair, call_meta, Some(arg));
            }
            Quoted::Call(call) if call.remote().is_some() && is_sequence(&call.args) => {
                let Some((target, name)) = call.remote() else {
                    return Ok(Quoted::NIL);
                };
                let plain = matches!(target, Quoted::Atom(_))
                    || super::call::is_alias(target)
                    || super::call::is_special(target, known::MODULE);
                if plain {
                    let pair = (name, call.args.len() as u8);
                    let (target, call_meta) = (target.clone(), call.meta.clone());
                    return self.capture_remote(&meta, target, pair, call_meta, Some(arg));
                }
            }
            Quoted::Call(block) if block.name() == Some(known::BLOCK) && block.args.len() != 1 => {
                return Err(self.error(
                    Code::CaptureBlock,
                    &meta,
                    format!(
                        "block expressions are not allowed inside the capture operator &, got: {}",
                        to_text(&arg)
                    ),
                ));
            }
            Quoted::Atom(_) | Quoted::Float(_) | Quoted::Bin(_) | Quoted::Big(_) => {
                return Err(self.bad_capture(&meta, &arg));
            }
            _ => {}
        }
        self.capture_body(meta, arg)
    }

    fn bad_capture(&self, meta: &Meta, arg: &Quoted) -> Stop {
        self.error(Code::CaptureInvalid,
            meta,
            format!(
                "invalid args for &, expected one of:\n\n  * &Mod.fun/arity to capture a remote function, such as &Enum.map/2\n  * &fun/arity to capture a local or imported function, such as &is_atom/1\n  * &some_code(&1, ...) containing at least one argument as &1, such as &List.flatten(&1)\n\nGot: {}",
                to_text(arg)
            ),
        )
    }

    fn capture_local(
        &mut self,
        meta: &Meta,
        pair: Pair,
        call_meta: Meta,
        body: Option<Quoted>,
    ) -> Expanded<Quoted> {
        let is_form = super::dispatch::is_special_form(pair.0, usize::from(pair.1));
        if !is_form {
            match self.find_import(&call_meta, pair)? {
                Import::Function(module) => {
                    self.lexical.push(Lexical::ImportUsed(module, pair));
                    return Ok(self.remote_capture(meta, &call_meta, module, pair));
                }
                Import::None => {
                    if self.env.function.is_none() {
                        self.report(
                            Code::UndefinedFunctionNoImport,
                            meta,
                            format!(
                                "undefined function {}/{} (there is no such import)",
                                pair.0, pair.1
                            ),
                        );
                        self.stop_outside_function()?;
                        return Ok(Quoted::NIL);
                    }
                    self.local_calls.push(LocalCall {
                        pair,
                        meta: call_meta.clone(),
                        from: self.env.function,
                        file: self.env.file.clone(),
                        is_macro: false,
                    });
                    let callee = Quoted::var(pair.0, call_meta, known::NIL);
                    return Ok(slash(meta, callee, pair.1));
                }
                Import::Macro(_) | Import::LocalMacro => {}
            }
        }
        let body = body.unwrap_or_else(|| Quoted::call(pair.0, call_meta, arguments(pair.1)));
        self.capture_body(meta.clone(), body)
    }

    fn capture_remote(
        &mut self,
        meta: &Meta,
        target: Quoted,
        pair: Pair,
        call_meta: Meta,
        body: Option<Quoted>,
    ) -> Expanded<Quoted> {
        let original = target.clone();
        let expanded = self.expand(target)?;
        let Quoted::Atom(module) = expanded else {
            let dot = Quoted::call(known::DOT, meta.clone(), vec![expanded, Quoted::Atom(pair.0)]);
            return Ok(slash(
                meta,
                Quoted::call(dot, call_meta.with(known::NO_PARENS, Quoted::TRUE), Vec::new()),
                pair.1,
            ));
        };
        let local_macro = Some(module) == self.env.module && self.host.has_local_macro(module, pair);
        if local_macro || self.is_macro(module, pair, &call_meta)? {
            let body = body.unwrap_or_else(|| Quoted::remote(original, pair.0, call_meta, arguments(pair.1)));
            return self.capture_body(meta.clone(), body);
        }
        Ok(self.remote_capture(meta, &call_meta, module, pair))
    }

    fn remote_capture(&mut self, meta: &Meta, call_meta: &Meta, module: Symbol, pair: Pair) -> Quoted {
        let (module, name) = rewrite::inline(module, pair.0, usize::from(pair.1)).unwrap_or((module, pair.0));
        if module != known::ERLANG {
            self.remote_calls.push(RemoteCall {
                module,
                pair: (name, pair.1),
                meta: call_meta.clone(),
                from: self.env.function,
                file: self.env.file.clone(),
            });
        }
        let dot = Quoted::call(
            known::DOT,
            meta.clone(),
            vec![Quoted::Atom(module), Quoted::Atom(name)],
        );
        slash(
            meta,
            Quoted::call(dot, meta.clone().with(known::NO_PARENS, Quoted::TRUE), Vec::new()),
            pair.1,
        )
    }

    /// `&(… &1 …)` as a `fn`.
    fn capture_body(&mut self, meta: Meta, body: Quoted) -> Expanded<Quoted> {
        self.captures += 1;
        let counter = -1_000_000 - i64::from(self.captures);
        let mut used = vec![None; LIMIT + 1];
        let original = body.clone();
        let body = self.replace_arguments(body, counter, &mut used)?;
        let Some(highest) = (1..=LIMIT).rev().find(|number| used[*number].is_some()) else {
            let inner = original.as_call().map(|call| &call.meta);
            let inner = inner.filter(|inner| inner.line() != 0).unwrap_or(&meta);
            return Err(self.bad_capture(inner, &original));
        };
        if let Some(number) = (1..highest).find(|number| used[*number].is_none()) {
            let text = "cannot be defined without";
            let description = format!(
                "capture argument &{highest} {text} &{number} (you cannot skip arguments, all arguments must be numbered)"
            );
            let at = used[highest].as_ref().unwrap_or(&meta);
            return Err(self.error(Code::CaptureSkips, at, description));
        }
        let params = (1..=highest)
            .map(|number| argument(number, counter, &meta))
            .collect();
        let arrow = Quoted::call(known::ARROW, meta.clone(), vec![Quoted::List(params), body]);
        self.anonymous_fn(meta, vec![arrow])
    }

    fn replace_arguments(&self, node: Quoted, counter: i64, used: &mut [Option<Meta>]) -> Expanded<Quoted> {
        match node {
            Quoted::Call(call) if call.is(known::CAPTURE, 1) => {
                let (_, meta, mut args) = call.into_parts();
                match args.pop() {
                    Some(Quoted::Int(number)) => match usize::try_from(number) {
                        Ok(number @ 1..=LIMIT) => {
                            used[number] = Some(meta.clone());
                            Ok(argument(number, counter, &meta))
                        }
                        _ => Err(self.error(
                            Code::CaptureNumber,
                            &meta,
                            format!("capture argument &{number} must be numbered between 1 and 255"),
                        )),
                    },
                    Some(other) => {
                        // `&name/arity` inside is a value.
                        let named = matches!(&other, Quoted::Call(slash) if slash.is(known::DIVIDE, 2) && matches!(slash.args[1], Quoted::Int(_)) && !contains_argument(&slash.args[0]));
                        if named {
                            return Ok(Quoted::call(known::CAPTURE, meta, vec![other]));
                        }
                        let shown = Quoted::call(known::CAPTURE, meta.clone(), vec![other]);
                        Err(self.error(Code::CaptureNested, &meta, format!("nested captures are not allowed. You cannot define a function using the capture operator & inside another function defined via &. Got invalid nested capture: {}", to_text(&shown))))
                    }
                    None => Ok(Quoted::NIL),
                }
            }
            Quoted::Call(call) => deeper(|| {
                let (head, meta, args) = call.into_parts();
                let head = self.replace_arguments(head, counter, used)?;
                let args = self.replace_all(args, counter, used)?;
                Ok(Quoted::call(head, meta, args))
            }),
            Quoted::List(items) => deeper(|| Ok(Quoted::List(self.replace_all(items, counter, used)?))),
            Quoted::Pair(pair) => deeper(|| {
                let (first, second) = *pair;
                let first = self.replace_arguments(first, counter, used)?;
                let second = self.replace_arguments(second, counter, used)?;
                Ok(Quoted::pair(first, second))
            }),
            other => Ok(other),
        }
    }

    fn replace_all(
        &self,
        nodes: Vec<Quoted>,
        counter: i64,
        used: &mut [Option<Meta>],
    ) -> Expanded<Vec<Quoted>> {
        nodes
            .into_iter()
            .map(|node| self.replace_arguments(node, counter, used))
            .collect()
    }
}

fn contains_argument(node: &Quoted) -> bool {
    match node {
        Quoted::Call(call) => {
            call.is(known::CAPTURE, 1)
                || contains_argument(&call.head)
                || call.args.iter().any(contains_argument)
        }
        Quoted::List(items) => items.iter().any(contains_argument),
        Quoted::Pair(pair) => contains_argument(&pair.0) || contains_argument(&pair.1),
        _ => false,
    }
}

/// The variable of `&number`.
fn argument(number: usize, counter: i64, meta: &Meta) -> Quoted {
    let meta = super::variable::meta_at(meta)
        .with(known::COUNTER, counter)
        .with(known::GENERATED, Quoted::TRUE);
    Quoted::var(Symbol::new(&format!("&{number}")), meta, known::NIL)
}

fn arguments(arity: u8) -> Vec<Quoted> {
    (1..=i64::from(arity))
        .map(|number| Quoted::call(known::CAPTURE, Meta::EMPTY, vec![Quoted::Int(number)]))
        .collect()
}

/// True for `&1, &2, …`, at least one.
fn is_sequence(args: &[Quoted]) -> bool {
    !args.is_empty()
        && args.len() < 256
        && args.iter().enumerate().all(|(index, arg)| {
            arg.call_of(known::CAPTURE, 1)
                .is_some_and(|call| call.args[0] == Quoted::Int(index as i64 + 1))
        })
}

fn is_operator_form(name: Symbol) -> bool {
    matches!(
        name,
        known::TUPLE
            | known::MAP
            | known::BITS
            | known::BLOCK
            | known::PERCENT
            | known::ALIASES
            | known::FN
            | known::CAPTURE
            | known::MATCH
            | known::DOT
            | known::PIN
            | known::QUOTE
            | known::FOR
            | known::WITH
            | known::SUPER
    )
}

fn slash(meta: &Meta, callee: Quoted, arity: u8) -> Quoted {
    let slash = Quoted::call(
        known::DIVIDE,
        Meta::EMPTY,
        vec![callee, Quoted::Int(i64::from(arity))],
    );
    Quoted::call(known::CAPTURE, meta.clone(), vec![slash])
}
