//! What an interrupt (Ctrl-C) does: a menu on a terminal, the end of the program elsewhere or at the second one.
//!
//! The program goes on while the menu is open. If it is itself reading from the terminal there is no menu, as both would
//! want the same line; then a second interrupt within five seconds ends the program.

use super::standard::Device;
use crate::atom::Atom;
use crate::bytecode::ops::Mfa;
use crate::vm::Vm;
use std::io::{IsTerminal, stdin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const TEXT: &str = "\nBREAK: (a)bort (c)ontinue (p)roc info (i)nfo (v)ersion, Ctrl-C again to abort\n";
const BUSY: &str = "\nBREAK: Ctrl-C again to abort\n";
const WINDOW: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct Menu {
    open: Arc<AtomicBool>,
}

impl Menu {
    pub fn interrupt(&self, vm: &Vm) {
        if !stdin().is_terminal() || self.open.swap(true, Ordering::SeqCst) {
            vm.halt(0);
            return;
        }
        let (vm, open) = (vm.clone(), self.open.clone());
        // The thread of signals must stay free for the second interrupt.
        let thread = std::thread::Builder::new().name("break".into()).spawn(move || {
            serve(&vm);
            open.store(false, Ordering::SeqCst);
        });
        if thread.is_err() {
            self.open.store(false, Ordering::SeqCst);
        }
    }
}

fn serve(vm: &Vm) {
    loop {
        say(vm, TEXT);
        let Some(answer) = vm.io().read_line_if_free() else {
            say(vm, BUSY);
            std::thread::sleep(WINDOW);
            return;
        };
        match answer.trim_ascii() {
            b"a" | b"A" => return vm.halt(0),
            b"p" => show(vm, "processes"),
            b"i" => show(vm, "system"),
            b"v" => say(vm, concat!("Cordial ", env!("CARGO_PKG_VERSION"), "\n")),
            // The terminal is gone.
            _ if answer.is_empty() => return vm.halt(0),
            _ => return,
        }
    }
}

fn say(vm: &Vm, text: &str) {
    let _ = vm.io().put(Device::Stdout, text.as_bytes());
    vm.io().flush();
}

/// A function of `:cordial_break` prints; the menu comes again meanwhile.
fn show(vm: &Vm, function: &str) {
    let mfa = Mfa {
        module: Atom::new("cordial_break"),
        function: Atom::new(function),
        arity: 0,
    };
    vm.spawn_noted(mfa, Vec::new(), |_| {});
    std::thread::sleep(Duration::from_millis(200));
}
