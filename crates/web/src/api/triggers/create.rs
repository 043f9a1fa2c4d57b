//! `POST /api/v1/triggers`: makes a trigger.

use super::form::{TriggerBody, TriggerForm};
use crate::Shared;
use crate::auth::ByKey;
use crate::body::JsonBody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::Saved;
use http::StatusCode;
use http::header::LOCATION;

/// Make a trigger
///
/// It goes last in the order. A URL that the outbound guard refuses now is saved with a warning.
#[utoipa::path(post, path = "/api/v1/triggers", operation_id = "createTrigger", tag = "triggers",
    request_body = TriggerBody,
    responses(
        (status = 201, description = "The trigger; `location` leads to it.", body = TriggerForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    ByKey(caller): ByKey,
    _: NoQuery,
    JsonBody(json): JsonBody,
) -> Result<Response, Failure> {
    app.engine.create_trigger(&caller, &json).await.map(created).map_err(Failure::from)
}

/// The answer to a trigger that was made.
pub(super) fn created(saved: Saved) -> Response {
    let location = format!("/api/v1/triggers/{}", saved.trigger.id);
    (StatusCode::CREATED, [(LOCATION, location)], Json(TriggerForm::from(saved))).into_response()
}
