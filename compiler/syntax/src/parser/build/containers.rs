//! Lists, tuples, bitstrings, maps, structs, keywords.

use crate::diagnostics::Code;
use crate::lexer::problem::Problem;
use crate::lexer::token::{Token, Value};
use crate::quoted::{Quoted, known};

use super::super::Fallible;
use super::super::terminal::Place;
use super::Builder;
use super::operators::{Seq, is_map_element, takes_update};

/// One element of a map.
pub enum Element {
    /// Key, `=>`, value.
    Pair(Seq, Token, Quoted),
    /// What a macro is to fill in, or the base of an update.
    Plain(Seq),
}

/// What stands between a map's braces.
#[derive(Default)]
pub struct MapBody {
    pub elements: Vec<Element>,
    pub keywords: Option<Quoted>,
    /// Base and pipe of `base | a: 1`.
    pub update: Option<(Quoted, Token)>,
}

impl MapBody {
    pub fn keywords(keywords: Quoted) -> MapBody {
        MapBody {
            keywords: Some(keywords),
            ..MapBody::default()
        }
    }

    pub fn elements(elements: Vec<Element>) -> MapBody {
        MapBody {
            elements,
            ..MapBody::default()
        }
    }
}

impl Builder<'_> {
    pub fn list(&mut self, open: Token, items: Vec<Quoted>, close: Token) -> Quoted {
        let mut meta = self.meta(&open);
        self.add_closing(&mut meta, &open, &close);
        self.wrap(Quoted::List(items), meta)
    }

    pub fn tuple(&mut self, open: Token, mut items: Vec<Quoted>, close: Token) -> Quoted {
        let mut meta = self.meta(&open);
        self.add_closing(&mut meta, &open, &close);
        if items.len() == 2
            && let (Some(second), Some(first)) = (items.pop(), items.pop())
        {
            return self.wrap(Quoted::pair(first, second), meta);
        }
        Quoted::call(known::TUPLE, meta, items)
    }

    pub fn bits(&mut self, open: Token, items: Vec<Quoted>, close: Token) -> Quoted {
        let mut meta = self.meta(&open);
        self.add_closing(&mut meta, &open, &close);
        Quoted::call(known::BITS, meta, items)
    }

    pub fn keywords_in_tuple<T>(&mut self, open: Token) -> Fallible<T> {
        let text = "unexpected keyword list inside tuple. Did you mean to write a map (using %{...}) or a list \
                    (using [...]) instead? Syntax error after: ";
        self.fail(Problem::syntax(
            Code::KeywordsInTuple,
            open.line,
            open.column,
            text,
            "'{'",
        ))
    }

    // ---- Keywords -----------------------------------------------------------------------------------------

    /// The items of a keyword list.
    pub fn pairs_of(&mut self, keywords: Quoted) -> Vec<Quoted> {
        match keywords {
            Quoted::List(items) => items,
            other => vec![other],
        }
    }

    fn key(&mut self, key: Token) -> Fallible<Quoted> {
        let mut meta = self.meta(&key);
        if self.options.token_metadata {
            meta.push_front(known::FORMAT, Quoted::Atom(known::KEYWORD));
        }
        match &key.value {
            Value::Text(_) => self.interpolated_atom(key, meta),
            Value::Quoted(name, quote) => {
                let name = *name;
                if self.options.token_metadata {
                    meta.push_front(known::DELIMITER, Quoted::bin(quote.encode_utf8(&mut [0; 4])));
                }
                Ok(self.wrap(Quoted::Atom(name), meta))
            }
            _ => Ok(self.wrap(Quoted::Atom(key.symbol()), meta)),
        }
    }

    pub fn pair(&mut self, mut pairs: Vec<Quoted>, key: Token, value: Seq) -> Fallible<Vec<Quoted>> {
        let key = self.key(key)?;
        let value = self.expression(value)?;
        pairs.push(Quoted::pair(key, value));
        Ok(pairs)
    }

    /// `f a: g b, c`: allowed, but told.
    pub fn nested_pair(&mut self, pairs: Vec<Quoted>, key: Token, value: Seq) -> Fallible<Vec<Quoted>> {
        let line = key.line;
        let name = match &key.value {
            Value::Symbol(name) | Value::Quoted(name, _) => name.as_str().to_owned(),
            _ => String::new(),
        };
        let text = format!(
            "missing parentheses for expression following \"{name}:\" keyword. Parentheses are required to solve \
             ambiguity inside keywords.\n\nThis error happens when you have function calls without parentheses \
             inside keywords. For example:\n\n    function(arg, one: nested_call a, b, c)\n    function(arg, one: \
             if expr, do: :this, else: :that)\n\nIn the examples above, we don't know if the arguments \"b\" and \
             \"c\" apply to the function \"function\" or \"nested_call\". Or if the keywords \"do\" and \"else\" \
             apply to the function \"function\" or \"if\". You can solve this by explicitly adding \
             parentheses:\n\n    function(arg, one: if(expr, do: :this, else: :that))\n    function(arg, one: \
             nested_call(a, b, c))\n\nAmbiguity found at:"
        );
        self.warn(Code::AmbiguousKeyword, line, 0, text);
        self.pair(pairs, key, value)
    }

    /// `f(a: 1,)`: allowed, but told.
    pub fn trailing_comma(&mut self, pairs: (Vec<Quoted>, Token)) -> Quoted {
        let (pairs, comma) = pairs;
        self.warn(
            Code::TrailingComma,
            comma.line,
            comma.column,
            "trailing commas are not allowed inside function/macro call arguments",
        );
        Quoted::List(pairs)
    }

    pub fn after_keywords<T>(&mut self, comma: Token) -> Fallible<T> {
        let text = "unexpected expression after keyword list. Keyword lists must always come last in lists and maps. \
                    Therefore, this is not allowed:\n\n    [some: :value, :another]\n    %{some: :value, another => \
                    value}\n\nInstead, reorder it to be the last entry:\n\n    [:another, some: :value]\n    \
                    %{another => value, some: :value}\n\nSyntax error after: ";
        self.fail(Problem::syntax(
            Code::AfterKeywords,
            comma.line,
            comma.column,
            text,
            "','",
        ))
    }

    pub fn after_call_keywords<T>(&mut self, comma: Token) -> Fallible<T> {
        let text = "unexpected expression after keyword list. Keyword lists must always come as the last argument. \
                    Therefore, this is not allowed:\n\n    function_call(1, some: :option, 2)\n\nInstead, wrap the \
                    keyword in brackets:\n\n    function_call(1, [some: :option], 2)\n\nSyntax error after: ";
        self.fail(Problem::syntax(
            Code::AfterCallKeywords,
            comma.line,
            comma.column,
            text,
            "','",
        ))
    }

    pub fn keywords_in_bits<T>(&mut self, open: Token) -> Fallible<T> {
        let text = "unexpected keyword list inside bitstring. Did you mean to write a map (using %{...}) or a list \
                    (using [...]) instead? Syntax error after: ";
        self.fail(Problem::syntax(
            Code::KeywordsInBits,
            open.line,
            open.column,
            text,
            "'<<'",
        ))
    }

    /// `[f a, b]`
    pub fn ambiguous_container<T>(&mut self, seq: Seq) -> Fallible<T> {
        let node = self.expression(seq)?;
        let text = "unexpected comma. Parentheses are required to solve ambiguity inside containers.\n\nThis error \
                    may happen when you forget a comma in a list or other container:\n\n    [a, b c, d]\n\nOr when \
                    you have ambiguous calls:\n\n    [function a, b, c]\n\nIn the example above, we don't know if \
                    the values \"b\" and \"c\" belongs to the list or the function \"function\". You can solve this \
                    by explicitly adding parentheses:\n\n    [one, function(a, b, c)]\n\nElixir cannot compile \
                    otherwise. Syntax error before: ";
        self.fail_at(Code::AmbiguousContainer, &node, text, "','")
    }

    // ---- Maps ---------------------------------------------------------------------------------------------

    pub fn assoc(&mut self, key: Seq, arrow: Token, value: Seq) -> Fallible<Element> {
        Ok(Element::Pair(key, arrow, self.expression(value)?))
    }

    pub fn map_comma(
        &mut self,
        mut elements: Vec<Element>,
        element: Element,
        comma: Token,
    ) -> Fallible<Vec<Element>> {
        let first = elements.is_empty();
        self.check_plain(&element, first, &comma)?;
        elements.push(element);
        Ok(elements)
    }

    /// An element without `=>` must be simple: a name, a call, `@a`, `!a`.
    fn check_plain(&mut self, element: &Element, first: bool, next: &Token) -> Fallible<()> {
        let Element::Plain(seq) = element else {
            return Ok(());
        };
        if is_map_element(seq, first) {
            return Ok(());
        }
        self.fail(Problem::syntax(
            Code::UnexpectedToken,
            next.line,
            next.column,
            "syntax error before: ",
            format!("'{}'", self.source(next)),
        ))
    }

    pub fn update_keywords(
        &mut self,
        base: Seq,
        pipe: Token,
        start: Place,
        keywords: Quoted,
    ) -> Fallible<MapBody> {
        if !takes_update(&base) {
            let pair = keywords
                .as_list()
                .and_then(|pairs| pairs.first())
                .and_then(Quoted::as_pair);
            let key = pair
                .and_then(|(key, _)| key.as_atom())
                .map_or("", |key| key.as_str());
            return self.fail(Problem::syntax(
                Code::UnexpectedToken,
                start.line,
                start.column,
                "syntax error before: ",
                key,
            ));
        }
        let base = self.expression(base)?;
        Ok(MapBody {
            keywords: Some(keywords),
            update: Some((base, pipe)),
            ..MapBody::default()
        })
    }

    fn map_args(&mut self, body: MapBody, close: &Token) -> Fallible<Vec<Quoted>> {
        let mut update = body.update;
        let mut args = Vec::with_capacity(body.elements.len());
        for (index, element) in body.elements.into_iter().enumerate() {
            self.check_plain(&element, index == 0, close)?;
            let (key, pair) = match element {
                Element::Pair(key, arrow, value) => (key, Some((arrow, value))),
                Element::Plain(seq) => (seq, None),
            };
            let key = if index > 0 {
                key
            } else {
                match self.split_update(key)? {
                    Ok((base, pipe, rest)) => {
                        update = Some((base, pipe));
                        rest
                    }
                    Err(seq) => seq,
                }
            };
            let mut key = self.expression(key)?;
            args.push(match pair {
                None => key,
                Some((arrow, value)) => {
                    let location = self.location(&arrow);
                    if let (Some(meta), true) = (key.meta_mut(), self.options.token_metadata) {
                        meta.push_front(known::ASSOC, location);
                    }
                    Quoted::pair(key, value)
                }
            });
        }
        if let Some(keywords) = body.keywords {
            args.extend(self.pairs_of(keywords));
        }
        if let Some((base, pipe)) = update {
            let meta = self.meta_newlines(&pipe);
            args = vec![Quoted::call(known::PIPE, meta, vec![base, Quoted::List(args)])];
        }
        Ok(args)
    }

    pub fn map(&mut self, percent: Token, open: Token, body: MapBody, close: Token) -> Fallible<Quoted> {
        let args = self.map_args(body, &close)?;
        let mut meta = self.meta(&percent);
        self.add_closing(&mut meta, &open, &close);
        Ok(Quoted::call(known::MAP, meta, args))
    }

    pub fn structure(
        &mut self,
        percent: Token,
        name: Quoted,
        open: Token,
        body: MapBody,
        close: Token,
    ) -> Fallible<Quoted> {
        let at = open.clone();
        let map = self.map(at, open, body, close)?;
        Ok(Quoted::call(known::PERCENT, self.meta(&percent), vec![name, map]))
    }
}
