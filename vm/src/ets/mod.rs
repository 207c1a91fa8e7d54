//! Holds the tables of one Vm.
#[derive(Default)]
pub struct Tables {}
impl Tables { pub fn memory(&self) -> usize { 0 } pub fn count(&self) -> usize { 0 } pub fn owner_ended(&self, _: &crate::vm::Vm, _: u64) {} }
