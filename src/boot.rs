//! Brings virtual machine, compiler and library together: the only place that knows all of them.

use cordial_vm::vm::Vm;
use std::path::Path;

/// A machine with the compiler's natives and the library.
pub fn start(schedulers: Option<u16>) -> Result<Vm, String> {
    let image = match std::env::var_os("CORDIAL_STDLIB") {
        None => cordial_stdlib::IMAGE,
        Some(folder) => from_sources(Path::new(&folder))?,
    };
    let mut builder = Vm::builder()
        .natives(cordial_compiler::NATIVES)
        .natives(&[crate::watch::NATIVES])
        .image(image);
    if let Some(count) = schedulers {
        builder = builder.schedulers(count.into());
    }
    Ok(builder.start())
}

/// The library compiled from its sources now. It stays in memory until the program ends.
fn from_sources(folder: &Path) -> Result<&'static [u8], String> {
    let files = cordial_stdlib::sources(folder)?;
    let library = cordial_compiler::bootstrap::library(&files);
    if !library.problems.is_empty() {
        eprint!("{}", library.problems);
    }
    let image = cordial_vm::code::image::write(&library.modules).map_err(|error| error.to_string())?;
    Ok(Box::leak(image.into_boxed_slice()))
}
