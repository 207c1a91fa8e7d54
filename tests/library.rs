//! The library calls nothing that is not there: every function that a module of it names is in another module of it, or
//! is a native.

use cordial_vm::bytecode::file;
use cordial_vm::bytecode::ops::{Mfa, Op};
use cordial_vm::code::image::Image;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[test]
fn calls_only_what_is_there() {
    let image = Image::new(cordial_stdlib::IMAGE).expect("the embedded image");
    let mut there: BTreeSet<(String, String, u8)> = BTreeSet::new();
    let natives = cordial_vm::natives::TOPICS
        .iter()
        .chain(cordial_compiler::NATIVES)
        .chain(std::iter::once(&cordial::NATIVES));
    for native in natives.flat_map(|topic| topic.iter()) {
        there.insert((native.module.into(), native.name.into(), native.arity));
    }
    let mut called: BTreeMap<(String, String, u8), String> = BTreeMap::new();
    for (name, bytes) in image.iter() {
        let module = file::decode(&bytes).expect("a module of the image");
        for (function, arity) in [("module_info", 0), ("module_info", 1)] {
            there.insert((name.to_string(), function.into(), arity));
        }
        for function in &module.functions {
            if function.exported {
                there.insert((name.to_string(), function.name.as_str().into(), function.arity));
            }
            for op in &function.code {
                if let Op::CallExt { mfa, .. } | Op::TailCallExt { mfa } = op {
                    let from = format!("{name}.{}/{}", function.name.as_str(), function.arity);
                    called.insert(key(mfa), from);
                }
            }
        }
    }
    let missing: Vec<String> = called
        .iter()
        .filter(|(callee, _)| !there.contains(callee))
        .map(|((module, function, arity), from)| format!("{module}.{function}/{arity} called by {from}"))
        .collect();
    assert!(
        missing.is_empty(),
        "{} functions are missing:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

fn key(mfa: &Mfa) -> (String, String, u8) {
    (
        mfa.module.as_str().into(),
        mfa.function.as_str().into(),
        mfa.arity,
    )
}

/// Compiled by the program itself, with the library in its image, the library's sources give the bytes that the build
/// gave.
#[test]
fn compiles_to_the_same_bytes() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("same_bytes");
    let _ = std::fs::remove_dir_all(&out);
    let order = std::fs::read_to_string(library.join("bootstrap.txt")).expect("the list of files");
    let files = order
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for file in files {
        // One program for each: what is compiled takes the place of what compiles.
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_cordial"))
            .args(["compile", file, "-o"])
            .arg(&out)
            .current_dir(&library)
            .output()
            .expect("cordial starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{file}: {said}");
    }
    let image = Image::new(cordial_stdlib::IMAGE).expect("the embedded image");
    let different: Vec<&str> = image
        .iter()
        .filter(|(name, built)| {
            let path = out.join(format!("{name}.cbc"));
            std::fs::read(&path).unwrap_or_default()[..] != built[..]
        })
        .map(|(name, _)| name)
        .collect();
    assert!(different.is_empty(), "{different:?} differ");
}
