//! The external term format: what `term_to_binary` writes and `binary_to_term` reads.

mod decode;
mod encode;
mod tag;

pub use decode::{Decoded, Malformed, decode, decode_owned};
pub use encode::{Options, compressed, encode, encode_with};
