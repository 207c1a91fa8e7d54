//! Tokens as text, one a line, for `--emit tokens`.

use std::fmt::Write;

use super::token::{Part, Token, Value};

/// `line:column kind value`, interpolations indented below their string.
pub fn list_tokens(tokens: &[Token]) -> String {
    let mut out = String::new();
    list(tokens, 0, &mut out);
    out
}

fn list(tokens: &[Token], depth: usize, out: &mut String) {
    for token in tokens {
        let _ = write!(
            out,
            "{:indent$}{}:{} {}",
            "",
            token.line,
            token.column,
            token.kind.name(),
            indent = depth * 2
        );
        match &token.value {
            Value::None => {}
            Value::Symbol(symbol) | Value::Quoted(symbol, _) => {
                let _ = write!(out, " {symbol:?}");
            }
            Value::Node(node) => {
                let _ = write!(out, " {node}");
            }
            Value::Text(text) => {
                if let Some(name) = text.name {
                    let _ = write!(out, " {name}");
                }
                let _ = write!(out, " {}", text.delimiter);
                if !text.modifiers.is_empty() {
                    let _ = write!(out, " {}", text.modifiers);
                }
            }
        }
        if token.newlines > 0 {
            let _ = write!(out, " +{}", token.newlines);
        }
        out.push('\n');
        if let Value::Text(text) = &token.value {
            for part in &text.parts {
                match part {
                    Part::Bytes(bytes) => {
                        let shown = String::from_utf8_lossy(bytes);
                        let _ = writeln!(out, "{:indent$}{shown:?}", "", indent = depth * 2 + 2);
                    }
                    Part::Code(code) => {
                        let _ = writeln!(
                            out,
                            "{:indent$}{}:{} #{{",
                            "",
                            code.line,
                            code.column,
                            indent = depth * 2 + 2
                        );
                        list(&code.tokens, depth + 2, out);
                    }
                }
            }
        }
    }
}
