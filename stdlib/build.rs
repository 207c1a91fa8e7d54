//! Compiles the library with the compiler on the virtual machine, and packs it into one image.
//! A file that does not compile is told as a warning and left out: it never blocks the build.

#[path = "src/sources.rs"]
mod sources;

use std::path::{Path, PathBuf};

fn main() {
    for watched in ["bootstrap.txt", "lib", "otp", "ex_unit", "logger", "build.rs"] {
        println!("cargo:rerun-if-changed={watched}");
    }
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let image = match library(&here) {
        Ok(image) => image,
        Err(message) => {
            println!("cargo:warning={message}");
            cordial_vm::code::image::write(&[]).unwrap_or_default()
        }
    };
    std::fs::write(out.join("library.image"), image).expect("the image is written");
}

fn library(folder: &Path) -> Result<Vec<u8>, String> {
    let files = sources::sources(folder)?;
    let library = cordial_compiler::bootstrap::library(&files);
    for line in library.problems.lines() {
        println!("cargo:warning={line}");
    }
    cordial_vm::code::image::write(&library.modules).map_err(|error| error.to_string())
}
