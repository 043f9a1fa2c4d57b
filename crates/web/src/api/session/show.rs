//! `GET /api/v1/session`: who one is.

use super::form::WhoForm;
use crate::Shared;
use crate::auth::Somebody;
use crate::error::Failure;
use crate::query::NoQuery;
use axum::Json;
use axum::extract::State;

/// Who am I
///
/// Who asks, in which domain, and what they may do.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "getSession", tag = "session",
    responses(
        (status = 200, description = "Who asks.", body = WhoForm),
    ))]
pub(crate) async fn handle(
    State(app): State<Shared>,
    Somebody { caller, visit }: Somebody,
    _: NoQuery,
) -> Result<Json<WhoForm>, Failure> {
    Ok(Json(WhoForm::of(&app, &caller, visit)))
}
