//! What this crate makes of a text, written as `elixir.exs` writes what Elixir makes of it.

use cordial_syntax::diagnostics::ErrorText;
use cordial_syntax::format::{FormatOptions, format_string, to_source};
use cordial_syntax::{Diagnostic, ParseOptions, Parsed, Quoted, Symbol, parse};

/// The answer to one of the questions that `elixir.exs` lists.
pub fn answer(text: &str, question: char) -> Vec<u8> {
    let plain = ParseOptions::default();
    let mut out = Vec::new();
    match question {
        'd' => seen(&parse(text, &plain), &mut out),
        'm' => seen(
            &parse(
                text,
                &ParseOptions {
                    columns: true,
                    token_metadata: true,
                    ..plain
                },
            ),
            &mut out,
        ),
        'w' => {
            let wrapped = ParseOptions {
                columns: true,
                token_metadata: true,
                wrap_literals: true,
                unescape: false,
                emit_warnings: false,
                ..plain
            };
            seen(&parse(text, &wrapped), &mut out);
        }
        's' => result(
            &parse(
                text,
                &ParseOptions {
                    columns: true,
                    mark_static_atoms: true,
                    ..plain
                },
            ),
            &mut out,
        ),
        'c' => comments(
            &parse(
                text,
                &ParseOptions {
                    comments: true,
                    ..plain
                },
            ),
            &mut out,
        ),
        'e' => match parse(text, &plain) {
            Ok(_) => atom("ok", &mut out),
            Err(error) => {
                out.push(b'{');
                atom(&format!("Elixir.{}", error.exception()), &mut out);
                out.push(b' ');
                quoted_text(error.message().as_bytes(), &mut out);
                out.push(b'}');
            }
        },
        'f' => match format_string(text, &FormatOptions::default()) {
            Ok(formatted) => {
                out.extend(b"{:\"ok\" ");
                quoted_text(formatted.as_bytes(), &mut out);
                out.push(b'}');
            }
            Err(_) => atom("error", &mut out),
        },
        't' => match parse(text, &plain) {
            Ok(parsed) => quoted_text(to_source(&parsed.quoted).as_bytes(), &mut out),
            Err(error) => error_tuple(&error, &mut out),
        },
        _ => unreachable!("no such question"),
    }
    out
}

type Result<'r> = &'r std::result::Result<Parsed, Box<Diagnostic>>;

/// The result with its warnings.
fn seen(parsed: Result<'_>, out: &mut Vec<u8>) {
    out.push(b'{');
    result(parsed, out);
    out.extend(b" [");
    let warnings = match parsed {
        Ok(parsed) => &parsed.warnings,
        Err(error) => &error.warnings,
    };
    for (index, warning) in warnings.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend(format!("{{{{{} {}}} ", warning.line, warning.column).bytes());
        quoted_text(warning.description.as_bytes(), out);
        out.push(b'}');
    }
    out.extend(b"]}");
}

fn result(parsed: Result<'_>, out: &mut Vec<u8>) {
    match parsed {
        Ok(parsed) => {
            out.extend(b"{:\"ok\" ");
            node(&parsed.quoted, out);
            out.push(b'}');
        }
        Err(error) => error_tuple(error, out),
    }
}

fn comments(parsed: Result<'_>, out: &mut Vec<u8>) {
    match parsed {
        Ok(parsed) => {
            out.extend(b"{:\"ok\" [");
            for (index, comment) in parsed.comments.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                let (previous, next) = (comment.previous_eol_count, comment.next_eol_count);
                out.extend(format!("{{{} {} {previous} {next} ", comment.line, comment.column).bytes());
                quoted_text(comment.text.as_bytes(), out);
                out.push(b'}');
            }
            out.extend(b"]}");
        }
        Err(error) => error_tuple(error, out),
    }
}

/// `{:error, {meta, message, token}}`
fn error_tuple(error: &Diagnostic, out: &mut Vec<u8>) {
    out.extend(b"{:\"error\" {");
    node(&error.meta.to_list(), out);
    out.push(b' ');
    match &error.error {
        ErrorText::Plain(text) => quoted_text(text.as_bytes(), out),
        ErrorText::Around(before, after) => {
            out.push(b'{');
            quoted_text(before.as_bytes(), out);
            out.push(b' ');
            quoted_text(after.as_bytes(), out);
            out.push(b'}');
        }
    }
    out.push(b' ');
    quoted_text(error.token.as_bytes(), out);
    out.extend(b"}}");
}

fn node(quoted: &Quoted, out: &mut Vec<u8>) {
    match quoted {
        Quoted::Atom(name) => atom(name.as_str(), out),
        Quoted::Int(number) => out.extend(number.to_string().bytes()),
        Quoted::Big(number) => out.extend(number.to_string().bytes()),
        Quoted::Float(number) => out.extend(format!("f{}", number.to_bits()).bytes()),
        Quoted::Bin(bytes) => quoted_text(bytes, out),
        Quoted::List(items) => list(items, out),
        Quoted::Pair(pair) => tuple([&pair.0, &pair.1], out),
        Quoted::Call(call) if call.name() == Some(Symbol::new("__static_atom__")) => {
            tuple(
                [&Quoted::atom("static"), &call.meta.to_list(), &call.args[0]],
                out,
            );
        }
        Quoted::Call(call) => {
            let variable = Symbol::new("__variable__");
            let mut meta = call.meta.clone();
            let args = if meta.has(variable) {
                Quoted::NIL
            } else {
                Quoted::List(call.args.clone())
            };
            meta.remove(variable);
            tuple([&call.head, &meta.to_list(), &args], out);
        }
        Quoted::Var(var) => tuple(
            [
                &Quoted::Atom(var.name),
                &var.meta.to_list(),
                &Quoted::Atom(var.context),
            ],
            out,
        ),
        Quoted::Opaque(_) => unreachable!("no text gives an opaque term"),
    }
}

fn list(items: &[Quoted], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        node(item, out);
    }
    out.push(b']');
}

fn tuple<const N: usize>(items: [&Quoted; N], out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        node(item, out);
    }
    out.push(b'}');
}

fn atom(name: &str, out: &mut Vec<u8>) {
    out.push(b':');
    quoted_text(name.as_bytes(), out);
}

fn quoted_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'"' => out.extend(b"\\\""),
            byte => out.push(byte),
        }
    }
    out.push(b'"');
}
