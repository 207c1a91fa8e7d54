//! The library calls nothing that is not there: every function that a module of it names is in another module of it, or
//! is a native.

use cordial_vm::bytecode::file;
use cordial_vm::bytecode::ops::{Mfa, Op};
use cordial_vm::code::image::Image;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn calls_only_what_is_there() {
    let image = Image::new(cordial_stdlib::IMAGE).expect("the embedded image");
    let mut there: BTreeSet<(String, String, u8)> = BTreeSet::new();
    let natives = cordial_vm::natives::TOPICS
        .iter()
        .chain(cordial_compiler::NATIVES);
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

/// Compiled by the program itself, from the library in its image, a source gives the bytes that the build gave.
#[test]
fn compiles_to_the_same_bytes() {
    let script = r##"
for file <- System.argv(), {module, bytes} <- Code.compile_file(file) do
  {_, built, _} = :code.get_object_code(module)
  if bytes != built, do: IO.puts("#{inspect(module)} differs")
end
IO.puts("compared")
"##;
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("same_bytes.exs");
    std::fs::write(&path, script).expect("a file for the test");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cordial"))
        .arg(path)
        .args([
            "otp/queue.ex",
            "otp/gb_trees.ex",
            "otp/digraph.ex",
            "lib/version/parser.ex",
        ])
        .args(["lib/tuple.ex", "lib/date.ex", "lib/json/decoder.ex"])
        .current_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib"))
        .output()
        .expect("cordial starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "compared\n");
}
