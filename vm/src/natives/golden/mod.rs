//! Natives against what OTP 27 answered: each line of `otp.txt` holds `{module, function, arguments}` and `{:ok, value}`
//! or `{:error, reason}` in external format.

mod rand_test;

use super::{Class, Ctx, Kind, Stop, TOPICS};
use crate::atom::{Atom, known};
use crate::bytecode::ops::Mfa;
use crate::process::Process;
use crate::term::{Term, etf, same};
use crate::vm::Vm;

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|index| u8::from_str_radix(&hex[index * 2..index * 2 + 2], 16).unwrap())
        .collect()
}

fn process(vm: &Vm) -> Box<Process> {
    let (slot, number) = vm.processes().reserve().unwrap();
    Process::new(
        slot,
        number,
        Mfa {
            module: known::ERLANG,
            function: known::APPLY,
            arity: 0,
        },
    )
}

fn answer(ctx: &mut Ctx<'_>, module: &str, name: &str, args: &[Term]) -> Option<Term> {
    let native = TOPICS.iter().flat_map(|topic| topic.iter()).find(|native| {
        native.module == module && native.name == name && native.arity as usize == args.len()
    })?;
    let Kind::Plain(code) = native.kind else {
        return None;
    };
    let result = code(ctx, args);
    let atom = |text: &str| Term::atom(Atom::new(text));
    let heap = ctx.heap();
    Some(match result {
        Ok(value) => heap.ok(value),
        // Goes on in the library.
        Err(Stop::Call(..)) => Term::NONE,
        Err(stop) => {
            let reason = match stop {
                Stop::Raise {
                    class: Class::Error,
                    reason,
                    ..
                } => reason,
                Stop::Badarg => atom("badarg"),
                Stop::Badarith => atom("badarith"),
                Stop::SystemLimit => atom("system_limit"),
                Stop::BadMap(term) => heap.tuple(&[Term::atom(known::BADMAP), term]),
                Stop::BadKey(term) => heap.tuple(&[Term::atom(known::BADKEY), term]),
                other => atom(&format!("{other:?}")),
            };
            heap.error(reason)
        }
    })
}

#[test]
fn as_otp_answers() {
    let vm = Vm::builder().schedulers(1).start();
    let mut process = process(&vm);
    let (mut wrong, mut missing) = (Vec::new(), std::collections::BTreeSet::new());
    for line in include_str!("otp.txt").lines() {
        let (call, expected) = line.split_once(' ').unwrap();
        let exports = vm.code().exports();
        let mut ctx = Ctx {
            process: &mut process,
            vm: &vm,
        };
        let call = etf::decode(ctx.heap(), &bytes(call), exports, false)
            .unwrap()
            .term;
        let expected = etf::decode(ctx.heap(), &bytes(expected), exports, false)
            .unwrap()
            .term;
        let [module, name, args] = *call.tuple().unwrap() else {
            unreachable!()
        };
        let args = args.list_to_vec().unwrap();
        let (module, name) = (
            module.as_atom().unwrap().as_str(),
            name.as_atom().unwrap().as_str(),
        );
        match answer(&mut ctx, module, name, &args) {
            None => {
                missing.insert(format!("{module}:{name}/{}", args.len()));
            }
            Some(answer) if answer.is_none() || same(answer, expected) => {}
            Some(answer) => wrong.push(format!("{call}\n  {answer}\n  {expected}")),
        }
        process.heap.collect(0, &mut |_| {});
    }
    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(150)].join("\n")
    );
}
