//! One keep-alive HTTP/1.1 connection, used by one task at a time. It makes every call of the benchmark but those of
//! the raw limit: the changes, the questions to the receiver. The raw limit goes through the pooled client that the
//! server itself sends with.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;

/// The body of every request.
pub(crate) type Body = Full<Bytes>;

/// The longest a call may take.
const CALL_LIMIT: Duration = Duration::from_secs(10);

/// The server's kind of client: connections in a pool, shared by all tasks.
pub(crate) type Pool = legacy::Client<HttpConnector, Body>;

/// A pool as the server sets its own up, without its guard.
#[expect(clippy::disallowed_methods, reason = "the yardstick: the server's kind of client, to loopback only")]
pub(crate) fn pool() -> Pool {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    legacy::Client::builder(TokioExecutor::new())
        .set_host(false)
        .pool_idle_timeout(Duration::from_secs(4))
        .pool_timer(TokioTimer::new())
        .pool_max_idle_per_host(128)
        .build(connector)
}

/// Sends a request over a pool and reads the whole answer. Its URI is absolute.
pub(crate) async fn call_pooled(pool: &Pool, request: Request<Body>) -> Result<(StatusCode, Bytes)> {
    let exchange = async {
        let response = pool.request(request).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    };
    let answer = tokio::time::timeout(CALL_LIMIT, exchange).await;
    answer.map_err(|_| anyhow!("no answer within {} s", CALL_LIMIT.as_secs()))?
}

/// A line to one address, opened at the first call and again after a break.
pub(crate) struct Line {
    address: SocketAddr,
    wire: Option<Wire>,
}

struct Wire {
    sender: SendRequest<Body>,
    connection: Pin<Box<Connection<TokioIo<TcpStream>, Body>>>,
}

impl Line {
    /// A line that is not open yet.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, wire: None }
    }

    /// Opens the line, so that the first call does not pay for it.
    pub(crate) async fn open(&mut self) -> Result<()> {
        if self.wire.as_ref().is_none_or(|wire| wire.sender.is_closed()) {
            self.wire = Some(Wire::open(self.address).await?);
        }
        Ok(())
    }

    /// Sends a request and reads the whole answer. After a failure the line is closed.
    pub(crate) async fn call(&mut self, request: Request<Body>) -> Result<(StatusCode, Bytes)> {
        self.open().await?;
        let mut wire = self.wire.take().context("the line is closed")?;
        let answer = tokio::time::timeout(CALL_LIMIT, wire.call(request))
            .await
            .map_err(|_| anyhow!("no answer within {} s", CALL_LIMIT.as_secs()))??;
        self.wire = Some(wire);
        Ok(answer)
    }
}

impl Wire {
    #[expect(clippy::disallowed_methods, reason = "a measuring client of its own, to loopback only")]
    async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self { sender, connection: Box::pin(connection) })
    }

    /// The connection is driven by the task that waits for the answer: no second task, no wake-up between.
    async fn call(&mut self, request: Request<Body>) -> Result<(StatusCode, Bytes)> {
        let Self { sender, connection } = self;
        let mut exchange = pin!(async move {
            sender.ready().await?;
            let response = sender.send_request(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            Ok((status, body))
        });
        poll_fn(|context| {
            let closed = connection.as_mut().poll(context).is_ready();
            match exchange.as_mut().poll(context) {
                Poll::Pending if closed => Poll::Ready(Err(anyhow!("the connection was closed"))),
                other => other,
            }
        })
        .await
    }
}

/// A request in origin form with the host it goes to.
pub(crate) fn request(
    method: &str,
    address: SocketAddr,
    path: &str,
    body: impl Into<Bytes>,
) -> Result<Request<Body>> {
    Ok(Request::builder()
        .method(method)
        .uri(path)
        .header("host", address.to_string())
        .header("content-type", "application/json")
        .body(Full::new(body.into()))?)
}

/// The body of an answer that was to be a success; else what it said instead.
pub(crate) fn expect_success(what: &str, answer: (StatusCode, Bytes)) -> Result<Bytes> {
    let (status, body) = answer;
    if status.is_success() {
        return Ok(body);
    }
    bail!("{what}: {status}: {}", String::from_utf8_lossy(&body[..body.len().min(500)]));
}
