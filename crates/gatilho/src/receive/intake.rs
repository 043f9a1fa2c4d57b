//! A request from its first byte to its answer: judged, read, stored, answered `Ok`. Nothing here waits for a program.
//! Not here: what a request must look like (`request`), who may send (`gate`).

use super::Shared;
use super::request::{BODY_MAX, Refusal, arrival, look_at_head};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use store::db::{CommitError, Write};
use tokio::time::{Instant, timeout_at};

/// Every answer comes within this time: senders give up at 3 s.
const ANSWER_WITHIN: Duration = Duration::from_millis(2_800);

/// The part of it in which the body must have come.
const BODY_WITHIN: Duration = Duration::from_secs(2);

/// Whether it is new.
enum Stored {
    New,
    Known,
}

/// Every path takes webhooks; GET `/healthz` tells whether they can be stored.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new().route("/healthz", get(health).fallback(take)).fallback(take).with_state(Arc::clone(shared))
}

/// Whether the inbox can be read: then it is open.
pub(super) async fn health(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    match shared.reader.first(store::inbox::running()).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the inbox cannot be read\n"),
    }
}

async fn take(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let begun = Instant::now();
    let outcome = receive(&shared, peer.ip(), request, begun).await;
    let (word, response) = match outcome {
        Ok(Stored::New) => ("stored", "Ok".into_response()),
        Ok(Stored::Known) => ("known", "Ok".into_response()),
        Err(refusal) => {
            let status = refusal.status().as_u16();
            tracing::info!(%peer, status, "refused: {refusal}");
            let word = if status >= 500 { "failed" } else { "refused" };
            (word, refusal.into_response())
        }
    };
    shared.metrics.count_request(word, begun.elapsed());
    response
}

async fn receive(shared: &Shared, peer: IpAddr, request: Request, begun: Instant) -> Result<Stored, Refusal> {
    shared.gate.judge_address(peer)?;
    let (parts, body) = request.into_parts();
    look_at_head(&parts)?;
    shared.gate.judge_query(parts.uri.query().unwrap_or_default())?;
    let length = announced(&parts.headers)?;
    let body_by = begun + BODY_WITHIN;
    // As much as is announced, or as much as there may be.
    let kib = u32::try_from(length.unwrap_or(BODY_MAX) / 1024 + 1).unwrap_or(u32::MAX);
    let room = timeout_at(body_by, shared.budget.acquire_many(kib)).await;
    let _room = room.ok().and_then(Result::ok).ok_or(Refusal::Busy)?;
    let body = timeout_at(body_by, read(body)).await.map_err(|_| Refusal::SlowBody)??;
    let now = shared.now();
    shared.gate.judge_signature(&parts.headers, &body, now)?;
    let arrival = arrival(&parts, &body, &shared.gate, shared.fold_ms, now)?;
    let write = Write::new().step(store::inbox::store(&arrival));
    // A write that comes too late for its answer may be stored all the same: it is a repeat then, as it would be if the
    // answer were lost on its way.
    let done = timeout_at(begun + ANSWER_WITHIN, shared.db.commit(write)).await;
    match done.map_err(|_| Refusal::Storage)? {
        Ok(_) => {}
        Err(CommitError::Stale) => return Ok(Stored::Known),
        Err(error) => {
            tracing::error!(%error, "a request could not be stored");
            return Err(Refusal::Storage);
        }
    }
    fail::fail_point!("receive::after_store");
    shared.stored.notify_one();
    Ok(Stored::New)
}

/// The length of the body, if it is announced.
fn announced(headers: &HeaderMap) -> Result<Option<usize>, Refusal> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_MAX) { Err(Refusal::LongBody) } else { Ok(length) }
}

/// The whole body. A connection that broke reads no answer, so that every failure may be called too long.
async fn read(body: Body) -> Result<Bytes, Refusal> {
    axum::body::to_bytes(body, BODY_MAX).await.map_err(|_| Refusal::LongBody)
}
