//! `GET /metrics`: the engine's counters.

use crate::Shared;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;

/// The format that the engine writes its counters in.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Read the counters
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "operations",
    responses((status = 200, description = "Counters for Prometheus.", body = String,
        content_type = "application/openmetrics-text")), security(()))]
pub(crate) async fn handle(State(app): State<Shared>) -> impl IntoResponse {
    ([(CONTENT_TYPE, OPEN_METRICS)], app.engine.metrics_text())
}
