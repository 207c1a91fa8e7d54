//! Holds the tables of one Vm.
#[derive(Default)]
pub struct Tables {}
impl Tables { pub fn owner_ended(&self, _: &crate::vm::Vm, _: u64) {} }
