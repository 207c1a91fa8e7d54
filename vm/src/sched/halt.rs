//! The end of the program: an exit code, settled once.

use parking_lot::{Condvar, Mutex};

#[derive(Default)]
pub struct Halt {
    code: Mutex<Option<i32>>,
    settled: Condvar,
}

impl Halt {
    /// Settles the exit code. False: it was settled before.
    pub fn set(&self, code: i32) -> bool {
        let mut settled = self.code.lock();
        if settled.is_some() {
            return false;
        }
        *settled = Some(code);
        self.settled.notify_all();
        true
    }

    pub fn wait(&self) -> i32 {
        let mut code = self.code.lock();
        loop {
            match *code {
                Some(code) => return code,
                None => self.settled.wait(&mut code),
            }
        }
    }

    pub fn is_set(&self) -> bool {
        self.code.lock().is_some()
    }
}
