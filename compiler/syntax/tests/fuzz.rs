//! Random and mutated texts: the lexer and the parser give a value or an error, never a panic, and in linear time.
//! `CORDIAL_FUZZ_CASES` says how many cases (default 200).

use std::time::{Duration, Instant};

use cordial_syntax::{ParseOptions, parse};
use proptest::prelude::*;

const SEEDS: &[&str] = &[
    include_str!("cases/calls.ex"),
    include_str!("cases/operators.ex"),
    include_str!("cases/containers.ex"),
    include_str!("cases/blocks.ex"),
    include_str!("cases/text.ex"),
];

const PIECES: &[&str] = &[
    "(", ")", "[", "]", "{", "}", "<<", ">>", " do ", " end ", "fn ", "->", ",", ";", "\n", " ", "|", "=>",
    "::", "a", "b: ", "\"", "#{", "@", "&", "!", "-", " -", ".", "..", "...", "//", "not ", " in ", " when ",
    "else ", "%", "%{", "~s(", ":a", "1", "A", "=", "|>", "\\", "^", "<-", "&1", "'", "\"\"\"\n", "?", "é",
    "\r\n", "#", "0x", "1.0e",
];

fn cases() -> u32 {
    std::env::var("CORDIAL_FUZZ_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(200)
}

fn parse_both_ways(text: &str) {
    let plain = ParseOptions::default();
    let full = ParseOptions {
        columns: true,
        token_metadata: true,
        wrap_literals: true,
        ..ParseOptions::default()
    };
    let first = parse(text, &plain);
    let second = parse(text, &full);
    assert_eq!(
        first.is_ok(),
        second.is_ok(),
        "metadata changes what is accepted: {text:?}"
    );
    for error in [first.err(), second.err()].into_iter().flatten() {
        assert!(!error.render().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        parse_both_ways(&text);
    }

    #[test]
    fn any_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        parse_both_ways(&pieces.concat());
    }

    #[test]
    fn mutated(seed in prop::sample::select(SEEDS), at in any::<prop::sample::Index>(), cut in 0_usize..12,
               piece in prop::sample::select(PIECES)) {
        let chars: Vec<char> = seed.chars().collect();
        let at = at.index(chars.len());
        let end = (at + cut).min(chars.len());
        let text: String = chars[..at].iter().chain(&piece.chars().collect::<Vec<_>>()).chain(&chars[end..]).collect();
        parse_both_ways(&text);
    }
}

fn in_time(text: &str, limit: Duration) {
    let start = Instant::now();
    let parsed = parse(text, &ParseOptions::default());
    assert!(parsed.is_ok(), "{:?}", parsed.err().map(|error| error.render()));
    drop(parsed);
    assert!(start.elapsed() < limit, "took {:?}", start.elapsed());
}

#[test]
fn large_texts_take_linear_time() {
    let limit = Duration::from_secs(10);
    let clauses: String = (0..10_000)
        .map(|n| format!("def f({n}), do: {{:ok, {n} + 1}}\n"))
        .collect();
    in_time(&clauses, limit);
    let list: Vec<_> = (0..50_000).map(|n| n.to_string()).collect();
    in_time(&format!("[{}]", list.join(", ")), limit);
    let sum: Vec<_> = (0..50_000).map(|n| format!("x{}", n % 10)).collect();
    in_time(&sum.join(" + "), limit);
    in_time(&sum.join(" = "), limit);
    in_time(&sum.join(" |> "), limit);
    in_time(&format!("\"{}\"", "a#{b}".repeat(20_000)), limit);
    in_time(&"a\n".repeat(100_000), limit);
}

#[test]
fn deep_texts_give_a_value_or_an_error() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("f(", ")"),
        ("fn -> ", " end"),
        ("a do ", " end"),
        ("%{a: ", "}"),
        ("\"#{", "}\""),
        ("!", ""),
        ("@", ""),
        ("f ", ""),
        ("a.b(", ")"),
        ("x = ", ""),
        ("- ", ""),
    ] {
        for depth in [100, 1000, 15_000, 60_000] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let parsed = parse(&text, &ParseOptions::default());
            if let Ok(parsed) = &parsed {
                let copy = parsed.quoted.clone();
                assert!(copy == parsed.quoted);
            }
            drop(parsed);
        }
    }
}
