//! Prints what texts parse to, one line each: `quoted [--columns] [--token-metadata] [--wrap] [--tokens] FILE…`.
//! With `--split`, each file holds several texts with lines of `=====` between them.

use std::io::Write;

use cordial_syntax::{Diagnostic, ParseOptions, lexer, parse};

fn main() -> std::io::Result<()> {
    let mut options = ParseOptions::default();
    let (mut split, mut tokens, mut warnings, mut files) = (false, false, false, Vec::new());
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--columns" => options.columns = true,
            "--token-metadata" => options.token_metadata = true,
            "--wrap" => options.wrap_literals = true,
            "--split" => split = true,
            "--tokens" => tokens = true,
            "--warnings" => warnings = true,
            _ => files.push(argument),
        }
    }
    let out = std::io::stdout();
    let mut out = std::io::BufWriter::new(out.lock());
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let texts: Vec<&str> = if split {
            text.split("\n=====\n").collect()
        } else {
            vec![&text]
        };
        for text in texts {
            if tokens {
                match lexer::tokenize(text, &options) {
                    Ok(tokens) => write!(out, "{}", lexer::list_tokens(&tokens.tokens))?,
                    Err(failure) => writeln!(out, "{:?}", failure)?,
                }
                continue;
            }
            let seen: Vec<Diagnostic> = match parse(text, &options) {
                Ok(parsed) => {
                    writeln!(out, "{}", parsed.quoted)?;
                    parsed.warnings
                }
                Err(error) => {
                    writeln!(
                        out,
                        "ERROR {}",
                        format!("{}: {}", error.exception(), error.message()).replace('\n', "\\n")
                    )?;
                    error.warnings
                }
            };
            if warnings {
                for warning in seen {
                    writeln!(
                        out,
                        "  {}:{}: {}",
                        warning.line,
                        warning.column,
                        warning.description.replace('\n', "\\n")
                    )?;
                }
            }
        }
    }
    Ok(())
}
