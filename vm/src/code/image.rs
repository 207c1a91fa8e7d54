//! Many modules in one piece of memory, found by name without reading the others: how the library ships.
//!
//! `"CBCIMAGE"`, version (u32), count (u32), then for each module, in ascending order of names, six numbers (u32): where
//! its name begins and how long it is, and the same for header and code of its `.cbc` and for its chunks. Then all names,
//! all code, all chunks: documentation lies where no start-up reads. Little-endian.

use crate::bytecode::file::{self, FileError};

const MAGIC: &[u8; 8] = b"CBCIMAGE";
const VERSION: u32 = 2;
const HEADER: usize = 16;
const ENTRY: usize = 24;

/// The image of modules given as name and `.cbc` bytes.
pub fn write(modules: &[(String, Vec<u8>)]) -> Result<Vec<u8>, FileError> {
    let mut sorted = Vec::with_capacity(modules.len());
    for (name, bytes) in modules {
        let (code, chunks) = file::split(bytes)?;
        sorted.push([name.as_bytes(), code, chunks]);
    }
    sorted.sort_by(|a, b| a[0].cmp(b[0]));
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
    let total = |part: usize| sorted.iter().map(|parts| parts[part].len()).sum::<usize>();
    let names = HEADER + ENTRY * sorted.len();
    let mut at = [names, names + total(0), names + total(0) + total(1)];
    for parts in &sorted {
        for (at, part) in at.iter_mut().zip(parts) {
            out.extend_from_slice(&(*at as u32).to_le_bytes());
            out.extend_from_slice(&(part.len() as u32).to_le_bytes());
            *at += part.len();
        }
    }
    for part in 0..3 {
        for parts in &sorted {
            out.extend_from_slice(parts[part]);
        }
    }
    Ok(out)
}

/// An image in memory.
#[derive(Clone, Copy, Debug)]
pub struct Image {
    bytes: &'static [u8],
    count: usize,
}

impl Image {
    /// None if the bytes are not an image of this version.
    pub fn new(bytes: &'static [u8]) -> Option<Image> {
        if bytes.len() < HEADER || &bytes[..8] != MAGIC || number(bytes, 8)? != VERSION as usize {
            return None;
        }
        let count = number(bytes, 12)?;
        if bytes.len() < HEADER + count.checked_mul(ENTRY)? {
            return None;
        }
        Some(Image { bytes, count })
    }

    /// Name and `.cbc` bytes of every module.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Vec<u8>)> + '_ {
        (0..self.count).filter_map(|index| {
            let name = std::str::from_utf8(self.part(index, 0)?).ok()?;
            Some((name, [self.part(index, 1)?, self.part(index, 2)?].concat()))
        })
    }

    /// Header and code of a module.
    pub fn find(&self, name: &str) -> Option<&'static [u8]> {
        self.part(self.index(name)?, 1)
    }

    /// The chunks of a module.
    pub fn chunks(&self, name: &str) -> Option<&'static [u8]> {
        self.part(self.index(name)?, 2)
    }

    /// The names of all modules in it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        (0..self.count).filter_map(|index| std::str::from_utf8(self.part(index, 0)?).ok())
    }

    fn index(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            match self.part(middle, 0)?.cmp(name.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Name, code or chunks of an entry.
    fn part(&self, index: usize, part: usize) -> Option<&'static [u8]> {
        let at = HEADER + ENTRY * index + 8 * part;
        let start = number(self.bytes, at)?;
        self.bytes
            .get(start..start.checked_add(number(self.bytes, at + 4)?)?)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atom::Atom;
    use crate::bytecode::module::ModuleFile;
    use crate::code::Exports;

    fn module(name: &str, chunks: Vec<(String, Vec<u8>)>) -> (String, Vec<u8>) {
        let module = ModuleFile {
            name: Atom::new(name),
            files: Vec::new(),
            functions: Vec::new(),
            lambdas: Vec::new(),
            literals: Vec::new(),
            attributes: Vec::new(),
            on_load: None,
            chunks,
        };
        (name.to_owned(), file::encode(&module))
    }

    #[test]
    fn finds_by_name() {
        let docs = vec![("Docs".to_owned(), vec![1, 2])];
        let modules = [
            module("b", docs.clone()),
            module("a", vec![]),
            module("ab", vec![]),
        ];
        let image = write(&modules).expect("they are modules");
        let image = Image::new(Box::leak(image.into_boxed_slice())).expect("an image");
        let code = image.find("b").expect("it is there");
        assert_eq!(
            file::decode_code(code, Exports::aside())
                .expect("code")
                .name
                .as_str(),
            "b"
        );
        assert_eq!(
            file::read_chunks(image.chunks("b").expect("chunks")).expect("they are whole"),
            docs
        );
        assert_eq!(image.find("c"), None);
        assert_eq!(image.names().collect::<Vec<_>>(), ["a", "ab", "b"]);
        let all: Vec<Vec<u8>> = image.iter().map(|(_, bytes)| bytes).collect();
        assert_eq!(all, [&modules[1].1[..], &modules[2].1, &modules[0].1]);
    }

    #[test]
    fn refuses_others() {
        assert!(Image::new(b"CBCIMAGX12345678").is_none());
        assert!(Image::new(b"CBCIMAGE\x02\0\0\0\xff\xff\xff\xff").is_none());
    }
}
