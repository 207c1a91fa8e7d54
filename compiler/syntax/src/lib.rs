//! Elixir text to quoted forms: lexer, parser, diagnostics, printing.
