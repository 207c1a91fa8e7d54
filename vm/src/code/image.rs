//! Many modules in one piece of memory, found by name without reading the others: how the library ships.
//!
//! `"CBCIMAGE"`, version (u32), count (u32), then for each module, in ascending order of names, four numbers (u32): where
//! its name begins, the name's length, where its `.cbc` begins, its length; then names and files. Little-endian.

const MAGIC: &[u8; 8] = b"CBCIMAGE";
const VERSION: u32 = 1;
const HEADER: usize = 16;
const ENTRY: usize = 16;

/// The image of modules given as name and `.cbc` bytes.
pub fn write(modules: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut sorted: Vec<&(String, Vec<u8>)> = modules.iter().collect();
    sorted.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
    let mut at = HEADER + ENTRY * sorted.len();
    for (name, bytes) in &sorted {
        for number in [at, name.len(), at + name.len(), bytes.len()] {
            out.extend_from_slice(&(number as u32).to_le_bytes());
        }
        at += name.len() + bytes.len();
    }
    for (name, bytes) in &sorted {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(bytes);
    }
    out
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
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> + '_ {
        (0..self.count).filter_map(|index| self.entry(index))
    }

    /// The `.cbc` bytes of a module.
    pub fn find(&self, name: &str) -> Option<&'static [u8]> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            let (found, file) = self.entry(middle)?;
            match found.as_bytes().cmp(name.as_bytes()) {
                std::cmp::Ordering::Equal => return Some(file),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The names of all modules in it.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        (0..self.count).filter_map(|index| self.entry(index).map(|(name, _)| name))
    }

    fn entry(&self, index: usize) -> Option<(&'static str, &'static [u8])> {
        let at = HEADER + ENTRY * index;
        let part = |at: usize| -> Option<&'static [u8]> {
            let start = number(self.bytes, at)?;
            self.bytes
                .get(start..start.checked_add(number(self.bytes, at + 4)?)?)
        };
        Some((std::str::from_utf8(part(at)?).ok()?, part(at + 8)?))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_by_name() {
        let image = write(&[
            ("b".into(), vec![1, 2]),
            ("a".into(), vec![3]),
            ("ab".into(), vec![]),
        ]);
        let image = Image::new(Box::leak(image.into_boxed_slice())).expect("an image");
        assert_eq!(image.find("a"), Some(&[3u8][..]));
        assert_eq!(image.find("b"), Some(&[1u8, 2][..]));
        assert_eq!(image.find("ab"), Some(&[][..]));
        assert_eq!(image.find("c"), None);
        assert_eq!(image.names().collect::<Vec<_>>(), ["a", "ab", "b"]);
    }

    #[test]
    fn refuses_others() {
        assert!(Image::new(b"CBCIMAGX12345678").is_none());
        assert!(Image::new(b"CBCIMAGE\x01\0\0\0\xff\xff\xff\xff").is_none());
    }
}
