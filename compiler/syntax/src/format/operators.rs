//! Unary and binary operators, captures, module attributes.

use crate::Symbol;
use crate::quoted::{Call, Quoted, known};

use super::comments::Lines;
use super::doc::{Doc, Indent, layout, text};
use super::expressions::{in_parens, with_next_break_fits};
use super::{Context, Formatter};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Left,
    Right,
}

/// Associativity and precedence.
pub(super) type Binary = (Side, u16);

pub(super) fn binary(operator: Symbol) -> Option<Binary> {
    use Side::{Left, Right};
    Some(match operator.as_str() {
        "<-" | "\\\\" => (Left, 40),
        "when" => (Right, 50),
        "::" => (Right, 60),
        "|" => (Right, 70),
        "=" => (Right, 100),
        "||" | "|||" | "or" => (Left, 120),
        "&&" | "&&&" | "and" => (Left, 130),
        "==" | "!=" | "=~" | "===" | "!==" => (Left, 140),
        "<" | "<=" | ">=" | ">" => (Left, 150),
        "|>" | "<<<" | ">>>" | "<~" | "~>" | "<<~" | "~>>" | "<~>" | "<|>" => (Left, 160),
        "in" => (Left, 170),
        "^^^" => (Left, 180),
        "//" => (Right, 190),
        "++" | "--" | ".." | "<>" | "+++" | "---" => (Right, 200),
        "+" | "-" => (Left, 210),
        "*" | "/" => (Left, 220),
        "**" => (Left, 230),
        _ => return None,
    })
}

pub(super) fn unary(operator: Symbol) -> bool {
    matches!(
        operator.as_str(),
        "&" | "!" | "^" | "not" | "+" | "-" | "~~~" | "@" | "..."
    )
}

fn is_pipeline(operator: &str) -> bool {
    matches!(operator, "|>" | "~>>" | "<<~" | "~>" | "<~" | "<~>" | "<|>")
}

fn requires_parens(operator: &str) -> bool {
    is_pipeline(operator)
        || matches!(
            operator,
            "<<<" | ">>>" | "^^^" | "+++" | "---" | "in" | "++" | "--" | ".." | "<>"
        )
}

fn is_logical(operator: &str) -> bool {
    matches!(operator, "||" | "|||" | "or" | "&&" | "&&&" | "and")
}

/// True for an expression whose outermost form is an operator.
fn is_operator(node: &Quoted) -> bool {
    let Some(call) = node.as_call() else { return false };
    match (call.name(), call.args.as_slice()) {
        (Some(known::BLOCK), [only @ Quoted::Call(_)]) => is_operator(only),
        (Some(known::CAPTURE), [arg]) => !is_small_capture(arg),
        (Some(known::AT), [Quoted::Var(_)]) => false,
        (Some(known::DOTDOT_STEP), [_, _, _]) => true,
        (Some(name), [_]) => unary(name),
        (Some(name), [_, _]) => binary(name).is_some(),
        _ => false,
    }
}

/// The number of `&1`.
fn is_small_capture(arg: &Quoted) -> bool {
    match arg {
        Quoted::Int(_) => true,
        Quoted::Call(call) => call.is(known::BLOCK, 1) && matches!(call.args[0], Quoted::Int(_)),
        _ => false,
    }
}

fn in_parens_if_operator(doc: Doc, node: &Quoted) -> Doc {
    if is_operator(node) { in_parens(doc) } else { doc }
}

fn left_context(context: Context) -> Context {
    match context {
        Context::NoParensArg | Context::NoParensOneArg => Context::NoParensArg,
        _ => Context::ParensArg,
    }
}

fn right_context(context: Context) -> Context {
    match context {
        Context::NoParensArg => Context::NoParensArg,
        Context::NoParensOneArg => Context::NoParensOneArg,
        _ => Context::Operand,
    }
}

impl Formatter<'_> {
    pub(super) fn operand_in_parens(&mut self, node: &Quoted, context: Context) -> Doc {
        let doc = self.expression(node, context);
        in_parens_if_operator(doc, node)
    }

    pub(super) fn unary(&mut self, name: Symbol, call: &Call, context: Context) -> Option<Doc> {
        let [arg] = call.args.as_slice() else { return None };
        if !unary(name) {
            return None;
        }
        match name {
            known::CAPTURE => return Some(self.capture(arg, context)),
            known::AT => return Some(self.attribute(arg, context)),
            known::NOT => {
                if let Some(inner) = arg.call_of(known::IN, 2)
                    && !inner.meta.has(known::PARENS)
                {
                    let nesting = self.operand_nesting;
                    return Some(self.binary(known::IN, "not in", inner, context, None, nesting));
                }
            }
            _ => {}
        }
        let doc = self.expression(
            arg,
            if context == Context::NoParensArg {
                context
            } else {
                Context::Operand
            },
        );
        let same =
            arg.as_call().is_some_and(|inner| inner.is(name, 1)) && matches!(name, known::NOT | known::BANG);
        let doc = if same {
            doc
        } else {
            in_parens_if_operator(doc, arg)
        };
        let operator = if name == known::NOT { "not " } else { name.as_str() };
        Some(text(operator).then(doc))
    }

    fn attribute(&mut self, arg: &Quoted, context: Context) -> Doc {
        if let Quoted::Call(call) = arg
            && let Some(name) = call.name()
            && call.args.len() == 1
            && !matches!(name, known::BLOCK | known::ALIASES)
            && binary(name).is_none()
            && !unary(name)
            && name.as_str().starts_with(|c: char| c.is_alphabetic() || c == '_')
            && !name.as_str().starts_with("sigil_")
        {
            let (doc, wrap) = self.call_args(
                &call.args,
                &call.meta,
                context,
                super::calls::Parens::SkipUnlessMany,
                false,
            );
            let doc = text("@").then(name.as_str()).then(doc);
            return if wrap { in_parens(doc) } else { doc };
        }
        let doc = self.expression(arg, Context::Operand);
        text("@").then(in_parens_if_operator(doc, arg))
    }

    fn capture(&mut self, arg: &Quoted, context: Context) -> Doc {
        if is_small_capture(arg) {
            let doc = self.expression(arg, Context::ParensArg);
            return text("&").then(doc);
        }
        let doc = match self.captured_name(arg) {
            Some(doc) => doc,
            None => {
                let doc = self.expression(arg, context);
                in_parens_if_operator(doc, arg)
            }
        };
        if layout(usize::MAX, &doc).starts_with('&') {
            text("& ").then(doc)
        } else {
            text("&").then(doc)
        }
    }

    /// `Mod.fun/arity` or `fun/arity`.
    fn captured_name(&mut self, arg: &Quoted) -> Option<Doc> {
        let division = arg.call_of(known::DIVIDE, 2)?;
        let arity = match &division.args[1] {
            Quoted::Int(arity) => arity.to_string(),
            Quoted::Call(call) if call.is(known::BLOCK, 1) => match &call.args[0] {
                Quoted::Int(arity) => arity.to_string(),
                _ => return None,
            },
            _ => return None,
        };
        let name = match &division.args[0] {
            Quoted::Var(var) => text(var.name.as_str()),
            Quoted::Call(call) if call.args.is_empty() => match call.remote() {
                Some((target, name)) => {
                    let target = self.remote_target(target);
                    target.then(".").then(super::calls::remote_name(name))
                }
                None => match call.name() {
                    Some(name @ (known::DOTDOT | known::ELLIPSIS)) => text(name.as_str()),
                    _ => return None,
                },
            },
            _ => return None,
        };
        Some(name.then("/").then(arity))
    }

    pub(super) fn binary_call(&mut self, name: Symbol, call: &Call, context: Context) -> Option<Doc> {
        if name == known::DOTDOT_STEP && call.args.len() == 3 {
            let range = Call {
                head: Quoted::Atom(known::DOTDOT),
                meta: call.meta.clone(),
                args: call.args[..2].to_vec(),
            };
            let step = Call {
                head: Quoted::Atom(Symbol::new("//")),
                meta: call.meta.clone(),
                args: vec![Quoted::Call(Box::new(range)), call.args[2].clone()],
            };
            let nesting = self.operand_nesting;
            return Some(self.binary(known::STEP, "//", &step, context, None, nesting));
        }
        if matches!(name, known::DOTDOT | known::ELLIPSIS) && call.args.is_empty() {
            let doc = text(name.as_str());
            let bare =
                matches!(context, Context::NoParensArg | Context::NoParensOneArg) && name == known::DOTDOT;
            return Some(if bare { in_parens(doc) } else { doc });
        }
        if call.args.len() != 2 || binary(name).is_none() {
            return None;
        }
        let nesting = self.operand_nesting;
        Some(self.binary(name, name.as_str(), call, context, None, nesting))
    }

    pub(super) fn binary(
        &mut self,
        name: Symbol,
        shown: &str,
        call: &Call,
        context: Context,
        parent: Option<Binary>,
        nesting: usize,
    ) -> Doc {
        let Some(info) = binary(name) else {
            return Doc::Empty;
        };
        let [left_arg, right_arg] = call.args.as_slice() else {
            return Doc::Empty;
        };
        let left = self.operand(left_arg, left_context(context), name, info, Side::Left, 2);
        let comments = if is_pipeline(shown) && self.eol(&call.meta) {
            self.comments_between(left_arg.line_range().1, call.meta.line())
        } else {
            Doc::Empty
        };
        let right = self.operand(right_arg, right_context(context), name, info, Side::Right, 0);
        if !comments.is_empty() {
            let doc = left
                .glue(comments.line(text(format!("{shown} ")).then(right)))
                .force();
            return if Some(info) == parent { doc } else { doc.group() };
        }
        self.join_binary(name, shown, call, left, right, parent, nesting)
    }

    /// Takes the comments after a line, up to and with another.
    fn comments_between(&mut self, after: u32, to: u32) -> Doc {
        let mut found = Vec::new();
        self.comments.retain(|comment| {
            let between = comment.line > after && comment.line <= to;
            if between {
                found.push(text(&comment.text));
            }
            !between
        });
        found.reverse();
        super::lines(found)
    }

    /// Both operands are laid out; puts the operator between.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn join_binary(
        &mut self,
        name: Symbol,
        shown: &str,
        call: &Call,
        left: Doc,
        right: Doc,
        parent: Option<Binary>,
        nesting: usize,
    ) -> Doc {
        let info = binary(name);
        let eol = self.eol(&call.meta);
        match name.as_str() {
            ".." | "//" => left.group().then(shown).then(right.group()),
            "\\\\" | "in" => left.group().then(format!(" {shown} ")).then(right.group()),
            operator if is_pipeline(operator) || matches!(operator, "|" | "when") => {
                let prefix = format!("{shown} ");
                let right = match operator {
                    "|" | "when" => right.nest_as(Indent::By(prefix.len()), false),
                    _ => right,
                };
                let right_associative = matches!(operator, "|" | "when");
                let doc = if right_associative && call.args[1].call_of(name, 2).is_some() {
                    // A chain of the same operator stays at one indentation.
                    left.glue(text(&prefix).then(strip_nest(right)))
                } else {
                    left.glue(text(&prefix).then(right))
                };
                let doc = if eol { doc.force() } else { doc };
                if info == parent { doc } else { doc.group() }
            }
            operator => {
                let next_fits = matches!(
                    operator,
                    "<-" | "==" | "!=" | "=~" | "===" | "!==" | "=" | "::" | "\\\\"
                ) && self.next_break_fits(&call.args[1])
                    && !eol;
                with_next_break_fits(next_fits, right, |right| {
                    let right = text(format!(" {shown}")).glue(right.group()).nest_broken(nesting);
                    let right = if eol { right.force() } else { right };
                    left.group().then(right.group())
                })
            }
        }
    }

    pub(super) fn operand(
        &mut self,
        node: &Quoted,
        context: Context,
        parent_name: Symbol,
        parent: Binary,
        side: Side,
        nesting: usize,
    ) -> Doc {
        // `(not a) in b`
        if parent_name == known::IN
            && side == Side::Left
            && let Some(block) = node.call_of(known::BLOCK, 1)
            && let Quoted::Call(inner) = &block.args[0]
            && let Some(name @ (known::NOT | known::BANG)) = inner.name()
            && let Some(doc) = self.unary(name, inner, context)
        {
            return in_parens(doc);
        }
        let (parent_side, parent_precedence) = parent;
        let inner = node.as_call().filter(|call| call.args.len() == 2);
        let found = inner.and_then(|call| Some((call, call.name()?, binary(call.name()?)?)));
        let Some((call, name, info)) = found else {
            if let Some(capture) = node.call_of(known::CAPTURE, 1)
                && (side == Side::Left || parent_precedence > 100)
                && !is_small_capture(&capture.args[0])
            {
                let doc = self.expression(node, context);
                return in_parens(doc);
            }
            if let Some(step) = node.call_of(known::DOTDOT_STEP, 3) {
                let doc = self.expression(node, context);
                let _ = step;
                return if parent_precedence >= 190 {
                    in_parens(doc)
                } else {
                    doc
                };
            }
            return self.expression(node, context);
        };
        let precedence = info.1;
        let strict = matches!(parent_name.as_str(), "--" | "---")
            || (name != parent_name
                && requires_parens(parent_name.as_str())
                && !is_pipeline(parent_name.as_str())
                && !is_pipeline(name.as_str()));
        if parent_precedence == precedence && parent_side == side && !strict {
            return self.binary(name, name.as_str(), call, context, Some(parent), nesting);
        }
        let parent_text = parent_name.as_str();
        let wrap = (requires_parens(parent_text) && !matches!(name.as_str(), ".." | "//"))
            || (is_logical(parent_text) && is_logical(name.as_str()))
            || parent_precedence > precedence
            || parent_precedence == precedence;
        let doc = self.binary(
            name,
            name.as_str(),
            call,
            context,
            Some(parent).filter(|parent| *parent != info),
            2,
        );
        if wrap {
            return in_parens(doc);
        }
        doc
    }
}

fn strip_nest(doc: Doc) -> Doc {
    match doc {
        Doc::Nest(inner, ..) => (*inner).clone(),
        doc => doc,
    }
}
