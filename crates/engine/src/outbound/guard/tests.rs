//! The guard's judgement, address by address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use proptest::prelude::*;

use super::{Policy, Reason, canonical, is_metadata_name, verdict, verdict_socket};

fn closed() -> Policy {
    Policy::default()
}

fn open(networks: &[&str]) -> Policy {
    let allow_networks = networks.iter().map(|text| text.parse::<IpNet>().unwrap()).collect();
    Policy { allow_networks, ..Policy::default() }
}

fn wide_open() -> Policy {
    open(&["0.0.0.0/0", "::/0"])
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn words(text: &str, policy: &Policy) -> String {
    verdict(ip(text), policy).expect_err(text).to_string()
}

/// The first and the last address of every range that is refused by default.
const REFUSED: &[&str] = &[
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.88.99.0",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.0",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::2",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:0:127.0.0.1",
    "::ffff:0:192.168.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::",
    "64:ff9b:1::808:808",
    "64:ff9b:1:ffff::",
    "100::",
    "100::1",
    "100:0:0:1::",
    "100:0:0:1::1",
    "2001::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1ff:ffff::",
    "2001:db8::",
    "2001:db8:ffff::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:c0a8:1::",
    "3fff::",
    "3fff:fff::",
    "5f00::",
    "5f00:ffff::",
    "fc00::",
    "fdff::1",
    "fd00:ec2::254",
    "fd00:ec2::23",
    "fe80::1",
    "febf::1",
    "fec0::",
    "feff::1",
    "ff00::",
    "ff02::1",
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:127.0.0.1",
    "4000::",
    "1fff::1",
    "e000::",
];

/// Neighbours of the refused ranges, and what they wrap.
const PERMITTED: &[&str] = &[
    "1.0.0.0",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "168.63.129.15",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2002:808:808::1",
    "2000::1",
    "2001:200::1",
    "2001:db7::1",
    "2001:db9::1",
    "2606:4700:4700::1111",
    "3ffe::1",
    "3fff:1000::1",
];

#[test]
fn refuses_everything_that_is_not_globally_routable() {
    for text in REFUSED {
        assert!(verdict(ip(text), &closed()).is_err(), "{text} passed");
    }
    for text in PERMITTED {
        assert_eq!(verdict(ip(text), &closed()), Ok(()), "{text}");
    }
}

#[test]
fn names_the_cure() {
    let cure = "GATILHO_OUTBOUND__ALLOW_NETWORKS";
    for (text, expected) in [
        ("127.0.0.1", format!("127.0.0.1 is private; allow it with {cure}=127.0.0.0/8")),
        ("10.1.2.3", format!("10.1.2.3 is private; allow it with {cure}=10.0.0.0/8")),
        ("::1", format!("::1 is private; allow it with {cure}=::1/128")),
        ("fd12::1", format!("fd12::1 is private; allow it with {cure}=fc00::/7")),
        ("fe80::1", format!("fe80::1 is link-local; allow it with {cure}=fe80::/10")),
        ("4000::1", format!("4000::1 is reserved; allow it with {cure}=4000::1/128")),
        ("::ffff:127.0.0.1", format!("127.0.0.1 is private; allow it with {cure}=127.0.0.0/8")),
        ("169.254.169.254", "169.254.169.254 is a cloud metadata address; no setting opens it".to_owned()),
    ] {
        assert_eq!(words(text, &closed()), expected);
    }
}

#[test]
fn the_named_cure_cures() {
    for text in REFUSED {
        let Err(refusal) = verdict(ip(text), &closed()) else { panic!("{text} passed") };
        let Reason::NotGlobal { network, .. } = refusal.reason else { continue };
        let policy = Policy { allow_networks: vec![network], ..closed() };
        assert_eq!(verdict(ip(text), &policy), Ok(()), "{text} with {network}");
    }
}

#[test]
fn allowed_networks_open_what_they_cover_and_no_more() {
    let policy = open(&["10.1.0.0/16", "fd00:1::/32"]);
    for text in ["10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd00:1::9"] {
        assert_eq!(verdict(ip(text), &policy), Ok(()), "{text}");
    }
    for text in ["10.0.255.255", "10.2.0.0", "127.0.0.1", "fd00:2::9", "::1"] {
        assert!(verdict(ip(text), &policy).is_err(), "{text} passed");
    }
}

#[test]
fn nothing_opens_metadata_addresses() {
    for text in [
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "169.254.0.23",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "fe80::a9fe:a9fe",
        "::ffff:169.254.169.254",
        "::ffff:0:169.254.169.254",
        "::169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b:1:a9fe:a9:fe00::",
        "2002:a9fe:a9fe::1",
        // Teredo: as its server, and as its client with the bits flipped
        "2001:0:a9fe:a9fe::",
        "2001:0:1:2:3:4:5601:5601",
        "2606:4700::5efe:169.254.169.254",
        "fe80::200:5efe:168.63.129.16",
    ] {
        let refusal = verdict(ip(text), &wide_open()).expect_err(text);
        assert_eq!(refusal.reason, Reason::Metadata, "{text}");
    }
    for text in REFUSED {
        let Err(refusal) = verdict(ip(text), &wide_open()) else { continue };
        assert_eq!(refusal.reason, Reason::Metadata, "{text}");
    }
}

#[test]
fn metadata_names_are_known_in_every_spelling() {
    for name in ["metadata.google.internal", "METADATA.google.internal", "metadata.google.internal."] {
        assert!(is_metadata_name(name), "{name}");
    }
    assert!(!is_metadata_name("metadata.example"));
}

#[test]
fn nothing_opens_our_own_sockets() {
    let own = |text: &str| Policy { own_addresses: vec![text.parse().unwrap()], ..wide_open() };
    let ours = |policy: &Policy, text: &str| {
        let address: SocketAddr = text.parse().unwrap();
        let local = ip("192.168.7.7");
        verdict_socket(address, policy, |ip| ip == local).is_err()
    };
    let one = own("127.0.0.1:80");
    assert!(ours(&one, "127.0.0.1:80"));
    assert!(ours(&one, "[::ffff:127.0.0.1]:80"));
    assert!(ours(&one, "0.0.0.0:80"), "the unspecified address leads to the loopback");
    assert!(!ours(&one, "127.0.0.1:81"));
    assert!(!ours(&one, "127.0.0.2:80"));
    for all in ["0.0.0.0:80", "[::]:80"] {
        let all = own(all);
        for text in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "0.0.0.0:80", "[::]:80", "192.168.7.7:80"] {
            assert!(ours(&all, text), "{text}");
        }
        assert!(ours(&all, "[::ffff:192.168.7.7]:80"));
        assert!(!ours(&all, "192.168.7.8:80"));
        assert!(!ours(&all, "192.168.7.7:81"));
    }
    let refusal =
        verdict_socket("127.0.0.1:80".parse().unwrap(), &one, |_| false).expect_err("our own socket passed");
    assert_eq!(refusal.to_string(), "127.0.0.1:80 is an address of this server itself; no setting opens it");
}

#[test]
fn this_machine_is_asked_only_when_it_matters() {
    let policy = Policy { own_addresses: vec!["0.0.0.0:80".parse().unwrap()], ..closed() };
    let never = |_: IpAddr| -> bool { panic!("asked") };
    assert_eq!(verdict_socket("8.8.8.8:443".parse().unwrap(), &policy, never), Ok(()));
}

fn halves(inner: Ipv4Addr) -> (u16, u16) {
    let bits = u32::from(inner);
    ((bits >> 16) as u16, (bits & 0xffff) as u16)
}

fn policies() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(closed()),
        Just(wide_open()),
        Just(open(&["10.0.0.0/8", "127.0.0.0/8"])),
        Just(open(&["::/0"])),
        Just(open(&["0.0.0.0/0"])),
    ]
}

/// Any address, and often one near the edges of a range.
fn v4s() -> impl Strategy<Value = Ipv4Addr> {
    let near = prop::sample::select(super::V4.to_vec()).prop_flat_map(|(network, _)| {
        let base = u32::from(network.network());
        prop_oneof![
            Just(base.wrapping_sub(1)),
            Just(base),
            Just(u32::from(network.broadcast())),
            Just(u32::from(network.broadcast()).wrapping_add(1)),
        ]
    });
    prop_oneof![any::<u32>(), near].prop_map(Ipv4Addr::from)
}

proptest! {
    #[test]
    fn a_wrapped_address_is_judged_as_the_address(
        inner in v4s(),
        tail in any::<[u16; 5]>(),
        policy in policies(),
    ) {
        let plain = verdict(IpAddr::V4(inner), &policy);
        let (hi, lo) = halves(inner);
        for wrapped in [
            inner.to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, hi, lo),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, hi, lo),
            Ipv6Addr::new(0x2002, hi, lo, tail[0], tail[1], tail[2], tail[3], tail[4]),
        ] {
            prop_assert_eq!(canonical(IpAddr::V6(wrapped)), IpAddr::V4(inner));
            prop_assert_eq!(verdict(IpAddr::V6(wrapped), &policy), plain.clone());
        }
    }

    #[test]
    fn only_global_unicast_passes(bits in any::<u128>()) {
        let address = IpAddr::V6(Ipv6Addr::from(bits));
        if let (Ok(()), IpAddr::V6(judged)) = (verdict(address, &closed()), canonical(address)) {
            prop_assert_eq!(judged.segments()[0] >> 13, 1);
        }
    }

    #[test]
    fn opening_more_never_shuts_anything(address in v4s()) {
        let address = IpAddr::V4(address);
        if verdict(address, &closed()).is_ok() {
            prop_assert_eq!(verdict(address, &wide_open()), Ok(()));
        }
    }

    #[test]
    fn our_own_socket_is_shut_in_every_form(inner in v4s(), port in 1_u16.., policy in policies()) {
        let policy = Policy { own_addresses: vec![SocketAddr::new(inner.into(), port)], ..policy };
        for form in [IpAddr::V4(inner), IpAddr::V6(inner.to_ipv6_mapped())] {
            let verdict = verdict_socket(SocketAddr::new(form, port), &policy, |ip| ip == IpAddr::V4(inner));
            prop_assert!(verdict.is_err());
        }
    }
}
