//! Looks at what a server needs of the system: its address, its open files; and at what webhooks may reach.

use super::findings::Findings;
use crate::config::Config;
use crate::server::open_files_wanted;
use ipnet::IpNet;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::time::Duration;
use ureq::Agent;

/// How long a server may take to say that it is ready.
const READY_WITHIN: Duration = Duration::from_secs(3);

/// Networks with a shorter prefix are more than anybody's private network.
const IPV4_PREFIX_LEAST: u8 = 8;
const IPV6_PREFIX_LEAST: u8 = 7;

/// Looks whether the address is free, or answered by a server; `runs`: whether one runs on this data, if that is known.
pub(super) fn listen(config: &Config, runs: Option<bool>, findings: &mut Findings) {
    const CHECK: &str = "address";
    let address = config.server.listen;
    match TcpListener::bind(address) {
        Ok(_) if runs == Some(true) => findings.warning(
            CHECK,
            format!("nothing answers on {address}, though a server runs on this data"),
            "it may listen elsewhere: give this command the --listen of the server",
        ),
        Ok(_) => findings.ok(CHECK, format!("{address} is free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => in_use(address, runs, findings),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => findings.problem(
            CHECK,
            format!("{address} may not be listened on: {error}"),
            "choose a port from 1024 on with --listen or server.listen, or put a proxy before it",
        ),
        Err(error) => findings.problem(
            CHECK,
            format!("{address} cannot be listened on: {error}"),
            "choose an address of this machine with --listen or server.listen",
        ),
    }
}

fn in_use(address: SocketAddr, runs: Option<bool>, findings: &mut Findings) {
    const CHECK: &str = "address";
    match (ask(address), runs) {
        (Answer::Ready, Some(false)) => findings.problem(
            CHECK,
            format!("a Gatilho with other data answers on {address}"),
            "choose another address with --listen, or name that server's directory with --data",
        ),
        (Answer::Ready, _) => findings.ok(CHECK, format!("the server answers on {address} and is ready")),
        (Answer::NotReady, _) => findings.warning(
            CHECK,
            format!("a Gatilho answers on {address} and is not ready: it starts or stops"),
            "run this again in a moment",
        ),
        (Answer::Other, _) => findings.problem(
            CHECK,
            format!("another program listens on {address}"),
            "end it, or choose another address with --listen or server.listen",
        ),
    }
}

enum Answer {
    Ready,
    NotReady,
    Other,
}

/// Asks whoever listens whether it is ready, as a Gatilho would be.
fn ask(address: SocketAddr) -> Answer {
    let agent: Agent = Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(READY_WITHIN))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into();
    let Ok(mut response) = agent.get(format!("http://{}/readyz", reachable(address))).call() else {
        return Answer::Other;
    };
    let text = response.body_mut().with_config().limit(1_000).read_to_string().unwrap_or_default();
    match (response.status().as_u16(), text.trim()) {
        (200, "ready") => Answer::Ready,
        (503, text) if text.starts_with("not ready") => Answer::NotReady,
        _ => Answer::Other,
    }
}

/// Whoever listens everywhere listens on this machine's own address too.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Compares the limit of open files with the budgets of calls.
pub(super) fn open_files(config: &Config, findings: &mut Findings) {
    const CHECK: &str = "open files";
    let wanted = open_files_wanted(config);
    match rlimit::Resource::NOFILE.get() {
        // A server raises the soft limit to the hard one.
        Ok((_, hard)) if hard >= wanted => {
            findings.ok(CHECK, format!("{hard} may be open, {wanted} are needed at most"))
        }
        Ok((_, hard)) => findings.warning(
            CHECK,
            format!("{hard} may be open, and the budgets of calls need {wanted}"),
            "raise the limit (`ulimit -n`, LimitNOFILE of systemd), or lower delivery.live_calls",
        ),
        Err(error) => {
            findings.warning(CHECK, format!("the limit cannot be read: {error}"), "look at `ulimit -n`")
        }
    }
}

/// Warns of networks that open more than one's own.
pub(super) fn allow_networks(config: &Config, findings: &mut Findings) {
    const CHECK: &str = "outbound";
    let networks = &config.outbound.allow_networks;
    let wide: Vec<String> =
        networks.iter().filter(|network| is_wide(network)).map(ToString::to_string).collect();
    if !wide.is_empty() {
        findings.warning(
            CHECK,
            format!(
                "outbound.allow_networks opens {}: whoever makes triggers reaches every machine from here",
                wide.join(", ")
            ),
            "open only the networks of your receivers, such as 10.20.0.0/16",
        );
    } else if networks.is_empty() {
        findings.ok(CHECK, "only public addresses are called");
    } else {
        let opened: Vec<String> = networks.iter().map(ToString::to_string).collect();
        findings.ok(CHECK, format!("public addresses and {} are called", opened.join(", ")));
    }
}

fn is_wide(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < IPV4_PREFIX_LEAST,
        IpNet::V6(network) => network.prefix_len() < IPV6_PREFIX_LEAST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_wider_than_any_private_one_are_wide() {
        let wide = |text: &str| is_wide(&text.parse().unwrap());
        for text in ["0.0.0.0/0", "::/0", "128.0.0.0/1", "10.0.0.0/7"] {
            assert!(wide(text), "{text}");
        }
        for text in ["10.0.0.0/8", "127.0.0.0/8", "192.168.1.5/32", "fc00::/7", "::1/128"] {
            assert!(!wide(text), "{text}");
        }
    }

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        let asked = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(asked("0.0.0.0:80"), "127.0.0.1:80");
        assert_eq!(asked("[::]:80"), "[::1]:80");
        assert_eq!(asked("10.0.0.1:80"), "10.0.0.1:80");
    }
}
