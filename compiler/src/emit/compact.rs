//! Drops jumps that nothing leads to any more.

use cordial_vm::bytecode::module::Handler;
use cordial_vm::bytecode::ops::Op;
use cordial_vm::bytecode::validate::ends;

use super::patch;

pub(super) fn compact(code: &mut Vec<Op>, handlers: &mut Vec<Handler>, lines: &mut Vec<(u32, u32)>) {
    let mut wanted = vec![false; code.len() + 1];
    for op in code.iter_mut() {
        patch::labels(op, |label| wanted[label.0 as usize] = true);
    }
    for handler in handlers.iter() {
        wanted[handler.target.0 as usize] = true;
    }
    // The new index of each op; a dropped one has that of the op behind it.
    let mut places = Vec::with_capacity(code.len() + 1);
    let mut kept = 0u32;
    let mut falls_through = true;
    let mut gone = vec![false; code.len()];
    for (index, op) in code.iter().enumerate() {
        places.push(kept);
        if matches!(op, Op::Jump { .. }) && !falls_through && !wanted[index] {
            gone[index] = true;
            continue;
        }
        kept += 1;
        falls_through = !ends(op);
    }
    places.push(kept);
    if kept as usize == code.len() {
        return;
    }
    let mut index = 0;
    code.retain(|_| {
        index += 1;
        !gone[index - 1]
    });
    for op in code.iter_mut() {
        patch::labels(op, |label| label.0 = places[label.0 as usize]);
    }
    for handler in handlers.iter_mut() {
        handler.start = places[handler.start as usize];
        handler.end = places[handler.end as usize];
        handler.target.0 = places[handler.target.0 as usize];
    }
    handlers.retain(|handler| handler.start < handler.end);
    // Of lines that now start at the same op the last one holds.
    let mut left: Vec<(u32, u32)> = Vec::with_capacity(lines.len());
    for (at, line) in lines.drain(..) {
        let at = places[at as usize];
        match left.last_mut() {
            Some(last) if last.0 == at => last.1 = line,
            _ if at < kept => left.push((at, line)),
            _ => {}
        }
    }
    *lines = left;
}
