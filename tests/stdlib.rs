//! Tests written in Elixir, run with `cordial test` as any project's are: the library's own, `stdlib/test/**/*_test.exs`,
//! and those of the example project.

use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn tests_of_the_library_pass() {
    passes("stdlib/test", &["."]);
}

#[test]
fn tests_of_the_example_project_pass() {
    passes("examples/shopping", &[]);
}

/// Runs the tests in a folder; a failure shows all that they print.
fn passes(folder: &str, paths: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_cordial"))
        .args(["test", "--no-color"])
        .args(paths)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .stdin(Stdio::null())
        .output()
        .expect("the command");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{stdout}{stderr}", output.status);
    assert!(
        stdout.contains(" tests, 0 failures\n"),
        "nothing ran:\n{stdout}{stderr}"
    );
}
