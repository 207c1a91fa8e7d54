//! Loads a file and calls what it exports.

use crate::chance::Chance;
use cordial_vm::bytecode::module::ModuleFile;
use cordial_vm::bytecode::ops::{Mfa, Op};
use cordial_vm::bytecode::{disasm, file, validate};
use cordial_vm::heap::OwnedTerm;
use cordial_vm::term::Term;
use cordial_vm::vm::Vm;
use std::time::{Duration, Instant};

/// How long the functions of a case may run: many of them never end.
const MOST_MILLISECONDS: u64 = 20;

pub fn case(chance: &mut Chance, bytes: &[u8]) {
    let Ok(module) = file::decode(bytes) else { return };
    let _ = disasm::module(&module);
    if validate::examine(&module).is_err() || !harmless(&module) {
        return;
    }
    let name = module.name;
    let exports: Vec<Mfa> = module
        .functions
        .iter()
        .filter(|function| function.exported && function.arity < 5)
        .map(|function| Mfa {
            module: name,
            function: function.name,
            arity: function.arity,
        })
        .collect();
    let vm = Vm::builder().schedulers(1).start();
    if vm.code().load_bytes(bytes).is_ok() {
        for mfa in exports.into_iter().take(12) {
            let args = (0..mfa.arity).map(|_| argument(chance)).collect();
            vm.spawn_root(mfa, args);
        }
        let started = Instant::now();
        while vm.processes().count() > 0 && started.elapsed() < Duration::from_millis(MOST_MILLISECONDS) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    vm.shutdown();
    vm.code().forget(name, &vm);
}

fn argument(chance: &mut Chance) -> OwnedTerm {
    OwnedTerm::of(match chance.below(5) {
        0 => Term::small(chance.below(10) as i64),
        1 => Term::small(-1),
        2 => Term::OK,
        3 => Term::NIL,
        _ => Term::small(1 << 40),
    })
}

/// False for a module that names functions that reach out of the machine: those are natives that do what they are told.
fn harmless(module: &ModuleFile) -> bool {
    const MODULES: &[&str] = &[
        "lists", "maps", "binary", "math", "unicode", "sets", "ordsets", "string",
    ];
    const NOT: &[&str] = &[
        "halt",
        "open_port",
        "system_flag",
        "delete_module",
        "purge_module",
        "load_module",
    ];
    module
        .functions
        .iter()
        .flat_map(|function| &function.code)
        .all(|op| match op {
            Op::CallExt { mfa, .. } | Op::TailCallExt { mfa } => {
                let (module, name) = (mfa.module.as_str(), mfa.function.as_str());
                module.starts_with("Elixir.")
                    || MODULES.contains(&module)
                    || (module == "erlang" && !NOT.contains(&name))
            }
            _ => true,
        })
}
