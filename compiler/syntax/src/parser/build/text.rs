//! Literals: numbers, atoms, strings with their interpolations, sigils.

use crate::lexer::token::{Kind, Part, Text, Token, Value};
use crate::quoted::{Meta, Quoted, deeper, known};

use super::super::{Fallible, parse_tokens};
use super::Builder;

impl Builder<'_> {
    pub fn literal(&mut self, token: Token) -> Fallible<Quoted> {
        let mut meta = self.meta(&token);
        match token.value {
            Value::Node(ref node) => {
                let node = node.clone();
                if self.options.token_metadata {
                    meta.push_front(known::TOKEN, Quoted::bin(self.source(&token)));
                }
                Ok(self.wrap(node, meta))
            }
            Value::Quoted(name, quote) => {
                if self.options.token_metadata {
                    meta.push_front(known::DELIMITER, Quoted::bin(quote.encode_utf8(&mut [0; 4])));
                }
                Ok(self.wrap(Quoted::Atom(name), meta))
            }
            Value::Text(_) => self.text(token, meta),
            _ => {
                let name = token.symbol();
                let reserved = matches!(name.as_str(), "nil" | "true" | "false");
                if token.kind == Kind::Atom && reserved && self.options.token_metadata {
                    meta.push_front(known::FORMAT, Quoted::atom("atom"));
                }
                Ok(self.wrap(Quoted::Atom(name), meta))
            }
        }
    }

    pub fn capture_int(&mut self, capture: Token, number: Token) -> Quoted {
        let meta = self.meta(&capture);
        // The number is part of the operator: it is never wrapped.
        let number = match number.value {
            Value::Node(node) => node,
            _ => Quoted::NIL,
        };
        Quoted::call(known::CAPTURE, meta, vec![number])
    }

    fn text(&mut self, token: Token, mut meta: Meta) -> Fallible<Quoted> {
        match token.kind {
            Kind::Sigil => return self.sigil(token, meta),
            Kind::AtomUnsafe => return self.interpolated_atom(token, meta),
            _ => {}
        }
        let Value::Text(text) = token.value else {
            return Ok(Quoted::NIL);
        };
        self.add_delimiter(&mut meta, &text);
        let charlist = matches!(token.kind, Kind::ListString | Kind::ListHeredoc);
        if let [Part::Bytes(bytes)] = text.parts.as_slice() {
            let literal = if charlist {
                charlist_of(bytes)
            } else {
                Quoted::bin(bytes)
            };
            return Ok(self.wrap(literal, meta));
        }
        if charlist {
            let parts = self.charlist_parts(text.parts)?;
            let place = self.place(token.line, token.column);
            let head = vec![Quoted::Atom(known::ELIXIR_LIST), Quoted::Atom(known::TO_CHARLIST)];
            let head = Quoted::call(known::DOT, place, head);
            return Ok(Quoted::call(head, meta, vec![Quoted::List(parts)]));
        }
        let parts = self.binary_parts(text.parts)?;
        Ok(Quoted::call(known::BITS, meta, parts))
    }

    /// Puts `delimiter:` and `indentation:` in front.
    fn add_delimiter(&self, meta: &mut Meta, text: &Text) {
        if !self.options.token_metadata {
            return;
        }
        if let Some(indentation) = text.indentation {
            meta.push_front(known::INDENTATION, indentation);
        }
        meta.push_front(known::DELIMITER, Quoted::bin(text.delimiter));
    }

    /// `:"a#{b}"`, or such a keyword key.
    pub fn interpolated_atom(&mut self, token: Token, mut meta: Meta) -> Fallible<Quoted> {
        let place = self.place(token.line, token.column);
        let Value::Text(text) = token.value else {
            return Ok(Quoted::NIL);
        };
        self.add_delimiter(&mut meta, &text);
        let parts = self.binary_parts(text.parts)?;
        let function = if self.options.existing_atoms_only {
            known::BINARY_TO_EXISTING_ATOM
        } else {
            known::BINARY_TO_ATOM
        };
        let head = vec![Quoted::Atom(known::ERLANG), Quoted::Atom(function)];
        let head = Quoted::call(known::DOT, place.clone(), head);
        let binary = Quoted::call(known::BITS, place, parts);
        Ok(Quoted::call(head, meta, vec![binary, Quoted::Atom(known::UTF8)]))
    }

    fn sigil(&mut self, token: Token, mut meta: Meta) -> Fallible<Quoted> {
        let mut inner = self.place(token.line, token.column);
        let Value::Text(text) = token.value else {
            return Ok(Quoted::NIL);
        };
        if let Some(indentation) = text.indentation {
            inner.push_front(known::INDENTATION, indentation);
        }
        meta.push_front(known::DELIMITER, Quoted::bin(text.delimiter));
        let parts = self.binary_parts(text.parts)?;
        let modifiers = text
            .modifiers
            .bytes()
            .map(|byte| Quoted::Int(i64::from(byte)))
            .collect();
        let binary = Quoted::call(known::BITS, inner, parts);
        let name = text.name.unwrap_or(known::EMPTY);
        Ok(Quoted::call(name, meta, vec![binary, Quoted::List(modifiers)]))
    }

    fn binary_parts(&mut self, parts: Vec<Part>) -> Fallible<Vec<Quoted>> {
        self.parts(parts, |place, string| {
            let kind = Quoted::var(known::BINARY, place.clone(), known::NIL);
            Quoted::call(known::TYPE, place, vec![string, kind])
        })
    }

    fn charlist_parts(&mut self, parts: Vec<Part>) -> Fallible<Vec<Quoted>> {
        self.parts(parts, |_, string| string)
    }

    fn parts(&mut self, parts: Vec<Part>, wrap: impl Fn(Meta, Quoted) -> Quoted) -> Fallible<Vec<Quoted>> {
        let mut out = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Part::Bytes(bytes) => out.push(Quoted::bin(bytes)),
                Part::Code(code) => {
                    let place = self.place(code.line, code.column);
                    let mut meta = place.clone();
                    if self.options.token_metadata {
                        meta.push_front(
                            known::CLOSING,
                            self.place(code.end_line, code.end_column).to_list(),
                        );
                    }
                    meta.push_front(known::FROM_INTERPOLATION, Quoted::TRUE);
                    let node = deeper(|| parse_tokens(self, code.tokens))?;
                    let head = vec![Quoted::Atom(known::ELIXIR_KERNEL), Quoted::Atom(known::TO_STRING)];
                    let head = Quoted::call(known::DOT, place.clone(), head);
                    out.push(wrap(place, Quoted::call(head, meta, vec![node])));
                }
            }
        }
        Ok(out)
    }
}

/// The code points of a text.
fn charlist_of(bytes: &[u8]) -> Quoted {
    let text = String::from_utf8_lossy(bytes);
    Quoted::List(
        text.chars()
            .map(|c| Quoted::Int(i64::from(u32::from(c))))
            .collect(),
    )
}
