//! `GET /api/v1/openapi.json`: the description of everything this server answers, made from its code.

use crate::Shared;
use crate::openapi::document;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header::CONTENT_TYPE;
use utoipa::openapi::Server;

/// Read this description
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "openapi", tag = "operations",
    responses((status = 200, description = "OpenAPI 3.1.", body = Object)), security(()))]
pub(crate) async fn handle(State(app): State<Shared>) -> impl IntoResponse {
    let mut document = document();
    if !app.public_url.is_empty() {
        document.servers = Some(vec![Server::new(&app.public_url)]);
    }
    // Texts and numbers only, written to memory: it cannot fail.
    let text = document.to_json().unwrap_or_default();
    ([(CONTENT_TYPE, "application/json")], text)
}
