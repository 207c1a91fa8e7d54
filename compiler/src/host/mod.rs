//! Holds the doors between the compiler and the machine: quoted forms as terms, calls of macros.
//! Never: knowledge of what a form means.

pub mod convert;
