//! What a parse may be asked, as `Code.string_to_quoted/2`.

use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct ParseOptions {
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
    /// Put `:column` into metadata.
    pub columns: bool,
    /// Put `:closing`, `:do`, `:end`, `:end_of_expression`, … into metadata.
    pub token_metadata: bool,
    /// Wrap literals as `{:__block__, meta, [literal]}` (the formatter's and many tools' encoder).
    pub wrap_literals: bool,
    /// Keep atoms that the text names as `{:__static_atom__, meta, [binary]}` for a caller's `:static_atoms_encoder`.
    pub mark_static_atoms: bool,
    pub existing_atoms_only: bool,
    pub emit_warnings: bool,
    /// Resolve escapes in strings.
    pub unescape: bool,
    /// Collect comments into `Parsed::comments`.
    pub comments: bool,
}

impl Default for ParseOptions {
    fn default() -> ParseOptions {
        ParseOptions {
            file: Arc::from("nofile"),
            line: 1,
            column: 1,
            columns: false,
            token_metadata: false,
            wrap_literals: false,
            mark_static_atoms: false,
            existing_atoms_only: false,
            emit_warnings: true,
            unescape: true,
            comments: false,
        }
    }
}
