//! `HeldHost`: what the expander asks of the world, answered by the process that a native holds.

use std::sync::{Arc, LazyLock};

use cordial_syntax::quoted::known;
use cordial_syntax::{Quoted, Symbol};
use cordial_vm::atom::Atom;
use cordial_vm::code::Module;
use cordial_vm::exec::{Exception, Held};
use cordial_vm::natives::{self, Class};
use cordial_vm::term::{OwnedTerm, Term, View};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::convert::{self, Escape, atom, symbol, to_quoted, to_term};
use super::env::env_to_term;
use crate::expand::{
    AttributeRead, Env, Expanded, Exports, Host, Kind, Names, Pair, Pending, Raised, Stop, StructInfo,
    native_names,
};
use crate::module::table::{self, Owned};
use crate::sym;

/// An exception kept outside of any heap.
pub struct RaisedTerm {
    pub class: Class,
    pub reason: Owned,
    pub trace: Owned,
}

/// A host over the process of a native.
pub struct HeldHost<'h, 'a> {
    pub held: &'h mut Held<'a>,
    /// Modules that were defined by what this host ran: name and bytecode.
    pub defined: Vec<(Symbol, Arc<[u8]>)>,
    /// Collects a stage of what is compiled.
    pub tap: Option<crate::pipeline::Tap>,
    /// The text that is compiled, for diagnostics.
    pub source: Option<Arc<str>>,
    /// Modules that wait for the checks at the end.
    pub checks: Vec<crate::check::Checked>,
    /// The aliases and imports of the file that ran last.
    pub lexical: crate::check::Tracker,
}

/// Tells versions of modules apart: the program, the address, which may be another version's after a purge, and the
/// version.
type Version = (u64, usize, u32);

type DeprecatedCache = FxHashMap<Symbol, (Version, Arc<FxHashMap<Pair, String>>)>;
static DEPRECATED: LazyLock<Mutex<DeprecatedCache>> = LazyLock::new(Mutex::default);

type ExportsCache = FxHashMap<Symbol, (Version, Exports)>;
static EXPORTS: LazyLock<Mutex<ExportsCache>> = LazyLock::new(Mutex::default);

impl<'h, 'a> HeldHost<'h, 'a> {
    pub fn new(held: &'h mut Held<'a>) -> HeldHost<'h, 'a> {
        HeldHost {
            held,
            defined: Vec::new(),
            tap: None,
            source: None,
            checks: Vec::new(),
            lexical: crate::check::Tracker::default(),
        }
    }

    fn version(&self, module: &Arc<Module>) -> Version {
        (self.held.vm.id(), Arc::as_ptr(module).addr(), module.version)
    }

    pub fn held(&mut self) -> &mut Held<'a> {
        self.held
    }

    /// Calls a function; its value is kept outside of the heap.
    pub fn call(&mut self, module: Symbol, function: &str, args: &[Term]) -> Expanded<Owned> {
        match self.held.call(atom(module), Atom::new(function), args) {
            Ok(value) => Ok(Arc::new(OwnedTerm::of(value))),
            Err(exception) => Err(raised(&exception)),
        }
    }

    /// Whether there is a module of this name: natives alone make none.
    pub fn is_loaded(&mut self, module: Symbol) -> bool {
        self.held
            .vm
            .code()
            .ensure_loaded(atom(module), self.held.vm)
            .is_ok()
    }

    /// Puts an owned term on the heap.
    pub fn term(&mut self, owned: &OwnedTerm) -> Term {
        self.held.heap().copy(owned.term())
    }

    fn macro_result(&mut self, module: Symbol, pair: Pair, env: &Env, args: &[Quoted]) -> Expanded<Quoted> {
        let name = Atom::new(&format!("MACRO-{}", pair.0));
        let heap = self.held.heap();
        let mut terms = Vec::with_capacity(args.len() + 1);
        terms.push(env_to_term(heap, env));
        for arg in args {
            terms.push(to_term(heap, arg));
        }
        match self.held.call(atom(module), name, &terms) {
            Ok(value) => Ok(to_quoted(value)),
            Err(exception) => Err(raised(&exception)),
        }
    }

    /// `inspect(value)`
    pub fn inspect(&mut self, value: &OwnedTerm) -> String {
        let term = self.term(value);
        let shown = self.call(known::ELIXIR_KERNEL, "inspect", &[term]).ok();
        let text = shown.and_then(|shown| {
            let bytes = shown.term().bytes()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        });
        text.unwrap_or_default()
    }

    /// The value as a form that builds it.
    pub fn escaped(term: Term) -> Quoted {
        match convert::escape(term, Escape::default()) {
            Ok(quoted) => quoted,
            // A fun or a reference stands for itself.
            Err(_) => convert::opaque(term),
        }
    }
}

/// An exception of the VM as a reason to stop.
pub fn raised(exception: &Exception) -> Stop {
    Stop::Raised(Raised(Arc::new(RaisedTerm {
        class: exception.class,
        reason: Arc::new(OwnedTerm::of(exception.reason)),
        trace: Arc::new(OwnedTerm::of(exception.trace)),
    })))
}

/// The exception raised again, by a native.
pub fn reraise(held: &mut Held<'_>, raised: &Raised) -> natives::Stop {
    match raised.0.downcast_ref::<RaisedTerm>() {
        Some(raised) => {
            let reason = held.heap().copy(raised.reason.term());
            let trace = held.heap().copy(raised.trace.term());
            natives::Stop::Raise {
                class: raised.class,
                reason,
                trace: Some(trace),
            }
        }
        None => natives::Stop::Badarg,
    }
}

/// The exception as text.
pub fn describe(raised: &Raised) -> String {
    match raised.0.downcast_ref::<RaisedTerm>() {
        Some(raised) => format!(
            "{:?}: {} at {}",
            raised.class,
            raised.reason.term(),
            raised.trace.term()
        ),
        None => "an exception".to_owned(),
    }
}

fn exports_of(module: &Module) -> Exports {
    let mut functions = Vec::new();
    let mut macros = Vec::new();
    let mut elixir = false;
    for function in module.functions.iter().filter(|function| function.exported) {
        let name = function.name.as_str();
        match name.strip_prefix("MACRO-") {
            Some(name) if function.arity > 0 => macros.push((Symbol::new(name), function.arity - 1)),
            _ if name == "__info__" && function.arity == 1 => elixir = true,
            _ => functions.push((symbol(function.name), function.arity)),
        }
    }
    if module.name.as_str() == "Elixir.Kernel" {
        macros.extend(native_names().list.iter().copied());
    }
    Exports {
        elixir,
        functions: Arc::new(Names::new(functions)),
        macros: Arc::new(Names::new(macros)),
    }
}

impl Host for HeldHost<'_, '_> {
    fn exports(&mut self, name: Symbol) -> Option<Exports> {
        let code = self.held.vm.code();
        if let Ok(module) = code.ensure_loaded(atom(name), self.held.vm) {
            let address = self.version(&module);
            let mut cache = EXPORTS.lock();
            if let Some((seen, exports)) = cache.get(&name)
                && *seen == address
            {
                return Some(exports.clone());
            }
            let exports = exports_of(&module);
            cache.insert(name, (address, exports.clone()));
            return Some(exports);
        }
        if code.has_natives(atom(name)) {
            let functions = code
                .natives_of(atom(name))
                .into_iter()
                .map(|mfa| (symbol(mfa.function), mfa.arity))
                .collect();
            return Some(Exports {
                elixir: false,
                functions: Arc::new(Names::new(functions)),
                macros: Arc::default(),
            });
        }
        if name == known::ELIXIR_KERNEL {
            return Some(Exports {
                elixir: true,
                functions: Arc::default(),
                macros: native_names(),
            });
        }
        None
    }

    fn call_macro(&mut self, module: Symbol, pair: Pair, env: &Env, args: Vec<Quoted>) -> Expanded<Quoted> {
        self.macro_result(module, pair, env, &args)
    }

    fn deprecated_macro(&mut self, module: Symbol, pair: Pair) -> Option<String> {
        let code = self.held.vm.code();
        let loaded = code.ensure_loaded(atom(module), self.held.vm).ok()?;
        let address = self.version(&loaded);
        if let Some((seen, known)) = DEPRECATED.lock().get(&module)
            && *seen == address
        {
            return known.get(&pair).cloned();
        }
        let known = Arc::new(crate::check::deprecated(self, module));
        DEPRECATED.lock().insert(module, (address, known.clone()));
        known.get(&pair).cloned()
    }

    fn has_local_macro(&mut self, module: Symbol, pair: Pair) -> bool {
        table::find(module).is_some_and(|state| {
            state
                .lock()
                .definition(pair)
                .is_some_and(|definition| definition.kind.is_macro())
        })
    }

    fn call_local_macro(
        &mut self,
        module: Symbol,
        pair: Pair,
        env: &Env,
        args: Vec<Quoted>,
    ) -> Expanded<Quoted> {
        let compiled = crate::module::local::compile(self, module, pair)?;
        self.macro_result(compiled, pair, env, &args)
    }

    fn super_definition(&mut self, env: &Env, pair: Pair) -> Expanded<Option<(Kind, Symbol)>> {
        Ok(crate::module::overridable::super_of(env, pair))
    }

    fn struct_info(&mut self, module: Symbol, env: &Env) -> Expanded<Option<StructInfo>> {
        if let Some(state) = table::find(module) {
            let state = state.lock();
            let value = |name: Symbol| {
                state
                    .attributes
                    .get(&name)
                    .and_then(|attribute| attribute.values.last().cloned())
            };
            let Some(template) = value(known::STRUCT) else {
                return Ok(None);
            };
            // Only its functions may build it: the body is still running.
            if env.module == Some(module) && env.function.is_none() && !env.in_match() {
                return Ok(None);
            }
            let enforced = value(sym!("__enforce__"))
                .map(|owned| atoms_of(owned.term()))
                .unwrap_or_default();
            return Ok(Some(StructInfo {
                fields: fields_of(template.term()),
                enforced,
            }));
        }
        let Some(exports) = self.exports(module) else {
            return Ok(None);
        };
        if !exports.functions.has((known::STRUCT, 0)) && !exports.functions.has((known::STRUCT, 1)) {
            return Ok(None);
        }
        let template = self.call(module, "__struct__", &[])?;
        let mut enforced = Vec::new();
        if exports.elixir {
            let key = Term::atom(Atom::new("__enforced__"));
            if let Ok(list) = self.call(module, "__info__", &[key]) {
                enforced = atoms_of(list.term());
            }
        }
        Ok(Some(StructInfo {
            fields: fields_of(template.term()),
            enforced,
        }))
    }

    fn unquotable(&mut self, value: &Quoted) -> Option<String> {
        let term = to_term(self.held.heap(), value);
        if !matches!(term.view(), View::Tuple(_)) && term.map().is_none() {
            return None;
        }
        Some(self.inspect(&OwnedTerm::of(term)))
    }

    fn inescapable(&mut self, value: &Quoted) -> Option<String> {
        let bad = match value {
            Quoted::List(items) => return items.iter().find_map(|item| self.inescapable(item)),
            Quoted::Opaque(opaque) => {
                let owned = convert::opaque_term(opaque)?;
                convert::escape(owned.term(), Escape::default()).err()?.0
            }
            _ => return None,
        };
        Some(self.inspect(&bad))
    }

    fn is_open(&mut self, module: Symbol) -> bool {
        table::is_open(module)
    }

    fn attribute(&mut self, module: Symbol, name: Symbol) -> AttributeRead {
        let Some(state) = table::find(module) else {
            return AttributeRead::Unset;
        };
        let mut state = state.lock();
        let Some(attribute) = state.attributes.get_mut(&name) else {
            return AttributeRead::Unset;
        };
        attribute.read = true;
        if attribute.accumulate {
            let items = attribute
                .values
                .iter()
                .rev()
                .map(|value| Self::escaped(value.term()))
                .collect();
            return AttributeRead::Value(Quoted::List(items));
        }
        match attribute.values.last() {
            Some(value) => AttributeRead::Value(Self::escaped(value.term())),
            None if attribute.set => AttributeRead::Value(Quoted::NIL),
            None => AttributeRead::Unset,
        }
    }

    fn keep(&mut self, pending: Pending) -> u64 {
        table::keep(pending)
    }

    fn next_counter(&mut self, _module: Option<Symbol>) -> i64 {
        table::next_number() as i64
    }

    fn record_import(&mut self, module: Option<Symbol>, pair: Pair, from: Symbol) {
        if let Some(state) = module.and_then(table::find) {
            state.lock().imports_used.push((pair, from));
        }
    }
}

fn fields_of(template: Term) -> Vec<(Symbol, Quoted)> {
    let Some(map) = template.map() else {
        return Vec::new();
    };
    map.sorted()
        .into_iter()
        .filter_map(|(key, value)| {
            let key = symbol(key.as_atom()?);
            (key != known::STRUCT).then(|| (key, HeldHost::escaped(value)))
        })
        .collect()
}

fn atoms_of(list: Term) -> Vec<Symbol> {
    list.list_to_vec()
        .unwrap_or_default()
        .into_iter()
        .filter_map(|item| item.as_atom().map(symbol))
        .collect()
}
