//! Calls, with and without parentheses; access; aliases.

use crate::diagnostics::Code;
use crate::lexer::problem::Problem;
use crate::lexer::token::{Kind, Token, Value};
use crate::quoted::{Meta, Quoted, known};

use super::super::Fallible;
use super::Builder;
use super::operators::Seq;
use super::stab::DoParts;

/// What is called.
pub enum Callee {
    Name(Token),
    /// Target, dot, name.
    Remote(Quoted, Token, Token),
    /// `target.()`
    Anonymous(Quoted, Token),
}

/// Arguments between delimiters.
pub struct Argument {
    open: Token,
    args: Vec<Quoted>,
    close: Token,
}

impl Argument {
    pub fn new(open: Token, args: Vec<Quoted>, close: Token) -> Argument {
        Argument { open, args, close }
    }
}

/// `@a[i]`, with the `@` operators that still wait.
pub struct AtAccess {
    ats: Vec<Token>,
    value: Quoted,
}

impl Builder<'_> {
    /// The head of a call, and the metadata of the call itself.
    fn callee(&mut self, callee: Callee) -> (Quoted, Meta) {
        match callee {
            Callee::Name(name) => (Quoted::Atom(name.symbol()), self.meta(&name)),
            Callee::Remote(target, dot, name) => {
                let args = vec![target, Quoted::Atom(name.symbol())];
                let head = Quoted::call(known::DOT, self.meta(&dot), args);
                let mut meta = self.meta(&name);
                if let (Value::Quoted(_, quote), true) = (&name.value, self.options.token_metadata) {
                    meta.push_front(known::DELIMITER, Quoted::bin(quote.encode_utf8(&mut [0; 4])));
                }
                (head, meta)
            }
            Callee::Anonymous(target, dot) => {
                let meta = self.meta(&dot);
                (Quoted::call(known::DOT, meta.clone(), vec![target]), meta)
            }
        }
    }

    pub fn zero(&mut self, callee: Callee) -> Quoted {
        if let Callee::Name(name) = callee {
            let meta = self.meta(&name);
            return Quoted::var(name.symbol(), meta, known::NIL);
        }
        let (head, mut meta) = self.callee(callee);
        meta.push_front(known::NO_PARENS, Quoted::TRUE);
        Quoted::call(head, meta, vec![])
    }

    pub fn parens_call(&mut self, callee: Callee, argument: Argument) -> Quoted {
        let (head, mut meta) = self.callee(callee);
        self.add_closing(&mut meta, &argument.open, &argument.close);
        Quoted::call(head, meta, argument.args)
    }

    /// `f(1)(2)`
    pub fn nested_call(&mut self, callee: Callee, first: Argument, second: Argument) -> Quoted {
        let inner = self.parens_call(callee, first);
        let mut meta = inner.meta().cloned().unwrap_or_default();
        self.add_closing(&mut meta, &second.open, &second.close);
        Quoted::call(inner, meta, second.args)
    }

    pub fn no_parens_call(&mut self, callee: Callee, args: Vec<Quoted>) -> Quoted {
        let ambiguous =
            matches!(&callee, Callee::Name(name) if name.kind == Kind::OpIdentifier) && args.len() == 1;
        let (head, mut meta) = self.callee(callee);
        if ambiguous {
            meta.push_front(known::AMBIGUOUS_OP, Quoted::NIL);
        }
        Quoted::call(head, meta, args)
    }

    pub fn at_call(&mut self, ats: Vec<Token>, callee: Callee, args: Vec<Quoted>) -> Quoted {
        let call = self.no_parens_call(callee, args);
        self.at(ats, call)
    }

    /// A call with a do-block: at most one of `first` and `args` holds arguments.
    pub fn block_call(
        &mut self,
        ats: Vec<Token>,
        callee: Callee,
        first: Option<Argument>,
        second: Option<Argument>,
        args: Vec<Quoted>,
        block: DoParts,
    ) -> Quoted {
        let call = match (first, second) {
            (Some(first), Some(second)) => self.nested_call(callee, first, second),
            (Some(first), None) => self.parens_call(callee, first),
            _ => {
                let (head, meta) = self.callee(callee);
                Quoted::call(head, meta, args)
            }
        };
        let Quoted::Call(mut call) = call else { return call };
        call.args.push(block.sections);
        if self.options.token_metadata {
            call.meta.push_front(known::END, self.location(&block.close));
            call.meta.push_front(known::DO, self.location(&block.open));
        }
        self.at(ats, Quoted::Call(call))
    }

    // ---- Access -------------------------------------------------------------------------------------------

    pub fn access(&mut self, target: Quoted, index: Argument) -> Quoted {
        let mut meta = self.meta(&index.open);
        self.add_closing(&mut meta, &index.open, &index.close);
        meta.push_front(known::FROM_BRACKETS, Quoted::TRUE);
        let get = vec![Quoted::Atom(known::ELIXIR_ACCESS), Quoted::Atom(known::GET)];
        let head = Quoted::call(known::DOT, meta.clone(), get);
        let mut args = vec![target];
        args.extend(index.args);
        Quoted::call(head, meta, args)
    }

    pub fn access_name(&mut self, name: Token, index: Argument) -> Quoted {
        let target = self.zero(Callee::Name(name));
        self.access(target, index)
    }

    pub fn dot_access(&mut self, target: Quoted, dot: Token, name: Token, index: Argument) -> Quoted {
        let target = self.zero(Callee::Remote(target, dot, name));
        self.access(target, index)
    }

    pub fn at_bracket(&mut self, mut ats: Vec<Token>, target: Quoted, index: Argument) -> AtAccess {
        let target = match ats.pop() {
            Some(at) => self.at(vec![at], target),
            None => target,
        };
        AtAccess {
            ats,
            value: self.access(target, index),
        }
    }

    pub fn at_bracket_name(&mut self, ats: Vec<Token>, name: Token, index: Argument) -> AtAccess {
        let target = self.zero(Callee::Name(name));
        self.at_bracket(ats, target, index)
    }

    pub fn at_more(&mut self, access: AtAccess, index: Argument) -> AtAccess {
        self.at_bracket(access.ats, access.value, index)
    }

    pub fn at_access(&mut self, access: AtAccess) -> Quoted {
        self.at(access.ats, access.value)
    }

    pub fn too_many_keys<T>(&mut self, comma: Token) -> Fallible<T> {
        let text = "too many arguments when accessing a value. The value[key] notation in Elixir expects either a \
                    single argument or a keyword list. The following examples are allowed:\n\n    value[one]\n    \
                    value[one: 1, two: 2]\n    value[[one, two, three]]\n\nThese are invalid:\n\n    value[1, 2, \
                    3]\n    value[one, two, three]\n\nSyntax error after: ";
        self.fail(Problem::syntax(
            Code::AccessArguments,
            comma.line,
            comma.column,
            text,
            "','",
        ))
    }

    /// `foo (a, b)`
    pub fn spaced_parens<T>(&mut self, open: Token) -> Fallible<T> {
        let text = "unexpected parentheses. If you are making a function call, do not insert spaces between the \
                    function name and the opening parentheses. Syntax error before: ";
        self.fail(Problem::syntax(
            Code::SpacedParens,
            open.line,
            open.column,
            text,
            "'('",
        ))
    }

    // ---- Aliases ------------------------------------------------------------------------------------------

    pub fn alias(&mut self, name: Token) -> Quoted {
        let mut meta = self.meta(&name);
        if self.options.token_metadata {
            meta.push_front(known::LAST, self.location(&name));
        }
        Quoted::call(known::ALIASES, meta, vec![Quoted::Atom(name.symbol())])
    }

    pub fn dot_alias(&mut self, target: Quoted, dot: Token, name: Token) -> Fallible<Quoted> {
        let last = self.options.token_metadata.then(|| self.location(&name));
        match target {
            Quoted::Call(mut call) if call.name() == Some(known::ALIASES) => {
                call.args.push(Quoted::Atom(name.symbol()));
                if let Some(last) = last {
                    call.meta.set(known::LAST, last);
                }
                Ok(Quoted::Call(call))
            }
            Quoted::Atom(_) => {
                let text = "atom cannot be followed by an alias. If the '.' was meant to be part of the atom's name, \
                            the atom name must be quoted. Syntax error before: ";
                self.fail(Problem::syntax(
                    Code::AliasAfterAtom,
                    name.line,
                    name.column,
                    text,
                    "'.'",
                ))
            }
            target => {
                let mut meta = self.meta(&dot);
                if let Some(last) = last {
                    meta.push_front(known::LAST, last);
                }
                Ok(Quoted::call(
                    known::ALIASES,
                    meta,
                    vec![target, Quoted::Atom(name.symbol())],
                ))
            }
        }
    }

    /// `Foo.{}`
    pub fn dot_braces(&mut self, target: Quoted, dot: Token) -> Quoted {
        let head = Quoted::call(
            known::DOT,
            self.meta(&dot),
            vec![target, Quoted::Atom(known::TUPLE)],
        );
        Quoted::call(head, self.meta(&dot), vec![])
    }

    /// `Foo.{A, B}`
    pub fn dot_container(
        &mut self,
        target: Quoted,
        dot: Token,
        open: Token,
        args: Vec<Quoted>,
        close: Token,
    ) -> Quoted {
        let head = Quoted::call(
            known::DOT,
            self.meta(&dot),
            vec![target, Quoted::Atom(known::TUPLE)],
        );
        let mut meta = self.meta(&dot);
        self.add_closing(&mut meta, &open, &close);
        Quoted::call(head, meta, args)
    }

    // ---- Arguments ----------------------------------------------------------------------------------------

    pub fn add(&mut self, mut args: Vec<Quoted>, seq: Seq) -> Fallible<Vec<Quoted>> {
        args.push(self.expression(seq)?);
        Ok(args)
    }

    /// `f a, g b, c`
    pub fn ambiguous_call<T>(&mut self, seq: Seq) -> Fallible<T> {
        let node = self.expression(seq)?;
        let text = "unexpected comma. Parentheses are required to solve ambiguity in nested calls.\n\nThis error \
                    happens when you have nested function calls without parentheses. For example:\n\n    \
                    parent_call a, nested_call b, c, d\n\nIn the example above, we don't know if the parameters \
                    \"c\" and \"d\" apply to the function \"parent_call\" or \"nested_call\". You can solve this by \
                    explicitly adding parentheses:\n\n    parent_call a, nested_call(b, c, d)\n\nOr by adding commas \
                    (in case a nested call is not intended):\n\n    parent_call a, nested_call, b, c, d\n\nElixir \
                    cannot compile otherwise. Syntax error before: ";
        self.fail_at(Code::AmbiguousCall, &node, text, "','")
    }
}
