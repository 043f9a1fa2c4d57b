//! `POST /api/v1/urgencies`: makes an urgency.

use super::form::{UrgencyBody, UrgencyForm, found};
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
use model::ids::UrgencyId;

/// Make an urgency
///
/// It goes last: it is the highest until they are put in another order.
#[utoipa::path(post, path = "/api/v1/urgencies", operation_id = "createUrgency", tag = "classification",
    request_body = UrgencyBody,
    responses(
        (status = 201, description = "The urgency; `location` leads to it.", body = UrgencyForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    let (id, words) = app.engine.create_word(&caller, Noun::Urgency, &json).await?;
    let id = UrgencyId(id);
    let location = format!("/api/v1/urgencies/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(found(&words, id)?)).into_response())
}
