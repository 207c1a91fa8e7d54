//! Turns a validated module into the interpreter's form: operands specialised, moves and element loads run together,
//! labels and literals resolved.

mod op;
mod runs;
mod select;
mod shapes;
mod writer;

pub use select::type_word;

use super::entry::{ExportEntry, FunEntry};
use super::exports::Exports;
use super::module::{FunctionInfo, Module, Origin, Site, Version, entry_header};
use crate::bytecode::flow::Findings;
use crate::bytecode::module::ModuleFile;
use crate::bytecode::ops::{FRAME_HEADER, Mfa};
use crate::exec::isa::{I, word};
use crate::exec::stubs;
use crate::heap::literals::Area;
use crate::natives::Native;
use crate::term::Term;
use std::sync::Arc;
use writer::Writer;

/// Finds the native of a name, if there is one.
pub type Natives<'a> = &'a dyn Fn(&Mfa) -> Option<&'static Native>;

/// A register as an operand word; no term looks like it.
pub fn src_reg(reg: u16) -> u64 {
    Term::code(reg as u64).raw()
}

/// Links a module that `validate` has accepted. `version` counts loads; `findings` are those of `examine`, or none for
/// the compiler's own output; `source` is where the module came from and the checksum of its code.
pub fn link(
    file: ModuleFile,
    findings: &[Findings],
    version: u32,
    source: (Origin, u64),
    exports: &Exports,
    natives: Natives<'_>,
) -> Version {
    let (origin, sum_of_code) = source;
    let checksum = (file.name.text_hash() as u64) ^ (version as u64).wrapping_mul(0x9e3779b97f4a7c15);
    let mut file = file;
    let shapes = shapes::shapes(&mut file);
    let (area, literals) = Area::of(file.literals);
    let funs: Vec<&'static FunEntry> = file
        .lambdas
        .iter()
        .enumerate()
        .map(|(index, lambda)| {
            FunEntry::new(
                file.name,
                file.functions[lambda.function as usize].name,
                lambda.arity,
                lambda.free,
                index as u32,
                checksum as u32 & 0x07ff_ffff,
            )
        })
        .collect();
    let mut writer = Writer {
        functions: &file.functions,
        funs: &funs,
        literals: &literals,
        shapes: &shapes,
        exports,
        natives,
        words: Vec::new(),
        sites: Vec::new(),
        pool: Vec::new(),
        near: Vec::new(),
        far: Vec::new(),
        site_words: Vec::new(),
        calls: Vec::new(),
        function: 0,
        starts: Vec::new(),
        live_at: Vec::new(),
    };
    let mut spans = Vec::with_capacity(file.functions.len());
    for (index, function) in file.functions.iter().enumerate() {
        spans.push(writer.function(index as u32, function, findings.get(index)));
    }
    let Writer {
        words,
        sites: drafts,
        pool,
        site_words,
        calls,
        ..
    } = writer;
    let functions: Box<[FunctionInfo]> = file
        .functions
        .iter()
        .zip(&spans)
        .map(|(f, span)| FunctionInfo {
            module: std::ptr::null(),
            module_name: file.name,
            name: f.name,
            arity: f.arity,
            exported: f.exported,
            file: f.file,
            start: span.0,
            end: span.1,
        })
        .collect();
    let mut shared = Arc::new(Module {
        name: file.name,
        version,
        files: file.files,
        code: words.into_boxed_slice(),
        sites: Box::new([]),
        pool: pool.into_boxed_slice(),
        functions,
        funs,
        attributes: file.attributes,
        on_load: file.on_load,
        checksum,
        origin,
        sum_of_code,
    });
    let owner = Arc::as_ptr(&shared);
    let module = Arc::get_mut(&mut shared).expect("nobody else has it yet");
    let code = module.code.as_ptr();
    let at = |position: Option<u32>| match position {
        // A position comes from this code's own labels.
        Some(position) => code.wrapping_add(position as usize),
        None => std::ptr::null(),
    };
    module.sites = drafts
        .iter()
        .map(|draft| Site {
            live: module.pool.as_ptr().wrapping_add(draft.live as usize),
            live_count: draft.live_count,
            line: draft.line,
            handler: at(draft.handler),
            fail: at(draft.fail),
            function: &module.functions[draft.function as usize],
            handler_dst: draft.handler_dst,
        })
        .collect();
    for (position, site) in site_words {
        module.code[position as usize] = &module.sites[site as usize] as *const Site as u64;
    }
    for (position, function) in calls {
        module.code[position as usize] = code.wrapping_add(spans[function as usize].0 as usize) as u64;
    }
    for (lambda, entry) in file.lambdas.iter().zip(&module.funs) {
        let target = code.wrapping_add(spans[lambda.function as usize].0 as usize);
        entry.settle(target);
    }
    for function in module.functions.iter_mut() {
        function.module = owner;
    }
    Version { module: shared, area }
}

/// Code that runs a native in a frame of its own, for calls that do not know it is one. Made once a native.
pub fn native_stub(native: &'static Native, entry: &'static ExportEntry) -> *const u64 {
    let words = [
        entry_header(native.arity as u16 + FRAME_HEADER, native.arity, 0),
        word(I::NativeStub, native.arity as u16, 0, 0),
        native as *const Native as u64,
        entry as *const ExportEntry as u64,
        stubs::bare_site() as *const Site as u64,
    ];
    let words: &'static [u64; 5] = Box::leak(Box::new(words));
    &words[1]
}
