//! The `cordial` command.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cordial_vm::heap::pages::prefer_small();
    cordial::cli::main()
}
