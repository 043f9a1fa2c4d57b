//! The demo's receiver: `/webhooks` answers "Ok" as the article asks, `/down` answers 503. Both hand on what arrived.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use tokio::time::Instant;

/// A request as it arrived.
pub(super) struct Arrived {
    /// When its body was complete.
    pub(super) at: Instant,
    /// `name: value` lines.
    pub(super) head: Vec<String>,
    /// The exact body.
    pub(super) body: String,
    /// What was answered.
    pub(super) status: u16,
}

/// A receiver that listens.
pub(super) struct DemoReceiver {
    /// Where.
    pub(super) address: SocketAddr,
    ok: Receiver<Arrived>,
    down: Receiver<Arrived>,
}

async fn take(
    State((sender, status)): State<(Sender<Arrived>, StatusCode)>,
    head: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    let line = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
        format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
    };
    let head = head.iter().map(line).collect();
    let body = String::from_utf8_lossy(&body).into_owned();
    // Nobody listens once the demo ends.
    let _ = sender.send(Arrived { at: Instant::now(), head, body, status: status.as_u16() });
    (status, if status.is_success() { "Ok" } else { "down for maintenance" })
}

impl DemoReceiver {
    /// Listens on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub(super) async fn start() -> Result<Self> {
        let listener =
            tokio::net::TcpListener::bind("127.0.0.1:0").await.context("no free port for the receiver")?;
        let address = listener.local_addr().context("no address for the receiver")?;
        let ((ok, ok_arrived), (down, down_arrived)) = (channel(), channel());
        let app = Router::new()
            .route("/webhooks", post(take).with_state((ok, StatusCode::OK)))
            .route("/down", post(take).with_state((down, StatusCode::SERVICE_UNAVAILABLE)));
        tokio::spawn(axum::serve(listener, app).into_future());
        Ok(DemoReceiver { address, ok: ok_arrived, down: down_arrived })
    }

    /// Waits for the next request that was answered "Ok".
    ///
    /// # Errors
    /// When none comes within ten seconds.
    pub(super) fn next_ok(&self) -> Result<Arrived> {
        self.ok.recv_timeout(Duration::from_secs(10)).context("no webhook arrived within 10 s")
    }

    /// Waits for the next request to the receiver that is down.
    ///
    /// # Errors
    /// When none comes within ten seconds.
    pub(super) fn next_down(&self) -> Result<Arrived> {
        self.down.recv_timeout(Duration::from_secs(10)).context("no attempt arrived within 10 s")
    }
}
