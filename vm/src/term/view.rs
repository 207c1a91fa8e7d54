//! A term taken apart by kind.

use super::big::Big;
use super::bits::Bits;
use super::fun::{ExportView, FunView};
use super::map::MapView;
use super::{Kind, Term, header};
use crate::atom::Atom;

/// What a term is; valid as long as the term is.
pub enum View {
    Small(i64),
    Big(Big),
    Float(f64),
    Atom(Atom),
    Nil,
    /// Head and tail.
    Cons(Term, Term),
    Tuple(&'static [Term]),
    Map(MapView),
    Bits(Bits),
    Fun(FunView),
    ExportFun(ExportView),
    Pid(u64),
    Port(u64),
    /// Node, number, creation.
    ExternalPid(Atom, u64, u32),
    ExternalPort(Atom, u64, u32),
    Ref(Ref),
    /// NONE, code words, match contexts: nothing that a program sees.
    Internal,
}

/// A reference's parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref {
    pub number: u64,
    /// For its maker: 0, or whom it belongs to.
    pub belongs: u64,
    /// Node and creation, if another node made it.
    pub node: Option<(Atom, u32)>,
}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Atom) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Atom {
    /// By text.
    fn cmp(&self, other: &Atom) -> std::cmp::Ordering {
        self.order(*other)
    }
}

impl Term {
    pub fn view(self) -> View {
        if self.is_small() {
            return View::Small(self.small_value());
        }
        if self.is_immediate_float() {
            return View::Float(self.immediate_float());
        }
        if self.is_cons() {
            return View::Cons(self.head(), self.tail());
        }
        if !self.is_boxed() {
            return if let Some(atom) = self.as_atom() {
                View::Atom(atom)
            } else if self.is_nil() {
                View::Nil
            } else if let Some(number) = self.as_pid() {
                View::Pid(number)
            } else if let Some(number) = self.as_port() {
                View::Port(number)
            } else {
                View::Internal
            };
        }
        let external = |payload: &[Term]| {
            let node = payload[0]
                .as_atom()
                .expect("the node of an external identifier is an atom");
            (
                node,
                payload[1].small_value() as u64,
                payload[2].small_value() as u32,
            )
        };
        match header::kind(self.header()) {
            Kind::Tuple => View::Tuple(self.payload()),
            Kind::FlatMap | Kind::HashMap => View::Map(MapView::of(self).expect("the kind is a map's")),
            Kind::HeapBinary | Kind::SharedBinary | Kind::SubBinary => {
                View::Bits(Bits::of(self).expect("the kind is a bitstring's"))
            }
            Kind::BigPositive | Kind::BigNegative => {
                View::Big(Big::of(self).expect("the kind is a big integer's"))
            }
            Kind::Float => View::Float(self.as_float().expect("the kind is a float's")),
            Kind::Fun => View::Fun(self.as_fun().expect("the kind is a fun's")),
            Kind::ExportFun => View::ExportFun(self.as_export().expect("the kind is an export fun's")),
            Kind::Reference => View::Ref(self.as_ref().expect("the kind is a reference's")),
            Kind::ExternalPid => {
                let (node, number, creation) = external(self.payload());
                View::ExternalPid(node, number, creation)
            }
            Kind::ExternalPort => {
                let (node, number, creation) = external(self.payload());
                View::ExternalPort(node, number, creation)
            }
            Kind::MatchContext | Kind::Node | Kind::Collision => View::Internal,
        }
    }

    pub fn is_ref(self) -> bool {
        self.is_kind(Kind::Reference)
    }

    /// Number and whom it belongs to, of a reference of this node.
    pub fn reference(self) -> Option<(u64, u64)> {
        self.as_ref()
            .map(|reference| (reference.number, reference.belongs))
    }

    pub fn is_pid(self) -> bool {
        self.is_local_pid() || self.is_kind(Kind::ExternalPid)
    }

    #[allow(clippy::should_implement_trait)]
    pub fn as_ref(self) -> Option<Ref> {
        if !self.is_ref() {
            return None;
        }
        let at = self.boxed();
        // SAFETY: A reference has three payload words.
        let (number, belongs, node) = unsafe { (*at.add(1), *at.add(2), *at.add(3)) };
        let node = if node == 0 {
            None
        } else {
            Some((Atom(node as u32 - 1), (node >> 32) as u32))
        };
        Some(Ref {
            number,
            belongs,
            node,
        })
    }
}
