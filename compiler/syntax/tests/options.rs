//! The options of a parse.

use cordial_syntax::{ParseOptions, parse};

#[test]
fn unknown_atoms_can_be_refused() {
    let options = ParseOptions {
        existing_atoms_only: true,
        ..ParseOptions::default()
    };
    for text in [
        "unknown_name_1",
        ":unknown_name_2",
        "Unknown_name_3",
        "[unknown_name_4: 1]",
        ":\"unknown name 5\"",
        "f.unknown_name_6()",
    ] {
        let error = parse(text, &options).err().map(|error| error.description);
        assert!(
            error.is_some_and(|text| text.starts_with("unsafe atom does not exist: ")),
            "{text}"
        );
    }
    assert!(parse("nil + foo_known", &ParseOptions::default()).is_ok());
    assert!(parse("foo_known", &options).is_ok());
}

#[test]
fn positions_start_where_asked() {
    let options = ParseOptions {
        line: 10,
        column: 5,
        columns: true,
        ..ParseOptions::default()
    };
    let parsed = parse("a\n b", &options).map(|parsed| parsed.quoted.to_string());
    let expected = "{:__block__, [], [{:a, [line: 10, column: 5], nil}, {:b, [line: 11, column: 6], nil}]}";
    assert_eq!(parsed.as_deref().ok(), Some(expected));
}

#[test]
fn comments_are_collected() {
    let options = ParseOptions {
        comments: true,
        ..ParseOptions::default()
    };
    let comments = parse("# a\nb # c\n\n# d\n", &options)
        .map(|parsed| parsed.comments)
        .unwrap_or_default();
    let shown: Vec<_> = comments
        .iter()
        .map(|c| {
            (
                c.line,
                c.column,
                c.previous_eol_count,
                c.next_eol_count,
                c.text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [(1, 1, 1, 1, "# a"), (2, 3, 0, 2, "# c"), (4, 1, 2, 1, "# d")]
    );
}
