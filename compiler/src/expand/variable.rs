//! Variables: bindings in patterns, uses in expressions, `^`.

use crate::diag::Code;
use std::rc::Rc;

use cordial_syntax::quoted::known;
use cordial_syntax::{Meta, Quoted, Var};

use super::scope::var_kind;
use super::{Binding, Expanded, Expander, Prematch, Stop, to_text};

impl Expander<'_> {
    pub(super) fn variable(&mut self, var: Var) -> Expanded<Quoted> {
        if self.env.in_match() {
            Ok(self.bind(var))
        } else {
            self.read(var)
        }
    }

    fn bind(&mut self, mut var: Var) -> Quoted {
        let key = (var.name, var_kind(&var.meta, var.context));
        let start = match &self.scope.prematch {
            Prematch::Pattern { version, .. } => *version,
            _ => self.next_version,
        };
        let known_version = self.scope.read.get(&key).copied();
        if let Some(version) = known_version
            && version >= start
        {
            self.bindings.mark_used(version);
            let name = var.name.as_str();
            if name.starts_with('_') && matches!(key.1, super::VarKind::Context(known::NIL)) {
                let meta = var.meta.clone();
                self.warn(
                    Code::UnderscoredRepeated,
                    &meta,
                    format!(
                        "the underscored variable \"{name}\" appears more than once in a match. This means the pattern will only \
                         match if all \"{name}\" bind to the same value. If this is the intended behaviour, please remove the leading \
                         underscore from the variable name, otherwise give the variables different names"
                    ),
                );
            }
            var.meta.set(known::VERSION, version);
            return Quoted::Var(Box::new(var));
        }
        let version = self.next_version;
        self.next_version += 1;
        let binding = Binding {
            key,
            context: var.context,
            meta: var.meta.clone(),
            used: false,
            overrides: known_version.is_some(),
        };
        self.bindings.add(version, binding);
        Rc::make_mut(&mut self.scope.read).insert(key, version);
        if let Some(write) = &mut self.scope.write {
            Rc::make_mut(write).insert(key, version);
        }
        var.meta.set(known::VERSION, version);
        Quoted::Var(Box::new(var))
    }

    fn read(&mut self, mut var: Var) -> Expanded<Quoted> {
        let key = (var.name, var_kind(&var.meta, var.context));
        if let Some(version) = self.scope.read.get(&key).copied() {
            self.bindings.mark_used(version);
            if var.name.as_str().starts_with('_')
                && !var.meta.is_true(known::GENERATED)
                && !var.name.as_str().starts_with("__")
                && matches!(key.1, super::VarKind::Context(known::NIL))
            {
                self.warn(Code::UnderscoredUsed,
                    &var.meta.clone(),
                    format!(
                        "the underscored variable \"{}\" is used after being set. A leading underscore indicates that the \
                         value of the variable should be ignored. If this is intended please rename the variable to remove \
                         the underscore",
                        var.name
                    ),
                );
            }
            var.meta.set(known::VERSION, version);
            // A macro's variable that comes from outside has lost its context.
            if version < self.outer && matches!(key.1, super::VarKind::Counter(_)) {
                var.context = known::NIL;
            }
            return Ok(Quoted::Var(Box::new(var)));
        }
        if matches!(self.scope.prematch, Prematch::Pin) {
            return Err(self.error(Code::PinUndefined,
                &var.meta,
                format!(
                    "undefined variable ^{}. No variable \"{}\"{} has been defined before the current pattern",
                    var.name,
                    var.name,
                    of_context(&var)
                ),
            ));
        }
        match var.meta.atom(crate::sym!("if_undefined")) {
            Some(known::RAISE) => {}
            Some(known::APPLY | known::WARN) => return self.local(var.name, var.meta, Vec::new()),
            _ => {}
        }
        self.report_undefined(&var);
        self.stop_outside_function()?;
        var.meta.set(known::VERSION, self.next_version);
        self.next_version += 1;
        Ok(Quoted::NIL)
    }

    fn report_undefined(&mut self, var: &Var) {
        let message = format!("undefined variable \"{}\"{}", var.name, of_context(var));
        self.report_name(Code::UndefinedVariable, &var.meta, var.name, message);
    }

    pub(super) fn pin(&mut self, meta: Meta, mut args: Vec<Quoted>) -> Expanded<Quoted> {
        let arg = args.pop().unwrap_or(Quoted::NIL);
        let Prematch::Pattern { read, .. } = self.scope.prematch.clone() else {
            return Err(self.outside_pattern(&meta, &arg));
        };
        if !self.env.in_match() {
            return Err(self.outside_pattern(&meta, &arg));
        }
        let written = to_text(&arg);
        let outer_prematch = std::mem::replace(&mut self.scope.prematch, Prematch::Pin);
        let outer_read = std::mem::replace(&mut self.scope.read, read);
        let outer_context = std::mem::replace(&mut self.env.context, super::Context::None);
        let result = self.expand(arg);
        self.env.context = outer_context;
        self.scope.read = outer_read;
        self.scope.prematch = outer_prematch;
        match result? {
            var @ Quoted::Var(_) => Ok(Quoted::call(known::PIN, meta, vec![var])),
            _ if self.has_errors() => Ok(Quoted::NIL),
            _ => Err(self.error(
                Code::PinArgument,
                &meta,
                format!(
                    "invalid argument for unary operator ^, expected an existing variable, got: ^{written}"
                ),
            )),
        }
    }

    fn outside_pattern(&self, meta: &Meta, arg: &Quoted) -> Stop {
        self.error(Code::PinMisplaced,
            meta,
            format!(
                "misplaced operator ^{}\n\nThe pin operator ^ is supported only inside matches or inside custom macros. Make \
                 sure you are inside a match or all necessary macros have been required",
                to_text(arg)
            ),
        )
    }

    /// A variable that no program can name.
    pub(super) fn fresh_variable(&mut self, name: &str, meta: &Meta) -> (Quoted, u32) {
        let version = self.next_version;
        self.next_version += 1;
        let meta = meta_at(meta).with(known::VERSION, version);
        (
            Quoted::var(
                cordial_syntax::Symbol::new(name),
                meta,
                crate::sym!("Elixir.Kernel"),
            ),
            version,
        )
    }
}

pub(super) fn meta_at(meta: &Meta) -> Meta {
    match meta.line() {
        0 => Meta::EMPTY,
        line => Meta::at_line(line),
    }
}

fn of_context(var: &Var) -> String {
    match var.context {
        known::NIL => String::new(),
        context => format!(" (context {})", super::error::show_module(context)),
    }
}
