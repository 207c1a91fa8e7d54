//! Random programs and broken texts: whatever they are, the lexer, the parser and the formatter give a value or an error.
//! `live.rs` compares what they give with a real Elixir.

mod answer;
mod chance;
mod live;
mod mutate;
mod program;
mod watch;

use cordial_syntax::format::{FormatOptions, format_string, to_source};
use cordial_syntax::{ParseOptions, lexer, parse};

use chance::Chance;

/// Texts of every sort.
fn any_text(chance: &mut Chance, sources: &[String]) -> String {
    match chance.below(16) {
        0 => mutate::noise(chance, 300),
        1 | 2 => mutate::pieces(chance, 60),
        3 | 4 => {
            let size = 1 + chance.below(40);
            program::program(chance, size)
        }
        5..=7 => {
            let size = 1 + chance.below(40);
            let text = program::program(chance, size);
            mutate::mutated(chance, &text, "")
        }
        8 if chance.one_in(20) => mutate::extreme(chance),
        _ => {
            let text = mutate::excerpt(chance, sources, 40);
            let other = mutate::excerpt(chance, sources, 10);
            mutate::mutated(chance, &text, &other)
        }
    }
}

fn all_metadata() -> ParseOptions {
    ParseOptions {
        columns: true,
        token_metadata: true,
        wrap_literals: true,
        comments: true,
        ..ParseOptions::default()
    }
}

#[test]
fn lexer() {
    let sources = mutate::sources();
    watch::run(
        "lexer",
        |chance| any_text(chance, &sources),
        |text| match lexer::tokenize(text, &all_metadata()) {
            Ok(tokens) => {
                for pair in tokens.tokens.windows(2) {
                    assert!(pair[0].start <= pair[1].start, "tokens out of order");
                }
                assert!(
                    tokens
                        .tokens
                        .iter()
                        .all(|token| text.get(token.start as usize..token.end as usize).is_some())
                );
            }
            Err(failure) => assert!(failure.line > 0),
        },
    );
}

#[test]
fn parser() {
    let sources = mutate::sources();
    watch::run(
        "parser",
        |chance| any_text(chance, &sources),
        |text| {
            let first = parse(text, &ParseOptions::default());
            // Not wrapped literals: with those, Elixir too takes `:a.B`.
            let second = parse(
                text,
                &ParseOptions {
                    wrap_literals: false,
                    ..all_metadata()
                },
            );
            assert_eq!(first.is_ok(), second.is_ok(), "metadata changes what is accepted");
            if let Ok(parsed) = &first {
                assert!(!parsed.quoted.to_string().is_empty());
                assert!(parsed.quoted.clone() == parsed.quoted);
            }
            for error in [first.err(), second.err()].into_iter().flatten() {
                assert!(!error.render().is_empty());
            }
        },
    );
}

#[test]
fn formatter() {
    let sources = mutate::sources();
    watch::run(
        "formatter",
        |chance| any_text(chance, &sources),
        |text| {
            let Ok(parsed) = parse(text, &ParseOptions::default()) else {
                return;
            };
            let formatted = format_string(text, &FormatOptions::default());
            assert!(formatted.is_ok(), "parsed, but not formatted");
            let _ = to_source(&parsed.quoted);
        },
    );
}
