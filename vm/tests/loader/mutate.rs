//! Files from files: bytes and bits of the body changed, operations exchanged, single fields of operations changed.

use crate::chance::Chance;
use cordial_vm::bytecode::field::{Reader, Writer};
use cordial_vm::bytecode::file::{self, checksum};
use cordial_vm::bytecode::module::ModuleFile;
use cordial_vm::bytecode::ops::{Label, Op, Reg};

const HEADER: usize = 20;

/// A file that is wrong somewhere, with a checksum that is right (nearly always).
pub fn file(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let seed = &seeds[chance.below(seeds.len())];
    let other = &seeds[chance.below(seeds.len())];
    let mut bytes = if chance.one_in(3) {
        torn(chance, seed, other)
    } else {
        rebuilt(chance, seed, other)
    };
    if chance.one_in(100) && !bytes.is_empty() {
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
    }
    bytes
}

/// Changes bytes of the body.
fn torn(chance: &mut Chance, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut body = seed[HEADER..].to_vec();
    for _ in 0..1 + chance.below(4) {
        if body.is_empty() {
            break;
        }
        let at = chance.below(body.len());
        match chance.below(7) {
            0 => body[at] ^= 1 << chance.below(8),
            1 => body[at] = chance.next() as u8,
            2 => body[at] = body[at].wrapping_add(1),
            3 => body.truncate(at),
            4 => {
                let end = (at + chance.below(40)).min(body.len());
                body.drain(at..end);
            }
            5 => {
                let from = HEADER + chance.below(other.len() - HEADER);
                let end = (from + chance.below(60)).min(other.len());
                body.splice(at..at, other[from..end].iter().copied());
            }
            _ => body[at] = chance.pick(&[0, 1, 0x7f, 0x80, 0xff]),
        }
    }
    with_header(&body)
}

fn with_header(body: &[u8]) -> Vec<u8> {
    let mut file = b"CBC\n".to_vec();
    file.extend(file::VERSION.to_le_bytes());
    file.extend([0, 0]);
    file.extend((body.len() as u32).to_le_bytes());
    file.extend(checksum(body).to_le_bytes());
    file.extend(body);
    file
}

/// Changes parts of the module.
fn rebuilt(chance: &mut Chance, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let (Ok(mut module), Ok(other)) = (file::decode(seed), file::decode(other)) else {
        return seed.to_vec();
    };
    for _ in 0..1 + chance.below(4) {
        change(chance, &mut module, &other);
    }
    file::encode(&module)
}

fn change(chance: &mut Chance, module: &mut ModuleFile, other: &ModuleFile) {
    let functions = module.functions.len();
    if functions == 0 {
        return;
    }
    let any = chance.below(functions);
    let function = &mut module.functions[any];
    let length = function.code.len();
    let at = chance.below(length);
    match chance.below(16) {
        0..=5 if length > 0 => {
            if let Some(op) = nearby(chance, &function.code[at]) {
                function.code[at] = op;
            }
        }
        6 if length > 0 => {
            let from = &other.functions[chance.below(other.functions.len())];
            if !from.code.is_empty() {
                function.code[at] = from.code[chance.below(from.code.len())].clone();
            }
        }
        7 if length > 0 => {
            function.code.remove(at);
        }
        8 if length > 0 => function
            .code
            .insert(at, function.code[chance.below(length)].clone()),
        9 => function.frame = close(chance, function.frame),
        10 => function.out = close(chance, function.out),
        11 => function.arity = close(chance, u16::from(function.arity)) as u8,
        12 if !function.live.is_empty() => {
            let set = chance.below(function.live.len());
            let registers = &mut function.live[set].0;
            if !registers.is_empty() && chance.one_in(2) {
                registers.remove(chance.below(registers.len()));
            } else {
                registers.push(chance.below(12) as u16);
                registers.sort_unstable();
                registers.dedup();
            }
        }
        13 if !function.handlers.is_empty() => {
            let handler = chance.below(function.handlers.len());
            let handler = &mut function.handlers[handler];
            match chance.below(4) {
                0 => handler.start = chance.below(length + 1) as u32,
                1 => handler.end = chance.below(length + 1) as u32,
                2 => handler.target = Label(chance.below(length + 1) as u32),
                _ => handler.dst = Reg(close(chance, handler.dst.0)),
            }
        }
        14 if !module.lambdas.is_empty() => {
            let lambda = chance.below(module.lambdas.len());
            let lambda = &mut module.lambdas[lambda];
            match chance.below(3) {
                0 => lambda.function = chance.below(functions + 1) as u32,
                1 => lambda.arity = close(chance, u16::from(lambda.arity)) as u8,
                _ => lambda.free = close(chance, u16::from(lambda.free)) as u8,
            }
        }
        15 if module.literals.len() > 1 => {
            let (a, b) = (
                chance.below(module.literals.len()),
                chance.below(module.literals.len()),
            );
            module.literals.swap(a, b);
        }
        _ => {}
    }
}

fn close(chance: &mut Chance, number: u16) -> u16 {
    match chance.below(4) {
        0 => number.wrapping_add(1),
        1 => number.saturating_sub(1),
        2 => chance.below(20) as u16,
        _ => chance.pick(&[0, 255, 256, 60_000, u16::MAX]),
    }
}

/// The operation with one byte of its written form changed, if that is an operation too.
fn nearby(chance: &mut Chance, op: &Op) -> Option<Op> {
    let mut out = Writer::default();
    op.put(&mut out);
    let at = chance.below(out.bytes.len());
    out.bytes[at] = match chance.below(4) {
        0 => out.bytes[at].wrapping_add(1),
        1 => out.bytes[at].wrapping_sub(1),
        2 => chance.below(10) as u8,
        _ => chance.next() as u8 & 0x7f,
    };
    let mut input = Reader {
        rest: &out.bytes,
        atoms: &out.atoms,
    };
    let op = Op::get(&mut input).ok()?;
    input.rest.is_empty().then_some(op)
}
