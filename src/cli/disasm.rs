//! `cordial disasm`: the text of a bytecode file.

use super::fail;
use cordial_vm::bytecode;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    /// A .cbc file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub fn execute(args: &Args) -> ExitCode {
    let file = args.file.display();
    let bytes = match std::fs::read(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => return fail(format_args!("cannot read {file}: {error}")),
    };
    match bytecode::file::decode(&bytes) {
        Ok(module) => {
            super::print(&bytecode::disasm::module(&module));
            ExitCode::SUCCESS
        }
        Err(error) => fail(format_args!("cannot read {file}: {error}")),
    }
}
