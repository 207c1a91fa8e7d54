//! Sequences of operands and operators, and their folding by precedence.

use crate::diagnostics::Code;
use crate::lexer::problem::Problem;
use crate::lexer::token::{Kind, Token};
use crate::quoted::{Quoted, Symbol, known};

use super::super::Fallible;
use super::{Builder, is_negation};

/// An expression before its operators are folded.
pub enum Seq {
    One(Quoted),
    /// A call without parentheses, or with a do-block.
    Call(Quoted),
    Many(Vec<Item>),
}

pub enum Item {
    Operand(Quoted),
    Call(Quoted),
    Prefix(Token),
    Infix(Token),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Associativity {
    Left,
    Right,
}

const PIPE: u16 = 70;
const ASSOC: u16 = 80;

fn infix_precedence(kind: Kind) -> (u16, Associativity) {
    use Associativity::{Left, Right};
    match kind {
        Kind::InMatchOp => (40, Left),
        Kind::WhenOp => (50, Right),
        Kind::TypeOp => (60, Right),
        Kind::PipeOp => (PIPE, Right),
        Kind::AssocOp => (ASSOC, Right),
        Kind::MatchOp => (100, Right),
        Kind::OrOp => (120, Left),
        Kind::AndOp => (130, Left),
        Kind::CompOp => (140, Left),
        Kind::RelOp => (150, Left),
        Kind::ArrowOp => (160, Left),
        Kind::InOp => (170, Left),
        Kind::XorOp => (180, Left),
        Kind::TernaryOp => (190, Right),
        Kind::ConcatOp | Kind::RangeOp => (200, Right),
        Kind::DualOp => (210, Left),
        Kind::MultOp => (220, Left),
        _ => (230, Left),
    }
}

fn prefix_precedence(kind: Kind) -> u16 {
    match kind {
        Kind::CaptureOp | Kind::EllipsisOp => 90,
        Kind::AtOp => 320,
        _ => 300,
    }
}

/// The operator-precedence parser's two stacks.
struct Fold<'b, 't> {
    builder: &'b mut Builder<'t>,
    operands: Vec<Quoted>,
    operators: Vec<(Token, Role)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Infix,
    Prefix,
    /// Before a call with a do-block: takes all to its right, as in `!if a do b end ++ c`.
    WidePrefix,
}

/// The roles of the operators of a sequence.
fn roles(items: &[Item]) -> Vec<Role> {
    let mut before_call = false;
    let mut roles: Vec<Role> = items
        .iter()
        .rev()
        .map(|item| match item {
            Item::Prefix(_) if before_call => Role::WidePrefix,
            Item::Prefix(_) => Role::Prefix,
            item => {
                before_call = matches!(item, Item::Call(_));
                Role::Infix
            }
        })
        .collect();
    roles.reverse();
    roles
}

impl Fold<'_, '_> {
    /// Folds what binds tighter than an operator of this precedence.
    fn reduce_above(&mut self, precedence: u16, associativity: Associativity) -> Fallible<()> {
        while let Some((token, role)) = self.operators.last() {
            let top = match role {
                Role::Infix => infix_precedence(token.kind).0,
                Role::Prefix => prefix_precedence(token.kind),
                Role::WidePrefix => 0,
            };
            if top > precedence || (top == precedence && associativity == Associativity::Left) {
                self.reduce()?;
            } else {
                break;
            }
        }
        Ok(())
    }

    fn reduce(&mut self) -> Fallible<()> {
        let Some((token, role)) = self.operators.pop() else {
            return Ok(());
        };
        let Some(right) = self.operands.pop() else {
            return Ok(());
        };
        let node = if role == Role::Infix {
            let left = self.operands.pop().unwrap_or(Quoted::NIL);
            self.builder.binary(&token, left, right)?
        } else {
            self.builder.unary(&token, right)
        };
        self.operands.push(node);
        Ok(())
    }

    fn finish(mut self) -> Fallible<Quoted> {
        while !self.operators.is_empty() {
            self.reduce()?;
        }
        Ok(self.operands.pop().unwrap_or(Quoted::NIL))
    }
}

/// Where `base | rest` splits, in numbers of items.
fn update_pipe(seq: &Seq) -> Option<usize> {
    let Seq::Many(items) = seq else { return None };
    let mut held: Vec<u16> = Vec::new();
    for (index, (item, role)) in items.iter().zip(roles(items)).enumerate() {
        match item {
            Item::Operand(_) | Item::Call(_) => {}
            Item::Prefix(token) => held.push(match role {
                Role::WidePrefix => 0,
                _ => prefix_precedence(token.kind),
            }),
            Item::Infix(token) => {
                let (precedence, associativity) = infix_precedence(token.kind);
                let folds = |top: &u16| {
                    *top > precedence || (*top == precedence && associativity == Associativity::Left)
                };
                while held.last().is_some_and(folds) {
                    held.pop();
                }
                if token.kind == Kind::PipeOp && held.is_empty() {
                    let looser = items[index + 1..].iter().any(|item| match item {
                        Item::Infix(token) => infix_precedence(token.kind).0 < PIPE,
                        _ => false,
                    });
                    return (!looser).then_some(index);
                }
                held.push(precedence);
            }
        }
    }
    None
}

/// True if nothing in the sequence holds a pipe after it back, so that the pipe updates all of it.
pub fn takes_update(seq: &Seq) -> bool {
    let Seq::Many(items) = seq else { return true };
    items.iter().all(|item| match item {
        Item::Operand(_) | Item::Call(_) => true,
        Item::Prefix(token) => prefix_precedence(token.kind) > PIPE,
        Item::Infix(token) => infix_precedence(token.kind).0 > PIPE,
    })
}

/// True for what may stand in a map without `=>`: a name, a call in parentheses, `@a`, `!a`, or an update with such.
pub fn is_map_element(seq: &Seq, first: bool) -> bool {
    let items = match seq {
        Seq::One(_) => return true,
        Seq::Call(_) => return false,
        Seq::Many(items) => items.as_slice(),
    };
    let after_pipe = update_pipe(seq).filter(|_| first).map_or(0, |index| index + 1);
    items[after_pipe..].iter().all(|item| match item {
        Item::Operand(_) => true,
        Item::Prefix(token) => token.kind != Kind::CaptureOp,
        Item::Infix(_) | Item::Call(_) => false,
    })
}

impl<'t> Builder<'t> {
    pub fn join(&mut self, left: Seq, operator: Token, right: Seq) -> Seq {
        let mut items = match left {
            Seq::One(operand) => vec![Item::Operand(operand)],
            Seq::Call(operand) => vec![Item::Call(operand)],
            Seq::Many(items) => items,
        };
        items.push(Item::Infix(operator));
        match right {
            Seq::One(operand) => items.push(Item::Operand(operand)),
            Seq::Call(operand) => items.push(Item::Call(operand)),
            Seq::Many(more) => items.extend(more),
        }
        Seq::Many(items)
    }

    /// As `join`, with a call without parentheses on the right.
    pub fn join_call(&mut self, left: Seq, operator: Token, right: Seq) -> Seq {
        if operator.kind == Kind::ArrowOp && matches!(right, Seq::Call(_)) {
            let op = operator.symbol();
            let text = format!(
                "parentheses are required when piping into a function call. For example:\n\n    foo 1 {op} bar 2 {op} \
                 baz 3\n\nis ambiguous and should be written as\n\n    foo(1) {op} bar(2) {op} baz(3)\n\nAmbiguous \
                 pipe found at:"
            );
            self.warn(Code::AmbiguousPipe, operator.line, operator.column, text);
        }
        self.join(left, operator, right)
    }

    /// `if a do b end + f c, d`: allowed, but told.
    pub fn join_after_block(&mut self, left: Seq, operator: Token, right: Seq) -> Seq {
        let text = format!(
            "missing parentheses on expression following operator \"{}\", you must add parentheses to avoid \
             ambiguities",
            operator.symbol()
        );
        self.warn(Code::OperatorAfterBlock, operator.line, 0, text);
        self.join(left, operator, right)
    }

    /// `a when b: c`
    pub fn join_keywords(&mut self, left: Seq, operator: Token, keywords: Quoted) -> Seq {
        self.join(left, operator, Seq::One(keywords))
    }

    pub fn prefixed(&mut self, prefixes: Vec<Token>, operand: Quoted) -> Seq {
        let mut items: Vec<_> = prefixes.into_iter().map(Item::Prefix).collect();
        items.push(Item::Operand(operand));
        Seq::Many(items)
    }

    pub fn prefixed_call(&mut self, prefixes: Vec<Token>, call: Quoted) -> Seq {
        let mut items: Vec<_> = prefixes.into_iter().map(Item::Prefix).collect();
        items.push(Item::Call(call));
        Seq::Many(items)
    }

    fn fold(&mut self) -> Fold<'_, 't> {
        Fold {
            builder: self,
            operands: Vec::new(),
            operators: Vec::new(),
        }
    }

    /// Folds a sequence to one node.
    pub fn expression(&mut self, seq: Seq) -> Fallible<Quoted> {
        let items = match seq {
            Seq::One(operand) | Seq::Call(operand) => return Ok(operand),
            Seq::Many(items) => items,
        };
        let roles = roles(&items);
        let mut fold = self.fold();
        for (item, role) in items.into_iter().zip(roles) {
            match item {
                Item::Operand(operand) | Item::Call(operand) => fold.operands.push(operand),
                Item::Prefix(token) => fold.operators.push((token, role)),
                Item::Infix(token) => {
                    let (precedence, associativity) = infix_precedence(token.kind);
                    fold.reduce_above(precedence, associativity)?;
                    fold.operators.push((token, role));
                }
            }
        }
        fold.finish()
    }

    /// Splits `base | rest` at the first pipe that nothing before holds back: the update of a map.
    pub fn split_update(&mut self, seq: Seq) -> Fallible<Result<(Quoted, Token, Seq), Seq>> {
        let Some(index) = update_pipe(&seq) else {
            return Ok(Err(seq));
        };
        let Seq::Many(mut items) = seq else {
            return Ok(Err(seq));
        };
        let mut after = items.split_off(index).into_iter();
        let Some(Item::Infix(pipe)) = after.next() else {
            return Ok(Err(Seq::Many(items)));
        };
        let base = self.expression(Seq::Many(items))?;
        Ok(Ok((base, pipe, Seq::Many(after.collect()))))
    }

    fn unary(&mut self, token: &Token, operand: Quoted) -> Quoted {
        let mut meta = self.meta(token);
        if token.kind == Kind::UnaryTernaryOp {
            // `//2` in `&//2` is the operator `/`, divided by 2.
            let outer = self.place(token.line, token.column + 1);
            let inner = Quoted::var(known::DIVIDE, meta, known::NIL);
            return Quoted::call(known::DIVIDE, outer, vec![inner, operand]);
        }
        if token.kind == Kind::UnaryDualOp || token.kind == Kind::UnaryOp {
            self.add_newlines(&mut meta, 0);
        }
        Quoted::call(token.symbol(), meta, vec![operand])
    }

    fn binary(&mut self, token: &Token, left: Quoted, right: Quoted) -> Fallible<Quoted> {
        match token.kind {
            Kind::TernaryOp => return self.range_step(token, left, right),
            Kind::InOp if token.symbol() == known::NOT_IN => {
                let meta = self.meta(token);
                let inner = Quoted::call(known::IN, meta.clone(), vec![left, right]);
                return Ok(Quoted::call(known::NOT, meta, vec![inner]));
            }
            Kind::InOp => {
                if let (Some(negation), Quoted::Call(call)) = (is_negation(&left), &left) {
                    return Ok(self.move_negation(token, negation, call.args.clone(), right));
                }
            }
            _ => {}
        }
        let meta = self.meta_newlines(token);
        Ok(Quoted::call(token.symbol(), meta, vec![left, right]))
    }

    /// `not a in b` is `not(a in b)`.
    fn move_negation(
        &mut self,
        token: &Token,
        negation: Symbol,
        mut args: Vec<Quoted>,
        right: Quoted,
    ) -> Quoted {
        let text = "\"not expr1 in expr2\" is deprecated, use \"expr1 not in expr2\" instead";
        self.warn(Code::NotIn, token.line, token.column, text);
        let meta = self.meta(token);
        args.push(right);
        let inner = Quoted::call(known::IN, meta.clone(), args);
        Quoted::call(negation, meta, vec![inner])
    }

    fn range_step(&mut self, token: &Token, left: Quoted, right: Quoted) -> Fallible<Quoted> {
        if left.call_of(known::DOTDOT, 2).is_some()
            && let Quoted::Call(range) = left
        {
            let (_, meta, mut args) = range.into_parts();
            args.push(right);
            return Ok(Quoted::call(known::DOTDOT_STEP, meta, args));
        }
        let text = "the range step operator (//) must immediately follow the range definition operator (..), for \
                    example: 1..9//2. If you wanted to define a default argument, use (\\\\) instead. Syntax error \
                    before: ";
        self.fail(Problem::syntax(
            Code::RangeStep,
            token.line,
            token.column,
            text,
            "'//'",
        ))
    }

    pub fn nullary(&mut self, token: Token) -> Quoted {
        let meta = self.meta(&token);
        Quoted::call(token.symbol(), meta, vec![])
    }

    /// Applies `@` operators, the innermost last.
    pub fn at(&mut self, ats: Vec<Token>, operand: Quoted) -> Quoted {
        ats.iter()
            .rev()
            .fold(operand, |operand, token| self.unary(token, operand))
    }
}
