//! Opens connections: resolves, asks the guard about every address, and connects only to what passed.
//! Does not live here: the judgement (`guard`), the pool of open connections (`client`).

use model::text;
use model::wording::Text;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::policy::Policy;
use super::stream::{Stream, Transport};
use super::{fault, guard};

/// How many addresses of one name are tried.
const ADDRESSES_TRIED_MAX: usize = 8;

/// Head start of an address before the next one of the same name is tried beside it.
const HEAD_START: Duration = Duration::from_millis(250);

/// End of a connect that nobody waits for any more. Callers cut their calls earlier, at 2 min.
const CONNECT_MAX: Duration = Duration::from_secs(130);

/// Opens guarded connections for the client's pool. Cheap to clone: the pool does so for each call.
#[derive(Clone)]
pub(super) struct Connector(Arc<Settings>);

/// A URL's way out: every address of it may be called.
struct Route<'u> {
    secure: bool,
    host: &'u str,
    addresses: Vec<SocketAddr>,
}

struct Settings {
    policy: Arc<Policy>,
    tls: Arc<ClientConfig>,
}

/// Why there is no connection, in words for the log.
#[derive(Debug)]
pub(super) enum ConnectFault {
    /// The guard said no.
    Blocked(Text),
    /// The network did.
    Failed(Text),
}

impl fmt::Display for ConnectFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectFault::Blocked(why) | ConnectFault::Failed(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for ConnectFault {}

impl Connector {
    pub(super) fn new(policy: Arc<Policy>, tls: Arc<ClientConfig>) -> Connector {
        Connector(Arc::new(Settings { policy, tls }))
    }

    /// What the policy has against a URL, if anything; whether somebody answers there is not asked.
    pub(super) async fn objection(&self, uri: &Uri) -> Option<Text> {
        match self.0.route(uri).await {
            Err(ConnectFault::Blocked(why)) => Some(why),
            Err(ConnectFault::Failed(_)) | Ok(_) => None,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ConnectFault;
    type Future = BoxFuture<'static, Result<TokioIo<Stream>, ConnectFault>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectFault>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let settings = self.0.clone();
        Box::pin(async move {
            match tokio::time::timeout(CONNECT_MAX, settings.open(&uri)).await {
                Ok(opened) => opened.map(TokioIo::new),
                Err(_) => {
                    let seconds = CONNECT_MAX.as_secs();
                    Err(ConnectFault::Failed(text!("no connection within {seconds} s", seconds)))
                }
            }
        })
    }
}

impl Settings {
    async fn open(&self, uri: &Uri) -> Result<Stream, ConnectFault> {
        let Route { secure, host, addresses } = self.route(uri).await?;
        let tcp = connect_any(&addresses).await.map_err(|error| {
            ConnectFault::Failed(fault::tcp_words(&error, uri.authority().map_or(host, |a| a.as_str())))
        })?;
        // Events go out as they come; waiting to fill a packet would only add latency. A failure changes
        // nothing else.
        let _ = tcp.set_nodelay(true);
        self.check_peer(host, &tcp)?;

        let transport = if secure { self.handshake(host, tcp).await? } else { Transport::Plain(tcp) };
        Ok(Stream::new(transport, self.policy.wire_bytes_max()))
    }

    /// Where a URL leads, when the policy lets it.
    async fn route<'u>(&self, uri: &'u Uri) -> Result<Route<'u>, ConnectFault> {
        let secure = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        if !secure && !self.policy.allow_http {
            return Err(ConnectFault::Blocked(text!(
                "plain http:// is switched off; use https:// or set GATILHO_OUTBOUND__ALLOW_HTTP=true"
            )));
        }
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });

        let addresses = self.permitted(host, port).await?;
        Ok(Route { secure, host, addresses })
    }

    /// All addresses of a host, when every one of them may be called.
    async fn permitted(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectFault> {
        if guard::is_metadata_name(host) {
            let why = text!("{host} is the name of a cloud metadata service; no setting opens it", host);
            return Err(ConnectFault::Blocked(why));
        }
        let addresses = match host.parse::<IpAddr>() {
            Ok(ip) => vec![SocketAddr::new(ip, port)],
            Err(_) => match tokio::net::lookup_host((host, port)).await {
                Ok(found) => found.collect(),
                Err(error) => return Err(ConnectFault::Failed(fault::lookup_words(&error, host))),
            },
        };
        if addresses.is_empty() {
            let why = text!("the name {host} has no address; check the spelling of the URL", host);
            return Err(ConnectFault::Failed(why));
        }
        // One forbidden address is enough: a name that answers with both is how a guard is probed.
        for address in &addresses {
            self.check(host, *address)?;
        }
        Ok(alternating(addresses))
    }

    fn check(&self, host: &str, address: SocketAddr) -> Result<(), ConnectFault> {
        guard::verdict_socket(address, &self.policy, is_local).map_err(|refusal| {
            // A name is worth saying; an address would only be said twice.
            let literal = host.parse::<IpAddr>().is_ok();
            let refusal = refusal.text();
            let why = if literal { refusal } else { text!("{host}: {refusal}", host, refusal) };
            ConnectFault::Blocked(why)
        })
    }

    /// Judges the other end of the open connection once more, whatever happened on the way there.
    fn check_peer(&self, host: &str, tcp: &TcpStream) -> Result<(), ConnectFault> {
        match tcp.peer_addr() {
            Ok(peer) => self.check(host, peer),
            Err(error) => Err(ConnectFault::Failed(fault::tcp_words(&error, host))),
        }
    }

    async fn handshake(&self, host: &str, tcp: TcpStream) -> Result<Transport, ConnectFault> {
        // Certificates name hosts without the dot at the end.
        let name = ServerName::try_from(host.trim_end_matches('.').to_owned()).map_err(|_| {
            ConnectFault::Failed(text!(
                "{host} is not a name that a TLS certificate can have; use http:// or rename it",
                host
            ))
        })?;
        match TlsConnector::from(self.tls.clone()).connect(name, tcp).await {
            Ok(tls) => Ok(Transport::Tls(Box::new(tls))),
            Err(error) => Err(ConnectFault::Failed(fault::handshake_words(&error, host))),
        }
    }
}

/// The first addresses, alternating between the two families, so that one broken family costs one head start.
fn alternating(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (same, other): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv4() == first_is_v4);
    let (mut same, mut other) = (same.into_iter(), other.into_iter());
    let mut ordered = Vec::new();
    while ordered.len() < ADDRESSES_TRIED_MAX {
        let before = ordered.len();
        ordered.extend(same.next());
        ordered.extend(other.next());
        if ordered.len() == before {
            break;
        }
    }
    ordered
}

/// The first connection that opens. Attempts overlap; dropping this drops them all.
async fn connect_any(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut waiting = addresses.iter().copied();
    let mut attempts = FuturesUnordered::new();
    attempts.extend(waiting.next().map(connect_one));
    loop {
        tokio::select! {
            attempt = attempts.next() => match attempt {
                Some(Ok(tcp)) => return Ok(tcp),
                Some(Err(error)) => match waiting.next() {
                    Some(address) => attempts.push(connect_one(address)),
                    None if attempts.is_empty() => return Err(error),
                    None => {}
                },
                None => return Err(io::ErrorKind::AddrNotAvailable.into()),
            },
            () = tokio::time::sleep(HEAD_START), if waiting.len() > 0 => {
                attempts.extend(waiting.next().map(connect_one));
            }
        }
    }
}

async fn connect_one(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.connect(address).await
}

/// Whether an address belongs to this machine: then packets to it would leave from that same address.
/// Choosing the route of a datagram socket sends nothing.
fn is_local(ip: IpAddr) -> bool {
    let any: SocketAddr = match ip {
        IpAddr::V4(_) => (std::net::Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    // The port is of no matter; 0 is refused by some systems.
    UdpSocket::bind(any)
        .and_then(|socket| socket.connect((ip, 9)).and_then(|()| socket.local_addr()))
        .is_ok_and(|local| local.ip() == ip)
}
