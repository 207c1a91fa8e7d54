//! Formats texts: `format [--split] [--length N] FILE…`; with `--split`, texts stand between lines of `=====`.

use cordial_syntax::format::{FormatOptions, format_string};

fn main() -> std::io::Result<()> {
    let mut options = FormatOptions::default();
    let (mut split, mut files) = (false, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--split" => split = true,
            "--length" => options.line_length = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(98),
            _ => files.push(argument),
        }
    }
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let texts: Vec<&str> = if split {
            text.split("\n=====\n").collect()
        } else {
            vec![&text]
        };
        for text in texts {
            match format_string(text, &options) {
                Ok(formatted) => println!("{formatted}"),
                Err(error) => println!("ERROR {}", error.description),
            }
            println!("=====");
        }
    }
    Ok(())
}
