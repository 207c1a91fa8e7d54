//! Each case under `tests/cases` with its tokens, its quoted form with all metadata, and its warnings.

use cordial_syntax::{ParseOptions, lexer, parse};

fn quoted(text: &str) -> String {
    let options = ParseOptions {
        columns: true,
        token_metadata: true,
        ..ParseOptions::default()
    };
    let mut out = String::from("--- source\n");
    for text in text.split("\n\n") {
        out.push_str(text.trim_end());
        out.push_str("\n--- quoted\n");
        match parse(text, &options) {
            Ok(parsed) => {
                out.push_str(&parsed.quoted.to_string());
                out.push('\n');
                for warning in parsed.warnings {
                    out.push_str(&warning.render());
                    out.push('\n');
                }
            }
            Err(error) => {
                out.push_str(&error.render());
                out.push('\n');
            }
        }
        out.push_str("--- source\n");
    }
    out
}

fn tokens(text: &str) -> String {
    match lexer::tokenize(text, &ParseOptions::default()) {
        Ok(tokens) => format!("{text}--- tokens\n{}", lexer::list_tokens(&tokens.tokens)),
        Err(failure) => format!("{text}--- problem\n{:?}\n", failure),
    }
}

#[test]
fn quoted_forms() {
    insta::assert_snapshot!("calls", quoted(include_str!("cases/calls.ex")));
    insta::assert_snapshot!("operators", quoted(include_str!("cases/operators.ex")));
    insta::assert_snapshot!("containers", quoted(include_str!("cases/containers.ex")));
    insta::assert_snapshot!("blocks", quoted(include_str!("cases/blocks.ex")));
    insta::assert_snapshot!("text", quoted(include_str!("cases/text.ex")));
    insta::assert_snapshot!("errors", quoted(include_str!("cases/errors.txt")));
}

#[test]
fn token_listings() {
    insta::assert_snapshot!("calls_tokens", tokens(include_str!("cases/calls.ex")));
    insta::assert_snapshot!("text_tokens", tokens(include_str!("cases/text.ex")));
}
