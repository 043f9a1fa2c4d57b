//! `POST /api/v1/statuses`: makes a status.

use super::form::{StatusBody, StatusForm, found};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use model::classification::Noun;
use model::ids::StatusId;

/// Make a status
///
/// It goes last. Its base status says what it means and never changes.
#[utoipa::path(post, path = "/api/v1/statuses", operation_id = "createStatus", tag = "classification",
    request_body = StatusBody,
    responses(
        (status = 201, description = "The status; `location` leads to it.", body = StatusForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let (id, words) = app.engine.create_word(&caller, Noun::Status, &json).await?;
    let id = StatusId(id);
    let location = format!("/api/v1/statuses/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(found(&words, id)?)).into_response())
}
