//! The receiver's side of the sockets: an HTTP/1.1 server that answers `Ok`, or never.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::tally::{Arrival, Tally};
use super::{Terms, paths};
use crate::clock::now_ns;
use crate::marker::Marker;
use crate::seen;

type Notes = Arc<Mutex<Tally>>;
type Answer = Response<Full<Bytes>>;

/// The receiver's process: says its port on standard output and serves until it is ended.
pub(crate) async fn run() -> Result<()> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let port = listener.local_addr()?.port();
    let mut out = std::io::stdout();
    writeln!(out, "{port}")?;
    out.flush()?;
    serve(listener).await
}

/// Serves every connection that comes.
pub(super) async fn serve(listener: TcpListener) -> Result<()> {
    let terms = Terms { run: 0, start_ns: now_ns(), endpoints: 0, watched_from: 0 };
    let notes: Notes = Arc::new(Mutex::new(Tally::new(terms)?));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, notes.clone()));
            }
            // Out of descriptors, most likely: some come back when calls end.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, notes: Notes) {
    // Failing to set an option, or a caller that hangs up, is no matter for the receiver.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, notes.clone()));
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, notes: Notes) -> Result<Answer> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let at_ns = now_ns();
    let Some((endpoint, answers)) = place(head.uri.path()) else {
        return control(head.uri.path(), &body, &notes);
    };
    let marker = Marker::find(&body);
    let id = head.headers.get("webhook-id").map(|id| hash(id.as_bytes()));
    if let Some(marker) = marker {
        let arrival = Arrival { endpoint, answers, id, at_ns, body };
        notes.lock().unwrap_or_else(PoisonError::into_inner).note(arrival, marker);
    }
    if !answers {
        std::future::pending::<()>().await;
    }
    Ok(Response::new(Full::new(Bytes::from_static(b"Ok"))))
}

/// The endpoint a path names, and whether it answers.
fn place(path: &str) -> Option<(usize, bool)> {
    let (index, answers) = match path.strip_prefix("/e/") {
        Some(index) => (index, true),
        None => (path.strip_prefix("/hang/")?, false),
    };
    Some((index.parse().ok()?, answers))
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// Answers a question of the benchmark.
fn control(path: &str, body: &[u8], notes: &Notes) -> Result<Answer> {
    if path == paths::BEGIN {
        let terms: Terms = serde_json::from_slice(body).context("the terms of a load")?;
        let fresh = Tally::new(terms)?;
        *notes.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        return Ok(Answer::default());
    }
    let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes = match path {
        paths::COUNT => Bytes::from(serde_json::to_vec(&notes.count())?),
        paths::RECEIPT => Bytes::from(serde_json::to_vec(&notes.receipt())?),
        paths::SEEN => Bytes::from(seen::to_bytes(notes.seen())),
        paths::SAMPLE => notes.sample(),
        _ => {
            let mut response = Answer::default();
            *response.status_mut() = StatusCode::NOT_FOUND;
            return Ok(response);
        }
    };
    Ok(Response::new(Full::new(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_endpoints() {
        assert_eq!(place("/e/0"), Some((0, true)));
        assert_eq!(place("/e/499"), Some((499, true)));
        assert_eq!(place("/hang/7"), Some((7, false)));
        for path in ["/", "/e/", "/e/x", "/hang/-1", "/control/count"] {
            assert_eq!(place(path), None, "{path}");
        }
    }
}
