//! Cordial: a compiler, a virtual machine and a standard library that run Elixir programs.
//!
//! The `cordial` command is a thin layer over this crate; a Rust program can use it to run Elixir inside itself:
//!
//! ```no_run
//! let code = cordial::Program::new().eval("IO.puts(Enum.sum(1..10))").run();
//! assert_eq!(code, 0);
//! ```

mod boot;
pub mod cli;
mod program;
mod watch;

pub use program::{Program, Setting};
/// What the library calls besides the natives of machine and compiler.
pub use watch::NATIVES;
