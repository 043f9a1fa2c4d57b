//! What a log-in notes of its request: the address that it comes from (the other end of the connection, or, if that is a
//! proxy of ours, what it says), the host that was asked, and the browser.

use super::cookies::Cookie;
use crate::error::Failure;
use crate::{App, Shared};
use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderName, header};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from and what it asked.
pub(crate) struct Asked {
    /// The address as text; empty when it cannot be told.
    pub(crate) source: String,
    /// The host that was asked, without its port.
    pub(crate) host: Option<String>,
    /// What the browser says it is.
    pub(crate) user_agent: String,
    /// What an earlier log-in left in the browser.
    pub(crate) device: Option<String>,
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(header::HOST).or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
        Ok(Asked {
            source: source(app, parts),
            host: host.map(without_port).map(str::to_owned),
            user_agent: text(header::USER_AGENT).unwrap_or_default().to_owned(),
            device: Cookie::Device.read(app, &parts.headers),
        })
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn source(app: &App, parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let lines = parts.headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let said: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
    peer.map(|peer| behind(&app.trusted_proxies, peer, &said).to_string()).unwrap_or_default()
}

/// Each proxy adds the address that it was asked from at the end, so the last one that is no proxy of ours counts.
fn behind(trusted: &[IpNet], peer: IpAddr, said: &[&str]) -> IpAddr {
    let is_ours = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    for text in said.iter().rev() {
        if !is_ours(&address) {
            break;
        }
        let Ok(before) = text.trim().parse::<IpAddr>() else { break };
        address = before.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_without_its_port() {
        let hosts = ["desk.example", "desk.example:8080", "[::1]:80", "[::1]"].map(without_port);
        assert_eq!(hosts, ["desk.example", "desk.example", "[::1]", "[::1]"]);
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let of = |peer: &str, said: &[&str]| behind(&trusted, peer.parse().unwrap(), said).to_string();
        assert_eq!(of("192.0.2.1", &["198.51.100.7"]), "192.0.2.1", "anybody can write the header");
        assert_eq!(of("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(of("10.0.0.1", &["203.0.113.9", " 198.51.100.7", "10.0.0.2"]), "198.51.100.7");
        assert_eq!(of("::ffff:10.0.0.1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(of("10.0.0.1", &["198.51.100.7", "rubbish"]), "10.0.0.1");
        assert_eq!(of("10.0.0.1", &[]), "10.0.0.1");
    }
}
