//! The `.cbc` file: a module as bytes. Little-endian, versioned, with a checksum; a damaged or foreign file gives one
//! clear error.
//!
//! `"CBC\n"`, version (u16), flags (u16, zero), length of the rest (u32), checksum of the rest (u64, FNV-1a), then:
//! atoms, name, files, functions, lambdas, literals (external term format), attributes, on_load, chunks.

use super::field::{Damage, Field, Reader, Writer};
use super::module::{Function, Handler, Lambda, ModuleFile, RegSet};
use super::ops::Op;
use crate::atom::Atom;
use crate::term::etf;

const MAGIC: &[u8; 4] = b"CBC\n";
/// Changes with every change of the format or of an operation's meaning.
pub const VERSION: u16 = 1;
const HEADER: usize = 20;

/// Why bytes are not a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    NotCbc,
    Version(u16),
    Checksum,
    Damaged(&'static str),
}

impl std::fmt::Display for FileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FileError::NotCbc => f.write_str("not a compiled Cordial module"),
            FileError::Version(found) => {
                write!(
                    f,
                    "compiled for bytecode version {found}, this is version {VERSION}: compile it again"
                )
            }
            FileError::Checksum => f.write_str("damaged: its checksum does not match"),
            FileError::Damaged(why) => write!(f, "damaged: {why}"),
        }
    }
}

impl From<Damage> for FileError {
    fn from(damage: Damage) -> FileError {
        FileError::Damaged(damage.0)
    }
}

/// FNV-1a over 64-bit words, then over the bytes left.
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf29ce484222325u64;
    let mut words = bytes.chunks_exact(8);
    for word in &mut words {
        let word = u64::from_le_bytes([
            word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7],
        ]);
        hash = (hash ^ word).wrapping_mul(0x100000001b3);
        hash ^= hash >> 29;
    }
    for &byte in words.remainder() {
        hash = (hash ^ byte as u64).wrapping_mul(0x100000001b3);
    }
    hash
}

/// The module as the bytes of a `.cbc` file.
pub fn encode(module: &ModuleFile) -> Vec<u8> {
    let mut out = Writer::default();
    out.atom(module.name);
    out.number(module.files.len() as u64);
    for file in &module.files {
        out.blob(file.as_bytes());
    }
    out.number(module.functions.len() as u64);
    for function in &module.functions {
        put_function(function, &mut out);
    }
    out.number(module.lambdas.len() as u64);
    for lambda in &module.lambdas {
        lambda.function.put(&mut out);
        lambda.arity.put(&mut out);
        lambda.free.put(&mut out);
    }
    out.number(module.literals.len() as u64);
    for literal in &module.literals {
        out.blob(&etf::encode(literal.term()));
    }
    out.number(module.attributes.len() as u64);
    for (name, value) in &module.attributes {
        out.atom(*name);
        out.blob(&etf::encode(value.term()));
    }
    module.on_load.put(&mut out);
    out.number(module.chunks.len() as u64);
    for (name, bytes) in &module.chunks {
        out.blob(name.as_bytes());
        out.blob(bytes);
    }
    let mut rest = Writer::default();
    rest.number(out.atoms.len() as u64);
    for atom in &out.atoms {
        rest.blob(atom.as_str().as_bytes());
    }
    rest.bytes.extend_from_slice(&out.bytes);
    let body = rest.bytes;
    let mut file = Vec::with_capacity(HEADER + body.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&0u16.to_le_bytes());
    file.extend_from_slice(&(body.len() as u32).to_le_bytes());
    file.extend_from_slice(&checksum(&body).to_le_bytes());
    file.extend_from_slice(&body);
    file
}

fn put_function(function: &Function, out: &mut Writer) {
    out.atom(function.name);
    function.arity.put(out);
    function.exported.put(out);
    function.frame.put(out);
    function.out.put(out);
    function.file.put(out);
    out.number(function.code.len() as u64);
    function.code.iter().for_each(|op| op.put(out));
    out.number(function.live.len() as u64);
    for set in &function.live {
        set.0.put(out);
    }
    out.number(function.handlers.len() as u64);
    for handler in &function.handlers {
        handler.start.put(out);
        handler.end.put(out);
        handler.target.put(out);
        handler.dst.put(out);
    }
    function.lines.put(out);
}

/// Splits the header from the body after checking both.
fn body(file: &[u8]) -> Result<&[u8], FileError> {
    if file.len() < 4 || &file[..4] != MAGIC {
        return Err(FileError::NotCbc);
    }
    if file.len() < HEADER {
        return Err(FileError::Damaged("it ends too early"));
    }
    let version = u16::from_le_bytes([file[4], file[5]]);
    if version != VERSION {
        return Err(FileError::Version(version));
    }
    let length = u32::from_le_bytes([file[8], file[9], file[10], file[11]]) as usize;
    if file.len() != HEADER + length || file[6] != 0 || file[7] != 0 {
        return Err(FileError::Damaged("its length is wrong"));
    }
    let mut sum = [0; 8];
    sum.copy_from_slice(&file[12..20]);
    let body = &file[HEADER..];
    if checksum(body) != u64::from_le_bytes(sum) {
        return Err(FileError::Checksum);
    }
    Ok(body)
}

/// The module's name, without reading all of it.
pub fn name(file: &[u8]) -> Result<Atom, FileError> {
    let mut input = Reader {
        rest: body(file)?,
        atoms: &[],
    };
    let first = input.list(|r| r.text().map(str::to_owned))?;
    let number = input.number()? as usize;
    first
        .get(number)
        .map(|text| Atom::new(text))
        .ok_or(FileError::Damaged("an atom is out of range"))
}

/// Reads a file. What it gives still has to be validated before it is linked.
pub fn decode(file: &[u8]) -> Result<ModuleFile, FileError> {
    decode_body(body(file)?)
}

/// Reads what follows the header.
pub fn decode_body(body: &[u8]) -> Result<ModuleFile, FileError> {
    let mut input = Reader {
        rest: body,
        atoms: &[],
    };
    let texts = input.list(|r| r.text())?;
    if texts.iter().any(|text| text.chars().count() > 255) {
        return Err(FileError::Damaged("an atom is too long"));
    }
    let atoms: Vec<Atom> = texts.into_iter().map(Atom::new).collect();
    let mut input = Reader {
        rest: input.rest,
        atoms: &atoms,
    };
    let name = input.atom()?;
    let files = input.list(|r| r.text().map(str::to_owned))?;
    let functions = input.list(get_function)?;
    let lambdas = input.list(|r| {
        Ok(Lambda {
            function: Field::get(r)?,
            arity: Field::get(r)?,
            free: Field::get(r)?,
        })
    })?;
    let literal = |r: &mut Reader<'_>| {
        etf::decode_owned(r.blob()?).map_err(|_| Damage("a literal is not in external term format"))
    };
    let literals = input.list(literal)?;
    let attributes = input.list(|r| Ok((r.atom()?, literal(r)?)))?;
    let on_load = Field::get(&mut input)?;
    let chunks = input.list(|r| Ok((r.text()?.to_owned(), r.blob()?.to_vec())))?;
    if !input.rest.is_empty() {
        return Err(FileError::Damaged("it is too long"));
    }
    Ok(ModuleFile {
        name,
        files,
        functions,
        lambdas,
        literals,
        attributes,
        on_load,
        chunks,
    })
}

fn get_function(input: &mut Reader<'_>) -> Result<Function, Damage> {
    Ok(Function {
        name: input.atom()?,
        arity: Field::get(input)?,
        exported: Field::get(input)?,
        frame: Field::get(input)?,
        out: Field::get(input)?,
        file: Field::get(input)?,
        code: input.list(Op::get)?,
        live: input.list(|r| Ok(RegSet(Field::get(r)?)))?,
        handlers: input.list(|r| {
            Ok(Handler {
                start: Field::get(r)?,
                end: Field::get(r)?,
                target: Field::get(r)?,
                dst: Field::get(r)?,
            })
        })?,
        lines: Field::get(input)?,
    })
}
