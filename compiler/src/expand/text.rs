//! Source text of forms inside error messages.

use cordial_syntax::Quoted;

/// The form as source text.
pub fn to_text(node: &Quoted) -> String {
    cordial_syntax::format::to_source(node)
}
