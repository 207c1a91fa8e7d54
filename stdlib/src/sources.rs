//! The sources of the library, in the order in which they are compiled.

use std::path::Path;

/// Reads the files that `bootstrap.txt` lists, one path a line: path and text of each. `#` begins a comment.
pub fn sources(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let list = folder.join("bootstrap.txt");
    let list =
        std::fs::read_to_string(&list).map_err(|error| format!("cannot read {}: {error}", list.display()))?;
    list.lines()
        .map(|line| line.split('#').next().unwrap_or("").trim())
        .filter(|line| !line.is_empty())
        .map(|name| {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => Ok((name.to_string(), text)),
                Err(error) => Err(format!("cannot read {}: {error}", path.display())),
            }
        })
        .collect()
}
