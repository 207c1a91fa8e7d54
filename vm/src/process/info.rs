//! What a process tells about itself, to others by request.

use super::Process;
use super::signal::Request;
use crate::vm::Vm;

/// Takes back `times` suspensions.
pub struct Resume {
    pub times: u32,
}

impl Request for Resume {
    fn run(self: Box<Self>, process: &mut Process, _: &Vm) {
        process.suspended = process.suspended.saturating_sub(self.times as u16);
    }

    fn undeliverable(self: Box<Self>, _: &Vm) {}
}
