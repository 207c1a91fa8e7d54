//! Holds what is loaded: the export table, modules and their versions, the loader, the image of the library.
//! May import: `bytecode`, `term`, `heap`. Never: schedulers.

pub mod entry;
pub mod exports;
pub mod image;
pub mod link;
pub mod module;
pub mod purge;
pub mod server;
pub mod sweep;

pub use entry::{ExportEntry, FunEntry};
pub use exports::Exports;
pub use module::{FunctionInfo, Module, Origin, Site, SiteIn, Version};
pub use server::CodeServer;
