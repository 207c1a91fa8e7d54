//! `:rand` against OTP 27: each line of `rand.txt` holds a call (`{:seed, algorithm, seed}`, `{:jump, algorithm, state}`,
//! `{function, algorithm, state, arguments}`) and the value with the new state.

use super::{answer, bytes, process};
use crate::natives::Ctx;
use crate::term::{Term, etf, same};
use crate::vm::Vm;

fn call(ctx: &mut Ctx<'_>, name: &str, args: &[Term]) -> Term {
    let (class, value) = answer(ctx, "rand", name, args).unwrap().pair().unwrap();
    assert_eq!(class, Term::OK);
    value
}

#[test]
fn rand_as_otp() {
    let vm = Vm::builder().schedulers(1).start();
    let mut process = process(&vm);
    for line in include_str!("rand.txt").lines() {
        let (request, expected) = line.split_once(' ').unwrap();
        let exports = vm.code().exports();
        let mut ctx = Ctx {
            process: &mut process,
            vm: &vm,
        };
        let request = etf::decode(ctx.heap(), &bytes(request), exports, false)
            .unwrap()
            .term;
        let expected = etf::decode(ctx.heap(), &bytes(expected), exports, false)
            .unwrap()
            .term;
        let parts = request.tuple().unwrap();
        let name = parts[0].as_atom().unwrap().as_str();
        let answer = if name == "seed" {
            call(&mut ctx, "seed_s", &parts[1..]).pair().unwrap().1
        } else {
            let exported = ctx.heap().tuple(&[parts[1], parts[2]]);
            let state = call(&mut ctx, "seed_s", &[exported]);
            if name == "jump" {
                call(&mut ctx, "jump", &[state]).pair().unwrap().1
            } else {
                let mut args = parts[3].list_to_vec().unwrap();
                args.push(state);
                let (value, state) = call(&mut ctx, name, &args).pair().unwrap();
                let state = ctx.heap().tuple(&[parts[1], state.pair().unwrap().1]);
                ctx.heap().tuple(&[value, state])
            }
        };
        assert!(same(answer, expected), "{request}: {answer}, not {expected}");
    }
}
