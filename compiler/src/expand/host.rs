//! What the expander asks of the world: running macros, knowing modules. Implemented over the VM in `crate::host`.

use std::sync::Arc;

use cordial_syntax::{Quoted, Symbol};

use super::define::Pending;
use super::{Env, Expanded, Names, Pair};

/// The functions and macros that a module exports.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    /// It is written in the language: has `__info__/1`.
    pub elixir: bool,
    pub functions: Arc<Names>,
    pub macros: Arc<Names>,
}

/// A struct's fields with their defaults, as quoted forms.
#[derive(Clone, Debug)]
pub struct StructInfo {
    pub fields: Vec<(Symbol, Quoted)>,
    pub enforced: Vec<Symbol>,
}

pub trait Host {
    /// What the module exports; None if there is no such module.
    fn exports(&mut self, module: Symbol) -> Option<Exports>;

    /// Calls a macro of another module with the caller's environment.
    fn call_macro(&mut self, module: Symbol, pair: Pair, env: &Env, args: Vec<Quoted>) -> Expanded<Quoted>;

    /// Why a macro of another module is deprecated, if it is.
    fn deprecated_macro(&mut self, module: Symbol, pair: Pair) -> Option<String>;

    /// Whether the module under definition has this macro so far.
    fn has_local_macro(&mut self, module: Symbol, pair: Pair) -> bool;

    /// Calls a macro of the module under definition.
    fn call_local_macro(
        &mut self,
        module: Symbol,
        pair: Pair,
        env: &Env,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted>;

    /// A function of the module under definition called by `super`: the name of the definition before.
    fn super_definition(&mut self, env: &Env, pair: Pair) -> Expanded<Option<(super::Kind, Symbol)>>;

    /// The struct of a module; None if it has none.
    fn struct_info(&mut self, module: Symbol, env: &Env) -> Expanded<Option<StructInfo>>;

    /// Whether the module is being defined.
    fn is_open(&mut self, module: Symbol) -> bool;

    /// The text of a value that may not stand in code unescaped; None if it may.
    fn unquotable(&mut self, value: &Quoted) -> Option<String>;

    /// The text of the part of an attribute's value that no code can build; None if all can be.
    fn inescapable(&mut self, value: &Quoted) -> Option<String>;

    /// The value of an attribute of the module under definition, escaped.
    fn attribute(&mut self, module: Symbol, name: Symbol) -> super::AttributeRead;

    /// Keeps something for a native that the expansion calls; gives its number.
    fn keep(&mut self, pending: Pending) -> u64;

    /// A number for a macro expansion.
    fn next_counter(&mut self, module: Option<Symbol>) -> i64;

    /// The module took imports: local definitions must not clash with them.
    fn record_import(&mut self, module: Option<Symbol>, pair: Pair, from: Symbol);
}
