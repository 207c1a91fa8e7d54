//! Large and deep texts: linear time, and a value or an error at any depth.

use std::time::{Duration, Instant};

use cordial_syntax::format::{FormatOptions, format_string, to_source};
use cordial_syntax::{ParseOptions, parse};

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

#[test]
fn deep_texts_are_formatted() {
    // Documents nest deeper than the text; arguments used to be copied at each level, and documents to overflow the stack.
    for (open, close) in [
        ("f(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("!", ""),
        ("x = ", ""),
        ("%{a: ", "}"),
    ] {
        let text = format!("{}1{}", open.repeat(1_500), close.repeat(1_500));
        let formatted = format_string(&text, &FormatOptions::default());
        assert!(formatted.is_ok(), "{open}");
        let parsed = parse(&text, &ParseOptions::default());
        assert!(
            parsed.is_ok_and(|parsed| !to_source(&parsed.quoted).is_empty()),
            "{open}"
        );
    }
}
