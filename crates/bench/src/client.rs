//! One keep-alive HTTP/1.1 connection, used by one task at a time. It makes every call of the benchmark:
//! the changes, the raw limit, the questions to the receiver.

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
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The body of every request.
pub(crate) type Body = Full<Bytes>;

/// The longest a call may take.
const CALL_LIMIT: Duration = Duration::from_secs(10);

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
