//! The `.cbc` file: a module as bytes. Little-endian, versioned, with a checksum; a damaged or foreign file gives one
//! clear error.
//!
//! A header of 32 bytes: `"CBC\n"`, version (u16), flags (u16, zero), length of the code (u32), length of the chunks (u32),
//! checksum of the code (u64, FNV-1a), checksum of the chunks (u64). Then the code: atoms, name, files, functions, lambdas,
//! literals (external term format), attributes, on_load. Then the chunks, name and bytes of each: nothing that runs needs
//! them, so loading a module does not touch them.

use super::field::{Damage, Field, Reader, Writer};
use super::module::{Function, Handler, Lambda, ModuleFile, RegSet};
use super::ops::Op;
use crate::atom::Atom;
use crate::code::Exports;
use crate::term::{OwnedTerm, etf};

const MAGIC: &[u8; 4] = b"CBC\n";
/// Changes with every change of the format or of an operation's meaning.
pub const VERSION: u16 = 2;
const HEADER: usize = 32;

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
        out.blob(&encoded(literal));
    }
    out.number(module.attributes.len() as u64);
    for (name, value) in &module.attributes {
        out.atom(*name);
        out.blob(&encoded(value));
    }
    module.on_load.put(&mut out);
    let mut code = Writer::default();
    code.number(out.atoms.len() as u64);
    for atom in &out.atoms {
        code.blob(atom.as_str().as_bytes());
    }
    code.bytes.extend_from_slice(&out.bytes);
    let mut chunks = Writer::default();
    chunks.number(module.chunks.len() as u64);
    for (name, bytes) in &module.chunks {
        chunks.blob(name.as_bytes());
        chunks.blob(bytes);
    }
    let (code, chunks) = (code.bytes, chunks.bytes);
    let mut file = Vec::with_capacity(HEADER + code.len() + chunks.len());
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&0u16.to_le_bytes());
    file.extend_from_slice(&(code.len() as u32).to_le_bytes());
    file.extend_from_slice(&(chunks.len() as u32).to_le_bytes());
    file.extend_from_slice(&checksum(&code).to_le_bytes());
    file.extend_from_slice(&checksum(&chunks).to_le_bytes());
    file.extend_from_slice(&code);
    file.extend_from_slice(&chunks);
    file
}

/// In external format. A large map's own order depends on the numbers of its atoms, so a file has it in the keys' order.
fn encoded(term: &OwnedTerm) -> Vec<u8> {
    let options = etf::Options {
        deterministic: true,
        ..etf::Options::default()
    };
    etf::encode_with(term.term(), options)
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

/// What the header says.
struct Header {
    code: usize,
    chunks: usize,
    sum_of_code: u64,
    sum_of_chunks: u64,
}

fn header(file: &[u8]) -> Result<Header, FileError> {
    if file.len() < 4 || &file[..4] != MAGIC {
        return Err(FileError::NotCbc);
    }
    let Some(header) = file.get(..HEADER) else {
        return Err(FileError::Damaged("it ends too early"));
    };
    let version = u16::from_le_bytes([header[4], header[5]]);
    if version != VERSION {
        return Err(FileError::Version(version));
    }
    let short = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let long = |at: usize| u64::from(short(at)) | u64::from(short(at + 4)) << 32;
    let found = Header {
        code: short(8) as usize,
        chunks: short(12) as usize,
        sum_of_code: long(16),
        sum_of_chunks: long(24),
    };
    // Any other flag would mean something that this version does not know.
    if header[6] != 0 || header[7] != 0 {
        return Err(FileError::Damaged("its header is wrong"));
    }
    Ok(found)
}

/// The code of a file, with or without the chunks after it, checked.
fn code_part(file: &[u8]) -> Result<&[u8], FileError> {
    let header = header(file)?;
    let code = file
        .get(HEADER..HEADER + header.code)
        .ok_or(FileError::Damaged("its length is wrong"))?;
    if checksum(code) != header.sum_of_code {
        return Err(FileError::Checksum);
    }
    Ok(code)
}

/// The checksum of the code, as its header has it: equal for equal code.
pub fn sum_of_code(file: &[u8]) -> u64 {
    header(file).map_or(0, |header| header.sum_of_code)
}

/// Header and code, and the chunks: a loader needs the first part only.
pub fn split(file: &[u8]) -> Result<(&[u8], &[u8]), FileError> {
    let header = header(file)?;
    if file.len() != HEADER + header.code + header.chunks {
        return Err(FileError::Damaged("its length is wrong"));
    }
    Ok(file.split_at(HEADER + header.code))
}

/// The chunks of a file, checked.
pub fn chunks(file: &[u8]) -> Result<Vec<(String, Vec<u8>)>, FileError> {
    let part = split(file)?.1;
    if checksum(part) != header(file)?.sum_of_chunks {
        return Err(FileError::Checksum);
    }
    read_chunks(part)
}

/// Name and bytes of each chunk, of the part of a file that holds them.
pub fn read_chunks(part: &[u8]) -> Result<Vec<(String, Vec<u8>)>, FileError> {
    let mut input = Reader {
        rest: part,
        atoms: &[],
    };
    let chunks = input.list(|r| Ok((r.text()?.to_owned(), r.blob()?.to_vec())))?;
    match input.rest.is_empty() {
        true => Ok(chunks),
        false => Err(FileError::Damaged("it is too long")),
    }
}

/// The module's name, without reading all of it.
pub fn name(file: &[u8]) -> Result<Atom, FileError> {
    let mut input = Reader {
        rest: code_part(file)?,
        atoms: &[],
    };
    let first = input.list(|r| r.text().map(str::to_owned))?;
    let number = input.number()? as usize;
    first
        .get(number)
        .map(|text| Atom::new(text))
        .ok_or(FileError::Damaged("an atom is out of range"))
}

/// Reads a file to look into it.
pub fn decode(file: &[u8]) -> Result<ModuleFile, FileError> {
    let mut module = decode_code(split(file)?.0, Exports::aside())?;
    module.chunks = chunks(file)?;
    Ok(module)
}

/// Reads header and code, whatever follows them, for the program that has these exports; the module comes without its
/// chunks. What it gives still has to be validated before it is linked.
pub fn decode_code(file: &[u8], exports: &Exports) -> Result<ModuleFile, FileError> {
    decode_body(code_part(file)?, exports)
}

/// Reads the code, which follows the header.
pub fn decode_body(body: &[u8], exports: &Exports) -> Result<ModuleFile, FileError> {
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
        etf::decode_owned(r.blob()?, exports).map_err(|_| Damage("a literal is not in external term format"))
    };
    let literals = input.list(literal)?;
    let attributes = input.list(|r| Ok((r.atom()?, literal(r)?)))?;
    let on_load = Field::get(&mut input)?;
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
        chunks: Vec::new(),
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
