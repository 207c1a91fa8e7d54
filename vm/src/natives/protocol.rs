//! `:cordial_protocol`: which module implements a protocol for a type.
//!
//! The answer is the module `Protocol.Type`, if it can be loaded and has `__impl__/1`. Each thread remembers what it was
//! asked in a direct-mapped table that is valid until a module is loaded or deleted, so that dispatch costs a look-up.

use super::{Ctx, Native, NativeResult, Stop};
use crate::atom::Atom;
use crate::bytecode::ops::Mfa;
use crate::term::Term;
use crate::vm::Vm;
use std::cell::RefCell;

pub static NATIVES: &[Native] = &[Native::plain("cordial_protocol", "impl_for", 2, impl_for)];

const SLOTS: usize = 512;

#[derive(Clone, Copy)]
struct Slot {
    protocol: Term,
    target: Term,
    implementation: Term,
}

const EMPTY: Slot = Slot {
    protocol: Term::NONE,
    target: Term::NONE,
    implementation: Term::NONE,
};

struct Cache {
    /// The state of the code that the slots are true for, and whose code it is.
    changes: u32,
    vm: usize,
    slots: Box<[Slot; SLOTS]>,
}

thread_local! {
    static CACHE: RefCell<Cache> = RefCell::new(Cache { changes: 0, vm: 0, slots: Box::new([EMPTY; SLOTS]) });
}

fn impl_for(ctx: &mut Ctx<'_>, args: &[Term]) -> NativeResult {
    let (protocol, target) = (args[0], args[1]);
    let slot = ((protocol.raw() >> 8) ^ (target.raw() >> 8).wrapping_mul(31)) as usize % SLOTS;
    let code = ctx.vm.code();
    let (changes, vm) = (code.changes(), std::ptr::from_ref(code) as usize);
    let known = CACHE.with_borrow_mut(|cache| {
        if cache.changes != changes || cache.vm != vm {
            cache.slots.fill(EMPTY);
            (cache.changes, cache.vm) = (changes, vm);
        }
        let known = cache.slots[slot];
        (known.protocol == protocol && known.target == target).then_some(known.implementation)
    });
    if let Some(implementation) = known {
        return Ok(implementation);
    }
    let implementation = find(ctx.vm, protocol, target)?;
    // Finding it may have loaded it.
    let changes = ctx.vm.code().changes();
    CACHE.with_borrow_mut(|cache| {
        if cache.changes != changes {
            cache.slots.fill(EMPTY);
            cache.changes = changes;
        }
        cache.slots[slot] = Slot {
            protocol,
            target,
            implementation,
        };
    });
    Ok(implementation)
}

fn find(vm: &Vm, protocol: Term, target: Term) -> NativeResult {
    let protocol = protocol.as_atom().ok_or(Stop::Badarg)?.as_str();
    let target = target.as_atom().ok_or(Stop::Badarg)?.as_str();
    let target = target.strip_prefix("Elixir.").unwrap_or(target);
    let name = Atom::new(&format!("{protocol}.{target}"));
    let implements = vm.code().ensure_loaded(name, vm).is_ok()
        && vm.code().exported(&Mfa {
            module: name,
            function: Atom::new("__impl__"),
            arity: 1,
        });
    Ok(if implements {
        Term::atom(name)
    } else {
        Term::NIL_ATOM
    })
}
