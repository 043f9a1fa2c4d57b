//! Receivers that answer what they are told to, without a network.

use model::wording::Text;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use engine::outbound::{Outbound, Request};
use futures_util::future::BoxFuture;
use model::outcome::{Answer, Outcome};

/// A call as a receiver saw it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) url: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

/// Where a call of another server breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Before it arrives.
    Call,
    /// After it was done.
    Answer,
}

/// Receivers by URL; 200 unless told otherwise.
#[derive(Default)]
pub(crate) struct Receivers {
    statuses: Mutex<HashMap<String, u16>>,
    bodies: Mutex<HashMap<String, String>>,
    seen: Mutex<Vec<Seen>>,
    /// Other servers by their URL; none while one is down.
    servers: Mutex<HashMap<String, Option<axum::Router>>>,
    /// What happens to the next calls of other servers.
    breaks: Mutex<VecDeque<Option<Break>>>,
}

impl Receivers {
    /// What this URL answers from now on.
    pub(crate) fn answer(&self, url: &str, status: u16) {
        self.statuses.lock().unwrap().insert(url.to_owned(), status);
    }

    /// The body of this URL's answers from now on; `Ok` unless told otherwise.
    pub(crate) fn say(&self, url: &str, body: &str) {
        self.bodies.lock().unwrap().insert(url.to_owned(), body.to_owned());
    }

    /// From now on another server answers at this URL, or nobody does.
    pub(crate) fn connect(&self, url: &str, server: Option<axum::Router>) {
        self.servers.lock().unwrap().insert(url.to_owned(), server);
    }

    /// What becomes of the next calls of other servers, one after the other; none of these, and they go through.
    pub(crate) fn break_next(&self, breaks: &[Option<Break>]) {
        self.breaks.lock().unwrap().extend(breaks);
    }

    /// All further calls go through.
    pub(crate) fn mend(&self) {
        self.breaks.lock().unwrap().clear();
    }

    /// The server that a URL leads to, and the path there.
    fn server(&self, url: &str) -> Option<(Option<axum::Router>, String)> {
        let servers = self.servers.lock().unwrap();
        let found = servers.iter().find(|(known, _)| url.starts_with(known.as_str()));
        found.map(|(known, server)| (server.clone(), url[known.len()..].to_owned()))
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// Shares the receivers with the engine.
pub(crate) struct Line(pub(crate) Arc<Receivers>);

impl Outbound for Line {
    fn call(&self, request: Request) -> BoxFuture<'static, Outcome> {
        let url = request.target.url().to_string();
        if let Some((server, path)) = self.0.server(&url) {
            let broken = self.0.breaks.lock().unwrap().pop_front().flatten();
            return Box::pin(async move {
                let Some(server) = server.filter(|_| broken != Some(Break::Call)) else {
                    return Outcome::Unreachable { why: Text::given("the connection was refused") };
                };
                let mut inner = http::Request::post(path).body(axum::body::Body::from(request.body)).unwrap();
                *inner.headers_mut() = request.headers;
                let response = tower::ServiceExt::oneshot(server, inner).await.unwrap();
                if broken == Some(Break::Answer) {
                    return Outcome::Unreachable { why: Text::given("the connection broke") };
                }
                let status = response.status().as_u16();
                let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
                Outcome::Answered(Answer {
                    status,
                    head: String::new(),
                    body: String::from_utf8(body.to_vec()).unwrap(),
                    body_truncated: false,
                    retry_after_ms: None,
                    location: None,
                })
            });
        }
        let status = self.0.statuses.lock().unwrap().get(&url).copied().unwrap_or(200);
        let said = self.0.bodies.lock().unwrap().get(&url).cloned().unwrap_or_else(|| "Ok".into());
        let body = String::from_utf8(request.body.to_vec()).unwrap();
        self.0.seen.lock().unwrap().push(Seen { url, headers: request.headers, body });
        Box::pin(std::future::ready(Outcome::Answered(Answer {
            status,
            head: "content-type: text/plain".into(),
            body: said,
            body_truncated: false,
            retry_after_ms: None,
            location: (300..400).contains(&status).then(|| "https://moved.example/x?token=abc".to_owned()),
        })))
    }

    fn objection(&self, url: &str) -> BoxFuture<'static, Option<Text>> {
        let is_private = url.contains("127.0.0.1");
        let objection = is_private.then(|| Text::given("127.0.0.1 is private"));
        Box::pin(std::future::ready(objection))
    }
}
