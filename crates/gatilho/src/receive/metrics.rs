//! What a receiver counts, and where Prometheus reads it. No paths, ids or texts of requests are among it.

use super::{Shared, intake};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::time::Duration;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Standing {
    state: &'static str,
}

/// The counters.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Outcome, Counter>,
    answer_seconds: Histogram,
    runs: Family<Outcome, Counter>,
    waiting: Family<Standing, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("gatilho_receive");
        let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];
        let (requests, runs, waiting) = (Family::default(), Family::default(), Family::default());
        let answer_seconds = Histogram::new(bounds);
        registry.register("requests", "Requests by what became of them", Family::clone(&requests));
        registry.register("answer_duration_seconds", "Time to the answer", answer_seconds.clone());
        registry.register("runs", "Runs of the program by what followed", Family::clone(&runs));
        registry.register("inbox", "Requests in the inbox by state", Family::clone(&waiting));
        Metrics { registry, requests, answer_seconds, runs, waiting }
    }
}

impl Metrics {
    /// Counts an answer: `stored`, `known` (stored before), `refused` (4xx) or `failed` (503).
    pub(super) fn count_request(&self, outcome: &'static str, took: Duration) {
        self.requests.get_or_create(&Outcome { outcome }).inc();
        self.answer_seconds.observe(took.as_secs_f64());
    }

    /// Counts a run: `done`, `again`, `dead`, or `cut` when the receiver stopped.
    pub(super) fn count_run(&self, outcome: &'static str) {
        self.runs.get_or_create(&Outcome { outcome }).inc();
    }

    fn text(&self, counts: [i64; 3]) -> String {
        for (state, count) in ["waiting", "running", "dead"].into_iter().zip(counts) {
            self.waiting.get_or_create(&Standing { state }).set(count);
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// `/metrics` and `/healthz`, on an address of their own: what they tell is nothing for senders.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    let router = Router::new().route("/metrics", get(show)).route("/healthz", get(intake::health));
    router.with_state(Arc::clone(shared))
}

async fn show(State(shared): State<Arc<Shared>>) -> Response {
    let row = shared.reader.first(store::inbox::counts()).await;
    let counts = row.and_then(|row| row.map_or(Ok([0; 3]), |row| store::inbox::read_counts(&row)));
    match counts {
        Ok(counts) => ([(CONTENT_TYPE, OPEN_METRICS)], shared.metrics.text(counts)).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
    }
}
