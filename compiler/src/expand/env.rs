//! `Env`: what code is expanded in; the Rust side of `Macro.Env`.

use std::sync::Arc;

use cordial_syntax::Symbol;
use rustc_hash::{FxHashMap, FxHashSet};

/// A name with an arity.
pub type Pair = (Symbol, u8);

/// Functions or macros of one module, in term order and as a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub list: Vec<Pair>,
    set: FxHashSet<Pair>,
}

impl Names {
    pub fn new(mut list: Vec<Pair>) -> Names {
        list.sort_by(|a, b| (a.0.as_str(), a.1).cmp(&(b.0.as_str(), b.1)));
        list.dedup();
        let set = list.iter().copied().collect();
        Names { list, set }
    }

    pub fn has(&self, pair: Pair) -> bool {
        self.set.contains(&pair)
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    None,
    Match,
    Guard,
}

pub type Imports = Arc<Vec<(Symbol, Arc<Names>)>>;

/// A file, a line, and all that names mean there.
#[derive(Clone, Debug)]
pub struct Env {
    pub module: Option<Symbol>,
    pub file: Arc<str>,
    pub line: u32,
    pub function: Option<Pair>,
    pub context: Context,
    /// In ascending order.
    pub requires: Arc<Vec<Symbol>>,
    pub aliases: Arc<Vec<(Symbol, Symbol)>>,
    pub functions: Imports,
    pub macros: Imports,
    /// Aliases that macros made, with the counter of the expansion.
    pub macro_aliases: Arc<Vec<(Symbol, (i64, Symbol))>>,
    pub context_modules: Arc<Vec<Symbol>>,
    /// Variables that are there already, with their versions.
    pub versioned_vars: Arc<Vars>,
}

/// What a variable belongs to: a context, or one macro expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VarKind {
    Context(Symbol),
    Counter(i64),
}

pub type VarKey = (Symbol, VarKind);

/// Variables in sight, with their versions.
pub type Vars = FxHashMap<VarKey, u32>;

impl Env {
    /// An environment without imports.
    pub fn bare(file: Arc<str>) -> Env {
        Env {
            module: None,
            file,
            line: 0,
            function: None,
            context: Context::None,
            requires: Arc::default(),
            aliases: Arc::default(),
            functions: Arc::default(),
            macros: Arc::default(),
            macro_aliases: Arc::default(),
            context_modules: Arc::default(),
            versioned_vars: Arc::default(),
        }
    }

    /// What an error here is in, as its location line says.
    pub fn place(&self) -> Option<super::error::Place> {
        Some(super::error::Place::Code {
            module: self.module?,
            function: self.function,
        })
    }

    pub fn in_match(&self) -> bool {
        self.context == Context::Match
    }

    pub fn in_guard(&self) -> bool {
        self.context == Context::Guard
    }

    pub fn requires(&self, module: Symbol) -> bool {
        self.requires.contains(&module)
    }

    pub fn add_require(&mut self, module: Symbol) {
        if !self.requires(module) {
            let requires = Arc::make_mut(&mut self.requires);
            let place = requires.partition_point(|other| other.as_str() < module.as_str());
            requires.insert(place, module);
        }
    }

    /// The modules that the name may come from.
    pub fn functions_named(&self, pair: Pair) -> impl Iterator<Item = Symbol> + '_ {
        named(&self.functions, pair)
    }

    pub fn macros_named(&self, pair: Pair) -> impl Iterator<Item = Symbol> + '_ {
        named(&self.macros, pair)
    }
}

fn named(imports: &Imports, pair: Pair) -> impl Iterator<Item = Symbol> + '_ {
    imports
        .iter()
        .filter(move |(_, names)| names.has(pair))
        .map(|(module, _)| *module)
}
