//! Holds what leads out of the VM: standard streams, files, sockets, programs and signals of the system.
//! May import: `process`' signals. Never: schedulers.

pub mod break_menu;
pub mod files;
pub mod net;
pub mod ports;
pub mod signals;
pub mod standard;

pub use standard::Io;
