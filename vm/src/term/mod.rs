//! Holds the word and what it stands for: kinds of terms, order, hashes, maps, external format, printing.
//! May import: `atom`, `heap` (to build), `code`'s entry structs (to name functions). Never: processes, scheduling.

pub mod big;
pub mod bits;
mod compare;
pub mod etf;
pub(crate) mod fun;
pub mod hash;
pub mod header;
pub mod limbs;
mod list;
pub mod map;
mod number;
mod print;
mod tuple;
mod view;
pub mod word;

pub use compare::{compare, compare_exact, equal, same};
pub use fun::{ExportView, FunView};
pub use header::{Kind, header};
pub use list::ListIter;
pub use number::Integer;
pub use view::{Ref, View};
pub use word::Term;

pub use crate::heap::OwnedTerm;
