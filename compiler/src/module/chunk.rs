//! The chunks of a module: documentation in the external term format.

use super::table::State;

/// Name and bytes of each chunk.
pub fn chunks(_state: &State) -> Vec<(String, Vec<u8>)> {
    Vec::new()
}
