//! Which addresses may be called: pure functions over resolved addresses, never over names.
//! Does not live here: resolving and connecting (`connect`), the text of URLs (`target`).

use model::text;
use model::wording::Text;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::policy::Policy;

/// The setting a refusal names as its cure.
const SETTING: &str = "GATILHO_OUTBOUND__ALLOW_NETWORKS";

/// Names of metadata services; refused before they are resolved.
const METADATA_NAMES: [&str; 3] = ["metadata.google.internal", "metadata.goog", "metadata.tencentyun.com"];

/// Addresses that hand out a machine's credentials. No setting opens them.
const METADATA_V4: [Ipv4Addr; 7] = [
    Ipv4Addr::new(169, 254, 169, 254), // AWS, Azure, Google, Oracle, DigitalOcean and most others
    Ipv4Addr::new(169, 254, 170, 2),   // AWS containers
    Ipv4Addr::new(169, 254, 170, 23),  // AWS EKS
    Ipv4Addr::new(169, 254, 0, 23),    // Tencent
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba
    Ipv4Addr::new(192, 0, 0, 192),     // Oracle, older
    Ipv4Addr::new(168, 63, 129, 16),   // Azure wire server
];

/// The same for IPv6.
const METADATA_V6: [Ipv6Addr; 4] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254), // AWS
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0023), // AWS EKS
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254), // Google
    Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe), // OpenStack
];

/// IPv4 that is not globally routable, and what to call it.
static V4: [(Ipv4Net, Text); 15] = [
    (v4(0, 0, 0, 0, 8), text!("this machine")),
    (v4(10, 0, 0, 0, 8), text!("private")),
    (v4(100, 64, 0, 0, 10), text!("private")),
    (v4(127, 0, 0, 0, 8), text!("private")),
    (v4(169, 254, 0, 0, 16), text!("link-local")),
    (v4(172, 16, 0, 0, 12), text!("private")),
    (v4(192, 0, 0, 0, 24), text!("reserved")),
    (v4(192, 0, 2, 0, 24), text!("reserved for documentation")),
    (v4(192, 88, 99, 0, 24), text!("reserved")),
    (v4(192, 168, 0, 0, 16), text!("private")),
    (v4(198, 18, 0, 0, 15), text!("reserved for benchmarks")),
    (v4(198, 51, 100, 0, 24), text!("reserved for documentation")),
    (v4(203, 0, 113, 0, 24), text!("reserved for documentation")),
    (v4(224, 0, 0, 0, 4), text!("multicast")),
    (v4(240, 0, 0, 0, 4), text!("reserved")),
];

/// IPv6 that is not globally routable. Whatever lies outside `2000::/3` is refused besides.
static V6: [(Ipv6Net, Text); 14] = [
    (v6([0, 0, 0, 0, 0, 0, 0, 1], 128), text!("private")),
    (v6([0; 8], 128), text!("this machine")),
    (v6([0; 8], 96), text!("reserved")),
    (v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), text!("a local translation to IPv4")),
    (v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64), text!("reserved")),
    (v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64), text!("reserved")),
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), text!("reserved")),
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), text!("reserved for documentation")),
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), text!("reserved for documentation")),
    (v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), text!("reserved")),
    (v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), text!("private")),
    (v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), text!("link-local")),
    (v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), text!("private")),
    (v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), text!("multicast")),
];

/// The only part of IPv6 that is handed out for use on the Internet.
const V6_GLOBAL: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(s: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]), prefix)
}

/// Why an address may not be called. Its text names the cure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The address that was judged: the inner IPv4 address where an IPv6 address merely wraps one.
    pub address: IpAddr,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Not globally routable; `allow_networks` can open it.
    NotGlobal {
        /// What the range is, to follow "is".
        what: Text,
        /// The network to allow.
        network: IpNet,
    },
    /// Hands out a machine's credentials; stays shut.
    Metadata,
    /// This server listens there; stays shut.
    Own {
        /// The port it listens on.
        port: u16,
    },
}

impl Refusal {
    /// The same in the language of who reads.
    pub fn text(&self) -> Text {
        let address = self.address.to_string();
        match &self.reason {
            Reason::NotGlobal { what, network } => text!(
                "{address} is {what}; allow it with {setting}={network}",
                address,
                what,
                setting = SETTING,
                network = network.to_string()
            ),
            Reason::Metadata => {
                text!("{address} is a cloud metadata address; no setting opens it", address)
            }
            Reason::Own { port } => {
                let own = SocketAddr::new(self.address, *port).to_string();
                text!("{own} is an address of this server itself; no setting opens it", own)
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().fmt(f)
    }
}

impl std::error::Error for Refusal {}

/// Judges one address.
///
/// IPv6 forms that only wrap an IPv4 address (mapped, translated, NAT64, 6to4) are judged as that address.
///
/// # Errors
/// A [`Refusal`] when the address is not globally routable and `allow_networks` does not cover it, or when it
/// is a metadata address.
pub fn verdict(address: IpAddr, policy: &Policy) -> Result<(), Refusal> {
    let judged = canonical(address);
    if is_metadata(address) {
        return Err(Refusal { address: judged, reason: Reason::Metadata });
    }
    let Some((what, network)) = not_global(judged) else { return Ok(()) };
    if policy.allow_networks.iter().any(|allowed| allowed.contains(&judged)) {
        return Ok(());
    }
    Err(Refusal { address: judged, reason: Reason::NotGlobal { what, network } })
}

/// Judges one address together with its port: [`verdict`], and never one of our own listening sockets.
///
/// `is_local` tells whether an address belongs to this machine; it is asked only when we listen on that port
/// on all addresses.
///
/// # Errors
/// A [`Refusal`] as from [`verdict`], or for a socket of our own.
pub fn verdict_socket(
    address: SocketAddr,
    policy: &Policy,
    is_local: impl Fn(IpAddr) -> bool,
) -> Result<(), Refusal> {
    let ip = canonical(address.ip());
    if policy.own_addresses.iter().any(|own| is_own(ip, address.port(), *own, &is_local)) {
        return Err(Refusal { address: ip, reason: Reason::Own { port: address.port() } });
    }
    verdict(address.ip(), policy)
}

/// Whether a host name is that of a metadata service, whatever it resolves to.
pub fn is_metadata_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    METADATA_NAMES.iter().any(|name| name.eq_ignore_ascii_case(host))
}

/// The address that a packet to this one would reach, as far as its form tells.
pub fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => wrapped(v6).map_or(address, IpAddr::V4),
    }
}

fn is_own(ip: IpAddr, port: u16, own: SocketAddr, is_local: &impl Fn(IpAddr) -> bool) -> bool {
    if own.port() != port {
        return false;
    }
    let own_ip = canonical(own.ip());
    if own_ip.is_unspecified() {
        return ip.is_unspecified() || ip.is_loopback() || is_local(ip);
    }
    // A connection to the unspecified address ends at this machine's loopback.
    own_ip == ip || (ip.is_unspecified() && own_ip.is_loopback())
}

fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => METADATA_V4.contains(&v4),
        IpAddr::V6(v6) => METADATA_V6.contains(&v6) || buried(v6).any(|inner| METADATA_V4.contains(&inner)),
    }
}

/// The range that makes an address unfit, with the network that would open it.
fn not_global(address: IpAddr) -> Option<(Text, IpNet)> {
    match address {
        IpAddr::V4(ip) => V4
            .iter()
            .find(|(network, _)| network.contains(&ip))
            .map(|(network, what)| (what.clone(), (*network).into())),
        IpAddr::V6(ip) => {
            if let Some((network, what)) = V6.iter().find(|(network, _)| network.contains(&ip)) {
                return Some((what.clone(), (*network).into()));
            }
            if is_isatap(ip) {
                return Some((text!("an ISATAP tunnel"), IpNet::from(IpAddr::V6(ip))));
            }
            (!V6_GLOBAL.contains(&ip)).then(|| (text!("reserved"), IpNet::from(IpAddr::V6(ip))))
        }
    }
}

/// The IPv4 address that an IPv6 address merely wraps, for the forms that are judged as that address.
fn wrapped(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    match ip.segments() {
        // mapped, ::ffff:0:0/96; translated, ::ffff:0:0:0/96; NAT64, 64:ff9b::/96
        [0, 0, 0, 0, 0, 0xffff, hi, lo]
        | [0, 0, 0, 0, 0xffff, 0, hi, lo]
        | [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] => Some(from_halves(hi, lo)),
        // 6to4, 2002::/16
        [0x2002, hi, lo, ..] => Some(from_halves(hi, lo)),
        _ => None,
    }
}

/// Every IPv4 address that an IPv6 address can lead to, tunnels included: for the tier that never opens.
fn buried(ip: Ipv6Addr) -> impl Iterator<Item = Ipv4Addr> {
    let s = ip.segments();
    let o = ip.octets();
    let (first, second) = match s {
        // IPv4-compatible, ::/96
        [0, 0, 0, 0, 0, 0, hi, lo] => (Some(from_halves(hi, lo)), None),
        // local NAT64, 64:ff9b:1::/48: at the end, or around the octet that RFC 6052 skips
        [0x64, 0xff9b, 1, .., hi, lo] => {
            (Some(from_halves(hi, lo)), Some(Ipv4Addr::new(o[6], o[7], o[9], o[10])))
        }
        // Teredo, 2001::/32: the server, and the client with its bits flipped
        [0x2001, 0, hi, lo, _, _, client_hi, client_lo] => {
            (Some(from_halves(hi, lo)), Some(from_halves(!client_hi, !client_lo)))
        }
        [.., hi, lo] if is_isatap(ip) => (Some(from_halves(hi, lo)), None),
        _ => (wrapped(ip), None),
    };
    first.into_iter().chain(second)
}

/// ISATAP interface ids: `…:0:5efe:a.b.c.d`, with or without the bit for "universal".
fn is_isatap(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    s[5] == 0x5efe && (s[4] & !0x0200) == 0
}

fn from_halves(hi: u16, lo: u16) -> Ipv4Addr {
    Ipv4Addr::from((u32::from(hi) << 16) | u32::from(lo))
}

#[cfg(test)]
mod tests;
