//! Terms for a module's chunks, written straight in the external term format.

use cordial_syntax::Symbol;
use cordial_vm::term::etf;

use super::table::Owned;

/// A term in the making.
#[derive(Clone)]
pub enum Data {
    Atom(Symbol),
    Int(i64),
    Text(String),
    /// A list of code points.
    Chars(String),
    Tuple(Vec<Data>),
    List(Vec<Data>),
    Map(Vec<(Data, Data)>),
    /// A term that the program made.
    Term(Owned),
}

impl Data {
    pub fn atom(text: &str) -> Data {
        Data::Atom(Symbol::new(text))
    }

    /// `key: value`
    pub fn entry(key: &str, value: Data) -> (Data, Data) {
        (Data::atom(key), value)
    }

    /// The bytes of the external format, with the version byte.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        self.put(&mut out);
        out
    }

    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Data::Atom(name) => atom(name.as_str(), out),
            Data::Int(number) => integer(*number, out),
            Data::Text(text) => {
                out.push(BINARY);
                length(text.len(), out);
                out.extend_from_slice(text.as_bytes());
            }
            Data::Chars(text) => {
                let items: Vec<Data> = text
                    .chars()
                    .map(|char| Data::Int(i64::from(u32::from(char))))
                    .collect();
                list(&items, out);
            }
            Data::Tuple(items) => {
                match u8::try_from(items.len()) {
                    Ok(count) => out.extend([SMALL_TUPLE, count]),
                    Err(_) => {
                        out.push(LARGE_TUPLE);
                        length(items.len(), out);
                    }
                }
                items.iter().for_each(|item| item.put(out));
            }
            Data::List(items) => list(items, out),
            Data::Map(pairs) => {
                out.push(MAP);
                length(pairs.len(), out);
                for (key, value) in pairs {
                    key.put(out);
                    value.put(out);
                }
            }
            // Without its own version byte.
            Data::Term(owned) => out.extend_from_slice(&etf::encode(owned.term())[1..]),
        }
    }
}

const VERSION: u8 = 131;
const SMALL_INTEGER: u8 = 97;
const INTEGER: u8 = 98;
const SMALL_BIG: u8 = 110;
const SMALL_TUPLE: u8 = 104;
const LARGE_TUPLE: u8 = 105;
const NIL: u8 = 106;
const LIST: u8 = 108;
const BINARY: u8 = 109;
const MAP: u8 = 116;
const ATOM: u8 = 118;
const SMALL_ATOM: u8 = 119;

fn length(count: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(count as u32).to_be_bytes());
}

fn atom(text: &str, out: &mut Vec<u8>) {
    match u8::try_from(text.len()) {
        Ok(count) => out.extend([SMALL_ATOM, count]),
        Err(_) => {
            out.push(ATOM);
            out.extend_from_slice(&(text.len() as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn integer(number: i64, out: &mut Vec<u8>) {
    if let Ok(small) = u8::try_from(number) {
        out.extend([SMALL_INTEGER, small]);
    } else if let Ok(number) = i32::try_from(number) {
        out.push(INTEGER);
        out.extend_from_slice(&number.to_be_bytes());
    } else {
        out.extend([SMALL_BIG, 8, u8::from(number < 0)]);
        out.extend_from_slice(&number.unsigned_abs().to_le_bytes());
    }
}

fn list(items: &[Data], out: &mut Vec<u8>) {
    if !items.is_empty() {
        out.push(LIST);
        length(items.len(), out);
        items.iter().for_each(|item| item.put(out));
    }
    out.push(NIL);
}

#[cfg(test)]
mod tests {
    use super::*;
    use cordial_vm::code::Exports;

    #[test]
    fn reads_back() {
        let data = Data::Tuple(vec![
            Data::atom("ok"),
            Data::Int(-1),
            Data::Int(300),
            Data::Int(i64::MIN),
            Data::List(vec![]),
            Data::Chars("ab".into()),
            Data::Map(vec![Data::entry("a", Data::Text("ü".into()))]),
        ]);
        let term = etf::decode_owned(&data.encode(), Exports::aside()).expect("it is well formed");
        assert_eq!(
            term.term().to_string(),
            "{ok,-1,300,-9223372036854775808,[],\"ab\",#{a => <<\"ü\"/utf8>>}}"
        );
    }
}
