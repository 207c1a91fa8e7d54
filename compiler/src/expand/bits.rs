//! `<<…>>`: segments with their types.

use crate::diag::Code;
use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Symbol};

use super::{Context, Expanded, Expander, to_text};

impl Expander<'_> {
    pub(super) fn bits(&mut self, meta: Meta, args: Vec<Quoted>) -> Expanded<Quoted> {
        let parallel = !self.env.in_match() && args.len() > 1;
        let forked = parallel.then(|| self.fork());
        let mut segments = Vec::with_capacity(args.len());
        let last = args.len().saturating_sub(1);
        for (index, arg) in args.into_iter().enumerate() {
            if let Some((read, _)) = &forked {
                self.scope.read = read.clone();
            }
            self.segment(&meta, arg, &mut segments)?;
            if self.env.in_match() && index != last {
                self.check_sized(segments.last())?;
            }
        }
        if let Some((_, upper)) = forked {
            self.join(upper);
        }
        Ok(Quoted::call(known::BITS, meta, segments))
    }

    fn segment(&mut self, outer: &Meta, arg: Quoted, segments: &mut Vec<Quoted>) -> Expanded<()> {
        let typed = matches!(&arg, Quoted::Call(call) if call.is(known::TYPE, 2));
        if !typed {
            let value = self.segment_value(arg)?;
            match value {
                Quoted::Call(nested) if nested.name() == Some(known::BITS) => {
                    segments.extend(nested.into_parts().2)
                }
                value => segments.push(value),
            }
            return Ok(());
        }
        let Quoted::Call(call) = arg else { return Ok(()) };
        let (_, meta, mut parts) = call.into_parts();
        let spec = parts.pop().unwrap_or(Quoted::NIL);
        let value = parts.pop().unwrap_or(Quoted::NIL);
        let value = self.segment_value(value)?;
        let mut items = Vec::new();
        let at = if meta.line() == 0 { outer } else { &meta };
        self.spec(at, spec, &mut items)?;
        super::segment::check(&value, &items).map_err(|(code, message)| self.error(code, at, message))?;
        // A nested binary without a size lies in this one.
        let whole = items.iter().all(|item| {
            matches!(item, Quoted::Call(call) if matches!(call.name(), Some(known::BINARY | known::BYTES | known::BITSTRING | known::BITS_TYPE)) && call.args.is_empty())
        });
        if whole
            && let Quoted::Call(nested) = &value
            && nested.name() == Some(known::BITS)
        {
            let Quoted::Call(nested) = value else {
                return Ok(());
            };
            segments.extend(nested.into_parts().2);
            return Ok(());
        }
        let mut items = items.into_iter();
        let Some(first) = items.next() else {
            segments.push(value);
            return Ok(());
        };
        let spec = items.fold(first, |before, item| {
            Quoted::call(known::MINUS, Meta::EMPTY, vec![before, item])
        });
        segments.push(Quoted::call(known::TYPE, meta, vec![value, spec]));
        Ok(())
    }

    /// A part of a pattern that takes all the rest must be the last.
    fn check_sized(&self, segment: Option<&Quoted>) -> Expanded<()> {
        match segment.and_then(|node| node.call_of(known::TYPE, 2)) {
            Some(typed) if super::segment::takes_the_rest(&typed.args[0], &typed.args[1]) => {
                Err(self.error(Code::BitsUnsized, &typed.meta, super::segment::UNSIZED))
            }
            _ => Ok(()),
        }
    }

    fn segment_value(&mut self, value: Quoted) -> Expanded<Quoted> {
        self.expand(value)
    }

    /// The parts of a spec, in order.
    fn spec(&mut self, meta: &Meta, spec: Quoted, items: &mut Vec<Quoted>) -> Expanded<()> {
        match spec {
            Quoted::Call(call) if call.is(known::MINUS, 2) => {
                let (_, _, mut parts) = call.into_parts();
                let right = parts.pop().unwrap_or(Quoted::NIL);
                let left = parts.pop().unwrap_or(Quoted::NIL);
                self.spec(meta, left, items)?;
                self.spec(meta, right, items)
            }
            Quoted::Call(call) if call.is(known::TIMES, 2) => {
                let (_, _, mut parts) = call.into_parts();
                let unit = parts.pop().unwrap_or(Quoted::NIL);
                let size = parts.pop().unwrap_or(Quoted::NIL);
                if !matches!(&size, Quoted::Var(var) if var.name == known::UNDERSCORE) {
                    let size = self.size(meta, size)?;
                    items.push(named(known::SIZE, vec![size]));
                }
                let unit = self.unit(meta, unit)?;
                items.push(named(known::UNIT, vec![unit]));
                Ok(())
            }
            Quoted::Int(size) => {
                items.push(named(known::SIZE, vec![Quoted::Int(size)]));
                Ok(())
            }
            Quoted::Var(var) => self.named_spec(meta, var.name, Vec::new(), Quoted::Var(var), items),
            Quoted::Call(call) => {
                let Some(name) = call.name() else {
                    let node = Quoted::Call(call);
                    return self.macro_spec(meta, node.clone(), &node, items);
                };
                let args = call.args.clone();
                self.named_spec(meta, name, args, Quoted::Call(call), items)
            }
            other => Err(self.error(
                Code::BitsUnknownSpecifier,
                meta,
                format!("unknown bitstring specifier: {}", to_text(&other)),
            )),
        }
    }

    fn named_spec(
        &mut self,
        meta: &Meta,
        name: Symbol,
        mut args: Vec<Quoted>,
        node: Quoted,
        items: &mut Vec<Quoted>,
    ) -> Expanded<()> {
        match (name, args.len()) {
            (known::SIZE, 1) => {
                let size = self.size(meta, args.pop().unwrap_or(Quoted::NIL))?;
                items.push(named(known::SIZE, vec![size]));
                Ok(())
            }
            (known::UNIT, 1) => {
                let unit = self.unit(meta, args.pop().unwrap_or(Quoted::NIL))?;
                items.push(named(known::UNIT, vec![unit]));
                Ok(())
            }
            (
                known::INTEGER
                | known::FLOAT
                | known::BITS_TYPE
                | known::BITSTRING
                | known::BINARY
                | known::BYTES
                | known::UTF8
                | known::UTF16
                | known::UTF32
                | known::SIGNED
                | known::UNSIGNED
                | known::BIG
                | known::LITTLE
                | known::NATIVE,
                0,
            ) => {
                items.push(named(name, Vec::new()));
                Ok(())
            }
            _ => {
                let shown;
                let node = match node {
                    Quoted::Var(var) => {
                        self.warn(
                            Code::BitsBareSpecifier,
                            meta,
                            format!(
                                "bitstring specifier \"{}\" does not exist and is being expanded to \"{}()\", please use \
                                 parentheses to remove the ambiguity.\nYou may run \"mix format --migrate\" to fix this \
                                 warning automatically.",
                                var.name, var.name
                            ),
                        );
                        shown = Quoted::Var(var.clone());
                        Quoted::call(var.name, var.meta.clone(), Vec::new())
                    }
                    node => {
                        shown = node.clone();
                        node
                    }
                };
                self.macro_spec(meta, node, &shown, items)
            }
        }
    }

    fn macro_spec(
        &mut self,
        meta: &Meta,
        node: Quoted,
        shown: &Quoted,
        items: &mut Vec<Quoted>,
    ) -> Expanded<()> {
        let context = std::mem::replace(&mut self.env.context, Context::None);
        let expanded = self.expand_macro_once(&node);
        self.env.context = context;
        match expanded? {
            Some(spec) => self.spec(meta, spec, items),
            None => Err(self.error(
                Code::BitsUnknownSpecifier,
                meta,
                format!("unknown bitstring specifier: {}", to_text(shown)),
            )),
        }
    }

    fn size(&mut self, meta: &Meta, size: Quoted) -> Expanded<Quoted> {
        // In a pattern a size only reads variables, pinned or not.
        let size = match &size {
            Quoted::Call(call) if self.env.in_match() && call.is(known::PIN, 1) => call.args[0].clone(),
            _ => size,
        };
        let size = if self.env.in_match() {
            let prematch = std::mem::replace(&mut self.scope.prematch, super::Prematch::Raise);
            let result = self.in_context(Context::Guard, |this| this.expand(size));
            self.scope.prematch = prematch;
            result?
        } else {
            self.expand(size)?
        };
        match &size {
            Quoted::Int(number) if *number < 0 => Err(self.error(
                Code::BitsSize,
                meta,
                format!("size in bitstring expects an integer or a variable as argument, got: {number}"),
            )),
            Quoted::Float(_) | Quoted::Bin(_) | Quoted::List(_) | Quoted::Pair(_) => Err(self.error(
                Code::BitsSize,
                meta,
                format!(
                    "size in bitstring expects an integer or a variable as argument, got: {}",
                    to_text(&size)
                ),
            )),
            _ => Ok(size),
        }
    }

    fn unit(&mut self, meta: &Meta, unit: Quoted) -> Expanded<Quoted> {
        let unit = self.expand(unit)?;
        match unit {
            Quoted::Int(1..=256) => Ok(unit),
            _ => Err(self.error(
                Code::BitsUnit,
                meta,
                format!(
                    "unit in bitstring expects an integer between 1 and 256 as argument, got: {}",
                    to_text(&unit)
                ),
            )),
        }
    }
}

fn named(name: Symbol, args: Vec<Quoted>) -> Quoted {
    Quoted::call(name, Meta::EMPTY, args)
}
