//! Prints what texts parse to as text again: `to_source FILE…`, texts between lines of `=====`.

use cordial_syntax::format::to_source;
use cordial_syntax::{ParseOptions, parse};

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        for text in std::fs::read_to_string(&file)?.split("\n=====\n") {
            match parse(text, &ParseOptions::default()) {
                Ok(parsed) => println!("{}", to_source(&parsed.quoted)),
                Err(error) => println!("ERROR {}", error.description),
            }
            println!("=====");
        }
    }
    Ok(())
}
