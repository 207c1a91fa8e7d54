//! The standard library and its embedded image.
