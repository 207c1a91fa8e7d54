//! Holds the door to the VM: quoted forms as terms, environments as terms, calling macros.
//! May import: `expand`, `module`'s table, the VM. Nothing else of the compiler but natives touches terms.

pub mod convert;
pub mod env;
pub mod held;

pub use env::{env_of_term, env_to_term};
pub use held::{HeldHost, reraise};
