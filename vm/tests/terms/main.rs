//! Laws of terms and heaps, checked on arbitrary terms.

mod collect;
mod laws;
mod maps;
mod model;
mod otp;
