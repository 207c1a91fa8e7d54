//! The network interfaces of the machine.

use super::{Ctx, Native, NativeResult};
use crate::atom::Atom;
use crate::io::net::address;
use crate::term::Term;
use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;
use nix::sys::socket::SockaddrStorage;
use std::net::IpAddr;

pub static NATIVES: &[Native] = &[
    // interfaces() -> {:ok, [{name, [{item, value}]}]}
    Native::plain("cordial_net", "interfaces", 0, interfaces),
];

const FLAGS: &[(InterfaceFlags, &str)] = &[
    (InterfaceFlags::IFF_UP, "up"),
    (InterfaceFlags::IFF_BROADCAST, "broadcast"),
    (InterfaceFlags::IFF_LOOPBACK, "loopback"),
    (InterfaceFlags::IFF_POINTOPOINT, "pointtopoint"),
    (InterfaceFlags::IFF_RUNNING, "running"),
    (InterfaceFlags::IFF_MULTICAST, "multicast"),
];

fn ip(address: Option<&SockaddrStorage>) -> Option<IpAddr> {
    let address = address?;
    let four = address.as_sockaddr_in().map(|four| four.ip().into());
    four.or_else(|| address.as_sockaddr_in6().map(|six| six.ip().into()))
}

fn interfaces(ctx: &mut Ctx<'_>, _: &[Term]) -> NativeResult {
    let heap = ctx.heap();
    let Ok(all) = getifaddrs() else {
        return Ok(heap.error(Term::atom(Atom::new("enotsup"))));
    };
    let mut names: Vec<String> = Vec::new();
    let mut items: Vec<Vec<Term>> = Vec::new();
    let mut hardware: Vec<Option<Term>> = Vec::new();
    for one in all {
        let at = match names.iter().position(|name| *name == one.interface_name) {
            Some(at) => at,
            None => {
                let flags: Vec<Term> = FLAGS
                    .iter()
                    .filter(|(flag, _)| one.flags.contains(*flag))
                    .map(|(_, name)| Term::atom(Atom::new(name)))
                    .collect();
                let flags = heap.list(flags);
                let flags = heap.tuple(&[Term::atom(Atom::new("flags")), flags]);
                names.push(one.interface_name.clone());
                items.push(vec![flags]);
                hardware.push(None);
                names.len() - 1
            }
        };
        let link = one.address.as_ref().and_then(|address| address.as_link_addr());
        if let Some(bytes) = link.and_then(|link| link.addr()) {
            let bytes: Vec<Term> = bytes.iter().map(|byte| Term::small((*byte).into())).collect();
            let bytes = heap.list(bytes);
            hardware[at] = Some(heap.tuple(&[Term::atom(Atom::new("hwaddr")), bytes]));
        }
        let is_broadcast = one.flags.contains(InterfaceFlags::IFF_BROADCAST);
        for (name, address) in [
            ("addr", ip(one.address.as_ref())),
            ("netmask", ip(one.netmask.as_ref())),
            (
                "broadaddr",
                ip(one.broadcast.as_ref()).filter(|ip| is_broadcast && ip.is_ipv4()),
            ),
        ] {
            if let Some(address) = address {
                let address = address::ip_term(heap, address);
                items[at].push(heap.tuple(&[Term::atom(Atom::new(name)), address]));
            }
        }
    }
    let mut list = Vec::new();
    for ((name, mut items), hardware) in names.into_iter().zip(items).zip(hardware) {
        items.extend(hardware);
        let name: Vec<Term> = name.bytes().map(|byte| Term::small(byte.into())).collect();
        let name = heap.list(name);
        let items = heap.list(items);
        list.push(heap.tuple(&[name, items]));
    }
    let list = heap.list(list);
    Ok(heap.ok(list))
}
