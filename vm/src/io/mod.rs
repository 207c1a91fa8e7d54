//! Holds what leads out of the VM: standard streams, files, programs of the system. May import: `process`' signals. Never: schedulers.

pub mod files;
pub mod ports;
pub mod sockets;
pub mod standard;

pub use standard::Io;
