//! The formatter and the printing of quoted forms: snapshots, and what holds for every text.

use cordial_syntax::format::{FormatOptions, format_string, to_source};
use cordial_syntax::{Call, ParseOptions, Quoted, Symbol, parse};

const TEXTS: &[&str] = &[
    include_str!("cases/calls.ex"),
    include_str!("cases/operators.ex"),
    include_str!("cases/containers.ex"),
    include_str!("cases/blocks.ex"),
    include_str!("cases/text.ex"),
    include_str!("cases/layout.ex"),
];

fn formatted(text: &str, line_length: usize) -> String {
    let options = FormatOptions {
        line_length,
        ..FormatOptions::default()
    };
    match format_string(text, &options) {
        Ok(text) => text,
        Err(error) => panic!("{}", error.render()),
    }
}

/// The form without metadata, and without the blocks that hold one form.
fn bare(node: &Quoted) -> Quoted {
    match node {
        Quoted::Call(call) if call.is(Symbol::new("__block__"), 1) => bare(&call.args[0]),
        Quoted::Call(call) => {
            let args = call.args.iter().map(bare).collect();
            Quoted::Call(Box::new(Call {
                head: bare(&call.head),
                meta: Default::default(),
                args,
            }))
        }
        Quoted::Var(var) => Quoted::var(var.name, Default::default(), var.context),
        Quoted::List(items) => Quoted::List(items.iter().map(bare).collect()),
        Quoted::Pair(pair) => Quoted::pair(bare(&pair.0), bare(&pair.1)),
        leaf => leaf.clone(),
    }
}

fn quoted(text: &str) -> Quoted {
    match parse(text, &ParseOptions::default()) {
        Ok(parsed) => bare(&parsed.quoted),
        Err(error) => panic!("{}\n{text}", error.render()),
    }
}

#[test]
fn layouts() {
    for (name, text) in [("calls", TEXTS[0]), ("blocks", TEXTS[3]), ("layout", TEXTS[5])] {
        for width in [98, 30] {
            let shown = format!("{text}--- {width}\n{}\n", formatted(text, width));
            insta::assert_snapshot!(format!("{name}_{width}"), shown);
        }
    }
}

#[test]
fn formatting_keeps_the_meaning() {
    for text in TEXTS {
        for width in [98, 40, 10] {
            assert_eq!(quoted(text), quoted(&formatted(text, width)), "{text}");
        }
    }
}

#[test]
fn formatting_twice_changes_nothing() {
    for text in TEXTS {
        let once = formatted(text, 98);
        assert_eq!(once, formatted(&once, 98));
    }
}

#[test]
fn printed_forms_parse_to_themselves() {
    // Charlists are printed as sigils, which are other forms.
    for text in TEXTS.iter().filter(|text| !text.contains('\'')) {
        let form = match parse(text, &ParseOptions::default()) {
            Ok(parsed) => parsed.quoted,
            Err(error) => panic!("{}", error.render()),
        };
        assert_eq!(bare(&form), quoted(&to_source(&form)));
    }
}
