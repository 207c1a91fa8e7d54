//! A storm of everything that the virtual machine does, which must leave nothing behind: `tests/soak/storm.exs`.
//!
//! `CORDIAL_SOAK_SECONDS` says for how long (20 by default), `CORDIAL_SOAK_SEED` with which random numbers.

use std::process::Command;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

fn storm(schedulers: &str, seconds: u64) {
    let output = Command::new(env!("CARGO_BIN_EXE_cordial"))
        .args(["--schedulers", schedulers, "tests/soak/storm.exs"])
        .arg(seconds.to_string())
        .arg(setting("CORDIAL_SOAK_SEED", 1).to_string())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cordial runs");
    let (out, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    println!("{out}");
    assert!(
        output.status.success() && out.contains("nothing lost") && out.contains("not run: []"),
        "{}\n{out}\n{errors}",
        output.status
    );
}

#[test]
fn a_storm_leaves_nothing_behind() {
    let seconds = setting("CORDIAL_SOAK_SECONDS", 20);
    storm("1", seconds / 4);
    storm("4", seconds - seconds / 4);
}
