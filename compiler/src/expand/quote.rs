//! `quote`: quoted forms to forms that build them; `unquote` in them; escaping.

use crate::diag::Code;
use cordial_syntax::quoted::{deeper, known};
use cordial_syntax::{Meta, Quoted, Symbol};

use super::{Expanded, Expander, to_text};

/// What becomes of lines.
#[derive(Clone)]
enum Line {
    Keep,
    Drop,
    /// An expression.
    Set(Quoted),
}

/// How to quote.
struct Quoter<'a, 'h> {
    /// Aliases and imports are looked up here; none for escaping.
    hygiene: Option<&'a mut Expander<'h>>,
    /// An expression; nil for escaping.
    context: Quoted,
    /// `location: :keep`.
    file: Option<Quoted>,
    line: Line,
    generated: bool,
    unquote: bool,
}

/// A form that builds the node; `unquote` is carried out if asked.
pub fn escape_quoted(node: &Quoted, unquote: bool) -> Quoted {
    let mut quoter = Quoter {
        hygiene: None,
        context: Quoted::NIL,
        file: None,
        line: Line::Keep,
        generated: false,
        unquote,
    };
    quoter.quote(node).unwrap_or(Quoted::NIL)
}

impl Expander<'_> {
    pub(super) fn quote(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        self.no_match_or_guard(&meta, "quote")?;
        let block = args.pop().unwrap_or(Quoted::NIL);
        let (options, body) = match (args.pop(), block) {
            (None, Quoted::List(items)) => {
                let (body, options) = split_do(items);
                match body {
                    Some(body) => (Quoted::List(options), body),
                    None => {
                        return Err(self.error(
                            Code::MissingOption,
                            &meta,
                            "missing :do option in \"quote\"",
                        ));
                    }
                }
            }
            (Some(options), Quoted::List(items)) => match split_do(items) {
                (Some(body), _) => (options, body),
                (None, _) => {
                    return Err(self.error(Code::MissingOption, &meta, "missing :do option in \"quote\""));
                }
            },
            _ => return Err(self.error(Code::FormArguments, &meta, "invalid arguments for \"quote\"")),
        };
        let options = self.quote_options(&meta, options)?;
        let context = options.context.unwrap_or(match self.env.module {
            Some(module) => Quoted::Atom(module),
            None => Quoted::Atom(known::ELIXIR),
        });
        let (file, line) = if options.keep {
            (Some(Quoted::bin(self.env.file.as_bytes())), Line::Keep)
        } else {
            let line = match options.line {
                None | Some(Quoted::Atom(known::FALSE | known::NIL)) => Line::Drop,
                Some(Quoted::Atom(known::TRUE)) => Line::Keep,
                Some(other) => Line::Set(other),
            };
            (options.file, line)
        };
        let generated = options.generated;
        let unquote = options.unquote.unwrap_or(options.bind.is_none());
        let quoted = {
            let mut quoter = Quoter {
                hygiene: Some(self),
                context: context.clone(),
                file,
                line,
                generated,
                unquote,
            };
            quoter.quote(&body)?
        };
        let quoted = match options.bind {
            None => quoted,
            Some(bindings) => {
                let mut nodes = Vec::with_capacity(bindings.len() + 1);
                for (name, value) in bindings {
                    let var = tuple(vec![Quoted::Atom(name), escape_meta(&meta), context.clone()]);
                    let args = Quoted::List(vec![var, value]);
                    nodes.push(tuple(vec![
                        Quoted::Atom(known::MATCH),
                        Quoted::List(Vec::new()),
                        args,
                    ]));
                }
                nodes.push(quoted);
                tuple(vec![
                    Quoted::Atom(known::BLOCK),
                    Quoted::List(Vec::new()),
                    Quoted::List(nodes),
                ])
            }
        };
        self.expand(quoted)
    }

    fn quote_options(&mut self, meta: &Meta, options: Quoted) -> Expanded<Options> {
        let mut found = Options::default();
        if !is_keyword(&options) {
            return Err(self.error(
                Code::QuoteOptions,
                meta,
                format!(
                    "invalid options for quote, expected a keyword list, got: {}",
                    to_text(&options)
                ),
            ));
        }
        for (key, value) in pairs(options) {
            match key {
                known::BIND_QUOTED => {
                    if !is_keyword(&value) {
                        return Err(self.error(
                            Code::QuoteBindQuoted,
                            meta,
                            format!(
                                "invalid :bind_quoted for quote, expected a keyword list of variable names, got: {}",
                                to_text(&value)
                            ),
                        ));
                    }
                    let bind = pairs(value).collect();
                    found.bind = Some(bind);
                }
                known::LOCATION => found.keep = self.expand(value)? == Quoted::Atom(known::KEEP),
                known::LINE => {
                    let number = matches!(
                        value,
                        Quoted::Int(_) | Quoted::Atom(known::TRUE | known::FALSE | known::NIL)
                    );
                    if !number && is_constant(&value) {
                        return Err(bad_value("line", &value));
                    }
                    found.line = Some(value);
                }
                known::FILE => found.file = Some(value),
                known::UNQUOTE => {
                    let value = self.expand(value)?;
                    if !matches!(value, Quoted::Atom(known::TRUE | known::FALSE)) && is_constant(&value) {
                        return Err(bad_value("unquote", &value));
                    }
                    found.unquote = Some(value != Quoted::FALSE);
                }
                known::GENERATED => found.generated = self.expand(value)? == Quoted::TRUE,
                known::CONTEXT => {
                    let context = self.expand(value.clone())?;
                    if context.as_atom().is_none_or(|name| name == known::NIL) && is_constant(&context) {
                        return Err(bad_value("context", &context));
                    }
                    found.context = Some(match context {
                        Quoted::Atom(_) => context,
                        _ => value,
                    });
                }
                other => {
                    return Err(self.error(
                        Code::QuoteOption,
                        meta,
                        format!("unsupported option :{other} given to quote"),
                    ));
                }
            }
        }
        Ok(found)
    }
}

/// What is known already to be no value for an option.
fn bad_value(option: &str, value: &Quoted) -> super::Stop {
    super::Stop::argument(
        Code::QuoteOptionValue,
        format!(
            "invalid runtime value for option :{option} in quote, got: {}",
            to_text(value)
        ),
    )
}

#[derive(Default)]
struct Options {
    context: Option<Quoted>,
    keep: bool,
    line: Option<Quoted>,
    file: Option<Quoted>,
    unquote: Option<bool>,
    generated: bool,
    bind: Option<Vec<(Symbol, Quoted)>>,
}

fn split_do(items: Vec<Quoted>) -> (Option<Quoted>, Vec<Quoted>) {
    let mut body = None;
    let mut rest = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Quoted::Pair(pair) if pair.0.as_atom() == Some(known::DO) && body.is_none() => {
                body = Some(pair.1)
            }
            other => rest.push(other),
        }
    }
    (body, rest)
}

fn tuple(items: Vec<Quoted>) -> Quoted {
    Quoted::call(known::TUPLE, Meta::EMPTY, items)
}

/// A form that builds the metadata.
fn escape_meta(meta: &Meta) -> Quoted {
    Quoted::List(
        meta.iter()
            .map(|(key, value)| Quoted::pair(Quoted::Atom(key), escape_quoted(&value, false)))
            .collect(),
    )
}

impl Quoter<'_, '_> {
    fn quote(&mut self, node: &Quoted) -> Expanded<Quoted> {
        match node {
            Quoted::Atom(_)
            | Quoted::Int(_)
            | Quoted::Big(_)
            | Quoted::Float(_)
            | Quoted::Bin(_)
            | Quoted::Opaque(_) => Ok(node.clone()),
            Quoted::List(items) => deeper(|| self.list(items)),
            Quoted::Pair(pair) => deeper(|| {
                if self.unquote && (is_splice(&pair.0) || is_splice(&pair.1)) {
                    let items = [pair.0.clone(), pair.1.clone()];
                    let node = Quoted::call(known::TUPLE, Meta::EMPTY, items.to_vec());
                    return self.quote(&node);
                }
                Ok(Quoted::pair(self.quote(&pair.0)?, self.quote(&pair.1)?))
            }),
            Quoted::Var(var) => {
                let hygienic = self.hygiene.is_some();
                let meta = if hygienic && var.context == known::NIL {
                    self.import_meta(&var.meta, var.name, 0)
                } else {
                    var.meta.clone()
                };
                let context = if hygienic && var.context == known::NIL {
                    self.context.clone()
                } else {
                    Quoted::Atom(var.context)
                };
                let meta = self.meta(meta);
                Ok(tuple(vec![Quoted::Atom(var.name), meta, context]))
            }
            Quoted::Call(call) => deeper(|| self.call(call)),
        }
    }

    fn call(&mut self, call: &cordial_syntax::Call) -> Expanded<Quoted> {
        let Some(name) = call.name() else {
            return self.headed(call);
        };
        match (name, call.args.as_slice()) {
            (known::UNQUOTE, [argument]) if self.unquote => Ok(argument.clone()),
            (known::QUOTE, [_] | [_, _]) => {
                let unquote = std::mem::replace(&mut self.unquote, false);
                let (last, options) = call.args.split_last().unwrap_or((&Quoted::NIL, &[]));
                let last = self.quote(last);
                self.unquote = unquote;
                let mut args = Vec::with_capacity(2);
                for option in options {
                    args.push(self.quote(option)?);
                }
                args.push(last?);
                let meta = if self.hygiene.is_some() {
                    let mut meta = self.meta_pairs(call.meta.clone());
                    store(&mut meta, known::CONTEXT, self.context.clone());
                    Quoted::List(meta)
                } else {
                    self.meta(call.meta.clone())
                };
                Ok(tuple(vec![Quoted::Atom(name), meta, Quoted::List(args)]))
            }
            (known::ALIASES, [Quoted::Atom(first), ..])
                if *first != known::ELIXIR && self.hygiene.is_some() =>
            {
                let annotation = match self.hygiene.as_mut() {
                    Some(expander) => expander.alias_annotation(&call.meta, &call.args),
                    None => Quoted::FALSE,
                };
                let mut meta = call.meta.clone();
                meta.remove(known::COUNTER);
                let mut pairs = self.meta_pairs(meta);
                store(&mut pairs, known::ALIAS, annotation);
                let args = self.quote_all(&call.args)?;
                Ok(tuple(vec![Quoted::Atom(name), Quoted::List(pairs), args]))
            }
            (known::CAPTURE, [Quoted::Call(slash)])
                if self.hygiene.is_some() && slash.is(known::DIVIDE, 2) =>
            {
                let mut pairs = self.meta_pairs(call.meta.clone());
                let named = match &slash.args[0] {
                    Quoted::Var(var) => Some(var.name),
                    _ => None,
                };
                if let (Some(named), Quoted::Int(arity)) = (named, &slash.args[1])
                    && let Ok(arity) = u8::try_from(*arity)
                    && let Some(expander) = self.hygiene.as_mut()
                    && let Some(module) = expander.imported_from((named, arity))
                {
                    let imports = Quoted::List(vec![Quoted::pair(i64::from(arity), module)]);
                    store(&mut pairs, known::IMPORTS, imports);
                    store(&mut pairs, known::CONTEXT, self.context.clone());
                }
                let args = self.quote_all(&call.args)?;
                Ok(tuple(vec![Quoted::Atom(name), Quoted::List(pairs), args]))
            }
            _ => {
                let meta = self.import_meta(&call.meta, name, call.args.len());
                let args = if self.hygiene.is_some() && is_definer(name) {
                    self.annotated(&call.args)?
                } else {
                    self.quote_all(&call.args)?
                };
                let meta = self.meta(meta);
                let meta = self.lexical_context(name, call, meta);
                Ok(tuple(vec![Quoted::Atom(name), meta, args]))
            }
        }
    }

    /// `alias`, `import` and `require` say who wrote them.
    fn lexical_context(&mut self, name: Symbol, call: &cordial_syntax::Call, meta: Quoted) -> Quoted {
        if self.hygiene.is_none()
            || !matches!(name, known::ALIAS | known::IMPORT | known::REQUIRE)
            || call.args.is_empty()
        {
            return meta;
        }
        let Quoted::List(mut pairs) = meta else {
            return meta;
        };
        store(&mut pairs, known::CONTEXT, self.context.clone());
        Quoted::List(pairs)
    }

    /// A call whose head is no atom.
    fn headed(&mut self, call: &cordial_syntax::Call) -> Expanded<Quoted> {
        if self.unquote {
            // `left.unquote(name)(args)`
            if let Quoted::Call(inner) = &call.head
                && let Some((left, argument, dot_meta)) = dotted_unquote(inner)
            {
                return self.dot(left, argument, Some(&call.args), dot_meta);
            }
            // `left.unquote(name)`
            if let Some((left, argument, dot_meta)) = dotted_unquote(call) {
                return self.dot(left, argument, None, dot_meta);
            }
        }
        let head = self.quote(&call.head)?;
        let meta = self.meta(call.meta.clone());
        let definer = call.remote().is_some_and(|(_, name)| is_definer(name));
        let args = if definer && self.hygiene.is_some() {
            self.annotated(&call.args)?
        } else {
            self.quote_all(&call.args)?
        };
        Ok(tuple(vec![head, meta, args]))
    }

    fn dot(
        &mut self,
        left: &Quoted,
        argument: &Quoted,
        args: Option<&Vec<Quoted>>,
        meta: &Meta,
    ) -> Expanded<Quoted> {
        let left = self.quote(left)?;
        let args = match args {
            Some(args) => self.quote_all(args)?,
            None => Quoted::NIL,
        };
        let context = self.context.clone();
        let data = self.meta(meta.clone());
        let native = (crate::sym!("elixir_quote"), crate::sym!("dot"));
        Ok(Quoted::remote(
            Quoted::Atom(native.0),
            native.1,
            super::variable::meta_at(meta),
            vec![data, left, argument.clone(), args, context],
        ))
    }

    fn quote_all(&mut self, items: &[Quoted]) -> Expanded<Quoted> {
        self.list(items)
    }

    /// Arguments of `def` and its like: the name that is defined says who wrote it.
    fn annotated(&mut self, items: &[Quoted]) -> Expanded<Quoted> {
        let Some((first, rest)) = items.split_first() else {
            return self.list(items);
        };
        let mut first = first.clone();
        let context = self.context.clone();
        let Quoted::Atom(context) = context else {
            return self.list(items);
        };
        mark_context(&mut first, context);
        let mut all = vec![first];
        all.extend(rest.iter().cloned());
        self.list(&all)
    }

    fn list(&mut self, items: &[Quoted]) -> Expanded<Quoted> {
        if !self.unquote || !items.iter().any(has_splice) {
            return Ok(Quoted::List(
                items
                    .iter()
                    .map(|item| self.quote(item))
                    .collect::<Expanded<_>>()?,
            ));
        }
        // From the right: plain runs stay lists, a splice is put before what follows.
        let mut tail: Option<Quoted> = None;
        let mut run: Vec<Quoted> = Vec::new();
        for item in items.iter().rev() {
            if let Some((argument, meta)) = splice(item) {
                let rest = close_run(&mut run, tail.take());
                tail = Some(match rest {
                    // The call says what is no list.
                    None if self.hygiene.is_some() => {
                        elixir_quote("list", meta, vec![argument.clone(), Quoted::List(Vec::new())])
                    }
                    None => argument.clone(),
                    Some(rest) => elixir_quote("list", meta, vec![argument.clone(), rest]),
                });
                continue;
            }
            // `[unquote_splicing(list) | tail]`
            if let Some(pipe) = item.call_of(known::PIPE, 2)
                && let Some((argument, meta)) = splice(&pipe.args[0])
            {
                let rest = self.quote(&pipe.args[1])?;
                tail = Some(elixir_quote(
                    "tail_list",
                    meta,
                    vec![argument.clone(), rest, Quoted::List(Vec::new())],
                ));
                continue;
            }
            run.push(self.quote(item)?);
        }
        Ok(close_run(&mut run, tail).unwrap_or_else(|| Quoted::List(Vec::new())))
    }

    fn import_meta(&mut self, meta: &Meta, name: Symbol, arity: usize) -> Meta {
        let Some(expander) = self.hygiene.as_mut() else {
            return meta.clone();
        };
        if meta.get_ref(known::IMPORTS).is_some() {
            return meta.clone();
        }
        let imports = expander.imports_named(name);
        let mut meta = meta.clone();
        if imports.is_empty() {
            if arity == 1 && meta.atom(known::AMBIGUOUS_OP) == Some(known::NIL) {
                keystore(&mut meta, known::AMBIGUOUS_OP, self.context.clone());
            }
            return meta;
        }
        keystore(&mut meta, known::CONTEXT, self.context.clone());
        let list = imports
            .into_iter()
            .map(|(arity, module)| Quoted::pair(i64::from(arity), module))
            .collect();
        keystore(&mut meta, known::IMPORTS, Quoted::List(list));
        meta
    }

    fn meta(&mut self, meta: Meta) -> Quoted {
        Quoted::List(self.meta_pairs(meta))
    }

    fn meta_pairs(&mut self, mut meta: Meta) -> Vec<Quoted> {
        if self.hygiene.is_none() {
            return meta
                .iter()
                .map(|(key, value)| Quoted::pair(Quoted::Atom(key), self.meta_value(key, &value)))
                .collect();
        }
        meta.remove(known::COLUMN);
        let mut pairs: Vec<Quoted> = Vec::new();
        let line = match (&self.file, &self.line) {
            (Some(file), Line::Keep) => {
                let line = meta.remove(known::LINE).unwrap_or(Quoted::Int(0));
                pairs.push(Quoted::pair(
                    Quoted::Atom(known::KEEP),
                    Quoted::pair(file.clone(), line),
                ));
                None
            }
            (Some(file), Line::Drop) => {
                meta.remove(known::LINE);
                pairs.push(Quoted::pair(
                    Quoted::Atom(known::KEEP),
                    Quoted::pair(file.clone(), Quoted::Int(0)),
                ));
                None
            }
            (Some(file), Line::Set(line)) => {
                meta.remove(known::LINE);
                pairs.push(Quoted::pair(
                    Quoted::Atom(known::KEEP),
                    Quoted::pair(file.clone(), line.clone()),
                ));
                None
            }
            (None, Line::Keep) => None,
            (None, Line::Drop) => {
                meta.remove(known::LINE);
                None
            }
            (None, Line::Set(line)) => Some(line.clone()),
        };
        for (key, value) in meta.iter() {
            let value = self.meta_value(key, &value);
            pairs.push(Quoted::pair(Quoted::Atom(key), value));
        }
        if let Some(line) = line {
            store(&mut pairs, known::LINE, line);
        }
        if self.generated {
            pairs.insert(0, Quoted::pair(Quoted::Atom(known::GENERATED), Quoted::TRUE));
        }
        pairs
    }

    /// The context that `import_meta` put there is an expression already.
    fn meta_value(&self, key: Symbol, value: &Quoted) -> Quoted {
        if self.hygiene.is_some() && matches!(key, known::CONTEXT | known::AMBIGUOUS_OP) {
            return value.clone();
        }
        escape_quoted(value, false)
    }
}

fn close_run(run: &mut Vec<Quoted>, tail: Option<Quoted>) -> Option<Quoted> {
    if run.is_empty() {
        return tail;
    }
    let mut items: Vec<Quoted> = run.drain(..).rev().collect();
    if let Some(tail) = tail
        && let Some(last) = items.pop()
    {
        items.push(Quoted::call(known::PIPE, Meta::EMPTY, vec![last, tail]));
    }
    Some(Quoted::List(items))
}

fn elixir_quote(name: &str, meta: &Meta, args: Vec<Quoted>) -> Quoted {
    Quoted::remote(
        Quoted::Atom(crate::sym!("elixir_quote")),
        Symbol::new(name),
        super::variable::meta_at(meta),
        args,
    )
}

fn store(pairs: &mut Vec<Quoted>, key: Symbol, value: Quoted) {
    let found = pairs.iter_mut().find_map(|item| match item {
        Quoted::Pair(pair) if pair.0.as_atom() == Some(key) => Some(pair),
        _ => None,
    });
    match found {
        Some(pair) => pair.1 = value,
        None => pairs.push(Quoted::pair(Quoted::Atom(key), value)),
    }
}

fn keystore(meta: &mut Meta, key: Symbol, value: Quoted) {
    if meta.has(key) {
        let pairs: Vec<_> = meta
            .iter()
            .map(|(k, v)| if k == key { (k, value.clone()) } else { (k, v) })
            .collect();
        *meta = Meta::from_pairs(pairs);
    } else {
        meta.push(key, value);
    }
}

fn is_definer(name: Symbol) -> bool {
    matches!(
        name,
        known::DEF | known::DEFP | known::DEFMACRO | known::DEFMACROP | known::AT
    )
}

fn mark_context(node: &mut Quoted, context: Symbol) {
    match node {
        Quoted::Call(call) if call.name() == Some(known::WHEN) && call.args.len() == 2 => {
            mark_context(&mut call.args[0], context);
        }
        Quoted::Call(call) if !matches!(call.name(), Some(known::UNQUOTE)) => {
            keystore(&mut call.meta, known::CONTEXT, Quoted::Atom(context))
        }
        Quoted::Var(var) => keystore(&mut var.meta, known::CONTEXT, Quoted::Atom(context)),
        _ => {}
    }
}

/// True for a list of pairs with atoms as keys.
fn is_keyword(node: &Quoted) -> bool {
    node.as_list().is_some_and(|items| {
        items
            .iter()
            .all(|item| item.as_pair().is_some_and(|(key, _)| key.as_atom().is_some()))
    })
}

/// Keys and values of a keyword list.
fn pairs(keyword: Quoted) -> impl Iterator<Item = (Symbol, Quoted)> {
    let items = match keyword {
        Quoted::List(items) => items,
        _ => Vec::new(),
    };
    items.into_iter().filter_map(|item| match item {
        Quoted::Pair(pair) => Some((pair.0.as_atom()?, pair.1)),
        _ => None,
    })
}

/// True for a value that is known now.
fn is_constant(node: &Quoted) -> bool {
    matches!(
        node,
        Quoted::Int(_) | Quoted::Float(_) | Quoted::Bin(_) | Quoted::Atom(_) | Quoted::Big(_)
    )
}

fn splice(node: &Quoted) -> Option<(&Quoted, &Meta)> {
    let call = node.call_of(known::UNQUOTE_SPLICING, 1)?;
    Some((&call.args[0], &call.meta))
}

fn is_splice(node: &Quoted) -> bool {
    splice(node).is_some()
}

fn has_splice(node: &Quoted) -> bool {
    is_splice(node)
        || node
            .call_of(known::PIPE, 2)
            .is_some_and(|pipe| is_splice(&pipe.args[0]))
}

/// For `left.unquote(argument)`: both, and the dot's metadata.
fn dotted_unquote(call: &cordial_syntax::Call) -> Option<(&Quoted, &Quoted, &Meta)> {
    let dot = call.head.as_call()?;
    match (dot.name(), dot.args.as_slice(), call.args.as_slice()) {
        (Some(known::DOT), [left, Quoted::Atom(known::UNQUOTE)], [argument]) => {
            Some((left, argument, &dot.meta))
        }
        _ => None,
    }
}

/// What `left.unquote(right)` and `left.unquote(right)(args)` stand for.
pub fn quote_dot(
    meta: Meta,
    left: Quoted,
    right: Quoted,
    args: Option<Vec<Quoted>>,
    context: Symbol,
) -> Result<Quoted, String> {
    let dotted =
        |name: Symbol| Quoted::call(known::DOT, meta.clone(), vec![left.clone(), Quoted::Atom(name)]);
    let field = |name: Symbol| {
        let mut no_parens = meta.clone();
        no_parens.push_front(known::NO_PARENS, Quoted::TRUE);
        Quoted::call(dotted(name), no_parens, Vec::new())
    };
    match (right, args) {
        (Quoted::Call(alias), None) if alias.name() == Some(known::ALIASES) => {
            let mut parts = vec![left];
            parts.extend(alias.args.iter().cloned());
            Ok(Quoted::call(known::ALIASES, meta, parts))
        }
        (Quoted::Atom(name), None) if name.as_str().starts_with("Elixir.") => {
            Ok(Quoted::call(known::ALIASES, meta, vec![left, Quoted::Atom(name)]))
        }
        (Quoted::Atom(name), None) => Ok(field(name)),
        (Quoted::Var(var), None) if var.context == context || var.context == known::NIL => {
            Ok(field(var.name))
        }
        (Quoted::Var(var), Some(args)) if var.context == context || var.context == known::NIL => {
            Ok(Quoted::call(dotted(var.name), meta.clone(), args))
        }
        (Quoted::Atom(name), Some(args)) => Ok(Quoted::call(dotted(name), meta.clone(), args)),
        (Quoted::Call(call), None) if call.name().is_some() => {
            let name = call.name().unwrap_or(known::NIL);
            Ok(Quoted::call(dotted(name), meta.clone(), call.args.clone()))
        }
        (other, _) => Err(format!(
            "expected unquote after dot to return an atom, an alias or a quoted call, got: {}",
            to_text(&other)
        )),
    }
}
