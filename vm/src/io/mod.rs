//! Holds what leads out of the VM: standard streams, files, sockets, programs of the system. May import: `process`' signals. Never: schedulers.

pub mod files;
pub mod net;
pub mod ports;
pub mod standard;

pub use standard::Io;
