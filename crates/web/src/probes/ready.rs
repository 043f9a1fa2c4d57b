//! `GET /readyz`: requests are served.

use crate::Shared;
use axum::extract::State;
use http::StatusCode;

/// Tell whether requests are served
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", tag = "operations",
    responses(
        (status = 200, description = "Ready.", body = String),
        (status = 503, description = "Starting or stopping.", body = String),
    ), security(()))]
pub(crate) async fn handle(State(app): State<Shared>) -> (StatusCode, &'static str) {
    match app.engine.is_ready() {
        true => (StatusCode::OK, "ready\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready: starting or stopping\n"),
    }
}
