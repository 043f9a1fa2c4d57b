//! `POST /api/v1/services`: makes a service.

use super::form::{ServiceBody, ServiceForm, found};
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
use model::ids::ServiceId;

/// Make a service
///
/// The tree has three levels.
#[utoipa::path(post, path = "/api/v1/services", operation_id = "createService", tag = "classification",
    request_body = ServiceBody,
    responses(
        (status = 201, description = "The service; `location` leads to it.", body = ServiceForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let (id, words) = app.engine.create_word(&caller, Noun::Service, &json).await?;
    let id = ServiceId(id);
    let location = format!("/api/v1/services/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(found(&words, id)?)).into_response())
}
