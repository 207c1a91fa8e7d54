//! Moves that happen at once, as a sequence.

use cordial_vm::bytecode::ops::{Reg, Src};

/// Orders moves so that no register is overwritten before it is read. `spare` gives a register for cycles.
pub(super) fn sequence(mut moves: Vec<(Reg, Src)>, mut spare: impl FnMut() -> Reg) -> Vec<(Reg, Src)> {
    moves.retain(|(dst, src)| *src != Src::Reg(*dst));
    let mut done = Vec::with_capacity(moves.len());
    while !moves.is_empty() {
        let free = moves.iter().position(|(dst, _)| {
            !moves
                .iter()
                .any(|(other, src)| other != dst && *src == Src::Reg(*dst))
        });
        match free {
            Some(place) => done.push(moves.swap_remove(place)),
            None => {
                // Only cycles are left: one register is saved, and read from there.
                let saved = moves[0].0;
                let spare = spare();
                done.push((spare, Src::Reg(saved)));
                for (_, src) in &mut moves {
                    if *src == Src::Reg(saved) {
                        *src = Src::Reg(spare);
                    }
                }
            }
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(moves: &[(u16, u16)]) {
        let list = moves
            .iter()
            .map(|(dst, src)| (Reg(*dst), Src::Reg(Reg(*src))))
            .collect();
        let sequence = sequence(list, || Reg(9));
        let mut state: Vec<u16> = (0..10).collect();
        for (dst, src) in sequence {
            let Src::Reg(src) = src else { continue };
            state[usize::from(dst.0)] = state[usize::from(src.0)];
        }
        for (dst, src) in moves {
            assert_eq!(state[usize::from(*dst)], *src);
        }
    }

    #[test]
    fn moves_happen_at_once() {
        run(&[(0, 1), (1, 0)]);
        run(&[(0, 1), (1, 2), (2, 0), (3, 0)]);
        run(&[(1, 0), (2, 1), (3, 2)]);
        run(&[(0, 0), (1, 2)]);
        run(&[(0, 1), (1, 0), (2, 3), (3, 2)]);
    }
}
