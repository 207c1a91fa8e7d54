//! Which modules are loaded, in which versions, and where calls lead.
//!
//! 1. A call through an export entry that nobody has resolved comes to `resolve`: a native of that name wins; else the
//!    module is loaded, from memory, the image or the code path, and the entry is pointed at its function.
//! 2. Loading a module makes the version before it the old one; entries are swapped one by one, each atomically. A third
//!    version needs the old one to be purged first (`purge`).
//! 3. A purged version's code is freed with the last reference to its `Module`; literals and the entries of funs follow
//!    when every process has been asked (`sweep`). A raw stack trace may name sites that are gone: they are left out.

use super::entry::ExportEntry;
use super::exports::Exports;
use super::image::Image;
use super::link;
use super::module::{Module, Origin, Site, SiteIn, Version};
use super::purge::{Asker, Begun};
use super::sweep::Garbage;
use crate::atom::{Atom, known};
use crate::bytecode::file::{self, FileError};
use crate::bytecode::module::{Function, ModuleFile};
use crate::bytecode::ops::{FRAME_HEADER, Mfa, Op, Reg, Src};
use crate::bytecode::validate::{Invalid, examine, validate};
use crate::natives::Native;
use crate::term::Term;
use crate::vm::Vm;
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Why a module could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    File(FileError),
    Invalid(Invalid),
    /// There is an old version that processes may still run.
    OldCode,
    /// The file holds a module of another name.
    OtherName,
    NotFound,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoadError::File(error) => error.fmt(f),
            LoadError::Invalid(invalid) => write!(f, "invalid bytecode: {invalid}"),
            LoadError::OldCode => f.write_str("an old version is still there"),
            LoadError::OtherName => f.write_str("a module of another name"),
            LoadError::NotFound => f.write_str("not found"),
        }
    }
}

#[derive(Default)]
struct Versions {
    current: Option<Version>,
    old: Option<Version>,
    /// The old version is being purged; these wait for the end of that.
    purging: Option<Vec<Asker>>,
}

#[derive(Default)]
struct Modules {
    by_name: FxHashMap<Atom, Versions>,
    /// By where their sites begin.
    by_sites: BTreeMap<usize, Arc<Module>>,
    /// Names that were looked for in vain, until something is loaded or a path is added.
    missing: FxHashMap<Atom, ()>,
}

/// The code server.
pub struct CodeServer {
    exports: &'static Exports,
    modules: RwLock<Modules>,
    natives: RwLock<FxHashMap<Mfa, &'static Native>>,
    stubs: Mutex<FxHashMap<Mfa, usize>>,
    image: OnceLock<Image>,
    pub paths: RwLock<Vec<PathBuf>>,
    loads: AtomicU32,
    changes: AtomicU32,
    /// Held while a module is being loaded.
    loading: Mutex<()>,
    garbage: Garbage,
}

pub type Server = CodeServer;

impl Default for CodeServer {
    fn default() -> CodeServer {
        CodeServer::new()
    }
}

impl CodeServer {
    /// Knows the natives of `natives::TOPICS`.
    pub fn new() -> CodeServer {
        let server = CodeServer {
            exports: Exports::take(),
            modules: RwLock::default(),
            natives: RwLock::default(),
            stubs: Mutex::default(),
            image: OnceLock::new(),
            paths: RwLock::default(),
            loads: AtomicU32::new(0),
            changes: AtomicU32::new(0),
            loading: Mutex::default(),
            garbage: Garbage::default(),
        };
        for topic in crate::natives::TOPICS {
            server.register(topic);
        }
        server
    }

    /// Adds natives; one of the same name is replaced.
    pub fn register(&self, natives: &'static [Native]) {
        let mut table = self.natives.write();
        for native in natives {
            let mfa = Mfa {
                module: Atom::new(native.module),
                function: Atom::new(native.name),
                arity: native.arity,
            };
            table.insert(mfa, native);
        }
    }

    /// A number that grows whenever a module is loaded or deleted.
    pub fn changes(&self) -> u32 {
        self.changes.load(Ordering::Acquire)
    }

    /// The image that modules are loaded from at their first call.
    pub fn set_image(&self, bytes: &'static [u8]) -> bool {
        match Image::new(bytes) {
            Some(image) => self.image.set(image).is_ok(),
            None => false,
        }
    }

    pub fn image(&self) -> Option<&Image> {
        self.image.get()
    }

    pub fn native(&self, mfa: &Mfa) -> Option<&'static Native> {
        self.natives.read().get(mfa).copied()
    }

    /// Whether the module has natives.
    pub fn has_natives(&self, module: Atom) -> bool {
        self.natives.read().keys().any(|mfa| mfa.module == module)
    }

    pub fn natives_of(&self, module: Atom) -> Vec<Mfa> {
        self.natives
            .read()
            .keys()
            .filter(|mfa| mfa.module == module)
            .copied()
            .collect()
    }

    /// The current version.
    pub fn current(&self, module: Atom) -> Option<Arc<Module>> {
        let modules = self.modules.read();
        let version = modules.by_name.get(&module)?.current.as_ref()?;
        Some(version.module.clone())
    }

    /// The version before it.
    pub fn old(&self, module: Atom) -> Option<Arc<Module>> {
        let modules = self.modules.read();
        let version = modules.by_name.get(&module)?.old.as_ref()?;
        Some(version.module.clone())
    }

    /// Where calls lead.
    pub fn exports(&self) -> &'static Exports {
        self.exports
    }

    /// What waits to be freed.
    pub fn garbage(&self) -> &Garbage {
        &self.garbage
    }

    /// Bytes of code that is loaded, or not freed yet.
    pub fn bytes(&self) -> usize {
        self.modules
            .read()
            .by_sites
            .values()
            .map(|module| module.bytes())
            .sum()
    }

    /// Every module that has a current version.
    pub fn loaded(&self) -> Vec<Atom> {
        self.modules
            .read()
            .by_name
            .iter()
            .filter(|(_, v)| v.current.is_some())
            .map(|(name, _)| *name)
            .collect()
    }

    /// A site by its address, if it is one.
    pub fn site(&self, site: *const Site) -> Option<SiteIn> {
        let modules = self.modules.read();
        let (_, module) = modules.by_sites.range(..=site as usize).next_back()?;
        let range = module.sites.as_ptr_range();
        if !range.contains(&site) {
            return None;
        }
        let offset = site as usize - range.start as usize;
        let size = std::mem::size_of::<Site>();
        offset.is_multiple_of(size).then(|| SiteIn {
            module: module.clone(),
            index: offset / size,
        })
    }

    /// Loads a module from the bytes of a `.cbc` file, which anyone may have made: whatever they hold, the program stays
    /// within its memory.
    pub fn load_bytes(&self, bytes: &[u8]) -> Result<Arc<Module>, LoadError> {
        self.load_from(bytes, Origin::Memory, None)
    }

    /// The same of bytes that were found somewhere, for a module that must have this name.
    pub fn load_from(
        &self,
        bytes: &[u8],
        origin: Origin,
        name: Option<Atom>,
    ) -> Result<Arc<Module>, LoadError> {
        let file = file::decode_code(bytes, self.exports).map_err(LoadError::File)?;
        if name.is_some_and(|name| name != file.name) {
            return Err(LoadError::OtherName);
        }
        let source = (origin, file::sum_of_code(bytes));
        let _guard = self.loading.lock();
        self.load_locked(file, source, false)
    }

    /// Loads a module that the compiler has just made: its exported functions are called from now on. The version before
    /// it becomes the old one; an even older one must have been purged.
    /// `sum` is the checksum of its code, if it was written as a file.
    pub fn load(&self, file: ModuleFile, sum: u64) -> Result<Arc<Module>, LoadError> {
        let _guard = self.loading.lock();
        self.load_locked(file, (Origin::Memory, sum), true)
    }

    fn load_locked(
        &self,
        mut file: ModuleFile,
        source: (Origin, u64),
        own: bool,
    ) -> Result<Arc<Module>, LoadError> {
        let full = |versions: &Versions| versions.current.is_some() && versions.old.is_some();
        if self.modules.read().by_name.get(&file.name).is_some_and(full) {
            return Err(LoadError::OldCode);
        }
        add_module_info(&mut file);
        let findings = if own {
            validate(&file).map_err(LoadError::Invalid)?;
            #[cfg(debug_assertions)]
            doubt(&file);
            Vec::new()
        } else {
            examine(&file).map_err(LoadError::Invalid)?
        };
        let name = file.name;
        let version = self.loads.fetch_add(1, Ordering::Relaxed) + 1;
        let loaded = link::link(file, &findings, version, source, self.exports, &|mfa| {
            self.native(mfa)
        });
        let module = loaded.module.clone();
        {
            let mut modules = self.modules.write();
            modules.missing.clear();
            modules
                .by_sites
                .insert(module.sites.as_ptr() as usize, module.clone());
            let versions = modules.by_name.entry(name).or_default();
            if let Some(before) = versions.current.replace(loaded) {
                versions.old = Some(before);
            }
        }
        for entry in self.exports.of_module(name) {
            self.point(entry, &module);
        }
        self.changes.fetch_add(1, Ordering::Release);
        Ok(module)
    }

    /// Points an entry at the module's function, or back at the lookup.
    fn point(&self, entry: &'static ExportEntry, module: &Module) -> bool {
        let mfa = entry.mfa();
        if let Some(native) = self.native(&mfa) {
            let stub = *self
                .stubs
                .lock()
                .entry(mfa)
                .or_insert_with(|| link::native_stub(native, entry) as usize);
            entry.code.store(stub as *mut u64, Ordering::Release);
            return true;
        }
        match module.function(mfa.function, mfa.arity) {
            Some(function) if function.exported => {
                entry
                    .code
                    .store(module.entry(function) as *mut u64, Ordering::Release);
                true
            }
            _ => {
                entry.unlink();
                false
            }
        }
    }

    /// Points an entry at what it names, loading the module if need be; false if there is no such function.
    pub fn resolve(&self, entry: &'static ExportEntry, vm: &Vm) -> bool {
        let mfa = entry.mfa();
        if let Some(native) = self.native(&mfa) {
            let stub = *self
                .stubs
                .lock()
                .entry(mfa)
                .or_insert_with(|| link::native_stub(native, entry) as usize);
            entry.code.store(stub as *mut u64, Ordering::Release);
            return true;
        }
        match self.ensure_loaded(mfa.module, vm) {
            Ok(module) => self.point(entry, &module),
            Err(LoadError::NotFound) => false,
            Err(error) => {
                // The call fails as undefined; why is told once here, as the program cannot know.
                eprintln!("cordial: cannot load {}: {error}", mfa.module.as_str());
                false
            }
        }
    }

    /// The module, loaded from the image or the code path if it is not there yet.
    pub fn ensure_loaded(&self, name: Atom, _vm: &Vm) -> Result<Arc<Module>, LoadError> {
        if let Some(module) = self.current(name) {
            return Ok(module);
        }
        if self.modules.read().missing.contains_key(&name) {
            return Err(LoadError::NotFound);
        }
        let _guard = self.loading.lock();
        if let Some(module) = self.current(name) {
            return Ok(module);
        }
        if let Some(bytes) = self.image.get().and_then(|image| image.find(name.as_str())) {
            let source = (Origin::Image, file::sum_of_code(bytes));
            return self.load_locked(
                file::decode_code(bytes, self.exports).map_err(LoadError::File)?,
                source,
                true,
            );
        }
        if let Some((path, bytes)) = self.on_paths(name) {
            let file = file::decode_code(&bytes, self.exports).map_err(LoadError::File)?;
            let source = (Origin::File(path), file::sum_of_code(&bytes));
            if file.name == name {
                return self.load_locked(file, source, false);
            }
        }
        self.modules.write().missing.insert(name, ());
        Err(LoadError::NotFound)
    }

    /// The first file of the module on the code path.
    fn on_paths(&self, name: Atom) -> Option<(PathBuf, Vec<u8>)> {
        let file = format!("{}.cbc", name.as_str());
        let paths = self.paths.read().clone();
        paths.into_iter().find_map(|path| {
            let path = path.join(&file);
            let bytes = std::fs::read(&path).ok()?;
            Some((path, bytes))
        })
    }

    /// The file of a module: its bytes and where it is. What was only ever in memory has none; loaded or not does not
    /// matter.
    pub fn object(&self, name: Atom) -> Option<(PathBuf, Vec<u8>)> {
        if let Some(image) = self.image.get()
            && let (Some(code), Some(chunks)) = (image.find(name.as_str()), image.chunks(name.as_str()))
        {
            return Some((
                PathBuf::from(format!("{}.cbc", name.as_str())),
                [code, chunks].concat(),
            ));
        }
        self.on_paths(name)
    }

    /// A named chunk of a module that has a file.
    pub fn chunk(&self, module: Atom, name: &str) -> Option<Vec<u8>> {
        let chunks = match self.image.get().and_then(|image| image.chunks(module.as_str())) {
            Some(part) => file::read_chunks(part).ok()?,
            None => file::chunks(&self.on_paths(module)?.1).ok()?,
        };
        chunks
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, bytes)| bytes)
    }

    /// Something has been added to the places where modules are looked for.
    pub fn forget_missing(&self) {
        self.modules.write().missing.clear();
    }

    /// Whether `module.function/arity` can be called from outside.
    pub fn exported(&self, mfa: &Mfa) -> bool {
        if self.native(mfa).is_some() {
            return true;
        }
        self.current(mfa.module).is_some_and(|module| {
            module
                .function(mfa.function, mfa.arity)
                .is_some_and(|f| f.exported)
        })
    }

    /// `module.'$handle_undefined_function'/2`, if the module has it.
    pub fn undefined_function_handler(&self, entry: &ExportEntry, _vm: &Vm) -> Option<&'static ExportEntry> {
        let mfa = Mfa {
            module: entry.module,
            function: Atom::new("$handle_undefined_function"),
            arity: 2,
        };
        let module = self.current(entry.module)?;
        module.function(mfa.function, 2).filter(|f| f.exported)?;
        let handler = self.exports.of(mfa);
        self.point(handler, &module).then_some(handler)
    }

    /// Makes the current version the old one; false if there is an old one already.
    pub fn delete(&self, name: Atom) -> bool {
        let _guard = self.loading.lock();
        {
            let mut modules = self.modules.write();
            let Some(versions) = modules.by_name.get_mut(&name) else {
                return false;
            };
            if versions.old.is_some() || versions.current.is_none() {
                return false;
            }
            versions.old = versions.current.take();
            modules.missing.insert(name, ());
        }
        for entry in self.exports.of_module(name) {
            entry.unlink();
        }
        self.changes.fetch_add(1, Ordering::Release);
        true
    }

    /// Makes the old version the current one again, and the current one the old one. False: there are not two, or the old
    /// one is being purged.
    pub fn revert(&self, name: Atom) -> bool {
        let _guard = self.loading.lock();
        let module = {
            let mut modules = self.modules.write();
            let Some(versions) = modules.by_name.get_mut(&name) else {
                return false;
            };
            let (Some(_), Some(old), None) = (&versions.current, &versions.old, &versions.purging) else {
                return false;
            };
            let module = old.module.clone();
            std::mem::swap(&mut versions.current, &mut versions.old);
            module
        };
        for entry in self.exports.of_module(name) {
            self.point(entry, &module);
        }
        self.changes.fetch_add(1, Ordering::Release);
        true
    }

    /// Begins to purge the old version: nobody enters it by a fun from now on.
    pub(super) fn begin_purge(&self, name: Atom, asker: Asker) -> Begun {
        let mut modules = self.modules.write();
        let Some(versions) = modules.by_name.get_mut(&name) else {
            return Begun::Nothing;
        };
        let Some(old) = &versions.old else {
            return Begun::Nothing;
        };
        if let Some(waiting) = &mut versions.purging {
            waiting.push(asker);
            return Begun::Busy;
        }
        versions.purging = Some(Vec::new());
        old.module.funs.iter().for_each(|fun| fun.suspend());
        Begun::Poll(old.module.clone())
    }

    /// Ends a purge: the old version is gone, unless it is spared. Gives who has waited for that.
    pub(super) fn settle_purge(&self, name: Atom, spare: bool, vm: &Vm) -> Vec<Asker> {
        let mut modules = self.modules.write();
        let Some(versions) = modules.by_name.get_mut(&name) else {
            return Vec::new();
        };
        let waiting = versions.purging.take().unwrap_or_default();
        if spare {
            for fun in versions.old.iter().flat_map(|old| &old.module.funs) {
                fun.resume();
            }
            return waiting;
        }
        let old = versions.old.take();
        if versions.current.is_none() {
            modules.by_name.remove(&name);
        }
        if let Some(old) = old {
            old.module.funs.iter().for_each(|fun| fun.unload());
            modules.by_sites.remove(&(old.module.sites.as_ptr() as usize));
            drop(modules);
            self.garbage.add_purged(old, vm);
        }
        waiting
    }

    /// The module is to be freed: stack traces do not show it any more.
    pub(super) fn forget_sites(&self, module: &Module) {
        self.modules
            .write()
            .by_sites
            .remove(&(module.sites.as_ptr() as usize));
    }

    /// Forgets a module altogether: that of a script or an evaluated piece, which nobody can call again by its name.
    pub fn forget(&self, name: Atom, vm: &Vm) {
        let _guard = self.loading.lock();
        let versions = {
            let mut modules = self.modules.write();
            modules.missing.remove(&name);
            modules.by_name.remove(&name)
        };
        for entry in self.exports.of_module(name) {
            entry.unlink();
        }
        self.changes.fetch_add(1, Ordering::Release);
        let mut versions = versions.unwrap_or_default();
        if let Some(waiting) = versions.purging.take() {
            for fun in versions.old.iter().flat_map(|old| &old.module.funs) {
                fun.resume();
            }
            waiting.into_iter().for_each(|asker| asker.tell(vm, Term::NIL));
        }
        for version in versions.current.into_iter().chain(versions.old) {
            self.garbage.add_forgotten(version, vm);
        }
    }
}

impl Drop for CodeServer {
    /// Entries outlive the code that they lead to.
    fn drop(&mut self) {
        self.exports.give_back();
    }
}

/// With `CORDIAL_VERIFY=1`, says where the compiler's output needs what only foreign code should need.
#[cfg(debug_assertions)]
fn doubt(file: &ModuleFile) {
    if std::env::var_os("CORDIAL_VERIFY").is_none() {
        return;
    }
    let arities = |index: u32| file.functions[index as usize].arity;
    for function in &file.functions {
        let findings = crate::bytecode::flow::follow(function, &arities);
        let checks: Vec<usize> = (0..function.code.len())
            .filter(|at| findings.check[*at])
            .collect();
        if !findings.clear.is_empty() || findings.bad_call.is_some() || !checks.is_empty() {
            eprintln!(
                "verify: {}.{}/{}: unset {:?}, unproven at {:?}, arguments at {:?}",
                file.name.as_str(),
                function.name.as_str(),
                function.arity,
                findings.clear,
                checks,
                findings.bad_call
            );
        }
    }
}

/// `module_info/0,1`, which every module has.
fn add_module_info(file: &mut ModuleFile) {
    let name = Atom::new("module_info");
    let getter = |arity| Mfa {
        module: known::ERLANG,
        function: Atom::new("get_module_info"),
        arity,
    };
    for arity in 0..=1u8 {
        if file.functions.iter().any(|f| f.name == name && f.arity == arity) {
            continue;
        }
        let frame = arity as u16;
        let first = frame + FRAME_HEADER;
        let mut code = vec![Op::Move {
            dst: Reg(first),
            src: Src::Atom(file.name),
        }];
        if arity == 1 {
            code.push(Op::Move {
                dst: Reg(first + 1),
                src: Src::Reg(Reg(0)),
            });
        }
        code.push(Op::TailCallExt {
            mfa: getter(arity + 1),
        });
        file.functions.push(Function {
            name,
            arity,
            exported: true,
            frame,
            out: 1 + arity as u16,
            code,
            live: Vec::new(),
            handlers: Vec::new(),
            lines: Vec::new(),
            file: 0,
        });
    }
}
